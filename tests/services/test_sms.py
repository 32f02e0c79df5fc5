"""A batch of short messages from the schedule to the platform's file and back."""

from __future__ import annotations

import csv
import random
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from models import database
from models.contact import Contact
from models.customer import Customer, OptOut, Phone
from models.kinds import BatchState, Channel, SmsState, Topic
from services import consents, contacts, journal
from services.clock import FixedClock
from services.errors import NotAllowed, Refused
from services.sms import batches, confirming, handing_over, reading, result_file, templates
from services.sms.handing_over import Layout
from tests.conftest import CLOCK_MOMENT, TODAY

DAY = timedelta(days=1)


def person(number: int, *, phone: str = "", sms: bool = True, **facts) -> int:
    """Somebody with a message of the brand due today."""
    last = facts.pop("last_contact", TODAY - 20 * DAY)
    facts.setdefault("sex", "female")
    row = Customer.create(
        card_no=f"K{number:03}", name=f"王{number}", registered_on=TODAY - 200 * DAY, last_contact=last, last_visit=last,
        **facts,
    )  # fmt: skip
    phone = phone or f"138{number:08}"
    Phone.create(customer=row, number=phone, reversed=phone[::-1])
    if sms:
        Contact.create(
            customer=row, due=TODAY, original_due=TODAY, channel="sms", topics="brand_sms", key=f"rhythm:{row.id}:{last}",
            created_at=CLOCK_MOMENT,
        )  # fmt: skip
    return row.id


@pytest.fixture
def text(manager):
    templates.add(manager, "品牌", Topic.BRAND_SMS, "{title}您好，{shop}到了新款。")
    return templates.release(manager, "品牌")


def exported(manager, tmp_path: Path, name: str = "out.xlsx", layout: Layout | None = None):
    made = batches.make_due(manager)
    batches.review(manager, made.id)
    return handing_over.export(manager, made.id, tmp_path / name, layout)


def read(path: Path) -> list[list[object]]:
    return [list(row) for row in load_workbook(path).active.iter_rows(values_only=True)]


# ---- texts


def test_a_text_is_versioned_and_the_released_wording_stays_in_use(manager, clerk) -> None:
    templates.add(clerk, "品牌", Topic.BRAND_SMS, "公司的话", "本店的话")
    with pytest.raises(NotAllowed):
        templates.release(clerk, "品牌")
    assert templates.in_use(manager) == []
    templates.release(manager, "品牌")
    changed = templates.change(clerk, "品牌", variant="本店的新话")
    assert (changed.number, changed.released, changed.company) == (2, False, "公司的话")
    assert [one.body for one in templates.in_use(manager)] == ["本店的话"]
    templates.release(manager, "品牌")
    assert [one.body for one in templates.in_use(manager)] == ["本店的新话"]
    assert [one.number for one in templates.history(manager, changed.id)] == [2, 1]
    templates.withdraw(manager, "品牌")
    assert [one.number for one in templates.in_use(manager)] == [1]
    templates.retire(manager, "品牌")
    assert templates.in_use(manager) == templates.templates(manager) == []


def test_two_who_change_a_text_are_told(manager, clerk) -> None:
    templates.add(clerk, "品牌", Topic.BRAND_SMS, "一")
    templates.change(manager, "品牌", company="二", number=1)
    with pytest.raises(Refused, match="刚刚被别人改过"):
        templates.change(clerk, "品牌", company="三", number=1)


def test_a_text_of_too_many_parts_is_refused(manager) -> None:
    with pytest.raises(Refused, match="最多 4 条"):
        templates.add(manager, "长", Topic.PERSONAL, "字" * 300)


# ---- the batch


def test_the_batch_freezes_text_and_number_and_names_those_left_out(manager, text) -> None:
    good = person(1)
    person(2, phone="0825123456")
    person(3, phone_doubtful=True)
    consents.record(manager, person(4), [Channel.SMS], False, "电话里说的")
    consents.begin(manager, person(5), [])
    person(6, phone="13800000001")
    person(7, last_contact=TODAY - DAY)
    person(8, birth_year=TODAY.year - 10)
    made = batches.make_due(manager)
    lines = reading.messages(manager, made.id)
    assert [(one.customer_id, one.number, one.text) for one in lines if one.state] == [
        (good, "13800000001", "【和平路店】王女士您好，和平路店到了新款。拒收请回复R")
    ]
    # Whoever withdrew has no open contact any more; the others are named.
    assert {one.name: one.reason for one in lines if one.state is None} == {
        **{"王2": "no_mobile", "王3": "doubtful", "王5": "no_consent", "王6": "same_number"},
        **{"王7": "spacing", "王8": "minor"},
    }
    Phone.update(number="13999999999").execute()
    templates.change(manager, "品牌", company="别的话")
    assert reading.messages(manager, made.id)[0].number == "13800000001"
    assert reading.messages(manager, made.id)[0].text == lines[0].text


def test_nothing_is_left_to_send_twice(manager, text) -> None:
    person(1)
    batches.make_due(manager)
    with pytest.raises(Refused, match="已在另一批里 1"):
        batches.make_due(manager)


def test_the_night_rule_refuses_the_batch(manager, text) -> None:
    person(1)
    with pytest.raises(Refused, match="不打扰"):
        batches.make_due(manager, at="21:01")
    with pytest.raises(Refused, match="看不懂"):
        batches.make_due(manager, at="下午")
    assert batches.make_due(manager, at="14：30").send_at == "14:30"


def test_a_text_that_is_not_released_goes_nowhere(manager) -> None:
    person(1)
    templates.add(manager, "品牌", Topic.BRAND_SMS, "您好")
    with pytest.raises(Refused, match="没有发布的模板 1"):
        batches.make_due(manager)
    with pytest.raises(Refused, match="还没有发布"):
        batches.make_due(manager, "品牌")


def test_a_missing_field_leaves_out_and_says_which(manager) -> None:
    person(1)
    templates.add(manager, "品牌", Topic.BRAND_SMS, "{item}还合身吗")
    templates.release(manager, "品牌")
    with pytest.raises(Refused, match="缺模板里的内容 1"):
        batches.make_due(manager)


def test_customers_of_a_filter_get_one_text(manager, text) -> None:
    ids = [person(1, sms=False), person(2, sms=False, preferred_channel="phone"), person(3, sms=False)]
    consents.record(manager, ids[2], [Channel.SMS], False, "店内口头")
    made = batches.make_for(manager, ids, "品牌", named="新款")
    lines = reading.messages(manager, made.id)
    assert [(one.name, one.reason) for one in lines] == [
        ("王1", ""), ("王2", "other_way"), ("王3", "opted_out"),
    ]  # fmt: skip


def test_a_cancelled_batch_leaves_the_contacts_for_another(manager, text) -> None:
    person(1)
    made = batches.make_due(manager)
    assert batches.cancel(manager, made.id).state is BatchState.CANCELLED
    assert batches.make_due(manager).messages == 1
    with pytest.raises(Refused, match="已经取消"):
        batches.review(manager, made.id)


def test_only_the_manager_reviews_and_exports(manager, clerk, text, tmp_path: Path) -> None:
    person(1)
    made = batches.make_due(clerk)
    assert reading.messages(clerk, made.id)[0].number == "138****0001"
    for act in (batches.review, batches.cancel):
        with pytest.raises(NotAllowed):
            act(clerk, made.id)
    with pytest.raises(Refused, match="还没有审核"):
        handing_over.export(manager, made.id, tmp_path / "x.csv")
    assert list(tmp_path.glob("x*")) == []


# ---- the file


def test_the_file_groups_the_same_texts_and_keeps_text_as_text(manager, text, tmp_path: Path) -> None:
    for number in (1, 2):
        person(number)
    person(3, sex="male")
    done = exported(manager, tmp_path)
    assert (done.numbers, done.texts, done.again) == (3, 3 - 1, False)
    rows = read(tmp_path / "out.xlsx")
    assert rows[0] == ["手机号", "短信内容", "分组"]
    assert [(row[0], row[2]) for row in rows[1:]] == [
        ("13800000001", "1"), ("13800000002", "1"), ("13800000003", "2"),
    ]  # fmt: skip
    entry = next(one for one in journal.entries() if one.act == "export.sms")
    assert (entry.body["rows"], entry.body["sha256"]) == (3, done.sha256)


def test_the_grouped_file_has_a_line_for_each_text(manager, text, tmp_path: Path) -> None:
    for number in (1, 2):
        person(number)
    exported(manager, tmp_path, "out.csv", Layout.GROUPED)
    with open(tmp_path / "out.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1][1:] == ["13800000001,13800000002", "2"]


@pytest.mark.parametrize("name", ["out.xlsx", "out.csv"])
def test_exporting_again_gives_the_same_file_and_says_so(manager, text, tmp_path: Path, name: str) -> None:
    person(1)
    first = exported(manager, tmp_path, name)
    content = (tmp_path / name).read_bytes()
    again = handing_over.export(manager, first.batch.id, tmp_path / ("again-" + name))
    assert again.again and again.first_on == TODAY
    assert (tmp_path / ("again-" + name)).read_bytes() == content
    with pytest.raises(Refused, match="同样的文件"):
        handing_over.export(manager, first.batch.id, tmp_path / name, Layout.GROUPED)


def test_who_refuses_between_the_review_and_the_file_is_not_in_it(manager, text, tmp_path: Path) -> None:
    ids = [person(number) for number in (1, 2, 3)]
    made = batches.make_due(manager)
    batches.review(manager, made.id)
    contacts.opt_out(manager, ids[0], "phone")
    contacts.done(manager, Contact.get(Contact.customer == ids[1]).id)
    done = handing_over.export(manager, made.id, tmp_path / "out.xlsx")
    assert done.dropped == {"opted_out": 1, "today": 1}
    assert [row[0] for row in read(tmp_path / "out.xlsx")[1:]] == ["13800000003"]
    contacts.opt_out(manager, ids[2], "sms")
    assert reading.batch(manager, made.id).refused_since == 1
    with pytest.raises(Refused):
        handing_over.export(manager, made.id, tmp_path / "again.xlsx")


def test_a_batch_made_before_a_restore_is_held(manager, text, tmp_path: Path) -> None:
    person(1)
    made = batches.make_due(manager)
    batches.review(manager, made.id)
    with database.database.atomic():
        journal.note(manager, "restored", "shop", 1)
    with pytest.raises(Refused, match="恢复过备份"):
        handing_over.export(manager, made.id, tmp_path / "out.xlsx")


# ---- what came of it


def test_sent_messages_become_done_contacts_and_the_file_goes(manager, text, tmp_path: Path) -> None:
    who, other = person(1), person(2, sms=False)
    done = exported(manager, tmp_path)
    told = confirming.all_sent(manager, done.batch.id)
    assert (told.delivered, told.failed, told.batch.state, told.file_removed) == (
        1,
        0,
        BatchState.CLOSED,
        True,
    )
    assert not (tmp_path / "out.xlsx").exists()
    contact = Contact.get(Contact.customer == who)
    assert (contact.state, contact.done_on) == ("done", TODAY)
    assert contact.note.startswith("【和平路店】王女士您好")
    assert Customer.get_by_id(who).last_contact == TODAY
    made = batches.make_for(manager, [other], "品牌")
    batches.review(manager, made.id)
    handing_over.export(manager, made.id, tmp_path / "other.xlsx")
    confirming.all_sent(manager, made.id)
    new = Contact.get(Contact.customer == other)
    assert (new.state, new.channel, new.topics, new.by_hand) == ("done", "sms", "brand_sms", True)


def test_a_changed_file_is_never_removed(manager, text, tmp_path: Path) -> None:
    person(1)
    done = exported(manager, tmp_path)
    (tmp_path / "out.xlsx").write_bytes(b"something else")
    assert not confirming.all_sent(manager, done.batch.id).file_removed
    assert (tmp_path / "out.xlsx").exists()


def test_the_platforms_file_is_read_back_line_by_line(manager, text, tmp_path: Path) -> None:
    ids = [person(number) for number in (1, 2, 3, 4)]
    done = exported(manager, tmp_path)
    book = Workbook()
    for row in (
        ["任务报告"],
        ["手机号码", "发送状态", "失败原因"],
        ["8613800000001", "发送成功", ""],
        [13800000002, "失败", "空号"],
        ["13800000003", "失败", "超时"],
        ["13900000000", "成功", ""],
        ["13800000004", "天气很好", ""],
    ):
        book.active.append(row)
    book.save(tmp_path / "report.xlsx")
    told = confirming.by_file(manager, done.batch.id, tmp_path / "report.xlsx")
    assert (told.delivered, told.failed, told.to_verify, told.waiting) == (1, 2, 1, 1)
    assert [(one.row, one.value) for one in told.unread] == [(7, "天气很好"), (6, "13900000000")]
    assert Customer.get_by_id(ids[1]).phone_doubtful and not Customer.get_by_id(ids[2]).phone_doubtful
    back = Contact.get(Contact.customer == ids[2])
    assert (back.state, back.note) == ("planned", "短信没有发成：失败：超时")
    assert reading.batch(manager, done.batch.id).state is BatchState.EXPORTED
    rest = confirming.all_sent(manager, done.batch.id)
    assert (rest.delivered, rest.batch.state) == (1, BatchState.CLOSED)


def test_what_was_never_uploaded_goes_into_another_batch(manager, text, tmp_path: Path) -> None:
    person(1)
    done = exported(manager, tmp_path)
    confirming.none_sent(manager, done.batch.id)
    assert batches.make_due(manager).messages == 1


def everything() -> dict[str, list]:
    tables = ("contact", "customer", "sms_message", "sms_batch")
    return {
        name: [tuple(row) for row in database.rows(f"SELECT * FROM {name} ORDER BY id")] for name in tables
    }


def test_a_confirmation_is_undone_the_same_day_as_if_it_had_not_been(manager, text, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        person(number)
    done = exported(manager, tmp_path)
    before = everything()
    outcome = result_file.Outcome
    answers = [
        outcome(2, "13800000001", True), outcome(3, "13800000002", False, "空号", True),
        outcome(4, "13800000003", None),
    ]  # fmt: skip
    confirming.by_outcomes(manager, done.batch.id, answers)
    assert everything() != before
    confirming.undo(manager, done.batch.id)
    after = everything()
    place = [column.name for column in database.database.get_columns("customer")].index("version")
    for one in (before, after):
        one["customer"] = [
            (*row[:place], *row[place + 1 :]) for row in one["customer"]
        ]  # the version went on
    assert after == before
    confirming.all_sent(manager, done.batch.id)
    tomorrow = manager.at(TODAY + DAY)
    with pytest.raises(Refused, match="今天的确认"):
        confirming.undo(tomorrow, done.batch.id)


def test_confirming_twice_is_refused(manager, text, tmp_path: Path) -> None:
    person(1)
    done = exported(manager, tmp_path)
    confirming.all_sent(manager, done.batch.id)
    with pytest.raises(Refused, match="已经全部确认"):
        confirming.all_sent(manager, done.batch.id)


def test_a_message_confirmed_later_counts_on_the_day_it_went(manager, text, tmp_path: Path) -> None:
    who = person(1)
    done = exported(manager, tmp_path)
    from dataclasses import replace

    later = replace(manager, clock=FixedClock(TODAY + 2 * DAY, CLOCK_MOMENT + 2 * DAY))
    confirming.all_sent(later, done.batch.id)
    assert Contact.get(Contact.customer == who).done_on == TODAY


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("成功", "sent"), ("DELIVRD", "sent"), ("已 送达", "sent"), ("未送达", "failed"), ("发送失败", "failed"),
        ("发送不成功", "failed"), ("UNDELIV", "failed"), ("发送中", "waiting"), ("", ""), ("七", ""),
    ],
)  # fmt: skip
def test_the_platforms_words(state: str, kind: str) -> None:
    assert result_file.judge(state) == kind


def test_a_file_without_the_two_columns_is_refused(manager, text, tmp_path: Path) -> None:
    person(1)
    done = exported(manager, tmp_path)
    (tmp_path / "report.csv").write_text("号,话\n1,2\n", "utf-8")
    with pytest.raises(Refused, match="手机号和状态"):
        confirming.by_file(manager, done.batch.id, tmp_path / "report.csv")


# ---- at random


@pytest.mark.parametrize("seed", range(4))
def test_nobody_who_refused_is_in_and_nobody_twice_whatever_happens(
    manager, text, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    phones = [f"139{number:08}" for number in range(12)]
    ids = [
        person(
            number,
            phone=chance.choice(phones) if chance.random() < 0.5 else "",
            sms=chance.random() < 0.6,
            preferred_channel=chance.choice(["", "", "phone", "sms"]),
        )
        for number in range(1, 25)
    ]
    sent: list[str] = []
    for step in range(12):
        who = chance.choice(ids)
        if chance.random() < 0.6:
            contacts.opt_out(manager, who, chance.choice(["sms", "phone", "all"]))
        try:
            made = (
                batches.make_due(manager)
                if chance.random() < 0.5
                else batches.make_for(manager, chance.sample(ids, 10), "品牌")
            )
            contacts.opt_out(manager, chance.choice(ids), "sms")
            batches.review(manager, made.id)
            path = tmp_path / f"{seed}-{step}.xlsx"
            handing_over.export(manager, made.id, path)
        except Refused:
            continue
        refused = {row.customer_id for row in OptOut.select().where(OptOut.channel == "sms")}
        barred = {row.number for row in Phone.select().where(Phone.customer.in_(refused))}
        numbers = [row[0] for row in read(path)[1:]]
        assert not barred & set(numbers), f"seed {seed}"
        assert len(numbers) == len(set(numbers)), f"seed {seed}"
        sent += numbers
        if chance.random() < 0.5:
            confirming.all_sent(manager, made.id)
    assert len(sent) == len(set(sent)), f"nobody is sent two messages on one day (seed {seed})"
    states = {SmsState(row[0]) for row in database.rows("SELECT DISTINCT state FROM sms_message")}
    assert states <= set(SmsState)
