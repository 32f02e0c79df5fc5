"""One sender at a time: a lock that the operating system, or the server, takes back when its holder dies."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from models import database
from services.errors import Refused
from services.settings import file_of
from services.shop import Shop
from services.words import N_

_LOCK = 7450032


class Busy(Refused):
    """Another window or command is at the gateway."""


PATIENCE = 3.0
"""Seconds to wait for whoever only looks whether anything is unknown."""
_AGAIN = 0.05


@contextmanager
def turn(shop: Shop, patience: float = 0.0) -> Iterator[None]:
    """Inside, nobody else hands messages of these books over: what is unanswered is of somebody who is gone.

    Raises Busy when somebody else does after `patience` seconds.
    """
    place = file_of(shop.url)
    if place is None:
        _waited(lambda: bool(database.value_of("SELECT pg_try_advisory_lock(?)", (_LOCK,))), patience)
        try:
            yield
        finally:
            database.value_of("SELECT pg_advisory_unlock(?)", (_LOCK,))
        return
    with open(f"{place}.sms.lock", "ab") as file:
        _waited(lambda: _taken(file), patience)
        try:
            yield
        finally:
            _given_back(file)


def _waited(take: Callable[[], bool], patience: float) -> None:
    until = time.monotonic() + patience
    while not take():
        if time.monotonic() >= until:
            raise _busy()
        threading.Event().wait(_AGAIN)


def _busy() -> Busy:
    return Busy(N_("另一个窗口或命令正在发短信、收回报。请等它做完再试。"))


def _taken(file: BinaryIO) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _given_back(file: BinaryIO) -> None:
    with suppress(OSError):
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_UN)
