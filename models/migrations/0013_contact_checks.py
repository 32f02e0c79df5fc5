"""When the manager checked a contact; contacts found by the day they were done."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    for sql in SQLITE if hasattr(db, "_lock_type") else POSTGRES:
        db.execute_sql(sql)


SQLITE = (
    'ALTER TABLE "contact" ADD COLUMN "checked_on" TEXT',
    'CREATE INDEX "contact_done_on" ON "contact" ("done_on")',
)

POSTGRES = (
    'ALTER TABLE "contact" ADD COLUMN "checked_on" DATE',
    'CREATE INDEX "contact_done_on" ON "contact" ("done_on")',
)
