"""Rounds of approval: what is new, changed or gone since a plan was last laid before the owner (spec 03, step 3).

A hand-in opens a new round when the owner has decided something since the last one, or on a later day. Lines that the
manager mends one by one for the same sitting so belong to one round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from models import database
from models.kinds import LineStatus
from services.gifts.rows import PROPOSED, LineRow, read_lines
from services.rights import Right, require
from services.shop import Shop


class Change(str, Enum):
    """What became of a line since the round before."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    """Returned, and handed in again as it was"""
    REMOVED = "removed"


@dataclass(frozen=True)
class ApprovalRow:
    """A line as the owner reads it, with what stood there before."""

    line: LineRow
    change: Change | None
    was_gift: str = ""
    was_cost: int = 0
    """fen"""
    own: bool = False
    """Handed in by the person who looks: not theirs to approve, unless nobody else could"""

    @property
    def id(self) -> int:
        return self.line.id


def open_round(shop: Shop, line_ids: Sequence[int]) -> None:
    """Before these lines are handed in, in the same transaction."""
    plan_ids: set[int] = set()
    for at in range(0, len(line_ids), _CHUNK):
        part = line_ids[at : at + _CHUNK]
        sql = f"SELECT DISTINCT plan_id FROM plan_line WHERE id IN ({database.marks(part)})"
        plan_ids |= {row[0] for row in database.rows(sql, part)}
    tail = " FOR UPDATE" if database.is_postgres() else ""
    today = shop.today()
    for plan_id in sorted(plan_ids):
        found = database.row(f"SELECT round, round_on, decided FROM gift_plan WHERE id = ?{tail}", (plan_id,))
        if found is None:
            continue
        opened = database.as_day(found[1])
        if found[0] and not found[2] and (opened is None or opened >= today):
            continue
        moment = database.moment_value(shop.clock.now())
        database.execute(
            "UPDATE gift_plan SET round = round + 1, before_at = round_at, round_at = ?, round_on = ?, decided = 0"
            " WHERE id = ?",
            (moment, database.day_value(today), plan_id),
        )


IN_ROUND = (
    "round = (SELECT p.round FROM gift_plan p WHERE p.id = plan_line.plan_id), first_round = CASE WHEN first_round = 0"
    " THEN (SELECT p.round FROM gift_plan p WHERE p.id = plan_line.plan_id) ELSE first_round END"
)
"""Set with the hand-in: the round of a line."""
SEEN = (
    "shown_gift = COALESCE((SELECT g.name FROM gift g WHERE g.id = plan_line.gift_id), ''), shown_cost = cost"
)
"""Set when a line goes back: what the owner saw in it."""


def decided(line_ids: Sequence[int]) -> None:
    """After the owner decided about these lines, in the same transaction."""
    for at in range(0, len(line_ids), _CHUNK):
        part = line_ids[at : at + _CHUNK]
        database.execute(
            "UPDATE gift_plan SET decided = 1 WHERE decided = 0 AND id IN"
            f" (SELECT plan_id FROM plan_line WHERE id IN ({database.marks(part)}))",
            part,
        )


_CHUNK = 5_000
_CHANGE = (
    "CASE WHEN l.live IS NULL THEN 'removed' WHEN l.round < p.round OR p.round < 2 THEN ''"
    " WHEN l.replaces_id IS NOT NULL AND l.first_round = p.round THEN 'changed'"
    " WHEN l.first_round = p.round THEN 'added'"
    " WHEN l.shown_gift <> COALESCE(g.name, '') OR l.shown_cost <> l.cost THEN 'changed' ELSE 'same' END"
)
_FROM = (
    "FROM plan_line l JOIN gift_plan p ON p.id = l.plan_id JOIN customer c ON c.id = l.customer_id"
    " LEFT JOIN gift g ON g.id = l.gift_id"
)
_GONE = (
    "l.live IS NULL AND l.round > 0 AND l.cancelled_at IS NOT NULL"
    " AND (p.before_at IS NULL OR l.cancelled_at >= p.before_at)"
    " AND NOT EXISTS (SELECT 1 FROM plan_line n WHERE n.replaces_id = l.id AND n.live = 1)"
)


@dataclass(frozen=True)
class Approval:
    """What the owner has to look at: ids in the order of the sheet, and how many of each kind."""

    plan_id: int | None
    round: int
    ids: tuple[int, ...]
    counts: dict[str, int]
    """`submitted`, and each `Change`"""
    cost: int
    """fen, of what waits"""
    submitted_by: str = ""
    versions: dict[int, int] = field(default_factory=dict)
    """Of every line that waits, as it is read now"""


def approval(shop: Shop, month: str, occasion: str = "", only: str = "") -> Approval:
    """What waits for the owner in a month's plan, and what was taken out of it since the round before.

    `only`: one `Change`, else all.
    """
    from services.gifts.queries import plan_id_of

    require(shop, Right.SEE)
    plan_id = plan_id_of(shop, month)
    if plan_id is None:
        return Approval(None, 0, (), {}, 0)
    where = f"l.plan_id = ? AND {PROPOSED} AND ((l.live = 1 AND l.status = 'submitted') OR ({_GONE}))"
    params: list[Any] = [plan_id]
    if occasion:
        where += " AND l.occasion = ?"
        params.append(occasion)
    rows = database.rows(
        f"SELECT l.id, {_CHANGE}, l.cost, l.submitted_by_id, l.version {_FROM} WHERE {where}"
        " ORDER BY l.due, l.occasion, c.card_no, l.customer_id, l.part, l.id",
        params,
    )
    counts: dict[str, int] = {"submitted": 0}
    cost, people, versions = 0, set(), {}
    for number, change, price, person, version in rows:
        if change != Change.REMOVED.value:
            versions[number] = int(version)
            counts["submitted"] += 1
            cost += int(price)
            people.add(person)
        if change:
            counts[change] = counts.get(change, 0) + 1
    ids = tuple(row[0] for row in rows if not only or row[1] == only)
    round_number = int(database.value_of("SELECT round FROM gift_plan WHERE id = ?", (plan_id,)))
    return Approval(plan_id, round_number, ids, counts, cost, _names(people), versions)


def _names(people: set[int | None]) -> str:
    known = [one for one in people if one is not None]
    sql = f"SELECT name FROM staff_user WHERE id IN ({database.marks(known)}) ORDER BY id"
    return "、".join(row[0] for row in database.rows(sql, known)) if known else ""


def approval_rows(shop: Shop, ids: Sequence[int]) -> list[ApprovalRow | None]:
    """The lines of these ids with their differences, in their order; None for one that is gone."""
    from services.gifts.decide import alone_above_clerk

    require(shop, Right.SEE)
    alone = alone_above_clerk()
    found: dict[int, ApprovalRow] = {}
    for at in range(0, len(ids), _CHUNK):
        part = ids[at : at + _CHUNK]
        marks = database.marks(part)
        lines = {line.id: line for line in read_lines(f"WHERE l.id IN ({marks})", part)}
        more = database.rows(
            f"SELECT l.id, {_CHANGE}, COALESCE(og.name, l.shown_gift), COALESCE(o.cost, l.shown_cost),"
            f" l.submitted_by_id {_FROM} LEFT JOIN plan_line o ON o.id = l.replaces_id"
            f" LEFT JOIN gift og ON og.id = o.gift_id WHERE l.id IN ({marks})",
            part,
        )
        for number, change, gift, cost, person in more:
            line = lines[number]
            own = person == shop.who and line.status == LineStatus.SUBMITTED and not alone
            found[number] = ApprovalRow(line, Change(change) if change else None, gift, int(cost), own)
    return [found.get(number) for number in ids]


def waiting_months(shop: Shop) -> dict[str, int]:
    """`{month: lines that wait for approval}`, the earliest first."""
    require(shop, Right.SEE)
    sql = (
        "SELECT p.month, COUNT(*) FROM plan_line l JOIN gift_plan p ON p.id = l.plan_id"
        f" WHERE l.status = 'submitted' AND l.live = 1 AND {PROPOSED} GROUP BY p.month ORDER BY p.month"
    )
    return {month: int(number) for month, number in database.rows(sql)}
