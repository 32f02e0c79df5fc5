"""Words that give way to the room they have: a line with … at its end, and a fact that a click takes to its field."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from ui import theme


class Elided(QLabel):
    """A label that never widens its page: cut with …, then whole in its tool tip."""

    def __init__(self, kind: str = "", least: int = 24, parent: QWidget | None = None) -> None:
        """`least`: pixels at font size 14 that it keeps where the room is short, if it has so many words."""
        super().__init__(parent)
        self._words = self._tip = ""
        self._least = least
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if kind:
            theme.kind(self, kind)

    @property
    def words(self) -> str:
        """All of it, cut or not."""
        return self._words

    def tell(self, words: str, tip: str = "") -> None:
        """Other words. Without `tip` the tool tip is there only when the words are cut."""
        self._words, self._tip = words, tip
        self._fit()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self._whole(), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(theme.px(self._least), self._whole()), super().minimumSizeHint().height())

    def _whole(self) -> int:
        return self.fontMetrics().horizontalAdvance(self._words) + theme.px(4) if self._words else 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.contentsRect().width()
        fitted = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        self.setText(fitted)
        self.setToolTip(self._tip or (self._words if fitted != self._words else ""))


class Fact(QPushButton):
    """One fact of a page: quiet words that can be pressed to go where they are changed."""

    def __init__(self, name: str, do: str, parent: QWidget | None = None) -> None:
        """`name` says what the fact is (for screen readers), `do` what a press does (the tool tip)."""
        super().__init__(parent)
        self._name, self._do, self._words, self._more = name, do, "", ""
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.kind(self, "fact")
        self.setAccessibleName(name)

    @property
    def words(self) -> str:
        """All of it, cut or not."""
        return self._words

    def tell(self, words: str, empty: str = "", more: str = "") -> None:
        """Other words, or `empty` in a quiet ink. `more` stands in the tool tip below them."""
        self._words = words or empty
        self._more = more
        tone = "" if words else "muted"
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            theme.restyle(self)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - theme.px(12)
        fitted = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        self.setText(fitted.replace("&", "&&"))
        lines = [self._words if fitted != self._words else "", self._more, self._do]
        self.setToolTip("\n".join(line for line in lines if line))
        self.setAccessibleName(f"{self._name} {self._words}".strip())
