"""LazyTable: the list as the windows use it."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QVBoxLayout, QWidget

from services.words import _
from ui import theme
from ui.context import Context
from ui.lazy_table.column import Column
from ui.lazy_table.copying import bounds, copy_rows
from ui.lazy_table.model import Fetch, LazyModel
from ui.lazy_table.painting import Painter, row_height
from ui.lazy_table.selection import Span, as_selection, outside, spans
from ui.lazy_table.view import View
from ui.widgets.empty import EmptyState

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop


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
        self.view = View(self)
        self.view.setObjectName("lazy_view")
        self.view.setAccessibleName(accessible)
        self._menu_extras: list[QAction] = []
        self._told = False
        self._arranging = False
        self._multiple = multiple
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
        view.setItemDelegate(Painter(self.columns, view))
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
        header.sectionMoved.connect(lambda *_three: self._remember_order())
        view.opened.connect(self._open)
        view.doubleClicked.connect(lambda _index: self._open())
        view.copy_wanted.connect(self.copy)
        view.invert_wanted.connect(lambda: self.invert_selection() if multiple else None)
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
        """All matching ids in order; `fetch` is asked for a page at a time. Keeps the current row if it is still there."""
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
        self._go_to(number)
        self.view.scrollTo(self.model.index(number, 0), QAbstractItemView.ScrollHint.EnsureVisible)
        return True

    def select_first(self) -> None:
        if len(self.model.ids):
            self._go_to(0)

    def _go_to(self, number: int) -> None:
        """This row alone, whatever keys are held: `selectRow` would add to what is selected while Shift is down."""
        flags = QItemSelectionModel.SelectionFlag
        self.view.selectionModel().setCurrentIndex(
            self.model.index(number, 0), flags.ClearAndSelect | flags.Rows
        )

    def selected_ids(self) -> array[int]:
        """The ids of the selected rows, top to bottom. Reads ranges, so selecting a million costs nothing."""
        found: array[int] = array("q")
        for first, last in self._spans():
            found.extend(self.model.ids[first : last + 1])
        return found

    def selected_count(self) -> int:
        return sum(last - first + 1 for first, last in self._spans())

    def invert_selection(self) -> None:
        """What was selected is not, and the other way round."""
        wanted = outside(self._spans(), len(self.model.ids))
        self._select(wanted)

    def select_ids(self, wanted: Collection[int]) -> None:
        """Selects these rows again after the list was loaded anew; those that are gone are left out."""
        rows = [number for number, one in enumerate(self.model.ids) if one in wanted]
        self._select([(number, number) for number in rows])

    def _select(self, wanted: Sequence[Span]) -> None:
        flags = QItemSelectionModel.SelectionFlag
        self.view.selectionModel().select(as_selection(self.model, wanted), flags.ClearAndSelect | flags.Rows)

    def _spans(self) -> list[Span]:
        return spans(self.view.selectionModel().selection())

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
        copied = copy_rows(self.model, self.visible_columns(), self._spans(), bounds(self.context))
        if not copied:
            return
        if copied > 1 and self.context.signed_in:
            # Not a change of the books that tabs should reload for: the selection would go.
            self.context.read(partial(_noted, self.context.shop, self.name, copied))
        if self.selected_count() > copied:
            self.context.say(_("只复制了前 {n} 行；更多请用导出。").format(n=copied), tone="warn")
        else:
            self.context.say(_("已复制 {n} 行，可以粘贴到表格里。").format(n=copied), tone="info")

    def add_menu_action(self, action: QAction) -> None:
        """Adds a line to the list's right-click menu (for example 导出所见…)."""
        self._menu_extras.append(action)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        copy = menu.addAction(_("复制所选行"), self.copy)
        copy.setShortcut("Ctrl+C")
        copy.setEnabled(self.selected_count() > 0)
        if self._multiple:
            menu.addAction(_("全选"), self.view.selectAll).setShortcut("Ctrl+A")
            menu.addAction(_("反选"), self.invert_selection).setShortcut("Ctrl+Shift+A")
        menu.addActions(self._menu_extras)
        menu.addSeparator()
        menu.addAction(_("选择列…"), self.arrange_columns)
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
        menu.addSeparator()
        menu.addAction(_("选择列…"), self.arrange_columns)
        menu.exec(at)

    def arrange_columns(self) -> None:
        """The window of columns: which ones, in which order."""
        from ui.lazy_table.arrange import Arrange

        Arrange(self, self.window()).exec()

    def show_column(self, number: int, on: bool) -> None:
        self.view.setColumnHidden(number, not on)
        self._remember_hidden()

    def show_columns(self, keys: Sequence[str]) -> None:
        """Exactly these columns, in this order; remembered on this PC. The first column of all is always shown."""
        for number, column in enumerate(self.columns):
            self.view.setColumnHidden(number, number > 0 and column.key not in keys)
        rest = [column.key for column in self.columns if column.key not in keys]
        self._order([*keys, *rest])
        self._remember_hidden()
        self._remember_order()

    def shipped_columns(self) -> None:
        """As the program came; forgets what this PC remembered."""
        for what in ("hidden_columns", "column_order"):
            kept = {
                name: value
                for name, value in getattr(self.context.settings, what).items()
                if name != self.name
            }
            self.context.change_settings(**{what: kept})
        self._order([column.key for column in self.columns])
        self._resize()

    def _remember_hidden(self) -> None:
        hidden = [column.key for i, column in enumerate(self.columns) if self.view.isColumnHidden(i)]
        self.context.change_settings(
            hidden_columns={**self.context.settings.hidden_columns, self.name: hidden}
        )

    def _remember_order(self) -> None:
        if not self._arranging:
            header = self.view.horizontalHeader()
            keys = [self.columns[header.logicalIndex(place)].key for place in range(header.count())]
            self.context.change_settings(column_order={**self.context.settings.column_order, self.name: keys})

    def _order(self, keys: Sequence[str]) -> None:
        """Moves the columns into this order; keys that are not ours any more are left out."""
        header = self.view.horizontalHeader()
        known = {column.key: number for number, column in enumerate(self.columns)}
        self._arranging = True
        for place, key in enumerate(key for key in keys if key in known):
            header.moveSection(header.visualIndex(known[key]), place)
        self._arranging = False

    def _resize(self) -> None:
        """Widths and heights from the font size, the order from what this PC remembers."""
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
        self._order(self.context.settings.column_order.get(self.name, []))

    def _failed(self, error: Exception) -> None:
        if not self._told:
            self._told = True
            self.context.show_error(error)


def _noted(shop: Shop, table: str, rows: int, _progress: Progress) -> None:
    """What goes to the clipboard is kept like an export."""
    from services import export_pass

    export_pass.copied(shop, table, rows)
