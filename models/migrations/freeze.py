"""Prints the SQL of the present tables for both databases, to start a frozen migration script from.

`python -m models.migrations.freeze > models/migrations/0001_initial.py` until the first release; afterwards a
change of the tables gets a script of its own and the released ones are never touched again.
"""

from __future__ import annotations

from peewee import PostgresqlDatabase, SchemaManager, SqliteDatabase

from models.database import Books
from models.tables import TABLES

_HEAD = '''"""The books as first opened: a frozen copy of every table, index and guard."""

from __future__ import annotations

from typing import Any

from models.migrations.guards import POSTGRES_GUARDS_1, SQLITE_GUARDS_1


def up(migrator: Any, db: Any) -> None:
    sqlite = hasattr(db, "_lock_type")
    for statement in (SQLITE, SQLITE_GUARDS_1) if sqlite else (POSTGRES, POSTGRES_GUARDS_1):
        for sql in statement:
            db.execute_sql(sql)


'''


def statements(database: SqliteDatabase | PostgresqlDatabase) -> list[str]:
    """CREATE TABLE and CREATE INDEX of all tables, parents first."""
    found = []
    for table in TABLES:
        manager = SchemaManager(table, database)
        found.append(manager._create_table(safe=False).query()[0])  # type: ignore[attr-defined]
        found += [context.query()[0] for context in manager._create_indexes(safe=False)]  # type: ignore[attr-defined]
    if isinstance(database, PostgresqlDatabase):
        # peewee writes SQLite's table options whatever the database; PostgreSQL is strict anyway.
        found = [sql.replace(" STRICT", "").replace(", WITHOUT ROWID", "") for sql in found]
    return found


def main() -> None:
    print(_HEAD, end="")
    for name, kind in (("SQLITE", Books("x")), ("POSTGRES", PostgresqlDatabase("x"))):
        print(f"{name} = (")
        for sql in statements(kind):
            print(f"    {sql!r},")
        print(")\n" if name == "SQLITE" else ")")


if __name__ == "__main__":
    main()
