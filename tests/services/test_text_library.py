"""The library of texts: kept, read in, chosen for customers, never the same twice too soon."""

from __future__ import annotations

from datetime import timedelta

import pytest
from openpyxl import Workbook

from models.contact import Contact
from models.customer import Customer, Phone
from models.kinds import Grade, Topic
from models.shop_text import ShopText, ShopTextUse
from services import contact_lists, contacts, text_library, text_library_files, text_library_use
from services.errors import NotAllowed, Refused
from services.rules.shop_texts import Season, TextKind
from services.sms import batches, templates
from services.words import use_language
from tests.conftest import CLOCK_MOMENT, TODAY

DAY = timedelta(days=1)
F = TextKind.FASHION


def person(number: int, topics: str = "personal", channel: str = "phone", **facts) -> Contact:
    facts = {"grade": "A", "sex": "female", "last_contact": TODAY - 20 * DAY, **facts}
    row = Customer.create(
        card_no=f"K{number:03}",
        name=f"王{number}",
        sort_key=str(number),
        registered_on=TODAY - 400 * DAY,
        **facts,
    )
    Phone.create(customer=row, number=f"138{number:08}", reversed=f"138{number:08}"[::-1])
    return Contact.create(
        **{"customer": row, "due": TODAY, "original_due": TODAY, "channel": channel, "topics": topics},
        **{"key": f"k{number}", "created_at": CLOCK_MOMENT},
    )


def empty() -> None:
    ShopText.delete().execute()


def test_a_new_shop_begins_with_the_shipped_texts(manager) -> None:
    found = text_library.texts(manager)
    assert len(found) >= 40 and {one.kind for one in found} == set(TextKind) - {TextKind.BRAND}
    assert all(one.gloss and one.starter for one in found)
    assert max(len(one.body) for one in found) <= manager.policy.texts.longest
    assert text_library.add_starters(manager) == 0


def test_the_gloss_is_shown_in_english_only(manager) -> None:
    one = text_library.texts(manager)[0]
    assert one.shown == one.body
    use_language("en")
    assert one.shown == one.gloss


def test_texts_are_added_changed_put_away_and_taken_out_again(clerk) -> None:
    one = text_library.add(
        clerk, F, " 围巾  打个松结 ", seasons=[Season.WINTER], day="11月7日", grades=[Grade.A]
    )
    assert (one.body, one.day, one.seasons, one.grades) == (
        "围巾 打个松结",
        "11-07",
        (Season.WINTER,),
        (Grade.A,),
    )
    new = text_library.change(clerk, one, body="围巾打个松松的结", day="")
    assert (new.body, new.day, new.version) == ("围巾打个松松的结", "", 2)
    with pytest.raises(Refused):
        text_library.change(clerk, one, body="别的")
    assert text_library.retire(clerk, [one.id]) == [one.id]
    assert one.id not in {each.id for each in text_library.texts(clerk)}
    assert text_library.retire(clerk, [one.id]) == []
    text_library.retire(clerk, [one.id], retired=False)
    assert one.id in {each.id for each in text_library.texts(clerk)}


@pytest.mark.parametrize(
    ("body", "how"),
    [
        ("", {}),
        ("字" * 61, {}),
        ("你好{name}", {}),
        ("【店】好", {}),
        ("好", {"day": "13-01"}),
        ("好", {"day": "someday"}),
    ],
)
def test_nonsense_is_refused(manager, body, how) -> None:
    with pytest.raises(Refused):
        text_library.add(manager, F, body, **how)


def test_the_same_text_is_not_kept_twice(manager) -> None:
    text_library.add(manager, F, "松松的结")
    with pytest.raises(Refused):
        text_library.add(manager, TextKind.CARE, "松松的结")


def test_nobody_signed_in_writes_nothing(shop) -> None:
    with pytest.raises(NotAllowed):
        text_library.add(shop, F, "松松的结")


def test_what_was_said_is_not_suggested_again_and_undo_forgets_it(manager) -> None:
    empty()
    text_library.add(manager, F, "第一段")
    text_library.add(manager, F, "第二段")
    call = person(1)
    row = contact_lists.rows(manager, [call.id])[0]
    assert row is not None
    said = "第一段" if "第一段" in row.text else "第二段"
    assert said in row.text
    contacts.done(manager, call.id)
    assert [use.text.body for use in ShopTextUse.select()] == [said]
    left = text_library_use.picks(manager, {call.customer_id: Topic.PERSONAL})
    assert left[call.customer_id].body != said
    used = {one.body: (one.used, one.last_used) for one in text_library.texts(manager)}
    assert used[said] == (1, TODAY)
    contacts.undo(manager, call.id)
    assert ShopTextUse.select().count() == 0


def test_contacts_about_something_else_use_up_no_text(manager) -> None:
    contacts.done(manager, person(1, "follow_up").id)
    assert ShopTextUse.select().count() == 0


def test_after_three_promotions_the_card_offers_a_text_instead(manager) -> None:
    call = person(1, "promotion")
    for ago in (10, 20, 30):
        Contact.create(
            **{
                "customer": call.customer_id,
                "due": TODAY - ago * DAY,
                "original_due": TODAY,
                "channel": "sms",
            },
            **{
                "topics": "promotion",
                "state": "done",
                "done_on": TODAY - ago * DAY,
                "created_at": CLOCK_MOMENT,
            },
        )
    row = contact_lists.rows(manager, [call.id])[0]
    text = text_library_use.picks(manager, {call.customer_id: Topic.PERSONAL})[call.customer_id]
    assert row is not None and row.only_promotion and text.body in row.text


def test_messages_carry_a_text_each_and_a_cancelled_batch_counts_for_nothing(manager) -> None:
    for number in (1, 2, 3):
        person(number, "brand_sms", "sms")
    templates.add(manager, "品牌", Topic.BRAND_SMS, "您好！{tip}")
    templates.release(manager, "品牌")
    made = batches.make_due(manager)
    assert made.messages == 3 and ShopTextUse.select().count() == 3
    batches.cancel(manager, made.id)
    assert all(one.used == 0 for one in text_library.texts(manager))


def test_without_a_text_the_message_names_what_is_missing(manager) -> None:
    empty()
    person(1, "brand_sms", "sms")
    templates.add(manager, "品牌", Topic.BRAND_SMS, "您好！{tip}")
    templates.release(manager, "品牌")
    with pytest.raises(Refused):
        batches.make_due(manager)


def _tired(number: int, topics: str) -> Contact:
    contact = person(number, topics, "sms", grade="C")
    for ago in (20, 35, 50):
        Contact.create(
            **{
                "customer": contact.customer_id,
                "due": TODAY - ago * DAY,
                "original_due": TODAY,
                "channel": "sms",
            },
            **{
                "topics": "brand_sms",
                "state": "done",
                "done_on": TODAY - ago * DAY,
                "created_at": CLOCK_MOMENT,
            },
        )
    return contact


def test_the_schedules_brand_message_becomes_a_personal_word_after_three(manager) -> None:
    contact = _tired(1, "brand_sms")
    for name, topic in (("品牌", Topic.BRAND_SMS), ("贴士", Topic.PERSONAL)):
        templates.add(manager, name, topic, "您好！{tip}")
        templates.release(manager, name)
    batches.make_due(manager)
    assert Contact.get_by_id(contact.id).topics == "personal"


def test_promotion_leaves_the_tired_out_unless_told_otherwise(manager) -> None:
    contact = _tired(1, "brand_sms")
    contact.delete_instance()
    fresh = person(2, "follow_up", "phone").customer_id
    templates.add(manager, "活动", Topic.PROMOTION, "店里有活动")
    templates.release(manager, "活动")
    people = [contact.customer_id, fresh]
    assert batches.make_for(manager, people, "活动").messages == 1
    Contact.update(state="expired").execute()
    other = batches.make_for(manager, [contact.customer_id], "活动", keep_tired=True)
    assert other.messages == 1


def test_shipped_messages_are_laid_out_unreleased_and_sound(manager) -> None:
    made = templates.starters(manager)
    assert len(made) >= 8 and not any(one.released for one in made)
    for one in made:
        seen = templates.preview(manager, one.body, one.topic)
        assert seen.length.parts <= 2 and seen.warnings == () and seen.text.endswith("拒收请回复R")
    assert templates.starters(manager) == []


def test_lines_of_a_text_file_are_read_each_once(manager, tmp_path) -> None:
    file = tmp_path / "lines.txt"
    file.write_bytes("围巾打个松结\n\n围巾打个松结\n".encode("gb18030") + ("字" * 99).encode("gb18030"))
    found = text_library_files.read(manager, file)
    assert (found.read, len(found.added), found.unchanged) == (3, 1, 1)
    assert [row for row, _text, _why in found.refused] == [4]
    assert len(text_library_files.read(manager, file).added) == 0


def test_a_table_with_heads_brings_kind_season_and_grade(manager, tmp_path) -> None:
    book = Workbook()
    for row in (["类别", "内容", "英文", "季节", "等级"], ["洗护", "羊毛要平放", "Dry flat", "春、秋", "A B"],
                ["笑话", "好笑", "", "", ""]):  # fmt: skip
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    found = text_library_files.read(manager, tmp_path / "t.xlsx")
    one = text_library.text(manager, found.added[0])
    assert (one.kind, one.gloss) == (TextKind.CARE, "Dry flat")
    assert one.seasons == (Season.SPRING, Season.AUTUMN) and one.grades == (Grade.A, Grade.B)
    assert len(found.refused) == 1 and "笑话" in found.refused[0][2]


@pytest.mark.parametrize("name", ["a.doc", "missing.txt", "bad.xlsx"])
def test_a_file_that_cannot_be_read_is_said(manager, tmp_path, name) -> None:
    (tmp_path / "bad.xlsx").write_bytes(b"no workbook")
    with pytest.raises(Exception, match="读|看不懂"):
        text_library_files.read(manager, tmp_path / name)
