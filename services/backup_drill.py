"""The weekly restore drill: a backup that was never restored is only a hope (spec 09 §3.4)."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import apsw

from models import database, migrations
from services import backup_files as files
from services import backup_manifest as manifest
from services import backup_proof as proof
from services.errors import ShopError, Unavailable
from services.files import PREFIX
from services.formats import short_day
from services.shop import Shop
from services.words import _

_FILE = "drill.json"


@dataclass(frozen=True)
class Drill:
    """What the last drill found."""

    day: date
    file: str
    ok: bool
    sums: dict[str, int]
    why: str = ""


def last(place: Path | None = None) -> Drill | None:
    """The last drill of these books; None when there was none yet."""
    try:
        raw = json.loads(((place or files.folder()) / _FILE).read_text("utf-8"))
        return Drill(
            date.fromisoformat(raw["day"]),
            str(raw["file"]),
            bool(raw["ok"]),
            dict(raw["sums"]),
            str(raw["why"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_due(shop: Shop) -> bool:
    if database.is_postgres():
        return False
    found = last()
    return found is None or not found.ok or (shop.today() - found.day).days >= shop.policy.safety.drill_days


def run(shop: Shop) -> Drill | None:
    """Restores the newest backup into a scratch file as a restore would, opens it and counts. None without a backup."""
    newest = manifest.listed()[:1]
    if not newest:
        return None
    backup = newest[0]
    scratch = files.folder() / f"{PREFIX}{secrets.token_hex(4)}.db"
    sums: dict[str, int] = {}
    why = ""
    try:
        proof.prove(backup)
        shutil.copyfile(backup.file, scratch)
        sums = _opened_totals(scratch)
        if any(sums.get(name) != value for name, value in backup.sums.items()):
            why = _("总数与备份时不符")
    except (ShopError, OSError, apsw.Error) as error:
        why = str(error)
    finally:
        files.remove(scratch)
    done = Drill(shop.today(), backup.file.name, not why, sums, why)
    _write(done)
    return done


def _opened_totals(scratch: Path) -> dict[str, int]:
    """Opened for writing with the program's own settings, as books are; a backup that can only be read is none."""
    connection = files.connect(scratch, writes=True)
    try:
        for name, value in database.PRAGMAS:
            connection.execute(f"PRAGMA {name} = {value}")
        if int(files.one(connection, "PRAGMA user_version")) > migrations.newest():
            raise Unavailable("这份备份来自更新版本的程序，请先升级程序。没有改动任何东西。")
        if files.one(connection, "PRAGMA integrity_check(1)") != "ok":
            raise Unavailable("备份 {file} 已损坏或被改动，不能使用。请换更早的一份。", file=scratch.name)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE shop_info SET epoch = epoch + 1 WHERE id = 1")
        connection.execute("ROLLBACK")
        return proof.totals(connection)
    finally:
        connection.close()


def _write(done: Drill) -> None:
    path = files.folder() / _FILE
    temporary = path.with_name(f"{PREFIX}{secrets.token_hex(4)}.json")
    plain = asdict(done) | {"day": done.day.isoformat()}
    try:
        temporary.write_text(json.dumps(plain, ensure_ascii=False, indent=1), "utf-8")
        files.flush(temporary)
        os.replace(temporary, path)
    except OSError as why:
        raise Unavailable("备份没有写成：{why}。账册没有改动，原有的备份都在。", why=why) from why
    finally:
        temporary.unlink(missing_ok=True)


def words(shop: Shop) -> str:
    """One line for people: 最近一次恢复演练."""
    found = last()
    if found is None:
        return _("还没有做过恢复演练：备份没有恢复过，就还不能算数。")
    if found.ok:
        return _("最近一次恢复演练：{day}，{n} 位客户、{m} 张消费单都在。").format(
            day=short_day(found.day), n=found.sums.get("customers", 0), m=found.sums.get("tickets", 0)
        )
    return _("最近一次恢复演练（{day}）没有通过：{why}。请马上另做一份备份，并检查磁盘。").format(
        day=short_day(found.day), why=found.why
    )


def warning(shop: Shop) -> list[str]:
    """The failed drill as a reminder; a passed one is no news."""
    found = last()
    return [words(shop)] if found is not None and not found.ok else []
