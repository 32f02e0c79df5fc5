"""全年: twelve months on one screen, each with its occasions, people, cost and state; one month opens as a calendar."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHBoxLayout,
    QListView,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from services import formats, gifts
from services.gifts import Budget, OccasionRow
from services.words import _
from ui import theme
from ui.context import Context
from ui.gifts.month_grid import MonthGrid
from ui.gifts.occasions import ENTRY, Entry, OccasionModel, OccasionPainter, month_words
from ui.widgets.card import Card, label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop

_ACROSS = 4


class MonthCard(Card):
    """One month: its heading opens the calendar, its list the plans."""

    opened = Signal(str, str)
    """Month and occasion code"""
    wanted = Signal(str)
    """The month as a calendar"""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.month = ""
        self.heading = theme.kind(QPushButton(), "flat")
        self.heading.setAutoDefault(False)
        self.heading.setAccessibleName(_("看这个月"))
        self.heading.clicked.connect(lambda: self.wanted.emit(self.month))
        self.cost = label("", "muted")
        self.model = OccasionModel(self)
        self.view = QListView()
        self.view.setObjectName("occasions")
        self.view.setModel(self.model)
        self.view.setAccessibleName(_("全年的赠送事宜"))
        self.view.setItemDelegate(OccasionPainter(self.view, only_focused=True))
        self.view.setMouseTracking(True)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.clicked.connect(self._open)
        self.view.setFrameShape(QListView.Shape.NoFrame)
        self.body.setContentsMargins(theme.px(1), theme.px(4), theme.px(1), theme.px(1))
        self.body.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, theme.px(12), 0)
        top.addWidget(self.heading)
        top.addStretch()
        top.addWidget(self.cost)
        self.body.addLayout(top)
        self.body.addWidget(self.view, 1)
        context.appearance_changed.connect(self.view.reset)

    def show_month(self, month: str, rows: Sequence[OccasionRow], *, present: bool) -> None:
        """`present`: the month we are in stands out."""
        row = self.view.currentIndex().row()
        self.month = month
        words = month_words(month)
        self.heading.setText(words)
        self.heading.setAccessibleName(_("{month}，看日历").format(month=words))
        self.heading.setToolTip(_("一天一格看 {month}  M").format(month=words))
        self.view.setAccessibleName(words)
        total = sum(one.budget for one in rows)
        about = any(one.estimated and one.budget for one in rows)
        money = formats.money(total).removesuffix(".00")
        self.cost.setText((_("约 {budget}").format(budget=money) if about else money) if total else "")
        self.setProperty("tone", "accent" if present else "")
        theme.restyle(self)
        self.model.show_rows(rows, headings=False)
        self.go(min(max(row, 0), len(rows) - 1))

    def go(self, row: int) -> None:
        """Puts the cursor on a row; -1 is the last."""
        number = len(self.model.entries)
        if number:
            self.view.setCurrentIndex(self.model.index(row % number if row < 0 else min(row, number - 1)))

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            entry: Entry = index.data(ENTRY)
            self.opened.emit(entry.month, entry.occasion)


class YearPage(QWidget):
    """Arrows move over the months, Enter opens the plan, M the month's calendar, Escape goes back to the year."""

    chosen = Signal(str, str)
    """Month and occasion code (empty: the whole month)"""
    year_wanted = Signal(int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.year = context.today().year
        self.cards = [MonthCard(context) for _month in range(12)]
        self.grid = MonthGrid(context)
        self.months = QWidget()
        board = QGridLayout(self.months)
        board.setContentsMargins(0, 0, 0, 0)
        board.setSpacing(theme.px(8))
        for number, card in enumerate(self.cards):
            board.addWidget(card, number // _ACROSS, number % _ACROSS)
            card.opened.connect(self.chosen)
            card.wanted.connect(self.show_month)
            card.view.installEventFilter(self)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.months)
        self.stack.addWidget(self.grid)
        self.setFocusProxy(self.cards[0].view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(self._top())
        column.addWidget(self.stack, 1)
        self.grid.chosen.connect(self.chosen)
        self._tell()

    def _top(self) -> QHBoxLayout:
        self.title = label("", "heading")
        self.figures = label("", "muted")
        self.before = self._arrow("‹", _("前一年"), "Alt+Left", -1)
        self.after = self._arrow("›", _("后一年"), "Alt+Right", 1)
        self.hint = label(_("↑↓←→ 移动   Enter 看计划"), "muted")
        self.by_day = KeyButton(_("看这个月"), "M", "", _("一天一格：谁生日、什么节、花多少"))
        self.by_day.clicked.connect(self._open_month)
        self.back = KeyButton(_("回到全年"), "Esc", "", _("回到十二个月"))
        self.back.clicked.connect(self.show_board)
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        left: tuple[QWidget, ...] = (self.before, self.after, self.title, self.figures)
        right: tuple[QWidget, ...] = (self.hint, self.by_day, self.back)
        for widget in left:
            top.addWidget(widget)
        top.addStretch()
        for widget in right:
            top.addWidget(widget)
        return top

    def _arrow(self, sign: str, tip: str, key: str, by: int) -> QToolButton:
        button = QToolButton()
        button.setText(sign)
        button.setAccessibleName(tip)
        button.setShortcut(QKeySequence(key))
        button.setToolTip(f"{tip}  {key}")
        button.clicked.connect(partial(self._turn, by))
        return button

    # ---- what is shown

    def show_year(self, year: int, rows: Sequence[OccasionRow], limit: Budget | None = None) -> None:
        """The rows of a year, and the year's limit if the policy sets one."""
        self.year = year
        now = f"{self.context.today():%Y-%m}"
        for number, card in enumerate(self.cards, 1):
            month = f"{year}-{number:02}"
            card.show_month(month, [row for row in rows if row.month == month], present=month == now)
        total = formats.money(sum(row.budget for row in rows)).removesuffix(".00")
        words = _("全年礼品约 {budget}").format(budget=total)
        if limit is not None and limit.limit:
            words += _(" / 限额 {limit}").format(limit=formats.money(limit.limit).removesuffix(".00"))
        self.figures.setText(words)
        theme.kind(self.figures, "bad" if limit is not None and limit.over else "muted")
        self._tell()

    def reload(self) -> None:
        """The tab brings the year; an open month is read here."""
        if self.stack.currentWidget() is self.grid:
            self._read_month(self.grid.month)

    def focus_month(self, month: str) -> None:
        """Puts the cursor into that month's card."""
        for card in self.cards:
            if card.month == month:
                self.setFocusProxy(card.view)
                if self.isVisible() and self.stack.currentWidget() is self.months:
                    card.view.setFocus()

    def show_month(self, month: str) -> None:
        """The month as a calendar."""
        self.stack.setCurrentWidget(self.grid)
        self.grid.show_month(month, [])
        self._read_month(month)
        self.setFocusProxy(self.grid.view)
        self.grid.view.setFocus()
        self._tell()

    def show_board(self) -> None:
        """Back to the twelve months."""
        self.stack.setCurrentWidget(self.months)
        self.focus_month(self.grid.month or self.cards[0].month)
        self._tell()

    def _read_month(self, month: str) -> None:
        self.context.read(partial(_month, self.context.shop, month), partial(self.grid.show_month, month))

    def _tell(self) -> None:
        board = self.stack.currentWidget() is self.months
        self.title.setText(
            _("{year}年赠送事宜").format(year=self.year) if board else month_words(self.grid.month)
        )
        self.figures.setVisible(board)
        self.by_day.setVisible(board)
        self.back.setVisible(not board)
        tips = (_("前一年"), _("后一年")) if board else (_("前一个月"), _("后一个月"))
        for button, tip, key in zip((self.before, self.after), tips, ("Alt+Left", "Alt+Right"), strict=True):
            button.setAccessibleName(tip)
            button.setToolTip(f"{tip}  {key}")

    # ---- moving

    def _turn(self, by: int) -> None:
        """The arrows: another year, or with a month open another month."""
        if self.stack.currentWidget() is self.months:
            self.year_wanted.emit(self.year + by)
            return
        year, month = int(self.grid.month[:4]), int(self.grid.month[5:])
        year, month = year + (month - 1 + by) // 12, (month - 1 + by) % 12 + 1
        if year != self.year:
            self.year_wanted.emit(year)
        self.show_month(f"{year}-{month:02}")

    def _open_month(self) -> None:
        self.show_month(self.cards[self._current()].month)

    def _current(self) -> int:
        return next((n for n, card in enumerate(self.cards) if card.view.hasFocus()), 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and not event.modifiers():
            place = next((n for n, card in enumerate(self.cards) if card.view is watched), None)
            if place is not None and self._key(place, event.key()):
                return True
        return super().eventFilter(watched, event)

    def _key(self, place: int, key: int) -> bool:
        card = self.cards[place]
        row, last = card.view.currentIndex().row(), len(card.model.entries) - 1
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            card._open(card.view.currentIndex())
        elif key == Qt.Key.Key_Left:
            self._go(place - 1, row)
        elif key == Qt.Key.Key_Right:
            self._go(place + 1, row)
        elif key == Qt.Key.Key_Up and row <= 0:
            self._go(place - _ACROSS, -1)
        elif key == Qt.Key.Key_Down and row >= last:
            self._go(place + _ACROSS, 0)
        else:
            return False
        return True

    def _go(self, place: int, row: int) -> None:
        if 0 <= place < len(self.cards):
            self.cards[place].view.setFocus()
            self.cards[place].go(row)


def _month(shop: Shop, month: str, _progress: Progress) -> list[OccasionRow]:
    return gifts.month_days(shop, month)
