"""Every act of giving customers to other groups or people: kept move by move, listed, and taken back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from models import database
from services import contact_assignment, journal
from services.errors import Refused
from services.rights import Right, require
from services.shop import Shop

_STILL = (
    "c.state IN ('active', 'lost') AND COALESCE(c.group_id, 0) = COALESCE(m.to_group_id, 0)"
    " AND COALESCE(c.clerk_id, 0) = COALESCE(m.to_clerk_id, 0) AND NOT EXISTS (SELECT 1 FROM allocation_move n"
    " JOIN allocation a ON a.id = n.allocation_id WHERE n.customer_id = m.customer_id"
    " AND n.allocation_id > m.allocation_id AND a.undone = 0)"
)
"""Nothing since contradicts: the customer `c` stands where the move `m` put them, and no later act moved them."""


class Kind(str, Enum):
    """What the act was."""

    EVEN = "even"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True)
class Move:
    """One customer given to another group or clerk."""

    customer: int
    from_group: int | None
    to_group: int | None
    from_clerk: int | None
    to_clerk: int | None


@dataclass(frozen=True, slots=True)
class Call:
    """One open contact given to another caller."""

    contact: int
    from_user: int | None
    to_user: int | None


@dataclass(frozen=True)
class Act:
    """One act as the list shows it."""

    id: int
    kind: Kind
    day: date
    at: datetime
    by: str
    leaver: str
    """Whose customers were handed over; empty for an even distribution"""
    customers: int
    contacts: int
    figures: dict[str, Any]
    undone: bool


@dataclass(frozen=True)
class Undone:
    """What came back, and what stayed because it was changed since."""

    customers: int
    stayed: int
    contacts: int


def mark_of(moves: object) -> str:
    """A short text that stands for exactly these moves."""
    return hashlib.sha256(repr(moves).encode()).hexdigest()[:16]


def keep(
    shop: Shop,
    kind: Kind,
    moves: Sequence[Move],
    calls: Sequence[Call] = (),
    *,
    figures: Mapping[str, Any],
    leaver: int | None = None,
) -> int:
    """Carries the moves out and writes them down, inside the caller's transaction. Returns the act's number."""
    number = database.insert(
        "allocation",
        kind=kind.value,
        day=shop.today(),
        user_id=shop.who,
        leaver_id=leaver,
        figures=json.dumps(figures, ensure_ascii=False),
        undone=0,
        created_at=database.moment_value(shop.clock.now()),
    )
    database.execute_many(
        "INSERT INTO allocation_move (allocation_id, customer_id, from_group_id, to_group_id, from_clerk_id,"
        " to_clerk_id) VALUES (?, ?, ?, ?, ?, ?)",
        [(number, m.customer, m.from_group, m.to_group, m.from_clerk, m.to_clerk) for m in moves],
    )
    database.execute_many(
        "UPDATE customer SET group_id = ?, clerk_id = ?, version = version + 1 WHERE id = ?",
        [(move.to_group, move.to_clerk, move.customer) for move in moves],
    )
    database.execute_many(
        "INSERT INTO allocation_contact (allocation_id, contact_id, from_user_id, to_user_id) VALUES (?, ?, ?, ?)",
        [(number, call.contact, call.from_user, call.to_user) for call in calls],
    )
    database.execute_many(
        "UPDATE contact SET assignee_id = ? WHERE id = ?", [(call.to_user, call.contact) for call in calls]
    )
    contact_assignment.follow((move.customer, move.from_clerk, move.to_clerk) for move in moves)
    return number


def acts(shop: Shop, limit: int = 200) -> list[Act]:
    """The newest acts first."""
    require(shop, Right.GROUPS)
    return [
        Act(
            row[0],
            Kind(row[1]),
            _day(row[2]),
            row[3] if isinstance(row[3], datetime) else datetime.fromisoformat(row[3]),
            row[4],
            row[5],
            row[6],
            row[7],
            json.loads(row[8]),
            bool(row[9]),
        )
        for row in database.rows(
            "SELECT a.id, a.kind, a.day, a.created_at, COALESCE(u.name, ''), COALESCE(l.name, ''),"
            " (SELECT COUNT(*) FROM allocation_move m WHERE m.allocation_id = a.id),"
            " (SELECT COUNT(*) FROM allocation_contact k WHERE k.allocation_id = a.id), a.figures, a.undone"
            " FROM allocation a LEFT JOIN staff_user u ON u.id = a.user_id LEFT JOIN staff_user l ON l.id = a.leaver_id"
            " ORDER BY a.id DESC LIMIT ?",
            (limit,),
        )
    ]


def undo(shop: Shop, number: int) -> Undone:
    """Takes an act back, also days later: whoever was moved on since stays where they are. Raises Refused."""
    require(shop, Right.GROUPS)
    with database.database.atomic():
        found = database.row("SELECT kind, undone FROM allocation WHERE id = ?", (number,))
        if found is None:
            raise Refused("没有编号为 {number} 的分配或交接。", number=number)
        if found[1]:
            raise Refused("这一次分配或交接已经撤销过了。")
        moved = database.rows(
            "SELECT m.from_group_id, m.from_clerk_id, m.customer_id, m.to_clerk_id FROM allocation_move m"
            f" JOIN customer c ON c.id = m.customer_id WHERE m.allocation_id = ? AND {_STILL}",
            (number,),
        )
        back = [row[:3] for row in moved]
        _still_there({row[0] for row in back}, {row[1] for row in back}, Kind(found[0]))
        present = {row[0] for row in database.rows("SELECT id FROM staff_user WHERE active = 1")}
        database.execute_many(
            "UPDATE customer SET group_id = ?, clerk_id = ?, version = version + 1 WHERE id = ?",
            [(group, clerk if clerk in present else None, customer) for group, clerk, customer in back],
        )
        whole = int(
            database.value_of("SELECT COUNT(*) FROM allocation_move WHERE allocation_id = ?", (number,))
        )
        contacts = _calls_back(number)
        contact_assignment.follow(
            (one, new, old if old in present else None) for _group, old, one, new in moved
        )
        database.execute("UPDATE allocation SET undone = 1 WHERE id = ?", (number,))
        body = {"allocation": number, "changed": len(back), "contacts": contacts}
        journal.note(shop, "group.allocation_undone", "staff_group", body=body)
    return Undone(len(back), whole - len(back), contacts)


def _still_there(groups: set[int | None], clerks: set[int | None], kind: Kind) -> None:
    for group, name in database.rows("SELECT id, name FROM staff_group WHERE active = 0"):
        if group in groups:
            raise Refused("“{name}”已经关闭，不能把客户放回去。请先重新添加这个组。", name=name)
    if kind is Kind.HAND_OVER:
        for clerk, name in database.rows("SELECT id, name FROM staff_user WHERE active = 0"):
            if clerk in clerks:
                raise Refused(
                    "{name}的账号已经停用，不能把客户交回去。可以再做一次交接，交给别人。", name=name
                )


def _calls_back(number: int) -> int:
    rows = database.rows(
        "SELECT t.from_user_id, t.contact_id FROM allocation_contact t JOIN contact k ON k.id = t.contact_id"
        " WHERE t.allocation_id = ? AND k.assignee_id = t.to_user_id AND k.done_on IS NULL",
        (number,),
    )
    database.execute_many("UPDATE contact SET assignee_id = ? WHERE id = ?", rows)
    return len(rows)


def _day(value: Any) -> date:
    found = database.as_day(value)
    assert found is not None
    return found
