"""Months of a small shop, day by day, with whatever customers and clerks do: the promises of the schedule hold."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models import database
from models.contact import Contact
from models.customer import Customer, OptOut, Phone
from models.purchase import Ticket
from services import contacts, purchases, schedule, search_fts, visits
from services.contacts import Outcome
from services.rules import contacts as rules
from services.shop import Shop

START = date(2026, 11, 23)
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 23, 3)

act = st.tuples(
    st.sampled_from(
        ["call", "call", "call", "no_answer", "postpone", "buy", "visit", "closed", "stop", "nothing"]
    ),
    st.integers(0, 30),
)
person = st.tuples(
    st.sampled_from("ABC"),
    st.integers(0, 60),
    st.integers(0, 25),
    st.sampled_from(["", "", "phone", "sms", "post"]),
    st.sampled_from([None, None, 2, 30]),
)


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    # Shrinking months of a shop takes minutes; the failing example says enough.
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(person, min_size=1, max_size=10), st.lists(act, min_size=20, max_size=60), st.integers(1, 4))
def test_the_promises_hold_whatever_happens(
    manager: Shop, people: list[Any], acts: list[Any], capacity: int
) -> None:
    _empty()
    limits = replace(manager.policy.contacts, minutes_a_call=60 // capacity)
    shop = replace(manager, policy=replace(manager.policy, contacts=limits))
    for number, (grade, birthday, contact, channel, every) in enumerate(people, 1):
        _a_customer(number, grade, START + birthday * DAY, START - contact * DAY, channel, every)
    today, opened, stopped = START, [], {}
    for kind, which in acts:
        now = shop.at(today)
        if kind != "closed":
            schedule.daily(now)
            opened.append(today)
            assert not schedule.daily(now).changed, "planning twice changes nothing"
            _the_hour_is_kept(now)
            _one_talk_a_day()
            _do(now, kind, which, stopped)
            _nobody_who_opted_out_is_contacted()
        today += DAY
    schedule.daily(shop.at(today))
    opened.append(today)
    _no_follow_up_is_forgotten(shop, opened, stopped)
    _no_birthday_is_forgotten(shop, opened, stopped)
    _routine_keeps_its_distance(shop)
    _every_end_has_a_reason()


def _empty() -> None:
    search_fts.clear()
    database.execute("PRAGMA foreign_keys = 0")
    tables = (
        "folded_need",
        "contact",
        "schedule_day",
        "opt_out",
        "consent",
        "purchase",
        "point_entry",
        "ticket",
        "visit",
    )
    for table in (*tables, "grade_change", "phone", "customer"):
        if table == "point_entry":
            database.execute("DROP TRIGGER IF EXISTS point_entry_no_delete")
        database.execute(f"DELETE FROM {table}")
    database.execute("PRAGMA foreign_keys = 1")


def _a_customer(
    number: int, grade: str, birthday: date, contact: date, channel: str, every: int | None
) -> None:
    customer = Customer.create(
        **{
            "id": number,
            "card_no": f"K{number:03}",
            "name": f"王{number}",
            "grade": grade,
            "base_grade": grade,
        },
        **{"registered_on": START - 100 * DAY, "last_visit": contact, "last_purchase": contact},
        **{
            "last_contact": contact,
            "birth_calendar": "solar",
            "birth_month": birthday.month,
            "birth_day": birthday.day,
        },
        **{
            "preferred_channel": channel,
            "preferred_every_days": every,
            "hand_grade": grade,
            "hand_reason": "x",
        },
    )
    Phone.create(customer=customer, number=f"1380000{number:04}", reversed="0")
    Ticket.create(customer=customer, day=contact, paid=100, created_at=NOW)


def _do(shop: Shop, kind: str, which: int, stopped: dict[int, date]) -> None:
    today = shop.today()
    calls = list(Contact.select().where(_open() & (Contact.due <= today)).order_by(Contact.id))
    customer = which % Customer.select().count() + 1
    if kind in ("call", "no_answer", "postpone") and calls:
        for call in calls[: 1 + which % 5]:
            if kind == "no_answer" and call.channel != "post":
                contacts.done(shop, call.id, Outcome.NO_ANSWER)
            elif kind == "postpone":
                contacts.done(shop, call.id, Outcome.POSTPONED, until=today + (1 + which % 6) * DAY)
            elif Contact.get_by_id(call.id).state != "expired":
                contacts.done(shop, call.id)
    elif kind == "buy":
        purchases.buy(shop, customer, [purchases.LineIn("A1", 10_000)])
    elif kind == "visit":
        visits.visit(shop, customer)
    elif kind == "stop" and customer not in stopped:
        contacts.opt_out(shop, customer, "sms")
        stopped[customer] = today


def _open() -> Any:
    return Contact.state.in_(("planned", "no_answer", "postponed")) & Contact.done_on.is_null()


def _the_hour_is_kept(shop: Shop) -> None:
    today = shop.today()
    calls = list(Contact.select().where(_open() & (Contact.channel == "phone") & (Contact.due <= today)))
    movable = [
        call
        for call in calls
        if call.due == today
        and call.state == "planned"
        and not call.by_hand
        and not any(topic in call.topics for topic in rules.GREETINGS)
    ]
    assert not movable or len(calls) <= shop.policy.contacts.calls_a_day


def _one_talk_a_day() -> None:
    """Only what a person moved may meet another talk."""
    seen: set[tuple[int, date]] = set()
    for call in Contact.select().where(_open() & (Contact.channel != "post") & (Contact.state == "planned")):
        assert (call.customer_id, call.due) not in seen
        seen.add((call.customer_id, call.due))


def _nobody_who_opted_out_is_contacted() -> None:
    for row in OptOut.select():
        assert (
            not Contact.select()
            .where(_open() & (Contact.customer == row.customer_id) & (Contact.channel == row.channel))
            .exists()
        )


def _needs() -> dict[tuple[int, str, str], Contact]:
    found = {}
    for call in Contact.select().where(Contact.why != ""):
        why = json.loads(call.why)
        for need in (*why["needs"], *why.get("dropped", ())):
            head = "card" if call.channel == "post" else need["t"]
            found[call.customer_id, head, need.get("bought") or need.get("on") or need.get("since", "")] = (
                call
            )
    return found


def _no_follow_up_is_forgotten(shop: Shop, opened: list[date], stopped: dict[int, date]) -> None:
    known = _needs()
    after = timedelta(days=shop.policy.contacts.follow_up_days)
    for ticket in Ticket.select():
        due = ticket.day + after
        planned_on = next((day for day in opened if day >= due), None)
        in_reach = planned_on is not None and (planned_on - due).days <= shop.policy.contacts.catch_up_days
        if due < opened[0] or not in_reach or stopped.get(ticket.customer_id, date.max) < planned_on:
            continue
        assert (ticket.customer_id, "follow_up", ticket.day.isoformat()) in known


def _no_birthday_is_forgotten(shop: Shop, opened: list[date], stopped: dict[int, date]) -> None:
    known = _needs()
    for customer in Customer.select():
        for year in (2026, 2027):
            on = date(year, customer.birth_month, min(customer.birth_day, 28))
            if on.day != customer.birth_day or not opened[0] <= on <= opened[-1]:
                continue
            planned_on = next(day for day in opened if day >= on)
            reached = (planned_on - on).days <= shop.policy.contacts.catch_up_days
            if reached and stopped.get(customer.id, date.max) >= planned_on:
                assert (customer.id, "birthday", on.isoformat()) in known
            if customer.grade != "C" and on - 14 * DAY >= opened[0] and (opened[-1] - on).days >= 0:
                posted_on = on - timedelta(days=shop.policy.posting.lead_days)
                if any(posted_on - 3 * DAY <= day <= on for day in opened):
                    assert (customer.id, "card", on.isoformat()) in known


def _routine_keeps_its_distance(shop: Shop) -> None:
    last: dict[int, date] = {}
    for call in Contact.select().where(Contact.state != "expired").order_by(Contact.original_due):
        topics = set(call.topics.split(","))
        if topics and topics <= {topic.value for topic in rules.ROUTINE}:
            before = last.get(call.customer_id)
            assert before is None or (call.original_due - before).days >= shop.policy.contacts.spacing_days
            last[call.customer_id] = call.original_due


def _every_end_has_a_reason() -> None:
    for call in Contact.select().where(Contact.done_on.is_null(False)):
        assert call.state == "done" or call.state_reason or call.state == "refused"
    assert not Contact.select().where((Contact.state == "expired") & (Contact.state_reason == "")).exists()
