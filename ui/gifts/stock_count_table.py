"""The column of counted numbers: typed downwards with digits and Enter, the book shown only beside what was counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from services import formats
from services.stock import CountLine
from services.words import N_, _
from ui import theme
from ui.gifts.columns import wide
from ui.lazy_table import Index, row_height
from ui.widgets.card import capital
from ui.widgets.line import Line, half_width

COUNTED = 3
"""The one column that is typed into."""
_EMPTY = ""


def _seen(line: CountLine, words: str) -> str:
    """Only beside a number: who sees what should be there does not count."""
    return _EMPTY if line.counted is None else words


_COLUMNS: tuple[tuple[str, int, Callable[[CountLine], str]], ...] = (
    (N_("礼品类别"), 120, lambda line: line.gift_class),
    (N_("礼品"), 190, lambda line: line.gift),
    (N_("账面"), 76, lambda line: _seen(line, f"{line.book:,}")),
    (N_("实数"), 96, lambda line: _EMPTY if line.counted is None else f"{line.counted:,}"),
    (N_("相差"), 84, lambda line: _seen(line, f"{line.difference:+,}" if line.difference else "0")),
    (N_("金额"), 110, lambda line: formats.money(line.value) if line.difference else _EMPTY),
    (N_("盘点中进出"), 110, lambda line: f"{line.moved:+,}" if line.moved else _EMPTY),
)


class CountModel(QAbstractTableModel):
    """The lines of a stocktake; a typed number is shown at once and handed on to be kept."""

    typed = Signal(int, object)
    """The gift, and the number or None"""
    wrong = Signal(str)
    """What cannot be a count, in words; empty when all is well"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[CountLine] = []

    def show(self, lines: Sequence[CountLine]) -> None:
        """The same gifts keep their place, so that typing goes on while the books answer."""
        same = [line.id for line in lines] == [line.id for line in self.lines]
        if same:
            self.lines = list(lines)
            if lines:
                self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(_COLUMNS) - 1))
            return
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return capital(_(_COLUMNS[section][0]))
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _COLUMNS[index.column()][2](line)
        if role == Qt.ItemDataRole.EditRole:
            return _EMPTY if line.counted is None else str(line.counted)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(index.column())
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(line, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{line.gift} {_COLUMNS[index.column()][2](line)}"
        return None

    def _colour(self, line: CountLine, column: int) -> Any:
        if column in (4, 5) and line.difference:
            return theme.tone("bad" if line.difference < 0 else "good")
        if column == 6 or (column == 1 and line.waits):
            return theme.tone("warn")
        return theme.tone("muted" if column in (0, 2) else None)

    def flags(self, index: Index) -> Qt.ItemFlag:
        kind = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return kind | Qt.ItemFlag.ItemIsEditable if index.column() == COUNTED else kind

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        words = half_width(str(value)).strip()
        line = self.lines[index.row()]
        if words and not (words.isascii() and words.isdigit() and len(words) <= 7):
            self.wrong.emit(
                _("“{gift}”的实数“{value}”不对：请填数到的件数。").format(gift=line.gift, value=words)
            )
            return False
        self.wrong.emit("")
        number = int(words) if words else None
        if number != line.counted:
            self.lines[index.row()] = replace(line, counted=number)
            row = index.row()
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(_COLUMNS) - 1))
            self.typed.emit(line.gift_id, number)
        return True


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column < 2 else Qt.AlignmentFlag.AlignRight
    return Qt.AlignmentFlag.AlignVCenter | side


class _Cell(QStyledItemDelegate):
    """A hair line below every row, as in the other lists."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        painter.setPen(theme.colour("line_soft"))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())


class _Number(_Cell):
    """The cell being typed: half-width digits; Enter and Down go to the next gift, Up to the one before."""

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        line = Line(_("实数"), code=True, parent=parent)
        line.setMaxLength(7)
        line.setAlignment(Qt.AlignmentFlag.AlignRight)
        line.setObjectName("cell")
        return line

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, Line):
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: Any, index: Index) -> None:
        if isinstance(editor, Line):
            model.setData(index, editor.text())

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and isinstance(editor, Line):
            step = {Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(
                Qt.Key(event.key())
            )
            if step is not None and not editor.composing:
                hints = QAbstractItemDelegate.EndEditHint
                self.commitData.emit(editor)
                self.closeEditor.emit(editor, hints.EditNextItem if step > 0 else hints.EditPreviousItem)
                return True
        return bool(super().eventFilter(editor, event))


class CountTable(QTableView):
    """One number a gift, down the column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lazy_view")
        self.setAccessibleName(_("盘点的实数"))
        self.setToolTip(_("键入数到的件数，按 Enter 到下一种；空着的不入账"))
        self.count_model = CountModel(self)
        self.setModel(self.count_model)
        self.setItemDelegate(_Cell(self))
        self.setItemDelegateForColumn(COUNTED, _Number(self))
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.AnyKeyPressed | triggers.DoubleClicked | triggers.EditKeyPressed)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(row_height())
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        for number, (_title, width, _text) in enumerate(_COLUMNS):
            header.resizeSection(number, theme.px(wide(width, width + 12) if number > 1 else width))
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)

    def go_to(self, row: int) -> None:
        """The cursor into the number of this row."""
        if 0 <= row < self.count_model.rowCount():
            index = self.count_model.index(row, COUNTED)
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def first_empty(self) -> int:
        """The first gift without a number, 0 when all have one."""
        return next((n for n, line in enumerate(self.count_model.lines) if line.counted is None), 0)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        hints = QAbstractItemDelegate.EndEditHint
        row = self.currentIndex().row()
        super().closeEditor(editor, hints.NoHint)
        step = {hints.EditNextItem: 1, hints.EditPreviousItem: -1}.get(hint, 0)
        if step:
            self.go_to(row + step)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.go_to(row + 1)
        elif event.key() == Qt.Key.Key_Delete and row >= 0:
            self.count_model.setData(self.count_model.index(row, COUNTED), "")
        elif event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            event.ignore()
        else:
            super().keyPressEvent(event)
