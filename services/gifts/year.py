"""The year's gift work: every occasion of a year or of a month's days, how many people, what it costs, how far it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from models import database
from models.kinds import Calendar, CustomerState, Grade, LineStatus, Occasion
from services.gifts.due import NOT_OWN_BIRTHDAY, days_for_all, month_span
from services.gifts.rows import LADDER, PROPOSED, OccasionRow
from services.rights import Right, require
from services.rules import birthdays
from services.rules.gifts import limits_for
from services.shop import Shop

_Counts = dict[tuple[str, bool], int]
"""{(grade, special): customers}"""
_Days = dict[date, _Counts]

_ACTIVE = f"c.state = '{CustomerState.ACTIVE}'"


def year_overview(shop: Shop, year: int) -> list[OccasionRow]:
    """The year's occasions in order: each month's birthdays and days to remember, festivals, changes of season.

    `day` is the first of the month for those that have many. What was proposed is counted from its lines, the rest
    from today's customers and the standards; what passed without a plan costs nothing any more.
    """
    require(shop, Right.SEE)
    first, last = date(year, 1, 1), date(year, 12, 31)
    planned = _planned("p.month", f"{year}-01", f"{year}-12")
    everybody, born = _customers(shop, first, last)
    yearly = [(Occasion.BIRTHDAY.value, _by_month(born))]
    if shop.policy.gifts.remembered_days:
        yearly.append((Occasion.REMEMBERED_DAY.value, _by_month(_remembered(shop, first, last))))
    rows = []
    for occasion, months in yearly:
        for month in range(1, 13):
            day = date(year, month, 1)
            known = planned.pop((f"{day:%Y-%m}", occasion), None)
            rows.append(_row(shop, occasion, day, months[month], known))
    for day, occasion in days_for_all(shop, first, last):
        known = planned.pop((f"{day:%Y-%m}", occasion), None)
        rows.append(_row(shop, occasion, day, everybody, known))
    for (_month, occasion), known in planned.items():
        rows.append(_row(shop, occasion, known[5], {}, known))
    many = (Occasion.BIRTHDAY, Occasion.REMEMBERED_DAY)
    return sorted(rows, key=lambda row: (row.month, row.occasion not in many, row.day, row.occasion))


def month_days(shop: Shop, month: str) -> list[OccasionRow]:
    """The occasions of a month (`YYYY-MM`), each on its own day, in order."""
    require(shop, Right.SEE)
    first, last = month_span(month)
    planned = _planned("l.due", database.day_value(first), database.day_value(last))
    rows = []
    everybody, born = _customers(shop, first, last)
    kinds = [(Occasion.BIRTHDAY.value, born)]
    if shop.policy.gifts.remembered_days:
        kinds.append((Occasion.REMEMBERED_DAY.value, _remembered(shop, first, last)))
    for occasion, days in kinds:
        for day, counts in days.items():
            rows.append(_row(shop, occasion, day, counts, planned.pop((day, occasion), None)))
    for day, occasion in days_for_all(shop, first, last):
        rows.append(_row(shop, occasion, day, everybody, planned.pop((day, occasion), None)))
    rows += [_row(shop, occasion, day, {}, known) for (day, occasion), known in planned.items()]
    return sorted(rows, key=lambda row: (row.day, row.occasion))


def _row(shop: Shop, occasion: str, day: date, counts: _Counts, known: tuple[Any, ...] | None) -> OccasionRow:
    month = f"{day:%Y-%m}"
    c = _sum(counts, Grade.C)
    if known is not None:
        a, b, special, budget, state, _first = known
        return OccasionRow(occasion, day, month, a, b, special, budget, False, state, c)
    a, b = _sum(counts, Grade.A), _sum(counts, Grade.B)
    special = sum(number for (_grade, named), number in counts.items() if named)
    passed = month < f"{shop.today():%Y-%m}"
    budget = 0 if passed else _estimate(shop, Grade.A, occasion) * a + _estimate(shop, Grade.B, occasion) * b
    return OccasionRow(occasion, day, month, a, b, special, budget, True, None, c)


def _sum(counts: _Counts, grade: Grade) -> int:
    return sum(number for (one, special), number in counts.items() if one == grade and not special)


def _estimate(shop: Shop, grade: str, occasion: str) -> int:
    """fen a head by the standard: the ceiling, the floor, or the voucher's value."""
    limits = limits_for(grade, occasion, False, shop.policy.gifts)
    if limits is None:
        return 0
    return limits.min_fen or limits.voucher_fen or limits.max_fen or 0


# --- today's customers


def _customers(shop: Shop, first: date, last: date) -> tuple[_Counts, _Days]:
    """Everybody by grade, and the birthdays of the span: one pass over the customers."""
    columns = "c.birth_calendar, c.birth_month, c.birth_day, c.birth_leap, c.grade, c.special"
    rows = database.rows(f"SELECT {columns}, COUNT(*) FROM customer c WHERE {_ACTIVE} GROUP BY {columns}")
    everybody: _Counts = defaultdict(int)
    for *_birthday, grade, special, number in rows:
        everybody[grade, bool(special)] += number
    return everybody, _on_days(shop, (row for row in rows if row[0] is not None), first, last)


def _remembered(shop: Shop, first: date, last: date) -> _Days:
    columns = "d.calendar, d.month, d.day, d.leap, c.grade, c.special"
    sql = (
        f"SELECT {columns}, COUNT(DISTINCT c.id) FROM remembered_day d JOIN customer c ON c.id = d.customer_id"
        f" WHERE {_ACTIVE} AND {NOT_OWN_BIRTHDAY} GROUP BY {columns}"
    )
    return _on_days(shop, database.rows(sql), first, last)


def _on_days(shop: Shop, rows: Iterable[tuple[Any, ...]], first: date, last: date) -> _Days:
    keys = birthdays.keys_between(first, last, shop.policy.birthdays)
    found: _Days = defaultdict(lambda: defaultdict(int))
    for kind, month, day, leap, grade, special, number in rows:
        for when in keys.get((Calendar(kind), month, day, bool(leap)), ()):
            found[when][grade, bool(special)] += number
    return dict(found)


def _by_month(days: _Days) -> dict[int, _Counts]:
    found: dict[int, _Counts] = {month: defaultdict(int) for month in range(1, 13)}
    for day, counts in days.items():
        for key, number in counts.items():
            found[day.month][key] += number
    return found


# --- what was proposed


def _planned(by: str, first: Any, last: Any) -> dict[tuple[Any, str], tuple[Any, ...]]:
    """{(month or day, occasion): (A, B, special, budget, least advanced state, first day)}; heads, not lines."""
    sql = (
        f"SELECT {by}, l.occasion, l.grade, l.special, l.status, CASE WHEN l.gift_id IS NULL THEN 1 ELSE 0 END,"
        " SUM(CASE WHEN l.part = 1 THEN 1 ELSE 0 END), SUM(l.cost), MIN(l.due)"
        " FROM plan_line l JOIN gift_plan p ON p.id = l.plan_id"
        f" WHERE {by} BETWEEN ? AND ? AND l.live = 1 AND {PROPOSED} GROUP BY 1, 2, 3, 4, 5, 6"
    )
    heads: dict[tuple[Any, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    states: dict[tuple[Any, str], set[tuple[bool, str]]] = defaultdict(set)
    days: dict[tuple[Any, str], date] = {}
    for at, occasion, grade, special, status, empty, people, cost, due in database.rows(sql, (first, last)):
        day = database.as_day(due)
        assert day is not None
        key = (at if by == "p.month" else day, occasion)
        heads[key][2 if special else 0 if grade == Grade.A else 1] += int(people)
        heads[key][3] += int(cost)
        states[key].add((bool(empty), status))
        days[key] = min(day, days.get(key, day))
    return {key: (*numbers, _state(states[key]), days[key]) for key, numbers in heads.items()}


def _state(states: set[tuple[bool, str]]) -> LineStatus | None:
    """The least advanced one of the lines that have a gift; of all where none has."""
    real = {status for empty, status in states if not empty} or {status for _empty, status in states}
    return next((one for one in LADDER if one in real), None)
