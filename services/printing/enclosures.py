"""What goes into an envelope beside the card: approved gifts by post, and their vouchers with numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models import database
from services.gifts.wording import occasion_words
from services.printing.recipients import Recipient
from services.rights import Right, require
from services.shop import Shop
from services.words import _

VOUCHERS = "voucher"
"""The layout of printed vouchers."""


def of(customers: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """What goes by post to each customer: approved gifts, and the vouchers of these lines with their numbers."""
    if not customers:
        return {}
    found: dict[int, dict[int, list[str]]] = {}
    marks = database.marks(customers)
    for who, line, gift, number in database.rows(
        "SELECT l.customer_id, l.id, g.name, v.number FROM plan_line l JOIN gift g ON g.id = l.gift_id"
        " LEFT JOIN voucher v ON v.line_id = l.id AND v.state = 'issued'"
        f" WHERE l.customer_id IN ({marks}) AND l.live = 1 AND l.status = 'approved' AND l.handover = 'post'"
        " ORDER BY l.due, l.part, v.number",
        list(customers),
    ):
        words = found.setdefault(who, {}).setdefault(line, [gift])
        if number:
            words.append(number)
    return {who: tuple(" ".join(words) for words in lines.values()) for who, lines in found.items()}


def voucher_lines(customers: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The approved lines that go by post and give a voucher."""
    if not customers:
        return {}
    found: dict[int, tuple[int, ...]] = {}
    for who, line in database.rows(
        "SELECT l.customer_id, l.id FROM plan_line l JOIN gift g ON g.id = l.gift_id WHERE l.live = 1"
        " AND l.status = 'approved' AND l.handover = 'post' AND g.face_value > 0"
        f" AND l.customer_id IN ({database.marks(customers)}) ORDER BY l.id",
        customers,
    ):
        found[who] = (*found.get(who, ()), line)
    return found


def number_vouchers(shop: Shop, lines: Sequence[int]) -> int:
    """Gives the vouchers of these lines their numbers, so that they can be printed. Asked again they keep them."""
    require(shop, Right.ISSUE_GIFT)
    from services import vouchers

    for line in lines:
        vouchers.issue_for_line(shop, line)
    return len(lines)


def with_vouchers(pieces: Sequence[Recipient]) -> list[Recipient]:
    """A piece for each voucher that waits to be posted to these people, its number in `enclosed`."""
    customers = list(dict.fromkeys(one.customer_id for one in pieces))
    if not customers:
        return []
    numbers: dict[int, list[str]] = {}
    for who, number in database.rows(
        "SELECT v.customer_id, v.number FROM voucher v JOIN plan_line l ON l.id = v.line_id"
        " WHERE v.state = 'issued' AND l.live = 1 AND l.status = 'approved' AND l.handover = 'post'"
        f" AND v.customer_id IN ({database.marks(customers)}) ORDER BY v.number",
        customers,
    ):
        numbers.setdefault(who, []).append(number)
    first = {one.customer_id: one for one in reversed(pieces)}
    return [replace(first[who], enclosed=number) for who in customers for number in numbers.get(who, ())]


def with_enclosures(pieces: Sequence[Recipient]) -> list[Recipient]:
    """The pieces of a recorded packing list, with what goes in as it is today."""
    inside = of([one.customer_id for one in pieces])
    return [
        replace(
            one,
            enclosed=_("、").join(inside.get(one.customer_id, ())),
            label=one.label or occasion_words(one.occasion),
        )
        for one in pieces
    ]
