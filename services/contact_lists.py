"""The schedule as it is read: the day's work in order, what comes, what is late, what was done (spec 04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any

from models import database
from models.kinds import Channel, ContactState, Grade, Role, Topic
from services import contact_texts, formats
from services.contact_words import Why, explain, facts, occasion_words, reason_words
from services.rights import Right, require
from services.rules import contacts as rules
from services.schedule_needs import OPEN
from services.shop import Shop
from services.words import _


class View(str, Enum):
    """The lists of the tab."""

    TODAY = "today"
    """Open and due, the overdue on top."""
    UPCOMING = "upcoming"
    OVERDUE = "overdue"
    DONE = "done"
    """Everything that is closed, the newest first."""
    ALL = "all"
    """Open and closed, by day."""


@dataclass(frozen=True)
class Filters:
    """What is left out; None and empty leave nothing out."""

    group_id: int | None = None
    clerk_id: int | None = None
    """Assigned to, or responsible for the customer."""
    channel: Channel | None = None
    topic: Topic | None = None
    state: ContactState | None = None
    customer_id: int | None = None
    first: date | None = None
    last: date | None = None
    """Due from `first` to `last`, both included; in DONE the days they were closed."""


@dataclass(frozen=True)
class ContactRow:
    """One line of the schedule."""

    id: int
    customer_id: int
    card_no: str
    name: str
    phone: str
    """Masked for clerks until opened (spec 08)."""
    grade: Grade
    customer_state: str
    topics: tuple[Topic, ...]
    channel: Channel
    due: date
    original_due: date
    state: ContactState
    state_reason: str
    """In words; empty for none."""
    why: Why
    text: str
    """Suggested words to say or send."""
    gift: str
    """What waits for the customer to be collected; empty for nothing."""
    about: str
    """Size, likes, last purchase in one line."""
    assignee_id: int | None
    assignee: str
    clerk: str
    group: str
    tries: int
    importance: int
    note: str
    by_hand: bool
    incoming: bool
    overdue: bool
    doubtful: bool
    preferred_time: str
    only_promotion: bool
    """The last contacts were all promotion: the text offers something else."""
    done_on: date | None
    done_by: str
    checked: bool

    @property
    def open(self) -> bool:
        return self.done_on is None and self.state in (
            ContactState.PLANNED,
            ContactState.NO_ANSWER,
            ContactState.POSTPONED,
        )


@dataclass(frozen=True)
class PastRow:
    """A contact of the past, as the call card shows it."""

    id: int
    day: date
    channel: Channel
    topics: tuple[Topic, ...]
    state: ContactState
    state_reason: str
    note: str
    by: str
    incoming: bool


@dataclass(frozen=True)
class PostRow:
    """One card to post (寄贺卡): the mailing bench's line."""

    id: int
    customer_id: int
    card_no: str
    name: str
    postcode: str
    address: str
    occasion: str
    """In words: 生日, 春节、生日"""
    occasion_code: str
    on: date | None
    """The day of the occasion."""
    due: date
    overdue: bool
    missing: tuple[str, ...]
    """`address`, `postcode`: what must be asked before it can be posted."""
    enclosed: str
    """Approved gifts that go by post: booklet, voucher."""
    posted: bool


@dataclass(frozen=True)
class DayCount:
    """One day of the week or month view."""

    day: date
    calls: int
    cards: int
    messages: int
    closed: int


@dataclass(frozen=True)
class NextContact:
    """For any customer row anywhere: when and how they are contacted next."""

    day: date
    channel: Channel
    topics: tuple[Topic, ...]


_ORDER = (
    "CASE k.channel WHEN 'phone' THEN 0 WHEN 'visit' THEN 1 WHEN 'post' THEN 2 WHEN 'sms' THEN 3 ELSE 4 END,"
    " CASE WHEN k.due < ? THEN k.due ELSE ? END, k.importance DESC, k.original_due, k.id"
)


def find(shop: Shop, view: View = View.TODAY, filters: Filters | None = None) -> list[int]:
    """The ids of a list in its order: calls first, overdue on top, then by weight; the done ones newest first."""
    require(shop, Right.SEE)
    filters = filters or Filters()
    today = shop.today()
    conditions, params = _conditions(filters, view)
    order = f"k.due, {_ORDER}"
    ordering: tuple[Any, ...] = (today, today)
    if view is View.DONE:
        conditions.append("(k.done_on IS NOT NULL OR k.state IN ('done', 'refused', 'expired'))")
        order, ordering = "k.done_on DESC, k.done_at DESC, k.id DESC", ()
    elif view is not View.ALL:
        conditions.append(OPEN.format(k="k"))
        mark = {View.TODAY: "<=", View.UPCOMING: ">", View.OVERDUE: "<"}[view]
        conditions.append(f"k.due {mark} ?")
        params.append(today)
        order = _ORDER if view is not View.UPCOMING else order
    sql = (
        "SELECT k.id FROM contact k JOIN customer c ON c.id = k.customer_id"
        f" WHERE {' AND '.join(conditions or ['1 = 1'])} ORDER BY {order}"
    )
    return [row[0] for row in database.rows(sql, (*params, *ordering))]


def _conditions(filters: Filters, view: View) -> tuple[list[str], list[Any]]:
    day = "k.done_on" if view is View.DONE else "k.due"
    pairs: list[tuple[str, Any]] = [
        ("c.group_id = ?", filters.group_id),
        ("k.channel = ?", filters.channel.value if filters.channel else None),
        ("k.state = ?", filters.state.value if filters.state else None),
        ("k.customer_id = ?", filters.customer_id),
        (f"{day} >= ?", filters.first),
        (f"{day} <= ?", filters.last),
        ("',' || k.topics || ',' LIKE ?", f"%,{filters.topic},%" if filters.topic else None),
    ]
    conditions = [text for text, value in pairs if value is not None]
    params = [value for _text, value in pairs if value is not None]
    if filters.clerk_id is not None:
        conditions.append("(k.assignee_id = ? OR c.clerk_id = ?)")
        params += [filters.clerk_id, filters.clerk_id]
    return conditions, params


def counts(shop: Shop, filters: Filters | None = None) -> dict[str, int]:
    """How many calls, visits, cards and messages are open today, overdue, and done today: for the tab's head."""
    require(shop, Right.SEE)
    conditions, params = _conditions(filters or Filters(), View.TODAY)
    where = "".join(f" AND {one}" for one in conditions)
    today = shop.today()
    found = {channel.value: 0 for channel in Channel} | {
        "overdue": 0,
        "upcoming": 0,
        "done": 0,
        "calls_done": 0,
    }
    for channel, late, n in database.rows(
        "SELECT k.channel, CASE WHEN k.due < ? THEN 2 WHEN k.due = ? THEN 1 ELSE 0 END, COUNT(*)"
        f" FROM contact k JOIN customer c ON c.id = k.customer_id WHERE {OPEN.format(k='k')}{where} GROUP BY 1, 2",
        (today, today, *params),
    ):
        if late:
            found[channel] += n
        if late == 2:
            found["overdue"] += n
        if not late:
            found["upcoming"] += n
    found["done"] = int(
        database.value_of(
            "SELECT COUNT(*) FROM contact k JOIN customer c ON c.id = k.customer_id"
            f" WHERE k.done_on = ? AND k.state IN ('done', 'refused', 'no_answer'){where}",
            (today, *params),
        )
        or 0
    )
    # A call that nobody answered or that was moved took its place in the hour too.
    found["calls_done"] = int(
        database.value_of(
            "SELECT COUNT(DISTINCT e.entity_id) FROM journal_entry e JOIN contact k ON k.id = e.entity_id"
            " JOIN customer c ON c.id = k.customer_id WHERE e.act = 'contact.recorded' AND e.day = ?"
            f" AND e.entity = 'contact' AND k.channel = 'phone' AND k.state <> 'planned'{where}",
            (today, *params),
        )
        or 0
    )
    return found


_ROW = (
    "SELECT k.id, k.customer_id, c.card_no, c.name, c.grade, c.state, k.topics, k.channel, k.due, k.original_due,"
    " k.state, k.state_reason, k.why, k.assignee_id, COALESCE(a.name, ''), COALESCE(r.name, ''), COALESCE(g.name, ''),"
    " k.tries, k.importance, k.note, k.by_hand, k.incoming, c.phone_doubtful, c.preferred_time, k.done_on,"
    " COALESCE(d.name, ''), k.checked_by_id"
    " FROM contact k JOIN customer c ON c.id = k.customer_id LEFT JOIN staff_user a ON a.id = k.assignee_id"
    " LEFT JOIN staff_user r ON r.id = c.clerk_id LEFT JOIN staff_group g ON g.id = c.group_id"
    " LEFT JOIN staff_user d ON d.id = k.done_by_id WHERE k.id IN ({marks})"
)


def rows(shop: Shop, ids: Sequence[int]) -> list[ContactRow | None]:
    """The lines of these ids, in their order; None for one that is gone. Six queries, however many."""
    require(shop, Right.SEE)
    ids = list(ids)
    if not ids:
        return []
    found = {row[0]: row for row in database.rows(_ROW.format(marks=database.marks(ids)), ids)}
    customers = list({row[1] for row in found.values()})
    phones = _phones(shop, customers)
    files = contact_texts.files_of(customers, shop.today())
    promotion = _only_promotion(shop, customers)
    caller = shop.actor.name if shop.actor else ""
    made: dict[int, ContactRow] = {}
    for number, row in found.items():
        topics = tuple(Topic(code) for code in row[6].split(",") if code)
        channel, due, original = Channel(row[7]), _day(row[8]), _day(row[9])
        instead = row[1] in promotion and any(topic in rules.PROMOTION for topic in topics)
        why = explain(
            row[12],
            due=due,
            original_due=original,
            by_hand=bool(row[20]),
            state=row[10],
            channel=row[7],
            assignee=row[14],
            note=row[19],
        )
        text = contact_texts.suggest(
            *(topics, channel, facts(row[12]), files[row[1]]),
            shop=shop.info.name,
            caller=caller or row[14],
            instead=instead,
        )
        made[number] = ContactRow(
            id=number,
            customer_id=row[1],
            card_no=row[2],
            name=row[3],
            phone=phones.get(row[1], ""),
            grade=Grade(row[4]),
            customer_state=row[5],
            topics=topics,
            channel=channel,
            due=due,
            original_due=original,
            state=ContactState(row[10]),
            state_reason=reason_words(row[11]),
            why=why,
            text=text,
            gift=files[row[1]].gift,
            about=files[row[1]].about(shop.today()),
            assignee_id=row[13],
            assignee=row[14],
            clerk=row[15],
            group=row[16],
            tries=row[17],
            importance=row[18],
            note=row[19],
            by_hand=bool(row[20]),
            incoming=bool(row[21]),
            overdue=row[24] is None and due < shop.today(),
            doubtful=bool(row[22]),
            preferred_time=row[23],
            only_promotion=row[1] in promotion,
            done_on=database.as_day(row[24]),
            done_by=row[25],
            checked=row[26] is not None,
        )
    return [made.get(number) for number in ids]


def _phones(shop: Shop, customers: Sequence[int]) -> dict[int, str]:
    """The first number of each; clerks see it masked."""
    first: dict[int, str] = {}
    for customer, number in database.rows(
        f"SELECT customer_id, number FROM phone WHERE customer_id IN ({database.marks(customers)})"
        " ORDER BY position, id",
        customers,
    ):
        first.setdefault(customer, number)
    if shop.role in (Role.MANAGER, Role.OWNER):
        return first
    return {customer: formats.masked(number) for customer, number in first.items()}


def _only_promotion(shop: Shop, customers: Sequence[int]) -> set[int]:
    """Those whose last contacts were all promotion."""
    last: dict[int, list[tuple[Topic, ...]]] = {}
    for customer, topics in database.rows(
        "SELECT customer_id, topics FROM (SELECT customer_id, topics, ROW_NUMBER() OVER"
        " (PARTITION BY customer_id ORDER BY done_on DESC, id DESC) AS place FROM contact"
        f" WHERE customer_id IN ({database.marks(customers)}) AND state = 'done') AS past WHERE place <= ?"
        " ORDER BY customer_id, place",
        (*customers, shop.policy.contacts.promotion_run),
    ):
        last.setdefault(customer, []).append(tuple(Topic(code) for code in topics.split(",") if code))
    return {customer for customer, past in last.items() if rules.only_promotion(past, shop.policy.contacts)}


def history(shop: Shop, customer_id: int, limit: int = 3) -> list[PastRow]:
    """The customer's last contacts, newest first: talks, tries that failed, refusals."""
    require(shop, Right.SEE)
    found = database.rows(
        "SELECT k.id, k.done_on, k.channel, k.topics, k.state, k.state_reason, k.note, COALESCE(u.name, ''), k.incoming"
        " FROM contact k LEFT JOIN staff_user u ON u.id = k.done_by_id WHERE k.customer_id = ? AND k.done_on IS NOT NULL"
        " AND k.state IN ('done', 'refused', 'no_answer') ORDER BY k.done_on DESC, k.id DESC LIMIT ?",
        (customer_id, limit),
    )
    return [
        PastRow(
            id=r[0],
            day=_day(r[1]),
            channel=Channel(r[2]),
            topics=tuple(Topic(code) for code in r[3].split(",") if code),
            state=ContactState(r[4]),
            state_reason=reason_words(r[5]),
            note=r[6],
            by=r[7],
            incoming=bool(r[8]),
        )
        for r in found
    ]


def next_for(customers: Sequence[int]) -> dict[int, NextContact]:
    """When and how these customers are contacted next; those with nothing planned are missing."""
    if not customers:
        return {}
    found: dict[int, NextContact] = {}
    for customer, due, channel, topics in database.rows(
        "SELECT k.customer_id, k.due, k.channel, k.topics FROM contact k"
        f" WHERE k.customer_id IN ({database.marks(customers)}) AND {OPEN.format(k='k')} ORDER BY k.due, k.importance DESC",
        customers,
    ):
        codes = tuple(Topic(code) for code in topics.split(",") if code)
        found.setdefault(customer, NextContact(_day(due), Channel(channel), codes))
    return found


def days(shop: Shop, first: date, last: date, filters: Filters | None = None) -> list[DayCount]:
    """What stands on each day from `first` to `last`: the week and the month view."""
    require(shop, Right.SEE)
    conditions, params = _conditions(filters or Filters(), View.ALL)
    where = "".join(f" AND {one}" for one in conditions)
    table = {first + timedelta(days=n): [0, 0, 0, 0] for n in range((last - first).days + 1)}
    for due, channel, is_open, n in database.rows(
        f"SELECT k.due, k.channel, CASE WHEN {OPEN.format(k='k')} THEN 1 ELSE 0 END, COUNT(*)"
        " FROM contact k JOIN customer c ON c.id = k.customer_id"
        f" WHERE k.due >= ? AND k.due <= ? AND k.state <> 'expired'{where} GROUP BY 1, 2, 3",
        (first, last, *params),
    ):
        line = table[_day(due)]
        if is_open:
            line[{"sms": 2, "post": 1}.get(channel, 0)] += n
        else:
            line[3] += n
    return [DayCount(day, *line) for day, line in table.items()]


def posting_bench(shop: Shop, day: date | None = None) -> list[PostRow]:
    """The cards to post by `day` (default today): what is late first; those posted that day stay, ticked."""
    require(shop, Right.SEE)
    day = day or shop.today()
    found = database.rows(
        "SELECT k.id, k.customer_id, c.card_no, c.name, c.postcode, c.address, k.topics, k.why, k.due, k.state, k.done_on"
        " FROM contact k JOIN customer c ON c.id = k.customer_id WHERE k.channel = 'post'"
        f" AND (({OPEN.format(k='k')} AND k.due <= ?) OR (k.state = 'done' AND k.done_on = ?)) ORDER BY k.due, c.sort_key, k.id",
        (day, day),
    )
    enclosed = _enclosed([row[1] for row in found])
    lines = []
    for number, customer, card_no, name, postcode, address, topics, why, due, state, _done in found:
        needs = facts(why)
        codes = [need.get("occasion", Topic.BIRTHDAY.value) for need in needs if "on" in need]
        words = [
            need.get("label") or occasion_words(need.get("occasion", "birthday"))
            for need in needs
            if "on" in need
        ]
        on = min((date.fromisoformat(need["on"]) for need in needs if "on" in need), default=None)
        missing = tuple(
            what for what, value in (("address", address), ("postcode", postcode)) if not value.strip()
        )
        lines.append(
            PostRow(
                *(number, customer, card_no, name, postcode, address),
                _("、").join(dict.fromkeys(words)) or _("会刊"),
                *(codes[0] if codes else topics, on, _day(due), _day(due) < shop.today(), missing),
                *(enclosed.get(customer, ""), state == ContactState.DONE.value),
            )
        )
    return lines


def _enclosed(customers: Sequence[int]) -> dict[int, str]:
    if not customers:
        return {}
    found: dict[int, list[str]] = {}
    for customer, gift in database.rows(
        "SELECT l.customer_id, g.name FROM plan_line l JOIN gift g ON g.id = l.gift_id"
        f" WHERE l.customer_id IN ({database.marks(customers)}) AND l.status = 'approved' AND l.handover = 'post'"
        " ORDER BY l.due, l.part",
        customers,
    ):
        found.setdefault(customer, []).append(gift)
    return {customer: _("、").join(names) for customer, names in found.items()}


def _day(value: Any) -> date:
    found = database.as_day(value)
    assert found is not None
    return found
