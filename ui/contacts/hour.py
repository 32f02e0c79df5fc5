"""The hour's clock: how many calls the manager's hour holds, how many are made, where the day stands."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from services.policy import ContactPolicy
from services.words import _
from ui import theme


class HourBar(QWidget):
    """One mark a call: filled when made, outlined when planned, faint when free. Calls beyond the hour are counted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._from, self._to = "15:00", "16:00"
        self._places, self._made, self._open = 15, 0, 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def tell(self, policy: ContactPolicy, made: int, still: int) -> None:
        """`made`: calls made today; `still`: calls to make."""
        self._from, self._to = policy.call_from, policy.call_to
        self._places, self._made, self._open = policy.calls_a_day, made, still
        words = self.words()
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.update()

    def words(self) -> str:
        """`打电话时间 15:00–16:00：已打 3 个，还有 12 个`."""
        return _("打电话时间 {start}–{end}：已打 {made} 个，还有 {still} 个").format(
            start=self._from, end=self._to, made=self._made, still=self._open
        )

    def sizeHint(self) -> QSize:
        return QSize(theme.px(320), theme.px(46))

    minimumSizeHint = sizeHint

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide, line = self.width(), painter.fontMetrics().height()
        painter.setPen(theme.colour("text"))
        painter.drawText(0, line - theme.px(3), self._head())
        extra = self._made + self._open - self._places
        if extra > 0:
            painter.setPen(theme.colour("warn"))
            more = _("超出 {n} 个").format(n=extra)
            painter.drawText(QRectF(0, 0, wide, line), int(Qt.AlignmentFlag.AlignRight), more)
        top = line + theme.px(6)
        gap = theme.px(3)
        each = (wide - gap * (self._places - 1)) / self._places
        for place in range(self._places):
            box = QRectF(place * (each + gap), top, each, theme.px(12)).adjusted(0.5, 0.5, -0.5, -0.5)
            if place < self._made:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("accent"))
            elif place < self._made + self._open:
                painter.setPen(QPen(theme.colour("accent"), 1))
                painter.setBrush(theme.colour("accent_soft"))
            else:
                painter.setPen(QPen(theme.colour("line"), 1))
                painter.setBrush(theme.colour("sunk"))
            painter.drawRoundedRect(box, 3, 3)

    def _head(self) -> str:
        if not self._made and not self._open:
            return _("电话 {start}–{end}：今天没有电话要打").format(start=self._from, end=self._to)
        if not self._open:
            return _("电话 {start}–{end}：{made} 个都打完了").format(
                start=self._from, end=self._to, made=self._made
            )
        return _("电话 {start}–{end}：还有 {still} 个，已打 {made} 个").format(
            start=self._from, end=self._to, still=self._open, made=self._made
        )


def slot(policy: ContactPolicy, place: int) -> str:
    """The time of the call at `place` (from 0); empty beyond the hour."""
    if place >= policy.calls_a_day:
        return ""
    start = datetime.combine(date(2000, 1, 1), time.fromisoformat(policy.call_from))
    return (start + timedelta(minutes=place * policy.minutes_a_call)).strftime("%H:%M")
