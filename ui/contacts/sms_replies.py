"""客户回复: what phones answered, the newest first; a reply leads to its customer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from services import formats
from services.words import N_, _
from ui.contacts import sms_jobs
from ui.context import Context
from ui.dialogs import Box
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.sms.replies import Answer


def columns() -> list[Column]:
    """A reply a row."""
    return [
        Column("at", N_("时间"), 150, text=_when, sort=False),
        Column("name", N_("姓名"), 100, text=_who, tone=_who_tone, bold=True, sort=False),
        Column("number", N_("手机"), 120, sort=False),
        Column("text", N_("回复内容"), 260, sort=False, stretch=True, hint=lambda one: one.text),
        Column("refused", N_("情况"), 110, text=_state, tone=_state_tone, sort=False),
    ]


def _when(one: Answer) -> str:
    local = one.at.astimezone()
    return f"{formats.day(local.date())} {local:%H:%M}"


def _who(one: Answer) -> str:
    return one.name or _("不在册")


def _who_tone(one: Answer) -> str | None:
    return None if one.name else "muted"


def _state(one: Answer) -> str:
    return _("退订") if one.refused else ""


def _state_tone(one: Answer) -> str | None:
    return "bad" if one.refused else None


class RepliesBox(Box):
    """Refusals have taken effect already; the others want to be read."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("客户回复"), 760)
        self.context = context
        words = _("退订的已经停止短信和电话。别的回复也记在客户的联络里。")
        self.body.addWidget(label(words, "muted", wrap=True))
        self.table = LazyTable(context, "sms_replies", _("客户回复"), columns(), multiple=False)
        self.table.setMinimumHeight(280)
        self.table.set_empty(_("还没有收到回复"), _("客户回复到发送号码的短信，收回报时一起收来。"))
        self.table.current_changed.connect(lambda _id: self._enable())
        self.body.addWidget(self.table)
        self.show_customer = KeyButton(_("看这位客户"), "F8", "primary", _("关上这里，打开客户页"))
        self.show_customer.clicked.connect(self._open)
        self.add_button(_("关闭"), self.reject)
        self.buttons.addWidget(self.show_customer)
        self._enable()
        context.read(partial(sms_jobs.replies, context.shop), self._show)

    def _show(self, found: list[Answer]) -> None:
        self.table.show_rows(found)
        self.table.select_first()
        self._enable()

    def _enable(self) -> None:
        one: Answer | None = self.table.current_row()
        self.show_customer.setEnabled(one is not None and one.customer_id is not None)

    def _open(self) -> None:
        one: Answer | None = self.table.current_row()
        if one is not None and one.customer_id is not None:
            self.accept()
            self.context.open_customer(one.customer_id)
