"""Birthdays and other yearly days, solar or lunar: which solar day a given year keeps them on (spec 01).

With the policy as shipped a lunar 30th falls on the 29th of a short month, 29 February on 28 February, and a
leap-month day in the ordinary month of years without that leap month. With a switch off, the first two are kept on
the day after instead, and a leap-month day only in the years that have the leap month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Protocol

from models.kinds import Calendar
from services import calendar as almanac
from services.errors import Refused
from services.rules.spans import month_days
from services.words import _, language

_ONE_DAY = timedelta(days=1)
_LEAP_YEAR = 2000
"""Any leap year: a birthday without a year may be 29 February."""

Key = tuple[Calendar, int, int, bool]
"""Calendar, month, day, leap flag: what the customer table is indexed by."""


class BirthdayPolicy(Protocol):
    """The three switches of spec 01."""

    @property
    def leap_month_kept_in_ordinary(self) -> bool: ...
    @property
    def lunar_30_on_29(self) -> bool: ...
    @property
    def feb_29_on_28(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class AsShipped:
    """The switches as the shop is shipped; for text beside a birthday where no policy is at hand."""

    leap_month_kept_in_ordinary: bool = True
    lunar_30_on_29: bool = True
    feb_29_on_28: bool = True


@dataclass(frozen=True, slots=True)
class Birthday:
    """A day of every year as the customer told it; of a lunar one `year` is the lunar year."""

    calendar: Calendar
    month: int
    day: int
    leap: bool = False
    year: int | None = None

    @property
    def key(self) -> Key:
        return self.calendar, self.month, self.day, self.leap


def days_in(birthday: Birthday, solar_year: int, policy: BirthdayPolicy) -> tuple[date, ...]:
    """The solar days of that year on which it is kept: one, or for lunar birthdays none, one or two."""
    return _days_in(birthday.key, solar_year, *_switches(policy))


def next_day(birthday: Birthday, today: date, policy: BirthdayPolicy) -> date | None:
    """The first day from today on (today included); None when the calendar knows no further one."""
    return _first_from(birthday.key, today, almanac.LAST_YEAR + 1, *_switches(policy))


def days_until(birthday: Birthday, today: date, policy: BirthdayPolicy) -> int | None:
    """Days until the next one, 0 today; None when there is none."""
    day = next_day(birthday, today, policy)
    return None if day is None else (day - today).days


def in_span(birthday: Birthday, first: date, last: date, policy: BirthdayPolicy) -> date | None:
    """The first day it is kept on from `first` to `last`, both included, over the year's end too; else None."""
    day = _first_from(birthday.key, first, last.year, *_switches(policy))
    return day if day is not None and day <= last else None


def keys_on(day: date, policy: BirthdayPolicy) -> frozenset[Key]:
    """All birthdays kept on that solar day, as stored: the inverse of days_in, to select customers by an index."""
    return _keys_on(day, *_switches(policy))


def keys_between(first: date, last: date, policy: BirthdayPolicy) -> dict[Key, tuple[date, ...]]:
    """Every birthday kept from `first` to `last`, both included, with its days in order."""
    found: dict[Key, tuple[date, ...]] = {}
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        for key in keys_on(day, policy):
            found[key] = (*found.get(key, ()), day)
    return found


def age_on(birthday: Birthday, day: date, policy: BirthdayPolicy) -> int | None:
    """Full years (周岁) on that day, counted in the birthday's own calendar; None without a year or before it."""
    if birthday.year is None:
        return None
    if birthday.calendar is Calendar.LUNAR and not almanac.convertible(day):
        return None
    year = day.year if birthday.calendar is Calendar.SOLAR else almanac.to_lunar(day).year
    kept = _kept_in(birthday.key, year, True, policy.lunar_30_on_29, policy.feb_29_on_28)
    age = year - birthday.year - (kept is not None and day < kept)
    return age if age >= 0 else None


def check(birthday: Birthday, today: date | None = None) -> None:
    """Raises Refused, with a sentence naming what is wrong, for a day that no year or not this year has."""
    if not 1 <= birthday.month <= 12:
        raise Refused("生日的月份是{month}：要在1到12之间。", field="birthday", month=birthday.month)
    if birthday.year is not None and not almanac.FIRST_YEAR <= birthday.year <= almanac.LAST_YEAR:
        raise Refused(
            "生日的年份是{year}：要在1900到2100之间，不知道年份可以空着。",
            field="birthday",
            year=birthday.year,
        )
    if birthday.calendar is Calendar.SOLAR:
        _check_solar(birthday)
    else:
        _check_lunar(birthday)
    _check_past(birthday, today)


def describe(birthday: Birthday, year: int, policy: BirthdayPolicy | None = None) -> str:
    """For people: `农历八月十五 = 2026年9月25日`, `9月25日`; the year of birth, if known, stands in front."""
    text = own_text(birthday)
    if birthday.calendar is Calendar.SOLAR:
        return text
    days = days_in(birthday, year, policy or AsShipped())
    if not days:
        return _("{lunar}（{year}年没有这一天）").format(lunar=text, year=year)
    return _("{lunar} = {days}").format(lunar=text, days=_("、").join(_solar_text(day) for day in days))


def _switches(policy: BirthdayPolicy) -> tuple[bool, bool, bool]:
    return policy.leap_month_kept_in_ordinary, policy.lunar_30_on_29, policy.feb_29_on_28


@lru_cache(maxsize=8192)
def _days_in(key: Key, solar_year: int, leap_kept: bool, thirty: bool, feb: bool) -> tuple[date, ...]:
    years = (solar_year,) if key[0] is Calendar.SOLAR else (solar_year - 1, solar_year)
    days = (_kept_in(key, year, leap_kept, thirty, feb) for year in years)
    return tuple(day for day in days if day is not None and day.year == solar_year)


def _first_from(key: Key, first: date, last_year: int, *switches: bool) -> date | None:
    for year in range(first.year, min(last_year, date.max.year) + 1):
        for day in _days_in(key, year, *switches):
            if day >= first:
                return day
    return None


def _kept_in(key: Key, year: int, leap_kept: bool, thirty: bool, feb: bool) -> date | None:
    """The solar day on which a year of the birthday's own calendar keeps it."""
    kind, month, day, leap = key
    if kind is Calendar.SOLAR:
        if day <= month_days(year, month):
            return date(year, month, day)
        return date(year, 2, 28) + (timedelta() if feb else _ONE_DAY)
    if not almanac.FIRST_YEAR <= year <= almanac.LAST_YEAR:
        return None
    if leap and almanac.leap_month(year) != month:
        if not leap_kept:
            return None
        leap = False
    days = almanac.lunar_month_days(year, month, leap)
    kept = almanac.to_solar(year, month, min(day, days), leap)
    return kept + _ONE_DAY if day > days and not thirty else kept


@lru_cache(maxsize=1024)
def _keys_on(day: date, leap_kept: bool, thirty: bool, feb: bool) -> frozenset[Key]:
    keys: set[Key] = {(Calendar.SOLAR, day.month, day.day, False)}
    common_year = month_days(day.year, 2) < 29
    if common_year and (day.month, day.day) == ((2, 28) if feb else (3, 1)):
        keys.add((Calendar.SOLAR, 2, 29, False))
    if almanac.convertible(day):
        today = almanac.to_lunar(day)
        keys |= _lunar_keys(today, today.day, leap_kept)
        short = almanac.lunar_month_days(*today[:2], today.leap) < 30
        if thirty and short and today.day == 29:
            keys |= _lunar_keys(today, 30, leap_kept)
        elif not thirty and today.day == 1 and almanac.convertible(day - _ONE_DAY):
            eve = almanac.to_lunar(day - _ONE_DAY)
            if eve.day == 29:
                keys |= _lunar_keys(eve, 30, leap_kept)
    return frozenset(keys)


def _lunar_keys(month: almanac.LunarDay, number: int, leap_kept: bool) -> set[Key]:
    """The stored birthdays with that day number that a month keeps."""
    keys: set[Key] = {(Calendar.LUNAR, month.month, number, month.leap)}
    if leap_kept and not month.leap and almanac.leap_month(month.year) != month.month:
        keys.add((Calendar.LUNAR, month.month, number, True))
    return keys


def _check_solar(birthday: Birthday) -> None:
    if birthday.leap:
        raise Refused("公历没有闰月：请选农历，或去掉闰月。", field="birthday")
    days = month_days(birthday.year or _LEAP_YEAR, birthday.month)
    if 1 <= birthday.day <= days:
        return
    if birthday.year is not None:
        raise Refused(
            "生日不对：{year}年{month}月只有{days}天，没有{day}日。",
            field="birthday",
            year=birthday.year,
            month=birthday.month,
            days=days,
            day=birthday.day,
        )
    raise Refused(
        "生日不对：{month}月只有{days}天，没有{day}日。",
        field="birthday",
        month=birthday.month,
        days=days,
        day=birthday.day,
    )


def _check_lunar(birthday: Birthday) -> None:
    if not 1 <= birthday.day <= 30:
        raise Refused("生日不对：农历每月最多30天，没有第{day}天。", field="birthday", day=birthday.day)
    if birthday.leap and birthday.month not in almanac.known_leap_months():
        month = almanac.lunar_month_text(birthday.month, True)
        raise Refused("生日不对：1901年到2100年没有{month}。", field="birthday", month=month)
    if birthday.year is not None:
        try:
            almanac.to_solar(birthday.year, birthday.month, birthday.day, birthday.leap)
        except Refused as no:
            raise Refused("生日不对：{why}", field="birthday", why=no) from no


def _check_past(birthday: Birthday, today: date | None) -> None:
    if birthday.year is None or today is None:
        return
    born = (
        date(birthday.year, birthday.month, birthday.day)
        if birthday.calendar is Calendar.SOLAR
        else almanac.to_solar(birthday.year, birthday.month, birthday.day, birthday.leap)
    )
    if born > today:
        raise Refused("生日{day}还没有到：请核对年份。", field="birthday", day=_solar_text(born))


def own_text(birthday: Birthday) -> str:
    """As it was told, without a year's solar day: `农历八月十五`, `9月25日`."""
    if birthday.calendar is Calendar.LUNAR:
        text = almanac.lunar_text(birthday.month, birthday.day, birthday.leap)
        if birthday.year is None:
            return text
        if language() == "zh":
            return f"农历{birthday.year}年{text.removeprefix('农历')}"
        return f"{text} {birthday.year}"
    if birthday.year is not None:
        return _("{year}年{month}月{day}日").format(
            year=birthday.year, month=birthday.month, day=birthday.day
        )
    return _("{month}月{day}日").format(month=birthday.month, day=birthday.day)


def _solar_text(day: date) -> str:
    return _("{year}年{month}月{day}日").format(year=day.year, month=day.month, day=day.day)
