"""What is said about backups. Runs in worker threads: no widgets here."""

from __future__ import annotations

from datetime import datetime

from services import formats
from services.settings import file_of
from services.shop import Shop
from services.words import N_, _

REASONS = {
    "daily": N_("每日"),
    "by-hand": N_("手工"),
    "manual": N_("手工"),
    "before-restore": N_("恢复之前"),
    "key-change": N_("换钥匙之后"),
    "before-import": N_("导入之前"),
    "hourly": N_("半小时"),
    "closing": N_("关窗时"),
    "before-allocation": N_("平均分配之前"),
    "before-hand-over": N_("交接之前"),
    "before-erase": N_("删除资料之前"),
}


def line(shop: Shop) -> str:
    """`本机账册 · 今日已备份 09:02`."""
    if file_of(shop.url) is None:
        return _("服务器账册 · 由服务器备份")
    from services import backup

    taken = backup.listed()
    if not taken:
        return _("本机账册 · 还没有备份")
    newest = max(taken, key=lambda one: one.taken_at)
    moment = local(newest.taken_at)
    if newest.day == shop.today():
        return _("本机账册 · 今日已备份 {time}").format(time=moment.strftime("%H:%M"))
    return _("本机账册 · 上次备份 {day}").format(day=formats.day(newest.day))


def local(moment: str) -> datetime:
    """A stored UTC moment on this PC's clock."""
    return datetime.fromisoformat(moment).astimezone()


def reason(code: str) -> str:
    """Why a backup was taken, in words; unknown reasons as they are."""
    if code.startswith("before-0"):
        return _("升级之前")
    return _(REASONS[code]) if code in REASONS else code
