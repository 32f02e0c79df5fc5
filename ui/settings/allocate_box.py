"""平均分配: who would move, how many each group has before and after; then in one act, with undo."""

from __future__ import annotations

from array import array
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from services.errors import Refused
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.dialogs import Box
from ui.lazy_table import Column, LazyTable
from ui.tasks import Task
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.allocation import Distribution, GroupSize
    from services.progress import Progress
    from services.shop import Shop

TICKS_A_ROW = 4


def change_words(before: int, after: int) -> str:
    """`12 → 10`; one number where nothing changes."""
    return f"{before:,}" if before == after else f"{before:,} → {after:,}"


def _grade(key: str, title: str, place: int) -> Column:
    def text(group: GroupSize) -> str:
        return change_words(group.now[place], group.then[place])

    return Column(key, title, 110, text=text, align="right", sort=False)


SIZES = [
    Column("name", N_("销售组"), 150, bold=True, sort=False, stretch=True),
    Column("n", N_("客户"), 130, text=lambda g: change_words(sum(g.now), sum(g.then)), align="right", sort=False),
    _grade("a", N_("A级"), 0),
    _grade("b", N_("B级"), 1),
    _grade("c", N_("C级"), 2),
]  # fmt: skip


class AllocateBox(Box):
    """Closes with True when the distribution was carried out."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("平均分配客户"), 800)
        self.context = context
        self.seen: Distribution | None = None
        self.target: dict[int, str] = {}
        self.ticks: dict[int, QCheckBox] = {}
        words = _("勾上的组按人数和等级平均，尽量少换组；没勾的组，客户全部分给别的组。")
        self.body.addWidget(label(words, "muted", wrap=True))
        self.choices = QGridLayout()
        self.choices.setHorizontalSpacing(theme.px(16))
        self.body.addLayout(self.choices)
        self.sizes = LazyTable(context, "allocate_sizes", _("分配前后的客户数"), SIZES, multiple=False)
        self.sizes.setMinimumHeight(theme.px(120))
        self.body.addWidget(self.sizes, 2)
        self.figures = label("", "section", wrap=True)
        self.body.addWidget(self.figures)
        columns = [
            Column("card_no", N_("卡号"), 90, sort=False),
            Column("name", N_("客户名"), 130, bold=True, sort=False),
            Column("grade", N_("等级"), 60, badge=lambda m: m.grade, sort=False),
            Column("group", N_("现在的组"), 140, text=lambda m: m.group or _("不在组里"), sort=False),
            Column("target", N_("分到"), 140, text=lambda m: self.target.get(m.id, ""), sort=False),
            Column("clerk", N_("现在负责"), 120, sort=False, stretch=True),
        ]
        self.movers = LazyTable(context, "allocate_movers", _("会换组的客户"), columns, multiple=False)
        self.movers.set_empty(_("没有人要换组"), _("各组的客户数和等级已经平均。"))
        self.movers.setMinimumHeight(theme.px(160))
        self.body.addWidget(self.movers, 3)
        self.note = label("", "error", wrap=True)
        self.note.hide()
        self.body.addWidget(self.note)
        self.add_button(_("取消"), self.reject)
        self.go = KeyButton(_("分配"), "F8", "primary", _("一次完成，可以撤销；负责人不在新组的，负责人空着"))
        self.go.clicked.connect(self._apply)
        self.buttons.addWidget(self.go)
        self.go.setEnabled(False)
        self.resize(theme.px(820), theme.px(620))
        self._task: Task | None = None
        self._load()

    def chosen(self) -> list[int] | None:
        """The groups that take part; None while all do."""
        found = [number for number, tick in self.ticks.items() if tick.isChecked()]
        return None if len(found) == len(self.ticks) else found

    def _load(self) -> None:
        self.go.setEnabled(False)
        if self._task is not None:
            self._task.drop()  # an answer to ticks that stand otherwise now
        self._task = self.context.read(
            partial(_seen, self.context.shop, self.chosen()), self._show, on_error=self._failed
        )

    def _show(self, seen: Distribution) -> None:
        if not self.ticks:
            self._add_ticks(seen)
        self.note.hide()
        self.seen = seen
        names = {group.id: group.name for group in seen.groups}
        self.target = {customer: names[group] for customer, group in seen.moves}
        self.sizes.show_rows(seen.groups)
        self.sizes.select_first()
        self.figures.setText(_("会换组的客户：{n} 位").format(n=f"{seen.moved:,}"))
        shop = self.context.shop
        self.movers.show_ids(
            array("q", (customer for customer, _group in seen.moves)), lambda some: _movers(shop, some)
        )
        self.go.setEnabled(seen.moved > 0)

    def _add_ticks(self, seen: Distribution) -> None:
        for place, group in enumerate(seen.groups):
            tick = QCheckBox(group.name)
            tick.setAccessibleName(_("“{name}”参加分配").format(name=group.name))
            tick.setToolTip(tick.accessibleName())
            tick.setChecked(True)
            tick.toggled.connect(lambda _on: self._load())
            self.ticks[group.id] = tick
            self.choices.addWidget(tick, place // TICKS_A_ROW, place % TICKS_A_ROW)
        self.choices.setColumnStretch(TICKS_A_ROW, 1)

    def _apply(self) -> None:
        if self.seen is None or not self.go.isEnabled():
            return
        self.go.setEnabled(False)
        context = self.context
        context.write(
            partial(_applied, context.shop, self.chosen(), self.seen.mark),
            lambda _done: self.accept(),
            said=lambda done: _("{n} 位客户已换组。").format(n=f"{done.moved:,}"),
            undo=lambda done: undo_act(context, done.act),
            on_error=self._failed,
        )

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, Refused):
            self.context.show_error(error)
            return
        self.note.setText(str(error))
        self.note.show()
        if self.seen is not None and any(tick.isChecked() for tick in self.ticks.values()):
            self._task = self.context.read(partial(_seen, self.context.shop, self.chosen()), self._show_again)

    def _show_again(self, seen: Distribution) -> None:
        """A fresh preview below the sentence that asked for it."""
        words = self.note.text()
        self._show(seen)
        self.note.setText(words)
        self.note.show()


def undo_act(context: Context, number: int) -> None:
    """Takes a distribution or hand-over back and says what came of it."""
    context.write(partial(_undone, context.shop, number), said=undone_words)


def undone_words(back: Any) -> str:
    """`12 位客户已回到原处；3 位后来又换过，留在现在的地方。`"""
    words = _("{n} 位客户和 {m} 个待联络已回到原处。").format(n=f"{back.customers:,}", m=back.contacts)
    if back.stayed:
        words += _("{n} 位后来又换过，留在现在的地方。").format(n=f"{back.stayed:,}")
    return words


def _undone(shop: Shop, number: int, _progress: Progress) -> Any:
    from services import allocation_log

    return allocation_log.undo(shop, number)


def _seen(shop: Shop, groups: list[int] | None, _progress: Progress) -> Distribution:
    from services import allocation

    return allocation.preview(shop, groups)


def _movers(shop: Shop, ids: list[int]) -> Any:
    from services import allocation

    return allocation.movers(shop, ids)


def _applied(shop: Shop, groups: list[int] | None, mark: str, _progress: Progress) -> Distribution:
    from services import allocation

    return allocation.apply(shop, groups, mark)
