"""A button that shows its key: 登记消费 F7."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeySequence, QShortcutEvent
from PySide6.QtWidgets import QPushButton, QWidget

from ui import theme


class KeyButton(QPushButton):
    """Pressing `key` anywhere in the button's window clicks it, while it is visible and enabled.

    `look`: "" quiet, `primary` the next thing to do (one a page), `danger`, `flat`, `big`. `tip` says what it does.
    It never is a default button, so a scanner's Enter cannot press it.
    """

    def __init__(
        self,
        words: str,
        key: str = "",
        look: str = "",
        tip: str = "",
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._key = key
        self.setAutoDefault(False)
        if look:
            theme.kind(self, look)
        if icon:
            self.setIcon(theme.icon(icon, "on_accent" if look == "primary" else "muted"))
        self.tell(words, tip)

    def tell(self, words: str, tip: str = "") -> None:
        """Other words on the same key."""
        shown = QKeySequence(self._key).toString(QKeySequence.SequenceFormat.NativeText) if self._key else ""
        self.setText(f"{words}  {shown}" if shown else words)
        self.setAccessibleName(words)
        if tip or shown:
            self.setToolTip(f"{tip}  {shown}".strip() if tip else shown)
        if self._key:
            self.setShortcut(QKeySequence(self._key))

    def event(self, event: QEvent) -> bool:
        """Its key acts at once: Qt would press the button down for 100 ms first, and lose what is typed meanwhile."""
        if event.type() == QEvent.Type.Shortcut and isinstance(event, QShortcutEvent):
            if event.isAmbiguous():
                return super().event(event)
            self.click()
            return True
        return super().event(event)
