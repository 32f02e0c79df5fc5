"""Lists of customers: all matching ids in order, and the rows of the page that is being painted."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from models.kinds import CustomerState, LineStatus, Role
from services import find, formats, grades
from services.rights import Right, require
from services.rules import birthdays
from services.rules.spans import month_days
from services.shop import Shop
from services.words import _

SORTS = {
    "visit": ("c.last_visit", True),
    "name": ("c.sort_key", False),
    "card_no": ("c.card_no", False),
    "grade": ("c.grade", False),
    "spent": ("c.paid_total", True),
    "points": ("c.points_balance", True),
    "bought": ("c.last_purchase", True),
    "registered": ("c.registered_on", True),
}
"""Sort key → column, and whether it naturally runs downwards."""
_BY_STATE = ("visit", "bought", "grade")
"""Orders that an index by state gives. For the others everybody is read in order of the table or of the name: an index
by state would fetch a million rows one by one."""
_TEXT_LIMIT = 2_000


@dataclass(frozen=True)
class Filter:
    """Everything given must hold."""

    state: str = "active"
    """active, lost, or empty for both."""
    grade: str = ""
    group_id: int | None = None
    birth_month: int | None = None
    """Whose birthday, solar or lunar, is kept in this solar month of the present year."""
    gift_waiting: bool = False
    soon: bool = False
    """Will be demoted or lost within the policy's days; the soonest first."""
    special: bool = False
    text: str = ""


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
    registered_on: date
    group: str
    hint: str
    """What is due: 礼品待领, 3天后生日."""
    hint_tone: str


def ids(
    shop: Shop, wanted: Filter | None = None, sort: str = "visit", descending: bool | None = None
) -> array[int]:
    """All matching ids in order. `sort`: a key of SORTS; `descending` None takes its natural direction."""
    require(shop, Right.SEE)
    wanted = wanted or Filter()
    if wanted.soon:
        return _soon(shop, wanted)
    column, down = SORTS.get(sort, SORTS["visit"])
    plain = wanted == Filter(state=wanted.state) and sort not in _BY_STATE
    where, params = _conditions(shop, wanted, walk=plain or wanted.birth_month is not None)
    down = down if descending is None else descending
    order = f"{column} {'DESC' if down else 'ASC'}"
    if database.is_postgres():
        order += " NULLS LAST" if down else " NULLS FIRST"
    elif wanted != Filter(state=wanted.state):
        # A filter finds few: they are sorted, instead of walking everybody in order and asking each.
        order = f"+{order}"
    sql = f"SELECT c.id FROM customer c WHERE {' AND '.join(where)} ORDER BY {order}"
    with database.database.atomic() if database.is_postgres() else _nothing():
        return array("q", (row[0] for row in database.stream(sql, params, 50_000)))


class _nothing:
    """Reading on SQLite needs no transaction."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_exc: object) -> None:
        return None


def count(shop: Shop, wanted: Filter | None = None) -> int:
    """How many match: for the numbers on the quick filters."""
    require(shop, Right.SEE)
    wanted = wanted or Filter()
    if wanted.soon:
        return len(_soon(shop, wanted))
    where, params = _conditions(shop, wanted)
    return int(database.value_of(f"SELECT COUNT(*) FROM customer c WHERE {' AND '.join(where)}", params) or 0)


def rows(shop: Shop, some: Sequence[int]) -> list[CustomerRow | None]:
    """The rows of these ids, in their order; None for one that is gone."""
    if not some:
        return []
    marks = database.marks(some)
    found = database.rows(
        "SELECT c.id, c.card_no, c.name, c.grade, c.state, c.special, c.tickets, c.paid_total, c.points_balance,"
        " c.last_visit, c.last_purchase, c.registered_on, COALESCE(g.name, ''), c.birth_calendar, c.birth_month,"
        f" c.birth_day, c.birth_leap FROM customer c LEFT JOIN staff_group g ON g.id = c.group_id WHERE c.id IN ({marks})",
        some,
    )
    phones = find.phones_of(some)
    waiting = find.waiting_gifts(some)
    clerk = shop.role is Role.CLERK
    made = {}
    for row in found:
        number = (phones.get(row[0]) or ("",))[0]
        hint, tone = _hint(shop, row, row[0] in waiting)
        registered = database.as_day(row[11])
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
            registered_on=registered,
            group=row[12],
            hint=hint,
            hint_tone=tone,
        )
    return [made.get(one) for one in some]


def _hint(shop: Shop, row: Sequence[Any], waiting: bool) -> tuple[str, str]:
    if waiting:
        return _("礼品待领"), "accent"
    if birthday := find.birthday_hint(shop, row[13:17]):
        return birthday, "accent"
    seen = database.as_day(row[9])
    if seen == shop.today():
        return _("今天来过"), "good"
    return (formats.short_day(seen), "muted") if seen else (_("还没来过"), "muted")


def _conditions(shop: Shop, wanted: Filter, *, walk: bool = False) -> tuple[list[str], list[Any]]:
    """SQL conditions and their values. `walk`: keep the database from going by the index of states."""
    where: list[str] = []
    params: list[Any] = []

    def add(condition: str, *values: Any) -> None:
        where.append(condition)
        params.extend(values)

    if wanted.state:
        add("c.state || '' = ?" if walk else "c.state = ?", wanted.state)
    else:
        add("c.state IN ('active', 'lost')")
    if wanted.grade:
        add("c.grade = ?", wanted.grade)
    if wanted.group_id is not None:
        add("c.group_id = ?", wanted.group_id)
    if wanted.special:
        add("c.special = 1")
    if wanted.gift_waiting:
        add("c.id IN (SELECT customer_id FROM plan_line WHERE status = ?)", LineStatus.APPROVED.value)
    if wanted.birth_month is not None:
        keys = _birth_keys(shop, wanted.birth_month)
        one = "(c.birth_calendar = ? AND c.birth_month = ? AND c.birth_day = ? AND c.birth_leap = ?)"
        add(f"({' OR '.join([one] * len(keys))})", *(part for key in keys for part in key))
    if wanted.text.strip():
        meant = list(find.look_up(wanted.text, _TEXT_LIMIT))
        add(f"c.id IN ({database.marks(meant)})" if meant else "1 = 0", *meant)
    return where, params


def _birth_keys(shop: Shop, month: int) -> list[tuple[str, int, int, int]]:
    """Every stored birthday that is kept in that month of the present year."""
    year = shop.today().year
    first, last = date(year, month, 1), date(year, month, month_days(year, month))
    keys = birthdays.keys_between(first, last, shop.policy.birthdays)
    return sorted((key[0].value, key[1], key[2], int(key[3])) for key in keys)


def _soon(shop: Shop, wanted: Filter) -> array[int]:
    """The notices of the grading rules, the soonest first."""
    noticed = [notice.customer_id for notice in grades.early_notice(shop)]
    if not wanted.grade and wanted.group_id is None and not wanted.text:
        return array("q", noticed)
    where, params = _conditions(shop, wanted)
    sql = f"SELECT c.id FROM customer c WHERE {' AND '.join(where)}"
    there = {row[0] for row in database.rows(sql, params)}
    return array("q", [one for one in noticed if one in there])
