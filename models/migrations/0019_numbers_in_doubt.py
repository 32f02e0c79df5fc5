"""Whose number is in doubt is found at once, however many customers there are."""

from __future__ import annotations

from typing import Any


def up(migrator: Any, db: Any) -> None:
    db.execute_sql(INDEX)


INDEX = 'CREATE INDEX "customer_phone_doubtful_state" ON "customer" ("phone_doubtful", "state")'
