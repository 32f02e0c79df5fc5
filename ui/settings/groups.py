"""销售组: groups and their people; from here to even distribution, hand-over, and what was done."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from services.errors import Refused
from services.rights import Right, may
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.allocation import Distribution, Member
    from services.progress import Progress
    from services.shop import Shop

GROUPS = [
    Column("name", N_("销售组"), 170, bold=True, sort=False, stretch=True),
    Column("n", N_("客户"), 90, text=lambda g: f"{sum(g.now):,}", align="right", sort=False),
    Column("a", N_("A级"), 90, text=lambda g: f"{g.now[0]:,}", align="right", sort=False),
    Column("b", N_("B级"), 90, text=lambda g: f"{g.now[1]:,}", align="right", sort=False),
    Column("c", N_("C级"), 90, text=lambda g: f"{g.now[2]:,}", align="right", sort=False),
]
PEOPLE = [
    Column("name", N_("姓名"), 150, bold=True, sort=False),
    Column("group", N_("销售组"), 150, sort=False, stretch=True),
    Column("customers", N_("负责客户"), 150, text=lambda p: f"{p.customers:,}", align="right", sort=False),
    Column(
        "open_contacts", N_("待联络"), 100, text=lambda p: f"{p.open_contacts:,}", align="right", sort=False
    ),
]


class Groups(Box):
    """Everybody may look at people; the manager acts."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("销售组与交接"), 780)
        self.context = context
        self.may = may(context.shop, Right.GROUPS)
        self.seen: Distribution | None = None
        self.figures = label("", "muted", wrap=True)
        self.body.addWidget(self.figures)
        self.groups = LazyTable(context, "groups", _("销售组"), GROUPS, multiple=False)
        self.groups.set_empty(_("还没有销售组"), _("按 Ins 添加一个；客户平均分到各组。"))
        self.groups.setMinimumHeight(theme.px(130))
        self.people = LazyTable(context, "group_people", _("组员"), PEOPLE, multiple=False)
        self.people.setMinimumHeight(theme.px(160))
        self.add = KeyButton(_("添加…"), "Ins", "", _("添加一个销售组；用关闭过的名称就重新打开它"))
        self.rename = KeyButton(_("改名…"), "F2", "", _("给选中的销售组改名"))
        self.close_button = KeyButton(_("关闭这组"), "Del", "", _("没有组员和客户的销售组才能关闭"))
        self.go = KeyButton(_("平均分配…"), "F8", "primary", _("先看谁会换组，再执行"))
        self.place = KeyButton(_("换组…"), "F6", "", _("把选中的人放进另一个销售组"))
        self.hand = KeyButton(_("交接…"), "F7", "", _("把选中的人的客户和待办交给别人"))
        self.acts = KeyButton(_("分配与交接记录…"), "F9", "", _("做过的分配和交接；可以撤销，可以打印清单"))
        for button, do in (
            (self.add, self._add),
            (self.rename, self._rename),
            (self.close_button, self._close),
            (self.go, self._allocate),
            (self.place, self._place),
            (self.hand, self._hand_over),
            (self.acts, self._show_acts),
        ):
            button.clicked.connect(do)
            button.setVisible(self.may)
        self.groups.setVisible(self.may)
        self.body.addWidget(self.groups, 2)
        self.body.addLayout(_row(self.add, self.rename, self.close_button, self.go))
        self.body.addWidget(self.people, 3)
        self.body.addLayout(_row(self.place, self.hand, self.acts))
        self.note = label("", "error", wrap=True)
        self.note.hide()
        self.body.addWidget(self.note)
        self.add_button(_("关闭"), self.accept)
        self.resize(theme.px(780), theme.px(600))
        context.changed.connect(self._changed)
        self._load()

    def _changed(self) -> None:
        if self.isVisible():
            self._load()

    def _load(self) -> None:
        if self.may:
            self.context.read(partial(_preview, self.context.shop), self._show, on_error=self._failed)
        else:
            self.figures.setText(_("只有店长和店主能分组和交接。您可以在这里看名单。"))
        self.context.read(partial(_members, self.context.shop), self._show_people, on_error=self._failed)

    def _show(self, seen: Distribution) -> None:
        self.seen = seen
        self.figures.setText(
            _("平均分配会让 {n} 位客户换组。").format(n=f"{seen.moved:,}")
            if seen.moved
            else _("各组的客户数和等级已经平均。")
        )
        kept = self.groups.current_id()
        self.groups.show_rows(seen.groups)
        if not self.groups.select_id(kept):
            self.groups.select_first()

    def _show_people(self, people: list[Member]) -> None:
        kept = self.people.current_id()
        self.people.show_rows(people)
        if not self.people.select_id(kept):
            self.people.select_first()

    # ---- groups

    def _add(self) -> None:
        name = dialogs.ask_text(self, _("添加销售组"), yes=_("添加"))
        if name:
            self._write(
                partial(_added, self.context.shop, name), _("已添加销售组“{name}”。").format(name=name)
            )

    def _rename(self) -> None:
        group = self.groups.current_row()
        if group is None:
            return
        name = dialogs.ask_text(self, _("给“{name}”改名").format(name=group.name), yes=_("改名"))
        if name:
            shop, number = self.context.shop, group.id
            self._write(
                partial(_renamed, shop, number, name),
                _("已改名为“{name}”。").format(name=name),
                lambda before: _again(
                    self.context, partial(_renamed, shop, number, before), _("销售组的名称已改回来。")
                ),
            )

    def _close(self) -> None:
        group = self.groups.current_row()
        if group is not None:
            shop, number, name = self.context.shop, group.id, group.name
            self._write(
                partial(_closed, shop, number),
                _("销售组“{name}”已关闭。").format(name=name),
                lambda _done: _again(
                    self.context,
                    partial(_reopened, shop, number),
                    _("销售组“{name}”又打开了。").format(name=name),
                ),
            )

    def _allocate(self) -> None:
        from ui.settings.allocate_box import AllocateBox

        if self.seen is not None and AllocateBox(self.context, self).exec():
            self._load()

    # ---- people

    def _place(self) -> None:
        person = self.people.current_row()
        if person is None or self.seen is None:
            return
        box = Box(self, _("{name} 换组").format(name=person.name), 360)
        combo = QComboBox()
        combo.setAccessibleName(_("销售组"))
        for group in self.seen.groups:
            combo.addItem(group.name, group.id)
        combo.addItem(_("不在组里"), None)
        place = combo.findText(person.group)
        combo.setCurrentIndex(place if place >= 0 else combo.count() - 1)
        box.body.addWidget(combo)
        box.add_button(_("取消"), box.reject)
        box.add_button(_("换组"), box.accept, "primary")
        combo.setFocus()
        if box.exec():
            words = _("{name} 现在在“{group}”。").format(name=person.name, group=combo.currentText())
            shop, number = self.context.shop, person.id
            self._write(
                partial(_placed, shop, number, combo.currentData()),
                words,
                lambda before: _again(
                    self.context,
                    partial(_placed, shop, number, before),
                    _("{name} 回到原来的组。").format(name=person.name),
                ),
            )

    def _hand_over(self) -> None:
        from ui.settings.hand_over_box import HandOverBox

        person = self.people.current_row()
        if person is not None and HandOverBox(self.context, person.name, self).exec():
            self._load()

    def _show_acts(self) -> None:
        from ui.settings.allocation_acts import Acts

        Acts(self.context, self).exec()
        self._load()

    def _write(self, job: Any, said: str, undo: Any = None) -> None:
        self.note.hide()
        self.context.write(job, lambda _done: self._load(), said=said, undo=undo, on_error=self._failed)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Refused):
            self.note.setText(str(error))
            self.note.show()
        else:
            self.context.show_error(error)


def _row(*buttons: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.px(8))
    for button in buttons:
        row.addWidget(button)
    row.addStretch()
    return row


def _again(context: Context, job: Any, said: str) -> None:
    """An undo: another write, with its own sentence."""
    context.write(job, said=said)


def _preview(shop: Shop, _progress: Progress) -> Distribution:
    from services import allocation

    return allocation.preview(shop)


def _members(shop: Shop, _progress: Progress) -> list[Member]:
    from services import allocation

    return allocation.members(shop)


def _added(shop: Shop, name: str, _progress: Progress) -> int:
    from services import allocation

    return allocation.add_group(shop, name)


def _renamed(shop: Shop, group_id: int, name: str, _progress: Progress) -> str:
    from services import allocation

    return allocation.rename_group(shop, group_id, name)


def _closed(shop: Shop, group_id: int, _progress: Progress) -> None:
    from services import allocation

    allocation.close_group(shop, group_id)


def _reopened(shop: Shop, group_id: int, _progress: Progress) -> None:
    from services import allocation

    allocation.reopen_group(shop, group_id)


def _placed(shop: Shop, user_id: int, group_id: int | None, _progress: Progress) -> int | None:
    from services import allocation

    return allocation.place_member(shop, user_id, group_id)


def open_dialog(context: Context, parent: QWidget | None = None) -> None:
    """Shows the groups dialog."""
    box = Groups(context, parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
