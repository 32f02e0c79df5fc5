"""A bar-code scanner types very fast and ends with Enter: its burst goes to the search box and presses nothing.

In a text field the characters appear as they come; when Enter shows that it was a scan, the field has again what it had
before. Where letters are keys (a list with A for approve, an open menu), characters are held back for 40 ms, so a scan
never presses one. A field that wants scans itself (an item number) sets the property `takes_scan`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

FASTEST_HAND = 0.035
"""Seconds between two keys: nobody types four characters in a row faster."""
SHORTEST = 4
HOLD = 40
"""Milliseconds a lone letter waits to see whether it begins a scan."""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_HELD_DOWN = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Meta,
    Qt.Key.Key_CapsLock,
)


class Scanner(QObject):
    """Watches the keys of the whole program."""

    scanned = Signal(str)
    """A whole code, without the prefix and suffix of this PC's settings."""
    touched = Signal()
    """A key or the mouse: somebody is there."""

    def __init__(self, prefix: str = "", suffix: str = "", clock: Callable[[], float] | None = None) -> None:
        super().__init__()
        self.prefix, self.suffix = prefix, suffix
        self._clock = clock
        self._burst = ""
        self._before: Before | None = None
        self._last = 0.0
        self._held: list[tuple[QWidget, QKeyEvent]] = []
        self._replaying = False
        self._watching = False
        self._hold = QTimer(self)
        self._hold.setSingleShot(True)
        self._hold.setInterval(HOLD)
        self._hold.timeout.connect(self._replay)

    def watch(self) -> None:
        """From now on every key of the program passes here first."""
        if not self._watching:
            self._watching = True
            QApplication.instance().installEventFilter(self)

    def rest(self) -> None:
        """The window goes: keys pass us by."""
        self._watching = False
        QApplication.instance().removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.Wheel):
            self.touched.emit()
            return False
        if kind == QEvent.Type.ShortcutOverride and isinstance(watched, QWidget):
            return self._override(watched, event)
        if kind == QEvent.Type.KeyPress and isinstance(watched, QWidget) and isinstance(event, QKeyEvent):
            self.touched.emit()
            if not self._replaying and watched is _receiver():
                return self._key(watched, event)
        if kind == QEvent.Type.KeyRelease and self._held and isinstance(event, QKeyEvent):
            return self._release(watched, event)
        return False

    def _override(self, watched: QWidget, event: QEvent) -> bool:
        """Letters outside text fields come to us as keys, before they can be anybody's shortcut."""
        if (
            self._replaying
            or not isinstance(event, QKeyEvent)
            or types_text(watched)
            or not _printable(event)
        ):
            return False
        if not holds_keys(watched):
            return False
        event.accept()
        return True

    def _key(self, watched: QWidget, event: QKeyEvent) -> bool:
        now = self._clock() if self._clock else _pressed_at(event)
        fast = now - self._last <= FASTEST_HAND
        if event.key() in _HELD_DOWN:
            # A scanner holds Shift for each capital letter: that is no key of its own.
            self._last = now if fast else self._last
            return False
        self._last = now
        if event.key() in _ENTER:
            code, self._burst = self._burst, ""
            if fast and len(code) >= SHORTEST:
                return self._finish(watched, code)
            self._replay()
            return False
        if not _printable(event):
            self._burst = ""
            self._replay()
            return False
        if not fast:
            self._burst, self._before = "", remember(watched)
        self._burst += event.text()
        if types_text(watched) or not holds_keys(watched):
            return False
        if not fast:
            self._replay()
        self._held.append((watched, QKeyEvent(event)))
        self._hold.start()
        return True

    def _release(self, watched: QObject, event: QKeyEvent) -> bool:
        """A key held back goes up after it went down: else a quick tap of Space would not tick a box."""
        if self._replaying or event.isAutoRepeat() or not isinstance(watched, QWidget):
            return False
        if not any(widget is watched and one.key() == event.key() for widget, one in self._held):
            return False
        self._held.append((watched, QKeyEvent(event)))
        return True

    def _finish(self, watched: QWidget, code: str) -> bool:
        self._hold.stop()
        self._held.clear()
        before, self._before = self._before, None
        bare = code.removeprefix(self.prefix)
        bare = bare.removesuffix(self.suffix) if self.suffix else bare
        if watched.property("takes_scan"):
            if bare != code and isinstance(watched, QLineEdit):
                typed, at = watched.text(), watched.cursorPosition()
                watched.setText(typed[:at].removesuffix(code) + bare + typed[at:])
            return False
        if before is not None:
            before.restore()
        self.scanned.emit(bare)
        return True

    def _replay(self) -> None:
        """It was a hand after all: the held keys do what they would have done."""
        self._hold.stop()
        held, self._held = self._held, []
        self._replaying = True
        try:
            for widget, event in held:
                if not shiboken6.isValid(widget):
                    continue
                pressed = event.type() == QEvent.Type.KeyPress
                if not (pressed and press_shortcut(widget, event)):
                    QApplication.sendEvent(widget, event)
        finally:
            self._replaying = False


@dataclass(frozen=True)
class Before:
    """What stood in a text field before a burst, with the cursor and what was chosen: a burst replaces the latter."""

    field: QLineEdit | QPlainTextEdit | QTextEdit
    text: str
    anchor: int
    cursor: int

    def restore(self) -> None:
        """As if nothing had been scanned. Whoever listens to typing hears of it."""
        field = self.field
        if not shiboken6.isValid(field):
            return
        if isinstance(field, QLineEdit):
            if field.text() != self.text:
                field.setText(self.text)
                field.textEdited.emit(self.text)
            field.setSelection(self.anchor, self.cursor - self.anchor)
            if self.anchor == self.cursor:
                field.setCursorPosition(self.cursor)
            return
        cursor = field.textCursor()
        if field.toPlainText() != self.text:
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.insertText(self.text)
        cursor.setPosition(self.anchor)
        cursor.setPosition(self.cursor, QTextCursor.MoveMode.KeepAnchor)
        field.setTextCursor(cursor)


def remember(widget: QWidget) -> Before | None:
    """What stands in the text field that has the keys; None where letters are no text."""
    field: QWidget | None = widget.lineEdit() if isinstance(widget, QComboBox) else widget
    if isinstance(field, QLineEdit):
        cursor = field.cursorPosition()
        chosen = field.hasSelectedText()
        start, end = (field.selectionStart(), field.selectionEnd()) if chosen else (cursor, cursor)
        anchor = end if cursor == start else start
        return Before(field, field.text(), anchor, cursor)
    if isinstance(field, (QPlainTextEdit, QTextEdit)):
        at = field.textCursor()
        return Before(field, field.toPlainText(), at.anchor(), at.position())
    return None


def _receiver() -> QWidget | None:
    """Where keys go: an open menu or list takes them from the window behind it."""
    popup = QApplication.activePopupWidget()
    if popup is None:
        return QApplication.focusWidget()
    return popup.focusWidget() or popup


def _pressed_at(event: QKeyEvent) -> float:
    """Seconds. When the key went down, not when its turn came: keys typed while a page is built come all at once."""
    return event.timestamp() / 1000 if event.timestamp() else time.monotonic()


def _printable(event: QKeyEvent) -> bool:
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    return not held and len(event.text()) == 1 and event.text().isprintable()


def types_text(widget: QWidget) -> bool:
    """Whether letters are text here."""
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, (QLineEdit, QPlainTextEdit, QTextEdit)) and not widget.isReadOnly()


def holds_keys(widget: QWidget) -> bool:
    """Space presses buttons and ticks boxes by hand: those keys need no waiting, all others do."""
    return widget.isEnabled()


def press_shortcut(widget: QWidget, event: QKeyEvent) -> bool:
    """Does what a one-letter shortcut of this window does. False when there is none."""
    wanted = QKeySequence(event.key())
    window = widget.window()
    for shortcut in window.findChildren(QShortcut):
        owner = shortcut.parent()
        if not isinstance(owner, QWidget) or not owner.isVisible() or not shortcut.isEnabled():
            continue
        if shortcut.key() == wanted and _within(shortcut.context(), owner, widget):
            shortcut.activated.emit()
            return True
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and button.isEnabled() and button.shortcut() == wanted:
            button.click()
            return True
    return False


def _within(context: Qt.ShortcutContext, owner: QWidget, focused: QWidget) -> bool:
    if context == Qt.ShortcutContext.WidgetShortcut:
        return owner is focused
    if context == Qt.ShortcutContext.WidgetWithChildrenShortcut:
        return owner is focused or owner.isAncestorOf(focused)
    return True
