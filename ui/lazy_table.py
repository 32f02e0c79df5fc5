"""LazyModel and LazyTable: all the ids, only the visible rows. A million rows scroll like twenty.

table = LazyTable(context, "customers", _("客户名单"), [
    Column("name", N_("姓名"), width=120),
    Column("grade", N_("等级"), width=64, badge=lambda row: row.grade),
    Column("spent", N_("消费"), width=110, align="right", text=lambda row: formats.money(row.spent)),
])
table.set_empty(_("还没有客户"), _("按 F7 登记第一位，或从菜单导入旧表格。"))
table.show_ids(ids, lambda some: customers.rows(shop, some))     # or table.show_rows(list_of_rows)
table.opened.connect(self._open)                                 # Enter or double click: the row's id
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from services.words import _
from ui import theme
from ui.context import Context
from ui.widgets.badge import paint_badge
from ui.widgets.card import capital
from ui.widgets.empty import EmptyState

PAGE = 200
PAGES_KEPT = 50
COPY_LIMIT = 20_000
"""Rows: a longer copy would freeze the window; exports are made for that."""
ROW = Qt.ItemDataRole.UserRole
"""`index.data(ROW)` is the row's dataclass, None while unknown or when it has been deleted meanwhile."""

Index = QModelIndex | QPersistentModelIndex
Fetch = Callable[[list[int]], Sequence[Any]]
"""Given ids, the rows in the same order and number; None for a row that is gone."""


@dataclass(frozen=True)
class Column:
    """One column, as data. All callables get the row's dataclass and must be cheap: they run while painting."""

    key: str
    """The attribute of the row; also what `sorted_by` and the remembered hidden columns name."""
    title: str
    """Chinese, marked with N_(); translated when shown."""
    width: int = 100
    """Pixels at the font size 14; scaled with it. The last visible `stretch` column takes what is left."""
    align: str = "left"
    text: Callable[[Any], str] | None = None
    """The words in the cell; default: str() of the attribute, empty for None."""
    badge: Callable[[Any], str | None] | None = None
    """Paints the text as a mark; returns a badge name of ui/theme.py: A B C lost good warn bad accent quiet."""
    tone: Callable[[Any], str | None] | None = None
    """Colour of the text: muted, good, warn, bad, accent; None is ordinary."""
    hint: Callable[[Any], str] | None = None
    """The tool tip."""
    bold: bool = False
    sort: bool = True
    stretch: bool = False
    hidden: bool = False
    """Not shown until the clerk chooses it in the column menu."""

    def words(self, row: Any) -> str:
        if row is None:
            return ""
        if self.text:
            return self.text(row)
        value = getattr(row, self.key, None)
        return "" if value is None else str(value)


class LazyModel(QAbstractTableModel):
    """Holds every id, and the 50 pages of 200 rows looked at last."""

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
        if row is None:
            return _("（已删除）") if index.column() == 0 else ""
        return column.words(row)

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


def alignment(column: Column) -> Qt.AlignmentFlag:
    sides = {"left": Qt.AlignmentFlag.AlignLeft, "right": Qt.AlignmentFlag.AlignRight}
    return Qt.AlignmentFlag.AlignVCenter | sides.get(column.align, Qt.AlignmentFlag.AlignHCenter)


class _Painter(QStyledItemDelegate):
    """Paints cells by the theme's tokens: tones, bold names, badges as letters on a soft ground."""

    def __init__(self, columns: Sequence[Column], parent: QWidget) -> None:
        super().__init__(parent)
        self._columns = columns

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        column = self._columns[index.column()]
        row = index.data(ROW)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        box = option.rect
        if selected:
            painter.fillRect(box, theme.colour("selection"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.colour("hover"))
        words = index.data()
        pad = theme.px(8)
        inner = box.adjusted(pad, 0, -pad, 0)
        if words:
            badge = column.badge(row) if column.badge and row is not None else None
            if badge:
                paint_badge(painter, inner, words, badge, option.font, column.align)
            else:
                tone = "muted" if row is None else (column.tone(row) if column.tone else None)
                painter.setPen(theme.tone(tone))
                font = QFont(option.font)
                if column.bold:
                    font.setWeight(QFont.Weight.DemiBold)
                painter.setFont(font)
                fitted = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, inner.width())
                painter.drawText(inner, alignment(column) | Qt.TextFlag.TextSingleLine, fitted)
        painter.setPen(theme.colour("line_soft"))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if selected and index.column() == self._first(index) and option.widget and option.widget.hasFocus():
            painter.fillRect(QRect(box.left(), box.top(), theme.px(3), box.height()), theme.colour("accent"))

    def _first(self, index: Index) -> int:
        view = self.parent()
        return view.horizontalHeader().logicalIndex(0) if isinstance(view, QTableView) else 0

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        column = self._columns[index.column()]
        width = QFontMetrics(option.font).horizontalAdvance(index.data() or "") + theme.px(24)
        return QSize(max(width, theme.px(column.width // 2)), row_height())


def row_height() -> int:
    return round(theme.font_size() * 2.3)


class _View(QTableView):
    """The view itself: whole rows, own header selection (a million selected rows would freeze it), no grid."""

    opened = Signal()
    copy_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.opened.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and not event.modifiers():
            rows = self.model().rowCount()
            if rows:
                self.selectRow(0 if event.key() == Qt.Key.Key_Home else rows - 1)
        else:
            super().keyPressEvent(event)


class LazyTable(QWidget):
    """A list of the shop: sort by a click on the header, Enter opens, Ctrl+C copies, right click on the header
    chooses columns, an empty list says what to do next."""

    opened = Signal(int)
    """Enter or double click: the row's id."""
    current_changed = Signal(int)
    """The row under the cursor; 0 when there is none."""
    selection_changed = Signal(int)
    """How many rows are selected."""
    sort_wanted = Signal(str, bool)
    """A click on the header: the column's key, and True for descending. The tab answers with a new id list."""

    def __init__(
        self,
        context: Context,
        name: str,
        accessible: str,
        columns: Sequence[Column],
        parent: QWidget | None = None,
        *,
        multiple: bool = True,
    ) -> None:
        """`name` remembers hidden columns; `accessible` is what a screen reader says; `multiple` rows selectable."""
        super().__init__(parent)
        self.context = context
        self.name = name
        self.columns = list(columns)
        self.model = LazyModel(self.columns, self)
        self.view = _View(self)
        self.view.setObjectName("lazy_view")
        self.view.setAccessibleName(accessible)
        self._menu_extras: list[QAction] = []
        self._told = False
        self._sorted: tuple[str, bool] = ("", False)
        self._prepare_view(multiple)
        self.empty = EmptyState(parent=self.view.viewport())
        self.empty.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)
        self.model.failed.connect(self._failed, Qt.ConnectionType.QueuedConnection)
        self.context.appearance_changed.connect(self._resize)
        self._resize()

    def _prepare_view(self, multiple: bool) -> None:
        view = self.view
        view.setModel(self.model)
        header = view.horizontalHeader()
        header.setSelectionModel(QItemSelectionModel(self.model, header))
        view.setItemDelegate(_Painter(self.columns, view))
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        mode = QAbstractItemView.SelectionMode
        view.setSelectionMode(mode.ExtendedSelection if multiple else mode.SingleSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setCornerButtonEnabled(False)
        view.setTabKeyNavigation(False)
        view.setMouseTracking(True)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(28)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(lambda at: self.choose_columns(header.mapToGlobal(at)))
        header.sectionClicked.connect(self._header_clicked)
        view.opened.connect(self._open)
        view.doubleClicked.connect(lambda _index: self._open())
        view.copy_wanted.connect(self.copy)
        view.selectionModel().currentRowChanged.connect(
            lambda now, _was: self.current_changed.emit(self._id_at(now.row()))
        )
        view.selectionModel().selectionChanged.connect(
            lambda *_two: self.selection_changed.emit(self.selected_count())
        )

    # ---- what is shown

    def set_empty(
        self, title: str, hint: str = "", button: str = "", do: Callable[[], None] | None = None
    ) -> None:
        """What an empty list says: what is missing, and what to do first (with a button, if one does it)."""
        self.empty.tell(title, hint, button, do)

    def show_ids(self, ids: array[int], fetch: Fetch) -> None:
        """All matching ids in order; `fetch` is asked for pages of 200. Keeps the current row if it is still there."""
        current = self.current_id()
        self._told = False
        self.model.set_ids(ids, fetch)
        self.empty.setVisible(not len(ids))
        if current:
            self.select_id(current)

    def show_rows(self, rows: Sequence[Any], ids: Sequence[int] | None = None) -> None:
        """A short list held in memory. Ids default to each row's `id`."""
        known = array("q", ids if ids is not None else [row.id for row in rows])
        at = dict(zip(known, rows, strict=True))
        self.show_ids(known, lambda some: [at.get(one) for one in some])

    def refresh(self) -> None:
        """Fetches the painted rows again; ids, selection and scrolling stay."""
        self.model.refresh()

    def show_order(self, key: str, descending: bool) -> None:
        """Shows the arrow of the order the ids are in."""
        self._sorted = (key, descending)
        header = self.view.horizontalHeader()
        place = next((i for i, column in enumerate(self.columns) if column.key == key), -1)
        header.setSortIndicatorShown(place >= 0)
        if place >= 0:
            order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(place, order)

    # ---- current row and selection

    def current_id(self) -> int:
        """The id under the cursor, 0 when there is none."""
        return self._id_at(self.view.currentIndex().row())

    def current_row(self) -> Any:
        """The dataclass under the cursor, or None."""
        number = self.view.currentIndex().row()
        return self.model.row(number) if 0 <= number < len(self.model.ids) else None

    def select_id(self, wanted: int) -> bool:
        """Puts the cursor on this row and scrolls to it. False when it is not in the list."""
        try:
            number = self.model.ids.index(wanted)
        except ValueError:
            return False
        self.view.selectRow(number)
        self.view.scrollTo(self.model.index(number, 0), QAbstractItemView.ScrollHint.EnsureVisible)
        return True

    def select_first(self) -> None:
        if len(self.model.ids):
            self.view.selectRow(0)

    def selected_ids(self) -> array[int]:
        """The ids of the selected rows, top to bottom. Reads ranges, so selecting a million costs nothing."""
        found: array[int] = array("q")
        for first, last in self._ranges():
            found.extend(self.model.ids[first : last + 1])
        return found

    def selected_count(self) -> int:
        return sum(last - first + 1 for first, last in self._ranges())

    def _ranges(self) -> list[tuple[int, int]]:
        selection: QItemSelection = self.view.selectionModel().selection()
        spans = sorted((part.top(), part.bottom()) for part in selection)
        joined: list[tuple[int, int]] = []
        for first, last in spans:
            if joined and first <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
            else:
                joined.append((first, last))
        return joined

    def _id_at(self, number: int) -> int:
        return self.model.ids[number] if 0 <= number < len(self.model.ids) else 0

    def _open(self) -> None:
        if current := self.current_id():
            self.opened.emit(current)

    def _header_clicked(self, section: int) -> None:
        column = self.columns[section]
        if column.sort:
            key, descending = self._sorted
            self.sort_wanted.emit(column.key, not descending if key == column.key else False)

    # ---- copying and columns

    def visible_columns(self) -> list[Column]:
        """As the clerk arranged them; also the columns of an export of what is seen."""
        header = self.view.horizontalHeader()
        order = [header.logicalIndex(place) for place in range(header.count())]
        return [self.columns[i] for i in order if not header.isSectionHidden(i)]

    def copy(self) -> None:
        """The selected rows as a table for Excel (tab-separated text and HTML)."""
        spans = self._ranges() or []
        numbers = [n for first, last in spans for n in range(first, min(last, first + COPY_LIMIT) + 1)][
            :COPY_LIMIT
        ]
        if not numbers:
            return
        columns = self.visible_columns()
        lines = [[_(column.title) for column in columns]]
        lines += [[_plain(column.words(self.model.row(number))) for column in columns] for number in numbers]
        mime = QMimeData()
        mime.setText("\n".join("\t".join(cells) for cells in lines))
        mime.setHtml(_html(lines))
        QGuiApplication.clipboard().setMimeData(mime)
        if self.selected_count() > len(numbers):
            self.context.say(_("只复制了前 {n} 行；更多请用导出。").format(n=len(numbers)), tone="warn")
        else:
            self.context.say(_("已复制 {n} 行，可以粘贴到表格里。").format(n=len(numbers)), tone="info")

    def add_menu_action(self, action: QAction) -> None:
        """Adds a line to the list's right-click menu (for example 导出所见…)."""
        self._menu_extras.append(action)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        copy = menu.addAction(_("复制所选行"), self.copy)
        copy.setShortcut("Ctrl+C")
        copy.setEnabled(self.selected_count() > 0)
        menu.addActions(self._menu_extras)
        menu.addSeparator()
        menu.addAction(_("选择列…"), lambda: self.choose_columns(event.globalPos()))
        menu.exec(event.globalPos())

    def choose_columns(self, at: Any) -> None:
        """The menu of columns; remembered on this PC."""
        menu = QMenu(self)
        for number, column in enumerate(self.columns):
            action = menu.addAction(_(column.title))
            action.setCheckable(True)
            action.setChecked(not self.view.isColumnHidden(number))
            action.setEnabled(number > 0)
            action.toggled.connect(lambda on, number=number: self.show_column(number, on))
        menu.exec(at)

    def show_column(self, number: int, on: bool) -> None:
        self.view.setColumnHidden(number, not on)
        hidden = [column.key for i, column in enumerate(self.columns) if self.view.isColumnHidden(i)]
        self.context.change_settings(
            hidden_columns={**self.context.settings.hidden_columns, self.name: hidden}
        )

    def _resize(self) -> None:
        """Widths and heights from the font size."""
        header = self.view.horizontalHeader()
        self.view.verticalHeader().setDefaultSectionSize(row_height())
        stretch = next((i for i, c in reversed(list(enumerate(self.columns))) if c.stretch), None)
        hidden = self.context.settings.hidden_columns.get(self.name)
        for number, column in enumerate(self.columns):
            header.resizeSection(number, theme.px(column.width))
            away = column.hidden if hidden is None else column.key in hidden
            self.view.setColumnHidden(number, away)
            mode = QHeaderView.ResizeMode.Stretch if number == stretch else QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(number, mode)

    def _failed(self, error: Exception) -> None:
        if not self._told:
            self._told = True
            self.context.show_error(error)


def _plain(words: str) -> str:
    """One cell: no tabs or line ends, and nothing that a spreadsheet would take for a formula."""
    words = " ".join(words.split())
    return "'" + words if words[:1] in ("=", "+", "@") else words


def _html(lines: list[list[str]]) -> str:
    import html

    rows = ("".join(f"<td>{html.escape(cell)}</td>" for cell in line) for line in lines)
    return "<table>" + "".join(f"<tr>{cells}</tr>" for cells in rows) + "</table>"


def copy_text(words: str) -> None:
    """Puts plain words on the clipboard."""
    QApplication.clipboard().setText(words)
