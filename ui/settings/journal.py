"""操作记录: who did what, when; before and after; and the proof that nothing was changed behind the program's back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPlainTextEdit, QWidget

from services.errors import Refused
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.form import Line, day
from ui.lazy_table import Column, LazyTable
from ui.settings.journal_words import act_words, body_lines, body_words
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.checking import Report
    from services.journal import Entry
    from services.progress import Progress
    from services.shop import Shop
    from services.trail import Search

SHOWN = 2_000
"""The newest entries that match; the command line lists them all."""
_PAUSE = 300
"""Milliseconds after the last key before it is looked up."""

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
    """The trail, newest first: narrowed by who, what, whom and when; the button that proves the books; the paper."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("操作记录"), 960)
        self.context = context
        words = _(
            "每一步都记在这里，只能添加，不能修改。把印记打印或抄下来放在店外，以后就能核对有没有人改过账册。"
        )
        self.body.addWidget(label(words, "muted", wrap=True))
        self._filters()
        self.table = LazyTable(context, "journal", _("操作记录"), COLUMNS, multiple=False)
        self.table.setMinimumHeight(theme.px(220))
        self.table.current_changed.connect(lambda _id: self._open())
        self.body.addWidget(self.table, 1)
        self.detail = QPlainTextEdit()
        self.detail.setReadOnly(True)
        self.detail.setAccessibleName(_("这一条的内容，改前和改后"))
        self.detail.setToolTip(_("选中的一条：改前和改后"))
        self.detail.setFixedHeight(theme.px(96))
        self.body.addWidget(self.detail)
        self.answer = label("", "muted", wrap=True, selectable=True)
        self.body.addWidget(self.answer)
        self.paper = KeyButton(_("打印本月印记…"), "F6", "", _("一页 PDF，放在店外"), "printer")
        self.paper.clicked.connect(self._paper)
        self.against = KeyButton(_("与纸上核对…"), "F8", "", _("照纸上抄短印记，看有没有人改过账册"))
        self.against.clicked.connect(self._against)
        self.prove = KeyButton(_("检查账册"), "F7", "primary", _("核对文件、各本账和全部操作记录"), "check")
        self.prove.clicked.connect(lambda: self._check())
        self.buttons.insertWidget(0, self.paper)
        self.buttons.insertWidget(1, self.against)
        self.add_button(_("关闭"), self.accept)
        self.buttons.addWidget(self.prove)
        context.read(partial(_people, context.shop), self._name_people, on_error=self._failed)
        self._load()

    def _filters(self) -> None:
        from services.trail import KINDS

        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        self.kind, self.who = QComboBox(), QComboBox()
        self.kind.addItem(_("做了什么：全部"), "")
        for code, (words, _starts) in KINDS.items():
            self.kind.addItem(_(words), code)
        self.who.addItem(_("谁：全部"), "")
        self.about, self.first, self.last = Line(code=True), Line(code=True), Line(code=True)
        self.text = Line()
        hints = (
            (self.about, _("卡号"), 90),
            (self.first, _("从哪天"), 90),
            (self.last, _("到哪天"), 90),
            (self.text, _("内容里的字"), 120),
        )
        for box, words in ((self.kind, _("做了什么")), (self.who, _("谁"))):
            box.setAccessibleName(words)
            box.setToolTip(words)
            box.currentIndexChanged.connect(lambda _place: self._soon())
            row.addWidget(box)
        for line, words, wide in hints:
            line.setPlaceholderText(words)
            line.setAccessibleName(words)
            line.setToolTip(words)
            line.setMinimumWidth(theme.px(wide))
            line.textChanged.connect(lambda _text: self._soon())
            row.addWidget(line, 1)
        self.body.addLayout(row)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self._load)

    def _soon(self) -> None:
        self._timer.start()

    def _name_people(self, names: list[str]) -> None:
        for name in names:
            self.who.addItem(name, name)
        self.who.addItem(_("程序"), "-")

    def wanted(self) -> Search:
        """What is asked for. Raises Refused for a day that is none."""
        from services.trail import Search

        today = self.context.today()
        first, last = (line.text().strip() for line in (self.first, self.last))
        return Search(
            self.about.text().strip(),
            str(self.who.currentData() or ""),
            "",
            str(self.kind.currentData() or ""),
            day(first, today, "day") if first else None,
            day(last, today, "day") if last else None,
            self.text.text().strip(),
        )

    def _load(self) -> None:
        try:
            search = self.wanted()
        except Refused as no:
            self.table.show_rows([])
            self.table.set_empty(str(no))
            return
        self.context.read(partial(_read, self.context.shop, search), self._show, on_error=self._failed)

    def _show(self, entries: list[Entry]) -> None:
        self.table.set_empty(_("没有这样的记录"), _("放宽上面的条件再看。"))
        self.table.show_rows(entries, ids=[entry.seq for entry in entries])
        self.table.select_first()
        self._open()
        if entries and not self.answer.text():
            head = f"{entries[0].seq}:{entries[0].hash[:16]}"
            self.answer.setText(_("最新印记：{head}").format(head=head))

    def _open(self) -> None:
        row = self.table.current_row()
        self.detail.setPlainText("\n".join(body_lines(row.body)) if row is not None else "")

    def _failed(self, error: Exception) -> None:
        self.table.show_rows([])
        self.table.set_empty(str(error))

    def _against(self) -> None:
        words = _("照纸上抄短印记，例如 143:036f43d0bfbc7837。")
        anchor = dialogs.ask_text(self, _("与纸上核对"), words)
        if anchor:
            self._check(anchor)

    def _check(self, anchor: str = "") -> None:
        job = partial(_prove, self.context.shop, anchor)
        dialogs.work(
            self.context, self, _("正在检查账册"), job, self._told, reads=True, on_error=self._not_proven
        )

    def _not_proven(self, error: Exception) -> None:
        if isinstance(error, Refused):
            theme.kind(self.answer, "error")
            self.answer.setText(str(error))
        else:
            self.context.show_error(error)

    def _told(self, report: Report) -> None:
        theme.kind(self.answer, "muted" if report.ok else "error")
        if report.ok:
            words = _("账册完好。操作记录 {n} 条，印记 {head}").format(
                n=report.entries, head=report.head[:24]
            )
            self.answer.setText(words)
            self.context.say(_("账册完好。"))
        else:
            self.answer.setText("\n".join(report.problems))

    def _paper(self) -> None:
        month = f"{self.context.today():%Y-%m}"
        suggested = _("印记") + f"-{month}.pdf"
        path = dialogs.ask_path(self, _("存为 PDF"), save=True, suggested=suggested, kinds="PDF (*.pdf)")
        if path:
            target = path if path.lower().endswith(".pdf") else path + ".pdf"
            self.context.write(
                partial(_head, self.context.shop, month, target),
                lambda _head: self._load(),
                said=lambda head: _("印记 {anchor} 已存为 {file}").format(anchor=head.anchor, file=target),
            )


def _read(shop: Shop, search: Search, _progress: Progress) -> list[Entry]:
    from services import trail

    return trail.read(shop, search, limit=SHOWN)


def _people(shop: Shop, _progress: Progress) -> list[str]:
    from services import trail

    return trail.people(shop)


def _head(shop: Shop, month: str, target: str, _progress: Progress) -> Any:
    from services import chain_head

    return chain_head.write(shop, month, target, act_words)


def _prove(shop: Shop, anchor: str, progress: Progress) -> Report:
    from services.checking import check

    return check(shop, progress, anchor=anchor)


def open_dialog(context: Context, parent: QWidget | None = None) -> None:
    """Shows the journal."""
    box = Journal(context, parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
