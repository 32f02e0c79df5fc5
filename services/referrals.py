"""Who brought whom, and the thanks that are due for it (spec 06)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from services import customers, journal
from services.customer_fields import leads_to
from services.customers import Changed
from services.errors import Refused
from services.rights import Right, require
from services.shop import Shop

SHOWN = 200
"""So many of those a customer brought are read for her page."""


@dataclass(frozen=True)
class Referred:
    """Somebody whom this customer brought. fen."""

    id: int
    card_no: str
    name: str
    grade: str
    state: str
    registered_on: date
    tickets: int
    paid_total: int
    thanked_on: date | None


@dataclass(frozen=True)
class Brought:
    """What `set_referrer` changed: what its undo needs."""

    customer_id: int
    changed: Changed
    thanked_on: date | None
    """The thanks that stood before."""


def brought_by(customer_id: int) -> tuple[Referred, ...]:
    """Whom this customer brought, the newest first; those merged or erased meanwhile are left out."""
    rows = database.rows(
        "SELECT id, card_no, name, grade, state, registered_on, tickets, paid_total, referral_thanked_on"
        " FROM customer WHERE referred_by_id = ? AND state IN ('active', 'lost')"
        " ORDER BY registered_on DESC, id DESC LIMIT ?",
        (customer_id, SHOWN),
    )
    return tuple(
        Referred(
            *(row[0], row[1], row[2], row[3], row[4], _day(row[5]), row[6], row[7]), database.as_day(row[8])
        )
        for row in rows
    )


def name_of(customer_id: int) -> str:
    """`王小丽 K00012`; empty for somebody who is not there any more."""
    found = database.row("SELECT name, card_no FROM customer WHERE id = ?", (customer_id,))
    return f"{found[0]} {found[1]}" if found else ""


def set_referrer(
    shop: Shop,
    customer_id: int,
    referrer_id: int | None,
    version: int | None = None,
    seen: int | None = None,
) -> Brought:
    """Who introduced this customer; None takes it away. Thanks are due anew when it is somebody else.

    Raises Refused for the customer herself and for a circle, Conflict where somebody was faster.
    """
    require(shop, Right.REGISTER)
    with database.database.atomic():
        thanked = _thanked(customer_id)
        changed = customers.change(
            shop, customer_id, {"referred_by": referrer_id}, version, {"referred_by": seen}
        )
    return Brought(customer_id, changed, thanked)


def undo_referrer(shop: Shop, done: Brought) -> None:
    """Puts the former introducer back, with the thanks she had. Raises Conflict where somebody changed it since."""
    require(shop, Right.REGISTER)
    if not done.changed.before:
        return
    with database.database.atomic():
        customers.change(
            shop, done.customer_id, done.changed.before, done.changed.version, done.changed.after
        )
        database.execute(
            "UPDATE customer SET referral_thanked_on = ? WHERE id = ?",
            (database.day_value(done.thanked_on), done.customer_id),
        )


def thank(shop: Shop, referred: Sequence[int]) -> list[int]:
    """Thanks were said for bringing these customers. Returns those for whom they were due. Raises Refused."""
    require(shop, Right.CONTACT)
    if not referred:
        return []
    with database.database.atomic():
        due = database.rows(
            "SELECT id, referred_by_id FROM customer WHERE referral_thanked_on IS NULL AND referred_by_id IS NOT NULL"
            f" AND id IN ({database.marks(referred)}) ORDER BY id",
            tuple(referred),
        )
        if not due:
            raise Refused("已经道过谢了。")
        ids = [row[0] for row in due]
        _write(ids, shop.today())
        journal.note(
            shop,
            "referral.thanked",
            "customer",
            due[0][1],
            customer_id=due[0][1],
            body={"count": len(ids), "brought": ids},
        )
    return ids


def undo_thanks(shop: Shop, referred: Sequence[int]) -> None:
    """Thanks noted by mistake: they are due again."""
    require(shop, Right.CONTACT)
    if not referred:
        return
    with database.database.atomic():
        _write(list(referred), None)
        referrer = database.value_of("SELECT referred_by_id FROM customer WHERE id = ?", (referred[0],))
        body = {"count": len(referred), "brought": list(referred)}
        journal.note(shop, "referral.thanks_undone", "customer", referrer, customer_id=referrer, body=body)


def after_merge(keep: dict[str, Any], other: dict[str, Any], referrer: int | None) -> dict[str, Any]:
    """The introducer of a merged record: nobody brings herself, no circles; the thanks go with the introducer."""
    two = (keep["id"], other["id"])
    if referrer is None or referrer in two or leads_to(referrer, two):
        return {"referred_by_id": None, "referral_thanked_on": None}
    thanked = [one["referral_thanked_on"] for one in (keep, other) if one["referred_by_id"] == referrer]
    days = [day for day in thanked if day]
    return {"referred_by_id": referrer, "referral_thanked_on": min(days) if days else None}


def _write(ids: Sequence[int], day: date | None) -> None:
    database.execute(
        f"UPDATE customer SET referral_thanked_on = ? WHERE id IN ({database.marks(ids)})",
        (database.day_value(day), *ids),
    )


def _thanked(customer_id: int) -> date | None:
    return database.as_day(
        database.value_of("SELECT referral_thanked_on FROM customer WHERE id = ?", (customer_id,))
    )


def _day(value: Any) -> date:
    found = database.as_day(value)
    assert found is not None
    return found
