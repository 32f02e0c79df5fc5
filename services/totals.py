"""A customer's totals and last days, summed anew from the ledgers after something was taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

from models import database
from models.kinds import ContactState
from services import schedule_upkeep
from services.rules.contacts import Expired
from services.shop import Shop


def recount(customer_id: int) -> None:
    """Sums the customer's totals and last days anew from tickets, visits, contacts and the points ledger."""
    tickets = database.row(
        "SELECT COALESCE(SUM(counts), 0), COALESCE(SUM(paid), 0), MIN(CASE WHEN counts = 1 THEN day END),"
        " MAX(CASE WHEN counts = 1 THEN day END) FROM ticket WHERE customer_id = ?",
        (customer_id,),
    )
    earned = database.row(
        "SELECT COALESCE(SUM(CASE WHEN kind IN ('earned', 'returned') THEN points ELSE 0 END), 0),"
        " COALESCE(SUM(points), 0) FROM point_entry WHERE customer_id = ?",
        (customer_id,),
    )
    bought = database.value_of(
        "SELECT MAX(day) FROM purchase WHERE customer_id = ? AND returns_id IS NULL", (customer_id,)
    )
    came = database.value_of(
        "SELECT MAX(day) FROM visit WHERE customer_id = ? AND undone = 0", (customer_id,)
    )
    spoken = database.value_of(
        "SELECT MAX(done_on) FROM contact WHERE customer_id = ? AND state = ?",
        (customer_id, ContactState.DONE.value),
    )
    assert tickets is not None and earned is not None
    visit = _latest(bought, came)
    database.execute(
        "UPDATE customer SET tickets = ?, paid_total = ?, first_purchase = ?, last_purchase = ?, points_earned = ?,"
        " points_balance = ?, last_visit = ?, last_contact = ?, version = version + 1 WHERE id = ?",
        (
            int(tickets[0]),
            int(tickets[1]),
            database.as_day(tickets[2]),
            database.as_day(tickets[3]),
            int(earned[0]),
            int(earned[1]),
            visit,
            _latest(visit, spoken),
            customer_id,
        ),
    )


def rhythm_again(shop: Shop, customer_id: int) -> None:
    """The routine contacts that today's purchase or visit had made needless are needed after all."""
    database.execute(
        "UPDATE contact SET state = ?, state_reason = '', done_on = NULL"
        " WHERE customer_id = ? AND state = ? AND state_reason = ? AND done_on = ?",
        (
            ContactState.PLANNED.value,
            customer_id,
            ContactState.EXPIRED.value,
            Expired.RESTARTED.value,
            shop.today(),
        ),
    )
    schedule_upkeep.restarted(shop.today(), customer_id)


def _latest(*days: Any) -> date | None:
    return max((day for value in days if (day := database.as_day(value))), default=None)
