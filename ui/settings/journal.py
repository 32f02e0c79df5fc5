"""操作记录: who did what, when; and the proof that nothing was changed behind the program's back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.lazy_table import Column, LazyTable
from ui.settings.journal_words import act_words, body_words
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.checking import Report
    from services.journal import Entry
    from services.progress import Progress
    from services.shop import Shop

SHOWN = 2_000
"""The newest entries; the command line lists them all."""

COLUMNS = [
    Column("seq", N_("编号"), 70, align="right", tone=lambda _e: "muted", sort=False),
    Column("at", N_("时间（UTC）"), 160, text=lambda e: e.at[:19].replace("T", " "), sort=False),
    Column("user", N_("谁"), 90, text=lambda e: e.user or _("程序"), bold=True, sort=False),
    Column("act", N_("做了什么"), 180, text=lambda e: act_words(e.act), sort=False),
    Column(
        "body",
        N_("内容"),
        240,
        text=lambda e: body_words(e.body),
        tone=lambda _e: "muted",
        stretch=True,
        sort=False,
    ),
    Column("pc", N_("电脑"), 110, tone=lambda _e: "muted", sort=False, hidden=True),
]


class Journal(Box):
    """The trail, newest first, and the button that proves the books."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("操作记录"), 900)
        self.context = context
        words = _(
            "每一步都记在这里，只能添加，不能修改。把印记打印或抄下来放在店外，以后就能核对有没有人改过账册。"
        )
        self.body.addWidget(label(words, "muted", wrap=True))
        self.table = LazyTable(context, "journal", _("操作记录"), COLUMNS)
        self.table.setMinimumHeight(theme.px(360))
        self.body.addWidget(self.table, 1)
        self.answer = label("", "muted", wrap=True, selectable=True)
        self.body.addWidget(self.answer)
        self.prove = KeyButton(_("检查账册"), "F7", "primary", _("核对文件、各本账和全部操作记录"), "check")
        self.prove.clicked.connect(self._check)
        self.prove.setShortcut("F7")
        self.add_button(_("关闭"), self.accept)
        self.buttons.addWidget(self.prove)
        context.read(partial(_read, context.shop), self._show, on_error=self._failed)

    def _show(self, entries: list[Entry]) -> None:
        self.table.show_rows(entries, ids=[entry.seq for entry in entries])
        if entries:
            head = f"{entries[0].seq}:{entries[0].hash[:16]}"
            self.answer.setText(_("最新印记：{head}").format(head=head))

    def _failed(self, error: Exception) -> None:
        self.table.set_empty(str(error))

    def _check(self) -> None:
        dialogs.work(
            self.context, self, _("正在检查账册"), partial(_prove, self.context.shop), self._told, reads=True
        )

    def _told(self, report: Report) -> None:
        if report.ok:
            words = _("账册完好。操作记录 {n} 条，印记 {head}").format(
                n=report.entries, head=report.head[:24]
            )
            self.answer.setText(words)
            self.context.say(_("账册完好。"))
        else:
            theme.kind(self.answer, "error")
            self.answer.setText("\n".join(report.problems))


def _read(shop: Shop, _progress: Progress) -> list[Entry]:
    from services import trail

    return trail.read(shop, limit=SHOWN)


def _prove(shop: Shop, progress: Progress) -> Report:
    from services.checking import check

    return check(shop, progress)


def open_dialog(context: Context, parent: QWidget | None = None) -> None:
    """Shows the journal."""
    box = Journal(context, parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
