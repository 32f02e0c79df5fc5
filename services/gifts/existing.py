"""What a month's plan holds already: what was decided stays, drafts may be written over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from models import database
from models.kinds import LineStatus, Occasion
from services.gifts.due import Due
from services.gifts.rows import SHOWN
from services.rules.gifts import SAME_BIRTHDAY_DAYS

Key = tuple[int, str, date]
"""Customer, occasion, day"""


@dataclass(slots=True)
class Draft:
    """A line that nobody has submitted."""

    id: int
    gift_id: int | None
    part: int
    grade: str
    special: bool


@dataclass
class Existing:
    """The plan's lines, sorted."""

    decided: set[tuple[int, str]] = field(default_factory=set)
    """Customer and occasion with a line that went beyond a draft, or that a person cancelled."""
    days: dict[int, set[date]] = field(default_factory=lambda: defaultdict(set))
    """The same for days to remember, of which a month may hold several: by customer."""
    covered: set[tuple[int, date]] = field(default_factory=set)
    drafts: dict[Key, list[Draft]] = field(default_factory=lambda: defaultdict(list))

    def cover(self, due: Iterable[Due]) -> None:
        """Settles which days to remember are decided: a decided day that is due no more was corrected since, and
        stands for one of the days that took its place."""
        wanted: dict[int, set[date]] = defaultdict(set)
        for one in due:
            if one.occasion == Occasion.REMEMBERED_DAY and one.customer_id in self.days:
                wanted[one.customer_id].add(one.day)
        for customer, days in wanted.items():
            decided = self.days[customer]
            moved = sorted(days - decided)[: len(decided - days)]
            self.covered.update((customer, day) for day in (*(days & decided), *moved))

    def has(self, customer: int, occasion: str, day: date) -> bool:
        """Whether it is decided what this customer gets then."""
        if occasion == Occasion.REMEMBERED_DAY:
            return (customer, day) in self.covered
        return (customer, occasion) in self.decided


_BY_HAND = (Occasion.PURCHASE.value, Occasion.OWNER_CHOICE.value)
"""Occasions that no proposal makes, and none takes away."""


def read_existing(plan_id: int) -> Existing:
    """The lines of a plan, sorted into decided ones and drafts."""
    found = Existing()
    sql = (
        "SELECT l.id, l.customer_id, l.occasion, l.due, l.gift_id, l.part, l.grade, l.special, l.status, l.live"
        f" FROM plan_line l WHERE l.plan_id = ? AND l.occasion NOT IN ({database.marks(_BY_HAND)}) AND {SHOWN}"
    )
    days: dict[Any, date] = {}
    for number, customer, occasion, due, gift, part, grade, special, status, live in database.rows(
        sql, (plan_id, *_BY_HAND)
    ):
        day = days.get(due)
        if day is None:
            day = database.as_day(due)
            assert day is not None
            days[due] = day
        if live and status == LineStatus.DRAFT:
            found.drafts[customer, occasion, day].append(Draft(number, gift, part, grade, bool(special)))
        elif occasion == Occasion.REMEMBERED_DAY:
            found.days[customer].add(day)
        else:
            found.decided.add((customer, occasion))
    return found


def given_birthdays(plan_id: int, first: date, last: date) -> set[int]:
    """Customers whose birthday gift stands in a neighbouring month's plan: their date was corrected since."""
    reach = timedelta(days=SAME_BIRTHDAY_DAYS)
    decided = [str(one) for one in LineStatus if one not in (LineStatus.DRAFT, LineStatus.CANCELLED)]
    sql = (
        "SELECT DISTINCT customer_id FROM plan_line WHERE occasion = ? AND plan_id <> ? AND due BETWEEN ? AND ?"
        f" AND status IN ({database.marks(decided)})"
    )
    span = (database.day_value(first - reach), database.day_value(last + reach))
    return {found[0] for found in database.rows(sql, (Occasion.BIRTHDAY.value, plan_id, *span, *decided))}
