"""Years of a small shop, day by day, out of one random seed: what customers, clerks and the owner do to the schedule.

Only the public verbs of the services are used, except for gifts, whose approval has nothing to do with contacts. What is
promised is judged elsewhere (`schedule_watch`).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from models import database
from models.kinds import Calendar, Channel, Grade, Topic
from services import (
    contact_views,
    contacts,
    customer_notes,
    customers,
    grades,
    policies,
    purchases,
    returns,
    schedule,
    search_fts,
    visits,
)
from services.clock import FixedClock
from services.contacts import Outcome
from services.errors import Refused
from services.rules.birthdays import Birthday
from services.shop import Shop

START = date(2027, 1, 4)
DAY = timedelta(days=1)
OPEN = "state IN ('planned', 'no_answer', 'postponed') AND done_on IS NULL"
TALKS = (Topic.PERSONAL, Topic.NEW_ARRIVALS, Topic.FOLLOW_UP)
LONG_CLOSED = 30

LIMITS: dict[str, tuple[int, ...]] = {
    "minutes_a_call": (4, 10, 15, 20, 30),
    "follow_up_days": (2, 3, 4, 6),
    "a_every_days": (5, 7, 10),
    "b_every_days": (10, 15, 20),
    "brand_sms_every_days": (12, 15, 21),
    "spacing_days": (2, 3, 5),
    "tries": (1, 2, 3, 4),
    "greeting_expires_days": (1, 2, 3),
    "catch_up_days": (7, 14, 21),
}
"""What the owner turns about, and between which values."""


@dataclass
class Years:
    """One shop and its dice. `owner` and `manager`: the shop with these people signed in."""

    owner: Shop
    manager: Shop
    dice: random.Random
    today: date = START
    opened: list[date] = field(default_factory=list)
    met: list[tuple[int, date, int, str]] = field(default_factory=list)
    """Customer, day, contact (0: came in, or wrote themselves), what: every real meeting, in its order."""
    acts: list[str] = field(default_factory=list)
    """What was done lately, for the message of a failure."""
    mood: float = 0.8
    """How much of the day's list is worked off."""
    gift: int = 0

    def shop(self, who: Shop | None = None) -> Shop:
        """The shop on this day, under the policy in force."""
        moment = datetime.combine(self.today, time(7), timezone.utc) + timedelta(seconds=len(self.met))
        return replace(who or self.manager, policy=self.manager.policy, clock=FixedClock(self.today, moment))

    def morning(self) -> schedule.Generated:
        """The day's opening, as far as it is about contacts."""
        shop = self.shop()
        grades.apply(shop, system=True)
        made = schedule.daily(shop)
        self.opened.append(self.today)
        return made

    def tell(self, text: str) -> None:
        self.acts = [*self.acts[-40:], f"{self.today} {text}"]

    # ---- a day

    def live(self, watch: Callable[[], None]) -> None:
        """What happens on an open day; `watch` is called after every act."""
        if self.dice.random() < 0.06:
            self.mood = self.dice.choice((0.1, 0.5, 0.9, 1.0))
        self._work_off()
        watch()
        for chance, act in _ACTS:
            if self.dice.random() < chance:
                try:
                    act(self)
                except Refused as refused:
                    self.tell(f"refused: {refused}")
                watch()

    def _work_off(self) -> None:
        due = database.rows(
            f"SELECT id, customer_id, channel, topics FROM contact WHERE {OPEN} AND due <= ? ORDER BY due, importance DESC, id",
            (self.today,),
        )
        for number, customer, channel, topics in due:
            if self.dice.random() > self.mood:
                continue
            open_still = database.value_of(f"SELECT 1 FROM contact WHERE id = ? AND {OPEN}", (number,))
            if open_still:
                self._record(number, customer, channel, topics)

    def _record(self, number: int, customer: int, channel: str, topics: str) -> None:
        fate = self.dice.random()
        shop = self.shop()
        if channel == "post" or fate < 0.74:
            contacts.done(shop, number)
            self.met.append((customer, self.today, number, topics))
        elif fate < 0.86:
            contacts.done(shop, number, Outcome.NO_ANSWER)
        elif fate < 0.91:
            contacts.done(shop, number, Outcome.POSTPONED, until=self.today + self.dice.randint(1, 20) * DAY)
        elif fate < 0.94:
            contacts.done(shop, number, Outcome.WRONG_NUMBER)
        elif fate < 0.985:
            contacts.done(shop, number, Outcome.REFUSED)
        else:
            contacts.done(shop, number, Outcome.REFUSED, opt_out=True)
        self.tell(f"contact {number} of {customer} ({channel} {topics}): {fate:.2f}")
        if self.dice.random() < 0.02:
            contacts.undo(shop, number)
            if self.met and self.met[-1][2] == number:
                self.met.pop()
            self.tell(f"contact {number} undone")

    # ---- what customers and people do

    def somebody(self, state: str = "active") -> int:
        found = [
            row[0] for row in database.rows("SELECT id FROM customer WHERE state = ? ORDER BY id", (state,))
        ]
        if not found:
            raise Refused("没有这位客户。")
        return int(self.dice.choice(found))

    def buy(self) -> None:
        who = self.somebody("lost" if self.dice.random() < 0.08 else "active")
        day = self.today - (self.dice.randint(1, 5) * DAY if self.dice.random() < 0.1 else timedelta())
        lines = [purchases.LineIn("A1", self.dice.choice((10_000, 60_000, 200_000)))]
        purchases.buy(self.shop(), who, lines, day=day)
        self.met.append((who, day, 0, "purchase"))
        self.tell(f"{who} buys on {day}")

    def bring_back(self) -> None:
        row = database.row(
            "SELECT p.id, p.customer_id FROM purchase p WHERE p.returns_id IS NULL AND p.day >= ? AND NOT EXISTS"
            " (SELECT 1 FROM purchase b WHERE b.returns_id = p.id) ORDER BY p.id DESC LIMIT 1",
            (self.today - 20 * DAY,),
        )
        if row is not None:
            returns.return_line(self.shop(), row[0])
            self.met.append((row[1], self.today, 0, "return"))
            self.tell(f"{row[1]} brings {row[0]} back")

    def come_in(self) -> None:
        who = self.somebody()
        visits.visit(self.shop(), who)
        self.met.append((who, self.today, 0, "visit"))
        self.tell(f"{who} comes in")

    def talk(self) -> None:
        who, topic = self.somebody(), self.dice.choice(TALKS)
        again = self.today + self.dice.randint(1, 30) * DAY if self.dice.random() < 0.3 else None
        contacts.talk(self.shop(), who, Channel.PHONE, topic, incoming=True, again=again)
        self.met.append((who, self.today, 0, "talk"))
        self.tell(f"{who} calls, again on {again}")

    def plan(self) -> None:
        who, due = self.somebody(), self.today + self.dice.randint(0, 20) * DAY
        contacts.plan(
            self.shop(), who, due, self.dice.choice((Channel.PHONE, Channel.SMS)), self.dice.choice(TALKS)
        )
        self.tell(f"planned by hand for {who} on {due}")

    def refuse(self) -> None:
        who, channel = self.somebody(), self.dice.choice(("sms", "phone", "post", "all"))
        contacts.opt_out(self.shop(), who, channel)
        self.tell(f"{who} refuses {channel}")

    def agree(self) -> None:
        row = database.row("SELECT customer_id, channel FROM opt_out ORDER BY customer_id LIMIT 1")
        if row is not None:
            customer_notes.consent(self.shop(), row[0], list(Channel)[:4], True, "电话里说的")
            self.tell(f"{row[0]} agrees again")

    def wish(self) -> None:
        who = self.somebody()
        wished = {
            "preferred_channel": self.dice.choice(("", "phone", "sms", "post", "visit")),
            "preferred_every_days": self.dice.choice((None, None, 2, 9, 30, 45)),
        }
        customers.change(self.shop(), who, wished)
        self.tell(f"{who} wishes {wished}")

    def mend(self) -> None:
        row = database.row("SELECT id FROM customer WHERE phone_doubtful = 1 ORDER BY id LIMIT 1")
        if row is not None:
            contact_views.mend_number(self.shop(), row[0])
            self.tell(f"number of {row[0]} is right after all")

    def grade(self) -> None:
        who = self.somebody()
        wanted = self.dice.choice((None, Grade.A, Grade.B, Grade.C))
        customers.grade_by_hand(self.shop(self.owner), who, wanted, "试一试")
        self.tell(f"{who} graded {wanted} by hand")

    def turn(self) -> None:
        name = self.dice.choice(sorted(LIMITS))
        value = self.dice.choice(LIMITS[name])
        policy = policies.set_value(self.shop(self.owner), f"contacts.{name}", str(value)).policy
        self.owner, self.manager = (replace(one, policy=policy) for one in (self.owner, self.manager))
        self.tell(f"policy {name} = {value}")

    def new_customer(self) -> None:
        self.add_customer(self.today)

    def promise(self) -> None:
        """A gift is approved for somebody; a former one is handed out or goes back."""
        who = self.somebody()
        due = self.today + self.dice.randint(0, 12) * DAY
        month = f"{due:%Y-%m}"
        plan = database.value_of("SELECT id FROM gift_plan WHERE month = ?", (month,)) or database.insert(
            "gift_plan",
            **{"month": month, "created_at": datetime(2027, 1, 1), "round": 0, "decided": 0},
        )
        database.execute(
            "INSERT INTO plan_line (plan_id, customer_id, occasion, due, gift_id, part, cost, grade, special, handover,"
            " status, reason, status_reason, single_approver, code, signed, executor, manager_signed, customer_signed,"
            " pc, round, first_round, shown_gift, shown_cost, live, version) SELECT ?, id, 'birthday', ?, NULL, 1, 0,"
            " grade, 0, 'collect', 'approved', '', '', 0, '', '', '', '', '', '', 0, 0, '', 0, 1, 1 FROM customer"
            " WHERE id = ? ON CONFLICT DO NOTHING",
            (plan, due, who),
        )
        self.tell(f"gift for {who} on {due}")

    def hand_out(self) -> None:
        row = database.row(
            "SELECT id, customer_id FROM plan_line WHERE status = 'approved' ORDER BY due LIMIT 1"
        )
        if row is not None:
            database.execute("UPDATE plan_line SET status = 'issued' WHERE id = ?", (row[0],))
            self.tell(f"{row[1]} collects the gift")

    def generate_again(self) -> None:
        schedule.generate(self.shop())
        self.tell("generated again")

    def generate_ahead(self) -> None:
        last = self.today + self.dice.choice((6, 29)) * DAY
        schedule.generate(self.shop(), self.today, last)
        self.tell("generated ahead")
        again = schedule.generate(self.shop(), self.today, last)
        assert not again.changed, f"generated ahead twice: {again}"

    # ---- the shop at the beginning

    def begin(self, number: int) -> None:
        """An empty shop with so many customers, known for some time."""
        empty_books()
        for _one in range(number):
            self.add_customer(self.today - self.dice.randint(1, 300) * DAY, known=True)

    def add_customer(self, day: date, known: bool = False) -> None:
        dice = self.dice
        calendar = dice.choice(("solar", "solar", "lunar", None))
        month, number = dice.choice([(2, 29), *((dice.randint(1, 12), dice.randint(1, 28)),) * 9])
        leap = calendar == "lunar" and dice.random() < 0.3
        if calendar == "lunar":
            month, number = dice.randint(1, 12), dice.randint(1, 30)
        who = int(database.value_of("SELECT COALESCE(MAX(id), 0) + 1 FROM customer"))
        columns: dict[str, Any] = {
            **{"id": who, "card_no": f"K{who:04}", "name": f"王{who}", "registered_on": day},
            **{"birth_calendar": calendar, "birth_leap": int(leap)},
            **{"birth_month": month if calendar else None, "birth_day": number if calendar else None},
            **{"birth_year": dice.choice((None, 1980, 1999, self.today.year - 12))},
            "preferred_channel": dice.choice(("", "", "", "phone", "sms", "post", "visit")),
            "preferred_every_days": dice.choice((None, None, None, None, 2, 9, 30)),
            "group_id": 1,
        }
        if leap and (month, number) not in LEAP_DAYS:
            columns["birth_leap"] = 0
        from models.customer import Customer, Phone

        Customer.create(**columns)
        if dice.random() < 0.95:
            Phone.create(customer=who, number=f"138{who:08}", reversed=f"{who:08}831"[::-1])
        if dice.random() < 0.4:
            label = dice.choice(("女儿生日", "结婚纪念"))
            family = Birthday(Calendar.SOLAR, dice.randint(1, 12), dice.randint(1, 28), False, None)
            customer_notes.remember_day(self.shop(), who, label, family)
        if dice.random() < 0.6:
            customers.grade_by_hand(
                self.shop(self.owner), who, dice.choice((Grade.A, Grade.A, Grade.B)), "老客户"
            )
        if known:
            bought = max(day, self.today - dice.randint(1, 200) * DAY)
            purchases.buy(self.shop(), who, [purchases.LineIn("A1", 30_000)], day=bought)
            self.met.append((who, bought, 0, "purchase"))
        self.tell(f"{who} registered on {day}")


LEAP_DAYS = {(month, day) for month in (4, 5, 6, 2) for day in range(1, 30)}
"""Leap months that lunar years of our time have, and the days that every one of them has."""

_ACTS: tuple[tuple[float, Callable[[Years], None]], ...] = (
    *((0.45, Years.buy), (0.25, Years.buy), (0.35, Years.come_in), (0.2, Years.talk), (0.1, Years.plan)),
    *((0.03, Years.bring_back), (0.015, Years.refuse), (0.02, Years.agree), (0.03, Years.wish)),
    *((0.06, Years.mend), (0.02, Years.grade), (0.015, Years.turn), (0.02, Years.new_customer)),
    *(
        (0.08, Years.promise),
        (0.06, Years.hand_out),
        (0.1, Years.generate_again),
        (0.02, Years.generate_ahead),
    ),
)
"""How likely each is on an open day."""

_TABLES = (
    *(
        "folded_need",
        "contact",
        "schedule_day",
        "opt_out",
        "consent",
        "purchase",
        "point_entry",
        "ticket",
        "visit",
    ),
    *(
        "plan_line",
        "gift_plan",
        "remembered_day",
        "grade_change",
        "grade_run",
        "policy_version",
        "phone",
        "customer",
    ),
)


def empty_books() -> None:
    """Takes out what an earlier seed left behind."""
    search_fts.clear()
    database.execute("PRAGMA synchronous = 0")
    database.execute("PRAGMA foreign_keys = 0")
    guards = database.rows(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_delete'"
    )
    for (name,) in guards:
        database.execute(f'DROP TRIGGER "{name}"')
    known = {row[0] for row in database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in _TABLES:
        if table in known:
            database.execute(f'DELETE FROM "{table}"')
    database.execute("PRAGMA foreign_keys = 1")
