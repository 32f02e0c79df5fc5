"""What the window says at its top until it is mended: looking only, a damaged file, a cloud folder, little room."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from models import cipher, database
from services import ballast, faults, place
from services.clock import SystemClock
from services.words import N_, _


@dataclass(frozen=True)
class Notice:
    """`kind`: view_full, view_place, damaged, cloud, space, clock. `ways`: what can be done at once: reserve, again, restore, move."""

    kind: str
    text: str
    ways: tuple[str, ...] = ()


_SHORT = {
    "full": N_("磁盘已满，现在只能查看，不能登记。请清出空间，再点“再试一次”。"),
    "place": N_("账册在只读的地方，现在只能查看，不能登记。"),
}
assert set(_SHORT) == set(faults.VIEW_WORDS)

_APART = 2
"""Minutes between two clocks that nobody needs to know of."""


def look(url: str) -> tuple[Notice, ...]:
    """The worst first. Takes about a second in books of 100 MB: the file is checked page by page."""
    path = database.sqlite_path(url)
    if path is None:
        return _clocks()
    found = []
    reason = database.viewing()
    if reason:
        reserve = ("reserve",) if reason == "full" and ballast.there(url) else ()
        found.append(Notice(f"view_{reason}", _(_SHORT[reason]), (*reserve, "again")))
    if not sound():
        text = _("账册文件有损坏。请马上恢复最近的备份；损坏的文件会留着。")
        found.append(Notice("damaged", text, ("restore",)))
    cloud = place.cloud_folder(path.resolve())
    if cloud:
        text = _("账册在云盘同步文件夹“{name}”里，同步可能损坏账册。").format(name=cloud)
        found.append(Notice("cloud", text, ("move",) if not reason else ()))
    if not reason and "space" in place.warning_codes(path):
        free = shutil.disk_usage(path.parent).free // 2**20
        found.append(Notice("space", _("磁盘只剩 {free} MB，请尽快清理。").format(free=free)))
    return tuple(found)


def _clocks() -> tuple[Notice, ...]:
    """This PC's clock beside the server's: what several counters write is read in one order (spec 09, 76)."""
    there = float(database.value_of("SELECT EXTRACT(EPOCH FROM clock_timestamp())"))
    minutes = round(abs(SystemClock().now().timestamp() - there) / 60)
    if minutes <= _APART:
        return ()
    text = _("这台电脑的时间和服务器差 {n} 分钟，请校正这台电脑的时间。").format(n=minutes)
    return (Notice("clock", text),)


def sound() -> bool:
    """Whether every page of the open file is as it should be. Encrypted pages are checked against their seals."""
    from apsw import Error

    try:
        return _quick_check() == "ok"
    except Exception as why:
        cause: BaseException | None = why
        while cause is not None:
            if isinstance(cause, Error) and type(cause).__name__ in ("CorruptError", "NotADBError"):
                return False
            cause = cause.__cause__ or cause.__context__
        raise


def _quick_check() -> str:
    path = database.sqlite_path()
    if path is None or database.viewing():
        return str(database.value_of("PRAGMA quick_check(1)"))
    from apsw import SQLITE_OPEN_READONLY

    # A connection of its own: the pages that are looked at once would stay in the memory of one that works on.
    connection = cipher.opened(path, SQLITE_OPEN_READONLY)
    try:
        connection.set_busy_timeout(10_000)
        connection.execute("PRAGMA cache_size = -1000")
        return str(next(connection.execute("PRAGMA quick_check(1)"))[0])
    finally:
        connection.close()
