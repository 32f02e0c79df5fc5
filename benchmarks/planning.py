"""The proposal of a month's gifts and the schedule of a day for a large shop."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from benchmarks import books
from benchmarks.measure import Figure, Sizes, seconds
from models import database
from services import schedule
from services.gifts import proposal
from services.shop import Shop

MONTHS = {"2026-12": "birthdays", "2027-02": "birthdays and 春节"}


def run(sizes: Sizes) -> list[Figure]:
    figures = []
    for month, what in MONTHS.items():
        figures.append(
            _figure(
                sizes,
                f"gifts proposed for a month of {what}",
                partial(_propose, month),
            )
        )
    figures.append(_figure(sizes, "schedule of an ordinary day", lambda shop: schedule.generate(shop)))
    return figures


def _propose(month: str, shop: Shop) -> None:
    proposal.propose(shop, month)


def _figure(sizes: Sizes, name: str, job: Callable[[Shop], object]) -> Figure:
    taken = []
    rows = 0
    for number in range(max(2, sizes.tries - 2)):
        path = books.copy(sizes.middle, "planning")
        with books.opened(path, books.MANAGER) as shop:
            day = shop.at(shop.today() + timedelta(days=1 + number))
            taken.append(seconds(partial(job, day)))
            rows = database.value_of("SELECT COUNT(*) FROM plan_line") + database.value_of(
                "SELECT COUNT(*) FROM contact"
            )
        books.remove(path)
    return Figure(
        f"{name}, {sizes.middle:,} customers",
        statistics.median(taken),
        "s",
        3,
        note=f"{rows:,} rows after it",
    )
