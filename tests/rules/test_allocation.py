"""Customers are dealt out fairly: by count and by grade, the same every time, moving as few as possible."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.allocation import even

TAKERS = st.integers(1, 5)
MEMBERS = st.lists(st.tuples(st.sampled_from("ABC"), st.one_of(st.none(), st.integers(0, 6))), max_size=80)


@given(MEMBERS, TAKERS)
def test_each_grade_and_the_whole_differ_by_at_most_one(people: list[tuple[str, int | None]], n: int) -> None:
    takers = list(range(n))
    members = [(number, grade, taker) for number, (grade, taker) in enumerate(people)]
    found = even(members, takers)
    assert set(found) == {number for number, _g, _t in members} and set(found.values()) <= set(takers)
    for grade in "ABC":
        sizes = Counter(found[number] for number, one, _t in members if one == grade)
        each = [sizes[taker] for taker in takers]
        assert max(each) - min(each) <= 1
    whole = Counter(found.values())
    each = [whole[taker] for taker in takers]
    assert max(each) - min(each) <= 1
    assert even(list(reversed(members)), takers) == found
    again = [(number, grade, found[number]) for number, grade, _t in members]
    assert even(again, takers) == found


def test_who_is_well_placed_stays() -> None:
    members = [(1, "A", 7), (2, "A", 8), (3, "C", 7), (4, "C", 7), (5, "C", None)]
    found = even(members, [7, 8])
    assert (found[1], found[2], found[3]) == (7, 8, 7)
    assert Counter(found.values()) in (Counter({7: 3, 8: 2}), Counter({7: 2, 8: 3}))


def test_nobody_to_take_them_moves_nobody() -> None:
    assert even([(1, "A", None)], []) == {}
    assert even([(1, "A", None)], [7, 8], {7: 0, 8: 0}) == {}


@given(MEMBERS, st.lists(st.integers(0, 5), min_size=1, max_size=5).filter(any))
def test_weighted_shares_are_the_exact_share_rounded(
    people: list[tuple[str, int | None]], parts: list[int]
) -> None:
    members = [(number, grade, taker) for number, (grade, taker) in enumerate(people)]
    weights = dict(enumerate(parts))
    found = even(members, list(weights), weights)
    assert set(found) == {number for number, _g, _t in members}
    for grade in "ABC":
        sizes = Counter(found[number] for number, one, _t in members if one == grade)
        for taker, part in weights.items():
            assert abs(sizes[taker] - sizes.total() * part / sum(parts)) < 1
    whole = Counter(found.values())
    for taker, part in weights.items():
        assert abs(whole[taker] - len(members) * part / sum(parts)) < 2
        assert part or not whole[taker]
    assert even(members, list(weights), {taker: part * 3 for taker, part in weights.items()}) == found
    again = [(number, grade, found[number]) for number, grade, _t in members]
    assert even(again, list(weights), weights) == found


@pytest.mark.parametrize(
    ("count", "parts", "wanted"),
    [
        (10, {7: 1, 8: 1}, {7: 5, 8: 5}),
        (10, {7: 3, 8: 1}, {7: 8, 8: 2}),
        (7, {7: 2, 8: 1, 9: 0}, {7: 5, 8: 2}),
    ],
)
def test_who_is_given_more_parts_gets_more(count: int, parts: dict[int, int], wanted: dict[int, int]) -> None:
    members = [(number, "A", None) for number in range(count)]
    assert Counter(even(members, list(parts), parts).values()) == Counter(wanted)
