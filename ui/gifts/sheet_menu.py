"""The button 一览表: preview and print, workbook, PDF, and reading the executed sheet back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from services import gifts_readback, gifts_sheet
from services.gifts_readback import Reading
from services.rights import Right, may
from services.words import _
from ui import dialogs
from ui.context import Context


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
        """Reads the file and shows what becomes of every row; booking is the next step."""
        shop = self.context.shop
        path = self.context.ask_path(_("读回填好的一览表"), kinds=f"{_('表格')} (*.xlsx *.xls *.ods)")
        if path:
            dialogs.work(
                self.context,
                self.window(),
                _("读回一览表"),
                lambda progress: gifts_readback.preview(shop, path, progress),
                self._show_read,
                reads=True,
            )

    def _show_read(self, found: Reading) -> None:
        from ui.gifts.readback_box import ReadBackBox

        ReadBackBox(self.context, self.window(), found).open()
