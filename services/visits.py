"""Coming in without buying: one line a day, and what was tried on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from models import database
from services import grades, journal, returns, schedule_upkeep, search_index, standing
from services.customer_notes import add_note, remove_note
from services.errors import Refused
from services.rights import Right, require
from services.rules.customer_data import clean
from services.shop import Shop


@dataclass(frozen=True)
class VisitResult:
    visit_id: int
    """0 where a ticket of the same day is the visit already."""
    customer_id: int
    grade_before: str
    grade_after: str
    repeated: bool = False
    tried_id: int = 0
    """The note of what was tried on."""


def visit(
    shop: Shop, customer_id: int, note: str = "", day: date | None = None, tried: str = ""
) -> VisitResult:
    """The customer came in without buying: one line a day, however often the key is pressed.

    `tried`: what was tried on and not bought; kept as a dated note even if the visit itself is known.
    """
    require(shop, Right.SELL)
    day = standing.checked_day(shop, day)
    with database.database.atomic():
        done = _noted(shop, customer_id, note, day)
        if clean(tried):
            done = replace(done, tried_id=add_note(shop, customer_id, tried, "tried", day))
    return done


def _noted(shop: Shop, customer_id: int, note: str, day: date) -> VisitResult:
    """The day's line, inside the caller's transaction."""
    person = standing.person(customer_id)
    known = database.row(
        "SELECT id FROM visit WHERE customer_id = ? AND day = ? AND undone = 0", (customer_id, day)
    ) or database.row(
        "SELECT 0 FROM purchase WHERE customer_id = ? AND day = ? AND returns_id IS NULL",
        (customer_id, day),
    )
    if known is not None:
        return VisitResult(known[0], customer_id, person[0], person[0], True)
    number = _write_visit(shop, customer_id, day, clean(note))
    database.execute(
        "UPDATE customer SET last_visit = ?, last_contact = ?, version = version + 1 WHERE id = ?",
        (standing.later(person[3], day), standing.later(person[7], day), customer_id),
    )
    schedule_upkeep.restarted(shop.today(), customer_id)
    verdict = grades.regrade_one(shop, customer_id)
    place = search_index.place(verdict.state, standing.later(person[3], day))
    search_index.moved(customer_id, standing.place(person), place)
    journal.note(shop, "visit.noted", "visit", number, customer_id=customer_id, body={"day": day.isoformat()})
    return VisitResult(number, customer_id, person[0], verdict.grade.value)


def undo(shop: Shop, visit_id: int, tried_id: int = 0) -> None:
    """Takes back a visit noted today by mistake, with the note of what was tried on. Raises Refused."""
    require(shop, Right.SELL)
    with database.database.atomic():
        if tried_id:
            remove_note(shop, tried_id)
            if not visit_id:
                return
        found = database.row("SELECT customer_id, day FROM visit WHERE id = ? AND undone = 0", (visit_id,))
        if found is None:
            raise Refused("这次到店已经撤销了。")
        if database.as_day(found[1]) != shop.today():
            raise Refused("只能撤销今天登记的到店。")
        database.execute("UPDATE visit SET undone = 1 WHERE id = ?", (visit_id,))
        returns.recount(found[0])
        returns.rhythm_again(shop, found[0])
        grades.regrade_one(shop, found[0])
        search_index.refresh_many([found[0]])
        journal.note(shop, "visit.undone", "visit", visit_id, customer_id=found[0])


def _write_visit(shop: Shop, customer_id: int, day: date, note: str) -> int:
    return database.insert(
        "visit",
        customer_id=customer_id,
        day=day,
        user_id=shop.who,
        note=note[:500],
        undone=0,
        created_at=shop.clock.now(),
    )
