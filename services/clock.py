"""The only module that asks the computer for the time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Protocol


class Clock(Protocol):
    def today(self) -> date:
        """The business day, by the shop's own time zone."""
        ...

    def now(self) -> datetime:
        """The moment in UTC, for the journal and lock-outs: never the day given with --today."""
        ...

    def ticks(self) -> int:
        """Seconds since some start of this computer: nobody can set them."""
        ...


class SystemClock:
    def today(self) -> date:
        return datetime.now().date()

    def now(self) -> datetime:
        return datetime.now(timezone.utc)

    def ticks(self) -> int:
        return int(time.monotonic())


@dataclass(frozen=True)
class FixedClock:
    """A clock for tests, for `--today`, and for the demo shop. `moment` None: the real moment."""

    day: date
    moment: datetime | None = None

    def today(self) -> date:
        return self.day

    def now(self) -> datetime:
        return self.moment or datetime.now(timezone.utc)

    def ticks(self) -> int:
        return int(self.moment.timestamp() if self.moment else time.monotonic())
