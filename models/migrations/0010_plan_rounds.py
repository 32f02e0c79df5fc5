"""Rounds of approval: what the owner saw of a plan before, so that differences can be marked."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    for sql in SQLITE if hasattr(db, "_lock_type") else POSTGRES:
        db.execute_sql(sql)


_BOTH = (
    'ALTER TABLE "gift_plan" ADD COLUMN "round" INTEGER NOT NULL DEFAULT 0',
    'ALTER TABLE "plan_line" ADD COLUMN "round" INTEGER NOT NULL DEFAULT 0',
    'ALTER TABLE "plan_line" ADD COLUMN "first_round" INTEGER NOT NULL DEFAULT 0',
    'ALTER TABLE "plan_line" ADD COLUMN "shown_gift" TEXT NOT NULL DEFAULT \'\'',
    # What was handed in before this script belongs to the first round.
    "UPDATE plan_line SET round = 1, first_round = 1 WHERE submitted_at IS NOT NULL",
    "UPDATE gift_plan SET round = 1 WHERE EXISTS"
    " (SELECT 1 FROM plan_line l WHERE l.plan_id = gift_plan.id AND l.submitted_at IS NOT NULL)",
)
SQLITE = (
    'ALTER TABLE "gift_plan" ADD COLUMN "round_on" TEXT',
    'ALTER TABLE "gift_plan" ADD COLUMN "round_at" TEXT',
    'ALTER TABLE "gift_plan" ADD COLUMN "before_at" TEXT',
    'ALTER TABLE "gift_plan" ADD COLUMN "decided" INTEGER NOT NULL DEFAULT 0',
    'ALTER TABLE "plan_line" ADD COLUMN "shown_cost" INTEGER NOT NULL DEFAULT 0',
    'ALTER TABLE "plan_line" ADD COLUMN "cancelled_at" TEXT',
    *_BOTH,
)
POSTGRES = (
    'ALTER TABLE "gift_plan" ADD COLUMN "round_on" DATE',
    'ALTER TABLE "gift_plan" ADD COLUMN "round_at" TIMESTAMP',
    'ALTER TABLE "gift_plan" ADD COLUMN "before_at" TIMESTAMP',
    'ALTER TABLE "gift_plan" ADD COLUMN "decided" SMALLINT NOT NULL DEFAULT 0',
    'ALTER TABLE "plan_line" ADD COLUMN "shown_cost" BIGINT NOT NULL DEFAULT 0',
    'ALTER TABLE "plan_line" ADD COLUMN "cancelled_at" TIMESTAMP',
    *_BOTH,
)
