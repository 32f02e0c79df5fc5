"""Whoever becomes responsible takes over what is open; the calls stay the manager's, what was handed to others theirs."""

from __future__ import annotations

from datetime import date

import pytest

from models import database
from models.kinds import Channel, Role
from services import allocation, allocation_log, contacts, customers, schedule, selection, staff
from services.customers import NewCustomer
from services.shop import Shop

DUE = date(2026, 11, 25)


@pytest.fixture
def people(owner: Shop) -> dict[str, int]:
    staff.add_user(owner, "小李", Role.CLERK, "605814", group_id=1)
    return {one.name: one.id for one in staff.users(owner)}


@pytest.fixture
def customer(clerk: Shop) -> int:
    """Of 小王's, registered ten days ago and never contacted."""
    number = customers.register(clerk, NewCustomer("张芳", "13800005678")).id
    database.execute("UPDATE customer SET registered_on = ? WHERE id = ?", (date(2026, 10, 1), number))
    return number


def _assignees(customer: int) -> list[str]:
    return [
        row[0]
        for row in database.rows(
            "SELECT COALESCE(u.name, '') FROM contact k LEFT JOIN staff_user u ON u.id = k.assignee_id"
            " WHERE k.customer_id = ? ORDER BY k.id",
            (customer,),
        )
    ]


def test_a_new_responsible_clerk_takes_the_messages_and_what_the_former_one_had_planned(
    owner: Shop, manager: Shop, clerk: Shop, people: dict[str, int], customer: int
) -> None:
    schedule.daily(manager)
    contacts.plan(clerk, customer, DUE, Channel.PHONE)
    contacts.plan(manager, customer, DUE, Channel.PHONE)
    assert _assignees(customer) == ["小王", "小王", "店长"]
    moved = selection.assign(manager, [customer], people["小李"])
    assert _assignees(customer) == ["小李", "小李", "店长"]
    selection.put_back(manager, moved)
    assert _assignees(customer) == ["小王", "小王", "店长"]


def test_on_the_customers_page_it_is_the_same(
    manager: Shop, clerk: Shop, people: dict[str, int], customer: int
) -> None:
    schedule.daily(manager)
    customers.change(manager, customer, {"clerk": people["小李"]})
    assert _assignees(customer) == ["小李"]
    customers.change(manager, customer, {"clerk": None})
    assert _assignees(customer) == ["店长"]
    customers.change(manager, customer, {"clerk": people["小王"]})
    assert _assignees(customer) == ["小王"]


def test_what_is_done_stays_with_who_did_it(
    manager: Shop, clerk: Shop, people: dict[str, int], customer: int
) -> None:
    schedule.daily(manager)
    number = database.value_of("SELECT id FROM contact WHERE customer_id = ?", (customer,))
    contacts.done(clerk, number)
    selection.assign(manager, [customer], people["小李"])
    assert _assignees(customer) == ["小王"]


def test_an_even_distribution_and_its_undo_take_the_contacts_along(
    manager: Shop, clerk: Shop, people: dict[str, int], customer: int
) -> None:
    for name in "甲乙丙":
        customers.register(clerk, NewCustomer(f"王{name}", f"1380000567{'甲乙丙'.index(name)}"))
    database.execute("UPDATE customer SET registered_on = ?", (date(2026, 10, 1),))
    group = allocation.add_group(manager, "二组")
    schedule.daily(manager)
    before = database.rows("SELECT id, assignee_id FROM contact ORDER BY id")
    done = allocation.apply(manager)
    moved = database.rows(
        "SELECT k.assignee_id FROM contact k JOIN customer c ON c.id = k.customer_id WHERE c.group_id = ?",
        (group,),
    )
    assert done.moved and {row[0] for row in moved} == {people["店长"]}
    allocation_log.undo(manager, done.act)
    assert database.rows("SELECT id, assignee_id FROM contact ORDER BY id") == before
