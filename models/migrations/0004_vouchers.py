"""Vouchers, what points were spent on, and the points price of a gift: what the shop can keep now."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    sqlite = hasattr(db, "_lock_type")
    columns = [sql.format(big="INTEGER" if sqlite else "BIGINT") for sql in _COLUMNS]
    tables = (*SQLITE, *_SQLITE_GUARDS) if sqlite else (*POSTGRES, *_POSTGRES_GUARDS)
    for sql in (*columns, *tables):
        db.execute_sql(sql)


_COLUMNS = (
    'ALTER TABLE "purchase" ADD COLUMN "voucher" {big} NOT NULL DEFAULT 0',
    'ALTER TABLE "gift" ADD COLUMN "points_price" INTEGER NOT NULL DEFAULT 0',
)
_SQLITE_GUARDS = (
    "CREATE TRIGGER voucher_move_no_update BEFORE UPDATE ON voucher_move"
    " BEGIN SELECT RAISE(ABORT, 'voucher_move is append-only'); END",
    "CREATE TRIGGER voucher_move_no_delete BEFORE DELETE ON voucher_move"
    " BEGIN SELECT RAISE(ABORT, 'voucher_move is append-only'); END",
    "CREATE TRIGGER voucher_kept BEFORE DELETE ON voucher"
    " BEGIN SELECT RAISE(ABORT, 'a voucher is made void, not deleted'); END",
    "CREATE TRIGGER voucher_fixed BEFORE UPDATE ON voucher WHEN OLD.number IS NOT NEW.number"
    " OR OLD.value IS NOT NEW.value BEGIN SELECT RAISE(ABORT, 'a voucher keeps its number and value'); END",
)
_POSTGRES_GUARDS = (
    "CREATE TRIGGER voucher_move_append_only BEFORE UPDATE OR DELETE ON voucher_move"
    " FOR EACH ROW EXECUTE FUNCTION shuke_append_only()",
    "CREATE TRIGGER voucher_kept BEFORE DELETE ON voucher FOR EACH ROW EXECUTE FUNCTION shuke_append_only()",
    "CREATE TRIGGER voucher_fixed BEFORE UPDATE ON voucher FOR EACH ROW"
    " WHEN (OLD.number IS DISTINCT FROM NEW.number OR OLD.value IS DISTINCT FROM NEW.value)"
    " EXECUTE FUNCTION shuke_append_only()",
)

SQLITE = (
    'CREATE TABLE "voucher" ("id" INTEGER NOT NULL PRIMARY KEY, "number" TEXT NOT NULL, "kind" TEXT NOT NULL, "occasion" TEXT NOT NULL, "value" INTEGER NOT NULL, "worth" INTEGER NOT NULL, "minimum" INTEGER NOT NULL, "on_special" INTEGER NOT NULL, "customer_id" INTEGER, "valid_from" TEXT NOT NULL, "valid_to" TEXT NOT NULL, "state" TEXT NOT NULL, "reason" TEXT NOT NULL, "ticket_id" INTEGER, "line_id" INTEGER, "user_id" INTEGER, "created_at" TEXT NOT NULL, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE RESTRICT, FOREIGN KEY ("ticket_id") REFERENCES "ticket" ("id") ON DELETE RESTRICT, FOREIGN KEY ("line_id") REFERENCES "plan_line" ("id") ON DELETE RESTRICT, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE UNIQUE INDEX "voucher_number" ON "voucher" ("number")',
    'CREATE INDEX "voucher_line_id" ON "voucher" ("line_id")',
    'CREATE INDEX "voucher_customer_id_state" ON "voucher" ("customer_id", "state")',
    'CREATE INDEX "voucher_state_valid_to" ON "voucher" ("state", "valid_to")',
    'CREATE TABLE "voucher_move" ("id" INTEGER NOT NULL PRIMARY KEY, "voucher_id" INTEGER NOT NULL, "kind" TEXT NOT NULL, "amount" INTEGER NOT NULL, "day" TEXT NOT NULL, "ticket_id" INTEGER, "reason" TEXT NOT NULL, "user_id" INTEGER, "created_at" TEXT NOT NULL, FOREIGN KEY ("voucher_id") REFERENCES "voucher" ("id") ON DELETE RESTRICT, FOREIGN KEY ("ticket_id") REFERENCES "ticket" ("id") ON DELETE RESTRICT, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE INDEX "voucher_move_ticket_id" ON "voucher_move" ("ticket_id")',
    'CREATE INDEX "voucher_move_voucher_id_kind" ON "voucher_move" ("voucher_id", "kind")',
    'CREATE TABLE "redemption" ("id" INTEGER NOT NULL PRIMARY KEY, "customer_id" INTEGER NOT NULL, "day" TEXT NOT NULL, "points" INTEGER NOT NULL, "gift_id" INTEGER, "voucher_id" INTEGER, "undone" INTEGER NOT NULL, "key" TEXT, "user_id" INTEGER, "created_at" TEXT NOT NULL, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE RESTRICT, FOREIGN KEY ("gift_id") REFERENCES "gift" ("id") ON DELETE RESTRICT, FOREIGN KEY ("voucher_id") REFERENCES "voucher" ("id") ON DELETE RESTRICT, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE UNIQUE INDEX "redemption_key" ON "redemption" ("key")',
    'CREATE INDEX "redemption_customer_id_day" ON "redemption" ("customer_id", "day")',
)

POSTGRES = (
    'CREATE TABLE "voucher" ("id" SERIAL NOT NULL PRIMARY KEY, "number" TEXT NOT NULL, "kind" TEXT NOT NULL, "occasion" TEXT NOT NULL, "value" BIGINT NOT NULL, "worth" BIGINT NOT NULL, "minimum" BIGINT NOT NULL, "on_special" SMALLINT NOT NULL, "customer_id" INTEGER, "valid_from" DATE NOT NULL, "valid_to" DATE NOT NULL, "state" TEXT NOT NULL, "reason" TEXT NOT NULL, "ticket_id" INTEGER, "line_id" INTEGER, "user_id" INTEGER, "created_at" TIMESTAMP NOT NULL, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE RESTRICT, FOREIGN KEY ("ticket_id") REFERENCES "ticket" ("id") ON DELETE RESTRICT, FOREIGN KEY ("line_id") REFERENCES "plan_line" ("id") ON DELETE RESTRICT, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE UNIQUE INDEX "voucher_number" ON "voucher" ("number")',
    'CREATE INDEX "voucher_line_id" ON "voucher" ("line_id")',
    'CREATE INDEX "voucher_customer_id_state" ON "voucher" ("customer_id", "state")',
    'CREATE INDEX "voucher_state_valid_to" ON "voucher" ("state", "valid_to")',
    'CREATE TABLE "voucher_move" ("id" SERIAL NOT NULL PRIMARY KEY, "voucher_id" INTEGER NOT NULL, "kind" TEXT NOT NULL, "amount" BIGINT NOT NULL, "day" DATE NOT NULL, "ticket_id" INTEGER, "reason" TEXT NOT NULL, "user_id" INTEGER, "created_at" TIMESTAMP NOT NULL, FOREIGN KEY ("voucher_id") REFERENCES "voucher" ("id") ON DELETE RESTRICT, FOREIGN KEY ("ticket_id") REFERENCES "ticket" ("id") ON DELETE RESTRICT, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE INDEX "voucher_move_ticket_id" ON "voucher_move" ("ticket_id")',
    'CREATE INDEX "voucher_move_voucher_id_kind" ON "voucher_move" ("voucher_id", "kind")',
    'CREATE TABLE "redemption" ("id" SERIAL NOT NULL PRIMARY KEY, "customer_id" INTEGER NOT NULL, "day" DATE NOT NULL, "points" INTEGER NOT NULL, "gift_id" INTEGER, "voucher_id" INTEGER, "undone" SMALLINT NOT NULL, "key" TEXT, "user_id" INTEGER, "created_at" TIMESTAMP NOT NULL, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE RESTRICT, FOREIGN KEY ("gift_id") REFERENCES "gift" ("id") ON DELETE RESTRICT, FOREIGN KEY ("voucher_id") REFERENCES "voucher" ("id") ON DELETE RESTRICT, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE UNIQUE INDEX "redemption_key" ON "redemption" ("key")',
    'CREATE INDEX "redemption_customer_id_day" ON "redemption" ("customer_id", "day")',
)
