"""The print bench (寄贺卡): one posting day on one screen: letters, what is missing, print in order, tick as posted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from models.kinds import PrintKind
from services import formats
from services.words import _
from ui import theme
from ui.contacts.bench_columns import columns
from ui.context import Context
from ui.lazy_table import LazyTable
from ui.tasks import Task
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.printing.bench import Desk, Letter

IN_ORDER = (PrintKind.CARD, PrintKind.ENVELOPE, PrintKind.SLIP, PrintKind.SHEET)
"""One after the other: the cards, the envelopes they go into, the vouchers beside them, the list to pack them by."""


class Bench(QWidget):
    """Shows one posting day and does its work; the tab only tells it to read anew."""

    customer_wanted = Signal(int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.day: date | None = None
        """None: today."""
        self.desk: Desk | None = None
        self._task: Task | None = None
        self.head = label("", "heading")
        self.moved = label("", "muted", wrap=True)
        self.missing = label("", "warn", wrap=True)
        self.table = LazyTable(context, "posting", _("要寄的贺卡"), columns())
        self.table.opened.connect(self._open)
        self.table.selection_changed.connect(lambda _n: self._tell())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        layout.addLayout(self._build_top())
        layout.addWidget(self.moved)
        layout.addWidget(self.missing)
        layout.addWidget(self.table, 1)
        layout.addLayout(self._build_foot())
        self.setFocusProxy(self.table)

    def _build_top(self) -> QHBoxLayout:
        self.back = KeyButton(_("前一寄出日"), "PgUp", "flat", _("看前一个有信要寄的日子"))
        self.now = KeyButton(_("今天"), "T", "flat", _("回到今天要寄的"))
        self.next = KeyButton(_("后一寄出日"), "PgDown", "flat", _("看下一个有信要寄的日子，可以提前印好"))
        self.back.clicked.connect(lambda: self._go(self.desk.before if self.desk else None))
        self.now.clicked.connect(lambda: self.go(None))
        self.next.clicked.connect(lambda: self._go(self.desk.after if self.desk else None))
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        top.addWidget(self.head)
        top.addStretch()
        for button in (self.back, self.now, self.next):
            top.addWidget(button)
        return top

    def _build_foot(self) -> QHBoxLayout:
        self.all = KeyButton(_("依次打印"), "P", "", _("贺卡、信封、装封清单一样接一样打印"), "printer")
        self.cards = KeyButton(_("印贺卡"), "K", "flat", _("预览并打印贺卡；选中几封就只印这几封"))
        self.envelopes = KeyButton(_("印信封"), "E", "flat", _("预览并打印信封；选中几封就只印这几封"))
        self.labels = KeyButton(_("印标签"), "L", "flat", _("不印信封时，打印地址标签"))
        self.vouchers = KeyButton(_("印礼金券"), "V", "flat", _("随信寄的礼金券，带券号和条码"))
        self.packing = KeyButton(_("装封清单"), "D", "flat", _("每个信封里装什么，一封一行，可以打勾"))
        self.past = KeyButton(_("打印记录"), "H", "flat", _("谁什么时候印了什么；卡纸后接着印，或重印几份"))
        self.posted = KeyButton("", "1", "primary", _("勾上已寄出；客户的联络周期从今天起算"))
        self.all.clicked.connect(self.print_all)
        for button, kind in (
            (self.cards, PrintKind.CARD),
            (self.envelopes, PrintKind.ENVELOPE),
            (self.labels, PrintKind.LABEL),
            (self.packing, PrintKind.SHEET),
        ):
            button.clicked.connect(partial(self.print_kind, kind))
        self.vouchers.clicked.connect(lambda: self._number_vouchers(partial(self.print_kind, PrintKind.SLIP)))
        self.past.clicked.connect(self._show_past)
        self.posted.clicked.connect(self.tick)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(4))
        for button in (*self._printing(), self.past):
            foot.addWidget(button)
        foot.addStretch()
        foot.addWidget(self.posted)
        return foot

    def _printing(self) -> tuple[KeyButton, ...]:
        return self.all, self.cards, self.envelopes, self.labels, self.vouchers, self.packing

    @property
    def rows(self) -> Sequence[Letter]:
        """The letters shown."""
        return self.desk.letters if self.desk else ()

    # ---- showing

    def go(self, day: date | None) -> None:
        """Shows another posting day; None: today."""
        self.day = day
        self.reload()

    def _go(self, day: date | None) -> None:
        if day is not None:
            self.go(None if day == self.context.today() else day)

    def reload(self) -> None:
        """Reads the day anew."""
        if self._task is not None:
            self._task.drop()
        shop, day = self.context.shop, self.day

        def job(_progress: Any) -> Desk:
            from services.printing import bench

            return bench.desk(shop, day)

        self._task = self.context.read(job, self.show_desk)

    def show_desk(self, desk: Desk) -> None:
        """The letters of the day, the posted ones ticked."""
        self._task = None
        self.desk = desk
        letters, today = desk.letters, desk.day == self.context.today()
        done = sum(one.posted for one in letters)
        words = _("今天要寄 {n} 封，已寄 {done} 封") if today else _("{day} 要寄 {n} 封")
        self.head.setText(words.format(day=formats.day(desk.day), n=len(letters), done=done))
        self.head.setVisible(bool(letters) or not today)
        self._tell_empty(desk)
        self.table.show_rows(letters)
        self.moved.setText(desk.why)
        self.moved.setVisible(bool(desk.why))
        without = [one.name for one in letters if one.missing and not one.posted]
        self.missing.setVisible(bool(without))
        names = _("、").join(without[:6]) + ("…" if len(without) > 6 else "")
        self.missing.setText(
            _("{n} 位缺地址或邮编，按 Enter 打开客户补上：{names}").format(n=len(without), names=names)
        )
        self.back.setEnabled(desk.before is not None)
        self.next.setEnabled(desk.after is not None)
        self.now.setVisible(not today)
        for button in self._printing():
            button.setVisible(bool(letters))
        self.posted.setVisible(bool(letters) and today)
        self._tell()

    def _tell_empty(self, desk: Desk) -> None:
        hint = _("贺卡在节日或生日前几天寄出，到日子这里会列出来。")
        if desk.after is not None:
            hint = _("下一个寄出日是 {day}，按 PgDown 看，可以提前印好。").format(day=formats.day(desk.after))
        self.table.set_empty(_("这一天没有贺卡要寄"), hint)

    def _chosen(self, *, ready: bool = False) -> list[int]:
        """The selected letters, or all that are open when at most one is selected; `ready`: those with an address."""
        chosen = list(self.table.selected_ids())
        if len(chosen) > 1:
            return [one.id for one in self.rows if one.id in set(chosen) and not (ready and one.posted)]
        return [one.id for one in self.rows if not one.posted and not (ready and one.missing)]

    def _tell(self) -> None:
        chosen = self._chosen(ready=True)
        self.posted.tell(_("{n} 封已寄出").format(n=len(chosen)))
        self.posted.setEnabled(bool(chosen))
        some = bool(self._chosen())
        for button in self._printing():
            button.setEnabled(some)

    # ---- doing

    def _open(self, number: int) -> None:
        row = next((row for row in self.rows if row.id == number), None)
        if row is not None:
            self.customer_wanted.emit(row.customer_id)

    def print_kind(self, kind: PrintKind, step: tuple[int, int] = (0, 0)) -> int:
        """Opens the print window for the chosen letters. Returns the job that came out whole, 0 when none did."""
        from services.printing.jobs import Wanted
        from ui.printing import dialog

        if self.desk is None:
            return 0
        wanted = Wanted(kind, letters=tuple(self._chosen()), letters_on=self.desk.day)
        job = dialog.open_dialog(self.context, self, kind, fixed=wanted, step=step)
        self.reload()
        return job

    def print_all(self) -> None:
        """Cards, envelopes, vouchers and the packing list, one after the other; closing one without printing ends it."""
        self._number_vouchers(self._print_in_order)

    def _print_in_order(self) -> None:
        chosen = set(self._chosen())
        letters = [one for one in self.rows if one.id in chosen]
        there = {
            PrintKind.CARD: any(one.cards for one in letters),
            PrintKind.ENVELOPE: any(one.address.strip() for one in letters),
            PrintKind.SLIP: any(one.vouchers for one in letters),
        }
        kinds = [kind for kind in IN_ORDER if there.get(kind, True)]
        for number, kind in enumerate(kinds, 1):
            if not self.print_kind(kind, (number, len(kinds))):
                return
        self.context.say(_("这一天的都印好了。寄出以后按 1 打勾。"))

    def _number_vouchers(self, then: Callable[[], Any]) -> None:
        """The vouchers that go along get their numbers first; without any nothing is written."""
        if self.desk is None:
            return
        shop, lines = (
            self.context.shop,
            [line for one in self.rows if not one.posted for line in one.vouchers],
        )
        if not lines:
            then()
            return

        def job(_progress: Any) -> int:
            from services.printing import enclosures

            return enclosures.number_vouchers(shop, lines)

        def numbered(_n: int) -> None:
            then()

        self.context.write(job, numbered)

    def _show_past(self) -> None:
        from ui.printing import history

        history.open_dialog(self.context, self)
        self.reload()

    def tick(self) -> None:
        """The chosen letters are at the post."""
        shop, ids = self.context.shop, self._chosen(ready=True)

        def job(_progress: Any) -> list[int]:
            from services.printing import bench

            return bench.tick(shop, ids)

        self.context.write(
            job,
            lambda _done: self.reload(),
            said=lambda ticked: _("已登记 {n} 项。").format(n=len(ticked)),
            undo=self._untick,
        )

    def _untick(self, ids: list[int]) -> None:
        shop = self.context.shop

        def job(_progress: Any) -> None:
            from services.printing import bench

            bench.untick(shop, ids)

        self.context.write(job, lambda _done: self.reload(), said=_("已撤销，回到待联络。"))
