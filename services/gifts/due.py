"""Who is due in a month: birthdays by the index of their calendar day, festivals for all of A, B and special."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models import database
from models.kinds import Calendar, CustomerState, Grade, Occasion
from services import calendar
from services.errors import Refused
from services.rules import birthdays
from services.rules.gifts import season_gift_days
from services.shop import Shop

_COLUMNS = "id, grade, special, colours, styles, looks"
_CARED = f"state = '{CustomerState.ACTIVE}' AND (grade IN ('{Grade.A}', '{Grade.B}') OR special = 1)"


@dataclass(frozen=True, slots=True)
class Due:
    """A customer to whom the standards promise something on a day."""

    customer_id: int
    grade: str
    special: bool
    likes: tuple[str, str, str]
    occasion: str
    day: date


def month_span(month: str) -> tuple[date, date]:
    """The first and last day of `YYYY-MM`. Refused for anything else."""
    try:
        first = date.fromisoformat(f"{month}-01") if len(month) == 7 else None
    except ValueError:
        first = None
    if first is None or not calendar.FIRST_YEAR < first.year < calendar.LAST_YEAR:
        raise Refused("月份“{month}”不对：请写成 2027-02 这样。", month=month, field="month")
    return first, date(first.year + first.month // 12, first.month % 12 + 1, 1) - timedelta(days=1)


def festivals_of(shop: Shop, first: date, last: date) -> list[tuple[date, str]]:
    """The festivals that the policy celebrates, in order; the shop's own anniversary among them if switched on."""
    wanted = set(shop.policy.gifts.festivals)
    known = [one for one in calendar.FESTIVALS if one.value in wanted]
    found = [(day, one.value) for day, one in calendar.festivals_between(first, last, known)]
    if Occasion.ANNIVERSARY.value in wanted:
        text = database.value_of("SELECT anniversary FROM shop_info WHERE id = 1")
        if text:
            month, day = (int(part) for part in str(text).split("-"))
            key = (Calendar.SOLAR, month, day, False)
            for when in (first + timedelta(days=n) for n in range((last - first).days + 1)):
                if key in birthdays.keys_on(when, shop.policy.birthdays):
                    found.append((when, Occasion.ANNIVERSARY.value))
    return sorted(found)


def seasons_of(shop: Shop, first: date, last: date) -> list[tuple[date, str]]:
    """When the gifts for a change of season are due, if the policy gives any."""
    policy = shop.policy.gifts
    found = []
    for year in range(first.year, min(last.year + 1, calendar.LAST_YEAR) + 1):
        found += season_gift_days(policy.season_days, policy.season_lead_days, year)
    return [(day, Occasion.SEASON.value) for day in found if first <= day <= last]


def days_for_all(shop: Shop, first: date, last: date) -> list[tuple[date, str]]:
    """Festivals and changes of season, in order."""
    return sorted(festivals_of(shop, first, last) + seasons_of(shop, first, last))


def due_in(shop: Shop, first: date, last: date) -> Iterator[Due]:
    """Everyone due, occasion by occasion, each with the customers in order of their number."""
    yield from _birthdays(shop, first, last)
    if shop.policy.gifts.remembered_days:
        yield from _remembered(shop, first, last)
    for day, occasion in days_for_all(shop, first, last):
        for found in database.rows(f"SELECT {_COLUMNS} FROM customer WHERE {_CARED} ORDER BY id"):
            yield Due(found[0], found[1], bool(found[2]), found[3:6], occasion, day)


_Keys = dict[tuple[Calendar, int, int, bool], tuple[date, ...]]


def _birthdays(shop: Shop, first: date, last: date) -> Iterator[Due]:
    keys = birthdays.keys_between(first, last, shop.policy.birthdays)
    sql = (
        f"SELECT {_COLUMNS}, birth_day, birth_leap, birth_calendar, birth_month FROM customer"
        f" WHERE birth_calendar = ? AND birth_month = ? AND birth_day BETWEEN ? AND ? AND {_CARED}"
    )
    for r in _kept(sql, keys):
        for when in keys.get((Calendar(r[8]), r[9], r[6], bool(r[7])), ()):
            yield Due(r[0], r[1], bool(r[2]), r[3:6], Occasion.BIRTHDAY.value, when)


NOT_OWN_BIRTHDAY = (
    "(c.birth_calendar IS NULL OR NOT (d.calendar = c.birth_calendar AND d.month = c.birth_month"
    " AND d.day = c.birth_day AND d.leap = c.birth_leap))"
)
"""A day to remember that repeats the customer's own birthday gets no second gift."""


def _remembered(shop: Shop, first: date, last: date) -> Iterator[Due]:
    """Days to remember; two of one customer on the same day are one occasion."""
    keys = birthdays.keys_between(first, last, shop.policy.birthdays)
    columns = ", ".join(f"c.{name}" for name in _COLUMNS.split(", "))
    sql = (
        f"SELECT {columns}, d.day, d.leap, d.calendar, d.month FROM remembered_day d"
        " JOIN customer c ON c.id = d.customer_id"
        f" WHERE d.calendar = ? AND d.month = ? AND d.day BETWEEN ? AND ? AND {_CARED} AND {NOT_OWN_BIRTHDAY}"
    )
    seen = set()
    for r in _kept(sql, keys):
        for when in keys.get((Calendar(r[8]), r[9], r[6], bool(r[7])), ()):
            if (r[0], when) not in seen:
                seen.add((r[0], when))
                yield Due(r[0], r[1], bool(r[2]), r[3:6], Occasion.REMEMBERED_DAY.value, when)


def _kept(sql: str, keys: _Keys) -> list[tuple[Any, ...]]:
    """The rows of the months of these yearly days, one select a month of either calendar."""
    months: dict[tuple[str, int], list[int]] = defaultdict(list)
    for kind, month, day, _leap in keys:
        months[kind.value, month].append(day)
    rows: list[tuple[Any, ...]] = []
    for (kind_value, month), numbers in sorted(months.items()):
        rows += database.rows(sql, (kind_value, month, min(numbers), max(numbers)))
    return sorted(rows)
