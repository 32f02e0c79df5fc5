"""Which day of a year keeps a birthday: tables of known cases, and properties over 1901-2100."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.kinds import Calendar
from services import words
from services.errors import Refused
from services.rules import birthdays
from services.rules.birthdays import AsShipped, Birthday

SOLAR, LUNAR = Calendar.SOLAR, Calendar.LUNAR
SHIPPED = AsShipped()


@dataclass(frozen=True)
class Switches:
    leap_month_kept_in_ordinary: bool = True
    lunar_30_on_29: bool = True
    feb_29_on_28: bool = True


policies = st.builds(Switches, st.booleans(), st.booleans(), st.booleans())
all_keys = [
    *(
        (SOLAR, month, day, False)
        for month in range(1, 13)
        for day in range(1, (31, 30)[month in (4, 6, 9, 11)] + 1)
    ),
    *((LUNAR, month, day, leap) for month in range(1, 13) for day in range(1, 31) for leap in (False, True)),
]
all_keys = [key for key in all_keys if key[:3] not in ((SOLAR, 2, 30), (SOLAR, 2, 31))]
stored = st.sampled_from(all_keys).map(lambda key: Birthday(*key))
years = st.integers(1901, 2099)
days = st.dates(date(1901, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("birthday", "year", "kept"),
    [
        (Birthday(SOLAR, 9, 25), 2026, [date(2026, 9, 25)]),
        (Birthday(SOLAR, 2, 29), 2024, [date(2024, 2, 29)]),
        (Birthday(SOLAR, 2, 29), 2026, [date(2026, 2, 28)]),
        (Birthday(SOLAR, 2, 29), 2100, [date(2100, 2, 28)]),
        (Birthday(LUNAR, 8, 15), 2026, [date(2026, 9, 25)]),
        (Birthday(LUNAR, 12, 30), 2026, [date(2026, 2, 16)]),  # 2025 has no 腊月三十
        (Birthday(LUNAR, 12, 30), 2024, [date(2024, 2, 9)]),
        (Birthday(LUNAR, 12, 1), 2026, [date(2026, 1, 19)]),
        (Birthday(LUNAR, 12, 1), 2027, [date(2027, 1, 8), date(2027, 12, 28)]),
        (Birthday(LUNAR, 12, 1), 2028, []),
        (Birthday(LUNAR, 6, 10, True), 2025, [date(2025, 8, 3)]),
        (Birthday(LUNAR, 6, 10, True), 2026, [date(2026, 7, 23)]),
        (Birthday(LUNAR, 6, 10), 2025, [date(2025, 7, 4)]),
        (Birthday(LUNAR, 11, 1, True), 2033, [date(2033, 12, 22)]),
    ],
)
def test_a_year_keeps_a_birthday_on(birthday: Birthday, year: int, kept: list[date]) -> None:
    assert list(birthdays.days_in(birthday, year, SHIPPED)) == kept


@pytest.mark.parametrize(
    ("birthday", "policy", "year", "kept"),
    [
        (Birthday(SOLAR, 2, 29), Switches(feb_29_on_28=False), 2026, [date(2026, 3, 1)]),
        (Birthday(SOLAR, 2, 29), Switches(feb_29_on_28=False), 2024, [date(2024, 2, 29)]),
        (Birthday(LUNAR, 12, 30), Switches(lunar_30_on_29=False), 2026, [date(2026, 2, 17)]),
        (Birthday(LUNAR, 6, 10, True), Switches(leap_month_kept_in_ordinary=False), 2026, []),
        (Birthday(LUNAR, 6, 10, True), Switches(leap_month_kept_in_ordinary=False), 2025, [date(2025, 8, 3)]),
    ],
)
def test_each_switch_of_the_policy_changes_its_case(
    birthday: Birthday, policy: Switches, year: int, kept: list[date]
) -> None:
    assert list(birthdays.days_in(birthday, year, policy)) == kept


def test_the_first_of_the_last_month_comes_twice_or_not_at_all() -> None:
    numbers = {
        year: len(birthdays.days_in(Birthday(LUNAR, 12, 1), year, SHIPPED)) for year in range(2022, 2036)
    }
    assert [year for year, number in numbers.items() if number == 2] == [2022, 2024, 2027, 2030, 2035]
    assert [year for year, number in numbers.items() if number == 0] == [2023, 2025, 2028, 2031]


@pytest.mark.parametrize(
    ("birthday", "today", "expected"),
    [
        (Birthday(SOLAR, 11, 22), date(2026, 11, 22), date(2026, 11, 22)),
        (Birthday(SOLAR, 11, 21), date(2026, 11, 22), date(2027, 11, 21)),
        (Birthday(LUNAR, 12, 1), date(2027, 12, 29), date(2029, 1, 15)),
        (Birthday(LUNAR, 8, 15), date(2026, 9, 26), date(2027, 9, 15)),
    ],
)
def test_the_next_day_counts_today(birthday: Birthday, today: date, expected: date) -> None:
    assert birthdays.next_day(birthday, today, SHIPPED) == expected
    assert birthdays.days_until(birthday, today, SHIPPED) == (expected - today).days


def test_after_the_table_ends_there_is_no_next_lunar_day() -> None:
    rare = Birthday(LUNAR, 8, 15)
    assert birthdays.next_day(rare, date(2100, 12, 31), SHIPPED) is None
    assert birthdays.days_until(rare, date(2100, 12, 31), SHIPPED) is None
    assert birthdays.next_day(Birthday(SOLAR, 1, 1), date(2100, 12, 31), SHIPPED) == date(2101, 1, 1)


@pytest.mark.parametrize(
    ("birthday", "found"),
    [
        (Birthday(SOLAR, 12, 25), date(2026, 12, 25)),
        (Birthday(SOLAR, 1, 5), date(2027, 1, 5)),
        (Birthday(SOLAR, 12, 20), date(2026, 12, 20)),
        (Birthday(SOLAR, 1, 10), date(2027, 1, 10)),
        (Birthday(SOLAR, 12, 19), None),
        (Birthday(SOLAR, 1, 11), None),
        (Birthday(LUNAR, 12, 1), date(2027, 1, 8)),
    ],
)
def test_a_filter_works_across_the_end_of_the_year(birthday: Birthday, found: date | None) -> None:
    assert birthdays.in_span(birthday, date(2026, 12, 20), date(2027, 1, 10), SHIPPED) == found


def test_an_empty_span_finds_nothing() -> None:
    assert birthdays.in_span(Birthday(SOLAR, 1, 5), date(2027, 1, 6), date(2027, 1, 4), SHIPPED) is None


@settings(max_examples=300)
@given(days, policies)
def test_keys_on_a_day_are_exactly_the_birthdays_kept_that_day(day: date, policy: Switches) -> None:
    kept = {key for key in all_keys if day in birthdays.days_in(Birthday(*key), day.year, policy)}
    assert birthdays.keys_on(day, policy) == kept


@given(stored, years, policies)
def test_every_day_of_a_birthday_finds_it_again(birthday: Birthday, year: int, policy: Switches) -> None:
    for day in birthdays.days_in(birthday, year, policy):
        assert day.year == year
        assert birthday.key in birthdays.keys_on(day, policy)


@given(stored, years)
def test_two_years_hold_at_least_one_day(birthday: Birthday, year: int) -> None:
    found = [*birthdays.days_in(birthday, year, SHIPPED), *birthdays.days_in(birthday, year + 1, SHIPPED)]
    assert found and found == sorted(set(found))


@given(stored, st.dates(date(1901, 1, 1), date(2097, 12, 31)), policies)
def test_no_day_lies_between_today_and_the_next_one(
    birthday: Birthday, today: date, policy: Switches
) -> None:
    following = birthdays.next_day(birthday, today, policy)
    if following is None:
        assert birthday.leap and not policy.leap_month_kept_in_ordinary
        return
    assert following >= today
    eve = following - timedelta(days=1)
    assert birthdays.in_span(birthday, today, eve, policy) is None
    assert birthdays.in_span(birthday, today, following, policy) == following


@settings(max_examples=40)
@given(st.dates(date(1901, 2, 1), date(2100, 6, 1)), st.integers(0, 70), policies)
def test_keys_between_two_days_are_those_of_each_day(first: date, length: int, policy: Switches) -> None:
    last = first + timedelta(days=length)
    between = birthdays.keys_between(first, last, policy)
    for key in all_keys:
        birthday = Birthday(*key)
        kept = [
            day
            for year in range(first.year, last.year + 1)
            for day in birthdays.days_in(birthday, year, policy)
            if first <= day <= last
        ]
        assert list(between.get(key, ())) == kept


@pytest.mark.parametrize(
    "birthday",
    [
        Birthday(SOLAR, 2, 29),
        Birthday(SOLAR, 2, 29, year=2024),
        Birthday(LUNAR, 2, 30),
        Birthday(LUNAR, 4, 1, True, 1906),
        Birthday(LUNAR, 11, 29, True, 2033),
        Birthday(LUNAR, 12, 30, year=2023),
    ],
)
def test_possible_birthdays_are_accepted(birthday: Birthday) -> None:
    birthdays.check(birthday)


@pytest.mark.parametrize(
    ("birthday", "said"),
    [
        (Birthday(SOLAR, 2, 30), "2月只有29天，没有30日"),
        (Birthday(SOLAR, 2, 29, year=2025), "2025年2月只有28天"),
        (Birthday(SOLAR, 4, 31), "4月只有30天"),
        (Birthday(SOLAR, 13, 1), "月份是13"),
        (Birthday(SOLAR, 0, 1), "月份是0"),
        (Birthday(SOLAR, 5, 0), "没有0日"),
        (Birthday(SOLAR, 5, 1, True), "公历没有闰月"),
        (Birthday(SOLAR, 5, 1, year=1899), "年份是1899"),
        (Birthday(SOLAR, 5, 1, year=2101), "年份是2101"),
        (Birthday(LUNAR, 8, 31), "没有第31天"),
        (Birthday(LUNAR, 1, 1, True), "没有闰正月"),
        (Birthday(LUNAR, 12, 1, True), "没有闰腊月"),
        (Birthday(LUNAR, 6, 1, True, 2026), "2026年没有闰六月"),
        (Birthday(LUNAR, 12, 30, year=2025), "腊月只有29天"),
    ],
)
def test_an_impossible_birthday_is_refused_with_its_reason(birthday: Birthday, said: str) -> None:
    with pytest.raises(Refused, match=said) as no:
        birthdays.check(birthday)
    assert no.value.field == "birthday"


def test_a_birthday_still_to_come_is_refused() -> None:
    today = date(2026, 11, 22)
    birthdays.check(Birthday(SOLAR, 11, 22, year=2026), today)
    with pytest.raises(Refused, match="还没有到"):
        birthdays.check(Birthday(SOLAR, 11, 23, year=2026), today)
    with pytest.raises(Refused, match="还没有到"):
        birthdays.check(Birthday(LUNAR, 12, 1, year=2026), today)


@pytest.mark.parametrize(
    ("birthday", "day", "age"),
    [
        (Birthday(SOLAR, 11, 22, year=1980), date(2026, 11, 21), 45),
        (Birthday(SOLAR, 11, 22, year=1980), date(2026, 11, 22), 46),
        (Birthday(SOLAR, 2, 29, year=2000), date(2026, 2, 28), 26),
        (Birthday(LUNAR, 12, 1, year=1980), date(2026, 1, 18), 44),
        (Birthday(LUNAR, 12, 1, year=1980), date(2026, 1, 19), 45),
        (Birthday(LUNAR, 8, 15, year=1980), date(2026, 9, 25), 46),
        (Birthday(SOLAR, 11, 22), date(2026, 11, 22), None),
        (Birthday(SOLAR, 11, 22, year=2026), date(2025, 1, 1), None),
    ],
)
def test_age_is_counted_in_full_years(birthday: Birthday, day: date, age: int | None) -> None:
    assert birthdays.age_on(birthday, day, SHIPPED) == age


def test_a_birthday_reads_with_its_solar_day() -> None:
    assert birthdays.describe(Birthday(LUNAR, 8, 15), 2026) == "农历八月十五 = 2026年9月25日"
    assert birthdays.describe(Birthday(LUNAR, 8, 15, year=1980), 2026) == "农历1980年八月十五 = 2026年9月25日"
    assert birthdays.describe(Birthday(LUNAR, 12, 1), 2027) == "农历腊月初一 = 2027年1月8日、2027年12月28日"
    assert birthdays.describe(Birthday(LUNAR, 12, 1), 2028) == "农历腊月初一（2028年没有这一天）"
    assert birthdays.describe(Birthday(SOLAR, 9, 25), 2026) == "9月25日"
    assert birthdays.describe(Birthday(SOLAR, 9, 25, year=1980), 2026) == "1980年9月25日"
    words.use_language("en")
    try:
        assert birthdays.describe(Birthday(LUNAR, 8, 15), 2026).startswith("lunar 8/15")
    finally:
        words.use_language("zh")
