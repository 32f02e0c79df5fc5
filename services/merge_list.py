"""The merges that were made: who, when, by whom, and which of them can be taken apart now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models import database
from services.rights import Right, require
from services.shop import Shop


@dataclass(frozen=True)
class MergeRow:
    """One merge as the list shows it."""

    id: int
    day: date
    at: datetime
    by: str
    kept_id: int
    kept: str
    kept_card: str
    other_id: int
    other: str
    other_card: str
    """The card number by which `customer unmerge` knows it"""
    undone: bool
    forgotten: bool
    """The person was erased: nothing is left to restore"""
    after: str
    """The later merge that has to come apart first; empty for none"""

    @property
    def may_undo(self) -> bool:
        return not (self.undone or self.forgotten or self.after)


_LATER = (
    "(SELECT {what} FROM customer_merge n JOIN customer x ON x.id = n.other_id WHERE n.undone = 0"
    " AND ((n.kept_id = m.kept_id AND n.id > m.id) OR n.other_id = m.kept_id))"
)


def merges(shop: Shop, *, customer_id: int | None = None, limit: int = 500) -> list[MergeRow]:
    """The newest merges first, of everybody or of one kept record."""
    require(shop, Right.MERGE)
    only = " WHERE m.kept_id = ?" if customer_id is not None else ""
    rows = database.rows(
        "SELECT m.id, m.day, m.created_at, COALESCE(u.name, ''), m.kept_id, k.name, k.card_no, m.other_id, o.name,"
        f" o.card_no, m.undone, m.before = '{{}}', COALESCE({_LATER.format(what='MAX(x.card_no)')}, '')"
        " FROM customer_merge m JOIN customer k ON k.id = m.kept_id JOIN customer o ON o.id = m.other_id"
        f" LEFT JOIN staff_user u ON u.id = m.user_id{only} ORDER BY m.id DESC LIMIT ?",
        (*(() if customer_id is None else (customer_id,)), limit),
    )
    return [_row(row) for row in rows]


def _row(row: tuple[Any, ...]) -> MergeRow:
    day = database.as_day(row[1])
    assert day is not None
    at = row[2] if isinstance(row[2], datetime) else datetime.fromisoformat(str(row[2]))
    return MergeRow(
        *(row[0], day, at, row[3], row[4], row[5], row[6], row[7], row[8], row[9]),
        *(bool(row[10]), bool(row[11]), "" if row[10] else row[12]),
    )
