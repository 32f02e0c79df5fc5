"""A line of small widgets that goes on in the next line where the room is short; some of them keep to the right."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget, QWidgetItem


class Flow(QLayout):
    """From left to right, then the next line. What was added with `add_right` stands at the right end of the last line,
    or of a line of its own. What is hidden takes no room."""

    def __init__(self, spacing: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._right: set[int] = set()
        """Places of the items at the right"""
        self._before: dict[int, int] = {}
        """More room before an item, by its place"""
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def add(self, widget: QWidget, before: int = 0) -> None:
        """`before`: more pixels between it and the one before."""
        self._before[len(self._items)] = before
        self.addWidget(widget)

    def add_right(self, widget: QWidget) -> None:
        self._right.add(len(self._items))
        self.addWidget(widget)

    # ---- what Qt asks of a layout

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def addWidget(self, widget: QWidget) -> None:
        self.addChildWidget(widget)
        self.addItem(QWidgetItem(widget))

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        shown = [_size(item) for _place, item in self._shown()]
        width = sum(size.width() + self.spacing() for size in shown)
        return QSize(width, max((size.height() for size in shown), default=0))

    def minimumSize(self) -> QSize:
        shown = [item.minimumSize() for _place, item in self._shown()]
        return QSize(max((s.width() for s in shown), default=0), max((s.height() for s in shown), default=0))

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay(rect, move=True)

    # ---- laying

    def _shown(self) -> list[tuple[int, QLayoutItem]]:
        return [(place, item) for place, item in enumerate(self._items) if not item.isEmpty()]

    def _lay(self, room: QRect, *, move: bool) -> int:
        """Puts everything into `room`; the height that takes."""
        gap = self.spacing()
        lines: list[list[tuple[QLayoutItem, int, int]]] = [[]]
        at = 0
        shown = self._shown()
        right = [item for place, item in shown if place in self._right]
        for place, item in shown:
            if place in self._right:
                continue
            left = at + (gap + self._before.get(place, 0) if at else 0)
            if at and left + _size(item).width() > room.width():
                lines.append([])
                left = 0
            lines[-1].append((item, left, _size(item).width()))
            at = left + _size(item).width()
        wide = sum(_size(item).width() for item in right) + gap * max(0, len(right) - 1)
        if right and lines[-1] and at + gap + wide > room.width():
            lines.append([])
        left = max(0, room.width() - wide)
        for item in right:
            lines[-1].append((item, left, _size(item).width()))
            left += _size(item).width() + gap
        return self._place(room, [line for line in lines if line], move)

    def _place(self, room: QRect, lines: list[list[tuple[QLayoutItem, int, int]]], move: bool) -> int:
        top = 0
        for number, line in enumerate(lines):
            top += self.spacing() if number else 0
            tall = max(_size(item).height() for item, _left, _width in line)
            if move:
                for item, left, width in line:
                    high = _size(item).height()
                    corner = QPoint(room.x() + left, room.y() + top + (tall - high) // 2)
                    item.setGeometry(QRect(corner, QSize(width, high)))
            top += tall
        return top


def _size(item: QLayoutItem) -> QSize:
    """What it wants, within what it may have."""
    return item.sizeHint().boundedTo(item.maximumSize()).expandedTo(item.minimumSize())
