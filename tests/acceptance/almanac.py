"""Which day is whose, by another lunar calendar (sxtwl) than the program's, day by day and as plainly as can be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

import pytest

sxtwl = pytest.importorskip("sxtwl", reason="the second lunar calendar has no wheel here")

SOLAR_FESTIVALS = {(5, 1): "may_day", (10, 1): "national_day"}


@lru_cache(maxsize=5000)
def lunar(day: date) -> tuple[int, int, bool]:
    """Lunar month, day, and whether the month is a leap month."""
    found = sxtwl.fromSolar(day.year, day.month, day.day)
    return found.getLunarMonth(), found.getLunarDay(), found.isLunarLeap()


def days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def has_leap(year_of: date, month: int) -> bool:
    """Whether the lunar year around a day holds a leap month of that number."""
    return any(
        lunar(day)[0] == month and lunar(day)[2]
        for day in days(year_of - timedelta(days=45), year_of + timedelta(days=45))
    )


def is_birthday(day: date, calendar: str | None, month: int, number: int, leap: bool) -> bool:
    """Whether a birthday is kept on that day (spec 01: 29 February, lunar 30th, leap month)."""
    tomorrow = day + timedelta(days=1)
    if calendar == "solar":
        common = (date(day.year, 3, 1) - timedelta(days=1)).day == 28
        return (day.month, day.day) == (month, number) or (
            (month, number) == (2, 29) and common and (day.month, day.day) == (2, 28)
        )
    if calendar != "lunar":
        return False
    lunar_month, lunar_day, in_leap = lunar(day)
    if lunar_month != month:
        return False
    if in_leap != (leap and has_leap(day, month)):
        return False
    short = lunar(tomorrow)[1] == 1
    return lunar_day == number or (number == 30 and lunar_day == 29 and short)


def festivals(first: date, last: date) -> list[tuple[date, str]]:
    """五一, 十一, 春节."""
    found = []
    for day in days(first, last):
        if (day.month, day.day) in SOLAR_FESTIVALS:
            found.append((day, SOLAR_FESTIVALS[day.month, day.day]))
        if lunar(day) == (1, 1, False):
            found.append((day, "spring_festival"))
    return found
