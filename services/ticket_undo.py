"""A ticket booked by mistake is taken back as if it had never been."""

from __future__ import annotations

from datetime import date
from typing import Any

from models import database
from models.kinds import ContactState, LineStatus, PointKind
from services import grades, journal, points, search_index, vouchers
from services.errors import Refused
from services.rights import Right, require
from services.shop import Shop
from services.totals import recount, rhythm_again
from services.words import _

GIFT_OUT = (LineStatus.ISSUED.value, LineStatus.CHECKED.value)
"""States of a plan line whose gift is in the customer's hands."""


def undo(shop: Shop, ticket_id: int) -> None:
    """Takes back a ticket booked by mistake, as if it had never been; the ledger and the journal keep it.

    Only on the day it was booked; later it is a return. Its vouchers may be used again. Raises Refused, also when its
    gift was handed out already or its points were spent.
    """
    require(shop, Right.SELL)
    with database.database.atomic():
        _hold_customer_of(ticket_id)
        found = database.row("SELECT customer_id, paid, points FROM ticket WHERE id = ?", (ticket_id,))
        if found is None:
            raise Refused("这张小票已经撤销了。")
        if _booked_on(found[0], ticket_id) != shop.today():
            raise Refused("只能撤销今天登记的小票；以前的请用“退货”。")
        if database.row(
            "SELECT 1 FROM purchase WHERE ticket_id = ? AND returns_id IS NOT NULL", (ticket_id,)
        ):
            raise Refused("这张小票已经退过货，不能再撤销。")
        _free_what_hangs_on(found[0], ticket_id)
        lines = database.rows(
            "SELECT item_no, size, quantity, list_price, paid, voucher FROM purchase WHERE ticket_id = ?",
            (ticket_id,),
        )
        if not lines:
            raise Refused("这张小票已经撤销了。")
        # The points ledger only grows, so the empty ticket stays behind its two entries and counts for nothing.
        database.execute("DELETE FROM purchase WHERE ticket_id = ?", (ticket_id,))
        database.execute(
            "UPDATE ticket SET paid = 0, points = 0, counts = 0, gift_due = 0 WHERE id = ?", (ticket_id,)
        )
        if found[2]:
            _still_there(found[0], found[2])
            points.enter(
                shop,
                found[0],
                PointKind.RETURNED,
                -found[2],
                shop.today(),
                ticket=ticket_id,
                reason=_("撤销"),
            )
        recount(found[0])
        rhythm_again(shop, found[0])
        grades.regrade_one(shop, found[0])
        search_index.refresh_many([found[0]])
        body: dict[str, Any] = {"paid": found[1], "points": found[2], "lines": [list(line) for line in lines]}
        if any(line[5] for line in lines):
            body["vouchers"] = vouchers.undo_use(shop, ticket_id)
        journal.note(shop, "ticket.undone", "ticket", ticket_id, customer_id=found[0], body=body)


def _hold_customer_of(ticket_id: int) -> None:
    """No other till changes the customer's sums meanwhile; SQLite's transaction sees to that by itself."""
    if database.is_postgres():
        sql = (
            "SELECT c.id FROM customer c JOIN ticket t ON t.customer_id = c.id WHERE t.id = ? FOR UPDATE OF c"
        )
        database.rows(sql, (ticket_id,))


def _still_there(customer_id: int, earned: int) -> None:
    """Points that were spent since cannot be taken back as if they had never been."""
    have = int(database.value_of("SELECT points_balance FROM customer WHERE id = ?", (customer_id,)))
    if have < earned:
        raise Refused(
            "这张小票的积分已经兑换掉了：请先撤销兑换再撤销小票，或者用“退货”。", have=have, need=earned
        )


def _booked_on(customer_id: int, ticket_id: int) -> date | None:
    """The business day on which the ticket was typed in, also for a back-dated one; None for imported tickets."""
    found = database.value_of(
        "SELECT MAX(day) FROM journal_entry WHERE customer_id = ? AND act = 'ticket.booked' AND entity_id = ?",
        (customer_id, ticket_id),
    )
    return database.as_day(found)


def _free_what_hangs_on(customer_id: int, ticket_id: int) -> None:
    """Gifts not handed out and calls not made yet go with the ticket."""
    if database.row(
        f"SELECT 1 FROM plan_line WHERE customer_id = ? AND ticket_id = ? AND status IN ({database.marks(GIFT_OUT)})",
        (customer_id, ticket_id, *GIFT_OUT),
    ):
        raise Refused("这张小票的礼品已经发放：请先收回礼品，再用“退货”。")
    reason = _("小票已撤销")
    database.execute(
        "UPDATE plan_line SET status = ?, status_reason = ?, live = NULL, ticket_id = NULL, version = version + 1"
        " WHERE customer_id = ? AND ticket_id = ?",
        (LineStatus.CANCELLED.value, reason, customer_id, ticket_id),
    )
    database.execute(
        "UPDATE contact SET state = ?, state_reason = ?, ticket_id = NULL WHERE customer_id = ? AND ticket_id = ?"
        " AND state = ?",
        (ContactState.EXPIRED.value, reason, customer_id, ticket_id, ContactState.PLANNED.value),
    )
    database.execute(
        "UPDATE contact SET ticket_id = NULL WHERE customer_id = ? AND ticket_id = ?",
        (customer_id, ticket_id),
    )
