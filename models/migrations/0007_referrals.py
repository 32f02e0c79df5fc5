"""Who brought whom: found from both sides, and whether thanks were said."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    for sql in SQLITE if hasattr(db, "_lock_type") else POSTGRES:
        db.execute_sql(sql)


SQLITE = (
    'ALTER TABLE "customer" ADD COLUMN "referral_thanked_on" TEXT',
    'CREATE INDEX "customer_referred_by_id" ON "customer" ("referred_by_id")',
)

POSTGRES = (
    'ALTER TABLE "customer" ADD COLUMN "referral_thanked_on" DATE',
    'CREATE INDEX "customer_referred_by_id" ON "customer" ("referred_by_id")',
)
