"""Campaigns: the draft, the release with its lot, messages and calls, answers, the end, and what they brought."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from models import database
from models.campaign import CampaignMember
from models.contact import Contact
from models.customer import Customer, Phone
from models.kinds import CampaignKind, CampaignReply, CampaignState, Channel, Grade, Topic
from models.purchase import Ticket
from services import consents, contacts, journal, merging, schedule
from services.campaigns import (
    answers,
    costs,
    drafts,
    ending,
    looking,
    reading,
    release,
    results,
    segment,
    sending,
)
from services.campaigns.drafts import Draft
from services.campaigns.words import left_words, look_words, result_words
from services.clock import FixedClock
from services.contact_lists import View, find, rows
from services.errors import NotAllowed, Refused
from services.rules.campaign_results import Verdict
from services.rules.campaigns import Left
from services.sms import batches, confirming, templates
from tests.conftest import CLOCK_MOMENT, TODAY

DAY = timedelta(days=1)


def person(number: int, grade: str = "B", **facts: Any) -> int:
    facts.setdefault("last_contact", TODAY - 20 * DAY)
    facts.setdefault("sex", "female")
    phone = facts.pop("phone", f"138{number:08}")
    row = Customer.create(
        card_no=f"K{number:04}", name=f"王{number}", grade=grade, base_grade=grade, registered_on=TODAY - 300 * DAY,
        last_visit=TODAY - 20 * DAY, address="和平路1号", **facts,
    )  # fmt: skip
    if phone:
        Phone.create(customer=row, number=phone, reversed=phone[::-1])
    return int(row.id)


def crowd(n: int, grades: str = "ABBCC") -> list[int]:
    return [person(number, grades[number % len(grades)]) for number in range(1, n + 1)]


@pytest.fixture
def text(manager: Any) -> str:
    templates.add(manager, "冬季促销", Topic.PROMOTION, "{title}您好，{shop}冬装八折。")
    templates.release(manager, "冬季促销")
    return "冬季促销"


def a_draft(**more: Any) -> Draft:
    facts: dict[str, Any] = {
        **{"name": "冬装八折", "kind": CampaignKind.PROMOTION, "first": TODAY, "last": TODAY + 6 * DAY},
        "template": "冬季促销",
    }
    return Draft(**{**facts, **more})


def calls(**more: Any) -> Draft:
    return a_draft(channel=Channel.PHONE, template="", script="冬装到了八折。您喜欢的{likes}也有。", **more)


def released(shop: Any, draft: Draft) -> Any:
    return release.release(shop, drafts.new(shop, draft).id)


def later(shop: Any, days: int) -> Any:
    from dataclasses import replace

    return replace(shop, clock=FixedClock(TODAY + days * DAY, CLOCK_MOMENT + days * DAY))


def everybody(shop: Any, campaign: int) -> list[reading.Member]:
    return [one for one in reading.members(shop, reading.member_ids(shop, campaign)) if one]


def side(campaign: int, control: bool) -> set[int]:
    found = database.rows(
        "SELECT customer_id FROM campaign_member WHERE campaign_id = ? AND control = ?",
        (campaign, int(control)),
    )
    return {row[0] for row in found}


# ---- the draft


def test_a_draft_is_written_changed_and_told_from_a_newer_one(manager: Any, clerk: Any, text: str) -> None:
    with pytest.raises(NotAllowed):
        drafts.new(clerk, a_draft())
    made = drafts.new(manager, a_draft(budget=50_000, notes="买两件再减"))
    assert (made.state, made.control_percent, made.send_at) == (CampaignState.DRAFT, 20, "10:00")
    assert made.topic is Topic.PROMOTION and made.until == TODAY + 14 * DAY
    changed = drafts.change(manager, made.id, a_draft(name="新名字"), made.version)
    assert changed.name == "新名字"
    with pytest.raises(Refused, match="刚刚被别人改过"):
        drafts.change(manager, made.id, a_draft(), made.version)
    with pytest.raises(Refused, match="刚刚被别人改过"):
        release.release(manager, made.id, made.version)
    assert [one.id for one in reading.campaigns(clerk)] == [made.id]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"last": TODAY - DAY}, "last"),
        ({"first": TODAY + 400 * DAY, "last": TODAY + 401 * DAY}, "first"),
        ({"budget": -1}, "budget"),
        ({"control_percent": 51}, "control_percent"),
        ({"channel": Channel.SHOP}, "channel"),
        ({"channel": Channel.PHONE, "script": ""}, "script"),
        ({"channel": Channel.PHONE, "script": "{shoesize}"}, "script"),
        ({"send_at": "23:00"}, "send_at"),
    ],
)
def test_what_a_draft_may_not_be(manager: Any, text: str, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as error:
        drafts.new(manager, a_draft(**wrong))
    assert error.value.field == field
    assert str(error.value)


def test_a_message_needs_a_released_text_of_its_topic(manager: Any, text: str) -> None:
    person(1)
    templates.add(manager, "未发布", Topic.PROMOTION, "您好")
    templates.add(manager, "生日", Topic.BIRTHDAY, "生日快乐")
    templates.release(manager, "生日")
    for name, words in (("", "请选"), ("未发布", "还没有发布"), ("生日", "不是这类活动")):
        with pytest.raises(Refused, match=words):
            released(manager, a_draft(template=name))


def test_the_look_before_the_release_counts_and_shows_real_texts(manager: Any, text: str) -> None:
    crowd(100)
    person(201, phone="0825123456")
    person(202, phone="13800000001")
    person(203, last_contact=TODAY - DAY)
    person(204, state="lost")
    consents.record(manager, person(205), [Channel.SMS], False, "电话里说的")
    consents.begin(manager, person(206), [])
    person(207, birth_year=TODAY.year - 10)
    for _place in range(3):
        Contact.create(customer=1, due=TODAY - 20 * DAY, original_due=TODAY - 20 * DAY, channel="sms", topics="promotion",
                       state="done", done_on=TODAY - 20 * DAY, created_at=CLOCK_MOMENT)  # fmt: skip
    found = looking.look(manager, a_draft())
    assert found.people == 100 and sum(found.grades.values()) == 100 and found.uncontacted == 30
    assert found.left == {
        Left.NO_NUMBER: 1, Left.SAME_NUMBER: 1, Left.SPACING: 1, Left.OPTED_OUT: 1, Left.NO_CONSENT: 1, Left.MINOR: 1,
    }  # fmt: skip
    assert found.samples[0][1] == "【和平路店】王女士您好，和平路店冬装八折。拒收请回复R"
    assert len(found.samples) == 3 and found.promotion_heavy == 1
    words = "".join(look_words(found))
    assert "70 位" in words and "30 位" in words and "已退订 1" in words and "都是促销" in words
    assert CampaignMember.select().count() == 0


def test_who_meets_another_contact_or_campaign_is_left_out(manager: Any, text: str) -> None:
    crowd(60)
    for customer, topic in ((1, "birthday"), (2, "personal")):
        Contact.create(
            customer=customer,
            due=TODAY,
            original_due=TODAY,
            channel="phone",
            topics=topic,
            created_at=CLOCK_MOMENT,
        )
    assert looking.look(manager, a_draft()).left == {Left.MEETS: 1}
    first = released(manager, a_draft())
    near = looking.look(manager, a_draft(first=TODAY + 2 * DAY))
    assert near.left[Left.OTHER_CAMPAIGN] == first.contacted and Left.MEETS not in near.left
    assert looking.look(manager, a_draft(first=TODAY + 3 * DAY)).left == {}


def test_the_segment_is_a_filter_or_chosen_people(manager: Any, text: str) -> None:
    ids = crowd(20)
    some = segment.of_ids([ids[0], ids[1], ids[0], 99_999])
    found = looking.look(manager, a_draft(segment=some))
    assert found.people == 2 and found.left == {Left.GONE: 1}
    named = segment.of_filter(manager, "本月生日")
    assert segment.from_json(segment.to_json(named)) == named and named.words() == "筛选“本月生日”"
    assert looking.look(manager, a_draft(segment=named)).people == 0
    assert segment.from_json(segment.to_json(some)) == some
    with pytest.raises(Refused):
        segment.of_ids([])


# ---- the release and its lot


def test_the_release_freezes_everybody_and_draws_grade_by_grade(manager: Any, text: str) -> None:
    crowd(200)
    made = released(manager, a_draft())
    assert (made.state, made.contacted, made.control) == (CampaignState.RUNNING, 160, 40)
    by_grade = dict(
        database.rows("SELECT grade, COUNT(*) FROM campaign_member WHERE control = 1 GROUP BY grade")
    )
    assert by_grade == {"A": 8, "B": 16, "C": 16}
    templates.change(manager, text, company="别的话")
    Phone.update(number="13999999999").execute()
    member = reading.members(manager, reading.member_ids(manager, made.id))[0]
    assert member is not None
    assert member.text.startswith("【和平路店】王女士您好") and member.number.startswith("138")
    # Those left uncontacted have nothing that could go out.
    assert (
        database.value_of(
            "SELECT COUNT(*) FROM campaign_member WHERE control = 1 AND (text <> '' OR number <> '')"
        )
        == 0
    )
    with pytest.raises(Refused, match="不是草稿"):
        release.release(manager, made.id)
    with pytest.raises(Refused, match="已经发布"):
        drafts.change(manager, made.id, a_draft(name="偷改"))


def test_the_same_books_draw_the_same_and_nobody_foresees_it(manager: Any, text: str) -> None:
    from services.rules.campaigns import seed_of

    crowd(50)
    made = drafts.new(manager, a_draft())
    _anchor, chain = journal.head()
    done = release.release(manager, made.id)
    seed, anchor = database.row("SELECT seed, anchor FROM campaign WHERE id = ?", (done.id,)) or ("", 0)
    secret = database.value_of("SELECT secret FROM shop_info")
    assert seed == seed_of(secret, made.id, chain) and anchor == _anchor
    # Without the shop's secret the day, the number and the journal tell nothing.
    assert seed_of("", made.id, chain) != seed


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE campaign_member SET control = 1 - control",
        "UPDATE campaign_member SET text = 'x' WHERE control = 0",
        "UPDATE campaign_member SET customer_id = 1 WHERE customer_id <> 1",
        "DELETE FROM campaign_member",
        "DELETE FROM campaign",
        "UPDATE campaign SET seed = 'x'",
        "UPDATE campaign SET window_days = 90",
        "INSERT INTO campaign_member (campaign_id, customer_id, grade, control, number, text) VALUES (1, 1, 'A', 1, '', '')",
    ],
)
def test_what_is_released_cannot_be_changed_behind_the_program(manager: Any, text: str, sql: str) -> None:
    crowd(40)
    released(manager, a_draft())
    with pytest.raises(Exception, match="frozen|not edited|kept"):
        database.execute(sql)


def test_an_erased_persons_text_can_be_emptied(manager: Any, text: str) -> None:
    crowd(40)
    released(manager, a_draft())
    assert database.execute("UPDATE campaign_member SET number = '', text = '' WHERE control = 0") > 0


def test_a_large_budget_is_the_owners(manager: Any, owner: Any, text: str) -> None:
    crowd(10)
    made = drafts.new(manager, a_draft(budget=200_001))
    with pytest.raises(NotAllowed, match="店主"):
        release.release(manager, made.id)
    assert release.release(owner, made.id).contacted == 5
    small = drafts.new(manager, a_draft(budget=200_000, first=TODAY + 10 * DAY, last=TODAY + 10 * DAY))
    assert release.release(manager, small.id).state is CampaignState.RELEASED


def test_a_release_says_no_with_the_reasons(manager: Any, clerk: Any, text: str) -> None:
    person(1, phone="")
    made = drafts.new(manager, a_draft())
    with pytest.raises(Refused, match="没有可用的号码 1"):
        release.release(manager, made.id)
    with pytest.raises(NotAllowed):
        release.release(clerk, made.id)
    with pytest.raises(Refused, match="已经过去"):
        release.release(later(manager, 1), made.id)
    assert drafts.again(later(manager, 1), made.id).first == TODAY + DAY


# ---- messages


def test_messages_go_out_once_and_an_opt_out_after_the_release_wins(
    manager: Any, owner: Any, text: str, tmp_path: Path
) -> None:
    crowd(60)
    made = released(manager, a_draft(first=TODAY + 5 * DAY, last=TODAY + 9 * DAY))
    with pytest.raises(Refused, match="才开始"):
        sending.prepare(manager, made.id)
    day = later(owner, 5)
    going = sorted(side(made.id, False))
    consents.record(day, going[0], [Channel.SMS], False, "店里说的")
    contacts.talk(day, going[1], Channel.PHONE, note="打来问过", incoming=True)
    (batch,) = sending.prepare(day, made.id)
    assert sending.prepare(day, made.id) == [batch]
    assert batch.state.value == "reviewed" and batch.source["kind"] == "campaign"
    states = {one.customer_id: (one.state, one.reason) for one in everybody(manager, made.id)}
    assert states[going[0]] == ("left_out", "opted_out") and states[going[1]] == ("left_out", "spacing")
    assert states[going[2]] == ("queued", "")
    consents.record(day, going[2], [Channel.SMS], False, "店里说的")
    (done,) = sending.export(day, made.id, tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_text("utf-8-sig")
    assert done.numbers == lines.count("138") == made.contacted - 3
    control = side(made.id, True)
    for customer in control:
        assert f"138{customer:08}" not in lines
    with pytest.raises(Refused, match="不能取消"):
        ending.cancel(day, made.id, "不做了")
    with pytest.raises(Refused, match="还没有确认"):
        ending.close(day, made.id)
    confirming.all_sent(day, batch.id)
    topics = {row[0] for row in database.rows("SELECT DISTINCT topics FROM contact WHERE key LIKE 'sms:%'")}
    assert topics == {"promotion"}
    told = {
        row[0]
        for row in database.rows("SELECT customer_id FROM contact WHERE state = 'done' AND channel = 'sms'")
    }
    assert told == set(going[3:]) and not told & control
    found = results.result(day, made.id)
    assert found.reached == len(going) - 3 and found.contacted.heads == len(going)
    assert ending.close(day, made.id).state is CampaignState.CLOSED


@pytest.mark.parametrize("ahead, held", [(0, True), (1, True), (2, True), (3, False)])
def test_nothing_routine_goes_out_within_the_spacing_before_a_campaigns_messages(
    manager: Any, text: str, ahead: int, held: bool
) -> None:
    who, other = person(1, "C"), person(2, "B", phone="")
    released(manager, a_draft(first=TODAY + ahead * DAY, control_percent=0))
    schedule.generate(manager)
    planned = {row[0] for row in database.rows("SELECT customer_id FROM contact WHERE state = 'planned'")}
    assert (who in planned) is not held and other not in planned
    after = later(manager, ahead + 1)
    schedule.generate(after)
    assert who in {row[0] for row in database.rows("SELECT customer_id FROM contact WHERE state = 'planned'")}


def test_a_customers_own_call_breaks_a_run_of_promotion(manager: Any, text: str) -> None:
    who = person(1)
    for n in range(3):
        Contact.create(customer=who, due=TODAY - (30 + n) * DAY, original_due=TODAY - (30 + n) * DAY, channel="sms",
            topics="promotion", state="done", done_on=TODAY - (30 + n) * DAY, created_at=CLOCK_MOMENT)  # fmt: skip
    assert looking.look(manager, a_draft()).promotion_heavy == 1
    contacts.talk(later(manager, -10), who, Channel.PHONE, note="打来问过", incoming=True)
    assert looking.look(manager, a_draft()).promotion_heavy == 0


def test_a_file_that_was_never_uploaded_can_be_made_again(
    manager: Any, owner: Any, text: str, tmp_path: Path
) -> None:
    crowd(40)
    made = released(manager, a_draft())
    (first,) = sending.prepare(owner, made.id)
    sending.export(owner, made.id, tmp_path / "a.csv")
    confirming.none_sent(owner, first.id)
    (second,) = sending.prepare(owner, made.id)
    assert second.id != first.id and second.messages == first.messages
    assert ending.cancel(owner, made.id, "下雨").state is CampaignState.CANCELLED


def test_many_messages_are_several_batches(
    manager: Any, owner: Any, text: str, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(batches, "MOST", 20)
    crowd(60)
    made = released(manager, a_draft())
    assert [one.messages for one in sending.prepare(owner, made.id)] == [20, 10]
    done = sending.export(owner, made.id, tmp_path / "out.xlsx")
    assert [Path(one.file).name for one in done] == ["out-1.xlsx", "out-2.xlsx"]


# ---- calls


def test_calls_of_a_campaign_stand_in_the_day_list_with_its_words(manager: Any) -> None:
    crowd(60, "AB")
    person(300, "C")
    database.execute("UPDATE customer SET colours = '墨绿' WHERE id = 2")
    made = released(manager, calls())
    assert made.left == {Left.GRADE: 1} and made.contacted == 30
    assert looking.look(manager, calls(first=TODAY + 20 * DAY, last=TODAY + 20 * DAY)).call_days == 2
    today = rows(manager, find(manager, View.TODAY))
    assert len(today) == 15 and {row.topics for row in today if row} == {(Topic.PROMOTION,)}
    assert len(find(manager, View.UPCOMING)) == 15
    row = today[0]
    assert row is not None and row.why.here == "活动“冬装八折”"
    assert "冬装到了八折。" in row.text and "{likes}" not in row.text
    assert {row.customer_id for row in today if row} <= side(made.id, False)
    assert schedule.generate(manager).expired == 0
    contacts.done(manager, row.id)
    assert results.result(manager, made.id).reached == 1
    over = later(manager, 7)
    schedule.daily(over)
    reasons = database.rows(
        "SELECT DISTINCT state_reason FROM contact WHERE key LIKE 'campaign:%' AND state = 'expired'"
    )
    assert reasons == [("campaign_over",)]


def test_opting_out_takes_the_call_off_at_once(manager: Any) -> None:
    crowd(40, "AB")
    made = released(manager, calls())
    customer = min(side(made.id, False))
    contacts.opt_out(manager, customer, "phone")
    assert database.value_of("SELECT state FROM contact WHERE customer_id = ?", (customer,)) == "expired"
    ending.cancel(manager, made.id, "先不做")
    ending.reopen(manager, made.id)
    assert database.value_of("SELECT state FROM contact WHERE customer_id = ?", (customer,)) == "expired"


def test_cancelling_takes_the_calls_off_and_reopening_brings_them_back(manager: Any, clerk: Any) -> None:
    crowd(40, "AB")
    made = released(manager, calls())
    before = find(manager, View.TODAY)
    with pytest.raises(NotAllowed):
        ending.cancel(clerk, made.id, "不做")
    with pytest.raises(Refused, match="为什么"):
        ending.cancel(manager, made.id, " ")
    gone = ending.cancel(manager, made.id, "货没到")
    assert (gone.state, gone.reason) == (CampaignState.CANCELLED, "货没到") and find(
        manager, View.TODAY
    ) == []
    lot = side(made.id, True)
    assert ending.reopen(manager, made.id).state is CampaignState.RUNNING
    assert find(manager, View.TODAY) == before and side(made.id, True) == lot
    draft = drafts.new(manager, calls())
    ending.cancel(manager, draft.id, "写错了")
    assert ending.reopen(manager, draft.id).state is CampaignState.DRAFT


@pytest.mark.parametrize("seed", range(3))
def test_nobody_left_uncontacted_ever_hears_of_the_campaign(
    manager: Any, owner: Any, text: str, tmp_path: Path, seed: int
) -> None:
    """Random people, ways and doings in between; the seed is the parameter."""
    lots = random.Random(seed)
    for number in range(1, 81):
        person(number, lots.choice("ABC"), last_contact=TODAY - lots.randint(1, 30) * DAY,
               preferred_channel=lots.choice(["", "", "sms", "phone"]), phone_doubtful=int(lots.random() < 0.1))  # fmt: skip
    made = [released(owner, a_draft(first=TODAY + n * DAY, last=TODAY + 9 * DAY)) for n in (0, 4)]
    made.append(released(owner, calls(first=TODAY + 8 * DAY, last=TODAY + 9 * DAY)))
    for day in range(10):
        shop = later(owner, day)
        schedule.daily(shop)
        for one in made[:2]:
            if one.first <= shop.today() and not sending.batches_of(shop, one.id):
                (batch,) = sending.prepare(shop, one.id)
                sending.export(shop, one.id, tmp_path / f"{one.id}.csv")
                confirming.all_sent(shop, batch.id)
        for contact in find(shop, View.TODAY):
            if lots.random() < 0.4:
                contacts.done(shop, contact)
    for one in made:
        ours = {
            row[0]
            for row in database.rows(
                "SELECT s.customer_id FROM sms_message s JOIN campaign_batch b ON b.batch_id = s.batch_id WHERE b.campaign_id = ?"
                " UNION SELECT customer_id FROM contact WHERE key LIKE ?", (one.id, f"campaign:{one.id}:%"),
            )
        }  # fmt: skip
        assert ours <= side(one.id, False) and not ours & side(one.id, True)


# ---- answers, attendance, costs


@pytest.fixture
def event(manager: Any) -> Any:
    crowd(40, "AB")
    templates.add(manager, "茶会", Topic.COMPANY_NEWS, "{title}，周六下午茶会等您来。")
    templates.release(manager, "茶会")
    return released(manager, a_draft(name="茶会", kind=CampaignKind.EVENT, template="茶会"))


def test_an_event_has_replies_guests_and_a_tick_at_the_counter(manager: Any, clerk: Any, event: Any) -> None:
    ours, none = sorted(side(event.id, False)), sorted(side(event.id, True))
    said = answers.answer(clerk, event.id, ours[0], CampaignReply.COMING, 2, "带女儿")
    answers.answer(clerk, event.id, ours[1], CampaignReply.MAYBE)
    answers.answer(clerk, event.id, ours[2], CampaignReply.NO, 5)
    stranger = person(500)
    came = answers.attend(clerk, event.id, f"K{ours[0]:04}", 1)
    assert came.invited and not answers.attend(clerk, event.id, f"K{none[0]:04}").invited
    answers.attend(clerk, event.id, "K0500")
    with pytest.raises(Refused, match="已经签到"):
        answers.attend(clerk, event.id, "K0500")
    with pytest.raises(Refused, match="没有卡号"):
        answers.attend(clerk, event.id, "9999")
    with pytest.raises(Refused, match="不在"):
        answers.answer(clerk, event.id, stranger, CampaignReply.COMING)
    found = answers.attendance(clerk, event.id)
    assert (found.coming, found.maybe, found.declined, found.expected) == (1, 1, 1, 3)
    assert (found.came, found.came_guests, found.walk_ins) == (3, 1, 2)
    with pytest.raises(Refused, match="没有撤销"):
        answers.put_back(clerk, said)
    answers.put_back(clerk, came)
    answers.put_back(clerk, said)
    assert answers.attendance(clerk, event.id).coming == 0
    assert answers.attendance(clerk, event.id).came == 2


def test_a_sale_has_no_attendance_and_an_event_only_on_its_days(
    manager: Any, clerk: Any, event: Any, text: str
) -> None:
    with pytest.raises(Refused, match="今天不举行"):
        answers.attend(later(clerk, 7), event.id, "K0001")
    sale = released(manager, a_draft(first=TODAY + 10 * DAY, last=TODAY + 10 * DAY))
    with pytest.raises(Refused, match="不是客户活动"):
        answers.attend(clerk, sale.id, "K0001")
    assert answers.answer(clerk, sale.id, min(side(sale.id, False)), CampaignReply.COMING, 3).now.guests == 0
    assert reading.campaign(clerk, sale.id).answers == 1


def test_costs_add_up_and_are_struck_out(manager: Any, clerk: Any, event: Any) -> None:
    with pytest.raises(NotAllowed):
        costs.add(clerk, event.id, "点心", 5_000)
    number = costs.add(manager, event.id, "点心", 5_000)
    costs.add(manager, event.id, "花", 3_000)
    assert reading.campaign(manager, event.id).cost == 8_000
    costs.strike(manager, number)
    assert [one.what for one in costs.costs(manager, event.id)] == ["花"]
    costs.strike(manager, number, False)
    assert reading.campaign(manager, event.id).cost == 8_000
    for what, amount, field in (("", 1, "what"), ("花", 0, "amount")):
        with pytest.raises(Refused) as error:
            costs.add(manager, event.id, what, amount)
        assert error.value.field == field


# ---- the result


def buy(customer: int, day: date, paid: int = 40_000) -> None:
    Ticket.create(customer=customer, day=day, paid=paid, created_at=CLOCK_MOMENT)


def test_the_result_compares_both_sides_of_the_lot(
    manager: Any, clerk: Any, text: str, tmp_path: Path
) -> None:
    crowd(300)
    made = released(manager, a_draft())
    ours, none = sorted(side(made.id, False)), sorted(side(made.id, True))
    for customer in ours[:120] + none[:6]:
        buy(customer, TODAY + 3 * DAY)
    buy(ours[0], TODAY + 14 * DAY, 10_000)
    buy(ours[200], TODAY + 15 * DAY)
    buy(ours[201], TODAY - DAY)
    costs.add(manager, made.id, "短信费", 1_200)
    day = later(manager, 16)
    found = results.result(day, made.id)
    assert (found.contacted.heads, found.contacted.hits, found.tickets) == (240, 120, 121)
    assert (found.none.heads, found.none.hits, found.verdict) == (60, 6, Verdict.MORE)
    assert found.spending_gap is not None and found.spending_gap.low > 0
    words = "\n".join(result_words(found))
    assert (
        "不像是碰巧" in words and "+40.0 个百分点" in words and "￥12.00" in words and "毛利不知道" in words
    )
    assert results.result(day, made.id) == found
    with pytest.raises(NotAllowed):
        results.result(clerk, made.id)
    assert results.save(day, made.id, tmp_path / "r.xlsx") > 2


def test_few_people_get_a_sentence_and_no_percentage(manager: Any, text: str) -> None:
    crowd(20)
    made = released(manager, a_draft())
    buy(min(side(made.id, False)), TODAY)
    found = results.result(manager, made.id)
    assert found.verdict is Verdict.TOO_FEW and found.spending_gap is None
    words = "\n".join(result_words(found))
    assert "人太少" in words and "%" not in words and "各要" in words and "数字还会变" in words


def test_without_people_left_uncontacted_nothing_is_concluded(manager: Any, text: str) -> None:
    crowd(80)
    made = released(manager, a_draft(control_percent=0))
    assert (made.contacted, made.control) == (80, 0)
    found = results.result(manager, made.id)
    assert found.verdict is Verdict.NO_CONTROL
    assert "没有留对照组" in result_words(found)[0]
    with pytest.raises(Refused, match="没有结果"):
        results.result(manager, drafts.new(manager, a_draft()).id)


def test_merged_records_count_once_and_those_of_both_sides_not_at_all(manager: Any, text: str) -> None:
    crowd(100)
    made = released(manager, a_draft())
    ours, none = sorted(side(made.id, False)), sorted(side(made.id, True))
    before = results.result(manager, made.id)
    merging.merge(manager, ours[0], ours[1])
    merging.merge(manager, ours[2], none[0])
    found = results.result(manager, made.id)
    assert found.contacted.heads == before.contacted.heads - 2
    assert found.none.heads == before.none.heads - 1 and found.mixed == 1


def test_reasons_are_said_the_most_frequent_first() -> None:
    from collections import Counter

    assert left_words(Counter({Left.LOST: 1, Left.OPTED_OUT: 1_200})) == "已退订 1,200、已流失 1"


def test_grades_stay_as_they_were_at_the_lot(manager: Any, text: str) -> None:
    crowd(50)
    made = released(manager, a_draft())
    database.execute("UPDATE customer SET grade = 'A'")
    found = {one.grade for one in reading.members(manager, reading.member_ids(manager, made.id)) if one}
    assert found == set(Grade)


def test_the_next_one_is_planned_beside_the_last_of_its_topic(manager: Any, text: str) -> None:
    crowd(80)
    made = released(manager, a_draft())
    assert results.last_of(manager, Topic.PROMOTION) is None
    over = later(manager, 20)
    found = results.last_of(over, Topic.PROMOTION)
    assert found is not None and found.campaign.id == made.id and found.over
    assert results.last_of(over, Topic.NEW_ARRIVALS) is None
    assert results.last_of(over, Topic.PROMOTION, but=made.id) is None
