"""New goods find their customers: who, why, who not, and what is done with them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from models.contact import Contact
from models.customer import Customer, Note, OptOut, Phone
from models.kinds import Channel, Grade
from models.purchase import Purchase, Ticket
from services import arrivals, arrivals_find, arrivals_list_pdf, arrivals_plan, contact_lists, policies
from services import arrivals_words as words
from services.arrivals_may import Left
from services.errors import NotAllowed, Refused
from tests.conftest import CLOCK_MOMENT, TODAY

DAY = timedelta(days=1)


def person(number: int, *, phone: bool = True, **facts) -> Customer:
    """Somebody whom a dark green dress in M suits, unless told otherwise."""
    facts = {"grade": "B", "size": "M", "styles": "连衣裙", "colours": "墨绿", "sex": "female", **facts}
    facts.setdefault("last_contact", TODAY - 20 * DAY)
    row = Customer.create(
        card_no=f"K{number:03}",
        name=f"王{number}",
        sort_key=f"wang{number}",
        registered_on=TODAY - 400 * DAY,
        **facts,
    )
    if phone:
        Phone.create(customer=row, number=f"138{number:08}", reversed=f"138{number:08}"[::-1])
    return row


def bought(
    who: Customer, item: str, size: str = "M", *, ago: int = 100, quantity: int = 1, price: int = 60_000
) -> None:
    ticket = Ticket.create(customer=who, day=TODAY - ago * DAY, paid=price, created_at=CLOCK_MOMENT)
    Purchase.create(
        **{"ticket": ticket, "customer": who, "day": TODAY - ago * DAY, "item_no": item, "size": size},
        **{"quantity": quantity, "list_price": price, "paid": price * quantity},
    )


@pytest.fixture
def dress(manager):
    return arrivals.add(
        manager, "d-310", kind="连衣裙", colours="墨绿色、酒红", sizes="s，m，l", look="通勤", price=65_000
    )


def found(shop, **how):
    return arrivals_find.find(shop, **how)


def test_what_came_in_is_kept_cleanly_and_fills_itself_the_next_time(manager, dress) -> None:
    assert (dress.item_no, dress.sizes, dress.colours) == ("D-310", "S、M、L", "墨绿色、酒红")
    again = arrivals.add(manager, "D-310")
    assert (again.kind, again.price) == ("连衣裙", 65_000)
    assert [one.id for one in arrivals.recent(manager)] == [again.id, dress.id]
    arrivals.remove(manager, again.id)
    assert [one.id for one in arrivals.recent(manager)] == [dress.id]
    arrivals.remove(manager, again.id, removed=False)
    assert len(arrivals.recent(manager)) == 2


@pytest.mark.parametrize(("item", "facts"), [("", {}), ("x" * 41, {}), ("310", {}), ("D-1", {"price": -1})])
def test_what_tells_nothing_is_refused(manager, item, facts) -> None:
    with pytest.raises(Refused):
        arrivals.add(manager, item, **facts)


def test_nobody_is_asked_about_goods_that_never_came(manager) -> None:
    with pytest.raises(Refused):
        found(manager)


def test_the_best_come_first_each_with_the_reason_in_words(manager, dress) -> None:
    plain, loyal = person(1), person(2)
    for ago in (100, 200, 300):
        bought(loyal, "D-200", ago=ago)
    rows = found(manager).rows
    assert [one.id for one in rows] == [loyal.id, plain.id]
    assert "买过 3 次 M 码" in words.reasons(rows[0]) and "喜欢墨绿色" in words.reasons(rows[0])
    assert "买过 3 件连衣裙" in words.reasons(rows[0]) and "价位相近" in words.reasons(rows[0])
    assert "墨绿" in words.whole_text(manager, rows[0]) and "王女士" in words.whole_text(manager, rows[0])


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"size": "XL"}, Left.SIZE),
        ({"last_contact": TODAY - DAY}, Left.LATELY),
        ({"last_contact": TODAY - 10 * DAY, "preferred_every_days": 30}, Left.LATELY),
        ({"phone": False}, Left.NO_NUMBER),
        ({"phone_doubtful": True}, Left.NO_NUMBER),
        ({"birth_year": 2015}, Left.MINOR),
        ({"state": "lost"}, None),
        ({"styles": "大衣", "colours": "白色"}, None),
    ],
)
def test_who_is_left_out_and_why(manager, dress, facts, why) -> None:
    person(1, **facts)
    seen = found(manager)
    assert seen.rows == () and seen.left == ({why: 1} if why else {})


def test_the_spacing_ends_on_its_day(manager, dress) -> None:
    near = manager.policy.contacts.spacing_days
    person(1, last_contact=TODAY - near * DAY)
    person(2, last_contact=TODAY - (near - 1) * DAY)
    assert [one.card_no for one in found(manager).rows] == ["K001"]


@pytest.mark.parametrize("item", ["D-310", "D-201", "K77"])
def test_who_just_bought_the_like_is_left_out(manager, dress, item) -> None:
    arrivals.add(manager, "K77", kind="连衣裙")
    days = manager.policy.arrivals.bought_like_days
    bought(person(1), item, ago=days - 1)
    bought(person(2), item, ago=days)
    seen = found(manager, arrival_ids=[dress.id])
    assert [one.card_no for one in seen.rows] == ["K002"] and seen.left == {Left.JUST_BOUGHT: 1}


def test_refusals_and_what_stands_on_the_schedule_win(manager, dress) -> None:
    OptOut.create(customer=person(1), channel="sms")
    OptOut.create(customer=1, channel="phone")
    Contact.create(
        **{"customer": person(2), "due": TODAY + DAY, "original_due": TODAY + DAY, "channel": "phone"},
        **{"topics": "follow_up", "created_at": CLOCK_MOMENT},
    )
    assert found(manager).rows == ()
    assert found(manager).left == {Left.OPTED_OUT: 1, Left.PLANNED: 1}


def test_who_heard_only_promotion_is_left_out_unless_wanted(manager, dress) -> None:
    who = person(1)
    for ago in (20, 30, 40):
        Contact.create(
            **{
                "customer": who,
                "due": TODAY - ago * DAY,
                "original_due": TODAY - ago * DAY,
                "channel": "sms",
            },
            **{
                "topics": "promotion",
                "state": "done",
                "done_on": TODAY - ago * DAY,
                "created_at": CLOCK_MOMENT,
            },
        )
    assert found(manager).left == {Left.TIRED: 1}
    assert [one.tired for one in found(manager, keep_tired=True).rows] == [True]


def test_a_wish_counts_most_and_a_return_takes_a_piece_off(manager, dress) -> None:
    plain, wishing, gave_back = person(1), person(2, styles="", colours=""), person(3)
    Note.create(
        customer=wishing, day=TODAY - DAY, kind="wish", text="想要一条连衣裙", created_at=CLOCK_MOMENT
    )
    bought(gave_back, "X-1", ago=90)
    bought(gave_back, "X-1", ago=80, quantity=-1)
    rows = {one.id: one for one in found(manager).rows}
    assert "说过想要连衣裙" in words.reasons(rows[wishing.id])
    assert rows[gave_back.id].facts.pieces_in_size == 0
    assert rows[plain.id].points == rows[gave_back.id].points


def test_several_goods_at_once_name_the_best_for_each(manager, dress) -> None:
    coat = arrivals.add(manager, "C-12", kind="大衣", colours="驼色", sizes="M")
    person(1)
    person(2, styles="大衣", colours="驼")
    person(3, styles="大衣、连衣裙", colours="驼色、墨绿")
    rows = {one.card_no: one for one in found(manager, arrival_ids=[dress.id, coat.id]).rows}
    assert [item.item_no for item in rows["K001"].goods] == ["D-310"]
    assert [item.item_no for item in rows["K002"].goods] == ["C-12"]
    assert [item.item_no for item in rows["K003"].goods] == ["D-310", "C-12"]


def test_a_and_b_are_phoned_c_is_written_to_and_a_wish_wins(manager, dress) -> None:
    person(1, grade="A")
    person(2, grade="B")
    person(3, grade="C")
    person(4, grade="A", preferred_channel="sms")
    person(5, grade="C", preferred_channel="phone")
    ways = {one.card_no: one.channel for one in found(manager).rows}
    phone, sms = Channel.PHONE, Channel.SMS
    assert ways == {"K001": phone, "K002": phone, "K003": sms, "K004": sms, "K005": sms}


def test_the_schedule_gets_each_once_with_reason_and_words_and_undo_takes_it_back(manager, dress) -> None:
    one, two = person(1, grade="A"), person(2, grade="C")
    rows = found(manager).rows
    done = arrivals_plan.plan(manager, rows, {one.id: "店里到了您要的连衣裙，给您留着。"})
    assert (done.calls, done.messages) == (1, 1)
    card = contact_lists.rows(manager, [done.ids[0]])[0]
    assert card is not None and "给您留着" in card.text and "喜欢" in card.why.here
    assert card.why.today and card.why.me
    assert "墨绿" in json.loads(Contact.get_by_id(done.ids[1]).why)["needs"][0]["text"]
    assert found(manager).left == {Left.TOLD: 2}
    again = arrivals_plan.plan(manager, rows)
    assert (again.ids, again.already) == ((), 2)
    assert arrivals_plan.unplan(manager, done) == 2 and len(found(manager).rows) == 2
    assert {one.id, two.id} == {row.id for row in found(manager).rows}


def test_what_only_keeps_touch_is_told_the_goods_with_it_and_undo_puts_it_back(manager, dress) -> None:
    who = person(1, grade="A")
    touch = Contact.create(
        **{"customer": who, "due": TODAY, "original_due": TODAY, "channel": "sms", "topics": "personal"},
        **{"key": "rhythm:1:x", "created_at": CLOCK_MOMENT},
        why='{"needs":[{"t":"personal","since":"2026-11-02","every":7,"topic":"personal","also":[]}]}',
    )
    done = arrivals_plan.plan(manager, found(manager).rows)
    now = Contact.get_by_id(touch.id)
    assert (done.ids, Contact.select().count()) == ((touch.id,), 1)
    assert (now.channel, now.topics) == ("phone", "new_arrivals,personal") and "D-310" in now.why
    card = contact_lists.rows(manager, [touch.id])[0]
    assert card is not None and "D-310" in card.why.here and "连衣裙" in card.text
    assert found(manager).left == {Left.TOLD: 1}
    assert arrivals_plan.unplan(manager, done) == 1
    back = Contact.get_by_id(touch.id)
    assert (back.channel, back.topics, back.why) == ("sms", "personal", touch.why)
    assert len(found(manager).rows) == 1


def test_calls_fill_the_hour_day_by_day(manager, dress) -> None:
    room = manager.policy.contacts.calls_a_day
    for number in range(1, room + 3):
        person(number, grade="A")
    done = arrivals_plan.plan(manager, found(manager).rows)
    per_day = [k.due for k in Contact.select().order_by(Contact.due)]
    assert per_day.count(TODAY) == room and done.last_day == TODAY + DAY and done.calls == room + 2


def test_the_list_is_written_with_masked_phones(manager, dress, tmp_path) -> None:
    person(1)
    rows = found(manager).rows
    assert arrivals_plan.export(manager, str(tmp_path / "list.xlsx"), rows) == 1
    cells = [cell.value for cell in list(load_workbook(tmp_path / "list.xlsx").active.iter_rows())[1]]
    assert "K001" in cells and not any(cell == "13800000001" for cell in cells)
    assert arrivals_list_pdf.paper(manager, rows * 60, [dress.goods])[:5] == b"%PDF-"


def test_roles(shop, clerk, manager, dress) -> None:
    person(1)
    assert "*" in found(clerk).rows[0].phone and "*" not in found(manager).rows[0].phone
    assert arrivals_plan.plan(clerk, found(clerk).rows).calls == 1
    with pytest.raises(NotAllowed):
        found(shop)


def test_the_weights_are_the_shops(owner, dress) -> None:
    person(1, colours="", size="")
    assert found(owner).rows == ()
    changed = policies.set_value(owner, "arrivals.least", "20")
    assert len(found(changed).rows) == 1
    assert len(found(replace(changed, policy=owner.policy)).rows) == 0


def test_a_grade_for_which_the_matrix_has_none_is_left_out(owner, dress) -> None:
    person(1, grade="C")
    changed = policies.set_value(owner, "contacts.matrix.new_arrivals_c", "off")
    assert found(changed).left == {Left.BY_RULE: 1}
    may = policies.set_value(changed, "contacts.matrix.new_arrivals_c", "may sms")
    assert [one.grade for one in found(may).rows] == [Grade.C]
