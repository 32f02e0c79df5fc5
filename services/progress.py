"""How long work tells how far it is, and learns that it should stop. No Qt here."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with (done, total); total 0 means unknown. Raises Cancelled when the person pressed Stop."""


class Cancelled(Exception):
    """Stop was pressed: leaves the transaction and rolls it back."""


def silent(done: int, total: int) -> None:
    """The progress of work that nobody watches."""
