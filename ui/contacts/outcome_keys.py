"""The keys of the outcomes: in one line, in two where the room is short, so that no word is cut."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from ui import theme

_WIDE, _LOW = 48, 36
"""Height of a key in one line, and in two (pixels of 14-pixel text)."""


class OutcomeKeys(QWidget):
    """`keys` from left to right; the first is the widest."""

    def __init__(self, keys: Sequence[QPushButton], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self._laid: tuple[int, tuple[QPushButton, ...]] = (0, ())
        """Lines, and the keys in them"""
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.px(8))
        for key in keys:
            key.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._lay(1, tuple(keys))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.suit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.suit()

    def suit(self) -> None:
        """Lays out the keys that are not hidden; asked for after some were shown or hidden."""
        shown = tuple(key for key in self._keys if not key.isHidden())
        gap = self._grid.spacing()
        widest = max((key.sizeHint().width() for key in shown), default=0)
        self._lay(1 if (widest + gap) * (len(shown) + 1) - gap <= self.width() else 2, shown)

    def _lay(self, lines: int, shown: tuple[QPushButton, ...]) -> None:
        if (lines, shown) == self._laid:
            return
        self._laid = lines, shown
        each = max(1, -(-len(shown) // lines))
        for key in self._keys:
            self._grid.removeWidget(key)
        for place, key in enumerate(shown):
            self._grid.addWidget(key, place // each, place % each)
        for column in range(len(self._keys)):
            self._grid.setColumnStretch(
                column, (2 if not column and lines == 1 else 1) if column < each else 0
            )
        high = _WIDE if lines == 1 else _LOW
        self.setFixedHeight(theme.px(high) * lines + self._grid.spacing() * (lines - 1))
