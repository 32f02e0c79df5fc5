"""Taking a backup in two steps: the copy, which the person waits for, and its proof, which may run beside the work."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import apsw

from models import database
from services import backup_files as files
from services import backup_manifest as manifest
from services import backup_proof as proof
from services import keys
from services.backup_manifest import Backup
from services.clock import Clock
from services.errors import ShopError, Unavailable
from services.files import PREFIX, remove_leftovers

_PENDING = ".pending"
"""The copy that waits for its proof; its manifest ends in `.waiting`."""
_ROOM = 1.05
"""So much of the books' size has to be free before a copy is begun."""


def take(clock: Clock, reason: str, to: Path | None, shop_name: str) -> Backup:
    """Copies and proves at once. Raises Unavailable with all earlier backups as they were."""
    proof.source()
    waiting = copy(clock, reason, to, shop_name)
    return settle_one(waiting)


def copy(clock: Clock, reason: str, to: Path | None, shop_name: str) -> Path:
    """The quick half: every page of this moment, beside the backups but not among them. Returns its waiting manifest.

    Nobody's writing is held up: the copy is what one reading transaction sees.
    """
    place = Path(to) if to else files.folder()
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as why:
        raise Unavailable("不能建立备份文件夹 {folder}：{why}", folder=place, why=why) from why
    tidy(place)
    remove_leftovers(files.books_file().resolve().parent)
    _has_room(place)
    now = clock.now()
    # Two programs may back up in the same second; the token keeps them from writing over each other.
    name = f"{now:%Y%m%d-%H%M%S}-{reason}-{secrets.token_hex(2)}"
    temporary = place / f"{PREFIX}{secrets.token_hex(4)}.db"
    try:
        source = files.connect(files.books_file(), writes=True)
        try:
            source.execute("BEGIN")
            sums, head = proof.totals(source), proof.head(source)
            schema = int(files.one(source, "PRAGMA user_version"))
            epoch = int(files.one(source, "SELECT epoch FROM shop_info WHERE id = 1"))
            files.copy(source, temporary)
        finally:
            source.close()
        file = place / f"{name}.db"
        taken = now.isoformat(timespec="seconds")
        made = Backup(file, taken, clock.today(), reason, shop_name, schema, "", sums, head, epoch)
        os.replace(temporary, file.with_suffix(_PENDING))
        waiting = file.with_suffix(manifest.WAITING)
        manifest.write(made, waiting)
    except (OSError, apsw.Error) as why:
        raise Unavailable("备份没有写成：{why}。账册没有改动，原有的备份都在。", why=why) from why
    finally:
        files.remove(temporary)
    return waiting


def settle_one(waiting: Path) -> Backup:
    """The slow half: flushes, opens and compares the copy; only then it gets its name. A bad one is removed."""
    made = manifest.read(waiting)
    pending = waiting.with_suffix(_PENDING)
    try:
        if made is None or not pending.exists():
            raise Unavailable("备份副本没有通过检查，没有采用。原有的备份都在。")
        files.flush(pending)
        proof.copied(pending, made.sums, made.head)
        made = replace(made, sha256=files.sha256(pending))
        manifest.write(made)
        os.replace(pending, made.file)
        keys.carry(files.books_file(), made.file.parent)
        files.flush_folder(made.file.parent)
    except (OSError, apsw.Error) as why:
        raise Unavailable("备份没有写成：{why}。账册没有改动，原有的备份都在。", why=why) from why
    finally:
        with suppress(OSError):
            waiting.unlink(missing_ok=True)
            if pending.exists():
                files.remove(pending)
    return made


def settle(place: Path | None = None) -> list[Backup]:
    """Proves the copies that a closing program left behind. Bad ones go; the books themselves are not touched."""
    done = []
    for waiting in sorted((place or files.folder()).glob("*" + manifest.WAITING)):
        with suppress(ShopError):
            done.append(settle_one(waiting))
    return done


def tidy(place: Path) -> None:
    """Removes what a killed program left behind: half copies, and manifests whose backup is gone."""
    remove_leftovers(place)
    for pending in place.glob("*" + _PENDING):
        if not pending.with_suffix(manifest.WAITING).exists():
            remove_leftovers(place, pending.name)
    for path in place.glob("[0-9]*" + manifest.ENDING):
        if not path.with_suffix(".db").exists() and not path.with_suffix(_PENDING).exists():
            remove_leftovers(place, path.name)


def _has_room(place: Path) -> None:
    """A disk that is nearly full is not filled up by the copy that was to save it."""
    try:
        free, need = shutil.disk_usage(place).free, files.books_file().stat().st_size * _ROOM
    except OSError:
        return
    if free < need:
        raise Unavailable(
            "磁盘空间不够放下备份（还剩 {free} MB，需要 {need} MB）。账册没有改动，原有的备份都在。",
            free=free // 2**20,
            need=int(need) // 2**20 + 1,
        )


def unfinished(place: Path | None = None) -> bool:
    """Whether a copy waits for its proof."""
    return database.sqlite_path() is not None and any((place or files.folder()).glob("*" + manifest.WAITING))
