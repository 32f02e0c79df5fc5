"""The counter's acts on PostgreSQL: the same statements, the same answers."""

import threading
from dataclasses import replace
from datetime import date

import pytest

from models import database
from models.kinds import Calendar, Channel, Role
from services import (
    customer_list,
    customer_notes,
    customers,
    find,
    ledgers,
    points,
    purchases,
    returns,
    search_index,
    visits,
)
from services.clock import FixedClock
from services.customer_list import Condition, Filter
from services.customer_page import customer_page
from services.customers import NewCustomer
from services.purchases import LineIn
from services.rules.birthdays import Birthday
from services.setup import create_shop
from services.shop import Actor
from services.staff import add_user, users
from tests.conftest import CLERK_PIN, CLOCK_MOMENT, OWNER_PIN, TODAY


@pytest.mark.postgres
def test_a_day_at_the_counter_on_postgresql(postgres_url):
    try:
        owner = create_shop(postgres_url, "店", "店主", OWNER_PIN, clock=FixedClock(TODAY, CLOCK_MOMENT))
        add_user(owner, "小王", Role.CLERK, CLERK_PIN, group_id=1)
        user = next(one for one in users(owner) if one.name == "小王")
        clerk = replace(owner, actor=Actor(user.id, user.name, user.role, user.group_id))
        wang = customers.register(
            clerk, NewCustomer("王小丽", "13812345678", consent=(Channel.SMS,), consent_way="登记表")
        ).id
        other = customers.register(clerk, NewCustomer("单芳", "13900001234")).id
        customers.change(clerk, wang, {"birthday": Birthday(Calendar.SOLAR, 11, 25), "size": "M"})
        purchases.buy(clerk, wang, [LineIn("A1", 39_900, size="L")], day=date(2026, 10, 1))
        done = purchases.buy(clerk, wang, [LineIn("A2", 10_000), LineIn("A3", 20_000)], key="k")
        assert purchases.buy(clerk, wang, [LineIn("A2", 10_000)], key="k").repeated
        line = database.value_of("SELECT id FROM purchase WHERE item_no = 'A3'")
        assert returns.return_line(clerk, line).refund == 20_000
        returns.undo(clerk, purchases.buy(clerk, wang, [LineIn("A4", 900_000)]).ticket_id)
        visits.undo(clerk, visits.visit(clerk, other).visit_id)
        points.redeem(clerk, wang, 1, "丝巾")
        customer_notes.add_note(clerk, wang, "喜欢安静")
        page = customer_page(clerk, wang)
        assert (page.grade, page.tickets, page.points_earned, page.points_balance) == ("B", 2, 4, 3)
        assert page.last_visit == TODAY and len(page.purchases) == 4
        assert done.ticket_id in {row.ticket_id for row in page.purchases}
        assert list(find.look_up("wxl")) == list(find.look_up("5678")) == list(find.look_up("小丽")) == [wang]
        assert list(find.look_up("13812")) == list(find.look_up("A2")) == [wang]
        assert list(find.look_up("王xl")) == [wang] and list(find.look_up("shanfang")) == [other]
        assert [row.hint for row in find.find(clerk, "王")] == ["3天后生日"]
        for sort in customer_list.SORTS:
            assert sorted(customer_list.ids(clerk, sort=sort)) == [wang, other]
        assert list(customer_list.ids(clerk, Filter((Condition("birthday", "month", values=("11",)),)))) == [
            wang
        ]
        assert (
            list(customer_list.ids(clerk, Filter((Condition("soon", values=("no_visit",), high=30),)))) == []
        )
        assert len(customer_list.rows(clerk, [wang, other])) == 2
        assert ledgers.proofs() == [] and search_index.problems() == []
        _two_tills(clerk, other)
    finally:
        database.close()


def _two_tills(clerk, customer):
    failures, booked = [], []

    def till():
        try:
            for number in range(8):
                booked.append(
                    purchases.buy(clerk, customer, [LineIn("A", 10_000)], key=f"same-{number}").ticket_id
                )
        except Exception as why:
            failures.append(why)
        finally:
            database.close()

    threads = [threading.Thread(target=till) for _one in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(set(booked)) == 8
    assert database.row("SELECT tickets, grade FROM customer WHERE id = ?", (customer,)) == (8, "A")
    assert ledgers.proofs() == []
