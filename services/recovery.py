"""Books that no longer open: a proven backup takes their place, the damaged file is kept beside it."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

import apsw

from models import cipher, database, migrations
from services import backup, backup_files, backup_restore, erasing, keys, log_proof, restore_guard, switching
from services.backup import Backup
from services.clock import Clock, SystemClock
from services.errors import Refused, Unavailable
from services.files import PREFIX
from services.shop import open_shop

_ENDINGS = ("", "-wal", "-shm", "-journal")


def is_damaged(url: str) -> bool:
    """Whether the file behind `url` is missing, empty or broken. A whole file, even a stranger's, is not damaged."""
    path = database.sqlite_path(url)
    if path is None:
        return False
    if not path.exists() or path.stat().st_size == 0:
        return True
    if not keys.ready(path):
        return False
    try:
        log_proof.check(path)
        connection = cipher.opened(path)
        try:
            return next(connection.execute("PRAGMA quick_check(1)"))[0] != "ok"
        finally:
            connection.close()
    except (apsw.NotADBError, apsw.CorruptError, log_proof.LogProblem):
        return True
    except apsw.Error:
        return False


def choices(url: str) -> list[Backup]:
    """The backups of these books, the newest first; none for a server."""
    if database.sqlite_path(url) is None:
        return []
    return backup.listed(backup.folder(url))


def put_back(url: str, file: Path, clock: Clock | None = None) -> Path:
    """Puts a proven backup in the place of damaged books. Returns where the damaged file is kept.

    Nobody can sign in to damaged books, so it asks for no right; whole books are Refused, they have their own restore.
    Raises Unavailable with everything as it was.
    """
    path = database.sqlite_path(url)
    if path is None or not is_damaged(url):
        raise Refused("这个账册没有损坏。要恢复以前的备份，请店主登录后用“备份与恢复”。")
    chosen = backup.read(file)
    if chosen.schema > migrations.newest():
        raise Refused("这份备份来自更新版本的程序，请先升级程序。没有改动任何东西。")
    backup.prove(chosen)
    restore_guard.check(chosen.file)
    clock = clock or SystemClock()
    database.close()
    kept = path.with_name(f"{path.stem}.damaged-{clock.now():%Y%m%d-%H%M%S}.db")
    temporary = path.with_name(f"{PREFIX}{secrets.token_hex(4)}.db")
    try:
        switching.under_key_of(path, chosen.file, temporary)
        with open(temporary, "rb+") as copy:
            os.fsync(copy.fileno())
        for ending in _ENDINGS:
            # A foreign log beside the restored file would be merged into it (spec 09, 7).
            beside = Path(str(path) + ending)
            if beside.exists():
                os.replace(beside, str(kept) + ending)
        os.replace(temporary, path)
        backup_files.flush_folder(path.resolve().parent)
    except OSError as why:
        raise Unavailable("恢复没有完成：{why}。损坏的账册和备份都还在。", why=why) from why
    finally:
        temporary.unlink(missing_ok=True)
    _write_down(url, chosen, kept, clock)
    return kept


def _write_down(url: str, chosen: Backup, kept: Path, clock: Clock) -> None:
    """Raises the epoch, so that the trail shows the gap."""
    shop = open_shop(url, clock)
    with database.database.atomic():
        body = {"file": chosen.file.name, "taken_at": chosen.taken_at, "damaged": kept.name}
        backup_restore.write_down(shop, body)
    erasing.repeat(shop)


_TITLES = ("卡号", "日期", "小票号", "货号", "尺码", "数量", "原价", "实付", "备注")
"""Titles that the import of purchases knows."""
_SALVAGE = (
    "SELECT c.card_no, p.day, t.number, p.item_no, p.size, p.quantity, p.list_price, p.paid, p.note"
    " FROM purchase p JOIN ticket t ON t.id = p.ticket_id JOIN customer c ON c.id = p.customer_id"
    " WHERE p.id > ? AND p.returns_id IS NULL ORDER BY p.id"
)


def salvage(kept: Path) -> tuple[Path | None, int]:
    """Purchases of the damaged file that the restored books do not have, as a list for “import purchases”.

    Nothing is entered by itself: somebody looks at the list first. Returns the list and its rows; (None, 0) when nothing
    later can be read.
    """
    from services.sheets import tables

    newest = int(database.value_of("SELECT COALESCE(MAX(id), 0) FROM purchase") or 0)
    found: list[tuple[object, ...]] = []
    try:
        connection = backup_files.connect(kept)
        try:
            # Row by row: what comes before the damage is had.
            with suppress(apsw.Error):
                for one in connection.execute(_SALVAGE, (newest,)):
                    found.append((*one[:6], tables.Fen(one[6]), tables.Fen(one[7]), one[8]))
        finally:
            connection.close()
    except apsw.Error:
        return None, 0
    if not found:
        return None, 0
    target = kept.with_suffix(".rescued.csv")
    return target, tables.write(target, _TITLES, found)[0]
