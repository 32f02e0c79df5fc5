"""What another matrix would change in the next days: the needs counted under both policies, nothing written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from models.kinds import Channel, Grade, Topic
from services.policy import load, values_of
from services.progress import Progress, silent
from services.rights import Right, require
from services.schedule_needs import Finder
from services.shop import Shop

DAYS = 14
Figures = Counter[tuple[Topic, Channel]]


@dataclass(frozen=True)
class Change:
    """One topic by one way, so many before and after."""

    topic: Topic
    channel: Channel
    before: int
    after: int


@dataclass(frozen=True)
class Preview:
    """What changes; `total` contacts in all, before and after."""

    first: date
    last: date
    changes: tuple[Change, ...]
    before: int
    after: int


def preview(shop: Shop, changes: Mapping[str, Any], progress: Progress = silent) -> Preview:
    """The next 14 days with these values beside those in force. Raises Refused where they make no sense."""
    require(shop, Right.SEE)
    new = replace(shop, policy=load({**values_of(shop.policy), **changes}, shop.policy.version))
    first = shop.today()
    last = first + timedelta(days=DAYS - 1)
    before = _count(shop, first, last, progress, 0)
    after = _count(new, first, last, progress, DAYS)
    found = [
        Change(topic, way, before[topic, way], after[topic, way])
        for topic in Topic
        for way in Channel
        if before[topic, way] != after[topic, way]
    ]
    return Preview(first, last, tuple(found), sum(before.values()), sum(after.values()))


def _count(shop: Shop, first: date, last: date, progress: Progress, done: int) -> Figures:
    """Needs by topic and way; what keeps touch comes again each cycle."""
    figures: Figures = Counter()
    finder = Finder(shop)
    seen: set[str] = set()
    for number in range((last - first).days + 1):
        progress(done + number, 2 * DAYS)
        for need in finder.reasoned(first + timedelta(days=number)):
            if need.key not in seen:
                seen.add(need.key)
                figures[need.topic, need.channel] += 1
    for need in finder.rhythm(last):
        every = int(need.facts["every"])
        due = max(first, date.fromisoformat(str(need.facts["since"])) + timedelta(days=every))
        figures[need.topic, need.channel] += 1 + max(0, (last - due).days) // every
    return figures


def cell_key(topic: Topic, grade: Grade) -> str:
    """The policy's key of a cell."""
    from services.rules.contact_matrix import name

    return f"contacts.matrix.{name(topic, grade)}"


def timing_keys(topic: Topic, grade: Grade) -> tuple[str, ...]:
    """The numbers that say when a topic is due for a grade; some are the same for all grades."""
    if topic is Topic.PERSONAL:
        own = {Grade.A: "contacts.a_every_days", Grade.B: "contacts.b_every_days"}
        return (own.get(grade, "contacts.brand_sms_every_days"),)
    return {
        Topic.FOLLOW_UP: ("contacts.follow_up_days",),
        Topic.BIRTHDAY: ("posting.lead_days", "contacts.greeting_expires_days"),
        Topic.FESTIVAL: ("posting.lead_days", "contacts.greeting_expires_days"),
        Topic.BRAND_SMS: ("contacts.brand_sms_every_days",),
        Topic.EARLY_NOTICE: ("grades.early_notice_days",),
        Topic.GIFT_WAITING: ("gifts.uncollected_days",),
    }.get(topic, ())
