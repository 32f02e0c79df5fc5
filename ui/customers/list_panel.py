"""The list at the left: quick filters, the filter bar, the lazy table, how many there are."""

from __future__ import annotations

from array import array
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from services.customer_list import CustomerRow
from services.filters.usual import Usual, usual
from services.rules.filters import Condition, Filter
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.customers.filter_bar import FilterBar
from ui.customers.list_columns import COLUMNS
from ui.customers.words import grade_words
from ui.lazy_table import LazyTable
from ui.tasks import Task
from ui.widgets.card import capital, label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from ui.customers.selection_menu import SelectionMenu

_GRADES = (("", N_("全部")), ("A", "A"), ("B", "B"), ("C", "C"), ("lost", N_("流失")))
QUICK = 3
"""So many of the shipped filters have a button of their own."""


class ListPanel(QWidget):
    """All customers who match the filter. The ids are fetched in the background, rows as they are painted."""

    chosen = Signal(int)
    """The cursor is on this customer now."""
    opened = Signal(int)
    """Enter or double click."""
    register_wanted = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.filter = Filter()
        self.sort: tuple[str, bool | None] = ("visit", None)
        self._task: Task | None = None
        self._quiet = False
        self._then, self._keep = 0, False
        self._menu: SelectionMenu | None = None
        self.setObjectName("side")
        self.table = LazyTable(context, "customers", _("客户名单"), COLUMNS)
        self.table.current_changed.connect(self._moved)
        self.table.opened.connect(self.opened)
        self.table.selection_changed.connect(lambda _n: self._tell_count())
        self.table.sort_wanted.connect(self._sort)
        self.bar = FilterBar(context)
        self.bar.wanted.connect(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(12), theme.px(12), theme.px(8), theme.px(8))
        column.setSpacing(theme.px(8))
        column.addLayout(self._build_grades())
        column.addLayout(self._build_quick())
        column.addWidget(self.bar)
        column.addWidget(self.table, 1)
        column.addLayout(self._build_foot())

    def _build_grades(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(4))
        self.grade_chips: dict[str, QPushButton] = {}
        for code, words in _GRADES:
            chip = _chip(capital(_(words)) if code in ("", "lost") else words)
            tip = _("只看{grade}").format(grade=grade_words(code)) if code else _("在册的全部客户")
            chip.setToolTip(tip)
            chip.setAccessibleName(tip)
            chip.clicked.connect(partial(self._grade, code))
            self.grade_chips[code] = chip
            row.addWidget(chip)
        self.grade_chips[""].setChecked(True)
        row.addStretch()
        return row

    def _build_quick(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(4))
        self.quick_chips: dict[str, QPushButton] = {}
        for one in self._usual():
            chip = _chip(capital(_(one.words)))
            chip.setToolTip(_(one.tip))
            chip.setAccessibleName(_(one.words))
            chip.clicked.connect(partial(self._quick, one.code))
            self.quick_chips[one.code] = chip
            row.addWidget(chip)
        row.addStretch()
        return row

    def _build_foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(4))
        self.count = label("", "muted")
        self.acts = KeyButton(_("操作"), "Ctrl+D", "flat", _("打印、导出、分组、备注……对选中的客户一起做"))
        self.acts.clicked.connect(self._open_menu)
        self.new = KeyButton(_("新客户"), "Ctrl+N", "flat", _("登记一位新客户：先输手机号"), "plus")
        self.new.clicked.connect(self.register_wanted)
        acts = QAction(_("对所选客户操作…"), self)
        acts.setShortcut(QKeySequence("Ctrl+D"))
        acts.triggered.connect(self._open_menu)
        self.table.add_menu_action(acts)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.count)
        row = QHBoxLayout()
        row.addWidget(self.acts)
        row.addStretch()
        row.addWidget(self.new)
        column.addLayout(row)
        foot.addLayout(column)
        return foot

    # ---- filters and order

    def _usual(self) -> tuple[Usual, ...]:
        return usual(self.context.shop)[:QUICK]

    def _grade(self, code: str, _on: bool = False) -> None:
        plain = self.filter.without("grade", "state")
        if code == "lost":
            plain = plain.without(*(one.field for quick in self._usual() for one in quick.filter.conditions))
            self.use(plain.plus(Condition("state", values=("lost",))))
        else:
            self.use(plain.plus(Condition("grade", values=(code,))) if code else plain)

    def _quick(self, code: str, on: bool = True) -> None:
        """One of the three at a time: they answer different questions."""
        fields = {one.field for quick in self._usual() for one in quick.filter.conditions}
        plain = self.filter.without(*fields)
        if on:
            one = next(quick for quick in self._usual() if quick.code == code)
            plain = plain.without("state").plus(*one.filter.conditions)
        self.use(plain)

    def use(self, wanted: Filter) -> None:
        """Filters by this; the buttons show what they can of it, the bar the rest."""
        self.filter = wanted
        asked = [one for one in wanted.conditions if one.field in ("grade", "state")]
        shown: list[Condition] = []
        for code, chip in self.grade_chips.items():
            condition = _grade_condition(code)
            on = asked == ([condition] if condition else [])
            chip.setChecked(on)
            shown += asked if on else []
        for one in self._usual():
            on = set(one.filter.conditions) <= set(wanted.conditions)
            self.quick_chips[one.code].setChecked(on)
            shown += one.filter.conditions if on else ()
        self.bar.show_filter(wanted, shown)
        self.load()

    def _sort(self, key: str, descending: bool) -> None:
        self.sort = (key, descending)
        self.table.show_order(key, descending)
        self.load()

    # ---- loading

    def reload(self) -> None:
        """Something was written: rows are fresh, but as long as the same people are listed nobody changes place."""
        self.load(keep=True)

    def load(self, then: int = 0, *, keep: bool = False) -> None:
        """Fetches the ids anew; afterwards the cursor goes to `then`, or stays. `keep`: an order already shown stays."""
        if self._task and not self._task.finished:
            self._task.drop()
        self._then, self._keep = then, keep
        job = partial(_ids, self.context.shop, self.filter, *self.sort)
        self._task = self.context.read(job, self._show)

    def _show(self, ids: array[int]) -> None:
        self._quiet = True
        shown = self.table.model.ids
        if self._keep and len(ids) == len(shown) and sum(ids) == sum(shown):
            self.table.refresh()
        else:
            self.table.show_ids(ids, self._fetch)
        if self._then:
            self.table.select_id(self._then)
        self._quiet = False
        self._tell_empty(not len(ids))
        self._tell_count()

    def _fetch(self, ids: list[int]) -> list[CustomerRow | None]:
        from services import customer_list

        return customer_list.rows(self.context.shop, ids)

    def _tell_empty(self, empty: bool) -> None:
        if not empty:
            return
        if self.filter == Filter():
            self.table.set_empty(
                _("还没有客户"),
                _("登记第一位，或从菜单导入旧表格。"),
                _("新客户"),
                self.register_wanted.emit,
            )
        else:
            self.table.set_empty(_("没有符合的客户"), _("换一个筛选看看。"), _("看全部"), self.show_all)

    def show_all(self) -> None:
        """Takes every filter away."""
        self.use(Filter())

    def _tell_count(self) -> None:
        chosen = self.table.selected_count()
        words = _("{n} 位客户").format(n=f"{len(self.table.model.ids):,}")
        if chosen > 1:
            words += " · " + _("已选 {n}").format(n=f"{chosen:,}")
        self.count.setText(words)

    # ---- what is selected

    @property
    def menu(self) -> SelectionMenu:
        """Built when it is first asked for."""
        if self._menu is None:
            from ui.customers.selection_menu import SelectionMenu

            self._menu = SelectionMenu(self)
        return self._menu

    def _open_menu(self) -> None:
        self.menu.open()

    def acted_on(self) -> array[int]:
        """Whom an action means: the selected ones; with nobody selected, everybody listed."""
        return self.table.selected_ids() if self.table.selected_count() else self.table.model.ids

    # ---- the cursor

    def _moved(self, customer_id: int) -> None:
        if customer_id and not self._quiet:
            self.chosen.emit(customer_id)

    def point_at(self, customer_id: int) -> None:
        """The cursor goes to this customer if they are in the list; nothing is announced."""
        self._quiet = True
        if not self.table.select_id(customer_id):
            self.table.view.clearSelection()
        self._quiet = False


def _ids(shop: Any, wanted: Filter, sort: str, descending: bool | None, progress: Any) -> array[int]:
    from services import customer_list

    return customer_list.ids(shop, wanted, sort, descending, progress)


def _grade_condition(code: str) -> Condition | None:
    if code == "lost":
        return Condition("state", values=("lost",))
    return Condition("grade", values=(code,)) if code else None


def _chip(words: str) -> Any:
    chip = theme.kind(QPushButton(words), "chip")
    chip.setCheckable(True)
    chip.setAutoDefault(False)
    return chip
