"""分配与交接记录: what was done, when and by whom; take it back, or print the list once more."""

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
from ui.settings.allocate_box import undone_words
from ui.settings.hand_over_box import save_list, show_list
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.allocation_log import Act, Undone
    from services.progress import Progress
    from services.sheets.hand_over import HandOverSheet
    from services.shop import Shop


def what_words(act: Act) -> str:
    """`交接 小王 → 小李、小赵`."""
    if not act.leaver:
        return _("平均分配")
    return _("交接 {name} → {to}").format(name=act.leaver, to=_("、").join(act.figures))


COLUMNS = [
    Column("day", N_("日期"), 100, text=lambda a: formats.short_day(a.day), sort=False),
    Column("what", N_("做了什么"), 260, text=what_words, bold=True, sort=False, stretch=True),
    Column("customers", N_("客户"), 110, text=lambda a: f"{a.customers:,}", align="right", sort=False),
    Column("contacts", N_("待联络"), 80, text=lambda a: f"{a.contacts:,}", align="right", sort=False),
    Column("by", N_("经手人"), 90, sort=False),
    Column(
        "undone",
        N_("状态"),
        90,
        text=lambda a: _("已撤销") if a.undone else _("有效"),
        badge=lambda a: "quiet" if a.undone else "good",
        sort=False,
    ),
]


class Acts(Box):
    """The newest first."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("分配与交接记录"), 760)
        self.context = context
        self.table = LazyTable(context, "allocation_acts", _("分配与交接记录"), COLUMNS, multiple=False)
        self.table.set_empty(_("还没有分配或交接过"), _("做过的平均分配和交接会列在这里，可以撤销。"))
        self.table.setMinimumHeight(theme.px(260))
        self.table.current_changed.connect(lambda _id: self._enable())
        self.body.addWidget(self.table, 1)
        self.note = label("", "error", wrap=True)
        self.note.hide()
        self.body.addWidget(self.note)
        self.list = KeyButton(_("交接清单…"), "Ctrl+P", "", _("客户现在的待办和电话，每位接手人一份"))
        self.save = KeyButton(_("存清单…"), "Ctrl+S", "", _("存为 Excel 表格或 PDF"))
        self.back = KeyButton(
            _("撤销这一次…"), "F8", "", _("客户回到原来的组和人；后来又换过的留在现在的地方")
        )
        for place, (button, do) in enumerate(
            ((self.list, self._list), (self.save, self._save), (self.back, self._undo))
        ):
            button.clicked.connect(do)
            self.buttons.insertWidget(place, button)
        self.add_button(_("关闭"), self.accept)
        self.resize(theme.px(780), theme.px(440))
        self._enable()
        self._load()

    def _load(self) -> None:
        self.context.read(partial(_acts, self.context.shop), self._show, on_error=self._failed)

    def _show(self, acts: list[Act]) -> None:
        kept = self.table.current_id()
        self.table.show_rows(acts)
        if not self.table.select_id(kept):
            self.table.select_first()
        self._enable()

    def _enable(self) -> None:
        act = self.table.current_row()
        self.back.setEnabled(act is not None and not act.undone)
        listed = act is not None and bool(act.leaver) and not act.undone
        self.list.setEnabled(listed)
        self.save.setEnabled(listed)

    def _undo(self) -> None:
        act = self.table.current_row()
        if act is None or not self.back.isEnabled():
            return
        words = _("{what}：{n} 位客户回到原来的组和负责人。后来又换过的客户留在现在的地方。").format(
            what=what_words(act), n=f"{act.customers:,}"
        )
        if dialogs.ask(self, _("撤销这一次？"), words, _("撤销")):
            self.note.hide()
            self.context.write(
                partial(_undone, self.context.shop, act.id),
                lambda _back: self._load(),
                said=undone_words,
                on_error=self._failed,
            )

    def _list(self) -> None:
        act = self.table.current_row()
        if act is not None and self.list.isEnabled():
            show_list(self.context, self, partial(_sheet, self.context.shop, act.id), act.leaver)

    def _save(self) -> None:
        act = self.table.current_row()
        if act is not None and self.save.isEnabled():
            save_list(self.context, self, partial(_sheet, self.context.shop, act.id), act.leaver)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Refused):
            self.note.setText(str(error))
            self.note.show()
        else:
            self.context.show_error(error)


def _acts(shop: Shop, _progress: Progress) -> list[Act]:
    from services import allocation_log

    return allocation_log.acts(shop)


def _undone(shop: Shop, number: int, _progress: Progress) -> Undone:
    from services import allocation_log

    return allocation_log.undo(shop, number)


def _sheet(shop: Shop, number: int) -> HandOverSheet:
    from services import hand_over_list

    return hand_over_list.sheet_of_act(shop, number)
