"""The amount to pay: discount, special price, rounding to the fen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.pricing import Priced, gift_due, share, to_pay

LINES = st.lists(
    st.builds(Priced, st.integers(1, 10_000_000), st.integers(1, 50), st.booleans()), min_size=1, max_size=20
)


@pytest.mark.parametrize(
    ("price", "percent", "expected"),
    [
        (10_000, 20, 8_000),
        (10_000, 15, 8_500),
        (10_000, 0, 10_000),
        (19_999, 20, 15_999),
        (39_900, 15, 33_915),
        (1, 20, 1),
        (2, 20, 2),
        (3, 20, 2),
        (3, 15, 3),
        (10, 15, 9),
        (30, 15, 26),
    ],
)
def test_the_discount_is_rounded_to_the_fen_half_up(price, percent, expected):
    assert to_pay([Priced(price)], percent) == [expected]


def test_a_special_price_is_never_discounted():
    assert to_pay([Priced(10_000, special=True), Priced(10_000)], 20) == [10_000, 8_000]


def test_three_equal_lines_share_the_rounding_of_one_ticket():
    assert to_pay([Priced(10)] * 3, 15) == [9, 9, 8]


@given(LINES, st.integers(0, 90))
def test_the_lines_always_add_up_to_the_rounded_ticket(lines, percent):
    parts = to_pay(lines, percent)
    special = sum(line.gross for line in lines if line.special)
    ordinary = sum(line.gross for line in lines if not line.special)
    assert sum(parts) == special + (ordinary * (100 - percent) + 50) // 100
    for line, part in zip(lines, parts, strict=True):
        exact = line.gross * 100 if line.special else line.gross * (100 - percent)
        assert abs(part * 100 - exact) < 100
        assert 0 <= part <= line.gross


@given(st.integers(0, 10**9), st.integers(1, 50))
def test_giving_back_all_pieces_gives_back_all_money(paid, quantity):
    assert share(paid, quantity, quantity) == paid
    assert share(paid, quantity, 0) == 0


@pytest.mark.parametrize(
    ("grade", "specials", "expected"),
    [
        ("C", [False], True),
        ("C", [True], False),
        ("C", [True, False], True),
        ("B", [False], False),
        ("A", [False], False),
    ],
)
def test_only_a_c_customer_gets_a_gift_and_not_for_special_prices(grade, specials, expected):
    lines = [Priced(100, special=special) for special in specials]
    assert gift_due(lines, grade, True) is expected
    assert gift_due(lines, grade, False) is False
