"""What the two month pages of 检查 share: figures above, one table, what stands behind a row, export, progress."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QElapsedTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from services.words import _
from ui import theme
from ui.context import Context
from ui.dialogs import SHOW_PROGRESS_AFTER
from ui.lazy_table import LazyTable
from ui.tasks import Task
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop


class MonthTable(QWidget):
    """A subclass gives the table, the button F8 and the words below, and says what is read, shown, behind and saved."""

    def __init__(
        self, context: Context, table: LazyTable, behind: KeyButton, words: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.context, self.table, self.behind = context, table, behind
        self.month = ""
        self._task: Task | None = None
        self._since = QElapsedTimer()
        self.figures = label("", "section")
        self.save = KeyButton(_("导出…"), "Ctrl+S", "", _("存成 .xlsx 或 .csv"))
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        top.addWidget(self.figures)
        top.addStretch()
        top.addWidget(self.save)
        top.addWidget(self.behind)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(label(words, "caption", wrap=True))
        self.setFocusProxy(self.table)
        self.behind.clicked.connect(self._behind)
        self.table.opened.connect(self._behind)
        self.save.clicked.connect(self._save)

    def show_month(self, month: str) -> None:
        self.month = month
        if self._task:
            self._task.drop()
        self._since.start()
        self._task = self.context.read(
            partial(self._reading(), self.context.shop, month), self._read, on_progress=self._tell_progress
        )

    def _reading(self) -> Callable[[Shop, str, Progress], Any]:
        """What reads a month, off the window's thread."""
        raise NotImplementedError

    def _show(self, found: Any) -> None:
        raise NotImplementedError

    def _behind(self, *_any: object) -> None:
        raise NotImplementedError

    def _save(self) -> None:
        raise NotImplementedError

    def _read(self, found: Any) -> None:
        self._task = None
        self._show(found)

    def _tell_progress(self, done: int, total: int) -> None:
        """Only of what takes long: a line that blinks at every change would be noise."""
        if self._since.elapsed() > SHOW_PROGRESS_AFTER:
            self.figures.setText(_("正在计算… {done} / {total}").format(done=done, total=total))

    def _fill(self, rows: list[Any], ids: list[int] | None = None) -> None:
        """Shows the rows; the cursor stays, or begins at the first."""
        self.table.show_rows(rows, ids)
        self.behind.setEnabled(bool(rows))
        self.save.setEnabled(bool(rows))
        if rows and not self.table.current_id():
            self.table.select_first()
