"""Points that expire when the policy gives them a time: the oldest are spent first, the day's opening books the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models import database
from models.kinds import PointKind
from services import journal
from services.rules import points as rules
from services.rules.spans import add_months
from services.shop import Shop
from services.words import _

_CHUNK = 2_000
# An entry is as old as the ticket that earned it; a return makes that same lot smaller. All else but points added by
# hand uses points up (taken back again: uses up fewer).
_OLD = (
    "SUM(CASE WHEN p.kind IN ('earned', 'returned') AND COALESCE(t.day, p.day) <= ? THEN p.points"
    " WHEN p.kind = 'adjusted' AND p.points > 0 AND p.day <= ? THEN p.points ELSE 0 END)"
)
_USED = (
    "SUM(CASE WHEN p.kind IN ('redeemed', 'expired', 'owed') OR p.kind = 'adjusted' AND p.points < 0"
    " THEN -p.points ELSE 0 END)"
)
_FROM = " FROM point_entry p JOIN customer c ON c.id = p.customer_id LEFT JOIN ticket t ON t.id = p.ticket_id"
_LIVE = " WHERE c.points_balance > 0 AND c.state IN ('active', 'lost')"


@dataclass(frozen=True)
class Notice:
    """Points that will expire before long."""

    points: int
    by: date
    """The last of the days on which they do."""


def expire(shop: Shop) -> tuple[int, int]:
    """Books what has expired up to today. Returns how many customers and points. Twice on a day changes nothing.

    Needs no sign-in: it is part of the day's opening. Without a time in the policy it does nothing.
    """
    last = _last_old_day(shop, shop.today())
    if last is None:
        return 0, 0
    cutoff = database.day_value(last)
    candidates = [
        row[0]
        for row in database.rows(
            f"SELECT p.customer_id{_FROM}{_LIVE} GROUP BY p.customer_id HAVING {_OLD} > {_USED}",
            (cutoff, cutoff),
        )
    ]
    if not candidates:
        return 0, 0
    with database.database.atomic():
        people, total = 0, 0
        for start in range(0, len(candidates), _CHUNK):
            part = _held(candidates[start : start + _CHUNK], cutoff)
            _write(shop, part)
            people, total = people + len(part), total + sum(points for _customer, points in part)
        if people:
            body = {"customers": people, "points": total, "older_than": last.isoformat()}
            journal.note(shop, "points.expired", "customer", body=body)
    return people, total


def notice(shop: Shop, customer_id: int) -> Notice | None:
    """What of this customer's points expires within the policy's days of notice; None when nothing does."""
    by = shop.today() + timedelta(days=shop.policy.points.expiry_notice_days)
    last = _last_old_day(shop, by)
    if last is None:
        return None
    found = _due((customer_id,), database.day_value(last))
    return Notice(found[0][1], by) if found else None


def _last_old_day(shop: Shop, day: date) -> date | None:
    """Points of this day and before are too old on `day`: `valid_months` months after it they are still good."""
    months = shop.policy.points.valid_months
    return add_months(day, -months) - timedelta(days=1) if months else None


def _held(ids: Sequence[int], cutoff: Any) -> list[tuple[int, int]]:
    """The points of these customers that expire, read while no till can spend them."""
    if database.is_postgres():
        database.rows(
            f"SELECT id FROM customer WHERE id IN ({database.marks(ids)}) ORDER BY id FOR UPDATE", list(ids)
        )
    return _due(ids, cutoff)


def _due(ids: Sequence[int], cutoff: Any) -> list[tuple[int, int]]:
    found = database.rows(
        f"SELECT p.customer_id, c.points_balance, {_OLD}, {_USED}{_FROM}{_LIVE}"
        f" AND p.customer_id IN ({database.marks(ids)}) GROUP BY p.customer_id, c.points_balance",
        (cutoff, cutoff, *ids),
    )
    amounts = ((row[0], rules.expiring(int(row[2]), int(row[3]), int(row[1]))) for row in found)
    return [(customer, points) for customer, points in amounts if points]


def _write(shop: Shop, part: Sequence[tuple[int, int]]) -> None:
    today = database.day_value(shop.today())
    reason = _("满 {n} 个月没有用").format(n=shop.policy.points.valid_months)
    database.execute_many(
        "INSERT INTO point_entry (customer_id, day, kind, points, reason) VALUES (?, ?, ?, ?, ?)",
        [(customer, today, PointKind.EXPIRED.value, -points, reason) for customer, points in part],
    )
    database.execute_many(
        "UPDATE customer SET points_balance = points_balance - ?, version = version + 1 WHERE id = ?",
        [(points, customer) for customer, points in part],
    )
