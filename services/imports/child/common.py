"""What the readers share: a refusal as a code with facts, and rows in chunks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

HEAD_ROWS = 40
CHUNK_ROWS = 1_000


class Bad(Exception):
    """The file cannot be read: a code for the parent, and facts."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.facts = {"error": code, **facts}


def chunked(rows: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    chunk: list[list[Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK_ROWS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
