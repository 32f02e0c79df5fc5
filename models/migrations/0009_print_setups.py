"""Print setups: card texts, envelope places and label sheets of the shop's own, kept version by version."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    for sql in SQLITE if hasattr(db, "_lock_type") else POSTGRES:
        db.execute_sql(sql)


SQLITE = (
    'CREATE TABLE "print_setup" ("id" INTEGER NOT NULL PRIMARY KEY, "kind" TEXT NOT NULL, "name" TEXT NOT NULL, "body" TEXT NOT NULL, "user_id" INTEGER, "created_at" TEXT NOT NULL, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE INDEX "print_setup_kind_name" ON "print_setup" ("kind", "name")',
    "CREATE TRIGGER print_setup_no_update BEFORE UPDATE ON print_setup"
    " BEGIN SELECT RAISE(ABORT, 'print_setup is append-only'); END",
    "CREATE TRIGGER print_setup_no_delete BEFORE DELETE ON print_setup"
    " BEGIN SELECT RAISE(ABORT, 'print_setup is append-only'); END",
)

POSTGRES = (
    'CREATE TABLE "print_setup" ("id" SERIAL NOT NULL PRIMARY KEY, "kind" TEXT NOT NULL, "name" TEXT NOT NULL, "body" TEXT NOT NULL, "user_id" INTEGER, "created_at" TIMESTAMP NOT NULL, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE INDEX "print_setup_kind_name" ON "print_setup" ("kind", "name")',
    "CREATE TRIGGER print_setup_append_only BEFORE UPDATE OR DELETE ON print_setup"
    " FOR EACH ROW EXECUTE FUNCTION shuke_append_only()",
)
