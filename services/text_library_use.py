"""Texts of the library for customers: which suits each today, and who has heard which (spec 04)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models import database
from models.kinds import Grade, Occasion, Topic
from services import calendar
from services.rules import shop_texts as rules
from services.rules.shop_texts import Season, Text, TextKind
from services.shop import Shop
from services.words import language

_CHUNK = 5_000
SPOKEN = (Topic.PERSONAL, Topic.BRAND_SMS)
"""Topics that a text of the library is said with."""


@dataclass(frozen=True)
class Picked:
    """The text for one customer."""

    id: int
    body: str
    gloss: str

    @property
    def shown(self) -> str:
        """In the language of the window, where there is a gloss."""
        return self.gloss if language() == "en" and self.gloss else self.body


def picks(shop: Shop, wanted: Mapping[int, Topic], day: date | None = None) -> dict[int, Picked]:
    """A text for each customer and topic, the same however often asked; those for whom none is left are missing.

    Three queries for every 5,000 customers.
    """
    found: dict[int, Picked] = {}
    if not wanted:
        return found
    day = day or shop.today()
    library, words = _library(shop, day)
    if not library:
        return found
    customers = sorted(wanted)
    for start in range(0, len(customers), _CHUNK):
        part = customers[start : start + _CHUNK]
        grades = dict(
            database.rows(f"SELECT id, grade FROM customer WHERE id IN ({database.marks(part)})", part)
        )
        heard = _heard(part)
        for customer in part:
            if customer not in grades:
                continue
            text = rules.pick(
                library,
                customer=customer,
                topic=wanted[customer],
                grade=Grade(grades[customer]),
                day=day,
                heard=heard.get(customer, {}),
                policy=shop.policy.texts,
            )
            if text is not None:
                found[customer] = words[text]
    return found


def topic_of(topics: Sequence[Topic], tired: bool = False) -> Topic | None:
    """For which topic a contact wants a text; None where it says something else."""
    if tired or Topic.PERSONAL in topics:
        return Topic.PERSONAL
    return Topic.BRAND_SMS if Topic.BRAND_SMS in topics else None


def said(shop: Shop, contact_ids: Sequence[int]) -> None:
    """After contacts were made: what was suggested for them counts as heard, each once."""
    for start in range(0, len(contact_ids), _CHUNK):
        _said(shop, contact_ids[start : start + _CHUNK])


def _said(shop: Shop, contact_ids: Sequence[int]) -> None:
    from services import contact_balance

    # A message that was delivered had its text frozen with the batch.
    rows = database.rows(
        f"SELECT k.id, k.customer_id, k.topics FROM contact k WHERE k.id IN ({database.marks(contact_ids)})"
        " AND k.state = 'done' AND NOT EXISTS (SELECT 1 FROM sms_message m WHERE m.contact_id = k.id"
        " AND m.state = 'delivered')",
        contact_ids,
    )
    wanted: dict[int, Topic] = {}
    of: dict[int, int] = {}
    for number, customer, codes in rows:
        topic = topic_of(contact_balance.topics_of(codes))
        if topic is not None:
            wanted[customer], of[customer] = topic, number
    database.execute_many(
        "INSERT INTO shop_text_use (text_id, customer_id, day, contact_id) VALUES (?, ?, ?, ?)",
        [(text.id, customer, shop.today(), of[customer]) for customer, text in picks(shop, wanted).items()],
    )


def unsaid(contact_ids: Sequence[int]) -> None:
    """After an outcome was taken back."""
    if contact_ids:
        database.execute(
            f"DELETE FROM shop_text_use WHERE batch_id IS NULL AND contact_id IN ({database.marks(contact_ids)})",
            contact_ids,
        )


def frozen(shop: Shop, batch_id: int, texts: Mapping[int, int]) -> None:
    """After a batch was frozen: customer -> text. A cancelled batch counts for nothing."""
    database.execute_many(
        "INSERT INTO shop_text_use (text_id, customer_id, day, batch_id) VALUES (?, ?, ?, ?)",
        [(text, customer, shop.today(), batch_id) for customer, text in texts.items()],
    )


def _library(shop: Shop, day: date) -> tuple[list[Text], dict[int, Picked]]:
    library, words = [], {}
    for number, kind, body, gloss, seasons, occasion, grades in database.rows(
        "SELECT id, kind, body, gloss, seasons, occasion, grades FROM shop_text WHERE retired = 0 ORDER BY id"
    ):
        library.append(
            Text(
                number,
                TextKind(kind),
                frozenset(Season(one) for one in seasons.split(",") if one),
                days_of(shop, occasion, day),
                bool(occasion),
                frozenset(Grade(one) for one in grades.split(",") if one),
            )
        )
        words[number] = Picked(number, body, gloss)
    return library, words


def days_of(shop: Shop, occasion: str, day: date) -> tuple[date, ...]:
    """The days near `day` that a text is about: `MM-DD`, a festival's code, the shop's anniversary."""
    if not occasion:
        return ()
    if occasion == Occasion.ANNIVERSARY.value:
        occasion = str(database.value_of("SELECT anniversary FROM shop_info WHERE id = 1") or "")
        if not occasion:
            return ()
    if "-" in occasion:
        month, number = (int(part) for part in occasion.split("-"))
        if (month, number) == (2, 29):
            number = 28
        return tuple(date(day.year + step, month, number) for step in (-1, 0, 1))
    near = timedelta(days=shop.policy.texts.around_days)
    return tuple(on for on, _code in calendar.festivals_between(day - near, day + near, [Occasion(occasion)]))


def _heard(customers: Sequence[int]) -> dict[int, dict[int, date]]:
    """customer -> text -> the last day. Batches that were cancelled never went out."""
    found: dict[int, dict[int, date]] = defaultdict(dict)
    for customer, text, last in database.rows(
        "SELECT x.customer_id, x.text_id, MAX(x.day) FROM shop_text_use x LEFT JOIN sms_batch b ON b.id = x.batch_id"
        f" WHERE x.customer_id IN ({database.marks(customers)}) AND (b.state IS NULL OR b.state <> 'cancelled')"
        " GROUP BY x.customer_id, x.text_id",
        customers,
    ):
        day = database.as_day(last)
        if day is not None:
            found[customer][text] = day
    return found
