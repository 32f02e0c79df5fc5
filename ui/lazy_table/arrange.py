"""The window 选择列: which columns a list shows, in which order; by keyboard too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from services.words import _
from ui import theme
from ui.dialogs import Box
from ui.widgets.card import capital, label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from ui.lazy_table.table import LazyTable

KEY = Qt.ItemDataRole.UserRole


class Arrange(Box):
    """A list to tick and to move; nothing changes before 用这些列."""

    def __init__(self, table: LazyTable, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("选择列"), 680)
        self.table = table
        self.body.addWidget(label(_("空格键勾选，Alt+↑ 和 Alt+↓ 移动。这台电脑会记住。"), "muted", wrap=True))
        self.list = QListWidget()
        self.list.setAccessibleName(_("列"))
        self.list.setToolTip(_("打勾的列会显示，从上到下就是从左到右"))
        self.list.setMinimumHeight(theme.px(300))
        self.body.addWidget(self.list)
        self._fill()
        self.up = KeyButton(_("上移"), "Alt+Up", "", _("这一列往左移"))
        self.down = KeyButton(_("下移"), "Alt+Down", "", _("这一列往右移"))
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.buttons.insertWidget(0, self.up)
        self.buttons.insertWidget(1, self.down)
        self.add_button(_("恢复原样"), self._ship)
        self.add_button(_("取消"), self.reject)
        self.go = KeyButton(_("用这些列"), "F8", "primary", _("照这个样子显示"))
        self.go.clicked.connect(self._use)
        self.buttons.addWidget(self.go)
        self.list.setFocus()

    def _fill(self) -> None:
        header = self.table.view.horizontalHeader()
        for place in range(header.count()):
            number = header.logicalIndex(place)
            column = self.table.columns[number]
            item = QListWidgetItem(capital(_(column.title)))
            item.setData(KEY, column.key)
            shown = not self.table.view.isColumnHidden(number)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            if number:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _move(self, by: int) -> None:
        at = self.list.currentRow()
        to = at + by
        if 0 <= to < self.list.count():
            item = self.list.takeItem(at)
            self.list.insertItem(to, item)
            self.list.setCurrentRow(to)

    def _use(self) -> None:
        items = [self.list.item(place) for place in range(self.list.count())]
        shown = [item.data(KEY) for item in items if item.checkState() == Qt.CheckState.Checked]
        self.table.show_columns(shown)
        self.accept()

    def _ship(self) -> None:
        self.table.shipped_columns()
        self.accept()
