"""A line of text that is good to input methods, and full-width characters made half-width."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_WIDE = {
    ord(wide): bare
    for wide, bare in zip("０１２３４５６７８９．－／＋，：　", "0123456789.-/+,: ", strict=True)
}
_WIDE |= {code: chr(code - 0xFEE0) for code in range(0xFF21, 0xFF3B)}
_WIDE |= {code: chr(code - 0xFEE0) for code in range(0xFF41, 0xFF5B)}


def half_width(words: str) -> str:
    """Full-width digits, letters and signs as half-width: an IME left on does no harm in number fields."""
    return words.translate(_WIDE)


class Line(QLineEdit):
    """A line that never submits text an input method is still composing, and makes digits half-width if asked."""

    entered = Signal()
    """Enter, outside a composition."""

    def __init__(self, accessible: str = "", *, code: bool = False, parent: QWidget | None = None) -> None:
        """`code`: for numbers, cards, phones — the input method is off and full-width characters become half-width."""
        super().__init__(parent)
        self._composing = False
        self.setAccessibleName(accessible)
        if code:
            hints = Qt.InputMethodHint
            self.setInputMethodHints(
                hints.ImhLatinOnly | hints.ImhNoPredictiveText | hints.ImhNoAutoUppercase
            )
            self.textEdited.connect(self._narrow)

    @property
    def composing(self) -> bool:
        return self._composing

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._composing:
                return
            self.entered.emit()
        super().keyPressEvent(event)

    def _narrow(self, words: str) -> None:
        narrow = half_width(words)
        if narrow != words:
            at = self.cursorPosition()
            self.setText(narrow)
            self.setCursorPosition(at)
