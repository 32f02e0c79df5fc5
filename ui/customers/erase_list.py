"""要删除的资料: who asked for it, and who has been lost for years; the owner decides one by one or for all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from services import formats
from services.rights import Right, may
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.customers.erase_dialog import open_dialog as open_erase
from ui.dialogs import Box
from ui.form import Form, TextField
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress
    from services.retention import Candidate
    from services.shop import Shop

COLUMNS = [
    Column("name", N_("姓名"), 100, bold=True, sort=False),
    Column("card_no", N_("卡号"), 90, sort=False),
    Column(
        "why",
        N_("为什么"),
        90,
        text=lambda r: _("要求删除") if r.why == "asked" else _("流失"),
        badge=lambda r: "warn" if r.why == "asked" else "quiet",
        sort=False,
    ),
    Column("since", N_("自哪天"), 100, text=lambda r: formats.short_day(r.since), sort=False),
    Column(
        "last_purchase", N_("上次消费"), 130, text=lambda r: formats.short_day(r.last_purchase), sort=False
    ),
    Column(
        "paid_total",
        N_("累计消费"),
        100,
        align="right",
        text=lambda r: formats.money(r.paid_total),
        sort=False,
    ),
    Column(
        "reason",
        N_("原因"),
        160,
        text=lambda r: " ".join(filter(None, (r.reason, r.asked_by))),
        tone=lambda _r: "muted",
        stretch=True,
        sort=False,
    ),
]


class EraseList(Box):
    """Requests first, then the lost."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("要删除的资料"), 860)
        self.context = context
        self.rows: list[Candidate] = []
        from services.retention import span_words

        words = _("客户要求删除的，和流失超过{span}的，由店主决定。删除不能撤销；留下的流失客户过一年再问。")
        self.body.addWidget(label(words.format(span=span_words(context.shop)), "muted", wrap=True))
        self.table = LazyTable(context, "erasures", _("要删除的资料"), COLUMNS)
        self.table.set_empty(
            _("没有等您决定的资料"),
            _("客户要求删除时，在客户名单的“操作”里提出申请；流失多年的会自己列在这里。"),
        )
        self.table.setMinimumHeight(theme.px(280))
        self.table.current_changed.connect(lambda _id: self._enable())
        self.table.selection_changed.connect(lambda *_args: self._enable())
        self.body.addWidget(self.table, 1)
        self.trouble = label("", "error", wrap=True)
        self.trouble.hide()
        self.body.addWidget(self.trouble)
        self.keep = KeyButton(_("留下"), "F6", "", _("流失的：一年后再问；要求删除的：写明为什么不删除"))
        self.keep.clicked.connect(self._keep)
        self.one = KeyButton(_("删除…"), "F8", "", _("删除选中的一位：先看会删除什么、留下什么"))
        self.one.clicked.connect(self._one)
        self.all = KeyButton(_("删除选中的几位…"), "F9", "", _("一次删除选中的几位，只输一次密码"))
        self.all.clicked.connect(self._several)
        for place, button in enumerate((self.keep, self.one, self.all)):
            self.buttons.insertWidget(place, button)
        self.add_button(_("关闭"), self.accept)
        self._enable()
        self._load()

    def _load(self) -> None:
        self.context.read(partial(_candidates, self.context.shop), self._show, on_error=self._failed)

    def _show(self, rows: list[Candidate]) -> None:
        self.rows = rows
        self.table.show_rows(rows)
        self.table.select_first()
        self._enable()

    def _chosen(self) -> list[Candidate]:
        wanted = set(self.table.selected_ids())
        current = self.table.current_row()
        if not wanted and current is not None:
            wanted = {current.id}
        return [row for row in self.rows if row.id in wanted]

    def _enable(self) -> None:
        chosen = len(self._chosen())
        self.keep.setEnabled(chosen >= 1)
        self.one.setEnabled(chosen == 1)
        self.all.setEnabled(chosen > 1)

    def _one(self) -> None:
        chosen = self._chosen()
        if len(chosen) == 1:
            open_erase(self.context, chosen[0].id, self).erased.connect(self._load)

    def _several(self) -> None:
        chosen = self._chosen()
        box = Several(self.context, chosen, self)
        if box.exec():
            values = box.given
            job = partial(_erase_all, self.context.shop, [row.id for row in chosen], values)
            dialogs.work(self.context, self, _("正在删除个人资料…"), job, self._gone, on_error=self._failed)

    def _gone(self, done: Any) -> None:
        self.context.say(_("已删除 {n} 份资料。这一步不能撤销。").format(n=len(done.marks)))
        self._load()
        self.trouble.setText(done.warning)
        self.trouble.setVisible(bool(done.warning))

    def _keep(self) -> None:
        chosen = self._chosen()
        asked = [row for row in chosen if row.request is not None]
        reason = ""
        if asked:
            words = _("{n} 位要求删除资料。不删除要写明原因，例如“本人改了主意”。").format(n=len(asked))
            given = dialogs.ask_text(self, _("不删除"), words)
            if not given:
                return
            reason = given
        self.context.write(
            partial(_kept, self.context.shop, chosen, reason),
            lambda _done: self._load(),
            said=_("{n} 位客户的资料留下").format(n=len(chosen)),
            undo=self._undo if asked and len(asked) == len(chosen) else None,
            on_error=self._failed,
        )

    def _undo(self, requests: list[int]) -> None:
        self.context.write(
            partial(_asked_again, self.context.shop, requests),
            lambda _done: self._load(),
            said=_("已恢复原来的内容"),
        )

    def _failed(self, error: Exception) -> None:
        self.trouble.setText(str(error))
        self.trouble.show()


class Several(Box):
    """Names everybody who would go, asks for reason, number of people and PIN."""

    def __init__(self, context: Context, chosen: list[Candidate], parent: QWidget | None) -> None:
        super().__init__(parent, _("删除 {n} 位客户的资料？").format(n=len(chosen)), 560)
        self.number = len(chosen)
        self.given: dict[str, Any] = {}
        self.body.addWidget(label(_("、").join(row.name for row in chosen), wrap=True))
        self.body.addWidget(label(_("删除以后不能恢复，也不能撤销。合计一分不变。"), "error", wrap=True))
        self.form = Form(
            [
                TextField("reason", _("为什么删除"), required=True, length=100),
                TextField("typed", _("再写一次有几位"), code=True, required=True, length=6),
                TextField("pin", _("您的密码"), secret=True, required=True, length=64),
            ]
        )
        self.form.edited.connect(self._enable)
        self.form.submitted.connect(self._go)
        self.body.addWidget(self.form)
        self.add_button(_("不删除"), self.reject)
        self.go = self.add_button(_("永久删除"), self._go, "danger")
        self._enable()

    def _enable(self) -> None:
        typed = [str(field.value()).strip() for field in self.form.fields]
        self.go.setEnabled(all(typed) and typed[1] == str(self.number))

    def _go(self) -> None:
        if self.go.isEnabled():
            self.given = self.form.values()
            self.accept()


def _candidates(shop: Shop, _progress: Progress) -> list[Candidate]:
    from services import retention

    return retention.candidates(shop)


def _erase_all(shop: Shop, ids: list[int], values: dict[str, Any], progress: Progress) -> Any:
    from services import erasing

    return erasing.erase_all(shop, ids, values["reason"], pin=values["pin"], progress=progress)


def _kept(shop: Shop, chosen: list[Candidate], reason: str, _progress: Progress) -> list[int]:
    from services import retention

    requests = [row.request for row in chosen if row.request is not None]
    for one in requests:
        retention.decline(shop, one, reason)
    if lost := [row.id for row in chosen if row.request is None]:
        retention.keep(shop, lost, reason)
    return requests


def _asked_again(shop: Shop, requests: list[int], _progress: Progress) -> None:
    from services import retention

    for one in requests:
        retention.undo_decline(shop, one)


def open_dialog(context: Context, parent: QWidget | None = None) -> None:
    """From the menu; whoever may not is told who may."""
    if not may(context.shop, Right.ERASE):
        context.say(_("删除个人资料要店主登录后操作。"), tone="bad")
        return
    box = EraseList(context, parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
