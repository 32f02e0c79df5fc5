"""Writing many rows at once: ids given beforehand, values from the models' defaults, Stop heard between them."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from models import database
from models.database import Table
from services.progress import Progress


@contextmanager
def many_objects() -> Iterator[None]:
    """While hundreds of thousands of records are made, looking for cycles among them costs more than making them.

    Afterwards they are left aside too, until the next such work: between a plan and its import nothing of them changes.
    """
    was = gc.isenabled()
    gc.disable()
    gc.unfreeze()
    try:
        yield
    finally:
        if was:
            gc.freeze()
            gc.enable()


T = TypeVar("T")
EVERY = 500
"""Rows between two reports: Stop is heard within some ten milliseconds."""
CHUNK = 2_000
"""Ids in one IN list."""


def reserve(table: str, number: int) -> Sequence[int]:
    """So many new ids of a table. On PostgreSQL from its own counter, so that other counters are never met."""
    if number <= 0:
        return ()
    if database.is_postgres():
        sql = f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1, ?)"
        return [int(row[0]) for row in database.rows(sql, (number,))]
    first = int(database.value_of(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table}"))
    return range(first, first + number)


def insert_sql(model: type[Table], *names: str) -> str:
    """An INSERT of the named columns; the others get the model's own defaults."""
    fields = model._meta.sorted_fields
    missing = set(names) - {field.column_name for field in fields}
    assert not missing, missing
    constants = {
        field.column_name: _literal(field.db_value(field.default))
        for field in fields
        if field.column_name not in names and field.default is not None
    }
    columns = ", ".join(f'"{name}"' for name in (*names, *constants))
    marks = ", ".join((*"?" * len(names), *constants.values()))
    return f"INSERT INTO {model._meta.table_name} ({columns}) VALUES ({marks})"


def _literal(value: object) -> str:
    if isinstance(value, bool | int):
        return str(int(value))
    assert isinstance(value, str) and "'" not in value and "?" not in value, value
    return f"'{value}'"


def heard(rows: Iterable[T], progress: Progress, done: int, total: int) -> Iterator[T]:
    """The rows as they are, asking now and then whether Stop was pressed. `done` of `total` were before them."""
    rows = iter(rows)
    while part := list(islice(rows, EVERY)):
        progress(done, total)
        yield from part
        done += len(part)


class Steps:
    """One running count over all statements, for the progress bar."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.total, self.done = progress, max(total, 1), 0

    def tell(self, number: int) -> None:
        """So many more are done. Stop is heard here."""
        self.done += number
        self.progress(self.done, self.total)

    def over(self, rows: Iterable[T], number: int) -> Iterator[T]:
        """The rows as they are, counted."""
        yield from heard(rows, self.progress, self.done, self.total)
        self.done += number


MANY = 5_000
"""Fewer new rows than this are simply put into the indexes."""
MOST = 400_000
"""In a larger table making an index takes longer than Stop may wait."""


@contextmanager
def indexes_aside(table: str, adding: int) -> Iterator[None]:
    """Lets a table that at least doubles grow without its indexes and makes them anew afterwards, sorted, in a third
    of the time. Part of the caller's transaction: a cut between the two leaves everything as it was."""
    if database.is_postgres() or adding < MANY:
        yield
        return
    there = int(database.value_of(f"SELECT COUNT(*) FROM {table}"))
    if there > adding or there + adding > MOST:
        yield
        return
    made = database.rows(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql LIKE 'CREATE INDEX%'",
        (table,),
    )
    for name, _sql in made:
        database.execute(f'DROP INDEX "{name}"')
    yield
    for _name, sql in made:
        database.execute(sql)


def chunked(ids: Sequence[Any], size: int = CHUNK) -> Iterator[Sequence[Any]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def select_in(sql: str, ids: Sequence[Any], more: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """All rows of a query with `{marks}` for an IN list of any length. `more` parameters come after the list."""
    for part in chunked(ids):
        yield from database.rows(sql.format(marks=database.marks(part)), (*part, *more))
