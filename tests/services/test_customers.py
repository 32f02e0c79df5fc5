"""The customer file: registering, changing, lists and the page."""

from dataclasses import replace
from datetime import date

import pytest

from models import database
from models.kinds import Calendar, Channel, Grade, PointKind
from services import customer_list, customer_notes, customers, purchases
from services.customer_fields import Number
from services.customer_page import customer_page
from services.customers import Conflict, NewCustomer
from services.errors import NotAllowed, Refused
from services.purchases import LineIn
from services.rules.birthdays import Birthday
from services.rules.filters import Condition, Filter


@pytest.fixture
def wang(clerk):
    return customers.register(clerk, NewCustomer("王小丽", "13812345678")).id


def column(customer, name):
    return database.value_of(f"SELECT {name} FROM customer WHERE id = ?", (customer,))


def test_name_and_phone_are_enough(clerk):
    done = customers.register(clerk, NewCustomer(" 王小丽 ", "１３８ 1234 5678"))
    assert done.card_no == "K00001" and done.likely == ()
    assert column(done.id, "name") == "王小丽" and column(done.id, "sort_key") == "wang xiao li"
    assert database.row("SELECT number, reversed FROM phone") == ("13812345678", "87654321831")
    assert column(done.id, "group_id") == clerk.actor.group_id
    assert column(done.id, "registered_on") == "2026-11-22"


def test_card_numbers_go_on_and_step_over_taken_ones(clerk):
    assert customers.register(clerk, NewCustomer("甲", card_no="K00002")).card_no == "K00002"
    assert customers.register(clerk, NewCustomer("乙")).card_no == "K00003"
    with pytest.raises(Refused) as no:
        customers.register(clerk, NewCustomer("丙", card_no="K00002"))
    assert no.value.field == "card_no" and "甲" in str(no.value)
    assert database.value_of("SELECT COUNT(*) FROM customer") == 2


def test_without_a_group_the_smaller_group_takes_the_customer(owner):
    first = customers.register(owner, NewCustomer("甲")).id
    second = customers.register(owner, NewCustomer("乙")).id
    assert {column(first, "group_id"), column(second, "group_id")} == {1, 2}


def test_the_same_phone_or_name_and_birthday_is_named_as_likely(clerk, wang):
    family = customers.register(clerk, NewCustomer("王大力", "13812345678"))
    assert [(one.id, one.by_phone) for one in family.likely] == [(wang, True)]
    birthday = {"birthday": Birthday(Calendar.LUNAR, 8, 15)}
    customers.change(clerk, wang, birthday)
    twin = customers.register(clerk, NewCustomer("王小丽", "13900000000", more=birthday))
    assert [(one.id, one.by_phone) for one in twin.likely] == [(wang, False)]
    assert [one.id for one in customers.on_file(clerk, "138-1234-5678")] == [wang, family.id]
    assert customers.on_file(clerk, "138") == []


@pytest.mark.parametrize(
    ("what", "value", "field"),
    [
        ("name", "", "name"),
        ("phones", ["123"], "phone"),
        ("height_cm", 99, "height_cm"),
        ("waist_cm", "5尺", "waist_cm"),
        ("birthday", Birthday(Calendar.SOLAR, 2, 30), "birthday"),
        ("birthday", Birthday(Calendar.SOLAR, 5, 3, year=2027), "birthday"),
        ("postcode", "12345", "postcode"),
        ("sex", "x", "sex"),
        ("preferred_channel", "pigeon", "preferred_channel"),
        ("preferred_every_days", "0.5", "preferred_every_days"),
        ("referred_by", 9_999, "referred_by"),
        ("points_earned", 99, "points_earned"),
        ("grade", "A", "grade"),
    ],
)
def test_wrong_values_are_refused_with_their_field(clerk, wang, what, value, field):
    before = database.row("SELECT * FROM customer WHERE id = ?", (wang,))
    with pytest.raises(Refused) as no:
        customers.change(clerk, wang, {what: value})
    assert no.value.field == field and str(no.value)
    assert database.row("SELECT * FROM customer WHERE id = ?", (wang,)) == before


def test_nobody_introduces_themselves(clerk, wang):
    with pytest.raises(Refused):
        customers.change(clerk, wang, {"referred_by": wang})


def test_a_change_can_be_taken_back(clerk, wang):
    done = customers.change(clerk, wang, {"size": "m", "phones": ["13900000000", ("+12125550100", True)]})
    assert done.before["size"] == "" and done.after["size"] == "M"
    assert done.after["phones"] == (Number("13900000000"), Number("12125550100", True))
    customers.change(clerk, wang, done.before, done.version, done.after)
    assert column(wang, "size") == ""
    assert database.rows("SELECT number FROM phone") == [("13812345678",)]


def test_disjoint_changes_are_merged_and_the_same_field_is_told(clerk, manager, wang):
    page = customer_page(clerk, wang)
    customers.change(manager, wang, {"address": "和平路2号"}, page.version, {"address": ""})
    customers.change(clerk, wang, {"size": "L"}, page.version, {"size": ""})
    assert (column(wang, "address"), column(wang, "size")) == ("和平路2号", "L")
    with pytest.raises(Conflict) as no:
        customers.change(
            clerk, wang, {"address": "明月路1号", "size": "L"}, page.version, {"address": "", "size": ""}
        )
    clash = no.value.clashes[0]
    assert (clash.field, clash.original, clash.theirs, clash.mine) == (
        "address",
        "",
        "和平路2号",
        "明月路1号",
    )
    assert "邮寄地址" in str(no.value) and column(wang, "address") == "和平路2号"


def test_a_purchase_meanwhile_is_no_conflict(clerk, wang):
    page = customer_page(clerk, wang)
    purchases.buy(clerk, wang, [LineIn("A", 100)])
    customers.change(clerk, wang, {"note": "喜欢安静"}, page.version, {"note": ""})
    assert column(wang, "note") == "喜欢安静"


def test_only_the_owner_names_special_customers_and_says_why(clerk, manager, owner, wang):
    for shop in (clerk, manager):
        with pytest.raises(NotAllowed):
            customers.name_special(shop, wang, True, "朋友")
    with pytest.raises(Refused):
        customers.name_special(owner, wang, True, " ")
    assert customers.name_special(owner, wang, True, "朋友") == "A"
    assert customers.name_special(owner, wang, False, "") == "C"


def test_consent_and_its_withdrawal_are_both_kept(clerk, wang):
    customer_notes.consent(clerk, wang, [Channel.PHONE, Channel.SMS], True, "登记表")
    customer_notes.consent(clerk, wang, [Channel.SMS], False, "电话里说的")
    page = customer_page(clerk, wang)
    assert page.opt_outs == {"sms"}
    assert [(row.channel, row.given) for row in page.consents] == [
        (Channel.PHONE, True),
        (Channel.SMS, False),
    ]
    customer_notes.consent(clerk, wang, [Channel.SMS], True, "又愿意了")
    assert customer_page(clerk, wang).opt_outs == frozenset()
    assert database.value_of("SELECT COUNT(*) FROM consent") == 4


def test_notes_and_days_to_remember(clerk, wang):
    note = customer_notes.add_note(clerk, wang, "儿子考上大学")
    customer_notes.add_note(clerk, wang, "试了墨绿大衣", "tried")
    day = customer_notes.remember_day(clerk, wang, "女儿生日", Birthday(Calendar.SOLAR, 11, 25))
    page = customer_page(clerk, wang)
    assert {row.text for row in page.notes} == {"儿子考上大学", "试了墨绿大衣"}
    assert (page.days[0].label, page.days[0].in_days) == ("女儿生日", 3)
    customer_notes.remove_note(clerk, note)
    customer_notes.forget_day(clerk, day)
    page = customer_page(clerk, wang)
    assert len(page.notes) == 1 and page.days == ()
    with pytest.raises(Refused):
        customer_notes.remember_day(clerk, wang, "", Birthday(Calendar.SOLAR, 1, 1))


@pytest.mark.parametrize(
    "name", ["O'Hara", "=1+1", "𬎆䶮", "😀 王", "a" * 60, '"; DROP TABLE customer;--', "مريم"]
)
def test_odd_names_are_kept_and_found(clerk, name):
    from services import find

    done = customers.register(clerk, NewCustomer(name))
    assert column(done.id, "name") == name
    assert done.id in find.look_up(name[:8])


def test_the_page_tells_everything_once(clerk, owner, wang):
    customers.change(clerk, wang, {"birthday": Birthday(Calendar.SOLAR, 11, 25), "size": "M"})
    purchases.buy(
        clerk, wang, [LineIn("A1", 20_000, size="M"), LineIn("A2", 10_000, 2, "L")], day=date(2026, 11, 1)
    )
    purchases.buy(clerk, wang, [LineIn("A3", 15_000, size="M", special=True)])
    page = customer_page(clerk, wang)
    assert page.phones_shown == ("138****5678",)
    assert customer_page(owner, wang).phones_shown == ("13812345678",)
    assert (page.grade, page.percent_off, page.tickets) == ("B", 15, 2)
    assert page.reason.startswith("B：") and page.birthday_in == 3
    assert [(row.item_no, row.ticket_points, row.running_points) for row in page.purchases] == [
        ("A3", 1, 5),
        ("A2", 4, 4),
        ("A1", None, None),
    ]
    assert [(row.kind, row.points, row.balance) for row in page.points] == [
        (PointKind.EARNED, 1, 5),
        (PointKind.EARNED, 4, 4),
    ]
    assert page.shown_likes[0] == "M 码（2件）"
    assert dict(page.months)[date(2026, 11, 1)] == 55_000 and len(page.months) == 12
    kinds = [due.kind for due in page.due]
    assert kinds == ["purchase_gift", "birthday", "ask", "ask"]
    assert all(row.paid for row in page.visits) and page.last_visit == date(2026, 11, 22)


def test_asking_stops_when_everything_is_known(clerk, wang):
    everything = {
        "birthday": Birthday(Calendar.SOLAR, 1, 1),
        "size": "M",
        "colours": "黑",
        "address": "和平路",
        "styles": "大衣",
        "height_cm": 165,
        "waist_cm": 70,
        "preferred_channel": "sms",
        "preferred_time": "下午",
        "hobbies": "瑜伽",
    }
    customers.change(clerk, wang, everything)
    customer_notes.consent(clerk, wang, [Channel.PHONE], True, "口头")
    assert customer_page(clerk, wang).due == ()


def test_nobody_is_refused_with_a_sentence(clerk):
    with pytest.raises(Refused):
        customer_page(clerk, 77)
    with pytest.raises(Refused):
        customers.by_card("K99999")


@pytest.fixture
def five(clerk, owner):
    names = ["王一", "李二", "张三", "赵四", "陈五"]
    made = [customers.register(clerk, NewCustomer(name, f"1380000000{n}")).id for n, name in enumerate(names)]
    for n, customer in enumerate(made[:3], 1):
        for _ticket in range(n):
            purchases.buy(clerk, customer, [LineIn("A", 10_000 * n)], day=date(2026, 11, n))
    customers.change(clerk, made[3], {"birthday": Birthday(Calendar.SOLAR, 11, 30)})
    customers.change(clerk, made[4], {"birthday": Birthday(Calendar.LUNAR, 10, 1)})
    return made


def filtered(field, way="", **more):
    return Filter((Condition(field, way, **more),))


def test_lists_are_sorted_and_filtered(clerk, five):
    one, two, three, four, last = five
    assert list(customer_list.ids(clerk, sort="visit"))[:3] == [three, two, one]
    assert list(customer_list.ids(clerk, sort="name")) == [last, two, one, three, four]
    assert list(customer_list.ids(clerk, sort="name", descending=True)) == [four, three, one, two, last]
    assert list(customer_list.ids(clerk, sort="spent"))[:3] == [three, two, one]
    assert list(customer_list.ids(clerk, filtered("grade", values=("B",)))) == [three, two]
    assert set(customer_list.ids(clerk, filtered("birthday", "month", values=("11",)))) == {four, last}
    assert set(customer_list.ids(clerk, filtered("birthday", "month", values=("12",)))) == set()
    assert list(customer_list.ids(clerk, filtered("state", values=("lost",)))) == []
    assert list(customer_list.ids(clerk, filtered("grade", values=("A",), negated=True))) == [
        three,
        two,
        one,
        four,
        last,
    ]
    assert customer_list.count(clerk, filtered("grade", values=("B",))) == 2


def test_who_will_be_demoted_soon_stands_in_the_list(clerk, five):
    later = replace(clerk, clock=clerk.clock.__class__(date(2027, 4, 25)))
    assert set(five[1:3]) <= set(
        customer_list.ids(later, filtered("soon", values=("no_visit", "no_purchase"), high=30))
    )
    assert customer_list.count(clerk, filtered("soon", values=("no_visit", "no_purchase"), high=30)) == 0


def test_rows_come_in_the_order_asked_and_gaps_stay(clerk, owner, five):
    rows = customer_list.rows(clerk, [five[2], 99_999, five[0]])
    assert [row.name if row else None for row in rows] == ["张三", None, "王一"]
    assert rows[0].phone == "138****0002" and rows[0].tail == "…0002"
    assert customer_list.rows(owner, [five[0]])[0].phone == "13800000000"
    assert (rows[0].tickets, rows[0].grade, rows[0].hint) == (3, "B", "2026-11-03")
    assert customer_list.rows(clerk, []) == []


def test_a_grade_by_hand_is_shown_with_its_reason(manager, wang):
    customers.grade_by_hand(manager, wang, Grade.A, "潜力大")
    page = customer_page(manager, wang)
    assert (page.grade, page.hand_grade, page.hand_reason) == ("A", "A", "潜力大")
