"""Handing drafts in for approval, and taking them back before they are decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from models import database
from models.kinds import LineStatus
from services import journal, stock
from services.errors import Refused
from services.gifts.decide import _candidates, _note, _set
from services.gifts.due import due_in, month_span
from services.gifts.rounds import IN_ROUND, SEEN, open_round
from services.gifts.rows import Done
from services.rights import Right, require
from services.rules import gifts as rules
from services.shop import Shop
from services.words import _


def submit(shop: Shop, plan_id: int | None = None, *, line_ids: Sequence[int] | None = None) -> Done:
    """The manager hands drafts in: of a plan, or single lines.

    Left out, with the reason: lines without a gift, incomplete sets, customers whose grade or state changed since.
    """
    require(shop, Right.PLAN_GIFTS)
    with database.database.atomic():
        lines = _candidates(LineStatus.DRAFT, plan_id, line_ids)
        incomplete = {_set_of(line) for line in lines if line[1] is None}
        whole = [line for line in lines if _set_of(line) not in incomplete]
        stale = _stale(shop, whole)
        outside = _outside(shop, [line for line in whole if line[0] not in stale])
        ids = [line[0] for line in whole if line[0] not in stale and line[0] not in outside]
        left, why = len(lines) - len(ids), _left_words(len(lines) - len(whole), len(stale), len(outside))
        if not ids:
            raise Refused("没有可以提交的礼品。{why}", why=why or _("请先提议这个月的计划。"))
        open_round(shop, ids)
        done = _set(
            ids,
            LineStatus.DRAFT,
            "status = 'submitted', submitted_by_id = ?, submitted_at = ?, status_reason = '', pc = ?, "
            + IN_ROUND,
            (shop.who, database.moment_value(shop.clock.now()), journal.pc_name()),
        )
        _note(shop, "gift.submitted", plan_id, ids)
    return Done(done, left, why)


def _set_of(line: tuple[Any, ...]) -> tuple[Any, ...]:
    """Customer, occasion and day: the parts of one set go together."""
    return line[2], line[3], line[4]


def _left_words(short: int, stale: int, outside: int) -> str:
    found = []
    if short:
        found.append(_("{n} 条还没有礼品，留在草稿。").format(n=short))
    if stale:
        found.append(_("{n} 条的客户等级、状态或生日已变，请重新提议。").format(n=stale))
    if outside:
        found.append(_("{n} 条不合现行标准，请另选礼品或重新提议。").format(n=outside))
    return "".join(found)


def _outside(shop: Shop, lines: Sequence[tuple[Any, ...]]) -> set[int]:
    """Drafts whose gifts do not meet the standard any more: the policy or a cost changed since."""
    gift = {item.id: item.facts() for item in stock.catalogue(shop, active_only=False)}
    sets: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for line in lines:
        sets[_set_of(line)].append(line)
    known: dict[tuple[Any, ...], bool] = {}
    found: set[int] = set()
    for parts in sets.values():
        _number, _gift, _customer, occasion, _day, grade, special, *_rest = parts[0]
        key = (occasion, grade, special, *(part[1] for part in parts))
        if key not in known:
            limits = rules.limits_for(grade, occasion, bool(special), shop.policy.gifts)
            known[key] = limits is not None and _meets(limits, [gift[part[1]] for part in parts])
        if not known[key]:
            found.update(part[0] for part in parts)
    return found


def _meets(limits: rules.CostLimits, chosen: list[rules.GiftFacts]) -> bool:
    try:
        rules.check_gifts(limits, chosen)
    except Refused:
        return False
    return True


def _stale(shop: Shop, lines: Sequence[tuple[Any, ...]]) -> set[int]:
    """Drafts that a new proposal would not make any more."""
    months = {str(line[7]) for line in lines}
    due = {
        (one.customer_id, one.occasion, one.day, one.grade, one.special)
        for month in months
        for one in due_in(shop, *month_span(month))
    }
    found = set()
    for number, _gift, customer, occasion, day, grade, special, *_rest in lines:
        if occasion not in rules.YEARLY:
            continue
        if (customer, occasion, database.as_day(day), grade, bool(special)) not in due:
            found.add(number)
    return found


def withdraw(shop: Shop, line_ids: Sequence[int]) -> Done:
    """Takes back what the same person handed in, before it was decided: drafts again."""
    require(shop, Right.PLAN_GIFTS)
    with database.database.atomic():
        ids = [line[0] for line in _candidates(LineStatus.SUBMITTED, None, line_ids) if line[8] == shop.who]
        if not ids:
            raise Refused("这几条已经有人处理过，不能撤销。")
        change = "status = 'draft', submitted_by_id = NULL, submitted_at = NULL, pc = ?, " + SEEN
        done = _set(ids, LineStatus.SUBMITTED, change, (journal.pc_name(),))
        _note(shop, "gift.withdrawn", None, ids)
    return Done(done)
