"""Numbers to verify and mended in one act, the next step agreed on in a call, the question of the card."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from models import database
from models.contact import Contact
from models.customer import Customer, Phone
from models.kinds import Channel, Role, Topic
from services import contact_views, contacts, questions
from services.clock import FixedClock
from services.contact_lists import Filters
from services.contacts import Outcome
from services.errors import Refused
from services.setup import create_shop
from services.shop import Actor, Shop
from services.staff import add_user
from tests.services.test_contact_outcomes import a_customer, call  # noqa: F401 - a fixture

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


def test_a_wrong_number_is_listed_with_who_found_it_out(manager: Shop, clerk: Shop, call: int) -> None:  # noqa: F811
    assert contact_views.to_verify(manager) == [] and contact_views.verify_count(manager) == 0
    contacts.done(clerk, call, Outcome.WRONG_NUMBER, "是空号")
    (row,) = contact_views.to_verify(manager)
    assert (row.id, row.card_no, row.phone, row.since, row.by, row.note) == (
        *(1, "K001", "13800000001", TODAY, "小王", "是空号"),
    )
    assert contact_views.to_verify(clerk)[0].phone == "138****0001"
    assert contact_views.to_verify(manager, Filters(group_id=1)) == []
    assert contact_views.verify_count(manager) == 1


@pytest.mark.parametrize("number", ["13900000009", "", "13800000001"])
def test_one_act_mends_it_and_the_call_comes_back(manager: Shop, call: int, number: str) -> None:  # noqa: F811
    contacts.done(manager, call, Outcome.WRONG_NUMBER)
    tomorrow = manager.at(TODAY + DAY)
    done = contact_views.mend_number(tomorrow, 1, number)
    assert Phone.get().number == (number or "13800000001") and not Customer.get().phone_doubtful
    one = Contact.get_by_id(call)
    assert (one.state, one.due, one.done_on, one.state_reason) == ("planned", TODAY + DAY, None, "")
    assert contact_views.to_verify(tomorrow) == []
    contact_views.undo_mend(tomorrow, done)
    one = Contact.get_by_id(call)
    assert (one.state, one.due, one.done_on, one.state_reason) == ("no_answer", TODAY, TODAY, "wrong_number")
    assert Phone.get().number == "13800000001" and Customer.get().phone_doubtful
    assert len(contact_views.to_verify(tomorrow)) == 1


@pytest.mark.parametrize("later, back", [(14, 1), (15, 0)])
def test_calls_of_long_ago_do_not_come_back(manager: Shop, call: int, later: int, back: int) -> None:  # noqa: F811
    contacts.done(manager, call, Outcome.WRONG_NUMBER)
    done = contact_views.mend_number(manager.at(TODAY + later * DAY), 1, "13900000009")
    assert len(done.reopened) == back


def test_a_number_that_cannot_be_changes_nothing(manager: Shop, call: int) -> None:  # noqa: F811
    contacts.done(manager, call, Outcome.WRONG_NUMBER)
    with pytest.raises(Refused):
        contact_views.mend_number(manager, 1, "12")
    assert Customer.get().phone_doubtful and Contact.get_by_id(call).done_on == TODAY
    contact_views.mend_number(manager, 1)
    with pytest.raises(Refused, match="已经核实"):
        contact_views.mend_number(manager, 1)


def test_reached_and_the_next_contact_are_one_act(manager: Shop, call: int) -> None:  # noqa: F811
    ids = contact_views.reached_and_next(manager, call, "要看新款", TODAY + 9 * DAY, Topic.NEW_ARRIVALS)
    done, again = map(Contact.get_by_id, ids)
    assert (done.state, done.next_step) == ("done", "2026-12-01 电话 新货到店")
    assert (again.due, again.topics, again.note, again.by_hand) == (
        *(TODAY + 9 * DAY, "new_arrivals", "要看新款", True),
    )
    contacts.undo_many(manager, ids)
    assert Contact.get_by_id(call).state == "planned" and Contact.select().count() == 1


def test_a_next_contact_that_may_not_be_leaves_the_call_open(manager: Shop, call: int) -> None:  # noqa: F811
    contacts.opt_out(manager, 1, "sms")
    database.execute("UPDATE contact SET state = 'planned', state_reason = '', done_on = NULL")
    with pytest.raises(Refused, match="不接受"):
        contact_views.reached_and_next(manager, call, "", TODAY + DAY, Topic.PERSONAL, Channel.SMS)
    with pytest.raises(Refused, match="今天以后"):
        contact_views.reached_and_next(manager, call, "", TODAY, Topic.PERSONAL)
    assert Contact.get_by_id(call).state == "planned"


def test_the_question_of_the_card_is_answered_once(manager: Shop, call: int) -> None:  # noqa: F811
    first = contact_views.question_for(manager, 1)
    assert first is not None and first.text.startswith("问一下")
    questions.not_now(manager, 1, first.field)
    second = contact_views.question_for(manager, 1)
    assert second is None or second.field != first.field
    assert contact_views.question_for(manager, 999) is None


def test_postgres_lists_and_mends_the_same(postgres_url: str) -> None:
    moment = datetime(2026, 11, 22, 3, tzinfo=timezone.utc)
    owner = create_shop(postgres_url, "店", "店主", "laoban-2680", clock=FixedClock(TODAY, moment))
    number = add_user(owner, "店长", Role.MANAGER, "730514")
    shop = replace(owner, actor=Actor(number, "店长", Role.MANAGER))
    try:
        customer = a_customer()
        ids = contacts.talk(shop, customer.id, Channel.PHONE, again=TODAY + DAY)
        contacts.done(shop, ids[1], Outcome.WRONG_NUMBER)
        assert [row.card_no for row in contact_views.to_verify(shop)] == ["K001"]
        assert contact_views.question_for(shop, customer.id) is not None
        assert len(contact_views.mend_number(shop, customer.id, "13900000009").reopened) == 1
        assert contact_views.verify_count(shop) == 0
        assert contact_views.loads(shop)[1][shop.actor.id].still == 1
    finally:
        database.close()


def test_what_lies_before_each_clerk_and_group(manager: Shop, clerk: Shop) -> None:
    from tests.services.test_contact_results import a_contact
    from tests.services.test_contact_results import a_customer as plain

    assert manager.actor is not None and clerk.actor is not None
    mine, theirs = clerk.actor.id, manager.actor.id
    one, two = plain(1), plain(2)
    one.group_id, one.clerk_id = 1, mine
    one.save()
    still = {"state": "planned", "done_on": None}
    a_contact(one, TODAY, due=TODAY, assignee=theirs, **still)
    a_contact(one, TODAY, due=TODAY - DAY, assignee=mine, **still)
    a_contact(one, TODAY, due=TODAY + DAY, assignee=mine, **still)
    a_contact(two, TODAY, due=TODAY, **still)
    a_contact(one, TODAY, done_by=theirs)
    a_contact(one, TODAY - DAY, done_by=theirs)
    groups, clerks = contact_views.loads(manager)
    assert groups == {1: contact_views.Load(2, 1, 1)}
    assert clerks == {mine: contact_views.Load(2, 1, 0), theirs: contact_views.Load(1, 0, 1)}
    assert groups[1].words() == "待 2 · 逾期 1 · 已完成 1" and contact_views.Load().words() == ""
