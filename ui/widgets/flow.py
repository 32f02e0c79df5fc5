"""A line of small widgets that goes on in the next line where the room is short; some of them keep to the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class Flow(QWidget):
    """From left to right, then the next line. What was added with `add_right` stands at the right end of the last line,
    or of a line of its own. What is hidden takes no room."""

    def __init__(self, spacing: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gap = spacing
        self._parts: list[tuple[QWidget, int]] = []
        """With the room before it"""
        self._right: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget, before: int = 0) -> None:
        """`before`: more pixels between it and the one before."""
        widget.setParent(self)
        self._parts.append((widget, before))

    def add_right(self, widget: QWidget) -> None:
        widget.setParent(self)
        self._right.append(widget)

    # ---- what the layout around it asks

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(width, move=False)

    def sizeHint(self) -> QSize:
        shown = [_size(one) for one in self._shown()]
        width = sum(size.width() + self._gap for size in shown)
        return QSize(width, max((size.height() for size in shown), default=0))

    def minimumSizeHint(self) -> QSize:
        shown = [_size(one) for one in self._shown()]
        return QSize(max((s.width() for s in shown), default=0), max((s.height() for s in shown), default=0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay(self.width(), move=True)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._lay(self.width(), move=True)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            # A part was shown, hidden, or has other words.
            self.updateGeometry()
            self._lay(self.width(), move=True)
        return super().event(event)

    # ---- laying

    def _shown(self) -> list[QWidget]:
        return [one for one in (*(part for part, _before in self._parts), *self._right) if not one.isHidden()]

    def _lay(self, room: int, *, move: bool) -> int:
        """Puts everything into lines of `room` pixels; the height that takes."""
        lines: list[list[tuple[QWidget, int, QSize]]] = [[]]
        at = 0
        for part, before in self._parts:
            if part.isHidden():
                continue
            size = _size(part)
            left = at + self._gap + before if at else 0
            if at and left + size.width() > room:
                lines.append([])
                left = 0
            lines[-1].append((part, left, size))
            at = left + size.width()
        right = [(one, _size(one)) for one in self._right if not one.isHidden()]
        wide = sum(size.width() for _one, size in right) + self._gap * max(0, len(right) - 1)
        if right and lines[-1] and at + self._gap + wide > room:
            lines.append([])
        left = max(0, room - wide)
        for one, size in right:
            lines[-1].append((one, left, size))
            left += size.width() + self._gap
        return self._place([line for line in lines if line], move)

    def _place(self, lines: list[list[tuple[QWidget, int, QSize]]], move: bool) -> int:
        top = 0
        for number, line in enumerate(lines):
            top += self._gap if number else 0
            tall = max(size.height() for _one, _left, size in line)
            if move:
                for one, left, size in line:
                    middle = top + (tall - size.height()) // 2
                    one.setGeometry(QRect(left, middle, size.width(), size.height()))
            top += tall
        return top


def _size(widget: QWidget) -> QSize:
    """What it wants, within what it may have."""
    wanted = widget.sizeHint().expandedTo(widget.minimumSizeHint())
    return wanted.boundedTo(widget.maximumSize()).expandedTo(widget.minimumSize())
