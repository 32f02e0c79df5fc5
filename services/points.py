"""The points ledger: the only truth; the totals on the customer are its sums.

Earned points (累计积分, for grading) are what tickets earned less what returns took back; redeeming and adjusting
move the balance (可用积分) only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models import database
from models.kinds import PointKind
from services import journal
from services.errors import Refused
from services.rights import Right, require
from services.rules.customer_data import clean
from services.shop import Shop

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
    return _move(shop, customer_id, PointKind.ADJUSTED, points, reason)


def redeem(shop: Shop, customer_id: int, points: int, reason: str) -> int:
    """Spends points of the balance; the earned total stays. Returns the new balance. Raises Refused."""
    require(shop, Right.SELL)
    if points <= 0:
        raise Refused("兑换的积分要大于0。", field="points")
    return _move(shop, customer_id, PointKind.REDEEMED, -points, clean(reason))


def _move(shop: Shop, customer_id: int, kind: PointKind, points: int, reason: str) -> int:
    with database.database.atomic():
        # The update is the lock: two tills cannot both spend the last points.
        changed = database.execute(
            "UPDATE customer SET points_balance = points_balance + ?, version = version + 1"
            " WHERE id = ? AND state IN ('active', 'lost') AND points_balance + ? >= 0",
            (points, customer_id, points),
        )
        found = database.row("SELECT points_balance FROM customer WHERE id = ?", (customer_id,))
        if not changed:
            if found is None:
                raise Refused("没有这位客户。")
            raise Refused("可用积分只有{have}分，不够{need}分。", have=found[0], need=-points, field="points")
        assert found is not None
        enter(shop, customer_id, kind, points, shop.today(), reason=reason)
        body = {"points": points, "balance": found[0], "reason": reason}
        journal.note(
            shop, f"points.{kind.value}", "customer", customer_id, customer_id=customer_id, body=body
        )
    return int(found[0])


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
