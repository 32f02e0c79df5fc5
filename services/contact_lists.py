"""The schedule as it is read: the day's work in order, what comes, what is late, what was done (spec 04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any

from models import database
from models.kinds import Channel, ContactState, Topic
from services import contact_rhythm
from services.contact_rows import ContactRow, PastRow, history, rows
from services.mailing import PostRow, posting_bench
from services.rights import Right, require
from services.schedule_needs import OPEN
from services.shop import Shop

__all__ = [
    "ContactRow",
    "DayCount",
    "Filters",
    "NextContact",
    "PastRow",
    "PostRow",
    "View",
    "counts",
    "days",
    "find",
    "history",
    "next_for",
    "posting_bench",
    "rows",
]


class View(str, Enum):
    """The lists of the tab."""

    TODAY = "today"
    """Open and due, the overdue on top."""
    UPCOMING = "upcoming"
    OVERDUE = "overdue"
    DONE = "done"
    """Everything that is closed, the newest first."""
    ALL = "all"
    """Open and closed, by day."""


@dataclass(frozen=True)
class Filters:
    """What is left out; None and empty leave nothing out."""

    group_id: int | None = None
    clerk_id: int | None = None
    """Assigned to, or responsible for the customer."""
    channel: Channel | None = None
    topic: Topic | None = None
    state: ContactState | None = None
    customer_id: int | None = None
    first: date | None = None
    last: date | None = None
    """Due from `first` to `last`, both included; in DONE the days they were closed."""
    over_rhythm: bool = False
    """Only customers whose cycle is over"""


@dataclass(frozen=True)
class DayCount:
    """One day of the week or month view."""

    day: date
    calls: int
    cards: int
    messages: int
    closed: int


@dataclass(frozen=True)
class NextContact:
    """For any customer row anywhere: when and how they are contacted next."""

    day: date
    channel: Channel
    topics: tuple[Topic, ...]


_ORDER = (
    "CASE k.channel WHEN 'phone' THEN 0 WHEN 'visit' THEN 1 WHEN 'post' THEN 2 WHEN 'sms' THEN 3 ELSE 4 END,"
    " CASE WHEN k.due < ? THEN k.due ELSE ? END, k.importance DESC, k.original_due, k.id"
)


def find(shop: Shop, view: View = View.TODAY, filters: Filters | None = None) -> list[int]:
    """The ids of a list in its order: calls first, overdue on top, then by weight; the done ones newest first."""
    require(shop, Right.SEE)
    filters = filters or Filters()
    today = shop.today()
    parts, params = conditions(shop, filters, view)
    order = f"k.due, {_ORDER}"
    ordering: tuple[Any, ...] = (today, today)
    if view is View.DONE:
        parts.append("(k.done_on IS NOT NULL OR k.state IN ('done', 'refused', 'expired'))")
        order, ordering = "k.done_on DESC, k.done_at DESC, k.id DESC", ()
    elif view is not View.ALL:
        parts.append(OPEN.format(k="k"))
        mark = {View.TODAY: "<=", View.UPCOMING: ">", View.OVERDUE: "<"}[view]
        parts.append(f"k.due {mark} ?")
        params.append(today)
        order = _ORDER if view is not View.UPCOMING else order
    sql = (
        "SELECT k.id FROM contact k JOIN customer c ON c.id = k.customer_id"
        f" WHERE {' AND '.join(parts or ['1 = 1'])} ORDER BY {order}"
    )
    return [row[0] for row in database.rows(sql, (*params, *ordering))]


def conditions(shop: Shop, filters: Filters, view: View) -> tuple[list[str], list[Any]]:
    """The filters as conditions on `k` (contact) and `c` (customer), with their parameters."""
    day = "k.done_on" if view is View.DONE else "k.due"
    pairs: list[tuple[str, Any]] = [
        ("c.group_id = ?", filters.group_id),
        ("k.channel = ?", filters.channel.value if filters.channel else None),
        ("k.state = ?", filters.state.value if filters.state else None),
        ("k.customer_id = ?", filters.customer_id),
        (f"{day} >= ?", filters.first),
        (f"{day} <= ?", filters.last),
        ("',' || k.topics || ',' LIKE ?", f"%,{filters.topic},%" if filters.topic else None),
    ]
    parts = [text for text, value in pairs if value is not None]
    params = [value for _text, value in pairs if value is not None]
    if filters.clerk_id is not None:
        parts.append("(k.assignee_id = ? OR c.clerk_id = ?)")
        params += [filters.clerk_id, filters.clerk_id]
    if filters.over_rhythm:
        over, values = contact_rhythm.over_condition(shop)
        parts.append(over)
        params += values
    return parts, params


def counts(shop: Shop, filters: Filters | None = None) -> dict[str, int]:
    """How many calls, visits, cards and messages are open today, overdue, and done today: for the tab's head."""
    require(shop, Right.SEE)
    parts, params = conditions(shop, filters or Filters(), View.TODAY)
    where = "".join(f" AND {one}" for one in parts)
    today = shop.today()
    found = {channel.value: 0 for channel in Channel} | {
        "overdue": 0,
        "upcoming": 0,
        "done": 0,
        "calls_done": 0,
    }
    for channel, late, n in database.rows(
        "SELECT k.channel, CASE WHEN k.due < ? THEN 2 WHEN k.due = ? THEN 1 ELSE 0 END, COUNT(*)"
        f" FROM contact k JOIN customer c ON c.id = k.customer_id WHERE {OPEN.format(k='k')}{where} GROUP BY 1, 2",
        (today, today, *params),
    ):
        if late:
            found[channel] += n
        if late == 2:
            found["overdue"] += n
        if not late:
            found["upcoming"] += n
    found["done"] = int(
        database.value_of(
            "SELECT COUNT(*) FROM contact k JOIN customer c ON c.id = k.customer_id"
            f" WHERE k.done_on = ? AND k.state IN ('done', 'refused', 'no_answer'){where}",
            (today, *params),
        )
        or 0
    )
    # A call that nobody answered or that was moved took its place in the hour too.
    found["calls_done"] = int(
        database.value_of(
            "SELECT COUNT(DISTINCT e.entity_id) FROM journal_entry e JOIN contact k ON k.id = e.entity_id"
            " JOIN customer c ON c.id = k.customer_id WHERE e.act = 'contact.recorded' AND e.day = ?"
            f" AND e.entity = 'contact' AND k.channel = 'phone' AND k.state <> 'planned'{where}",
            (today, *params),
        )
        or 0
    )
    return found


def next_for(customers: Sequence[int]) -> dict[int, NextContact]:
    """When and how these customers are contacted next; those with nothing planned are missing."""
    if not customers:
        return {}
    found: dict[int, NextContact] = {}
    for customer, due, channel, topics in database.rows(
        "SELECT k.customer_id, k.due, k.channel, k.topics FROM contact k"
        f" WHERE k.customer_id IN ({database.marks(customers)}) AND {OPEN.format(k='k')} ORDER BY k.due, k.importance DESC",
        customers,
    ):
        codes = tuple(Topic(code) for code in topics.split(",") if code)
        found.setdefault(customer, NextContact(_day(due), Channel(channel), codes))
    return found


def days(shop: Shop, first: date, last: date, filters: Filters | None = None) -> list[DayCount]:
    """What stands on each day from `first` to `last`: the week and the month view."""
    require(shop, Right.SEE)
    parts, params = conditions(shop, filters or Filters(), View.ALL)
    where = "".join(f" AND {one}" for one in parts)
    table = {first + timedelta(days=n): [0, 0, 0, 0] for n in range((last - first).days + 1)}
    for due, channel, is_open, n in database.rows(
        f"SELECT k.due, k.channel, CASE WHEN {OPEN.format(k='k')} THEN 1 ELSE 0 END, COUNT(*)"
        " FROM contact k JOIN customer c ON c.id = k.customer_id"
        f" WHERE k.due >= ? AND k.due <= ? AND k.state <> 'expired'{where} GROUP BY 1, 2, 3",
        (first, last, *params),
    ):
        line = table[_day(due)]
        if is_open:
            line[{"sms": 2, "post": 1}.get(channel, 0)] += n
        else:
            line[3] += n
    return [DayCount(day, *line) for day, line in table.items()]


def _day(value: Any) -> date:
    found = database.as_day(value)
    assert found is not None
    return found
