"""The gift catalogue: what may be given, at what cost, how much of it lies on the shelf and is promised (spec 03)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models import database
from models.kinds import LineStatus
from services import journal
from services.errors import Refused
from services.rights import Right, require
from services.rules.gifts import GiftFacts
from services.shop import Shop
from services.stock.ledger import clean

RESERVING = (LineStatus.DRAFT, LineStatus.SUBMITTED, LineStatus.RETURNED, LineStatus.APPROVED)
"""Lines in these states hold a piece back although it still lies on the shelf."""

_PIECES = re.compile(r"(\d+)\s*元")


@dataclass(frozen=True)
class GiftItem:
    """A catalogue item with its stock; money in fen."""

    id: int
    name: str
    gift_class: str
    cost: int
    face_value: int
    supplier: str
    reorder_level: int
    suits: str
    active: bool
    stock: int
    reserved: int

    @property
    def available(self) -> int:
        """What may still be promised; below zero when more was promised than is there."""
        return self.stock - self.reserved

    @property
    def low(self) -> bool:
        return self.active and self.available < max(self.reorder_level, 0)

    def facts(self) -> GiftFacts:
        suits = frozenset(part for part in re.split(r"[、,，;；\s]+", self.suits) if part)
        return GiftFacts(self.id, self.name, self.gift_class, self.cost, self.face_value, suits)


_ITEMS = (
    "SELECT g.id, g.name, k.name, g.cost, g.face_value, g.supplier, g.reorder_level, g.suits, g.active,"
    " COALESCE(s.stock, 0), COALESCE(r.reserved, 0)"
    " FROM gift g JOIN gift_class k ON k.id = g.gift_class_id"
    " LEFT JOIN (SELECT gift_id, SUM(quantity) AS stock FROM stock_move GROUP BY gift_id) s ON s.gift_id = g.id"
    " LEFT JOIN (SELECT gift_id, COUNT(*) AS reserved FROM plan_line"
    f" WHERE status IN ({database.marks(RESERVING)}) AND gift_id IS NOT NULL GROUP BY gift_id) r ON r.gift_id = g.id"
)


def catalogue(shop: Shop, *, active_only: bool = True) -> list[GiftItem]:
    """All gifts with stock, reserved and available, by class and name. Two set-based sums, whatever the plans' size."""
    require(shop, Right.SEE)
    where = " WHERE g.active = 1" if active_only else ""
    sql = f"{_ITEMS}{where} ORDER BY k.name, g.name"
    return [_item(found) for found in database.rows(sql, [str(one) for one in RESERVING])]


def item(shop: Shop, gift_id: int) -> GiftItem:
    """One gift. Refused when it is not in the catalogue."""
    found = database.row(f"{_ITEMS} WHERE g.id = ?", (*[str(one) for one in RESERVING], gift_id))
    if found is None:
        raise Refused("礼品目录里没有编号 {id} 的礼品。", id=gift_id, field="gift")
    return _item(found)


def by_name(shop: Shop, name: str) -> GiftItem:
    """The gift of that name. Refused when the catalogue has none."""
    gift_id = database.value_of("SELECT id FROM gift WHERE name = ?", (clean(name),))
    if gift_id is None:
        raise Refused(
            "礼品目录里没有“{name}”。请先用“gifts stock add”或在库存页新增。", name=name, field="name"
        )
    return item(shop, gift_id)


def _item(found: Sequence[object]) -> GiftItem:
    values = list(found)
    values[8] = bool(values[8])
    return GiftItem(*values)  # type: ignore[arg-type]


def classes(shop: Shop) -> list[str]:
    """The gift classes in use, by name."""
    return [str(found[0]) for found in database.rows("SELECT name FROM gift_class ORDER BY name")]


def add_gift(
    shop: Shop,
    name: str,
    gift_class: str,
    cost: int,
    *,
    face_value: int | None = None,
    supplier: str = "",
    reorder_level: int = 0,
    suits: str = "",
) -> int:
    """Takes a gift into the catalogue; costs in fen. Returns its id.

    `face_value` None: a gift called a voucher (券) has the value in its name (`100元礼金券`), else its cost.
    """
    require(shop, Right.STOCK)
    name, gift_class = clean(name), clean(gift_class)
    _check_gift(shop, name, gift_class, cost, face_value, reorder_level)
    value = _face_value(name, gift_class, cost) if face_value is None else face_value
    with database.database.atomic():
        if database.value_of("SELECT id FROM gift WHERE name = ?", (name,)) is not None:
            raise Refused(
                "礼品目录里已经有“{name}”。同名的礼品请加上区别，例如颜色或年份。", name=name, field="name"
            )
        gift_id = database.insert(
            "gift",
            name=name,
            gift_class_id=_class_id(gift_class),
            cost=cost,
            face_value=value,
            supplier=clean(supplier),
            reorder_level=reorder_level,
            suits=clean(suits),
            active=1,
            created_at=database.moment_value(shop.clock.now()),
        )
        body = {"name": name, "class": gift_class, "cost": cost, "face_value": value}
        journal.note(shop, "stock.gift_added", "gift", gift_id, body=body)
    return gift_id


def change_gift(
    shop: Shop,
    gift_id: int,
    *,
    cost: int | None = None,
    gift_class: str | None = None,
    supplier: str | None = None,
    reorder_level: int | None = None,
    suits: str | None = None,
    active: bool | None = None,
) -> None:
    """Mends a catalogue item; lines already planned keep the cost they were planned with."""
    require(shop, Right.STOCK)
    with database.database.atomic():
        old = item(shop, gift_id)
        new_cost = old.cost if cost is None else cost
        new_class = old.gift_class if gift_class is None else clean(gift_class)
        level = old.reorder_level if reorder_level is None else reorder_level
        _check_gift(shop, old.name, new_class, new_cost, old.face_value, level)
        new_supplier = old.supplier if supplier is None else clean(supplier)
        new_suits = old.suits if suits is None else clean(suits)
        new_active = old.active if active is None else active
        database.execute(
            "UPDATE gift SET cost = ?, gift_class_id = ?, supplier = ?, reorder_level = ?, suits = ?, active = ?"
            " WHERE id = ?",
            (new_cost, _class_id(new_class), new_supplier, level, new_suits, int(new_active), gift_id),
        )
        body = {
            "before": [old.cost, old.gift_class, old.supplier, old.reorder_level, old.suits, old.active],
            "after": [new_cost, new_class, new_supplier, level, new_suits, new_active],
        }
        journal.note(shop, "stock.gift_changed", "gift", gift_id, body=body)


def _class_id(name: str) -> int:
    found = database.value_of("SELECT id FROM gift_class WHERE name = ?", (name,))
    return int(found) if found is not None else database.insert("gift_class", name=name)


def _face_value(name: str, gift_class: str, cost: int) -> int:
    if "券" not in name + gift_class and "voucher" not in (name + gift_class).lower():
        return 0
    found = _PIECES.search(name)
    return int(found[1]) * 100 if found else cost


def _check_gift(
    shop: Shop, name: str, gift_class: str, cost: int, face_value: int | None, reorder_level: int
) -> None:
    most = shop.policy.customers.max_amount_fen
    if not name or len(name) > 100:
        raise Refused("请填写礼品名称（100 字以内）。", field="name")
    if not gift_class or len(gift_class) > 100:
        raise Refused("请填写礼品类别（100 字以内）。", field="class")
    if not 0 <= cost <= most:
        raise Refused("成本不对：要在 0 到 {most} 元之间。", most=most // 100, field="cost")
    if face_value is not None and not 0 <= face_value <= most:
        raise Refused("面值不对：要在 0 到 {most} 元之间。", most=most // 100, field="face_value")
    if not 0 <= reorder_level <= most:
        raise Refused("补货线不对：请填 0 或更大的整数。", field="reorder_level")
