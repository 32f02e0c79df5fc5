"""The orders of the customer list: by a column, or by what only the calendar or the rules know."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from models import database
from models.kinds import LineStatus
from services import find
from services.filters.reading import ids_of, walked
from services.filters.sql import clause, keys_clause
from services.progress import Progress
from services.rules import birthdays, grading
from services.rules.birthdays import Key
from services.rules.filters import Filter
from services.shop import Shop

_AHEAD = 400
"""Days: a lunar year with its leap month is not longer."""
SORTS = {
    "visit": ("c.last_visit", True),
    "name": ("c.sort_key", False),
    "card_no": ("c.card_no", False),
    "grade": ("c.grade", False),
    "spent": ("c.paid_total", True),
    "points": ("c.points_balance", True),
    "tickets": ("c.tickets", True),
    "bought": ("c.last_purchase", True),
    "contact": ("c.last_contact", True),
    "registered": ("c.registered_on", True),
    "size": ("c.size", False),
    "group": ("(SELECT g.name FROM staff_group g WHERE g.id = c.group_id)", False),
    "clerk": ("(SELECT u.name FROM staff_user u WHERE u.id = c.clerk_id)", False),
    "tail": (
        "(SELECT SUBSTR(p.number, LENGTH(p.number) - 3) FROM phone p WHERE p.customer_id = c.id"
        " ORDER BY p.position, p.id LIMIT 1)",
        False,
    ),
}
"""Sort key → column, and whether it naturally runs downwards. `OWN` has further ones."""


def _soonest(shop: Shop, wanted: Filter, down: bool, progress: Progress) -> array[int]:
    """Who will be demoted or lost, by the day on which it happens."""
    where, params = clause(shop, wanted, walk=True)
    sql = (
        "SELECT c.id, COALESCE(c.last_purchase, c.registered_on), "
        " CASE WHEN c.base_grade <> 'C' THEN COALESCE(c.last_visit, c.registered_on) END"
        f" FROM customer c WHERE {where}"
    )
    # Everyone's days are the same few hundred: each is judged once.
    lost: dict[Any, date] = {}
    down_on: dict[Any, date] = {}
    found = []
    for customer, bought, seen in walked(sql, params, progress):
        if bought not in lost:
            lost[bought] = _coming(shop, grading.lost_from, bought)
        if seen not in down_on:  # None for C, whom nothing demotes
            down_on[seen] = _coming(shop, grading.demoted_from, seen)
        found.append((min(lost[bought], down_on[seen]), customer))
    return array("q", (customer for _day, customer in sorted(found, reverse=down)))


def _coming(shop: Shop, rule: Callable[[grading.Facts, Any], date], stored: Any) -> date:
    """The day on which a rule hits whoever was last here on a day; the end of time where it has hit already."""
    known = database.as_day(stored)
    if known is None:
        return date.max
    day = rule(grading.Facts(0, 0, 0, known, known, known), shop.policy.grades)
    return day if day > shop.today() else date.max


def _by_birthday(shop: Shop, wanted: Filter, down: bool, progress: Progress) -> array[int]:
    """By the next birthday in either calendar; who has none comes last. Sorted into days: memory stays flat."""
    today, policy = shop.today(), shop.policy.birthdays
    kept = birthdays.keys_between(today, today + timedelta(days=_AHEAD - 1), policy)
    place: dict[tuple[str, int, int, int], int] = {
        _stored(key): (days[0] - today).days for key, days in kept.items()
    }
    lots = [array("q") for _day in range(_AHEAD + 1)]
    where, params = clause(shop, wanted, walk=True)
    sql = f"SELECT c.id, c.birth_calendar, c.birth_month, c.birth_day, c.birth_leap FROM customer c WHERE {where}"
    for row in walked(sql, params, progress):
        lots[place.get(row[1:5], _AHEAD)].append(row[0])
    unknown = lots.pop()
    found: array[int] = array("q")
    for lot in reversed(lots) if down else lots:
        found.extend(lot)
    found.extend(unknown)
    return found


def _stored(key: Key) -> tuple[str, int, int, int]:
    return key[0].value, key[1], key[2], int(key[3])


def _by_hint(shop: Shop, wanted: Filter, down: bool, progress: Progress) -> array[int]:
    """What is due: a gift waiting, then a birthday soon, then who came last."""
    today = shop.today()
    soon = birthdays.keys_between(today, today + timedelta(days=find.SOON_DAYS), shop.policy.birthdays)
    birthday, keys = keys_clause(soon)
    where, params = clause(shop, wanted, walk=True)
    nulls = " NULLS LAST" if database.is_postgres() else ""
    sql = (
        f"SELECT c.id FROM customer c WHERE {where} ORDER BY CASE WHEN c.id IN"
        f" (SELECT l.customer_id FROM plan_line l WHERE l.status = ?) THEN 0 WHEN {birthday} THEN 1 ELSE 2 END,"
        f" c.last_visit DESC{nulls}"
    )
    found = ids_of(sql, [*params, LineStatus.APPROVED.value, *keys], progress)
    if down:
        found.reverse()
    return found


OWN: dict[str, Callable[[Shop, Filter, bool, Progress], array[int]]] = {
    "soon": _soonest,
    "birthday": _by_birthday,
    "hint": _by_hint,
}
