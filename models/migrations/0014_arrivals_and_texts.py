"""New goods that came in, the library of texts, and who heard which text."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    for sql in (*SQLITE, GONE) if hasattr(db, "_lock_type") else POSTGRES:
        db.execute_sql(sql)


GONE = (
    "CREATE TRIGGER shop_text_use_merge_gone AFTER DELETE ON shop_text_use BEGIN"
    " INSERT OR IGNORE INTO merge_gone (merge_id, table_name, row_id) SELECT m.id, 'shop_text_use', OLD.id"
    " FROM customer_merge m WHERE m.kept_id = OLD.customer_id AND m.undone = 0; END"
)
"""SQLite gives the number of a deleted last row to a new one: a merge must know the two apart."""

SQLITE = (
    'CREATE TABLE "arrival" ("id" INTEGER NOT NULL PRIMARY KEY, "came_on" TEXT NOT NULL, "item_no" TEXT NOT NULL, "kind" TEXT NOT NULL, "look" TEXT NOT NULL, "colours" TEXT NOT NULL, "sizes" TEXT NOT NULL, "price" INTEGER NOT NULL, "user_id" INTEGER, "removed" INTEGER NOT NULL, "created_at" TEXT NOT NULL, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE INDEX "arrival_came_on" ON "arrival" ("came_on")',
    'CREATE INDEX "arrival_item_no" ON "arrival" ("item_no")',
    'CREATE TABLE "shop_text" ("id" INTEGER NOT NULL PRIMARY KEY, "kind" TEXT NOT NULL, "body" TEXT NOT NULL, "gloss" TEXT NOT NULL, "seasons" TEXT NOT NULL, "occasion" TEXT NOT NULL, "grades" TEXT NOT NULL, "source" TEXT NOT NULL, "retired" INTEGER NOT NULL, "version" INTEGER NOT NULL, "user_id" INTEGER, "created_at" TEXT NOT NULL, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE UNIQUE INDEX "shop_text_body" ON "shop_text" ("body")',
    'CREATE TABLE "shop_text_use" ("id" INTEGER NOT NULL PRIMARY KEY, "text_id" INTEGER NOT NULL, "customer_id" INTEGER NOT NULL, "day" TEXT NOT NULL, "contact_id" INTEGER, "batch_id" INTEGER, FOREIGN KEY ("text_id") REFERENCES "shop_text" ("id") ON DELETE CASCADE, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE CASCADE, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE CASCADE, FOREIGN KEY ("batch_id") REFERENCES "sms_batch" ("id") ON DELETE CASCADE) STRICT',
    'CREATE INDEX "shop_text_use_contact_id" ON "shop_text_use" ("contact_id")',
    'CREATE INDEX "shop_text_use_batch_id" ON "shop_text_use" ("batch_id")',
    'CREATE INDEX "shop_text_use_customer_id_day" ON "shop_text_use" ("customer_id", "day")',
    'CREATE INDEX "shop_text_use_text_id_day" ON "shop_text_use" ("text_id", "day")',
)

POSTGRES = (
    'CREATE TABLE "arrival" ("id" SERIAL NOT NULL PRIMARY KEY, "came_on" DATE NOT NULL, "item_no" TEXT NOT NULL, "kind" TEXT NOT NULL, "look" TEXT NOT NULL, "colours" TEXT NOT NULL, "sizes" TEXT NOT NULL, "price" BIGINT NOT NULL, "user_id" INTEGER, "removed" SMALLINT NOT NULL, "created_at" TIMESTAMP NOT NULL, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE INDEX "arrival_came_on" ON "arrival" ("came_on")',
    'CREATE INDEX "arrival_item_no" ON "arrival" ("item_no")',
    'CREATE TABLE "shop_text" ("id" SERIAL NOT NULL PRIMARY KEY, "kind" TEXT NOT NULL, "body" TEXT NOT NULL, "gloss" TEXT NOT NULL, "seasons" TEXT NOT NULL, "occasion" TEXT NOT NULL, "grades" TEXT NOT NULL, "source" TEXT NOT NULL, "retired" SMALLINT NOT NULL, "version" INTEGER NOT NULL, "user_id" INTEGER, "created_at" TIMESTAMP NOT NULL, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE UNIQUE INDEX "shop_text_body" ON "shop_text" ("body")',
    'CREATE TABLE "shop_text_use" ("id" SERIAL NOT NULL PRIMARY KEY, "text_id" INTEGER NOT NULL, "customer_id" INTEGER NOT NULL, "day" DATE NOT NULL, "contact_id" INTEGER, "batch_id" INTEGER, FOREIGN KEY ("text_id") REFERENCES "shop_text" ("id") ON DELETE CASCADE, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE CASCADE, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE CASCADE, FOREIGN KEY ("batch_id") REFERENCES "sms_batch" ("id") ON DELETE CASCADE)',
    'CREATE INDEX "shop_text_use_contact_id" ON "shop_text_use" ("contact_id")',
    'CREATE INDEX "shop_text_use_batch_id" ON "shop_text_use" ("batch_id")',
    'CREATE INDEX "shop_text_use_customer_id_day" ON "shop_text_use" ("customer_id", "day")',
    'CREATE INDEX "shop_text_use_text_id_day" ON "shop_text_use" ("text_id", "day")',
)
