"""Gifts proven: what goods cost when they came in, stocktakes, losses that wait for the owner, monthly samples."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    sqlite = hasattr(db, "_lock_type")
    columns = [sql.format(big="INTEGER" if sqlite else "BIGINT") for sql in _COLUMNS]
    tables = (*SQLITE, *_SQLITE_GUARDS) if sqlite else (*POSTGRES, *_POSTGRES_GUARDS)
    for sql in (*columns, *tables):
        db.execute_sql(sql)


_COLUMNS = (
    'ALTER TABLE "stock_move" ADD COLUMN "unit_cost" {big}',
    'ALTER TABLE "stock_move" ADD COLUMN "supplier" TEXT NOT NULL DEFAULT \'\'',
    'ALTER TABLE "stock_move" ADD COLUMN "reverses_id" INTEGER REFERENCES "stock_move" ("id") ON DELETE RESTRICT',
    'CREATE UNIQUE INDEX "stock_move_reverses_id" ON "stock_move" ("reverses_id")',
    'CREATE INDEX "plan_line_issued_on" ON "plan_line" ("issued_on")',
)

_CLAIM = ("gift_id", "kind", "quantity", "value", "entered_by_id", "day")
_LINE = ("sample_id", "position", "line_id")


def _changed(names: tuple[str, ...], operator: str) -> str:
    return " OR ".join(f"OLD.{name} {operator} NEW.{name}" for name in names)


_SQLITE_GUARDS = (
    *(
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is kept'); END"
        for table in ("stocktake", "stocktake_line", "stock_claim", "gift_sample", "sample_line")
    ),
    "CREATE TRIGGER stocktake_closed BEFORE UPDATE ON stocktake WHEN OLD.state <> 'open'"
    " BEGIN SELECT RAISE(ABORT, 'a closed stocktake is not edited'); END",
    "CREATE TRIGGER stocktake_line_closed BEFORE UPDATE ON stocktake_line"
    " WHEN (SELECT state FROM stocktake WHERE id = OLD.stocktake_id) <> 'open'"
    " BEGIN SELECT RAISE(ABORT, 'a closed stocktake is not edited'); END",
    "CREATE TRIGGER stock_claim_decided BEFORE UPDATE ON stock_claim"
    f" WHEN OLD.state <> 'waiting' OR {_changed(_CLAIM, 'IS NOT')}"
    " BEGIN SELECT RAISE(ABORT, 'a decided loss is not edited'); END",
    "CREATE TRIGGER gift_sample_frozen BEFORE UPDATE ON gift_sample"
    " BEGIN SELECT RAISE(ABORT, 'a sample is drawn once'); END",
    f"CREATE TRIGGER sample_line_frozen BEFORE UPDATE ON sample_line WHEN {_changed(_LINE, 'IS NOT')}"
    " BEGIN SELECT RAISE(ABORT, 'a sample is drawn once'); END",
)

_POSTGRES_GUARDS = (
    "CREATE FUNCTION shuke_kept() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'this row is kept as it stands'; END $$",
    "CREATE FUNCTION shuke_stocktake_open() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF (SELECT state FROM stocktake WHERE id = OLD.stocktake_id) <> 'open' THEN"
    " RAISE EXCEPTION 'a closed stocktake is not edited'; END IF; RETURN NEW; END $$",
    *(
        f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION shuke_kept()"
        for table in ("stocktake", "stocktake_line", "stock_claim", "gift_sample", "sample_line")
    ),
    "CREATE TRIGGER stocktake_closed BEFORE UPDATE ON stocktake FOR EACH ROW WHEN (OLD.state <> 'open')"
    " EXECUTE FUNCTION shuke_kept()",
    "CREATE TRIGGER stocktake_line_closed BEFORE UPDATE ON stocktake_line FOR EACH ROW"
    " EXECUTE FUNCTION shuke_stocktake_open()",
    "CREATE TRIGGER stock_claim_decided BEFORE UPDATE ON stock_claim FOR EACH ROW"
    f" WHEN (OLD.state <> 'waiting' OR {_changed(_CLAIM, 'IS DISTINCT FROM')}) EXECUTE FUNCTION shuke_kept()",
    "CREATE TRIGGER gift_sample_frozen BEFORE UPDATE ON gift_sample FOR EACH ROW EXECUTE FUNCTION shuke_kept()",
    "CREATE TRIGGER sample_line_frozen BEFORE UPDATE ON sample_line FOR EACH ROW"
    f" WHEN ({_changed(_LINE, 'IS DISTINCT FROM')}) EXECUTE FUNCTION shuke_kept()",
)

SQLITE = (
    'CREATE TABLE "stocktake" ("id" INTEGER NOT NULL PRIMARY KEY, "day" TEXT NOT NULL, "counted_by" TEXT NOT NULL, "note" TEXT NOT NULL, "state" TEXT NOT NULL, "live" INTEGER, "started_by_id" INTEGER, "started_at" TEXT NOT NULL, "closed_by_id" INTEGER, "closed_at" TEXT, FOREIGN KEY ("started_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("closed_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE UNIQUE INDEX "stocktake_live" ON "stocktake" ("live")',
    'CREATE TABLE "stocktake_line" ("id" INTEGER NOT NULL PRIMARY KEY, "stocktake_id" INTEGER NOT NULL, "gift_id" INTEGER NOT NULL, "book" INTEGER NOT NULL, "counted" INTEGER, "counted_at" TEXT, "user_id" INTEGER, "move_id" INTEGER, FOREIGN KEY ("stocktake_id") REFERENCES "stocktake" ("id") ON DELETE RESTRICT, FOREIGN KEY ("gift_id") REFERENCES "gift" ("id") ON DELETE RESTRICT, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("move_id") REFERENCES "stock_move" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE UNIQUE INDEX "stocktake_line_stocktake_id_gift_id" ON "stocktake_line" ("stocktake_id", "gift_id")',
    'CREATE TABLE "stock_claim" ("id" INTEGER NOT NULL PRIMARY KEY, "gift_id" INTEGER NOT NULL, "kind" TEXT NOT NULL, "quantity" INTEGER NOT NULL, "value" INTEGER NOT NULL, "reason" TEXT NOT NULL, "stocktake_id" INTEGER, "state" TEXT NOT NULL, "day" TEXT NOT NULL, "entered_by_id" INTEGER, "entered_at" TEXT NOT NULL, "decided_by_id" INTEGER, "decided_at" TEXT, "decision" TEXT NOT NULL, "move_id" INTEGER, FOREIGN KEY ("gift_id") REFERENCES "gift" ("id") ON DELETE RESTRICT, FOREIGN KEY ("stocktake_id") REFERENCES "stocktake" ("id") ON DELETE RESTRICT, FOREIGN KEY ("entered_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("decided_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("move_id") REFERENCES "stock_move" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE INDEX "stock_claim_state_gift_id" ON "stock_claim" ("state", "gift_id")',
    'CREATE TABLE "gift_sample" ("id" INTEGER NOT NULL PRIMARY KEY, "month" TEXT NOT NULL, "seed" TEXT NOT NULL, "anchor" INTEGER NOT NULL, "population" INTEGER NOT NULL, "drawn_on" TEXT NOT NULL, "user_id" INTEGER, "created_at" TEXT NOT NULL, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE UNIQUE INDEX "gift_sample_month" ON "gift_sample" ("month")',
    'CREATE TABLE "sample_line" ("id" INTEGER NOT NULL PRIMARY KEY, "sample_id" INTEGER NOT NULL, "position" INTEGER NOT NULL, "line_id" INTEGER NOT NULL, "outcome" TEXT NOT NULL, "note" TEXT NOT NULL, "user_id" INTEGER, "recorded_at" TEXT, "version" INTEGER NOT NULL, FOREIGN KEY ("sample_id") REFERENCES "gift_sample" ("id") ON DELETE RESTRICT, FOREIGN KEY ("line_id") REFERENCES "plan_line" ("id") ON DELETE RESTRICT, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE UNIQUE INDEX "sample_line_sample_id_position" ON "sample_line" ("sample_id", "position")',
    'CREATE INDEX "sample_line_line_id" ON "sample_line" ("line_id")',
)

POSTGRES = (
    'CREATE TABLE "stocktake" ("id" SERIAL NOT NULL PRIMARY KEY, "day" DATE NOT NULL, "counted_by" TEXT NOT NULL, "note" TEXT NOT NULL, "state" TEXT NOT NULL, "live" SMALLINT, "started_by_id" INTEGER, "started_at" TIMESTAMP NOT NULL, "closed_by_id" INTEGER, "closed_at" TIMESTAMP, FOREIGN KEY ("started_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("closed_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE UNIQUE INDEX "stocktake_live" ON "stocktake" ("live")',
    'CREATE TABLE "stocktake_line" ("id" SERIAL NOT NULL PRIMARY KEY, "stocktake_id" INTEGER NOT NULL, "gift_id" INTEGER NOT NULL, "book" INTEGER NOT NULL, "counted" INTEGER, "counted_at" TIMESTAMP, "user_id" INTEGER, "move_id" INTEGER, FOREIGN KEY ("stocktake_id") REFERENCES "stocktake" ("id") ON DELETE RESTRICT, FOREIGN KEY ("gift_id") REFERENCES "gift" ("id") ON DELETE RESTRICT, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("move_id") REFERENCES "stock_move" ("id") ON DELETE RESTRICT)',
    'CREATE UNIQUE INDEX "stocktake_line_stocktake_id_gift_id" ON "stocktake_line" ("stocktake_id", "gift_id")',
    'CREATE TABLE "stock_claim" ("id" SERIAL NOT NULL PRIMARY KEY, "gift_id" INTEGER NOT NULL, "kind" TEXT NOT NULL, "quantity" INTEGER NOT NULL, "value" BIGINT NOT NULL, "reason" TEXT NOT NULL, "stocktake_id" INTEGER, "state" TEXT NOT NULL, "day" DATE NOT NULL, "entered_by_id" INTEGER, "entered_at" TIMESTAMP NOT NULL, "decided_by_id" INTEGER, "decided_at" TIMESTAMP, "decision" TEXT NOT NULL, "move_id" INTEGER, FOREIGN KEY ("gift_id") REFERENCES "gift" ("id") ON DELETE RESTRICT, FOREIGN KEY ("stocktake_id") REFERENCES "stocktake" ("id") ON DELETE RESTRICT, FOREIGN KEY ("entered_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("decided_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("move_id") REFERENCES "stock_move" ("id") ON DELETE RESTRICT)',
    'CREATE INDEX "stock_claim_state_gift_id" ON "stock_claim" ("state", "gift_id")',
    'CREATE TABLE "gift_sample" ("id" SERIAL NOT NULL PRIMARY KEY, "month" TEXT NOT NULL, "seed" TEXT NOT NULL, "anchor" INTEGER NOT NULL, "population" INTEGER NOT NULL, "drawn_on" DATE NOT NULL, "user_id" INTEGER, "created_at" TIMESTAMP NOT NULL, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE UNIQUE INDEX "gift_sample_month" ON "gift_sample" ("month")',
    'CREATE TABLE "sample_line" ("id" SERIAL NOT NULL PRIMARY KEY, "sample_id" INTEGER NOT NULL, "position" INTEGER NOT NULL, "line_id" INTEGER NOT NULL, "outcome" TEXT NOT NULL, "note" TEXT NOT NULL, "user_id" INTEGER, "recorded_at" TIMESTAMP, "version" INTEGER NOT NULL, FOREIGN KEY ("sample_id") REFERENCES "gift_sample" ("id") ON DELETE RESTRICT, FOREIGN KEY ("line_id") REFERENCES "plan_line" ("id") ON DELETE RESTRICT, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE UNIQUE INDEX "sample_line_sample_id_position" ON "sample_line" ("sample_id", "position")',
    'CREATE INDEX "sample_line_line_id" ON "sample_line" ("line_id")',
)
