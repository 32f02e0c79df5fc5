"""The customers' totals after an import of purchases, anew from their ledgers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from models import database
from services import search_index
from services.imports import bulk
from services.imports.purchases import Line, Work


def write(work: Work, tell: Callable[[int], None]) -> list[int]:
    """Every customer's sums and last days anew from their ledgers. Returns whose place in the search is another now."""
    sizes = _last_sizes(work.lines)
    moved: list[int] = []
    for part in bulk.chunked(sorted(work.buyers)):
        tell(0)
        updates = []
        for customer, sums in _sums(part).items():
            buyer = work.buyers[customer]
            updates.append((*sums, sizes.get(customer, ""), customer))
            visit = database.as_day(sums[6])
            before = search_index.place(buyer.state, buyer.last_visit or buyer.registered_on)
            after = search_index.place(buyer.state, visit or buyer.registered_on)
            if before != after:
                moved.append(customer)
        database.execute_many(
            "UPDATE customer SET tickets = ?, paid_total = ?, first_purchase = ?, last_purchase = ?,"
            " points_earned = ?, points_balance = ?, last_visit = ?, last_contact = ?,"
            " size = COALESCE(NULLIF(?, ''), size), version = version + 1 WHERE id = ?",
            updates,
        )
        tell(len(part))
    tell(len(work.buyers))
    return moved


def _sums(ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """tickets, paid, first and last purchase, earned, balance, last visit, last contact, by customer."""
    marks = database.marks(ids)
    tickets = database.rows(
        "SELECT customer_id, SUM(counts), SUM(paid), MIN(CASE WHEN counts = 1 THEN day END),"
        f" MAX(CASE WHEN counts = 1 THEN day END), MAX(day) FROM ticket WHERE customer_id IN ({marks})"
        " GROUP BY customer_id",
        ids,
    )
    points = {
        row[0]: (int(row[1]), int(row[2]))
        for row in database.rows(
            "SELECT customer_id, SUM(CASE WHEN kind IN ('earned', 'returned') THEN points ELSE 0 END), SUM(points)"
            f" FROM point_entry WHERE customer_id IN ({marks}) GROUP BY customer_id",
            ids,
        )
    }
    visits = dict(
        database.rows(
            f"SELECT customer_id, MAX(day) FROM visit WHERE customer_id IN ({marks}) AND undone = 0"
            " GROUP BY customer_id",
            ids,
        )
    )
    spoken = dict(
        database.rows(
            f"SELECT customer_id, MAX(done_on) FROM contact WHERE customer_id IN ({marks}) AND state = 'done'"
            " GROUP BY customer_id",
            ids,
        )
    )
    found = {}
    for customer, count, paid, first, last, came in tickets:
        earned_points, balance = points.get(customer, (0, 0))
        visit = _latest(came, visits.get(customer))
        contact = _latest(visit, spoken.get(customer))
        found[customer] = (int(count), int(paid), first, last, earned_points, balance, visit, contact)
    return found


def _latest(*days: Any) -> Any:
    """The later of days as the database gives them: ISO text or dates, which sort alike."""
    return max((day for day in days if day is not None), default=None)


def _last_sizes(lines: Sequence[Line]) -> dict[int, str]:
    """The size of each customer's newest line that names one."""
    found: dict[int, tuple[date, str]] = {}
    for line in lines:
        if line.size and line.paid >= 0:
            known = found.get(line.buyer.id)
            if known is None or line.day >= known[0]:
                found[line.buyer.id] = (line.day, line.size)
    return {customer: size for customer, (_day, size) in found.items()}
