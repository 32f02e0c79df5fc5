"""Customers are dealt out fairly: by count and by grade, the same every time, moving as few as possible."""

from __future__ import annotations

from collections import Counter

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
