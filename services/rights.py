"""The one table of who may do what (spec 01, 08; 09 §3.9)."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from models.kinds import Role
from services.errors import NotAllowed
from services.words import N_, _

if TYPE_CHECKING:
    from services.shop import Shop


class Right(Enum):
    """Each right with its words, for the sentence that refuses."""

    SEE = N_("查看客户")
    REGISTER = N_("登记和修改客户")
    SELL = N_("登记消费和到店")
    CONTACT = N_("记录联络")
    ISSUE_GIFT = N_("发放礼品")
    PRINT = N_("打印")
    PRINT_SETUP = N_("修改打印的文字和版式")
    GROUPS = N_("分组与交接")
    GRADE_BY_HAND = N_("手工定级")
    APPLY_GRADES = N_("执行客户整理")
    PLAN_GIFTS = N_("制定礼品计划")
    STOCK = N_("管理礼品库存")
    SCHEDULE = N_("安排联络日程")
    IMPORT = N_("导入资料")
    EXPORT = N_("导出资料")
    CHECK_LINES = N_("核对礼品发放")
    MERGE = N_("合并客户")
    ASK_ERASE = N_("申请删除个人资料")
    ADJUST_POINTS = N_("调整积分")
    VOUCHERS = N_("发行和作废礼金券")
    BACKUP = N_("备份")
    APPROVE = N_("批准礼品计划")
    NAME_SPECIAL = N_("指定特殊客户")
    POLICY = N_("修改客情标准")
    USERS = N_("管理员工账号")
    RESTORE = N_("恢复备份")
    ENCRYPT = N_("加密账册")
    CONFIRM_LOSS = N_("确认礼品的损耗和盘点差额")
    ERASE = N_("删除个人资料")
    AUDIT = N_("查看操作记录")


_CLERK = {Right.SEE, Right.REGISTER, Right.SELL, Right.CONTACT, Right.ISSUE_GIFT, Right.PRINT, Right.BACKUP}
_MANAGER = _CLERK | {
    Right.GROUPS,
    Right.GRADE_BY_HAND,
    Right.APPLY_GRADES,
    Right.PLAN_GIFTS,
    Right.STOCK,
    Right.SCHEDULE,
    Right.IMPORT,
    Right.EXPORT,
    Right.PRINT_SETUP,
    Right.CHECK_LINES,
    Right.MERGE,
    Right.ASK_ERASE,
    Right.ADJUST_POINTS,
    Right.VOUCHERS,
    Right.AUDIT,
}
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.CLERK: frozenset(_CLERK),
    Role.MANAGER: frozenset(_MANAGER),
    Role.OWNER: frozenset(Right),
}


def may(shop: Shop, right: Right) -> bool:
    """For greying out buttons; the services decide with `require`."""
    return shop.actor is not None and right in RIGHTS[shop.actor.role]


def require(shop: Shop, right: Right) -> None:
    """Says no, and writes the attempt to the journal, when the actor's role does not have the right.

    Whoever was disabled, or given another role, is stopped in the open session too (spec 09, 64).
    """
    if may(shop, right):
        _still_here(shop)
        return
    from services import journal

    if shop.actor is None:
        raise NotAllowed("请先登录，再{act}。命令行请在命令前加上“--user 姓名”。", act=_(right.value))
    journal.refused(shop, right.name.lower())
    role = {Role.CLERK: N_("店员"), Role.MANAGER: N_("店长"), Role.OWNER: N_("店主")}[shop.actor.role]
    raise NotAllowed("{role}不能{act}。请让有权限的人登录后操作。", role=_(role), act=_(right.value))


def _still_here(shop: Shop) -> None:
    """One look-up by key for every act: far cheaper than a leaver's session that goes on."""
    from models import database

    assert shop.actor is not None
    found = database.row("SELECT active, role FROM staff_user WHERE id = ?", (shop.actor.id,))
    if found is not None and (not found[0] or found[1] != shop.actor.role):
        raise NotAllowed("账号“{name}”已停用，或换了岗位。请重新登录。", name=shop.actor.name)
