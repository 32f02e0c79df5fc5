"""Approving, returning and cancelling lines: four eyes, one transaction a decision (spec 09, 3.9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from models import database
from models.kinds import CustomerState, LineStatus, Occasion, Role
from services import journal
from services.errors import NotAllowed, Refused
from services.gifts.budget import check_budget
from services.gifts.rounds import SEEN, decided
from services.gifts.rows import Done, LineRow, read_lines
from services.rights import Right, require
from services.rules import gifts as rules
from services.shop import Shop
from services.words import _

_CHUNK = 5_000
_NOTED = 500
"""Line numbers written out in one journal entry; above it only how many and from where to where."""


def reopen(shop: Shop, line_id: int) -> None:
    """Takes a cancellation back: the line is a draft again and must be submitted and approved anew."""
    require(shop, Right.PLAN_GIFTS)
    with database.database.atomic():
        line = line_of(line_id)
        taken = database.value_of(
            "SELECT id FROM plan_line WHERE customer_id = ? AND occasion = ? AND due = ? AND part = ? AND live = 1",
            (line.customer_id, line.occasion, database.day_value(line.due), line.part),
        )
        if taken is not None or line.occasion == Occasion.PURCHASE:
            raise Refused("这位客户的这份礼品已经另有安排，不能恢复。")
        done = database.execute(
            "UPDATE plan_line SET status = 'draft', live = 1, status_reason = '', submitted_by_id = NULL,"
            " submitted_at = NULL, decided_by_id = NULL, decided_at = NULL, single_approver = 0, cancelled_at = NULL, pc = ?,"
            " version = version + 1 WHERE id = ? AND status = 'cancelled' AND issued_at IS NULL",
            (journal.pc_name(), line_id),
        )
        if done != 1:
            raise Refused("这几条已经有人处理过，不能撤销。")
        journal.note(shop, "gift.reopened", "plan_line", line_id, customer_id=line.customer_id)


def approve(
    shop: Shop, plan_id: int | None = None, *, line_ids: Sequence[int] | None = None, reason: str = ""
) -> Done:
    """The owner says yes to submitted lines, never to what they submitted themselves.

    Only where one single active person stands above clerk may they; the lines then carry 单人审批.
    Left out: customers who are lost, merged or erased since. Beyond a budget of the policy only with a `reason`.
    """
    require(shop, Right.APPROVE)
    above = users_above_clerk()
    lines = _candidates(LineStatus.SUBMITTED, plan_id, line_ids)
    own = [line for line in lines if line[8] == shop.who]
    if own and above > 1 and len(own) == len(lines):
        journal.refused(shop, "approve_own_submission")
        rules.approver_alone(shop.who or 0, shop.who, above)
    with database.database.atomic():
        lines = _candidates(LineStatus.SUBMITTED, plan_id, line_ids)
        own_ids = {line[0] for line in lines if line[8] == shop.who}
        gone = {line[0] for line in lines if line[9] != CustomerState.ACTIVE}
        yes = [line[0] for line in lines if line[0] not in gone and (above == 1 or line[0] not in own_ids)]
        why = _gone_words(len(gone), 0 if above == 1 else len(own_ids - gone))
        if not yes:
            raise Refused("没有等待批准的礼品。{why}", why=why)
        values = (shop.who, database.moment_value(shop.clock.now()), journal.pc_name())
        change = "status = 'approved', decided_by_id = ?, decided_at = ?, status_reason = '', pc = ?"
        done = _set([n for n in yes if n not in own_ids], LineStatus.SUBMITTED, change, values)
        alone = [number for number in yes if number in own_ids]
        single = _set(alone, LineStatus.SUBMITTED, change + ", single_approver = 1", values)
        decided(yes)
        for month in sorted({line[7] for line in lines}):
            check_budget(shop.policy.gifts, month, reason)
        more = {"reason": " ".join(reason.split())[:500]} if reason.strip() else {}
        _note(shop, "gift.approved", plan_id, yes, single_approver=single, **more)
    return Done(done + single, len(lines) - len(yes), why, single)


def _gone_words(gone: int, own: int) -> str:
    found = []
    if gone:
        found.append(_("{n} 条的客户已流失或合并，请退回或取消。").format(n=gone))
    if own:
        found.append(_("{n} 条是您自己提交的，不能自己批准。").format(n=own))
    return "".join(found)


def return_(
    shop: Shop, plan_id: int | None = None, *, line_ids: Sequence[int] | None = None, reason: str
) -> Done:
    """The owner sends submitted lines back, with the reason."""
    require(shop, Right.APPROVE)
    reason = _needed(reason)
    with database.database.atomic():
        ids = [line[0] for line in _candidates(LineStatus.SUBMITTED, plan_id, line_ids)]
        if not ids:
            raise Refused("没有等待批准的礼品。{why}", why="")
        done = _set(
            ids,
            LineStatus.SUBMITTED,
            "status = 'returned', decided_by_id = ?, decided_at = ?, status_reason = ?, pc = ?, " + SEEN,
            (shop.who, database.moment_value(shop.clock.now()), reason, journal.pc_name()),
        )
        decided(ids)
        _note(shop, "gift.returned", plan_id, ids, reason=reason)
    return Done(done)


def unreturn(shop: Shop, line_ids: Sequence[int]) -> Done:
    """Takes a return back that the same owner just made: the lines wait for approval again."""
    require(shop, Right.APPROVE)
    with database.database.atomic():
        ids = [n for n in line_ids if _decided_by(n) == shop.who]
        change = "status = 'submitted', decided_by_id = NULL, decided_at = NULL, status_reason = '', pc = ?"
        done = _set(ids, LineStatus.RETURNED, change, (journal.pc_name(),))
        if not done:
            raise Refused("这几条已经有人处理过，不能撤销。")
        _note(shop, "gift.return_undone", None, ids)
    return Done(done)


def unapprove(shop: Shop, line_ids: Sequence[int]) -> Done:
    """Takes an approval back that the same owner just gave, before anything was issued."""
    require(shop, Right.APPROVE)
    with database.database.atomic():
        ids = [n for n in line_ids if _decided_by(n) == shop.who]
        change = (
            "status = 'submitted', decided_by_id = NULL, decided_at = NULL, single_approver = 0, status_reason = '',"
            " pc = ?"
        )
        done = _set(ids, LineStatus.APPROVED, change, (journal.pc_name(),))
        if not done:
            raise Refused("这几条已经有人处理过，不能撤销。")
        _note(shop, "gift.approval_undone", None, ids)
    return Done(done)


def cancel(shop: Shop, line_id: int, reason: str) -> None:
    """Takes a line out of the plan, with the reason; it stays visible and is never proposed again."""
    require(shop, Right.PLAN_GIFTS)
    reason = _needed(reason)
    with database.database.atomic():
        line = line_of(line_id)
        rules.check_step("cancel", line.status)
        _take_out(shop, line, reason)
        body = {"status": str(line.status), "gift": line.gift, "cost": line.cost, "reason": reason}
        journal.note(shop, "gift.cancelled", "plan_line", line_id, customer_id=line.customer_id, body=body)


def _take_out(shop: Shop, line: LineRow, reason: str) -> None:
    """Cancelled: live becomes NULL, so that another line may take its place; who approved it stays."""
    moment = database.moment_value(shop.clock.now())
    done = database.execute(
        "UPDATE plan_line SET status = 'cancelled', live = NULL, status_reason = ?, pc = ?, cancelled_at = ?,"
        " decided_by_id = COALESCE(decided_by_id, ?), decided_at = COALESCE(decided_at, ?), version = version + 1"
        " WHERE id = ? AND status = ? AND version = ?",
        (
            reason,
            journal.pc_name(),
            moment,
            shop.who,
            moment,
            line.id,
            str(line.status),
            line.version,
        ),
    )
    if done != 1:
        raise Refused("这一条刚刚被别人改过，请刷新后再看。")


def line_of(line_id: int) -> LineRow:
    """One line. Refused when there is none of that number."""
    found = read_lines("WHERE l.id = ?", (line_id,))
    if not found:
        raise Refused("礼品台账里没有编号 {id} 的明细。", id=line_id, field="line")
    return found[0]


def users_above_clerk() -> int:
    """How many active managers and owners there are."""
    sql = "SELECT COUNT(*) FROM staff_user WHERE active = 1 AND role IN (?, ?)"
    return int(database.value_of(sql, (str(Role.MANAGER), str(Role.OWNER))))


def alone_above_clerk() -> bool:
    """Whether the owner has to submit and approve, because nobody else could (单人审批)."""
    return users_above_clerk() == 1


def refuse_aloud(shop: Shop, act: str, why: NotAllowed) -> None:
    """A refused attempt stands in the journal too (fault 52)."""
    journal.refused(shop, act)
    raise why


def _decided_by(line_id: int) -> int | None:
    return database.value_of("SELECT decided_by_id FROM plan_line WHERE id = ?", (line_id,))


def _needed(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise Refused("请写明原因。", field="reason")
    return reason[:500]


def _candidates(
    status: LineStatus, plan_id: int | None, line_ids: Sequence[int] | None
) -> list[tuple[Any, ...]]:
    """(id, gift, customer, occasion, due, grade, special, month, submitted_by, customer's state) of live lines."""
    sql = (
        "SELECT l.id, l.gift_id, l.customer_id, l.occasion, l.due, l.grade, l.special, p.month, l.submitted_by_id,"
        " c.state FROM plan_line l JOIN gift_plan p ON p.id = l.plan_id JOIN customer c ON c.id = l.customer_id"
        " WHERE l.live = 1 AND l.status = ?"
    )
    if line_ids is None:
        if plan_id is None:
            raise Refused("请说明是哪一个月的计划。", field="plan")
        if database.value_of("SELECT id FROM gift_plan WHERE id = ?", (plan_id,)) is None:
            raise Refused("没有编号 {id} 的礼品计划。", id=plan_id, field="plan")
        return database.rows(f"{sql} AND l.plan_id = ?", (str(status), plan_id))
    found: list[tuple[Any, ...]] = []
    for part in _chunks(list(line_ids)):
        found += database.rows(f"{sql} AND l.id IN ({database.marks(part)})", (str(status), *part))
    return found


def _set(ids: Sequence[int], before: LineStatus, change: str, values: tuple[Any, ...]) -> int:
    """Conditional update: only lines still in the state `before` change. Returns how many did."""
    done = 0
    for part in _chunks(ids):
        done += database.execute(
            f"UPDATE plan_line SET {change}, version = version + 1"
            f" WHERE status = ? AND live = 1 AND id IN ({database.marks(part)})",
            (*values, str(before), *part),
        )
    return done


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    for at in range(0, len(ids), _CHUNK):
        yield ids[at : at + _CHUNK]


def _note(shop: Shop, act: str, plan_id: int | None, ids: Sequence[int], **more: Any) -> None:
    lines: dict[str, Any] = {"lines": list(ids)} if len(ids) <= _NOTED else {"from": min(ids), "to": max(ids)}
    if len(ids) == 1:
        sql = "SELECT customer_id FROM plan_line WHERE id = ?"
        customer = database.value_of(sql, (ids[0],))
        journal.note(shop, act, "plan_line", ids[0], customer_id=customer, body={**lines, **more})
        return
    journal.note(shop, act, "gift_plan", plan_id, body={"count": len(ids), **lines, **more})
