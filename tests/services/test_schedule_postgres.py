"""The same schedule on PostgreSQL: every statement of the schedule runs there too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from models import database
from models.contact import Contact
from models.customer import Customer, Phone, RememberedDay
from models.gift import Gift, GiftClass, GiftPlan, PlanLine
from models.kinds import Channel, Role, Topic
from models.purchase import Purchase, Ticket
from services import contact_lists, contacts, icalendar, schedule
from services.clock import FixedClock
from services.contact_lists import Filters, View
from services.contacts import Outcome
from services.setup import create_shop
from services.shop import Actor, Shop
from services.staff import add_user

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 23, 3, tzinfo=timezone.utc)


@pytest.fixture
def pg_shop(postgres_url: str) -> Iterator[Shop]:
    owner = create_shop(postgres_url, "店", "店主", "laoban-2680", clock=FixedClock(TODAY, NOW))
    number = add_user(owner, "店长", Role.MANAGER, "730514")
    yield replace(owner, actor=Actor(number, "店长", Role.MANAGER))
    database.close()


def _people() -> None:
    for number in range(1, 25):
        birthday = TODAY + (number % 6) * DAY
        customer = Customer.create(
            **{
                "card_no": f"K{number:03}",
                "name": f"王{number}",
                "grade": "ABC"[number % 3],
                "base_grade": "A",
            },
            **{"registered_on": TODAY - 200 * DAY, "last_visit": TODAY - (number * 9 % 190) * DAY},
            **{
                "last_purchase": TODAY - 3 * DAY,
                "last_contact": TODAY - number * DAY,
                "birth_calendar": "solar",
            },
            **{"birth_month": birthday.month, "birth_day": birthday.day},
        )
        Phone.create(customer=customer, number=f"1380000{number:04}", reversed=f"{number}")
        ticket = Ticket.create(customer=customer, day=TODAY - 3 * DAY, paid=100, created_at=NOW)
        Purchase.create(
            ticket=ticket, customer=customer, day=ticket.day, item_no="A1", list_price=100, paid=100
        )
    RememberedDay.create(customer=1, label="女儿生日", month=11, day=24)
    Customer.update(state="lost", lost_on=TODAY - DAY).where(Customer.id == 24).execute()
    kind = GiftClass.create(name="皮具")
    gift = Gift.create(name="钱夹", gift_class=kind, cost=100, created_at=NOW)
    plan = GiftPlan.create(month="2026-11", created_at=NOW)
    PlanLine.create(
        **{"plan": plan, "customer": 2, "occasion": "birthday", "due": TODAY, "gift": gift, "grade": "C"},
        **{"handover": "collect", "status": "approved"},
    )


@pytest.mark.postgres
def test_the_schedule_runs_on_postgresql_too(pg_shop: Shop, tmp_path: Path) -> None:
    _people()
    made = schedule.generate(pg_shop, TODAY, TODAY + 5 * DAY)
    assert made.new > 24 and not schedule.generate(pg_shop, TODAY, TODAY + 5 * DAY).changed
    assert contact_lists.posting_bench(pg_shop, TODAY + 5 * DAY)
    for ahead in (1, 2, 7):
        schedule.daily(pg_shop.at(TODAY + ahead * DAY))
        assert not schedule.daily(pg_shop.at(TODAY + ahead * DAY)).changed
    for view in View:
        ids = contact_lists.find(pg_shop, view, Filters(topic=Topic.FOLLOW_UP))
        assert all(row is not None for row in contact_lists.rows(pg_shop, ids))
    ids = contact_lists.find(pg_shop, View.TODAY, Filters(channel=Channel.PHONE))
    contacts.done(pg_shop, ids[0], note="好")
    contacts.done(pg_shop, ids[1], Outcome.POSTPONED, until=TODAY + 3 * DAY)
    contacts.done(pg_shop, ids[2], Outcome.WRONG_NUMBER)
    contacts.done(pg_shop, ids[3], Outcome.REFUSED, opt_out=True)
    assert contacts.done_many(pg_shop, ids[4:6]) == ids[4:6]
    for number in ids[:3]:
        contacts.undo(pg_shop, number)
        assert Contact.get_by_id(number).state == "planned"
    contacts.check(pg_shop, ids[4:5])
    contacts.reveal_phone(pg_shop, 3)
    assert contact_lists.counts(pg_shop)["done"] == 3
    assert len(contact_lists.days(pg_shop, TODAY, TODAY + 6 * DAY)) == 7
    customer = Contact.get_by_id(ids[4]).customer_id
    assert contact_lists.history(pg_shop, customer) and contact_lists.next_for([1, 2, 3])
    assert icalendar.write(pg_shop, tmp_path / "w.ics", TODAY, TODAY + 5 * DAY) > 0
