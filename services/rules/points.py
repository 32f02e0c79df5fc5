"""Points for a ticket, and what a return takes back (seeds/002 九 积分制的换算; spec 01)."""

from __future__ import annotations

from typing import Protocol


class PointsPolicy(Protocol):
    """The numbers of the policy that points depend on."""

    @property
    def fen_per_point(self) -> int: ...
    @property
    def special_price_percent(self) -> int: ...
    @property
    def a_percent(self) -> int: ...
    @property
    def b_percent(self) -> int: ...
    @property
    def c_percent(self) -> int: ...


def for_ticket(paid: int, paid_special: int, grade: str, policy: PointsPolicy) -> int:
    """Points of one ticket: one for each full `fen_per_point`, then the grade's multiplier, rounded down.

    `paid` fen for ordinary lines, `paid_special` fen for special-price lines, which count at their own percentage.
    Amounts at or below nothing earn nothing.
    """
    counted = paid * 100 + paid_special * policy.special_price_percent
    if counted <= 0:
        return 0
    whole = counted // (100 * policy.fen_per_point)
    return whole * grade_percent(grade, policy) // 100


def grade_percent(grade: str, policy: PointsPolicy) -> int:
    """The multiplier of a grade in percent."""
    return {"A": policy.a_percent, "B": policy.b_percent}.get(str(grade), policy.c_percent)


def left_after_return(points: int, paid: int, left: int) -> int:
    """Points that stay on a ticket that earned `points` for `paid` fen when `left` fen of it are not returned.

    In proportion, rounded half up, so that returning line by line takes back exactly what the ticket earned.
    """
    if paid <= 0 or left <= 0:
        return 0
    return min(points, (2 * points * left + paid) // (2 * paid))


def expiring(old: int, used: int, balance: int) -> int:
    """Points that expire now: what is left of the old ones when the oldest are spent first.

    `old`: points of entries older than the validity, returns taken off; `used`: everything ever spent, expired or
    taken, as a positive number. Never more than the balance.
    """
    return max(0, min(old - used, balance))


def owed_after(balance: int, expired: int) -> tuple[int, int]:
    """After a return: how a balance below zero is made good: (expiry taken back, points owed), both positive.

    `expired`: points of this customer that expired and were not taken back: they may have been the returned ones.
    """
    short = max(0, -balance)
    taken_back = min(short, max(0, expired))
    return taken_back, short - taken_back
