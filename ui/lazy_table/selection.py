"""Selected rows as ranges: a million selected rows are one of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QItemSelection

Span = tuple[int, int]
"""First and last row, both included."""


def spans(selection: QItemSelection) -> list[Span]:
    """The ranges of a selection, in order, those that touch joined."""
    found: list[Span] = []
    for first, last in sorted((part.top(), part.bottom()) for part in selection):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def outside(chosen: Sequence[Span], rows: int) -> list[Span]:
    """The rows of `rows` that are in none of the ranges."""
    found, free = [], 0
    for first, last in chosen:
        if first > free:
            found.append((free, first - 1))
        free = last + 1
    if free < rows:
        found.append((free, rows - 1))
    return found


def as_selection(model: QAbstractTableModel, wanted: Sequence[Span]) -> QItemSelection:
    """Whole rows of a model."""
    right = model.columnCount() - 1
    selection = QItemSelection()
    for first, last in wanted:
        selection.select(model.index(first, 0), model.index(last, right))
    return selection
