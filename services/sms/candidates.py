"""Who may get a message: the facts of many customers in a few queries, and the schedule's messages that are due."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from models import database
from models.kinds import Occasion, SmsState, Topic
from services import contact_texts
from services.contact_words import _OCCASIONS, occasion_words
from services.rules import contacts as contact_rules
from services.rules import sms as rules
from services.rules.sms import Candidate
from services.schedule_needs import OPEN
from services.shop import Shop

if TYPE_CHECKING:
    from services.text_library_use import Picked

CHUNK = 5_000
PENDING = (SmsState.QUEUED.value, SmsState.HANDED_OVER.value, SmsState.UNKNOWN.value)
"""A message in one of these states may still reach the customer."""


@dataclass(frozen=True)
class Wish:
    """A customer to be written to, with the schedule's contact if it is one."""

    customer_id: int
    topics: tuple[Topic, ...]
    contact_id: int | None = None
    facts: tuple[Any, ...] = ()
    """The needs of the contact, as its `why` keeps them."""


def due(shop: Shop) -> list[Wish]:
    """The schedule's messages that are open and due, the weightiest first."""
    found = database.rows(
        f"SELECT k.id, k.customer_id, k.topics, k.why FROM contact k WHERE k.channel = 'sms' AND {OPEN.format(k='k')}"
        " AND k.due <= ? ORDER BY k.importance DESC, k.due, k.id",
        (shop.today(),),
    )
    return [
        Wish(
            customer,
            tuple(Topic(code) for code in topics.split(",") if code),
            number,
            tuple(json.loads(why or "{}").get("needs", ())),
        )
        for number, customer, topics, why in found
    ]


def chosen(customers: Sequence[int], topic: Topic) -> list[Wish]:
    """Customers of a filter or a selection, about one topic."""
    return [Wish(number, (topic,)) for number in dict.fromkeys(customers)]


def facts_of(shop: Shop, customers: Sequence[int]) -> dict[int, Candidate]:
    """What decides whether these customers may get a message: eight queries for every 5,000."""
    found: dict[int, Candidate] = {}
    for start in range(0, len(customers), CHUNK):
        found |= _facts(shop, customers[start : start + CHUNK])
    return found


def _facts(shop: Shop, customers: Sequence[int]) -> dict[int, Candidate]:
    marks = database.marks(customers)
    numbers: dict[int, list[tuple[str, bool]]] = {}
    for customer, number, foreign in database.rows(
        f'SELECT customer_id, number, "foreign" FROM phone WHERE customer_id IN ({marks}) ORDER BY position, id',
        customers,
    ):
        numbers.setdefault(customer, []).append((number, bool(foreign)))
    mobiles = {customer: rules.mobile(known) for customer, known in numbers.items()}
    refused = _refused_numbers(sorted({number for number in mobiles.values() if number}))
    asked = {
        row[0]
        for row in database.rows(
            f"SELECT DISTINCT customer_id FROM consent WHERE channel = 'sms' AND customer_id IN ({marks})",
            customers,
        )
    }
    messaged = dict(
        database.rows(
            "SELECT customer_id, MAX(done_on) FROM contact WHERE channel = 'sms' AND state = 'done' AND incoming = 0"
            f" AND customer_id IN ({marks}) GROUP BY customer_id",
            customers,
        )
    )
    waiting = {
        row[0]
        for row in database.rows(
            f"SELECT customer_id FROM sms_message WHERE state IN {PENDING} AND customer_id IN ({marks})",
            customers,
        )
    }
    taken, today = _taken_numbers(shop, sorted({number for number in mobiles.values() if number}))
    sql = (
        "SELECT c.id, c.state, c.birth_year, c.phone_doubtful, c.preferred_channel, c.last_contact,"
        " c.preferred_every_days, EXISTS (SELECT 1 FROM opt_out o WHERE o.customer_id = c.id AND o.channel = 'sms')"
        f" FROM customer c WHERE c.id IN ({marks})"
    )
    return {
        row[0]: Candidate(
            customer=row[0],
            number=mobiles.get(row[0], ""),
            state=row[1],
            minor=contact_rules.is_minor(row[2], shop.today()),
            barred=bool(row[7]),
            consented=row[0] in asked,
            number_refused=mobiles.get(row[0], "") in refused,
            doubtful=bool(row[3]),
            preferred=row[4],
            last_contact=database.as_day(row[5]),
            every_days=row[6],
            messaged_on=shop.today()
            if mobiles.get(row[0], "") in today
            else database.as_day(messaged.get(row[0])),
            in_batch=row[0] in waiting or mobiles.get(row[0], "") in taken,
        )
        for row in database.rows(sql, customers)
    }


def _refused_numbers(numbers: Sequence[str]) -> set[str]:
    """The numbers of which anybody on file said no to messages (not those whom nobody has asked)."""
    if not numbers:
        return set()
    found = {
        row[0]
        for row in database.rows(
            "SELECT DISTINCT p.number FROM phone p JOIN opt_out o ON o.customer_id = p.customer_id AND o.channel = 'sms'"
            " JOIN customer c ON c.id = p.customer_id AND c.state IN ('active', 'lost')"
            f" WHERE p.number IN ({database.marks(numbers)}) AND EXISTS (SELECT 1 FROM consent s"
            " WHERE s.customer_id = p.customer_id AND s.channel = 'sms')",
            numbers,
        )
    }
    # Refused by a reply while nobody on file had the number: it holds until somebody with it agrees.
    return found | {
        row[0]
        for row in database.rows(
            "SELECT DISTINCT i.number FROM sms_incoming i WHERE i.opt_out = 1 AND i.customer_id IS NULL"
            f" AND i.number IN ({database.marks(numbers)}) AND NOT EXISTS (SELECT 1 FROM consent s"
            " JOIN phone p ON p.customer_id = s.customer_id AND p.number = i.number"
            " WHERE s.channel = 'sms' AND s.given = 1 AND s.day >= i.received_on)",
            numbers,
        )
    }


def _taken_numbers(shop: Shop, numbers: Sequence[str]) -> tuple[set[str], set[str]]:
    """The numbers that a message is on its way to, and those that got one today: two customers may share a number."""
    if not numbers:
        return set(), set()
    marks = database.marks(numbers)
    taken = database.rows(
        f"SELECT number FROM sms_message WHERE state IN {PENDING} AND number IN ({marks})", numbers
    )
    today = database.rows(
        f"SELECT number FROM sms_message WHERE state = 'delivered' AND handed_over_on = ? AND number IN ({marks})",
        (shop.today(), *numbers),
    )
    return {row[0] for row in taken}, {row[0] for row in today}


def values_of(shop: Shop, wanted: Sequence[tuple[Wish, str]]) -> list[dict[str, str]]:
    """The fields for each wish and the text it will fill, in their order; what is not known is empty.

    They speak the language of the text, whatever the window speaks.
    """
    files: dict[int, contact_texts.File] = {}
    customers = list({wish.customer_id for wish, _body in wanted})
    for start in range(0, len(customers), CHUNK):
        files |= contact_texts.files_of(customers[start : start + CHUNK], shop.today())
    told = tips(shop, wanted)
    return [
        _values(shop, files.get(wish.customer_id), wish, rules.is_chinese(body), told.get(wish.customer_id))
        for wish, body in wanted
    ]


def tips(shop: Shop, wanted: Sequence[tuple[Wish, str]]) -> dict[int, Picked]:
    """The library's text for each customer whose message names one."""
    from services import text_library_use as library

    asked = {
        wish.customer_id: library.topic_of(wish.topics) or Topic.PERSONAL
        for wish, body in wanted
        if "{tip}" in body
    }
    return library.picks(shop, asked)


def _values(
    shop: Shop, file: contact_texts.File | None, wish: Wish, chinese: bool, tip: Picked | None = None
) -> dict[str, str]:
    if file is None:
        return {}
    found = {
        "name": file.name,
        "title": title(file.name, file.sex) if chinese else contact_texts.salutation(file.name, file.sex),
        "shop": shop.info.name,
        "item": file.item,
        "bought": _day(file.bought, chinese),
        "likes": file.likes,
        "gift": file.gift,
    }
    if tip is not None:
        found["tip"] = tip.body if chinese else tip.gloss or tip.body
    for fact in wish.facts:
        if fact.get("label"):
            found.setdefault("label", str(fact["label"]))
        if fact.get("occasion"):
            found.setdefault("festival", _festival(fact["occasion"], chinese))
    return found


def title(name: str, sex: str) -> str:
    """王女士, 欧阳先生; the name itself where the sex is not known."""
    ending = {"female": "女士", "male": "先生"}.get(sex)
    return contact_texts._surname(name.strip()) + ending if ending else name.strip()


def _day(day: date | None, chinese: bool) -> str:
    if day is None:
        return ""
    return f"{day.month}月{day.day}日" if chinese else contact_texts._plain_day(day)


def _festival(code: str, chinese: bool) -> str:
    if chinese and code in set(Occasion):
        return _OCCASIONS.get(Occasion(code), code)
    return occasion_words(code)
