"""The mailing bench (寄贺卡): which cards go out on a day, to whom, with what, and what is missing (spec 03.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from models.kinds import ContactState, Topic
from services.contact_words import facts, occasion_words
from services.rights import Right, require
from services.schedule_needs import OPEN
from services.shop import Shop
from services.words import _


@dataclass(frozen=True)
class PostRow:
    """One card to post (寄贺卡): the mailing bench's line."""

    id: int
    customer_id: int
    card_no: str
    name: str
    postcode: str
    address: str
    occasion: str
    """In words: 生日, 春节、生日"""
    occasion_code: str
    on: date | None
    """The day of the occasion."""
    due: date
    overdue: bool
    missing: tuple[str, ...]
    """`address`, `postcode`: what must be asked before it can be posted."""
    enclosed: str
    """Approved gifts that go by post: booklet, voucher."""
    posted: bool


def posting_bench(shop: Shop, day: date | None = None) -> list[PostRow]:
    """The cards to post by `day` (default today): what is late first; those posted that day stay, ticked."""
    require(shop, Right.SEE)
    day = day or shop.today()
    found = database.rows(
        "SELECT k.id, k.customer_id, c.card_no, c.name, c.postcode, c.address, k.topics, k.why, k.due, k.state, k.done_on"
        " FROM contact k JOIN customer c ON c.id = k.customer_id WHERE k.channel = 'post'"
        f" AND (({OPEN.format(k='k')} AND k.due <= ?) OR (k.state = 'done' AND k.done_on = ?)) ORDER BY k.due, c.sort_key, k.id",
        (day, day),
    )
    enclosed = _enclosed([row[1] for row in found])
    lines = []
    for number, customer, card_no, name, postcode, address, topics, why, due, state, _done in found:
        needs = facts(why)
        codes = [need.get("occasion", Topic.BIRTHDAY.value) for need in needs if "on" in need]
        words = [
            need.get("label") or occasion_words(need.get("occasion", "birthday"))
            for need in needs
            if "on" in need
        ] + [need["name"] for need in needs if "campaign" in need]
        on = min((date.fromisoformat(need["on"]) for need in needs if "on" in need), default=None)
        missing = tuple(
            what for what, value in (("address", address), ("postcode", postcode)) if not value.strip()
        )
        lines.append(
            PostRow(
                *(number, customer, card_no, name, postcode, address),
                _("、").join(dict.fromkeys(words)) or _("会刊"),
                *(codes[0] if codes else topics, on, _day(due), _day(due) < shop.today(), missing),
                *(enclosed.get(customer, ""), state == ContactState.DONE.value),
            )
        )
    return lines


def _enclosed(customers: Sequence[int]) -> dict[int, str]:
    if not customers:
        return {}
    found: dict[int, list[str]] = {}
    for customer, gift in database.rows(
        "SELECT l.customer_id, g.name FROM plan_line l JOIN gift g ON g.id = l.gift_id"
        f" WHERE l.customer_id IN ({database.marks(customers)}) AND l.status = 'approved' AND l.handover = 'post'"
        " ORDER BY l.due, l.part",
        customers,
    ):
        found.setdefault(customer, []).append(gift)
    return {customer: _("、").join(names) for customer, names in found.items()}


def _day(value: Any) -> date:
    found = database.as_day(value)
    assert found is not None
    return found
