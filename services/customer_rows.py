"""What the lanes of the customer page show, each read by one query."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models import database
from models.kinds import Calendar, Channel, LineStatus
from services import calendar as almanac
from services import formats
from services.rules import birthdays
from services.rules import sizes as sizes_rule
from services.rules.birthdays import Birthday
from services.rules.sizes import Bought, SizeTrend
from services.shop import Shop
from services.words import _

MONTHS = 12
KINDS_SHOWN = 3
"""Kinds of goods (letters of the item number) told among what she buys most."""
_PURCHASES = 1_000
_VISITS = 200


@dataclass(frozen=True)
class PurchaseRow:
    """One line of the purchase record. fen."""

    id: int
    ticket_id: int
    day: date
    item_no: str
    size: str
    quantity: int
    list_price: int
    paid: int
    special: bool
    is_return: bool
    left: int
    """Pieces that can still be returned."""
    ticket_points: int | None
    """Points of the ticket, on its first line only."""
    running_points: int | None
    """Earned points after this ticket, on its first line only."""
    clerk: str


@dataclass(frozen=True)
class GiftRow:
    id: int
    occasion: str
    gift: str
    due: date
    status: LineStatus
    issued_on: date | None


@dataclass(frozen=True)
class VisitRow:
    """The customer was here: with a ticket, or without buying. fen."""

    id: int
    """The visit; a ticket's number with a minus."""
    day: date
    note: str
    clerk: str
    paid: int | None = None
    """What the ticket brought; None for a visit without buying."""


@dataclass(frozen=True)
class NoteRow:
    id: int
    day: date
    kind: str
    text: str
    clerk: str


@dataclass(frozen=True)
class DayRow:
    id: int
    label: str
    day: Birthday
    words: str
    """Both calendars"""
    in_days: int | None
    turns: int | None = None
    """Which year it will be (the child's age, the shop's years); None without a year"""


@dataclass(frozen=True)
class ConsentRow:
    channel: Channel
    given: bool
    day: date
    way: str


def purchases_of(customer_id: int) -> tuple[PurchaseRow, ...]:
    rows = database.rows(
        "SELECT p.id, p.ticket_id, p.day, p.item_no, p.size, p.quantity, p.list_price, p.paid, p.special_price,"
        " p.returns_id, t.points, t.day, COALESCE(u.name, '') FROM purchase p JOIN ticket t ON t.id = p.ticket_id"
        " LEFT JOIN staff_user u ON u.id = t.user_id WHERE p.customer_id = ? ORDER BY p.day DESC, p.id DESC LIMIT ?",
        (customer_id, _PURCHASES),
    )
    back: Counter[int] = Counter()
    for row in rows:
        if row[9] is not None:
            back[row[9]] -= row[5]
    running, total = {}, 0
    for row in sorted(rows, key=lambda row: (str(row[11]), row[1])):
        if row[1] not in running:
            total += row[10]
            running[row[1]] = total
    offset = (
        int(database.value_of("SELECT points_earned FROM customer WHERE id = ?", (customer_id,)) or 0) - total
    )
    found, told = [], set()
    for row in rows:
        first = row[9] is None and row[1] not in told
        if first:
            told.add(row[1])
        found.append(
            PurchaseRow(
                row[0],
                row[1],
                a_day(row[2]),
                row[3],
                row[4],
                row[5],
                row[6],
                row[7],
                special=bool(row[8]),
                is_return=row[9] is not None or row[5] < 0,
                left=max(row[5] - back[row[0]], 0),
                ticket_points=row[10] if first else None,
                running_points=running[row[1]] + offset if first else None,
                clerk=row[12],
            )
        )
    return tuple(found)


def shown_likes(purchases: tuple[PurchaseRow, ...]) -> tuple[str, ...]:
    """What the purchases say: the size bought most, how much a piece costs, how much is bought at special price."""
    bought = [row for row in purchases if not row.is_return]
    if not bought:
        return ()
    found = []
    sizes = Counter[str]()
    for row in bought:
        if row.size:
            sizes[row.size] += row.quantity
    if sizes:
        size, n = sizes.most_common(1)[0]
        found.append(_("{size} 码（{n}件）").format(size=size, n=n))
    pieces = sum(row.quantity for row in bought)
    found.append(
        _("每件约 {money}").format(money=formats.money(sum(row.paid for row in bought) // max(pieces, 1)))
    )
    kinds = Counter[str]()
    for row in bought:
        if letters := sizes_rule.style(row.item_no):
            kinds[letters] += row.quantity
    if len(kinds) > 1:
        found += [
            _("{letters}字头 {n} 件").format(letters=letters, n=n)
            for letters, n in kinds.most_common(KINDS_SHOWN)
        ]
    special = sum(row.quantity for row in bought if row.special)
    if special * 2 > pieces:
        found.append(_("多买特价"))
    return tuple(found)


def size_trend(purchases: tuple[PurchaseRow, ...]) -> SizeTrend:
    """The sizes bought and kept, run by run, and the last one of each kind of goods."""
    return sizes_rule.trend(
        Bought(row.day, row.item_no, row.size, row.left)
        for row in purchases
        if not row.is_return and row.left
    )


def gifts_of(customer_id: int) -> tuple[GiftRow, ...]:
    rows = database.rows(
        "SELECT l.id, l.occasion, COALESCE(g.name, ''), l.due, l.status, l.issued_on FROM plan_line l"
        " LEFT JOIN gift g ON g.id = l.gift_id WHERE l.customer_id = ? AND l.status <> 'cancelled'"
        " ORDER BY l.due DESC, l.id DESC LIMIT 200",
        (customer_id,),
    )
    return tuple(
        GiftRow(r[0], r[1], r[2] or _("（待定）"), a_day(r[3]), LineStatus(r[4]), database.as_day(r[5]))
        for r in rows
    )


def visits_of(customer_id: int) -> tuple[VisitRow, ...]:
    """The customer's visits, newest first: every ticket is one."""
    rows = database.rows(
        "SELECT * FROM (SELECT v.id AS id, v.day AS day, v.note AS note, COALESCE(u.name, '') AS clerk, NULL AS paid"
        " FROM visit v LEFT JOIN staff_user u ON u.id = v.user_id WHERE v.customer_id = ? AND v.undone = 0"
        " UNION ALL SELECT -t.id, t.day, '', COALESCE(u.name, ''), t.paid FROM ticket t"
        " LEFT JOIN staff_user u ON u.id = t.user_id WHERE t.customer_id = ? AND t.counts = 1) AS here"
        " ORDER BY day DESC, id DESC LIMIT ?",
        (customer_id, customer_id, _VISITS),
    )
    return tuple(VisitRow(r[0], a_day(r[1]), r[2], r[3], r[4]) for r in rows)


def notes_of(customer_id: int) -> tuple[NoteRow, ...]:
    rows = database.rows(
        "SELECT n.id, n.day, n.kind, n.text, COALESCE(u.name, '') FROM note n LEFT JOIN staff_user u"
        " ON u.id = n.user_id WHERE n.customer_id = ? ORDER BY n.day DESC, n.id DESC LIMIT 200",
        (customer_id,),
    )
    return tuple(NoteRow(r[0], a_day(r[1]), r[2], r[3], r[4]) for r in rows)


def days_of(shop: Shop, customer_id: int) -> tuple[DayRow, ...]:
    rows = database.rows(
        "SELECT id, label, calendar, month, day, leap, year FROM remembered_day WHERE customer_id = ? ORDER BY id",
        (customer_id,),
    )
    found = []
    for number, label, calendar, month, day, leap, year in rows:
        one = Birthday(Calendar(calendar), month, day, bool(leap), year)
        coming = birthdays.next_day(one, shop.today(), shop.policy.birthdays)
        left = (coming - shop.today()).days if coming else None
        turns = birthdays.age_on(one, coming, shop.policy.birthdays) if coming else None
        found.append(DayRow(number, label, one, birthday_words(shop, one), left, turns))
    return tuple(sorted(found, key=lambda row: (row.in_days is None, row.in_days or 0, row.id)))


def consents_of(customer_id: int) -> tuple[tuple[ConsentRow, ...], frozenset[str]]:
    """The newest word per channel, and the channels refused now."""
    rows = database.rows(
        "SELECT channel, given, day, way FROM consent WHERE customer_id = ? ORDER BY id", (customer_id,)
    )
    newest = {r[0]: ConsentRow(Channel(r[0]), bool(r[1]), a_day(r[2]), r[3]) for r in rows}
    refused = database.rows("SELECT channel FROM opt_out WHERE customer_id = ?", (customer_id,))
    return tuple(newest.values()), frozenset(r[0] for r in refused)


def months_of(shop: Shop, customer_id: int) -> tuple[tuple[date, int], ...]:
    firsts = [shop.today().replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    firsts.reverse()
    paid = dict.fromkeys(firsts, 0)
    for day, amount in database.rows(
        "SELECT day, SUM(paid) FROM ticket WHERE customer_id = ? AND day >= ? GROUP BY day",
        (customer_id, firsts[0]),
    ):
        first = a_day(day).replace(day=1)
        if first in paid:
            paid[first] += int(amount)
    return tuple(paid.items())


def birthday_words(shop: Shop, birthday: Birthday | None) -> str:
    """Both calendars: `农历八月十五 = 2027年9月15日`, the coming one; `1990年5月10日（农历四月十六）`, the day of birth."""
    if birthday is None:
        return ""
    coming = birthdays.next_day(birthday, shop.today(), shop.policy.birthdays)
    year = coming.year if coming else shop.today().year
    words = birthdays.describe(birthday, year, shop.policy.birthdays)
    if birthday.calendar is Calendar.LUNAR:
        return words
    if birthday.year is not None:
        born = date(birthday.year, birthday.month, birthday.day)
        return (
            _("{solar}（{lunar}）").format(solar=words, lunar=_lunar(born))
            if almanac.convertible(born)
            else words
        )
    if coming is None or not almanac.convertible(coming):
        return words
    return _("{solar}（{year}年是{lunar}）").format(solar=words, year=coming.year, lunar=_lunar(coming))


def _lunar(day: date) -> str:
    found = almanac.to_lunar(day)
    return almanac.lunar_text(found.month, found.day, found.leap)


def in_days(shop: Shop, birthday: Birthday | None) -> int | None:
    if birthday is None:
        return None
    return birthdays.days_until(birthday, shop.today(), shop.policy.birthdays)


def a_day(value: Any) -> date:
    found = database.as_day(value)
    assert found is not None
    return found
