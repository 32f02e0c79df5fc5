"""Who was erased: tombstones that make a restored backup erase again."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    for sql in SQLITE if hasattr(db, "_lock_type") else POSTGRES:
        db.execute_sql(sql)


SQLITE = (
    'CREATE TABLE "erased_person" ("id" INTEGER NOT NULL PRIMARY KEY, "mark" TEXT NOT NULL, "record" INTEGER NOT NULL, "day" TEXT NOT NULL, "marks" TEXT NOT NULL, "user_id" INTEGER, "act" INTEGER, "scrubbed" INTEGER NOT NULL, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE UNIQUE INDEX "erased_person_mark" ON "erased_person" ("mark")',
    'CREATE INDEX "erased_person_record" ON "erased_person" ("record")',
)

POSTGRES = (
    'CREATE TABLE "erased_person" ("id" SERIAL NOT NULL PRIMARY KEY, "mark" TEXT NOT NULL, "record" INTEGER NOT NULL, "day" DATE NOT NULL, "marks" TEXT NOT NULL, "user_id" INTEGER, "act" INTEGER, "scrubbed" SMALLINT NOT NULL, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE UNIQUE INDEX "erased_person_mark" ON "erased_person" ("mark")',
    'CREATE INDEX "erased_person_record" ON "erased_person" ("record")',
)
