"""Losses and count differences that wait for the owner: the manager enters, the owner confirms (09 §3.9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from models.kinds import StockKind
from services import journal
from services.errors import NotAllowed, Refused
from services.rights import Right, may, require
from services.rules.gift_checks import needs_owner
from services.shop import Shop
from services.stock.ledger import clean, lock, write


@dataclass(frozen=True)
class Claim:
    """One loss or difference that waits; value in fen without its sign."""

    id: int
    gift_id: int
    gift: str
    kind: StockKind
    quantity: int
    value: int
    reason: str
    day: date
    by: str
    by_id: int | None
    stocktake_id: int | None
    stock: int
    """Pieces by the ledger now"""


def waiting_claims(shop: Shop) -> list[Claim]:
    """What waits for the owner, the oldest first."""
    require(shop, Right.STOCK)
    sql = (
        "SELECT k.id, k.gift_id, g.name, k.kind, k.quantity, k.value, k.reason, k.day, COALESCE(u.name, ''),"
        " k.entered_by_id, k.stocktake_id, COALESCE(s.stock, 0) FROM stock_claim k JOIN gift g ON g.id = k.gift_id"
        " LEFT JOIN staff_user u ON u.id = k.entered_by_id"
        " LEFT JOIN (SELECT gift_id, SUM(quantity) AS stock FROM stock_move GROUP BY gift_id) s ON s.gift_id = g.id"
        " WHERE k.state = 'waiting' ORDER BY k.id"
    )
    found = []
    for row in database.rows(sql):
        when = database.as_day(row[7])
        assert when is not None
        values: list[Any] = [*row[:3], StockKind(row[3]), *row[4:7], when, *row[8:11], int(row[11])]
        found.append(Claim(*values))
    return found


def confirm(shop: Shop, ids: Sequence[int]) -> list[int]:
    """The owner says yes: each claim becomes a move of today. All or none; Refused where a stock would fall below
    zero. Returns the moves."""
    require(shop, Right.CONFIRM_LOSS)
    moves = []
    with database.database.atomic():
        for one in _of(ids):
            made, after = write(shop, one[1], StockKind(one[2]), one[3], reason=one[5], person=one[6])
            _decide(shop, one[0], "confirmed", "", made)
            moves.append(made)
            body = {"kind": one[2], "quantity": one[3], "value": one[4], "stock": after, "reason": one[5]}
            journal.note(shop, "stock.claim_confirmed", "gift", one[1], body=body)
    return moves


def refuse(shop: Shop, ids: Sequence[int], reason: str) -> int:
    """The owner says no, with the reason: nothing moves. Returns how many."""
    require(shop, Right.CONFIRM_LOSS)
    reason = clean(reason)
    if not reason:
        raise Refused("请写明原因。", field="reason")
    with database.database.atomic():
        for one in _of(ids):
            _decide(shop, one[0], "refused", reason, None)
            body = {"kind": one[2], "quantity": one[3], "value": one[4], "reason": reason}
            journal.note(shop, "stock.claim_refused", "gift", one[1], body=body)
    return len(ids)


def lay_again(shop: Shop, ids: Sequence[int]) -> list[int]:
    """Takes back that claims were refused or withdrawn: each waits again, entered by the same person.

    Only who decided may. What was decided stays as it is, new claims stand in its place. Refused where the gift waits
    or was counted since. Returns the new claims.
    """
    require(shop, Right.STOCK)
    made = []
    with database.database.atomic():
        for one in _turned_down(shop, ids):
            lock(one[1])
            if one[2] == StockKind.COUNTED:
                none_waiting(one[1])
            _not_counted_since(one[1], one[8])
            number = database.insert(
                "stock_claim",
                gift_id=one[1],
                kind=one[2],
                quantity=one[3],
                value=one[4],
                reason=one[5],
                stocktake_id=one[7],
                state="waiting",
                day=one[9],
                entered_by_id=one[6],
                entered_at=database.moment_value(shop.clock.now()),
                decision="",
            )
            made.append(number)
            body = {"kind": one[2], "quantity": one[3], "value": one[4], "reason": one[5], "instead": one[0]}
            journal.note(shop, "stock.claim_laid_again", "gift", one[1], body=body)
    return made


def _turned_down(shop: Shop, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """(id, gift, kind, quantity, value, reason, person, stocktake, decided at, day) of what this person said no to."""
    sql = (
        "SELECT id, gift_id, kind, quantity, value, reason, entered_by_id, stocktake_id, decided_at, day"
        " FROM stock_claim WHERE state IN ('refused', 'withdrawn') AND decided_by_id = ?"
        f" AND id IN ({database.marks(ids)}) ORDER BY gift_id, id"
    )
    found = database.rows(sql, (shop.who, *ids))
    if not ids or len(found) != len(set(ids)):
        raise Refused("这几笔已经有人处理过，请刷新后再看。")
    return found


def _not_counted_since(gift_id: int, moment: Any) -> None:
    sql = (
        "SELECT g.name FROM stock_move m JOIN gift g ON g.id = m.gift_id"
        " WHERE m.gift_id = ? AND m.kind IN ('broken', 'counted') AND m.created_at >= ? ORDER BY m.id LIMIT 1"
    )
    name = database.value_of(sql, (gift_id, moment))
    if name is not None:
        raise Refused("“{name}”后来又盘点过或登记过损耗，请照现在的件数重新登记。", name=name)


def withdraw(shop: Shop, claim_id: int) -> None:
    """Who entered a claim takes it back before the owner decided."""
    require(shop, Right.STOCK)
    with database.database.atomic():
        (one,) = _of([claim_id])
        if one[6] != shop.who and not may(shop, Right.CONFIRM_LOSS):
            raise NotAllowed("这一笔不是您登记的，请让登记的人或店主撤回。")
        _decide(shop, one[0], "withdrawn", "", None)
        body = {"kind": one[2], "quantity": one[3], "value": one[4]}
        journal.note(shop, "stock.claim_withdrawn", "gift", one[1], body=body)


def enter(
    shop: Shop,
    gift_id: int,
    kind: StockKind,
    quantity: int,
    value: int,
    reason: str,
    stocktake_id: int | None = None,
) -> int:
    """Writes a claim inside the caller's transaction. Returns its id."""
    made = database.insert(
        "stock_claim",
        gift_id=gift_id,
        kind=str(kind),
        quantity=quantity,
        value=value,
        reason=clean(reason),
        stocktake_id=stocktake_id,
        state="waiting",
        day=database.day_value(shop.today()),
        entered_by_id=shop.who,
        entered_at=database.moment_value(shop.clock.now()),
        decision="",
    )
    body = {"kind": str(kind), "quantity": quantity, "value": value, "reason": clean(reason)}
    journal.note(shop, "stock.claimed", "gift", gift_id, body=body)
    return made


def waits_for_owner(shop: Shop, value: int) -> bool:
    """Whether a loss of this value (fen) by the person at work needs the owner's yes.

    What they lost this month without being asked counts too: many small losses are one large one.
    """
    if may(shop, Right.CONFIRM_LOSS):
        return False
    sql = (
        "SELECT COALESCE(SUM(ABS(m.quantity) * g.cost), 0) FROM stock_move m JOIN gift g ON g.id = m.gift_id"
        " LEFT JOIN stock_move r ON r.reverses_id = m.id LEFT JOIN stock_claim k ON k.move_id = m.id"
        " WHERE m.user_id = ? AND m.kind IN ('broken', 'counted') AND m.day >= ? AND m.reverses_id IS NULL"
        " AND r.id IS NULL AND k.id IS NULL"
    )
    before = int(database.value_of(sql, (shop.who, database.day_value(shop.today().replace(day=1)))))
    return needs_owner(value, before, shop.policy.gift_checks.loss_confirm_above_fen)


def lock_person(shop: Shop) -> None:
    """Two counters of one person cannot both stay below the limit: on PostgreSQL the person's row is the lock."""
    if database.is_postgres():
        database.value_of("SELECT id FROM staff_user WHERE id = ? FOR UPDATE", (shop.who,))


def none_waiting(gift_id: int) -> None:
    """A gift with a claim is not counted: the difference would be booked twice. Raises Refused."""
    sql = (
        "SELECT g.name FROM stock_claim k JOIN gift g ON g.id = k.gift_id"
        " WHERE k.state = 'waiting' AND k.gift_id = ?"
    )
    name = database.value_of(sql, (gift_id,))
    if name is not None:
        raise Refused("“{name}”还有一笔差额等店主确认，确认以后再盘点。", name=name, field="quantity")


def _of(ids: Sequence[int]) -> list[tuple[int, int, str, int, int, str, int | None]]:
    """(id, gift, kind, quantity, value, reason, person) of claims that wait, their gifts locked in one order."""
    if not ids:
        raise Refused("请先选一笔。")
    sql = (
        "SELECT id, gift_id, kind, quantity, value, reason, entered_by_id FROM stock_claim"
        f" WHERE state = 'waiting' AND id IN ({database.marks(ids)}) ORDER BY gift_id, id"
    )
    found = database.rows(sql, list(ids))
    for one in found:
        lock(one[1])
    if len(found) != len(set(ids)):
        raise Refused("这几笔已经有人处理过，请刷新后再看。")
    return found


def _decide(shop: Shop, claim_id: int, state: str, why: str, move_id: int | None) -> None:
    done = database.execute(
        "UPDATE stock_claim SET state = ?, decided_by_id = ?, decided_at = ?, decision = ?, move_id = ?"
        " WHERE id = ? AND state = 'waiting'",
        (state, shop.who, database.moment_value(shop.clock.now()), why, move_id, claim_id),
    )
    if done != 1:
        raise Refused("这几笔已经有人处理过，请刷新后再看。")
