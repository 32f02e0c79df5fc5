"""Whoever becomes responsible for a customer takes over what is open with them; the calls of the hour stay the manager's."""

from __future__ import annotations

from collections.abc import Iterable

from models import database
from services import schedule_upkeep
from services.schedule_needs import OPEN

Change = tuple[int, int | None, int | None]
"""Customer, who was responsible, who is now; None for nobody."""


def follow(changes: Iterable[Change]) -> None:
    """Gives the open contacts of the one who was responsible to the one who is now, inside the caller's transaction.

    With nobody responsible they are the caller's. What somebody else was given stays theirs.
    """
    calling = schedule_upkeep.caller()
    all_ways: list[tuple[int, int, int]] = []
    no_calls: list[tuple[int, int, int]] = []
    for customer, old, new in changes:
        giver, taker = old or calling, new or calling
        if giver is None or taker is None or giver == taker:
            continue
        (no_calls if giver == calling else all_ways).append((taker, customer, giver))
    sql = f"UPDATE contact AS k SET assignee_id = ? WHERE k.customer_id = ? AND k.assignee_id = ? AND {OPEN.format(k='k')}"
    database.execute_many(sql, all_ways)
    database.execute_many(f"{sql} AND k.channel <> 'phone' AND k.by_hand = 0", no_calls)
