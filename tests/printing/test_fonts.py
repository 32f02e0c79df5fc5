"""Which characters can be printed, found before anything is."""

from __future__ import annotations

import pytest

from services.printing import fonts


@pytest.mark.parametrize("name", ["王小丽", "䶮𬎆㛃喆堃龘犇", "尉迟·阿依古丽", "O'Brien", "￥1,299.00"])
def test_names_people_bear_can_be_printed(name: str) -> None:
    assert fonts.missing_glyphs(name) == ""


@pytest.mark.parametrize(
    ("name", "lacking"), [("王𬒍", "𬒍"), ("𬭭小𬭭", "𬭭"), ("小丽👍", "👍"), ("👍😀👍", "👍😀")]
)
def test_a_character_that_the_font_lacks_is_named_once(name: str, lacking: str) -> None:
    assert fonts.missing_glyphs(name) == lacking


@pytest.mark.parametrize("mark", ["\ufe0f", "\U000e0100", "\u200b", "\u200f", "\u202e", "\x07", "\ud800"])
def test_characters_without_a_shape_disappear(mark: str) -> None:
    assert fonts.missing_glyphs(f"王{mark}丽") == "" and fonts.with_gaps(f"王{mark}丽") == "王丽"


def test_a_missing_character_leaves_room_to_write_it_by_hand() -> None:
    assert fonts.with_gaps("王𬒍丽") == "王＿丽"


def test_ten_thousand_names_are_checked_in_a_moment() -> None:
    import time

    names = [f"王{chr(0x4E00 + i)}{chr(0x5E00 + i)}" for i in range(10_000)]
    started = time.perf_counter()
    assert not [name for name in names if fonts.missing_glyphs(name)]
    assert time.perf_counter() - started < 2
