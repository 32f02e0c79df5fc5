"""What happens to the stock by hand: goods in, a loss, a count of one gift, and taking the last act back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models import database
from models.kinds import StockKind
from services import journal
from services.errors import NotAllowed, Refused
from services.rights import Right, may, require
from services.shop import Shop
from services.stock import claims
from services.stock.catalogue import item
from services.stock.ledger import clean, lock, stock_of, write

_MOST = 1_000_000
"""Pieces: no shelf of a shop holds more, so it is a slip of the hand."""


@dataclass(frozen=True)
class Booked:
    """What an act did: signed pieces, and the stock after. Either a move, or a claim that waits for the owner."""

    difference: int
    stock: int
    move_id: int | None = None
    claim_id: int | None = None

    @property
    def waits(self) -> bool:
        """Nothing moved yet: the owner has to confirm it."""
        return self.claim_id is not None


def receive(
    shop: Shop,
    gift_id: int,
    quantity: int,
    reason: str = "",
    *,
    unit_cost: int | None = None,
    supplier: str = "",
    new_cost: bool = False,
) -> Booked:
    """Goods came in. `unit_cost` in fen: what a piece cost this time, else the catalogue's cost.

    `supplier`: who brought it, and the number of the delivery note. `new_cost`: the catalogue takes the unit cost over.
    """
    require(shop, Right.STOCK)
    check_quantity(quantity)
    if unit_cost is not None and not 0 <= unit_cost <= shop.policy.customers.max_amount_fen:
        raise Refused(
            "成本不对：要在 0 到 {most} 元之间。",
            most=shop.policy.customers.max_amount_fen // 100,
            field="unit_cost",
        )
    with database.database.atomic():
        known = item(shop, gift_id)
        cost = known.cost if unit_cost is None else unit_cost
        made, after = write(
            shop, gift_id, StockKind.RECEIVED, quantity, reason=reason, unit_cost=cost, supplier=supplier
        )
        if new_cost and cost != known.cost:
            database.execute("UPDATE gift SET cost = ? WHERE id = ?", (cost, gift_id))
            changed = {"before": [known.cost], "after": [cost]}
            journal.note(shop, "stock.gift_changed", "gift", gift_id, body=changed)
        body = {"quantity": quantity, "stock": after, "unit_cost": cost, "supplier": clean(supplier)}
        journal.note(shop, "stock.received", "gift", gift_id, body=body)
    return Booked(quantity, after, made)


def write_off(shop: Shop, gift_id: int, quantity: int, reason: str) -> Booked:
    """Broken or spoilt pieces, with the reason. Refused below zero.

    Above what one person may lose a month (`gift_checks.loss_confirm_above_fen`) it waits for the owner (09 §3.9).
    """
    require(shop, Right.STOCK)
    check_quantity(quantity)
    if not reason.strip():
        raise Refused("请写明损耗的原因。", field="reason")
    return _lose(shop, gift_id, StockKind.BROKEN, -quantity, reason)


def count(shop: Shop, gift_id: int, quantity: int, reason: str = "") -> Booked:
    """One gift was counted and `quantity` pieces found. The difference to the book becomes a move, or a claim."""
    require(shop, Right.STOCK)
    check_counted(quantity)
    with database.database.atomic():
        lock(gift_id)
        claims.none_waiting(gift_id)
        stock = stock_of(gift_id)
        if quantity != stock:
            return _lose(shop, gift_id, StockKind.COUNTED, quantity - stock, reason, counted=quantity)
        journal.note(shop, "stock.counted", "gift", gift_id, body={"counted": quantity, "difference": 0})
    return Booked(0, quantity)


def _lose(
    shop: Shop, gift_id: int, kind: StockKind, quantity: int, reason: str, counted: int | None = None
) -> Booked:
    with database.database.atomic():
        claims.lock_person(shop)
        lock(gift_id)
        cost = item(shop, gift_id).cost
        value = abs(quantity) * cost
        if claims.waits_for_owner(shop, value):
            stock = stock_of(gift_id)
            if stock + quantity < 0:
                raise Refused(
                    "“{name}”只剩 {n} 件，不够了。请先入库或盘点。",
                    name=item(shop, gift_id).name,
                    n=stock,
                    field="quantity",
                )
            return Booked(
                quantity, stock, claim_id=claims.enter(shop, gift_id, kind, quantity, value, reason)
            )
        made, after = write(shop, gift_id, kind, quantity, reason=reason)
        if kind is StockKind.COUNTED:
            body: dict[str, Any] = {"counted": counted, "difference": quantity}
            journal.note(shop, "stock.counted", "gift", gift_id, body=body)
        else:
            body = {"quantity": -quantity, "stock": after, "reason": clean(reason)}
            journal.note(shop, "stock.broken", "gift", gift_id, body=body)
    return Booked(quantity, after, made)


def take_back(shop: Shop, move_id: int, reason: str = "") -> Booked:
    """Takes one move by hand back, by its opposite: who wrote it on the same day, later the owner with a reason.

    Moves of gift lines are taken back with their line. Refused where the stock would fall below zero, and twice.
    """
    require(shop, Right.STOCK)
    found = database.row(
        "SELECT m.gift_id, m.kind, m.quantity, m.unit_cost, m.user_id, m.day, m.line_id, m.reverses_id, k.id"
        " FROM stock_move m LEFT JOIN stock_claim k ON k.move_id = m.id WHERE m.id = ?",
        (move_id,),
    )
    if found is None:
        raise Refused("库存流水里没有编号 {id} 的记录。", id=move_id)
    gift_id, kind, quantity, unit_cost, person, day, line, reverses, claim = found
    if kind in (StockKind.ISSUED, StockKind.RETURNED) or line is not None or reverses is not None:
        raise Refused("这一笔不能在库存里撤销：发放的礼品请在礼品明细里撤销。")
    if person != shop.who or database.as_day(day) != shop.today() or claim is not None:
        if not may(shop, Right.CONFIRM_LOSS):
            journal.refused(shop, "stock_take_back")
            raise NotAllowed("当天由本人可以撤销；之后请店主撤销，或用盘点更正。")
        if not reason.strip():
            raise Refused("请写明原因。", field="reason")
    with database.database.atomic():
        lock(gift_id)
        if database.value_of("SELECT id FROM stock_move WHERE reverses_id = ?", (move_id,)) is not None:
            raise Refused("这一笔已经撤销过了。")
        made, after = write(
            shop, gift_id, StockKind(kind), -quantity, reason=reason, unit_cost=unit_cost, reverses=move_id
        )
        body = {"move": move_id, "kind": kind, "quantity": -quantity, "stock": after, "reason": clean(reason)}
        journal.note(shop, "stock.taken_back", "gift", gift_id, body=body)
    return Booked(-quantity, after, made)


def take_back_all(shop: Shop, move_ids: Sequence[int], reason: str) -> None:
    """Takes several moves back at once, all or none: what one act wrote."""
    require(shop, Right.STOCK)
    with database.database.atomic():
        for move_id in move_ids:
            take_back(shop, move_id, reason)


def check_quantity(quantity: int) -> None:
    if not 0 < quantity <= _MOST:
        raise Refused("数量不对：{n}。请填 1 到 1000000 的整数。", n=quantity, field="quantity")


def check_counted(quantity: int) -> None:
    """What a person counted: nothing below zero, nothing beyond a slip of the hand."""
    if not 0 <= quantity <= _MOST:
        raise Refused("盘点数不对：{n}。请填实际数到的件数。", n=quantity, field="quantity")
