"""Two records of one person with something in every table, and a picture of every row, for the tests of merging."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from models import database
from models.kinds import Calendar, Channel
from services import customer_notes, customers, find, points, purchases, search_index, visits
from services.customers import NewCustomer
from services.errors import Refused
from services.purchases import LineIn
from services.rules.birthdays import Birthday
from services.shop import Shop

PICTURED = (
    "phone", "remembered_day", "consent", "opt_out", "note", "ticket", "purchase", "visit", "point_entry",
    "contact", "plan_line", "print_item",
)  # fmt: skip


def picture() -> dict[str, Any]:
    """Every row of everybody; versions and what only grows are left out."""
    found: dict[str, Any] = {}
    for table in PICTURED:
        found[table] = sorted(map(repr, database.rows(f"SELECT * FROM {table}")))
    from services.merge_rows import COLUMNS

    found["customer"] = database.rows(f"SELECT id, {', '.join(COLUMNS)} FROM customer ORDER BY id")
    found["search"] = search_index.problems()
    found["found"] = [find.look_up(text) for text in ("zhang", "zxf", "芳", "138", "5678")]
    found["changes"] = database.rows("SELECT id FROM grade_change WHERE undone = 0 ORDER BY id")
    return found


def a_person(shop: Shop, phones: list[str], history: list[tuple[str, int]], **more: Any) -> int:
    """Registers 张小芳 with a history of (kind, number)."""
    new = NewCustomer(
        more.pop("name", "张小芳"),
        phones[0] if phones else "",
        consent=(Channel.SMS,),
        consent_way="店内口头",
    )
    one = customers.register(shop, new).id
    if phones[1:]:
        customers.change(shop, one, {"phones": phones})
    if more:
        customers.change(shop, one, more)
    for place, (kind, number) in enumerate(history):
        day = shop.today() - timedelta(days=number)
        if kind == "buy":
            purchases.buy(
                shop, one, [LineIn(f"A{number}", 10_000 * (number + 1)), LineIn("B1", 5_000)], day=day
            )
        elif kind == "visit":
            visits.visit(shop, one)
        elif kind == "note":
            customer_notes.add_note(shop, one, f"第{place}条", day=day)
        elif kind == "refuse":
            customer_notes.consent(shop, one, [list(Channel)[number % 4]], False, "电话")
        elif kind == "day":
            with suppress(Refused):  # the same day twice
                customer_notes.remember_day(
                    shop, one, f"家人{number % 3}", Birthday(Calendar.SOLAR, 5, number % 3 + 1)
                )
        elif kind == "redeem":
            left = database.value_of("SELECT points_balance FROM customer WHERE id = ?", (one,))
            if left:
                points.redeem(shop, one, 1, "丝巾")
        elif kind == "gift":
            a_line(shop, one, ("birthday", "may_day")[number % 2], number % 3)
        elif kind == "contact":
            a_contact(shop, one)
        elif kind == "print":
            a_print(shop, one)
    return one


def a_line(shop: Shop, customer: int, occasion: str, status: int) -> None:
    moment = database.moment_value(shop.clock.now())
    plan = database.value_of("SELECT id FROM gift_plan") or database.insert(
        "gift_plan", month="2026-11", created_at=moment
    )
    due = shop.today()
    part = 1 + int(
        database.value_of(
            "SELECT COALESCE(MAX(part), 0) FROM plan_line WHERE customer_id = ? AND occasion = ?",
            (customer, occasion),
        )
    )
    words = dict.fromkeys(
        ("reason", "status_reason", "code", "signed", "executor", "manager_signed", "customer_signed", "pc"),
        "",
    )
    database.insert(
        "plan_line", plan_id=plan, customer_id=customer, occasion=occasion, due=due, part=part, cost=0, grade="A",
        special=0, handover="collect", status=("draft", "submitted", "approved")[status], single_approver=0,
        live=1, version=1, **words,
    )  # fmt: skip


def a_contact(shop: Shop, customer: int) -> None:
    database.insert(
        "contact", customer_id=customer, due=shop.today(), original_due=shop.today(), channel="phone",
        topics="follow_up", state="planned", why="", importance=0, by_hand=1, incoming=0, tries=0, note="",
        next_step="", state_reason="", created_at=database.moment_value(shop.clock.now()),
    )  # fmt: skip


def a_print(shop: Shop, customer: int) -> None:
    job = database.insert(
        "print_job", kind="label", layout="a4", occasion="", pieces=1, printed=1, file_name="",
        created_at=database.moment_value(shop.clock.now()),
    )  # fmt: skip
    database.insert("print_item", job_id=job, position=1, customer_id=customer, occasion="", posted=0)
