"""盘点: the whole shelf counted on paper, typed in, compared with the book, and booked in one act (spec 03 §7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from models.kinds import StockKind
from services import journal
from services.errors import NotAllowed, Refused
from services.rights import Right, may, require
from services.shop import Shop
from services.stock import claims
from services.stock.acts import check_counted
from services.stock.ledger import clean, lock, stock_of, write


@dataclass(frozen=True)
class CountLine:
    """One gift of a stocktake; `cost` in fen."""

    id: int
    gift_id: int
    gift: str
    gift_class: str
    cost: int
    book: int
    """Pieces by the ledger when its counting began"""
    counted: int | None
    stock: int
    """Pieces by the ledger now"""
    waits: bool
    """An earlier loss or difference still waits for the owner"""

    @property
    def difference(self) -> int | None:
        return None if self.counted is None else self.counted - self.book

    @property
    def value(self) -> int:
        """fen, signed as the difference"""
        return (self.difference or 0) * self.cost

    @property
    def moved(self) -> int:
        """Pieces that came or went since the counting began"""
        return self.stock - self.book


@dataclass(frozen=True)
class StocktakeView:
    """One stocktake with its lines, by class and name."""

    id: int
    day: date
    state: str
    counted_by: str
    note: str
    started_by: str
    lines: tuple[CountLine, ...] = ()

    @property
    def counted(self) -> int:
        return sum(line.counted is not None for line in self.lines)

    @property
    def differences(self) -> tuple[CountLine, ...]:
        return tuple(line for line in self.lines if line.difference)


@dataclass(frozen=True)
class Closed:
    """What closing a stocktake booked; money in fen."""

    id: int
    counted: int
    short: int
    """Pieces fewer than the book said"""
    over: int
    lost: int
    found: int
    waits: bool
    """The differences wait for the owner"""


def begin_stocktake(shop: Shop) -> int:
    """Opens a stocktake of all gifts in use or in stock, with the book as it stands now. Returns its id.

    Refused while another one is open.
    """
    require(shop, Right.STOCK)
    with database.database.atomic():
        if _open_id() is not None:
            raise Refused("还有一次盘点没有结束。请先把它入账或作废。")
        made = database.insert(
            "stocktake",
            day=database.day_value(shop.today()),
            counted_by="",
            note="",
            state="open",
            live=1,
            started_by_id=shop.who,
            started_at=database.moment_value(shop.clock.now()),
        )
        database.execute(
            "INSERT INTO stocktake_line (stocktake_id, gift_id, book)"
            " SELECT ?, g.id, COALESCE(SUM(m.quantity), 0) FROM gift g LEFT JOIN stock_move m ON m.gift_id = g.id"
            " GROUP BY g.id, g.active HAVING g.active = 1 OR COALESCE(SUM(m.quantity), 0) <> 0",
            (made,),
        )
        gifts = database.value_of("SELECT COUNT(*) FROM stocktake_line WHERE stocktake_id = ?", (made,))
        if not gifts:
            raise Refused("礼品目录还是空的，没有可盘点的。")
        journal.note(shop, "stock.stocktake_begun", "stocktake", made, body={"count": int(gifts)})
    return made


def open_stocktake(shop: Shop) -> StocktakeView | None:
    """The stocktake under way, or None."""
    require(shop, Right.SEE)
    found = _open_id()
    return None if found is None else stocktake(shop, found)


def stocktakes(shop: Shop, limit: int = 50) -> list[StocktakeView]:
    """The newest stocktakes first, without their lines."""
    require(shop, Right.SEE)
    return [_head(row) for row in database.rows(f"{_HEADS} ORDER BY s.id DESC LIMIT ?", (limit,))]


def stocktake(shop: Shop, stocktake_id: int) -> StocktakeView:
    """One stocktake with its lines. Refused when there is none of that number."""
    require(shop, Right.SEE)
    found = database.row(f"{_HEADS} WHERE s.id = ?", (stocktake_id,))
    if found is None:
        raise Refused("没有编号 {id} 的盘点。", id=stocktake_id)
    sql = (
        "SELECT l.id, l.gift_id, g.name, k.name, g.cost, l.book, l.counted,"
        " COALESCE((SELECT SUM(m.quantity) FROM stock_move m WHERE m.gift_id = l.gift_id), 0),"
        " (SELECT COUNT(*) FROM stock_claim c WHERE c.gift_id = l.gift_id AND c.state = 'waiting')"
        " FROM stocktake_line l JOIN gift g ON g.id = l.gift_id JOIN gift_class k ON k.id = g.gift_class_id"
        " WHERE l.stocktake_id = ? ORDER BY k.name, g.name"
    )
    lines = tuple(_line(r) for r in database.rows(sql, (stocktake_id,)))
    head = _head(found)
    return StocktakeView(head.id, head.day, head.state, head.counted_by, head.note, head.started_by, lines)


def enter_counts(shop: Shop, stocktake_id: int, counted: Mapping[int, int | None]) -> None:
    """Keeps numbers as they are typed: gift id → pieces found, None takes a number back. Nothing moves yet."""
    require(shop, Right.STOCK)
    for number in counted.values():
        if number is not None:
            check_counted(number)
    now = database.moment_value(shop.clock.now())
    with database.database.atomic():
        _must_be_open(stocktake_id)
        for gift_id, number in counted.items():
            done = database.execute(
                "UPDATE stocktake_line SET counted = ?, counted_at = ?, user_id = ?"
                " WHERE stocktake_id = ? AND gift_id = ?",
                (number, now if number is not None else None, shop.who, stocktake_id, gift_id),
            )
            if done != 1:
                raise Refused("这次盘点里没有编号 {id} 的礼品。", id=gift_id, field="gift")


def recount(shop: Shop, stocktake_id: int, gift_ids: Sequence[int]) -> None:
    """Begins these gifts anew: the book as it stands now, the number empty. For gifts that moved while counting."""
    require(shop, Right.STOCK)
    with database.database.atomic():
        _must_be_open(stocktake_id)
        for gift_id in gift_ids:
            lock(gift_id)
            database.execute(
                "UPDATE stocktake_line SET book = ?, counted = NULL, counted_at = NULL"
                " WHERE stocktake_id = ? AND gift_id = ?",
                (stock_of(gift_id), stocktake_id, gift_id),
            )


def close_stocktake(shop: Shop, stocktake_id: int, counted_by: str, note: str = "") -> Closed:
    """Books the differences of what was counted; gifts without a number stay as they are.

    Above the policy's limit all differences wait for the owner instead (09 §3.9). `counted_by`: who counted.
    """
    require(shop, Right.STOCK)
    counted_by = clean(counted_by)
    if not counted_by:
        raise Refused("请写明谁盘点的。", field="counted_by")
    with database.database.atomic():
        claims.lock_person(shop)
        _must_be_open(stocktake_id)
        view = stocktake(shop, stocktake_id)
        if not view.counted:
            raise Refused("还没有填任何实数。", field="counted")
        differing = sorted(view.differences, key=lambda line: line.gift_id)
        waits = claims.waits_for_owner(shop, sum(abs(line.value) for line in differing))
        for line in differing:
            _book(shop, stocktake_id, line, waits, note)
        database.execute(
            "UPDATE stocktake SET state = 'booked', live = NULL, counted_by = ?, note = ?, closed_by_id = ?,"
            " closed_at = ? WHERE id = ? AND state = 'open'",
            (counted_by, clean(note), shop.who, database.moment_value(shop.clock.now()), stocktake_id),
        )
        closed = Closed(
            stocktake_id,
            view.counted,
            -sum(min(line.difference or 0, 0) for line in differing),
            sum(max(line.difference or 0, 0) for line in differing),
            -sum(min(line.value, 0) for line in differing),
            sum(max(line.value, 0) for line in differing),
            waits and bool(differing),
        )
        body = {
            "counted_by": counted_by,
            "count": closed.counted,
            "short": closed.short,
            "over": closed.over,
            "lost": closed.lost,
            "found": closed.found,
            "waits": int(closed.waits),
        }
        journal.note(shop, "stock.stocktake_closed", "stocktake", stocktake_id, body=body)
    return closed


def _book(shop: Shop, stocktake_id: int, line: CountLine, waits: bool, note: str) -> None:
    assert line.difference is not None
    lock(line.gift_id)
    claims.none_waiting(line.gift_id)
    if waits:
        claims.enter(
            shop, line.gift_id, StockKind.COUNTED, line.difference, abs(line.value), note, stocktake_id
        )
        return
    made, _after = write(shop, line.gift_id, StockKind.COUNTED, line.difference, reason=note)
    database.execute("UPDATE stocktake_line SET move_id = ? WHERE id = ?", (made, line.id))


def cancel_stocktake(shop: Shop, stocktake_id: int, reason: str) -> None:
    """Ends a stocktake without booking anything, with the reason."""
    require(shop, Right.STOCK)
    reason = clean(reason)
    if not reason:
        raise Refused("请写明原因。", field="reason")
    with database.database.atomic():
        _must_be_open(stocktake_id)
        database.execute(
            "UPDATE stocktake SET state = 'cancelled', live = NULL, note = ?, closed_by_id = ?, closed_at = ?"
            " WHERE id = ?",
            (reason, shop.who, database.moment_value(shop.clock.now()), stocktake_id),
        )
        body = {"reason": reason}
        journal.note(shop, "stock.stocktake_cancelled", "stocktake", stocktake_id, body=body)


def undo_stocktake(shop: Shop, stocktake_id: int, reason: str = "") -> None:
    """Takes back what closing a stocktake booked: who closed it on the same day, later the owner with a reason.

    Differences that wait for the owner are withdrawn; those already confirmed stay.
    """
    require(shop, Right.STOCK)
    found = database.row("SELECT closed_by_id, day, state FROM stocktake WHERE id = ?", (stocktake_id,))
    if found is None or found[2] != "booked":
        raise Refused("没有编号 {id} 的盘点。", id=stocktake_id)
    if found[0] != shop.who or database.as_day(found[1]) != shop.today():
        if not may(shop, Right.CONFIRM_LOSS):
            raise NotAllowed("当天由本人可以撤销；之后请店主撤销，或用盘点更正。")
        if not reason.strip():
            raise Refused("请写明原因。", field="reason")
    with database.database.atomic():
        moves = database.rows(
            "SELECT m.id, m.gift_id, m.quantity FROM stocktake_line l JOIN stock_move m ON m.id = l.move_id"
            " LEFT JOIN stock_move r ON r.reverses_id = m.id"
            " WHERE l.stocktake_id = ? AND r.id IS NULL ORDER BY m.gift_id",
            (stocktake_id,),
        )
        open_claims = database.rows(
            "SELECT id FROM stock_claim WHERE stocktake_id = ? AND state = 'waiting'", (stocktake_id,)
        )
        if not moves and not open_claims:
            raise Refused("这次盘点没有可以撤销的差额。")
        for move_id, gift_id, quantity in moves:
            write(shop, gift_id, StockKind.COUNTED, -quantity, reason=reason, reverses=move_id)
        for (claim_id,) in open_claims:
            claims.withdraw(shop, claim_id)
        body = {"count": len(moves) + len(open_claims), "reason": clean(reason)}
        journal.note(shop, "stock.stocktake_undone", "stocktake", stocktake_id, body=body)


_HEADS = (
    "SELECT s.id, s.day, s.state, s.counted_by, s.note, COALESCE(u.name, '') FROM stocktake s"
    " LEFT JOIN staff_user u ON u.id = s.started_by_id"
)


def _head(row: Sequence[Any]) -> StocktakeView:
    day = database.as_day(row[1])
    assert day is not None
    return StocktakeView(row[0], day, *row[2:])


def _line(row: Sequence[Any]) -> CountLine:
    values: list[Any] = [*row[:7], int(row[7]), bool(row[8])]
    return CountLine(*values)


def _open_id() -> int | None:
    found = database.value_of("SELECT id FROM stocktake WHERE live = 1")
    return None if found is None else int(found)


def _must_be_open(stocktake_id: int) -> None:
    tail = " FOR UPDATE" if database.is_postgres() else ""
    state = database.value_of(f"SELECT state FROM stocktake WHERE id = ?{tail}", (stocktake_id,))
    if state is None:
        raise Refused("没有编号 {id} 的盘点。", id=stocktake_id)
    if state != "open":
        raise Refused("这次盘点已经结束，不能再改。")
