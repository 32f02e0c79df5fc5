"""Spans of the policy: calendar months, days, and the text they are written in."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import Refused
from services.rules.spans import Span, Unit, add_months, month_days

days = st.dates(date(1901, 1, 1), date(2100, 12, 31))
spans = st.builds(Span, st.integers(0, 120), st.sampled_from(Unit))


@pytest.mark.parametrize(
    ("text", "day", "before"),
    [
        ("6 months", date(2026, 11, 22), date(2026, 5, 22)),
        ("6 months", date(2026, 8, 31), date(2026, 2, 28)),
        ("6 months", date(2024, 8, 31), date(2024, 2, 29)),
        ("6 months", date(2024, 8, 29), date(2024, 2, 29)),
        ("12 months", date(2024, 2, 29), date(2023, 2, 28)),
        ("1 years", date(2024, 2, 29), date(2023, 2, 28)),
        ("4 years", date(2024, 2, 29), date(2020, 2, 29)),
        ("2 months", date(2026, 1, 31), date(2025, 11, 30)),
        ("30 days", date(2026, 3, 1), date(2026, 1, 30)),
        ("2 weeks", date(2026, 3, 1), date(2026, 2, 15)),
        ("0 days", date(2026, 3, 1), date(2026, 3, 1)),
    ],
)
def test_a_span_is_counted_back_by_the_calendar(text: str, day: date, before: date) -> None:
    assert Span.parse(text).before(day) == before


@pytest.mark.parametrize(
    ("text", "day", "after"),
    [
        ("1 month", date(2026, 1, 31), date(2026, 2, 28)),
        ("1 month", date(2026, 12, 31), date(2027, 1, 31)),
        ("1 year", date(2024, 2, 29), date(2025, 2, 28)),
        ("80 days", date(2026, 12, 31), date(2027, 3, 21)),
    ],
)
def test_a_span_is_counted_ahead_by_the_calendar(text: str, day: date, after: date) -> None:
    assert Span.parse(text).after(day) == after


def test_a_day_exactly_that_far_back_is_inside() -> None:
    since = Span.parse("6 months").before(date(2026, 11, 22))
    assert since <= date(2026, 5, 22) and not since <= date(2026, 5, 21)


@pytest.mark.parametrize("text", ["6 months", " 6  Months ", "6months", "6 month"])
def test_the_text_may_be_written_loosely(text: str) -> None:
    assert Span.parse(text) == Span(6, Unit.MONTHS)


@pytest.mark.parametrize(
    "text", ["", "six months", "6", "months", "-6 months", "6.5 months", "6 moons", "6 s", "99999 days"]
)
def test_nonsense_is_refused_with_the_text_in_it(text: str) -> None:
    with pytest.raises(Refused) as said:
        Span.parse(text)
    assert text in str(said.value)


@given(spans)
def test_text_and_value_go_round(span: Span) -> None:
    assert Span.parse(str(span)) == span


@given(days, spans)
def test_back_and_ahead_never_pass_the_day(day: date, span: Span) -> None:
    assert span.before(day) <= day <= span.after(day)


@given(days, days, spans)
def test_a_later_day_has_no_earlier_bound(one: date, other: date, span: Span) -> None:
    one, other = sorted((one, other))
    assert span.before(one) <= span.before(other)
    assert span.after(one) <= span.after(other)


@given(days, st.integers(-600, 600))
def test_months_keep_the_day_or_take_the_last_of_the_month(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day == min(day.day, calendar.monthrange(moved.year, moved.month)[1])


@given(days, st.integers(0, 4000))
def test_days_are_days(day: date, number: int) -> None:
    assert Span(number, Unit.DAYS).after(day) == day + timedelta(days=number)


def test_the_ends_of_the_calendar_are_not_passed() -> None:
    for unit in Unit:
        assert Span(9999, unit).before(date.min) == date.min
        assert Span(9999, unit).after(date.max) == date.max


def test_months_have_the_calendars_length() -> None:
    for year in (1900, 1904, 2000, 2026, 2100):
        for month in range(1, 13):
            assert month_days(year, month) == calendar.monthrange(year, month)[1]
