"""Moving the books out of a cloud folder or off a network share: copied, proven, remembered, and only then the old ones go."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import apsw

from models import cipher, database
from services import backup_files as files
from services import backup_proof as proof
from services import journal, keys, place, settings, switching
from services.errors import NotAllowed, Refused, ShopError, Unavailable
from services.files import PREFIX
from services.rights import Right, require
from services.shop import Shop, open_shop
from services.words import _


def suggested(url: str) -> Path:
    """Where they would go: the ordinary place of this account, over no other books."""
    path = database.sqlite_path(url)
    folder, name = settings.data_folder(), path.stem if path is not None else "shop"
    number, target = 2, folder / f"{name}.db"
    while target.exists() and not _leftover(path, target):
        target, number = folder / f"{name}{number}.db", number + 1
    return target


def move(shop: Shop | None, url: str, target: Path | None = None) -> Path:
    """Moves the books to `target` (default: `suggested`) and remembers that as this PC's books. Returns the new place.

    Books that can be opened are moved by the owner alone. On a network share they are not opened, so nobody can sign in
    there: `shop` is None, and whoever is at the PC moves what they could copy anyway; the journal says so afterwards.
    The caller closed everything and opens the new place afterwards. Killed at any moment, the place that is remembered
    holds whole books. Raises Refused or Unavailable with the old ones where they are.
    """
    if shop is not None:
        require(shop, Right.ENCRYPT)
    path = database.sqlite_path(url)
    if path is None:
        raise Refused("PostgreSQL 上的账册请用数据库服务器自己的工具备份（例如 pg_dump）。")
    if shop is None and not place.on_network(path):
        raise NotAllowed("请先登录，再{act}。命令行请在命令前加上“--user 姓名”。", act=_("搬账册"))
    target = target or suggested(url)
    if place.on_network(target) or place.cloud_folder(target.resolve()):
        raise Refused("{folder} 也在网络共享或云盘里，请换一个这台电脑上的文件夹。", folder=target.parent)
    if target.exists() and not _leftover(path, target):
        raise Refused("{file} 已经存在，没有改动它。请换一个文件名，或直接打开它。", file=target)
    keys.need(path)
    temporary = target.with_name(f"{PREFIX}{target.stem}-move.db")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        files.remove(temporary)
        if place.on_network(path):
            _fetched(path, temporary)
        else:
            with switching.held(path) as source:
                switching.copied(source, temporary, cipher.key(cipher.needed(path)))
        files.flush(temporary)
        keys.carry(path, target.parent)
        files.remove(target)
        os.replace(temporary, target)
        files.flush_folder(target.parent)
    except (OSError, apsw.Error) as why:
        raise Unavailable("没有搬成：{why}。账册还在原来的地方。", why=why) from why
    finally:
        with suppress(OSError):
            files.remove(temporary)
    now = "sqlite:///" + target.resolve().as_posix()
    settings.save(settings.load().changed(books_url=now, moved_from=str(path)))
    # Moved they are. Should the new place not open now, its next start says why, and the day's opening goes on here.
    with suppress(ShopError):
        new = open_shop(now, shop.clock if shop is not None else None)
        finish(replace(new, actor=shop.actor if shop is not None else None))
    database.close()
    return target


def finish(shop: Shop) -> None:
    """With the new place open: the journal says where the books came from, and the old file goes.

    The move does it, and the day's opening where the move was killed before; only then it may be noted twice.
    """
    kept = settings.load()
    target = database.sqlite_path(shop.url)
    if not kept.moved_from or target is None or database.sqlite_path(kept.books_url) != target:
        return
    path = Path(kept.moved_from)
    with database.database.atomic():
        journal.note(shop, "books.moved", "shop", 1, body={"from": str(path), "to": str(target)})
    _wiped(path, target)


def _wiped(path: Path, target: Path) -> None:
    """Wipes the old books when the new ones hold all that they hold."""
    if path.exists() and path.resolve() != target.resolve():
        if not _half_wiped(path) and not _leftover(target, path):
            return
        with suppress(Unavailable):
            switching.wipe(path)
        for ending in ("-wal", "-shm"):
            with suppress(OSError):
                Path(f"{path}{ending}").unlink(missing_ok=True)
    settings.save(settings.load().changed(moved_from=""))


def _leftover(books: Path | None, other: Path) -> bool:
    """Whether `other` is an earlier copy of these books: the same shop, and its journal's end stands in theirs."""
    if books is None:
        return False
    try:
        with files.opened(other) as old, files.opened(books) as new:
            secret = "SELECT secret FROM shop_info"
            number, link = proof.head(old).split(":")
            found = new.execute("SELECT hash FROM journal_entry WHERE id = ?", (int(number),)).fetchall()
            return bool(files.one(old, secret) == files.one(new, secret) and found and found[0][0] == link)
    except apsw.Error:
        return False


def _half_wiped(path: Path) -> bool:
    """A wipe that was killed overwrote the beginning first: no books begin with nothing."""
    with suppress(OSError), open(path, "rb") as file:
        return file.read(16) == bytes(16)
    return False


def _fetched(path: Path, target: Path) -> None:
    """Off a share, where no lock holds: file and log are copied, and SQLite puts them together here."""
    log = Path(f"{path}-wal")
    shutil.copyfile(path, target)
    if log.exists():
        shutil.copyfile(log, f"{target}-wal")
    connection = cipher.opened(target)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()
        sums, end = proof.totals(connection), proof.head(connection)
    finally:
        connection.close()
    proof.copied(target, sums, end)
