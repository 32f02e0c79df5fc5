"""Every act of giving customers to others, and what was deleted of a merge: what the shop can keep now."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    for sql in (*SQLITE, *_guards()) if hasattr(db, "_lock_type") else POSTGRES:
        db.execute_sql(sql)


_MOVED = (
    "consent",
    "note",
    "ticket",
    "purchase",
    "visit",
    "contact",
    "print_item",
    "remembered_day",
    "plan_line",
    "erase_request",
    "redemption",
    "asked_question",
)
"""Tables whose rows a merge names by their number, and that may lose rows."""


def _guards() -> list[str]:
    """SQLite gives the number of the last row to a new one once it is deleted: a merge must know the two apart."""
    return [
        f"CREATE TRIGGER {table}_merge_gone AFTER DELETE ON {table} BEGIN"
        f" INSERT OR IGNORE INTO merge_gone (merge_id, table_name, row_id) SELECT m.id, '{table}', OLD.id"
        " FROM customer_merge m WHERE m.kept_id = OLD.customer_id AND m.undone = 0; END"
        for table in _MOVED
    ]


SQLITE = (
    'CREATE TABLE "merge_gone" ("merge_id" INTEGER NOT NULL, "table_name" TEXT NOT NULL, "row_id" INTEGER NOT NULL, PRIMARY KEY ("merge_id", "table_name", "row_id"), FOREIGN KEY ("merge_id") REFERENCES "customer_merge" ("id") ON DELETE CASCADE) STRICT, WITHOUT ROWID',
    'CREATE TABLE "allocation" ("id" INTEGER NOT NULL PRIMARY KEY, "kind" TEXT NOT NULL, "day" TEXT NOT NULL, "user_id" INTEGER, "leaver_id" INTEGER, "figures" TEXT NOT NULL, "undone" INTEGER NOT NULL, "created_at" TEXT NOT NULL, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("leaver_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE TABLE "allocation_move" ("allocation_id" INTEGER NOT NULL, "customer_id" INTEGER NOT NULL, "from_group_id" INTEGER, "to_group_id" INTEGER, "from_clerk_id" INTEGER, "to_clerk_id" INTEGER, PRIMARY KEY ("allocation_id", "customer_id"), FOREIGN KEY ("allocation_id") REFERENCES "allocation" ("id") ON DELETE CASCADE, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE CASCADE, FOREIGN KEY ("from_group_id") REFERENCES "staff_group" ("id") ON DELETE RESTRICT, FOREIGN KEY ("to_group_id") REFERENCES "staff_group" ("id") ON DELETE RESTRICT, FOREIGN KEY ("from_clerk_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("to_clerk_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT, WITHOUT ROWID',
    'CREATE INDEX "allocation_move_customer_id" ON "allocation_move" ("customer_id")',
    'CREATE TABLE "allocation_contact" ("allocation_id" INTEGER NOT NULL, "contact_id" INTEGER NOT NULL, "from_user_id" INTEGER, "to_user_id" INTEGER, PRIMARY KEY ("allocation_id", "contact_id"), FOREIGN KEY ("allocation_id") REFERENCES "allocation" ("id") ON DELETE CASCADE, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE CASCADE, FOREIGN KEY ("from_user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("to_user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT, WITHOUT ROWID',
    'CREATE INDEX "allocation_contact_contact_id" ON "allocation_contact" ("contact_id")',
)

POSTGRES = (
    'CREATE TABLE "merge_gone" ("merge_id" INTEGER NOT NULL, "table_name" TEXT NOT NULL, "row_id" INTEGER NOT NULL, PRIMARY KEY ("merge_id", "table_name", "row_id"), FOREIGN KEY ("merge_id") REFERENCES "customer_merge" ("id") ON DELETE CASCADE)',
    'CREATE TABLE "allocation" ("id" SERIAL NOT NULL PRIMARY KEY, "kind" TEXT NOT NULL, "day" DATE NOT NULL, "user_id" INTEGER, "leaver_id" INTEGER, "figures" TEXT NOT NULL, "undone" SMALLINT NOT NULL, "created_at" TIMESTAMP NOT NULL, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("leaver_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE TABLE "allocation_move" ("allocation_id" INTEGER NOT NULL, "customer_id" INTEGER NOT NULL, "from_group_id" INTEGER, "to_group_id" INTEGER, "from_clerk_id" INTEGER, "to_clerk_id" INTEGER, PRIMARY KEY ("allocation_id", "customer_id"), FOREIGN KEY ("allocation_id") REFERENCES "allocation" ("id") ON DELETE CASCADE, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE CASCADE, FOREIGN KEY ("from_group_id") REFERENCES "staff_group" ("id") ON DELETE RESTRICT, FOREIGN KEY ("to_group_id") REFERENCES "staff_group" ("id") ON DELETE RESTRICT, FOREIGN KEY ("from_clerk_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("to_clerk_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE INDEX "allocation_move_customer_id" ON "allocation_move" ("customer_id")',
    'CREATE TABLE "allocation_contact" ("allocation_id" INTEGER NOT NULL, "contact_id" INTEGER NOT NULL, "from_user_id" INTEGER, "to_user_id" INTEGER, PRIMARY KEY ("allocation_id", "contact_id"), FOREIGN KEY ("allocation_id") REFERENCES "allocation" ("id") ON DELETE CASCADE, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE CASCADE, FOREIGN KEY ("from_user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("to_user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE INDEX "allocation_contact_contact_id" ON "allocation_contact" ("contact_id")',
)
