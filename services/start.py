"""Opening the books: place, version, migration after a proven backup (spec 08, "Start-up checks")."""

from __future__ import annotations

from pathlib import Path

from models import cipher, database, migrations
from services import place
from services.errors import NotOpened, Unavailable
from services.faults import explain
from services.words import N_


def open_books(url: str) -> None:
    """Connects this process to existing books and brings their tables up to date.

    Raises NotOpened with what to do; never creates, empties or overwrites anything. Where nothing can be written
    (read-only place, full disk) the books are opened to be looked at only: `viewing`.
    """
    path = database.sqlite_path(url)
    view = ""
    if path is not None:
        from services import keys, log_proof, switching

        switching.take_back(path)
        _look(path)
        keys.need(path)
        view = place.view_only(path)
        if not view:
            log_proof.check(path)
    try:
        if path is not None and not view and database.mark_of(path) != database.APPLICATION_ID:
            raise _strange(path)
        database.use(url if path is not None else _with_password(url), view=view)
        database.database.connect(reuse_if_open=True)
        if view and database.value_of("PRAGMA application_id") != database.APPLICATION_ID:
            raise _strange(Path(str(path)))
        _check_books(path, view)
        if path is not None and not view:
            switching.finish(path)
    except Unavailable:
        database.close()
        raise
    except database.Broken as why:
        database.close()
        raise NotOpened(
            "settings", N_("账册的安全设置没有生效（{detail}），为了不丢数据没有打开。"), detail=why.detail
        ) from why
    except Exception as why:
        database.close()
        sentence = explain(why)
        if sentence is None:
            raise
        raise NotOpened(_kind(why), sentence.text, **sentence.facts) from why


def _with_password(url: str) -> str:
    from services.transfer import passwords

    return passwords.filled(url)


_KINDS = {
    "NotADBError": "damaged",
    "CorruptError": "damaged",
    "BusyError": "locked",
    "LockedError": "locked",
    "CantOpenError": "cant_open",
}


def _kind(why: BaseException | None) -> str:
    """Which screen an error of SQLite leads to."""
    while why is not None:
        for name in (type(why).__name__, *str(why).split(":")[:1]):
            if name in _KINDS:
                return _KINDS[name]
        why = why.__cause__ or why.__context__
    return "other"


def viewing() -> str:
    """Why the open books can only be looked at: `place`, `full`, or empty (they can be written)."""
    return database.viewing()


def _look(path: Path) -> None:
    if path.is_dir():
        raise NotOpened("foreign", N_("{file} 是文件夹，不是账册文件。"), file=path)
    if not path.exists():
        raise NotOpened(
            "missing", N_("没有找到账册 {file}。请检查路径；要新开一家店，请运行“init”。"), file=path
        )
    if place.on_network(path):
        raise NotOpened(
            "network",
            N_(
                "账册 {file} 在网络共享上，几台电脑同时写会损坏它，所以没有打开。请移到本机磁盘；多台电脑共用请改用 PostgreSQL。"
            ),
            file=path,
        )
    if path.stat().st_size == 0:
        raise NotOpened(
            "empty", N_("账册 {file} 是空的（0 字节），可能还没有从云盘下载完。没有改动它。"), file=path
        )
    if not cipher.needed(path) and not cipher.is_plain(path):
        raise NotOpened(
            "damaged",
            N_(
                "{file} 的开头不是账册：可能选错了文件，可能还没有从云盘下载完，也可能文件已损坏。没有改动它。"
            ),
            file=path,
        )


def _strange(path: Path) -> NotOpened:
    return NotOpened("foreign", N_("{file} 不是熟客的账册。没有改动它。"), file=path)


def _check_books(path: Path | None, view: str) -> None:
    has, knows = migrations.applied(), migrations.newest()
    if has > knows:
        raise NotOpened(
            "newer",
            N_(
                "这个账册是更新版本的程序建立的（账册版本 {has}，本程序 {knows}）。请升级程序；账册没有改动。"
            ),
            has=has,
            knows=knows,
        )
    if has == 0:
        raise NotOpened("unfinished", N_("这个账册还没有建好。请先运行“init”，或在窗口里走完开店向导。"))
    if has < knows and view:
        raise NotOpened(
            "view_old",
            N_("账册要先升级才能打开，但这里不能写入。请清出空间，或把账册放到可以写入的地方，再打开一次。"),
        )
    if has < knows:
        from services import backup, upgrade

        backup.before_migration(path, has)
        upgrade.run()
    if not view:
        database.check_settings()


def close_books() -> None:
    """Closes this thread's connection; each worker thread of the window does so as it ends."""
    database.close()


def schema() -> int:
    """The schema number of the open books."""
    return migrations.applied()
