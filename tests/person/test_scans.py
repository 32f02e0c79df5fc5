"""Every page and dialog: a key means one thing, and a scanner's burst presses, loses and writes nothing."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from models import database

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.skipif(os.environ.get("QT_QPA_PLATFORM") != "xcb", reason="no (virtual) screen"),
]

CODE = "A1 2B3K5"
"""Letters and digits that are keys somewhere, a Space that presses buttons, and nobody's number."""
WORDS = "打到一半"


@pytest.fixture
def hands(at_counter: Any) -> Any:
    return at_counter("店主")


def reachable(window: QWidget) -> list[QWidget]:
    """What can have the keyboard, but for the parts that Qt puts inside."""
    found = []
    for widget in window.findChildren(QWidget):
        if widget.window() is not window or not widget.isVisible() or not widget.isEnabled():
            continue
        if not (widget.focusPolicy().value & 0x3) or widget.focusProxy() is not None:
            continue
        found.append(widget)
    return found


def state(window: QWidget) -> dict[Any, Any]:
    """What stands in the fields, which line is chosen in the lists."""
    found: dict[Any, Any] = {}
    for widget in window.findChildren(QWidget):
        if widget.window() is not window or not widget.isVisible():
            continue
        if isinstance(widget, QLineEdit):
            found[widget] = widget.text()
        elif isinstance(widget, QPlainTextEdit):
            found[widget] = widget.toPlainText()
        elif isinstance(widget, QComboBox):
            found[widget] = widget.currentText()
        elif isinstance(widget, QAbstractButton) and widget.isCheckable():
            found[widget] = widget.isChecked()
        elif isinstance(widget, QAbstractItemView):
            found[widget] = widget.currentIndex().row()
    return found


def fill(widget: QWidget) -> None:
    """Half a word, chosen as Tab chooses it: the burst would replace it."""
    if isinstance(widget, QLineEdit) and not widget.isReadOnly():
        if not widget.text():
            widget.setText(WORDS[: widget.maxLength()])
        widget.selectAll()
    elif isinstance(widget, QPlainTextEdit) and not widget.isReadOnly():
        if not widget.toPlainText():
            widget.setPlainText(WORDS)
        widget.selectAll()


def entries() -> int:
    return int(database.value_of("SELECT COUNT(*) FROM journal_entry"))


def meanings(window: QWidget) -> dict[str, list[str]]:
    """What each key does in this window now; keys of one list only are no conflict with each other's lists."""
    found: dict[str, list[str]] = defaultdict(list)
    for shortcut in window.findChildren(QShortcut):
        owner = shortcut.parent()
        near = shortcut.context() in (
            Qt.ShortcutContext.WidgetShortcut,
            Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )
        if isinstance(owner, QWidget) and owner.isVisible() and shortcut.isEnabled() and not near:
            found[shortcut.key().toString()].append(f"shortcut of {type(owner).__name__}")
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and button.window() is window and button.isEnabled():
            found[button.shortcut().toString()].append(button.text())
    for action in window.actions():
        if action.isEnabled():
            found[action.shortcut().toString()].append(action.text())
    found.pop("", None)
    return {key: does for key, does in found.items() if len(does) > 1}


def takes(widget: QWidget) -> bool:
    """A field that wants scans itself."""
    return bool(widget.property("takes_scan"))


def burst_everywhere(hands: Any, window: QWidget, *, saves: bool = False) -> int:
    """Scans into every widget of a window. `saves`: whoever leaves a field there has saved what was typed."""
    pressed: list[str] = []
    for button in window.findChildren(QAbstractButton):
        button.clicked.connect(
            lambda _on=False, one=button: pressed.append(one.accessibleName() or one.text())
        )
    search = hands.window.work.search
    before_all, places = entries(), reachable(window)
    for widget in places:
        if not widget.isVisible() or widget is search or takes(widget):
            continue
        widget.setFocus()
        if QApplication.focusWidget() is not widget:
            continue
        fill(widget)
        hands.settle()
        before = state(window)
        hands.scan(CODE)
        where = f"{type(widget).__name__} {widget.accessibleName() or widget.objectName()}"
        assert pressed == [], where
        assert window.isVisible(), where
        after = state(window)
        for one, was in before.items():
            if one is not search and not takes(one):
                assert after.get(one, was) == was, f"{where} -> {one.accessibleName()}"
        hands.settle()
        search.clear()
    hands.settle()
    assert entries() == before_all or saves
    return len(places)


def page_of(hands: Any) -> Any:
    tab = hands.window.work.show_tab("customers")
    hands.window.context.open_customer(
        int(database.value_of("SELECT id FROM customer WHERE name = '王小丽'"))
    )
    hands.wait(lambda: tab._view is not None and tab.view.page is not None)
    return tab


def a_tab(hands: Any, name: str) -> None:
    hands.window.work.show_tab(name)


def a_lane(hands: Any, number: int) -> None:
    page_of(hands).view.lanes.setCurrentIndex(number)


def the_filter(hands: Any) -> None:
    hands.window.work.show_tab("customers").list.bar.edit()


def the_walk_in(hands: Any) -> None:
    hands.window.work.show_tab("customers").walk_in()


def the_visit(hands: Any) -> None:
    tab = page_of(hands)
    tab.visit_line.begin(tab.view.page.id)


def a_gift_page(hands: Any, number: int) -> None:
    hands.window.work.show_tab("gifts").bar.setCurrentIndex(number)


def a_contact_list(hands: Any, name: str) -> None:
    hands.window.work.show_tab("contacts").show_list(name)


PLACES: dict[str, Callable[[Any], None]] = {
    "customers": partial(a_tab, name="customers"),
    **{f"lane {number}": partial(a_lane, number=number) for number in range(7)},
    "filter": the_filter,
    "walk-in": the_walk_in,
    "visit": the_visit,
    **{f"gifts {number}": partial(a_gift_page, number=number) for number in range(7)},
    **{f"contacts {name}": partial(a_contact_list, name=name) for name in ("today", "overdue", "week")},
}
FILE = "lane 6"


@pytest.mark.parametrize("place", list(PLACES))
def test_a_burst_into_every_page(hands: Any, place: str) -> None:
    PLACES[place](hands)
    hands.settle()
    assert meanings(hands.window) == {}
    assert burst_everywhere(hands, hands.window, saves=place == FILE) > 5
    told = database.value_of("SELECT COUNT(*) FROM journal_body WHERE body LIKE ?", (f"%{CODE}%",))
    assert told == 0


def test_a_burst_into_the_registration_is_the_card(hands: Any) -> None:
    tab = hands.window.work.show_tab("customers")
    tab.register("19987654321")
    tab.form.form.field("name").input.setText("李小红")
    hands.settle()
    card = tab.form.form.field("card_no").input
    people = database.value_of("SELECT COUNT(*) FROM customer")
    for field in tab.form.form.fields:
        field.input.setFocus()
        fill(field.input)
        before = {one: words for one, words in state(hands.window).items() if one is not card}
        hands.scan(CODE)
        assert card.text() == CODE, field.name
        after = state(hands.window)
        assert all(after[one] == words for one, words in before.items()), field.name
        card.clear()
    hands.settle()
    assert tab.right.currentWidget() is tab.form
    assert database.value_of("SELECT COUNT(*) FROM customer") == people


def test_a_burst_into_the_ticket_is_an_item(hands: Any) -> None:
    tab = page_of(hands)
    tab.view.start_ticket()
    ticket = tab.view.ticket
    tickets = database.value_of("SELECT COUNT(*) FROM ticket")
    hands.scan("XF2301-1")
    first = ticket.lines[0]
    assert first.item.text() == "XF2301-1"
    hands.type("M")
    first.price.setText("359")
    for widget in (
        first.size,
        first.price,
        first.special,
        first.pieces,
        ticket.more,
        ticket.back,
        ticket.book,
    ):
        widget.setFocus()
        fill(widget)
        lines = len(ticket.lines)
        hands.scan("XF2302-2")
        assert len(ticket.lines) == lines + 1 and ticket.lines[-1].item.text() == "XF2302-2"
        assert (first.item.text(), first.size.text(), first.price.text()) == ("XF2301-1", "M", "359")
        assert first.pieces.text() == "1" and not first.special.isChecked() and ticket.isVisible()
    hands.settle()
    assert database.value_of("SELECT COUNT(*) FROM ticket") == tickets


def test_what_the_scanner_puts_around_a_code_is_taken_off_in_every_field(hands: Any) -> None:
    hands.window.scanner.prefix, hands.window.scanner.suffix = "]C1", "#"
    tab = page_of(hands)
    tab.view.start_ticket()
    hands.scan("]C1XF2301#")
    assert tab.view.ticket.lines[0].item.text() == "XF2301"
    tab.view.ticket.lines[0].price.setFocus()
    hands.scan("]C1XF2302#")
    assert tab.view.ticket.lines[1].item.text() == "XF2302"


def test_a_burst_over_an_open_menu_chooses_nothing(hands: Any) -> None:
    tab = hands.window.work.show_tab("contacts")
    hands.wait(lambda: tab.card.row is not None)
    before = entries()
    hands.press("3")
    hands.qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    hands.scan("12312")
    assert QApplication.activePopupWidget() is not None
    hands.press("Esc")
    hands.settle()
    assert entries() == before


def test_a_burst_while_locked_is_no_try(hands: Any) -> None:
    hands.window.lock()
    before = entries()
    for _again in range(6):
        hands.scan("690123456789")
        assert hands.window.sign_in.pin.text() == ""
    hands.settle()
    assert entries() == before and not hands.window.at_work


def during(hands: Any, show: Callable[[], Any], act: Callable[[QWidget], None]) -> None:
    """Does something while a dialog is open, then closes it."""
    found: list[BaseException | None] = []

    def look() -> None:
        box = QApplication.activeModalWidget()
        if box is None or not box.isVisible():
            QTimer.singleShot(10, look)
            return
        try:
            hands.front(box)
            hands.settle()
            act(box)
            found.append(None)
        except BaseException as error:
            found.append(error)
        finally:
            assert isinstance(box, QDialog)
            box.done(0)

    QTimer.singleShot(0, look)
    show()
    hands.qtbot.waitUntil(lambda: bool(found))
    if found[0] is not None:
        raise found[0]


MENU = (
    "import",
    "export",
    "print",
    "vouchers",
    "grading",
    "duplicates",
    "journal",
    "staff",
    "groups",
    "policy",
)
MENU += ("backup", "settings", "pin", "books", "about")


@pytest.mark.parametrize("name", MENU)
def test_a_burst_into_every_dialog(hands: Any, name: str) -> None:
    def act(box: QWidget) -> None:
        assert meanings(box) == {}
        burst_everywhere(hands, box)

    during(hands, lambda: hands.window.do(name), act)


def test_a_burst_into_the_dialogs_of_a_customer(hands: Any, qtbot: Any) -> None:
    from ui import dialogs
    from ui.contacts.talk import TalkDialog
    from ui.customers.consent_dialog import ConsentBox

    view = page_of(hands).view
    context, window = hands.window.context, hands.window
    for box in (
        ConsentBox(window, "联络意愿", context.today()),
        TalkDialog(context, view.page.id, view.page.name, window),
    ):
        qtbot.addWidget(box)
        during(hands, box.exec, lambda box: burst_everywhere(hands, box))
    during(
        hands,
        lambda: dialogs.ask_text(window, "原因", "请写明原因"),
        lambda box: burst_everywhere(hands, box),
    )
    during(
        hands, lambda: dialogs.ask(window, "放弃？", danger=True), lambda box: burst_everywhere(hands, box)
    )
