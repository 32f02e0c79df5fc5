"""What the person at work does next with a plan: one primary button. Pure, so that a table can test it."""

from __future__ import annotations

from dataclasses import dataclass

from models.kinds import LineStatus, Role
from services.gifts import PlanView
from services.words import _


@dataclass(frozen=True)
class Step:
    """The next step: `act` is propose, special, submit, mend, approve, issue, sheet, check or nothing (then `words` say for whom one waits)."""

    act: str
    words: str
    tip: str = ""


def next_step(role: Role | None, view: PlanView, *, alone: bool = False) -> Step:
    """The next step for this role in what is shown (a month, or one of its occasions).

    `alone`: nobody else stands above clerk, so the owner submits too (单人审批).
    """
    counts = {status: view.counts.get(status, 0) for status in LineStatus}
    drafts = counts[LineStatus.DRAFT] - view.counts.get("short", 0) - view.counts.get("awaits_owner", 0)
    submitted, approved = counts[LineStatus.SUBMITTED], counts[LineStatus.APPROVED]
    issued = counts[LineStatus.ISSUED]
    if role in (Role.MANAGER, Role.OWNER) and (view.id is None or not view.lines):
        return Step("propose", _("提议礼品"), _("按等级、日子、标准和库存提出这个月的礼品计划"))
    if role == Role.OWNER and submitted:
        return Step(
            "approve", _("审批 {n} 条").format(n=submitted), _("逐条看，标出与上次的不同，批准或退回")
        )
    special = view.counts.get("awaits_owner", 0)
    if role == Role.OWNER and special:
        return Step("special", _("选特殊礼品 {n}").format(n=special), _("给特殊客户选礼品，写明理由"))
    if drafts > 0 and (role == Role.MANAGER or role == Role.OWNER and alone):
        return Step("submit", _("提交 {n} 条").format(n=drafts), _("把这里有礼品的草稿交给店主批准"))
    returned = counts[LineStatus.RETURNED]
    if returned and (role == Role.MANAGER or role == Role.OWNER and alone):
        return Step("mend", _("改退回的 {n} 条").format(n=returned), _("只看退回的，按原因另选礼品，再提交"))
    if approved and role == Role.CLERK:
        return Step("issue", _("发放所选"), _("把选中的礼品交给客户，签名领取"))
    if approved:
        return Step("sheet", _("打印一览表"), _("礼品赠送情况计划与执行一览表"))
    if role in (Role.MANAGER, Role.OWNER) and issued:
        return Step("check", _("核对 {n} 条").format(n=issued), _("对过签名后，把已发放的礼品记为已核对"))
    if role in (Role.MANAGER, Role.OWNER) and view.lines and not submitted and not issued:
        if role == Role.OWNER and drafts + returned > 0:
            return Step("", _("等店长提交 {n} 条").format(n=drafts + returned))
        return Step("propose", _("重新提议"), _("补上缺的礼品、新到期的客户；已定的不变"))
    return Step("", _waiting(role, view, submitted))


def _waiting(role: Role | None, view: PlanView, submitted: int) -> str:
    if view.id is None or not view.lines:
        return _("这个月还没有礼品计划")
    if submitted:
        return _("等店主批准 {n} 条").format(n=submitted)
    if role == Role.CLERK:
        return _("等店长提交计划")
    return _("都办好了")
