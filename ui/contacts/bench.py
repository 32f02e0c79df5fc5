"""The mailing bench (寄贺卡): the day's cards, what is missing, print, tick as posted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from services import formats
from services.contact_lists import PostRow
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton


class Bench(QWidget):
    """Lists the cards of one posting day. It only asks; the tab does the work."""

    posted_wanted = Signal(list)
    """Ids to tick as posted."""
    print_wanted = Signal(str)
    """cards or labels"""
    customer_wanted = Signal(int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: Sequence[PostRow] = []
        self.head = label("", "heading")
        self.missing = label("", "warn", wrap=True)
        self.table = LazyTable(context, "posting", _("要寄的贺卡"), _columns())
        self.table.set_empty(_("今天没有贺卡要寄"), _("贺卡在节日或生日前几天寄出，到日子这里会列出来。"))
        self.table.opened.connect(self._open)
        self.table.selection_changed.connect(lambda _n: self._tell())
        self.cards = KeyButton(_("打印贺卡"), "P", "", _("预览并打印要寄的贺卡"), "printer")
        self.labels = KeyButton(_("打印地址标签"), "L", "", _("与贺卡对应的地址标签"), "printer")
        self.posted = KeyButton("", "1", "primary", _("勾上已寄出；客户的联络周期从今天起算"))
        self.cards.clicked.connect(lambda: self.print_wanted.emit("cards"))
        self.labels.clicked.connect(lambda: self.print_wanted.emit("labels"))
        self.posted.clicked.connect(lambda: self.posted_wanted.emit(self._chosen()))
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(8))
        foot.addWidget(self.cards)
        foot.addWidget(self.labels)
        foot.addStretch()
        foot.addWidget(self.posted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(12))
        layout.addWidget(self.head)
        layout.addWidget(self.missing)
        layout.addWidget(self.table, 1)
        layout.addLayout(foot)
        self.setFocusProxy(self.table)

    def show_rows(self, rows: Sequence[PostRow]) -> None:
        """The cards of the day, the posted ones ticked."""
        self.rows = rows
        self.table.show_rows(rows)
        left = sum(not row.posted for row in rows)
        done = len(rows) - left
        self.head.setText(_("今天要寄 {n} 张贺卡，已寄 {done} 张").format(n=len(rows), done=done))
        self.head.setVisible(bool(rows))
        without = [row.name for row in rows if row.missing and not row.posted]
        self.missing.setVisible(bool(without))
        names = _("、").join(without[:6]) + ("…" if len(without) > 6 else "")
        self.missing.setText(_("{n} 位缺地址或邮编，请先补上：{names}").format(n=len(without), names=names))
        for button in (self.cards, self.labels, self.posted):
            button.setVisible(bool(rows))
        self._tell()

    def _chosen(self) -> list[int]:
        """The selected cards, or all that are ready when at most one is selected."""
        open_ids = {row.id for row in self.rows if not row.posted}
        chosen = [number for number in self.table.selected_ids() if number in open_ids]
        if len(chosen) > 1:
            return chosen
        return [row.id for row in self.rows if row.id in open_ids and not row.missing]

    def _tell(self) -> None:
        chosen = self._chosen()
        self.posted.tell(_("{n} 张已寄出").format(n=len(chosen)))
        self.posted.setEnabled(bool(chosen))

    def _open(self, number: int) -> None:
        row = next((row for row in self.rows if row.id == number), None)
        if row is not None:
            self.customer_wanted.emit(row.customer_id)


def _columns() -> list[Column]:
    return [
        Column("name", N_("姓名"), width=100, bold=True, sort=False, hint=lambda row: row.card_no),
        Column("occasion", N_("赠送事宜"), width=120, sort=False),
        Column("on", N_("日子"), width=120, text=lambda row: formats.day(row.on), tone=_muted, sort=False),
        Column(
            "due",
            N_("应寄出"),
            width=120,
            text=lambda row: formats.day(row.due),
            tone=lambda row: "warn" if row.overdue and not row.posted else "muted",
            sort=False,
        ),
        Column("postcode", N_("邮编"), width=80, sort=False),
        Column("address", N_("地址"), width=200, stretch=True, sort=False, hint=lambda row: row.address),
        Column("enclosed", N_("随附"), width=150, sort=False, hint=lambda row: row.enclosed),
        Column("posted", N_("情况"), width=110, text=_state, tone=_tone, sort=False),
    ]


def _muted(_row: PostRow) -> str:
    return "muted"


def _state(row: PostRow) -> str:
    if row.posted:
        return _("✓ 已寄出")
    if "address" in row.missing:
        return _("缺地址")
    if "postcode" in row.missing:
        return _("缺邮编")
    return _("待寄")


def _tone(row: PostRow) -> str:
    if row.posted:
        return "good"
    return "warn" if row.missing else "muted"
