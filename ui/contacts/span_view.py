"""Week and month: what stands on each day, painted; arrows move, Enter opens the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from models.kinds import Channel
from services import formats
from services.contact_lists import DayCount
from services.contact_sheet import MARKS
from services.words import _
from ui import theme

_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}


class SpanView(QWidget):
    """Seven days a line. `names` says who is called, for the week."""

    day_opened = Signal(object)
    """The day that Enter or a double click wants to see."""
    left_span = Signal(int)
    """The cursor went over the edge: -1 the span before, 1 the next."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._days: list[DayCount] = []
        self._names: Mapping[date, Sequence[str]] = {}
        self._festivals: Mapping[date, str] = {}
        self._today = date(2000, 1, 1)
        self._month = 0
        self.current = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("日历"))

    def show_days(
        self,
        days: Sequence[DayCount],
        today: date,
        *,
        month: int = 0,
        names: Mapping[date, Sequence[str]] | None = None,
        festivals: Mapping[date, str] | None = None,
    ) -> None:
        """`month`: days outside it are quiet; `names`: lines under the counts."""
        same = [day.day for day in days] == [day.day for day in self._days]
        self._days, self._today, self._month = list(days), today, month
        self._names, self._festivals = names or {}, festivals or {}
        if not same:
            at = [number for number, day in enumerate(self._days) if day.day == today]
            self.current = at[0] if at else 0
        self._tell()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(700), theme.px(420))

    def day(self) -> date | None:
        return self._days[self.current].day if self._days else None

    # ---- painting

    def _box(self, number: int) -> QRect:
        lines = max(1, (len(self._days) + 6) // 7)
        head = theme.px(28)
        wide, high = self.width() / 7, (self.height() - head) / lines
        x, y = number % 7 * wide, head + number // 7 * high
        return QRect(round(x), round(y), round(wide) - theme.px(6), round(high) - theme.px(6))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number in range(min(7, len(self._days))):
            box = self._box(number)
            painter.setPen(theme.colour("muted"))
            words = formats.day(self._days[number].day)
            weekday = words.split(" ")[-1] if "周" in words else words.split(", ")[-1]
            painter.drawText(
                QRect(box.x(), 0, box.width(), theme.px(24)), int(Qt.AlignmentFlag.AlignCenter), weekday
            )
        for number, count in enumerate(self._days):
            self._paint_day(painter, self._box(number), count, number == self.current)

    def _paint_day(self, painter: QPainter, box: QRect, count: DayCount, chosen: bool) -> None:
        day = count.day
        outside = self._month and day.month != self._month
        painter.setBrush(theme.colour("sunk" if outside else "surface"))
        if chosen:
            painter.setPen(QPen(theme.colour("focus" if self.hasFocus() else "edge"), 2))
        else:
            painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawRoundedRect(box, 6, 6)
        inner = box.adjusted(theme.px(8), theme.px(6), -theme.px(8), -theme.px(6))
        plain = QFont(painter.font())
        bold = QFont(plain)
        bold.setWeight(QFont.Weight.DemiBold)
        line = painter.fontMetrics().height() + theme.px(2)
        painter.setFont(bold)
        painter.setPen(theme.colour("accent_text" if day == self._today else "faint" if outside else "text"))
        head = _("今天 {n}").format(n=day.day) if day == self._today else str(day.day)
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft), head)
        painter.setFont(plain)
        high = inner.height() >= 2 * line
        if high and (festival := self._festivals.get(day)):
            painter.setPen(theme.colour("warn"))
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight), festival)
        top = inner.top() + line + theme.px(2)
        lines = self._counts(count)
        room = max(0, inner.bottom() + theme.px(4) - top) // line
        if len(lines) > room:
            # A low day says it in one line, the lowest beside its number: no count is left out.
            painter.setPen(theme.tone(lines[0][1]))
            beside = 0 if room else QFontMetrics(bold).horizontalAdvance(head) + theme.px(6)
            where = inner.adjusted(beside, line + theme.px(2) if room else 0, 0, 0)
            words = painter.fontMetrics().elidedText(
                self._short(count), Qt.TextElideMode.ElideRight, where.width()
            )
            side = Qt.AlignmentFlag.AlignLeft if room else Qt.AlignmentFlag.AlignRight
            painter.drawText(where, int(Qt.AlignmentFlag.AlignTop | side), words)
            return
        for words, tone in self._lines(count):
            if top + line > inner.bottom() + theme.px(4):
                break
            painter.setPen(theme.tone(tone))
            fitted = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner.x(), top + painter.fontMetrics().ascent(), fitted)
            top += line

    def _lines(self, count: DayCount) -> list[tuple[str, str | None]]:
        return self._counts(count) + [(name, "muted") for name in self._names.get(count.day, ())]

    def _short(self, count: DayCount) -> str:
        """`! P9 C1 S8 ✓3`: with the letters of the printed sheet."""
        mark = "! " if count.day < self._today and (count.calls or count.cards) else ""
        ways = ((Channel.PHONE, count.calls), (Channel.POST, count.cards), (Channel.SMS, count.messages))
        parts = [f"{_(MARKS[way])}{n}" for way, n in ways if n]
        return mark + " ".join(parts + ([f"✓{count.closed}"] if count.closed else []))

    def _counts(self, count: DayCount) -> list[tuple[str, str | None]]:
        found: list[tuple[str, str | None]] = []
        late = count.day < self._today
        mark = "! " if late else ""  # never by colour alone
        if count.calls:
            found.append((mark + _("电话 {n}").format(n=count.calls), "warn" if late else None))
        if count.cards:
            found.append((mark + _("寄卡 {n}").format(n=count.cards), "warn" if late else None))
        if count.messages:
            found.append((_("短信 {n}").format(n=count.messages), "muted"))
        if count.closed:
            found.append((_("✓ 已完成 {n}").format(n=count.closed), "good"))
        return found

    # ---- moving about

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _KEYS.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        elif step is not None:
            self._move(self.current + step)
        elif event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.left_span.emit(-1 if event.key() == Qt.Key.Key_PageUp else 1)
        else:
            super().keyPressEvent(event)

    def _move(self, number: int) -> None:
        if 0 <= number < len(self._days):
            self.current = number
            self._tell()
            self.update()
        else:
            self.left_span.emit(-1 if number < 0 else 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._at(event)
        if found is not None:
            self._move(found)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._at(event) is not None:
            self._open()

    def _at(self, event: QMouseEvent) -> int | None:
        at = event.position().toPoint()
        return next((n for n in range(len(self._days)) if self._box(n).contains(at)), None)

    def _open(self) -> None:
        if (day := self.day()) is not None:
            self.day_opened.emit(day)

    def _tell(self) -> None:
        if self._days:
            count = self._days[self.current]
            words = [words for words, _tone in self._lines(count)[:4]]
            self.setAccessibleDescription(" ".join([formats.day(count.day), *words]))


def week_of(day: date) -> tuple[date, date]:
    """Monday to Sunday."""
    first = day - timedelta(days=day.weekday())
    return first, first + timedelta(days=6)


def month_of(day: date) -> tuple[date, date]:
    """The whole weeks around the month of `day`."""
    first = day.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return week_of(first)[0], week_of(last)[1]
