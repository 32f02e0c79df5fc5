"""What three simulated years found: each fault alone, at its boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models import database
from models.contact import Contact
from models.customer import Customer, OptOut
from models.kinds import Channel, Grade
from services import contact_views, contacts, customers, purchases, schedule, visits
from services.contact_words import explain
from services.contacts import Outcome
from services.shop import Shop
from tests.services.test_schedule import DAY, TODAY, a_birthday, a_customer, a_gift, a_ticket, planned


@pytest.fixture
def shop(manager: Shop) -> Shop:
    return manager.at(TODAY)


def _due(grade: str = "A", **more: Any) -> Customer:
    """Somebody whose cycle of a week is full today."""
    return a_customer(1, grade, **{"last_contact": TODAY - 7 * DAY, **more})


def _one() -> Contact:
    return Contact.get(Contact.done_on.is_null())


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.WRONG_NUMBER])
def test_a_try_that_came_to_nothing_is_followed_by_the_next_after_a_cycle(
    shop: Shop, outcome: Outcome
) -> None:
    customer = _due()
    schedule.daily(shop)
    contacts.done(shop, _one().id, outcome)
    Customer.update(phone_doubtful=False).execute()
    for days, expected in ((6, 0), (7, 1)):
        schedule.daily(shop.at(TODAY + days * DAY))
        found = Contact.select().where(Contact.done_on.is_null())
        assert found.count() == expected
    again = _one()
    assert again.key == f"rhythm:{customer.id}:{TODAY - 7 * DAY}:{TODAY}"
    contacts.done(shop.at(again.due), again.id, Outcome.REFUSED)
    schedule.daily(shop.at(again.due + 7 * DAY))
    assert _one().due == again.due + 7 * DAY, "and after the second try a third"


def test_the_reason_of_a_further_try_names_the_one_before(shop: Shop) -> None:
    _due()
    schedule.daily(shop)
    contacts.done(shop, _one().id, Outcome.REFUSED)
    schedule.daily(shop.at(TODAY + 7 * DAY))
    again = _one()
    why = explain(again.why, due=again.due, original_due=again.original_due)
    assert "11月23日试过" in why.here and "11月16日" in why.here and "7天" in why.today


def test_whoever_cannot_be_reached_is_counted_once_a_run(shop: Shop) -> None:
    OptOut.create(customer=_due(), channel="phone")
    OptOut.create(customer=1, channel="sms")
    found = schedule.generate(shop, TODAY, TODAY + 5 * DAY)
    assert found.skipped == {"personal:opted_out": 1} and not found.new


def test_a_call_that_nobody_answered_is_needless_once_the_customer_came_in(shop: Shop) -> None:
    customer = _due(preferred_channel="phone")
    schedule.daily(shop)
    contacts.done(shop, _one().id, Outcome.NO_ANSWER)
    visits.visit(shop, customer.id)
    assert not Contact.select().where(Contact.done_on.is_null()).exists()
    assert Contact.get().state_reason == "restarted"


def test_a_birthday_call_without_an_answer_has_its_next_day_and_no_more(shop: Shop) -> None:
    a_customer(1, **a_birthday(TODAY))
    schedule.daily(shop)
    contacts.done(shop, _one().id, Outcome.NO_ANSWER)
    schedule.daily(shop.at(TODAY + DAY))
    assert _one().due == TODAY + DAY
    schedule.daily(shop.at(TODAY + 2 * DAY))
    assert Contact.get().state_reason == "late_greeting"


def test_days_that_were_only_planned_ahead_are_caught_up(shop: Shop) -> None:
    a_customer(1)
    schedule.daily(shop)
    schedule.generate(shop, TODAY, TODAY + 20 * DAY)
    a_customer(2, **a_birthday(TODAY + 2 * DAY))
    schedule.daily(shop.at(TODAY + 4 * DAY))
    late = Contact.get(Contact.key == f"birthday:{TODAY + 2 * DAY}:2")
    assert late.state == "expired" and late.state_reason == "late_greeting"


def test_planning_a_month_twice_changes_nothing(shop: Shop) -> None:
    tight = replace(shop.policy.contacts, minutes_a_call=60)
    shop = replace(shop, policy=replace(shop.policy, contacts=tight))
    for number in range(1, 8):
        customer = a_customer(number, "AB"[number % 2], **a_birthday(TODAY + number * DAY))
        a_ticket(customer, TODAY - (number % 4) * DAY)
        Customer.update(last_contact=TODAY - number * DAY).where(Customer.id == customer.id).execute()
    schedule.generate(shop, TODAY, TODAY + 29 * DAY)
    before = database.rows("SELECT * FROM contact ORDER BY id")
    assert not schedule.generate(shop, TODAY, TODAY + 29 * DAY).changed
    assert database.rows("SELECT * FROM contact ORDER BY id") == before


def test_a_call_put_off_by_planning_ahead_comes_back_when_the_day_has_room(shop: Shop) -> None:
    tight = replace(shop.policy.contacts, minutes_a_call=60)
    shop = replace(shop, policy=replace(shop.policy, contacts=tight))
    for number in (1, 2, 3):
        a_ticket(a_customer(number), TODAY - 3 * DAY)
    schedule.generate(shop, TODAY, TODAY + 5 * DAY)
    dues = [row[3] for row in planned()]
    assert dues == ["2026-11-23", "2026-11-24", "2026-11-25"]
    for call in list(Contact.select().where(Contact.due < TODAY + 2 * DAY)):
        contacts.done(shop, call.id)
    schedule.daily(shop.at(TODAY + DAY))
    assert Contact.get(Contact.done_on.is_null()).due == TODAY + DAY


def test_calls_that_are_over_took_their_place_in_the_hour(shop: Shop) -> None:
    tight = replace(shop.policy.contacts, minutes_a_call=30)
    shop = replace(shop, policy=replace(shop.policy, contacts=tight))
    for number in (1, 2):
        a_ticket(a_customer(number), TODAY - 3 * DAY)
    schedule.daily(shop)
    for call in list(Contact.select()):
        contacts.done(shop, call.id)
    a_ticket(a_customer(3), TODAY - 3 * DAY)
    schedule.generate(shop)
    assert _one().due == TODAY + DAY


def test_a_wish_for_fewer_contacts_puts_off_what_is_planned_and_one_for_more_brings_it_forward(
    shop: Shop,
) -> None:
    customer = _due(grade="B", last_contact=TODAY - 15 * DAY)
    schedule.daily(shop)
    customers.change(shop, customer.id, {"preferred_every_days": 30})
    schedule.daily(shop.at(TODAY + DAY))
    assert _one().due == TODAY + 15 * DAY
    customers.change(shop, customer.id, {"preferred_every_days": 9})
    schedule.daily(shop.at(TODAY + 2 * DAY))
    assert _one().due == TODAY + 2 * DAY


def test_whoever_falls_to_c_is_written_to_and_no_more_called(shop: Shop) -> None:
    customer = a_customer(1)
    a_ticket(customer, TODAY - 3 * DAY)
    schedule.daily(shop)
    customers.grade_by_hand(shop, customer.id, Grade.C, "试试")
    schedule.daily(shop.at(TODAY + DAY))
    assert _one().channel == "sms"


def test_a_gift_that_was_collected_leaves_no_call_to_c(shop: Shop) -> None:
    customer = a_customer(1, "C", **a_birthday(TODAY + DAY))
    line = a_gift(customer, TODAY + DAY)
    schedule.daily(shop.at(TODAY + DAY))
    assert _one().channel == "phone"
    line.status = "issued"
    line.save()
    schedule.generate(shop.at(TODAY + DAY))
    assert (_one().topics, _one().channel) == ("birthday", "sms")


def test_nothing_opened_again_stands_against_an_opt_out(shop: Shop) -> None:
    customer = _due()
    schedule.daily(shop)
    contacts.done(shop, _one().id, Outcome.REFUSED, opt_out=True)
    contacts.undo(shop, Contact.get().id)
    assert OptOut.select().count() == 2 and Contact.get().state_reason == "opted_out"
    Customer.update(phone_doubtful=True).execute()
    Contact.update(state="no_answer", state_reason="wrong_number", done_on=TODAY).execute()
    contact_views.mend_number(shop, customer.id)
    assert Contact.get().state_reason == "opted_out"


def test_what_comes_back_with_a_mended_number_becomes_one_call(shop: Shop) -> None:
    customer = _due()
    a_ticket(customer, TODAY - 3 * DAY)
    schedule.daily(shop)
    contacts.plan(shop, customer.id, TODAY, Channel.PHONE)
    schedule.generate(shop.at(TODAY + 8 * DAY))
    Contact.update(state="no_answer", state_reason="wrong_number", done_on=TODAY + 8 * DAY).where(
        Contact.by_hand == 0
    ).execute()
    Customer.update(phone_doubtful=True).execute()
    contact_views.mend_number(shop.at(TODAY + 8 * DAY), customer.id)
    back = list(Contact.select().where(Contact.done_on.is_null() & (Contact.by_hand == 0)))
    assert len(back) == 1


def test_closed_days_do_not_shorten_how_far_back_late_follow_ups_are_looked_for(shop: Shop) -> None:
    customer = a_customer(1, phone_doubtful=True)
    a_ticket(customer, TODAY - 3 * DAY)
    schedule.daily(shop)
    for day in range(1, 11):
        schedule.daily(shop.at(TODAY + day * DAY))
    Customer.update(phone_doubtful=False).execute()
    schedule.daily(shop.at(TODAY + 20 * DAY))
    assert f"follow_up:{TODAY - 3 * DAY}:1" in {k.key for k in Contact.select()}


@pytest.mark.parametrize("grade, closed", [("A", 1), ("A", 3), ("B", 3)])
def test_a_follow_up_that_became_possible_keeps_the_routine_of_closed_days_away(
    shop: Shop, grade: str, closed: int
) -> None:
    """The customer agrees to be called again just before the shop closes; the follow-up was due before that."""
    customer = a_customer(1, grade, last_contact=TODAY - {"A": 6, "B": 14}[grade] * DAY)
    a_ticket(customer, TODAY - 3 * DAY)
    for way in ("phone", "sms"):
        OptOut.create(customer=customer, channel=way)
    schedule.daily(shop)
    OptOut.delete().execute()
    with schedule.forgotten():
        for day in range(1, closed + 1):
            schedule.daily(shop.at(TODAY + day * DAY))
        on_time = planned()
    schedule.daily(shop.at(TODAY + closed * DAY))
    assert planned() == on_time
    assert on_time[0] == ("K001", "follow_up", "phone", TODAY.isoformat())


def test_a_purchase_on_the_very_day_is_enough_to_stop_the_routine(shop: Shop) -> None:
    customer = _due()
    schedule.daily(shop)
    purchases.buy(shop, customer.id, [purchases.LineIn("A1", 10_000)], day=TODAY - timedelta(days=1))
    assert Contact.get().state_reason == "restarted"
