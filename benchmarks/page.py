"""The customer page: opening one with 500 purchases, read and painted, in a shop of 100,000."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from datetime import timedelta
from functools import partial
from typing import Any

from benchmarks import books
from benchmarks.measure import Figure, Sizes, child, percentile
from models import database
from models.kinds import Calendar, Channel, Topic
from services import contacts, customer_notes, customers, referrals
from services.customer_page import customer_page
from services.rules.birthdays import Birthday
from services.shop import Shop

PURCHASES = 500
LIMIT = 80.0
"""Milliseconds from the call until the page is painted."""
OPENINGS = 40
_CODE = (
    "import sys; from benchmarks import page; page.in_window(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))"
)


def run(sizes: Sizes) -> list[Figure]:
    path = books.copy(sizes.middle, "page")
    try:
        with books.opened(path) as shop:
            full, bare = _prepare(shop)
            count = database.value_of("SELECT COUNT(*) FROM customer")
            lines = database.value_of("SELECT COUNT(*) FROM purchase WHERE customer_id = ?", (full,))
            read = _times(lambda: customer_page(shop, full))
            empty = _times(lambda: customer_page(shop, bare))
        seen = [
            value * 1000
            for value in json.loads(
                child(
                    _CODE,
                    str(path),
                    str(full),
                    str(bare),
                    QT_QPA_PLATFORM=os.environ.get("QT_QPA_PLATFORM", "offscreen"),
                )
            )
        ]
    finally:
        books.remove(path)
    name = f"page, {count:,} customers, one with {lines} purchases"
    return [
        Figure(
            f"{name}: opened and painted, p95", percentile(seen[1:], 95), "ms", LIMIT, note=_note(seen[1:])
        ),
        Figure(f"{name}: the very first one, with the page built", seen[0], "ms"),
        Figure(f"{name}: read by the service, p95", percentile(read, 95), "ms", note=_note(read)),
        Figure("page, a customer without purchases: read by the service, p95", percentile(empty, 95), "ms"),
    ]


def _note(values: list[float]) -> str:
    return f"median {statistics.median(values):.1f}, {len(values)} times"


def _times(job: Any) -> list[float]:
    job()
    taken = []
    for _again in range(OPENINGS):
        began = time.perf_counter()
        job()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _prepare(shop: Shop) -> tuple[int, int]:
    """One customer with everything, and one about whom nothing is known."""
    full = int(
        database.value_of("SELECT id FROM customer WHERE state = 'active' ORDER BY tickets DESC, id LIMIT 1")
    )
    have = int(database.value_of("SELECT COUNT(*) FROM purchase WHERE customer_id = ?", (full,)))
    with database.database.atomic():
        for number in range(max(PURCHASES - have, 0)):
            _purchase(full, number, shop)
        for number in range(100):
            day = shop.today() - timedelta(days=number * 9)
            customer_notes.add_note(shop, full, f"a word of the customer {number}", day=day)
            contacts.talk(shop, full, Channel.PHONE, Topic.PERSONAL, f"a talk {number}", False, None)
        for number in range(6):
            customer_notes.remember_day(shop, full, f"day {number}", Birthday(Calendar.LUNAR, number + 1, 15))
        others = database.rows(
            "SELECT id FROM customer WHERE state = 'active' AND id <> ? ORDER BY id LIMIT 12", (full,)
        )
        for (one,) in others:
            referrals.set_referrer(shop, one, full)
    bare = customers.register(shop, customers.NewCustomer("无名", "")).id
    return full, bare


def _purchase(customer: int, number: int, shop: Shop) -> None:
    day = shop.today() - timedelta(days=number * 2)
    ticket = database.insert(
        "ticket",
        **{"customer_id": customer, "day": day, "number": "", "paid": 20_000, "points": 2, "grade": "A"},
        **{"gift_due": 0, "counts": 1, "created_at": shop.clock.now()},
    )
    database.insert(
        "purchase",
        **{
            "ticket_id": ticket,
            "customer_id": customer,
            "day": day,
            "item_no": f"{'LQNTC'[number % 5]}{number:05d}",
        },
        **{"size": ("M", "L")[number < PURCHASES // 3], "quantity": 1, "list_price": 25_000, "paid": 20_000},
        **{"voucher": 0, "special_price": 0, "note": ""},
    )


def in_window(path: str, full: int, bare: int) -> None:
    """Prints the seconds from asking for the page until it is painted, going to and fro between two customers."""
    import main as program
    from benchmarks.window_child import Painted, wait

    arguments = ["--db", path]
    program.leave_out_unused_drivers(arguments)
    from ui import app as face
    from ui.cli.frame import read_options

    app = face.make_app(read_options(arguments))
    face.start(read_options(arguments), path)
    sys.excepthook = sys.__excepthook__
    from services.staff import sign_in

    window = face._kept["window"]
    context = window.context
    wait(app, lambda: context.has_shop)
    context.use_shop(sign_in(context.shop, books.OWNER, books.PINS[books.OWNER]))
    window.begin_work("customers")
    wait(app, context.tasks.idle)
    tab = _tab(window)
    taken = []
    for number in range(OPENINGS):
        wanted = bare if number % 2 else full
        began = time.monotonic()
        context.open_customer(wanted)
        wait(app, partial(_shown, tab, wanted))
        painted: Any = Painted(tab.view.lanes)
        tab.view.update()
        tab.view.lanes.update()
        wait(app, partial(_painted, painted))
        if wanted == full:
            taken.append(painted.at - began)
        wait(app, context.tasks.idle)
    print(json.dumps(taken), flush=True)


def _tab(window: Any) -> Any:
    from ui.customers.tab import CustomersTab

    return window.findChild(CustomersTab)


def _shown(tab: Any, wanted: int) -> bool:
    page = tab._view.page if tab._view is not None else None
    return page is not None and page.id == wanted


def _painted(painted: Any) -> bool:
    return bool(painted.at > 0)
