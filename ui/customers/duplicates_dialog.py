"""重复客户: pairs that may be one person, side by side; merge them, or say that they are two."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from services import formats
from services.rights import Right, may
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label, scrolled
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.duplicates import Pair, Side
    from services.merge_words import Comparison
    from services.progress import Progress
    from services.shop import Shop

CHOICES = (("keep", N_("用左边")), ("other", N_("用右边")), ("both", N_("两边都要")))
PAIRS = [
    Column("keep", N_("保留"), 110, text=lambda p: p.keep.name, bold=True, sort=False),
    Column("keep_card", N_("卡号"), 90, text=lambda p: p.keep.card_no, sort=False),
    Column("keep_tickets", N_("小票"), 60, text=lambda p: str(p.keep.tickets), align="right", sort=False),
    Column("other", N_("并入"), 110, text=lambda p: p.other.name, bold=True, sort=False),
    Column("other_card", N_("卡号"), 90, text=lambda p: p.other.card_no, sort=False),
    Column("other_tickets", N_("小票"), 60, text=lambda p: str(p.other.tickets), align="right", sort=False),
    Column("why", N_("依据"), 220, text=lambda p: reason_words(p), sort=False, stretch=True),
]


def reason_words(pair: Pair) -> str:
    return _("、").join(_(reason.value) for reason in pair.reasons)


class Duplicates(Box):
    """The manager's list; everybody else is told who may."""

    def __init__(
        self, context: Context, parent: QWidget | None = None, two: tuple[int, int] | None = None
    ) -> None:
        """`two`: only these two customers, chosen in the list."""
        super().__init__(parent, _("重复客户"), 900)
        self.context = context
        self.two = two
        self.may = may(context.shop, Right.MERGE)
        self.resize(theme.px(900), theme.px(660))
        self.pairs: list[Pair] = []
        self.shown: Comparison | None = None
        self.chosen: dict[str, QComboBox] = {}
        self.figures = label("", "muted", wrap=True)
        self.body.addWidget(self.figures)
        self.table = LazyTable(context, "duplicates", _("可能重复的客户"), PAIRS, multiple=False)
        self.table.set_empty(
            _("没有重复的客户"), _("电话相同、姓名和生日相同、姓名和地址相近的客户会列在这里。")
        )
        self.table.setMinimumHeight(theme.px(150))
        self.table.current_changed.connect(lambda _id: self._compare())
        self.body.addWidget(self.table, 2)
        self.outcome = label("", wrap=True)
        self.body.addWidget(self.outcome)
        self.inside = QWidget()
        self.grid = QGridLayout(self.inside)
        self.grid.setContentsMargins(0, 0, theme.px(8), 0)
        self.grid.setHorizontalSpacing(theme.px(12))
        self.grid.setVerticalSpacing(theme.px(4))
        self.side = scrolled(self.inside)
        self.side.setMinimumHeight(theme.px(290))
        self.side.setAccessibleName(_("逐项比较"))
        self.body.addWidget(self.side, 3)
        self.note = label("", "error", wrap=True)
        self.note.hide()
        self.body.addWidget(self.note)
        self.swap = KeyButton(_("左右对调"), "F6", "", _("保留另一位，把这一位并进去"))
        self.differ = KeyButton(_("不是同一人"), "F7", "", _("记住这是两位客户，不再列出"))
        self.swap.clicked.connect(self._swap)
        self.differ.clicked.connect(self._dismiss)
        self.every = KeyButton(_("全部合并…"), "F9", "", _("这几份资料都是一个人：一次并成一份"))
        self.every.clicked.connect(self._merge_all)
        self.merges = KeyButton(_("合并记录…"), "F4", "", _("合并过的客户；可以拆开"))
        self.merges.clicked.connect(self._show_merges)
        for place, button in enumerate((self.swap, self.differ, self.merges, self.every)):
            self.buttons.insertWidget(place, button)
        self.add_button(_("关闭"), self.accept)
        self.go = KeyButton(_("合并"), "F8", "primary", _("两份资料并成一份，可以撤销"))
        self.go.clicked.connect(self._merge)
        self.buttons.addWidget(self.go)
        self._enable()
        self._load()

    # ---- the list

    def _load(self) -> None:
        if not self.may:
            self.figures.setText(_("只有店长和店主能合并客户。"))
            return
        self.figures.setText(_("正在查找可能重复的客户…"))
        self.context.read(partial(_pairs, self.context.shop, self.two), self._show, on_error=self._failed)

    def _show(self, pairs: list[Pair]) -> None:
        self.pairs = pairs
        words = _("{n} 对客户可能是同一人。选一对，看清每一项再合并。").format(n=len(pairs))
        if self.two:
            words = _("您选的两位客户。看清每一项再合并。")
        self.figures.setText(words if pairs else "")
        self.figures.setVisible(bool(pairs))
        self.table.show_rows(pairs, ids=range(1, len(pairs) + 1))
        self.table.select_first()
        self._compare()

    def _pair(self) -> Pair | None:
        pair = self.table.current_row()
        return pair if pair is not None else None

    # ---- side by side

    def _compare(self) -> None:
        pair = self._pair()
        self.shown = None
        self._enable()
        if pair is None:
            self._clear()
            self.outcome.setText("")
            return
        self._ask(pair.keep.id, pair.other.id)

    def _ask(self, keep_id: int, other_id: int) -> None:
        self.context.read(
            partial(_compared, self.context.shop, keep_id, other_id), self._show_sides, on_error=self._failed
        )

    def _show_sides(self, seen: Comparison) -> None:
        pair = self._pair()
        if pair is None or {pair.keep.id, pair.other.id} != {seen.preview.keep_id, seen.preview.other_id}:
            return
        self.shown = seen
        self.note.hide()
        self._clear()
        left, right = (
            (pair.keep, pair.other) if pair.keep.id == seen.preview.keep_id else (pair.other, pair.keep)
        )
        for column, side, words in ((1, left, _("保留：{name}")), (2, right, _("并入：{name}"))):
            self.grid.addWidget(label(words.format(name=side.name), "section"), 0, column)
            phones = " ".join(side.phones) or _("没有电话")
            facts = _("{phones} · {tickets} 单 {paid}").format(
                phones=phones, tickets=side.tickets, paid=formats.money(side.paid_total)
            )
            self.grid.addWidget(label(facts, "muted", wrap=True), 1, column)
        self.chosen = {}
        for row, field in enumerate(seen.fields, 2):
            self.grid.addWidget(label(field.label, "muted"), row, 0)
            self.grid.addWidget(label(field.keep or "—", wrap=True, selectable=True), row, 1)
            self.grid.addWidget(label(field.other or "—", wrap=True, selectable=True), row, 2)
            combo = QComboBox()
            combo.setAccessibleName(field.label)
            for choice, words in CHOICES:
                if choice != "both" or field.may_join:
                    combo.addItem(_(words), choice)
            combo.setCurrentIndex(combo.findData(field.choice))
            self.chosen[field.field] = combo
            self.grid.addWidget(combo, row, 3)
        self.grid.setRowStretch(len(seen.fields) + 2, 1)
        self.grid.setColumnStretch(1, 1)
        self.grid.setColumnStretch(2, 1)
        self.outcome.setText(seen.outcome)
        self._enable()

    def _clear(self) -> None:
        for row in range(self.grid.rowCount()):
            self.grid.setRowStretch(row, 0)
        while self.grid.count():
            item = self.grid.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _swap(self) -> None:
        if self.shown is not None:
            self._ask(self.shown.preview.other_id, self.shown.preview.keep_id)

    # ---- acts

    def _merge(self) -> None:
        seen = self.shown
        if seen is None or not self.go.isEnabled():
            return
        self.go.setEnabled(False)
        choices = {name: str(combo.currentData()) for name, combo in self.chosen.items()}
        name = next(
            side.name
            for pair in self.pairs
            for side in (pair.keep, pair.other)
            if side.id == seen.preview.keep_id
        )
        self.context.write(
            partial(_merged, self.context.shop, seen, choices),
            lambda _done: self._load(),
            said=_("已合并到{name}，等级和合计已重算。").format(name=name),
            undo=lambda _done: self._undo(seen.preview.other_id),
            on_error=self._failed,
        )

    def _undo(self, other_id: int) -> None:
        self.context.write(
            partial(_unmerged, self.context.shop, [other_id]),
            lambda _id: self._again(),
            said=_("已撤销合并，两份资料恢复原样。"),
        )

    def _merge_all(self) -> None:
        """Several records of one person: named one by one before they become one."""
        pair = self._pair()
        if pair is None or not pair.together or not self.every.isEnabled():
            return
        self.every.setEnabled(False)
        self.context.read(
            partial(_sides, self.context.shop, pair.together), self._ask_all, on_error=self._failed
        )

    def _ask_all(self, sides: list[Side]) -> None:
        self._enable()
        if len(sides) < 2:
            self._load()
            return
        lines = [
            _("{name}（{card_no}）：{phones}，{tickets} 单").format(
                name=side.name,
                card_no=side.card_no,
                phones=" ".join(side.phones) or _("没有电话"),
                tickets=side.tickets,
            )
            for side in sides
        ]
        words = _("都并到第一份，每一项按建议取值；可以一次撤销。有一位不是同一人，就请一对一对地看。")
        if not dialogs.ask(
            self,
            _("{n} 份资料并成一份？").format(n=len(sides)),
            "\n".join([*lines, "", words]),
            _("全部合并"),
        ):
            return
        keep, others = sides[0], [side.id for side in sides[1:]]
        versions = {side.id: side.version for side in sides}
        self.context.write(
            partial(_all_merged, self.context.shop, keep.id, others, versions),
            lambda _done: self._load(),
            said=_("{n} 份资料已并到{name}，等级和合计已重算。").format(n=len(others), name=keep.name),
            undo=lambda _done: self._undo_all(others),
            on_error=self._failed,
        )

    def _undo_all(self, others: list[int]) -> None:
        self.context.write(
            partial(_unmerged, self.context.shop, others),
            lambda _id: self._again(),
            said=_("已撤销合并，{n} 份资料恢复原样。").format(n=len(others) + 1),
        )

    def _show_merges(self) -> None:
        from ui.customers.merges_dialog import Merges

        Merges(self.context, self).exec()
        self._load()

    def _dismiss(self) -> None:
        pair = self._pair()
        if pair is None or not self.differ.isEnabled():
            return
        one, two = pair.keep.id, pair.other.id
        self.context.write(
            partial(_dismissed, self.context.shop, one, two),
            lambda _nothing: self._load(),
            said=_("已记住：{one}和{two}是两位客户。").format(one=pair.keep.name, two=pair.other.name),
            undo=lambda _nothing: self._offer(one, two),
            on_error=self._failed,
        )

    def _offer(self, one: int, two: int) -> None:
        self.context.write(
            partial(_offered, self.context.shop, one, two),
            lambda _nothing: self._again(),
            said=_("这一对又会列出来。"),
        )

    def _again(self) -> None:
        try:
            visible = self.isVisible()
        except RuntimeError:  # closed meanwhile; the undo outlives the window
            return
        if visible:
            self._load()

    def _enable(self) -> None:
        for button in (self.go, self.swap, self.differ):
            button.setEnabled(self.may and self.shown is not None)
        pair = self._pair()
        self.every.setVisible(pair is not None and bool(pair.together))
        if pair is not None and pair.together:
            words = _("{n} 份全部合并…").format(n=len(pair.together))
            self.every.tell(words, _("这几份资料都是一个人：一次并成一份"))
        self.every.setEnabled(self.may)
        self.merges.setEnabled(self.may)
        self.side.setVisible(self.shown is not None or bool(self.pairs))

    def _failed(self, error: Exception) -> None:
        from services.errors import Refused

        self._enable()
        if isinstance(error, Refused):
            self.note.setText(str(error))
            self.note.show()
        else:
            self.context.show_error(error)


def _pairs(shop: Shop, two: tuple[int, int] | None, progress: Progress) -> list[Pair]:
    from services import duplicates

    if two is not None:
        # None once they are one.
        return [duplicates.pair_of(shop, *two)] if len(duplicates.sides(shop, two)) == 2 else []
    return duplicates.pairs(shop, progress=progress)


def _compared(shop: Shop, keep_id: int, other_id: int, _progress: Progress) -> Comparison:
    from services import merge_words

    return merge_words.compare(shop, keep_id, other_id)


def _merged(shop: Shop, seen: Comparison, choices: dict[str, str], _progress: Progress) -> None:
    from services import merging

    preview = seen.preview
    merging.merge(shop, preview.keep_id, preview.other_id, choices, preview.versions)


def _unmerged(shop: Shop, other_ids: list[int], _progress: Progress) -> None:
    from services import merging

    merging.undo_all(shop, other_ids)


def _all_merged(
    shop: Shop, keep_id: int, other_ids: list[int], versions: dict[int, int], _progress: Progress
) -> None:
    from services import merging

    merging.merge_all(shop, keep_id, other_ids, versions)


def _sides(shop: Shop, ids: tuple[int, ...], _progress: Progress) -> list[Side]:
    from services import duplicates

    return duplicates.sides(shop, ids)


def _dismissed(shop: Shop, one: int, two: int, _progress: Progress) -> None:
    from services import duplicates

    duplicates.dismiss(shop, one, two)


def _offered(shop: Shop, one: int, two: int, _progress: Progress) -> None:
    from services import duplicates

    duplicates.undismiss(shop, one, two)


def open_dialog(context: Context, parent: QWidget | None = None, two: tuple[int, int] | None = None) -> None:
    """Shows the duplicates dialog, for all likely pairs or for two chosen customers."""
    box = Duplicates(context, parent, two)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


def open_for(context: Context, first_id: int, second_id: int, parent: QWidget | None = None) -> None:
    """Shows the dialog with these two customers side by side, whatever speaks for their being one person."""
    open_dialog(context, parent, (first_id, second_id))
