"""Lists: filters kept by name, and requests to erase a customer."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    for sql in SQLITE if hasattr(db, "_lock_type") else POSTGRES:
        db.execute_sql(sql)


SQLITE = (
    'CREATE TABLE "saved_filter" ("id" INTEGER NOT NULL PRIMARY KEY, "name" TEXT NOT NULL, "conditions" TEXT NOT NULL, "user_id" INTEGER, "created_at" TEXT NOT NULL, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE UNIQUE INDEX "saved_filter_name" ON "saved_filter" ("name")',
    'CREATE TABLE "erase_request" ("id" INTEGER NOT NULL PRIMARY KEY, "customer_id" INTEGER NOT NULL, "day" TEXT NOT NULL, "reason" TEXT NOT NULL, "user_id" INTEGER, "withdrawn" INTEGER NOT NULL, "created_at" TEXT NOT NULL, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE CASCADE, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE INDEX "erase_request_customer_id" ON "erase_request" ("customer_id")',
)

POSTGRES = (
    'CREATE TABLE "saved_filter" ("id" SERIAL NOT NULL PRIMARY KEY, "name" TEXT NOT NULL, "conditions" TEXT NOT NULL, "user_id" INTEGER, "created_at" TIMESTAMP NOT NULL, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE UNIQUE INDEX "saved_filter_name" ON "saved_filter" ("name")',
    'CREATE TABLE "erase_request" ("id" SERIAL NOT NULL PRIMARY KEY, "customer_id" INTEGER NOT NULL, "day" DATE NOT NULL, "reason" TEXT NOT NULL, "user_id" INTEGER, "withdrawn" SMALLINT NOT NULL, "created_at" TIMESTAMP NOT NULL, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE CASCADE, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE INDEX "erase_request_customer_id" ON "erase_request" ("customer_id")',
)
