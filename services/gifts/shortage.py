"""What is missing for a month, as a purchase list with its budget (spec 03, step 2)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from models import database
from services import stock
from services.gifts.queries import plan_id_of
from services.gifts.rows import ShortageRow
from services.rights import Right, require
from services.rules.gift_choice import Chooser
from services.rules.gift_reasons import reason_words
from services.rules.gifts import CostLimits, limits_for
from services.shop import Shop
from services.words import _

_Group = tuple[str, str, str]
"""Occasion, grade, kept reason: lines that lack the same thing."""


def shortage(shop: Shop, month: str) -> list[ShortageRow]:
    """What to buy: for each gift that the catalogue has for it, how many; else the standard and its floor.

    Gifts for special customers are the owner's choice and no shortage.
    """
    require(shop, Right.SEE)
    plan_id = plan_id_of(shop, month)
    if plan_id is None:
        return []
    items = stock.catalogue(shop)
    suppliers = {item.id: item.supplier for item in items}
    chooser = Chooser([item.facts() for item in items], shop.policy.gifts)
    missing = _missing(plan_id)
    had = _had(shop, month, chooser) if missing else {}
    rows = []
    for (occasion, grade, reason), people in sorted(missing.items()):
        limits = limits_for(grade, occasion, False, shop.policy.gifts)
        if limits is not None:
            need = reason_words(reason) if limits.fixed else limits.words()
            rows += _rows(
                chooser, limits, _Need(occasion, grade, need, "voucher" in reason), people, had, suppliers
            )
    return rows


def purchase_list(shop: Shop, month: str) -> list[ShortageRow]:
    """What to buy: what the month's plan lacks, and what lies below its reorder level whatever the plan."""
    low = [
        ShortageRow(
            "",
            "",
            _("补货线 {level}，可用 {n}").format(level=one.level, n=one.available),
            one.gift_id,
            one.gift,
            one.gift_class,
            one.quantity,
            one.unit_cost,
            one.budget,
            one.supplier,
        )
        for one in stock.reorder_list(shop)
    ]
    return shortage(shop, month) + low


class _Need:
    def __init__(self, occasion: str, grade: str, words: str, voucher: bool) -> None:
        self.occasion, self.grade, self.voucher = occasion, grade, voucher
        self.words = re.split(r"[；;]", words)[0]


def _rows(
    chooser: Chooser,
    limits: CostLimits,
    need: _Need,
    people: list[tuple[int, frozenset[str]]],
    had: dict[int, int],
    suppliers: dict[int, str],
) -> list[ShortageRow]:
    wanted: Counter[int | None] = Counter()
    everything = (1 << len(chooser.gifts)) - 1
    for customer_id, likes in people:
        choice = chooser.choose(limits, everything, had.get(customer_id, 0), chooser.suited(likes))
        for part in choice.parts:
            if limits.fixed and part.gift and bool(part.gift.face_value) != need.voucher:
                continue
            if limits.fixed and part.gift is None and ("voucher" in part.reason) != need.voucher:
                continue
            wanted[part.gift.id if part.gift else None] += 1
    by_id = {gift.id: gift for gift in chooser.gifts}
    found = []
    for gift_id, number in sorted(wanted.items(), key=lambda pair: (pair[0] is None, -pair[1], pair[0] or 0)):
        gift = by_id[gift_id] if gift_id is not None else None
        unit = (
            gift.cost
            if gift
            else (limits.voucher_fen if need.voucher else limits.min_fen or limits.max_fen or 0)
        )
        name, kind = (
            (gift.name, gift.gift_class) if gift else ("", limits.gift_class if not need.voucher else "")
        )
        found.append(
            ShortageRow(
                need.occasion,
                need.grade,
                need.words,
                gift_id,
                name,
                kind,
                number,
                unit,
                unit * number,
                suppliers.get(gift_id or 0, ""),
            )
        )
    return found


def _missing(plan_id: int) -> dict[_Group, list[tuple[int, frozenset[str]]]]:
    sql = (
        "SELECT l.occasion, l.grade, l.reason, l.customer_id, c.colours, c.styles, c.looks FROM plan_line l"
        " JOIN customer c ON c.id = l.customer_id WHERE l.plan_id = ? AND l.live = 1 AND l.gift_id IS NULL"
        " AND l.special = 0"
    )
    found: dict[_Group, list[tuple[int, frozenset[str]]]] = defaultdict(list)
    known: dict[tuple[str, ...], frozenset[str]] = {}
    for occasion, grade, reason, customer, *likes in database.rows(sql, (plan_id,)):
        words = tuple(likes)
        if words not in known:
            known[words] = frozenset(re.split(r"[、,，;；\s]+", " ".join(words)))
        found[occasion, grade, reason].append((customer, known[words]))
    return found


def _had(shop: Shop, month: str, chooser: Chooser) -> dict[int, int]:
    """Per customer, what they had within the policy's span, as the chooser's sets."""
    from services.gifts.due import month_span

    span = shop.policy.gifts.not_again_within
    ids = sorted(chooser.free_choice_ids)
    if not ids or not span.amount:
        return {}
    sql = (
        "SELECT customer_id, gift_id FROM plan_line WHERE due >= ? AND live = 1"
        f" AND gift_id IN ({database.marks(ids)})"
    )
    found: dict[int, int] = defaultdict(int)
    for customer, gift in database.rows(sql, (database.day_value(span.before(month_span(month)[0])), *ids)):
        found[customer] |= chooser.bit[gift]
    return found
