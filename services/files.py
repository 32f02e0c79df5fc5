"""Files for people: written beside the target, flushed, then moved into place (spec 08)."""

from __future__ import annotations

import os
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from services.errors import Unavailable
from services.words import _

PREFIX = ".shuke-tmp-"
_WAITS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.0)
"""Seconds to wait while Excel or a virus scanner holds the target (spec 09, 27)."""


_STILL_WRITING = 900
"""Seconds without a write after which a temporary file has been forgotten."""

_elsewhere: deque[tuple[Path, Path]] = deque(maxlen=20)


@contextmanager
def replacing(target: Path | str, *, exact: bool = False) -> Iterator[Path]:
    """Yields a temporary path beside `target`; on leaving it is flushed to disk and moved over `target`.

    A target that another program keeps holding stays as it is, and the file gets a second name beside it, which
    `elsewhere` tells; with `exact` (the program's own files, or a name that is kept in the books) that is refused.
    On any exception the temporary file is removed and the old target is untouched.
    Raises Unavailable when the folder is missing, full or not writable.
    """
    target = Path(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(target.parent)
        handle, name = tempfile.mkstemp(prefix=PREFIX, suffix=target.suffix, dir=target.parent)
    except OSError as why:
        raise Unavailable(
            "无法写入文件夹 {folder}：{why}。请换一个文件夹再试。", folder=target.parent, why=why
        ) from why
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with open(temporary, "rb+") as written:
            os.fsync(written.fileno())
        _move(temporary, target, exact)
    except OSError as why:
        raise Unavailable("文件 {file} 没有写成：{why}。原来的文件没有改动。", file=target, why=why) from why
    finally:
        temporary.unlink(missing_ok=True)


def _move(temporary: Path, target: Path, exact: bool) -> None:
    for wait in (*_WAITS, None):
        try:
            os.replace(temporary, target)
            break
        except PermissionError:
            if wait is not None:
                time.sleep(wait)
                continue
            if exact or not target.is_file():
                raise
            other = _second_name(target)
            os.replace(temporary, other)
            _elsewhere.append((target, other))
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(target.parent, os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _second_name(target: Path) -> Path:
    """`list(2).xlsx` for `list.xlsx`, or the next number that is free."""
    number = 2
    while (other := target.with_name(f"{target.stem}({number}){target.suffix}")).exists():
        number += 1
    return other


def elsewhere() -> list[str]:
    """A sentence for each file that got a second name since the last time this was asked."""
    said = []
    while _elsewhere:
        target, other = _elsewhere.popleft()
        words = _("“{file}”正被别的程序打开着（例如 Excel），这次存成了“{other}”。")
        said.append(words.format(file=target.name, other=other.name))
    return said


def remove_leftovers(folder: Path, pattern: str = PREFIX + "*") -> int:
    """Removes temporary files (or those of `pattern`) that a killed run left in `folder`. Returns how many.

    Young ones stay: another program may be writing them at this moment.
    """
    from services.clock import SystemClock

    now, removed = SystemClock().now().timestamp(), 0
    for path in folder.glob(pattern):
        # Held open by another program (Windows), or gone already.
        with suppress(OSError):
            if now - path.stat().st_mtime > _STILL_WRITING:
                path.unlink()
                removed += 1
    return removed
