"""The week and the month: their days, what they are called, and the way to those before and after."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from services import formats, schedule
from services.words import _
from ui import theme
from ui.contacts.head import Ways
from ui.contacts.reading import Loaded
from ui.contacts.span_view import SpanView, month_of, week_of
from ui.context import Context
from ui.tasks import Task
from ui.widgets.card import label
from ui.widgets.flow import Flow
from ui.widgets.key_button import KeyButton


class SpanPage(QWidget):
    """One week or one month, with the ways to narrow it."""

    turned = Signal()
    """Another span is to be read."""

    def __init__(self, context: Context, calendar: QWidget, parent: QWidget | None = None) -> None:
        """`calendar`: the button that writes what is shown."""
        super().__init__(parent)
        self.context = context
        self.day = context.today()
        self.by_month = False
        self.view = SpanView()
        self.ways = Ways()
        self.title = label("", "heading")
        before = KeyButton(_("上一段"), "PgUp", "flat", _("前一周或前一月"))
        now = KeyButton(_("回到今天"), "T", "flat", _("显示今天所在的周或月"))
        after = KeyButton(_("下一段"), "PgDown", "flat", _("后一周或后一月"))
        before.clicked.connect(lambda: self.turn(-1))
        after.clicked.connect(lambda: self.turn(1))
        now.clicked.connect(lambda: self.turn(0))
        self.ahead = KeyButton(_("排好这一段"), "F8", "flat", _("按规则把显示的日子都排好；再按一次停止"))
        self.ahead.clicked.connect(self._plan)
        self._task: Task | None = None
        line = Flow(theme.px(8))
        line.add(self.title)
        line.add(self.ways)
        for button in (self.ahead, calendar, before, now, after):
            line.add_right(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(line)
        column.addWidget(self.view, 1)
        self.view.left_span.connect(self.turn)
        self.setFocusProxy(self.view)

    def span(self) -> tuple[date, date]:
        return month_of(self.day) if self.by_month else week_of(self.day)

    def show_span(self, found: Loaded) -> None:
        first, last = self.span()
        if self.by_month:
            words = _("{year}年{month}月").format(year=self.day.year, month=self.day.month)
        else:
            words = _("{first} 至 {last}").format(first=formats.day(first, year=True), last=formats.day(last))
        self.title.setText(words)
        month = self.day.month if self.by_month else 0
        today = self.context.today()
        self.view.show_days(found.days, today, month=month, names=found.names, festivals=found.festivals)

    def _plan(self) -> None:
        """Plans the days shown in the background; pressed once more it stops, and nothing is kept."""
        if self._task is not None:
            self._task.stop()
            return
        first, last = self.span()
        shop, today = self.context.shop, self.context.today()
        if last < today:
            self.context.say(_("这些日子已经过去，不用再排。"), tone="bad")
            return
        self._task = self.context.write(
            lambda progress: schedule.generate(shop, max(first, today), last, progress),
            on_done=self._planned,
            said=lambda made: _("新排 {n} 项联络，挪了 {moved} 个电话。").format(
                n=made.new, moved=made.moved
            ),
            on_progress=lambda done, total: self.title.setText(
                _("正在排：{done} / {total} 天，F8 停止").format(done=done, total=total)
            ),
            on_error=self._failed,
            on_stopped=self._stopped,
        )

    def _planned(self, _made: schedule.Generated) -> None:
        self._task = None
        self.turned.emit()

    def _failed(self, error: Exception) -> None:
        self._task = None
        self.context.show_error(error)
        self.turned.emit()

    def _stopped(self) -> None:
        self._task = None
        self.context.say(_("已停止，什么也没有排。"))
        self.turned.emit()

    def turn(self, step: int) -> None:
        """The span before or after; 0 is today's."""
        if step == 0:
            self.day = self.context.today()
        elif not self.by_month:
            self.day += timedelta(days=7 * step)
        else:
            first = self.day.replace(day=1)
            near = first + timedelta(days=32) if step > 0 else first - timedelta(days=1)
            self.day = near.replace(day=1)
        self.turned.emit()
