"""What the owner has marked and not signed yet, kept on this PC until the signature or until the plan changes.

Marks decide nothing, so they are no rows of the books: they lie beside this PC's settings, one set for each owner and
plan, with the version of every line as the owner saw it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from services import settings
from services.errors import Unavailable
from services.files import replacing
from services.rights import Right, require
from services.shop import Shop

_FILE = "approval-marks.json"


@dataclass(frozen=True)
class Mark:
    """A yes (no reason) or a return with its reason; `version`: of the line as it was looked at."""

    version: int
    reason: str = ""


@dataclass(frozen=True)
class Sitting:
    """Marks as they were left, and the day."""

    marks: dict[int, Mark]
    day: date | None = None


def keep_marks(shop: Shop, month: str, occasion: str, marks: Mapping[int, Mark]) -> None:
    """Keeps the marks of this owner on that plan; none: nothing is kept any more. Raises Unavailable."""
    require(shop, Right.APPROVE)
    every = _read()
    mine = every.setdefault(_whose(shop), {})
    key = f"{month}/{occasion}"
    if marks:
        lines = {str(number): [mark.version, mark.reason] for number, mark in marks.items()}
        mine[key] = {"day": shop.today().isoformat(), "lines": lines}
    elif mine.pop(key, None) is None:
        return
    if not mine:
        del every[_whose(shop)]
    try:
        with replacing(_path(), exact=True) as path:
            path.write_text(json.dumps(every, ensure_ascii=False), "utf-8")
    except OSError as why:
        raise Unavailable("还没有签字的批准没有存下：{why}。", why=why) from why


def kept_marks(shop: Shop, month: str, occasion: str) -> Sitting:
    """What this owner left unsigned on that plan. A missing or damaged file is an empty one."""
    found = _read().get(_whose(shop), {}).get(f"{month}/{occasion}", {})
    try:
        lines = found.get("lines", {}).items()
        marks = {int(number): Mark(int(version), str(reason)) for number, (version, reason) in lines}
        return Sitting(marks, date.fromisoformat(found["day"]) if marks else None)
    except (AttributeError, KeyError, TypeError, ValueError):
        return Sitting({})


def _whose(shop: Shop) -> str:
    """These books and this person, without naming either."""
    from services.gifts_sheet import sheet_key

    return hashlib.sha256(sheet_key() + f"/{shop.who}".encode()).hexdigest()[:24]


def _path() -> Path:
    return settings.config_folder() / _FILE


def _read() -> dict[str, Any]:
    try:
        found = json.loads(_path().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
