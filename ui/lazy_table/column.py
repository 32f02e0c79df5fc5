"""A column of a list, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
"""`index.data(ROW)` is the row's dataclass, None while unknown or when it has been deleted meanwhile."""


@dataclass(frozen=True)
class Column:
    """One column, as data. All callables get the row's dataclass and must be cheap: they run while painting."""

    key: str
    """The attribute of the row; also what `sorted_by` and the remembered hidden columns name."""
    title: str
    """Chinese, marked with N_(); translated when shown."""
    width: int = 100
    """Pixels at the font size 14; scaled with it. The last visible `stretch` column takes what is left."""
    align: str = "left"
    text: Callable[[Any], str] | None = None
    """The words in the cell; default: str() of the attribute, empty for None."""
    badge: Callable[[Any], str | None] | None = None
    """Paints the text as a mark; returns a badge name of ui/theme.py: A B C lost good warn bad accent quiet."""
    tone: Callable[[Any], str | None] | None = None
    """Colour of the text: muted, good, warn, bad, accent; None is ordinary."""
    hint: Callable[[Any], str] | None = None
    """The tool tip."""
    bold: bool = False
    sort: bool = True
    stretch: bool = False
    hidden: bool = False
    """Not shown until the clerk chooses it in the column menu."""

    def words(self, row: Any) -> str:
        if row is None:
            return ""
        if self.text:
            return self.text(row)
        value = getattr(row, self.key, None)
        return "" if value is None else str(value)


def alignment(column: Column) -> Qt.AlignmentFlag:
    sides = {"left": Qt.AlignmentFlag.AlignLeft, "right": Qt.AlignmentFlag.AlignRight}
    return Qt.AlignmentFlag.AlignVCenter | sides.get(column.align, Qt.AlignmentFlag.AlignHCenter)
