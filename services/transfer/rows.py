"""All rows of all tables of one database, read from one moment, and what they add up to whatever their order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from peewee import Database

from models import database
from models.tables import TABLES

_CHUNK = 2_000
_ALL = 1 << 256

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Sum:
    """Rows of a table, and the sum of their hashes: equal for equal rows in any order."""

    rows: int = 0
    digest: int = 0

    def plus(self, other: Sum) -> Sum:
        return Sum(self.rows + other.rows, (self.digest + other.digest) % _ALL)


def names() -> tuple[str, ...]:
    """The tables of the shop, parents before children. What the search keeps is made anew, not moved."""
    return tuple(table._meta.table_name for table in TABLES)


def columns(table: str) -> tuple[str, ...]:
    (model,) = [each for each in TABLES if each._meta.table_name == table]
    return tuple(field.column_name for field in model._meta.sorted_fields)


def read(source: Database, table: str) -> Iterator[list[Row]]:
    """The rows of a table in chunks, inside the caller's transaction."""
    sql = f'SELECT {", ".join(_quoted(columns(table)))} FROM "{table}"'
    if isinstance(source, database.Books):
        cursor = source.connection().cursor().execute(sql)
        yield from _in_chunks(cursor)
        return
    with source.connection().cursor(name=f"move_{table}") as cursor:
        cursor.execute(sql)
        while part := cursor.fetchmany(_CHUNK):
            yield part


def _in_chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    part: list[Row] = []
    for row in rows:
        part.append(row)
        if len(part) == _CHUNK:
            yield part
            part = []
    if part:
        yield part


def sum_of(rows: Sequence[Row]) -> Sum:
    total = 0
    for row in rows:
        text = "\x1f".join([_plain(value) for value in row])
        total += int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest(), "big")
    return Sum(len(rows), total % _ALL)


def _plain(value: Any) -> str:
    """One text for a value, whichever database gave it."""
    if value is None:
        return "\x00"
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return f"{type(value).__name__}:{value}" if not isinstance(value, str) else value


def _quoted(found: Sequence[str]) -> list[str]:
    return [f'"{name}"' for name in found]
