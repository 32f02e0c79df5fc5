"""Text as a cell may hold it: never a formula, never a character that no workbook may contain."""

from __future__ import annotations

import re
from typing import Any

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_767
"""Characters a cell can hold (Excel)."""


def clean(text: str) -> str:
    """`text` without characters that make a workbook unreadable."""
    return _FORBIDDEN.sub("", text)[:_LONGEST]


def put(cell: Any, text: str) -> None:
    """Writes text that stays text: a name like `=1+1` never becomes a formula."""
    cell.value = clean(text)
    if text:
        cell.data_type = "s"
        cell.number_format = "@"
