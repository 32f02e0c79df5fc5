"""The rhythm of contacts made visible: how long ago the last one was, against the grade's cycle (seeds/002 六; spec 04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Where one customer stands in the cycle."""

    days: int
    """Since the last real contact (or since registration)"""
    every: int
    """The cycle: the customer's wish, else the grade's"""
    due: date
    """When the next one is due by the rhythm"""

    @property
    def over(self) -> bool:
        """The cycle is over, and nobody was in touch."""
        return self.days > self.every

    @property
    def percent(self) -> int:
        """How much of the cycle has passed, at most 100."""
        return min(100, max(0, self.days) * 100 // self.every) if self.every > 0 else 100


def rhythm(since: date, every: int, today: date) -> Rhythm:
    """`since`: the last real contact, else the registration."""
    return Rhythm((today - since).days, every, since + timedelta(days=every))


def over_before(every: int, today: date) -> date:
    """Whoever was contacted last before this day is over a cycle of so many days."""
    return today - timedelta(days=every)
