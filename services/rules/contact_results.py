"""What contacts bring, as numbers a small shop can trust: shares beside shares, and no verdict on few people (spec 06)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from math import sqrt

NINETY_FIVE = 1.959964
"""Standard errors on either side within which the truth lies nineteen times in twenty."""


class Verdict(str, Enum):
    """What may be said of a group beside those who were not contacted."""

    TOO_FEW = "too_few"
    """Fewer people than the policy's number, on either side: nothing is said"""
    NOBODY = "nobody"
    """Everybody was contacted: there is nothing to set it beside"""
    MORE = "more"
    LESS = "less"
    UNCLEAR = "unclear"
    """The difference may be chance"""


@dataclass(frozen=True, slots=True)
class Cell:
    """Customers of one grade contacted on one day, and those of the same grade not contacted, over the same days."""

    heads: int
    """Contacted, their days over"""
    none_heads: int
    none_buyers: int
    none_paid: int
    """fen"""


@dataclass(frozen=True, slots=True)
class Beside:
    """Those not contacted, as if they had the grades and the days of the contacted."""

    heads: int
    """People compared with: the smallest cell that was used; 0 where a cell has nobody"""
    share: float | None
    """Part of them that bought, 0 to 1; None without anybody to compare with"""
    per_head: int | None
    """fen"""


def beside(cells: Iterable[Cell]) -> Beside:
    """Averages the cells by the number contacted in each. A cell with nobody to compare with leaves no comparison."""
    used = [cell for cell in cells if cell.heads]
    total = sum(cell.heads for cell in used)
    if not total or any(not cell.none_heads for cell in used):
        return Beside(0, None, None)
    share = sum(cell.heads * cell.none_buyers / cell.none_heads for cell in used) / total
    paid = sum(cell.heads * cell.none_paid / cell.none_heads for cell in used) / total
    return Beside(min(cell.none_heads for cell in used), share, round(paid))


def interval(share: float, heads: int) -> tuple[float, float]:
    """Wilson's interval of a share seen in `heads` people: honest near 0 and 1, and for few."""
    if heads <= 0:
        return 0.0, 1.0
    square = NINETY_FIVE**2
    middle = share + square / (2 * heads)
    reach = NINETY_FIVE * sqrt(share * (1 - share) / heads + square / (4 * heads**2))
    whole = 1 + square / heads
    return max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)


def difference(buyers: int, heads: int, none: Beside) -> tuple[float, float] | None:
    """Between which bounds the difference of the shares lies (Newcombe's interval); None without a comparison."""
    if none.share is None or not heads:
        return None
    share = buyers / heads
    low, high = interval(share, heads)
    none_low, none_high = interval(none.share, none.heads)
    gap = share - none.share
    down = sqrt((share - low) ** 2 + (none_high - none.share) ** 2)
    up = sqrt((high - share) ** 2 + (none.share - none_low) ** 2)
    return gap - down, gap + up


def verdict(buyers: int, heads: int, none: Beside, few: int) -> Verdict:
    """What may be said; `few`: fewer people than that on either side say nothing."""
    if heads < few:
        return Verdict.TOO_FEW
    if none.share is None:
        return Verdict.NOBODY
    if none.heads < few:
        return Verdict.TOO_FEW
    bounds = difference(buyers, heads, none)
    assert bounds is not None
    if bounds[0] > 0:
        return Verdict.MORE
    return Verdict.LESS if bounds[1] < 0 else Verdict.UNCLEAR
