"""The day's opening: upkeep of grades, the contact schedule, reminders, the day's backup. Doing it twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models import database
from services import (
    backup,
    backup_drill,
    backup_restore,
    backup_times,
    erasing,
    gifts,
    grades,
    journal,
    moving,
    place,
    points_expiry,
    retention,
    schedule,
    search_index,
    vouchers,
)
from services.errors import Refused
from services.formats import short_day
from services.gift_checks.reminders import reminders as gift_reminders
from services.progress import Progress, silent
from services.settings import load as this_pc
from services.shop import Shop
from services.words import _

_LONG_CLOSED_DAYS = 60
"""A longer leap of the PC's date is asked about before anybody is demoted or lost by it (spec 09, 31–32)."""
_PLAN_AHEAD_DAYS = 10
"""default: next month's gift plan is asked for this long before the month begins."""


@dataclass(frozen=True)
class Opened:
    """What the day's opening did and what it reminds of."""

    day: date
    grades: grades.Figures
    schedule: schedule.Generated
    reminders: tuple[str, ...]
    backup: str
    """File of the backup made now; empty when today has one already."""

    def as_json(self) -> dict[str, Any]:
        return {
            "day": self.day.isoformat(),
            "grades": {"changed": len(self.grades.changes), "lost": self.grades.lost},
            "schedule": {
                "new": self.schedule.new,
                "folded": self.schedule.folded,
                "moved": self.schedule.moved,
                "expired": self.schedule.expired,
            },
            "reminders": list(self.reminders),
            "backup": self.backup,
        }

    def text(self) -> str:
        lines = [
            _("{day}：{n} 位客户的等级有变化；新排联络 {new} 项。").format(
                day=short_day(self.day), n=len(self.grades.changes), new=self.schedule.new
            ),
            *self.reminders,
        ]
        if self.backup:
            lines.append(_("已备份：{file}").format(file=self.backup))
        return "\n".join(lines)


def open_day(
    shop: Shop, progress: Progress = silent, *, confirmed: bool = False, backs_up: bool = True
) -> Opened:
    """Opens the business day. Needs no sign-in: the program does it by itself at the first start of a day.

    Raises Refused when the PC's date is before the last recorded day or far beyond it, unless `confirmed`.
    `backs_up=False`: the caller runs `back_up` itself, beside other work.
    """
    if confirmed:
        _keep_doubt(shop)
    check_clock(shop, confirmed=confirmed)
    figures = grades.apply(shop, progress, system=True)
    points_expiry.expire(shop)
    vouchers.expire(shop)
    gifts.look_after_uncollected(shop)
    planned = schedule.daily(shop, progress)
    with database.database.atomic():
        first = _remember_day(shop)
    if first:
        search_index.tidy()
    erasing.look_after(shop)
    moving.finish(shop)
    made = back_up(shop) if backs_up else ""
    return Opened(shop.today(), figures, planned, tuple(reminders(shop)), made)


def back_up(shop: Shop) -> str:
    """The day's backup and, weekly, the restore drill. Returns the new file; empty when today has one already.

    Writers need not wait for it: the window runs it beside the work.
    """
    made = backup.daily(shop, _second_place())
    if made and backup_drill.is_due(shop):
        backup_drill.run(shop)
    return str(made.file) if made else ""


def _second_place() -> Any:
    from pathlib import Path

    place = this_pc().backup_folder
    return Path(place) if place and Path(place).is_dir() else None


def _keep_doubt(shop: Shop) -> None:
    """Somebody said that an odd date is right: that is an act (spec 09 §3.8)."""
    try:
        check_clock(shop)
    except Refused as doubt:
        body = {key: str(value) for key, value in doubt.facts.items()}
        with database.database.atomic():
            journal.note(shop, "clock.confirmed", "shop", 1, body=body)


def check_clock(shop: Shop, *, confirmed: bool = False) -> None:
    """Refuses a day before the last recorded one, or more than 60 days after it, until somebody confirms the date."""
    text = str(database.value_of("SELECT last_day FROM shop_info WHERE id = 1") or "")
    if not text or confirmed:
        return
    last, today = date.fromisoformat(text), shop.today()
    if today < last:
        raise Refused(
            "电脑日期是 {today}，比账册里最后一天 {last} 还早。请先校正电脑时间；如果日期没错，请确认后再开店（--confirm-date）。",
            today=short_day(today),
            last=short_day(last),
        )
    if (today - last).days > _LONG_CLOSED_DAYS and database.value_of("SELECT COUNT(*) FROM schedule_day"):
        raise Refused(
            "电脑日期是 {today}，离上次开店 {last} 已有 {days} 天。日期没错的话，请确认后再开店（--confirm-date）。",
            today=short_day(today),
            last=short_day(last),
            days=(today - last).days,
        )


def _remember_day(shop: Shop) -> bool:
    """Whether this is the day's first opening."""
    today = shop.today().isoformat()
    if database.execute("UPDATE shop_info SET last_day = ? WHERE id = 1 AND last_day < ?", (today, today)):
        number, link = journal.head()
        journal.note(shop, "day.opened", "shop", 1, body={"day": today, "head": f"{number}:{link[:16]}"})
        return True
    return False


def reminders(shop: Shop) -> list[str]:
    """What the manager should not forget today, in words."""
    today = shop.today()
    path = database.sqlite_path(shop.url)
    found = place.warnings(path) if path else []
    if path:
        found += backup_times.warnings(shop, this_pc().backup_folder)
        found += backup_drill.warning(shop)
    found += backup_restore.reminders(shop)
    next_month = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    planned = database.value_of(
        "SELECT COUNT(*) FROM plan_line l JOIN gift_plan p ON p.id = l.plan_id"
        " WHERE p.month = ? AND l.status <> 'cancelled'",
        (next_month.strftime("%Y-%m"),),
    )
    if not planned and (next_month - today).days <= _PLAN_AHEAD_DAYS:
        found.append(_("{month} 月的礼品计划还没有提出。").format(month=next_month.month))
    waiting = database.value_of("SELECT COUNT(*) FROM plan_line WHERE status = 'submitted'")
    if waiting:
        found.append(_("{n} 条礼品等店主批准。").format(n=waiting))
    overdue = database.value_of(
        "SELECT COUNT(*) FROM plan_line WHERE status = 'approved' AND due < ?",
        (today - timedelta(days=shop.policy.gifts.uncollected_days),),
    )
    if overdue:
        found.append(
            _("{n} 件礼品超过 {days} 天没有领取，请再提醒或退回库存。").format(
                n=overdue, days=shop.policy.gifts.uncollected_days
            )
        )
    sql = "SELECT COUNT(*) FROM gift_parcel WHERE returned_on = ?"
    if back := database.value_of(sql, (database.day_value(today),)):
        found.append(_("今天有 {n} 件礼品逾期未领，已回到库存。").format(n=back))
    found += gift_reminders(shop)
    found += retention.reminders(shop)
    return found
