"""The search's words in a full-text index (SQLite): an eighth of the room, and a customer's words written in one go.

The services fill it right after the migration, in the same transaction: only they know how a name is read.
"""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    if not hasattr(db, "_lock_type"):
        return  # PostgreSQL keeps the table of tokens
    for sql in SQLITE:
        db.execute_sql(sql)


SQLITE = (
    "DROP TABLE search_token",
    "CREATE VIRTUAL TABLE search_index USING fts5"
    "(words, content='', contentless_delete=1, detail=none, tokenize='ascii')",
    "CREATE TABLE search_place (customer_id INTEGER NOT NULL PRIMARY KEY, place INTEGER NOT NULL) STRICT",
)
