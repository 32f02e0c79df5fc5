"""The points ledger: the only truth; the totals on the customer are its sums.

Earned points (累计积分, for grading) are what tickets earned less what returns took back; redeeming, adjusting and
expiring move the balance (可用积分) only. The balance never falls below zero: points that a return takes back after
they were spent are owed, and paid by the next redemption.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models import database
from models.kinds import CustomerState, PointKind
from services import journal
from services.errors import Refused
from services.rights import Right, require
from services.rules import points as point_rules
from services.rules.customer_data import clean
from services.shop import Shop
from services.words import N_, _

ADJUST_MAX = 1_000_000


@dataclass(frozen=True)
class PointRow:
    """One line of the ledger, with the balance after it."""

    id: int
    day: date
    kind: PointKind
    points: int
    balance: int
    reason: str
    ticket_id: int | None


def enter(
    shop: Shop,
    customer_id: int,
    kind: PointKind,
    points: int,
    day: date,
    *,
    ticket: int | None = None,
    reason: str = "",
) -> None:
    """Writes one line of the ledger inside the caller's transaction; the caller moves the customer's totals."""
    database.insert(
        "point_entry",
        customer_id=customer_id,
        day=day,
        kind=kind.value,
        points=points,
        ticket_id=ticket,
        reason=reason,
        user_id=shop.who,
    )


def adjust(shop: Shop, customer_id: int, points: int, reason: str) -> int:
    """Adds or takes points by hand, with the reason. Returns the new balance. Raises Refused."""
    require(shop, Right.ADJUST_POINTS)
    reason = clean(reason)
    if not reason:
        raise Refused("调整积分要写明原因。", field="reason")
    if points == 0 or abs(points) > ADJUST_MAX:
        raise Refused("调整的积分要是不为0的整数。", field="points")
    with database.database.atomic():
        have = _held(customer_id)
        if have + points < 0:
            raise Refused("可用积分只有{have}分，不够{need}分。", have=have, need=-points, field="points")
        enter(shop, customer_id, PointKind.ADJUSTED, points, shop.today(), reason=reason)
        _add(customer_id, points)
        body = {"points": points, "balance": have + points, "reason": reason}
        journal.note(shop, "points.adjusted", "customer", customer_id, customer_id=customer_id, body=body)
    return have + points


def redeem(shop: Shop, customer_id: int, points: int, reason: str) -> int:
    """Spends points of the balance; the earned total stays. Returns the new balance. Raises Refused."""
    require(shop, Right.SELL)
    reason = clean(reason)
    with database.database.atomic():
        left = spend(shop, customer_id, points, reason)
        body = {"points": -points, "balance": left, "reason": reason}
        journal.note(shop, "points.redeemed", "customer", customer_id, customer_id=customer_id, body=body)
    return left


def spend(shop: Shop, customer_id: int, points: int, reason: str) -> int:
    """Takes points off the balance inside the caller's transaction. Returns the balance after. Raises Refused.

    What a return could not take back because it was spent already is paid first.
    """
    if points <= 0:
        raise Refused("兑换的积分要大于0。", field="points")
    have = _held(customer_id)
    owed = owed_by(customer_id)
    if have - owed < points:
        if owed:
            text = N_("可用积分{have}分，其中{owed}分要先抵退货所欠的积分，不够{need}分。")
            raise Refused(text, have=have, owed=owed, need=points, field="points")
        raise Refused("可用积分只有{have}分，不够{need}分。", have=have, need=points, field="points")
    if owed:
        enter(shop, customer_id, PointKind.OWED, -owed, shop.today(), reason=_("抵退货所欠"))
    enter(shop, customer_id, PointKind.REDEEMED, -points, shop.today(), reason=reason)
    _add(customer_id, -points - owed)
    return have - points - owed


def unspend(shop: Shop, customer_id: int, points: int, reason: str) -> int:
    """Gives spent points back inside the caller's transaction; what is owed is paid from them. Returns the balance."""
    have = _held(customer_id) + points
    enter(shop, customer_id, PointKind.REDEEMED, points, shop.today(), reason=reason)
    paid = collect(shop, customer_id, have)
    _add(customer_id, points - paid)
    return have - paid


def owed_by(customer_id: int) -> int:
    """Points that returns took back although they were spent, and that are not paid yet."""
    sql = "SELECT COALESCE(SUM(points), 0) FROM point_entry WHERE customer_id = ? AND kind = ?"
    return int(database.value_of(sql, (customer_id, PointKind.OWED.value)))


def collect(shop: Shop, customer_id: int, balance: int) -> int:
    """Pays what is owed out of a balance, in the caller's transaction, which moves the total. Returns the points."""
    paid = min(owed_by(customer_id), max(balance, 0))
    if paid > 0:
        enter(shop, customer_id, PointKind.OWED, -paid, shop.today(), reason=_("抵退货所欠"))
    return max(paid, 0)


def make_good(shop: Shop, customer_id: int) -> int:
    """After a return took points back: brings a balance below zero to zero. Returns the points owed now by it.

    Points that had expired are un-expired first: they were the returned ones. The caller sums the totals anew.
    """
    found = database.row(
        "SELECT SUM(points), SUM(CASE WHEN kind = ? THEN -points ELSE 0 END) FROM point_entry WHERE customer_id = ?",
        (PointKind.EXPIRED.value, customer_id),
    )
    balance, expired = (int(found[0] or 0), int(found[1] or 0)) if found else (0, 0)
    again, owed = point_rules.owed_after(balance, expired)
    if again:
        enter(shop, customer_id, PointKind.EXPIRED, again, shop.today(), reason=_("退货"))
    if owed:
        reason = _("退货：这些积分已经用掉")
        enter(shop, customer_id, PointKind.OWED, owed, shop.today(), reason=reason)
    return owed


def totals_of(shop: Shop, customer_id: int) -> tuple[int, int]:
    """(earned, balance) as they stand on the customer."""
    require(shop, Right.SEE)
    found = database.row("SELECT points_earned, points_balance FROM customer WHERE id = ?", (customer_id,))
    if found is None:
        raise Refused("没有这位客户。")
    return int(found[0]), int(found[1])


def balance_of(customer_id: int) -> int:
    """What may be spent by the ledger."""
    sql = "SELECT COALESCE(SUM(points), 0) FROM point_entry WHERE customer_id = ?"
    return int(database.value_of(sql, (customer_id,)))


def _held(customer_id: int) -> int:
    """The balance, held until the transaction ends: two tills cannot both spend the last points."""
    tail = " FOR UPDATE" if database.is_postgres() else ""
    found = database.row(f"SELECT points_balance, state FROM customer WHERE id = ?{tail}", (customer_id,))
    if found is None or found[1] not in (CustomerState.ACTIVE, CustomerState.LOST):
        raise Refused("没有这位客户。")
    return int(found[0])


def _add(customer_id: int, points: int) -> None:
    database.execute(
        "UPDATE customer SET points_balance = points_balance + ?, version = version + 1 WHERE id = ?",
        (points, customer_id),
    )


def ledger(customer_id: int, limit: int = 500) -> list[PointRow]:
    """A customer's points, newest first, with the running balance."""
    found = database.rows(
        "SELECT id, day, kind, points, reason, ticket_id, SUM(points) OVER (ORDER BY day, id) FROM point_entry"
        " WHERE customer_id = ? ORDER BY day DESC, id DESC LIMIT ?",
        (customer_id, limit),
    )
    rows = []
    for number, day, kind, points, reason, ticket, balance in found:
        when = database.as_day(day)
        assert when is not None
        rows.append(PointRow(number, when, PointKind(kind), points, int(balance), reason, ticket))
    return rows
