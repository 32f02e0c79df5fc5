"""The rhythm made visible: days since, cycle, due, over."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.rhythm import over_before, rhythm

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("ago", "over", "percent"),
    [(0, False, 0), (7, False, 46), (15, False, 100), (16, True, 100), (-1, False, 0)],
)
def test_the_cycle_is_over_the_day_after_it_was_due(ago, over, percent) -> None:
    found = rhythm(TODAY - timedelta(days=ago), 15, TODAY)
    assert (found.days, found.over, found.percent) == (ago, over, percent)
    assert found.due == TODAY + timedelta(days=15 - ago)


@given(st.integers(0, 2000), st.integers(1, 400))
def test_the_list_and_the_card_agree_on_who_is_over(ago, every) -> None:
    since = TODAY - timedelta(days=ago)
    assert rhythm(since, every, TODAY).over == (since < over_before(every, TODAY))
