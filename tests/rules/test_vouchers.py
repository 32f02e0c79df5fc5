"""Voucher numbers, what vouchers pay of a ticket, and what a return gives back of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules import points, vouchers
from services.rules.vouchers import Payable, Terms

LINES = st.lists(st.builds(Payable, st.integers(0, 5_000_000), st.booleans()), min_size=1, max_size=12)
TERMS = st.builds(Terms, st.integers(1, 200_000), st.integers(0, 200_000), st.booleans())


@given(st.integers(0, 10**vouchers.RANDOM_DIGITS - 1))
def test_a_number_has_thirteen_digits_and_is_known_again(drawn):
    number = vouchers.number_of(drawn)
    assert len(number) == vouchers.DIGITS and vouchers.is_number(number)
    assert vouchers.is_number(vouchers.grouped(number)) and vouchers.tidy(vouchers.grouped(number)) == number


@given(st.integers(0, 10**vouchers.RANDOM_DIGITS - 1), st.integers(2, 12), st.integers(1, 9))
def test_one_wrong_digit_is_found_out(drawn, place, more):
    number = vouchers.number_of(drawn)
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assert vouchers.looks_like_number(wrong) and not vouchers.is_number(wrong)


@pytest.mark.parametrize("code", ["6901234567892", "XF2301", "", "99", "9912345678901234", "99123456789ab"])
def test_item_numbers_are_no_vouchers(code):
    assert not vouchers.looks_like_number(code)


def test_the_check_digit_is_that_of_every_bar_code():
    assert vouchers.check_digit("690123456789") == "2" and vouchers.check_digit("400638133393") == "1"


@given(LINES, st.lists(TERMS, min_size=1, max_size=4))
def test_vouchers_never_pay_more_than_they_are_worth_or_a_line_costs(lines, terms):
    parts = vouchers.used(lines, terms)
    for one, paid in zip(terms, parts, strict=True):
        assert 0 <= sum(paid) <= one.worth and min(paid) >= 0
        assert one.on_special or all(not part for part, line in zip(paid, lines, strict=True) if line.special)
    for place, line in enumerate(lines):
        assert sum(paid[place] for paid in parts) <= line.paid


@given(LINES, TERMS)
def test_a_voucher_pays_all_it_can(lines, terms):
    (paid,) = vouchers.used(lines, [terms])
    assert sum(paid) == min(terms.worth, sum(vouchers.eligible(lines, terms)))


def test_special_prices_count_neither_for_the_minimum_nor_for_the_voucher():
    lines = [Payable(6_000, False), Payable(50_000, True)]
    terms = Terms(10_000, 10_000, False)
    assert vouchers.missing_for(lines, terms) == 4_000
    assert vouchers.missing_for(lines, Terms(10_000, 10_000, True)) == 0
    assert vouchers.used(lines, [terms]) == [[6_000, 0]]


@given(st.integers(1, 100_000), st.lists(st.integers(0, 50_000), min_size=1, max_size=8))
def test_line_by_line_all_of_a_voucher_comes_back(worth, parts):
    total, returned, before = sum(parts), 0, 0
    for part in parts:
        returned += part
        now = vouchers.given_back(worth, total, returned)
        assert before <= now <= worth
        before = now
    assert before == (worth if total else 0)


@pytest.mark.parametrize(
    ("old", "used", "balance", "expected"),
    [(10, 0, 10, 10), (10, 4, 11, 6), (10, 10, 5, 0), (10, 12, 0, 0), (10, 0, 3, 3), (0, 0, 9, 0)],
)
def test_the_oldest_points_are_spent_first_and_the_rest_of_them_expires(old, used, balance, expected):
    assert points.expiring(old, used, balance) == expected


@pytest.mark.parametrize(
    ("balance", "expired", "expected"), [(5, 0, (0, 0)), (-5, 0, (0, 5)), (-5, 3, (3, 2)), (-5, 9, (5, 0))]
)
def test_a_balance_below_zero_is_made_good(balance, expired, expected):
    assert points.owed_after(balance, expired) == expected
