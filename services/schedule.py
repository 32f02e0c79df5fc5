"""The contact schedule made from the rules: by date, the same however often and however late (spec 04)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from models import database
from models.kinds import Channel, Topic
from services import journal, schedule_upkeep
from services.errors import Refused
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules import contacts as rules
from services.rules.contacts import Call, Need, shown_topics
from services.schedule_fold import Host, added, fact, merge_same_day, standing
from services.schedule_needs import OPEN, Finder, known
from services.shop import Shop

_PART = 5_000
LONGEST = 366
"""Days that may be planned ahead in one go."""

_COLUMNS = (
    "customer_id, due, original_due, channel, topics, state, why, key, importance, assignee_id, by_hand, incoming,"
    " tries, note, next_step, state_reason, plan_line_id, ticket_id, created_at"
)
_INSERT = (
    f"INSERT INTO contact ({_COLUMNS})"
    " VALUES (?,?,?,?,?,'planned',?,?,?,?,0,0,0,'','','',NULL,?,?) ON CONFLICT (key) DO NOTHING"
)
_FOLD = "INSERT INTO folded_need (key, contact_id) SELECT ?, id FROM contact WHERE key = ? ON CONFLICT (key) DO NOTHING"


@dataclass(frozen=True)
class Generated:
    """What one run did, and why."""

    from_day: date
    to_day: date
    new: int = 0
    folded: int = 0
    """Needs that joined a contact of the same day."""
    moved: int = 0
    """Calls that did not fit the hour and moved to the next day."""
    expired: int = 0
    topics: dict[str, int] = field(default_factory=dict)
    """New contacts by their first topic."""
    expired_why: dict[str, int] = field(default_factory=dict)
    """`Expired` codes"""
    skipped: dict[str, int] = field(default_factory=dict)
    """`topic:reason` (`Skip` codes) of those whom the matrix names but who may or can not be reached."""

    @property
    def changed(self) -> bool:
        return bool(self.new or self.folded or self.moved or self.expired)


def daily(shop: Shop, progress: Progress = silent) -> Generated:
    """The day's opening: plans today and catches up the days nobody planned, at most `catch_up_days` back.

    Needs no sign-in and changes nothing the second time.
    """
    today = shop.today()
    last = _last_lived(today)
    first = today if last is None else last + timedelta(days=1)
    first = max(first, today - timedelta(days=shop.policy.contacts.catch_up_days))
    return _generate(shop, min(first, today), today, progress)


def generate(
    shop: Shop, from_day: date | None = None, to_day: date | None = None, progress: Progress = silent
) -> Generated:
    """Plans the days from `from_day` to `to_day`, both included (default: today only).

    Idempotent: a need is planned once, and what was done or moved by hand stays. Refused for a span that makes no sense.
    """
    require(shop, Right.CONTACT)
    first = from_day or min(shop.today(), to_day or shop.today())
    last = to_day or max(first, shop.today())
    if last < first:
        raise Refused(
            "结束日期 {to} 早于开始日期 {start}。", to=last.isoformat(), start=first.isoformat(), field="to"
        )
    if (last - first).days >= LONGEST:
        raise Refused("一次最多安排 {n} 天的联络。", n=LONGEST, field="to")
    return _generate(shop, first, last, progress)


@contextmanager
def forgotten() -> Iterator[None]:
    """What is planned inside is undone on leaving: to look at a day on which nothing may be written (`--today`)."""
    with database.database.atomic() as transaction:
        try:
            yield
        finally:
            transaction.rollback()


def _generate(shop: Shop, first: date, last: date, progress: Progress) -> Generated:
    today = shop.today()
    # Days before the catch-up are history: nobody can call there any more.
    start = max(first, min(last, today - timedelta(days=shop.policy.contacts.catch_up_days)))
    days = [start + timedelta(days=number) for number in range((last - start).days + 1)]
    with database.database.atomic():
        run = _Run(shop, start)
        run.expired += schedule_upkeep.by_facts(shop, min(start, today))
        for number, day in enumerate(days):
            progress(number, len(days))
            run.plan(day)
        progress(len(days), len(days))
        figures = run.figures(first, last)
        if figures.changed:
            span = {"from": first.isoformat(), "to": last.isoformat()}
            counts = {
                "new": figures.new,
                "folded": figures.folded,
                "moved": figures.moved,
                "expired": figures.expired,
            }
            body: dict[str, Any] = {**span, **counts}
            journal.note(shop, "schedule.generated", "schedule", body=body)
    return figures


class _Run:
    """One run over some days, inside its transaction."""

    def __init__(self, shop: Shop, first: date) -> None:
        self.shop = shop
        self.today = shop.today()
        self.finder = Finder(shop)
        self.first = min(first, self.today)
        """The first day planned in this run: the closed days before today do not shorten what is looked back."""
        self.caller = schedule_upkeep.caller()
        self.now = database.moment_value(shop.clock.now())
        self.new: Counter[str] = Counter()
        self.expired: Counter[str] = Counter()
        self.folded = 0
        self._shifted: set[int] = set()
        """Calls that did not fit a day."""
        self._was: dict[int, date] = {}
        """On which day calls stood that were called back."""
        self._alike: dict[Any, tuple[str, str, str, int, Need]] = {}
        """What is written for contacts with the same facts, topic and grade: most of a day's are alike."""

    def plan(self, day: date) -> None:
        """One day: what passed, what has a reason, whose cycle is full, what does not fit the hour."""
        if self.first < day <= self.today:  # the first day was judged with the facts
            self.expired += schedule_upkeep.by_day(self.shop, day)
        if day <= self.today:
            self._call_back(day)
        # On each day, as if it had been planned by itself: a follow-up found late keeps the routine of the days after it
        # away, and a child may have grown old enough at New Year.
        late = _first_planned(self.shop, day) if day <= self.today else None
        self._add(self.finder.reasoned(day, late_from=late))
        schedule_upkeep.not_yet(self.shop, day)
        self._add(self.finder.rhythm(day))
        schedule_upkeep.sooner(self.finder.sooner, day)
        self._fit(day)
        self._keep_day(day)

    def _keep_day(self, day: date) -> None:
        """Writes down that the day is planned; once more when it was only planned ahead before."""
        known = database.row("SELECT figures FROM schedule_day WHERE day = ?", (day,))
        if known is not None and (day > self.today or _planned_on(known[0], day) >= day):
            return
        figures = json.dumps(
            {
                "on": self.today.isoformat(),
                "new": dict(self.new),
                "skipped": dict(self.finder.skipped),
            },
            sort_keys=True,
        )
        database.execute(
            "INSERT INTO schedule_day (day, policy_version, figures, created_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (day) DO UPDATE SET policy_version = excluded.policy_version, figures = excluded.figures,"
            " created_at = excluded.created_at",
            (day, self.shop.policy.version, figures, self.now),
        )

    def figures(self, first: date, last: date) -> Generated:
        return Generated(
            first,
            last,
            sum(self.new.values()),
            self.folded,
            self._moved(),
            sum(self.expired.values()),
            dict(self.new),
            dict(self.expired),
            dict(self.finder.skipped),
        )

    def _add(self, needs: list[Need]) -> None:
        """Writes the needs that are not planned yet, folded among themselves and into what stands on their day."""
        planned = known(need.key for need in needs)
        fresh = [need for need in needs if need.key not in planned]
        if not fresh:
            return
        hosts = standing(fresh, self.today + timedelta(days=1))
        rows, folds = [], []
        for together in rules.fold(fresh):
            first = together[0]
            by_post = first.channel is Channel.POST
            host = hosts.get((first.customer, first.due, by_post))
            if host is not None and self._join(host, together):
                continue
            grade, clerk = self.finder.people[first.customer]
            kind = (id(first.facts), first.topic, grade) if len(together) == 1 else None
            made = self._alike.get(kind) if kind else None
            if made is None:
                facts = [fact(need) for need in together]
                topics = shown_topics(facts)
                why = json.dumps({"needs": facts}, ensure_ascii=False, separators=(",", ":"))
                # The need is kept beside what was made of it, so that its facts keep their id.
                made = (topics[0].value, ",".join(topics), why, rules.importance(topics, grade), first)
                if kind:
                    self._alike[kind] = made
            topic, codes, why, weight, _kept = made
            channel = first.channel if kind else rules.together(need.channel for need in together)
            ticket = next((need.facts["ticket"] for need in together if need.topic is Topic.FOLLOW_UP), None)
            assignee = self.caller if channel is Channel.PHONE else clerk or self.caller
            rows.append(
                (first.customer, first.due, first.due, channel.value, codes, why, first.key, weight, assignee)
                + (ticket, self.now)
            )
            self.new[topic] += 1
            self.folded += len(together) - 1
            folds += [(need.key, first.key) for need in together[1:]]
        database.execute_many(_INSERT, rows)
        database.execute_many(_FOLD, folds)

    def _join(self, host: Host, needs: list[Need]) -> bool:
        """Folds needs into a contact that already stands on their day. False where a hand has set another channel."""
        channel = rules.together([host.channel, *(need.channel for need in needs)])
        if host.by_hand and channel is not host.channel:
            return False
        facts = json.loads(host.why or '{"needs":[]}')
        facts["needs"] += [fact(need) for need in needs]
        topics = shown_topics(facts["needs"]) if not host.by_hand else added(host.topics, needs)
        grade, clerk = self.finder.people[needs[0].customer]
        assignee = self.caller if channel is Channel.PHONE else clerk or self.caller
        database.execute(
            "UPDATE contact SET channel = ?, topics = ?, why = ?, importance = ?,"
            " assignee_id = CASE WHEN by_hand = 1 THEN assignee_id ELSE ? END WHERE id = ?",
            (
                *(
                    channel.value,
                    ",".join(topics),
                    json.dumps(facts, ensure_ascii=False, separators=(",", ":")),
                ),
                *(rules.importance(topics, grade), assignee, host.id),
            ),
        )
        database.execute_many(
            "INSERT INTO folded_need (key, contact_id) VALUES (?, ?) ON CONFLICT (key) DO NOTHING",
            [(need.key, host.id) for need in needs],
        )
        self.folded += len(needs)
        return True

    def _call_back(self, day: date) -> None:
        """Calls that only planning ahead had moved beyond the day stand for it again, before the hour is filled.

        One that has met a greeting on its way stays with it: the greeting has its day.
        """
        found = database.rows(
            "SELECT k.id, k.due FROM contact k WHERE k.channel = 'phone' AND k.state = 'planned' AND k.by_hand = 0"
            " AND k.done_on IS NULL AND k.due >= ? AND k.original_due < k.due AND k.original_due <= ?"
            " AND k.topics NOT LIKE ? AND k.topics NOT LIKE ?",
            (day, day, *(f"%{topic}%" for topic in sorted(rules.GREETINGS))),
        )
        if not found:
            return
        later = [(number, _day(due)) for number, due in found if _day(due) > day]
        self._was |= {number: due for number, due in later if number not in self._was}
        database.execute_many("UPDATE contact SET due = ? WHERE id = ?", [(day, row[0]) for row in later])
        merge_same_day([row[0] for row in found], day)

    def _moved(self) -> int:
        """Calls that stand on another day than before the run, or than the rules named first."""
        known = list(self._shifted | self._was.keys())
        now: dict[int, date] = {}
        for start in range(0, len(known), _PART):
            part = known[start : start + _PART]
            marks = database.marks(part)
            for number, due in database.rows(f"SELECT id, due FROM contact WHERE id IN ({marks})", part):
                now[number] = _day(due)
        return sum(now[number] != self._was.get(number) for number in now)

    def _fit(self, day: date) -> None:
        """Moves the calls of the day that do not fit the manager's hour. Ahead of today the days before count as done."""
        found = database.rows(
            "SELECT k.id, k.due, k.original_due, k.importance, k.topics, k.state, k.by_hand FROM contact k"
            f" WHERE k.channel = 'phone' AND {OPEN.format(k='k')} AND k.due <= ? AND k.due >= ?",
            (day, date.min if day <= self.today else day),
        )
        calls = []
        for number, due, original, importance, topics, state, by_hand in found:
            greeting = any(topic in topics for topic in rules.GREETINGS)
            fixed = greeting or bool(by_hand) or state != "planned"
            calls.append(Call(number, _day(due), _day(original), importance, fixed))
        # What was called today took its place in the hour, whatever came of it.
        over = _calls_over(day) if day == self.today else 0
        moving = rules.overflow(calls, day, max(0, self.shop.policy.contacts.calls_a_day - over))
        if not moving:
            return
        after = day + timedelta(days=1)
        self._shifted.update(moving)
        # What planning ahead had put off further, and has no room now either, stays where it was.
        targets = {number: max(after, self._was.get(number, after)) for number in moving}
        database.execute_many(
            "UPDATE contact SET due = ? WHERE id = ?", [(due, number) for number, due in targets.items()]
        )
        moving = [number for number in moving if targets[number] == after]
        if after <= self.today + timedelta(days=1):  # further ahead they may come back before
            merge_same_day(moving, after)


def _calls_over(day: date) -> int:
    """Planned calls that ended on that day."""
    return int(
        database.value_of(
            "SELECT COUNT(*) FROM contact WHERE done_on = ? AND channel = 'phone' AND incoming = 0"
            " AND state IN ('done', 'refused', 'no_answer')",
            (day,),
        )
        or 0
    )


def caller(shop: Shop) -> int | None:
    """Who makes the calls: the store manager (seeds/002 六.1), else the owner."""
    return schedule_upkeep.caller()


def _last_lived(today: date) -> date | None:
    """The last day before today that was planned when it had come: what was only planned ahead is caught up."""
    found = database.rows(
        "SELECT day, figures FROM schedule_day WHERE day < ? ORDER BY day DESC LIMIT ?", (today, LONGEST)
    )
    return next(
        (
            day
            for day, figures in ((_day(row[0]), row[1]) for row in found)
            if _planned_on(figures, day) >= day
        ),
        None,
    )


def _planned_on(figures: str, day: date) -> date:
    """The business day of the planning; the day itself in books from before that was written down."""
    told = json.loads(figures or "{}").get("on")
    return date.fromisoformat(told) if told else day


def _first_planned(shop: Shop, run: date) -> date | None:
    """From when follow-ups entered late are still planned: the first planned day, at most the catch-up before `run`."""
    first = database.as_day(database.value_of("SELECT MIN(day) FROM schedule_day"))
    back = run - timedelta(days=shop.policy.contacts.catch_up_days)
    return max(first, back) if first is not None and first < shop.today() else None


def _day(value: object) -> date:
    found = database.as_day(value)
    assert found is not None
    return found
