"""The one search box (F9, Ctrl+K): results while typing, the best first, Enter opens. All by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QIcon, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from services.errors import Refused
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.tasks import Task
from ui.widgets.badge import paint_badge
from ui.widgets.line import Line

LIMIT = 50
PHONE_DIGITS = 7
"""From here on digits that nobody has are taken for a whole number."""
SHOWN = 9
"""Rows seen without scrolling."""
ROW = Qt.ItemDataRole.UserRole
STATE_WORDS = {"lost": N_("流失"), "merged": N_("已合并"), "erased": N_("已删除")}


class SearchBox(Line):
    """Asks `customers.find` at every keystroke; an answer that is outdated is never shown.

    While an input method is composing nothing is asked and Enter does nothing of ours.
    """

    chosen = Signal(int)
    """The id of a customer."""
    plan_wanted = Signal(str)
    """The month of the gift plan whose number was scanned or typed."""
    register_wanted = Signal(str)
    """A whole phone number that nobody has."""

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(_("查找顾客"), parent=window)
        self.context = context
        self._task: Task | None = None
        self._asked = ""
        self._open_first = False
        self.setPlaceholderText(_("F9 查找：手机尾号 / 卡号 / 姓名 / 拼音"))
        self.setToolTip(_("查找顾客：手机尾号、卡号、姓名的任何一部分、拼音或首字母、买过的货号"))
        self.addAction(theme_icon(), Line.ActionPosition.LeadingPosition)
        self.setMinimumWidth(theme.px(200))
        self.setMaximumWidth(theme.px(440))
        self.popup = Results(window)
        self.popup.view.clicked.connect(lambda index: self._choose(index.row()))
        self.textChanged.connect(self._search)
        self.entered.connect(self._enter)
        context.shop_changed.connect(self._forget)

    def scan(self, code: str) -> None:
        """A bar code from anywhere: looked up here; if exactly one customer has it, the page opens."""
        if self._plan(code):
            return
        self._open_first = True
        self.setFocus()
        if self.text() == code:
            self._search()
        else:
            self.setText(code)

    # ---- asking

    def _search(self) -> None:
        words = self.text().strip()
        if self._task and not self._task.finished:
            self._task.drop()
        if not words or not self.context.signed_in:
            self._asked = ""
            self.popup.hide()
            return
        from services.find import find

        shop = self.context.shop
        self._asked = words
        self._task = self.context.tasks.read(
            lambda _progress: (words, find(shop, words, limit=LIMIT)), self._show, self._failed
        )

    def _show(self, answer: tuple[str, Sequence[Any]]) -> None:
        words, rows = answer
        if words != self.text().strip():
            return
        wanted, self._open_first = self._open_first, False
        self.popup.show_rows(rows, words)
        if not rows and new_phone(words):
            self.popup.offer_registration(words)
        self.popup.place(self)
        if wanted and len(rows) == 1:
            self._choose(0)

    def _failed(self, error: Exception) -> None:
        self._open_first = False
        self.popup.hide()
        self.context.show_error(error)

    def _forget(self) -> None:
        self.clear()
        self.popup.hide()

    # ---- choosing

    def _plan(self, words: str) -> bool:
        """The number on an approval sheet leads to its plan."""
        from services.sheets.plan_code import month_of_number

        month = month_of_number(words)
        if month:
            self.popup.hide()
            self.clear()
            self.plan_wanted.emit(month)
        return bool(month)

    def _enter(self) -> None:
        if self._plan(self.text()):
            return
        if self._task and not self._task.finished and self._asked == self.text().strip():
            self._open_first = len(self._asked) > 0
            return
        if self.popup.isVisible() and self.popup.registers:
            phone = self._asked
            self.popup.hide()
            self.clear()
            self.register_wanted.emit(phone)
        elif self.popup.isVisible():
            self._choose(self.popup.view.currentIndex().row())
        elif self.text().strip():
            self._search()

    def _choose(self, number: int) -> None:
        row = self.popup.rows.row(number)
        if row is None:
            return
        self.popup.hide()
        self.clear()
        self.chosen.emit(row.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: SHOWN, Qt.Key.Key_PageUp: -SHOWN}
        if self.popup.isVisible() and event.key() in steps and not self.composing:
            self.popup.move_by(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Escape and not self.composing:
            self.popup.hide() if self.popup.isVisible() else self.clear()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: Any) -> None:
        self.popup.hide()
        super().focusOutEvent(event)

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        self.selectAll()


class Results(QFrame):
    """The list under the box: a child of the window, not a pop-up window, so that input methods are left in peace."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("popup")
        self.setAccessibleName(_("查找结果"))
        self.registers = False
        """Enter registers a new customer instead of opening one."""
        self.rows = _Rows(self)
        self.view = QListView()
        self.view.setObjectName("results")
        self.view.setAccessibleName(_("查找结果"))
        self.view.setModel(self.rows)
        self.view.setItemDelegate(_ResultPainter(self.view))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.foot = QLabel()
        theme.kind(self.foot, "caption")
        self.foot.setContentsMargins(theme.px(12), theme.px(2), theme.px(12), theme.px(6))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 0)
        layout.setSpacing(0)
        layout.addWidget(self.view)
        layout.addWidget(self.foot)
        window.installEventFilter(self)
        self.hide()

    def show_rows(self, rows: Sequence[Any], words: str) -> None:
        self.rows.show(rows)
        self.registers = False
        if rows:
            self.view.setCurrentIndex(self.rows.index(0))
            more = _("前 {n} 位，多打几个字会更准").format(n=len(rows)) if len(rows) >= LIMIT else ""
            count = more or _("共 {n} 位").format(n=len(rows))
            self.foot.setText(_("{count} · ↑↓ 选择 · Enter 打开 · Esc 关闭").format(count=count))
        else:
            self.foot.setText(
                _("没有找到“{words}”。换手机尾号、卡号或拼音首字母试试。").format(words=words[:20])
            )
        self.view.setVisible(bool(rows))

    def offer_registration(self, phone: str) -> None:
        """Nobody has this number: Enter begins the registration with it."""
        self.registers = True
        self.foot.setText(
            _("没有人用 {phone} 这个号码。Enter 登记新客户 · Esc 关闭").format(phone=phone[:20])
        )

    def place(self, box: QWidget) -> None:
        """Right under the box, wide enough to read."""
        window = self.parentWidget()
        assert window is not None
        width = max(box.width(), theme.px(520))
        rows = min(self.rows.rowCount(), SHOWN)
        height = rows * result_height() + self.foot.sizeHint().height() + 10
        at = box.mapTo(window, QPoint(0, box.height() + 4))
        left = max(4, min(at.x(), window.width() - width - 8))
        self.setGeometry(left, at.y(), width, height)
        self.raise_()
        self.show()

    def move_by(self, step: int) -> None:
        last = self.rows.rowCount() - 1
        if last >= 0:
            number = min(max(self.view.currentIndex().row() + step, 0), last)
            self.view.setCurrentIndex(self.rows.index(number))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self.hide()
        return False


class _Rows(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: list[Any] = []

    def show(self, rows: Sequence[Any]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def row(self, number: int) -> Any:
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        row = self.row(index.row())
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) and row is not None:
            return " ".join([row.name, state_words(row), row.card_no or "", *map(str, row.phones)])
        return None


def new_phone(words: str) -> bool:
    """Whether what was typed is a whole mobile or landline number."""
    from services.rules import customer_data

    try:
        return len(customer_data.phone(words)) >= PHONE_DIGITS
    except Refused:
        return False


def state_words(row: Any) -> str:
    """`A`, or 流失."""
    state = str(row.state)
    return str(row.grade) if state == "active" else _(STATE_WORDS.get(state, state))


def result_height() -> int:
    return round(theme.font_size() * 2.6)


class _ResultPainter(QStyledItemDelegate):
    """Name, grade, card, phone, hint: in columns, so that the eye can run down them."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(theme.px(300), result_height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(ROW)
        if row is None:
            return
        box = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.colour("selection"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.colour("hover"))
        left = box.left() + theme.px(12)
        columns = [
            (theme.px(128), row.name, "text", "name"),
            (theme.px(56), None, "", ""),
            (theme.px(88), row.card_no or "", "muted", "card"),
            (theme.px(132), row.phones[0] if row.phones else "", "text", "phone"),
            (box.right() - left - theme.px(404) - theme.px(8), row.hint, "accent_text", ""),
        ]
        metrics = QFontMetrics(option.font)
        for width, words, ink, field in columns:
            place = box.adjusted(left - box.left(), 0, 0, 0)
            place.setWidth(max(0, width - theme.px(8)))
            painter.setFont(option.font)
            if words is None:
                look = theme.grade_badge(str(row.grade), str(row.state))
                paint_badge(painter, place, state_words(row), look, option.font)
            else:
                if field and field == row.matched:
                    _mark(painter, place, str(words), row.span, metrics)
                painter.setPen(theme.colour(ink))
                fitted = metrics.elidedText(str(words), Qt.TextElideMode.ElideRight, place.width())
                painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, fitted)
            left += width


def _mark(painter: QPainter, place: QRect, words: str, span: tuple[int, int], metrics: QFontMetrics) -> None:
    """A soft ground under the part that was typed."""
    start, end = span
    if not 0 <= start < end <= len(words):
        return
    left = place.left() + metrics.horizontalAdvance(words[:start])
    width = min(metrics.horizontalAdvance(words[start:end]), place.right() - left)
    height = metrics.height()
    ground = QRect(left - 1, place.top() + (place.height() - height) // 2, width + 2, height)
    painter.fillRect(ground, theme.badge("A")[0])


def theme_icon() -> QIcon:
    return theme.icon("search", "muted", 16)
