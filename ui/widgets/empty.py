"""What an empty place says: what is missing, and what to do first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from services.words import _
from ui import theme


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
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(8)
        layout.addStretch(2)
        layout.addWidget(self.picture)
        layout.addWidget(self.title)
        layout.addWidget(self.hint)
        layout.addSpacing(8)
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
        self.hint.setVisible(bool(hint))
        self.button.setText(button)
        self.button.setAccessibleName(button or title or _("没有内容"))
        self.button.setVisible(bool(button))
        self._do = do
        self.setAccessibleName(title)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self.setGeometry(watched.rect())
        return False
