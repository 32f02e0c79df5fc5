"""Wrong passphrases wait longer and longer, over restarts too: the count lies in this account's settings."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from services.clock import Clock, SystemClock
from services.errors import Refused
from services.files import replacing
from services.key_store import folder
from services.policy import load

_FIRST_WAIT = 15
"""Seconds after the last free try; doubled for each further one, up to the policy's longest lock-out."""


def _file() -> Path:
    return folder() / "tries.json"


def _read() -> dict[str, Any]:
    try:
        found = json.loads(_file().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _save(tries: dict[str, Any]) -> None:
    # A folder that cannot be written must not keep the owner out.
    with suppress(Exception), replacing(_file(), exact=True) as temporary:
        temporary.write_text(json.dumps(tries), "utf-8")


def left(name: str, clock: Clock | None = None) -> int:
    """Seconds to wait before the next try; 0: now."""
    try:
        number, since = (int(value) for value in _read().get(name, (0, 0)))
    except (TypeError, ValueError):
        return 0
    wait = _wait(number)
    passed = (clock or SystemClock()).now().timestamp() - since
    # A clock that was set back does not shorten the wait, and cannot make it longer than it was.
    return max(0, min(wait, round(wait - passed)))


def _wait(number: int) -> int:
    safety = load().safety
    over = number - safety.pin_tries
    return 0 if over < 0 else int(min(_FIRST_WAIT * 2 ** min(over, 20), safety.pin_lock_minutes_max * 60))


def check(name: str, clock: Clock | None = None) -> None:
    """Raises Refused while a wait runs."""
    seconds = left(name, clock)
    if seconds:
        raise Refused("输错的次数太多，请 {seconds} 秒后再试。", seconds=seconds, field="key")


def failed(name: str, clock: Clock | None = None) -> int:
    """Counts a wrong try. Returns how many there were."""
    tries = _read()
    try:
        number = int(tries.get(name, (0, 0))[0])
    except (TypeError, ValueError, IndexError):
        number = 0
    tries[name] = [number + 1, int((clock or SystemClock()).now().timestamp())]
    _save(tries)
    return number + 1


def clear(name: str) -> None:
    tries = _read()
    if tries.pop(name, None) is not None:
        _save(tries)
