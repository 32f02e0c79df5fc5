"""The schedule on real books: who is planned, when, by which way, and that planning again changes nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from models import database
from models.contact import Contact, ScheduleDay
from models.customer import Customer, OptOut, Phone, RememberedDay
from models.gift import Gift, GiftClass, GiftPlan, PlanLine
from models.kinds import Channel, ContactState, Topic
from models.purchase import Ticket
from services import contact_lists, contacts, schedule
from services.contact_lists import Filters, View
from services.contacts import Outcome
from services.errors import NotAllowed, Refused
from services.shop import Shop

TODAY = date(2026, 11, 23)
"""A Monday, so that cards have a posting day."""
NOW = datetime(2026, 11, 23, 3)
DAY = timedelta(days=1)


@pytest.fixture
def shop(manager: Shop) -> Shop:
    return manager.at(TODAY)


def a_customer(number: int, grade: str = "A", **more: Any) -> Customer:
    fields: dict[str, Any] = {
        **{
            "card_no": f"K{number:03}",
            "name": f"王{number}",
            "sex": "female",
            "grade": grade,
            "base_grade": grade,
        },
        **{"registered_on": TODAY - 400 * DAY, "last_purchase": TODAY - DAY, "last_visit": TODAY - DAY},
        **{"last_contact": TODAY - DAY, "address": "和平路1号", "postcode": "629000"},
    }
    customer = Customer.create(**{**fields, **more})
    Phone.create(customer=customer, number=f"1380000{number:04}", reversed=f"1380000{number:04}"[::-1])
    return customer


def a_ticket(customer: Customer, day: date, **more: Any) -> Ticket:
    return Ticket.create(customer=customer, day=day, paid=10_000, created_at=NOW, **more)


def a_birthday(day: date) -> dict[str, Any]:
    return {"birth_calendar": "solar", "birth_month": day.month, "birth_day": day.day}


def a_gift(customer: Customer, due: date, handover: str = "collect", status: str = "approved") -> PlanLine:
    plan, _made = GiftPlan.get_or_create(month="2026-11", defaults={"created_at": NOW})
    kind, _made = GiftClass.get_or_create(name="皮具")
    gift, _made = Gift.get_or_create(
        name="钱夹", defaults={"gift_class": kind, "cost": 13_000, "created_at": NOW}
    )
    return PlanLine.create(
        **{
            "plan": plan,
            "customer": customer,
            "occasion": "birthday",
            "due": due,
            "gift": gift,
            "cost": 13_000,
        },
        **{"grade": customer.grade, "handover": handover, "status": status},
    )


def planned(day: date | None = None) -> list[tuple[str, str, str, str]]:
    query = Contact.select(Contact, Customer).join(Customer).order_by(Contact.due, Contact.id)
    found = query.where(Contact.due == day) if day else query
    return [(k.customer.card_no, k.topics, k.channel, k.due.isoformat()) for k in found]


def the(topics: str) -> Contact:
    return Contact.get(Contact.topics == topics)


@pytest.mark.parametrize("grade, way", [("A", "phone"), ("B", "phone"), ("C", "sms")])
def test_three_days_after_the_ticket_comes_the_follow_up(shop: Shop, grade: str, way: str) -> None:
    customer = a_customer(1, grade)
    a_ticket(customer, TODAY - 3 * DAY)
    a_ticket(customer, TODAY - 3 * DAY)
    a_ticket(a_customer(2), TODAY - 3 * DAY, counts=False)
    a_ticket(a_customer(3), TODAY - 2 * DAY)
    schedule.generate(shop)
    assert planned() == [("K001", "follow_up", way, "2026-11-23")]


def test_birthdays_of_a_and_b_get_a_card_before_and_a_call_on_the_day(shop: Shop) -> None:
    for number, grade in enumerate("ABC", 1):
        a_customer(number, grade, **a_birthday(TODAY + 4 * DAY))
    schedule.generate(shop, TODAY, TODAY + 4 * DAY)
    assert planned() == [
        ("K001", "birthday", "post", "2026-11-23"),
        ("K002", "birthday", "post", "2026-11-23"),
        ("K001", "birthday", "phone", "2026-11-27"),
        ("K002", "birthday", "phone", "2026-11-27"),
        ("K003", "birthday", "sms", "2026-11-27"),
    ]


def test_a_lunar_birthday_and_a_family_day_are_kept_too(shop: Shop) -> None:
    # 2026-11-23 is 农历十月十五.
    a_customer(1, birth_calendar="lunar", birth_month=10, birth_day=15)
    RememberedDay.create(customer=a_customer(2), label="女儿生日", month=11, day=23)
    schedule.generate(shop)
    assert [row[:3] for row in planned()] == [("K001", "birthday", "phone"), ("K002", "birthday", "phone")]
    row = contact_lists.rows(shop, [Contact.get(Contact.customer == 2).id])[0]
    assert row is not None and "女儿生日" in row.why.here and "今天是女儿生日" in row.text


def test_a_festival_is_for_everyone_and_never_moves(shop: Shop) -> None:
    for number in range(1, 31):
        a_customer(
            number,
            "B",
            last_contact=date(2027, 2, 5),
            last_visit=date(2027, 2, 5),
            last_purchase=date(2027, 2, 5),
        )
    spring = shop.at(date(2027, 2, 6))
    made = schedule.generate(spring)
    assert len(planned(date(2027, 2, 6))) == 30 and made.moved == 0


def test_follow_up_and_birthday_are_one_call(shop: Shop) -> None:
    a_ticket(a_customer(1, **a_birthday(TODAY)), TODAY - 3 * DAY)
    made = schedule.generate(shop)
    assert planned() == [("K001", "birthday,follow_up", "phone", "2026-11-23")] and made.folded == 1
    row = contact_lists.rows(shop, [1])[0]
    assert row is not None and "11月20日买过衣服" in row.why.here and "生日" in row.why.here


def test_c_is_phoned_only_when_a_gift_waits(shop: Shop) -> None:
    with_gift, without = a_customer(1, "C", **a_birthday(TODAY)), a_customer(2, "C", **a_birthday(TODAY))
    a_gift(with_gift, TODAY)
    schedule.generate(shop)
    assert [row[:3] for row in planned()] == [
        ("K001", "birthday,gift_waiting", "phone"),
        ("K002", "birthday", "sms"),
    ]
    assert without.grade == "C"


def test_a_gift_that_is_posted_or_not_approved_needs_no_call(shop: Shop) -> None:
    a_gift(a_customer(1), TODAY, "post")
    a_gift(a_customer(2), TODAY, status="submitted")
    schedule.generate(shop)
    assert planned() == []


def test_a_gift_not_collected_is_reminded_of(shop: Shop) -> None:
    a_gift(a_customer(1), TODAY - 30 * DAY)
    schedule.generate(shop)
    schedule.generate(shop)
    assert [row[1] for row in planned()] == ["gift_waiting"]
    assert '"again":true' in the("gift_waiting").why


@pytest.mark.parametrize(
    "grade, days, topics", [("A", 7, "personal"), ("B", 15, "personal,brand_sms"), ("C", 15, "brand_sms")]
)
def test_the_rhythm_of_each_grade(shop: Shop, grade: str, days: int, topics: str) -> None:
    a_customer(1, grade, last_contact=TODAY - days * DAY)
    a_customer(2, grade, last_contact=TODAY - (days - 1) * DAY)
    schedule.generate(shop)
    schedule.generate(shop.at(TODAY + DAY))
    assert planned() == [("K001", topics, "sms", "2026-11-23"), ("K002", topics, "sms", "2026-11-24")]


def test_a_real_contact_of_any_kind_restarts_the_rhythm(shop: Shop) -> None:
    customer = a_customer(1, "A", last_contact=TODAY - 7 * DAY)
    schedule.generate(shop)
    contacts.record(shop, customer.id, Channel.SHOP, note="聊了聊", incoming=True)
    assert the("personal").state == "expired" and the("personal").state_reason == "restarted"
    assert schedule.generate(shop.at(TODAY + 6 * DAY)).new == 0
    assert schedule.generate(shop.at(TODAY + 7 * DAY)).new == 1


def test_one_open_routine_contact_is_enough_however_long_nobody_does_it(shop: Shop) -> None:
    a_customer(1, "A", last_contact=TODAY - 7 * DAY)
    for ahead in range(30):
        schedule.daily(shop.at(TODAY + ahead * DAY))
    assert [row[1] for row in planned()].count("personal") == 1


def test_no_routine_contact_close_to_another_one(shop: Shop) -> None:
    customer = a_customer(1, "A", last_contact=TODAY - 8 * DAY)
    contacts.plan(shop, customer.id, TODAY + 2 * DAY, Channel.PHONE, Topic.COMPANY_NEWS)
    schedule.generate(shop)
    assert [row[1] for row in planned()] == ["company_news"]


def test_before_a_demotion_or_loss_the_customer_is_told(shop: Shop) -> None:
    silent = {"last_visit": date(2026, 6, 10), "last_contact": TODAY - DAY}
    a_customer(1, "A", **silent)
    a_customer(2, "C", **silent)
    a_customer(3, "C", last_purchase=date(2025, 12, 5), **silent)
    schedule.generate(shop)
    assert [row[:3] for row in planned()] == [
        ("K001", "early_notice", "phone"),
        ("K003", "early_notice", "sms"),
    ]
    Customer.update(last_visit=TODAY).where(Customer.id == 1).execute()
    schedule.generate(shop)
    assert Contact.get(Contact.customer == 1).state_reason == "came_in"


def test_the_lost_hear_of_us_only_to_be_won_back(shop: Shop) -> None:
    a_customer(1, "A", state="lost", lost_on=TODAY - DAY, **a_birthday(TODAY))
    a_customer(2, "C", state="lost", lost_on=TODAY - 300 * DAY, last_contact=TODAY - 300 * DAY)
    schedule.generate(shop)
    assert planned() == [("K001", "win_back", "phone", "2026-11-23")]
    Customer.update(state="active").execute()
    schedule.generate(shop)
    assert the("win_back").state_reason == "returned"


def test_opt_outs_and_wishes_win(shop: Shop) -> None:
    for number, more in enumerate(({}, {"preferred_channel": "sms"}, {"preferred_every_days": 20}), 1):
        a_customer(number, "A", **a_birthday(TODAY), **more)
    OptOut.create(customer=1, channel="phone")
    OptOut.create(customer=1, channel="sms")
    made = schedule.generate(shop)
    assert [row[:3] for row in planned()] == [("K002", "birthday", "sms"), ("K003", "birthday", "phone")]
    assert made.skipped == {"birthday:opted_out": 1}
    assert "opted_out" in ScheduleDay.get().figures


def test_somebody_without_a_phone_is_counted_with_the_reason(shop: Shop) -> None:
    customer = a_customer(1, "A", **a_birthday(TODAY))
    Phone.delete().where(Phone.customer == customer).execute()
    assert schedule.generate(shop).skipped == {"birthday:no_phone": 1}


def test_the_hour_holds_fifteen_calls_and_the_rest_moves_on(shop: Shop) -> None:
    for number in range(1, 21):
        a_ticket(a_customer(number, "A" if number <= 10 else "B"), TODAY - 3 * DAY)
    made = schedule.generate(shop)
    today, tomorrow = planned(TODAY), planned(TODAY + DAY)
    assert (len(today), len(tomorrow), made.moved) == (15, 5, 5)
    assert {row[0] for row in today} >= {f"K{number:03}" for number in range(1, 11)}
    moved = Contact.get(Contact.due == TODAY + DAY)
    assert moved.original_due == TODAY
    row = contact_lists.rows(shop, [moved.id])[0]
    assert row is not None and "排满顺延" in row.why.today


def test_planning_twice_or_by_another_hand_changes_nothing(shop: Shop) -> None:
    for number in range(1, 40):
        customer = a_customer(
            number,
            "ABC"[number % 3],
            last_contact=TODAY - (number % 20) * DAY,
            **a_birthday(TODAY + (number % 9) * DAY),
        )
        a_ticket(customer, TODAY - (number % 6) * DAY)
    first = schedule.generate(shop, TODAY, TODAY + 7 * DAY)
    before = list(Contact.select().order_by(Contact.id).dicts())
    again = schedule.generate(shop, TODAY, TODAY + 7 * DAY)
    schedule.daily(shop)
    assert first.new > 0 and not again.changed
    assert list(Contact.select().order_by(Contact.id).dicts()) == before


def test_what_was_done_or_moved_by_hand_stays(shop: Shop) -> None:
    for number in (1, 2, 3):
        a_ticket(a_customer(number), TODAY - 3 * DAY)
    schedule.generate(shop)
    contacts.done(shop, 1, note="很合身")
    contacts.done(shop, 2, Outcome.POSTPONED, until=TODAY + 5 * DAY)
    for ahead in range(8):
        schedule.daily(shop.at(TODAY + ahead * DAY))
    assert [
        (k.state, k.due) for k in Contact.select().where(Contact.topics == "follow_up").order_by(Contact.id)
    ] == [
        ("done", TODAY),
        ("postponed", TODAY + 5 * DAY),
        ("planned", TODAY),
    ]


def test_missed_days_are_caught_up_and_late_greetings_expire_with_the_reason(shop: Shop) -> None:
    schedule.daily(shop)
    a_ticket(a_customer(1), TODAY - DAY)
    a_customer(2, **a_birthday(TODAY + 3 * DAY))
    a_customer(3, **a_birthday(TODAY + 6 * DAY))
    made = schedule.daily(shop.at(TODAY + 6 * DAY))
    found = {
        k.customer_id: (k.topics, k.due, k.state, k.state_reason)
        for k in Contact.select().where(Contact.channel == "phone")
    }
    assert found == {
        1: ("follow_up", TODAY + 2 * DAY, "planned", ""),
        2: ("birthday", TODAY + 3 * DAY, "expired", "late_greeting"),
        3: ("birthday", TODAY + 6 * DAY, "planned", ""),
    }
    assert made.expired_why["late_greeting"] == 1 and made.expired_why["late_card"] >= 1


def test_a_follow_up_under_a_late_greeting_stays(shop: Shop) -> None:
    a_ticket(a_customer(1, **a_birthday(TODAY)), TODAY - 3 * DAY)
    schedule.generate(shop)
    schedule.daily(shop.at(TODAY + DAY))
    call = the("follow_up")
    assert call.state == "planned" and '"reason":"late_greeting"' in call.why


def test_a_ticket_entered_late_still_gets_its_follow_up(shop: Shop) -> None:
    schedule.daily(shop)
    customer = a_customer(1)
    schedule.daily(shop.at(TODAY + 5 * DAY))
    a_ticket(customer, TODAY)
    schedule.daily(shop.at(TODAY + 5 * DAY))
    assert planned() == [("K001", "follow_up", "phone", "2026-11-26")]


def test_planning_late_is_like_planning_every_day(shop: Shop) -> None:
    def a_shop_full() -> None:
        for number in range(1, 50):
            customer = a_customer(
                number,
                "ABC"[number % 3],
                last_contact=TODAY - (number % 20) * DAY,
                **a_birthday(TODAY + (number % 15) * DAY),
            )
            for back in range(number % 4):
                a_ticket(customer, TODAY + (number % 12 - back * 3) * DAY)

    def lines() -> list[tuple[Any, ...]]:
        names = (
            Contact.key,
            Contact.due,
            Contact.original_due,
            Contact.topics,
            Contact.channel,
            Contact.state,
            Contact.state_reason,
        )
        return sorted(Contact.select(*names).tuples(), key=str)

    a_shop_full()
    schedule.daily(shop.at(TODAY))
    for ahead in range(1, 13):
        schedule.daily(shop.at(TODAY + ahead * DAY))
    every_day = lines()
    for table in ("folded_need", "contact", "schedule_day"):
        database.execute(f"DELETE FROM {table}")
    schedule.daily(shop.at(TODAY))
    schedule.daily(shop.at(TODAY + 12 * DAY))
    assert lines() == every_day and len(every_day) > 60


def test_a_call_that_meets_another_one_by_moving_becomes_one_with_it(shop: Shop) -> None:
    for number in range(1, 17):
        birthday = a_birthday(TODAY + DAY) if number == 16 else {}
        a_ticket(a_customer(number, "B" if number == 16 else "A", **birthday), TODAY - 3 * DAY)
    schedule.generate(shop, TODAY + DAY, TODAY + DAY)
    schedule.generate(shop, TODAY, TODAY)
    mine = list(Contact.select().where((Contact.customer == 16) & (Contact.channel == "phone")))
    assert [(k.topics, k.due) for k in mine] == [("birthday,follow_up", TODAY + DAY)]
    assert not schedule.generate(shop, TODAY, TODAY + DAY).changed


def test_a_span_that_makes_no_sense_is_refused(shop: Shop) -> None:
    with pytest.raises(Refused, match="早于"):
        schedule.generate(shop, TODAY, TODAY - DAY)
    with pytest.raises(Refused, match="366"):
        schedule.generate(shop, TODAY, TODAY + 400 * DAY)
    with pytest.raises(NotAllowed):
        schedule.generate(Shop(shop.url, shop.clock, shop.policy, shop.info))


def test_the_lists_and_their_filters(shop: Shop) -> None:
    for number in (1, 2, 3):
        a_ticket(a_customer(number, "ABC"[number - 1]), TODAY - 3 * DAY)
    schedule.generate(shop)
    contacts.done(shop, 1)
    assert contact_lists.find(shop) == [2, 3]
    assert contact_lists.find(shop, View.DONE) == [1]
    assert contact_lists.find(shop, View.UPCOMING) == contact_lists.find(shop, View.OVERDUE) == []
    tomorrow = shop.at(TODAY + DAY)
    assert contact_lists.find(tomorrow, View.OVERDUE) == [2, 3]
    assert contact_lists.find(tomorrow, View.TODAY, Filters(channel=Channel.SMS)) == [3]
    assert contact_lists.find(shop, View.ALL, Filters(topic=Topic.FOLLOW_UP, state=ContactState.DONE)) == [1]
    assert contact_lists.find(shop, View.ALL, Filters(topic=Topic.PERSONAL)) == []
    counted = contact_lists.counts(shop)
    assert (counted["phone"], counted["sms"], counted["done"], counted["calls_done"]) == (1, 1, 1, 1)
    week = contact_lists.days(shop, TODAY, TODAY + 6 * DAY)
    assert (week[0].calls, week[0].messages, week[0].closed, len(week)) == (1, 1, 1, 7)
    assert contact_lists.next_for([2, 99])[2].day == TODAY


def test_the_posting_bench_names_what_is_missing(shop: Shop) -> None:
    a_customer(1, **a_birthday(TODAY + 4 * DAY))
    a_customer(2, **a_birthday(TODAY + 4 * DAY), address="", postcode="")
    schedule.generate(shop)
    bench = contact_lists.posting_bench(shop)
    assert [(row.card_no, row.occasion, row.missing, row.on) for row in bench] == [
        ("K001", "生日", (), TODAY + 4 * DAY),
        ("K002", "生日", ("address", "postcode"), TODAY + 4 * DAY),
    ]
    assert contacts.done_many(shop, [row.id for row in bench[:1]]) == [bench[0].id]
    assert [row.posted for row in contact_lists.posting_bench(shop)] == [True, False]
