"""Rows as a table on the clipboard."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from models.kinds import Role
from services import formats
from services.words import _
from ui.lazy_table.column import Column
from ui.lazy_table.model import LazyModel
from ui.lazy_table.selection import Span

if TYPE_CHECKING:
    from ui.context import Context

_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
COPY_LIMIT = 20_000
"""Rows: a longer copy would freeze the window; exports are made for that."""


@dataclass(frozen=True)
class Bounds:
    """What somebody may copy at once: a clipboard is an export that asks for no file (spec 09, 62)."""

    rows: int = COPY_LIMIT
    masked: bool = False
    """Telephone numbers leave with their middle hidden."""


def bounds(context: Context) -> Bounds:
    """The owner copies as shown; a manager as a manager exports; a clerk so many rows as the policy says."""
    if not context.signed_in:
        return Bounds()
    shop = context.shop
    if shop.role is Role.OWNER:
        return Bounds()
    most = shop.policy.privacy.clerk_copy_rows
    if shop.role is Role.MANAGER:
        most = shop.policy.safety.manager_export_rows
    return Bounds(min(most, COPY_LIMIT), True)


def copy_rows(
    model: LazyModel, columns: Sequence[Column], chosen: Sequence[Span], allowed: Bounds | None = None
) -> int:
    """Puts rows on the clipboard as tab-separated text and HTML, as they are shown. Returns how many."""
    allowed = allowed or Bounds()
    numbers: list[int] = []
    for first, last in chosen:
        numbers += range(first, min(last + 1, first + allowed.rows - len(numbers)))
    if not numbers:
        return 0
    lines = [[_(column.title) for column in columns]]
    hide = hidden if allowed.masked else str
    lines += [[hide(plain(column.words(model.row(number)))) for column in columns] for number in numbers]
    mime = QMimeData()
    mime.setText("\n".join("\t".join(cells) for cells in lines))
    mime.setHtml(as_html(lines))
    QGuiApplication.clipboard().setMimeData(mime)
    return len(numbers)


def hidden(words: str) -> str:
    """The same with mobile numbers masked."""
    return _MOBILE.sub(lambda found: formats.masked(found.group()), words)


def plain(words: str) -> str:
    """One cell: no tabs or line ends, and nothing that a spreadsheet would take for a formula."""
    words = " ".join(words.split())
    return "'" + words if words[:1] in ("=", "+", "@") else words


def as_html(lines: list[list[str]]) -> str:
    import html

    rows = ("".join(f"<td>{html.escape(cell)}</td>" for cell in line) for line in lines)
    return "<table>" + "".join(f"<tr>{cells}</tr>" for cells in rows) + "</table>"


def copy_text(words: str) -> None:
    """Puts plain words on the clipboard."""
    QApplication.clipboard().setText(words)
