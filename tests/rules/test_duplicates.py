"""What makes two records one person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.duplicates import (
    Person,
    Reason,
    clusters,
    like_name,
    reasons,
    worth_a_look,
)
from services.rules.merging import default, free_parts, together

BORN = ("lunar", 8, 15, False)


@pytest.mark.parametrize(
    ("one", "two", "like"),
    [
        ("张小芳", "张小芳", True),
        ("张小芳", "张晓芳", True),
        ("张小芳", "张小方", True),
        ("张小芳", "李晓方", False),
        ("王芳", "王方", False),
        ("王芳", "王小芳", True),
        ("王", "王芳", False),
    ],
)
def test_names_that_look_alike(one: str, two: str, like: bool) -> None:
    assert like_name(one, two) is like
    assert like_name(two, one) is like


def test_names_that_sound_alike_are_alike() -> None:
    assert like_name("王芳", "王方", "wang fang", "wang fang")


@pytest.mark.parametrize(
    ("one", "two", "offered"),
    [
        (Person("王芳", phones=frozenset("1")), Person("李四", phones=frozenset("1")), True),
        (Person("王芳", birthday=BORN), Person("王芳", birthday=BORN), True),
        (
            Person("王芳", birthday=BORN, birth_year=1980),
            Person("王芳", birthday=BORN, birth_year=1991),
            False,
        ),
        (Person("张小芳", address="和平路12号2楼"), Person("张晓芳", address="和平路 12号，2楼"), True),
        (Person("张小芳", address="和平路12号2楼"), Person("李四", address="和平路12号2楼"), False),
        (Person("王芳"), Person("王芳"), False),
        (Person("王芳", birthday=BORN), Person("李四", birthday=BORN), False),
    ],
)
def test_which_pairs_are_offered(one: Person, two: Person, offered: bool) -> None:
    assert worth_a_look(reasons(one, two)) is offered
    assert reasons(one, two) == reasons(two, one)


def test_the_heaviest_reason_stands_first() -> None:
    one = Person("王芳", "", frozenset("1"), BORN, None, "和平路12号2楼")
    assert reasons(one, one)[0] is Reason.SAME_PHONE


def test_the_proposed_value_is_the_one_that_says_something() -> None:
    assert default("size", "", "M") == "other"
    assert default("size", "L", "M") == "keep"
    assert default("sex", "unknown", "female") == "other"
    assert default("note", "一", "二") == "both"
    assert together("colours", "红、蓝", "蓝、绿", 99) == "红、蓝、绿"


parts = st.tuples(st.sampled_from("ab"), st.integers(1, 3))


@given(st.sets(parts), st.lists(st.tuples(parts, st.booleans()), max_size=8))
def test_no_two_live_gifts_share_a_part(
    taken: set[tuple[str, int]], lines: list[tuple[tuple[str, int], bool]]
) -> None:
    live = [part for part, on in lines if on]
    rows = [(n, (key,), part, on) for n, ((key, part), on) in enumerate(lines)]
    if len(live) != len(set(live)):
        return
    found = free_parts({(key, part) for key, part in taken}, rows)
    ended = [(key[0], found[n]) for n, key, _part, on in rows if on]
    assert len(set(ended)) == len(ended) and not set(ended) & taken
    assert all(found[n] == part for n, key, part, on in rows if not on or (key[0], part) not in taken)


@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)).filter(lambda two: two[0] != two[1])))
def test_records_that_hang_together_are_one_group(pairs: list[tuple[int, int]]) -> None:
    found = clusters(pairs)
    home = {one: place for place, group in enumerate(found) for one in group}
    assert len(home) == sum(map(len, found)) == len({one for two in pairs for one in two})
    assert all(home[one] == home[two] for one, two in pairs)
    assert clusters([(two, one) for one, two in reversed(pairs)]) == found
    # Nothing hangs together without a pair: every group of more than one is connected.
    for group in found:
        reached, edge = {group[0]}, {group[0]}
        while edge:
            edge = {b for a, b in (*pairs, *((b, a) for a, b in pairs)) if a in edge} - reached
            reached |= edge
        assert reached == set(group)
