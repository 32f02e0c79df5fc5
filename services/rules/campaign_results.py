"""What a campaign brought beside those left uncontacted by lot, as numbers a small shop can trust (spec 06).

- Shares: the difference with Newcombe's hybrid score interval (R. G. Newcombe 1998, method 10), made of Wilson's
  intervals: honest near 0 and for few people.
- Spending a head: a percentile bootstrap (B. Efron) of the difference of two means. Most people buy nothing, so the
  number of buyers is drawn first and then what they spent; with very many buyers the normal interval says the same.
- People needed: the usual sample size for two shares at 5 % and 80 % power (J. L. Fleiss).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate
from math import ceil, exp, lgamma, log, sqrt

from services.rules.contact_results import NINETY_FIVE, interval

EIGHTY = 0.841621
"""Standard errors for finding a difference four times in five."""
_MANY = 1_000
"""So many buyers on both sides: drawing again and the normal interval agree to the third digit."""


class Verdict(str, Enum):
    """What may be said."""

    NO_CONTROL = "no_control"
    TOO_FEW = "too_few"
    MORE = "more"
    LESS = "less"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Side:
    """Those contacted, or those left uncontacted."""

    heads: int
    hits: int
    """How many of them bought (or came)"""
    amounts: tuple[int, ...] = ()
    """fen of each buyer"""

    @property
    def share(self) -> float | None:
        return self.hits / self.heads if self.heads else None

    @property
    def per_head(self) -> float | None:
        """fen"""
        return sum(self.amounts) / self.heads if self.heads else None


@dataclass(frozen=True, slots=True)
class Gap:
    """A difference and the bounds within which the truth lies nineteen times in twenty."""

    value: float
    low: float
    high: float


def share_gap(ours: Side, none: Side) -> Gap | None:
    """Difference of the shares (0 to 1); None where a side has nobody."""
    if not ours.heads or not none.heads:
        return None
    share, other = ours.hits / ours.heads, none.hits / none.heads
    low, high = interval(share, ours.heads)
    none_low, none_high = interval(other, none.heads)
    down = sqrt((share - low) ** 2 + (none_high - other) ** 2)
    up = sqrt((high - share) ** 2 + (other - none_low) ** 2)
    gap = share - other
    return Gap(gap, max(-1.0, gap - down), min(1.0, gap + up))


def spending_gap(ours: Side, none: Side, seed: str, rounds: int, few_buyers: int) -> Gap | None:
    """Difference of the spending a head, in fen; None where fewer than `few_buyers` bought on a side: one customer
    more would overturn it. The same seed gives the same bounds.
    """
    if not ours.heads or not none.heads or min(len(ours.amounts), len(none.amounts)) < few_buyers:
        return None
    value = sum(ours.amounts) / ours.heads - sum(none.amounts) / none.heads
    if min(len(ours.amounts), len(none.amounts)) >= _MANY:
        reach = NINETY_FIVE * sqrt(_variance(ours) / ours.heads + _variance(none) / none.heads)
        return Gap(value, value - reach, value + reach)
    lots = random.Random(seed)
    pairs = zip(_means(ours, rounds, lots), _means(none, rounds, lots), strict=True)
    gaps = sorted(one - other for one, other in pairs)
    at = max(0, round((rounds + 1) * 0.025) - 1)
    return Gap(value, gaps[at], gaps[-1 - at])


def _variance(side: Side) -> float:
    mean = sum(side.amounts) / side.heads
    buyers = sum((amount - mean) ** 2 for amount in side.amounts)
    return (buyers + (side.heads - len(side.amounts)) * mean**2) / max(1, side.heads - 1)


def _means(side: Side, rounds: int, lots: random.Random) -> list[float]:
    """Means of people drawn again with replacement: how many of them bought, then what those spent."""
    buyers = len(side.amounts)
    if buyers > _MANY:
        mean, error = sum(side.amounts) / side.heads, sqrt(_variance(side) / side.heads)
        return [lots.gauss(mean, error) for _one in range(rounds)]
    weights = list(accumulate(_binomial(side.heads, buyers)))
    counts = lots.choices(range(len(weights)), cum_weights=weights, k=rounds)
    return [sum(lots.choices(side.amounts, k=count)) / side.heads for count in counts]


def _binomial(heads: int, hits: int) -> list[float]:
    """The chances of 0, 1, 2 … hits among `heads` people when each is a hit with chance hits / heads."""
    if hits == heads:
        return [0.0] * heads + [1.0]
    chance = hits / heads
    most = min(heads, hits + 12 * ceil(sqrt(hits)) + 12)
    base = lgamma(heads + 1)
    return [
        exp(base - lgamma(k + 1) - lgamma(heads - k + 1) + k * log(chance) + (heads - k) * log(1 - chance))
        for k in range(most + 1)
    ]


def people_needed(base: float, points: int) -> int:
    """People on each side so that a share of `base` (0 to 1) that rises by `points` percentage points is seen four
    times in five."""
    low = min(max(base, 0.0), 1.0 - points / 100)
    high = low + points / 100
    middle = (low + high) / 2
    reach = NINETY_FIVE * sqrt(2 * middle * (1 - middle)) + EIGHTY * sqrt(low * (1 - low) + high * (1 - high))
    return ceil(reach**2 / (high - low) ** 2)


def verdict(ours: Side, none: Side, few: int) -> Verdict:
    """What may be said of the shares; fewer than `few` people on a side say nothing."""
    if not none.heads:
        return Verdict.NO_CONTROL
    gap = share_gap(ours, none)
    if gap is None or min(ours.heads, none.heads) < few:
        return Verdict.TOO_FEW
    if gap.low > 0:
        return Verdict.MORE
    return Verdict.LESS if gap.high < 0 else Verdict.UNCLEAR
