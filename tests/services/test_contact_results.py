"""What contacts bring: windows by boundary days, the same counted by hand over random books, files and rights."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from models import database
from models.contact import Contact
from models.customer import Customer
from models.kinds import Role, Topic
from models.purchase import Ticket
from services import contact_results
from services.clock import FixedClock
from services.errors import NotAllowed, Refused
from services.rules.contact_results import Verdict
from services.setup import create_shop
from services.shop import Actor, Shop
from services.staff import add_user

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 22, 3, tzinfo=timezone.utc)
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
MET = date(2026, 10, 12)


def a_customer(number: int, grade: str = "A", registered: date = date(2025, 1, 1)) -> Customer:
    return Customer.create(
        **{"card_no": f"K{number:05}", "name": f"王丽{number}", "sex": "female", "grade": grade},
        **{"registered_on": registered, "old_grade": grade},
    )


def a_contact(customer: Customer, day: date, topics: str = "follow_up", **more: object) -> Contact:
    fields = {"channel": "phone", "state": "done", "done_on": day, "due": day, "original_due": day, **more}
    return Contact.create(customer=customer, topics=topics, created_at=NOW, **fields)


def a_ticket(customer: Customer, day: date, paid: int = 10_000, **more: object) -> Ticket:
    return Ticket.create(customer=customer, day=day, paid=paid, created_at=NOW, **more)


@pytest.mark.parametrize(
    "after, counts, incoming, channel",
    [
        (-1, False, False, "phone"),
        (0, True, False, "phone"),
        (0, False, True, "phone"),
        (0, False, False, "shop"),
        (1, True, True, "phone"),
        (1, True, False, "shop"),
        (14, True, False, "phone"),
        (15, False, False, "phone"),
    ],
)
def test_purchases_count_within_the_window_only(
    manager: Shop, after: int, counts: bool, incoming: bool, channel: str
) -> None:
    customer = a_customer(1)
    a_contact(customer, MET, incoming=incoming, channel=channel)
    a_ticket(customer, MET + after * DAY)
    found = contact_results.results(manager, FIRST, LAST)
    assert (found.total.buyers, found.total.paid) == ((1, 10_000) if counts else (0, 0))
    assert found.total.per_head == (10_000 if counts else 0)


@pytest.mark.parametrize("day, judged", [(TODAY - 14 * DAY, 1), (TODAY - 13 * DAY, 0)])
def test_customers_whose_days_are_not_over_wait(manager: Shop, day: date, judged: int) -> None:
    a_contact(a_customer(1), day)
    total = contact_results.results(manager, date(2026, 11, 1), date(2026, 11, 30)).total
    assert (total.heads, total.judged, total.open) == (1, judged, 1 - judged)


def test_returned_tickets_and_failed_calls_bring_nothing(manager: Shop) -> None:
    one, two = a_customer(1), a_customer(2)
    a_contact(one, MET)
    a_ticket(one, MET + DAY, counts=False)
    a_contact(two, MET, state="no_answer")
    total = contact_results.results(manager, FIRST, LAST).total
    assert (total.heads, total.buyers, total.paid) == (1, 0, 0)


def test_a_contact_with_two_topics_stands_under_both_but_once_in_the_sum(manager: Shop) -> None:
    customer = a_customer(1)
    a_contact(customer, MET, "birthday,follow_up")
    a_contact(customer, MET + 3 * DAY, "birthday")
    a_ticket(customer, MET + 16 * DAY)
    found = contact_results.results(manager, FIRST, LAST, "topic")
    assert [(row.key, row.contacts, row.heads, row.buyers) for row in found.rows] == [
        ("follow_up", 1, 1, 0),
        ("birthday", 2, 1, 0),
    ]
    assert (found.total.contacts, found.total.heads) == (2, 1)


def test_no_verdict_on_few_people(manager: Shop) -> None:
    a_contact(a_customer(1), MET)
    a_customer(2)
    found = contact_results.results(manager, FIRST, LAST)
    assert found.total.verdict is Verdict.TOO_FEW and found.total.difference is None
    assert any("30 人" in words for words in found.words)


def test_a_clear_difference_is_said(manager: Shop) -> None:
    for number in range(80):
        customer = a_customer(number)
        if number < 40:
            a_contact(customer, MET)
            a_ticket(customer, MET + DAY)
    row = contact_results.results(manager, FIRST, LAST, "grade").rows[0]
    assert (row.verdict, row.difference, row.none_heads, row.none_share) == (Verdict.MORE, 10_000, 40, 0.0)


def test_calls_are_set_beside_those_who_only_got_a_message(manager: Shop) -> None:
    for number in range(80):
        customer = a_customer(number)
        a_contact(customer, MET, "follow_up", channel="phone" if number < 40 else "sms")
        if number < 40:
            a_ticket(customer, MET + DAY)
    found = contact_results.results(manager, FIRST, LAST)
    assert [(row.key, row.name, row.verdict, row.none_heads) for row in found.rows] == [
        ("follow_up:phone", "售后回访 · 电话", Verdict.MORE, 40),
        ("follow_up:sms", "售后回访 · 短信", Verdict.LESS, 40),
    ]
    assert found.total.verdict is Verdict.NOBODY, "everybody heard something"
    assert "只收到短信" in found.against
    topic = contact_results.results(manager, FIRST, LAST, "topic")
    assert topic.rows[0].verdict is Verdict.NOBODY and any("没有可以比较的人" in one for one in topic.words)


def test_a_contact_that_nobody_signed_is_set_beside_the_others(manager: Shop) -> None:
    for number in range(2):
        a_contact(a_customer(number), MET, done_by=None if number else manager.actor.id)
    rows = contact_results.results(manager, FIRST, LAST, "clerk").rows
    assert [row.none_heads for row in rows] == [1, 1]


def _books(seed: int) -> None:
    """Random customers, contacts and tickets around October."""
    chance = random.Random(seed)
    with database.database.atomic():
        for number in range(60):
            registered = date(2026, 9, 1) + chance.randrange(60) * DAY
            customer = a_customer(number, chance.choice("ABC"), registered)
            for _each in range(chance.choice((0, 0, 1, 3))):
                a_contact(
                    *(customer, FIRST + chance.randrange(-3, 52) * DAY),
                    chance.choice(("birthday", "follow_up", "birthday,personal")),
                    channel=chance.choice(("phone", "sms", "shop")),
                    incoming=chance.random() < 0.2,
                    state=chance.choice(("done", "done", "refused")),
                    done_by=chance.choice((1, 2, None)),
                )
            for _each in range(chance.randrange(4)):
                a_ticket(customer, FIRST + chance.randrange(-5, 52) * DAY, chance.randrange(1, 999))


def _keys(one: Contact) -> dict[str, list[str]]:
    topics = one.topics.split(",")
    return {
        **{"way": [f"{topic}:{one.channel}" for topic in topics], "topic": topics, "channel": [one.channel]},
        **{"clerk": [str(one.done_by_id or "")], "grade": [one.customer.grade]},
    }


def _by_hand(by: str) -> dict[str, tuple[int, int, int, int, int, float | None]]:
    """heads, judged, buyers, tickets, paid, share of those not contacted - counted one by one."""
    window = 14
    tickets = defaultdict(list)
    for ticket in Ticket.select().where(Ticket.counts == True):  # noqa: E712
        tickets[ticket.customer_id].append(ticket)
    met: dict[str, dict[int, list[Contact]]] = defaultdict(lambda: defaultdict(list))
    for one in Contact.select().where(Contact.state == "done").order_by(Contact.done_on):
        if FIRST <= one.done_on <= LAST:
            for key in _keys(one)[by]:
                met[key][one.customer_id].append(one)
    days = [FIRST + n * DAY for n in range(31) if FIRST + (n + window) * DAY <= TODAY]
    end = days[-1] + window * DAY
    reached = [c for c in Contact.select() if c.state == "done" and FIRST <= c.done_on <= end]
    found = {}
    for key, people in met.items():
        so = {c.customer_id for c in reached if by == "grade" or key in _keys(c)[by]}
        alone = [c for c in Customer.select() if c.id not in so]
        judged = buyers = count = paid = 0
        shares: list[float | None] = []
        for number, contacts in people.items():
            day = contacts[0].done_on
            if day + window * DAY > TODAY:
                continue
            judged += 1
            came = all(c.incoming or c.channel == "shop" for c in contacts if c.done_on == day)
            bought = [t for t in tickets[number] if day + came * DAY <= t.day <= day + window * DAY]
            buyers, count = buyers + bool(bought), count + len(bought)
            paid += sum(ticket.paid for ticket in bought)
            grade = contacts[0].customer.grade
            like = [c for c in alone if c.grade == grade and c.registered_on <= day]
            some = [c for c in like if any(day <= t.day <= day + window * DAY for t in tickets[c.id])]
            shares.append(len(some) / len(like) if like else None)
        share = None if None in shares or not shares else sum(filter(None, shares)) / len(shares)
        found[key] = (len(people), judged, buyers, count, paid, share)
    return found


def _compare(shop: Shop, by: str, seed: int) -> None:
    expected = _by_hand(by)
    rows = contact_results.results(shop, FIRST, LAST, by).rows
    assert {row.key for row in rows} == set(expected), seed
    for row in rows:
        *counts, share = expected[row.key]
        assert [row.heads, row.judged, row.buyers, row.tickets, row.paid] == counts, (seed, by, row.key)
        assert row.none_share == (None if share is None else pytest.approx(share)), (seed, by, row.key)


@pytest.mark.parametrize("seed", range(3))
def test_the_sums_are_those_counted_by_hand(manager: Shop, seed: int) -> None:
    _books(seed)
    for by in contact_results.BY:
        _compare(manager, by, seed)


def test_postgres_counts_the_same(postgres_url: str) -> None:
    owner = create_shop(postgres_url, "店", "店主", "laoban-2680", clock=FixedClock(TODAY, NOW))
    number = add_user(owner, "店长", Role.MANAGER, "730514")
    shop = replace(owner, actor=Actor(number, "店长", Role.MANAGER))
    try:
        _books(7)
        for by in contact_results.BY:
            _compare(shop, by, 7)
    finally:
        database.close()


def test_the_comparison_is_saved_with_its_trail(manager: Shop, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    a_contact(a_customer(1), MET)
    target = tmp_path / "成效.xlsx"
    assert contact_results.save(manager, FIRST, LAST, "topic", target) == 2
    lines = list(load_workbook(target).active.values)
    assert lines[0][:3] == ("事由", "联络次数", "联络人数") and lines[1][0] == "售后回访"
    assert lines[1][-1] == "人少，不下结论"
    assert database.value_of("SELECT COUNT(*) FROM journal_entry WHERE act = 'export.contact_results'") == 1


def test_who_may_not_see_it_and_what_is_refused(clerk: Shop, manager: Shop) -> None:
    with pytest.raises(NotAllowed):
        contact_results.results(clerk, FIRST, LAST)
    for bad in ({"by": "moon"}, {"days": 0}, {"days": 367}):
        with pytest.raises(Refused):
            contact_results.results(manager, FIRST, LAST, **bad)
    with pytest.raises(Refused):
        contact_results.results(manager, LAST, FIRST)
    assert contact_results.results(manager, FIRST, LAST).rows == ()


def test_the_plan_of_the_next_ones_shows_what_the_last_ones_brought(manager: Shop, clerk: Shop) -> None:
    assert contact_results.of_topic(manager, Topic.PROMOTION) == ()
    for number in range(60):
        customer = a_customer(number)
        topic, way = ("promotion", "sms") if number < 30 else ("birthday", "phone")
        a_contact(customer, TODAY - 20 * DAY, topic, channel=way)
        if number % 2:
            a_ticket(customer, TODAY - 19 * DAY)
    (row,) = contact_results.of_topic(manager, Topic.PROMOTION)
    assert (row.key, row.judged, row.none_heads, row.verdict) == ("promotion:sms", 30, 30, Verdict.UNCLEAR)
    assert "促销信息 · 短信：30 人中 50.0% 买了" in contact_results.row_words(row)
    (row,) = contact_results.of_topic(manager, Topic.BIRTHDAY)
    assert row.key == "birthday:phone"
    with pytest.raises(NotAllowed):
        contact_results.of_topic(clerk, Topic.PROMOTION)


def test_few_people_are_counted_without_shares(manager: Shop) -> None:
    a_contact(a_customer(1), TODAY - 20 * DAY, "promotion", channel="sms")
    (row,) = contact_results.of_topic(manager, Topic.PROMOTION)
    assert contact_results.row_words(row) == "促销信息 · 短信：1 人中 0 人买了；人少，不下结论。"
