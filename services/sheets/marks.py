"""The hidden mark of a sheet's line: its id, proven by a keyed checksum, and a second one over the printed cells."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

SHEET = "SHUKE-SHEET-1"
END = "SHUKE-END"
_LENGTH = 16
"""Hex digits kept of each checksum: 64 bits."""
_LINE = re.compile(r"^(\d{1,18})\.(\d{1,18})\.(\d{1,9})\.([0-9a-f]{16})\.([0-9a-f]{16})$")
_HEAD = re.compile(rf"^{SHEET}\|(\d{{1,18}})\|(\d{{1,9}})\|([0-9a-f]{{16}})$")
PROTECTED = ("card_no", "name", "occasion", "gift_class")
"""The cells that the second checksum covers: the rule book's columns that the plan decides."""


@dataclass(frozen=True)
class Mark:
    """A mark taken apart."""

    plan_id: int
    line_id: int
    edition: int
    genuine: bool
    """The id is ours."""
    intact: bool
    """The protected cells stand as they were printed."""


def plain(text: str) -> str:
    """A cell without what programs change on their own: spaces around, full-width forms."""
    return unicodedata.normalize("NFKC", text).strip()


def _checksum(key: bytes, *parts: object) -> str:
    text = "\x1f".join(str(part) for part in parts)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:_LENGTH]


def head(key: bytes, plan_id: int, edition: int) -> str:
    """The mark in the header row."""
    return f"{SHEET}|{plan_id}|{edition}|{_checksum(key, SHEET, plan_id, edition)}"


def read_head(key: bytes, text: str) -> tuple[int, int, bool] | None:
    """(plan, edition, genuine), or None when it is no head at all."""
    found = _HEAD.match(text.strip())
    if not found:
        return None
    plan_id, edition = int(found[1]), int(found[2])
    return plan_id, edition, hmac.compare_digest(found[3], _checksum(key, SHEET, plan_id, edition))


def line(key: bytes, plan_id: int, line_id: int, edition: int, cells: Sequence[str]) -> str:
    """The mark of one line; `cells` are the protected ones as printed, in the order of PROTECTED."""
    identity = _checksum(key, "line", plan_id, line_id, edition)
    content = _checksum(key, "cells", plan_id, line_id, edition, *(plain(one) for one in cells))
    return f"{plan_id}.{line_id}.{edition}.{identity}.{content}"


def read_line(key: bytes, text: str, cells: Sequence[str]) -> Mark | None:
    """Checks a line's mark against the cells that stand beside it now. None when it is no mark at all."""
    found = _LINE.match(text.strip())
    if not found:
        return None
    plan_id, line_id, edition = int(found[1]), int(found[2]), int(found[3])
    right = line(key, plan_id, line_id, edition, cells).split(".")
    genuine = hmac.compare_digest(found[4], right[3])
    return Mark(plan_id, line_id, edition, genuine, genuine and hmac.compare_digest(found[5], right[4]))
