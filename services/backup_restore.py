"""Putting a proven backup in the place of the open books: what it costs, the safety copy, and what is looked at after it."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import apsw

from models import database, migrations
from services import backup_files as files
from services import backup_manifest as manifest
from services import backup_proof as proof
from services import backup_take as taking
from services import journal, keys, restore_guard, switching, upgrade
from services.backup_manifest import Backup
from services.errors import Refused, Unavailable
from services.files import PREFIX
from services.rights import Right, require
from services.shop import Shop
from services.words import _

_REMIND_DAYS = 14
"""default: so long after a restore the approved gifts are asked about."""

_LATER = {
    "customers": "SELECT COUNT(*) FROM customer WHERE id > ?",
    "tickets": "SELECT COUNT(*) FROM ticket WHERE id > ?",
    "gifts_issued": "SELECT COUNT(*) FROM stock_move WHERE kind = 'issue' AND id > ?",
    "consents": "SELECT COUNT(*) FROM consent WHERE id > ?",
    "contacts": "SELECT COUNT(*) FROM contact WHERE id > ?",
    "acts": "SELECT COUNT(*) FROM journal_entry WHERE id > ?",
}
_TABLES = {name: sql.split(" FROM ")[1].split()[0] for name, sql in _LATER.items()}


@dataclass(frozen=True)
class Lost:
    """What stands in the present books and not in the backup, by name: customers, tickets, gifts_issued …"""

    since: str
    counts: dict[str, int]
    opt_outs: int
    """People who refused something that the backup does not know of."""


def read(file: Path) -> Backup:
    """The backup behind a file that somebody chose, with or without its manifest. Raises Unavailable."""
    file = Path(file)
    if not file.exists():
        raise Unavailable("没有找到备份 {file}。", file=file)
    if file.suffix == manifest.ENDING:
        file = file.with_suffix(".db")
    keys.need(file, keys.BACKUP_VARIABLE)
    known = manifest.read(manifest.path_of(file))
    if known is not None:
        return known
    log = Path(f"{file}-wal")
    if log.exists() and log.stat().st_size:
        raise Unavailable(
            "{file} 是正在使用的账册，不是备份：最近登记的内容还不在这个文件里。没有改动任何东西。", file=file
        )
    try:
        with files.opened(file) as copy:
            if files.one(copy, "PRAGMA application_id") != database.APPLICATION_ID:
                raise Unavailable("{file} 不是熟客的备份。没有改动任何东西。", file=file)
            schema = int(files.one(copy, "PRAGMA user_version"))
            shop_name = str(files.one(copy, "SELECT name FROM shop_info"))
            counts = {
                "customers": int(files.one(copy, "SELECT COUNT(*) FROM customer")),
                "tickets": int(files.one(copy, "SELECT COUNT(*) FROM ticket")),
            }
    except apsw.Error as why:
        raise Unavailable("{file} 不是熟客的备份。没有改动任何东西。", file=file) from why
    moment = datetime.fromtimestamp(file.stat().st_mtime).astimezone()
    taken = moment.isoformat(timespec="seconds")
    return Backup(file, taken, moment.date(), "", shop_name, schema, files.sha256(file), counts, "")


def lost_by(shop: Shop, chosen: Backup) -> Lost:
    """What would be gone after restoring `chosen`: to be said before anybody agrees."""
    require(shop, Right.RESTORE)
    counts, opt_outs = {}, 0
    try:
        with files.opened(chosen.file) as copy:
            for name, sql in _LATER.items():
                newest = _newest(copy, _TABLES[name])
                counts[name] = int(database.value_of(sql, (newest,)) or 0)
            known = set(_refused(copy))
            opt_outs = sum(1 for one in database.rows(_OPT_OUTS) if tuple(one) not in known)
    except apsw.Error as why:
        raise Unavailable(
            "备份 {file} 已损坏或被改动，不能使用。请换更早的一份。", file=chosen.file.name
        ) from why
    return Lost(chosen.taken_at, counts, opt_outs)


_OPT_OUTS = "SELECT customer_id, channel FROM opt_out"


def _newest(copy: apsw.Connection, table: str) -> int:
    try:
        return int(files.one(copy, f"SELECT COALESCE(MAX(id), 0) FROM {table}"))
    except apsw.SQLError:  # the backup is of an older program, without this table
        return 0


def _refused(copy: apsw.Connection) -> list[tuple[Any, ...]]:
    try:
        return list(copy.execute(_OPT_OUTS))
    except apsw.SQLError:
        return []


def restore(shop: Shop, file: Path) -> Backup:
    """Puts a proven backup in the place of the open books; the present is kept as a backup first. Returns that safety copy.

    The caller opens the shop again afterwards. Raises Refused or Unavailable with the present untouched.
    """
    require(shop, Right.RESTORE)
    path = files.books_file()
    chosen = read(file)
    if chosen.schema > migrations.newest():
        raise Refused("这份备份来自更新版本的程序，请先升级程序。没有改动任何东西。")
    proof.prove(chosen)
    restore_guard.check(chosen.file, path)
    _same_shop(chosen)
    safety = taking.take(shop.clock, "before-restore", None, shop.info.name)
    head = journal.head()
    temporary = path.with_name(f"{PREFIX}{secrets.token_hex(4)}.db")
    try:
        switching.under_key_of(path, chosen.file, temporary)
        _mark_restored(shop, temporary, chosen, head)
        database.database.close_all() if hasattr(database.database, "close_all") else database.close()
        _alone(path)
        for ending in ("-wal", "-shm"):
            # A foreign log beside the restored file would be merged into it (spec 09, 7).
            Path(str(path) + ending).unlink(missing_ok=True)
        os.replace(temporary, path)
        files.flush_folder(path.resolve().parent)
    except (OSError, apsw.Error) as why:
        raise Unavailable("恢复没有完成：{why}。原来的账册还在。", why=why) from why
    finally:
        with suppress(OSError):
            files.remove(temporary)
    return safety


def _same_shop(chosen: Backup) -> None:
    """Another shop's books must not take the place of this one's (spec 09, 23). Books without a customer may give way."""
    with files.opened(chosen.file) as copy:
        secret = files.one(copy, "SELECT secret FROM shop_info")
    if secret == database.value_of("SELECT secret FROM shop_info"):
        return
    if database.value_of("SELECT COUNT(*) FROM customer"):
        raise Refused(
            "这是另一家店（{shop}）的备份，不能盖掉现在的账册。要打开它，请先恢复到一个新的账册。",
            shop=chosen.shop,
        )


def _alone(path: Path) -> None:
    """Whoever still has the old file open would go on writing where nobody looks. Leaving WAL mode needs to be alone."""
    connection = files.connect(path, writes=True)
    try:
        connection.set_busy_timeout(3_000)
        alone = connection.pragma("journal_mode", "delete") == "delete"
    except apsw.BusyError:
        alone = False
    finally:
        connection.close()
    if not alone:
        raise Refused("账册还在另一个窗口或程序里打开着，没有恢复。请先关掉它们，再恢复一次。")


def _mark_restored(shop: Shop, file: Path, chosen: Backup, head: tuple[int, str]) -> None:
    """Raises the epoch and writes the act into the copy, before it takes the place of the books."""
    from services import erasing

    present, gone = database.url(), erasing.carried()
    database.close()
    try:
        database.use(str(file))
        with database.database.atomic():
            if migrations.applied() < migrations.newest():
                upgrade.run()
            body = {"file": chosen.file.name, "taken_at": chosen.taken_at, "old_head": f"{head[0]}:{head[1]}"}
            write_down(shop, body)
        erasing.repeat(shop, gone)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.close()
        database.use(present)
    files.flush(file)


def write_down(shop: Shop, body: dict[str, Any]) -> None:
    """Into the restored books, inside the caller's transaction: a new epoch, so that the trail shows the gap; and messages
    that were ready to go are held, because they may have gone since the backup was taken.
    """
    database.execute("UPDATE shop_info SET epoch = epoch + 1 WHERE id = 1")
    held = database.execute(
        "UPDATE sms_batch SET state = 'draft', reviewed_by_id = NULL, reviewed_on = NULL WHERE state = 'reviewed'"
    )
    journal.note(shop, "restored", "shop", 1, body=body | ({"held": held} if held else {}))


def reminders(shop: Shop) -> list[str]:
    """After a restore the books do not know what was handed over since the backup: asked about, piece by piece."""
    since = database.day_value(shop.today() - timedelta(days=_REMIND_DAYS))
    day = database.value_of(
        "SELECT MAX(day) FROM journal_entry WHERE act = 'restored' AND day >= ?", (since,)
    )
    if day is None:
        return []
    sql = "SELECT COUNT(*) FROM plan_line WHERE status = 'approved' AND decided_at <= ?"
    waiting = int(database.value_of(sql, (f"{database.as_day(day)} 23:59:59",)) or 0)
    if not waiting:
        return []
    words = _("账册在 {day} 恢复过备份：那时已批准的 {n} 件礼品，发放前请先问一下是不是已经领过。")
    return [words.format(day=database.as_day(day), n=waiting)]
