"""Purchases from a sheet: whose they are, which are on file already, and which make a ticket together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from models import database
from models.kinds import CustomerState
from services.errors import Refused, ShopError
from services.imports import bulk
from services.imports.plan import Comparison, Outcome, Parsed, Record, Tally
from services.imports.text import joined
from services.progress import Progress, silent
from services.words import N_

Content = tuple[int, str, str, str, int, int, int]
"""Customer id, day, item, size, pieces, fen paid, special price: what makes two lines equal"""


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer on file, as a purchase finds them."""

    id: int
    card_no: str
    name: str
    state: str
    last_visit: date | None
    registered_on: date


@dataclass(slots=True)
class Line:
    """One purchase to write."""

    row: int
    buyer: Buyer
    day: date
    ticket_no: str
    item_no: str
    size: str
    quantity: int
    list_price: int
    paid: int
    special: int
    note: str
    points: int
    content: Content
    occurrence: int = 0
    """How many equal lines come before it, on file and in the sheet"""


@dataclass
class Work:
    """What to write."""

    lines: list[Line] = field(default_factory=list)
    buyers: dict[int, Buyer] = field(default_factory=dict)
    warnings: list[ShopError] = field(default_factory=list)


def compare(parsed: Parsed, *, progress: Progress = silent) -> Comparison:
    """Holds the records against customers and purchases on file.

    A line is known by its content and its how-manieth occurrence, wherever the one on file came from: an export read
    again, an overlapping sheet and the same sheet read twice all add nothing.
    """
    tally = Tally(frozenset(row for row, _texts in parsed.previewed))
    buyers = _Buyers(parsed.records, progress)
    lines: list[Line] = []
    iso = lru_cache(maxsize=None)(date.isoformat)
    for number, record in enumerate(parsed.records):
        if number % bulk.EVERY == 0:
            progress(0, 0)
        try:
            lines.append(_line(record, buyers.who(record.values), iso))
        except Refused as why:
            column = parsed.layout.column_of(why.field) if why.field else None
            value = record.values.get("phones" if why.field == "phone" else why.field, "")
            shown = "、".join(value) if isinstance(value, tuple) else str(value)
            tally.refuse(record.row, parsed.layout.title_of(column), shown, why)
    work = Work()
    on_file = _on_file(lines, progress)
    seen: dict[Content, int] = {}
    for number, line in enumerate(lines):
        if number % bulk.EVERY == 0:
            progress(0, 0)
        content = line.content
        line.occurrence = seen.get(content, 0)
        seen[content] = line.occurrence + 1
        if on_file and line.occurrence < on_file.get(content, 0):
            tally.add(line.row, Outcome.UNCHANGED)
        else:
            tally.add(line.row, Outcome.ADDED)
            work.lines.append(line)
            work.buyers[line.buyer.id] = line.buyer
    return tally.done(work)


def _line(record: Record, buyer: Buyer, iso: Callable[[date], str]) -> Line:
    """The purchase of one row. Raises Refused where pieces and amount contradict each other."""
    values = record.values
    paid, quantity = values["paid"], values.get("quantity", 1)
    if quantity == 0:
        raise Refused(N_("数量是 0。请填件数，退货填负数。"), field="quantity")
    if paid < 0 < quantity:
        quantity = -quantity
    elif paid > 0 > quantity:
        raise Refused(N_("数量是负数（退货），金额却是正数。请核对。"), field="quantity")
    price = values.get("list_price")
    day, item_no, size = values["day"], values.get("item_no", ""), values.get("size", "")
    special = int(values.get("special_price", False))
    return Line(
        record.row,
        buyer,
        day,
        values.get("ticket_no", ""),
        item_no,
        size,
        quantity,
        abs(price) if price is not None else abs(paid) // abs(quantity),
        paid,
        special,
        values.get("note", ""),
        values.get("points", 0),
        (buyer.id, iso(day), item_no, size, quantity, paid, special),
    )


def _on_file(lines: Sequence[Line], progress: Progress) -> dict[Content, int]:
    """How often each line's content stands on file already."""
    if not lines or not database.value_of("SELECT 1 FROM purchase LIMIT 1"):
        return {}
    wanted = {line.content for line in lines}
    days = [line.day for line in lines]
    buyers = sorted({line.buyer.id for line in lines})
    found: dict[Content, int] = {}
    sql = (
        "SELECT customer_id, day, item_no, size, quantity, paid, special_price FROM purchase"
        " WHERE customer_id IN ({marks}) AND day >= ? AND day <= ?"
    )
    span = (database.day_value(min(days)), database.day_value(max(days)))
    for part in bulk.chunked(buyers):
        progress(0, 0)
        for row in database.rows(sql.format(marks=database.marks(part)), (*part, *span)):
            content = (row[0], str(row[1])[:10], *row[2:])
            if content in wanted:
                found[content] = found.get(content, 0) + 1
    return found


_SELECTED = "id, card_no, name, state, last_visit, registered_on, merged_into_id"


class _Buyers:
    """The customers on file whom the rows may mean."""

    def __init__(self, records: Sequence[Record], progress: Progress) -> None:
        self.by_card: dict[str, Buyer] = {}
        self.by_phone: dict[str, dict[int, Buyer]] = {}
        self.by_name: dict[str, dict[int, Buyer]] = {}
        self._by_id: dict[int, Buyer] = {}
        cards = list({record.values["card_no"] for record in records if "card_no" in record.values})
        without = [record.values for record in records if "card_no" not in record.values]
        for part in bulk.chunked(cards):
            progress(0, 0)
            for row in self._select("card_no", part):
                self.by_card[row[1]] = self._buyer(row)
        self._load_by_phone(list({one for values in without for one in values.get("phones", ())}), progress)
        names = list({values["name"] for values in without if "name" in values and not values.get("phones")})
        for part in bulk.chunked(names):
            progress(0, 0)
            for row in self._select("name", part):
                if row[3] in (CustomerState.ACTIVE, CustomerState.LOST):
                    self.by_name.setdefault(row[2], {})[row[0]] = self._buyer(row)

    def _select(self, column: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        sql = f"SELECT {_SELECTED} FROM customer WHERE {column} IN ({database.marks(values)})"
        return database.rows(sql, values)

    def _buyer(self, row: Sequence[Any]) -> Buyer:
        """The customer of a row; a merged one stands for whom it was merged into."""
        while row[3] == CustomerState.MERGED and row[6]:
            row = self._select("id", (row[6],))[0]
        if row[0] not in self._by_id:
            registered = database.as_day(row[5])
            assert registered is not None
            self._by_id[row[0]] = Buyer(row[0], row[1], row[2], row[3], database.as_day(row[4]), registered)
        return self._by_id[row[0]]

    def _load_by_phone(self, numbers: Sequence[str], progress: Progress) -> None:
        for part in bulk.chunked(numbers):
            progress(0, 0)
            sql = (
                f"SELECT p.number, {', '.join('c.' + name for name in _SELECTED.split(', '))} FROM phone p"
                f" JOIN customer c ON c.id = p.customer_id WHERE p.number IN ({database.marks(part)})"
                " AND c.state IN ('active', 'lost')"
            )
            for number, *row in database.rows(sql, part):
                self.by_phone.setdefault(number, {})[row[0]] = self._buyer(row)

    def who(self, values: Mapping[str, Any]) -> Buyer:
        """Whose purchase it is. Raises Refused where nobody, or several, may be meant."""
        name, card = values.get("name", ""), values.get("card_no", "")
        if card:
            buyer = self.by_card.get(card)
            if buyer is None:
                raise Refused(
                    N_("卡号 {card_no} 不在客户资料里。请先导入这位客户，或改好卡号。"),
                    field="card_no",
                    card_no=card,
                )
            if buyer.state == CustomerState.ERASED:
                raise Refused(
                    N_("卡号 {card_no} 的客户资料已删除，不能再登记消费。"), field="card_no", card_no=card
                )
            if name and name != joined(buyer.name) and buyer.card_no == card:
                raise Refused(
                    N_("卡号 {card_no} 是{name}的，这一行的姓名却是{other}。请核对。"),
                    field="name",
                    card_no=card,
                    name=buyer.name,
                    other=name,
                )
            return buyer
        return self._without_card(name, values.get("phones", ()))

    def _without_card(self, name: str, phones: Sequence[str]) -> Buyer:
        if phones:
            found = {key: buyer for one in phones for key, buyer in self.by_phone.get(one, {}).items()}
            if name:
                found = {key: buyer for key, buyer in found.items() if joined(buyer.name) == name}
            what, place = "、".join(phones), "phone"
        elif name:
            found, what, place = self.by_name.get(name, {}), name, "name"
        else:
            raise Refused(N_("这一行没有卡号、电话或姓名，看不出是谁的消费。"), field="card_no")
        if not found:
            raise Refused(N_("客户资料里没有“{who}”。请先导入这位客户，或补上卡号。"), field=place, who=what)
        if len(found) > 1:
            raise Refused(
                N_("“{who}”有 {n} 位客户，看不出是谁的消费。请补上卡号。"),
                field=place,
                who=what,
                n=len(found),
            )
        return next(iter(found.values()))
