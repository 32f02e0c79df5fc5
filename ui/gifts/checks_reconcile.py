"""对账: one row a gift, the plan's side left, the stock's side right; Enter shows what stands behind the figure."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from services import formats
from services.gift_checks import reconciliation
from services.gift_checks.reconciliation import COLUMNS, WHICH, GiftMonth, Reconciliation
from services.gifts.due import month_span
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.gifts.checks_month import MonthTable
from ui.gifts.checks_save import save
from ui.gifts.columns import wide
from ui.lazy_table import Column, LazyTable
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop

_HIDDEN = ("undecided", "given", "purchase", "unsigned")
"""Parts of other figures: there for who chooses them."""
_TOTAL = (1 << 31) - 1
"""The id of the row of sums: no gift has it."""


class ReconcileView(MonthTable):
    """A month's figures; a month under way counts up to today."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        table = LazyTable(context, "gift_reconciliation", _("对账"), _columns(), multiple=False)
        table.set_empty(_("这个月没有礼品"), _("有计划、发放或库存的月份，这里一行一种礼品。"))
        tip = _("光标所在的数是由哪些礼品和客户组成的  Enter")
        words = _("批准 + 待批 + 取消 = 计划；月初 + 入库 + 发出 + 退回 + 损耗 + 盘差 = 月末（出库为负）。")
        super().__init__(context, table, KeyButton(_("看明细"), "F8", "primary", tip), words, parent)

    def _reading(self) -> Callable[[Shop, str, Progress], Reconciliation]:
        return _read

    def _show(self, found: Reconciliation) -> None:
        total = found.total
        words = _("计划 {planned} 件 {cost} · 发放 {issued} 件 {spent} · 库存值 {value}").format(
            planned=total.planned,
            cost=formats.money(total.planned_cost),
            issued=total.issued,
            spent=formats.money(total.issued_cost),
            value=formats.money(total.value),
        )
        if total.off:
            words += " · " + _("{n} 条对不上").format(n=total.off)
        self.figures.setText(words if found.rows else "")
        theme.kind(self.figures, "bad" if total.off else "section")
        rows = [*found.rows, total] if found.rows else []
        self._fill(rows, [row.id or _TOTAL for row in rows])

    def _behind(self, *_any: object) -> None:
        """The lines of the figure under the cursor; of a figure of the stock its moves."""
        row: GiftMonth | None = self.table.current_row()
        if row is None:
            return
        key = self.table.columns[max(self.table.view.currentIndex().column(), 0)].key
        first, last = month_span(self.month)
        name = row.gift or _("合计")
        if key in WHICH or key == "off" or not row.id:
            which = key if key in WHICH or key == "off" else "planned"
            self.context.read(
                partial(_lines, self.context.shop, self.month, which, row.id),
                partial(self._open_lines, f"{name} · {_title(which)}"),
            )
            return
        from ui.gifts.checks_behind import MovesBox

        title = _("{name} 的库存流水").format(name=name)
        MovesBox(self.context, self.window(), row.id, title, since=first, until=last).open()

    def _open_lines(self, title: str, ids: list[int]) -> None:
        from ui.gifts.checks_behind import LinesBox

        LinesBox(self.context, self.window(), title, ids).open()

    def _save(self) -> None:
        shop, month = self.context.shop, self.month

        def write(path: Path, progress: Progress) -> int:
            return reconciliation.save(shop, month, path, progress)

        save(self.context, self, _("对账") + f"-{month}", write)


def _read(shop: Shop, month: str, progress: Progress) -> Reconciliation:
    return reconciliation.reconcile(shop, month, progress)


def _lines(shop: Shop, month: str, which: str, gift_id: int, _progress: Progress) -> list[int]:
    return reconciliation.lines_behind(shop, month, which, gift_id or None)


def _title(key: str) -> str:
    return _(dict(COLUMNS)[key])


def _columns() -> list[Column]:
    found = [
        Column(
            "gift",
            N_("礼品"),
            110,
            sort=False,
            bold=True,
            stretch=True,
            text=lambda row: row.gift or _("合计"),
        )
    ]
    found += [_figure(key, words) for key, words in COLUMNS]
    money = Column(
        "value",
        N_("月末库存值"),
        110,
        "right",
        sort=False,
        text=lambda row: formats.money(row.value),
    )
    return [*found[:-1], money, found[-1]]


def _figure(key: str, words: str) -> Column:
    def text(row: GiftMonth) -> str:
        number = getattr(row, key)
        return f"{number:,}" if number else "·"

    def tone(row: GiftMonth) -> str | None:
        number = getattr(row, key)
        if key == "off" and number:
            return "bad"
        if key in ("broken", "counted") and number < 0:
            return "warn"
        return None if number else "muted"

    return Column(
        key,
        words,
        wide(52, 80 if key == "broken" else 68),
        "right",
        sort=False,
        text=text,
        tone=tone,
        hidden=key in _HIDDEN,
        bold=key in ("issued", "end"),
    )
