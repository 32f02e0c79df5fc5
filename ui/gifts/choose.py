"""The dialog that chooses gifts for a line: what fits, what it costs, what this customer had lately."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from models.kinds import LineStatus
from services import formats, gifts
from services.errors import Refused
from services.gifts import LineRow, Options
from services.rules.gifts import check_gifts
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.dialogs import Box
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.line import Line

if TYPE_CHECKING:
    from services.progress import Progress


@dataclass(frozen=True)
class _Offer:
    """One gift in the list."""

    id: int
    name: str
    gift_class: str
    cost: int
    available: int
    had: bool
    suits: str


class ChooseGifts(Box):
    """One gift, or with `options.whole` several that make up the occasion together."""

    def __init__(self, context: Context, parent: QWidget | None, options: Options) -> None:
        line = options.line
        title = _("给 {name} 选礼品").format(name=line.name)
        super().__init__(parent, title, 640)
        self.options = options
        occasion = gifts.occasion_words(line.occasion)
        words = _("{occasion} {day} · {grade} 级 · 标准：{standard}").format(
            occasion=occasion,
            day=formats.day(line.due),
            grade=line.grade,
            standard=options.limits.words(),
        )
        self.body.addWidget(label(words, "muted", wrap=True))
        self.table = LazyTable(context, "choose_gift", _("可选的礼品"), _columns(), multiple=options.whole)
        self.table.setMinimumHeight(theme.px(260))
        self.table.set_empty(_("没有合适的礼品"), _("库存里没有符合标准的礼品。请先入库，或在库存页新增。"))
        rows = [
            _Offer(
                item.id,
                item.name,
                item.gift_class,
                item.cost,
                item.available + (item.id in options.chosen),
                item.id in options.had,
                item.suits,
            )
            for item in options.items
        ]
        self.table.show_rows(rows)
        self.body.addWidget(self.table)
        self.sum = label("", wrap=True)
        self.body.addWidget(self.sum)
        self.reason = Line(_("原因"))
        required = line.special or line.status == LineStatus.APPROVED
        self.reason.setPlaceholderText(_("原因（必填）") if required else _("原因（可不填）"))
        self._reason_required = required
        self.body.addWidget(self.reason)
        self.add_button(_("取消"), self.reject)
        self.go = self.add_button(_("选定"), self.accept, "primary")
        self.table.selection_changed.connect(self._tell)
        self.table.opened.connect(lambda _id: self.accept() if self.go.isEnabled() else None)
        self.reason.textChanged.connect(self._tell)
        self.reason.entered.connect(lambda: self.accept() if self.go.isEnabled() else None)
        self._preselect()
        self._tell()
        self.table.setFocus()

    def _preselect(self) -> None:
        from PySide6.QtCore import QItemSelectionModel

        select = self.table.view.selectionModel()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for number, gift_id in enumerate(self.table.model.ids):
            if gift_id in self.options.chosen:
                select.select(self.table.model.index(number, 0), flags)

    def chosen(self) -> list[int]:
        return list(self.table.selected_ids())

    def _tell(self) -> None:
        """The sum against the standard, before anybody presses the button."""
        items = {item.id: item for item in self.options.items}
        picked = [items[number] for number in self.chosen()]
        total = formats.money(sum(item.cost for item in picked))
        why = ""
        try:
            if self.options.whole or not self.options.limits.fixed:
                check_gifts(self.options.limits, [item.facts() for item in picked])
        except Refused as no:
            why = str(no)
        if (
            not self.options.whole
            and picked
            and not self.options.limits.fixed
            and self.options.limits.parts > 1
        ):
            why = ""
        self.sum.setText(
            _("已选 {n} 件，合计 {total}。{why}").format(n=len(picked), total=total, why=why)
            if picked
            else _("在上面选礼品；按住 Ctrl 可选几件合为一份。")
            if self.options.whole
            else _("在上面选一件礼品。")
        )
        theme.kind(self.sum, "bad" if why and picked else "muted")
        reason = bool(self.reason.text().strip()) or not self._reason_required
        self.go.setEnabled(bool(picked) and not why and reason)


def _columns() -> list[Column]:
    return [
        Column("name", N_("礼品"), 170, bold=True, sort=False),
        Column("gift_class", N_("礼品类别"), 110, sort=False),
        Column("cost", N_("成本"), 84, "right", sort=False, text=lambda row: formats.money(row.cost)),
        Column("available", N_("可用"), 60, "right", sort=False),
        Column(
            "had",
            N_("说明"),
            120,
            sort=False,
            stretch=True,
            text=lambda row: _("近期送过") if row.had else row.suits,
            tone=lambda row: "warn" if row.had else "muted",
        ),
    ]


def choose(context: Context, parent: QWidget, row: LineRow) -> None:
    """Asks for gifts and writes the choice; an approved line is cancelled and replaced by a draft."""

    def ask(options: Options) -> None:
        dialog = ChooseGifts(context, parent.window(), options)
        dialog.accepted.connect(lambda: _write(context, options, dialog.chosen(), dialog.reason.text()))
        dialog.open()

    context.read(lambda _progress: gifts.options(context.shop, row.id), ask)


def _write(context: Context, options: Options, chosen: list[int], reason: str) -> None:
    shop, line = context.shop, options.line

    def job(progress: Progress) -> LineRow:
        if line.status == LineStatus.APPROVED:
            return gifts.replace(shop, line.id, chosen[0], reason)
        if options.whole:
            return gifts.choose_gifts(shop, line.id, chosen, reason)[0]
        return gifts.choose_gift(shop, line.id, chosen[0], reason)

    def back(_row: LineRow) -> None:
        before = list(options.chosen)
        words = reason or _("改回原来的礼品")
        context.write(
            lambda _progress: (
                gifts.choose_gifts(shop, line.id, before, words)
                if options.whole
                else gifts.choose_gift(shop, line.id, before[0], words)
            ),
            said=_("已改回原来的礼品。"),
        )

    undoable = bool(options.chosen) and line.status == LineStatus.DRAFT
    said = _("已给 {name} 选定礼品。").format(name=line.name)
    if line.status == LineStatus.APPROVED:
        said = _("原来的一条已取消；换好的一条是草稿，请提交批准。")
    context.write(job, said=said, undo=back if undoable else None)
