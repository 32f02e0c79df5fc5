"""The line at the bottom: what was just done (with its undo), and where the books are."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from services.words import _
from ui import theme
from ui.context import Context, Said
from ui.widgets.fact import Elided

_SIGNS = {"done": "✓", "info": "", "warn": "!", "bad": "×"}


class StatusLine(QFrame):
    """Shows the last sentence until the next one; nothing pops up and nothing moves."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setAccessibleName(_("状态栏"))
        self.context = context
        self.words = Elided()
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.undo = theme.kind(QPushButton(_("撤销  Ctrl+Z")), "link")
        self.undo.setAccessibleName(_("撤销"))
        self.undo.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.undo.clicked.connect(context.undo_last)
        self.undo.hide()
        self.busy = QLabel()
        self.books = QLabel()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(16), theme.px(2), theme.px(16), theme.px(2))
        layout.setSpacing(theme.px(12))
        layout.addWidget(self.words)
        layout.addWidget(self.undo)
        layout.addStretch(1)
        layout.addWidget(self.busy)
        layout.addWidget(self.books)
        self.setMinimumHeight(theme.px(30))
        context.said.connect(self.tell)

    def tell(self, said: Said) -> None:
        sign = _SIGNS.get(said.tone, "")
        words = f"{sign} {said.text}".strip()
        self.words.tell(words, said.text)
        self.words.setAccessibleName(said.text)
        self.words.setProperty("tone", said.tone)
        theme.restyle(self.words)
        self.undo.setVisible(said.undo is not None)

    def tell_books(self, words: str) -> None:
        """`本机账册 · 今日已备份 09:02`."""
        self.books.setText(words)
