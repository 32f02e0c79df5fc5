"""The log of this PC: where in the code something went wrong, never what stands in the books (spec 09, 30)."""

from __future__ import annotations

import logging
import platform
import traceback
from pathlib import Path

from services.settings import data_folder

LOGGER = logging.getLogger("shuke")
LARGEST = 1_000_000
"""Bytes after which the log begins anew; one older file is kept."""
_FRAMES = 12


def file() -> Path:
    return data_folder() / "shuke.log"


class _ToFile(logging.Handler):
    """Appends each line and closes the file again: lines are rare, and no disk means no log, not an error."""

    def emit(self, record: logging.LogRecord) -> None:
        path = file()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and path.stat().st_size > LARGEST:
                path.replace(path.with_suffix(".old.log"))
            with open(path, "a", encoding="utf-8", errors="replace") as log:
                log.write(self.format(record) + "\n")
        except OSError:
            pass


def begin() -> None:
    """From now on warnings and errors go to the log."""
    if LOGGER.handlers:
        return
    LOGGER.propagate = False
    writer = _ToFile()
    writer.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    LOGGER.addHandler(writer)


def report(error: BaseException) -> str:
    """Program, system, kind and place of an error, to be copied: no values, so that no name or number gets into it."""
    head = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    lines = [head, f"{type(error).__module__}.{type(error).__name__}"]
    for frame in traceback.extract_tb(error.__traceback__)[-_FRAMES:]:
        lines.append(f"    {'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}")
    return "\n".join(lines)


def bug(error: BaseException) -> Path:
    """Writes down our mistake. Returns the log's place, also when it could not be written."""
    begin()
    LOGGER.error("%s", report(error))
    return file()
