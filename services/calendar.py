"""Solar and lunar days, festivals, public holidays and posting days. Pure: no clock, no database.

borax is the source, read once and late (18 ms) into a table of lunar months; a conversion then costs 0.6 us.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from models.kinds import Occasion
from services.errors import Refused
from services.words import language

FIRST_YEAR = 1900
LAST_YEAR = 2100
"""The lunar years of the table: from 1900-01-31 to 2101-01-28. Checked day by day for 1901-2100."""

_ONE_DAY_EARLIER = frozenset({date(2057, 9, 29), date(2089, 9, 5), date(2097, 8, 8)})
"""Month starts that borax has one day late: new moons just before midnight (sxtwl and ephem agree)."""

_CN_MONTHS = (
    "正月",
    "二月",
    "三月",
    "四月",
    "五月",
    "六月",
    "七月",
    "八月",
    "九月",
    "十月",
    "十一月",
    "腊月",
)
_CN_TENS = ("初", "十", "廿", "三")
_CN_DIGITS = ("十", "一", "二", "三", "四", "五", "六", "七", "八", "九")

_SOLAR_FESTIVALS = {
    Occasion.NEW_YEAR: (1, 1),
    Occasion.WOMENS_DAY: (3, 8),
    Occasion.MAY_DAY: (5, 1),
    Occasion.NATIONAL_DAY: (10, 1),
}
_LUNAR_FESTIVALS = {
    Occasion.SPRING_FESTIVAL: (1, 1),
    Occasion.LANTERN: (1, 15),
    Occasion.DRAGON_BOAT: (5, 5),
    Occasion.QIXI: (7, 7),
    Occasion.MID_AUTUMN: (8, 15),
}
FESTIVALS: tuple[Occasion, ...] = (*_SOLAR_FESTIVALS, *_LUNAR_FESTIVALS)
"""The occasions whose day the calendar knows."""


class LunarDay(NamedTuple):
    """A day of the lunar calendar. `year` changes at 正月初一; `leap` marks the second month of a number."""

    year: int
    month: int
    day: int
    leap: bool


class _Month(NamedTuple):
    first: int
    """Ordinal of the solar day on which the month begins."""
    days: int
    year: int
    month: int
    leap: bool


@dataclass(frozen=True)
class _Tables:
    firsts: list[int]
    months: list[_Month]
    by_name: dict[tuple[int, int, bool], _Month]
    leap_of_year: dict[int, int]
    end: int
    """Ordinal of the first day after the table."""


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    from borax.calendars.lunardate import MIN_SOLAR_DATE, LCalendars

    names = [(y, *month) for y in range(FIRST_YEAR, LAST_YEAR + 1) for month in LCalendars.iter_year_month(y)]
    firsts, ordinal = [], MIN_SOLAR_DATE.toordinal()
    for _year, _month, days, _leap in names:
        firsts.append(ordinal - (date.fromordinal(ordinal) in _ONE_DAY_EARLIER))
        ordinal += days
    months = [
        _Month(first, after - first, year, month, bool(leap))
        for first, after, (year, month, _days, leap) in zip(
            firsts, [*firsts[1:], ordinal], names, strict=True
        )
    ]
    by_name = {(m.year, m.month, m.leap): m for m in months}
    leaps = {m.year: m.month for m in months if m.leap}
    return _Tables(firsts, months, by_name, leaps, ordinal)


def convertible(day: date) -> bool:
    """Whether the lunar table reaches this solar day (1900-01-31 to 2101-01-28)."""
    tables = _tables()
    return tables.firsts[0] <= day.toordinal() < tables.end


def to_lunar(day: date) -> LunarDay:
    """The lunar day of a solar one. Raises Refused outside the table."""
    tables = _tables()
    ordinal = day.toordinal()
    at = bisect_right(tables.firsts, ordinal) - 1
    if at < 0 or ordinal >= tables.end:
        raise Refused("农历只能换算1901年到2100年的日期，{day}不在其中。", day=day.isoformat())
    first, _days, year, month, leap = tables.months[at]
    return LunarDay(year, month, ordinal - first + 1, leap)


def to_solar(year: int, month: int, day: int, leap: bool = False) -> date:
    """The solar day of a lunar one. Raises Refused when that lunar day does not exist."""
    days = lunar_month_days(year, month, leap)
    if not 1 <= day <= days:
        text = lunar_month_text(month, leap)
        raise Refused(
            "农历{year}年{month}只有{days}天，没有第{day}天。", year=year, month=text, days=days, day=day
        )
    return date.fromordinal(_tables().by_name[year, month, leap].first + day - 1)


def lunar_month_days(year: int, month: int, leap: bool = False) -> int:
    """29 or 30. Raises Refused when the year has no such month or lies outside the table."""
    found = _tables().by_name.get((year, month, bool(leap)))
    if found is not None:
        return found.days
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("农历只能换算1901年到2100年，{year}年不在其中。", year=year)
    if not 1 <= month <= 12:
        raise Refused("农历没有{month}月：月份要在1到12之间。", month=month)
    raise Refused(
        "农历{year}年没有{month}，请核对是不是闰月。", year=year, month=lunar_month_text(month, True)
    )


def leap_month(year: int) -> int:
    """The number of the month that the lunar year has twice, else 0. Raises Refused outside the table."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("农历只能换算1901年到2100年，{year}年不在其中。", year=year)
    return _tables().leap_of_year.get(year, 0)


@lru_cache(maxsize=1)
def known_leap_months() -> frozenset[int]:
    """The months that are ever a leap month in the table; 正月 and 腊月 never are."""
    return frozenset(_tables().leap_of_year.values())


def lunar_month_text(month: int, leap: bool = False) -> str:
    """`八月`, `闰四月`; in English `month 8`, `leap month 4`."""
    if language() == "zh":
        return ("闰" if leap else "") + _CN_MONTHS[month - 1]
    return f"leap month {month}" if leap else f"month {month}"


def lunar_text(month: int, day: int, leap: bool = False) -> str:
    """`农历八月十五`, `农历闰四月初一`; in English `lunar 8/15`, `lunar leap 4/1`."""
    if language() == "zh":
        tens = _CN_TENS[(day - 1) // 10] if day != 20 and day != 30 else ("二" if day == 20 else "三")
        return f"农历{lunar_month_text(month, leap)}{tens}{_CN_DIGITS[day % 10]}"
    return f"lunar leap {month}/{day}" if leap else f"lunar {month}/{day}"


def festival_day(occasion: Occasion, solar_year: int) -> date:
    """The day of the festival in that year. Raises Refused for an occasion without a day of its own."""
    if occasion in _SOLAR_FESTIVALS:
        return date(solar_year, *_SOLAR_FESTIVALS[occasion])
    if occasion in _LUNAR_FESTIVALS:
        return to_solar(solar_year, *_LUNAR_FESTIVALS[occasion])
    raise Refused("“{occasion}”不是有固定日子的节日。", occasion=occasion.value)


def festivals(year: int, occasions: Iterable[Occasion] = FESTIVALS) -> list[tuple[date, Occasion]]:
    """The festivals among `occasions` in that solar year, earliest first; other occasions are left out."""
    days = [(festival_day(what, year), what) for what in occasions if what in FESTIVALS]
    return sorted(days, key=lambda pair: (pair[0], pair[1].value))


def festivals_between(
    first: date, last: date, occasions: Iterable[Occasion] = FESTIVALS
) -> list[tuple[date, Occasion]]:
    """The festivals from `first` to `last`, both included, over the year's end too."""
    wanted = tuple(occasions)
    years = range(first.year, last.year + 1)
    return [pair for year in years for pair in festivals(year, wanted) if first <= pair[0] <= last]


def qingming(year: int) -> date:
    """The day of 清明, a solar term: 4, 5 or 6 April."""
    from borax.calendars.lunardate import TermUtils

    day: date = TermUtils.nth_term_day(year, term_name="清明")
    return day


def public_holiday(day: date) -> bool:
    """Whether the statute (wording of 2025) makes it a holiday; days moved by yearly notice are not known."""
    return day in _public_holidays(day.year)


@lru_cache(maxsize=16)
def _public_holidays(year: int) -> frozenset[date]:
    days = {date(year, *solar) for solar in ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))}
    if FIRST_YEAR < year <= LAST_YEAR:
        spring = festival_day(Occasion.SPRING_FESTIVAL, year)
        days |= {spring + timedelta(days=offset) for offset in range(-1, 3)}
        days |= {
            qingming(year),
            festival_day(Occasion.DRAGON_BOAT, year),
            festival_day(Occasion.MID_AUTUMN, year),
        }
    return frozenset(days)


def posting_day(target: date, lead_days: int, skip_sundays_and_holidays: bool = True) -> date:
    """The day to post a card for `target`: `lead_days` before, moved back over Sundays and holidays."""
    day = target - timedelta(days=lead_days)
    while skip_sundays_and_holidays and (day.isoweekday() == 7 or public_holiday(day)):
        day -= timedelta(days=1)
    return day
