"""The size a customer wears, as the purchases tell it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.sizes import Bought, Way, rank, style, tells, trend

START = date(2025, 3, 1)


def lines(*sizes, item="L1"):
    return [Bought(START + timedelta(days=30 * n), item, size) for n, size in enumerate(sizes)]


@pytest.mark.parametrize(
    ("sizes", "steps", "way"),
    [
        ((), [], Way.STEADY),
        (("M",), ["M"], Way.STEADY),
        (("M", "M", "L"), ["M", "L"], Way.LARGER),
        (("L", "M", "S"), ["L", "M", "S"], Way.SMALLER),
        (("M", "L", "M"), ["M", "L", "M"], Way.MIXED),
        (("27", "28", "28", "29"), ["27", "28", "29"], Way.LARGER),
        (("XL", "2XL"), ["XL", "2XL"], Way.LARGER),
        (("165/88A", "170/92A"), ["165/88A", "170/92A"], Way.MIXED),
        (("M", "均码", "F", ""), ["M"], Way.STEADY),
        (("S", "M", "L", "XL", "XXL", "3XL"), ["L", "XL", "XXL", "3XL"], Way.LARGER),
    ],
)
def test_the_runs_of_one_size_are_told_with_where_they_go(sizes, steps, way):
    found = trend(lines(*sizes))
    assert [step.size for step in found.steps] == steps and found.way is way


def test_a_run_knows_its_days_and_pieces():
    step = trend(lines("M", "M")).steps[0]
    assert (step.first, step.last, step.pieces) == (START, START + timedelta(days=30), 2)


def test_trousers_in_numbers_do_not_disturb_the_letters():
    found = trend([*lines("M", "M", "L", item="L1"), Bought(date(2026, 1, 1), "N26", "29")])
    assert [step.size for step in found.steps] == ["M", "L"]
    assert [(one.style, one.size) for one in found.styles] == [("N", "29"), ("L", "L")]


def test_styles_are_told_only_where_they_differ():
    assert trend([*lines("M", item="L1"), *lines("M", item="Q1")]).styles == ()


@pytest.mark.parametrize(
    ("item", "letters"), [("Q26011", "Q"), ("qz-1", ""), ("DX9", "DX"), ("6911", ""), ("大衣1", "")]
)
def test_a_style_is_the_letters_before_the_number(item, letters):
    assert style(item) == letters


@pytest.mark.parametrize(("size", "says"), [("均码", False), ("free size", False), ("M", True), (" ", False)])
def test_one_size_fits_all_says_nothing(size, says):
    assert tells(size) is says


def test_numbers_and_letters_have_an_order_and_others_none():
    assert rank("S") < rank("M") < rank("2XL") and rank("27") < rank("28.5") and rank("165/88A") is None


@given(st.lists(st.sampled_from(["S", "M", "L", "XL", "27", "28", "均码", "165/88A", ""])))
def test_steps_never_repeat_the_size_before_them(sizes):
    steps = trend(lines(*sizes)).steps
    assert all(a.size != b.size and a.last <= b.first for a, b in zip(steps, steps[1:], strict=False))
