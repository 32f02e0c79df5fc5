"""现在要做: what is due for this customer, each with the one key that does it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from services import formats
from services.customer_due import Due
from services.words import N_, _
from ui import theme
from ui.customers.ask_row import AskRow
from ui.widgets.card import Card, label
from ui.widgets.fact import Elided
from ui.widgets.key_button import KeyButton

_ICONS = {
    "gift": "gift",
    "purchase_gift": "gift",
    "contact": "phone",
    "birthday": "cake",
    "day": "calendar",
    "thanks": "users",
    "ask": "help",
}
_DO = {
    "gift": N_("发放"),
    "purchase_gift": N_("选礼品"),
    "contact": N_("去联络"),
    "thanks": N_("已道谢"),
}
SHOWN = 5


class DueCard(Card):
    """At most five things, the most pressing first. Nothing due is one quiet line."""

    wanted = Signal(object)
    """The `Due` whose button was pressed."""
    answered = Signal(object, str)
    """A question and what the customer said."""
    put_off = Signal(object)
    """A question the customer did not want to answer now."""
    opened = Signal(object)
    """A question whose answer needs more than a line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tone="accent", parent=parent)
        self.setAccessibleName(_("现在要做"))
        self.body.setContentsMargins(theme.px(12), theme.px(4), theme.px(8), theme.px(4))
        line = QHBoxLayout()
        line.setSpacing(theme.px(12))
        head = label(_("现在要做"), "section")
        head.setContentsMargins(0, theme.px(4), 0, 0)
        line.addWidget(head, 0, Qt.AlignmentFlag.AlignTop)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(theme.px(4))
        line.addLayout(self.rows, 1)
        self.body.addLayout(line)
        self.buttons: list[tuple[Due, QPushButton]] = []
        self._half: dict[tuple[int, str], tuple[str, bool]] = {}

    def show_due(self, due: Sequence[Due]) -> None:
        """Draws the list anew; an answer that is half typed stays with its question."""
        for row in self.findChildren(AskRow):
            if row.line is not None and not row.isHidden():
                self._half[row.due.id, row.due.field] = (row.line.text(), row.line.hasFocus())
        self.buttons = []
        while (item := self.rows.takeAt(0)) is not None:
            if item.widget():
                item.widget().hide()
                item.widget().deleteLater()
        if not due:
            nothing = label(_("现在没有要做的事。"), "muted")
            nothing.setContentsMargins(0, theme.px(4), 0, theme.px(4))
            self.rows.addWidget(nothing)
        for number, one in enumerate(due[:SHOWN]):
            self.rows.addWidget(self._row(one, number))

    def _ask(self, due: Due, number: int) -> QWidget:
        words, focused = self._half.pop((due.id, due.field), ("", False))
        row = AskRow(due, f"Alt+{number + 1}", words)
        row.answered.connect(self.answered)
        row.put_off.connect(self.put_off)
        row.opened.connect(self.opened)
        self.buttons.append((due, row.do))
        if focused and row.line is not None:
            row.line.setFocus()
        return row

    def _row(self, due: Due, number: int) -> QWidget:
        if due.kind == "ask":
            return self._ask(due, number)
        holder = QWidget()
        holder.setMinimumHeight(theme.px(26))
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        picture = QLabel()
        picture.setPixmap(theme.pixmap(_ICONS[due.kind], "accent_text" if due.kind != "ask" else "muted", 18))
        row.addWidget(picture)
        words = Elided("section" if not number and due.kind != "ask" else "")
        words.tell(due.text)
        row.addWidget(words)
        if due.kind == "contact" and due.day is not None:
            row.addWidget(label(formats.day(due.day), "warn" if due.late else "muted"))
            if due.late:
                row.addWidget(label(_("已过期"), "warn"))
        row.addStretch()
        if due.kind in _DO:
            button = KeyButton(_(_DO[due.kind]), f"Alt+{number + 1}", "link", due.text)
            button.setAccessibleName(f"{_(_DO[due.kind])}: {due.text}")
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(lambda _on=False, due=due: self.wanted.emit(due))
            row.addWidget(button)
            self.buttons.append((due, button))
        return holder
