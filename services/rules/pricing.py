"""What the customer pays at the till: list price, grade discount, rounding to the fen (seeds/002 五)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Priced:
    """One line before the discount."""

    list_price: int
    """fen a piece"""
    quantity: int = 1
    special: bool = False
    """A special price is never discounted again (特价商品除外)."""

    @property
    def gross(self) -> int:
        return self.list_price * self.quantity


def to_pay(lines: Sequence[Priced], percent_off: int) -> list[int]:
    """Fen to pay for each line.

    The ticket's discounted sum is rounded once, half up; its fen are handed to the lines by largest remainder,
    the earlier line first where remainders are equal. So the lines always add up to the ticket.
    """
    keep = 100 - percent_off
    parts: list[int] = []
    open_lines: list[tuple[int, int]] = []
    exact_sum = 0
    for number, line in enumerate(lines):
        if line.special:
            parts.append(line.gross)
            continue
        exact = line.gross * keep
        exact_sum += exact
        parts.append(exact // 100)
        open_lines.append((-(exact % 100), number))
    total = (exact_sum + 50) // 100
    missing = total - sum(parts[number] for _remainder, number in open_lines)
    for _remainder, number in sorted(open_lines)[:missing]:
        parts[number] += 1
    return parts


def share(paid: int, quantity: int, pieces: int) -> int:
    """Fen to give back for `pieces` of a line of `quantity` pieces that cost `paid`: in proportion, half up."""
    return (2 * paid * pieces + quantity) // (2 * quantity)


def gift_due(lines: Sequence[Priced], grade: str, c_gift_with_purchase: bool) -> bool:
    """Whether this ticket brings a C customer a gift: any piece that is not special-price (凡购买商品…特价除外)."""
    return c_gift_with_purchase and str(grade) == "C" and any(not line.special for line in lines)
