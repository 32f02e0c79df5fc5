"""What stands behind a figure or a signal: the gift lines with their customers, or the moves of the stock."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from services import formats, gifts, stock
from services.gifts import LineRow
from services.progress import Progress
from services.rules.gifts import status_words
from services.shop import Shop
from services.stock import CardRow
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.dialogs import Box
from ui.gifts.columns import wide
from ui.gifts.stock_page import card_columns
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton


class LinesBox(Box):
    """The gift lines; Enter shows the customer."""

    def __init__(self, context: Context, parent: QWidget | None, title: str, ids: Sequence[int]) -> None:
        super().__init__(parent, title, 960)
        self.context = context
        self.body.addWidget(label(_("{n} 条").format(n=len(ids)), "muted"))
        self.table = LazyTable(context, "check_lines", title, _line_columns())
        self.table.setMinimumHeight(theme.px(320))
        self.table.set_empty(_("没有明细"))
        shop = context.shop
        self.table.show_ids(array("q", ids), lambda some: gifts.lines_by_id(shop, some))
        self.table.select_first()
        self.table.opened.connect(self._open)
        self.body.addWidget(self.table, 1)
        self.add_button(_("关闭"), self.accept)
        self.go = KeyButton(_("看客户"), "F2", "primary", _("打开这位客户的页"))
        self.go.setEnabled(bool(ids))
        self.go.clicked.connect(self._open)
        self.buttons.addWidget(self.go)
        self.table.setFocus()

    def _open(self, *_any: object) -> None:
        row: LineRow | None = self.table.current_row()
        if row is not None:
            self.accept()
            self.context.open_customer(row.customer_id)


class MovesBox(Box):
    """The moves of one gift, of some days or of some numbers only."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        gift_id: int,
        title: str,
        *,
        since: date | None = None,
        until: date | None = None,
        only: Sequence[int] = (),
    ) -> None:
        super().__init__(parent, title, 960)
        self.context = context
        self._only = frozenset(only)
        self.table = LazyTable(context, "check_moves", title, card_columns())
        self.table.setMinimumHeight(theme.px(320))
        self.table.set_empty(_("这段时间没有流水"))
        self.body.addWidget(self.table, 1)
        self.add_button(_("关闭"), self.accept, "primary")
        context.read(partial(_moves, context.shop, gift_id, since, until), self._show)

    def _show(self, rows: list[CardRow]) -> None:
        self.table.show_rows([row for row in rows if not self._only or row.id in self._only])
        self.table.select_first()
        self.table.setFocus()


def _moves(
    shop: Shop, gift_id: int, since: date | None, until: date | None, _progress: Progress
) -> list[CardRow]:
    return stock.card(shop, gift_id, since, until)


def _line_columns() -> list[Column]:
    return [
        Column("card_no", N_("客户编号"), wide(90, 120), sort=False),
        Column("name", N_("客户名"), 100, sort=False, bold=True),
        Column("grade", N_("等级"), 56, sort=False, badge=lambda row: theme.grade_badge(row.grade)),
        Column(
            "occasion",
            N_("赠送事宜"),
            wide(90, 130),
            sort=False,
            text=lambda row: gifts.occasion_words(row.occasion),
        ),
        Column("gift", N_("礼品"), 120, sort=False, stretch=True),
        Column("cost", N_("成本"), 84, "right", sort=False, text=lambda row: formats.money(row.cost)),
        Column("status", N_("状态"), 84, sort=False, text=lambda row: status_words(row.status)),
        Column(
            "issued_on", N_("发放日期"), 96, sort=False, text=lambda row: formats.short_day(row.issued_on)
        ),
        Column("issued_by", N_("发放人"), 84, sort=False),
        Column("signed", N_("签收"), 84, sort=False, text=lambda row: gifts.signed_words(row.signed)),
    ]
