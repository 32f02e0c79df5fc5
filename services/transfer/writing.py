"""Fills an empty database with all rows of another, its guards and references set aside until the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from models import database
from services.transfer.rows import Row, columns, names


def insert(table: str, rows: Sequence[Row]) -> None:
    """Writes rows into the open books."""
    listed = ", ".join(f'"{name}"' for name in columns(table))
    if not database.is_postgres():
        marks = ", ".join("?" * len(columns(table)))
        database.execute_many(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', rows)
        return
    with (
        database.database.connection().cursor() as cursor,
        cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as copy,
    ):
        for row in rows:
            copy.write_row(row)


@contextmanager
def unguarded() -> Iterator[None]:
    """Inside, rows come in any order and no trigger runs; afterwards every reference was looked at."""
    with _on_server() if database.is_postgres() else _in_file():
        yield


@contextmanager
def _in_file() -> Iterator[None]:
    database.execute("PRAGMA defer_foreign_keys = 1")
    triggers = database.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    for name, _sql in triggers:
        database.execute(f'DROP TRIGGER "{name}"')
    yield
    for _name, sql in triggers:
        database.execute(sql)


@contextmanager
def _on_server() -> Iterator[None]:
    keys = database.rows(
        "SELECT r.relname, c.conname FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid"
        " WHERE c.contype = 'f' AND r.relnamespace = current_schema()::regnamespace AND NOT c.condeferrable"
    )
    for table, key in keys:
        database.execute(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{key}" DEFERRABLE INITIALLY DEFERRED')
    for table in names():
        database.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    yield
    database.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table, key in keys:
        database.execute(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{key}" NOT DEFERRABLE')
    for table in names():
        database.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
        if "id" in columns(table):
            _count_on(table)


def _count_on(table: str) -> None:
    """New rows get numbers above those that came."""
    if database.value_of("SELECT pg_get_serial_sequence(?, 'id')", (f'"{table}"',)) is not None:
        sql = f"SELECT setval(pg_get_serial_sequence(?, 'id'), MAX(id)) FROM \"{table}\" HAVING MAX(id) IS NOT NULL"
        database.rows(sql, (f'"{table}"',))
