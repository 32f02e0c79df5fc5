"""Vouchers (礼金券): their numbers, what one may pay of a ticket, and what a return gives back (seeds/002 五; spec 06)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

DIGITS = 13
PREFIX = "99"
"""The front digits that the bar-code numbering of goods keeps for coupons: no item number begins so."""
_NUMBER = re.compile(rf"{PREFIX}\d{{{DIGITS - len(PREFIX)}}}")
RANDOM_DIGITS = DIGITS - len(PREFIX) - 1


@dataclass(frozen=True, slots=True)
class Payable:
    """One line of a ticket after the grade's discount. `paid` fen."""

    paid: int
    special: bool


@dataclass(frozen=True, slots=True)
class Terms:
    """What a voucher is worth and on what conditions. Money in fen."""

    worth: int
    minimum: int
    on_special: bool


def check_digit(digits: str) -> str:
    """The last digit of an EAN-13 number: weights 3 and 1 from the right."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def number_of(drawn: int) -> str:
    """The voucher number made of a drawn number below 10**RANDOM_DIGITS."""
    digits = f"{PREFIX}{drawn:0{RANDOM_DIGITS}d}"
    return digits + check_digit(digits)


def tidy(text: str) -> str:
    """A number as typed or scanned, without the gaps it is printed with."""
    return re.sub(r"[\s\-]", "", text)


def looks_like_number(text: str) -> bool:
    """Thirteen digits of a voucher, the check digit right or not: no item number looks so."""
    return bool(_NUMBER.fullmatch(tidy(text)))


def is_number(text: str) -> bool:
    """Whether this can be a voucher's number: a slip of one digit or of two neighbours is found out."""
    bare = tidy(text)
    return looks_like_number(bare) and check_digit(bare[:-1]) == bare[-1]


def grouped(number: str) -> str:
    """`99 12345 67890 5`: as it is printed and read aloud."""
    return " ".join((number[:2], number[2:7], number[7:12], number[12:])) if len(number) == DIGITS else number


def default_minimum(value: int, percent: int) -> int:
    """fen to be paid at least where nothing else was said."""
    return value * percent // 100


def eligible(lines: Sequence[Payable], terms: Terms) -> list[int]:
    """fen of each line that this voucher may pay."""
    return [line.paid if terms.on_special or not line.special else 0 for line in lines]


def missing_for(lines: Sequence[Payable], terms: Terms) -> int:
    """fen that are still missing to the minimum purchase; 0 when it is reached."""
    return max(0, terms.minimum - sum(eligible(lines, terms)))


def spread(amount: int, parts: Sequence[int]) -> list[int]:
    """`amount` handed to the lines in proportion to `parts`, by largest remainder, never more than a line has."""
    total = sum(parts)
    if total <= 0:
        return [0] * len(parts)
    amount = min(amount, total)
    found = [amount * part // total for part in parts]
    order = sorted(range(len(parts)), key=lambda place: (-(amount * parts[place] % total), place))
    for place in order[: amount - sum(found)]:
        found[place] += 1
    return found


def used(lines: Sequence[Payable], vouchers: Sequence[Terms]) -> list[list[int]]:
    """What each voucher pays of each line, in fen, one after the other. No change is given: the rest is forfeit.

    The minimum is held against the prices before any voucher; what one paid, the next cannot pay again.
    """
    left = list(lines)
    found = []
    for terms in vouchers:
        parts = spread(terms.worth, eligible(left, terms))
        left = [Payable(line.paid - part, line.special) for line, part in zip(left, parts, strict=True)]
        found.append(parts)
    return found


def given_back(worth: int, paid_by_vouchers: int, returned: int) -> int:
    """What a voucher that was spent with `worth` is worth again after so much of the ticket came back, in fen.

    In proportion to what vouchers paid of the goods returned, half up: everything returned gives all of it back.
    """
    if paid_by_vouchers <= 0:
        return 0
    returned = min(returned, paid_by_vouchers)
    return (2 * worth * returned + paid_by_vouchers) // (2 * paid_by_vouchers)


def points_value(points: int, fen_per_point: int) -> int:
    """fen of the voucher that so many points buy."""
    return points * fen_per_point


def still_valid(valid_to: date, day: date) -> bool:
    return day <= valid_to
