"""Chinese through an input method, as its events come: nothing acts on what is not chosen yet."""

from __future__ import annotations

import os
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from models import database
from ui.widgets.line import Line

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.skipif(os.environ.get("QT_QPA_PLATFORM") != "xcb", reason="no (virtual) screen"),
]


@pytest.fixture
def hands(at_counter: Any) -> Any:
    return at_counter("店主")


def page_of(hands: Any) -> Any:
    tab = hands.window.work.show_tab("customers")
    hands.window.context.open_customer(
        int(database.value_of("SELECT id FROM customer WHERE name = '王小丽'"))
    )
    hands.wait(lambda: tab._view is not None and tab.view.page is not None and tab.view.hasFocus())
    return tab


def count(table: str) -> int:
    return int(database.value_of(f"SELECT COUNT(*) FROM {table}"))


def focus(hands: Any, widget: QWidget) -> None:
    widget.setFocus()
    hands.qtbot.waitUntil(lambda: QApplication.focusWidget() is widget)


def test_the_search_asks_only_for_chosen_words(hands: Any) -> None:
    search = hands.window.work.search
    hands.press("F9")
    hands.compose("wang'xiao")
    hands.press("Enter")
    hands.settle()
    assert not search.popup.isVisible() and search.text() == ""
    hands.choose("王小")
    hands.wait(search.popup.isVisible)
    hands.compose("li")
    hands.press("Enter")
    hands.press("Down")
    hands.settle()
    assert search.popup.isVisible() and search.popup.view.currentIndex().row() == 0
    hands.choose("丽")
    hands.press("Enter")
    tab = hands.window.work.show_tab("customers")
    hands.wait(lambda: tab._view is not None and tab.view.page and tab.view.page.name == "王小丽")


def test_the_registration_waits_for_the_name(hands: Any) -> None:
    tab = hands.window.work.show_tab("customers")
    hands.press("Ctrl+N")
    hands.type("19987654321")
    hands.press("Enter")
    name = tab.form.form.field("name").input
    hands.wait(name.hasFocus)
    people = count("customer")
    hands.compose("ou yang")
    hands.press("Enter")
    hands.settle()
    assert QApplication.focusWidget() is name and count("customer") == people
    hands.choose("欧阳")
    hands.press("Enter")
    hands.press("Enter")
    hands.wait(lambda: count("customer") == people + 1)


def test_a_note_a_filter_and_a_reason_wait(hands: Any) -> None:
    tab = page_of(hands)
    lane = tab.view.lanes.notes_lane
    tab.view.lanes.setCurrentWidget(lane)
    notes = count("note")
    focus(hands, lane.note)
    hands.compose("xi huan")
    hands.press("Enter")
    hands.settle()
    assert count("note") == notes
    hands.choose("喜欢红色")
    hands.press("Enter")
    hands.wait(lambda: count("note") == notes + 1)

    hands.press("Ctrl+F")
    bar = tab.list.bar
    hands.qtbot.waitUntil(lambda: bar._editor is not None and bar.editor.isVisible())
    editor = bar.editor
    hands.settle()
    editor.field.setCurrentIndex(editor.field.findData("name"))
    focus(hands, editor.inputs.words)
    before = tab.list.filter
    hands.compose("wang")
    hands.press("Enter")
    hands.settle()
    assert editor.isVisible() and tab.list.filter == before
    hands.choose("王小")
    hands.press("Enter")
    hands.wait(lambda: not editor.isVisible() and tab.list.table.model.rowCount() >= 1)


def test_a_reason_is_not_submitted_half_chosen(hands: Any) -> None:
    from PySide6.QtCore import QTimer

    from ui import dialogs

    seen: list[Any] = []

    def act() -> None:
        box = QApplication.activeModalWidget()
        if box is None or not box.isVisible():
            QTimer.singleShot(10, act)
            return
        hands.front(box)
        hands.compose("dian zhang")
        hands.press("Enter")
        seen.append(box.isVisible())
        hands.choose("店长同意")
        hands.press("Enter")

    QTimer.singleShot(0, act)
    assert dialogs.ask_text(hands.window, "手工定级", "请写明原因") == "店长同意"
    assert seen == [True]


def codes(window: QWidget) -> list[Line]:
    """The visible fields for numbers and codes."""
    hint = Qt.InputMethodHint.ImhLatinOnly
    return [one for one in window.findChildren(Line) if one.isVisible() and one.inputMethodHints() & hint]


def test_full_width_digits_become_half_width_in_every_code_field(hands: Any) -> None:
    tab = page_of(hands)
    tab.view.start_ticket()
    tab.view.lanes.setCurrentWidget(tab.view.facts)
    hands.settle()
    seen = 0
    places = [tab.view.ticket, tab.view.facts]
    for place in places:
        for field in codes(place):
            if field.isReadOnly() or not field.isEnabled():
                continue
            focus(hands, field)
            field.clear()
            hands.choose("１２")
            assert field.text() == "12", field.accessibleName()
            field.clear()
            seen += 1
    assert seen >= 6
    hands.settle()


def test_the_search_finds_full_width_digits(hands: Any) -> None:
    hands.press("F9")
    hands.choose("５６７８")
    search = hands.window.work.search
    hands.wait(lambda: search.popup.isVisible() and search.popup.rows.rowCount() >= 1)
    hands.press("Enter")
    tab = hands.window.work.show_tab("customers")
    hands.wait(lambda: tab._view is not None and tab.view.page and tab.view.page.name == "王小丽")


def test_number_fields_tell_the_input_method_to_stay_off(hands: Any) -> None:
    tab = page_of(hands)
    tab.register()
    form = tab.form.form
    off = Qt.InputMethodHint.ImhLatinOnly
    for name in ("phone", "size", "card_no"):
        assert form.field(name).input.inputMethodHints() & off, name
    for name in ("name", "address", "birthday"):
        line = form.field(name).input
        assert isinstance(line, QLineEdit) and not line.inputMethodHints() & off, name
