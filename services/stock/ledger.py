"""The stock ledger: signed moves, written one at a time behind a lock, read as a card with its running balance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from models.kinds import StockKind
from services.errors import Refused
from services.rights import Right, require
from services.shop import Shop


@dataclass(frozen=True)
class CardRow:
    """One move on a gift's card; `balance` is the stock after it, money in fen."""

    id: int
    day: date
    kind: StockKind
    quantity: int
    balance: int
    unit_cost: int | None
    """What a piece cost that came in; None where nobody noted it"""
    supplier: str
    reason: str
    user: str
    customer: str
    customer_id: int | None
    confirmed_by: str
    """The owner who confirmed the loss or difference"""
    reverses: int | None
    """The move that this one takes back"""
    reversed: bool
    """Taken back by a later move"""


def card(shop: Shop, gift_id: int, since: date | None = None, until: date | None = None) -> list[CardRow]:
    """All moves of one gift, the newest first, each with the stock after it; of some days only, where given."""
    require(shop, Right.SEE)
    sql = (
        "SELECT m.id, m.day, m.kind, m.quantity, m.balance, m.unit_cost, m.supplier, m.reason, COALESCE(u.name, ''),"
        " COALESCE(c.name, ''), l.customer_id, COALESCE(o.name, ''), m.reverses_id, r.id"
        " FROM (SELECT s.*, SUM(s.quantity) OVER (ORDER BY s.id) AS balance FROM stock_move s WHERE s.gift_id = ?) m"
        " LEFT JOIN staff_user u ON u.id = m.user_id LEFT JOIN plan_line l ON l.id = m.line_id"
        " LEFT JOIN customer c ON c.id = l.customer_id LEFT JOIN stock_move r ON r.reverses_id = m.id"
        " LEFT JOIN stock_claim k ON k.move_id = m.id LEFT JOIN staff_user o ON o.id = k.decided_by_id"
        " WHERE m.day >= ? AND m.day <= ? ORDER BY m.id DESC"
    )
    first, last = database.day_value(since or date.min), database.day_value(until or date.max)
    found = []
    for row in database.rows(sql, (gift_id, first, last)):
        when = database.as_day(row[1])
        assert when is not None
        values: list[Any] = [
            row[0],
            when,
            StockKind(row[2]),
            row[3],
            int(row[4]),
            *row[5:13],
            row[13] is not None,
        ]
        found.append(CardRow(*values))
    return found


def stock_of(gift_id: int) -> int:
    """Pieces on the shelf by the ledger."""
    return int(
        database.value_of("SELECT COALESCE(SUM(quantity), 0) FROM stock_move WHERE gift_id = ?", (gift_id,))
    )


def reserved_of(gift_id: int) -> int:
    """Pieces held back by lines that are not issued yet."""
    from services.stock.catalogue import RESERVING

    sql = f"SELECT COUNT(*) FROM plan_line WHERE gift_id = ? AND status IN ({database.marks(RESERVING)})"
    return int(database.value_of(sql, (gift_id, *[str(one) for one in RESERVING])))


def move(
    shop: Shop, gift_id: int, kind: StockKind, quantity: int, *, line_id: int | None = None, reason: str = ""
) -> int:
    """Writes one signed move inside the caller's transaction. Returns the stock after; Refused below zero."""
    return write(shop, gift_id, kind, quantity, line_id=line_id, reason=reason)[1]


def write(
    shop: Shop,
    gift_id: int,
    kind: StockKind,
    quantity: int,
    *,
    line_id: int | None = None,
    reason: str = "",
    unit_cost: int | None = None,
    supplier: str = "",
    reverses: int | None = None,
    person: int | None = None,
) -> tuple[int, int]:
    """Like `move`, with all a move may carry. Returns (its id, the stock after).

    `person`: who found it, where it was not who is signed in (a loss that the owner confirms).
    """
    lock(gift_id)
    after = stock_of(gift_id) + quantity
    if after < 0:
        name = database.value_of("SELECT name FROM gift WHERE id = ?", (gift_id,))
        raise Refused(
            "“{name}”只剩 {n} 件，不够了。请先入库或盘点。", name=name, n=after - quantity, field="quantity"
        )
    made = database.insert(
        "stock_move",
        gift_id=gift_id,
        kind=str(kind),
        quantity=quantity,
        day=database.day_value(shop.today()),
        line_id=line_id,
        reason=clean(reason),
        user_id=shop.who if person is None else person,
        created_at=database.moment_value(shop.clock.now()),
        unit_cost=unit_cost,
        supplier=clean(supplier),
        reverses_id=reverses,
    )
    return made, after


def lock(gift_id: int) -> None:
    """One counter at a time moves a gift: SQLite's IMMEDIATE transaction does it alone, PostgreSQL by the row."""
    tail = " FOR UPDATE" if database.is_postgres() else ""
    if database.value_of(f"SELECT id FROM gift WHERE id = ?{tail}", (gift_id,)) is None:
        raise Refused("礼品目录里没有编号 {id} 的礼品。", id=gift_id, field="gift")


def clean(text: str) -> str:
    """One line of printable words."""
    return " ".join("".join(sign for sign in text if sign.isprintable() or sign.isspace()).split())
