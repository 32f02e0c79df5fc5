"""Short messages through a gateway: the parts on their way, reports that came early, and what phones answered."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    for sql in SQLITE if hasattr(db, "_lock_type") else POSTGRES:
        db.execute_sql(sql)


SQLITE = (
    'ALTER TABLE "sms_batch" ADD COLUMN "way" TEXT NOT NULL DEFAULT \'file\'',
    'ALTER TABLE "sms_message" ADD COLUMN "attempt" INTEGER NOT NULL DEFAULT 0',
    'CREATE TABLE "sms_part" ("id" INTEGER NOT NULL PRIMARY KEY, "message_id" INTEGER NOT NULL, "attempt" INTEGER NOT NULL, "number" INTEGER NOT NULL, "state" TEXT NOT NULL, "provider_id" TEXT NOT NULL, "reason" TEXT NOT NULL, "settled_on" TEXT, FOREIGN KEY ("message_id") REFERENCES "sms_message" ("id") ON DELETE CASCADE) STRICT',
    'CREATE UNIQUE INDEX "sms_part_message_id_attempt_number" ON "sms_part" ("message_id", "attempt", "number")',
    'CREATE INDEX "sms_part_provider_id" ON "sms_part" ("provider_id")',
    'CREATE TABLE "sms_report" ("id" INTEGER NOT NULL PRIMARY KEY, "provider_id" TEXT NOT NULL, "number" TEXT NOT NULL, "reference" INTEGER, "state" TEXT NOT NULL, "reason" TEXT NOT NULL, "received_on" TEXT NOT NULL) STRICT',
    'CREATE INDEX "sms_report_provider_id" ON "sms_report" ("provider_id")',
    'CREATE INDEX "sms_report_number" ON "sms_report" ("number")',
    'CREATE TABLE "sms_incoming" ("id" INTEGER NOT NULL PRIMARY KEY, "key" TEXT NOT NULL, "number" TEXT NOT NULL, "customer_id" INTEGER, "contact_id" INTEGER, "text" TEXT NOT NULL, "opt_out" INTEGER NOT NULL, "received_on" TEXT NOT NULL, "received_at" TEXT NOT NULL, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE SET NULL, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE SET NULL) STRICT',
    'CREATE UNIQUE INDEX "sms_incoming_key" ON "sms_incoming" ("key")',
    'CREATE INDEX "sms_incoming_customer_id" ON "sms_incoming" ("customer_id")',
    'CREATE INDEX "sms_incoming_number_opt_out" ON "sms_incoming" ("number", "opt_out")',
)

POSTGRES = (
    'ALTER TABLE "sms_batch" ADD COLUMN "way" TEXT NOT NULL DEFAULT \'file\'',
    'ALTER TABLE "sms_message" ADD COLUMN "attempt" SMALLINT NOT NULL DEFAULT 0',
    'CREATE TABLE "sms_part" ("id" SERIAL NOT NULL PRIMARY KEY, "message_id" INTEGER NOT NULL, "attempt" SMALLINT NOT NULL, "number" SMALLINT NOT NULL, "state" TEXT NOT NULL, "provider_id" TEXT NOT NULL, "reason" TEXT NOT NULL, "settled_on" DATE, FOREIGN KEY ("message_id") REFERENCES "sms_message" ("id") ON DELETE CASCADE)',
    'CREATE UNIQUE INDEX "sms_part_message_id_attempt_number" ON "sms_part" ("message_id", "attempt", "number")',
    'CREATE INDEX "sms_part_provider_id" ON "sms_part" ("provider_id")',
    'CREATE TABLE "sms_report" ("id" SERIAL NOT NULL PRIMARY KEY, "provider_id" TEXT NOT NULL, "number" TEXT NOT NULL, "reference" INTEGER, "state" TEXT NOT NULL, "reason" TEXT NOT NULL, "received_on" DATE NOT NULL)',
    'CREATE INDEX "sms_report_provider_id" ON "sms_report" ("provider_id")',
    'CREATE INDEX "sms_report_number" ON "sms_report" ("number")',
    'CREATE TABLE "sms_incoming" ("id" SERIAL NOT NULL PRIMARY KEY, "key" TEXT NOT NULL, "number" TEXT NOT NULL, "customer_id" INTEGER, "contact_id" INTEGER, "text" TEXT NOT NULL, "opt_out" SMALLINT NOT NULL, "received_on" DATE NOT NULL, "received_at" TIMESTAMP NOT NULL, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE SET NULL, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE SET NULL)',
    'CREATE UNIQUE INDEX "sms_incoming_key" ON "sms_incoming" ("key")',
    'CREATE INDEX "sms_incoming_customer_id" ON "sms_incoming" ("customer_id")',
    'CREATE INDEX "sms_incoming_number_opt_out" ON "sms_incoming" ("number", "opt_out")',
)
