"""Areas and words of a page: section cards, titles, thin lines."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ui import theme


class Card(QFrame):
    """A white area with a section title; put things into `body`. `tone`: accent (现在要做) or warn."""

    def __init__(self, title: str = "", tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        if tone:
            self.setProperty("tone", tone)
        self.body = QVBoxLayout(self)
        pad = theme.px(12)
        self.body.setContentsMargins(pad, theme.px(8), pad, pad)
        self.body.setSpacing(theme.px(8))
        self.top = QHBoxLayout()
        self.top.setSpacing(theme.px(8))
        self.title = label(title, "section")
        if title:
            self.top.addWidget(self.title)
            self.top.addStretch()
            self.body.addLayout(self.top)
            self.setAccessibleName(title)


def label(words: str = "", kind: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """A label with a look of the style sheet: title heading section muted caption number good warn bad."""
    made = QLabel(words)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if kind:
        theme.kind(made, kind)
    made.setWordWrap(wrap)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def capital(words: str) -> str:
    """A heading of words that elsewhere stand inside a sentence: `staff accounts` as `Staff accounts`."""
    return words[:1].upper() + words[1:]


def thin_line() -> QFrame:
    """A hair line between two areas."""
    line = QFrame()
    line.setObjectName("line")
    return line


def page(widget: QWidget, margin: int = 16, spacing: int = 12) -> QVBoxLayout:
    """Makes `widget` a page: its ground, margins on the 4-pixel grid, one column."""
    widget.setObjectName("page")
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    layout = QVBoxLayout(widget)
    edge = theme.px(margin)
    layout.setContentsMargins(edge, edge, edge, edge)
    layout.setSpacing(theme.px(spacing))
    return layout


def scrolled(inside: QWidget) -> QScrollArea:
    """A page that may be taller than the window: scrolls up and down, never sideways."""
    area = QScrollArea()
    inside.setObjectName("scrolled")
    area.setWidget(inside)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setAutoFillBackground(False)
    return area
