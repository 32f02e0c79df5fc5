"""The filter bar above the list: what is filtered, one line a condition; add, change, take away, by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from services.rules.filters import Condition, Filter
from services.words import _
from ui import theme
from ui.context import Context
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.filters.words import Names
    from ui.customers.filter_editor import FilterEditor


class FilterBar(QWidget):
    """Buttons, the conditions, and the editor while one is being made. It only proposes: the list filters."""

    wanted = Signal(object)
    """A new `Filter`."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.filter = Filter()
        self.known: Names | None = None
        self._editor: FilterEditor | None = None
        self._shown: tuple[Condition, ...] = ()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.px(4))
        row = QHBoxLayout()
        row.setSpacing(theme.px(4))
        self.add = KeyButton(_("筛选"), "Ctrl+F", "flat", _("加一个条件：等级、生日、消费、尺码……"), "filter")
        self.kept = KeyButton(_("常用"), "Ctrl+Shift+F", "flat", _("选用、保存、改名、删除筛选"))
        self.clear = theme.kind(QPushButton(_("清空")), "flat")
        self.clear.setAutoDefault(False)
        self.clear.setAccessibleName(_("清空筛选"))
        self.clear.setToolTip(_("不再筛选，看全部在册客户"))
        self.add.clicked.connect(lambda: self.edit())
        self.kept.clicked.connect(self._open_menu)
        self.clear.clicked.connect(lambda: self.wanted.emit(Filter()))
        for button in (self.add, self.kept, self.clear):
            row.addWidget(button)
        row.addStretch()
        self.column.addLayout(row)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(theme.px(4))
        self.column.addLayout(self.lines)
        self.clear.hide()

    # ---- what is filtered

    def show_filter(self, wanted: Filter, shown: Sequence[Condition]) -> None:
        """`shown`: conditions that a button above shows already."""
        self.filter, self._shown = wanted, tuple(shown)
        self.clear.setVisible(bool(wanted.conditions))
        if any(one not in self._shown for one in wanted.conditions) and self.known is None:
            self.context.read(partial(_names, self.context.shop), self._named)
        self._fill()
        if self._editor is not None and self._editor.isVisible():
            self._editor.base = self._without(self._editor.editing)

    def _named(self, known: Names) -> None:
        self.known = known
        self._fill()

    def _fill(self) -> None:
        while (item := self.lines.takeAt(0)) is not None:
            item.widget().hide()
            item.widget().deleteLater()
        if self.known is None:
            return
        from services.filters.words import sentence

        for condition in self.filter.conditions:
            if condition not in self._shown:
                self.lines.addWidget(self._line(condition))
        self.setAccessibleDescription(sentence(self.filter, self.known))

    def _line(self, condition: Condition) -> QWidget:
        from services.filters.words import describe

        assert self.known is not None
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(4))
        words = describe(condition, self.known)
        chip = theme.kind(QPushButton(), "chip")
        chip.setText(chip.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, theme.px(260)))
        chip.setAutoDefault(False)
        chip.setAccessibleName(words)
        chip.setToolTip(_("{words}\n回车修改，Delete 去掉").format(words=words))
        chip.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        chip.clicked.connect(partial(self._edit, condition))
        chip.installEventFilter(self)
        chip.setProperty("place", self.filter.conditions.index(condition))
        gone = theme.kind(QPushButton(), "flat")
        gone.setIcon(theme.icon("close", "muted"))
        gone.setAutoDefault(False)
        gone.setAccessibleName(_("去掉：{words}").format(words=words))
        gone.setToolTip(_("去掉这个条件"))
        gone.setFixedWidth(theme.px(40))
        gone.clicked.connect(partial(self._drop, condition))
        row.addWidget(chip)
        row.addWidget(gone)
        row.addStretch()
        return holder

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        delete = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in delete:
            self._drop(self.filter.conditions[watched.property("place")])
            return True
        return False

    def _without(self, condition: Condition | None) -> Filter:
        return Filter(tuple(one for one in self.filter.conditions if one != condition))

    def _drop(self, condition: Condition, _on: bool = False) -> None:
        self.wanted.emit(self._without(condition))
        self.add.setFocus()

    # ---- the editor

    @property
    def editor(self) -> FilterEditor:
        """Built when it is first asked for."""
        if self._editor is None:
            from ui.customers.filter_editor import FilterEditor

            self._editor = FilterEditor(self.context)
            self._editor.ready.connect(self._take)
            self._editor.left.connect(self._leave)
            self.column.addWidget(self._editor)
        return self._editor

    def edit(self, condition: Condition | None = None) -> None:
        """Ctrl+F: a new condition, or another one in the place of `condition`."""
        if self.known is None:
            self.context.read(partial(_names, self.context.shop), partial(self._edit_named, condition))
        else:
            self._edit_named(condition, self.known)

    def _edit(self, condition: Condition, _on: bool = False) -> None:
        self.edit(condition)

    def _edit_named(self, condition: Condition | None, known: Names) -> None:
        self.known = known
        self.editor.begin(self._without(condition), condition, known)

    def _take(self, condition: Condition, former: Condition | None) -> None:
        conditions = [one for one in self.filter.conditions if one != condition]
        if former in conditions:
            conditions[conditions.index(former)] = condition
        else:
            conditions.append(condition)
        self._leave()
        self.wanted.emit(Filter(tuple(conditions)))

    def _leave(self) -> None:
        self.editor.hide()
        self.add.setFocus()

    def _open_menu(self) -> None:
        from ui.customers.filter_menu import open_menu

        open_menu(self)


def _names(shop: Any, _progress: Any) -> Names:
    from services.filters.words import names

    return names(shop)
