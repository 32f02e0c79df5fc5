"""Who of a segment would be in the lot, with number and text, and who not and why: a few queries, however many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from models import database
from models.kinds import Channel, Grade, Topic
from services import contact_texts
from services.campaigns import segment as segments
from services.campaigns.segment import Segment
from services.progress import Progress, silent
from services.rules import campaigns as rules
from services.rules import contacts as contact_rules
from services.rules import sms as sms_rules
from services.rules.campaigns import Left, Person
from services.rules.contact_matrix import Level
from services.schedule_needs import OPEN
from services.shop import Shop
from services.sms import candidates

_EASY = frozenset({"name", "title", "shop"})
"""Fields that need nothing but the customer's own row."""


@dataclass(frozen=True)
class Plan:
    """What decides who is in the lot."""

    segment: Segment
    channel: Channel
    topic: Topic
    first: date
    body: str
    """The message, or what the caller says"""
    campaign: int = 0
    """Its own number: it does not stand in its own way."""


@dataclass(slots=True)
class Going:
    """One in the lot."""

    customer: int
    grade: Grade
    clerk: int | None
    number: str
    text: str = ""
    parts: int = 0


@dataclass
class Gathered:
    """The lot, and who is left out of it."""

    going: list[Going] = field(default_factory=list)
    left: Counter[Left] = field(default_factory=Counter)

    def grades(self) -> dict[Grade, int]:
        """How many of each grade are in the lot."""
        found = Counter(one.grade for one in self.going)
        return {grade: found[grade] for grade in Grade}

    @property
    def total(self) -> int:
        return len(self.going) + sum(self.left.values())


_Row = tuple[Going, str, str]
"""With name and sex"""


def gather(shop: Shop, plan: Plan, progress: Progress = silent) -> Gathered:
    """Everybody of the segment, in the lot or left out with the reason. Raises Refused, Cancelled."""
    known = _Known(shop, plan)
    found = Gathered()
    numbers: set[str] = set()
    rows: list[_Row] = []
    for where, params in segments.parts(shop, plan.segment):
        progress(len(rows), 0)
        phones = _phones(plan.channel, where, params)
        for row in _people(where, params):
            who = known.person(row, phones.get(row[0], ""))
            left = rules.left_out(who, plan.channel, plan.first, shop.policy.contacts, known.off)
            if left is None and who.number and who.number in numbers:
                left = Left.SAME_NUMBER
            if left is not None:
                found.left[left] += 1
                continue
            if who.number:
                numbers.add(who.number)
            rows.append((Going(row[0], who.grade, row[10], who.number), row[8], row[9]))
    if plan.segment.chosen:
        found.left[Left.GONE] += len(plan.segment.ids) - len(rows) - sum(found.left.values())
        found.left += Counter()
    _write(shop, plan, rows, found)
    return found


def _people(where: str, params: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    yield from database.rows(
        "SELECT c.id, c.grade, c.state, c.birth_year, c.phone_doubtful, c.preferred_channel, c.last_contact,"
        " c.preferred_every_days, c.name, c.sex, c.clerk_id, CASE WHEN TRIM(c.address) <> '' THEN 1 ELSE 0 END"
        f" FROM customer c WHERE {where} ORDER BY c.id",
        params,
    )


def _phones(channel: Channel, where: str, params: Sequence[Any]) -> dict[int, str]:
    """The mobile number that a message goes to, or the first number for a call."""
    if channel not in (Channel.SMS, Channel.PHONE):
        return {}
    found: dict[int, str] = {}
    for customer, number, foreign in database.rows(
        f'SELECT p.customer_id, p.number, p."foreign" FROM phone p JOIN customer c ON c.id = p.customer_id WHERE {where}'
        " ORDER BY p.position, p.id",
        params,
    ):
        if customer not in found and (
            channel is Channel.PHONE or sms_rules.mobile([(number, bool(foreign))])
        ):
            found[customer] = number
    return found


class _Known:
    """What is known of everybody at once."""

    def __init__(self, shop: Shop, plan: Plan) -> None:
        way = plan.channel.value
        self.today = shop.today()
        self.grades = {grade.value: grade for grade in Grade}
        self.off = frozenset(
            grade for grade in Grade if shop.policy.contacts.cell(plan.topic, grade).level is Level.OFF
        )
        self.barred = _ids("SELECT customer_id FROM opt_out WHERE channel = ?", way)
        self.asked = _ids(
            "SELECT DISTINCT k.customer_id FROM consent k JOIN opt_out o ON o.customer_id = k.customer_id"
            " AND o.channel = k.channel WHERE k.channel = ?",
            way,
        )
        self.refused = {
            row[0]
            for row in database.rows(
                "SELECT DISTINCT p.number FROM phone p JOIN opt_out o ON o.customer_id = p.customer_id AND o.channel = ?"
                " JOIN customer c ON c.id = p.customer_id AND c.state IN ('active', 'lost')"
                " WHERE EXISTS (SELECT 1 FROM consent s WHERE s.customer_id = p.customer_id AND s.channel = ?)",
                (way, way),
            )
        }
        self.meets = _meeting(plan.first)
        near = timedelta(days=shop.policy.contacts.spacing_days)
        self.others = _ids(
            "SELECT DISTINCT m.customer_id FROM campaign_member m JOIN campaign p ON p.id = m.campaign_id"
            " WHERE m.control = 0 AND p.id <> ? AND p.state IN ('released', 'closed') AND p.first > ? AND p.first < ?",
            plan.campaign,
            database.day_value(plan.first - near),
            database.day_value(plan.first + near),
        )

    def person(self, row: Sequence[Any], number: str) -> Person:
        customer = row[0]
        return Person(
            self.grades[row[1]],
            row[2],
            contact_rules.is_minor(row[3], self.today),
            customer in self.barred,
            customer in self.asked,
            number,
            number in self.refused,
            bool(row[4]),
            bool(row[11]),
            row[5],
            database.as_day(row[6]),
            row[7],
            customer in self.meets,
            customer in self.others,
        )


def _ids(sql: str, *params: Any) -> set[int]:
    return {row[0] for row in database.rows(sql, params)}


def _meeting(day: date) -> set[int]:
    """Who is spoken with on that day for a reason of its own."""
    routine = {topic.value for topic in contact_rules.ROUTINE}
    return {
        customer
        for customer, topics in database.rows(
            f"SELECT k.customer_id, k.topics FROM contact k WHERE k.due = ? AND {OPEN.format(k='k')}"
            " AND k.channel <> 'post'",
            (database.day_value(day),),
        )
        if not routine.issuperset(topics.split(","))
    }


# ---- texts


@dataclass(slots=True)
class _Words:
    """The texts of a plan; customers whose fields are alike share one."""

    shop: Shop
    plan: Plan
    alike: dict[tuple[str, ...], tuple[str, int, Left | None]] = field(default_factory=dict)

    def of(self, key: tuple[str, ...], known: Mapping[str, str]) -> tuple[str, int, Left | None]:
        """Text and parts, or why there is no whole one."""
        if key not in self.alike:
            self.alike[key] = self._made(known)
        return self.alike[key]

    def _made(self, known: Mapping[str, str]) -> tuple[str, int, Left | None]:
        if self.plan.channel is not Channel.SMS:
            return rules.said(self.plan.body, known), 0, None
        body, missing = sms_rules.filled(self.plan.body, known)
        text = sms_rules.whole(body, self.shop.info.name, self.shop.policy.sms)
        parts = sms_rules.length(text, self.shop.policy.sms).parts
        too_long = Left.TOO_LONG if parts > self.shop.policy.sms.most_parts else None
        return text, parts, Left.FIELD if missing else too_long


def _write(shop: Shop, plan: Plan, rows: Sequence[_Row], found: Gathered) -> None:
    """Gives everybody their text; who cannot get a whole one is left out."""
    fields = frozenset(sms_rules.fields_of(plan.body))
    words = _Words(shop, plan)
    for (one, _name, _sex), (key, known) in zip(rows, _values(shop, plan, fields, rows), strict=True):
        one.text, one.parts, left = words.of(key, known)
        if left is None:
            found.going.append(one)
        else:
            found.left[left] += 1


def _values(
    shop: Shop, plan: Plan, fields: frozenset[str], rows: Sequence[_Row]
) -> Iterator[tuple[tuple[str, ...], Mapping[str, str]]]:
    """The fields of everybody, with what tells them apart."""
    if not fields <= _EASY:
        wishes = [(candidates.Wish(one.customer, (plan.topic,)), plan.body) for one, _name, _sex in rows]
        for known in candidates.values_of(shop, wishes):
            yield tuple(known.get(name, "") for name in sorted(fields)), known
        return
    chinese = sms_rules.is_chinese(plan.body)
    named, titled = "name" in fields, "title" in fields
    for _one, name, sex in rows:
        title = ""
        if titled:
            title = candidates.title(name, sex) if chinese else contact_texts.salutation(name, sex)
        known = {"name": name, "title": title, "shop": shop.info.name}
        yield (name if named else "", title), known
