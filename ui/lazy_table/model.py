"""All the ids, and the pages of rows looked at last."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import QWidget

from services.words import _
from ui.lazy_table.column import ROW, Column, Index, alignment
from ui.widgets.card import capital

PAGE = 50
"""Rows fetched at once: what a screen shows and a little more, so that no frame waits long for the books."""
PAGES_KEPT = 60
Fetch = Callable[[list[int]], Sequence[Any]]
"""Given ids, the rows in the same order and number; None for a row that is gone."""


class LazyModel(QAbstractTableModel):
    """Holds every id, and the pages of rows looked at last."""

    failed = Signal(object)
    """An Exception met while fetching a page; the page is shown empty."""

    def __init__(self, columns: Sequence[Column], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = list(columns)
        self.ids: array[int] = array("q")
        self._fetch: Fetch = lambda ids: [None] * len(ids)
        self._pages: OrderedDict[int, list[Any]] = OrderedDict()

    def set_ids(self, ids: array[int], fetch: Fetch) -> None:
        """Another list (filter, order), or the same one after a change. Nothing is fetched until it is painted."""
        self.beginResetModel()
        self.ids, self._fetch = ids, fetch
        self._pages.clear()
        self.endResetModel()

    def refresh(self) -> None:
        """The same ids, fresh rows: selection and scroll position stay."""
        self._pages.clear()
        if len(self.ids):
            last = self.index(len(self.ids) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def row(self, number: int) -> Any:
        """The row's dataclass, or None when it is gone."""
        page, place = divmod(number, PAGE)
        rows = self._pages.get(page)
        if rows is None:
            rows = self._load(page)
        else:
            self._pages.move_to_end(page)
        return rows[place] if place < len(rows) else None

    def _load(self, page: int) -> list[Any]:
        ids = self.ids[page * PAGE : (page + 1) * PAGE].tolist()
        try:
            rows = list(self._fetch(ids))
        except Exception as error:  # painting must go on; the window tells the person
            rows = [None] * len(ids)
            self.failed.emit(error)
        self._pages[page] = rows
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        return rows

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.TextAlignmentRole,
            ROW,
        ):
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment(column)
        row = self.row(index.row())
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.hint(row) if column.hint and row is not None else None
        return self.words(row, index.column())

    def words(self, row: Any, column: int) -> str:
        """What stands in a cell of that row; a row that is gone says so in its first one."""
        if row is None:
            return _("（已删除）") if column == 0 else ""
        return self.columns[column].words(row)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return capital(_(self.columns[section].title))
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return alignment(self.columns[section])
        elif role == Qt.ItemDataRole.DisplayRole:
            return str(section + 1)
        return None
