"""A month as a calendar: one day a cell, with the lunar day, who has what, and how far the plan is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from models.kinds import LineStatus
from services import calendar, gifts
from services.gifts import OccasionRow
from services.rules.gifts import status_words
from services.words import _, language
from ui import theme
from ui.context import Context
from ui.gifts.occasions import LOOKS, Entry
from ui.widgets.badge import paint_badge
from ui.widgets.card import capital

Index = QModelIndex | QPersistentModelIndex
_CELL = Qt.ItemDataRole.UserRole
_WEEKS = 6


@dataclass(frozen=True)
class Cell:
    """One day."""

    day: date
    inside: bool
    """In the month that is shown"""
    today: bool
    rows: tuple[OccasionRow, ...]

    def spoken(self) -> str:
        """For a screen reader."""
        words = [f"{self.day.month}-{self.day.day}", _lunar(self.day)]
        for row in self.rows:
            words += [gifts.occasion_words(row.occasion), Entry(row.month, row).people()]
            words += [status_words(row.state)] if row.state else []
        return "，".join(words)


def _lunar(day: date) -> str:
    """`初一`'s month by its name, else the day: what stands in the corner of a wall calendar."""
    if not calendar.convertible(day):
        return ""
    lunar = calendar.to_lunar(day)
    whole = calendar.lunar_text(lunar.month, lunar.day, lunar.leap)
    month = calendar.lunar_month_text(lunar.month, lunar.leap)
    if lunar.day == 1 and language() == "zh":
        return month
    return whole.removeprefix("农历").removeprefix(month)


class _Model(QAbstractTableModel):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells: list[Cell] = []

    def show_month(self, month: str, rows: Sequence[OccasionRow], today: date) -> None:
        first = date.fromisoformat(month + "-01")
        start = first - timedelta(days=first.weekday())
        days: dict[date, list[OccasionRow]] = defaultdict(list)
        for row in rows:
            if row.a or row.b or row.special or not row.estimated:
                days[row.day].append(row)
        self.beginResetModel()
        self.cells = []
        weeks = _WEEKS if (start + timedelta(days=7 * (_WEEKS - 1))).month == first.month else _WEEKS - 1
        for number in range(7 * weeks):
            day = start + timedelta(days=number)
            self.cells.append(Cell(day, day.month == first.month, day == today, tuple(days.get(day, ()))))
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.cells) // 7

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else 7

    def cell(self, index: Index) -> Cell:
        return self.cells[index.row() * 7 + index.column()]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self.cell(index)
        if role == _CELL:
            return cell
        if role == Qt.ItemDataRole.DisplayRole:
            return str(cell.day.day)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return cell.spoken() if cell.rows or role == Qt.ItemDataRole.AccessibleTextRole else None
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            names = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
            return names[section]
        return None


class _Painter(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: Cell = index.data(_CELL)
        box = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(box, theme.colour("selection"))
        elif not cell.inside:
            painter.fillRect(box, theme.colour("sunk"))
        painter.setPen(theme.colour("line_soft"))
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        inner = box.adjusted(theme.px(6), theme.px(2), -theme.px(6), -theme.px(2))
        self._date(painter, inner, option.font, cell)
        small = QFont(option.font)
        small.setPixelSize(max(11, theme.px(12)))
        high = QFontMetrics(small).height() + theme.px(2)
        top = inner.top() + QFontMetrics(option.font).height() + theme.px(2)
        room = max(1, (inner.bottom() - top) // high)
        shown = cell.rows if len(cell.rows) <= room else cell.rows[: room - 1]
        for row in shown:
            self._row(painter, QRect(inner.left(), top, inner.width(), high), small, row)
            top += high
        if len(shown) < len(cell.rows):
            painter.setFont(small)
            painter.setPen(theme.tone("muted"))
            words = _("… 还有 {n} 项").format(n=len(cell.rows) - len(shown))
            painter.drawText(QRect(inner.left(), top, inner.width(), high), Qt.AlignmentFlag.AlignLeft, words)
        if selected and option.widget and option.widget.hasFocus():
            painter.fillRect(QRect(box.left(), box.top(), theme.px(3), box.height()), theme.colour("accent"))

    @staticmethod
    def _date(painter: QPainter, inner: QRect, font: QFont, cell: Cell) -> None:
        bold = QFont(font)
        bold.setWeight(QFont.Weight.Bold if cell.today else QFont.Weight.DemiBold)
        line = QRect(inner.left(), inner.top(), inner.width(), QFontMetrics(bold).height())
        painter.setFont(bold)
        painter.setPen(theme.tone("accent" if cell.today else None if cell.inside else "muted"))
        words = _("{n} 今天").format(n=cell.day.day) if cell.today else str(cell.day.day)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, words)
        small = QFont(font)
        small.setPixelSize(max(11, theme.px(12)))
        painter.setFont(small)
        painter.setPen(theme.tone("muted"))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _lunar(cell.day))

    @staticmethod
    def _row(painter: QPainter, line: QRect, font: QFont, row: OccasionRow) -> None:
        room = line.width()
        if row.state is not None:
            words = status_words(row.state)
            width = QFontMetrics(font).horizontalAdvance(words) + theme.px(20)
            paint_badge(painter, line, words, LOOKS[LineStatus(str(row.state))], font, "right")
            room -= width
        words = f"{capital(gifts.occasion_words(row.occasion))}  {Entry(row.month, row).people()}"
        painter.setFont(font)
        painter.setPen(theme.tone(None))
        fitted = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, fitted)


class _View(QTableView):
    opened = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.opened.emit()
        else:
            super().keyPressEvent(event)


class MonthGrid(QWidget):
    """The calendar of one month; Enter or a double click opens the day's plan."""

    chosen = Signal(str, str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.month = ""
        self.model = _Model(self)
        self.view = _View()
        self.view.setObjectName("lazy_view")
        self.view.setAccessibleName(_("全年的赠送事宜"))
        self.view.setModel(self.model)
        self.view.setItemDelegate(_Painter(self.view))
        self.view.setShowGrid(False)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setTabKeyNavigation(False)
        self.view.verticalHeader().hide()
        for header in (self.view.horizontalHeader(), self.view.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.view.opened.connect(self._open)
        self.view.doubleClicked.connect(lambda _index: self._open())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        context.appearance_changed.connect(self.view.viewport().update)

    def show_month(self, month: str, rows: Sequence[OccasionRow]) -> None:
        """The cursor stays on its day; in another month it goes to the first, or to today."""
        today = self.context.today()
        at = self.view.currentIndex()
        kept = self.model.cell(at).day if at.isValid() and month == self.month else None
        self.month = month
        self.view.setAccessibleName(_("{month} 的日历").format(month=month))
        self.model.show_month(month, rows, today)
        wanted = kept or (today if f"{today:%Y-%m}" == month else date.fromisoformat(month + "-01"))
        for number, cell in enumerate(self.model.cells):
            if cell.day == wanted:
                self.view.setCurrentIndex(self.model.index(number // 7, number % 7))

    def _open(self) -> None:
        at = self.view.currentIndex()
        if at.isValid():
            cell = self.model.cell(at)
            occasion = cell.rows[0].occasion if len(cell.rows) == 1 else ""
            self.chosen.emit(f"{cell.day:%Y-%m}", occasion)
