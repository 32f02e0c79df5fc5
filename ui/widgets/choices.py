"""Big buttons of which one is chosen: name above, what it means below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QButtonGroup, QPushButton, QVBoxLayout, QWidget

from services.words import _
from ui import theme


def big_choices(parent: QWidget, kinds: Sequence[tuple[str, str, str]], column: QVBoxLayout) -> QButtonGroup:
    """Adds a button for every `(code, name, meaning)` to `column`, the first one chosen; `code` is its property."""
    group = QButtonGroup(parent)
    for number, (code, name, what) in enumerate(kinds):
        button = QPushButton(f"{_(name)}\n{_(what)}")
        button.setAccessibleName(_(name))
        button.setCheckable(True)
        button.setAutoDefault(False)
        theme.kind(button, "big")
        button.setProperty("code", code)
        button.setChecked(number == 0)
        group.addButton(button, number)
        column.addWidget(button)
    return group
