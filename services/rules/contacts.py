"""Who is contacted, how and when (seeds/002 六, 考核点三; spec 04): facts, policy and a day in, a decision out.

Decisions where the rule book leaves room:
- Routine is what only keeps touch (personal, brand text and the announcements): nothing of it within the spacing of
  another contact. Follow-ups, greetings, gifts waiting, early notices and win-backs have a reason of their own.
- A routine contact that meets another one on the same day is left out, because that one restarts the rhythm anyway;
  contacts with a reason that meet are folded into one.
- A greeting on the day neither moves nor waits; what does not fit the hour of calls moves to the next day and grows
  in weight with every day that it waits, so nothing starves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

from models.kinds import Channel, Code, Grade, Topic
from services import calendar as almanac
from services.rules.contact_matrix import Cell, Level
from services.rules.contacts_balance import PROMOTION as PROMOTION
from services.rules.contacts_balance import only_promotion as only_promotion

GREETINGS = frozenset({Topic.BIRTHDAY, Topic.FESTIVAL})
ROUTINE = frozenset(
    {Topic.PERSONAL, Topic.BRAND_SMS, Topic.NEW_ARRIVALS, Topic.PROMOTION, Topic.COMPANY_NEWS}
)
BY_WEIGHT = (
    Topic.BIRTHDAY,
    Topic.FESTIVAL,
    Topic.FOLLOW_UP,
    Topic.GIFT_WAITING,
    Topic.WIN_BACK,
    Topic.EARLY_NOTICE,
    Topic.COMPANY_NEWS,
    Topic.NEW_ARRIVALS,
    Topic.PROMOTION,
    Topic.PERSONAL,
    Topic.BRAND_SMS,
)
"""The most important first: what expires today, what was promised (100 % of follow-ups), what can still be saved."""

_STEP = 10
"""Weight between two topics; the grade decides inside a topic, a day of waiting adds one."""
_GRADE_WEIGHT = {Grade.A: 3, Grade.B: 2, Grade.C: 1}

MINOR_BELOW = 14
"""Personal information protection law, articles 28 and 31: no contacts without a guardian's consent."""


class ContactRules(Protocol):
    """What these rules need of the policy (`policy.contacts`)."""

    @property
    def a_every_days(self) -> int: ...
    @property
    def b_every_days(self) -> int: ...
    @property
    def brand_sms_every_days(self) -> int: ...
    @property
    def spacing_days(self) -> int: ...
    @property
    def tries(self) -> int: ...
    @property
    def c_phone_only_with_gift(self) -> bool: ...
    @property
    def a_post(self) -> bool: ...
    @property
    def greeting_expires_days(self) -> int: ...
    @property
    def promotion_run(self) -> int: ...
    @property
    def calls_a_day(self) -> int: ...
    def cell(self, topic: Topic, grade: Grade) -> Cell: ...


class PostingRules(Protocol):
    @property
    def lead_days(self) -> int: ...
    @property
    def skip_sundays_and_holidays(self) -> bool: ...


class Skip(Code):
    """Why a contact that the matrix names is not planned for this customer."""

    GRADE = "grade"
    NO_PHONE = "no_phone"
    DOUBTFUL = "doubtful"
    OPTED_OUT = "opted_out"
    LOST = "lost"
    MINOR = "minor"


class Expired(Code):
    """Why a planned contact became pointless."""

    LATE_GREETING = "late_greeting"
    LATE_CARD = "late_card"
    HAPPENED = "happened"
    CAME_IN = "came_in"
    RESTARTED = "restarted"
    GIFT_GONE = "gift_gone"
    RETURNED = "returned"
    LOST = "lost"
    GONE = "gone"
    OPTED_OUT = "opted_out"
    MOVED = "moved"
    """The birthday or remembered day was corrected or taken away."""
    CAMPAIGN_OVER = "campaign_over"
    CAMPAIGN_CANCELLED = "campaign_cancelled"


@dataclass(frozen=True, slots=True)
class Person:
    """What decides how somebody may be reached."""

    grade: Grade
    lost: bool = False
    phone: bool = True
    """Has a number at all."""
    doubtful: bool = False
    """The number was wrong and is not verified yet."""
    refused: frozenset[str] = frozenset()
    """Channels opted out of."""
    preferred: str = ""
    """The channel the customer asked for; anything unknown is no preference."""
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """One reason to contact one customer on one day."""

    customer: int
    topic: Topic
    key: str
    due: date
    channel: Channel
    facts: dict[str, Any] = field(default_factory=dict)
    """Plain JSON: shown as words, and what expiry judges by."""


@dataclass(frozen=True, slots=True)
class Call:
    """An open call as the hour's capacity sees it."""

    id: int
    due: date
    original_due: date
    importance: int
    fixed: bool
    """A greeting of the day, or set by hand: never moved by the rules."""


def channel(topic: Topic, person: Person, policy: ContactRules, *, by_hand: bool = False) -> Channel | Skip:
    """The channel for `topic`, or why there is none. Opt-outs win, then the customer's wish, then the matrix.

    `by_hand`: somebody wants it, so what the matrix only allows is done too.
    """
    if person.minor:
        return Skip.MINOR
    if person.lost and topic is not Topic.WIN_BACK:
        return Skip.LOST
    level = policy.cell(topic, person.grade).level
    if level is Level.OFF or (level is Level.MAY and not by_hand):
        return Skip.GRADE
    ways = _ways(topic, person, policy)
    allowed = [way for way in ways if way.value not in person.refused]
    if not allowed:
        return Skip.OPTED_OUT
    for way in allowed:
        if way in (Channel.POST, Channel.VISIT) or (person.phone and not person.doubtful):
            return way
    return Skip.DOUBTFUL if person.phone else Skip.NO_PHONE


def _ways(topic: Topic, person: Person, policy: ContactRules) -> list[Channel]:
    """The channels to try, the best first: those of the cell, the customer's wish in front where the cell has it.

    A wish never adds a way: who likes to be phoned still gets the brand's message as a message.
    """
    ways = list(policy.cell(topic, person.grade).ways)
    if person.grade is Grade.C and topic is not Topic.GIFT_WAITING:
        if policy.c_phone_only_with_gift:
            ways = [way for way in ways if way is not Channel.PHONE]
        elif Channel.PHONE in policy.cell(topic, Grade.B).ways and Channel.PHONE not in ways:
            ways.append(Channel.PHONE)
    if not policy.a_post:
        ways = [way for way in ways if way is not Channel.POST]
    wish = next((way for way in ways if way.value == person.preferred), None)
    kept = [way for way in ways if way not in (Channel.POST, Channel.VISIT) or way in (wish, ways[0])]
    if wish is not None:
        kept.insert(0, wish)
    return list(dict.fromkeys(kept))


def card(person: Person, policy: ContactRules, topic: Topic = Topic.BIRTHDAY) -> Channel | Skip:
    """Whether a greeting card is posted: to the grades whose cell says so, unless they refuse letters."""
    if person.minor:
        return Skip.MINOR
    if person.lost:
        return Skip.LOST
    cell = policy.cell(topic, person.grade)
    if cell.level is not Level.MUST or not cell.card:
        return Skip.GRADE
    return Skip.OPTED_OUT if Channel.POST.value in person.refused else Channel.POST


def card_days(day: date, posting: PostingRules) -> tuple[date, ...]:
    """The festivals and birthdays whose cards are posted on `day`: the inverse of the posting day."""
    found = []
    target = day + timedelta(days=posting.lead_days)
    while True:
        post = almanac.posting_day(target, posting.lead_days, posting.skip_sundays_and_holidays)
        if post == day:
            found.append(target)
        elif post > day:
            return tuple(found)
        target += timedelta(days=1)


def interval(grade: Grade, wished: int | None, policy: ContactRules) -> int:
    """Days between two contacts: the customer's wish (never closer than the spacing), else the grade's cycle."""
    if wished is not None and wished > 0:
        return max(wished, policy.spacing_days)
    if policy.cell(Topic.PERSONAL, grade).level is not Level.MUST:
        return policy.brand_sms_every_days
    return {Grade.A: policy.a_every_days, Grade.B: policy.b_every_days}.get(
        grade, policy.brand_sms_every_days
    )


def rhythm_topics(grade: Grade, every: int, policy: ContactRules) -> tuple[Topic, ...]:
    """What keeps touch: something personal, the brand's text once its cycle is full; nothing where the matrix says so."""
    personal = policy.cell(Topic.PERSONAL, grade).level is Level.MUST
    brand = policy.cell(Topic.BRAND_SMS, grade).level is Level.MUST
    topics = [Topic.PERSONAL] if personal else []
    if brand and (every >= policy.brand_sms_every_days or not topics):
        topics.append(Topic.BRAND_SMS)
    return tuple(topics)


def rhythm_due(last_contact: date, every: int) -> date:
    """Any real contact, of whatever kind, restarts the rhythm."""
    return last_contact + timedelta(days=every)


def importance(topics: Iterable[Topic], grade: Grade) -> int:
    """The weight by which the day's list is ordered: the topic first, the grade inside it."""
    best = min((BY_WEIGHT.index(topic) for topic in topics), default=len(BY_WEIGHT))
    return (len(BY_WEIGHT) - best) * _STEP + _GRADE_WEIGHT[grade]


def in_order(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    """Each topic once, the most important first."""
    return tuple(sorted(set(topics), key=BY_WEIGHT.index))


def shown_topics(needs: Sequence[dict[str, Any]]) -> tuple[Topic, ...]:
    """The topics of a contact's kept needs; routine beside a reason of its own is left out."""
    topics = [Topic(code) for need in needs for code in (need["t"], *need.get("also", ()))]
    reasoned = [topic for topic in topics if topic not in ROUTINE]
    return in_order(reasoned or topics)


def fold(needs: Sequence[Need]) -> list[list[Need]]:
    """The needs as contacts: one for each customer, day and way (a letter apart from a talk), the weightiest first.

    A routine need beside another one is left out.
    """
    groups: dict[tuple[int, date, bool], list[Need]] = {}
    for need in needs:
        groups.setdefault((need.customer, need.due, need.channel is Channel.POST), []).append(need)
    folded = []
    for together in groups.values():
        if len(together) == 1:
            folded.append(together)
            continue
        kept = [need for need in together if need.topic not in ROUTINE] or together
        folded.append(sorted(kept, key=lambda need: (BY_WEIGHT.index(need.topic), need.key)))
    return folded


def together(channels: Iterable[Channel]) -> Channel:
    """The channel of a folded contact: the call says it all, else the visit, else the message."""
    wanted = set(channels)
    for way in (Channel.PHONE, Channel.VISIT, Channel.SMS, Channel.POST, Channel.SHOP):
        if way in wanted:
            return way
    return Channel.SMS


def overflow(calls: Sequence[Call], day: date, capacity: int) -> list[int]:
    """The calls of `day` that do not fit the hour and move to the next one, by id.

    Fixed calls and overdue ones take their places first; then the weightiest, those that waited gaining a point a day.
    """
    staying = sum(call.fixed or call.due < day for call in calls)
    movable = [call for call in calls if not call.fixed and call.due == day]
    movable.sort(
        key=lambda call: (-call.importance - (day - call.original_due).days, call.original_due, call.id)
    )
    return [call.id for call in movable[max(0, capacity - staying) :]]


def expiry(topic: Topic, by_post: bool, on: date | None, today: date, policy: ContactRules) -> Expired | None:
    """Whether a contact has become pointless. `on`: the day it is about (birthday, festival, day of demotion)."""
    if on is None:
        return None
    if topic in GREETINGS:
        if by_post:
            return Expired.LATE_CARD if today >= on else None
        return Expired.LATE_GREETING if today >= on + timedelta(days=policy.greeting_expires_days) else None
    if topic is Topic.EARLY_NOTICE and today >= on:
        return Expired.HAPPENED
    return None


def next_try(tries: int, today: date, policy: ContactRules) -> date | None:
    """After the `tries`-th call without an answer: the day of the next one, None when that was the last."""
    return today + timedelta(days=1) if tries < policy.tries else None


def is_minor(birth_year: int | None, day: date) -> bool:
    """Under 14 for certain or perhaps: only the year counts, so that a doubt protects the child."""
    return birth_year is not None and day.year - birth_year < MINOR_BELOW


def stopped_by(channel: str) -> frozenset[Channel]:
    """What an opt-out stops: refusing messages stops calls too, and the other way round; letters stand apart."""
    if channel in (Channel.SMS, Channel.PHONE):
        return frozenset({Channel.SMS, Channel.PHONE})
    if channel == "all":
        return frozenset({Channel.SMS, Channel.PHONE, Channel.POST, Channel.VISIT})
    return frozenset({Channel(channel)})
