"""Reading vouchers: one by its number, a customer's, and the list of all by state."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from models.kinds import VoucherKind, VoucherMoveKind, VoucherState
from services.errors import Refused
from services.rights import Right, require
from services.rules import vouchers as rules
from services.shop import Shop
from services.words import N_

_SELECT = (
    "SELECT v.id, v.number, v.kind, v.occasion, v.value, v.worth, v.minimum, v.on_special, v.customer_id,"
    " COALESCE(c.name, ''), COALESCE(c.card_no, ''), v.valid_from, v.valid_to, v.state, v.reason, v.ticket_id, t.day"
    " FROM voucher v LEFT JOIN customer c ON c.id = v.customer_id LEFT JOIN ticket t ON t.id = v.ticket_id"
)


@dataclass(frozen=True)
class VoucherRow:
    """A voucher as people read it. Money in fen."""

    id: int
    number: str
    kind: VoucherKind
    occasion: str
    value: int
    worth: int
    minimum: int
    on_special: bool
    customer_id: int | None
    name: str
    """Empty: to bearer"""
    card_no: str
    valid_from: date
    valid_to: date
    state: VoucherState
    reason: str
    ticket_id: int | None
    used_on: date | None


@dataclass(frozen=True)
class MoveRow:
    """One step in the life of a voucher."""

    day: date
    kind: VoucherMoveKind
    amount: int
    ticket_id: int | None
    reason: str
    user: str


def by_number(shop: Shop, number: str) -> VoucherRow:
    """One voucher. Raises Refused for a number nobody issued."""
    require(shop, Right.SEE)
    found = database.row(f"{_SELECT} WHERE v.number = ?", (rules.tidy(number),))
    if found is None:
        if rules.looks_like_number(number) and not rules.is_number(number):
            text = N_("礼金券号{number}有一位不对：请重新扫码，或对着券再看一遍。")
            raise Refused(text, number=rules.grouped(rules.tidy(number)), field="voucher")
        raise Refused(
            "没有号码是{number}的礼金券。", number=rules.grouped(rules.tidy(number)), field="voucher"
        )
    return _row(found)


def of_customer(customer_id: int, limit: int = 200) -> list[VoucherRow]:
    """A customer's vouchers, those that may still be used first, the one that expires soonest on top."""
    sql = (
        f"{_SELECT} WHERE v.customer_id = ? ORDER BY CASE WHEN v.state = 'issued' THEN 0 ELSE 1 END,"
        " CASE WHEN v.state = 'issued' THEN v.valid_to END, v.id DESC LIMIT ?"
    )
    return [_row(found) for found in database.rows(sql, (customer_id, limit))]


def usable_by(shop: Shop, customer_id: int) -> list[VoucherRow]:
    """What this customer may use today, the one that expires soonest first. For the till."""
    require(shop, Right.SELL)
    today = database.day_value(shop.today())
    sql = (
        f"{_SELECT} WHERE v.customer_id = ? AND v.state = 'issued' AND v.valid_from <= ? AND v.valid_to >= ?"
        " ORDER BY v.valid_to, v.id"
    )
    return [_row(found) for found in database.rows(sql, (customer_id, today, today))]


def ids(shop: Shop, state: VoucherState | None = None, text: str = "") -> array[int]:
    """The ids of the vouchers in this state whose number, or whose customer's name or card, holds `text`; newest first."""
    require(shop, Right.SEE)
    where, params = ["1 = 1"], []  # type: list[str], list[Any]
    if state is not None:
        where.append("v.state = ?")
        params.append(state.value)
    if bare := rules.tidy(text):
        like = "%" + bare.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"
        where.append(
            "(v.number LIKE ? ESCAPE '!' OR c.name LIKE ? ESCAPE '!' OR c.card_no LIKE ? ESCAPE '!')"
        )
        params += [like, like, like]
    sql = (
        "SELECT v.id FROM voucher v LEFT JOIN customer c ON c.id = v.customer_id"
        f" WHERE {' AND '.join(where)} ORDER BY v.id DESC"
    )
    return array("q", (row[0] for row in database.rows(sql, params)))


def rows(shop: Shop, some: Sequence[int]) -> list[VoucherRow | None]:
    """The vouchers with these ids, in their order; None for one that is not there."""
    require(shop, Right.SEE)
    if not some:
        return []
    found = database.rows(f"{_SELECT} WHERE v.id IN ({database.marks(some)})", list(some))
    known = {row[0]: _row(row) for row in found}
    return [known.get(one) for one in some]


def history(shop: Shop, voucher_id: int) -> list[MoveRow]:
    """The life of one voucher, oldest first."""
    require(shop, Right.SEE)
    found = database.rows(
        "SELECT m.day, m.kind, m.amount, m.ticket_id, m.reason, COALESCE(u.name, '') FROM voucher_move m"
        " LEFT JOIN staff_user u ON u.id = m.user_id WHERE m.voucher_id = ? ORDER BY m.id",
        (voucher_id,),
    )
    return [MoveRow(_day(row[0]), VoucherMoveKind(row[1]), int(row[2]), *row[3:]) for row in found]


def _row(found: Sequence[Any]) -> VoucherRow:
    return VoucherRow(
        *(found[0], found[1], VoucherKind(found[2]), found[3], int(found[4]), int(found[5]), int(found[6])),
        *(bool(found[7]), found[8], found[9], found[10], _day(found[11]), _day(found[12])),
        *(VoucherState(found[13]), found[14], found[15], database.as_day(found[16])),
    )


def _day(value: Any) -> date:
    day = database.as_day(value)
    assert day is not None
    return day
