"""Another file takes the place of the books: copied, proven, switched in one step, and the former one wiped only then.

Killed at any moment, the place holds the old books or the new ones, whole; the next start tidies up (`finish`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from models import cipher, database
from services import backup_files as files
from services.errors import Refused, Unavailable
from services.files import PREFIX

_PIECE = 1 << 20
_PATIENCE = 3_000
"""Milliseconds in which other programs may close the books."""


def former_of(path: Path) -> Path:
    """Where the books lie that were replaced, until their successor is proven."""
    return Path(f"{path}.former")


def temporary_of(path: Path) -> Path:
    return path.with_name(f"{PREFIX}{path.stem}-switch.db")


@contextmanager
def held(path: Path) -> Iterator[apsw.Connection]:
    """The books for this program alone: everything is in the one file, and nobody else can open it meanwhile.

    Raises Refused when another window or program has them open.
    """
    database.close()
    connection = cipher.opened(path, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_URI)
    try:
        connection.set_busy_timeout(_PATIENCE)
        try:
            alone = connection.pragma("journal_mode", "delete") == "delete"
            if alone:
                connection.pragma("locking_mode", "exclusive")
                connection.execute("BEGIN EXCLUSIVE; COMMIT")
        except apsw.BusyError:
            alone = False
        if not alone:
            raise Refused("账册还在另一个窗口或程序里打开着，没有改动。请先关掉它们，再做一次。")
        yield connection
    finally:
        connection.close()


def copied(source: apsw.Connection, target: Path, key: bytes | None) -> None:
    """A copy of the held books under another key (None: not encrypted), proven to hold the same.

    Raises Unavailable with nothing changed.
    """
    from services import backup_proof as proof  # not needed by the start, which only looks for leftovers

    files.remove(target)
    try:
        source.execute("VACUUM INTO ?", (cipher.vacuum_target(target, key),))
        proof.copied(target, proof.totals(source), proof.head(source))
        if cipher.needed(target) != (cipher.id_of(key) if key else ""):
            raise Unavailable("副本没有按要求加密，没有采用。账册没有改动。")
    except (OSError, apsw.Error) as why:
        raise Unavailable("副本没有写成：{why}。账册没有改动。", why=why) from why


def under_key_of(books: Path, source: Path, target: Path) -> None:
    """A copy of a backup that is encrypted exactly as the books are whose place it takes: a restore changes no keys.

    Raises OSError or apsw.Error.
    """
    wanted = cipher.needed(books)
    if wanted == cipher.needed(source) or (wanted and not cipher.has(wanted)):
        shutil.copyfile(source, target)
        return
    connection = cipher.opened(source, apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
    try:
        connection.execute("VACUUM INTO ?", (cipher.vacuum_target(target, cipher.key(wanted)),))
    finally:
        connection.close()


def switch(path: Path, new: Path) -> Path:
    """Puts `new` in the place of `path` in one step. Returns where the former file waits for `wipe`."""
    former = former_of(path)
    with suppress(OSError):
        former.unlink(missing_ok=True)
    if os.name == "nt":
        os.replace(path, former)
    else:
        _keep(path, former)
    files.flush_folder(path.resolve().parent)
    os.replace(new, path)
    files.flush_folder(path.resolve().parent)
    return former


def _keep(path: Path, former: Path) -> None:
    """A second name for the same file; on sticks without such names a copy."""
    try:
        os.link(path, former)
    except OSError:
        temporary = temporary_of(former)
        shutil.copyfile(path, temporary)
        files.flush(temporary)
        os.replace(temporary, former)


def wipe(file: Path) -> None:
    """Overwrites a file and removes it. What an SSD or a file system keeps elsewhere is out of a program's reach."""
    try:
        with open(file, "rb+") as stream:
            left = os.fstat(stream.fileno()).st_size
            while left > 0:
                left -= stream.write(bytes(min(_PIECE, left)))
            stream.flush()
            os.fsync(stream.fileno())
        file.unlink()
    except FileNotFoundError:
        return
    except OSError as why:
        raise Unavailable("以前的文件 {file} 没有删掉：{why}。请手工删除。", file=file, why=why) from why


def take_back(path: Path) -> None:
    """Before a start: a switch that was killed half-way on Windows left no books in their place."""
    former = former_of(path)
    if not path.exists() and former.exists():
        os.replace(former, path)


def finish(path: Path) -> bool:
    """After a start: the books are open and sound, so what a killed switch left behind can go. Says whether it did."""
    former = former_of(path)
    if not former.exists():
        return False
    if path.samefile(former):
        former.unlink()
    elif database.value_of("PRAGMA quick_check(1)") == "ok":
        with suppress(Unavailable):
            wipe(former)
    files.remove(temporary_of(path))
    return True
