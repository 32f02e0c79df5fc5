"""A mark: a letter or a word on a soft ground (A gold, B teal, C grey, lost a muted red)."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
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
        painter = QPainter(self)
        paint_badge(painter, self.rect(), self._words, self._look, self.font(), "center")


def paint_badge(
    painter: QPainter, inside: QRect, words: str, name: str, font: QFont, align: str = "left"
) -> None:
    """A rounded mark with its words, never colour alone (look.md)."""
    ground, ink = theme.badge(name)
    font = QFont(font)
    font.setPixelSize(max(11, theme.font_size() - 1))
    font.setWeight(QFont.Weight.DemiBold)
    metrics = QFontMetrics(font)
    width = min(metrics.horizontalAdvance(words) + theme.px(14), inside.width())
    width = max(width, min(theme.px(26), inside.width()))
    height = min(metrics.height() + theme.px(2), inside.height() - theme.px(2))
    left = inside.left()
    if align == "center":
        left += (inside.width() - width) // 2
    elif align == "right":
        left = inside.right() - width
    chip = QRect(left, inside.top() + (inside.height() - height) // 2, width, height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(chip, theme.px(4), theme.px(4))
    painter.setPen(ink)
    painter.setFont(font)
    fitted = metrics.elidedText(words, Qt.TextElideMode.ElideRight, chip.width() - theme.px(4))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, fitted)
    painter.restore()
