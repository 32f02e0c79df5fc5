"""The list at the left: quick filters, the lazy table, how many there are."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from services import formats
from services.customer_list import CustomerRow, Filter
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.customers.words import grade_words
from ui.lazy_table import Column, LazyTable
from ui.tasks import Task
from ui.widgets.card import capital, label
from ui.widgets.key_button import KeyButton

COLUMNS = [
    Column("name", N_("姓名"), width=92, bold=True, hint=lambda row: f"{row.name}  {row.card_no}"),
    Column(
        "grade",
        N_("等级"),
        width=56,
        align="center",
        text=lambda row: _("流失") if row.grade == "lost" else row.grade,
        badge=lambda row: row.grade,
        hint=lambda row: grade_words(row.grade),
    ),
    Column("tail", N_("手机"), width=72, sort=False, tone=lambda _row: "muted", hint=lambda row: row.phone),
    Column("hint", N_("现在"), width=110, stretch=True, sort=False, tone=lambda row: row.hint_tone),
    Column("card_no", N_("卡号"), width=80, hidden=True),
    Column(
        "spent",
        N_("累计消费"),
        width=100,
        align="right",
        text=lambda row: formats.money(row.spent),
        hidden=True,
    ),
    Column("points", N_("可用积分"), width=72, align="right", hidden=True),
    Column(
        "visit", N_("上次到店"), width=96, text=lambda row: formats.short_day(row.last_visit), hidden=True
    ),
    Column(
        "bought", N_("上次消费"), width=96, text=lambda row: formats.short_day(row.last_purchase), hidden=True
    ),
    Column("group", N_("销售组"), width=80, sort=False, hidden=True),
]

_GRADES = (("", N_("全部")), ("A", "A"), ("B", "B"), ("C", "C"), ("lost", N_("流失")))


class ListPanel(QWidget):
    """All customers who match the quick filters. The ids are fetched in the background, rows as they are painted."""

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
        self.setObjectName("side")
        self.table = LazyTable(context, "customers", _("客户名单"), COLUMNS)
        self.table.current_changed.connect(self._moved)
        self.table.opened.connect(self.opened)
        self.table.selection_changed.connect(lambda _n: self._tell_count())
        self.table.sort_wanted.connect(self._sort)
        self.count = label("", "muted")
        self.new = KeyButton(_("新客户"), "Ctrl+N", "flat", _("登记一位新客户：先输手机号"), "plus")
        self.new.clicked.connect(self.register_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(12), theme.px(12), theme.px(8), theme.px(8))
        column.setSpacing(theme.px(8))
        column.addLayout(self._build_grades())
        column.addLayout(self._build_quick())
        column.addWidget(self.table, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.count, 1)
        foot.addWidget(self.new)
        column.addLayout(foot)

    def _build_grades(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(4))
        self.grade_chips: dict[str, QPushButton] = {}
        for code, words in _GRADES:
            chip = _chip(capital(_(words)) if code in ("", "lost") else words)
            chip.setAutoExclusive(True)
            tip = _("只看{grade}").format(grade=grade_words(code)) if code else _("在册的全部客户")
            chip.setToolTip(tip)
            chip.setAccessibleName(tip)
            chip.clicked.connect(lambda _on=False, code=code: self._grade(code))
            self.grade_chips[code] = chip
            row.addWidget(chip)
        self.grade_chips[""].setChecked(True)
        row.addStretch()
        return row

    def _build_quick(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(4))
        self.quick_chips: dict[str, QPushButton] = {}
        for name, words, tip in (
            ("birthday", _("本月生日"), _("公历或农历生日在这个月的客户")),
            ("gift_waiting", _("礼品待领"), _("有批准的礼品等着来领的客户")),
            ("soon", _("将降级/流失"), _("再不来就要降级或流失的客户，最急的在前")),
        ):
            chip = _chip(words)
            chip.setToolTip(tip)
            chip.setAccessibleName(words)
            chip.clicked.connect(lambda _on=False, name=name: self._quick(name))
            self.quick_chips[name] = chip
            row.addWidget(chip)
        row.addStretch()
        return row

    # ---- filters and order

    def _grade(self, code: str) -> None:
        lost = code == "lost"
        self.filter = replace(self.filter, grade="" if lost else code, state="lost" if lost else "active")
        if lost:
            self._uncheck_quick()
        self.load()

    def _quick(self, name: str) -> None:
        on = self.quick_chips[name].isChecked()
        self._uncheck_quick()
        self.quick_chips[name].setChecked(on)
        month = self.context.today().month
        if on and name == "birthday":
            self.filter = replace(self.filter, birth_month=month)
        elif on and name == "gift_waiting":
            self.filter = replace(self.filter, gift_waiting=True)
        elif on:
            self.filter = replace(self.filter, soon=True)
        if on and self.filter.state == "lost":
            self.filter = replace(self.filter, state="active")
            self.grade_chips[""].setChecked(True)
        self.load()

    def _uncheck_quick(self) -> None:
        for chip in self.quick_chips.values():
            chip.setChecked(False)
        self.filter = replace(self.filter, birth_month=None, gift_waiting=False, soon=False)

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
        from services import customer_list

        if self._task and not self._task.finished:
            self._task.drop()
        shop, wanted, (key, descending) = self.context.shop, self.filter, self.sort
        self._then, self._keep = then, keep
        self._task = self.context.read(
            lambda _progress: customer_list.ids(shop, wanted, key, descending), self._show
        )

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
        self.grade_chips[""].setChecked(True)
        self._uncheck_quick()
        self.filter = Filter()
        self.load()

    def _tell_count(self) -> None:
        chosen = self.table.selected_count()
        words = _("{n} 位客户").format(n=f"{len(self.table.model.ids):,}")
        if chosen > 1:
            words += " · " + _("已选 {n}").format(n=f"{chosen:,}")
        self.count.setText(words)

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


def _chip(words: str) -> Any:
    chip = theme.kind(QPushButton(words), "chip")
    chip.setCheckable(True)
    chip.setAutoDefault(False)
    return chip
