"""待发放: approved gifts of all months; one key hands a gift over. Beside them what is under way to the customer."""

from __future__ import annotations

from array import array
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from models.kinds import Handover, LineStatus
from services import formats, gifts
from services.gifts import LineRow, ParcelRow
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.gifts import issue_acts
from ui.gifts.columns import plan_columns
from ui.gifts.issue_slip import SlipButton
from ui.gifts.line_actions import LineActions
from ui.lazy_table import Column, LazyTable
from ui.tasks import Task
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop

_TYPING = 150
"""Milliseconds after the last key before the list is filtered."""
_HIDDEN = ("status", "reason", "gift_class", "cost")


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
        columns.append(
            Column("progress", N_("进展"), 190, text=progress_words, badge=progress_badge, sort=False)
        )
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
        self.under_way = theme.kind(QPushButton(_("在途")), "chip")
        self.under_way.setCheckable(True)
        self.under_way.setAutoDefault(False)
        self.under_way.setAccessibleName(_("在途"))
        self.under_way.setToolTip(_("已寄出或正送上门、还没有登记签收的礼品"))
        self.figures = label("", "muted")
        self.packing = KeyButton(_("装礼品"), "F8", "", _("按寄出或交付的日子逐件装好，打印清单"))
        self.slip = SlipButton(context, lambda: self.acts.ids())
        self.send = KeyButton(_("寄送"), "T", "", _("邮寄或送上门：承运、运单号、送货人"))
        self.receive = KeyButton(_("登记签收"), "R", "", _("谁在哪天收到了"))
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
        self.under_way.toggled.connect(self._switch)
        self.packing.clicked.connect(self._pack)
        self.send.clicked.connect(self._send)
        self.receive.clicked.connect(self._receive)
        self.table.current_changed.connect(self._tell_line)
        self.table.selection_changed.connect(self._tell_line)
        self.table.opened.connect(lambda _id: self.acts.open.click())

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        for widget in (self.text, self.overdue, self.under_way, self.figures):
            top.addWidget(widget)
        top.addStretch()
        top.addWidget(self.next)
        ways = QHBoxLayout()
        ways.setSpacing(theme.px(8))
        for button in (self.send, self.receive, self.slip, self.packing):
            ways.addWidget(button)
        ways.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addLayout(ways)
        column.addWidget(self.acts)

    def reload(self, *_any: object) -> None:
        if self._task:
            self._task.drop()
        shop = self.context.shop
        job = partial(_read, shop, self.text.text(), self.overdue.isChecked(), self.under_way.isChecked())
        self._task = self.context.read(job, self._show)

    def _switch(self, sent: bool) -> None:
        """What waits in the shop, or what is on its way to the customer."""
        self.overdue.setEnabled(not sent)
        if sent:
            self.overdue.setChecked(False)
        self.reload()

    def _show(self, found: tuple[array[int], int]) -> None:
        self._task = None
        ids, everything = found
        self.counted.emit(everything)
        self.figures.setText(_("{n} 件").format(n=len(ids)))
        if self.under_way.isChecked():
            self.table.set_empty(_("没有在途的礼品"), _("寄出或送上门的礼品会列在这里，客户收到后登记签收。"))
        elif self.text.text() or self.overdue.isChecked():
            self.table.set_empty(_("没有符合的礼品"), _("换个名字找，或看全部待发放的礼品。"))
        else:
            self.table.set_empty(_("没有待发放的礼品"), _("店主批准的礼品会列在这里，等客户来领。"))
        shop = self.context.shop
        self.table.show_ids(ids, lambda some: gifts.parcels(shop, some))
        if len(ids) and not self.table.current_id():
            self.table.select_first()
        self._tell_line()

    def _tell_line(self, *_any: object) -> None:
        row = self.table.current_row() if self.table.selected_count() else None
        self.acts.show_row(row, max(1, self.table.selected_count()))
        self.acts.issue.hide()
        sent = self.under_way.isChecked()
        if sent and row is not None:
            self.acts.to_stock.setVisible(self.acts.may_return())
        self.next.setVisible(not sent)
        self.receive.setVisible(sent)
        self.send.setVisible(not sent)
        self.next.setEnabled(row is not None)
        self.receive.setEnabled(row is not None)
        self.slip.setEnabled(row is not None)
        self.send.setEnabled(row is not None and row.handover != Handover.COLLECT)

    # ---- the acts

    def _rows(self) -> list[ParcelRow]:
        shop = self.context.shop
        return [row for row in gifts.parcels(shop, self.acts.ids()) if row is not None]

    def _send(self) -> None:
        """All that is chosen goes one way: by post, or to the door."""
        rows = self._rows()
        ways = {row.handover for row in rows}
        if len(ways) > 1:
            self.context.say(_("请把邮寄的和送上门的分开办。"), tone="warn")
        elif rows:
            issue_acts.send(self.context, self.window(), rows)

    def _receive(self) -> None:
        if rows := self._rows():
            issue_acts.receive(self.context, self.window(), rows)

    def _pack(self) -> None:
        from ui.gifts.issue_packing import PackingBox

        PackingBox(self.context, self.window()).open()


def _read(shop: Shop, text: str, overdue: bool, sent: bool, _progress: Progress) -> tuple[array[int], int]:
    from services.gifts.slips import line_of_slip

    everything = gifts.waiting_ids(shop)
    if sent:
        return array("q", gifts.under_way_ids(shop, text)), len(everything)
    if (line_id := line_of_slip(text)) is not None:
        return array("q", [one for one in everything if one == line_id]), len(everything)
    ids = gifts.waiting_ids(shop, text, overdue=overdue) if text or overdue else everything
    return array("q", ids), len(everything)


def progress_words(row: LineRow) -> str:
    """How far a gift is: signed for on the sheet but not booked by somebody else yet, packed, reminded of, on its way."""
    if not isinstance(row, ParcelRow):
        return ""
    if row.status == LineStatus.ISSUED:
        day = formats.short_day(row.issued_on)
        return " ".join(part for part in (gifts.signed_words(row.signed), day, row.way) if part)
    if row.customer_signed:
        return _("表上已签名，待发放")
    if row.reminded_on:
        return _("已提醒 {day}").format(day=formats.short_day(row.reminded_on))
    return _("已装好") if row.packed_on else ""


def progress_badge(row: LineRow) -> str | None:
    """A reminder is a warning; a packed gift is well."""
    if not isinstance(row, ParcelRow) or not progress_words(row):
        return None
    if row.status == LineStatus.ISSUED:
        return "accent"
    return "warn" if row.reminded_on or row.customer_signed else "good"
