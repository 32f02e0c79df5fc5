"""When backups are taken by themselves: the day's first start, now and then, before mass changes, on closing; and where."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from models import database
from services import backup_files as files
from services import backup_manifest as manifest
from services import backup_proof as proof
from services import backup_rotation as rotation
from services import backup_take as taking
from services import journal
from services.backup_manifest import Backup
from services.errors import ShopError, Unavailable
from services.files import PREFIX
from services.shop import Shop
from services.words import _


def daily(shop: Shop, second_place: Path | None = None) -> Backup | None:
    """The first start of a day: one backup, then thinning out. None when today already has one.

    The second place is a copy of it, proven there too; when it fails, the first one still counts.
    """
    if database.is_postgres():
        return None
    taking.settle()
    if any(b.day == shop.today() and b.reason == "daily" for b in manifest.listed()):
        return None
    backup = taking.take(shop.clock, "daily", None, shop.info.name)
    with database.database.atomic():
        database.execute("UPDATE shop_info SET backed_up_on = ? WHERE id = 1", (shop.today().isoformat(),))
    rotation.thin_out(shop)
    if second_place is not None:
        # The stick may be full, or pulled out this moment: said by `warnings` when it stays so.
        with suppress(ShopError):
            copy_to(shop, backup, second_place)
    return backup


def copy_to(shop: Shop, backup: Backup, place: Path) -> Backup:
    """The same backup in another place, read back from there before it counts. Raises Unavailable."""
    from dataclasses import replace

    target = replace(backup, file=place / backup.file.name)
    temporary = place / f"{PREFIX}{secrets.token_hex(4)}.db"
    try:
        place.mkdir(parents=True, exist_ok=True)
        taking.tidy(place)
        shutil.copyfile(backup.file, temporary)
        files.flush(temporary)
        proof.prove(replace(backup, file=temporary))
        manifest.write(target)
        os.replace(temporary, target.file)
        files.flush_folder(place)
        rotation.thin_out(shop, place)
    except OSError as why:
        raise Unavailable(
            "第二个位置 {place} 没有存下备份：{why}。本机的备份已经做好。", place=place, why=why
        ) from why
    finally:
        with suppress(OSError):
            files.remove(temporary)
    return target


def warnings(shop: Shop, second_place: str) -> list[str]:
    """What the person should know about the second place: nothing new has reached it for some days."""
    if not second_place or database.is_postgres():
        return []
    most = shop.policy.safety.second_place_warn_days
    place = Path(second_place)
    there = manifest.listed(place) if place.is_dir() else []
    newest = max((b.day for b in there), default=None)
    local = manifest.listed()
    first = min((b.day for b in local), default=shop.today())
    since = newest or first
    if (shop.today() - since).days < most:
        return []
    return [
        _(
            "备份的第二个位置 {place} 已有 {days} 天没有存进新备份。请插上 U 盘，或在“设置”里换一个文件夹。"
        ).format(place=second_place, days=(shop.today() - since).days)
    ]


def changed(shop: Shop) -> bool:
    """Whether something was written since the newest backup or waiting copy."""
    place = files.folder()
    known = [b.head for b in manifest.listed()[:1]]
    known += [b.head for path in place.glob("*" + manifest.WAITING) if (b := manifest.read(path))]
    return "{}:{}".format(*journal.head()) not in known


def is_due(shop: Shop) -> bool:
    """Something was written, and the newest backup is older than the policy's minutes."""
    if database.is_postgres() or not changed(shop):
        return False
    newest = manifest.listed()[:1]
    if not newest:
        return True
    age = shop.clock.now() - datetime.fromisoformat(newest[0].taken_at)
    return age >= timedelta(minutes=shop.policy.safety.backup_minutes)


def now_and_then(shop: Shop) -> Backup | None:
    """Called every few minutes while the shop works: a backup when one is due. Raises Unavailable."""
    if not is_due(shop):
        return None
    backup = taking.take(shop.clock, "hourly", None, shop.info.name)
    rotation.thin_out(shop)
    return backup


def on_closing(shop: Shop) -> None:
    """The last act of the day: the quick half only; the next start proves the copy. Never keeps anybody from leaving."""
    if database.is_postgres():
        return
    with suppress(Exception):
        if changed(shop):
            taking.copy(shop.clock, "closing", None, shop.info.name)


def before_mass(shop: Shop, reason: str, rows: int) -> Backup | None:
    """Before an act that changes many rows at once: a proven backup when it is more than the policy's number.

    Call it outside a transaction. Raises Unavailable: then the act should not begin.
    """
    if database.is_postgres() or rows <= shop.policy.safety.backup_mass_rows:
        return None
    return taking.take(shop.clock, f"before-{reason}", None, shop.info.name)
