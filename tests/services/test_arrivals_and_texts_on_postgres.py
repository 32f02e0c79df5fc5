"""New arrivals, the library, the balance and the matrix on PostgreSQL: every statement runs there too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from models import database
from models.contact import Contact
from models.customer import Customer, Note, Phone, RememberedDay
from models.kinds import Channel, Role, Topic
from models.purchase import Purchase, Ticket
from services import (
    arrivals,
    arrivals_find,
    arrivals_plan,
    contact_balance,
    contact_lists,
    contacts,
    customer_notes,
    matrix_preview,
    policies,
    schedule,
    text_library,
    text_library_use,
)
from services.clock import FixedClock
from services.contact_lists import Filters, View
from services.rules.shop_texts import TextKind
from services.setup import create_shop
from services.shop import Actor, Shop
from services.sms import batches, templates

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 23, 3, tzinfo=timezone.utc)


@pytest.fixture
def pg_owner(postgres_url: str) -> Iterator[Shop]:
    owner = create_shop(postgres_url, "店", "店主", "laoban-2680", clock=FixedClock(TODAY, NOW))
    number = database.value_of("SELECT id FROM staff_user")
    yield replace(owner, actor=Actor(number, "店主", Role.OWNER))
    database.close()


def person(number: int, **facts) -> Customer:
    facts = {"grade": "ABC"[number % 3], "size": "M", "styles": "连衣裙", "colours": "墨绿", **facts}
    row = Customer.create(
        **{"card_no": f"K{number:03}", "name": f"王{number}", "registered_on": TODAY - 400 * DAY},
        **{"last_contact": TODAY - 20 * DAY, "birth_calendar": "solar", "birth_month": 11, "birth_day": 27},
        **facts,
    )
    Phone.create(customer=row, number=f"1380000{number:04}", reversed=f"{number}")
    ticket = Ticket.create(customer=row, day=TODAY - 90 * DAY, paid=100, created_at=NOW)
    Purchase.create(
        **{"ticket": ticket, "customer": row, "day": TODAY - 90 * DAY, "item_no": "D200", "size": "m"},
        **{"list_price": 60_000, "paid": 60_000},
    )
    Note.create(customer=row, day=TODAY - DAY, kind="wish", text="想要连衣裙", created_at=NOW)
    return row


def test_goods_find_their_customers_and_the_schedule(pg_owner) -> None:
    for number in range(1, 13):
        person(number)
    schedule.generate(pg_owner, TODAY, TODAY + 6 * DAY)
    goods = arrivals.add(pg_owner, "D310", kind="连衣裙", colours="墨绿", sizes="S、M", price=65_000)
    found = arrivals_find.find(pg_owner, [goods.id])
    assert found.rows and found.rows[0].pieces == 1
    done = arrivals_plan.plan(pg_owner, found.rows)
    assert len(done.ids) == len(found.rows)
    assert all(contact_lists.rows(pg_owner, list(done.ids)))
    assert contact_lists.find(pg_owner, View.TODAY, Filters(over_rhythm=True))
    assert arrivals_plan.unplan(pg_owner, done) == len(done.ids)


def test_texts_balance_and_corrected_days(pg_owner) -> None:
    who = person(1, grade="A")
    kept = RememberedDay.create(customer=who, label="女儿生日", month=11, day=25)
    schedule.generate(pg_owner, TODAY, TODAY + 6 * DAY)
    customer_notes.forget_day(pg_owner, kept.id)
    assert {k.state_reason for k in Contact.select() if "女儿" in k.why} == {"moved"}
    own = text_library.add(pg_owner, TextKind.FASHION, "围巾打个松结")
    assert text_library.retire(pg_owner, [own.id]) == [own.id]
    call = contacts.record(pg_owner, who.id, Channel.SHOP, Topic.PERSONAL, "")
    assert text_library_use.picks(pg_owner, {who.id: Topic.PERSONAL})
    assert contact_balance.tired(pg_owner, [who.id]) == set()
    templates.starters(pg_owner)
    templates.release(pg_owner, "小贴士")
    other = person(2, grade="B")
    made = batches.make_for(pg_owner, [other.id], "小贴士")
    assert made.messages == 1 and call
    assert any(one.used for one in text_library.texts(pg_owner))


def test_the_matrix_is_looked_at_and_changed(pg_owner) -> None:
    person(1, grade="B")
    found = matrix_preview.preview(pg_owner, {"contacts.matrix.birthday_b": "must sms"})
    assert {one.topic for one in found.changes} == {Topic.BIRTHDAY}
    changed = policies.set_value(pg_owner, "contacts.matrix.birthday_b", "must sms")
    schedule.generate(changed, TODAY, TODAY + 5 * DAY)
    assert Contact.select().where(Contact.topics == "birthday").get().channel == "sms"
