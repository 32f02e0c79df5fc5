"""What may be said of a group beside those not contacted: by boundary values, and intervals that hold together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.contact_results import Beside, Cell, Verdict, beside, difference, interval, verdict

FEW = 30


@pytest.mark.parametrize(
    "buyers, heads, none, said",
    [
        (29, 29, Beside(1000, 0.1, 100), Verdict.TOO_FEW),
        (30, 30, Beside(1000, 0.1, 100), Verdict.MORE),
        (30, 30, Beside(29, 0.1, 100), Verdict.TOO_FEW),
        (30, 30, Beside(0, None, None), Verdict.NOBODY),
        (0, 0, Beside(0, None, None), Verdict.TOO_FEW),
        (0, 400, Beside(400, 0.2, 100), Verdict.LESS),
        (12, 100, Beside(100, 0.10, 100), Verdict.UNCLEAR),
        (0, 100, Beside(100, 0.0, 0), Verdict.UNCLEAR),
    ],
)
def test_a_verdict_needs_people_and_a_clear_difference(
    buyers: int, heads: int, none: Beside, said: Verdict
) -> None:
    assert verdict(buyers, heads, none, FEW) is said


def test_those_not_contacted_are_weighed_like_the_contacted() -> None:
    found = beside([Cell(30, 100, 50, 100_000), Cell(10, 50, 5, 5_000), Cell(0, 0, 0, 0)])
    assert found == Beside(50, (30 * 0.5 + 10 * 0.1) / 40, round((30 * 1000 + 10 * 100) / 40))
    assert beside([Cell(30, 100, 50, 100_000), Cell(1, 0, 0, 0)]) == Beside(0, None, None)
    assert beside([]) == Beside(0, None, None)


def test_the_interval_is_wilsons() -> None:
    low, high = interval(0.0, 10)
    assert low == 0.0 and high == pytest.approx(0.2775, abs=1e-3)
    assert interval(0.5, 100) == pytest.approx((0.4038, 0.5962), abs=1e-3)
    assert interval(0.0, 0) == (0.0, 1.0)


people = st.integers(1, 5000).flatmap(lambda heads: st.tuples(st.integers(0, heads), st.just(heads)))


@given(people, people)
def test_the_difference_lies_within_its_bounds(one: tuple[int, int], other: tuple[int, int]) -> None:
    none = Beside(other[1], other[0] / other[1], 0)
    bounds = difference(*one, none)
    assert bounds is not None
    gap = one[0] / one[1] - other[0] / other[1]
    assert -1 - 1e-9 <= bounds[0] <= gap + 1e-9 and gap - 1e-9 <= bounds[1] <= 1 + 1e-9
