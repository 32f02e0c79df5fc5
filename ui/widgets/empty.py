"""What an empty place says: what is missing, and what to do first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from services.words import _
from ui import theme

EDGE, GAP = 24, 8


class EmptyState(QWidget):
    """A title, a sentence and perhaps one button, in the middle of its place. Over a list: give its viewport."""

    def __init__(
        self, title: str = "", hint: str = "", picture: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._do: Callable[[], None] | None = None
        self.picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.title = theme.kind(QLabel(alignment=Qt.AlignmentFlag.AlignCenter), "heading")
        self.hint = theme.kind(QLabel(alignment=Qt.AlignmentFlag.AlignCenter), "muted")
        self.button = theme.kind(QPushButton(), "primary")
        self.button.clicked.connect(lambda: self._do() if self._do else None)
        for label in (self.title, self.hint):
            label.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        layout.setSpacing(GAP)
        layout.addStretch(2)
        layout.addWidget(self.picture)
        layout.addWidget(self.title)
        layout.addWidget(self.hint)
        layout.addSpacing(GAP)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        if picture:
            self.picture.setPixmap(theme.pixmap(picture, "faint", 40))
        self.picture.setVisible(bool(picture))
        self.tell(title, hint)
        if parent:
            parent.installEventFilter(self)
            self.setGeometry(parent.rect())

    def tell(
        self, title: str, hint: str = "", button: str = "", do: Callable[[], None] | None = None
    ) -> None:
        """Other words; `do` is what the button does."""
        self.title.setText(title)
        self.hint.setText(hint)
        self.button.setText(button)
        self.button.setAccessibleName(button or title or _("没有内容"))
        self.button.setVisible(bool(button))
        self._do = do
        self.setAccessibleName(title)
        self.setToolTip("")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """A low place keeps the title whole: first the air goes, then the sentence, which the tool tip still says."""
        wide, high = max(self.width() - 2 * EDGE, 1), self.height()
        words = self.title.heightForWidth(wide) + (self.hint.heightForWidth(wide) if self.hint.text() else 0)
        low = self.button.isHidden() and self.picture.isHidden() and high < words + 2 * EDGE + 2 * GAP
        edge = 0 if low else EDGE
        self.layout().setContentsMargins(EDGE, edge, EDGE, edge)
        hint = bool(self.hint.text()) and not (low and high < words + 2 * GAP)
        self.hint.setVisible(hint)
        self.setToolTip("" if hint else self.hint.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self.setGeometry(watched.rect())
        return False
