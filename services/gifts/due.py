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


def due_in(shop: Shop, first: date, last: date) -> Iterator[Due]:
    """Everyone due, occasion by occasion, each with the customers in order of their number."""
    yield from _birthdays(shop, first, last)
    for day, occasion in festivals_of(shop, first, last):
        for found in database.rows(f"SELECT {_COLUMNS} FROM customer WHERE {_CARED} ORDER BY id"):
            yield Due(found[0], found[1], bool(found[2]), found[3:6], occasion, day)


def _birthdays(shop: Shop, first: date, last: date) -> Iterator[Due]:
    keys = birthdays.keys_between(first, last, shop.policy.birthdays)
    months: dict[tuple[str, int], list[int]] = defaultdict(list)
    for kind, month, day, _leap in keys:
        months[kind.value, month].append(day)
    rows: list[tuple[Any, ...]] = []
    for (kind_value, month), numbers in sorted(months.items()):
        rows += database.rows(
            f"SELECT {_COLUMNS}, birth_day, birth_leap, birth_calendar, birth_month FROM customer"
            " WHERE birth_calendar = ? AND birth_month = ? AND birth_day BETWEEN ? AND ?"
            f" AND {_CARED}",
            (kind_value, month, min(numbers), max(numbers)),
        )
    for r in sorted(rows):
        for when in keys.get((Calendar(r[8]), r[9], r[6], bool(r[7])), ()):
            yield Due(r[0], r[1], bool(r[2]), r[3:6], Occasion.BIRTHDAY.value, when)


def cared_counts(shop: Shop) -> dict[tuple[str, bool], int]:
    """Today's active customers of grade A, B or special: {(grade, special): n}."""
    sql = f"SELECT grade, special, COUNT(*) FROM customer WHERE {_CARED} GROUP BY grade, special"
    return {(found[0], bool(found[1])): found[2] for found in database.rows(sql)}


def birthday_counts(shop: Shop, year: int) -> list[dict[tuple[str, bool], int]]:
    """The same for the birthdays of each of the twelve months of a solar year."""
    sql = (
        "SELECT birth_calendar, birth_month, birth_day, birth_leap, grade, special, COUNT(*) FROM customer"
        f" WHERE birth_calendar IS NOT NULL AND {_CARED}"
        " GROUP BY birth_calendar, birth_month, birth_day, birth_leap, grade, special"
    )
    found: list[dict[tuple[str, bool], int]] = [defaultdict(int) for _month in range(12)]
    for kind, month, day, leap, grade, special, number in database.rows(sql):
        birthday = birthdays.Birthday(Calendar(kind), month, day, bool(leap))
        for when in birthdays.days_in(birthday, year, shop.policy.birthdays):
            found[when.month - 1][grade, bool(special)] += number
    return found
