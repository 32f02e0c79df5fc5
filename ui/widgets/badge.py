"""A mark: a letter or a word on a soft ground (A gold, B teal, C grey, lost a muted red)."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme


class Badge(QWidget):
    """`Badge("A 级", "A")`: the words, and a badge name of the theme (A B C lost good warn bad accent quiet)."""

    def __init__(self, words: str = "", look: str = "quiet", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._look = words, look
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)

    def tell(self, words: str, look: str) -> None:
        self._words, self._look = words, look
        self.setAccessibleName(words)
        self.setVisible(bool(words))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        font = self.font()
        font.setBold(True)
        metrics = QFontMetrics(font)
        return QSize(metrics.horizontalAdvance(self._words) + theme.px(18), metrics.height() + theme.px(4))

    minimumSizeHint = sizeHint

    def paintEvent(self, _event: QPaintEvent) -> None:
        from ui.lazy_table import paint_badge

        painter = QPainter(self)
        paint_badge(painter, self.rect(), self._words, self._look, self.font(), "center")
