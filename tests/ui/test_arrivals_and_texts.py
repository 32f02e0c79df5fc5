"""The page of new arrivals, the library of texts and the contact matrix as a person uses them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.contact import Contact
from models.customer import Customer, Phone
from models.kinds import Grade, Topic
from models.policy import PolicyVersion
from models.shop_text import ShopText
from services import matrix_preview, policies
from services.contact_lists import Filters, View, find
from tests.conftest import CLOCK_MOMENT, TODAY
from ui.contacts.texts import TextsDialog
from ui.settings.matrix import MatrixBox

DAY = timedelta(days=1)


def person(number: int, **facts) -> Customer:
    facts = {"grade": "A", "size": "M", "styles": "连衣裙", "colours": "墨绿", "sex": "female", **facts}
    facts.setdefault("last_contact", TODAY - 20 * DAY)
    row = Customer.create(
        card_no=f"K{number:03}",
        name=f"王{number}",
        sort_key=str(number),
        registered_on=TODAY - 400 * DAY,
        **facts,
    )
    Phone.create(customer=row, number=f"138{number:08}", reversed=f"138{number:08}"[::-1])
    return row


@pytest.fixture
def page(at_work, manager, qtbot):
    person(1)
    person(2, grade="C")
    window = at_work(manager)
    tab = window.work.show_tab("contacts")
    tab.show_list("arrivals")
    return tab.late("arrivals")


def write_down(page, qtbot) -> None:
    page.form.load({"item_no": "D310", "kind": "连衣裙", "colours": "墨绿", "sizes": "S、M"})
    page.add.click()
    qtbot.waitUntil(lambda: page.found is not None and len(page.found.rows) == 2)


def test_goods_are_written_down_and_their_customers_appear_with_reasons(page, qtbot) -> None:
    assert page.item.property("takes_scan")
    write_down(page, qtbot)
    assert page.people.current_row() is not None
    assert "连衣裙" in page.said.toPlainText() and "王女士" in page.whole.text()


def test_a_known_number_fills_the_form(page, qtbot) -> None:
    write_down(page, qtbot)
    page.form.field("item_no").show_value("D310")
    page.item.entered.emit()
    qtbot.waitUntil(lambda: page.form.field("kind").value() == "连衣裙")


def test_mended_words_go_onto_the_schedule_and_undo_takes_all_back(page, qtbot) -> None:
    write_down(page, qtbot)
    page.said.setPlainText("给您留了一件，随时来试。")
    assert "给您留了一件" in page.whole.text()
    page.plan.click()
    qtbot.waitUntil(lambda: Contact.select().where(Contact.topics == "new_arrivals").count() == 2)
    assert Contact.select().where(Contact.why.contains("给您留了一件")).count() == 1
    qtbot.waitUntil(lambda: page.context._undo is not None and not page.context.tasks.writing())
    page.context.undo_last()
    qtbot.waitUntil(lambda: Contact.select().where(Contact.topics == "new_arrivals").count() == 0)


def test_nothing_that_tells_whom_it_suits_is_said_below_the_form(page, qtbot) -> None:
    page.form.load({"item_no": "999"})
    page.add.click()
    qtbot.waitUntil(lambda: not page.note.isHidden() or page.form.field("kind").note.text() != "")


def test_texts_are_written_and_undone(at_work, clerk, qtbot) -> None:
    window = at_work(clerk)
    box = TextsDialog(window.context, None)
    qtbot.addWidget(box)
    qtbot.waitUntil(lambda: box.table.current_row() is not None)
    box.new.click()
    box.form.field("body").show_value("围巾打个松结，脖子不勒。")
    box.save.click()
    qtbot.waitUntil(lambda: ShopText.get_or_none(ShopText.body == "围巾打个松结，脖子不勒。") is not None)
    qtbot.waitUntil(lambda: window.context._undo is not None and not window.context.tasks.writing())
    window.context.undo_last()
    qtbot.waitUntil(lambda: ShopText.get(ShopText.body == "围巾打个松结，脖子不勒。").retired)


def test_a_text_that_is_too_long_is_refused_beside_it(at_work, clerk, qtbot) -> None:
    window = at_work(clerk)
    box = TextsDialog(window.context, None)
    qtbot.addWidget(box)
    qtbot.waitUntil(lambda: box.table.current_row() is not None)
    box.new.click()
    box.form.field("body").show_value("字" * 80)
    box.save.click()
    qtbot.waitUntil(lambda: "60" in box.form.field("body").note.text())


def test_a_cell_is_changed_in_place_looked_at_before_and_undone(at_work, owner, qtbot) -> None:
    person(1, grade="B", birth_calendar="solar", birth_month=11, birth_day=27)
    window = at_work(owner)
    box = MatrixBox(window.context, None)
    qtbot.addWidget(box)
    box.show()
    box.choose(Topic.BIRTHDAY, Grade.B)
    box.form.load({"level": "must", "first": "sms", "may_sms": True, "card": False, "days": 4, "more": 1})
    box.preview()
    qtbot.waitUntil(lambda: "变成" in box.outlook.text())
    assert "生日祝福（电话）：1 变成 0" in box.outlook.text()
    box.keep()
    qtbot.waitUntil(lambda: window.context.shop.policy.contacts.matrix.birthday_b == "must sms")
    assert "●" in box.cells[Topic.BIRTHDAY, Grade.B].text()
    qtbot.waitUntil(lambda: window.context._undo is not None and not window.context.tasks.writing())
    window.context.undo_last()
    qtbot.waitUntil(lambda: window.context.shop.policy.contacts.matrix.birthday_b == "must card phone sms")
    assert PolicyVersion.select().count() == 2


def test_a_cell_that_makes_no_sense_is_refused_in_words(at_work, owner, qtbot) -> None:
    window = at_work(owner)
    box = MatrixBox(window.context, None)
    qtbot.addWidget(box)
    box.choose(Topic.PROMOTION, Grade.C)
    box.form.load({"level": "must", "first": "phone", "may_phone": True})
    box.keep()
    assert "C 级" in box.note.text()
    box.choose(Topic.FOLLOW_UP, Grade.A)
    box.keep()
    assert "没有改动" in box.note.text()


def test_the_manager_may_only_look(at_work, manager, qtbot) -> None:
    window = at_work(manager)
    box = MatrixBox(window.context, None)
    qtbot.addWidget(box)
    assert not box.save.isEnabled() and not box.form.field("level").input.isEnabled()


def test_the_preview_writes_nothing_and_names_what_changes(owner) -> None:
    person(1, grade="A")
    found = matrix_preview.preview(
        owner, {"contacts.matrix.personal_a": "off", "contacts.matrix.brand_sms_a": "off"}
    )
    assert found.before > found.after and found.changes[0].topic is Topic.PERSONAL
    assert Contact.select().count() == 0 and PolicyVersion.select().count() == 0


def test_lists_can_be_narrowed_to_those_over_the_rhythm(manager) -> None:
    for number, ago in ((1, 8), (2, 7), (3, 2)):
        who = person(number, last_contact=TODAY - ago * DAY)
        Contact.create(
            **{
                "customer": who,
                "due": TODAY,
                "original_due": TODAY,
                "channel": "phone",
                "topics": "personal",
            },
            **{"created_at": CLOCK_MOMENT},
        )
    wishing = person(4, last_contact=TODAY - 31 * DAY, preferred_every_days=30)
    Contact.create(
        **{
            "customer": wishing,
            "due": TODAY,
            "original_due": TODAY,
            "channel": "phone",
            "topics": "personal",
        },
        **{"created_at": CLOCK_MOMENT},
    )
    over = find(manager, View.TODAY, Filters(over_rhythm=True))
    assert [Contact.get_by_id(one).customer_id for one in over] == [1, 4]


def test_days_of_a_cell_are_policy_too(owner) -> None:
    assert matrix_preview.timing_keys(Topic.PERSONAL, Grade.A) == ("contacts.a_every_days",)
    changed = policies.set_value(owner, "contacts.a_every_days", "10")
    assert changed.policy.contacts.a_every_days == 10
