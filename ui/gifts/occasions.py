"""The left side: the year's occasions month by month, with how many people, what it costs, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from models.kinds import LineStatus, Occasion
from services import formats, gifts
from services.gifts import OccasionRow
from services.rules.gifts import status_words
from services.words import _, language
from ui import theme
from ui.context import Context
from ui.widgets.badge import paint_badge
from ui.widgets.card import capital, label

Index = QModelIndex | QPersistentModelIndex
ENTRY = Qt.ItemDataRole.UserRole
LOOKS = {
    LineStatus.DRAFT: "quiet",
    LineStatus.SUBMITTED: "warn",
    LineStatus.RETURNED: "bad",
    LineStatus.APPROVED: "accent",
    LineStatus.ISSUED: "good",
    LineStatus.CHECKED: "good",
    LineStatus.CANCELLED: "quiet",
}
"""The mark of each state."""


@dataclass(frozen=True)
class Entry:
    """A month's heading (`row` None: the whole month), or one occasion."""

    month: str
    row: OccasionRow | None

    @property
    def occasion(self) -> str:
        return self.row.occasion if self.row else ""

    def title(self) -> str:
        if self.row is None:
            return month_words(self.month)
        words = capital(gifts.occasion_words(self.row.occasion))
        if self.row.occasion in (Occasion.BIRTHDAY, Occasion.REMEMBERED_DAY):
            return words
        return f"{words}  {formats.day(self.row.day).split(',')[0]}"

    def people(self) -> str:
        if self.row is None:
            return ""
        parts = [f"{grade} {n}" for grade, n in (("A", self.row.a), ("B", self.row.b)) if n]
        if self.row.special:
            parts.append(_("特殊 {n}").format(n=self.row.special))
        return "  ".join(parts) or _("没有人")

    def budget(self) -> str:
        if self.row is None or not self.row.budget:
            return ""
        words = formats.money(self.row.budget).removesuffix(".00")
        return _("约 {budget}").format(budget=words) if self.row.estimated else words

    def state(self) -> str:
        if self.row is None or self.row.state is None:
            return ""
        return status_words(self.row.state)

    def spoken(self) -> str:
        """For a screen reader."""
        parts = (self.title(), self.people(), self.others(), self.budget(), self.state())
        return "，".join(part for part in parts if part)

    def others(self) -> str:
        """Whose day it is too, though the standards give them nothing."""
        if self.row is None or not self.row.c:
            return ""
        return _("另有 C 级 {n} 位，按标准不送").format(n=self.row.c)


def month_words(month: str) -> str:
    """`2027年2月` / `February 2027`."""
    first = date.fromisoformat(month + "-01")
    if language() == "zh":
        return f"{first.year}年{first.month}月"
    return f"{first:%B} {first.year}"


class OccasionModel(QAbstractListModel):
    """The year as headings and occasions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def show_rows(self, rows: Sequence[OccasionRow], *, headings: bool = True) -> None:
        """The occasions in order, each month under its heading if wanted."""
        self.beginResetModel()
        self.entries, month = [], ""
        for row in rows:
            if headings and row.month != month:
                month = row.month
                self.entries.append(Entry(month, None))
            self.entries.append(Entry(row.month, row))
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entries[index.row()]
        if role == ENTRY:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title()
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return entry.spoken()
        if role == Qt.ItemDataRole.ToolTipRole and entry.row:
            about = _("还没有提议：按今天的客户和标准估计") if entry.row.estimated else ""
            return "\n".join(part for part in (about, entry.others()) if part) or None
        return None


class OccasionPainter(QStyledItemDelegate):
    """An occasion in two lines: what and how far; who and how much.

    `only_focused`: of several lists beside each other only the one with the cursor shows it.
    """

    def __init__(self, parent: QWidget, *, only_focused: bool = False) -> None:
        super().__init__(parent)
        self._only_focused = only_focused

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        entry: Entry = index.data(ENTRY)
        return QSize(theme.px(200), theme.px(30) if entry.row is None else theme.px(48))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(ENTRY)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if self._only_focused:
            selected = selected and option.widget is not None and option.widget.hasFocus()
        box = option.rect
        if selected:
            painter.fillRect(box, theme.colour("selection"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.colour("hover"))
        inner = box.adjusted(theme.px(12), theme.px(4), -theme.px(12), -theme.px(4))
        if entry.row is None:
            self._heading(painter, inner, option.font, entry)
        else:
            self._occasion(painter, inner, option.font, entry)
            painter.setPen(theme.colour("line_soft"))
            painter.drawLine(box.bottomLeft(), box.bottomRight())
        if selected and option.widget and option.widget.hasFocus():
            painter.fillRect(QRect(box.left(), box.top(), theme.px(3), box.height()), theme.colour("accent"))

    @staticmethod
    def _heading(painter: QPainter, inner: QRect, font: QFont, entry: Entry) -> None:
        small = QFont(font)
        small.setPixelSize(max(11, theme.px(12)))
        small.setWeight(QFont.Weight.DemiBold)
        painter.setFont(small)
        painter.setPen(theme.tone("muted"))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        painter.drawText(inner, flags, entry.title())

    @staticmethod
    def _occasion(painter: QPainter, inner: QRect, font: QFont, entry: Entry) -> None:
        assert entry.row is not None
        top = QRect(inner.left(), inner.top(), inner.width(), inner.height() // 2)
        below = QRect(inner.left(), top.bottom(), inner.width(), inner.height() - top.height())
        state = entry.state()
        if state:
            paint_badge(painter, top, state, LOOKS[LineStatus(str(entry.row.state))], font, "right")
        bold = QFont(font)
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(theme.tone(None))
        room = top.width() - (theme.px(72) if state else 0)
        title = QFontMetrics(bold).elidedText(entry.title(), Qt.TextElideMode.ElideRight, room)
        painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        small = QFont(font)
        small.setPixelSize(max(11, theme.px(12)))
        painter.setFont(small)
        painter.setPen(theme.tone("muted"))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, entry.people())
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, entry.budget())


class OccasionPanel(QWidget):
    """The year with arrows, and its list. A month's heading chooses the whole month."""

    chosen = Signal(str, str)
    """Month `YYYY-MM` and occasion code (empty: the whole month)."""
    year_wanted = Signal(int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.year = context.today().year
        self.model = OccasionModel(self)
        self.view = QListView()
        self.view.setObjectName("occasions")
        self.view.setModel(self.model)
        self.view.setItemDelegate(OccasionPainter(self.view))
        self.view.setAccessibleName(_("全年的赠送事宜"))
        self.view.setMouseTracking(True)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.selectionModel().currentChanged.connect(self._current_changed)
        self.title = label("", "section")
        self.before = self._arrow("‹", _("前一年"), "Alt+Left", -1)
        self.after = self._arrow("›", _("后一年"), "Alt+Right", 1)
        top = QHBoxLayout()
        top.setSpacing(theme.px(4))
        top.addWidget(self.title)
        top.addStretch()
        top.addWidget(self.before)
        top.addWidget(self.after)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(top)
        column.addWidget(self.view, 1)
        self.setMinimumWidth(theme.px(232))
        context.appearance_changed.connect(self.view.reset)

    def _arrow(self, sign: str, tip: str, key: str, by: int) -> QToolButton:
        button = QToolButton()
        button.setText(sign)
        button.setAccessibleName(tip)
        button.setShortcut(QKeySequence(key))
        button.setToolTip(f"{tip}  {key}")
        button.clicked.connect(lambda: self.year_wanted.emit(self.year + by))
        return button

    def show_year(self, year: int, rows: Sequence[OccasionRow], month: str, occasion: str) -> None:
        """The rows of a year; the cursor stays on what was chosen, without announcing it again."""
        self.year = year
        self.title.setText(_("{year}年赠送事宜").format(year=year))
        scroll = self.view.verticalScrollBar().value()
        same = bool(self.model.entries) and self.model.entries[0].month[:4] == str(year)
        blocked = self.view.selectionModel().blockSignals(True)
        self.model.show_rows(rows)
        self.select(month, occasion)
        self.view.selectionModel().blockSignals(blocked)
        if same:
            self.view.verticalScrollBar().setValue(scroll)

    def select(self, month: str, occasion: str) -> None:
        """Puts the cursor on an occasion and scrolls it into sight."""
        for number, entry in enumerate(self.model.entries):
            if entry.month == month and entry.occasion == occasion:
                index = self.model.index(number)
                self.view.setCurrentIndex(index)
                self.view.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
                return

    def _current_changed(self, now: QModelIndex, _was: QModelIndex) -> None:
        if now.isValid():
            entry: Entry = now.data(ENTRY)
            self.chosen.emit(entry.month, entry.occasion)
