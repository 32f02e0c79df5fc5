"""Lists of customers: all matching ids in order, and the rows of the page that is being painted."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from models.kinds import Calendar, CustomerState, Role
from services import find, formats
from services.filters import orders
from services.filters.orders import SORTS
from services.filters.reading import ids_of
from services.filters.sql import clause
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules.birthdays import Birthday, own_text
from services.rules.filters import Condition, Filter
from services.shop import Shop
from services.words import _

__all__ = ["SORTS", "Condition", "CustomerRow", "Filter", "count", "ids", "rows"]

_BY_STATE = ("visit", "bought", "grade")
"""Orders that an index by state gives. For the others everybody is read in order of the table or of the name: an index
by state would fetch a million rows one by one."""


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One line of the list. fen."""

    id: int
    card_no: str
    name: str
    phone: str
    """The first number, masked for clerks."""
    tail: str
    """…5678"""
    grade: str
    """A, B, C or lost."""
    special: bool
    tickets: int
    spent: int
    points: int
    last_visit: date | None
    last_purchase: date | None
    last_contact: date | None
    registered_on: date
    group: str
    clerk: str
    size: str
    birthday: str
    """As it was told: 农历八月十五, 5月3日."""
    hint: str
    """What is due: 礼品待领, 3天后生日."""
    hint_tone: str


def ids(
    shop: Shop,
    wanted: Filter | None = None,
    sort: str = "visit",
    descending: bool | None = None,
    progress: Progress = silent,
) -> array[int]:
    """All matching ids in order. `sort`: a key of SORTS; `descending` None takes its natural direction.

    Asked for those who will be demoted or lost soon, without another order, the soonest come first. `progress` is
    called while the books are searched, so that a newer filter ends an older one. Raises Refused, Cancelled.
    """
    require(shop, Right.SEE)
    wanted = wanted or Filter()
    if wanted.of("soon") and sort == "visit" and descending is None:
        sort = "soon"
    if sort in orders.OWN:
        return orders.OWN[sort](shop, wanted, bool(descending), progress)
    column, down = SORTS.get(sort, SORTS["visit"])
    plain = not wanted.without("state").conditions
    where, params = clause(shop, wanted, walk=(plain and sort not in _BY_STATE) or not plain)
    down = down if descending is None else descending
    order = f"{column} {'DESC' if down else 'ASC'}"
    if database.is_postgres():
        order += " NULLS LAST" if down else " NULLS FIRST"
    elif not plain and column.startswith("c."):
        # A filter finds few: they are sorted, instead of walking everybody in order and asking each.
        order = f"+{order}"
    return ids_of(f"SELECT c.id FROM customer c WHERE {where} ORDER BY {order}", params, progress)


def count(shop: Shop, wanted: Filter | None = None, progress: Progress = silent) -> int:
    """How many match: said while a condition is being made. Raises Refused, Cancelled."""
    require(shop, Right.SEE)
    wanted = wanted or Filter()
    where, params = clause(shop, wanted, walk=bool(wanted.without("state").conditions))
    with database.interruptible(lambda: progress(0, 0)):
        return int(database.value_of(f"SELECT COUNT(*) FROM customer c WHERE {where}", params) or 0)


def rows(shop: Shop, some: Sequence[int]) -> list[CustomerRow | None]:
    """The rows of these ids, in their order; None for one that is gone."""
    if not some:
        return []
    marks = database.marks(some)
    found = database.rows(
        "SELECT c.id, c.card_no, c.name, c.grade, c.state, c.special, c.tickets, c.paid_total, c.points_balance,"
        " c.last_visit, c.last_purchase, c.last_contact, c.registered_on, COALESCE(g.name, ''), COALESCE(u.name, ''),"
        " c.size, c.birth_calendar, c.birth_month, c.birth_day, c.birth_leap FROM customer c"
        " LEFT JOIN staff_group g ON g.id = c.group_id LEFT JOIN staff_user u ON u.id = c.clerk_id"
        f" WHERE c.id IN ({marks})",
        some,
    )
    phones = find.phones_of(some)
    waiting = find.waiting_gifts(some)
    clerk = shop.role is Role.CLERK
    made = {}
    for row in found:
        number = (phones.get(row[0]) or ("",))[0]
        hint, tone = _hint(shop, row, row[0] in waiting)
        registered = database.as_day(row[12])
        assert registered is not None
        made[row[0]] = CustomerRow(
            id=row[0],
            card_no=row[1],
            name=row[2],
            phone=formats.masked(number) if clerk and number else number,
            tail=f"…{number[-4:]}" if number else "",
            grade="lost" if row[4] == CustomerState.LOST else row[3],
            special=bool(row[5]),
            tickets=row[6],
            spent=row[7],
            points=row[8],
            last_visit=database.as_day(row[9]),
            last_purchase=database.as_day(row[10]),
            last_contact=database.as_day(row[11]),
            registered_on=registered,
            group=row[13],
            clerk=row[14],
            size=row[15],
            birthday=_birthday(row[16:20]),
            hint=hint,
            hint_tone=tone,
        )
    return [made.get(one) for one in some]


def _birthday(stored: Sequence[Any]) -> str:
    if stored[0] is None or stored[1] is None or stored[2] is None:
        return ""
    return own_text(Birthday(Calendar(stored[0]), stored[1], stored[2], bool(stored[3])))


def _hint(shop: Shop, row: Sequence[Any], waiting: bool) -> tuple[str, str]:
    if waiting:
        return _("礼品待领"), "accent"
    if birthday := find.birthday_hint(shop, row[16:20]):
        return birthday, "accent"
    seen = database.as_day(row[9])
    if seen == shop.today():
        return _("今天来过"), "good"
    return (formats.short_day(seen), "muted") if seen else (_("还没来过"), "muted")
