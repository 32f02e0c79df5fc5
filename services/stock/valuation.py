"""What the stock was worth at the end of a day, at the moving weighted average of what was paid for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from models import database
from models.kinds import StockKind
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules.gift_checks import Delivered, worth
from services.shop import Shop


@dataclass(frozen=True)
class ValueRow:
    """One gift: pieces, what a piece is worth on average, and all of them; fen."""

    id: int
    name: str
    gift_class: str
    quantity: int
    value: int

    @property
    def unit(self) -> int:
        return round(self.value / self.quantity) if self.quantity else 0


def valuation(shop: Shop, day: date | None = None, progress: Progress = silent) -> list[ValueRow]:
    """Every gift that was in stock at the end of `day` (default today), by class and name."""
    require(shop, Right.SEE)
    gifts = {
        row[0]: row[1:]
        for row in database.rows(
            "SELECT g.id, g.name, k.name, g.cost FROM gift g JOIN gift_class k ON k.id = g.gift_class_id"
        )
    }
    sql = "SELECT gift_id, kind, quantity, unit_cost FROM stock_move WHERE day <= ? ORDER BY gift_id, id"
    moves = database.rows(sql, (database.day_value(day or shop.today()),))
    found = []
    for done, (gift_id, some) in enumerate(groupby(moves, key=lambda row: row[0])):
        name, gift_class, cost = gifts[gift_id]
        pieces, value = worth((Delivered(StockKind(row[1]), row[2], row[3]) for row in some), cost)
        if pieces:
            found.append(ValueRow(gift_id, name, gift_class, pieces, value))
        progress(done, len(gifts))
    return sorted(found, key=lambda row: (row.gift_class, row.name))
