"""The lines of the schedule: one contact with everything that its card shows, and the contacts of the past."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from models.kinds import Channel, ContactState, Grade, Role, Topic
from services import contact_balance, contact_rhythm, contact_texts, formats, text_library_use
from services.contact_words import Why, explain, facts, reason_words
from services.rights import Right, require
from services.rules.contacts_balance import is_promotion
from services.rules.rhythm import Rhythm
from services.shop import Shop


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
    checked_by: str = ""
    checked_on: date | None = None
    rhythm: Rhythm | None = None
    """Where the customer stands in the cycle; None where nobody keeps touch"""

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


_ROW = (
    "SELECT k.id, k.customer_id, c.card_no, c.name, c.grade, c.state, k.topics, k.channel, k.due, k.original_due,"
    " k.state, k.state_reason, k.why, k.assignee_id, COALESCE(a.name, ''), COALESCE(r.name, ''), COALESCE(g.name, ''),"
    " k.tries, k.importance, k.note, k.by_hand, k.incoming, c.phone_doubtful, c.preferred_time, k.done_on,"
    " COALESCE(d.name, ''), k.checked_by_id, COALESCE(h.name, ''), k.checked_on,"
    " COALESCE(c.last_contact, c.registered_on), c.preferred_every_days"
    " FROM contact k JOIN customer c ON c.id = k.customer_id LEFT JOIN staff_user a ON a.id = k.assignee_id"
    " LEFT JOIN staff_user r ON r.id = c.clerk_id LEFT JOIN staff_group g ON g.id = c.group_id"
    " LEFT JOIN staff_user d ON d.id = k.done_by_id LEFT JOIN staff_user h ON h.id = k.checked_by_id WHERE k.id IN ({marks})"
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
    promotion = contact_balance.tired(shop, customers)
    tips = _tips(shop, found.values(), promotion)
    made = {
        number: _line(
            *(shop, row, files[row[1]], phones.get(row[1], "")),
            tired=row[1] in promotion,
            tip=tips.get(number, ""),
        )
        for number, row in found.items()
    }
    return [made.get(number) for number in ids]


def _line(
    shop: Shop, row: Sequence[Any], file: contact_texts.File, phone: str, *, tired: bool, tip: str
) -> ContactRow:
    """One line out of its row of `_ROW`. `tired`: the last contacts were all promotion; `tip`: the library's text."""
    topics = tuple(Topic(code) for code in row[6].split(",") if code)
    due = _day(row[8])
    why, text = _words(shop, row, topics, file, tired, tip)
    return ContactRow(
        id=row[0],
        customer_id=row[1],
        card_no=row[2],
        name=row[3],
        phone=phone,
        grade=Grade(row[4]),
        customer_state=row[5],
        topics=topics,
        channel=Channel(row[7]),
        due=due,
        original_due=_day(row[9]),
        state=ContactState(row[10]),
        state_reason=reason_words(row[11]),
        why=why,
        text=text,
        gift=file.gift,
        about=file.about(shop.today()),
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
        only_promotion=tired,
        done_on=database.as_day(row[24]),
        done_by=row[25],
        checked=row[26] is not None,
        checked_by=row[27],
        checked_on=database.as_day(row[28]),
        rhythm=contact_rhythm.of(shop, Grade(row[4]), _day(row[29]), row[30]) if row[5] == "active" else None,
    )


def _words(
    shop: Shop,
    row: Sequence[Any],
    topics: tuple[Topic, ...],
    file: contact_texts.File,
    tired: bool,
    tip: str,
) -> tuple[Why, str]:
    """Why the contact is there, and what to say."""
    why = explain(
        row[12],
        due=_day(row[8]),
        original_due=_day(row[9]),
        by_hand=bool(row[20]),
        state=row[10],
        channel=row[7],
        assignee=row[14],
        note=row[19],
    )
    text = contact_texts.suggest(
        *(topics, Channel(row[7]), facts(row[12]), file),
        shop=shop.info.name,
        caller=(shop.actor.name if shop.actor else "") or row[14],
        instead=tired and is_promotion(topics),
        tip=tip,
    )
    return why, text


def _tips(shop: Shop, found: Iterable[Sequence[Any]], promotion: set[int]) -> dict[int, str]:
    """The library's text for each open contact that wants one: the customers of a list are looked at together."""
    wanted: dict[Topic, dict[int, int]] = {}
    for row in found:
        topics = contact_balance.topics_of(row[6])
        if row[24] is not None:
            continue
        topic = text_library_use.topic_of(topics, row[1] in promotion and is_promotion(topics))
        if topic is not None:
            wanted.setdefault(topic, {})[row[0]] = row[1]
    said: dict[int, str] = {}
    for topic, contacts in wanted.items():
        picks = text_library_use.picks(shop, dict.fromkeys(contacts.values(), topic))
        said |= {number: picks[who].shown for number, who in contacts.items() if who in picks}
    return said


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


def _day(value: Any) -> date:
    found = database.as_day(value)
    assert found is not None
    return found
