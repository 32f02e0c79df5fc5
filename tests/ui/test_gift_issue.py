"""待发放 by keyboard: by code, to the door and by post, receipts, packing, slips; the executed sheet before it is booked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from models import database
from services import gifts, gifts_readback, gifts_sheet
from services.gifts import packing
from services.gifts_readback import Verdict
from services.shop import Shop
from services.words import use_language
from tests.services.test_gifts import MAY, shelf  # noqa: F401 - a fixture
from tests.services.test_gifts_sheet import executed, fill_in
from tests.ui.test_gifts_tab import Desk, people  # noqa: F401 - a fixture
from ui import dialogs
from ui.gifts.issue_packing import PackingBox
from ui.gifts.readback_box import ReadBackBox
from ui.gifts.stock_dialogs import FormBox
from ui.widgets.key_button import KeyButton


@pytest.fixture
def waiting(qtbot: QtBot, people) -> Desk:  # noqa: F811
    """The clerk at the list of six approved gifts; the list has the keyboard."""
    plan = gifts.propose(people["manager"], MAY)
    gifts.submit(people["manager"], plan.id)
    gifts.approve(people["owner"], plan.id)
    return at_waiting(qtbot, people["clerk"])


def at_waiting(qtbot: QtBot, shop: Shop) -> Desk:
    desk = Desk(qtbot, shop)
    desk.tab.show_page(desk.tab.waiting)
    desk.settle()
    desk.tab.waiting.table.setFocus()
    return desk


def choose(desk: Desk, **what: str) -> gifts.LineRow:
    """Puts the cursor on the first line that is so."""
    table = desk.tab.waiting.table
    for number in table.model.ids:
        line = gifts.line(desk.shop, number)
        if all(getattr(line, key) == value for key, value in what.items()):
            assert table.select_id(number)
            desk.settle()
            return line
    raise AssertionError(what)


def key(desk: Desk, widget: Any, which: Any) -> None:
    QTest.keyClick(widget.windowHandle() if widget.isWindow() else widget, which)
    QTest.qWait(120)  # a shortcut's button blinks before it clicks
    desk.settle()


def test_a_code_hands_over_all_parts_and_a_wrong_one_stays_beside_its_field(waiting: Desk) -> None:
    line = choose(waiting, card_no="K1", occasion="birthday")
    # By the button: as the first test of its file it may come before its window is the active one.
    waiting.press(
        next(one for one in waiting.tab.findChildren(KeyButton) if one._key == "C" and one.isVisible())
    )
    box = waiting.box(FormBox)
    right = gifts.collection_code(waiting.shop, line)
    box.form.fields[0].input.setText(f"{(int(right) + 1) % 10_000:04d}")
    QTest.keyClick(box.form.fields[0].input, Qt.Key.Key_Return)
    waiting.settle()
    assert box.isVisible() and "还可以试" in box.form.fields[0].note.text()
    box.form.fields[0].input.setText(right)
    QTest.keyClick(box.form.fields[0].input, Qt.Key.Key_Return)
    waiting.settle()
    assert not box.isVisible() and "领取码" in waiting.last()
    assert waiting.statuses().count("issued") == 2
    waiting.undo()
    assert waiting.statuses().count("issued") == 0


def test_what_goes_to_the_door_is_under_way_until_its_receipt(waiting: Desk) -> None:
    choose(waiting, card_no="K1", occasion="birthday")
    key(waiting, waiting.tab, Qt.Key.Key_T)
    box = waiting.box(FormBox)
    assert box.form.fields[0].value() == "小王"
    waiting.press(box.go)
    page = waiting.tab.waiting
    page.under_way.setChecked(True)
    waiting.settle()
    assert len(page.table.model.ids) == 1 and not page.next.isVisible() and page.receive.isVisible()
    waiting.tab.activateWindow()
    waiting.qtbot.waitUntil(waiting.tab.isActiveWindow, timeout=5_000)
    page.table.setFocus()
    key(waiting, waiting.tab, Qt.Key.Key_R)
    waiting.press(waiting.box(FormBox).go)
    assert len(page.table.model.ids) == 0 and page.table.empty.title.text() == "没有在途的礼品"
    waiting.undo()
    assert len(page.table.model.ids) == 1


def test_what_is_collected_in_the_shop_is_not_sent(waiting: Desk) -> None:
    choose(waiting, card_no="K1", occasion="may_day")
    assert not waiting.tab.waiting.send.isEnabled()
    choose(waiting, card_no="K2", occasion="may_day")
    assert waiting.tab.waiting.send.isEnabled()


def test_a_slip_s_number_finds_its_gift(waiting: Desk) -> None:
    from services.gifts.slips import slip_number

    line = choose(waiting, card_no="K2", occasion="birthday")
    page = waiting.tab.waiting
    page.text.setText(slip_number(line.id))
    waiting.qtbot.waitUntil(lambda: list(page.table.model.ids) == [line.id], timeout=5_000)


def test_gifts_are_ticked_as_packed_with_the_space_bar(waiting: Desk, people) -> None:  # noqa: F811
    waiting.context._shop = people["clerk"].at(date(2027, 5, 1))
    box = PackingBox(waiting.context, waiting.tab)
    box.open()
    waiting.settle()
    at = [one.day for one in box.days].index(date(2027, 5, 12))
    box.choice.setCurrentIndex(at)
    box._read_rows()
    waiting.settle()
    first = box.table.current_id()
    QTest.keyClick(box.table.view, Qt.Key.Key_Space)
    waiting.settle()
    assert box.table.current_id() != first and "已装 1 / 2" in box.figures.text()
    QTest.keyClick(box.table.view, Qt.Key.Key_Space)
    waiting.settle()
    assert "已装 2 / 2" in box.figures.text() and box.day() == date(2027, 5, 12)
    QTest.keyClick(box.table.view, Qt.Key.Key_Space)
    waiting.settle()
    assert "已装 1 / 2" in box.figures.text()
    assert (
        sum(
            1
            for row in packing.to_pack(waiting.shop.at(date(2027, 5, 1)), date(2027, 5, 12))
            if row.packed_on
        )
        == 1
    )
    box.accept()


def test_the_slip_opens_by_itself_where_the_pc_is_set_so(
    waiting: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.printing import preview

    shown: list[bytes] = []
    monkeypatch.setattr(preview, "show", lambda _c, _p, pdf, _t, **_more: shown.append(pdf))
    choose(waiting, card_no="K1", occasion="may_day")
    waiting.press(waiting.tab.waiting.next)
    assert not shown
    waiting.undo()
    waiting.context.change_settings(gift_slip_opens=True, gift_slip_paper="a6")
    choose(waiting, card_no="K1", occasion="may_day")
    waiting.press(waiting.tab.waiting.next)
    waiting.qtbot.waitUntil(lambda: bool(shown), timeout=5_000)
    assert shown[0].startswith(b"%PDF")


def test_a_slip_sent_to_a_printer_stands_in_the_journal(
    waiting: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.gifts import issue_slip
    from ui.printing import preview
    from ui.printing.printer import Choice, Sent

    shown: list[preview.Preview] = []
    monkeypatch.setattr(preview.Preview, "exec", lambda box: shown.append(box))
    monkeypatch.setattr(preview.printing, "send", lambda *_a, **_k: Sent(1))
    line = gifts.waiting_ids(waiting.context.shop)[0]
    issue_slip.show(waiting.context, waiting.tab, [line])
    waiting.qtbot.waitUntil(lambda: bool(shown), timeout=5_000)
    shown[0].print_to(Choice("till"))
    noted = "SELECT COUNT(*) FROM journal_entry WHERE act = 'gift.slip_printed' AND entity_id = ?"
    waiting.qtbot.waitUntil(lambda: database.value_of(noted, (line,)) == 1, timeout=5_000)


def test_the_sheet_is_answered_by_keyboard_and_booked_in_one_act(
    qtbot: QtBot,
    people,  # noqa: F811
    waiting: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "五月.xlsx"
    gifts_sheet.write_sheet(people["manager"], MAY, path)
    fill_in(path, {**executed("K1"), **{("K2", "执行人"): "张三", ("K2", "客户签名"): "客户"}})
    desk = Desk(qtbot, people["manager"])
    box = ReadBackBox(desk.context, desk.tab, gifts_readback.preview(people["manager"], path))
    box.open()
    desk.settle()
    (asked,) = box.found.of(Verdict.QUESTION)
    (ready,) = box.found.of(Verdict.ACCEPTED)
    assert box.table.current_id() == asked.row and "张三" in box.line.text()
    assert box.wanted() == [ready] and "登记 1 行" in box.book.text()
    QTest.keyClick(box.table.view, Qt.Key.Key_Space)
    desk.settle()
    assert len(box.wanted()) == 2 and "登记 2 行" in box.book.text()
    box.chips[Verdict.BLANK].click()
    desk.settle()
    assert len(box.table.model.ids) == len(box.found.of(Verdict.BLANK))
    out = tmp_path / "不符.xlsx"
    monkeypatch.setattr(dialogs, "ask_path", lambda *_a, **_k: str(out))
    desk.press(box.save)
    assert out.exists() and "不符的 1 行" in desk.last()
    desk.press(box.book)
    assert not box.isVisible() and "已登记 2 行签名" in desk.last()


@pytest.mark.parametrize("size", [14, 20])
def test_nothing_is_cut_off_in_english_and_large_letters(waiting: Desk, size: int) -> None:
    from ui import app as ui_app
    from ui import theme

    theme.apply(QApplication.instance(), "light", size)
    ui_app.speak("en")
    try:
        box = PackingBox(waiting.context, waiting.tab)
        box.open()
        waiting.settle()
        assert box.minimumSizeHint().width() <= 1366 and box.minimumSizeHint().height() <= 768
        box.accept()
        page = type(waiting.tab.waiting)(waiting.context)
        assert page.minimumSizeHint().width() <= (1060 if size == 14 else 1366)
        page.deleteLater()
    finally:
        use_language("zh")
