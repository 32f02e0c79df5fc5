"""What is known of a customer: sizes over time, days to remember, who brought whom, notes; and two people editing."""

import threading
from datetime import date

import pytest

from models import database
from models.kinds import Calendar
from services import customer_notes, customers, merging, policies, purchases, referrals
from services.customer_page import customer_page
from services.customers import Conflict, NewCustomer
from services.errors import Refused
from services.purchases import LineIn
from services.rules.birthdays import Birthday
from services.rules.sizes import Way

SOON = Birthday(Calendar.SOLAR, 11, 25, year=2018)


@pytest.fixture
def wang(clerk):
    return customers.register(clerk, NewCustomer("王小丽", "13812345678")).id


@pytest.fixture
def li(clerk):
    return customers.register(clerk, NewCustomer("李四", "13987654321")).id


def due_of(shop, customer, kind):
    return [due for due in customer_page(shop, customer).due if due.kind == kind]


# ---- sizes and birthdays


def test_the_sizes_bought_show_a_trend_without_what_was_returned(clerk, manager, wang):
    from services import returns

    for day, size in ((date(2026, 3, 1), "M"), (date(2026, 6, 1), "L"), (date(2026, 9, 1), "XXL")):
        purchases.buy(manager, wang, [LineIn("L1", 10_000, size=size)], day=day)
    page = customer_page(clerk, wang)
    returns.return_line(clerk, page.purchases[0].id)
    page = customer_page(clerk, wang)
    assert [(step.size, step.first) for step in page.sizes.steps] == [
        ("M", date(2026, 3, 1)),
        ("L", date(2026, 6, 1)),
    ]
    assert page.sizes.way is Way.LARGER


@pytest.mark.parametrize(
    ("birthday", "words"),
    [
        (Birthday(Calendar.LUNAR, 8, 15), "农历八月十五 = 2027年9月15日"),
        (Birthday(Calendar.SOLAR, 5, 10, year=1990), "1990年5月10日（农历四月十六）"),
        (Birthday(Calendar.SOLAR, 5, 10), "5月10日（2027年是农历四月初五）"),
    ],
)
def test_a_birthday_stands_in_both_calendars(clerk, wang, birthday, words):
    customers.change(clerk, wang, {"birthday": birthday})
    assert customer_page(clerk, wang).birthday_words == words


# ---- days to remember


def test_a_day_to_remember_is_due_when_it_is_near_unless_the_shop_does_not_greet(clerk, owner, wang):
    customer_notes.remember_day(clerk, wang, "女儿生日", SOON)
    customer_notes.remember_day(clerk, wang, "开店周年", Birthday(Calendar.LUNAR, 8, 15))
    page = customer_page(clerk, wang)
    assert [(day.label, day.in_days, day.turns) for day in page.days] == [
        ("女儿生日", 3, 8),
        ("开店周年", 297, None),
    ]
    assert [due.text for due in page.due if due.kind == "day"] == ["3天后：女儿生日（第8年）"]
    shop = policies.set_value(owner, "contacts.remembered_days", "false")
    assert due_of(shop, wang, "day") == []


def test_a_day_is_changed_and_removed_and_both_come_back(clerk, wang):
    number = customer_notes.remember_day(clerk, wang, "女儿生日", SOON)
    was = customer_notes.change_day(
        clerk, number, "儿子生日", Birthday(Calendar.LUNAR, 4, 9, leap=True, year=2020)
    )
    assert (was.label, was.day) == ("女儿生日", SOON)
    assert customer_page(clerk, wang).days[0].day.leap
    customer_notes.change_day(clerk, number, was.label, was.day)
    gone = customer_notes.forget_day(clerk, number)
    assert gone is not None and customer_page(clerk, wang).days == ()
    customer_notes.remember_day(clerk, wang, gone.label, gone.day)
    assert customer_page(clerk, wang).days[0].day == SOON
    assert customer_notes.forget_day(clerk, 999) is None


def test_a_day_changed_by_somebody_else_is_not_overwritten(clerk, owner, wang):
    number = customer_notes.remember_day(clerk, wang, "女儿生日", SOON)
    seen = customer_notes.DayKept(number, wang, "女儿生日", SOON)
    customer_notes.change_day(owner, number, "小女儿生日", SOON)
    with pytest.raises(Refused, match="小女儿生日"):
        customer_notes.change_day(clerk, number, "大女儿生日", SOON, seen)


def test_the_same_day_is_not_kept_twice(clerk, wang):
    customer_notes.remember_day(clerk, wang, "女儿生日", SOON)
    with pytest.raises(Refused, match="已经记过"):
        customer_notes.remember_day(clerk, wang, "女儿生日", SOON)
    with pytest.raises(Refused, match="没有31日"):
        customer_notes.remember_day(clerk, wang, "开店", Birthday(Calendar.SOLAR, 4, 31))


# ---- notes


def test_a_note_is_changed_with_its_kind_and_day(clerk, owner, wang):
    number = customer_notes.add_note(clerk, wang, "儿子考大学")
    was = customer_notes.change_note(clerk, number, "儿子考上大学", "family", date(2026, 7, 1), "儿子考大学")
    note = customer_page(clerk, wang).notes[0]
    assert (note.text, note.kind, note.day) == ("儿子考上大学", "family", date(2026, 7, 1))
    with pytest.raises(Refused, match="考上大学"):
        customer_notes.change_note(owner, number, "别的", "note", None, "儿子考大学")
    customer_notes.change_note(clerk, number, was.text, was.kind, was.day)
    assert customer_page(clerk, wang).notes[0].text == "儿子考大学"


@pytest.mark.parametrize(
    ("text", "kind", "day", "why"),
    [
        ("", "note", None, "空的"),
        ("x", "rumour", None, "这种备注"),
        ("x", "note", date(2027, 1, 1), "还没有到"),
        ("x" * 2001, "note", None, "最多2000"),
    ],
)
def test_wrong_notes_are_refused(clerk, wang, text, kind, day, why):
    with pytest.raises(Refused, match=why):
        customer_notes.add_note(clerk, wang, text, kind, day)


def test_a_note_that_is_gone_cannot_be_changed(clerk, wang):
    number = customer_notes.add_note(clerk, wang, "一句话")
    gone = customer_notes.remove_note(clerk, number)
    assert gone is not None and gone.text == "一句话"
    assert customer_notes.remove_note(clerk, number) is None
    with pytest.raises(Refused, match="已经被删除"):
        customer_notes.change_note(clerk, number, "另一句", "note")


# ---- who brought whom


def test_both_see_each_other_and_thanks_are_due_until_said(clerk, wang, li):
    referrals.set_referrer(clerk, li, wang)
    assert customer_page(clerk, li).referrer == "王小丽"
    page = customer_page(clerk, wang)
    assert [one.name for one in page.referred] == ["李四"]
    assert [(due.text, due.ids) for due in page.due if due.kind == "thanks"] == [
        ("道谢：介绍了李四来", (li,))
    ]
    assert referrals.thank(clerk, [li]) == [li]
    assert due_of(clerk, wang, "thanks") == []
    assert customer_page(clerk, wang).referred[0].thanked_on == clerk.today()
    with pytest.raises(Refused, match="已经道过谢"):
        referrals.thank(clerk, [li])
    referrals.undo_thanks(clerk, [li])
    assert due_of(clerk, wang, "thanks")


def test_another_introducer_is_thanked_anew_and_the_undo_brings_the_thanks_back(clerk, wang, li):
    zhao = customers.register(clerk, NewCustomer("赵六")).id
    referrals.set_referrer(clerk, li, wang)
    referrals.thank(clerk, [li])
    done = referrals.set_referrer(clerk, li, zhao)
    assert due_of(clerk, zhao, "thanks") and customer_page(clerk, wang).referred == ()
    referrals.undo_referrer(clerk, done)
    assert customer_page(clerk, li).referral_thanked_on == clerk.today() and not due_of(clerk, wang, "thanks")
    customers.change(clerk, li, {"referred_by": wang, "size": "M"})
    assert customer_page(clerk, li).referral_thanked_on == clerk.today()


def test_nobody_brings_herself_and_there_are_no_circles(clerk, wang, li):
    zhao = customers.register(clerk, NewCustomer("赵六")).id
    referrals.set_referrer(clerk, li, wang)
    referrals.set_referrer(clerk, zhao, li)
    for one, other in ((wang, wang), (wang, li), (wang, zhao)):
        with pytest.raises(Refused):
            referrals.set_referrer(clerk, one, other)
    assert customer_page(clerk, wang).referrer_id is None


def test_many_names_are_told_short(clerk, wang):
    for n in range(5):
        one = customers.register(clerk, NewCustomer(f"客人{n}")).id
        referrals.set_referrer(clerk, one, wang)
    assert "等5位" in due_of(clerk, wang, "thanks")[0].text


def test_a_merge_keeps_who_brought_whom_and_makes_no_circle(manager, wang, li):
    zhao = customers.register(manager, NewCustomer("赵六")).id
    double = customers.register(manager, NewCustomer("李四")).id
    referrals.set_referrer(manager, double, wang)
    referrals.thank(manager, [double])
    referrals.set_referrer(manager, zhao, double)
    merging.merge(manager, li, double)
    page = customer_page(manager, li)
    assert (page.referrer, page.referral_thanked_on) == ("王小丽", manager.today())
    assert [one.name for one in page.referred] == ["赵六"]
    merging.undo_merge(manager, double)
    assert customer_page(manager, li).referrer_id is None
    assert customer_page(manager, double).referral_thanked_on == manager.today()
    merging.merge(manager, zhao, wang)
    assert customer_page(manager, zhao).referrer_id is None
    assert [one.name for one in customer_page(manager, zhao).referred] == ["李四"]


def test_a_merge_made_by_an_older_program_can_still_be_undone(manager, wang, li):
    import json

    merging.merge(manager, wang, li)
    number, before, after = database.row("SELECT id, before, after FROM customer_merge")
    old = json.loads(before), json.loads(after)
    for one in (old[0]["kept"], old[0]["other"], old[1]):
        del one["referral_thanked_on"]
    database.execute(
        "UPDATE customer_merge SET before = ?, after = ? WHERE id = ?", (*map(json.dumps, old), number)
    )
    assert merging.undo_merge(manager, li) == wang
    assert customer_page(manager, li).name == "李四"


def test_every_act_leaves_its_line_in_the_journal(clerk, wang, li):
    note = customer_notes.add_note(clerk, wang, "一")
    customer_notes.change_note(clerk, note, "二", "wish")
    day = customer_notes.remember_day(clerk, wang, "生日", SOON)
    customer_notes.change_day(clerk, day, "女儿", SOON)
    referrals.set_referrer(clerk, li, wang)
    referrals.thank(clerk, [li])
    referrals.undo_thanks(clerk, [li])
    acts = [row[0] for row in database.rows("SELECT act FROM journal_entry ORDER BY id DESC LIMIT 7")]
    assert acts[::-1] == [
        *("customer.noted", "customer.note_changed", "customer.day_added", "customer.day_changed"),
        *("customer.changed", "referral.thanked", "referral.thanks_undone"),
    ]


# ---- two people, two connections


def in_another_connection(job):
    """Runs `job` in a thread of its own, as a second window's writer does; returns what it raised."""
    raised = []

    def run():
        try:
            job()
        except Exception as error:
            raised.append(error)
        finally:
            database.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return raised[0] if raised else None


def test_two_connections_that_change_different_fields_both_keep_theirs(clerk, owner, wang):
    seen = customer_page(clerk, wang)
    assert not in_another_connection(
        lambda: customers.change(owner, wang, {"address": "和平路2号"}, seen.version, {"address": ""})
    )
    customers.change(clerk, wang, {"size": "L"}, seen.version, {"size": ""})
    page = customer_page(clerk, wang)
    assert (page.address, page.size) == ("和平路2号", "L")


def test_two_connections_that_change_one_field_never_overwrite_each_other(clerk, owner, wang):
    seen = customer_page(clerk, wang)
    customers.change(clerk, wang, {"address": "明月路1号"}, seen.version, {"address": ""})
    error = in_another_connection(
        lambda: customers.change(owner, wang, {"address": "和平路2号"}, seen.version, {"address": ""})
    )
    assert isinstance(error, Conflict)
    assert [(one.field, one.theirs, one.mine) for one in error.clashes] == [
        ("address", "明月路1号", "和平路2号")
    ]
    assert customer_page(clerk, wang).address == "明月路1号"


def test_many_writers_at_once_lose_nothing(clerk, wang):
    fields = ("size", "address", "colours", "styles", "looks", "hobbies", "note", "postcode")
    values = dict.fromkeys(fields, "X") | {"postcode": "629000"}
    seen = customer_page(clerk, wang)
    errors = []

    def write(name):
        try:
            customers.change(clerk, wang, {name: values[name]}, seen.version, {name: ""})
        except Exception as error:
            errors.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=write, args=(name,)) for name in fields]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    page = customer_page(clerk, wang)
    assert not errors and {name: getattr(page, name) for name in fields} == values
    assert page.version == seen.version + len(fields)


def test_only_the_changed_columns_are_written(clerk, wang, monkeypatch):
    written = []
    from services import customers as module

    real = module._set
    monkeypatch.setattr(
        module, "_set", lambda number, values: (written.append(set(values)), real(number, values))
    )
    customers.change(clerk, wang, {"colours": "墨绿"})
    assert written == [{"colours", "verified_on"}]
