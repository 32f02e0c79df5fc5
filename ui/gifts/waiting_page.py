"""待发放: approved gifts of all months; at the counter one key hands a gift over."""

from __future__ import annotations

from array import array
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from services import gifts
from services.words import _
from ui import theme
from ui.context import Context
from ui.gifts.columns import plan_columns
from ui.gifts.line_actions import LineActions
from ui.lazy_table import LazyTable
from ui.tasks import Task
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop

_TYPING = 150
"""Milliseconds after the last key before the list is filtered."""
_HIDDEN = ("status", "reason")


class WaitingPage(QWidget):
    """Who has a gift waiting, found by name or card number."""

    counted = Signal(int)
    """How many gifts wait in all."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._task: Task | None = None
        columns = [
            replace(column, stretch=column.key == "gift")
            for column in plan_columns()
            if column.key not in _HIDDEN
        ]
        self.table = LazyTable(context, "gifts_waiting", _("待发放的礼品"), columns)
        self.acts = LineActions(context, lambda: list(self.table.selected_ids()))
        self.acts.issue.setVisible(False)
        self.text = Line(_("找客户"))
        self.text.setPlaceholderText(_("姓名或卡号"))
        self.text.setMaximumWidth(theme.px(220))
        self.text.setClearButtonEnabled(True)
        self.overdue = theme.kind(QPushButton(), "chip")
        self.overdue.setCheckable(True)
        self.overdue.setAutoDefault(False)
        days = context.shop.policy.gifts.uncollected_days
        self.overdue.setText(_("过期未领（{n} 天以上）").format(n=days))
        self.overdue.setAccessibleName(self.overdue.text())
        self.figures = label("", "muted")
        self.next = KeyButton(_("发放所选"), "F7", "primary", _("把选中的礼品交给客户，签名领取"))
        self.next.clicked.connect(lambda: self.acts.issue_ids(self.acts.ids()))
        self._lay_out()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING)
        self._typing.timeout.connect(self.reload)
        self.text.textChanged.connect(self._typing.start)
        self.text.entered.connect(self.table.setFocus)
        self.overdue.toggled.connect(self.reload)
        self.table.current_changed.connect(self._tell_line)
        self.table.selection_changed.connect(self._tell_line)
        self.table.opened.connect(lambda _id: self.acts.open.click())

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        for widget in (self.text, self.overdue, self.figures):
            top.addWidget(widget)
        top.addStretch()
        top.addWidget(self.next)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(self.acts)

    def reload(self, *_any: object) -> None:
        if self._task:
            self._task.drop()
        shop = self.context.shop
        job = partial(_read, shop, self.text.text(), self.overdue.isChecked())
        self._task = self.context.read(job, self._show)

    def _show(self, found: tuple[array[int], int]) -> None:
        self._task = None
        ids, everything = found
        self.counted.emit(everything)
        self.figures.setText(_("{n} 件").format(n=len(ids)))
        if self.text.text() or self.overdue.isChecked():
            self.table.set_empty(_("没有符合的礼品"), _("换个名字找，或看全部待发放的礼品。"))
        else:
            self.table.set_empty(_("没有待发放的礼品"), _("店主批准的礼品会列在这里，等客户来领。"))
        shop = self.context.shop
        self.table.show_ids(ids, lambda some: gifts.lines_by_id(shop, some))
        if len(ids) and not self.table.current_id():
            self.table.select_first()
        self._tell_line()

    def _tell_line(self, *_any: object) -> None:
        row = self.table.current_row() if self.table.selected_count() else None
        self.acts.show_row(row, max(1, self.table.selected_count()))
        self.acts.issue.hide()
        self.next.setEnabled(row is not None)


def _read(shop: Shop, text: str, overdue: bool, _progress: Progress) -> tuple[array[int], int]:
    ids = gifts.waiting_ids(shop, text, overdue=overdue)
    everything = len(gifts.waiting_ids(shop)) if text or overdue else len(ids)
    return array("q", ids), everything
