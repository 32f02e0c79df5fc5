"""The grading lists as people read them: changes with names, the lost list by ids, months to look back on."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models import database
from services import grade_history
from services.grade_changes import Change
from services.rights import Right, require
from services.shop import Shop


@dataclass(frozen=True)
class NamedChange:
    """One coming or made change, with what a table shows."""

    id: int
    card_no: str
    name: str
    from_grade: str
    to_grade: str
    rule: str
    """A `GradeRule` code"""
    last_visit: date | None
    last_purchase: date | None


def named(shop: Shop, changes: dict[int, Change], ids: Sequence[int]) -> list[NamedChange | None]:
    """The changes of these customers, in the order of `ids`, with names: for the rows that are on screen."""
    require(shop, Right.SEE)
    rows = database.rows(
        f"SELECT id, name, last_visit, last_purchase FROM customer WHERE id IN ({database.marks(ids)})",
        tuple(ids),
    )
    people = {row[0]: row for row in rows}
    found: list[NamedChange | None] = []
    for one in ids:
        change, person = changes[one], people.get(one)
        if person is None:
            found.append(None)
            continue
        visit, bought = database.as_day(person[2]), database.as_day(person[3])
        found.append(
            NamedChange(
                one,
                change.card_no,
                person[1],
                change.from_grade,
                change.to_grade,
                change.rule.value,
                visit,
                bought,
            )
        )
    return found


def lost_ids(shop: Shop) -> array[int]:
    """Everybody on the lost list (流失顾客名录), those who spent most first."""
    require(shop, Right.SEE)
    sql = "SELECT id FROM customer WHERE state = 'lost' ORDER BY paid_total DESC, id"
    return array("q", (row[0] for row in database.rows(sql)))


def lost_rows(shop: Shop, ids: Sequence[int]) -> list[grade_history.LostRow | None]:
    """These lines of the lost list, in the order of `ids`."""
    require(shop, Right.SEE)
    rows = database.rows(
        "SELECT id, card_no, name, grade, last_purchase, lost_on, tickets, paid_total FROM customer"
        f" WHERE state = 'lost' AND id IN ({database.marks(ids)})",
        tuple(ids),
    )
    people = {
        r[0]: grade_history.LostRow(
            r[0], r[1], r[2], r[3], database.as_day(r[4]), database.as_day(r[5]), r[6], r[7]
        )
        for r in rows
    }
    return [people.get(one) for one in ids]


def months_back(today: date, number: int = 24) -> list[date]:
    """The first days of this month and the ones before it, newest first."""
    found = [today.replace(day=1)]
    while len(found) < number:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def last_run(shop: Shop) -> tuple[date, int] | None:
    """Day and size of the newest grading that could be undone, or None."""
    found = database.row("SELECT day, changed FROM grade_run WHERE undone = 0 ORDER BY id DESC LIMIT 1")
    day = database.as_day(found[0]) if found else None
    return (day, int(found[1])) if found and day else None
