"""Reading many rows in the background, so that a newer filter can end an older one."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import Any

from models import database
from services.progress import Progress, silent

_CHUNK = 50_000


def walked(sql: str, params: Sequence[Any], progress: Progress = silent) -> Iterator[tuple[Any, ...]]:
    """Row by row, without holding them all. Raises Cancelled where `progress` does."""
    with (
        database.database.atomic() if database.is_postgres() else nullcontext(),
        database.interruptible(lambda: progress(0, 0)),
    ):
        for number, row in enumerate(database.stream(sql, params, _CHUNK), 1):
            yield row
            if number % _CHUNK == 0:
                progress(number, 0)


def ids_of(sql: str, params: Sequence[Any], progress: Progress = silent) -> array[int]:
    """The first column of a query as numbers. Raises Cancelled."""
    return array("q", (row[0] for row in walked(sql, params, progress)))
