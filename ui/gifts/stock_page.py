"""库存: the catalogue with stock, reserved and available, and the ledger of the gift under the cursor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from models.kinds import StockKind
from services import formats, stock
from services.rights import Right, may
from services.stock import CardRow, GiftItem
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.gifts.columns import wide
from ui.lazy_table import Column, LazyTable
from ui.tasks import Task
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop


@dataclass(frozen=True)
class _Move:
    id: int
    what: CardRow


class StockPage(QWidget):
    """Everybody may look; the manager receives, counts, writes off and adds."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._task: Task | None = None
        self._moves_task: Task | None = None
        self.figures = label("", "muted")
        self.table = LazyTable(context, "gift_stock", _("礼品目录和库存"), _columns(), multiple=False)
        self.ledger_title = label("", "section")
        self.ledger = LazyTable(context, "gift_moves", _("库存流水"), _move_columns())
        self.ledger.set_empty(_("还没有流水"))
        self.add = KeyButton(_("新增礼品"), "F7", "primary", _("把一种新礼品放进目录"), "plus")
        self.receive = KeyButton(_("入库"), "+", "", _("登记到货"))
        self.count = KeyButton(_("盘点"), "P", "", _("填实际件数，差额记入流水"))
        self.break_ = KeyButton(_("损耗"), "B", "", _("破损、过期，写明原因"))
        self.change = KeyButton(_("修改"), "E", "", _("类别、成本、补货线、适合的喜好"))
        self._lay_out()
        self.add.clicked.connect(self._add)
        self.receive.clicked.connect(self._receive)
        self.count.clicked.connect(lambda: self._with("count"))
        self.break_.clicked.connect(lambda: self._with("write_off"))
        self.change.clicked.connect(lambda: self._with("change_gift"))
        self.table.current_changed.connect(self._tell_gift)
        self.table.opened.connect(lambda _id: self._with("change_gift"))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        top.addWidget(self.figures)
        top.addStretch()
        for button in (self.receive, self.count, self.break_, self.change, self.add):
            top.addWidget(button)
        below = QWidget()
        lower = QVBoxLayout(below)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(theme.px(4))
        lower.addWidget(self.ledger_title)
        lower.addWidget(self.ledger, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(below)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(top)
        column.addWidget(split, 1)

    def reload(self) -> None:
        if self._task:
            self._task.drop()
        self._task = self.context.read(partial(_read, self.context.shop), self._show)

    def _show(self, items: list[GiftItem]) -> None:
        self._task = None
        able = may(self.context.shop, Right.STOCK)
        for button in (self.add, self.receive, self.count, self.break_, self.change):
            button.setVisible(able)
        value = sum(item.stock * item.cost for item in items)
        low = sum(item.low for item in items)
        words = _("{n} 种礼品，库存值 {value}").format(n=len(items), value=formats.money(value))
        if low:
            words += " · " + _("{n} 种该补货").format(n=low)
        self.figures.setText(words if items else "")
        if able:
            hint = _("先放几种礼品进来，提议时才有东西可送。")
            self.table.set_empty(_("礼品目录还是空的"), hint, _("新增礼品"), self._add)
        else:
            self.table.set_empty(_("礼品目录还是空的"), _("店长新增礼品以后，这里看得到库存。"))
        self.table.show_rows(items)
        if items and not self.table.current_id():
            self.table.select_first()
        self._tell_gift()

    def _tell_gift(self, *_any: object) -> None:
        row = self.table.current_row()
        for button in (self.receive, self.count, self.break_, self.change):
            button.setEnabled(row is not None)
        if self._moves_task:
            self._moves_task.drop()
        if row is None:
            self.ledger_title.setText("")
            self.ledger.show_rows([])
            return
        self.ledger_title.setText(_("{name} 的库存流水").format(name=row.name))
        self._moves_task = self.context.read(
            partial(_read_moves, self.context.shop, row.id), self._show_moves
        )

    def _show_moves(self, moves: list[CardRow]) -> None:
        self._moves_task = None
        self.ledger.show_rows([_Move(number, one) for number, one in enumerate(moves, 1)])

    def _add(self) -> None:
        from ui.gifts.stock_dialogs import new_gift

        new_gift(self.context, self)

    def _receive(self) -> None:
        from ui.gifts.stock_dialogs import receive

        row = self.table.current_row()
        if row is not None:
            receive(self.context, self, row.id, row.name)

    def _with(self, name: str) -> None:
        """Opens one of the dialogs for the gift under the cursor."""
        from ui.gifts import stock_dialogs

        row = self.table.current_row()
        if row is not None and may(self.context.shop, Right.STOCK):
            getattr(stock_dialogs, name)(self.context, self, row)


def _read(shop: Shop, _progress: Progress) -> list[GiftItem]:
    return stock.catalogue(shop)


def _read_moves(shop: Shop, gift_id: int, _progress: Progress) -> list[CardRow]:
    return stock.card(shop, gift_id)


def _columns() -> list[Column]:
    return [
        Column("name", N_("礼品"), 150, bold=True, sort=False),
        Column("gift_class", N_("礼品类别"), 110, sort=False),
        Column("cost", N_("成本"), 84, "right", sort=False, text=lambda row: formats.money(row.cost)),
        Column(
            "face_value",
            N_("面值"),
            wide(84, 92),
            "right",
            sort=False,
            text=lambda row: formats.money(row.face_value) if row.face_value else "",
        ),
        Column("stock", N_("库存"), 64, "right", sort=False, text=lambda row: f"{row.stock:,}"),
        Column(
            "reserved", N_("已安排"), wide(64, 84), "right", sort=False, text=lambda row: f"{row.reserved:,}"
        ),
        Column(
            "available",
            N_("可用"),
            64,
            "right",
            bold=True,
            sort=False,
            text=lambda row: f"{row.available:,}",
            tone=lambda row: "bad" if row.low else None,
        ),
        Column(
            "reorder_level",
            N_("补货线"),
            wide(64, 104),
            "right",
            sort=False,
            text=lambda row: str(row.reorder_level or ""),
            tone=lambda _row: "muted",
        ),
        Column("suits", N_("适合的喜好"), 120, sort=False, stretch=True, tone=lambda _row: "muted"),
        Column("supplier", N_("供应商"), 110, sort=False, tone=lambda _row: "muted"),
    ]


def kind_words(kind: StockKind) -> str:
    """`入库`, `发放` …"""
    return {
        StockKind.RECEIVED: _("入库"),
        StockKind.ISSUED: _("发放"),
        StockKind.RETURNED: _("退回"),
        StockKind.BROKEN: _("损耗"),
        StockKind.COUNTED: _("盘点"),
    }[kind]


def _move_columns() -> list[Column]:
    return [
        Column("day", N_("日期"), 96, sort=False, text=lambda row: formats.short_day(row.what.day)),
        Column("kind", N_("事由"), 72, sort=False, text=lambda row: kind_words(row.what.kind)),
        Column(
            "quantity",
            N_("件数"),
            64,
            "right",
            sort=False,
            text=lambda row: f"{row.what.quantity:+,}",
            tone=lambda row: "bad" if row.what.quantity < 0 else "good",
        ),
        Column("customer", N_("客户名"), 100, sort=False, text=lambda row: row.what.customer),
        Column("user", N_("经手人"), 90, sort=False, text=lambda row: row.what.user),
        Column(
            "reason",
            N_("说明"),
            120,
            sort=False,
            stretch=True,
            text=lambda row: row.what.reason,
            tone=lambda _row: "muted",
        ),
    ]
