"""Grades by the rule book: boundary values and what must always hold (seeds/002 三)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kinds import CustomerState, Grade, GradeRule
from services.policy import load
from services.rules.grading import Facts, bounds, demoted_from, explain, judge, lost_from

TODAY = date(2026, 11, 22)
RULES = load().grades
LONG_AGO = date(2020, 1, 1)


def facts(
    points: int = 0, recent: int = 0, tickets: int = 1, visit: date = TODAY, bought: date = TODAY, **more
) -> Facts:
    return Facts(points, recent, tickets, LONG_AGO, visit, bought, **more)


@pytest.mark.parametrize(
    ("record", "grade", "rule"),
    [
        (facts(points=49, tickets=3), Grade.B, GradeRule.REPEAT),
        (facts(points=50, tickets=3), Grade.A, GradeRule.POINTS),
        (facts(points=51, tickets=3), Grade.A, GradeRule.POINTS),
        (facts(recent=5, tickets=5), Grade.B, GradeRule.REPEAT),
        (facts(recent=6, tickets=6), Grade.A, GradeRule.TICKETS),
        (facts(tickets=1), Grade.C, GradeRule.BOUGHT),
        (facts(tickets=2), Grade.B, GradeRule.REPEAT),
        (facts(tickets=0), Grade.C, GradeRule.PROSPECT),
        (facts(tickets=1, special=True), Grade.A, GradeRule.SPECIAL),
        (facts(points=90, hand_grade=Grade.C), Grade.C, GradeRule.BY_HAND),
        (facts(tickets=1, hand_grade=Grade.A), Grade.A, GradeRule.BY_HAND),
    ],
)
def test_base_grade(record: Facts, grade: Grade, rule: GradeRule) -> None:
    verdict = judge(record, RULES, TODAY)
    assert (verdict.base, verdict.grade, verdict.rule) == (grade, grade, rule)


@pytest.mark.parametrize(
    ("visit", "grade"),
    [(date(2026, 5, 22), Grade.A), (date(2026, 5, 21), Grade.B), (TODAY, Grade.A)],
)
def test_half_a_year_without_a_visit_is_one_step_down(visit: date, grade: Grade) -> None:
    verdict = judge(facts(points=60, visit=visit), RULES, TODAY)
    assert (verdict.base, verdict.grade, verdict.state) == (Grade.A, grade, CustomerState.ACTIVE)


def test_old_points_do_not_lift_a_demoted_customer_but_a_visit_does() -> None:
    gone = facts(points=63, visit=date(2026, 4, 1))
    for day in (TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=90)):
        assert judge(gone, RULES, day).grade is Grade.B
    assert judge(facts(points=63, visit=TODAY, bought=date(2026, 4, 1)), RULES, TODAY).grade is Grade.A


@pytest.mark.parametrize(
    ("bought", "state"),
    [(date(2025, 11, 22), CustomerState.ACTIVE), (date(2025, 11, 21), CustomerState.LOST)],
)
def test_a_year_without_a_purchase_is_lost_even_for_a_visitor(bought: date, state: CustomerState) -> None:
    assert judge(facts(points=60, visit=TODAY, bought=bought), RULES, TODAY).state is state


def test_one_who_never_bought_is_counted_from_registration() -> None:
    new = Facts(0, 0, 0, date(2025, 11, 22))
    assert judge(new, RULES, TODAY).state is CustomerState.ACTIVE
    assert judge(new, RULES, TODAY + timedelta(days=1)).state is CustomerState.LOST


def test_c_stays_c() -> None:
    assert judge(facts(tickets=1, visit=date(2026, 1, 1)), RULES, TODAY).grade is Grade.C


def test_the_end_of_august_counts_calendar_months() -> None:
    at = bounds(RULES, date(2026, 8, 31))
    assert at.visited_since == date(2026, 2, 28)
    assert bounds(RULES, date(2024, 8, 31)).visited_since == date(2024, 2, 29)


def test_the_reason_names_the_numbers() -> None:
    text = explain(facts(points=43, recent=3, tickets=9, visit=date(2026, 7, 8)), RULES, TODAY)
    for part in ("B：", "43 < 50", "2026-09-22", "3 单", "满 6 单", "2026-07-08"):
        assert part in text


DAYS = st.dates(date(2015, 1, 1), TODAY)
RECORDS = st.builds(
    Facts,
    st.integers(0, 120),
    st.integers(0, 9),
    st.integers(0, 40),
    DAYS,
    st.none() | DAYS,
    st.none() | DAYS,
    st.booleans(),
    st.none() | st.sampled_from(list(Grade)),
)


@given(RECORDS, st.integers(0, 800))
def test_time_alone_never_lifts(record: Facts, days: int) -> None:
    now, later = judge(record, RULES, TODAY), judge(record, RULES, TODAY + timedelta(days=days))
    assert later.grade >= now.grade  # "A" < "B" < "C"
    assert not (now.state is CustomerState.LOST and later.state is CustomerState.ACTIVE)


@pytest.mark.parametrize(
    ("seen", "demoted"),
    [
        (date(2015, 4, 29), date(2015, 10, 30)),
        (date(2015, 4, 30), date(2015, 11, 1)),
        (date(2015, 8, 31), date(2016, 3, 1)),
        (date(2015, 8, 28), date(2016, 2, 29)),
    ],
)
def test_the_end_of_a_long_month_after_a_short_one_is_still_inside(seen: date, demoted: date) -> None:
    record = Facts(0, 0, 1, date(2014, 1, 1), seen, seen)
    assert demoted_from(record, RULES) == demoted
    assert judge(record, RULES, demoted).rule is GradeRule.NO_VISIT
    assert judge(record, RULES, demoted - timedelta(days=1)).rule is not GradeRule.NO_VISIT


@given(RECORDS)
def test_the_announced_days_are_the_days_on_which_it_happens(record: Facts) -> None:
    for day, holds in (
        (lost_from(record, RULES), lambda d: judge(record, RULES, d).state is CustomerState.LOST),
        (
            demoted_from(record, RULES),
            lambda d: judge(record, RULES, d).rule in (GradeRule.NO_VISIT, GradeRule.NO_PURCHASE),
        ),
    ):
        assert holds(day)
    before = lost_from(record, RULES) - timedelta(days=1)
    assert judge(record, RULES, before).state is CustomerState.ACTIVE


@given(RECORDS, st.integers(1, 30))
def test_more_points_or_tickets_never_lower_the_base(record: Facts, more: int) -> None:
    richer = Facts(
        record.points + more,
        record.recent_tickets + more,
        record.tickets + more,
        record.registered_on,
        record.last_visit,
        record.last_purchase,
        record.special,
        record.hand_grade,
    )
    assert judge(richer, RULES, TODAY).base <= judge(record, RULES, TODAY).base
