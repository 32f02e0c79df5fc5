"""Watches over a simulated shop: works out from the records alone what had to happen, and compares.

Nothing here asks the schedule's own rules. Only the calendar (lunar days, festivals, the posting day) is shared with the
program; it has its own tests against published tables.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from models import database
from services import calendar, schedule
from services.clock import FixedClock
from services.customer_rows import a_day
from tests.services.schedule_years import DAY, OPEN, Years

ROUTINE = {"personal", "brand_sms", "new_arrivals", "promotion", "company_news"}
GREETINGS = ("birthday", "festival")
NOTICE_DAYS = 30
LEAD_DAYS = 4
AGAIN_AFTER = 30
MINOR_BELOW = 14

_PEOPLE = (
    "id, grade, base_grade, state, preferred_channel, preferred_every_days, phone_doubtful, birth_calendar, birth_month,"
    " birth_day, birth_leap, birth_year, registered_on, last_visit, last_purchase, lost_on,"
    " EXISTS (SELECT 1 FROM phone p WHERE p.customer_id = customer.id)"
)
_KEPT = "id, customer_id, due, channel, state, tries, note, done_on, assignee_id, by_hand, state_reason"


class Person:
    """A row of the customer table with what the checks ask of it."""

    def __init__(self, row: tuple[Any, ...], refused: set[str]) -> None:
        self.id, self.grade, self.base, self.state, self.wish, self.every, self.doubtful = row[:7]
        self.calendar, self.month, self.day, self.leap, self.year = row[7:12]
        registered, visit, purchase, lost, self.phone = row[12:]
        self.registered, self.visit = a_day(registered), database.as_day(visit)
        self.purchase, self.lost = database.as_day(purchase), database.as_day(lost)
        self.refused = refused

    def can(self, topic: str, today: date, gift_only: bool) -> bool:
        """Whether there is any way to tell them this."""
        if self.year is not None and today.year - self.year < MINOR_BELOW:
            return False
        if topic == "card":
            return "post" not in self.refused
        chosen = topic == "routine" and self.grade == "A" and self.wish in ("post", "visit")
        if chosen and self.wish not in self.refused:
            return True
        if not self.phone or self.doubtful:
            return False
        call = self.grade != "C" or topic == "gift_waiting" or not gift_only
        return "sms" not in self.refused or (call and "phone" not in self.refused)

    def born_on(self, day: date) -> bool:
        """Whether the birthday is kept on that day, with the switches as shipped."""
        return self.calendar is not None and kept_on(day, self.calendar, self.month, self.day, self.leap)


def kept_on(day: date, kind: str, month: int, number: int, leap: int) -> bool:
    if kind == "solar":
        if (month, number) == (2, 29) and (day + DAY).day == 1:
            return (day.month, day.day) in ((2, 28), (2, 29))
        return (day.month, day.day) == (month, number)
    lunar, after = calendar.to_lunar(day), calendar.to_lunar(day + DAY)
    if lunar.month != month or (lunar.leap and not leap):
        return False
    if leap and not lunar.leap and calendar.leap_month(lunar.year) == month:
        return False
    last_of_month = after.day == 1
    return lunar.day == number or (number == 30 and lunar.day == 29 and last_of_month)


def months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    end = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - DAY).day
    return date(year, month + 1, min(day.day, end))


def first_day_beyond(day: date, months: int) -> date:
    """The first day on which so many months before lies after `day`."""
    found = months_after(day, months)
    while months_after(found, -months) <= day:
        found += DAY
    return found


class Watch:
    """Called after every morning, every act and at the end. `fork`: a folder for copies of the books."""

    def __init__(self, years: Years, fork: Path) -> None:
        self.years, self.fork = years, fork
        path = database.sqlite_path()
        assert path is not None
        self.path = path
        self.recorded: set[tuple[int, str, str]] = set()
        self.last_id = 0
        self.postponed: set[int] = set()
        self.spacings: list[tuple[date, int]] = []
        self.judged: set[int] = set()
        self.figures: dict[str, int] = {}

    # ---- around a morning

    def before(self) -> None:
        self.kept = self._kept()

    def morning(self) -> None:
        """After the day's opening."""
        today = self.years.today
        limits = self.years.manager.policy.contacts
        self.spacings.append((today, limits.spacing_days))
        self._unchanged()
        self._read_records()
        people = self._people()
        for one in people.values():
            if one.state == "active":
                self._owed(one, today, people)
            elif (
                one.lost
                and (today - one.lost).days < limits.catch_up_days
                and one.can("win_back", today, limits.c_phone_only_with_gift)
            ):
                self._must(one, "win_back", one.lost, today)
        self._owed_to_tickets(people, today)
        self._owed_gifts(people, today)
        self._rhythm(people, today)
        self._hour(today, limits.minutes_a_call, in_order=True)
        self._one_contact_a_day()
        self._no_greeting_early()
        self._nothing_to_the_lost()
        self._few_calls_to_c(limits.c_phone_only_with_gift)
        self.act()

    def twice(self) -> None:
        """Planning the same day again changes nothing."""
        before = database.rows("SELECT * FROM contact ORDER BY id")
        made = schedule.daily(self.years.shop())
        assert not made.changed, f"planning twice changed something: {made}"
        assert before == database.rows("SELECT * FROM contact ORDER BY id"), (
            "planning twice changed a contact"
        )

    def act(self) -> None:
        """After every act."""
        found = database.rows(
            f"SELECT k.id, k.channel, k.customer_id FROM contact k JOIN opt_out o ON o.customer_id = k.customer_id"
            f" AND o.channel = k.channel WHERE {OPEN.replace('state', 'k.state').replace('done_on', 'k.done_on')}"
        )
        assert not found, f"open against an opt-out (contact, channel, customer): {found}"
        self.postponed |= {
            row[0] for row in database.rows("SELECT id FROM contact WHERE state = 'postponed'")
        }
        self._spacing()

    def end(self) -> None:
        """At the very end: nothing that was recorded has vanished, and every end has its reason."""
        everything: set[tuple[int, str, str]] = set()
        for row in database.rows("SELECT customer_id, channel, why FROM contact WHERE why <> ''"):
            everything |= set(_needs(*row))
        gone = self.recorded - everything
        assert not gone, f"the reason of a contact vanished: {sorted(gone)[:5]}"
        bare = database.rows(
            "SELECT id, state FROM contact WHERE done_on IS NOT NULL AND state_reason = '' AND state IN ('expired', 'no_answer')"
        )
        assert not bare, f"ended without a reason: {bare[:5]}"
        double = database.rows("SELECT key, COUNT(*) FROM folded_need GROUP BY key HAVING COUNT(*) > 1")
        assert not double

    # ---- what is owed

    def _owed(self, one: Person, today: date, people: dict[int, Person]) -> None:
        limits = self.years.manager.policy.contacts
        gift_only = limits.c_phone_only_with_gift
        for day in self._span():
            if one.registered > today:
                continue
            greets = [("birthday", day, "")] if one.born_on(day) else []
            greets += [
                ("birthday", day, label)
                for label, kind, month, number, leap in self._days_of.get(one.id, ())
                if kept_on(day, kind, month, number, leap)
            ]
            greets += [("festival", day, "")] if self._festivals(day) else []
            for topic, on, label in greets:
                if one.can(topic, day, gift_only):
                    self._must(one, topic, on, today, label)
            if one.grade != "C" and one.can("card", day, gift_only):
                for on in _cards_of(day):
                    for label, kind, month, number, leap in (
                        *((("", one.calendar, one.month, one.day, one.leap),) if one.calendar else ()),
                        *self._days_of.get(one.id, ()),
                    ):
                        if kept_on(on, kind, month, number, leap):
                            self._must(one, "card", on, today, label)
                    if self._festivals(on):
                        self._must(one, "card", on, today)
        if not one.can("early_notice", today, gift_only):
            return
        # Months of different length: the day may be named one to three days apart.
        soon = today + (NOTICE_DAYS - 3) * DAY
        losing = first_day_beyond(one.purchase or one.registered, 12)
        demoted = first_day_beyond(one.visit or one.registered, 6)
        if today < losing <= soon:
            self._must(one, "early_notice", losing, today)
        elif one.base != "C" and today < demoted <= soon:
            self._must(one, "early_notice", demoted, today)

    def _owed_to_tickets(self, people: dict[int, Person], today: date) -> None:
        limits = self.years.manager.policy.contacts
        after = limits.follow_up_days * DAY
        first = max(self.years.opened[0], today - limits.catch_up_days * DAY)
        for customer, bought in database.rows(
            "SELECT customer_id, day FROM ticket WHERE counts = 1 AND day >= ? AND day <= ?",
            (first - after, today - after),
        ):
            one = people[customer]
            if one.state == "active" and one.can("follow_up", today, limits.c_phone_only_with_gift):
                self._must(one, "follow_up", a_day(bought), today)

    def _owed_gifts(self, people: dict[int, Person], today: date) -> None:
        for customer, on in database.rows(
            "SELECT customer_id, due FROM plan_line WHERE status = 'approved' AND due <= ?", (today,)
        ):
            one = people[customer]
            if one.state == "active" and one.can("gift_waiting", today, True):
                day = a_day(on)
                again = (today - day).days >= AGAIN_AFTER
                self._must(one, "gift_waiting", day, today, "again" if again else "")

    def _rhythm(self, people: dict[int, Person], today: date) -> None:
        """Whoever was not met for a whole cycle has something open, or a try lies less than a cycle back."""
        limits = self.years.manager.policy.contacts
        grades = {"A": limits.a_every_days, "B": limits.b_every_days, "C": limits.brand_sms_every_days}
        met: dict[int, date] = {}
        for customer, day, _contact, _what in self.years.met:
            met[customer] = max(met.get(customer, day), day)
        tried: dict[int, date] = {}
        for customer, day in database.rows(
            "SELECT customer_id, MAX(done_on) FROM contact WHERE state IN ('no_answer', 'refused', 'expired')"
            " AND done_on IS NOT NULL GROUP BY customer_id"
        ):
            tried[customer] = a_day(day)
        soon = today + limits.spacing_days * DAY
        waiting = {
            row[0]
            for row in database.rows(
                # A call whose day has come waits for its turn, on whatever later day planning ahead had put it.
                f"SELECT customer_id FROM contact WHERE {OPEN} AND (due < ? OR state = 'postponed'"
                " OR (channel = 'phone' AND by_hand = 0 AND original_due <= ?))",
                (soon, today),
            )
        }
        for one in people.values():
            if one.state != "active" or not one.can("routine", today, limits.c_phone_only_with_gift):
                continue
            every = grades[one.grade] if one.every is None else max(one.every, limits.spacing_days)
            since = max(met.get(one.id, one.registered), tried.get(one.id, date.min))
            if (today - since).days >= max(every, limits.spacing_days) and one.id not in waiting:
                raise AssertionError(
                    f"forgotten: {one.id} ({one.grade}, every {every} days), last met or tried on {since}"
                )

    def _must(self, one: Person, topic: str, on: date | None, today: date, label: str = "") -> None:
        assert on is not None
        self.figures[topic] = self.figures.get(topic, 0) + 1
        if (one.id, f"{topic}{label}", on.isoformat()) not in self.recorded:
            raise AssertionError(f"missed: {topic} {label} of {on} for {one.id} ({one.grade} {one.state})")

    # ---- what may not be

    def _unchanged(self) -> None:
        now = self._kept()
        for number, row in self.kept.items():
            after = now.get(number)
            if after == row:
                continue
            open_before = row[7] is None and row[4] != "done"
            ended = after is not None and after[4] == "expired" and after[10] in ("opted_out", "gone", "lost")
            assert open_before and ended, f"regeneration changed {row} to {after}"

    def _hour(self, today: date, minutes: int, in_order: bool = False) -> None:
        capacity = max(1, 60 // minutes)
        calls = database.rows(
            f"SELECT id, due, original_due, importance, topics, state, by_hand FROM contact WHERE {OPEN}"
            " AND channel = 'phone' AND due <= ?",
            (today,),
        )
        movable = [
            row
            for row in calls
            if database.as_day(row[1]) == today
            and row[5] == "planned"
            and not row[6]
            and not any(greeting in row[4] for greeting in GREETINGS)
        ]
        others = len(calls) - len(movable)
        assert len(movable) <= max(0, capacity - others), f"{len(calls)} calls in an hour for {capacity}"
        if in_order and movable:
            least = min(row[3] + (today - a_day(row[2])).days for row in movable)
            for number, original, importance in database.rows(
                "SELECT id, original_due, importance FROM contact WHERE channel = 'phone' AND state = 'planned'"
                " AND by_hand = 0 AND done_on IS NULL AND due > ? AND original_due <= ?",
                (today, today),
            ):
                weight = importance + (today - a_day(original)).days
                assert weight <= least, f"call {number} was put off before a lighter one"

    def _one_contact_a_day(self) -> None:
        double = database.rows(
            "SELECT customer_id, due, COUNT(*) FROM contact WHERE state = 'planned' AND done_on IS NULL AND by_hand = 0"
            " AND channel <> 'post' AND due <= ? GROUP BY customer_id, due HAVING COUNT(*) > 1",
            (self.years.today + DAY,),
        )
        assert not double, f"two contacts on one day: {double}"

    def _no_greeting_early(self) -> None:
        for number, due, why in database.rows(
            "SELECT id, due, why FROM contact WHERE state = 'planned' AND done_on IS NULL AND by_hand = 0"
            " AND channel <> 'post' AND (topics LIKE '%birthday%' OR topics LIKE '%festival%')"
        ):
            for need in json.loads(why)["needs"]:
                early = need["t"] in GREETINGS and date.fromisoformat(need["on"]) > a_day(due)
                assert not early, f"contact {number} greets on {due} for {need['on']}"

    def _nothing_to_the_lost(self) -> None:
        found = database.rows(
            "SELECT k.id, k.topics FROM contact k JOIN customer c ON c.id = k.customer_id WHERE c.state = 'lost'"
            " AND k.state IN ('planned', 'no_answer') AND k.done_on IS NULL AND k.by_hand = 0 AND k.topics <> 'win_back'"
        )
        assert not found, f"to the lost: {found}"

    def _few_calls_to_c(self, gift_only: bool) -> None:
        if not gift_only:
            return
        found = database.rows(
            "SELECT k.id, k.topics, c.id FROM contact k JOIN customer c ON c.id = k.customer_id WHERE c.grade = 'C'"
            " AND k.state = 'planned' AND k.done_on IS NULL AND k.by_hand = 0 AND k.channel = 'phone'"
            " AND c.state = 'active' AND k.topics NOT LIKE '%gift_waiting%'"
        )
        assert not found, f"calls to C that offer nothing: {found}"

    def _spacing(self) -> None:
        """What the rules planned only to keep touch comes the spacing after any real contact."""
        met = self.years.met
        for place in range(max(0, len(met) - 3), len(met)):
            customer, day, contact, topics = met[place]
            if not contact or contact in self.judged or not set(topics.split(",")) <= ROUTINE:
                continue
            self.judged.add(contact)
            row = database.row("SELECT by_hand, original_due FROM contact WHERE id = ?", (contact,))
            if row is None or row[0] or contact in self.postponed:
                continue
            planned = a_day(row[1])
            spacing = min(
                value for since, value in self.spacings if since >= planned or since == self.spacings[0][0]
            )
            for other, before, number, what in reversed(met[:place]):
                if other == customer and number != contact:
                    assert (day - before).days >= spacing, (
                        f"routine {contact} ({topics}) of {customer} {(day - before).days} days after {what} of {before}"
                    )
                    break

    # ---- two shops side by side

    def copied(self) -> Path:
        """The books as they are now, in a file of their own."""
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        target = self.fork / "beside.db"
        for ending in ("", "-wal", "-shm"):
            target.with_name(target.name + ending).unlink(missing_ok=True)
        shutil.copyfile(self.path, target)
        return target

    @contextmanager
    def beside(self, copy: Path) -> Iterator[None]:
        """Inside, the copy is the shop."""
        mine = database.url()
        database.use(str(copy))
        database.execute("PRAGMA synchronous = 0")
        try:
            yield
        finally:
            database.use(mine)
            database.execute("PRAGMA synchronous = 0")

    def picture(self, without: set[int], dues: bool) -> list[tuple[Any, ...]]:
        """The schedule without ids and moments."""
        return sorted(
            (row[0], str(row[1]) if dues else "", *row[2:])
            for row in database.rows(
                "SELECT customer_id, due, original_due, channel, topics, state, state_reason, why, importance FROM contact"
                " WHERE done_on IS NULL OR state = 'expired'"
            )
            if row[0] not in without
        )

    def standing(self) -> dict[int, tuple[str, str]]:
        return {row[0]: row[1:] for row in database.rows("SELECT id, grade, state FROM customer")}

    def late(self, copy: Path, first: date, before: dict[int, tuple[str, str]]) -> None:
        """The copy of before the closed days, planned on each of them, comes to the same as this shop, planned late."""
        from services import grades

        mine_standing = self.standing()
        moved = {who for who, now in mine_standing.items() if before.get(who) != now}
        # Whoever turns 14 meanwhile is not called about what was due before.
        grown = self.years.today.year - MINOR_BELOW
        moved |= {row[0] for row in database.rows("SELECT id FROM customer WHERE birth_year = ?", (grown,))}
        mine = self.picture(moved, dues=not moved)
        last = self.years.today
        with self.beside(copy):
            for number in range((last - first).days + 1):
                day = first + number * DAY
                shop = replace(self.years.shop(), clock=FixedClock(day, self.years.shop().clock.now()))
                grades.apply(shop, system=True)
                schedule.daily(shop)
            theirs = self.picture(moved, dues=not moved)
        if mine != theirs:
            here, there = set(map(str, mine)), set(map(str, theirs))
            raise AssertionError(
                f"closed from {first}: late\n {sorted(here - there)[:4]}\non time\n {sorted(there - here)[:4]}"
            )

    # ---- reading

    def _span(self) -> list[date]:
        """Today and the closed days before it that are caught up."""
        opened, today = self.years.opened, self.years.today
        back = today - self.years.manager.policy.contacts.catch_up_days * DAY
        first = max(opened[-2] + DAY, back) if len(opened) > 1 else today
        return [first + number * DAY for number in range((today - first).days + 1)]

    def _festivals(self, day: date) -> bool:
        wanted = set(self.years.manager.policy.gifts.festivals)
        known = [one for one in calendar.FESTIVALS if one.value in wanted]
        return bool(list(calendar.festivals_between(day, day, known)))

    def _people(self) -> dict[int, Person]:
        refused: dict[int, set[str]] = {}
        for customer, channel in database.rows("SELECT customer_id, channel FROM opt_out"):
            refused.setdefault(customer, set()).add(channel)
        self._days_of: dict[int, list[tuple[Any, ...]]] = {}
        for row in database.rows("SELECT customer_id, label, calendar, month, day, leap FROM remembered_day"):
            self._days_of.setdefault(row[0], []).append(tuple(row[1:]))
        return {
            row[0]: Person(row, refused.get(row[0], set()))
            for row in database.rows(f"SELECT {_PEOPLE} FROM customer")
        }

    def _kept(self) -> dict[int, tuple[Any, ...]]:
        since = self.years.today - 60 * DAY
        return {
            row[0]: row
            for row in database.rows(
                f"SELECT {_KEPT} FROM contact WHERE (done_on IS NULL AND (by_hand = 1 OR state = 'postponed'))"
                " OR done_on >= ?",
                (since,),
            )
        }

    def _read_records(self) -> None:
        since = self.years.opened[-2] if len(self.years.opened) > 1 else self.years.today
        for number, *row in database.rows(
            "SELECT id, customer_id, channel, why FROM contact WHERE why <> '' AND (id > ? OR done_on IS NULL"
            " OR done_on >= ?)",
            (self.last_id, since),
        ):
            self.recorded |= set(_needs(*row))
            self.last_id = max(self.last_id, number)


def _needs(customer: int, channel: str, why: str) -> Iterator[tuple[int, str, str]]:
    """Every reason that a contact has, or had before it became pointless."""
    facts = json.loads(why)
    for need in (*facts["needs"], *facts.get("dropped", ())):
        topic = "card" if channel == "post" and need["t"] in GREETINGS else need["t"]
        if topic == "gift_waiting":
            topic += "again" if need.get("again") else ""
        topic += need.get("label", "")
        on = need.get("bought") or need.get("on") or need.get("lost_on") or need.get("since", "")
        yield customer, topic, on


def _cards_of(day: date) -> list[date]:
    """The days whose cards are posted on this one."""
    ahead = (day + number * DAY for number in range(LEAD_DAYS, LEAD_DAYS + 16))
    return [on for on in ahead if calendar.posting_day(on, LEAD_DAYS, True) == day]
