"""说不清的短信: handed to the provider and never answered. A person says what is to become of each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from services import formats
from services.errors import ShopError
from services.rights import Right, may
from services.words import N_, _
from ui import dialogs
from ui.contacts import sms_jobs
from ui.context import Context
from ui.dialogs import Box
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.sms.reading import Batch
    from services.sms.resolving import Unknown


def columns() -> list[Column]:
    """A message a row, with what speaks for its having gone."""
    return [
        Column("name", N_("姓名"), 110, bold=True, sort=False),
        Column("number", N_("手机"), 120, sort=False),
        Column("day", N_("交出的日子"), 130, text=lambda one: formats.day(one.handed_over_on), sort=False),
        Column("hint", N_("知道的"), 240, text=hint, sort=False, stretch=True),
    ]


def hint(one: Unknown) -> str:
    """What is known about it."""
    if one.reported:
        return _("有一份送达回报对不上号，多半已经发到")
    if one.taken:
        return _("服务商收了 {n}/{of} 条，没有回报").format(n=one.taken, of=one.parts)
    return _("交出去以后没有回应")


class UnknownBox(Box):
    """The chosen ones, or all where none is chosen; the program never sends one again by itself."""

    def __init__(self, context: Context, batch_id: int, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("说不清发没发的短信"), 640)
        self.context, self.batch_id = context, batch_id
        self.decided: list[Callable[[Batch], None]] = []
        self.rows: list[Unknown] = []
        words = _(
            "交给服务商时断了线或断了电，没有收到回应：可能发了，也可能没有。可以先问问客户或查服务商的网页。"
            "选中几条只管这几条，不选就是全部。"
        )
        self.body.addWidget(label(words, "muted", wrap=True))
        self.table = LazyTable(context, "sms_unknown", _("说不清发没发的短信"), columns())
        self.table.setMinimumHeight(220)
        self.table.set_empty(_("都清楚了"), _("没有说不清的短信。"))
        self.body.addWidget(self.table)
        self.note = label("", "error", wrap=True)
        self.note.hide()
        self.body.addWidget(self.note)
        self.sent = KeyButton(_("算发出了"), "F8", "primary", _("登记为已联络，当天可以撤销"))
        self.leave = KeyButton(_("不再发"), "F7", "", _("联络留在日程里，当天可以撤销"))
        self.resend = KeyButton(_("再发一次…"), "F9", "", _("回到待发，客户可能收到两条"))
        for place, (button, way) in enumerate(
            ((self.resend, "resend"), (self.leave, "leave"), (self.sent, "sent"))
        ):
            button.clicked.connect(partial(self._decide, way))
            button.setEnabled(may(context.shop, Right.SCHEDULE))
            if way != "sent":
                self.buttons.insertWidget(place, button)
        self.add_button(_("关闭"), self.accept)
        self.buttons.addWidget(self.sent)
        self._load()

    def _load(self) -> None:
        self.context.read(
            partial(sms_jobs.unknown, self.context.shop, self.batch_id), self._show, on_error=self._failed
        )

    def _show(self, found: list[Unknown]) -> None:
        self.rows = found
        self.table.show_rows(found)
        if not found:
            for button in (self.sent, self.leave, self.resend):
                button.setEnabled(False)

    def chosen(self) -> list[int]:
        """The selected messages; all of them where nothing is selected."""
        picked = list(self.table.selected_ids())
        return picked or [one.id for one in self.rows]

    def _decide(self, way: str) -> None:
        wanted = self.chosen()
        if not wanted:
            return
        if way == "resend" and not dialogs.ask(
            self,
            _("再发一次？"),
            _("{n} 位客户可能会收到两条一样的短信。").format(n=len(wanted)),
            _("再发一次"),
            danger=True,
        ):
            return
        self.note.hide()
        said = {
            "sent": _("{n} 条算发出了。"),
            "leave": _("{n} 条不再发，联络留在日程里。"),
            "resend": _("{n} 条回到待发，按“继续发送”才发。"),
        }[way].format(n=len(wanted))
        self.context.write(
            partial(sms_jobs.resolve, self.context.shop, self.batch_id, way, wanted),
            self._decided,
            said=said,
            undo=None if way == "resend" else self._take_back,
            on_error=self._failed,
        )

    def _take_back(self, _one: Any) -> None:
        self.context.write(
            partial(sms_jobs.undo, self.context.shop, self.batch_id),
            said=_("已撤销。"),
            on_error=self._failed,
        )

    def _decided(self, one: Batch) -> None:
        for tell in self.decided:
            tell(one)
        if one.unknown:
            self._load()
        else:
            self.accept()

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, ShopError):
            self.context.show_error(error)
            return
        self.note.setText(str(error))
        self.note.show()
