"""Two addresses are one home when nothing contradicts: never another number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.addresses import block_keys, like, parse, same


@pytest.mark.parametrize(
    ("one", "two", "alike"),
    [
        ("船山区和平路12号", "船山区和平路12号3单元", True),
        ("船山区和平路12", "船山区和平路123号", False),
        ("和平路", "和平路12号", False),
        ("四川省遂宁市船山区和平路12号", "和平路12号2楼", True),
        ("和平路十二号３单元", "和平路 12 号，3单元", True),
        ("和平路一百零三号", "和平路103号", True),
        ("和平路12号3单元", "和平路12号4单元", False),
        ("和平路12号3单元", "和平路12栋3号", False),
        ("滨江中路12号", "滨江北路12号", True),
        ("和平路12号", "解放路12号", False),
        ("和平路012号2楼", "和平路12号2楼", True),
        ("春江花园水岸小区", "遂宁春江花园水岸小区", True),
        ("春江花园水岸小区", "春江花园水岸小区3栋", False),
        ("", "", False),
    ],
)
def test_addresses_as_people_write_them(one: str, two: str, alike: bool) -> None:
    assert like(parse(one), parse(two)) is alike
    assert like(parse(two), parse(one)) is alike


street = st.text("和平解放人民滨江中山北南路街", min_size=3, max_size=8)
numbers = st.lists(
    st.tuples(st.integers(1, 999), st.sampled_from(("号", "栋", "单元", "楼"))), min_size=1, max_size=3
)


def written(head: str, parts: list[tuple[int, str]]) -> str:
    return head + "".join(f"{number}{sign}" for number, sign in parts)


@given(street, numbers, st.text("四川省遂宁市船山区", max_size=8), numbers)
def test_what_is_left_out_in_front_or_behind_does_not_matter(
    head: str, parts: list[tuple[int, str]], town: str, more: list[tuple[int, str]]
) -> None:
    one, two = parse(written(head, parts)), parse(written(town + head, [*parts, *more]))
    if len(one.plain) >= 6:
        assert like(one, two) and like(two, one) and like(one, one) and same(one, one)
        assert set(block_keys(one, "zhang xiao fang")) & set(block_keys(two, "zhang xiao fang"))
        assert set(block_keys(one, "zhang xiao fang")) & set(block_keys(two, "zhang fang"))


@given(street, numbers, st.data())
def test_another_number_is_another_home(head: str, parts: list[tuple[int, str]], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(parts) - 1))
    other = list(parts)
    other[place] = (parts[place][0] + data.draw(st.integers(1, 500)), parts[place][1])
    assert not like(parse(written(head, parts)), parse(written(head, other)))


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_is_answered_alike_both_ways(one: str, two: str) -> None:
    assert like(parse(one), parse(two)) == like(parse(two), parse(one))
