"""A scan goes to the search box and presses nothing; a hand types as ever."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.scanner import Scanner


class Desk(QWidget):
    """A text field, a list with a letter for a key, and a default button."""

    def __init__(self) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.list = QListWidget()
        self.list.addItems(["一", "二"])
        self.button = QPushButton("批准")
        self.button.setAutoDefault(True)
        self.pressed: list[str] = []
        self.button.clicked.connect(lambda: self.pressed.append("button"))
        shortcut = QShortcut("A", self)
        shortcut.activated.connect(lambda: self.pressed.append("A"))
        layout = QVBoxLayout(self)
        for widget in (self.line, self.list, self.button):
            layout.addWidget(widget)


@pytest.fixture
def now() -> list[float]:
    return [100.0]


@pytest.fixture
def scanner(qapp: Any, now: list[float]) -> Any:
    made = Scanner(clock=lambda: now[0])
    made.watch()
    made.codes = []
    made.scanned.connect(made.codes.append)
    yield made
    made.rest()


@pytest.fixture
def desk(qtbot: Any, scanner: Any) -> Desk:
    made = Desk()
    qtbot.addWidget(made)
    made.show()
    with qtbot.waitActive(made):
        made.activateWindow()
    return made


def type_at(widget: QWidget, letters: str, now: list[float], gap: float) -> None:
    widget.setFocus()
    for letter in letters:
        now[0] += gap
        target = QApplication.focusWidget() or widget
        if letter == "\n":
            QTest.keyClick(target, Qt.Key.Key_Return)
        else:
            QTest.keyClick(target, letter)


def test_a_scan_into_a_text_field_is_taken_out_again(desk: Desk, scanner: Any, now: list[float]) -> None:
    desk.line.setText("王")
    type_at(desk.line, "690123456789\n", now, 0.005)
    assert scanner.codes == ["690123456789"]
    assert desk.line.text() == "王"


def test_a_scan_never_presses_a_button_or_a_letter(desk: Desk, scanner: Any, now: list[float]) -> None:
    type_at(desk.button, "A0012A\n", now, 0.005)
    type_at(desk.list, "AAAA1\n", now, 0.005)
    assert scanner.codes == ["A0012A", "AAAA1"]
    assert desk.pressed == []


def test_a_hand_types_as_ever(desk: Desk, scanner: Any, now: list[float], qtbot: Any) -> None:
    type_at(desk.line, "abcd\n", now, 0.2)
    assert desk.line.text() == "abcd"
    type_at(desk.list, "A", now, 0.2)
    qtbot.waitUntil(lambda: desk.pressed == ["A"])
    assert scanner.codes == []


def test_three_fast_keys_are_no_scan(desk: Desk, scanner: Any, now: list[float]) -> None:
    type_at(desk.line, "12\n", now, 0.005)
    assert scanner.codes == []
    assert desk.line.text() == "12"


def test_prefix_and_suffix_are_taken_off(desk: Desk, scanner: Any, now: list[float]) -> None:
    scanner.prefix, scanner.suffix = "]C", "#"
    type_at(desk.line, "]CK00123#\n", now, 0.005)
    assert scanner.codes == ["K00123"]


def test_a_field_may_want_the_scan_itself(desk: Desk, scanner: Any, now: list[float]) -> None:
    desk.line.setProperty("takes_scan", True)
    type_at(desk.line, "690123\n", now, 0.005)
    assert scanner.codes == []
    assert desk.line.text() == "690123"


def test_the_shift_of_capital_letters_does_not_end_a_scan(desk: Desk, scanner: Any, now: list[float]) -> None:
    desk.button.setFocus()
    for letter in "VIP0A1":
        now[0] += 0.004
        if letter.isupper():
            QTest.keyPress(desk.button, Qt.Key.Key_Shift)
            now[0] += 0.004
        QTest.keyClick(desk.button, letter)
    QTest.keyClick(desk.button, Qt.Key.Key_Return)
    assert scanner.codes == ["VIP0A1"]
    assert desk.pressed == []


def test_a_scan_over_chosen_words_gives_them_back(desk: Desk, scanner: Any, now: list[float]) -> None:
    desk.line.setText("王小丽")
    desk.line.setMaxLength(5)
    desk.line.setFocus()
    desk.line.selectAll()
    type_at(desk.line, "690123456789\n", now, 0.005)
    assert desk.line.text() == "王小丽" and desk.line.selectedText() == "王小丽"


def test_a_scan_leaves_several_lines_of_words_as_they_were(
    qtbot: Any, desk: Desk, scanner: Any, now: list[float]
) -> None:
    area = QPlainTextEdit()
    desk.layout().addWidget(area)
    area.show()
    area.setPlainText("一\n二")
    area.selectAll()
    type_at(area, "690123456789\n", now, 0.005)
    assert scanner.codes == ["690123456789"]
    assert area.toPlainText() == "一\n二" and area.textCursor().hasSelection()


def test_a_quick_tap_of_space_ticks_a_box(qtbot: Any, desk: Desk, scanner: Any, now: list[float]) -> None:
    box = QCheckBox("同意")
    desk.layout().addWidget(box)
    box.show()
    type_at(box, " ", now, 0.2)
    qtbot.waitUntil(box.isChecked)


def test_keys_that_waited_for_a_busy_window_are_no_scan(qtbot: Any) -> None:
    scanner = Scanner()
    scanner.watch()
    codes: list[str] = []
    scanner.scanned.connect(codes.append)
    line = QLineEdit()
    qtbot.addWidget(line)
    line.show()
    with qtbot.waitActive(line):
        line.activateWindow()
    line.setFocus()
    for number, (key, text) in enumerate([(Qt.Key.Key_1, "1")] * 6 + [(Qt.Key.Key_Return, "\r")]):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
        event.setTimestamp(1000 + 120 * number)
        QApplication.sendEvent(line, event)
    scanner.rest()
    assert line.text() == "111111" and codes == []
