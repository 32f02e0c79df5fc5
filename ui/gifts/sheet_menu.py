"""The button 一览表: preview and print, workbook, PDF, and reading the executed sheet back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from services import gifts, gifts_sheet
from services.gifts_sheet import ReadBack, Unmatched
from services.rights import Right, may
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label


class SheetButton(QPushButton):
    """礼品赠送情况计划与执行一览表 of the month that is shown."""

    def __init__(self, context: Context, month: Callable[[], str], parent: QWidget | None = None) -> None:
        super().__init__(_("一览表"), parent)
        self.context = context
        self._month = month
        self.setAutoDefault(False)
        self.setAccessibleName(_("一览表"))
        self.setToolTip(_("礼品赠送情况计划与执行一览表：打印、存盘、读回"))
        menu = QMenu(self)
        self.print_action = menu.addAction(_("预览并打印…"), self.preview)
        menu.addAction(_("存为 Excel…"), lambda: self.save(".xlsx"))
        menu.addAction(_("存为 PDF…"), lambda: self.save(".pdf"))
        self.extras = QAction(_("加印礼品、成本、日期、交付方式"), menu)
        self.extras.setCheckable(True)
        menu.addAction(self.extras)
        menu.addSeparator()
        self.read_action = menu.addAction(_("读回填好的一览表…"), self.read_back)
        menu.aboutToShow.connect(
            lambda: self.read_action.setEnabled(may(self.context.shop, Right.PLAN_GIFTS))
        )
        self.setMenu(menu)

    def _columns(self) -> tuple[str, ...]:
        return gifts_sheet.OFFERED_EXTRAS if self.extras.isChecked() else ()

    def preview(self) -> None:
        """Drawn, looked at, then printed or saved."""
        from ui.gifts.sheet_preview import preview

        preview(self.context, self.window(), self._month(), self._columns())

    def save(self, kind: str) -> None:
        month, shop, columns = self._month(), self.context.shop, self._columns()
        suggested = _("礼品一览表") + f"-{month}{kind}"
        kinds = "Excel (*.xlsx)" if kind == ".xlsx" else "PDF (*.pdf)"
        path = self.context.ask_path(_("存一览表"), save=True, suggested=suggested, kinds=kinds)
        if not path:
            return
        out = Path(path) if Path(path).suffix.lower() == kind else Path(path + kind)
        self.context.write(
            lambda _progress: gifts_sheet.write_sheet(shop, month, out, columns),
            said=lambda n: _("一览表已存到 {file}，{n} 条。").format(file=out, n=n),
        )

    def read_back(self) -> None:
        shop = self.context.shop
        path = self.context.ask_path(_("读回填好的一览表"), kinds="Excel (*.xlsx)")
        if path:
            dialogs.work(
                self.context,
                self.window(),
                _("读回一览表"),
                lambda progress: gifts_sheet.read_back(shop, path, progress),
                self._show_read,
            )

    def _show_read(self, found: ReadBack) -> None:
        if found.unmatched or found.to_issue:
            ReadBackBox(self.context, self.window(), found).open()
        else:
            self.context.say(
                _("已登记 {matched} 行，{blank} 行还没有填写。").format(
                    matched=found.matched, blank=found.blank
                )
            )


class ReadBackBox(Box):
    """What matched, what did not and why, and the one thing to do next."""

    def __init__(self, context: Context, parent: QWidget | None, found: ReadBack) -> None:
        super().__init__(parent, _("读回一览表"), 640)
        self.context = context
        self.found = found
        words = _("共 {n} 行：{matched} 行已登记，{blank} 行没有填写，{bad} 行不符。").format(
            n=found.lines, matched=found.matched, blank=found.blank, bad=len(found.unmatched)
        )
        self.body.addWidget(label(words, wrap=True))
        if found.unmatched:
            self.body.addWidget(
                label(_("下面这些行没有采用，台账没有改动；请核对后在表里改好再读。"), "warn", wrap=True)
            )
            table = LazyTable(context, "sheet_unmatched", _("不符的行"), _columns(), multiple=True)
            table.setMinimumHeight(theme.px(200))
            table.show_rows(found.unmatched, [one.row for one in found.unmatched])
            self.body.addWidget(table)
        self.add_button(_("关闭"), self.accept)
        if found.to_issue:
            n = len(found.to_issue)
            self.body.addWidget(
                label(_("{n} 条已有客户签名、还没有登记发放。").format(n=n), "muted", wrap=True)
            )
            self.add_button(_("登记发放 {n} 条").format(n=n), self._issue, "primary").setFocus()

    def _issue(self) -> None:
        shop, ids = self.context.shop, list(self.found.to_issue)
        self.context.write(
            lambda _progress: gifts.issue_many(shop, ids, signed="sheet"),
            said=lambda rows: _("已按一览表登记发放 {n} 件。").format(n=len(rows)),
        )
        self.accept()


def _columns() -> list[Column]:
    return [
        Column("row", N_("行"), 48, "right", sort=False),
        Column("card_no", N_("客户编号"), 90, sort=False),
        Column("name", N_("客户名"), 90, sort=False),
        Column("reason", N_("原因"), 240, sort=False, stretch=True, hint=_reason),
    ]


def _reason(row: Unmatched) -> str:
    return row.reason
