"""A lock after wrong PINs is measured by the computer's own seconds, not by a clock that can be set."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    for sql in SQLITE if hasattr(db, "_lock_type") else POSTGRES:
        db.execute_sql(sql)


SQLITE = (
    'ALTER TABLE "staff_user" ADD COLUMN "lock_seconds" INTEGER NOT NULL DEFAULT 0',
    'ALTER TABLE "staff_user" ADD COLUMN "lock_tick" INTEGER NOT NULL DEFAULT 0',
)

POSTGRES = (
    'ALTER TABLE "staff_user" ADD COLUMN "lock_seconds" INTEGER NOT NULL DEFAULT 0',
    'ALTER TABLE "staff_user" ADD COLUMN "lock_tick" BIGINT NOT NULL DEFAULT 0',
)
