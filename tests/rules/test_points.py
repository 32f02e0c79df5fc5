"""Points of a ticket, and what returns take back."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy import load
from services.rules import points

SHIPPED = load().points


def policy(**changes):
    numbers = {name: getattr(SHIPPED, name) for name in SHIPPED.__dataclass_fields__}
    return SimpleNamespace(**(numbers | changes))


@pytest.mark.parametrize(
    ("paid", "special", "expected"),
    [
        (0, 0, 0),
        (9_999, 0, 0),
        (10_000, 0, 1),
        (19_999, 0, 1),
        (20_000, 0, 2),
        (489_999, 0, 48),
        (490_000, 0, 49),
        (499_999, 0, 49),
        (500_000, 0, 50),
        (509_999, 0, 50),
        (510_000, 0, 51),
        (5_000, 5_000, 1),
        (-10_000, 0, 0),
    ],
)
def test_one_point_for_each_full_hundred_yuan_of_the_whole_ticket(paid, special, expected):
    assert points.for_ticket(paid, special, "C", SHIPPED) == expected


def test_two_lines_below_a_hundred_make_one_point_together():
    assert points.for_ticket(6_000 + 6_000, 0, "C", SHIPPED) == 1


@pytest.mark.parametrize(("percent", "expected"), [(0, 1), (50, 1), (100, 2), (200, 4)])
def test_special_price_goods_earn_at_their_own_rate(percent, expected):
    assert points.for_ticket(10_000, 10_000 + 5_000, "B", policy(special_price_percent=percent)) == expected


@pytest.mark.parametrize(("grade", "expected"), [("A", 6), ("B", 4), ("C", 3)])
def test_a_grade_multiplies_whole_points_and_rounds_down(grade, expected):
    numbers = policy(a_percent=200, b_percent=150)
    assert points.for_ticket(39_900, 0, grade, numbers) == expected


@pytest.mark.parametrize(
    ("earned", "paid", "left", "expected"),
    [
        (2, 25_000, 15_000, 1),
        (1, 19_900, 10_000, 1),
        (1, 19_900, 9_900, 0),
        (5, 50_000, 0, 0),
        (5, 50_000, 50_000, 5),
    ],
)
def test_a_return_takes_points_back_in_proportion(earned, paid, left, expected):
    assert points.left_after_return(earned, paid, left) == expected


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_returning_more_never_leaves_more_points(paid, one, two):
    earned = points.for_ticket(paid, 0, "C", SHIPPED)
    less, more = sorted((min(one, paid), min(two, paid)))
    assert (
        points.left_after_return(earned, paid, less) <= points.left_after_return(earned, paid, more) <= earned
    )
    assert points.left_after_return(earned, paid, 0) == 0
