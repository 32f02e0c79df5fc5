"""审批: the plan as the owner reads it on paper, what changed since last time marked, decided line by line, signed once."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from services import formats, gifts
from services.errors import Unavailable
from services.gifts import Approval, Budget, Change, Sitting
from services.rights import Right, may
from services.words import _
from ui import dialogs, theme
from ui.context import Context
from ui.gifts.approval_columns import approval_columns, change_words
from ui.gifts.approval_marks import Marks
from ui.gifts.budget_bar import budget_words
from ui.gifts.occasions import month_words
from ui.gifts.sheet_menu import SheetButton
from ui.lazy_table import LazyTable
from ui.tasks import Task
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop

_CHIPS = ("", *(one.value for one in Change))


@dataclass(frozen=True)
class _Shown:
    """What one reading of the books gives."""

    approval: Approval
    every: tuple[int, ...]
    """All ids, also with a filter"""
    versions: dict[int, int]
    """Of all that wait"""
    budgets: list[Budget]
    waiting: dict[str, int]
    left: Sitting | None
    """What was marked before and not signed, when the plan is opened"""


class ApprovalPage(QWidget):
    """Shows what waits in `month` and `occasion`. Marks are kept on this PC until they are signed."""

    counted = Signal(int)
    """How many lines wait in all months."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.month, self.occasion, self.only = "", "", ""
        self.approval = Approval(None, 0, (), {}, 0)
        self.every: tuple[int, ...] = ()
        self.waiting: dict[str, int] = {}
        self.marks = Marks()
        self._task: Task | None = None
        self._opened = False
        """Whether the marks that were left unsigned are back"""
        self.table = LazyTable(context, "gift_approval", _("等待批准的礼品"), approval_columns(self.marks))
        self._build_top()
        self._build_filters()
        self._build_bar()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        for layout in (self.top, self.filters):
            column.addLayout(layout)
        column.addWidget(self.left)
        column.addWidget(self.table, 1)
        column.addWidget(self.budget)
        column.addLayout(self.about)
        column.addLayout(self.bar)
        self.table.current_changed.connect(self._tell_line)
        self.table.selection_changed.connect(self._tell_line)
        self.table.opened.connect(lambda _id: self._open())
        self._tell()

    def _build_top(self) -> None:
        self.title = label("", "heading")
        self.figures = label("", "muted")
        self.next = KeyButton(_("签字"), "F7", "primary", _("让这里的批准和退回生效；要再输一次密码"))
        self.next.clicked.connect(self.take_step)
        self.sheet = SheetButton(self.context, lambda: self.month)
        self.top = QHBoxLayout()
        self.top.setSpacing(theme.px(8))
        self.top.addWidget(self.title)
        self.top.addWidget(self.figures)
        self.top.addStretch()
        self.top.addWidget(self.sheet)
        self.top.addWidget(self.next)

    def _build_filters(self) -> None:
        self.filters = QHBoxLayout()
        self.filters.setSpacing(theme.px(4))
        self.chips = QButtonGroup(self)
        self.chips.setExclusive(True)
        for number in range(len(_CHIPS)):
            chip = theme.kind(QPushButton(), "chip")
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            self.chips.addButton(chip, number)
            self.filters.addWidget(chip)
        self.chips.button(0).setChecked(True)
        self.chips.idClicked.connect(self._chip)
        self.round = label("", "muted")
        self.filters.addStretch()
        self.filters.addWidget(self.round)
        self.budget = label("", "muted", wrap=True)
        self.left = label("", "warn", wrap=True)
        self.left.hide()

    def _build_bar(self) -> None:
        self.yes = KeyButton(_("批准"), "A", "", _("选中的记为批准，签字以后生效"))
        self.no = KeyButton(_("退回"), "R", "", _("选中的记为退回，写明原因"))
        self.clear = KeyButton(_("清除"), "U", "", _("选中的先不决定"))
        self.all_yes = KeyButton(_("其余全部批准"), "Shift+A", "", _("还没有决定的都记为批准"))
        self.all_no = KeyButton(_("其余全部退回"), "Shift+R", "", _("还没有决定的都记为退回，写明原因"))
        self.open = KeyButton(_("看客户"), "O", "flat", _("打开客户的页面"), "user")
        self.hint = label("", "muted", wrap=True)
        self.bar = QHBoxLayout()
        self.bar.setSpacing(theme.px(8))
        for button, do in (
            (self.yes, lambda: self._mark(self._chosen(), "")),
            (self.no, lambda: self._mark_no(self._chosen())),
            (self.clear, lambda: self._unmark(self._chosen())),
            (self.all_yes, lambda: self._mark(self._undecided(), "", stay=True)),
            (self.all_no, lambda: self._mark_no(self._undecided(), stay=True)),
            (self.open, self._open),
        ):
            button.clicked.connect(do)
            if button is not self.open:
                self.bar.addWidget(button)
        self.bar.addStretch()
        self.about = QHBoxLayout()
        self.about.setSpacing(theme.px(8))
        self.about.addWidget(self.hint, 1)
        self.about.addWidget(self.open)

    # ---- what is shown

    def show_plan(self, month: str, occasion: str) -> None:
        """Another month or occasion; what was marked and not signed waits there until one comes back."""
        if (month, occasion) != (self.month, self.occasion):
            self.month, self.occasion, self.only = month, occasion, ""
            self.chips.button(0).setChecked(True)
            self.marks.forget()
            self._opened = False
            self.left.hide()
        self.reload()

    def reload(self) -> None:
        """Reads the books again; the cursor stays at its place on the paper."""
        if not self.month:
            return
        if self._task:
            self._task.drop()
        left = not self._opened and may(self.context.shop, Right.APPROVE)
        job = partial(_read, self.context.shop, self.month, self.occasion, self.only, left)
        self._task = self.context.read(job, self._show)

    def _show(self, found: _Shown) -> None:
        self._task = None
        self.approval, self.every, self.waiting = found.approval, found.every, found.waiting
        self._put_back(found)
        self.counted.emit(sum(found.waiting.values()))
        words, over = budget_words(found.budgets, self.month)
        self.budget.setText(words)
        theme.kind(self.budget, "bad" if over else "muted")
        self.budget.setVisible(bool(words) and bool(found.every))
        self._tell()
        shop, ids = self.context.shop, array("q", found.approval.ids)
        at = self.table.view.currentIndex().row()
        kept = self.table.current_id() in set(ids)
        self.table.show_ids(ids, lambda some: gifts.approval_rows(shop, some))
        if len(ids) and not kept:
            self.table.select_id(ids[min(max(at, 0), len(ids) - 1)])
        self._tell_line()

    def _put_back(self, found: _Shown) -> None:
        """Marks of lines that have changed since fall; those of an unsigned sitting come back, and it is said."""
        back = found.left
        if back is not None and not self._opened:
            self._opened = True
            self.marks.every = dict(back.marks)
        changed = self.marks.keep(found.versions)
        yes, no = self.marks.counts()
        if back is not None and back.day and (yes or no or changed):
            day = formats.short_day(back.day)
            words = ""
            if yes or no:
                words = _("{day} 标了还没有签字的 {n} 条，照原样放回来了。").format(day=day, n=yes + no)
            if changed:
                words += _("{day} 标过的 {n} 条后来改过，请重新看。").format(day=day, n=changed)
            self.left.setText(words)
            self.left.show()
        elif changed:
            self.context.say(_("有 {n} 条在您标记以后改过，请重新看。").format(n=changed), tone="warn")
        if changed:
            self._keep()

    def _keep(self) -> None:
        """On this PC, so that neither a power cut nor closing time loses an hour of reading."""
        if not may(self.context.shop, Right.APPROVE):
            return
        try:
            gifts.keep_marks(self.context.shop, self.month, self.occasion, self.marks.every)
        except Unavailable as error:
            self.context.say(str(error), tone="warn")

    def _tell(self) -> None:
        approval = self.approval
        waits = approval.counts.get("submitted", 0)
        words = month_words(self.month) if self.month else ""
        if self.occasion:
            words = f"{words} · {gifts.occasion_words(self.occasion)}"
        self.title.setText(words)
        figures = _("{n} 条待批准 · {cost}").format(n=waits, cost=formats.money(approval.cost))
        if approval.submitted_by:
            figures += " · " + _("{who} 提交").format(who=approval.submitted_by)
        self.figures.setText(figures if waits else "")
        self.round.setText(
            _("第 {n} 次报批，标出与上一次的不同").format(n=approval.round)
            if approval.round > 1 and waits
            else ""
        )
        self.round.setVisible(bool(self.round.text()))
        # The first time there is nothing to compare with: the room is the note's.
        keys = [column.key for column in self.table.columns]
        self.table.view.setColumnHidden(keys.index("change"), approval.round < 2)
        for number, code in enumerate(_CHIPS):
            chip, count = self.chips.button(number), approval.counts.get(code, 0) if code else len(self.every)
            name = change_words(Change(code)) if code else _("全部")
            chip.setText(f"{name} {count}")
            chip.setAccessibleName(_("只看{name}，{n} 条").format(name=name, n=count))
            chip.setVisible(bool(count) and (bool(code) or approval.round > 1) or code == self.only != "")
        self.sheet.setVisible(bool(self.every))
        self._tell_empty()
        self._tell_step()

    def _tell_empty(self) -> None:
        if not may(self.context.shop, Right.APPROVE):
            hint = _("提交以后列在这里，由店主逐条批准或退回。")
            self.table.set_empty(_("没有等待批准的礼品"), hint)
        elif self.waiting and self.month not in self.waiting:
            month = next(iter(self.waiting))
            title = _("这个月没有等待批准的礼品")
            hint = _("{month} 有 {n} 条等您批准。").format(month=month_words(month), n=self.waiting[month])
            go = _("看 {month}").format(month=month_words(month))
            self.table.set_empty(title, hint, go, partial(self.show_plan, month, ""))
        else:
            self.table.set_empty(_("没有等待批准的礼品"), _("店长提交以后，要批准的礼品会列在这里。"))

    def _tell_step(self) -> None:
        owner = may(self.context.shop, Right.APPROVE)
        yes, no = self.marks.counts()
        words = _("签字：批准 {yes}").format(yes=yes)
        if no:
            words = _("签字：批准 {yes}，退回 {no}").format(yes=yes, no=no)
        if not yes and not no:
            words = _("签字")
        self.next.tell(words, _("让这里的批准和退回生效；要再输一次密码"))
        self.next.setVisible(owner and bool(self.approval.counts.get("submitted", 0)))
        self.next.setEnabled(bool(yes or no))

    def _tell_line(self, *_any: object) -> None:
        owner = may(self.context.shop, Right.APPROVE) and bool(self.approval.counts.get("submitted", 0))
        chosen = bool(self.table.selected_count())
        row = self.table.current_row()
        for button in (self.yes, self.no, self.clear):
            button.setVisible(owner)
            button.setEnabled(chosen)
        for button in (self.all_yes, self.all_no):
            button.setVisible(owner)
        self.open.setVisible(row is not None)
        self.hint.setText(self._steps(row))

    def _steps(self, row: gifts.ApprovalRow | None) -> str:
        if row is None or self.table.selected_count() != 1:
            n = self.table.selected_count()
            return _("已选 {n} 条").format(n=n) if n > 1 else ""
        if row.own:
            return _("您自己提交的，要由别人批准")
        mark = self.marks.of(row.id)
        return (mark.reason if mark else "") or row.line.status_reason or row.line.reason

    def _chip(self, number: int) -> None:
        self.only = _CHIPS[number]
        self.reload()

    # ---- marking

    def _chosen(self) -> list[int]:
        return list(self.table.selected_ids())

    def _undecided(self) -> list[int]:
        return [number for number in self.approval.ids if self.marks.of(number) is None]

    def _markable(self, ids: Sequence[int], *, approving: bool) -> list[int]:
        """Without those that were taken out of the plan, and (approving) without one's own hand-ins."""
        rows = gifts.approval_rows(self.context.shop, ids)
        found = [row for row in rows if row is not None and row.change is not Change.REMOVED]
        own = [row for row in found if row.own]
        if approving and own:
            said = _("{n} 条是您自己提交的，不能自己批准；请另一位店主批准。").format(n=len(own))
            self.context.say(said, tone="bad")
            found = [row for row in found if not row.own]
        return [row.id for row in found]

    def _mark(self, ids: list[int], reason: str, *, stay: bool = False) -> None:
        """Without a reason: yes. The cursor goes on to the next line, as the pen does on paper."""
        ids = self._markable(ids, approving=not reason)
        if not ids:
            return
        for number in ids:
            self.marks.put(number, self.approval.versions[number], reason)
        self._marked(stay)

    def _mark_no(self, ids: list[int], *, stay: bool = False) -> None:
        ids = self._markable(ids, approving=False)
        if not ids:
            return
        title = _("退回 {n} 条").format(n=len(ids))
        reason = dialogs.ask_text(self, title, _("店长会看到原因，改好后再交。"), _("退回"))
        if reason:
            self._mark(ids, reason, stay=stay)

    def _unmark(self, ids: list[int]) -> None:
        for number in ids:
            self.marks.drop(number)
        self._marked(True)

    def _marked(self, stay: bool) -> None:
        self._keep()
        if not self.marks.every:
            self.left.hide()
        self.table.refresh()
        at = self.table.view.currentIndex().row()
        if not stay and at + 1 < len(self.table.model.ids):
            self.table.select_id(self.table.model.ids[at + 1])
        self._tell_step()
        self._tell_line()

    def _open(self) -> None:
        row = self.table.current_row()
        if row is not None:
            self.context.open_customer(row.line.customer_id)

    # ---- signing

    def take_step(self) -> None:
        """Asks for the PIN if the policy wants it, and makes the marks count."""
        from ui.gifts import approval_sign

        approval_sign.sign(self.context, self, self.marks, self._signed)

    def _signed(self) -> None:
        self.marks.forget()
        self.left.hide()
        self._keep()


def _read(shop: Shop, month: str, occasion: str, only: str, left: bool, _progress: Progress) -> _Shown:
    whole = gifts.approval(shop, month, occasion)
    shown = gifts.approval(shop, month, occasion, only) if only else whole
    back = gifts.kept_marks(shop, month, occasion) if left else None
    budgets = gifts.budget(shop, month, occasion)
    return _Shown(shown, whole.ids, whole.versions, budgets, gifts.waiting_months(shop), back)
