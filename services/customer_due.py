"""What is to be done for a customer now: gifts, contacts, birthday, and one or two questions to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models import database
from models.kinds import CustomerState, LineStatus
from services import formats, questions
from services.contact_words import occasion_words, topic_words
from services.customer_fields import Number
from services.customer_rows import ConsentRow, DayRow, GiftRow, PurchaseRow, a_day, in_days
from services.find import SOON_DAYS
from services.gifts.purchase import purchase_gifts_due
from services.referrals import Referred
from services.rules.birthdays import Birthday
from services.shop import Shop
from services.words import _

NAMES = 3
"""So many names in one line of thanks."""
_OPEN_CONTACT = ("planned", "no_answer", "postponed")


@dataclass(frozen=True)
class Due:
    """Something to do for this customer now. `kind`: gift, purchase_gift, contact, birthday, day, thanks, ask."""

    kind: str
    text: str
    id: int = 0
    """The plan line, contact or ticket that it is about; the customer, for a question."""
    day: date | None = None
    field: str = ""
    """The field to ask about."""
    late: bool = False
    ids: tuple[int, ...] = ()
    """All plan lines of one gift; all customers to give thanks for."""


@dataclass(frozen=True)
class Facts:
    """What the list of things to do is made from."""

    c: dict[str, Any]
    phones: tuple[Number, ...]
    birthday: Birthday | None
    purchases: tuple[PurchaseRow, ...]
    gifts: tuple[GiftRow, ...]
    consents: tuple[ConsentRow, ...]
    days: tuple[DayRow, ...] = ()
    referred: tuple[Referred, ...] = ()


def due_of(shop: Shop, facts: Facts) -> tuple[Due, ...]:
    if facts.c["state"] not in (CustomerState.ACTIVE, CustomerState.LOST):
        return ()
    today = shop.today()
    found = _gifts_waiting(facts.gifts)
    found += _purchase_gifts(shop, facts.c["id"])
    found += _contacts_due(facts.c["id"], today)
    days = in_days(shop, facts.birthday)
    if days is not None and days <= SOON_DAYS:
        text = _("{n}天后生日").format(n=days) if days else _("今天生日，道一声生日快乐")
        found.append(Due("birthday", text, day=today + timedelta(days=days)))
    found += _family_days(shop, facts.days)
    found += _thanks(facts.referred)
    return tuple(found) + tuple(_questions(shop, facts))


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
        day = a_day(due)
        found.append(Due("contact", words, number, day, late=day < today))
    return found


def _family_days(shop: Shop, days: tuple[DayRow, ...]) -> list[Due]:
    """The days to remember that are near, where the shop greets for them."""
    found = []
    for one in days:
        if not shop.policy.contacts.remembered_days or one.in_days is None or one.in_days > SOON_DAYS:
            continue
        text = (
            _("{n}天后：{label}").format(n=one.in_days, label=one.label)
            if one.in_days
            else _("今天：{label}").format(label=one.label)
        )
        if one.turns:
            text += _("（第{n}年）").format(n=one.turns)
        found.append(Due("day", text, one.id, shop.today() + timedelta(days=one.in_days)))
    return found


def _thanks(referred: tuple[Referred, ...]) -> list[Due]:
    """One line for all whom the customer brought and was not thanked for yet."""
    due = [one for one in referred if one.thanked_on is None]
    if not due:
        return []
    names = _("、").join(one.name for one in due[:NAMES])
    if len(due) > NAMES:
        names = _("{names}等{n}位").format(names=names, n=len(due))
    text = _("道谢：介绍了{names}来").format(names=names)
    return [Due("thanks", text, due[0].id, ids=tuple(one.id for one in due))]


def _questions(shop: Shop, facts: Facts) -> list[Due]:
    """The one or two questions of this visit."""
    known = questions.known_of(
        facts.c,
        phones=bool(facts.phones),
        consent=bool(facts.consents),
        birthday=facts.birthday is not None,
    )
    codes = questions.open_for(shop, facts.c["id"], known, database.as_day(facts.c["verified_on"]))
    return [
        Due(
            "ask",
            _("问一下：{question}").format(question=questions.words_of(code)),
            facts.c["id"],
            field=code,
        )
        for code in codes
    ]
