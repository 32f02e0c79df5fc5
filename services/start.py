"""Opening the books: place, version, migration after a proven backup (spec 08, "Start-up checks")."""

from __future__ import annotations

from pathlib import Path

from models import database, migrations
from services import place
from services.errors import Unavailable
from services.faults import explain


def open_books(url: str) -> None:
    """Connects this process to existing books and brings their tables up to date.

    Raises Unavailable with what to do; never creates, empties or overwrites anything.
    """
    path = database.sqlite_path(url)
    if path is not None:
        from services import keys, log_proof, switching

        switching.take_back(path)
        _look(path)
        keys.need(path)
        log_proof.check(path)
    try:
        if path is not None and database.mark_of(path) != database.APPLICATION_ID:
            raise Unavailable("{file} 不是熟客的账册。没有改动它。", file=path)
        database.use(url)
        database.database.connect(reuse_if_open=True)
        _check_books(path)
        if path is not None:
            switching.finish(path)
    except Unavailable:
        database.close()
        raise
    except database.Broken as why:
        database.close()
        raise Unavailable(
            "账册的安全设置没有生效（{detail}），为了不丢数据没有打开。", detail=why.detail
        ) from why
    except Exception as why:
        database.close()
        sentence = explain(why)
        if sentence is None:
            raise
        raise sentence from why


def _look(path: Path) -> None:
    if path.is_dir():
        raise Unavailable("{file} 是文件夹，不是账册文件。", file=path)
    if not path.exists():
        raise Unavailable("没有找到账册 {file}。请检查路径；要新开一家店，请运行“init”。", file=path)
    if place.on_network(path):
        raise Unavailable(
            "账册 {file} 在网络共享上，几台电脑同时写会损坏它，所以没有打开。请移到本机磁盘；多台电脑共用请改用 PostgreSQL。",
            file=path,
        )
    if path.stat().st_size == 0:
        raise Unavailable("账册 {file} 是空的（0 字节），可能还没有从云盘下载完。没有改动它。", file=path)


def _check_books(path: Path | None) -> None:
    has, knows = migrations.applied(), migrations.newest()
    if has > knows:
        raise Unavailable(
            "这个账册是更新版本的程序建立的（账册版本 {has}，本程序 {knows}）。请升级程序；账册没有改动。",
            has=has,
            knows=knows,
        )
    if has == 0:
        raise Unavailable("这个账册还没有建好。请先运行“init”，或在窗口里走完开店向导。")
    if has < knows:
        from services import backup, upgrade

        backup.before_migration(path, has)
        upgrade.run()
    database.check_settings()


def close_books() -> None:
    """Closes this thread's connection; each worker thread of the window does so as it ends."""
    database.close()


def schema() -> int:
    """The schema number of the open books."""
    return migrations.applied()
