"""The lanes of the customer page: purchases, gifts, contacts, points, notes and days."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from services import formats
from services.contact_words import channel_words, occasion_words, state_words, topic_words
from services.customer_notes import add_note, remove_note
from services.customer_page import CustomerPage
from services.customer_rows import GiftRow, PurchaseRow
from services.words import N_, _
from ui import theme
from ui.charts import Bar, BarChart
from ui.context import Context
from ui.customers.words import LINE_WORDS, POINT_WORDS
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line

_PURCHASES = [
    Column("day", N_("日期"), width=104, text=lambda row: formats.short_day(row.day), sort=False),
    Column(
        "item_no",
        N_("货号"),
        width=110,
        sort=False,
        tone=lambda row: "bad" if row.is_return else None,
    ),
    Column("size", N_("尺码"), width=52, sort=False),
    Column("quantity", N_("件"), width=40, align="right", sort=False),
    Column(
        "list_price",
        N_("吊牌价"),
        width=96,
        align="right",
        text=lambda row: formats.money(row.list_price),
        sort=False,
    ),
    Column(
        "paid",
        N_("实付"),
        width=100,
        align="right",
        text=lambda row: formats.money(row.paid),
        bold=True,
        sort=False,
        tone=lambda row: "bad" if row.paid < 0 else None,
    ),
    Column(
        "mark",
        "",
        width=104,
        text=lambda row: _mark(row),
        badge=lambda row: "warn" if _mark(row) else None,
        sort=False,
    ),
    Column(
        "ticket_points",
        N_("积分"),
        width=64,
        align="right",
        text=lambda row: "" if not row.ticket_points else f"+{row.ticket_points}",
        sort=False,
    ),
    Column(
        "running_points",
        N_("累计"),
        width=56,
        align="right",
        text=lambda row: "" if row.running_points is None else str(row.running_points),
        tone=lambda _row: "muted",
        sort=False,
    ),
    Column("clerk", N_("经手"), width=64, tone=lambda _row: "muted", sort=False, stretch=True),
]
_GIFTS = [
    Column("due", N_("日期"), width=104, text=lambda row: formats.short_day(row.due), sort=False),
    Column("occasion", N_("事宜"), width=96, text=lambda row: occasion_words(row.occasion), sort=False),
    Column("gift", N_("礼品"), width=160, stretch=True, sort=False),
    Column(
        "status",
        N_("状态"),
        width=80,
        text=lambda row: _(LINE_WORDS[row.status]),
        badge=lambda row: "accent" if row.status == "approved" else "quiet",
        sort=False,
    ),
    Column("issued_on", N_("领取"), width=104, text=lambda row: formats.short_day(row.issued_on), sort=False),
]
_CONTACTS = [
    Column("day", N_("日期"), width=104, text=lambda row: formats.short_day(row.day), sort=False),
    Column("channel", N_("方式"), width=64, text=lambda row: channel_words(row.channel), sort=False),
    Column(
        "topics",
        N_("主题"),
        width=140,
        text=lambda row: _("、").join(map(topic_words, row.topics)),
        sort=False,
    ),
    Column("state", N_("结果"), width=80, text=lambda row: state_words(row.state), sort=False),
    Column("note", N_("记录"), width=160, stretch=True, sort=False, hint=lambda row: row.note),
    Column("by", N_("经手"), width=64, tone=lambda _row: "muted", sort=False),
]
_POINTS = [
    Column("day", N_("日期"), width=104, text=lambda row: formats.short_day(row.day), sort=False),
    Column("kind", N_("事由"), width=100, text=lambda row: _(POINT_WORDS[row.kind]), sort=False),
    Column(
        "points",
        N_("积分"),
        width=64,
        align="right",
        text=lambda row: f"{row.points:+d}",
        tone=lambda row: "bad" if row.points < 0 else "good",
        sort=False,
    ),
    Column("balance", N_("可用"), width=64, align="right", sort=False),
    Column("reason", N_("说明"), width=160, stretch=True, tone=lambda _row: "muted", sort=False),
]
_NOTES = [
    Column("day", N_("日期"), width=104, text=lambda row: formats.short_day(row.day), sort=False),
    Column(
        "kind",
        "",
        width=64,
        text=lambda row: _("试穿") if row.kind == "tried" else "",
        badge=lambda _row: "quiet",
        sort=False,
    ),
    Column("text", N_("备注"), width=240, stretch=True, sort=False, hint=lambda row: row.text),
    Column("clerk", N_("经手"), width=64, tone=lambda _row: "muted", sort=False),
]


def _mark(row: PurchaseRow) -> str:
    if row.is_return:
        return _("退货")
    if row.left <= 0:
        return _("已退")
    return _("特价") if row.special else ""


class Lanes(QTabWidget):
    """What there is to read about a customer, newest first."""

    return_wanted = Signal(object)
    """The `PurchaseRow` to take back."""
    gift_wanted = Signal(int)
    """Hand out this plan line."""

    def __init__(self, context: Context, facts: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.page: CustomerPage | None = None
        self.setDocumentMode(True)
        self.purchases = self._table(
            "purchases", N_("消费记录"), _PURCHASES, N_("还没有消费"), N_("F7 登记第一笔。")
        )
        self.gifts = self._table(
            "gifts_of", N_("礼品"), _GIFTS, N_("还没有送过礼品"), N_("礼品由店长在礼品台账里提议。")
        )
        self.contacts = self._table(
            "contacts_of", N_("联络"), _CONTACTS, N_("还没有联络过"), N_("联络日程会按规则安排。")
        )
        self.points = self._table("points_of", N_("积分"), _POINTS, N_("还没有积分"), "")
        self.notes = self._table(
            "notes_of", N_("备注"), _NOTES, N_("还没有备注"), N_("说了什么、试了什么没买，记在这里。")
        )
        self.back = KeyButton(_("退货"), "Ctrl+R", "", _("退回选中的这一行，积分和次数一起退"), "undo")
        self.back.clicked.connect(self._return)
        self.issue = KeyButton(_("发放"), "Ctrl+G", "", _("把选中的礼品发给客户，客户签名"), "gift")
        self.issue.clicked.connect(self._issue)
        self.purchases.current_changed.connect(lambda _id: self._tell_buttons())
        self.gifts.current_changed.connect(lambda _id: self._tell_buttons())
        self.addTab(_lane(self.purchases, self.back), _("消费"))
        self.addTab(_lane(self.gifts, self.issue), _("礼品"))
        self.addTab(_lane(self.contacts), _("联络"))
        self.addTab(_lane(self.points), _("积分"))
        self.addTab(self._build_notes(), _("备注"))
        self.addTab(facts, _("资料与同意"))
        self.chart = BarChart(_("12个月消费"), 36)
        self.chart.setMinimumWidth(theme.px(200))
        self.chart.setMaximumWidth(theme.px(280))
        corner = QWidget()
        row = QHBoxLayout(corner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(label(_("12个月消费"), "caption"))
        row.addWidget(self.chart)
        self.corner = corner
        self.setCornerWidget(corner)
        self.setAccessibleName(_("客户记录"))

    def _table(self, name: str, title: str, columns: list[Column], empty: str, hint: str) -> LazyTable:
        table = LazyTable(self.context, name, _(title), columns, multiple=False)
        table.set_empty(_(empty), _(hint) if hint else "")
        return table

    def _build_notes(self) -> QWidget:
        self.note = Line(_("新备注"))
        self.note.setPlaceholderText(_("记一句：客户说了什么……  Enter 保存"))
        self.note.entered.connect(partial(self._add_note, "note"))
        self.tried = KeyButton(_("记为试穿未买"), "", "", _("试了什么没有买：下次到货好告诉客户"))
        self.tried.clicked.connect(partial(self._add_note, "tried"))
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, theme.px(8), 0, 0)
        column.setSpacing(theme.px(8))
        row = QHBoxLayout()
        row.addWidget(self.note, 1)
        row.addWidget(self.tried)
        column.addLayout(row)
        column.addWidget(self.notes, 1)
        return holder

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The chart gives way where the lanes' names need the room (large letters on a small screen)."""
        super().resizeEvent(event)
        needed = self.tabBar().sizeHint().width() + self.corner.sizeHint().width()
        self.corner.setVisible(needed <= self.width())

    # ---- showing

    def show_page(self, page: CustomerPage) -> None:
        """Fills every lane; the chosen lane and the cursors stay."""
        other = self.page is None or self.page.id != page.id
        self.page = page
        for table, rows in (
            (self.purchases, page.purchases),
            (self.gifts, page.gifts),
            (self.contacts, page.contacts),
            (self.points, page.points),
            (self.notes, page.notes),
        ):
            table.show_rows(rows)
        counts = (
            len(page.purchases),
            len(page.gifts),
            len(page.contacts),
            page.points_balance,
            len(page.notes),
        )
        words = (_("消费"), _("礼品"), _("联络"), _("积分"), _("备注"))
        for place, (title, n) in enumerate(zip(words, counts, strict=True)):
            self.setTabText(place, f"{title} {n}" if n else title)
        if other:
            self.note.clear()
        self.chart.show_bars(
            [
                Bar(str(first.month), paid / 100, f"{first.year}-{first.month:02d}  {formats.money(paid)}")
                for first, paid in page.months
            ],
            lambda value: formats.money(round(value * 100)),
        )
        self._tell_buttons()

    def _tell_buttons(self) -> None:
        line: PurchaseRow | None = self.purchases.current_row()
        self.back.setEnabled(line is not None and not line.is_return and line.left > 0)
        gift: GiftRow | None = self.gifts.current_row()
        self.issue.setEnabled(gift is not None and gift.status == "approved")

    # ---- acting

    def _return(self) -> None:
        if (line := self.purchases.current_row()) is not None:
            self.return_wanted.emit(line)

    def _issue(self) -> None:
        if (gift := self.gifts.current_row()) is not None:
            self.gift_wanted.emit(gift.id)

    def _add_note(self, kind: str) -> None:
        text = self.note.text().strip()
        if not text or self.page is None:
            self.note.setFocus()
            return
        shop, customer = self.context.shop, self.page.id
        self.context.write(
            lambda _progress: add_note(shop, customer, text, kind),
            lambda _id: self.note.clear(),
            said=_("已记下备注"),
            undo=self._remove_note,
        )

    def _remove_note(self, note_id: int) -> None:
        shop = self.context.shop
        self.context.write(lambda _progress: remove_note(shop, note_id), said=_("已撤销备注"))


def _lane(table: LazyTable, *buttons: Any) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, theme.px(8), 0, 0)
    column.setSpacing(theme.px(8))
    column.addWidget(table, 1)
    if buttons:
        row = QHBoxLayout()
        row.addStretch()
        for button in buttons:
            row.addWidget(button)
        column.addLayout(row)
    return holder
