"""One or two questions a visit, in the policy's order, and never the unwelcome one again soon."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.questions import QUESTIONS, VERIFIED, to_ask
from services.rules.spans import Span

TODAY = date(2026, 11, 22)


@dataclass(frozen=True)
class Rules:
    questions: tuple[str, ...] = QUESTIONS
    questions_at_once: int = 2
    ask_again_days: int = 30
    verify_after: Span = Span.parse("12 months")


def test_the_first_two_unknown_ones_are_asked():
    assert to_ask((), TODAY, {}, TODAY, Rules()) == ("phones", "consent")
    assert to_ask(("phones", "birthday"), TODAY, {}, TODAY, Rules()) == ("consent", "size")


@pytest.mark.parametrize(("days_ago", "asked"), [(1, False), (29, False), (30, True), (31, True)])
def test_what_was_not_wanted_rests_for_the_policys_days(days_ago, asked):
    put = {"phones": TODAY - timedelta(days=days_ago)}
    assert ("phones" in to_ask((), TODAY, put, TODAY, Rules())) is asked


def test_what_was_put_today_counts_towards_the_few_of_a_visit():
    assert to_ask((), TODAY, {"phones": TODAY}, TODAY, Rules()) == ("consent",)
    assert to_ask((), TODAY, {"phones": TODAY, "consent": TODAY}, TODAY, Rules()) == ()
    assert to_ask((), TODAY, {"phones": TODAY}, TODAY, Rules(ask_again_days=0)) == ("consent",)


@pytest.mark.parametrize(
    ("verified", "asked"),
    [(None, True), (date(2025, 11, 21), True), (date(2025, 11, 22), False), (TODAY, False)],
)
def test_the_file_is_checked_when_it_was_not_for_a_year(verified, asked):
    known = tuple(code for code in QUESTIONS if code != VERIFIED)
    assert (VERIFIED in to_ask(known, verified, {}, TODAY, Rules())) is asked


@given(
    known=st.sets(st.sampled_from(QUESTIONS)),
    asked=st.dictionaries(
        st.sampled_from(QUESTIONS), st.integers(0, 60).map(lambda n: TODAY - timedelta(days=n)), max_size=6
    ),
    most=st.integers(0, 4),
)
def test_never_more_than_the_few_and_never_what_is_known(known, asked, most):
    found = to_ask(known, TODAY, asked, TODAY, Rules(questions_at_once=most))
    assert len(found) + sum(day == TODAY for day in asked.values()) <= max(
        most, sum(day == TODAY for day in asked.values())
    )
    assert not set(found) & (known - {VERIFIED})
    assert list(found) == [code for code in QUESTIONS if code in found]
    assert all((TODAY - asked[code]).days >= 30 for code in found if code in asked)
