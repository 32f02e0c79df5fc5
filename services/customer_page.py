"""Everything about one customer for one screen, in few set-based queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models import database
from models.kinds import Calendar, Channel, ContactState, CustomerState, LineStatus, Role
from services import formats, grades
from services.contact_lists import NextContact, PastRow, history, next_for
from services.contact_words import occasion_words, topic_words
from services.customer_fields import Number, as_birthday, numbers_of
from services.errors import Refused
from services.find import SOON_DAYS
from services.gifts.purchase import purchase_gifts_due
from services.points import PointRow, ledger
from services.rights import Right, require
from services.rules import birthdays
from services.rules.birthdays import Birthday
from services.shop import Shop
from services.words import N_, _

MONTHS = 12
QUESTIONS = 2
"""So many questions at a visit; the rest next time."""
_PURCHASES = 1_000
_OPEN_CONTACT = ("planned", "no_answer", "postponed")


@dataclass(frozen=True)
class Due:
    """Something to do for this customer now. `kind`: gift, purchase_gift, contact, birthday, ask."""

    kind: str
    text: str
    id: int = 0
    """The plan line, contact or ticket that it is about."""
    day: date | None = None
    field: str = ""
    """The field to ask about."""
    late: bool = False
    ids: tuple[int, ...] = ()
    """All plan lines of one gift."""


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
    id: int
    day: date
    note: str
    clerk: str


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
    in_days: int | None


@dataclass(frozen=True)
class ConsentRow:
    channel: Channel
    given: bool
    day: date
    way: str


@dataclass(frozen=True)
class CustomerPage:
    """What the customer page shows. Money in fen."""

    id: int
    version: int
    card_no: str
    name: str
    pinyin: str
    sex: str
    state: str
    grade: str
    base_grade: str
    grade_rule: str
    reason: str
    percent_off: int
    special: bool
    special_reason: str
    hand_grade: str | None
    hand_reason: str
    phones: tuple[Number, ...]
    phones_shown: tuple[str, ...]
    """Masked for clerks until opened."""
    phone_doubtful: bool
    birthday: Birthday | None
    birthday_words: str
    birthday_in: int | None
    height_cm: int | None
    waist_cm: int | None
    size: str
    colours: str
    styles: str
    looks: str
    shown_likes: tuple[str, ...]
    """What the purchases show."""
    postcode: str
    address: str
    preferred_channel: str
    preferred_time: str
    preferred_every_days: int | None
    first_source: str
    referrer_id: int | None
    referrer: str
    hobbies: str
    note: str
    old_grade: str
    group_id: int | None
    group: str
    clerk_id: int | None
    clerk: str
    registered_on: date
    verified_on: date | None
    data_source: str
    points_earned: int
    points_balance: int
    tickets: int
    paid_total: int
    last_visit: date | None
    last_purchase: date | None
    last_contact: PastRow | None
    next_contact: NextContact | None
    due: tuple[Due, ...]
    purchases: tuple[PurchaseRow, ...]
    visits: tuple[VisitRow, ...]
    gifts: tuple[GiftRow, ...]
    contacts: tuple[PastRow, ...]
    points: tuple[PointRow, ...]
    notes: tuple[NoteRow, ...]
    days: tuple[DayRow, ...]
    consents: tuple[ConsentRow, ...]
    opt_outs: frozenset[str]
    grades: tuple[grades.HistoryRow, ...]
    months: tuple[tuple[date, int], ...]
    """The first day of each of the last twelve months, and what was paid in it; oldest first."""

    @property
    def on_file(self) -> bool:
        return self.state == CustomerState.ACTIVE

    @property
    def display_grade(self) -> str:
        """A, B, C or lost."""
        return "lost" if self.state == CustomerState.LOST else self.grade


_SQL = (
    "SELECT c.id, c.version, c.card_no, c.name, c.sort_key, c.sex, c.state, c.grade, c.base_grade, c.grade_rule,"
    " c.special, c.special_reason, c.hand_grade, c.hand_reason, c.phone_doubtful, c.birth_calendar, c.birth_month,"
    " c.birth_day, c.birth_leap, c.birth_year, c.height_cm, c.waist_cm, c.size, c.colours, c.styles, c.looks,"
    " c.postcode, c.address, c.preferred_channel, c.preferred_time, c.preferred_every_days, c.first_source,"
    " c.referred_by_id, r.name AS referrer, c.hobbies, c.note, c.old_grade, c.group_id, g.name AS group_name,"
    " c.clerk_id, u.name AS clerk, c.registered_on, c.verified_on, c.data_source, c.points_earned, c.points_balance,"
    " c.tickets, c.paid_total, c.last_visit, c.last_purchase, c.merged_into_id"
    " FROM customer c LEFT JOIN customer r ON r.id = c.referred_by_id LEFT JOIN staff_group g ON g.id = c.group_id"
    " LEFT JOIN staff_user u ON u.id = c.clerk_id WHERE c.id = ?"
)
_NAMES = [part.split(" AS ")[-1].split(".")[-1].strip() for part in _SQL[7 : _SQL.index(" FROM ")].split(",")]


def customer_page(shop: Shop, customer_id: int) -> CustomerPage:
    """The whole page. Raises Refused when the customer is not there any more."""
    require(shop, Right.SEE)
    found = database.row(_SQL, (customer_id,))
    if found is None:
        raise Refused("没有这位客户。")
    c = dict(zip(_NAMES, found, strict=True))
    if c["merged_into_id"]:
        return customer_page(shop, c["merged_into_id"])
    phones = numbers_of(customer_id)
    birthday = as_birthday([c[f"birth_{part}"] for part in ("calendar", "month", "day", "leap", "year")])
    purchases = _purchases(customer_id)
    contacts = tuple(history(shop, customer_id, 100))
    gifts = _gifts(customer_id)
    consents, refused = _consents(customer_id)
    facts = _Facts(c, phones, birthday, purchases, gifts, consents)
    clerk = shop.role is Role.CLERK
    return CustomerPage(
        id=customer_id,
        pinyin=c["sort_key"].upper(),
        reason=grades.explain(shop, customer_id),
        percent_off=shop.policy.grades.discount_percent(c["grade"])
        if c["state"] == CustomerState.ACTIVE
        else 0,
        special=bool(c["special"]),
        phones=phones,
        phones_shown=tuple(formats.masked(one.number) if clerk else one.number for one in phones),
        phone_doubtful=bool(c["phone_doubtful"]),
        birthday=birthday,
        birthday_words=_birthday_words(shop, birthday),
        birthday_in=_in_days(shop, birthday),
        shown_likes=_shown_likes(purchases),
        referrer_id=c["referred_by_id"],
        referrer=c["referrer"] or "",
        group=c["group_name"] or "",
        clerk=c["clerk"] or "",
        registered_on=_day(c["registered_on"]),
        verified_on=database.as_day(c["verified_on"]),
        last_visit=database.as_day(c["last_visit"]),
        last_purchase=database.as_day(c["last_purchase"]),
        last_contact=next((one for one in contacts if one.state is ContactState.DONE), None),
        next_contact=next_for([customer_id]).get(customer_id),
        due=_due(shop, facts),
        purchases=purchases,
        visits=_visits(customer_id),
        gifts=gifts,
        contacts=contacts,
        points=tuple(ledger(customer_id)),
        notes=_notes(customer_id),
        days=_days(shop, customer_id),
        consents=consents,
        opt_outs=refused,
        grades=tuple(grades.history(customer_id)),
        months=_months(shop, customer_id),
        **{name: c[name] for name in _AS_IS},
    )


_AS_IS = (
    *("version", "card_no", "name", "sex", "state", "grade", "base_grade", "grade_rule", "special_reason"),
    *("hand_grade", "hand_reason", "height_cm", "waist_cm", "size", "colours", "styles", "looks", "postcode"),
    *(
        "address",
        "preferred_channel",
        "preferred_time",
        "preferred_every_days",
        "first_source",
        "hobbies",
        "note",
    ),
    *(
        "old_grade",
        "group_id",
        "clerk_id",
        "data_source",
        "points_earned",
        "points_balance",
        "tickets",
        "paid_total",
    ),
)


@dataclass(frozen=True)
class _Facts:
    """What the list of things to do is made from."""

    c: dict[str, Any]
    phones: tuple[Number, ...]
    birthday: Birthday | None
    purchases: tuple[PurchaseRow, ...]
    gifts: tuple[GiftRow, ...]
    consents: tuple[ConsentRow, ...]


def due_now(shop: Shop, customer_id: int) -> tuple[Due, ...]:
    """What is to be done for this customer now, the most pressing first."""
    return customer_page(shop, customer_id).due


def _due(shop: Shop, facts: _Facts) -> tuple[Due, ...]:
    if facts.c["state"] not in (CustomerState.ACTIVE, CustomerState.LOST):
        return ()
    today = shop.today()
    found = _gifts_waiting(facts.gifts)
    found += _purchase_gifts(shop, facts.c["id"])
    found += _contacts_due(facts.c["id"], today)
    days = _in_days(shop, facts.birthday)
    if days is not None and days <= SOON_DAYS:
        text = _("{n}天后生日").format(n=days) if days else _("今天生日，道一声生日快乐")
        found.append(Due("birthday", text, day=today + timedelta(days=days)))
    return tuple(found) + tuple(_questions(facts)[:QUESTIONS])


def _gifts_waiting(gifts: tuple[GiftRow, ...]) -> list[Due]:
    """Approved gifts, those of one occasion together: they are handed out together."""
    sets: dict[tuple[str, date], list[GiftRow]] = {}
    for gift in gifts:
        if gift.status is LineStatus.APPROVED:
            sets.setdefault((gift.occasion, gift.due), []).append(gift)
    found = []
    for (occasion, day), parts in sorted(sets.items(), key=lambda item: item[0][1]):
        names = _("、").join(part.gift for part in sorted(parts, key=lambda part: part.id))
        text = _("{occasion}礼品待领：{gift}").format(occasion=occasion_words(occasion), gift=names)
        found.append(Due("gift", text, parts[0].id, day, ids=tuple(part.id for part in parts)))
    return found


def _purchase_gifts(shop: Shop, customer_id: int) -> list[Due]:
    """Tickets that bring a gift which nobody has handed out yet, the newest first."""
    found = []
    for one in purchase_gifts_due(shop, customer_id)[:2]:
        when = _("今天") if one.day == shop.today() else formats.day(one.day)
        text = _("{day}的消费附送礼品一份").format(day=when)
        found.append(Due("purchase_gift", text, one.ticket_id, one.day))
    return found


def _contacts_due(customer_id: int, today: date) -> list[Due]:
    rows = database.rows(
        "SELECT id, due, topics, channel FROM contact WHERE customer_id = ? AND due <= ? AND done_on IS NULL"
        f" AND state IN ({database.marks(_OPEN_CONTACT)}) ORDER BY due, importance DESC LIMIT 4",
        (customer_id, today, *_OPEN_CONTACT),
    )
    found = []
    for number, due, topics, _channel in rows:
        words = _("、").join(topic_words(code) for code in topics.split(",") if code)
        day = _day(due)
        found.append(Due("contact", words, number, day, late=day < today))
    return found


def _questions(facts: _Facts) -> list[Due]:
    """What is missing on file, the most useful first."""
    c = facts.c
    missing = (
        (not facts.phones or c["phone_doubtful"], "phones", N_("手机号码是多少")),
        (not facts.consents, "consent", N_("可以打电话或发短信联系吗")),
        (facts.birthday is None, "birthday", N_("生日是哪天，公历还是农历")),
        (not c["size"] and not c["height_cm"], "size", N_("平时穿什么尺码")),
        (not c["colours"], "colours", N_("喜欢什么颜色")),
        (not c["address"], "address", N_("寄贺卡的地址")),
        (not c["styles"] and not c["looks"], "styles", N_("喜欢什么款式和风格")),
        (c["height_cm"] is None, "height_cm", N_("身高多少")),
        (c["waist_cm"] is None, "waist_cm", N_("腰围多少")),
        (not c["preferred_time"], "preferred_time", N_("什么时候方便接电话")),
        (not c["hobbies"], "hobbies", N_("平时有什么爱好")),
    )
    return [
        Due("ask", _("问一下：{question}").format(question=_(text)), field=field)
        for no, field, text in missing
        if no
    ]


def _purchases(customer_id: int) -> tuple[PurchaseRow, ...]:
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
                _day(row[2]),
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


def _shown_likes(purchases: tuple[PurchaseRow, ...]) -> tuple[str, ...]:
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
    special = sum(row.quantity for row in bought if row.special)
    if special * 2 > pieces:
        found.append(_("多买特价"))
    return tuple(found)


def _gifts(customer_id: int) -> tuple[GiftRow, ...]:
    rows = database.rows(
        "SELECT l.id, l.occasion, COALESCE(g.name, ''), l.due, l.status, l.issued_on FROM plan_line l"
        " LEFT JOIN gift g ON g.id = l.gift_id WHERE l.customer_id = ? AND l.status <> 'cancelled'"
        " ORDER BY l.due DESC, l.id DESC LIMIT 200",
        (customer_id,),
    )
    return tuple(
        GiftRow(r[0], r[1], r[2] or _("（待定）"), _day(r[3]), LineStatus(r[4]), database.as_day(r[5]))
        for r in rows
    )


def _visits(customer_id: int) -> tuple[VisitRow, ...]:
    rows = database.rows(
        "SELECT v.id, v.day, v.note, COALESCE(u.name, '') FROM visit v LEFT JOIN staff_user u ON u.id = v.user_id"
        " WHERE v.customer_id = ? AND v.undone = 0 ORDER BY v.day DESC, v.id DESC LIMIT 200",
        (customer_id,),
    )
    return tuple(VisitRow(r[0], _day(r[1]), r[2], r[3]) for r in rows)


def _notes(customer_id: int) -> tuple[NoteRow, ...]:
    rows = database.rows(
        "SELECT n.id, n.day, n.kind, n.text, COALESCE(u.name, '') FROM note n LEFT JOIN staff_user u"
        " ON u.id = n.user_id WHERE n.customer_id = ? ORDER BY n.day DESC, n.id DESC LIMIT 200",
        (customer_id,),
    )
    return tuple(NoteRow(r[0], _day(r[1]), r[2], r[3], r[4]) for r in rows)


def _days(shop: Shop, customer_id: int) -> tuple[DayRow, ...]:
    rows = database.rows(
        "SELECT id, label, calendar, month, day, leap, year FROM remembered_day WHERE customer_id = ? ORDER BY id",
        (customer_id,),
    )
    found = []
    for number, label, calendar, month, day, leap, year in rows:
        one = Birthday(Calendar(calendar), month, day, bool(leap), year)
        found.append(DayRow(number, label, one, _birthday_words(shop, one), _in_days(shop, one)))
    return tuple(found)


def _consents(customer_id: int) -> tuple[tuple[ConsentRow, ...], frozenset[str]]:
    """The newest word per channel, and the channels refused now."""
    rows = database.rows(
        "SELECT channel, given, day, way FROM consent WHERE customer_id = ? ORDER BY id", (customer_id,)
    )
    newest = {r[0]: ConsentRow(Channel(r[0]), bool(r[1]), _day(r[2]), r[3]) for r in rows}
    refused = database.rows("SELECT channel FROM opt_out WHERE customer_id = ?", (customer_id,))
    return tuple(newest.values()), frozenset(r[0] for r in refused)


def _months(shop: Shop, customer_id: int) -> tuple[tuple[date, int], ...]:
    firsts = [shop.today().replace(day=1)]
    while len(firsts) < MONTHS:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    firsts.reverse()
    paid = dict.fromkeys(firsts, 0)
    for day, amount in database.rows(
        "SELECT day, SUM(paid) FROM ticket WHERE customer_id = ? AND day >= ? GROUP BY day",
        (customer_id, firsts[0]),
    ):
        first = _day(day).replace(day=1)
        if first in paid:
            paid[first] += int(amount)
    return tuple(paid.items())


def _birthday_words(shop: Shop, birthday: Birthday | None) -> str:
    """Both calendars: `农历八月十五 = 2027年9月15日`, the coming one."""
    if birthday is None:
        return ""
    coming = birthdays.next_day(birthday, shop.today(), shop.policy.birthdays)
    year = coming.year if coming else shop.today().year
    return birthdays.describe(birthday, year, shop.policy.birthdays)


def _in_days(shop: Shop, birthday: Birthday | None) -> int | None:
    if birthday is None:
        return None
    return birthdays.days_until(birthday, shop.today(), shop.policy.birthdays)


def _day(value: Any) -> date:
    found = database.as_day(value)
    assert found is not None
    return found
