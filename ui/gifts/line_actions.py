"""What can be done with the selected lines: choose, cancel, issue; each with its undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from models.kinds import LineStatus
from services import gifts
from services.gifts import LineRow, ParcelRow
from services.rights import Right, may
from services.words import _
from ui import dialogs, theme
from ui.context import Context
from ui.gifts import issue_acts
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress

_OPEN = (LineStatus.DRAFT, LineStatus.RETURNED)


def place_words(row: LineRow) -> str:
    """Where a gift goes that is not collected."""
    if not isinstance(row, ParcelRow) or not row.to_door:
        return ""
    return _("送到 {place}").format(place=row.place) if row.place else _("没有地址，请先问客户")


class LineActions(QWidget):
    """The bar under a table of lines. Buttons are shown by right and enabled by the state of the current line."""

    def __init__(
        self, context: Context, selected: Callable[[], list[int]], parent: QWidget | None = None
    ) -> None:
        """`selected` gives the ids of the selected lines."""
        super().__init__(parent)
        self.context = context
        self._selected = selected
        self.row: LineRow | None = None
        self.issue = KeyButton(_("发放"), "I", "", _("客户签名领取；邮寄的记为已寄出"), "gift")
        self.by_code = KeyButton(_("凭码发放"), "C", "", _("客户报出四位领取码"))
        self.choose = KeyButton(_("另选礼品"), "E", "", _("在标准之内换一件；特殊客户由店主选"))
        self.cancel = KeyButton(_("取消这条"), "Del", "", _("不送了，写明原因；以后不再提议"))
        self.undo_issue = KeyButton(_("撤销发放"), "", "", _("礼品还在店里：收回库存，重新等待领取"), "undo")
        self.to_stock = KeyButton(_("回库"), "", "", _("没有人领取，或寄出后退回：礼品回到库存"))
        self.open = KeyButton(_("看客户"), "O", "flat", _("打开客户的页面"), "user")
        self.hint = label("", "muted", wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        bar = QHBoxLayout(self)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(theme.px(8))
        for button, do in (
            (self.issue, self._issue),
            (self.by_code, self._issue_by_code),
            (self.choose, self._choose),
            (self.cancel, self._cancel),
            (self.undo_issue, self._undo_issue),
            (self.to_stock, self._to_stock),
            (self.open, self._open),
        ):
            bar.addWidget(button)
            button.clicked.connect(do)
        bar.addWidget(self.hint, 1)
        self.show_row(None)

    def show_row(self, row: LineRow | None, selected: int = 1) -> None:
        """The current line changed."""
        self.row = row
        shop = self.context.shop
        status = row.status if row else None
        several = selected > 1
        plan, owner = may(shop, Right.PLAN_GIFTS), may(shop, Right.APPROVE)
        for button, on in (
            (self.issue, status == LineStatus.APPROVED),
            (self.by_code, status == LineStatus.APPROVED and not several),
            (
                self.choose,
                bool(row) and not several and self._may_choose(plan, owner),
            ),
            (
                self.cancel,
                plan and not several and status in (*_OPEN, LineStatus.SUBMITTED, LineStatus.APPROVED),
            ),
            (self.undo_issue, status == LineStatus.ISSUED and not several),
            (self.to_stock, plan and not several and self._overdue()),
            (self.open, row is not None),
        ):
            button.setVisible(bool(on))
        self.hint.setText(self._steps(row) if not several else _("已选 {n} 条").format(n=selected))

    def _may_choose(self, plan: bool, owner: bool) -> bool:
        row = self.row
        assert row is not None
        able = owner if row.special else plan
        return able and row.status in (*_OPEN, LineStatus.APPROVED)

    def may_return(self) -> bool:
        """Whether what left the shop may be booked back: one line that nobody has received."""
        row = self.row
        plan = may(self.context.shop, Right.PLAN_GIFTS)
        return plan and row is not None and row.status == LineStatus.ISSUED and len(self.ids()) == 1

    def _overdue(self) -> bool:
        row = self.row
        return row is not None and row.status == LineStatus.APPROVED and row.due < self.context.today()

    def _steps(self, row: LineRow | None) -> str:
        """Why this gift, and through whose hands it went."""
        if row is None:
            return ""
        # Where gifts wait to be handed out, where to is asked and no longer why.
        why = "" if isinstance(row, ParcelRow) else row.reason
        steps = [place_words(row), row.status_reason or why]
        if row.status == LineStatus.APPROVED and may(self.context.shop, Right.PLAN_GIFTS):
            code = gifts.collection_code(self.context.shop, row)
            steps.append(_("领取码 {code}").format(code=code))
        if row.submitted_by:
            steps.append(_("提交 {who}").format(who=row.submitted_by))
        if row.decided_by and row.status not in (LineStatus.DRAFT, LineStatus.SUBMITTED):
            words = _("退回 {who}") if row.status == LineStatus.RETURNED else _("批准 {who}")
            if row.status == LineStatus.CANCELLED:
                words = _("取消 {who}")
            mark = _("（单人审批）") if row.single_approver else ""
            steps.append(words.format(who=row.decided_by) + mark)
        if row.issued_by and row.issued_on:
            words = _("发放 {who} {day}")
            steps.append(words.format(who=row.issued_by, day=row.issued_on.isoformat()))
        if row.checked_by:
            steps.append(_("核对 {who}").format(who=row.checked_by))
        return " · ".join(part for part in steps if part)

    # ---- the acts

    def ids(self) -> list[int]:
        found = self._selected()
        return found or ([self.row.id] if self.row else [])

    def _issue(self) -> None:
        self.issue_ids(self.ids())

    def issue_ids(self, ids: Sequence[int]) -> None:
        """Hands over: on paper, or as posted where the plan says by post. All or none."""
        issue_acts.issue(self.context, ids)

    def _issue_by_code(self) -> None:
        if self.row is not None:
            issue_acts.by_code(self.context, self.window(), self.row.id)

    def _choose(self) -> None:
        from ui.gifts.choose import choose

        if self.row is not None:
            choose(self.context, self, self.row)

    def _cancel(self) -> None:
        row = self.row
        if row is None:
            return
        title = _("取消 {name} 的“{gift}”").format(name=row.name, gift=row.gift or _("礼品"))
        reason = dialogs.ask_text(self, title, _("写明原因；这位客户的这个日子以后不再提议。"), _("取消这条"))
        if reason is None:
            return
        shop = self.context.shop
        self.context.write(
            lambda _progress: gifts.cancel(shop, row.id, reason),
            said=_("已取消 {name} 的礼品。").format(name=row.name),
            undo=lambda _done: self._write(
                lambda _progress: gifts.reopen(shop, row.id), _("已恢复为草稿，请重新提交。")
            ),
        )

    def _undo_issue(self) -> None:
        row = self.row
        if row is None:
            return
        reason = dialogs.ask_text(self, _("撤销发放"), _("礼品还在店里吗？写明原因。"), _("撤销发放"))
        if reason is None:
            return
        shop = self.context.shop
        self._write(lambda _progress: gifts.undo_issue(shop, row.id, reason), _("已撤销发放，礼品回到库存。"))

    def _to_stock(self) -> None:
        row = self.row
        if row is None:
            return
        title = _("“{gift}”回到库存").format(gift=row.gift)
        reason = dialogs.ask_text(self, title, _("写明原因，例如：逾期未领。"), _("回库"))
        if reason is None:
            return
        issue_acts.to_stock(self.context, row, reason)

    def _open(self) -> None:
        if self.row is not None:
            self.context.open_customer(self.row.customer_id)

    def _write(self, job: Callable[[Progress], object], said: str) -> None:
        self.context.write(job, said=said)
