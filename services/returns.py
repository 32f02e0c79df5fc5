"""Taking back: returns of lines, undo of a ticket, with everything that hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from models.kinds import ContactState, LineStatus, PointKind
from services import grades, journal, points, schedule_upkeep, search_index
from services.errors import Refused
from services.rights import Right, require
from services.rules import points as point_rules
from services.rules import pricing
from services.rules.contacts import Expired
from services.rules.customer_data import clean
from services.shop import Shop
from services.words import _

_GIFT_OUT = (LineStatus.ISSUED.value, LineStatus.CHECKED.value)


@dataclass(frozen=True)
class ReturnResult:
    """A booked return. `refund` fen to give back; `points` taken back (a positive number)."""

    purchase_id: int
    ticket_id: int
    customer_id: int
    refund: int
    points: int
    ticket_counts: bool
    """False when nothing of the ticket is left: it is no purchase occasion any more."""
    grade_after: str
    gift_out: bool
    """The ticket's gift was handed out already: to be asked back."""


def return_line(shop: Shop, purchase_id: int, quantity: int = 0, note: str = "") -> ReturnResult:
    """Takes a sale line back, or `quantity` pieces of it (0: all that is left).

    The return line refers to its sale line; points go back in proportion; a ticket with nothing left does not count.
    Raises Refused for a line that is a return itself or is back already.
    """
    require(shop, Right.SELL)
    with database.database.atomic():
        sale = database.row(
            "SELECT id, ticket_id, customer_id, item_no, size, quantity, list_price, paid, special_price FROM purchase"
            " WHERE id = ? AND paid >= 0 AND quantity > 0 AND returns_id IS NULL",
            (purchase_id,),
        )
        if sale is None:
            raise Refused("没有这一行消费，或者它本身就是退货。")
        back = database.row(
            "SELECT COALESCE(-SUM(quantity), 0), COALESCE(-SUM(paid), 0) FROM purchase"
            " WHERE customer_id = ? AND returns_id = ?",
            (sale[2], purchase_id),
        )
        assert back is not None
        left = sale[5] - int(back[0])
        pieces = quantity or left
        if left <= 0:
            raise Refused("{item}已经全部退过了。", item=sale[3])
        if not 1 <= pieces <= left:
            raise Refused("{item}最多还能退{left}件。", item=sale[3], left=left, field="quantity")
        # What is given back altogether is the exact share of all pieces given back so far.
        refund = pricing.share(sale[7], sale[5], int(back[0]) + pieces) - int(back[1])
        line = _write_return(shop, sale, pieces, refund, clean(note)[:200])
        taken, counts = _settle_ticket(shop, sale[1], sale[2])
        _note_presence(shop, sale[2])
        recount(sale[2])
        verdict = grades.regrade_one(shop, sale[2])
        search_index.refresh_many([sale[2]])
        body = {"sale": purchase_id, "pieces": pieces, "refund": refund, "points": -taken}
        journal.note(shop, "line.returned", "purchase", line, customer_id=sale[2], body=body)
        gift = database.row(
            f"SELECT 1 FROM plan_line WHERE customer_id = ? AND ticket_id = ? AND status IN ({database.marks(_GIFT_OUT)})",
            (sale[2], sale[1], *_GIFT_OUT),
        )
    return ReturnResult(
        line, sale[1], sale[2], refund, taken, counts, verdict.grade.value, bool(gift) and not counts
    )


def undo(shop: Shop, ticket_id: int) -> None:
    """Takes back a ticket booked by mistake, as if it had never been; the ledger and the journal keep it.

    Only on the day it was booked; later it is a return. Raises Refused, also when its gift was handed out already.
    """
    require(shop, Right.SELL)
    with database.database.atomic():
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
            "SELECT item_no, size, quantity, list_price, paid FROM purchase WHERE ticket_id = ?", (ticket_id,)
        )
        if not lines:
            raise Refused("这张小票已经撤销了。")
        # The points ledger only grows, so the empty ticket stays behind its two entries and counts for nothing.
        database.execute("DELETE FROM purchase WHERE ticket_id = ?", (ticket_id,))
        database.execute(
            "UPDATE ticket SET paid = 0, points = 0, counts = 0, gift_due = 0 WHERE id = ?", (ticket_id,)
        )
        if found[2]:
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
        body = {"paid": found[1], "points": found[2], "lines": [list(line) for line in lines]}
        journal.note(shop, "ticket.undone", "ticket", ticket_id, customer_id=found[0], body=body)


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


def _write_return(shop: Shop, sale: Sequence[Any], pieces: int, refund: int, note: str) -> int:
    return database.insert(
        "purchase",
        ticket_id=sale[1],
        customer_id=sale[2],
        day=shop.today(),
        item_no=sale[3],
        size=sale[4],
        quantity=-pieces,
        list_price=sale[6],
        paid=-refund,
        special_price=sale[8],
        returns_id=sale[0],
        note=note,
        row_key=None,
    )


def _settle_ticket(shop: Shop, ticket_id: int, customer_id: int) -> tuple[int, bool]:
    """The ticket's sum, points and count after a return. Returns the points taken back now, and whether it counts."""
    sums = database.row(
        "SELECT SUM(paid), SUM(CASE WHEN returns_id IS NULL THEN paid ELSE 0 END), SUM(quantity),"
        " MAX(CASE WHEN returns_id IS NULL THEN 1 ELSE 0 END) FROM purchase WHERE ticket_id = ?",
        (ticket_id,),
    )
    earned = database.row(
        "SELECT COALESCE(SUM(CASE WHEN kind = 'earned' THEN points ELSE 0 END), 0), COALESCE(SUM(points), 0)"
        " FROM point_entry WHERE customer_id = ? AND ticket_id = ?",
        (customer_id, ticket_id),
    )
    assert sums is not None and earned is not None
    counts = int(sums[2]) > 0
    keep = point_rules.left_after_return(int(earned[0]), int(sums[1]), int(sums[0])) if counts else 0
    taken = int(earned[1]) - keep
    if taken > 0:
        points.enter(
            shop, customer_id, PointKind.RETURNED, -taken, shop.today(), ticket=ticket_id, reason=_("退货")
        )
    database.execute(
        "UPDATE ticket SET paid = ?, points = ?, counts = ? WHERE id = ?",
        (int(sums[0]), keep, int(counts), ticket_id),
    )
    return max(taken, 0), counts


def _note_presence(shop: Shop, customer_id: int) -> None:
    """Who brings something back has come in."""
    today = shop.today()
    if database.row(
        "SELECT 1 FROM purchase WHERE customer_id = ? AND day = ? AND returns_id IS NULL",
        (customer_id, today),
    ):
        return
    if database.row(
        "SELECT 1 FROM visit WHERE customer_id = ? AND day = ? AND undone = 0", (customer_id, today)
    ):
        return
    database.insert(
        "visit",
        customer_id=customer_id,
        day=today,
        user_id=shop.who,
        note=_("退货"),
        undone=0,
        created_at=shop.clock.now(),
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
        f"SELECT 1 FROM plan_line WHERE customer_id = ? AND ticket_id = ? AND status IN ({database.marks(_GIFT_OUT)})",
        (customer_id, ticket_id, *_GIFT_OUT),
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
