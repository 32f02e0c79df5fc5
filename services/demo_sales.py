"""Invented sales: a year with its seasons, goods that sell in theirs, and customers of several habits."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import NamedTuple

from models.kinds import Grade
from services import demo_words as words
from services.policy import Policy
from services.rules import points as point_rules
from services.rules import pricing

_MONTH = (1.35, 0.8, 0.9, 1.0, 1.3, 0.9, 0.75, 0.75, 1.05, 1.4, 1.15, 1.25)
"""How busy the months are: before Spring Festival, 五一, 十一, the first cold."""
_WEEKEND = 1.7
_SALE_MONTHS = (2, 7, 8)
_ITEMS_A_KIND = 14
_LINES = (1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4)


class Habit(NamedTuple):
    """How a kind of customer shops: share of all, tickets a year from and to, days since the end from and to."""

    share: float
    least: float
    most: float
    quiet_from: int
    quiet_to: int


HABITS = (
    Habit(0.12, 7.0, 14.0, 0, 40),
    Habit(0.28, 2.6, 5.0, 0, 150),
    Habit(0.25, 0.8, 2.2, 0, 330),
    Habit(0.12, 1.5, 5.0, 190, 350),
    Habit(0.17, 1.5, 5.0, 371, 1_000),
    Habit(0.06, 0.0, 0.0, 0, 0),
)
"""Regular, steady, occasional, fading, gone, and those who have not bought yet."""
_SHARES = tuple(accumulate(habit.share for habit in HABITS))


class Line(NamedTuple):
    item_no: str
    list_price: int
    paid: int
    special: bool


class Sale(NamedTuple):
    """One ticket; the day as its place in the season calendar."""

    day: int
    paid: int
    points: int
    grade: str
    lines: list[Line]


@dataclass
class Season:
    """The days from the opening of the books to today, busy ones likelier, and what sells on them."""

    first: date
    days: list[date]
    weights: list[float]
    """Running sums."""
    items: list[list[tuple[str, int]]]
    """Item number and list price in fen, by month 1-12 (0 unused)."""

    @classmethod
    def of(cls, today: date, years: int, rng: Random) -> Season:
        number = max(30, round(years * 365.25))
        first = today - timedelta(days=number - 1)
        days = [first + timedelta(days=offset) for offset in range(number)]
        weights = accumulate(
            _MONTH[day.month - 1] * (_WEEKEND if day.isoweekday() > 5 else 1) for day in days
        )
        return cls(first, days, [0.0, *weights], _catalogue(rng))

    def pick(self, rng: Random, start: int, end: int) -> int:
        """A day from `start` to `end`, both included, by how busy they are."""
        low, high = self.weights[start], self.weights[end + 1]
        return min(max(bisect(self.weights, low + rng.random() * (high - low)) - 1, start), end)

    def place(self, day: date) -> int:
        return (day - self.first).days


def _catalogue(rng: Random) -> list[list[tuple[str, int]]]:
    months: list[list[tuple[str, int]]] = [[] for _month in range(13)]
    for letter, _kind, low, high, sold in words.KINDS:
        for number in range(_ITEMS_A_KIND):
            price = (low + int(rng.random() * (high - low))) // 10 * 10 + 9
            item = (f"{letter}{26 - number % 3}{number * 7 + 11:03d}", price * 100)
            for month in sold:
                months[month].append(item)
    return months


def shopping_days(rng: Random, season: Season) -> list[int]:
    """The days on which one customer buys, in order; empty for somebody who has not bought yet."""
    habit = HABITS[min(bisect(_SHARES, rng.random()), len(HABITS) - 1)]
    last_place = len(season.days) - 1
    if not habit.most:
        return []
    quiet = habit.quiet_from + int(rng.random() * (habit.quiet_to - habit.quiet_from))
    end = max(0, last_place - quiet)
    start = int(end * min(1.0, rng.random() ** 1.6))
    span = (end - start) / 365.25
    rate = habit.least + rng.random() * (habit.most - habit.least)
    number = max(1, round(rate * span))
    return sorted(season.pick(rng, start, end) for _ticket in range(number))


def sales(rng: Random, season: Season, days: list[int], policy: Policy) -> list[Sale]:
    """The tickets of one customer: prices with the discount of the grade reached so far, points by the rules."""
    found: list[Sale] = []
    total_points = 0
    grades = policy.grades
    for place in days:
        below_a = Grade.B if len(found) >= grades.b.tickets else Grade.C
        grade = Grade.A if total_points >= grades.a.points else below_a
        sale = _sale(rng, season, place, grade, policy)
        total_points += sale.points
        found.append(sale)
    return found


def _sale(rng: Random, season: Season, place: int, grade: Grade, policy: Policy) -> Sale:
    chance = rng.random
    month = season.days[place].month
    items = season.items[month]
    reduced = 0.5 if month in _SALE_MONTHS else 0.1
    priced, lists = [], []
    for _line in range(_LINES[int(chance() * len(_LINES))]):
        item, price = items[int(chance() * len(items))]
        special = chance() < reduced
        lists.append((item, price))
        priced.append(pricing.Priced(price * 6 // 1000 * 100 if special else price, 1, special))
    paid = pricing.to_pay(priced, policy.grades.discount_percent(grade))
    lines = [
        Line(item, price, amount, one.special)
        for (item, price), amount, one in zip(lists, paid, priced, strict=True)
    ]
    special_sum = sum(line.paid for line in lines if line.special)
    total = sum(paid)
    points = point_rules.for_ticket(total - special_sum, special_sum, grade, policy.points)
    return Sale(place, total, points, grade.value, lines)
