"""What the database or the disk says, as a sentence with what to do. Anything unknown stays a bug."""

from __future__ import annotations

from services.errors import Refused, ShopError, Unavailable
from services.words import N_

_SIGNS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("fullerror", "disk is full", "no space left"),
        N_("磁盘已满，这一步没有保存，以前的资料都在。请清出一些空间再试。"),
    ),
    (
        ("readonly", "read-only", "attempt to write"),
        N_("账册是只读的，这一步没有保存。请检查文件和文件夹的写入权限。"),
    ),
    (
        ("busyerror", "lockederror", "is locked"),
        N_("账册正被另一个程序占用，这一步没有保存。请稍等片刻再试。"),
    ),
    (
        ("notadb", "not a database", "corrupt", "malformed"),
        N_("账册文件已损坏，没有再写入。请用“restore”恢复最近的备份，原文件会保留。"),
    ),
    (("cantopen", "unable to open"), N_("账册打不开。请检查文件是否存在、文件夹能否写入。")),
    (
        ("permission", "operation not permitted"),
        N_("没有权限改动文件，或文件正被别的程序占用，这一步没有保存。请检查文件夹的权限，再试一次。"),
    ),
    (
        ("ioerror", "disk i/o", "input/output error"),
        N_("磁盘读写出错，这一步没有保存。请尽快把备份复制到另一块磁盘，再检查硬盘。"),
    ),
    (
        ("driver not found", "driver not installed"),
        N_("这台电脑还没有装 PostgreSQL 的驱动。请在程序的文件夹里运行一次“python3 run.py postgres”，再试。"),
    ),
    (
        ("connection", "server closed", "could not connect"),
        N_("连不上数据库服务器，这一步没有保存。请检查网络和服务器，再试一次。"),
    ),
)

_NO_MEMORY = ("cannot allocate memory", "failed to map segment", "can't start new thread")


def explain(error: BaseException) -> ShopError | None:
    """A sentence for a fault of disk, lock, file or server; the error itself when it already is one; None for a bug."""
    if isinstance(error, ShopError):
        return error
    if _starved(error):
        return Unavailable("内存不足，这一步没有保存。请关掉别的程序再试。")
    if isinstance(error, OverflowError):
        return Refused("有一个数字太大了，这一步没有做。请核对后再试。")
    seen: BaseException | None = error
    while seen is not None:
        name = type(seen).__name__.lower()
        module = type(seen).__module__.split(".")[0]
        if module in ("peewee", "apsw", "psycopg", "sqlite3") or isinstance(seen, OSError):
            text = f"{name} {seen}".lower()
            for signs, sentence in _SIGNS:
                if any(sign in text for sign in signs):
                    return _viewing() or Unavailable(sentence)
        seen = seen.__cause__ or seen.__context__
    return None


def _starved(error: BaseException | None) -> bool:
    """Whether memory ran out: in Python, in SQLite, for a thread or process, or for a library to be loaded."""
    while error is not None:
        if isinstance(error, MemoryError) or type(error).__name__ == "NoMemError":
            return True
        text = str(error).lower()
        if isinstance(error, (OSError, ImportError, RuntimeError)) and any(
            sign in text for sign in _NO_MEMORY
        ):
            return True
        error = error.__cause__ or error.__context__
    return False


def _viewing() -> ShopError | None:
    """Where the books can only be looked at, every write fails for one and the same reason."""
    from models import database

    reason = database.viewing()
    return Refused(VIEW_WORDS[reason]) if reason else None


VIEW_WORDS = {
    "full": N_(
        "磁盘已满，现在只能查看，这一步没有保存。以前的资料都在；清出空间后重新打开熟客就能继续登记。"
    ),
    "place": N_(
        "账册在只读的地方，现在只能查看，这一步没有保存。要继续登记，请让文件和文件夹可以写入，再重新打开。"
    ),
}
"""By the reason of `database.viewing()`."""
