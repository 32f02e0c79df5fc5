"""Rows as a table on the clipboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from services.words import _
from ui.lazy_table.column import Column
from ui.lazy_table.model import LazyModel
from ui.lazy_table.selection import Span

COPY_LIMIT = 20_000
"""Rows: a longer copy would freeze the window; exports are made for that."""


def copy_rows(model: LazyModel, columns: Sequence[Column], chosen: Sequence[Span]) -> int:
    """Puts rows on the clipboard as tab-separated text and HTML, as they are shown. Returns how many."""
    numbers: list[int] = []
    for first, last in chosen:
        numbers += range(first, min(last + 1, first + COPY_LIMIT - len(numbers)))
    if not numbers:
        return 0
    lines = [[_(column.title) for column in columns]]
    lines += [[plain(column.words(model.row(number))) for column in columns] for number in numbers]
    mime = QMimeData()
    mime.setText("\n".join("\t".join(cells) for cells in lines))
    mime.setHtml(as_html(lines))
    QGuiApplication.clipboard().setMimeData(mime)
    return len(numbers)


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
