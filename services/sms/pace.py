"""How fast parts go out, how long answers are waited for, and when a lost connection is tried again. Measures durations only."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from services.policy import SmsPolicy
from services.progress import Progress
from services.sms.account import Account
from services.sms.gateway import Gateway, LinkLost, connect

_LOOK = 0.1
"""Seconds between two looks at whether somebody pressed pause."""
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0

Opener = Callable[[Account, SmsPolicy], Gateway]


@dataclass(frozen=True)
class Pace:
    """The numbers of one sending, in seconds."""

    per_second: float
    answer: float
    report: float
    tries: int
    first_wait: float = _FIRST_WAIT

    @staticmethod
    def of(account: Account, policy: SmsPolicy) -> Pace:
        """As the account and the policy say."""
        return Pace(
            account.per_second or policy.per_second,
            policy.answer_seconds,
            policy.report_seconds,
            policy.connect_tries,
        )

    def wait(self, number: int) -> float:
        """Before try `number` + 1: twice as long each time."""
        return float(min(self.first_wait * 2**number, _LONGEST_WAIT))


class Slots:
    """Hands out moments at which a part may go, evenly spread."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1.0 / per_second
        self._next = 0.0

    def left(self) -> float:
        """Seconds until the next part may go."""
        return max(self._next - time.monotonic(), 0.0)

    def take(self) -> None:
        self._next = max(self._next, time.monotonic()) + self._gap


def rest(seconds: float, progress: Progress, done: int = 0, total: int = 0) -> None:
    """Waits, and looks again and again whether somebody pressed pause. Raises Cancelled."""
    until = time.monotonic() + seconds
    while True:
        progress(done, total)
        left = until - time.monotonic()
        if left <= 0:
            return
        threading.Event().wait(min(left, _LOOK))


def opened(
    account: Account, policy: SmsPolicy, pace: Pace, progress: Progress, opener: Opener | None = None
) -> Gateway:
    """The gateway, tried again with longer and longer waits. Raises NoEntry at once, LinkLost after the last try."""
    for number in range(pace.tries):
        try:
            return (opener or connect)(account, policy)
        except LinkLost:
            if number + 1 >= pace.tries:
                raise
            rest(pace.wait(number), progress)
    raise AssertionError("the policy demands one try")
