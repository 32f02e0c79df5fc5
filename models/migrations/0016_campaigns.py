"""Campaigns: their frozen customers with those left out by lot, answers, costs, and their batches of messages."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    sqlite = hasattr(db, "_lock_type")
    for sql in (*SQLITE, *_SQLITE_GUARDS) if sqlite else (*POSTGRES, *_POSTGRES_GUARDS):
        db.execute_sql(sql)


_DRAWN = ("kind", "channel", "first", "wording_id", "control_percent", "window_days")
"""What a campaign is judged by: settled once the lot is drawn, like the lot itself. Its words may lose somebody's name
under the privacy law; what went out is kept with each customer."""
_LOT = ("campaign_id", "grade", "control", "customer_id")


def _changed(names: tuple[str, ...], operator: str) -> str:
    return " OR ".join(f'OLD."{name}" {operator} NEW."{name}"' for name in names)


def _emptied(operator: str) -> str:
    """Number and text may only be emptied: somebody was erased under the privacy law."""
    return " OR ".join(
        f"(OLD.{name} {operator} NEW.{name} AND NEW.{name} <> '')" for name in ("number", "text")
    )


_SQLITE_GUARDS = (
    f"CREATE TRIGGER campaign_drawn BEFORE UPDATE ON campaign WHEN OLD.seed <> ''"
    f" AND ({_changed((*_DRAWN, 'seed', 'anchor', 'left_out'), 'IS NOT')})"
    " BEGIN SELECT RAISE(ABORT, 'a released campaign is not edited'); END",
    "CREATE TRIGGER campaign_kept BEFORE DELETE ON campaign WHEN OLD.seed <> ''"
    " BEGIN SELECT RAISE(ABORT, 'a released campaign is kept'); END",
    f"CREATE TRIGGER campaign_member_frozen BEFORE UPDATE ON campaign_member"
    f" WHEN {_changed(_LOT, 'IS NOT')} OR {_emptied('IS NOT')}"
    " BEGIN SELECT RAISE(ABORT, 'the customers of a campaign are frozen'); END",
    "CREATE TRIGGER campaign_member_kept BEFORE DELETE ON campaign_member"
    " BEGIN SELECT RAISE(ABORT, 'the customers of a campaign are frozen'); END",
    "CREATE TRIGGER campaign_member_late BEFORE INSERT ON campaign_member"
    " WHEN (SELECT seed FROM campaign WHERE id = NEW.campaign_id) <> ''"
    " BEGIN SELECT RAISE(ABORT, 'the customers of a campaign are frozen'); END",
    "CREATE TRIGGER campaign_cost_kept BEFORE DELETE ON campaign_cost"
    " BEGIN SELECT RAISE(ABORT, 'a cost is struck out, not deleted'); END",
)

_POSTGRES_GUARDS = (
    "CREATE FUNCTION shuke_campaign_frozen() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'a released campaign is not edited'; END $$",
    "CREATE FUNCTION shuke_campaign_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF (SELECT seed FROM campaign WHERE id = NEW.campaign_id) <> '' THEN"
    " RAISE EXCEPTION 'the customers of a campaign are frozen'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER campaign_drawn BEFORE UPDATE ON campaign FOR EACH ROW WHEN (OLD.seed <> ''"
    f" AND ({_changed((*_DRAWN, 'seed', 'anchor', 'left_out'), 'IS DISTINCT FROM')}))"
    " EXECUTE FUNCTION shuke_campaign_frozen()",
    "CREATE TRIGGER campaign_kept BEFORE DELETE ON campaign FOR EACH ROW WHEN (OLD.seed <> '')"
    " EXECUTE FUNCTION shuke_campaign_frozen()",
    "CREATE TRIGGER campaign_member_frozen BEFORE UPDATE ON campaign_member FOR EACH ROW"
    f" WHEN ({_changed(_LOT, 'IS DISTINCT FROM')} OR {_emptied('IS DISTINCT FROM')})"
    " EXECUTE FUNCTION shuke_campaign_frozen()",
    "CREATE TRIGGER campaign_member_kept BEFORE DELETE ON campaign_member FOR EACH ROW"
    " EXECUTE FUNCTION shuke_campaign_frozen()",
    "CREATE TRIGGER campaign_member_late BEFORE INSERT ON campaign_member FOR EACH ROW"
    " EXECUTE FUNCTION shuke_campaign_late()",
    "CREATE TRIGGER campaign_cost_kept BEFORE DELETE ON campaign_cost FOR EACH ROW"
    " EXECUTE FUNCTION shuke_campaign_frozen()",
)

SQLITE = (
    'CREATE TABLE "campaign" ("id" INTEGER NOT NULL PRIMARY KEY, "name" TEXT NOT NULL, "kind" TEXT NOT NULL, "channel" TEXT NOT NULL, "first" TEXT NOT NULL, "last" TEXT NOT NULL, "budget" INTEGER NOT NULL, "notes" TEXT NOT NULL, "segment" TEXT NOT NULL, "template" TEXT NOT NULL, "wording_id" INTEGER, "script" TEXT NOT NULL, "send_at" TEXT NOT NULL, "control_percent" INTEGER NOT NULL, "state" TEXT NOT NULL, "seed" TEXT NOT NULL, "anchor" INTEGER NOT NULL, "left_out" TEXT NOT NULL, "window_days" INTEGER NOT NULL, "made_by_id" INTEGER, "made_at" TEXT NOT NULL, "released_by_id" INTEGER, "released_on" TEXT, "ended_by_id" INTEGER, "ended_on" TEXT, "reason" TEXT NOT NULL, "version" INTEGER NOT NULL, FOREIGN KEY ("wording_id") REFERENCES "sms_text" ("id") ON DELETE RESTRICT, FOREIGN KEY ("made_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("released_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("ended_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE INDEX "campaign_state_first" ON "campaign" ("state", "first")',
    'CREATE TABLE "campaign_member" ("id" INTEGER NOT NULL PRIMARY KEY, "campaign_id" INTEGER NOT NULL, "customer_id" INTEGER NOT NULL, "grade" TEXT NOT NULL, "control" INTEGER NOT NULL, "number" TEXT NOT NULL, "text" TEXT NOT NULL, FOREIGN KEY ("campaign_id") REFERENCES "campaign" ("id") ON DELETE RESTRICT, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE INDEX "campaign_member_customer_id" ON "campaign_member" ("customer_id")',
    'CREATE UNIQUE INDEX "campaign_member_campaign_id_customer_id" ON "campaign_member" ("campaign_id", "customer_id")',
    'CREATE TABLE "campaign_batch" ("id" INTEGER NOT NULL PRIMARY KEY, "campaign_id" INTEGER NOT NULL, "batch_id" INTEGER NOT NULL, FOREIGN KEY ("campaign_id") REFERENCES "campaign" ("id") ON DELETE RESTRICT, FOREIGN KEY ("batch_id") REFERENCES "sms_batch" ("id") ON DELETE CASCADE) STRICT',
    'CREATE INDEX "campaign_batch_campaign_id" ON "campaign_batch" ("campaign_id")',
    'CREATE UNIQUE INDEX "campaign_batch_batch_id" ON "campaign_batch" ("batch_id")',
    'CREATE TABLE "campaign_answer" ("id" INTEGER NOT NULL PRIMARY KEY, "campaign_id" INTEGER NOT NULL, "customer_id" INTEGER NOT NULL, "answer" TEXT NOT NULL, "guests" INTEGER NOT NULL, "note" TEXT NOT NULL, "answered_on" TEXT, "came_on" TEXT, "came_guests" INTEGER NOT NULL, "user_id" INTEGER, "version" INTEGER NOT NULL, FOREIGN KEY ("campaign_id") REFERENCES "campaign" ("id") ON DELETE RESTRICT, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE RESTRICT, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE INDEX "campaign_answer_customer_id" ON "campaign_answer" ("customer_id")',
    'CREATE UNIQUE INDEX "campaign_answer_campaign_id_customer_id" ON "campaign_answer" ("campaign_id", "customer_id")',
    'CREATE TABLE "campaign_cost" ("id" INTEGER NOT NULL PRIMARY KEY, "campaign_id" INTEGER NOT NULL, "day" TEXT NOT NULL, "what" TEXT NOT NULL, "amount" INTEGER NOT NULL, "struck" INTEGER NOT NULL, "user_id" INTEGER, "created_at" TEXT NOT NULL, FOREIGN KEY ("campaign_id") REFERENCES "campaign" ("id") ON DELETE RESTRICT, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT) STRICT',
    'CREATE INDEX "campaign_cost_campaign_id" ON "campaign_cost" ("campaign_id")',
)

POSTGRES = (
    'CREATE TABLE "campaign" ("id" SERIAL NOT NULL PRIMARY KEY, "name" TEXT NOT NULL, "kind" TEXT NOT NULL, "channel" TEXT NOT NULL, "first" DATE NOT NULL, "last" DATE NOT NULL, "budget" BIGINT NOT NULL, "notes" TEXT NOT NULL, "segment" TEXT NOT NULL, "template" TEXT NOT NULL, "wording_id" INTEGER, "script" TEXT NOT NULL, "send_at" TEXT NOT NULL, "control_percent" SMALLINT NOT NULL, "state" TEXT NOT NULL, "seed" TEXT NOT NULL, "anchor" BIGINT NOT NULL, "left_out" TEXT NOT NULL, "window_days" SMALLINT NOT NULL, "made_by_id" INTEGER, "made_at" TIMESTAMP NOT NULL, "released_by_id" INTEGER, "released_on" DATE, "ended_by_id" INTEGER, "ended_on" DATE, "reason" TEXT NOT NULL, "version" SMALLINT NOT NULL, FOREIGN KEY ("wording_id") REFERENCES "sms_text" ("id") ON DELETE RESTRICT, FOREIGN KEY ("made_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("released_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT, FOREIGN KEY ("ended_by_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE INDEX "campaign_state_first" ON "campaign" ("state", "first")',
    'CREATE TABLE "campaign_member" ("id" SERIAL NOT NULL PRIMARY KEY, "campaign_id" INTEGER NOT NULL, "customer_id" INTEGER NOT NULL, "grade" TEXT NOT NULL, "control" SMALLINT NOT NULL, "number" TEXT NOT NULL, "text" TEXT NOT NULL, FOREIGN KEY ("campaign_id") REFERENCES "campaign" ("id") ON DELETE RESTRICT, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE RESTRICT)',
    'CREATE INDEX "campaign_member_customer_id" ON "campaign_member" ("customer_id")',
    'CREATE UNIQUE INDEX "campaign_member_campaign_id_customer_id" ON "campaign_member" ("campaign_id", "customer_id")',
    'CREATE TABLE "campaign_batch" ("id" SERIAL NOT NULL PRIMARY KEY, "campaign_id" INTEGER NOT NULL, "batch_id" INTEGER NOT NULL, FOREIGN KEY ("campaign_id") REFERENCES "campaign" ("id") ON DELETE RESTRICT, FOREIGN KEY ("batch_id") REFERENCES "sms_batch" ("id") ON DELETE CASCADE)',
    'CREATE INDEX "campaign_batch_campaign_id" ON "campaign_batch" ("campaign_id")',
    'CREATE UNIQUE INDEX "campaign_batch_batch_id" ON "campaign_batch" ("batch_id")',
    'CREATE TABLE "campaign_answer" ("id" SERIAL NOT NULL PRIMARY KEY, "campaign_id" INTEGER NOT NULL, "customer_id" INTEGER NOT NULL, "answer" TEXT NOT NULL, "guests" SMALLINT NOT NULL, "note" TEXT NOT NULL, "answered_on" DATE, "came_on" DATE, "came_guests" SMALLINT NOT NULL, "user_id" INTEGER, "version" SMALLINT NOT NULL, FOREIGN KEY ("campaign_id") REFERENCES "campaign" ("id") ON DELETE RESTRICT, FOREIGN KEY ("customer_id") REFERENCES "customer" ("id") ON DELETE RESTRICT, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE INDEX "campaign_answer_customer_id" ON "campaign_answer" ("customer_id")',
    'CREATE UNIQUE INDEX "campaign_answer_campaign_id_customer_id" ON "campaign_answer" ("campaign_id", "customer_id")',
    'CREATE TABLE "campaign_cost" ("id" SERIAL NOT NULL PRIMARY KEY, "campaign_id" INTEGER NOT NULL, "day" DATE NOT NULL, "what" TEXT NOT NULL, "amount" BIGINT NOT NULL, "struck" SMALLINT NOT NULL, "user_id" INTEGER, "created_at" TIMESTAMP NOT NULL, FOREIGN KEY ("campaign_id") REFERENCES "campaign" ("id") ON DELETE RESTRICT, FOREIGN KEY ("user_id") REFERENCES "staff_user" ("id") ON DELETE RESTRICT)',
    'CREATE INDEX "campaign_cost_campaign_id" ON "campaign_cost" ("campaign_id")',
)
