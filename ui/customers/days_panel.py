"""Days to remember: a line to write one in, the list in the order in which they come, both calendars."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from services import customer_notes
from services.customer_notes import LABEL_MAX, DayKept
from services.customer_page import CustomerPage
from services.customer_rows import DayRow
from services.errors import Refused
from services.rules.birthdays import Birthday
from services.words import _
from ui import theme
from ui.context import Context
from ui.customers import lane_columns
from ui.customers.words import birthday_as_typed
from ui.lazy_table import LazyTable
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line


class DaysPanel(QWidget):
    """Family birthdays and other days; one is changed in the line it was written in."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.page: CustomerPage | None = None
        self._editing: DayRow | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        line = QHBoxLayout()
        line.setSpacing(theme.px(4))
        self.label = Line(_("什么日子"))
        self.label.setMaxLength(LABEL_MAX)
        self.label.setPlaceholderText(_("什么日子：女儿生日"))
        self.day = Line(_("哪一天"))
        self.label.entered.connect(self.day.setFocus)
        self.day.setMaxLength(40)
        self.day.setPlaceholderText(_("农历八月十五、5月3日、2018-5-3"))
        self.day.setToolTip(_("公历或农历都行，不知道年份可以不写。Enter 保存"))
        self.day.entered.connect(self.save)
        self.add = KeyButton(_("记住"), "", "", _("把这个日子记下来  Enter"), "plus")
        self.add.clicked.connect(self.save)
        for part, stretch in ((self.label, 2), (self.day, 3), (self.add, 0)):
            line.addWidget(part, stretch)
        self.table = LazyTable(context, "days_of", _("要记住的日子"), lane_columns.DAYS, multiple=False)
        self.table.set_empty(_("还没有要记住的日子"), _("家人的生日、开店周年：到时候好问候。"))
        self.table.opened.connect(lambda _id: self.edit())
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.table)
        delete.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        delete.activated.connect(self.remove)
        column.addLayout(line)
        column.addWidget(self.table, 1)

    def show_page(self, page: CustomerPage) -> None:
        """Fills the list; what is being typed stays."""
        self.page = page
        self.table.show_rows(page.days)

    def clear(self) -> None:
        """Nothing is being written or changed."""
        self._editing = None
        self.label.clear()
        self.day.clear()

    # ---- acting

    def save(self) -> None:
        """Enter in the day: the new day, or the one being changed."""
        if self.page is None:
            return
        label = self.label.text().strip()
        if not label:
            self.label.setFocus()
            return
        try:
            day = self._typed()
        except Refused as no:
            self.context.show_error(no)
            self.day.setFocus()
            return
        shop, customer, was = self.context.shop, self.page.id, self._editing
        if was is None:
            self.context.write(
                lambda _progress: customer_notes.remember_day(shop, customer, label, day),
                lambda _id: self.clear(),
                said=_("已记住：{label}").format(label=label),
                undo=self._unwrite,
            )
            return
        seen = DayKept(was.id, customer, was.label, was.day)
        self.context.write(
            lambda _progress: customer_notes.change_day(shop, was.id, label, day, seen),
            lambda _kept: self.clear(),
            said=_("已修改：{label}").format(label=label),
            undo=partial(self._write_back, label, day),
        )

    def edit(self) -> None:
        """The day under the cursor comes into the line."""
        row: DayRow | None = self.table.current_row()
        if row is not None:
            self._editing = row
            self.label.setText(row.label)
            self.day.setText(birthday_as_typed(row.day))
            self.day.setFocus()
            self.day.selectAll()

    def remove(self) -> None:
        """The day under the cursor; it comes back with Ctrl+Z."""
        row: DayRow | None = self.table.current_row()
        if row is not None:
            shop = self.context.shop
            self.context.write(
                lambda _progress: customer_notes.forget_day(shop, row.id),
                said=_("已删除：{label}").format(label=row.label),
                undo=self._bring_back,
            )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and (self._editing is not None or self.label.text()):
            self.clear()
        else:
            super().keyPressEvent(event)

    def _typed(self) -> Birthday:
        from services.imports.days import birthday

        found = birthday(self.day.text(), today=self.context.today(), youngest=0)
        if found is None:
            raise Refused("请写是哪一天，例如“农历八月十五”“5月3日”。", field="day")
        return found

    def _unwrite(self, number: int) -> None:
        shop = self.context.shop
        self.context.write(
            lambda _progress: customer_notes.forget_day(shop, number), said=_("已恢复原来的内容")
        )

    def _write_back(self, label: str, day: Birthday, was: DayKept) -> None:
        shop = self.context.shop
        seen = DayKept(was.id, was.customer_id, label, day)
        self.context.write(
            lambda _progress: customer_notes.change_day(shop, was.id, was.label, was.day, seen),
            said=_("已恢复原来的内容"),
        )

    def _bring_back(self, was: DayKept | None) -> None:
        shop = self.context.shop
        if was is not None:
            self.context.write(
                lambda _progress: customer_notes.remember_day(shop, was.customer_id, was.label, was.day),
                said=_("已恢复原来的内容"),
            )
