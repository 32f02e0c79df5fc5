"""Questions put to customers, and sales without a customer taken back: what the shop can keep now."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    sqlite = hasattr(db, "_lock_type")
    for sql in (*(column.format(flag="INTEGER" if sqlite else "SMALLINT") for column in _COLUMNS), *_OLD):
        db.execute_sql(sql)
    for sql in SQLITE if sqlite else POSTGRES:
        db.execute_sql(sql)


_COLUMNS = (
    'ALTER TABLE "unregistered_sale" ADD COLUMN "note" TEXT NOT NULL DEFAULT \'\'',
    'ALTER TABLE "unregistered_sale" ADD COLUMN "undone" {flag} NOT NULL DEFAULT 0',
)
_OLD = ("UPDATE unregistered_sale SET note = reason, reason = 'other'",)
"""Reasons were free words before."""


SQLITE = (
    'CREATE TABLE "asked_question" ("id" INTEGER NOT NULL PRIMARY KEY, "customer_id" INTEGER NOT NULL, "field" TEXT NOT NULL, "day" TEXT NOT NULL, "user_id" INTEGER, "undone" INTEGER NOT NULL, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE CASCADE, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE INDEX "asked_question_customer_id" ON "asked_question" ("customer_id")',
)

POSTGRES = (
    'CREATE TABLE "asked_question" ("id" SERIAL NOT NULL PRIMARY KEY, "customer_id" INTEGER NOT NULL, "field" TEXT NOT NULL, "day" DATE NOT NULL, "user_id" INTEGER, "undone" SMALLINT NOT NULL, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE CASCADE, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE INDEX "asked_question_customer_id" ON "asked_question" ("customer_id")',
)
