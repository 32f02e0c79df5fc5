"""Whom the rules want to reach on a day, and why: one query a topic, never one a customer (spec 04)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from models import database
from models.kinds import Channel, Grade, Handover, LineStatus, Topic
from services.campaign_ahead import held_back
from services.gifts.due import festivals_of
from services.rules import birthdays
from services.rules import contacts as rules
from services.rules.contacts import Need, Person, Skip
from services.shop import Shop

WHO = (
    "c.id, c.grade, c.state, c.preferred_channel, c.phone_doubtful, c.birth_year, c.clerk_id,"
    " EXISTS (SELECT 1 FROM phone p WHERE p.customer_id = c.id)"
)
_WIDTH = 8
"""Columns of WHO."""
_CHUNK = 5_000

OPEN = "{k}.state IN ('planned', 'no_answer', 'postponed') AND {k}.done_on IS NULL"
"""What is still to be done, for the table alias `k`."""

OURS = "{k}.state IN ('planned', 'no_answer') AND {k}.by_hand = 0 AND {k}.done_on IS NULL"
"""What the rules planned and nobody moved: a call that nobody answered comes back by rule, too."""

RHYTHM_KEY = (
    "'rhythm:' || CAST(c.id AS TEXT) || ':' || CAST(COALESCE(c.last_contact, c.registered_on) AS TEXT)"
)
"""The key of what keeps touch with the customer `c`, counted from the last real contact; tries after one that came to
nothing have the day of its end behind it."""


class Finder:
    """Collects the needs of days; remembers who was left out and why, and whose customers they are."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.policy = shop.policy.contacts
        self.skipped: Counter[str] = Counter()
        """`topic:reason` -> how many"""
        self.people: dict[int, tuple[Grade, int | None]] = {}
        """Grade and responsible clerk of everyone met."""
        self.sooner: list[int] = []
        """Contacts planned ahead for later than the cycle wants by now."""
        self._waiting: set[int] = set()
        """Whose cycle was full on the day planned last, but who had to wait."""
        self._before: date | None = None
        self._noticed: date | None = None
        """The last day ahead for which early notices were looked for."""
        self._on = shop.today()
        """The day that is being planned: minors are judged by it."""
        self._left: list[tuple[str, str]] = []
        self._out_of_reach: set[int] = set()
        """With whom touch would be kept, if there were a way: counted once a run, on however many days."""
        self._refused: dict[int, frozenset[str]] = _opt_outs()
        self._ways: dict[tuple[Any, ...], Channel | Skip] = {}
        self._grades = {grade.value: grade for grade in Grade}

    def reasoned(self, day: date, *, late_from: date | None = None) -> list[Need]:
        """Everything with a reason of its own for `day`. `late_from`: follow-ups entered late, due from there on."""
        self._on = day
        needs = list(self._follow_ups(late_from or day, day))
        needs += self._birthdays(day, day)
        needs += self._festivals(day, day)
        for target in rules.card_days(day, self.shop.policy.posting):
            needs += self._birthdays(target, day, by_post=True)
            needs += self._festivals(target, day, by_post=True)
        needs += self._gifts(day)
        needs += self._early_notices(day)
        needs += self._win_backs(day)
        done = known(key for key, _why in self._left)
        self.skipped.update(why for key, why in self._left if key not in done)
        self._left.clear()
        return needs

    def rhythm(self, day: date) -> list[Need]:
        """Whose cycle is full on `day`; not those with another open contact, or a campaign's message, within the spacing.

        Ahead of today, a contact planned earlier in the cycle counts as done: it will restart the rhythm.
        """
        self._on = day
        policy = self.policy
        near = timedelta(days=policy.spacing_days)
        found = self._full_cycles(day, near)
        self.sooner.clear()
        held = held_back(day, near)
        ended, trying = _tries([row[0] for row in found if row[_WIDTH + 2] is not None])
        needs = []
        every_days = {grade.value: rules.interval(grade, None, policy) for grade in Grade}
        alike: dict[tuple[str, int, Any, date | None], dict[str, Any]] = {}
        for row in found:
            wished, closed = row[_WIDTH + 1 : _WIDTH + 3]
            if row[-1] or row[0] in held or (closed is not None and _day(closed) > day - near):
                self._waiting.add(row[0])
                continue
            grade = self._grades[row[1]]
            every = every_days[row[1]] if wished is None else rules.interval(grade, wished, policy)
            anchor = _day(row[_WIDTH])
            tried: date | None = None
            ahead: int | None
            ahead, folded = row[_WIDTH + 3 : _WIDTH + 5] if closed is None else (None, None)
            if closed is not None:
                tried = ended.get((row[0], anchor))
                if (row[0], anchor) in trying:  # a further try is open
                    ahead, due = trying[row[0], anchor]
                    if ahead is None or due <= day:
                        continue
            if rules.rhythm_due(tried or anchor, every) > day:
                self._waiting.add(row[0])
                continue
            facts = alike.get((row[1], every, anchor, tried))
            if facts is None:
                topics = [topic.value for topic in rules.rhythm_topics(grade, every, policy)]
                facts = {"since": anchor.isoformat(), "every": every, "also": topics[1:]}
                facts |= {"topic": topics[0]} if topics else {}
                if tried is not None:
                    facts["tried"] = tried.isoformat()
                alike[row[1], every, anchor, tried] = facts
            if "topic" not in facts:  # the matrix keeps no touch with this grade
                continue
            topic = Topic(facts["topic"])
            way = self._way(topic, row)
            if isinstance(way, Skip) and row[0] not in self._out_of_reach:
                self._out_of_reach.add(row[0])
                self.skipped[f"{topic}:{way}"] += 1
            if ahead is not None:
                # Not for a child that is old enough on the later day only.
                self.sooner += [] if isinstance(way, Skip) else [ahead]
            elif not isinstance(way, Skip):
                # Its own key beside one that ended, or that stands with something else on a later day.
                beside = tried or (day if folded is not None else None)
                key = f"rhythm:{row[0]}:{facts['since']}" + (f":{beside}" if beside else "")
                needs.append(Need(row[0], topic, key, day, way, facts))
        return needs

    def _full_cycles(self, day: date, near: timedelta) -> list[tuple[Any, ...]]:
        """`WHO`, last contact, wished days, end of the last try, contact planned ahead, host, and whether another open
        contact is near, of those whose cycle is full. Ahead of today only those whose cycle was not full the day before,
        or who had to wait then: nothing else changes from one day to the next."""
        policy = self.policy
        full = [day - timedelta(days=rules.interval(grade, None, policy)) for grade in Grade]
        since = "COALESCE(c.last_contact, c.registered_on)"
        ahead = day > self.shop.today()
        narrow, params = "", []  # type: str, list[Any]
        if ahead and self._before == day - timedelta(days=1) and len(self._waiting) <= _CHUNK:
            narrow = (
                f" AND (c.preferred_every_days IS NOT NULL OR {since} = CASE c.grade WHEN 'A' THEN ? WHEN 'B' THEN ?"
                f" ELSE ? END OR c.id IN ({database.marks(list(self._waiting)) if self._waiting else '-1'}))"
            )
            params = [*full, *sorted(self._waiting)]
        self._before = day if ahead else None
        self._waiting.clear()
        return database.rows(
            f"SELECT {WHO}, {since}, c.preferred_every_days, COALESCE(r.done_on, h.done_on), r.id, h.id,"
            " CASE WHEN EXISTS (SELECT 1 FROM contact k WHERE k.customer_id = c.id"
            " AND k.due > CASE c.grade WHEN 'A' THEN ? WHEN 'B' THEN ? ELSE ? END"
            # Ahead, a call that does not fit its day moves on and on: it stands for the day it was meant for.
            f" AND {'k.original_due' if ahead else 'k.due'} < ?"
            f" AND {OPEN.format(k='k')}) THEN 1 ELSE 0 END FROM customer c"
            f" LEFT JOIN contact r ON r.key = {RHYTHM_KEY} LEFT JOIN folded_need f ON f.key = {RHYTHM_KEY}"
            " LEFT JOIN contact h ON h.id = f.contact_id WHERE c.state = 'active'"
            f" AND ((c.preferred_every_days IS NULL AND ((c.grade = 'A' AND {since} <= ?)"
            f" OR (c.grade = 'B' AND {since} <= ?) OR (c.grade = 'C' AND {since} <= ?)))"
            f" OR (c.preferred_every_days IS NOT NULL AND {since} <= ?)){narrow}"
            # Planned ahead for a longer cycle than is in force now: it comes sooner.
            f" AND (r.id IS NULL OR r.done_on IS NOT NULL OR (r.due > ? AND r.due = r.original_due AND {OURS.format(k='r')}))"
            f" AND (h.id IS NULL OR h.done_on IS NOT NULL OR (h.due > ? AND {OPEN.format(k='h')})) ORDER BY c.id",
            (*(full if ahead else [day - near] * 3), day + near, *full, day - near, *params, day, day),
        )

    def _follow_ups(self, first: date, last: date) -> Iterator[Need]:
        """Due so many days after the ticket; several tickets of one day are one follow-up."""
        after = timedelta(days=self.policy.follow_up_days)
        found = database.rows(
            f"SELECT {WHO}, t.day, t.id FROM ticket t JOIN customer c ON c.id = t.customer_id"
            " WHERE t.day >= ? AND t.day <= ? AND t.counts = 1 AND c.state = 'active' ORDER BY t.id",
            (first - after, last - after),
        )
        seen = set()
        for row in found:
            bought = _day(row[_WIDTH])
            if (row[0], bought) in seen:
                continue
            seen.add((row[0], bought))
            facts = {"bought": bought.isoformat(), "ticket": row[_WIDTH + 1]}
            key = f"follow_up:{bought.isoformat()}:{row[0]}"
            yield from self._need(Topic.FOLLOW_UP, row, key, bought + after, facts)

    def _birthdays(self, on: date, due: date, *, by_post: bool = False) -> Iterator[Need]:
        """The customers' own birthdays and their remembered days kept on the day `on`."""
        head = "card:" if by_post else ""
        facts: dict[str, Any] = {"on": on.isoformat()}
        for calendar, month, number, leap in sorted(birthdays.keys_on(on, self.shop.policy.birthdays)):
            params = (calendar.value, month, number, int(leap))
            own = database.rows(
                f"SELECT {WHO} FROM customer c WHERE c.birth_calendar = ? AND c.birth_month = ? AND c.birth_day = ?"
                " AND c.birth_leap = ? AND c.state = 'active' ORDER BY c.id",
                params,
            )
            for row in own:
                key = f"{head}birthday:{on.isoformat()}:{row[0]}"
                yield from self._need(Topic.BIRTHDAY, row, key, due, facts, by_post)
            if not self.policy.remembered_days:
                continue
            family = database.rows(
                f"SELECT {WHO}, d.label FROM remembered_day d JOIN customer c ON c.id = d.customer_id"
                " WHERE d.calendar = ? AND d.month = ? AND d.day = ? AND d.leap = ? AND c.state = 'active'"
                " ORDER BY c.id, d.id",
                params,
            )
            for row in family:
                label = row[_WIDTH]
                key = f"{head}day:{on.isoformat()}:{row[0]}:{label}"
                yield from self._need(Topic.BIRTHDAY, row, key, due, {**facts, "label": label}, by_post)

    def _festivals(self, on: date, due: date, *, by_post: bool = False) -> Iterator[Need]:
        head = "card:" if by_post else ""
        for _on, occasion in festivals_of(self.shop, on, on):
            facts = {"on": on.isoformat(), "occasion": occasion}
            # Nobody reads through the many whom the matrix gives no card.
            grades = [one.value for one in Grade if self.policy.cell(Topic.FESTIVAL, one).card or not by_post]
            for row in (
                database.rows(
                    f"SELECT {WHO} FROM customer c WHERE c.state = 'active' AND c.grade IN ({database.marks(grades)})"
                    " ORDER BY c.id",
                    grades,
                )
                if grades
                else ()
            ):
                key = f"{head}festival:{occasion}:{on.isoformat()}:{row[0]}"
                yield from self._need(Topic.FESTIVAL, row, key, due, facts, by_post)

    def _gifts(self, day: date) -> Iterator[Need]:
        """Approved gifts that wait for the customer: on the day of the occasion, and once more as a reminder."""
        waits = self.shop.policy.gifts.uncollected_days
        found = database.rows(
            f"SELECT {WHO}, l.occasion, l.due FROM plan_line l JOIN customer c ON c.id = l.customer_id"
            " WHERE l.status = ? AND l.handover IN (?, ?) AND l.due <= ? AND c.state = 'active'"
            " ORDER BY l.due, l.id",
            (LineStatus.APPROVED.value, Handover.COLLECT.value, Handover.DELIVER.value, day),
        )
        for row in {(*row[:1], *row[_WIDTH:]): row for row in found}.values():
            occasion, on = row[_WIDTH], _day(row[_WIDTH + 1])
            again = (day - on).days >= waits
            facts = {"on": on.isoformat(), "occasion": occasion, "again": again}
            key = f"gift{'_again' if again else ''}:{occasion}:{on.isoformat()}:{row[0]}"
            yield from self._need(Topic.GIFT_WAITING, row, key, day, facts)

    def _early_notices(self, day: date) -> Iterator[Need]:
        from services import grade_history

        # Within one run each further day ahead only brings those whom a rule hits a day later.
        ahead = day > self.shop.today() and self._noticed == day - timedelta(days=1)
        horizon = day + timedelta(days=self.shop.policy.grades.early_notice_days)
        found = grade_history.early_notice(self.shop.at(day), horizon if ahead else None)
        self._noticed = day
        keys = {f"early_notice:{one.rule}:{one.day.isoformat()}:{one.customer_id}": one for one in found}
        planned = known(keys)
        notices = {one.customer_id: (key, one) for key, one in keys.items() if key not in planned}
        dates = "COALESCE(c.last_visit, c.registered_on), COALESCE(c.last_purchase, c.registered_on)"
        for row in _by_ids(f"SELECT {WHO}, {dates} FROM customer c WHERE c.id IN ({{marks}})", notices):
            key, notice = notices[row[0]]
            since = _day(row[_WIDTH + (notice.rule.value == "no_purchase")])
            facts = {"on": notice.day.isoformat(), "rule": notice.rule.value, "since": since.isoformat()}
            yield from self._need(Topic.EARLY_NOTICE, row, key, day, facts)

    def _win_backs(self, day: date) -> Iterator[Need]:
        """Those who became lost within the days that are caught up."""
        found = database.rows(
            f"SELECT {WHO}, c.lost_on FROM customer c WHERE c.state = 'lost' AND c.lost_on > ? AND c.lost_on <= ?"
            " ORDER BY c.id",
            (day - timedelta(days=self.policy.catch_up_days), day),
        )
        for row in found:
            lost = _day(row[_WIDTH]).isoformat()
            yield from self._need(Topic.WIN_BACK, row, f"win_back:{lost}:{row[0]}", day, {"lost_on": lost})

    def _need(
        self,
        topic: Topic,
        row: Sequence[Any],
        key: str,
        due: date,
        facts: dict[str, Any],
        by_post: bool = False,
    ) -> Iterator[Need]:
        way = self._way(topic, row, by_post)
        if isinstance(way, Skip):
            if not (by_post and way is Skip.GRADE):
                self._left.append((key, f"{topic}:{way}"))
            return
        yield Need(row[0], topic, key, due, way, facts)

    def way(self, topic: Topic, row: Sequence[Any]) -> Channel | Skip:
        """How `topic` reaches the customer whose columns `WHO` begin `row`, or why not."""
        return self._way(topic, row)

    def _way(self, topic: Topic, row: Sequence[Any], by_post: bool = False) -> Channel | Skip:
        """The rule's answer, kept for everyone alike: customers differ in few ways."""
        number, grade, state, preferred, doubtful, birth_year, clerk, phone = row[:_WIDTH]
        self.people[number] = (self._grades[grade], clerk)
        refused = self._refused.get(number)
        minor = rules.is_minor(birth_year, self._on)
        kind = (topic, by_post, grade, state, preferred, doubtful, minor, phone, refused)
        way = self._ways.get(kind)
        if way is None:
            person = Person(
                self._grades[grade],
                state == "lost",
                bool(phone),
                bool(doubtful),
                refused or frozenset(),
                preferred,
                minor,
            )
            policy = self.policy
            way = rules.card(person, policy, topic) if by_post else rules.channel(topic, person, policy)
            self._ways[kind] = way
        return way


Tries = dict[tuple[int, date], date]
"""By customer and day of the last real contact."""


def _tries(customers: Sequence[int]) -> tuple[Tries, dict[tuple[int, date], tuple[int | None, date]]]:
    """For customers with whom keeping touch came to nothing: when the last try since the last real contact ended.

    And the tries still open, with their day; without their number where a hand or another contact holds them.
    """
    ended: Tries = {}
    trying: dict[tuple[int, date], tuple[int | None, date]] = {}
    ours = f"CASE WHEN {OURS.format(k='k')} AND k.state = 'planned' AND k.due = k.original_due THEN k.id END"
    alone = (
        f"SELECT k.customer_id, k.key, k.done_on, {ours}, k.due FROM contact k WHERE k.customer_id IN ({{marks}})"
        " AND SUBSTR(k.key, 1, 7) = 'rhythm:'"
    )
    folded = (
        "SELECT k.customer_id, f.key, k.done_on, NULL, k.due FROM contact k JOIN folded_need f ON f.contact_id = k.id"
        " WHERE k.customer_id IN ({marks}) AND SUBSTR(f.key, 1, 7) = 'rhythm:'"
    )
    for customer, key, done_on, number, due in (*_by_ids(alone, customers), *_by_ids(folded, customers)):
        kind = (customer, date.fromisoformat(key.split(":")[2]))
        closed = database.as_day(done_on)
        if closed is None:
            trying[kind] = (number, _day(due))
        else:
            ended[kind] = max(ended.get(kind, closed), closed)
    return ended, trying


def known(keys: Iterable[str]) -> set[str]:
    """Which of these needs are planned already, alone or folded into another contact."""
    wanted = list(keys)
    found: set[str] = set()
    for table in ("contact", "folded_need"):
        found |= {row[0] for row in _by_ids(f"SELECT key FROM {table} WHERE key IN ({{marks}})", wanted)}
    return found


def _by_ids(sql: str, ids: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows for many keys, some thousands at a time. `{marks}` in the SQL stands for them."""
    wanted = list(ids)
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        yield from database.rows(sql.format(marks=database.marks(part)), part)


def _opt_outs() -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for customer, channel in database.rows("SELECT customer_id, channel FROM opt_out"):
        found.setdefault(customer, set()).add(channel)
    return {customer: frozenset(channels) for customer, channels in found.items()}


def _day(value: Any) -> date:
    found = database.as_day(value)
    assert found is not None
    return found
