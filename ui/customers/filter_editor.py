"""One condition being made: field, way, what to fill in, and how many customers would be left."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from services.errors import Refused
from services.rules.filters import FIELDS, WAYS, Condition, Filter, Kind, check_condition
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.customers.filter_inputs import Inputs
from ui.tasks import Task
from ui.widgets.card import capital, label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.filters.words import Names

WAY_WORDS = {
    "within": N_("在最近一段时间内"),
    "ago": N_("在更早以前"),
    "between": N_("从哪天到哪天"),
    "never": N_("从来没有"),
    "ahead": N_("今后几天内"),
    "month": N_("在公历某月"),
    "lunar_month": N_("在农历某月"),
}
WAIT = 200
"""Milliseconds after the last key before the customers are counted."""


class FilterEditor(QFrame):
    """Stands in the list's column: nothing pops up. Enter adds, Escape leaves."""

    ready = Signal(object, object)
    """A checked condition, and the one it replaces or None."""
    left = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.base = Filter()
        """What is asked besides."""
        self.editing: Condition | None = None
        self.known: Names | None = None
        self._task: Task | None = None
        self.setObjectName("card")
        self._build()
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT)
        self._wait.timeout.connect(self._count)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        edge = theme.px(8)
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(theme.px(4))
        self.field = QComboBox()
        self.field.setAccessibleName(_("筛选什么"))
        self.field.setToolTip(_("资料里的任何一项；打头一个字就能跳过去"))
        self.field.setMaxVisibleItems(20)
        for field in FIELDS.values():
            self.field.addItem(capital(_(field.words)), field.code)
        self.way = QComboBox()
        self.way.setAccessibleName(_("怎样比较"))
        self.not_ = QCheckBox(_("不是"))
        self.not_.setAccessibleName(_("不是（反过来）"))
        self.not_.setToolTip(_("反过来：要不符合的客户，没有这一项资料的也算"))
        self.inputs = Inputs()
        self.told = label("", "muted", wrap=True)
        top = QHBoxLayout()
        top.setSpacing(theme.px(4))
        top.addWidget(self.field, 1)
        top.addWidget(self.not_)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(4))
        foot.addWidget(self.told, 1)
        self.cancel = theme.kind(QPushButton(_("取消")), "flat")
        self.cancel.setAutoDefault(False)
        self.cancel.setAccessibleName(_("取消"))
        self.cancel.setToolTip(_("不加这个条件  Esc"))
        self.cancel.clicked.connect(self.left)
        self.go = KeyButton(_("加上"), "", "primary", _("按这个条件筛选  回车"))
        self.go.clicked.connect(self.submit)
        foot.addWidget(self.cancel)
        foot.addWidget(self.go)
        column.addLayout(top)
        column.addWidget(self.way)
        column.addWidget(self.inputs)
        column.addLayout(foot)
        self.field.currentIndexChanged.connect(lambda _at: self._ask_field())
        self.way.currentIndexChanged.connect(lambda _at: self._ask_way())
        self.not_.toggled.connect(lambda _on: self._changed())
        self.inputs.edited.connect(self._changed)
        self.inputs.entered.connect(self.submit)
        for widget in (self.field, self.way, self.not_, self.inputs.choice, self.inputs.unit):
            widget.installEventFilter(self)

    # ---- in

    def begin(self, base: Filter, editing: Condition | None, known: Names) -> None:
        """A new condition beside `base`, or `editing` changed."""
        self.base, self.editing, self.known = base, editing, known
        self.go.tell(_("改成这样") if editing else _("加上"), _("按这个条件筛选  回车"))
        if editing is not None:
            self.field.setCurrentIndex(self.field.findData(editing.field))
        self._ask_field()
        if editing is not None:
            self.way.setCurrentIndex(max(self.way.findData(editing.way), 0))
            self.inputs.show_condition(editing)
        self.not_.setChecked(bool(editing and editing.negated))
        self.show()
        self._changed()
        (self.inputs.first or self.field if editing else self.field).setFocus()

    def _ask_field(self) -> None:
        field = FIELDS[self.field.currentData()]
        ways = WAYS.get(field.kind, ())
        self.way.blockSignals(True)
        self.way.clear()
        for way in ways:
            self.way.addItem(capital(_(WAY_WORDS[way])), way)
        self.way.blockSignals(False)
        self.way.setVisible(bool(ways))
        self._ask_way()

    def _ask_way(self) -> None:
        from services.filters.words import choices, month_words

        field, way = FIELDS[self.field.currentData()], self.way.currentData() or ""
        offered: list[tuple[str, str]] = []
        if way in ("month", "lunar_month"):
            offered = [(str(month), month_words(month, way == "lunar_month")) for month in range(1, 13)]
        elif field.kind in (Kind.CHOICE, Kind.SOON) and self.known is not None:
            offered = choices(field.code, self.known)
        self.inputs.ask(field, way, offered, self.context.today())
        self._changed()

    # ---- out

    def condition(self) -> Condition:
        """What is filled in. Raises Refused."""
        found = self.inputs.condition(negated=self.not_.isChecked())
        check_condition(found)
        return found

    def submit(self) -> None:
        """Enter: takes the condition, or says what is missing."""
        try:
            found = self.condition()
        except Refused as no:
            self._tell(str(no), "error")
            return
        self._drop()
        self.ready.emit(found, self.editing)

    def _changed(self) -> None:
        self._drop()
        self._tell("")
        if self.isVisible():
            self._wait.start()

    def _drop(self) -> None:
        self._wait.stop()
        if self._task and not self._task.finished:
            self._task.drop()

    def _count(self) -> None:
        try:
            wanted = self.base.plus(self.condition())
        except Refused:
            return
        self._task = self.context.read(partial(_counted, self.context.shop, wanted), self._counted)

    def _counted(self, number: int) -> None:
        self._tell(_("符合 {n} 位").format(n=f"{number:,}"))

    def _tell(self, words: str, look: str = "muted") -> None:
        self.told.setText(words)
        theme.kind(self.told, look)
        theme.restyle(self.told)

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._drop()
            self.left.emit()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        inside: QWidget | None = self.inputs.first
        if watched in (self.field, self.way) and inside is not None:
            inside.setFocus()
        else:
            self.submit()
        return True


def _counted(shop: Any, wanted: Filter, progress: Any) -> int:
    from services import customer_list

    return customer_list.count(shop, wanted, progress)
