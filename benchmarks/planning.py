"""The proposal of a month's gifts, the schedule of a day and its list of 10,000 items for a large shop."""

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
    figures += _planned_on(sizes)
    figures.append(_list(sizes))
    return figures


AGAIN_S = 1
MONTH_S = 30


def _planned_on(sizes: Sizes) -> list[Figure]:
    """The same day once more, the month ahead, and that once more: nothing may be new then."""
    path = books.copy(sizes.middle, "month")
    with books.opened(path, books.MANAGER) as shop:
        last = shop.today() + timedelta(days=29)
        schedule.generate(shop)
        again = statistics.median(
            seconds(lambda: schedule.generate(shop)) for _try in range(max(3, sizes.tries))
        )
        month = seconds(lambda: schedule.generate(shop, shop.today(), last))
        rows = database.value_of("SELECT COUNT(*) FROM contact")
        changed = int(schedule.generate(shop, shop.today(), last).changed)
    books.remove(path)
    many = f"{sizes.middle:,} customers"
    return [
        Figure(f"schedule of a day, once more with nothing new, {many}", again, "s", AGAIN_S),
        Figure(f"schedule of a month, {many}", month, "s", MONTH_S, note=f"{rows:,} contacts after it"),
        Figure(f"schedule of a month, once more: changed, {many}", changed, "", 0),
    ]


LIST_MS = 100
LISTED = 10_000
FIRST_LINES = 60


def _list(sizes: Sizes) -> Figure:
    """The day's list as the tab reads it: order, counts, people, and the lines of the first screen."""
    from services import contact_lists
    from services.contact_lists import Filters
    from ui.contacts.reading import load

    path = books.copy(sizes.middle, "list")
    with books.opened(path, books.MANAGER) as shop:
        today = database.day_value(shop.today())
        database.execute(
            "INSERT INTO contact (customer_id, due, original_due, channel, topics, state, why, importance, by_hand,"
            " incoming, tries, note, next_step, state_reason, created_at) SELECT id, ?, ?, 'phone', 'follow_up',"
            " 'planned', '', id % 100, 0, 0, 0, '', '', '', ? FROM customer ORDER BY id LIMIT ?",
            (today, today, database.moment_value(shop.clock.now()), LISTED),
        )

        def open_list() -> None:
            found = load(shop, "today", Filters(), None, (shop.today(), shop.today()), None)
            contact_lists.rows(shop, list(found.ids[:FIRST_LINES]))

        taken = [seconds(open_list) for _number in range(max(3, sizes.tries))]
        rows = len(contact_lists.find(shop))
    books.remove(path)
    return Figure(
        f"contacts of a day opened, {sizes.middle:,} customers",
        statistics.median(taken) * 1000,
        "ms",
        LIST_MS,
        note=f"{rows:,} items in the list",
    )


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
