"""New goods that came in: written down once, they find their customers and tell later what a purchase was (spec 04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models import database
from services import journal
from services.errors import Refused
from services.rights import Right, require
from services.rules import customer_data as data
from services.rules.arrivals import Goods
from services.shop import Shop

ITEM_MAX = 40
SHOWN_DAYS = 30
"""What came in so many days ago is still offered to choose from."""


@dataclass(frozen=True)
class Arrival:
    """One item number that came in."""

    id: int
    came_on: date
    item_no: str
    kind: str
    look: str
    colours: str
    sizes: str
    price: int
    by: str = ""

    @property
    def goods(self) -> Goods:
        """As the rules see it."""
        return Goods(self.item_no, self.kind, self.look, _parts(self.colours), _parts(self.sizes), self.price)


def add(
    shop: Shop,
    item_no: str,
    *,
    kind: str = "",
    look: str = "",
    colours: str = "",
    sizes: str = "",
    price: int = 0,
) -> Arrival:
    """Writes down what came in; what is left empty is taken from the last time the number came in. `price`: fen.

    Raises Refused without a number, for a negative price, or where nothing tells whom it suits.
    """
    require(shop, Right.CONTACT)
    number = data.half_width(data.clean(item_no)).upper()
    if not number:
        raise Refused("请填货号（也可以扫吊牌）。", field="item_no")
    if len(number) > ITEM_MAX:
        raise Refused("货号最多 {most} 个字。", most=ITEM_MAX, field="item_no")
    if price < 0 or price > shop.policy.customers.max_amount_fen:
        raise Refused("价格不对：不能是负数，也不要太大。", field="price")
    before = last(shop, number)
    values: dict[str, Any] = {
        "kind": data.short(kind, "kind") or (before.kind if before else ""),
        "look": data.likes(look) or (before.look if before else ""),
        "colours": data.likes(colours) or (before.colours if before else ""),
        "sizes": data.likes(sizes).upper() or (before.sizes if before else ""),
        "price": price or (before.price if before else 0),
    }
    if not any(values.values()) and not Goods(number).series:
        raise Refused("请至少填款式、颜色、尺码或风格中的一项，才知道适合谁。", field="kind")
    with database.database.atomic():
        made = database.insert(
            "arrival",
            **{"came_on": database.day_value(shop.today()), "item_no": number, **values},
            **{"user_id": shop.who, "removed": 0, "created_at": database.moment_value(shop.clock.now())},
        )
        journal.note(shop, "arrival.added", "arrival", made, body={"item": number, **values})
    return one(shop, made)


def remove(shop: Shop, arrival_id: int, removed: bool = True) -> Arrival:
    """Takes an entry away, or brings it back (the undo). What was planned for it stays."""
    require(shop, Right.CONTACT)
    with database.database.atomic():
        found = one(shop, arrival_id)
        database.execute("UPDATE arrival SET removed = ? WHERE id = ?", (int(removed), arrival_id))
        journal.note(shop, "arrival.removed" if removed else "arrival.restored", "arrival", arrival_id)
    return found


_SELECT = (
    "SELECT a.id, a.came_on, a.item_no, a.kind, a.look, a.colours, a.sizes, a.price, COALESCE(u.name, '')"
    " FROM arrival a LEFT JOIN staff_user u ON u.id = a.user_id"
)


def recent(shop: Shop, days: int = SHOWN_DAYS) -> list[Arrival]:
    """What came in lately, the newest first."""
    require(shop, Right.SEE)
    since = shop.today() - timedelta(days=days)
    found = database.rows(f"{_SELECT} WHERE a.removed = 0 AND a.came_on >= ? ORDER BY a.id DESC", (since,))
    return [_arrival(row) for row in found]


def one(shop: Shop, arrival_id: int) -> Arrival:
    """One entry. Raises Refused."""
    require(shop, Right.SEE)
    found = database.row(f"{_SELECT} WHERE a.id = ?", (arrival_id,))
    if found is None:
        raise Refused("没有编号为 {id} 的到货。用“arrivals list”查看。", id=arrival_id)
    return _arrival(found)


def some(shop: Shop, arrival_ids: Sequence[int]) -> list[Arrival]:
    """These entries; without any, all that came in today. Raises Refused where there is none."""
    found = [one(shop, number) for number in dict.fromkeys(arrival_ids)]
    if not arrival_ids:
        found = recent(shop, 0)
    if not found:
        raise Refused("今天还没有登记到货。请先登记，或写上到货的编号。")
    return found


def last(shop: Shop, item_no: str) -> Arrival | None:
    """How this number was written down the last time: fills the form when it is scanned again."""
    require(shop, Right.SEE)
    found = database.row(
        f"{_SELECT} WHERE a.item_no = ? AND a.removed = 0 ORDER BY a.id DESC LIMIT 1",
        (item_no.strip().upper(),),
    )
    return _arrival(found) if found else None


def kinds(shop: Shop) -> list[str]:
    """The kinds written down so far and liked on file, for completing what is typed."""
    require(shop, Right.SEE)
    found = [
        row[0] for row in database.rows("SELECT DISTINCT kind FROM arrival WHERE removed = 0 AND kind <> ''")
    ]
    return sorted(found)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("、") if part)


def _arrival(row: Sequence[Any]) -> Arrival:
    day = database.as_day(row[1])
    assert day is not None
    item_no, kind, look, colours, sizes = (str(value) for value in row[2:7])
    return Arrival(int(row[0]), day, item_no, kind, look, colours, sizes, int(row[7]), str(row[8]))
