"""A reserve of 32 MiB beside the books, if wished: given up when the disk is full, so that the day's work can end well."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from models import database
from services import settings
from services.errors import Unavailable

SIZE = 32 * 1024 * 1024
_PIECE = 1 << 20
_PLENTY = 40 * SIZE
"""Only where there is so much room is a reserve laid in."""


def file_of(path: Path) -> Path:
    return Path(f"{path}.reserve")


def keep(url: str | None = None) -> bool:
    """Lays the reserve in where this PC wants one and has room. Says whether it lies there now."""
    path = database.sqlite_path(url)
    if path is None or not settings.load().ballast:
        return False
    reserve = file_of(path)
    if reserve.exists() and reserve.stat().st_size >= SIZE:
        return True
    if shutil.disk_usage(path.resolve().parent).free < _PLENTY:
        return False
    try:
        with open(reserve, "wb") as stream:
            for _piece in range(SIZE // _PIECE):
                # Random bytes: some file systems store zeros as nothing.
                stream.write(os.urandom(_PIECE))
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        with suppress(OSError):
            reserve.unlink(missing_ok=True)
        return False
    return True


def there(url: str | None = None) -> bool:
    path = database.sqlite_path(url)
    return path is not None and file_of(path).exists()


def give_up(url: str | None = None) -> None:
    """Frees the reserve. Raises Unavailable."""
    path = database.sqlite_path(url)
    if path is None:
        return
    try:
        file_of(path).unlink(missing_ok=True)
    except OSError as why:
        raise Unavailable("备用空间没有腾出来：{why}。", why=why) from why
