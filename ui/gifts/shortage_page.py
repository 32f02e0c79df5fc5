"""采购清单: what the month's plan lacks, how many to buy, and what it will cost."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from services import formats, gifts, stock
from services.gifts import ShortageRow
from services.rights import Right, may
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.gifts.columns import wide
from ui.gifts.occasions import month_words
from ui.lazy_table import Column, LazyTable
from ui.tasks import Task
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop


@dataclass(frozen=True)
class _Row:
    id: int
    what: ShortageRow
    supplier: str = ""


class ShortagePage(QWidget):
    """The purchase list of the month that is shown."""

    counted = Signal(int)
    propose_wanted = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.month = ""
        self._task: Task | None = None
        self.title = label("", "heading")
        self.figures = label("", "muted")
        self.table = LazyTable(context, "gift_shortage", _("采购清单"), _columns())
        self.receive = KeyButton(_("入库"), "+", "", _("货到了：登记选中礼品的入库件数"))
        self.receive.clicked.connect(self._receive)
        self.save = KeyButton(_("导出…"), "Ctrl+S", "", _("采购清单存成 .xlsx 或 .csv，交给采购的人"))
        self.save.clicked.connect(self._save)
        self.again = KeyButton(_("重新提议"), "F7", "primary", _("用新到的库存补上缺的礼品"))
        self.again.clicked.connect(self.propose_wanted)
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        top.addWidget(self.title)
        top.addWidget(self.figures)
        top.addStretch()
        top.addWidget(self.save)
        top.addWidget(self.receive)
        top.addWidget(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(top)
        column.addWidget(self.table, 1)
        self.table.current_changed.connect(self._tell_row)
        self.table.opened.connect(lambda _id: self._receive())

    def show_month(self, month: str) -> None:
        self.month = month
        self.reload()

    def reload(self) -> None:
        if not self.month:
            return
        if self._task:
            self._task.drop()
        self._task = self.context.read(partial(_read, self.context.shop, self.month), self._show)

    def _show(self, found: list[_Row]) -> None:
        self._task = None
        rows = [row.what for row in found]
        pieces, budget = sum(row.quantity for row in rows), sum(row.budget for row in rows)
        self.title.setText(_("{month} 采购清单").format(month=month_words(self.month)))
        self.figures.setText(
            _("{n} 件 · 约 {budget}").format(n=pieces, budget=formats.money(budget)) if rows else ""
        )
        self.table.set_empty(_("不缺礼品"), _("计划里缺的和低于补货线的礼品会列在这里，附上数量和预算。"))
        self.table.show_rows(found)
        able = may(self.context.shop, Right.STOCK)
        self.receive.setVisible(able)
        self.save.setVisible(able)
        self.save.setEnabled(bool(rows))
        self.again.setVisible(able and any(row.occasion for row in rows))
        self.counted.emit(pieces)
        if rows and not self.table.current_id():
            self.table.select_first()
        self._tell_row()

    def _tell_row(self, *_any: object) -> None:
        row = self.table.current_row()
        self.receive.setEnabled(row is not None and row.what.gift_id is not None)

    def _receive(self) -> None:
        from ui.gifts.stock_dialogs import receive

        row = self.table.current_row()
        if row is None or row.what.gift_id is None or not may(self.context.shop, Right.STOCK):
            return
        receive(self.context, self, row.what.gift_id, row.what.gift, row.what.quantity)

    def _save(self) -> None:
        from ui.gifts.checks_save import save

        shop, month = self.context.shop, self.month

        def write(path: Path, progress: Progress) -> int:
            from services.gift_checks import stock_files

            return stock_files.save_purchase_list(shop, month, path, progress)

        save(self.context, self, _("采购清单") + f"-{month}", write)


def _read(shop: Shop, month: str, _progress: Progress) -> list[_Row]:
    """What the plan lacks, and what falls below its reorder level whatever the plan says."""
    suppliers = {item.id: item.supplier for item in stock.catalogue(shop)}
    rows = [*gifts.shortage(shop, month), *(low.as_shortage() for low in stock.reorder_list(shop))]
    return [
        _Row(number, row, suppliers.get(row.gift_id, "") if row.gift_id else "")
        for number, row in enumerate(rows, 1)
    ]


def _gift(row: _Row) -> str:
    return row.what.gift or _("目录里还没有合适的")


def _columns() -> list[Column]:
    return [
        Column(
            "occasion",
            N_("赠送事宜"),
            90,
            sort=False,
            text=lambda row: gifts.occasion_words(row.what.occasion) if row.what.occasion else _("补货"),
        ),
        Column(
            "grade",
            N_("等级"),
            56,
            sort=False,
            text=lambda row: row.what.grade,
            badge=lambda row: theme.grade_badge(row.what.grade) if row.what.grade else None,
        ),
        Column(
            "need", N_("标准"), 200, sort=False, text=lambda row: row.what.need, tone=lambda _row: "muted"
        ),
        Column(
            "gift",
            N_("建议采购"),
            160,
            sort=False,
            bold=True,
            stretch=True,
            text=_gift,
            tone=lambda row: None if row.what.gift else "warn",
        ),
        Column("gift_class", N_("礼品类别"), 110, sort=False, text=lambda row: row.what.gift_class),
        Column("supplier", N_("供应商"), 110, sort=False, tone=lambda _row: "muted"),
        Column(
            "quantity", N_("数量"), wide(64, 80), "right", sort=False, text=lambda row: str(row.what.quantity)
        ),
        Column(
            "unit", N_("单价"), 90, "right", sort=False, text=lambda row: formats.money(row.what.unit_cost)
        ),
        Column(
            "budget", N_("预算"), 100, "right", sort=False, text=lambda row: formats.money(row.what.budget)
        ),
    ]
