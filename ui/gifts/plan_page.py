"""The plan of a month or of one of its occasions: reads like the paper sheet, with one button for the next step."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from models.kinds import LineStatus
from services import formats, gifts
from services.gifts import Budget, PlanView
from services.rights import Right, may
from services.rules.gifts import status_words
from services.words import _
from ui import dialogs, theme
from ui.context import Context
from ui.gifts.budget_bar import budget_words
from ui.gifts.columns import plan_columns, wide
from ui.gifts.line_actions import LineActions
from ui.gifts.occasions import LOOKS, month_words
from ui.gifts.picks_bar import PicksBar
from ui.gifts.sheet_menu import SheetButton
from ui.gifts.steps import Step, next_step
from ui.lazy_table import LazyTable
from ui.tasks import Task
from ui.widgets.badge import Badge
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop

_TYPING = 200
"""Milliseconds after the last key before the list is filtered."""
_CHIPS = ("", "short", "awaits_owner", *(str(one) for one in LineStatus))


@dataclass(frozen=True)
class _Shown:
    """What one reading of the books gives."""

    view: PlanView
    ids: array[int]
    alone: bool
    budgets: list[Budget]


class PlanPage(QWidget):
    """Shows `month` and `occasion`; the tab tells which."""

    proposed = Signal(str)
    """A proposal was made for this month."""
    plan_wanted = Signal(str)
    """The month whose plan number was typed or scanned into the search field."""
    approval_wanted = Signal()
    """The owner wants to look at what waits."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.month, self.occasion, self.only = "", "", ""
        self.view = PlanView(None, "", None, {}, 0, 0, ())
        self.step = Step("", "")
        self.alone = False
        self._task: Task | None = None
        self.table = LazyTable(context, "gift_plan", _("礼品计划明细"), plan_columns())
        self.acts = LineActions(context, lambda: list(self.table.selected_ids()))
        self.picks = PicksBar(context)
        self.totals = label("", "muted", wrap=True)
        self.budget = label("", "muted", wrap=True)
        self._build_top()
        self._build_filters()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(self.top)
        column.addLayout(self.filters)
        column.addWidget(self.table, 1)
        for widget in (self.totals, self.budget, self.picks, self.acts):
            column.addWidget(widget)
        self.table.current_changed.connect(self._tell_line)
        self.table.selection_changed.connect(self._tell_line)
        self.table.opened.connect(self._opened)
        self._tell_chips()
        self._tell_step()

    def _build_top(self) -> None:
        self.title = label("", "heading")
        self.state = Badge()
        self.figures = label("", "muted")
        self.sheet = SheetButton(self.context, lambda: self.month)
        self.extra = KeyButton(_("酌情加礼"), "G", "", _("店主给特殊客户加一份，不受标准限制，写明原因"))
        self.extra.clicked.connect(self._give_extra)
        self.next = KeyButton("", "F7", "primary")
        self.next.clicked.connect(self.take_step)
        self.top = QHBoxLayout()
        self.top.setSpacing(theme.px(8))
        for widget in (self.title, self.state, self.figures):
            self.top.addWidget(widget)
        self.top.addStretch()
        for button in (self.extra, self.sheet, self.next):
            self.top.addWidget(button)

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
        self.filters.addStretch()
        self.text = Line(_("在计划里找"))
        self.text.setPlaceholderText(_("姓名、卡号、计划编号"))
        self.text.setFixedWidth(theme.px(wide(168, 196)))
        self.text.setClearButtonEnabled(True)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING)
        self._typing.timeout.connect(self.reload)
        self.text.textChanged.connect(self._typing.start)
        self.text.entered.connect(self._entered)
        self.filters.addWidget(self.text)

    def _entered(self) -> None:
        from services.sheets.plan_code import month_of_number

        month = month_of_number(self.text.text())
        if month:
            self.text.clear()
            self.plan_wanted.emit(month)

    # ---- what is shown

    def show_plan(self, month: str, occasion: str) -> None:
        """Another month or occasion; filters start anew."""
        if (month, occasion) != (self.month, self.occasion):
            self.month, self.occasion, self.only = month, occasion, ""
            self.chips.button(0).setChecked(True)
            self.text.clear()
            self._typing.stop()
        self.reload()

    def reload(self) -> None:
        """Reads the books again; the cursor stays on its line."""
        if not self.month:
            return
        if self._task:
            self._task.drop()
        job = partial(_read, self.context.shop, self.month, self.occasion, self.only, self.text.text())
        self._task = self.context.read(job, self._show)

    def _show(self, found: _Shown) -> None:
        self._task = None
        view = self.view = found.view
        self.alone = found.alone
        words = month_words(self.month)
        if self.occasion:
            words = f"{words} · {gifts.occasion_words(self.occasion)}"
        self.title.setText(words)
        self.state.tell(
            status_words(view.status) if view.status else "", LOOKS[view.status] if view.status else "quiet"
        )
        self.state.setVisible(view.status is not None)
        lines = _("{n} 条 · 预算 {budget}").format(n=view.lines, budget=formats.money(view.budget))
        self.figures.setText(lines if view.lines else "")
        self._tell_chips()
        self._tell_step()
        self._tell_totals()
        self._tell_budget(found.budgets)
        self._tell_empty()
        shop = self.context.shop
        self.table.show_ids(found.ids, lambda some: gifts.lines_by_id(shop, some))
        if len(found.ids) and not self.table.current_id():
            self.table.select_first()
        self._tell_line()

    def _tell_chips(self) -> None:
        view = self.view
        names = {"": _("全部"), "short": _("缺货"), "awaits_owner": _("待店主选")}
        for number, code in enumerate(_CHIPS):
            chip = self.chips.button(number)
            count = view.lines if not code else view.counts.get(code, 0)
            name = names.get(code) or status_words(code)
            chip.setText(f"{name} {count}")
            chip.setAccessibleName(_("只看{name}，{n} 条").format(name=name, n=count))
            chip.setVisible(bool(count) or (not code and bool(view.lines)) or code == self.only != "")

    def _tell_step(self) -> None:
        step = self.step = next_step(self.context.shop.role, self.view, alone=self.alone)
        self.next.tell(step.words, step.tip)
        self.next.setEnabled(bool(step.act))
        self.next.setVisible(bool(self.view.lines) or bool(step.act))
        self.text.setVisible(bool(self.view.lines))
        self.extra.setVisible(may(self.context.shop, Right.APPROVE))
        self.sheet.setVisible(self.view.lines > self.view.counts.get("short", 0) and step.act != "sheet")

    def _tell_totals(self) -> None:
        totals = self.view.totals
        parts = []
        if len(totals) > 1:
            pieces, cost = sum(one.pieces for one in totals), sum(one.cost for one in totals)
            parts.append(_("合计 {n} 件 {cost}").format(n=pieces, cost=formats.money(cost)))
        parts += [
            _("{name} {n} 件 {cost}").format(name=one.gift_class, n=one.pieces, cost=formats.money(one.cost))
            for one in totals
        ]
        self.totals.setText("   ".join(parts))
        self.totals.setVisible(bool(parts))

    def _tell_budget(self, budgets: list[Budget]) -> None:
        """What it would cost against the policy's limits."""
        words, over = budget_words(budgets, self.month)
        self.budget.setText(words)
        theme.kind(self.budget, "bad" if over else "muted")
        self.budget.setVisible(bool(words) and bool(self.view.lines))

    def _tell_empty(self) -> None:
        if self.view.lines and (self.only or self.text.text()):
            self.table.set_empty(_("这里没有符合的明细"), _("换一个筛选，或清空查找。"))
        elif may(self.context.shop, Right.PLAN_GIFTS):
            hint = _("按等级、日子、标准和库存，把该送谁、送什么提出来；您看过再提交。")
            self.table.set_empty(_("还没有礼品计划"), hint, _("提议礼品"), self.propose)
        else:
            self.table.set_empty(_("还没有礼品计划"), _("店长提议、店主批准以后，这里列出该送的礼品。"))

    def _tell_line(self, *_any: object) -> None:
        row = self.table.current_row() if self.table.selected_count() else None
        self.acts.show_row(row, max(1, self.table.selected_count()))
        self.picks.show_row(row if self.table.selected_count() == 1 else None)

    def _only(self, code: str) -> None:
        """Shows the lines in one state, as a click on its chip does."""
        self.chips.button(_CHIPS.index(str(code))).click()
        self.table.setFocus()

    def _chip(self, number: int) -> None:
        self.only = _CHIPS[number]
        self.reload()

    def _opened(self, _id: int) -> None:
        for button in (self.acts.choose, self.acts.open):
            if button.isVisible():
                button.click()
                return

    # ---- the next step

    def take_step(self) -> None:
        """The primary button."""
        acts = {
            "propose": self.propose,
            "special": self._choose_special,
            "submit": self._submit,
            "mend": lambda: self._only(LineStatus.RETURNED),
            "approve": self.approval_wanted.emit,
            "check": self._check,
            "sheet": self.sheet.preview,
            "issue": lambda: self.acts.issue_ids(self.acts.ids()),
        }
        if self.step.act:
            acts[self.step.act]()

    def propose(self) -> None:
        """Proposes the whole month, with progress and Stop."""
        month, shop = self.month, self.context.shop

        def done(plan: gifts.Plan) -> None:
            self.context.say(_proposed_words(plan))
            self.proposed.emit(month)

        title = _("提议 {month} 的礼品").format(month=month_words(month))
        dialogs.work(
            self.context, self.window(), title, lambda progress: gifts.propose(shop, month, progress), done
        )

    def _choose_special(self) -> None:
        """The first special customer who waits; the list shows them all."""
        from ui.gifts.choose import choose

        ids = gifts.line_ids(
            self.context.shop, self.view.id or 0, occasion=self.occasion, only="awaits_owner"
        )
        if ids:
            self.table.select_id(ids[0])
            choose(self.context, self, gifts.line(self.context.shop, ids[0]))

    def _give_extra(self) -> None:
        from ui.gifts.extra import give

        row = self.table.current_row()
        give(self.context, self, row.customer_id if row is not None and row.special else None)

    def _submit(self) -> None:
        shop = self.context.shop
        self.context.write(
            partial(_submit_all, shop, self.view.id or 0, self.occasion),
            said=lambda answer: _("已提交 {n} 条，等店主批准。").format(n=answer[1].done) + answer[1].why,
            undo=self._withdraw,
        )

    def _withdraw(self, answer: tuple[list[int], gifts.Done]) -> None:
        shop = self.context.shop
        self.context.write(
            lambda _progress: gifts.withdraw(shop, answer[0]), said=_("已收回，重新成为草稿。")
        )

    def _check(self) -> None:
        shop, plan, occasion = self.context.shop, self.view.id or 0, self.occasion

        def job(progress: Progress) -> gifts.Done:
            return gifts.check(shop, gifts.line_ids(shop, plan, status=LineStatus.ISSUED, occasion=occasion))

        self.context.write(job, said=lambda done: _("已核对 {n} 条。").format(n=done.done))


def _read(shop: Shop, month: str, occasion: str, only: str, text: str, _progress: Progress) -> _Shown:
    view = gifts.plan_view(shop, month, occasion)
    alone, budgets = gifts.alone_above_clerk(), gifts.budget(shop, month, occasion)
    if view.id is None:
        return _Shown(view, array("q"), alone, budgets)
    states = {str(one) for one in LineStatus}
    status, special = (only, "") if only in states else ("", only)
    ids = gifts.line_ids(shop, view.id, status=status, occasion=occasion, text=text, only=special)
    return _Shown(view, array("q", ids), alone, budgets)


def _submit_all(shop: Shop, plan: int, occasion: str, _progress: Progress) -> tuple[list[int], gifts.Done]:
    ids = gifts.line_ids(shop, plan, status=LineStatus.DRAFT, occasion=occasion)
    return ids, gifts.submit(shop, line_ids=ids)


def _proposed_words(plan: gifts.Plan) -> str:
    if not plan.lines:
        return _("这个月没有该送礼品的客户。")
    words = _("已提议：新增 {added} 条，更新 {changed} 条，共 {lines} 条，预算 {budget}。").format(
        added=plan.added, changed=plan.changed, lines=plan.lines, budget=formats.money(plan.budget)
    )
    if plan.short:
        words += _("{n} 条缺货，见采购清单。").format(n=plan.short)
    if plan.awaits_owner:
        words += _("{n} 条等店主选礼品。").format(n=plan.awaits_owner)
    return words
