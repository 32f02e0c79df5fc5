"""合并记录: the merges that were made, by whom and when; each can be taken apart again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from services import formats
from services.errors import Refused
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.merge_list import MergeRow
    from services.progress import Progress
    from services.shop import Shop


def state_words(row: MergeRow) -> str:
    if row.undone:
        return _("已拆开")
    if row.forgotten:
        return _("资料已删除")
    return _("先拆 {card_no}").format(card_no=row.after) if row.after else _("可拆开")


COLUMNS = [
    Column("day", N_("日期"), 100, text=lambda r: formats.short_day(r.day), sort=False),
    Column("kept", N_("保留"), 120, bold=True, sort=False),
    Column("kept_card", N_("卡号"), 90, sort=False),
    Column("other", N_("并入的资料"), 120, bold=True, sort=False),
    Column("other_card", N_("卡号"), 90, sort=False),
    Column("by", N_("经手人"), 90, sort=False),
    Column(
        "state",
        N_("状态"),
        120,
        text=state_words,
        badge=lambda r: "good" if r.may_undo else "quiet",
        sort=False,
        stretch=True,
    ),
]


class Merges(Box):
    """The newest first."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("合并记录"), 800)
        self.context = context
        words = _("拆开以后两份资料恢复原样；合并以后新登记的，留在保留的那一份。")
        self.body.addWidget(label(words, "muted", wrap=True))
        self.table = LazyTable(context, "merges", _("合并记录"), COLUMNS, multiple=False)
        self.table.set_empty(_("还没有合并过客户"), _("合并过的客户会列在这里，可以拆开。"))
        self.table.setMinimumHeight(theme.px(280))
        self.table.current_changed.connect(lambda _id: self._enable())
        self.body.addWidget(self.table, 1)
        self.note = label("", "error", wrap=True)
        self.note.hide()
        self.body.addWidget(self.note)
        self.apart = KeyButton(_("拆开…"), "F8", "", _("两份资料恢复原样"))
        self.apart.clicked.connect(self._take_apart)
        self.buttons.insertWidget(0, self.apart)
        self.add_button(_("关闭"), self.accept)
        self.resize(theme.px(820), theme.px(480))
        self._enable()
        self._load()

    def _load(self) -> None:
        self.context.read(partial(_merges, self.context.shop), self._show, on_error=self._failed)

    def _show(self, rows: list[MergeRow]) -> None:
        kept = self.table.current_id()
        self.table.show_rows(rows)
        if not self.table.select_id(kept):
            self.table.select_first()
        self._enable()

    def _enable(self) -> None:
        row = self.table.current_row()
        self.apart.setEnabled(row is not None and row.may_undo)

    def _take_apart(self) -> None:
        row = self.table.current_row()
        if row is None or not self.apart.isEnabled():
            return
        words = _("{kept}（{kept_card}）和{other}（{other_card}）又是两位客户。").format(
            kept=row.kept, kept_card=row.kept_card, other=row.other, other_card=row.other_card
        )
        if dialogs.ask(self, _("拆开这次合并？"), words, _("拆开")):
            self.note.hide()
            self.context.write(
                partial(_undone, self.context.shop, row.other_id),
                lambda _id: self._load(),
                said=_("已撤销合并，两份资料恢复原样。"),
                on_error=self._failed,
            )

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Refused):
            self.note.setText(str(error))
            self.note.show()
        else:
            self.context.show_error(error)


def _merges(shop: Shop, _progress: Progress) -> list[MergeRow]:
    from services import merge_list

    return merge_list.merges(shop)


def _undone(shop: Shop, other_id: int, _progress: Progress) -> int:
    from services import merging

    return merging.undo_merge(shop, other_id)
