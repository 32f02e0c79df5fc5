"""A length of time as the rule book says it: `6 months` are calendar months, `30 days` are days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from services.errors import Refused
from services.words import _

_SPAN = re.compile(r"\s*(\d{1,4})\s*([A-Za-z]+)\s*")
_LAST_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Unit(str, Enum):
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


_UNITS = {name: unit for unit in Unit for name in (unit.value, unit.value[:-1])}


@dataclass(frozen=True, slots=True)
class Span:
    """A whole number of days, weeks, calendar months or years; never negative."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: object) -> Span:
        """`6 months`, `1 year`, `30 days`, `2 weeks`; singular or plural. Raises Refused for anything else."""
        found = _SPAN.fullmatch(text) if isinstance(text, str) else None
        unit = _UNITS.get(found[2].lower()) if found else None
        if found is None or unit is None:
            raise Refused("“{span}”不是时间长度：请写成例如 6 months、30 days、1 year。", span=text)
        return cls(int(found[1]), unit)

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.value[:-1] if self.amount == 1 else self.unit.value}"

    def before(self, day: date) -> date:
        """The day this far back; still inside "within the last ..." (spec 01): 31 Aug - 6 months = 28/29 Feb.

        A day before the first day of the calendar is that first day.
        """
        return self._moved(day, -self.amount)

    def after(self, day: date) -> date:
        """The day this far ahead, at most the last day of the calendar."""
        return self._moved(day, self.amount)

    def words(self) -> str:
        """For people: `6个月` / `6 months`."""
        if self.unit is Unit.DAYS:
            return _("{n}天").format(n=self.amount)
        if self.unit is Unit.WEEKS:
            return _("{n}周").format(n=self.amount)
        if self.unit is Unit.MONTHS:
            return _("{n}个月").format(n=self.amount)
        return _("{n}年").format(n=self.amount)

    def _moved(self, day: date, amount: int) -> date:
        if self.unit is Unit.MONTHS:
            return add_months(day, amount)
        if self.unit is Unit.YEARS:
            return add_months(day, amount * 12)
        try:
            return day + timedelta(days=amount * 7 if self.unit is Unit.WEEKS else amount)
        except OverflowError:
            return date.max if amount > 0 else date.min


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later (negative: earlier), or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year < date.min.year:
        return date.min
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, month_days(year, month + 1)))


def month_days(year: int, month: int) -> int:
    """How many days the solar month has."""
    if month == 2 and (year % 4 or (year % 100 == 0 and year % 400)):
        return 28
    return _LAST_OF_MONTH[month - 1]
