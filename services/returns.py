"""Goods come back: a line or some of its pieces, with everything that hangs on it, and the undo of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models import database
from models.kinds import PointKind
from services import grades, journal, points, search_index
from services.errors import Refused
from services.rights import Right, require
from services.rules import points as point_rules
from services.rules import pricing
from services.rules.customer_data import clean
from services.shop import Shop
from services.ticket_undo import GIFT_OUT, undo
from services.totals import recount, rhythm_again
from services.words import _

if TYPE_CHECKING:
    from services.vouchers import Restored

__all__ = [
    "Back",
    "ReturnResult",
    "preview_return",
    "recount",
    "return_line",
    "rhythm_again",
    "undo",
    "undo_return",
]


@dataclass(frozen=True)
class Back:
    """What a return would give and take. Amounts in fen."""

    item_no: str
    size: str
    left: int
    """Pieces that can still come back"""
    pieces: int
    refund: int
    by_vouchers: int
    """What vouchers had paid of these pieces: they are restored in proportion."""
    points: int
    gift_back: bool
    """The ticket's gift was handed out and no longer belongs to what is left: to be asked back."""


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
    points_owed: int = 0
    """Points that were spent already: the next redemption pays them."""
    vouchers: tuple[Restored, ...] = ()
    repeated: bool = False
    """The same act was booked before under this key; nothing was written now."""


@dataclass(frozen=True)
class _Sale:
    """A sale line and what of it came back so far."""

    id: int
    ticket_id: int
    customer_id: int
    item_no: str
    size: str
    quantity: int
    list_price: int
    paid: int
    special: int
    voucher: int
    pieces_back: int
    paid_back: int
    voucher_back: int

    @property
    def left(self) -> int:
        return self.quantity - self.pieces_back

    def shares(self, pieces: int) -> tuple[int, int]:
        """fen to give back for so many pieces more, and what vouchers had paid of them.

        What is given back altogether is the exact share of all pieces given back so far.
        """
        back = self.pieces_back + pieces
        paid = pricing.share(self.paid, self.quantity, back) - self.paid_back
        return paid, pricing.share(self.voucher, self.quantity, back) - self.voucher_back


def preview_return(shop: Shop, purchase_id: int, quantity: int = 0) -> Back:
    """What taking back these pieces (0: all that is left) would mean. Changes nothing. Raises Refused."""
    require(shop, Right.SELL)
    sale = _sale(purchase_id)
    pieces = _pieces(sale, quantity)
    refund, by_vouchers = sale.shares(pieces)
    paid, sold, left, regular = _sums(sale.ticket_id)
    earned, now = _points_of(sale.customer_id, sale.ticket_id)
    keep = point_rules.left_after_return(earned, sold, paid - refund) if left > pieces else 0
    regular_left = regular - (0 if sale.special else pieces)
    gift = regular_left <= 0 and _gift_is_out(sale.customer_id, sale.ticket_id)
    return Back(sale.item_no, sale.size, sale.left, pieces, refund, by_vouchers, max(now - keep, 0), gift)


def return_line(
    shop: Shop, purchase_id: int, quantity: int = 0, note: str = "", *, key: str | None = None
) -> ReturnResult:
    """Takes a sale line back, or `quantity` pieces of it (0: all that is left).

    The return line refers to its sale line; points and vouchers go back in proportion; a ticket with nothing left does
    not count, and without an ordinary piece left brings no gift. `key` is made by the caller before the first try:
    trying again takes nothing back twice. Raises Refused for a line that is a return itself or is back already.
    """
    require(shop, Right.SELL)
    with database.database.atomic():
        if key and (known := _booked(key)):
            return known
        sale = _sale(purchase_id, hold=True)
        pieces = _pieces(sale, quantity)
        refund, by_vouchers = sale.shares(pieces)
        line = _write_return(shop, sale, pieces, refund, by_vouchers, clean(note)[:200], key)
        taken, counts, regular = _settle_ticket(shop, sale.ticket_id, sale.customer_id)
        owed = points.make_good(shop, sale.customer_id) if taken else 0
        restored = _restore_vouchers(shop, sale) if sale.voucher else ()
        _note_presence(shop, sale.customer_id)
        recount(sale.customer_id)
        verdict = grades.regrade_one(shop, sale.customer_id)
        search_index.refresh_many([sale.customer_id])
        body: dict[str, Any] = {"sale": purchase_id, "pieces": pieces, "refund": refund, "points": -taken}
        if owed:
            body["points_owed"] = owed
        if restored:
            body["vouchers"] = [[one.number, one.amount] for one in restored]
        journal.note(shop, "line.returned", "purchase", line, customer_id=sale.customer_id, body=body)
        gift = not regular and _gift_is_out(sale.customer_id, sale.ticket_id)
    return ReturnResult(
        *(line, sale.ticket_id, sale.customer_id, refund, taken, counts, verdict.grade.value, gift),
        points_owed=owed,
        vouchers=restored,
    )


def undo_return(shop: Shop, return_id: int) -> None:
    """Takes back a return of today: the goods stay sold, points and vouchers are as before. Raises Refused."""
    require(shop, Right.SELL)
    with database.database.atomic():
        found = database.row(
            "SELECT returns_id, day, quantity, paid FROM purchase WHERE id = ?", (return_id,)
        )
        if found is None or found[0] is None:
            raise Refused("这次退货已经撤销了。")
        if database.as_day(found[1]) != shop.today():
            raise Refused("只能撤销今天的退货。")
        sale = _sale(found[0], hold=True)
        database.execute("DELETE FROM purchase WHERE id = ?", (return_id,))
        taken, _counts, regular = _settle_ticket(shop, sale.ticket_id, sale.customer_id)
        if regular and not sale.special:
            _gift_due_again(shop, sale.ticket_id)
        if taken < 0:
            points.collect(shop, sale.customer_id, points.balance_of(sale.customer_id))
        restored = _restore_vouchers(shop, sale) if sale.voucher else ()
        recount(sale.customer_id)
        grades.regrade_one(shop, sale.customer_id)
        search_index.refresh_many([sale.customer_id])
        body: dict[str, Any] = {"sale": sale.id, "pieces": -found[2], "refund": found[3], "points": -taken}
        if restored:
            body["vouchers"] = [[one.number, one.amount] for one in restored]
        act = "line.return_undone"
        journal.note(shop, act, "purchase", return_id, customer_id=sale.customer_id, body=body)


def _sale(purchase_id: int, *, hold: bool = False) -> _Sale:
    """The sale line with what came back of it. `hold`: no other till changes the customer's sums meanwhile."""
    sale = database.row(
        "SELECT id, ticket_id, customer_id, item_no, size, quantity, list_price, paid, special_price, voucher"
        " FROM purchase WHERE id = ? AND paid >= 0 AND quantity > 0 AND returns_id IS NULL",
        (purchase_id,),
    )
    if sale is None:
        raise Refused("没有这一行消费，或者它本身就是退货。")
    if hold and database.is_postgres():
        database.rows("SELECT id FROM customer WHERE id = ? FOR UPDATE", (sale[2],))
    back = database.row(
        "SELECT COALESCE(-SUM(quantity), 0), COALESCE(-SUM(paid), 0), COALESCE(-SUM(voucher), 0) FROM purchase"
        " WHERE customer_id = ? AND returns_id = ?",
        (sale[2], purchase_id),
    )
    assert back is not None
    return _Sale(*sale, *(int(part) for part in back))


def _pieces(sale: _Sale, quantity: int) -> int:
    pieces = quantity or sale.left
    if sale.left <= 0:
        raise Refused("{item}已经全部退过了。", item=sale.item_no)
    if not 1 <= pieces <= sale.left:
        raise Refused("{item}最多还能退{left}件。", item=sale.item_no, left=sale.left, field="quantity")
    return pieces


def _write_return(
    shop: Shop, sale: _Sale, pieces: int, refund: int, by_vouchers: int, note: str, key: str | None
) -> int:
    return database.insert(
        "purchase",
        ticket_id=sale.ticket_id,
        customer_id=sale.customer_id,
        day=shop.today(),
        item_no=sale.item_no,
        size=sale.size,
        quantity=-pieces,
        list_price=sale.list_price,
        paid=-refund,
        voucher=-by_vouchers,
        special_price=sale.special,
        returns_id=sale.id,
        note=note,
        row_key=_key(key),
    )


def _key(key: str | None) -> str | None:
    """Return lines share the column with the rows of imported files, whose keys are digests."""
    return f"return:{key}" if key else None


def _settle_ticket(shop: Shop, ticket_id: int, customer_id: int) -> tuple[int, bool, int]:
    """The ticket's sum, points, count and gift after a return or its undo.

    Returns the points taken back now (below zero: given again), whether the ticket counts, and how many pieces that
    are not special-price are left.
    """
    paid, sold, left, regular = _sums(ticket_id)
    earned, now = _points_of(customer_id, ticket_id)
    keep = point_rules.left_after_return(earned, sold, paid) if left > 0 else 0
    taken = now - keep
    if taken:
        reason = _("退货") if taken > 0 else _("撤销退货")
        points.enter(
            shop, customer_id, PointKind.RETURNED, -taken, shop.today(), ticket=ticket_id, reason=reason
        )
    database.execute(
        "UPDATE ticket SET paid = ?, points = ?, counts = ?, gift_due = CASE WHEN ? > 0 THEN gift_due ELSE 0 END"
        " WHERE id = ?",
        (paid, keep, int(left > 0), regular, ticket_id),
    )
    return taken, left > 0, regular


def _gift_due_again(shop: Shop, ticket_id: int) -> None:
    """The undo of a return brings back the gift that went with the goods."""
    if shop.policy.gifts.c_gift_with_purchase:
        database.execute(
            "UPDATE ticket SET gift_due = 1 WHERE id = ? AND gift_due = 0 AND grade = 'C' AND import_run_id IS NULL",
            (ticket_id,),
        )


def _sums(ticket_id: int) -> tuple[int, int, int, int]:
    """fen paid for what is left, fen paid at first, pieces left, and pieces left that are not special-price."""
    found = database.row(
        "SELECT SUM(paid), SUM(CASE WHEN returns_id IS NULL THEN paid ELSE 0 END), SUM(quantity),"
        " SUM(CASE WHEN special_price = 0 THEN quantity ELSE 0 END) FROM purchase WHERE ticket_id = ?",
        (ticket_id,),
    )
    assert found is not None
    return int(found[0]), int(found[1]), int(found[2]), int(found[3])


def _points_of(customer_id: int, ticket_id: int) -> tuple[int, int]:
    """Points that the ticket earned, and what of them was not taken back so far."""
    found = database.row(
        "SELECT COALESCE(SUM(CASE WHEN kind = 'earned' THEN points ELSE 0 END), 0), COALESCE(SUM(points), 0)"
        " FROM point_entry WHERE customer_id = ? AND ticket_id = ? AND kind IN ('earned', 'returned')",
        (customer_id, ticket_id),
    )
    assert found is not None
    return int(found[0]), int(found[1])


def _restore_vouchers(shop: Shop, sale: _Sale) -> tuple[Restored, ...]:
    from services import vouchers

    found = database.row(
        "SELECT SUM(CASE WHEN returns_id IS NULL THEN voucher ELSE 0 END),"
        " SUM(CASE WHEN returns_id IS NULL THEN 0 ELSE -voucher END) FROM purchase WHERE ticket_id = ?",
        (sale.ticket_id,),
    )
    assert found is not None
    return tuple(vouchers.give_back(shop, sale.ticket_id, int(found[0]), int(found[1])))


def _gift_is_out(customer_id: int, ticket_id: int) -> bool:
    sql = f"SELECT 1 FROM plan_line WHERE customer_id = ? AND ticket_id = ? AND status IN ({database.marks(GIFT_OUT)})"
    return database.row(sql, (customer_id, ticket_id, *GIFT_OUT)) is not None


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


def _booked(key: str) -> ReturnResult | None:
    """The return that this key booked before, if it did; points and vouchers are not told again."""
    found = database.row(
        "SELECT p.id, p.ticket_id, p.customer_id, -p.paid, t.counts, c.grade FROM purchase p"
        " JOIN ticket t ON t.id = p.ticket_id JOIN customer c ON c.id = p.customer_id WHERE p.row_key = ?",
        (_key(key),),
    )
    if found is None:
        return None
    line, ticket, customer, refund, counts, grade = found
    return ReturnResult(line, ticket, customer, refund, 0, bool(counts), grade, False, repeated=True)
