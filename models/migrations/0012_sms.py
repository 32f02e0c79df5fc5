"""Short messages: texts with their wordings, batches, one row a recipient, and who was left out."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    for sql in SQLITE if hasattr(db, "_lock_type") else POSTGRES:
        db.execute_sql(sql)


SQLITE = (
    'CREATE TABLE "sms_template" ("id" INTEGER NOT NULL PRIMARY KEY, "name" TEXT NOT NULL, "topic" TEXT NOT NULL, "retired" INTEGER NOT NULL, "newest" INTEGER NOT NULL, "created_at" TEXT NOT NULL) STRICT',
    'CREATE UNIQUE INDEX "sms_template_name" ON "sms_template" ("name")',
    'CREATE TABLE "sms_text" ("id" INTEGER NOT NULL PRIMARY KEY, "template_id" INTEGER NOT NULL, "number" INTEGER NOT NULL, "company" TEXT NOT NULL, "variant" TEXT NOT NULL, "user_id" INTEGER, "created_at" TEXT NOT NULL, "released_on" TEXT, "released_by_id" INTEGER, FOREIGN KEY ("template_id") REFERENCES "sms_template" ("id") ON DELETE CASCADE, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("released_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE UNIQUE INDEX "sms_text_template_id_number" ON "sms_text" ("template_id", "number")',
    'CREATE TABLE "sms_batch" ("id" INTEGER NOT NULL PRIMARY KEY, "day" TEXT NOT NULL, "send_at" TEXT NOT NULL, "state" TEXT NOT NULL, "source" TEXT NOT NULL, "made_by_id" INTEGER, "made_at" TEXT NOT NULL, "reviewed_by_id" INTEGER, "reviewed_on" TEXT, "exported_by_id" INTEGER, "exported_on" TEXT, "exported_at" TEXT, "layout" TEXT NOT NULL, "file" TEXT NOT NULL, "sha256" TEXT NOT NULL, FOREIGN KEY ("made_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("reviewed_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("exported_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE INDEX "sms_batch_state_day" ON "sms_batch" ("state", "day")',
    'CREATE TABLE "sms_message" ("id" INTEGER NOT NULL PRIMARY KEY, "batch_id" INTEGER NOT NULL, "customer_id" INTEGER NOT NULL, "contact_id" INTEGER, "wording_id" INTEGER NOT NULL, "topics" TEXT NOT NULL, "number" TEXT NOT NULL, "text" TEXT NOT NULL, "parts" INTEGER NOT NULL, "key" TEXT NOT NULL, "state" TEXT NOT NULL, "reason" TEXT NOT NULL, "handed_over_on" TEXT, "settled_on" TEXT, "act" INTEGER, "before" TEXT NOT NULL, FOREIGN KEY ("batch_id") REFERENCES "sms_batch" ("id") ON DELETE CASCADE, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE SET NULL, FOREIGN KEY ("wording_id") REFERENCES "sms_text" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE INDEX "sms_message_contact_id" ON "sms_message" ("contact_id")',
    'CREATE UNIQUE INDEX "sms_message_key" ON "sms_message" ("key")',
    'CREATE UNIQUE INDEX "sms_message_batch_id_customer_id" ON "sms_message" ("batch_id", "customer_id")',
    'CREATE UNIQUE INDEX "sms_message_batch_id_number" ON "sms_message" ("batch_id", "number")',
    'CREATE INDEX "sms_message_customer_id_state" ON "sms_message" ("customer_id", "state")',
    'CREATE INDEX "sms_message_state_batch_id" ON "sms_message" ("state", "batch_id")',
    'CREATE TABLE "sms_left_out" ("id" INTEGER NOT NULL PRIMARY KEY, "batch_id" INTEGER NOT NULL, "customer_id" INTEGER NOT NULL, "contact_id" INTEGER, "reason" TEXT NOT NULL, "detail" TEXT NOT NULL, FOREIGN KEY ("batch_id") REFERENCES "sms_batch" ("id") ON DELETE CASCADE, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE SET NULL) STRICT',
    'CREATE INDEX "sms_left_out_contact_id" ON "sms_left_out" ("contact_id")',
    'CREATE INDEX "sms_left_out_batch_id_customer_id" ON "sms_left_out" ("batch_id", "customer_id")',
)

POSTGRES = (
    'CREATE TABLE "sms_template" ("id" SERIAL NOT NULL PRIMARY KEY, "name" TEXT NOT NULL, "topic" TEXT NOT NULL, "retired" SMALLINT NOT NULL, "newest" SMALLINT NOT NULL, "created_at" TIMESTAMP NOT NULL)',
    'CREATE UNIQUE INDEX "sms_template_name" ON "sms_template" ("name")',
    'CREATE TABLE "sms_text" ("id" SERIAL NOT NULL PRIMARY KEY, "template_id" INTEGER NOT NULL, "number" SMALLINT NOT NULL, "company" TEXT NOT NULL, "variant" TEXT NOT NULL, "user_id" INTEGER, "created_at" TIMESTAMP NOT NULL, "released_on" DATE, "released_by_id" INTEGER, FOREIGN KEY ("template_id") REFERENCES "sms_template" ("id") ON DELETE CASCADE, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("released_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE UNIQUE INDEX "sms_text_template_id_number" ON "sms_text" ("template_id", "number")',
    'CREATE TABLE "sms_batch" ("id" SERIAL NOT NULL PRIMARY KEY, "day" DATE NOT NULL, "send_at" TEXT NOT NULL, "state" TEXT NOT NULL, "source" TEXT NOT NULL, "made_by_id" INTEGER, "made_at" TIMESTAMP NOT NULL, "reviewed_by_id" INTEGER, "reviewed_on" DATE, "exported_by_id" INTEGER, "exported_on" DATE, "exported_at" TIMESTAMP, "layout" TEXT NOT NULL, "file" TEXT NOT NULL, "sha256" TEXT NOT NULL, FOREIGN KEY ("made_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("reviewed_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("exported_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE INDEX "sms_batch_state_day" ON "sms_batch" ("state", "day")',
    'CREATE TABLE "sms_message" ("id" SERIAL NOT NULL PRIMARY KEY, "batch_id" INTEGER NOT NULL, "customer_id" INTEGER NOT NULL, "contact_id" INTEGER, "wording_id" INTEGER NOT NULL, "topics" TEXT NOT NULL, "number" TEXT NOT NULL, "text" TEXT NOT NULL, "parts" SMALLINT NOT NULL, "key" TEXT NOT NULL, "state" TEXT NOT NULL, "reason" TEXT NOT NULL, "handed_over_on" DATE, "settled_on" DATE, "act" INTEGER, "before" TEXT NOT NULL, FOREIGN KEY ("batch_id") REFERENCES "sms_batch" ("id") ON DELETE CASCADE, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE SET NULL, FOREIGN KEY ("wording_id") REFERENCES "sms_text" ("id") ON DELETE RESTRICT)',
    'CREATE INDEX "sms_message_contact_id" ON "sms_message" ("contact_id")',
    'CREATE UNIQUE INDEX "sms_message_key" ON "sms_message" ("key")',
    'CREATE UNIQUE INDEX "sms_message_batch_id_customer_id" ON "sms_message" ("batch_id", "customer_id")',
    'CREATE UNIQUE INDEX "sms_message_batch_id_number" ON "sms_message" ("batch_id", "number")',
    'CREATE INDEX "sms_message_customer_id_state" ON "sms_message" ("customer_id", "state")',
    'CREATE INDEX "sms_message_state_batch_id" ON "sms_message" ("state", "batch_id")',
    'CREATE TABLE "sms_left_out" ("id" SERIAL NOT NULL PRIMARY KEY, "batch_id" INTEGER NOT NULL, "customer_id" INTEGER NOT NULL, "contact_id" INTEGER, "reason" TEXT NOT NULL, "detail" TEXT NOT NULL, FOREIGN KEY ("batch_id") REFERENCES "sms_batch" ("id") ON DELETE CASCADE, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE SET NULL)',
    'CREATE INDEX "sms_left_out_contact_id" ON "sms_left_out" ("contact_id")',
    'CREATE INDEX "sms_left_out_batch_id_customer_id" ON "sms_left_out" ("batch_id", "customer_id")',
)
