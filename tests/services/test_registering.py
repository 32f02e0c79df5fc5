"""Consent by act, questions answered in place, sales without a customer, what was tried on."""

from dataclasses import replace
from datetime import date

import pytest

from models import database
from models.kinds import Calendar, Channel, SkipReason, Topic
from services import (
    consents,
    contacts,
    customers,
    journal,
    purchases,
    questions,
    schedule,
    search_index,
    unregistered,
    visits,
)
from services.clock import FixedClock
from services.customer_page import customer_page
from services.customers import NewCustomer
from services.errors import NotAllowed, Refused
from services.find import find
from services.purchases import LineIn
from services.rules.birthdays import Birthday
from services.unregister import unregister

PHONE = "13812345678"


@pytest.fixture
def wang(clerk):
    return customers.register(clerk, NewCustomer("王小丽", PHONE)).id


def barred(customer):
    return {row[0] for row in database.rows("SELECT channel FROM opt_out WHERE customer_id = ?", (customer,))}


def asked(shop, customer):
    return [one.field for one in customer_page(shop, customer).due if one.kind == "ask"]


# ---- consent


def test_somebody_new_without_consent_is_kept_but_not_contacted(clerk, manager):
    new = customers.register(clerk, NewCustomer("李小红", PHONE, consent=()))
    assert barred(new.id) == {"phone", "sms", "post", "visit"}
    purchases.buy(clerk, new.id, [LineIn("A1", 20_000)])
    later = replace(manager, clock=FixedClock(date(2026, 11, 25), manager.clock.now()))
    schedule.generate(later, date(2026, 11, 25))
    assert database.value_of("SELECT COUNT(*) FROM contact WHERE customer_id = ?", (new.id,)) == 0
    consents.record(clerk, new.id, [Channel.PHONE], True, "电话里说的")
    assert barred(new.id) == {"sms", "post", "visit"}
    contacts.plan(clerk, new.id, date(2026, 11, 25), Channel.PHONE)


def test_the_owner_may_switch_consent_first_off(owner, clerk):
    from services import policies

    now = replace(clerk, policy=policies.set_values(owner, {"contacts.consent_first": False}).policy)
    assert barred(customers.register(now, NewCustomer("李小红", PHONE, consent=())).id) == set()


def test_nobody_asked_leaves_old_papers_as_they_were(wang):
    assert barred(wang) == set() and database.value_of("SELECT COUNT(*) FROM consent") == 0


def test_consent_needs_its_way_and_a_day_that_has_come(clerk, wang):
    with pytest.raises(Refused) as no:
        consents.record(clerk, wang, [Channel.SMS], True, " ")
    assert no.value.field == "way"
    with pytest.raises(Refused) as no:
        consents.record(clerk, wang, [Channel.SMS], True, "口头", date(2026, 11, 23))
    assert no.value.field == "day"
    with pytest.raises(Refused):
        consents.settle(clerk, wang, [], [], "口头")
    consents.record(clerk, wang, [Channel.SMS], True, "登记表签字", date(2026, 11, 1))
    assert customer_page(clerk, wang).consents[0].day == date(2026, 11, 1)


def test_a_withdrawal_stops_open_contacts_at_once_and_the_undo_brings_them_back(clerk, wang):
    planned = contacts.plan(clerk, wang, date(2026, 11, 24), Channel.PHONE, Topic.PERSONAL)
    before = barred(wang)
    change = consents.settle(clerk, wang, [Channel.POST], [Channel.PHONE], "电话里说的")
    assert barred(wang) == {"phone"}
    assert database.value_of("SELECT state FROM contact WHERE id = ?", (planned,)) == "expired"
    consents.undo_all(clerk, change)
    assert barred(wang) == before and database.value_of("SELECT COUNT(*) FROM consent") == 0
    assert database.value_of("SELECT state FROM contact WHERE id = ?", (planned,)) == "planned"
    acts = [
        row[0] for row in database.rows("SELECT act FROM journal_entry WHERE act LIKE 'customer.consent%'")
    ]
    assert sorted(acts) == ["customer.consent"] * 2 + ["customer.consent_undone"] * 2
    assert list(journal.problems()) == []


def test_an_older_consent_is_not_undone_over_a_newer_word(clerk, wang):
    first = consents.record(clerk, wang, [Channel.SMS], True, "口头")
    consents.record(clerk, wang, [Channel.SMS], False, "短信回复")
    with pytest.raises(Refused):
        consents.undo(clerk, first)
    assert barred(wang) == {"sms"}


def test_undoing_a_consent_bars_again_what_was_barred(clerk):
    new = customers.register(clerk, NewCustomer("李小红", PHONE, consent=(Channel.SMS,), consent_way="口头"))
    change = consents.record(clerk, new.id, [Channel.PHONE], True, "口头")
    consents.undo(clerk, change)
    assert barred(new.id) == {"phone", "post", "visit"}


# ---- already on file


def test_a_number_is_known_as_soon_as_it_is_whole(clerk, wang):
    assert customers.on_file(clerk, PHONE[:-1]) == []
    assert [one.id for one in customers.on_file(clerk, "+86 138-1234-5678")] == [wang]
    database.execute("UPDATE customer SET state = 'lost' WHERE id = ?", (wang,))
    assert customers.on_file(clerk, PHONE)[0].lost
    card = database.value_of("SELECT card_no FROM customer WHERE id = ?", (wang,))
    assert customers.on_file(clerk, "", card=card)[0].by_card
    customers.change(clerk, wang, {"birthday": Birthday(Calendar.LUNAR, 8, 15)})
    found = customers.on_file(clerk, "", name=" 王小丽 ", birthday=Birthday(Calendar.LUNAR, 8, 15))
    assert [(one.id, one.by_phone) for one in found] == [(wang, False)]
    assert customers.on_file(clerk, "", name="王小丽", birthday=Birthday(Calendar.SOLAR, 8, 15)) == []


def test_another_countrys_number_is_no_mainland_mobile(clerk):
    with pytest.raises(Refused, match="境外"):
        customers.register(clerk, NewCustomer("Anna", "+1 415 555 0100"))
    done = customers.register(clerk, NewCustomer("Anna", "+1 415 555 0100", foreign=True))
    assert database.value_of("SELECT number FROM phone WHERE customer_id = ?", (done.id,)) == "14155550100"


def test_a_registration_is_undone_while_nothing_hangs_on_it(clerk, wang):
    new = NewCustomer("李小红", "13987654321", card_no="VIP1", consent=(Channel.SMS,), consent_way="口头")
    done = customers.register(clerk, new)
    unregister(clerk, done.id)
    assert customers.on_file(clerk, "13987654321") == [] and find(clerk, "李小红") == []
    assert customers.register(clerk, new).card_no == "VIP1"
    with pytest.raises(Refused):
        unregister(clerk, done.id)
    purchases.buy(clerk, wang, [LineIn("A1", 100)])
    with pytest.raises(Refused, match="合并"):
        unregister(clerk, wang)
    assert search_index.problems() == [] and list(journal.problems()) == []


# ---- questions


def test_an_answer_is_written_and_counts_as_asked(clerk, wang):
    assert asked(clerk, wang) == ["consent", "birthday"]
    done = questions.answer(clerk, wang, "birthday", "农历八月十五")
    assert customer_page(clerk, wang).birthday == Birthday(Calendar.LUNAR, 8, 15)
    assert asked(clerk, wang) == ["consent"]
    questions.undo_answer(clerk, done)
    assert customer_page(clerk, wang).birthday is None and asked(clerk, wang) == ["consent", "birthday"]


@pytest.mark.parametrize(
    ("field", "words"),
    [("birthday", "2月30日"), ("size", " "), ("name", "王"), ("preferred_channel", "鸽子")],
)
def test_a_wrong_answer_is_refused_with_its_field(clerk, wang, field, words):
    with pytest.raises(Refused) as no:
        questions.answer(clerk, wang, field, words)
    assert no.value.field == field
    assert database.value_of("SELECT COUNT(*) FROM asked_question") == 0


def test_not_now_rests_a_month_and_can_be_taken_back(clerk, wang):
    one = questions.not_now(clerk, wang, "birthday")
    assert asked(clerk, wang) == ["consent"]
    later = replace(clerk, clock=FixedClock(date(2026, 12, 21), clerk.clock.now()))
    assert asked(later, wang) == ["consent", "size"]
    after = replace(clerk, clock=FixedClock(date(2026, 12, 22), clerk.clock.now()))
    assert asked(after, wang) == ["consent", "birthday"]
    questions.undo_not_now(clerk, one)
    assert asked(clerk, wang) == ["consent", "birthday"]
    with pytest.raises(Refused):
        questions.not_now(clerk, wang, "shoe")


def test_the_file_is_verified_with_one_act_and_undone(clerk, wang):
    database.execute("UPDATE customer SET verified_on = ? WHERE id = ?", (date(2025, 1, 1), wang))
    done = questions.answer(clerk, wang, "verified")
    assert customer_page(clerk, wang).verified_on == clerk.today()
    questions.undo_answer(clerk, done)
    assert customer_page(clerk, wang).verified_on == date(2025, 1, 1)


def test_a_doubtful_phone_is_replaced_by_the_answer(clerk, wang):
    database.execute("UPDATE customer SET phone_doubtful = 1 WHERE id = ?", (wang,))
    assert asked(clerk, wang) == ["phones", "consent"]
    questions.answer(clerk, wang, "phones", "13987654321")
    page = customer_page(clerk, wang)
    assert [one.number for one in page.phones] == ["13987654321"] and not page.phone_doubtful


# ---- sales without a customer


def test_skipped_sales_are_counted_with_their_reason_and_undone(clerk):
    first = unregistered.skip(clerk, SkipReason.HURRY)
    unregistered.skip(clerk, "day_count", count=3)
    assert unregistered.today_count(clerk) == 4
    unregistered.undo(clerk, first)
    assert unregistered.today_count(clerk) == 3
    with pytest.raises(Refused):
        unregistered.undo(clerk, first)


@pytest.mark.parametrize(
    ("reason", "note", "count", "field"),
    [("", "", 1, "reason"), ("rain", "", 1, "reason"), ("other", " ", 1, "note"), ("hurry", "", 0, "count")],
)
def test_a_skip_without_a_sound_reason_is_refused(clerk, reason, note, count, field):
    with pytest.raises(Refused) as no:
        unregistered.skip(clerk, reason, note, count)
    assert no.value.field == field


def test_nobody_skips_without_signing_in(shop):
    with pytest.raises(NotAllowed):
        unregistered.skip(shop, SkipReason.HURRY)


def test_the_months_rate_counts_new_buyers_and_all_buyers(clerk, wang):
    other = customers.register(clerk, NewCustomer("李小红", "13987654321")).id
    purchases.buy(clerk, wang, [LineIn("A1", 100)], day=date(2026, 10, 31))
    purchases.buy(clerk, wang, [LineIn("A1", 100)])
    purchases.buy(clerk, other, [LineIn("A1", 100)])
    unregistered.skip(clerk, SkipReason.TOURIST)
    found = unregistered.month_figures(clerk)
    assert (found.month, found.registered_new, found.registered, found.unregistered) == ("2026-11", 1, 2, 1)
    assert found.rate_new == pytest.approx(1 / 2) and found.rate_all == pytest.approx(2 / 3)
    assert dict(found.by_reason) == {"tourist": 1}
    empty = unregistered.month_figures(clerk, "2026-02")
    assert empty.rate_new is None and empty.rate_all is None
    with pytest.raises(Refused):
        unregistered.month_figures(clerk, "2026-13")


# ---- visits


def test_what_was_tried_on_is_kept_with_the_visit_and_goes_with_it(clerk, wang):
    done = visits.visit(clerk, wang, tried="A1203 M 码袖子长")
    again = visits.visit(clerk, wang, tried="B7 L")
    assert again.repeated and database.value_of("SELECT COUNT(*) FROM visit") == 1
    assert [(note.kind, note.text) for note in customer_page(clerk, wang).notes] == [
        ("tried", "B7 L"),
        ("tried", "A1203 M 码袖子长"),
    ]
    visits.undo(clerk, done.visit_id, done.tried_id)
    assert [note.text for note in customer_page(clerk, wang).notes] == ["B7 L"]
    assert database.value_of("SELECT COUNT(*) FROM visit WHERE undone = 0") == 0
