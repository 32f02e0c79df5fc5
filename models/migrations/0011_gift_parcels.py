"""What happens to an approved gift on its way: packed, carried, received, reminded of, back in stock; wrong codes."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    for sql in SQLITE if hasattr(db, "_lock_type") else POSTGRES:
        db.execute_sql(sql)


SQLITE = (
    'CREATE TABLE "gift_parcel" ("id" INTEGER NOT NULL PRIMARY KEY, "line_id" INTEGER NOT NULL, "packed_on" TEXT, "packed_by_id" INTEGER, "carrier" TEXT NOT NULL, "tracking" TEXT NOT NULL, "courier" TEXT NOT NULL, "received_by" TEXT NOT NULL, "received_on" TEXT, "noted_by_id" INTEGER, "wrong_codes" INTEGER NOT NULL, "wrong_on" TEXT, "reminded_on" TEXT, "returned_on" TEXT, "returned_from" TEXT NOT NULL, FOREIGN KEY ("line_id") REFERENCES "plan_line" ("id") ON DELETE CASCADE, FOREIGN KEY ("packed_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("noted_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE UNIQUE INDEX "gift_parcel_line_id" ON "gift_parcel" ("line_id")',
)

POSTGRES = (
    'CREATE TABLE "gift_parcel" ("id" SERIAL NOT NULL PRIMARY KEY, "line_id" INTEGER NOT NULL, "packed_on" DATE, "packed_by_id" INTEGER, "carrier" TEXT NOT NULL, "tracking" TEXT NOT NULL, "courier" TEXT NOT NULL, "received_by" TEXT NOT NULL, "received_on" DATE, "noted_by_id" INTEGER, "wrong_codes" SMALLINT NOT NULL, "wrong_on" DATE, "reminded_on" DATE, "returned_on" DATE, "returned_from" TEXT NOT NULL, FOREIGN KEY ("line_id") REFERENCES "plan_line" ("id") ON DELETE CASCADE, FOREIGN KEY ("packed_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("noted_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE UNIQUE INDEX "gift_parcel_line_id" ON "gift_parcel" ("line_id")',
)
