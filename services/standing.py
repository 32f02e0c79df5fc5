"""A customer's standing at the till, and the days that may be written: shared by purchases and visits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from models import database
from models.kinds import CustomerState
from services import search_index
from services.errors import Refused
from services.shop import Shop

_FIRST_DAY = date(1990, 1, 1)
_SQL = (
    "SELECT grade, state, special, last_visit, registered_on, first_purchase, last_purchase, last_contact, name"
    " FROM customer WHERE id = ?"
)


def person(customer_id: int, *, hold: bool = True) -> tuple[Any, ...]:
    """The customer's standing. Refused for somebody who is not on file any more.

    `hold`: until the transaction ends no other till changes it; on SQLite the transaction itself sees to that.
    """
    found = database.row(_SQL + (" FOR UPDATE" if hold and database.is_postgres() else ""), (customer_id,))
    if found is None:
        raise Refused("没有这位客户。")
    if found[1] not in (CustomerState.ACTIVE, CustomerState.LOST):
        raise Refused("{name}的资料已经合并或删除，不能再登记。", name=found[8])
    return found


def place(person: Sequence[Any]) -> int:
    return search_index.place(person[1], database.as_day(person[3]) or database.as_day(person[4]))


def later(stored: Any, day: date) -> date:
    return max(day, database.as_day(stored) or day)


def checked_day(shop: Shop, day: date | None) -> date:
    today = shop.today()
    if day is None:
        return today
    if day > today:
        raise Refused("日期{day}还没有到：消费和到店只能登记今天或以前的。", day=day.isoformat(), field="day")
    if day < _FIRST_DAY:
        raise Refused("日期{day}太早了：请核对年份。", day=day.isoformat(), field="day")
    return day
