"""短信: a batch is prepared, reviewed, exported and confirmed in the window; texts are written and released."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models import database
from models.contact import Contact
from models.customer import Customer, Phone
from models.kinds import BatchState, Topic
from services.sms import reading, templates
from services.words import use_language
from tests.conftest import CLOCK_MOMENT, TODAY
from ui import dialogs
from ui.contacts.sms_dialog import SmsDialog
from ui.contacts.sms_prepare import PrepareDialog
from ui.contacts.sms_templates import TemplatesDialog


def a_message_due(number: int = 1) -> None:
    who = Customer.create(card_no=f"K{number}", name="王小丽", sex="female", registered_on=TODAY)
    Phone.create(customer=who, number=f"1380000000{number}", reversed="1")
    Contact.create(
        customer=who,
        due=TODAY,
        original_due=TODAY,
        channel="sms",
        topics="brand_sms",
        created_at=CLOCK_MOMENT,
    )


def a_text(manager: Any) -> None:
    templates.add(manager, "品牌", Topic.BRAND_SMS, "{title}您好")
    templates.release(manager, "品牌")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_batch_goes_its_way_by_one_key(
    language: str, manager: Any, make_context: Any, qtbot: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    a_message_due()
    a_text(manager)
    use_language(language)
    context = make_context(manager)
    prepare = PrepareDialog(context)
    qtbot.addWidget(prepare)
    made: list[Any] = []
    prepare.prepared.append(made.append)
    prepare.save()
    qtbot.waitUntil(lambda: bool(made))
    box = SmsDialog(context)
    qtbot.addWidget(box)
    box.show()

    def state(wanted: BatchState) -> None:
        qtbot.waitUntil(lambda: bool(box.batch()) and box.batch().state is wanted)

    state(BatchState.DRAFT)
    box.go.click()
    state(BatchState.REVIEWED)
    context.undo_last()
    state(BatchState.DRAFT)
    qtbot.waitUntil(lambda: box.go.isEnabled())
    box.go.click()
    state(BatchState.REVIEWED)
    target = tmp_path / "out.xlsx"
    monkeypatch.setattr(dialogs, "ask_path", lambda *_words, **_how: str(target))
    qtbot.waitUntil(lambda: box.go.isEnabled())
    box.go.click()
    state(BatchState.EXPORTED)
    assert target.exists() and box.answers.isVisible() and not box.cancelling.isVisible()
    qtbot.waitUntil(lambda: box.go.isEnabled())
    box.go.click()
    state(BatchState.CLOSED)
    assert database.value_of("SELECT state FROM contact") == "done"
    context.undo_last()
    state(BatchState.EXPORTED)
    assert database.value_of("SELECT state FROM contact") == "planned"
    qtbot.waitUntil(lambda: box.go.isEnabled())
    box.go.click()
    state(BatchState.CLOSED)
    qtbot.waitUntil(lambda: box.taking_back.isVisible())
    box.taking_back.click()
    state(BatchState.EXPORTED)


def test_nobody_to_write_to_is_said_in_the_dialog(manager: Any, make_context: Any, qtbot: Any) -> None:
    a_message_due()
    prepare = PrepareDialog(make_context(manager))
    qtbot.addWidget(prepare)
    prepare.show()
    assert "F4" in prepare.note.text()
    prepare.save()
    qtbot.waitUntil(lambda: "没有发布的模板" in prepare.note.text())
    assert prepare.isVisible() and reading.batches(manager) == []
    prepare.form.load({"source": "", "template": "", "at": "21:30"})
    prepare.save()
    qtbot.waitUntil(lambda: "不打扰" in prepare.form.field("at").note.text())


def test_a_clerk_prepares_and_the_manager_does_the_rest(
    clerk: Any, manager: Any, make_context: Any, qtbot: Any
) -> None:
    from services.sms import batches

    a_message_due()
    a_text(manager)
    batches.make_due(clerk)
    box = SmsDialog(make_context(clerk))
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: box.batch() is not None)
    assert not box.go.isEnabled() and "店长" in box.hint.text()


def test_a_result_file_that_is_not_one_is_refused_in_the_dialog(
    manager: Any, make_context: Any, qtbot: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    from services.sms import batches, handing_over

    a_message_due()
    a_text(manager)
    made = batches.make_due(manager)
    batches.review(manager, made.id)
    handing_over.export(manager, made.id, tmp_path / "out.csv")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("甲,乙\n1,2\n", "utf-8")
    monkeypatch.setattr(dialogs, "ask_path", lambda *_words, **_how: str(wrong))
    box = SmsDialog(make_context(manager))
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: box.answers.isVisible())
    box.answers.click()
    qtbot.waitUntil(lambda: box.note.isVisible() and "手机号" in box.note.text())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_text_is_counted_while_it_is_typed_saved_and_released(
    language: str, manager: Any, make_context: Any, qtbot: Any
) -> None:
    use_language(language)
    context = make_context(manager)
    box = TemplatesDialog(context)
    qtbot.addWidget(box)
    box.show()
    assert not box.save.isEnabled() and not box.release.isEnabled()
    box.form.load({"name": "品牌", "topic": "brand_sms", "company": "新" * 70, "variant": ""})
    box._count()
    assert "2" in box.length.text() and box.sample.text().startswith("【和平路店】新新")
    box.save.click()
    qtbot.waitUntil(lambda: box.shown is not None and box.release.isEnabled())
    box.release.click()
    qtbot.waitUntil(lambda: box.shown is not None and box.shown.released)
    context.undo_last()
    qtbot.waitUntil(lambda: box.shown is not None and not box.shown.released)


def test_an_unknown_field_is_refused_in_the_dialog(manager: Any, make_context: Any, qtbot: Any) -> None:
    box = TemplatesDialog(make_context(manager))
    qtbot.addWidget(box)
    box.show()
    box.form.load({"name": "品牌", "topic": "brand_sms", "company": "{phone}您好", "variant": ""})
    box._count()
    box.save.click()
    qtbot.waitUntil(lambda: "{phone}" in box.note.text())
    assert templates.templates(manager) == []
