"""现在要做: what is due for this customer, each with the one key that does it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from services import formats
from services.customer_due import Due
from services.words import N_, _
from ui import theme
from ui.widgets.card import Card, label
from ui.widgets.key_button import KeyButton

_ICONS = {"gift": "gift", "purchase_gift": "gift", "contact": "phone", "birthday": "cake", "ask": "help"}
_DO = {
    "gift": N_("发放"),
    "purchase_gift": N_("选礼品"),
    "contact": N_("去联络"),
    "ask": N_("填写"),
}
SHOWN = 5


class DueCard(Card):
    """At most five things, the most pressing first. Nothing due is one quiet line."""

    wanted = Signal(object)
    """The `Due` whose button was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("现在要做"), tone="accent", parent=parent)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(theme.px(2))
        self.body.addLayout(self.rows)
        self.buttons: list[tuple[Due, QPushButton]] = []

    def show_due(self, due: Sequence[Due]) -> None:
        """Draws the list anew."""
        self.buttons = []
        while (item := self.rows.takeAt(0)) is not None:
            if item.widget():
                item.widget().hide()
                item.widget().deleteLater()
        if not due:
            self.rows.addWidget(label(_("现在没有要做的事。"), "muted"))
        for number, one in enumerate(due[:SHOWN]):
            self.rows.addWidget(self._row(one, number))

    def _row(self, due: Due, number: int) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        picture = QLabel()
        picture.setPixmap(theme.pixmap(_ICONS[due.kind], "accent_text" if due.kind != "ask" else "muted", 18))
        row.addWidget(picture)
        words = label(due.text, "section" if not number and due.kind != "ask" else "")
        words.setMinimumWidth(1)
        words.setToolTip(due.text)
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
