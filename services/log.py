"""The log of our own mistakes: where in the code, never what stands in the books (spec 09, 30)."""

from __future__ import annotations

import traceback
from datetime import datetime
from pathlib import Path

from services.clock import SystemClock
from services.settings import data_folder

_LARGEST = 1_000_000


def bug(error: BaseException) -> Path:
    """Writes kind and place of an unexpected error; no values, so that no name or number gets into a report."""
    path = data_folder() / "shuke.log"
    lines = [f"{_now().isoformat(timespec='seconds')} {type(error).__module__}.{type(error).__name__}"]
    for frame in traceback.extract_tb(error.__traceback__)[-12:]:
        lines.append(f"    {Path(frame.filename).name}:{frame.lineno} {frame.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > _LARGEST:
            path.replace(path.with_suffix(".old.log"))
        with open(path, "a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    except OSError:
        pass
    return path


def _now() -> datetime:
    return SystemClock().now()
