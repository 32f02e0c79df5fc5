"""A small bar chart by QPainter: what the months brought (no chart library: tech-findings 10)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui import theme


@dataclass(frozen=True)
class Bar:
    """`label` under the bar, `value` its height, `hint` in the tool tip, `tone` a colour of the theme."""

    label: str
    value: float
    hint: str = ""
    tone: str = "accent"


class BarChart(QWidget):
    """Bars side by side, zero at the bottom; negative months hang below it. Labels only where they fit."""

    def __init__(self, accessible: str, height: int = 72, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: list[Bar] = []
        self._height = height
        self._name = accessible
        self._value_words: Callable[[float], str] = lambda value: f"{value:,.0f}"
        self.setAccessibleName(accessible)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bars(self, bars: Sequence[Bar], value_words: Callable[[float], str] | None = None) -> None:
        """`value_words` writes a value in the tool tip and for screen readers."""
        self._bars = list(bars)
        if value_words:
            self._value_words = value_words
        self.setAccessibleDescription(
            "; ".join(f"{bar.label} {self._value_words(bar.value)}" for bar in self._bars)
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(240), theme.px(self._height))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(96), theme.px(self._height))

    def _slots(self) -> list[QRectF]:
        width = self.width() / max(1, len(self._bars))
        return [QRectF(i * width, 0, width, self.height()) for i in range(len(self._bars))]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.font()
        font.setPixelSize(max(10, theme.font_size() - 3))
        painter.setFont(font)
        text_height = QFontMetrics(font).height()
        room = self.height() - text_height - 3
        top = max([bar.value for bar in self._bars] + [0.0])
        bottom = min([bar.value for bar in self._bars] + [0.0])
        span = (top - bottom) or 1.0
        zero = room * top / span if top else (0.0 if bottom else float(room))
        widest = max([QFontMetrics(font).horizontalAdvance(bar.label) for bar in self._bars] + [1])
        slots = self._slots()
        every = max(1, -(-(widest + 6) // max(1, int(slots[0].width())))) if slots else 1
        for number, (bar, slot) in enumerate(zip(self._bars, slots, strict=True)):
            height = abs(bar.value) / span * room
            wide = max(2.0, min(slot.width() * 0.7, theme.px(28)))
            left = slot.center().x() - wide / 2
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(bar.tone if bar.value >= 0 else "bad"))
            if bar.value:
                drawn = max(height, 2.0)
                painter.drawRoundedRect(
                    QRectF(left, zero - drawn if bar.value > 0 else zero, wide, drawn), 2, 2
                )
            if number % every == 0:
                painter.setPen(theme.colour("muted"))
                place = QRectF(slot.center().x() - widest, room + 3, widest * 2, text_height)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, bar.label)
        painter.setPen(theme.colour("line"))
        painter.drawLine(0, round(zero), self.width(), round(zero))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            for bar, slot in zip(self._bars, self._slots(), strict=True):
                if slot.contains(event.pos()):
                    QToolTip.showText(
                        event.globalPos(), bar.hint or f"{bar.label} {self._value_words(bar.value)}", self
                    )
            return True
        return super().event(event)
