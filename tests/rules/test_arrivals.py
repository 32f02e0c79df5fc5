"""New goods and whom they suit: sizes, likes, price, and how points make an order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy import load
from services.rules import arrivals as rules
from services.rules.arrivals import Because, Facts, Fit, Goods

POLICY = load().arrivals
LETTERS = ("S", "M", "L")


@pytest.mark.parametrize(
    ("on_file", "came_in", "bought", "fit"),
    [
        ("M", LETTERS, {}, Fit.YES),
        ("m码", ("M 码",), {}, Fit.YES),
        ("XL", LETTERS, {}, Fit.NO),
        ("XL", LETTERS, {"M": 5}, Fit.NO),
        ("", LETTERS, {"M": 5}, Fit.YES),
        ("", LETTERS, {"XL": 5}, Fit.NO),
        ("", LETTERS, {"M": 0}, Fit.UNKNOWN),
        ("", LETTERS, {}, Fit.UNKNOWN),
        ("M", ("36", "37"), {}, Fit.UNKNOWN),
        ("M", ("36", "37"), {"37": 1}, Fit.YES),
        ("M", ("36", "37"), {"39": 1}, Fit.NO),
        ("M", (), {}, Fit.UNKNOWN),
        ("M", ("均码",), {}, Fit.YES),
        ("", ("均码",), {}, Fit.UNKNOWN),
        ("165/88A", ("165/88A",), {}, Fit.YES),
    ],
)
def test_the_size_on_file_leads_and_only_sizes_of_one_kind_are_compared(
    on_file, came_in, bought, fit
) -> None:
    assert rules.fit(on_file, came_in, bought) is fit


@pytest.mark.parametrize(
    ("likes", "values", "found"),
    [
        (["墨绿"], ["墨绿色"], "墨绿色"),
        (["墨绿色"], ["酒红", "墨绿"], "墨绿"),
        (["连衣裙"], ["长款连衣裙"], "长款连衣裙"),
        (["红"], ["酒红"], ""),
        (["酒红"], ["红"], ""),
        (["裙"], ["连衣裙"], ""),
        ([], ["墨绿"], ""),
        (["墨绿"], [], ""),
        ([""], [""], ""),
    ],
)
def test_likes_mean_what_people_mean(likes, values, found) -> None:
    assert rules.liked(likes, values) == found


@pytest.mark.parametrize(
    ("price", "usual", "is_near"),
    [(70_000, 100_000, True), (69_999, 100_000, False), (130_000, 100_000, True), (130_001, 100_000, False)]
    + [(0, 100_000, False), (100_000, 0, False)],
)
def test_a_price_is_near_within_the_band(price, usual, is_near) -> None:
    assert rules.near(price, usual, POLICY.price_band_percent) is is_near


def test_a_note_speaks_of_the_number_or_the_kind() -> None:
    goods = Goods("D-310", "连衣裙")
    assert rules.mentioned("想要一条连衣裙参加婚礼", goods) and rules.mentioned("问过d-310", goods)
    assert not rules.mentioned("想要大衣", goods) and not rules.mentioned("什么都行", Goods("X1"))


def test_the_wrong_size_and_what_was_just_bought_suit_nobody() -> None:
    loved = Facts(Fit.YES, 9, 9, True, True, True, True, True, True)
    assert rules.suits(loved, POLICY)
    assert rules.points(loved._replace(size=Fit.NO), POLICY) == 0
    assert rules.points(loved._replace(just_bought=True), POLICY) == 0


def test_the_least_points_are_needed() -> None:
    facts = Facts(kind_liked=True, price_near=True)
    assert rules.points(facts, POLICY) == POLICY.kind_liked + POLICY.price_near == POLICY.least
    assert rules.suits(facts, POLICY)
    assert not rules.suits(facts, replace(POLICY, least=POLICY.least + 1))


def test_reasons_stand_by_their_weight_and_only_where_they_count() -> None:
    facts = Facts(Fit.YES, 3, 0, colour_liked=True)
    assert rules.reasons(facts, POLICY) == (Because.COLOUR_LIKED, Because.SIZE_BOUGHT, Because.SIZE_ON_FILE)
    assert Because.COLOUR_LIKED not in rules.reasons(facts, replace(POLICY, colour_liked=0))


FACTS = st.builds(
    Facts, st.sampled_from(list(Fit)), st.integers(-3, 20), st.integers(-3, 20),
    st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip


@given(FACTS)
def test_points_are_never_negative_and_one_more_fact_never_lowers_them(facts: Facts) -> None:
    found = rules.points(facts, POLICY)
    assert found >= 0
    if not facts.just_bought and facts.size is not Fit.NO:
        for name in ("kind_liked", "colour_liked", "look_liked", "price_near", "wished", "tried"):
            assert rules.points(facts._replace(**{name: True}), POLICY) >= found
        assert rules.points(facts._replace(pieces_in_size=facts.pieces_in_size + 1), POLICY) >= found
        assert (found > 0) == bool(rules.reasons(facts, POLICY))


@given(FACTS, st.integers(0, 9))
def test_pieces_beyond_the_most_count_no_more(facts: Facts, more: int) -> None:
    full = facts._replace(pieces_in_size=POLICY.size_most, pieces_of_kind=POLICY.kind_most)
    fuller = full._replace(pieces_in_size=POLICY.size_most + more, pieces_of_kind=POLICY.kind_most + more)
    assert rules.points(full, POLICY) == rules.points(fuller, POLICY)
