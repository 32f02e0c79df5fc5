"""销售组: groups and their people, even distribution, a leaver's customers given to others."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QWidget

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
    from services.allocation import Distribution, HandOver, Member
    from services.progress import Progress
    from services.shop import Shop


def mix_words(counts: tuple[int, int, int]) -> str:
    """`A 3 B 12 C 40`."""
    return "A {}  B {}  C {}".format(*counts)


GROUPS = [
    Column("name", N_("销售组"), 150, bold=True, sort=False),
    Column("n", N_("客户"), 110, text=lambda g: f"{sum(g.now):,}", align="right", sort=False),
    Column("now", N_("现在"), 200, text=lambda g: mix_words(g.now), sort=False),
    Column("then", N_("平均分配以后"), 200, text=lambda g: mix_words(g.then), sort=False, stretch=True),
]
PEOPLE = [
    Column("name", N_("姓名"), 150, bold=True, sort=False),
    Column("group", N_("销售组"), 150, sort=False, stretch=True),
    Column("customers", N_("负责客户"), 150, align="right", sort=False),
    Column("open_contacts", N_("待联络"), 100, align="right", sort=False),
]


class Groups(Box):
    """Everybody may look at people; the manager sees the distribution and acts."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("销售组与交接"), 760)
        self.context = context
        self.may = may(context.shop, Right.GROUPS)
        self.seen: Distribution | None = None
        self.figures = label("", "muted", wrap=True)
        self.body.addWidget(self.figures)
        self.groups = LazyTable(context, "groups", _("销售组"), GROUPS, multiple=False)
        self.groups.set_empty(_("还没有销售组"))
        self.groups.setMinimumHeight(theme.px(140))
        self.people = LazyTable(context, "group_people", _("组员"), PEOPLE, multiple=False)
        self.people.setMinimumHeight(theme.px(180))
        self.add = KeyButton(_("添加销售组…"), "Ins")
        self.rename = KeyButton(_("改名…"), "F2")
        self.go = KeyButton(_("平均分配"), "F8", "primary", _("按人数和等级平均，尽量少换组"))
        self.place = KeyButton(_("换组…"), "F6", "", _("把选中的人放进另一个销售组"))
        self.hand = KeyButton(_("交接…"), "F7", "", _("把选中的人的客户和待联络交给别人"))
        for button, do in (
            (self.add, self._add),
            (self.rename, self._rename),
            (self.go, self._apply),
            (self.place, self._place),
            (self.hand, self._hand_over),
        ):
            button.clicked.connect(do)
            button.setVisible(self.may)
        self.groups.setVisible(self.may)
        self.body.addWidget(self.groups, 2)
        self.body.addLayout(_row(self.add, self.rename, self.go))
        self.body.addWidget(self.people, 3)
        self.body.addLayout(_row(self.place, self.hand))
        self.note = label("", "error", wrap=True)
        self.note.hide()
        self.body.addWidget(self.note)
        self.add_button(_("关闭"), self.accept)
        self.resize(theme.px(760), theme.px(600))
        self._load()

    def _load(self) -> None:
        self.note.hide()
        self.go.setEnabled(False)
        if self.may:
            self.context.read(partial(_preview, self.context.shop), self._show, on_error=self._failed)
        else:
            self.figures.setText(_("只有店长和店主能分组和交接。您可以在这里看名单。"))
        self.context.read(partial(_members, self.context.shop), self._show_people, on_error=self._failed)

    def _show(self, seen: Distribution) -> None:
        self.seen = seen
        self.figures.setText(
            _("平均分配会让 {n} 位客户换组。").format(n=seen.moved)
            if seen.moved
            else _("各组的客户数和等级已经平均。")
        )
        kept = self.groups.current_id()
        self.groups.show_rows(seen.groups)
        if not self.groups.select_id(kept):
            self.groups.select_first()
        self.go.setEnabled(seen.moved > 0)

    def _show_people(self, people: list[Member]) -> None:
        kept = self.people.current_id()
        self.people.show_rows(people)
        if not self.people.select_id(kept):
            self.people.select_first()

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
            shop = self.context.shop
            self._write(partial(_renamed, shop, group.id, name), _("已改名为“{name}”。").format(name=name))

    def _apply(self) -> None:
        if self.seen is None or not self.go.isEnabled():
            return
        n = self.seen.moved
        words = _("{n} 位客户换到另一个组；原来负责的人如果不在新组，负责人会空着。").format(n=n)
        if dialogs.ask(self, _("平均分配客户？"), words, _("平均分配")):
            self._write(partial(_applied, self.context.shop), _("{n} 位客户已换组。").format(n=n))

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
            shop = self.context.shop
            self._write(partial(_placed, shop, person.id, combo.currentData()), words)

    def _hand_over(self) -> None:
        person = self.people.current_row()
        if person is None:
            return
        others = [one.name for one in self._everybody() if one.name != person.name]
        if HandOverBox(self.context, person.name, others, self).exec():
            self._load()

    def _everybody(self) -> list[Any]:
        return [self.people.model.row(n) for n in range(len(self.people.model.ids))]

    def _write(self, job: Any, said: str) -> None:
        self.context.write(job, lambda _done: self._load(), said=said, on_error=self._failed)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Refused):
            self.note.setText(str(error))
            self.note.show()
        else:
            self.context.show_error(error)


class HandOverBox(Box):
    """Who takes over: what each would get stands there before anything happens."""

    def __init__(
        self, context: Context, leaver: str, others: list[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, _("交接 {name} 的客户").format(name=leaver), 520)
        self.context = context
        self.leaver = leaver
        words = _("选择接手的人，可以几位。客户按人数和等级平均分，待联络跟着客户走。")
        self.body.addWidget(label(words, "muted", wrap=True))
        self.boxes = [QCheckBox(name) for name in others]
        for tick in self.boxes:
            tick.toggled.connect(lambda _on: self._preview())
            self.body.addWidget(tick)
        self.said = label("", wrap=True)
        self.body.addWidget(self.said)
        self.add_button(_("取消"), self.reject)
        self.go = self.add_button(_("交接"), self._apply, "primary")
        self.go.setEnabled(False)
        if self.boxes:
            self.boxes[0].setFocus()

    def names(self) -> list[str]:
        return [tick.text() for tick in self.boxes if tick.isChecked()]

    def _preview(self) -> None:
        self.go.setEnabled(False)
        self.said.setText("")
        if self.names():
            self.context.read(
                partial(_hand_preview, self.context.shop, self.leaver, self.names()),
                self._show,
                on_error=self._failed,
            )

    def _show(self, seen: HandOver) -> None:
        if [one.name for one in seen.shares] != self.names():
            return
        lines = [_("共 {n} 位客户、{m} 个待联络：").format(n=seen.customers, m=seen.open_contacts)]
        lines += [
            _("{name}：{mix}，{m} 个待联络").format(
                name=one.name, mix=mix_words(one.customers), m=one.open_contacts
            )
            for one in seen.shares
        ]
        self.said.setMinimumHeight(self.said.fontMetrics().lineSpacing() * (len(lines) + 1))
        self.said.setText("\n".join(lines))
        self.go.setEnabled(bool(seen.customers or seen.open_contacts))

    def _apply(self) -> None:
        self.go.setEnabled(False)
        self.context.write(
            partial(_handed, self.context.shop, self.leaver, self.names()),
            lambda _done: self.accept(),
            said=_("{name} 的客户和待联络已交接。").format(name=self.leaver),
            on_error=self._failed,
        )

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Refused):
            self.said.setText(str(error))
        else:
            self.context.show_error(error)


def _row(*buttons: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.px(8))
    for button in buttons:
        row.addWidget(button)
    row.addStretch()
    return row


def _preview(shop: Shop, _progress: Progress) -> Distribution:
    from services import allocation

    return allocation.preview(shop)


def _members(shop: Shop, _progress: Progress) -> list[Member]:
    from services import allocation

    return allocation.members(shop)


def _added(shop: Shop, name: str, _progress: Progress) -> int:
    from services import allocation

    return allocation.add_group(shop, name)


def _renamed(shop: Shop, group_id: int, name: str, _progress: Progress) -> None:
    from services import allocation

    allocation.rename_group(shop, group_id, name)


def _placed(shop: Shop, user_id: int, group_id: int | None, _progress: Progress) -> None:
    from services import allocation

    allocation.place_member(shop, user_id, group_id)


def _applied(shop: Shop, _progress: Progress) -> Distribution:
    from services import allocation

    return allocation.apply(shop)


def _hand_preview(shop: Shop, leaver: str, names: list[str], _progress: Progress) -> HandOver:
    from services import allocation

    return allocation.hand_over_preview(shop, leaver, names)


def _handed(shop: Shop, leaver: str, names: list[str], _progress: Progress) -> HandOver:
    from services import allocation

    return allocation.hand_over(shop, leaver, names)


def open_dialog(context: Context, parent: QWidget | None = None) -> None:
    """Shows the groups dialog."""
    box = Groups(context, parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
