"""A greeting planned for a birthday or a family day goes when the day is corrected, and comes back with the undo."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models.contact import Contact
from models.customer import Customer, RememberedDay
from models.kinds import Calendar, Channel, Grade, Topic
from services import customer_notes, customers, policies, schedule
from services.contact_words import explain
from services.rules.birthdays import Birthday
from services.rules.contact_matrix import names, read

DAY = timedelta(days=1)
SOON = date(2026, 11, 27)


@pytest.fixture
def who(books, manager) -> Customer:
    return Customer.create(
        card_no="K001", name="王小丽", grade="B", sort_key="wang", registered_on=date(2026, 11, 20),
        last_contact=date(2026, 11, 21), last_visit=date(2026, 11, 21), last_purchase=date(2026, 11, 21),
        birth_calendar="solar", birth_month=SOON.month, birth_day=SOON.day,
    )  # fmt: skip


def _phone(who: Customer) -> None:
    from models.customer import Phone

    Phone.create(customer=who, number="13812345678", reversed="87654321831")


def states(topics: str = "birthday") -> list[tuple[str, str, str]]:
    query = Contact.select().where(Contact.topics.contains(topics)).order_by(Contact.id)
    return [(k.channel, k.state, k.state_reason) for k in query]


def test_a_corrected_birthday_takes_the_card_and_the_call_away_at_once(manager, who) -> None:
    _phone(who)
    schedule.generate(manager, manager.today(), SOON)
    assert ("phone", "planned", "") in states()
    customers.change(manager, who.id, {"birthday": Birthday(Calendar.SOLAR, 6, 1)})
    assert {state for _way, state, _why in states()} == {"expired"}
    assert {why for *_rest, why in states()} == {"moved"}
    customers.change(manager, who.id, {"birthday": Birthday(Calendar.SOLAR, SOON.month, SOON.day)})
    assert {state for _way, state, _why in states()} == {"planned"}


def test_a_removed_family_day_takes_its_greeting_away_and_undo_brings_it_back(manager, who) -> None:
    _phone(who)
    kept = RememberedDay.create(customer=who, label="女儿生日", month=11, day=25)
    schedule.generate(manager, manager.today(), SOON)
    about = [k for k in Contact.select() if "女儿生日" in k.why]
    assert about and all(k.state == "planned" for k in about)
    was = customer_notes.forget_day(manager, kept.id)
    assert all(Contact.get_by_id(k.id).state == "expired" for k in about)
    assert was is not None
    customer_notes.remember_day(manager, who.id, was.label, was.day)
    assert all(Contact.get_by_id(k.id).state == "planned" for k in about)


def test_only_the_wrong_greeting_leaves_a_folded_contact(manager, who) -> None:
    _phone(who)
    kept = RememberedDay.create(customer=who, label="女儿生日", month=SOON.month, day=SOON.day)
    schedule.generate(manager, manager.today(), SOON)
    customer_notes.forget_day(manager, kept.id)
    call = Contact.get((Contact.channel == "phone") & (Contact.due == SOON))
    assert call.state == "planned" and '"dropped"' in call.why and call.topics == "birthday"


def test_a_file_that_changed_birthdays_is_caught_up_by_the_days_upkeep(manager, who) -> None:
    _phone(who)
    schedule.generate(manager, manager.today(), SOON)
    Customer.update(birth_month=3).where(Customer.id == who.id).execute()
    made = schedule.generate(manager)
    assert made.expired_why["moved"] >= 1
    assert schedule.generate(manager).changed is False


def test_the_whole_table_of_the_rule_book_stands_in_the_policy(manager) -> None:
    policy = manager.policy.contacts
    assert len(names()) == len(Topic) * len(Grade)
    for topic in Topic:
        for grade in Grade:
            assert policy.cell(topic, grade) == read(policy.cell(topic, grade).text())


def test_a_changed_cell_is_obeyed_by_the_schedule(owner, who) -> None:
    _phone(who)
    changed = policies.set_value(owner, "contacts.matrix.birthday_b", "must sms")
    schedule.generate(changed, changed.today(), SOON)
    assert [way for way, _state, _why in states()] == ["sms"]


def test_a_cell_that_is_off_or_may_plans_nothing(owner, who) -> None:
    _phone(who)
    changed = policies.set_values(
        owner, {"contacts.matrix.birthday_b": "off", "contacts.matrix.personal_b": "may sms",
                "contacts.matrix.brand_sms_b": "off"},
    )  # fmt: skip
    schedule.generate(changed, changed.today(), changed.today() + 40 * DAY)
    assert Contact.select().where(Contact.topics.not_in(["early_notice", "festival"])).count() == 0


WHYS = [
    ('{"t":"follow_up","bought":"2026-11-20"}', "phone"),
    ('{"t":"birthday","on":"2026-11-23"}', "phone"),
    ('{"t":"birthday","on":"2026-11-27","label":"女儿生日"}', "post"),
    ('{"t":"festival","on":"2026-11-23","occasion":"new_year"}', "sms"),
    ('{"t":"gift_waiting","on":"2026-11-20","occasion":"birthday","again":false}', "phone"),
    ('{"t":"gift_waiting","on":"2026-10-20","occasion":"birthday","again":true}', "phone"),
    ('{"t":"early_notice","on":"2026-12-20","rule":"no_visit","since":"2026-06-20"}', "phone"),
    ('{"t":"early_notice","on":"2026-12-20","rule":"no_purchase","since":"2025-12-20"}', "phone"),
    ('{"t":"win_back","lost_on":"2026-11-20"}', "phone"),
    ('{"t":"personal","since":"2026-11-16","every":7,"topic":"personal","also":[]}', "sms"),
    ('{"t":"brand_sms","since":"2026-11-08","every":15,"topic":"brand_sms","also":[]}', "sms"),
    ('{"t":"new_arrivals","came_on":"2026-11-23","items":["D-310"],"reasons":["买过 3 次 M 码"]}', "phone"),
    ('{"t":"promotion"}', "sms"),
    ('{"t":"company_news"}', "sms"),
]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("need", "channel"), WHYS)
def test_every_item_says_why_here_why_today_and_why_this_person(
    need: str, channel: str, language: str
) -> None:
    from services.words import use_language

    use_language(language)
    try:
        day = date(2026, 11, 23)
        why = explain(f'{{"needs":[{need}]}}', due=day, original_due=day, channel=channel, assignee="Li")
    finally:
        use_language("zh")
    assert why.here and why.today and why.me
    if language == "en" and "女儿" not in need and "码" not in need:
        assert why.text().isascii() or not any("\u4e00" <= sign <= "\u9fff" for sign in why.text()), why


def test_channels_of_the_plan_are_never_ways_the_cell_does_not_name(manager) -> None:
    from services.rules import contacts as rules

    policy = manager.policy.contacts
    for topic in Topic:
        for grade in Grade:
            for wish in ("", *(way.value for way in Channel)):
                way = rules.channel(topic, rules.Person(grade, preferred=wish), policy)
                cell = policy.cell(topic, grade)
                assert way in cell.ways or (way is rules.Skip.GRADE and not cell.ways)
