"""What the stock was worth on a day: chosen by its date, shown as a table, saved as a file."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from services import formats, stock
from services.errors import Refused
from services.progress import Progress
from services.shop import Shop
from services.stock import ValueRow
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.dialogs import Box
from ui.form import DayField, Form
from ui.gifts.checks_save import save
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton


class ValueBox(Box):
    """One day and its table."""

    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent, _("库存值"), 620)
        self.context = context
        self.day: date = context.today()
        self.form = Form([DayField("day", _("哪一天（当天结束时）"), context.today())])
        self.form.load({"day": self.day})
        self.body.addWidget(self.form)
        self.figures = label("", "section")
        self.body.addWidget(self.figures)
        self.table = LazyTable(context, "stock_value", _("库存值"), _columns(), multiple=False)
        self.table.setMinimumHeight(theme.px(300))
        self.table.set_empty(_("那一天没有库存"))
        self.body.addWidget(self.table, 1)
        words = _("移动加权平均：每批按进价入账，出库按当时的平均价。没有记进价的按目录成本。")
        self.body.addWidget(label(words, "muted", wrap=True))
        self.add_button(_("关闭"), self.accept)
        self.save_button = KeyButton(_("导出…"), "Ctrl+S", "", _("存成 .xlsx 或 .csv"))
        self.save_button.clicked.connect(self._save)
        self.buttons.addWidget(self.save_button)
        self.form.submitted.connect(self._look)
        self._look()

    def _look(self) -> None:
        try:
            self.day = self.form.values()["day"] or self.context.today()
        except Refused:
            return
        self.context.read(partial(_value, self.context.shop, self.day), self._show)

    def _show(self, rows: list[ValueRow]) -> None:
        self.table.show_rows(rows)
        total = sum(row.value for row in rows)
        self.figures.setText(
            _("{day} 的库存值 {value}").format(day=formats.short_day(self.day), value=formats.money(total))
        )

    def _save(self) -> None:
        shop, day = self.context.shop, self.day

        def write(path: Path, progress: Progress) -> int:
            from services.gift_checks import stock_files

            return stock_files.save_valuation(shop, day, path, progress)

        save(self.context, self, _("库存值") + f"-{day.isoformat()}", write)


def _value(shop: Shop, day: date, progress: Progress) -> list[ValueRow]:
    return stock.valuation(shop, day, progress)


def _columns() -> list[Column]:
    return [
        Column("gift_class", N_("礼品类别"), 120, sort=False),
        Column("name", N_("礼品"), 150, sort=False, bold=True, stretch=True),
        Column("quantity", N_("库存"), 72, "right", sort=False, text=lambda row: f"{row.quantity:,}"),
        Column("unit", N_("平均成本"), 100, "right", sort=False, text=lambda row: formats.money(row.unit)),
        Column("value", N_("库存值"), 110, "right", sort=False, text=lambda row: formats.money(row.value)),
    ]
