"""What travels up from the gift ledger: lines, plans, the year's occasions. Frozen, no database objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any

from models import database
from models.kinds import Handover, LineStatus, Occasion
from services.rules.gift_reasons import reason_words


@dataclass(frozen=True)
class LineRow:
    """One customer, one occasion, one gift; cost in fen."""

    id: int
    plan_id: int
    customer_id: int
    card_no: str
    name: str
    grade: str
    special: bool
    occasion: str
    due: date
    part: int
    gift_id: int | None
    gift: str
    gift_class: str
    cost: int
    handover: Handover
    status: LineStatus
    reason: str
    """Why this gift, in words."""
    status_reason: str
    single_approver: bool
    submitted_by: str
    decided_by: str
    issued_by: str
    issued_at: datetime | None
    """UTC"""
    issued_on: date | None
    signed: str
    checked_by: str
    executor: str
    manager_signed: str
    customer_signed: str
    executed_on: date | None
    replaces: int | None
    ticket_id: int | None
    version: int

    @property
    def short(self) -> bool:
        """Waits for stock."""
        return self.gift_id is None and not self.special

    @property
    def awaits_owner(self) -> bool:
        """Waits for the owner's choice."""
        return self.gift_id is None and self.special


@dataclass(frozen=True)
class ClassTotal:
    """The foot of the sheet: pieces and cost (fen) of one gift class."""

    gift_class: str
    pieces: int
    cost: int


@dataclass(frozen=True)
class ShortageRow:
    """What has to be bought: `gift` empty where the catalogue has nothing that fits. Money in fen."""

    occasion: str
    grade: str
    need: str
    """The standard, in words."""
    gift_id: int | None
    gift: str
    gift_class: str
    quantity: int
    unit_cost: int
    budget: int
    supplier: str = ""


@dataclass(frozen=True)
class PlanView:
    """A month's plan in figures. Lines are read apart, page by page."""

    id: int | None
    month: str
    status: LineStatus | None
    """The least advanced state of the lines that have a gift; None without lines."""
    counts: dict[str, int]
    """Lines by state; `short` and `awaits_owner` among them."""
    lines: int
    budget: int
    totals: tuple[ClassTotal, ...]


@dataclass(frozen=True)
class Plan:
    """What a proposal did."""

    id: int
    month: str
    added: int
    changed: int
    dropped: int
    kept: int
    short: int
    awaits_owner: int
    lines: int
    budget: int


@dataclass(frozen=True)
class OccasionRow:
    """One row of the year: an occasion, or a month's birthdays. `budget` in fen."""

    occasion: str
    day: date
    """The day; of birthdays the first of the month."""
    month: str
    a: int
    b: int
    special: int
    budget: int
    estimated: bool
    """Not proposed yet: counts of today's customers, budget from the standards."""
    state: LineStatus | None
    c: int = 0
    """C customers with that day: by the rule book they get no gift."""


@dataclass(frozen=True)
class Done:
    """What a step did: how many lines, and how many it left out with the reason in words."""

    done: int
    left: int = 0
    why: str = ""
    single: int = 0
    """Lines that now carry 单人审批."""


LINE_SQL = (
    "SELECT l.id, l.plan_id, l.customer_id, c.card_no, c.name, l.grade, l.special, l.occasion, l.due, l.part,"
    " l.gift_id, COALESCE(g.name, ''), COALESCE(k.name, ''), l.cost, l.handover, l.status, l.reason,"
    " l.status_reason, l.single_approver, COALESCE(su.name, ''), COALESCE(du.name, ''), COALESCE(iu.name, ''),"
    " l.issued_at, l.issued_on, l.signed, COALESCE(cu.name, ''), l.executor, l.manager_signed, l.customer_signed,"
    " l.executed_on, l.replaces_id, l.ticket_id, l.version"
    " FROM plan_line l JOIN customer c ON c.id = l.customer_id"
    " LEFT JOIN gift g ON g.id = l.gift_id LEFT JOIN gift_class k ON k.id = g.gift_class_id"
    " LEFT JOIN staff_user su ON su.id = l.submitted_by_id LEFT JOIN staff_user du ON du.id = l.decided_by_id"
    " LEFT JOIN staff_user iu ON iu.id = l.issued_by_id LEFT JOIN staff_user cu ON cu.id = l.checked_by_id"
)
LADDER = (
    LineStatus.DRAFT,
    LineStatus.RETURNED,
    LineStatus.SUBMITTED,
    LineStatus.APPROVED,
    LineStatus.ISSUED,
    LineStatus.CHECKED,
)
"""The states a line goes through, the least advanced first."""
PROPOSED = f"l.occasion <> '{Occasion.PURCHASE.value}'"
"""Purchase gifts stand apart from the plan."""
SHOWN = "(l.live = 1 OR l.decided_by_id IS NOT NULL OR l.submitted_by_id IS NOT NULL)"
"""Not the drafts that a later proposal took back."""


def read_lines(tail: str, params: Sequence[Any] = ()) -> list[LineRow]:
    """Lines by the SQL after FROM: `WHERE …`, `ORDER BY …`."""
    return [_line(found) for found in database.rows(f"{LINE_SQL} {tail}", params)]


def _line(r: tuple[Any, ...]) -> LineRow:
    due = database.as_day(r[8])
    assert due is not None
    values: list[Any] = [
        *r[:6],
        bool(r[6]),
        r[7],
        due,
        *r[9:14],
        Handover(r[14]),
        LineStatus(r[15]),
        reason_words(r[16]),
        r[17],
        bool(r[18]),
        *r[19:22],
        as_moment(r[22]),
        database.as_day(r[23]),
        *r[24:29],
        database.as_day(r[29]),
        *r[30:],
    ]
    return LineRow(*values)


def as_moment(value: Any) -> datetime | None:
    """A moment column (UTC) on either database."""
    if value is None:
        return None
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found.replace(tzinfo=timezone.utc)
