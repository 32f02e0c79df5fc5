"""The tables of the import window: which column is what, the first rows as they were read, the refused rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
)

from services.words import N_, _
from ui import theme

if TYPE_CHECKING:
    from services.imports.plan import ColumnView, ImportPlan, RowError

OUTCOMES = {
    "added": (N_("新增"), "good"),
    "changed": (N_("更改"), "accent"),
    "unchanged": (N_("不变"), "muted"),
    "refused": (N_("不导入"), "bad"),
}
"""Words and tone of what becomes of a row."""
SHOWN = 1_000
"""Refused rows held on the screen; the saved workbook has them all."""


def plain_table(name: str, titles: Sequence[str]) -> QTableWidget:
    """A table to look at, one row selected at a time."""
    table = QTableWidget(0, len(titles))
    table.setAccessibleName(name)
    table.setHorizontalHeaderLabels([str(title) for title in titles])
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(theme.px(32))
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)
    return table


def put(table: QTableWidget, row: int, column: int, text: str, tone: str = "") -> None:
    item = QTableWidgetItem(text)
    item.setToolTip(text)
    if tone:
        item.setForeground(theme.tone(tone))
    table.setItem(row, column, item)


class _Wrapped(QStyledItemDelegate):
    """Counts the style sheet's padding when it reckons how high a wrapped text is."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        option.rect.setWidth(option.rect.width() - theme.px(24))
        return super().sizeHint(option, index)


class Mapping(QTableWidget):
    """One line a column of the sheet, with a choice of what it holds."""

    def __init__(self, changed: Callable[[], None]) -> None:
        super().__init__(0, 4)
        self._changed = changed
        self.choices: list[QComboBox] = []
        blank = plain_table(_("列的对应"), [_("列"), _("表格里的标题"), _("第一个值"), _("作为")])
        self.setAccessibleName(blank.accessibleName())
        self.setHorizontalHeaderLabels([blank.horizontalHeaderItem(n).text() for n in range(4)])
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(38))
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        for column, width in ((0, 72), (1, 200), (3, 240)):
            self.setColumnWidth(column, theme.px(width))

    def show_columns(self, kind: str, columns: Sequence[ColumnView]) -> None:
        from services.imports.columns import FIELD_WORDS, fields

        names = [name for name in fields(kind) if name in FIELD_WORDS]
        self.setRowCount(len(columns))
        self.choices = []
        for row, column in enumerate(columns):
            put(self, row, 0, column.letter, "muted")
            put(self, row, 1, column.title)
            put(self, row, 2, column.sample, "muted")
            choice = QComboBox()
            choice.setAccessibleName(
                _("{letter} 列“{title}”作为").format(letter=column.letter, title=column.title)
            )
            choice.addItem(_("不用这一列"), "")
            for name in names:
                choice.addItem(_(FIELD_WORDS[name]), name)
            choice.setCurrentIndex(max(0, choice.findData(column.field)))
            choice.currentIndexChanged.connect(self._changed)
            self.choices.append(choice)
            self.setCellWidget(row, 3, choice)

    def chosen(self) -> dict[int, str]:
        """Column (from 0) -> field, of those that hold one."""
        return {n: choice.currentData() for n, choice in enumerate(self.choices) if choice.currentData()}


def preview_table(plan: ImportPlan) -> QTableWidget:
    """The first rows: what becomes of each, and every value as it was understood."""
    from services.imports.columns import FIELD_WORDS

    filled = {name for row in plan.preview for name in row.texts}
    in_order = ["phones" if column.field == "phone" else column.field for column in plan.columns]
    names = [
        name for name in dict.fromkeys((*in_order, *sorted(filled))) if name in filled and name != "foreign"
    ]
    words = {"phones": N_("电话"), **FIELD_WORDS}
    table = plain_table(
        _("前几行的读法"), [_("行"), _("结果"), *[_(words.get(name, name)) for name in names]]
    )
    table.setRowCount(len(plan.preview))
    for number, row in enumerate(plan.preview):
        text, tone = OUTCOMES[row.outcome.value]
        put(table, number, 0, str(row.row), "muted")
        put(table, number, 1, _(text), tone)
        if row.reason:
            table.item(number, 1).setToolTip(row.reason)
        for column, name in enumerate(names, 2):
            put(table, number, column, row.texts.get(name, ""))
    table.resizeColumnsToContents()
    for column in range(table.columnCount()):
        table.setColumnWidth(column, min(theme.px(220), table.columnWidth(column) + theme.px(12)))
    return table


def refused_table(errors: Sequence[RowError]) -> QTableWidget:
    """Row, column, value and the reason of rows that are not taken."""
    table = plain_table(_("不导入的行"), [_("行"), _("列"), _("内容"), _("原因")])
    table.setWordWrap(True)
    table.setItemDelegate(_Wrapped(table))
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.setRowCount(min(len(errors), SHOWN))
    for number, error in enumerate(errors[:SHOWN]):
        put(table, number, 0, str(error.row), "muted")
        put(table, number, 1, error.column)
        put(table, number, 2, error.value)
        put(table, number, 3, error.reason, "bad")
    for column, width in ((0, 64), (1, 120), (2, 160)):
        table.setColumnWidth(column, theme.px(width))
    table.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
    return table
