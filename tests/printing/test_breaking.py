"""Lines break as Chinese is set: no mark begins a line, no bracket ends one, nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.printing import fonts
from services.printing.breaking import NOT_FIRST, NOT_LAST, break_lines, fit_block, fit_line, shortened

CHINESE = st.text(alphabet="尊敬的客户生日快乐一二三四，。、；：？！（）《》“”", min_size=1, max_size=120)
MIXED = st.text(alphabet="欢迎光临 Happy Birthday 8.5 折，。！ABC—…（）", min_size=1, max_size=120)


@given(text=CHINESE | MIXED, wide=st.integers(80, 300), indent=st.sampled_from([0.0, 2.0]))
def test_no_character_is_lost(text: str, wide: int, indent: float) -> None:
    lines = break_lines(text, 12, wide, indent)
    assert "".join(lines).replace(" ", "") == fonts.printable(text).replace(" ", "")


@given(text=st.text(alphabet="尊敬的客户生日快乐，。", min_size=1, max_size=120), wide=st.integers(80, 300))
def test_no_mark_begins_a_line(text: str, wide: int) -> None:
    text = (
        text.replace("，，", "，")
        .replace("。。", "。")
        .replace("，。", "。")
        .replace("。，", "，")
        .strip("，。")
        or "好"
    )
    for line in break_lines(text, 12, wide)[1:]:
        if len(line) < wide / 12 * 2:
            assert line[0] not in NOT_FIRST or _run(text)


def _run(text: str) -> bool:
    """More marks in a row than a line holds can't be kept together."""
    return any(mark * 3 in text for mark in "，。")


@given(text=CHINESE, wide=st.integers(120, 300))
def test_no_line_is_wider_than_the_room_but_for_a_hanging_mark(text: str, wide: int) -> None:
    for line in break_lines(text, 12, wide):
        assert fonts.width(line, 12) <= wide + 6.1


@pytest.mark.parametrize("wide", [60, 72, 84, 96])
def test_an_opening_bracket_never_ends_a_line(wide: int) -> None:
    for line in break_lines("我们为您准备了《时尚手册》和（礼金券）各一份", 12, wide):
        assert line[-1] not in NOT_LAST


def test_latin_words_stay_whole() -> None:
    assert "Birthday" in "|".join(break_lines("祝您生日快乐 Happy Birthday 王小丽", 12, 90)).split("|")[1]


def test_a_word_longer_than_the_line_is_cut_rather_than_lost() -> None:
    lines = break_lines("A" * 60, 12, 100)
    assert "".join(lines) == "A" * 60 and len(lines) > 3


def test_the_first_line_leaves_room_for_two_characters() -> None:
    plain = break_lines("一" * 30, 12, 120)
    indented = break_lines("一" * 30, 12, 120, 2)
    assert len(plain[0]) == 10 and len(indented[0]) == 8 and len(indented[1]) == 10


def test_paragraphs_are_parted_by_newlines() -> None:
    assert break_lines("第一段\n第二段", 12, 200) == ("第一段", "第二段")


@pytest.mark.parametrize("name", ["王小丽", "赵一钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "王" * 500])
def test_a_line_shrinks_then_is_cut(name: str) -> None:
    block = fit_line(name, 14, 8, 150)
    assert fonts.width(block.lines[0], block.size) <= 150.1
    assert block.cut == (len(name) == 500)


def test_a_block_takes_the_largest_size_that_fits() -> None:
    few = fit_block("短短一句。", (12.0, 10.0, 8.0), 200, 60)
    many = fit_block("一" * 120, (12.0, 10.0, 8.0), 200, 70)
    assert few.size == 12 and many.size < 12 and not many.cut
    far = fit_block("一" * 2000, (12.0, 8.0), 200, 60)
    assert far.cut and far.lines[-1].endswith("…")


def test_shortened_text_fits() -> None:
    assert fonts.width(shortened("一" * 50, 10, 95), 10) <= 95
