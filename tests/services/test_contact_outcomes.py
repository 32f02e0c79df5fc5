"""What one key records, and how it is taken back; opt-outs; phones shown; the calendar file; the command line."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from models import database
from models.contact import Contact
from models.customer import Consent, Customer, OptOut, Phone
from models.kinds import Channel, Topic
from models.purchase import Purchase, Ticket
from services import contact_lists, contact_texts, contacts, icalendar, schedule
from services.contact_lists import View
from services.contacts import Outcome
from services.errors import NotAllowed, Refused
from services.rules.contacts import Expired
from services.shop import Shop
from services.words import use_language

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 22, 3)


def a_customer(number: int = 1, grade: str = "A", **more: Any) -> Customer:
    fields: dict[str, Any] = {
        **{
            "card_no": f"K{number:03}",
            "name": "王小丽",
            "sex": "female",
            "grade": grade,
            "size": "M",
            "looks": "连衣裙",
        },
        **{"colours": "墨绿、米色", "registered_on": TODAY - 400 * DAY, "last_purchase": TODAY - 3 * DAY},
        **{"last_visit": TODAY - 3 * DAY, "last_contact": TODAY - 3 * DAY},
    }
    customer = Customer.create(**{**fields, **more})
    Phone.create(customer=customer, number=f"1380000{number:04}", reversed=f"1380000{number:04}"[::-1])
    ticket = Ticket.create(customer=customer, day=TODAY - 3 * DAY, paid=35_900, created_at=NOW)
    Purchase.create(
        **{"ticket": ticket, "customer": customer, "day": ticket.day, "item_no": "D-208", "size": "L"},
        **{"list_price": 35_900, "paid": 35_900},
    )
    return customer


@pytest.fixture
def call(manager: Shop) -> int:
    """A follow-up call due today."""
    a_customer()
    schedule.generate(manager)
    return int(Contact.get().id)


def test_reached_closes_the_contact_and_restarts_the_rhythm(manager: Shop, call: int) -> None:
    found = contacts.done(manager, call, note="很合身\n喜欢")
    kept = Contact.get_by_id(call)
    assert (kept.state, kept.done_on, kept.done_by_id, kept.note) == (
        "done",
        TODAY,
        manager.who,
        "很合身 喜欢",
    )
    assert Customer.get().last_contact == TODAY and found.words() == "王小丽：已联络。"
    with pytest.raises(Refused, match="已经有结果"):
        contacts.done(manager, call)
    acts = [
        row[0] for row in database.rows("SELECT act FROM journal_entry WHERE customer_id = 1 ORDER BY id")
    ]
    assert acts[-1] == "contact.recorded"


def test_no_answer_comes_back_three_days_running_and_then_ends(manager: Shop, call: int) -> None:
    for ahead in (0, 1):
        shop = manager.at(TODAY + ahead * DAY)
        assert contacts.done(shop, call, Outcome.NO_ANSWER).again_on == TODAY + (ahead + 1) * DAY
        assert contact_lists.find(manager.at(TODAY + (ahead + 1) * DAY)) == [call]
    last = contacts.done(manager.at(TODAY + 2 * DAY), call, Outcome.NO_ANSWER)
    kept = Contact.get_by_id(call)
    assert last.again_on is None and (kept.state, kept.tries, kept.state_reason) == ("no_answer", 3, "tries")
    assert Customer.get().last_contact == TODAY - 3 * DAY
    assert contact_lists.find(manager.at(TODAY + 3 * DAY)) == []


def test_a_wrong_number_is_marked_and_nobody_calls_it_again(manager: Shop, call: int) -> None:
    contacts.done(manager, call, Outcome.WRONG_NUMBER)
    assert Customer.get().phone_doubtful and Contact.get_by_id(call).state_reason == "wrong_number"
    Ticket.create(customer=1, day=TODAY - 2 * DAY, paid=1, created_at=NOW)
    assert schedule.generate(manager.at(TODAY + DAY)).skipped == {"follow_up:doubtful": 1}
    contacts.undo(manager, call)
    assert not Customer.get().phone_doubtful


@pytest.mark.parametrize("until", [None, TODAY, TODAY - DAY, TODAY + 400 * DAY])
def test_a_contact_moves_only_to_a_day_ahead(manager: Shop, call: int, until: date | None) -> None:
    with pytest.raises(Refused):
        contacts.done(manager, call, Outcome.POSTPONED, until=until)
    assert Contact.get_by_id(call).state == "planned"


def test_postponed_and_taken_back(manager: Shop, call: int) -> None:
    contacts.done(manager, call, Outcome.POSTPONED, "周末再打", until=TODAY + 6 * DAY)
    assert Contact.get_by_id(call).due == TODAY + 6 * DAY
    contacts.undo(manager, call)
    kept = Contact.get_by_id(call)
    assert (kept.state, kept.due, kept.note, kept.done_at) == ("planned", TODAY, "", None)
    with pytest.raises(Refused, match="没有可以撤销"):
        contacts.undo(manager, call)


def test_undo_brings_back_the_day_of_the_last_contact_and_the_routine(manager: Shop) -> None:
    customer = a_customer(
        last_contact=TODAY - 7 * DAY, last_visit=TODAY - 7 * DAY, last_purchase=TODAY - 7 * DAY
    )
    schedule.generate(manager)
    number = contacts.record(manager, customer.id, Channel.SHOP)
    contacts.undo(manager, number)
    assert Customer.get().last_contact == TODAY - 7 * DAY
    assert not Contact.select().where(Contact.id == number).exists()


def test_refused_with_opt_out_stops_messages_and_calls_at_once(manager: Shop, call: int) -> None:
    later = contacts.plan(manager, 1, TODAY + 3 * DAY, Channel.SMS)
    found = contacts.done(manager, call, Outcome.REFUSED, opt_out=True)
    assert set(found.stopped) == {Channel.PHONE, Channel.SMS} and "退订" in found.words()
    assert {row.channel for row in OptOut.select()} == {"phone", "sms"}
    assert {(row.channel, row.given) for row in Consent.select()} == {("phone", False), ("sms", False)}
    assert Contact.get_by_id(later).state_reason == Expired.OPTED_OUT.value
    with pytest.raises(Refused, match="不接受电话"):
        contacts.plan(manager, 1, TODAY + DAY, Channel.PHONE)
    contacts.undo(manager, call)
    assert OptOut.select().count() == 2


def test_an_opt_out_from_letters_leaves_calls(clerk: Shop, manager: Shop, call: int) -> None:
    assert contacts.opt_out(clerk, 1, "post") == (Channel.POST,)
    assert contact_lists.find(manager) == [call]
    with pytest.raises(Refused, match="没有“fax”"):
        contacts.opt_out(clerk, 1, "fax")


def test_many_are_ticked_at_once_and_taken_back(manager: Shop) -> None:
    for number in range(1, 6):
        a_customer(number, "C")
    schedule.generate(manager)
    ids = contact_lists.find(manager)
    contacts.done(manager, ids[0])
    assert contacts.done_many(manager, [*ids, 999]) == ids[1:]
    contacts.undo_many(manager, ids[1:])
    assert contact_lists.find(manager) == ids[1:]


def test_a_recorded_talk_counts_and_shows_in_the_history(clerk: Shop) -> None:
    customer = a_customer()
    contacts.record(clerk, customer.id, Channel.PHONE, Topic.COMPANY_NEWS, "问几点关门", incoming=True)
    past = contact_lists.history(clerk, customer.id)
    assert [(row.note, row.incoming, row.by) for row in past] == [("问几点关门", True, "小王")]
    with pytest.raises(Refused, match="没有这位客户"):
        contacts.record(clerk, 99, Channel.PHONE)


def test_clerks_see_masked_phones_until_they_open_one_within_their_quota(
    clerk: Shop, manager: Shop, call: int
) -> None:
    (row,) = contact_lists.rows(clerk, [call])
    assert row is not None and row.phone == "138****0001"
    (seen,) = contact_lists.rows(manager, [call])
    assert seen is not None and seen.phone == "13800000001"
    for number in range(2, 33):
        a_customer(number)
    for number in range(1, 31):
        assert contacts.reveal_phone(clerk, number) == (f"1380000{number:04}",)
    assert contacts.reveal_phone(clerk, 1)
    with pytest.raises(NotAllowed, match="上限"):
        contacts.reveal_phone(clerk, 31)
    assert contacts.reveal_phone(manager, 31)


def test_only_the_manager_ticks_what_was_checked(clerk: Shop, manager: Shop, call: int) -> None:
    contacts.done(clerk, call)
    with pytest.raises(NotAllowed):
        contacts.check(clerk, [call])
    contacts.check(manager, [call])
    (row,) = contact_lists.rows(manager, [call])
    assert row is not None and row.checked


def test_the_words_come_from_the_customers_file(manager: Shop, call: int) -> None:
    (row,) = contact_lists.rows(manager, [call])
    assert row is not None
    assert (
        "王女士您好，我是和平路店的店长" in row.text
        and "11月19日您在我们店买的D-208" in row.text
        and "尺码L" in row.text
    )
    use_language("en")
    (row,) = contact_lists.rows(manager, [call])
    assert row is not None and "19 Nov" in row.text and "D-208" in row.text


@pytest.mark.parametrize(
    "name, sex, said",
    [
        ("王小丽", "female", "王女士"),
        ("欧阳明", "male", "欧阳先生"),
        ("单芳", "unknown", "单芳"),
        ("Mary Li", "female", "Mary Li女士"),
    ],
)
def test_salutations(name: str, sex: str, said: str) -> None:
    assert contact_texts.salutation(name, sex) == said


def test_every_topic_has_words_for_every_way_in_both_languages() -> None:
    for language in ("zh", "en"):
        use_language(language)
        for topic in Topic:
            for channel in (Channel.PHONE, Channel.SMS):
                text = contact_texts.suggest(
                    [topic], channel, [], contact_texts.File("李雷"), shop="店", caller="店长"
                )
                assert "{" not in text and len(text) > 12, (language, topic, channel)


def test_three_promotions_in_a_row_warn_and_offer_something_else(manager: Shop) -> None:
    customer = a_customer()
    for _each in range(3):
        contacts.record(manager, customer.id, Channel.SMS, Topic.PROMOTION)
    number = contacts.plan(manager, customer.id, TODAY + 9 * DAY, Channel.SMS, Topic.PROMOTION)
    (row,) = contact_lists.rows(manager, [number])
    assert row is not None and row.only_promotion and "换个内容" in row.text


def test_the_calendar_file_holds_calls_in_the_hour_and_no_phone_of_a_clerk(
    manager: Shop, clerk: Shop, tmp_path: Path
) -> None:
    from icalendar import Calendar

    for number in range(1, 19):
        a_customer(number, "A" if number < 18 else "C")
    schedule.generate(manager, TODAY, TODAY + DAY)
    target = tmp_path / "week.ics"
    assert icalendar.write(clerk, target, TODAY, TODAY + DAY) == 18
    book = Calendar.from_ical(target.read_bytes())
    events = list(book.walk("VEVENT"))
    starts = sorted(
        event.decoded("dtstart") for event in events if isinstance(event.decoded("dtstart"), datetime)
    )
    assert starts[0] == datetime(2026, 11, 22, 15, 0) and starts[14] == datetime(2026, 11, 22, 15, 56)
    assert starts[15] == datetime(2026, 11, 23, 15, 0) and len(events) == 18
    assert len({str(event["uid"]) for event in events}) == 18
    assert b"1380000" not in target.read_bytes() and "王小丽（A）售后回访" in str(events[0]["summary"])
    assert max(len(line) for line in target.read_bytes().split(b"\r\n")) <= 75
    icalendar.write(manager, target, TODAY, TODAY + DAY)
    assert b"1380000" in target.read_bytes()


@pytest.fixture
def run(books: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """`main.py --json …` as the manager; returns (exit status, JSON)."""
    from ui.cli import frame

    monkeypatch.setenv("SHUKE_PIN", "730514")

    def call_it(*words: str, today: str = "2026-11-22", user: str = "店长") -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        status = frame.main(
            ["--db", books, "--today", today, "--user", user, "--lang", "zh", "--json", *words]
        )
        return status, json.loads(capsys.readouterr().out)

    return call_it


@pytest.fixture
def trial(shop: Shop) -> None:
    database.execute("UPDATE shop_info SET trial = 1")


def test_the_command_line_plans_lists_and_records(trial: None, run: Any) -> None:
    a_customer()
    status, found = run("schedule")
    (item,) = found["items"]
    assert status == 0 and item["topics"] == ["follow_up"] and item["channel"] == "phone"
    assert set(item) >= {"id", "card_no", "topics", "channel", "due", "assignee", "why", "text", "state"}
    assert (item["card_no"], item["due"], item["assignee"], item["state"]) == (
        "K001",
        "2026-11-22",
        "店长",
        "planned",
    )
    number = str(item["id"])
    assert run("contact", "no-answer", number)[1]["again_on"] == "2026-11-23"
    assert run("contact", "postpone", number, "2026-11-30")[1]["items"][0]["state"] == "postponed"
    assert run("contact", "postpone", number, "--to", "2026-12-01")[1]["again_on"] == "2026-12-01"
    assert run("contact", "done", number, "--note", "好")[1]["state"] == "done"
    status, no = run("contact", "done", number)
    assert status == 1 and "已经有结果" in no["error"]
    assert run("contact", "undo", number)[1]["items"][0]["state"] == "postponed"
    assert run("contact", "opt-out", "K001")[1]["stopped"] == ["phone", "sms"]
    assert run("contact", "done", "x")[0] == 2


def test_the_schedule_of_a_span_is_written_as_a_calendar(trial: None, run: Any, tmp_path: Path) -> None:
    a_customer()
    status, found = run(
        "schedule", "--from", "2026-11-22", "--to", "2026-11-28", "--ics", str(tmp_path / "w.ics")
    )
    assert status == 0 and found["events"] == len(found["items"]) == 1 and (tmp_path / "w.ics").exists()
    again = run("schedule", "--from", "2026-11-22", "--to", "2026-11-28")[1]
    assert again["items"] == found["items"] and again["generated"]["new"] == 0


def test_overdue_contacts_stay_on_top_of_the_day(trial: None, run: Any) -> None:
    a_customer()
    run("schedule")
    items = run("schedule", today="2026-11-24")[1]["items"]
    assert [(item["due"], item["overdue"]) for item in items] == [("2026-11-22", True)]


def test_looking_ahead_with_today_in_a_real_shop_writes_nothing(run: Any, shop: Shop) -> None:
    a_customer()
    status, found = run("schedule")
    assert status == 0 and len(found["items"]) == 1
    assert Contact.select().count() == 0
    assert run("contact", "done", "1")[0] == 1


def test_a_clerk_sees_masked_phones_in_json(trial: None, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    a_customer()
    monkeypatch.setenv("SHUKE_PIN", "481926")
    assert run("schedule", user="小王")[1]["items"][0]["phone"] == "138****0001"


def test_the_done_list_is_by_the_day_of_doing(manager: Shop, call: int) -> None:
    contacts.done(manager.at(TODAY + DAY), call)
    found = contact_lists.find(manager.at(TODAY + DAY), View.DONE, contact_lists.Filters(first=TODAY + DAY))
    assert found == [call]
