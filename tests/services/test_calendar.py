"""The lunar calendar against a second library, day by day; festivals, holidays and posting days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models.kinds import Occasion
from services import calendar, words
from services.calendar import LunarDay, festival_day, posting_day, public_holiday, to_lunar, to_solar
from services.errors import Refused

FIRST, LAST = date(1901, 1, 1), date(2100, 12, 31)


def test_every_day_from_1901_to_2100_equals_the_second_library() -> None:
    sxtwl = pytest.importorskip("sxtwl")
    day, step = FIRST, timedelta(days=1)
    wrong = []
    while day <= LAST:
        theirs = sxtwl.fromSolar(day.year, day.month, day.day)
        lunar = LunarDay(
            theirs.getLunarYear(), theirs.getLunarMonth(), theirs.getLunarDay(), bool(theirs.isLunarLeap())
        )
        if to_lunar(day) != lunar or to_solar(*lunar) != day:
            wrong.append((day, to_lunar(day), lunar))
        day += step
    assert wrong == []


def test_every_qingming_equals_the_second_library() -> None:
    sxtwl = pytest.importorskip("sxtwl")
    for year in range(1901, 2101):
        day = calendar.qingming(year)
        theirs = sxtwl.fromSolar(day.year, day.month, day.day)
        assert theirs.hasJieQi() and theirs.getJieQi() == 7, year


@pytest.mark.parametrize(
    ("solar", "lunar"),
    [
        (date(1901, 1, 1), LunarDay(1900, 11, 11, False)),
        (date(1906, 5, 23), LunarDay(1906, 4, 1, True)),
        (date(1933, 7, 22), LunarDay(1933, 5, 30, True)),
        (date(2026, 2, 16), LunarDay(2025, 12, 29, False)),
        (date(2026, 2, 17), LunarDay(2026, 1, 1, False)),
        (date(2026, 9, 25), LunarDay(2026, 8, 15, False)),
        (date(2033, 12, 22), LunarDay(2033, 11, 1, True)),
        (date(2057, 9, 28), LunarDay(2057, 9, 1, False)),
        (date(2089, 9, 4), LunarDay(2089, 8, 1, False)),
        (date(2097, 8, 7), LunarDay(2097, 7, 1, False)),
    ],
)
def test_known_days_convert_both_ways(solar: date, lunar: LunarDay) -> None:
    assert to_lunar(solar) == lunar
    assert to_solar(*lunar) == solar


def test_leap_months_of_known_years() -> None:
    assert [calendar.leap_month(year) for year in (1906, 2020, 2023, 2025, 2026, 2033)] == [4, 4, 2, 6, 0, 11]
    assert calendar.known_leap_months() == frozenset(range(2, 12))


def test_2025_and_2026_have_no_thirtieth_of_the_last_month() -> None:
    assert calendar.lunar_month_days(2025, 12) == calendar.lunar_month_days(2026, 12) == 29
    assert calendar.lunar_month_days(2024, 12) == 29 and calendar.lunar_month_days(2023, 12) == 30


@pytest.mark.parametrize(
    ("lunar", "said"),
    [
        ((2026, 6, 1, True), "2026年没有闰六月"),
        ((2025, 12, 30, False), "腊月只有29天"),
        ((2026, 8, 31, False), "没有第31天"),
        ((2026, 8, 0, False), "没有第0天"),
        ((2026, 13, 1, False), "没有13月"),
        ((2026, 0, 1, False), "没有0月"),
        ((1899, 1, 1, False), "1899年不在其中"),
        ((2101, 1, 1, False), "2101年不在其中"),
    ],
)
def test_a_lunar_day_that_does_not_exist_is_refused(lunar: tuple[int, int, int, bool], said: str) -> None:
    with pytest.raises(Refused, match=said):
        to_solar(*lunar)


@pytest.mark.parametrize("day", [date(1900, 1, 30), date(2101, 1, 29), date.min, date.max])
def test_days_outside_the_table_are_refused(day: date) -> None:
    assert not calendar.convertible(day)
    with pytest.raises(Refused, match="1901年到2100年"):
        to_lunar(day)


def test_lunar_days_are_read_in_both_languages() -> None:
    assert calendar.lunar_text(8, 15) == "农历八月十五"
    assert calendar.lunar_text(4, 1, True) == "农历闰四月初一"
    assert calendar.lunar_text(1, 10) == "农历正月初十"
    assert calendar.lunar_text(12, 20) == "农历腊月二十"
    assert calendar.lunar_text(11, 29) == "农历十一月廿九"
    assert calendar.lunar_text(10, 30) == "农历十月三十"
    assert len({calendar.lunar_text(m, d) for m in range(1, 13) for d in range(1, 31)}) == 360
    words.use_language("en")
    try:
        assert calendar.lunar_text(8, 15) == "lunar 8/15"
        assert calendar.lunar_text(4, 1, True) == "lunar leap 4/1"
    finally:
        words.use_language("zh")


def test_festivals_of_2026_in_order() -> None:
    assert calendar.festivals(2026) == [
        (date(2026, 1, 1), Occasion.NEW_YEAR),
        (date(2026, 2, 17), Occasion.SPRING_FESTIVAL),
        (date(2026, 3, 3), Occasion.LANTERN),
        (date(2026, 3, 8), Occasion.WOMENS_DAY),
        (date(2026, 5, 1), Occasion.MAY_DAY),
        (date(2026, 6, 19), Occasion.DRAGON_BOAT),
        (date(2026, 8, 19), Occasion.QIXI),
        (date(2026, 9, 25), Occasion.MID_AUTUMN),
        (date(2026, 10, 1), Occasion.NATIONAL_DAY),
    ]


def test_only_the_festivals_asked_for_are_given() -> None:
    asked = (Occasion.NATIONAL_DAY, Occasion.BIRTHDAY, Occasion.MAY_DAY)
    assert [what for _day, what in calendar.festivals(2026, asked)] == [
        Occasion.MAY_DAY,
        Occasion.NATIONAL_DAY,
    ]
    between = calendar.festivals_between(date(2026, 10, 1), date(2027, 2, 6))
    assert [what for _day, what in between] == [
        Occasion.NATIONAL_DAY,
        Occasion.NEW_YEAR,
        Occasion.SPRING_FESTIVAL,
    ]


def test_an_occasion_without_a_day_is_refused() -> None:
    with pytest.raises(Refused, match="birthday"):
        festival_day(Occasion.BIRTHDAY, 2026)


def test_public_holidays_of_2026() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [day for day in days if public_holiday(day)] == [
        date(2026, 1, 1),
        *(date(2026, 2, number) for number in (16, 17, 18, 19)),
        date(2026, 4, 5),
        date(2026, 5, 1),
        date(2026, 5, 2),
        date(2026, 6, 19),
        date(2026, 9, 25),
        *(date(2026, 10, number) for number in (1, 2, 3)),
    ]


@pytest.mark.parametrize(
    ("target", "lead", "posted"),
    [
        (date(2026, 11, 26), 4, date(2026, 11, 21)),  # the 22nd is a Sunday
        (date(2026, 11, 27), 4, date(2026, 11, 23)),
        (date(2026, 5, 6), 4, date(2026, 4, 30)),  # 2 and 1 May are holidays
        (date(2026, 2, 22), 4, date(2026, 2, 14)),  # 18..16 Feb Spring Festival, the 15th a Sunday
        (date(2027, 1, 5), 4, date(2026, 12, 31)),
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
    ],
)
def test_cards_are_posted_before_sundays_and_holidays(target: date, lead: int, posted: date) -> None:
    assert posting_day(target, lead, True) == posted


def test_a_shop_that_posts_every_day_counts_days_only() -> None:
    assert posting_day(date(2026, 11, 26), 4, False) == date(2026, 11, 22)
