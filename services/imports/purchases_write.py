"""Writes the purchases of an import: tickets, lines, points and the customers' totals, set by set."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from models import database
from models.kinds import Grade, PointKind
from models.purchase import PointEntry, Purchase, Ticket
from services.imports import bulk, purchases_totals
from services.imports.customers import OLD_BOOKS
from services.imports.plan import FROM_SHEET
from services.imports.purchases import Buyer, Line, Work
from services.policy import PointsPolicy
from services.progress import Progress
from services.rules import points as rules
from services.shop import Shop

_GRADE = Grade.C.value
"""Old sheets do not say with which grade a purchase was made: no multiplier."""

_PART = 1_000
"""Tickets written between two looks at Stop."""
_AMOUNTS = 1 << 16
"""Amounts whose points are remembered."""
_CONTENT = "\x1f".join(["%s"] * 7)
_EARNED, _RETURNED = PointKind.EARNED.value, PointKind.RETURNED.value

TicketKey = tuple[int, date, str]
"""Customer id, day, ticket number (empty: the lines of one customer on one day are one ticket, spec 01)"""


@dataclass(slots=True)
class _Ticket:
    """One ticket that gets lines: a new one, or one that stands on file."""

    id: int
    key: TicketKey
    lines: list[Line]
    new: bool
    points: int = 0


@dataclass
class _Job:
    shop: Shop
    run_id: int
    points_from: str
    progress: Progress
    total: int
    done: int = 0

    def tell(self, number: int) -> None:
        """So many more are done. Stop is heard here."""
        self.done += number
        self.progress(self.done, self.total)


def write(
    shop: Shop, work: Work, run_id: int, points_from: str, progress: Progress
) -> tuple[dict[str, Any], list[int]]:
    """Writes everything inside the caller's transaction. Returns what the journal keeps, and who moved in the search."""
    if not work.lines:
        return {}, []
    job = _Job(shop, run_id, points_from, progress, 4 * len(work.lines) + 2 * len(work.buyers))
    sales = _returned_sales(work.lines)
    tickets = _tickets(work.lines, sales, progress)
    new = [ticket for ticket in tickets if ticket.new]
    with bulk.indexes_aside("ticket", len(new)):
        _write_tickets(job, new)
    with bulk.indexes_aside("purchase", len(work.lines)):
        first, last = _write_lines(job, tickets, sales)
    with bulk.indexes_aside("point_entry", len(new)):
        _write_points(job, new)
    _settle(job, [ticket for ticket in tickets if not ticket.new])
    moved = purchases_totals.write(work, job.tell)
    body = {
        "tickets": sum(ticket.new for ticket in tickets),
        "lines": len(work.lines),
        "line_ids": [first, last],
        "paid": sum(line.paid for line in work.lines),
    }
    return body, moved


def _returned_sales(lines: Sequence[Line]) -> dict[int, tuple[int, int]]:
    """For return lines (by their row): the sale line on file they take back, and its ticket.

    The newest sale of the same item to the same customer, up to that day, of as much money, that nobody returned yet.
    """
    returns = [line for line in lines if line.paid < 0]
    if not returns:
        return {}
    sql = (
        "SELECT p.customer_id, p.item_no, p.paid, p.quantity, p.day, p.id, p.ticket_id FROM purchase p"
        " WHERE p.customer_id IN ({marks}) AND p.paid > 0 AND p.returns_id IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM purchase r WHERE r.customer_id = p.customer_id AND r.returns_id = p.id)"
        " ORDER BY p.day, p.id"
    )
    sales: dict[tuple[int, str, int, int], list[tuple[str, int, int]]] = {}
    for row in bulk.select_in(sql, sorted({line.buyer.id for line in returns})):
        sales.setdefault((row[0], row[1], row[2], row[3]), []).append((str(row[4])[:10], row[5], row[6]))
    found: dict[int, tuple[int, int]] = {}
    for line in sorted(returns, key=lambda line: (line.day, line.row)):
        left = sales.get((line.buyer.id, line.item_no, -line.paid, -line.quantity), [])
        for place in range(len(left) - 1, -1, -1):
            if left[place][0] <= line.day.isoformat():
                _day, sale, ticket = left.pop(place)
                found[line.row] = (sale, ticket)
                break
    return found


def _tickets(lines: Sequence[Line], sales: dict[int, tuple[int, int]], progress: Progress) -> list[_Ticket]:
    """The lines gathered into tickets, each with its id. A return belongs to the ticket of its sale."""
    # Customer by customer, so that the indexes are written from one end to the other; rows stay in their order.
    lines = sorted(lines, key=_buyer_and_day)
    groups: dict[TicketKey, list[Line]] = {}
    own: dict[int, list[Line]] = {}
    for number, line in enumerate(lines):
        if number % bulk.EVERY == 0:
            progress(0, 0)
        if line.row in sales:
            own.setdefault(sales[line.row][1], []).append(line)
        else:
            groups.setdefault((line.buyer.id, line.day, line.ticket_no), []).append(line)
    known = _known_tickets(groups, progress)
    fresh = iter(bulk.reserve("ticket", len(groups) - len(known)))
    tickets = [
        _Ticket(known[key], key, each, False) if key in known else _Ticket(next(fresh), key, each, True)
        for key, each in groups.items()
    ]
    by_id = {ticket.id: ticket for ticket in tickets} if own else {}
    for number, each in own.items():
        if number in by_id:
            by_id[number].lines.extend(each)
        else:
            tickets.append(_Ticket(number, (each[0].buyer.id, each[0].day, ""), each, False))
    return tickets


def _buyer_and_day(line: Line) -> tuple[Any, ...]:
    return line.content[:2]


def _known_tickets(groups: dict[TicketKey, list[Line]], progress: Progress) -> dict[TicketKey, int]:
    """Tickets on file that lines of the sheet belong to: the same number, or a numberless one of an import."""
    found: dict[TicketKey, int] = {}
    if not database.value_of("SELECT 1 FROM ticket LIMIT 1"):
        return found
    for part in bulk.chunked(sorted({key[0] for key in groups})):
        progress(0, 0)
        sql = (
            f"SELECT customer_id, day, number, id FROM ticket WHERE customer_id IN ({database.marks(part)})"
            " AND (number <> '' OR import_run_id IS NOT NULL) ORDER BY id"
        )
        for customer, day, number, ticket in database.rows(sql, part):
            when = database.as_day(day)
            assert when is not None
            if (customer, when, number) in groups:
                found.setdefault((customer, when, number), ticket)
    return found


def _write_tickets(job: _Job, tickets: Sequence[_Ticket]) -> None:
    names = ("id", "customer_id", "day", "number", "user_id", "paid", "points", "gift_due", "counts")
    sql = bulk.insert_sql(Ticket, *names, "import_run_id", "created_at")
    day_value, points_of = _days(), _points_of(job)
    who, run, now = job.shop.who, job.run_id, database.moment_value(job.shop.clock.now())
    for part in bulk.chunked(tickets, _PART):
        rows = []
        for ticket in part:
            (customer, day, number), lines = ticket.key, ticket.lines
            if len(lines) == 1:
                line = lines[0]
                paid, counts = line.paid, int(line.paid >= 0 and line.quantity > 0)
            else:
                paid = sum([line.paid for line in lines])
                counts = int(any(line.paid >= 0 and line.quantity > 0 for line in lines))
            points = ticket.points = points_of(lines)
            rows.append((ticket.id, customer, day_value(day), number, who, paid, points, 0, counts, run, now))
        database.execute_many(sql, rows)
        job.tell(len(part))


def _days() -> Callable[[date], Any]:
    """Days as the open database wants them, each made once: a sheet names the same days over and over."""
    return lru_cache(maxsize=None)(database.day_value)


def _points_of(job: _Job) -> Callable[[Sequence[Line]], int]:
    """Points of a new ticket's lines: by the rule, or the sheet's own."""
    if job.points_from == FROM_SHEET:
        return lambda lines: sum([line.points for line in lines])
    policy = job.shop.policy.points
    of_one = lru_cache(maxsize=_AMOUNTS)(lambda paid, special: earned([(paid, special)], policy))

    def points(lines: Sequence[Line]) -> int:
        if len(lines) == 1:
            return of_one(lines[0].paid, lines[0].special)
        return earned([(line.paid, line.special) for line in lines], policy)

    return points


def earned(lines: Sequence[tuple[int, int]], policy: PointsPolicy) -> int:
    """Points of a ticket's lines (fen, special price), returned ones taken back in proportion.

    A return whose sale is not in the books takes back what its amount would have earned.
    """
    paid = special = back = 0
    for amount, is_special in lines:
        if amount < 0:
            back -= amount
        elif is_special:
            special += amount
        else:
            paid += amount
    grade = _GRADE
    if not back:
        return rules.for_ticket(paid, special, grade, policy)
    if paid + special == 0:
        return -rules.for_ticket(back, 0, grade, policy)
    first = rules.for_ticket(paid, special, grade, policy)
    return rules.left_after_return(first, paid + special, paid + special - back)


def _write_lines(job: _Job, tickets: Sequence[_Ticket], sales: dict[int, tuple[int, int]]) -> tuple[int, int]:
    names = ("id", "ticket_id", "customer_id", "day", "item_no", "size", "quantity", "list_price", "paid")
    sql = bulk.insert_sql(Purchase, *names, "special_price", "returns_id", "note", "row_key")
    number = sum(len(ticket.lines) for ticket in tickets)
    ids = bulk.reserve("purchase", number)
    taken = _taken_keys(tickets)
    day_value = _days()

    returned = {row: sale for row, (sale, _ticket) in sales.items()}
    place = 0
    for part in bulk.chunked(tickets, _PART):
        rows = []
        for ticket in part:
            for line in ticket.lines:
                rows.append(
                    (
                        ids[place], ticket.id, line.buyer.id, day_value(line.day), line.item_no, line.size,
                        line.quantity, line.list_price, line.paid, line.special,
                        returned.get(line.row), line.note, _free_key(line, taken),
                    )
                )  # fmt: skip
                place += 1
        database.execute_many(sql, rows)
        job.tell(len(rows))
    return ids[0], ids[-1]


def row_key(line: Line, occurrence: int) -> str:
    """What an imported row is known by: its content and its how-manieth occurrence."""
    text = _CONTENT % line.content
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
    # The customer first: lines are written customer by customer, so neighbours in the index are written together.
    return f"{line.buyer.id:08x}-{digest}#{occurrence + 1}"


def _taken_keys(tickets: Sequence[_Ticket]) -> set[str]:
    """Keys in use among the customers concerned: after an undo or a merge the counting may have holes."""
    if not database.value_of("SELECT 1 FROM purchase WHERE row_key IS NOT NULL LIMIT 1"):
        return set()
    buyers = sorted({line.buyer.id for ticket in tickets for line in ticket.lines})
    sql = "SELECT row_key FROM purchase WHERE customer_id IN ({marks}) AND row_key IS NOT NULL"
    return {row[0] for row in bulk.select_in(sql, buyers)}


def _free_key(line: Line, taken: set[str]) -> str:
    occurrence = line.occurrence
    while (key := row_key(line, occurrence)) in taken:
        occurrence += 1
    if taken:
        taken.add(key)
    return key


def _write_points(job: _Job, tickets: Sequence[_Ticket]) -> None:
    sql = bulk.insert_sql(
        PointEntry, "customer_id", "day", "kind", "points", "ticket_id", "reason", "user_id"
    )
    reason = OLD_BOOKS if job.points_from == FROM_SHEET else ""
    day_value = _days()

    who = job.shop.who
    for part in bulk.chunked(tickets, _PART):
        rows = [
            (
                ticket.key[0],
                day_value(ticket.key[1]),
                _EARNED if ticket.points > 0 else _RETURNED,
                ticket.points,
                ticket.id,
                reason,
                who,
            )
            for ticket in part
            if ticket.points
        ]
        database.execute_many(sql, rows)
        job.tell(len(part))


def _settle(job: _Job, tickets: Sequence[_Ticket]) -> None:
    """Sums, count and points of tickets that stood on file and got further lines; the ledger gets the difference."""
    reason = OLD_BOOKS if job.points_from == FROM_SHEET else ""
    day_value = _days()
    for part in bulk.chunked(list(tickets)):
        job.progress(job.done, job.total)
        by_id = {ticket.id: ticket for ticket in part}
        lines: dict[int, list[tuple[int, int, int]]] = {}
        marks = database.marks(part)
        sql = f"SELECT ticket_id, paid, special_price, quantity FROM purchase WHERE ticket_id IN ({marks})"
        for number, paid, special, pieces in database.rows(sql, list(by_id)):
            lines.setdefault(number, []).append((paid, special, pieces))
        had = dict(database.rows(f"SELECT id, points FROM ticket WHERE id IN ({marks})", list(by_id)))
        updates, entries = [], []
        for number, ticket in by_id.items():
            each = lines[number]
            points = had[number] + sum(line.points for line in ticket.lines)
            if job.points_from != FROM_SHEET:
                points = earned([(paid, special) for paid, special, _pieces in each], job.shop.policy.points)
            counts = int(sum(pieces for _paid, _special, pieces in each) > 0)
            updates.append((sum(paid for paid, _special, _pieces in each), points, counts, number))
            if move := points - had[number]:
                kind = _EARNED if move > 0 else _RETURNED
                day = max(line.day for line in ticket.lines)
                entries.append((ticket.key[0], day_value(day), kind, move, number, reason, job.shop.who))
        database.execute_many("UPDATE ticket SET paid = ?, points = ?, counts = ? WHERE id = ?", updates)
        names = ("customer_id", "day", "kind", "points", "ticket_id", "reason", "user_id")
        database.execute_many(bulk.insert_sql(PointEntry, *names), entries)


__all__ = ["Buyer", "earned", "row_key", "write"]
