"""Prints the SQL of new tables for both databases, to start a migration script from.

`python -m models.migrations.freeze voucher voucher_use > models/migrations/0004_vouchers.py` prints what makes these
tables. Scripts that landed are never touched again: shops have run them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from peewee import PostgresqlDatabase, SchemaManager, SqliteDatabase

from models.database import Books
from models.tables import TABLES

_HEAD = '''"""SUBJECT: what the shop can keep now."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    for sql in SQLITE if hasattr(db, "_lock_type") else POSTGRES:
        db.execute_sql(sql)


'''


def statements(database: SqliteDatabase | PostgresqlDatabase, names: Sequence[str]) -> list[str]:
    """CREATE TABLE and CREATE INDEX of the named tables, parents first."""
    found = []
    for table in [table for table in TABLES if table._meta.table_name in names]:
        manager = SchemaManager(table, database)
        found.append(manager._create_table(safe=False).query()[0])  # type: ignore[attr-defined]
        found += [context.query()[0] for context in manager._create_indexes(safe=False)]  # type: ignore[attr-defined]
    if isinstance(database, PostgresqlDatabase):
        # peewee writes SQLite's table options whatever the database; PostgreSQL is strict anyway.
        found = [sql.replace(" STRICT", "").replace(", WITHOUT ROWID", "") for sql in found]
    return found


def main(names: Sequence[str]) -> None:
    print(_HEAD, end="")
    for name, kind in (("SQLITE", Books("x")), ("POSTGRES", PostgresqlDatabase("x"))):
        print(f"{name} = (")
        for sql in statements(kind, names):
            print(f"    {sql!r},")
        print(")\n" if name == "SQLITE" else ")")


if __name__ == "__main__":
    main(sys.argv[1:])
