"""Erasing in the window: said before, asked for thrice, no way back; the owner's list; why a table goes out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from models import database
from services import customer_notes, customers, journal, selection
from services.customers import NewCustomer
from services.words import use_language
from tests.conftest import OWNER_PIN
from ui import dialogs
from ui.customers.erase_dialog import EraseDialog
from ui.customers.erase_list import EraseList, Several, open_dialog
from ui.exports import permission
from ui.settings.journal import Journal


@pytest.fixture
def person(owner: Any) -> int:
    other = customers.register(owner, NewCustomer("邻居", "13312345678")).id
    one = customers.register(owner, NewCustomer("欧阳璟瑄", "13900003333", card_no="V100")).id
    customer_notes.add_note(owner, other, "和欧阳璟瑄是同事")
    return one


@pytest.fixture
def box(qtbot: Any, make_context: Any, owner: Any, person: int) -> EraseDialog:
    made = EraseDialog(make_context(owner), person)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.seen is not None, timeout=20_000)
    return made


def fill(box: Any, **values: str) -> None:
    for name, value in values.items():
        line = box.form.field(name).line
        line.setText(value)
        line.textEdited.emit(value)


def state(customer: int) -> str:
    return str(database.value_of("SELECT state FROM customer WHERE id = ?", (customer,)))


def test_it_says_before_what_goes_and_what_stays(box: EraseDialog) -> None:
    assert "欧阳璟瑄（V100）" in box.who.text()
    assert "电话 1 个" in box.goes.text() and "合计一分不变" in box.stays.text()
    assert "“和欧阳璟瑄是同事”" in box.elsewhere.text() and box.mentions.isChecked()


def test_the_button_waits_for_reason_card_and_pin(box: EraseDialog) -> None:
    assert not box.go.isEnabled()
    fill(box, reason="本人要求", typed="V10", pin=OWNER_PIN)
    assert not box.go.isEnabled()
    fill(box, typed="v100")
    assert box.go.isEnabled()


def test_a_wrong_pin_is_told_at_its_field_and_nothing_goes(qtbot: Any, box: EraseDialog, person: int) -> None:
    fill(box, reason="本人要求", typed="V100", pin="不对的密码")
    box.go.click()
    note = box.form.field("pin").note
    qtbot.waitUntil(lambda: bool(note.text()), timeout=20_000)
    assert state(person) == "active"


def test_the_person_goes_and_the_certificate_is_at_hand(
    qtbot: Any, box: EraseDialog, person: int, monkeypatch: Any, tmp_path: Path
) -> None:
    said: list[Any] = []
    box.context.said.connect(said.append)
    fill(box, reason="本人要求", typed="V100", pin=OWNER_PIN)
    with qtbot.waitSignal(box.erased, timeout=20_000):
        box.go.click()
    assert state(person) == "erased" and said[-1].undo is None and "不能撤销" in said[-1].text
    assert box.paper.isVisible() and not box.go.isVisible()
    monkeypatch.setattr(dialogs, "ask_path", lambda *_a, **_k: str(tmp_path / "证明"))
    box.paper.click()
    qtbot.waitUntil(lambda: (tmp_path / "证明.pdf").exists(), timeout=20_000)


def test_the_owners_list_keeps_erases_and_takes_back(
    qtbot: Any, make_context: Any, owner: Any, person: int, monkeypatch: Any
) -> None:
    lost = customers.register(owner, NewCustomer("沈青", "13777778888")).id
    database.execute("UPDATE customer SET state = 'lost', lost_on = '2020-01-01' WHERE id = ?", (lost,))
    selection.ask_erase(owner, [person], "来电要求")
    box = EraseList(make_context(owner))
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: len(box.rows) == 2, timeout=20_000)
    assert box.one.isEnabled() and not box.all.isEnabled()
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: "改了主意")
    box.table.select_id(person)
    box.keep.click()
    qtbot.waitUntil(lambda: [row.id for row in box.rows] == [lost], timeout=20_000)
    box.context.undo_last()
    qtbot.waitUntil(lambda: len(box.rows) == 2, timeout=20_000)
    box.table.view.selectAll()
    assert box.all.isEnabled()

    def agree(several: Several) -> int:
        fill(several, reason="三年没来", typed="2", pin=OWNER_PIN)
        several.go.click()
        return 1

    monkeypatch.setattr(Several, "exec", agree)
    box.all.click()
    qtbot.waitUntil(lambda: box.rows == [], timeout=20_000)
    assert {state(one) for one in (person, lost)} == {"erased"}


def test_whoever_may_not_is_told_who_may(make_context: Any, manager: Any) -> None:
    context = make_context(manager)
    said: list[str] = []
    context.said.connect(lambda one: said.append(one.text))
    open_dialog(context)
    assert said == ["删除个人资料要店主登录后操作。"]


def test_an_owner_is_asked_why_a_table_goes_out_and_a_manager_is_not(
    qtbot: Any, make_context: Any, owner: Any, manager: Any
) -> None:
    assert permission.ask(make_context(manager), None, "客户资料") == permission.Permission()
    asking = permission.Asking(make_context(owner), None, "客户资料")
    qtbot.addWidget(asking)
    asking.show()
    qtbot.mouseClick(asking.go, Qt.MouseButton.LeftButton)
    assert asking.isVisible() and asking.form.field("reason").note.text()
    fill(asking, reason="对账", pin=OWNER_PIN)
    qtbot.mouseClick(asking.go, Qt.MouseButton.LeftButton)
    assert asking.given == permission.Permission("对账", OWNER_PIN)


def test_the_trail_is_narrowed_and_shows_before_and_after(
    qtbot: Any, make_context: Any, owner: Any, person: int
) -> None:
    customers.change(owner, person, {"address": "凤台巷七号"})
    box = Journal(make_context(owner))
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: box.who.findText("店主") > 0, timeout=20_000)
    box.about.setText("V100")
    qtbot.waitUntil(lambda: "邮寄地址：（空） → 凤台巷七号" in box.detail.toPlainText(), timeout=20_000)
    box.first.setText("不是日子")
    qtbot.waitUntil(lambda: box.table.current_row() is None, timeout=20_000)
    box.first.setText("2026-11-01")
    box.kind.setCurrentIndex(box.kind.findData("customers"))
    qtbot.waitUntil(lambda: box.table.current_row() is not None, timeout=20_000)


def test_the_months_head_is_saved_and_compared(
    qtbot: Any, make_context: Any, owner: Any, person: int, monkeypatch: Any, tmp_path: Path
) -> None:
    number, link = journal.head()
    box = Journal(make_context(owner))
    qtbot.addWidget(box)
    box.show()
    monkeypatch.setattr(dialogs, "ask_path", lambda *_a, **_k: str(tmp_path / "印记"))
    box.paper.click()
    qtbot.waitUntil(lambda: (tmp_path / "印记.pdf").exists(), timeout=20_000)
    for typed, wanted in (
        (f"{number}:{link[:16]}", "账册完好"),
        ("7:abcdef0123456789", "不符"),
        ("乱写", "写得不对"),
    ):
        monkeypatch.setattr(dialogs, "ask_text", lambda *_a, typed=typed, **_k: typed)
        box.against.click()
        qtbot.waitUntil(lambda wanted=wanted: wanted in box.answer.text(), timeout=20_000)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_cut_off(qtbot: Any, make_context: Any, owner: Any, person: int, language: str) -> None:
    use_language(language)
    context = make_context(owner)
    erase = EraseDialog(context, person)
    boxes = [erase, EraseList(context), Journal(context), permission.Asking(context, None, "客户资料")]
    for box in boxes:
        qtbot.addWidget(box)
        box.show()
    qtbot.waitUntil(lambda: erase.seen is not None, timeout=20_000)
    for box in boxes:
        assert box.width() <= 1366 and box.height() <= 720
        for widget in (*box.findChildren(QPushButton), *box.findChildren(QLabel)):
            if widget.isVisible() and not (isinstance(widget, QLabel) and widget.wordWrap()):
                assert widget.width() >= widget.sizeHint().width() - 2, widget.text()
