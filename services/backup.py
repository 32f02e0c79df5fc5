"""Backups that are proven by opening them: taken by themselves, thinned out, restored with a safety copy."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import apsw

from models import cipher, database, migrations
from services import journal, ledgers, upgrade
from services.clock import Clock
from services.errors import Refused, Unavailable
from services.files import PREFIX, remove_leftovers
from services.rights import Right, require
from services.shop import Shop

_KEEP_PROVEN = 3
"""These newest ones are never thinned out, and at most two files at once (spec 09 §3.4)."""
_MOST_AT_ONCE = 2


@dataclass(frozen=True)
class Backup:
    """One backup as its manifest describes it."""

    file: Path
    taken_at: str
    """UTC, ISO"""
    day: date
    reason: str
    shop: str
    schema: int
    sha256: str
    sums: dict[str, int]
    head: str
    """Newest journal number and hash: `123:ab12…`"""


def folder(url: str | None = None) -> Path:
    """Where the backups of these books lie: `backups/` beside the file."""
    path = database.sqlite_path(url)
    if path is None:
        raise Refused("PostgreSQL 上的账册请用数据库服务器自己的工具备份（例如 pg_dump）。")
    return path.resolve().parent / "backups" / path.stem


def snapshot(shop: Shop, reason: str, to: Path | None = None) -> Backup:
    """A verified copy of the open books, in the backup folder or in `to`.

    The source is proven first and the copy is opened and compared before it counts. Raises Unavailable.
    """
    require_backup(shop)
    return _snapshot(shop.clock, reason, to, shop.info.name)


def require_backup(shop: Shop) -> None:
    if shop.actor is not None:
        require(shop, Right.BACKUP)


def before_migration(path: Path | None, schema: int) -> None:
    """Called at start, before the tables are changed. PostgreSQL: the server's own tools."""
    from services.clock import SystemClock

    if path is not None:
        _snapshot(SystemClock(), f"before-{schema + 1:04d}", None, "", light=True)


def _snapshot(clock: Clock, reason: str, to: Path | None, shop_name: str, *, light: bool = False) -> Backup:
    target_folder = Path(to) if to else folder()
    try:
        target_folder.mkdir(parents=True, exist_ok=True)
    except OSError as why:
        raise Unavailable("不能建立备份文件夹 {folder}：{why}", folder=target_folder, why=why) from why
    remove_leftovers(target_folder)
    if database.value_of("PRAGMA quick_check(1)") != "ok":
        raise Unavailable("账册文件有损坏，没有备份，也没有清理旧备份。请用“restore”恢复最近的备份。")
    now = clock.now()
    # Two programs may back up in the same second; the token keeps them from writing over each other.
    name = f"{now:%Y%m%d-%H%M%S}-{reason}-{secrets.token_hex(2)}"
    temporary = target_folder / f"{PREFIX}{secrets.token_hex(4)}.db"
    try:
        with database.database.atomic():
            # Counts and copy are of one moment: the lock is held while both are taken.
            sums = {} if light else ledgers.sums()
            head = "{}:{}".format(*journal.head())
            schema = migrations.applied()
            _copy(_books_file(), temporary)
        _flush(temporary)
        if not light:
            _prove(temporary, sums, head)
        backup = Backup(
            target_folder / f"{name}.db",
            now.isoformat(timespec="seconds"),
            clock.today(),
            reason,
            shop_name,
            schema,
            _sha256(temporary),
            sums,
            head,
        )
        _write_manifest(backup)
        os.replace(temporary, backup.file)
        _flush_folder(target_folder)
    except (OSError, apsw.Error) as why:
        raise Unavailable("备份没有写成：{why}。账册没有改动，原有的备份都在。", why=why) from why
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(str(temporary) + ending).unlink(missing_ok=True)
    return backup


def _books_file() -> Path:
    path = database.sqlite_path()
    assert path is not None
    return path


def _copy(books: Path, target: Path) -> None:
    """SQLite's online backup; a file copy of books in WAL mode would be yesterday's.

    A connection of its own reads, because the caller's holds the lock that keeps writers out meanwhile.
    """
    source = cipher.opened(books)
    copy = cipher.created(target, cipher.key(cipher.needed(books)))
    try:
        with copy.backup("main", source, "main") as work:
            while not work.done:
                work.step(4_000)
        copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        copy.close()
        source.close()


@contextmanager
def _opened(file: Path) -> Iterator[apsw.Connection]:
    connection = cipher.opened(file, apsw.SQLITE_OPEN_READONLY)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        yield connection
    finally:
        connection.close()


def _one(connection: apsw.Connection, sql: str) -> Any:
    return next(iter(connection.execute(sql)))[0]


def _prove(file: Path, sums: dict[str, int], head: str) -> None:
    with _opened(file) as copy:
        if _one(copy, "PRAGMA integrity_check(1)") != "ok":
            raise Unavailable("备份副本没有通过检查，没有采用。原有的备份都在。")
        if list(copy.execute("PRAGMA foreign_key_check")):
            raise Unavailable("备份副本没有通过检查，没有采用。原有的备份都在。")
        got = {
            "customers": _one(copy, "SELECT COUNT(*) FROM customer"),
            "tickets": _one(copy, "SELECT COUNT(*) FROM ticket"),
            "paid": _one(copy, "SELECT COALESCE(SUM(paid), 0) FROM ticket"),
            "points": _one(copy, "SELECT COALESCE(SUM(points), 0) FROM point_entry"),
            "stock": _one(copy, "SELECT COALESCE(SUM(quantity), 0) FROM stock_move"),
        }
        last = list(copy.execute("SELECT id, hash FROM journal_entry ORDER BY id DESC LIMIT 1"))
        got_head = f"{last[0][0]}:{last[0][1]}" if last else f"0:{journal.START}"
        if any(sums[name] != value for name, value in got.items()) or got_head != head:
            raise Unavailable("备份副本与账册对不上，没有采用。原有的备份都在。")


def _manifest(file: Path) -> Path:
    return file.with_suffix(".json")


def _write_manifest(backup: Backup) -> None:
    plain = asdict(backup) | {"file": backup.file.name, "day": backup.day.isoformat()}
    path = _manifest(backup.file)
    temporary = path.with_name(f"{PREFIX}{secrets.token_hex(4)}.json")
    temporary.write_text(json.dumps(plain, ensure_ascii=False, indent=1), "utf-8")
    _flush(temporary)
    os.replace(temporary, path)


def listed(where: Path | None = None) -> list[Backup]:
    """The backups that have a manifest and a file, newest first. Their bytes are proven when one is chosen."""
    found = []
    place = where or folder()
    for path in place.glob("*.json"):
        backup = _read_manifest(path)
        if backup is not None and backup.file.exists():
            found.append(backup)
    return sorted(found, key=lambda b: (b.taken_at, b.file.name), reverse=True)


def _read_manifest(path: Path) -> Backup | None:
    try:
        raw = json.loads(path.read_text("utf-8"))
        file = path.with_suffix(".db")
        return Backup(
            file,
            str(raw["taken_at"]),
            date.fromisoformat(raw["day"]),
            str(raw["reason"]),
            str(raw["shop"]),
            int(raw["schema"]),
            str(raw["sha256"]),
            {str(k): int(v) for k, v in raw["sums"].items()},
            str(raw["head"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def prove(backup: Backup) -> None:
    """Raises Unavailable unless the file is byte for byte what was written and opens cleanly."""
    if not backup.file.exists() or _sha256(backup.file) != backup.sha256:
        raise Unavailable("备份 {file} 已损坏或被改动，不能使用。请换更早的一份。", file=backup.file.name)
    with _opened(backup.file) as copy:
        if (
            _one(copy, "PRAGMA application_id") != database.APPLICATION_ID
            or _one(copy, "PRAGMA quick_check(1)") != "ok"
        ):
            raise Unavailable("备份 {file} 已损坏或被改动，不能使用。请换更早的一份。", file=backup.file.name)


def daily(shop: Shop, second_place: Path | None = None) -> Backup | None:
    """The first start of a day: one backup, then thinning out. None when today already has one."""
    if database.is_postgres():
        return None
    if any(b.day == shop.today() and b.reason == "daily" for b in listed()):
        return None
    backup = _snapshot(shop.clock, "daily", None, shop.info.name)
    if second_place is not None:
        _snapshot(shop.clock, "daily", second_place, shop.info.name)
    with database.database.atomic():
        database.execute("UPDATE shop_info SET backed_up_on = ? WHERE id = 1", (shop.today().isoformat(),))
    thin_out(shop)
    return backup


def to_remove(backups: list[Backup], today: date, days: int, weeks: int, months: int) -> list[Backup]:
    """Which of `backups` (newest first) may go: kept are the newest of the last days, weeks and months.

    Nothing goes while the clock is suspect (a backup from a later day than today).
    """
    if any(b.day > today for b in backups):
        return []
    keep: set[Path] = {b.file for b in backups[:_KEEP_PROVEN]}
    spans = (("%Y-%m-%d", days), ("%G-%V", weeks), ("%Y-%m", months))
    for pattern, most in spans:
        seen: list[str] = []
        for backup in backups:
            label = backup.day.strftime(pattern)
            if label not in seen and len(seen) < most:
                seen.append(label)
                keep.add(backup.file)
    return [b for b in reversed(backups) if b.file not in keep][:_MOST_AT_ONCE]


def thin_out(shop: Shop) -> list[Path]:
    """Removes what the policy does not keep. Returns the removed files."""
    safety = shop.policy.safety
    gone = []
    for backup in to_remove(
        listed(), shop.today(), safety.backups_daily, safety.backups_weekly, safety.backups_monthly
    ):
        backup.file.unlink(missing_ok=True)
        _manifest(backup.file).unlink(missing_ok=True)
        gone.append(backup.file)
    return gone


def read(file: Path) -> Backup:
    """The backup behind a file that somebody chose, with or without its manifest. Raises Unavailable."""
    file = Path(file)
    if not file.exists():
        raise Unavailable("没有找到备份 {file}。", file=file)
    if file.suffix == ".json":
        file = file.with_suffix(".db")
    known = _read_manifest(_manifest(file))
    if known is not None:
        return known
    log = Path(f"{file}-wal")
    if log.exists() and log.stat().st_size:
        raise Unavailable(
            "{file} 是正在使用的账册，不是备份：最近登记的内容还不在这个文件里。没有改动任何东西。", file=file
        )
    try:
        with _opened(file) as copy:
            if _one(copy, "PRAGMA application_id") != database.APPLICATION_ID:
                raise Unavailable("{file} 不是熟客的备份。没有改动任何东西。", file=file)
            schema = int(_one(copy, "PRAGMA user_version"))
            shop_name = str(_one(copy, "SELECT name FROM shop_info"))
            counts = {
                "customers": int(_one(copy, "SELECT COUNT(*) FROM customer")),
                "tickets": int(_one(copy, "SELECT COUNT(*) FROM ticket")),
            }
    except apsw.Error as why:
        raise Unavailable("{file} 不是熟客的备份。没有改动任何东西。", file=file) from why
    moment = datetime.fromtimestamp(file.stat().st_mtime).astimezone()
    return Backup(
        file,
        moment.isoformat(timespec="seconds"),
        moment.date(),
        "",
        shop_name,
        schema,
        _sha256(file),
        counts,
        "",
    )


def restore(shop: Shop, file: Path) -> Backup:
    """Puts a proven backup in the place of the open books; the present is kept as a backup first. Returns that safety copy.

    The caller opens the shop again afterwards. Raises Refused or Unavailable with the present untouched.
    """
    require(shop, Right.RESTORE)
    path = database.sqlite_path()
    if path is None:
        raise Refused("PostgreSQL 上的账册请用数据库服务器自己的工具备份（例如 pg_dump）。")
    chosen = read(file)
    if chosen.schema > migrations.newest():
        raise Refused("这份备份来自更新版本的程序，请先升级程序。没有改动任何东西。")
    prove(chosen)
    _same_shop(chosen)
    safety = _snapshot(shop.clock, "before-restore", None, shop.info.name)
    head = journal.head()
    temporary = path.with_name(f"{PREFIX}{secrets.token_hex(4)}.db")
    try:
        shutil.copyfile(chosen.file, temporary)
        _mark_restored(shop, temporary, chosen, head)
        database.database.close_all() if hasattr(database.database, "close_all") else database.close()
        _alone(path)
        for ending in ("-wal", "-shm"):
            # A foreign log beside the restored file would be merged into it (spec 09, 7).
            Path(str(path) + ending).unlink(missing_ok=True)
        os.replace(temporary, path)
        _flush_folder(path.resolve().parent)
    except (OSError, apsw.Error) as why:
        raise Unavailable("恢复没有完成：{why}。原来的账册还在。", why=why) from why
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(str(temporary) + ending).unlink(missing_ok=True)
    return safety


def _same_shop(chosen: Backup) -> None:
    """Another shop's books must not take the place of this one's (spec 09, 23). Books without a customer may give way."""
    with _opened(chosen.file) as copy:
        secret = _one(copy, "SELECT secret FROM shop_info")
    if secret == database.value_of("SELECT secret FROM shop_info"):
        return
    if database.value_of("SELECT COUNT(*) FROM customer"):
        raise Refused(
            "这是另一家店（{shop}）的备份，不能盖掉现在的账册。要打开它，请先恢复到一个新的账册。",
            shop=chosen.shop,
        )


def _alone(path: Path) -> None:
    """Whoever still has the old file open would go on writing where nobody looks. Leaving WAL mode needs to be alone."""
    connection = cipher.opened(path)
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
    present = database.url()
    database.close()
    try:
        database.use(str(file))
        with database.database.atomic():
            if migrations.applied() < migrations.newest():
                upgrade.run()
            database.execute("UPDATE shop_info SET epoch = epoch + 1 WHERE id = 1")
            body = {"file": chosen.file.name, "taken_at": chosen.taken_at, "old_head": f"{head[0]}:{head[1]}"}
            journal.note(shop, "restored", "shop", 1, body=body)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        database.close()
        database.use(present)
    _flush(file)


def _sha256(file: Path) -> str:
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _flush(file: Path) -> None:
    with open(file, "rb+") as stream:
        os.fsync(stream.fileno())


def _flush_folder(place: Path) -> None:
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(place, os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
