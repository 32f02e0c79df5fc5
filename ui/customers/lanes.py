"""The lanes of the customer page: purchases, visits, points, gifts, contacts, notes and family, the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from services import formats
from services.customer_page import CustomerPage
from services.customer_rows import GiftRow, PurchaseRow
from services.words import N_, _
from ui import theme
from ui.charts import Bar, BarChart
from ui.context import Context
from ui.customers import lane_columns
from ui.customers.facts_form import FactsForm
from ui.customers.notes_lane import NotesLane
from ui.customers.points_lane import PointsLane
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

LEAST_WIDTH, LEAST_HEIGHT = 480, 216
"""Pixels at font size 14: below that the whole page scrolls instead."""


class Lanes(QTabWidget):
    """What there is to read about a customer, newest first. Only the lane in front is filled."""

    return_wanted = Signal(object)
    """The `PurchaseRow` to take back."""
    gift_wanted = Signal(int)
    """Hand out this plan line."""
    talk_wanted = Signal()
    """Note a talk with the customer."""

    def __init__(self, context: Context, facts: FactsForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.facts = facts
        self.page: CustomerPage | None = None
        self._fill: dict[QWidget, Callable[[CustomerPage], None]] = {}
        self._stale: set[QWidget] = set()
        self._titles: list[tuple[str, Callable[[CustomerPage], int]]] = []
        self.setDocumentMode(True)
        self.setAccessibleName(_("客户记录"))
        self._build()
        self.currentChanged.connect(lambda _place: self._fill_current())

    def _build(self) -> None:
        self._make_tables()
        self._make_buttons()
        self._make_lanes()

    def _make_tables(self) -> None:
        self.purchases = self._table(
            "purchases", N_("消费记录"), lane_columns.PURCHASES, N_("还没有消费"), N_("F7 登记第一笔。")
        )
        self.visits = self._table(
            "visits_of", N_("到店记录"), lane_columns.VISITS, N_("还没有来过"), N_("F8 记一次到店。")
        )
        self.points = self._table("points_of", N_("积分"), lane_columns.POINTS, N_("还没有积分"), "")
        self.gifts = self._table(
            "gifts_of",
            N_("礼品"),
            lane_columns.GIFTS,
            N_("还没有送过礼品"),
            N_("礼品由店长在礼品台账里提议。"),
        )
        self.contacts = self._table(
            "contacts_of", N_("联络"), lane_columns.CONTACTS, N_("还没有联络过"), N_("联络日程会按规则安排。")
        )
        self.purchases.current_changed.connect(lambda _id: self._tell_buttons())
        self.gifts.current_changed.connect(lambda _id: self._tell_buttons())

    def _make_buttons(self) -> None:
        self.back = KeyButton(_("退货"), "Ctrl+R", "", _("退回选中的这一行，积分和次数一起退"), "undo")
        self.back.clicked.connect(self._return)
        self.issue = KeyButton(_("发放"), "Alt+G", "", _("把选中的礼品发给客户，客户签名"), "gift")
        self.issue.clicked.connect(self._issue)
        self.by_code = KeyButton(_("凭码发放"), "Alt+K", "", _("客户报出四位领取码"))
        self.by_code.clicked.connect(self._issue_by_code)
        self.slip = KeyButton(_("签收单"), "Alt+S", "", _("客户签名的小票"), "printer")
        self.slip.clicked.connect(self._slip)
        self.talk = KeyButton(_("记一次联络"), "", "", _("面谈、来电、短信：记下说了什么  F6"), "phone")
        self.talk.clicked.connect(self.talk_wanted)

    def _make_lanes(self) -> None:
        self.notes_lane = NotesLane(self.context)
        self.notes = self.notes_lane.notes
        self.note = self.notes_lane.note
        self.chart = BarChart(_("12个月消费"), 40)
        self.spent = label("", "caption")
        self._add(
            _lane(self.purchases, self.spent, self.chart, self.back),
            N_("消费"),
            self._show_purchases,
            lambda page: len(page.purchases),
        )
        self._add(
            _lane(self.visits),
            N_("到店"),
            lambda page: self.visits.show_rows(page.visits),
            lambda page: len(page.visits),
        )
        self.points_lane = PointsLane(self.context, self.points)
        self._add(self.points_lane, N_("积分"), self.points_lane.show_page, lambda page: page.points_balance)
        self._add(
            _lane(self.gifts, self.issue, self.by_code, self.slip),
            N_("礼品"),
            self._show_gifts,
            lambda page: len(page.gifts),
        )
        self._add(
            _lane(self.contacts, self.talk),
            N_("联络"),
            lambda page: self.contacts.show_rows(page.contacts),
            lambda page: len(page.contacts),
        )
        self._add(
            self.notes_lane,
            N_("备注与家人"),
            self.notes_lane.show_page,
            lambda page: len(page.notes) + len(page.days) + len(page.referred),
        )
        self._add(self.facts, N_("资料与同意"), self.facts.show_page, lambda _page: 0)

    def _add(
        self,
        lane: QWidget,
        title: str,
        fill: Callable[[CustomerPage], None],
        count: Callable[[CustomerPage], int],
    ) -> None:
        """One more lane: `fill` shows a page in it when it comes to the front, `count` stands beside its name."""
        self._fill[lane] = fill
        place = self.addTab(lane, _(title))
        self._titles.append((title, count))
        key = f"Ctrl+{place + 1}"
        self.setTabToolTip(place, _("打开这一栏  {key}").format(key=key))
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.activated.connect(lambda lane=lane: self.open_lane(lane))

    def _table(self, name: str, title: str, columns: list[Column], empty: str, hint: str) -> LazyTable:
        table = LazyTable(self.context, name, _(title), columns, multiple=False)
        table.set_empty(_(empty), _(hint) if hint else "")
        return table

    def sizeHint(self) -> QSize:
        """As little as can be read: the page gives the lanes all the room that is left."""
        return QSize(theme.px(LEAST_WIDTH), theme.px(LEAST_HEIGHT))

    minimumSizeHint = sizeHint

    # ---- showing

    def show_page(self, page: CustomerPage) -> None:
        """Fills the lane in front; the chosen lane and the cursors stay. The others follow when they are opened."""
        other = self.page is None or self.page.id != page.id
        self.page = page
        self._stale = set(self._fill)
        for place, (title, count) in enumerate(self._titles):
            n = count(page)
            self.setTabText(place, f"{_(title)} {n}" if n else _(title))
        self.notes_lane.about(page)
        if other:
            self.notes_lane.clear()
        self._fill_current()
        self._tell_buttons()

    def open_lane(self, lane: QWidget) -> None:
        """Brings a lane to the front, the cursor in it."""
        self.setCurrentWidget(lane)
        table = lane.findChild(LazyTable)
        if table is not None:
            if not table.current_id():
                table.select_first()
            table.view.setFocus()

    def _fill_current(self) -> None:
        lane = self.currentWidget()
        if self.page is not None and lane in self._stale:
            self._stale.discard(lane)
            self._fill[lane](self.page)

    def _show_purchases(self, page: CustomerPage) -> None:
        self.purchases.show_rows(page.purchases)
        year = sum(paid for _month, paid in page.months)
        self.spent.setText(_("12个月消费 {money}").format(money=formats.money(year)))
        self.chart.show_bars(
            [
                Bar(str(first.month), paid / 100, f"{first.year}-{first.month:02d}  {formats.money(paid)}")
                for first, paid in page.months
            ],
            lambda value: formats.money(round(value * 100)),
        )

    def _show_gifts(self, page: CustomerPage) -> None:
        self.gifts.show_rows(page.gifts)
        self._tell_buttons()

    def _tell_buttons(self) -> None:
        line: PurchaseRow | None = self.purchases.current_row()
        self.back.setEnabled(line is not None and not line.is_return and line.left > 0)
        gift: GiftRow | None = self.gifts.current_row()
        waits = gift is not None and gift.status == "approved"
        self.issue.setEnabled(waits)
        self.by_code.setEnabled(waits)
        self.slip.setEnabled(gift is not None and gift.status in ("approved", "issued", "checked"))

    # ---- acting

    def _return(self) -> None:
        if (line := self.purchases.current_row()) is not None:
            self.return_wanted.emit(line)

    def _issue(self) -> None:
        if (gift := self.gifts.current_row()) is not None:
            self.gift_wanted.emit(gift.id)

    def _issue_by_code(self) -> None:
        from ui.gifts import issue_acts

        if (gift := self.gifts.current_row()) is not None:
            issue_acts.by_code(self.context, self.window(), gift.id)

    def _slip(self) -> None:
        from ui.gifts import issue_slip

        if (gift := self.gifts.current_row()) is not None:
            issue_slip.show(self.context, self.window(), [gift.id])


def _lane(table: LazyTable, *below: Any) -> QWidget:
    """A list with its buttons below it; a chart among them takes what room is left."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, theme.px(8), 0, 0)
    column.setSpacing(theme.px(4))
    column.addWidget(table, 1)
    if below:
        column.addLayout(_row(below))
    return holder


def _row(parts: Sequence[QWidget]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.px(8))
    if not any(isinstance(part, BarChart) for part in parts):
        row.addStretch()
    for part in parts:
        row.addWidget(part, 1 if isinstance(part, BarChart) else 0)
    return row
