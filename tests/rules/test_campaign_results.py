"""The numbers behind a campaign's result: published intervals, boundaries, and what chance may do."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules import campaign_results as rules
from services.rules.campaign_results import Gap, Side, Verdict
from services.rules.contact_results import interval


@pytest.mark.parametrize(
    ("hits", "heads", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_a_share_has_the_published_interval(hits: int, heads: int, low: float, high: float) -> None:
    """Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3."""
    assert interval(hits / heads, heads) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("ours", "none", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_a_difference_has_the_published_interval(
    ours: tuple[int, int], none: tuple[int, int], low: float, high: float
) -> None:
    """Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10."""
    gap = rules.share_gap(Side(ours[1], ours[0]), Side(none[1], none[0]))
    assert gap is not None
    assert (gap.low, gap.high) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize(
    ("base", "points", "needed"), [(0.10, 5, 686), (0.20, 10, 294), (0.50, 10, 388), (0.0, 5, 152)]
)
def test_as_many_people_are_needed_as_the_textbooks_say(base: float, points: int, needed: int) -> None:
    assert rules.people_needed(base, points) == pytest.approx(needed, abs=1)


def test_a_share_near_one_still_has_an_answer() -> None:
    assert rules.people_needed(1.0, 5) > 0


@pytest.mark.parametrize(
    ("ours", "none", "said"),
    [
        (Side(200, 60), Side(0, 0), Verdict.NO_CONTROL),
        (Side(29, 29), Side(200, 0), Verdict.TOO_FEW),
        (Side(200, 200), Side(29, 0), Verdict.TOO_FEW),
        (Side(30, 30), Side(30, 0), Verdict.MORE),
        (Side(30, 0), Side(30, 30), Verdict.LESS),
        (Side(200, 40), Side(50, 9), Verdict.UNCLEAR),
        (Side(0, 0), Side(200, 9), Verdict.TOO_FEW),
    ],
)
def test_few_people_say_nothing(ours: Side, none: Side, said: Verdict) -> None:
    assert rules.verdict(ours, none, 30) is said


@given(st.integers(1, 400), st.integers(1, 400), st.data())
def test_the_difference_lies_inside_its_bounds_and_turns_round(a: int, b: int, data: st.DataObject) -> None:
    ours, none = Side(a, data.draw(st.integers(0, a))), Side(b, data.draw(st.integers(0, b)))
    gap, back = rules.share_gap(ours, none), rules.share_gap(none, ours)
    assert gap is not None and back is not None
    assert -1 <= gap.low <= gap.value <= gap.high <= 1
    assert (back.low, back.high) == pytest.approx((-gap.high, -gap.low))


def test_a_side_without_people_has_no_difference() -> None:
    assert rules.share_gap(Side(0, 0), Side(5, 1)) is None
    assert rules.spending_gap(Side(0, 0), Side(5, 1), "s", 99, 1) is None


def buyers(number: int, heads: int, amount: int = 30_000) -> Side:
    return Side(heads, number, tuple(amount + 100 * place for place in range(number)))


@pytest.mark.parametrize(("ours", "none", "told"), [(4, 9, False), (9, 4, False), (5, 5, True)])
def test_few_buyers_have_no_interval_of_spending(ours: int, none: int, told: bool) -> None:
    found = rules.spending_gap(buyers(ours, 100), buyers(none, 100), "seed", 99, 5)
    assert (found is not None) is told


def test_the_same_seed_gives_the_same_bounds() -> None:
    sides = buyers(40, 200), buyers(12, 60)
    first = rules.spending_gap(*sides, "a", 499, 5)
    assert first == rules.spending_gap(*sides, "a", 499, 5)
    assert first != rules.spending_gap(*sides, "b", 499, 5)
    assert isinstance(first, Gap) and first.low <= first.value <= first.high


def test_a_clear_difference_of_spending_is_told_and_none_is_not() -> None:
    more = rules.spending_gap(buyers(150, 300), buyers(20, 200), "s", 499, 5)
    same = rules.spending_gap(buyers(60, 300), buyers(40, 200), "s", 499, 5)
    assert more is not None and more.low > 0
    assert same is not None and same.low < 0 < same.high


def test_with_many_buyers_drawing_again_and_the_normal_interval_agree() -> None:
    lots = random.Random(7)
    amounts = tuple(int(lots.lognormvariate(10, 0.7)) for _one in range(1_000))
    ours, none = Side(5_000, 1_000, amounts), Side(4_000, 999, amounts[:999])
    drawn = rules.spending_gap(ours, none, "s", 1_999, 5)
    normal = rules.spending_gap(ours, Side(4_000, 1_000, amounts), "s", 1_999, 5)
    assert drawn is not None and normal is not None
    assert drawn.high - drawn.low == pytest.approx(normal.high - normal.low, rel=0.1)


def test_chance_alone_is_called_a_difference_about_once_in_twenty() -> None:
    lots = random.Random(20261122)
    wrong = {"share": 0, "spent": 0}
    for number in range(300):
        sides = []
        for heads in (240, 60):
            amounts = tuple(
                int(lots.lognormvariate(10, 0.6)) for _one in range(heads) if lots.random() < 0.25
            )
            sides.append(Side(heads, len(amounts), amounts))
        wrong["share"] += rules.verdict(*sides, 30) is not Verdict.UNCLEAR
        spent = rules.spending_gap(*sides, str(number), 199, 5)
        wrong["spent"] += spent is not None and not spent.low <= 0 <= spent.high
    assert wrong["share"] <= 24 and wrong["spent"] <= 30, wrong


@given(st.integers(1, 60), st.integers(0, 60))
def test_the_chances_add_up(heads: int, hits: int) -> None:
    if 0 < hits <= heads:
        assert sum(rules._binomial(heads, hits)) == pytest.approx(1.0, abs=1e-9)
