"""Everything that can be used has a name that can be said."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QScrollBar,
    QWidget,
)

from ui.first_start import pages
from ui.settings import about, backup, books, encryption, people, policy, preferences
from ui.work_page import TABS

USED = (
    QAbstractButton,
    QLineEdit,
    QComboBox,
    QAbstractItemView,
    QPlainTextEdit,
    QAbstractSpinBox,
    QProgressBar,
)
INNER = ("qt_", "ScrollLeft", "ScrollRight", "CornerButton")


def nameless(window: QWidget) -> list[str]:
    """Inputs, buttons and lists without a name, but for parts that Qt itself puts inside them."""
    found = []
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, USED) or isinstance(widget, (QHeaderView, QScrollBar)):
            continue
        inside = isinstance(widget.parent(), (QComboBox, QAbstractSpinBox, QAbstractItemView))
        framed = widget.parent().metaObject().className() == "QComboBoxPrivateContainer"
        framed = framed or isinstance(widget.parent(), QLineEdit)
        if inside or framed or widget.objectName().startswith(INNER):
            continue
        face = QAccessible.queryAccessibleInterface(widget)
        if face is None or not face.text(QAccessible.Text.Name).strip():
            found.append(f"{type(widget).__name__} {widget.objectName()}")
    return found


@pytest.mark.parametrize("tab", [tab.name for tab in TABS])
def test_the_window_can_be_read_aloud(at_work: Any, owner: Any, tab: str) -> None:
    window = at_work(owner)
    window.work.show_tab(tab)
    assert nameless(window) == []


@pytest.mark.parametrize(
    "kind",
    [
        preferences.Preferences,
        people.People,
        people.AddPerson,
        policy.PolicyBox,
        backup.Backups,
        encryption.FileBox,
        books.Books,
        about.about,
    ],
)
def test_dialogs_can_be_read_aloud(kind: Any, at_work: Any, owner: Any, qtbot: Any) -> None:
    box = kind(at_work(owner).context, None)
    qtbot.addWidget(box)
    assert nameless(box) == []
    assert box.accessibleName()


def test_the_first_start_can_be_read_aloud(qtbot: Any, qapp: Any) -> None:
    facts = {"shop_name": "", "address": "", "postcode": "", "phone": "", "owner_name": ""}

    def nothing(*_any: Any) -> None:
        return None

    made = [
        pages.Welcome(speak=nothing, new=nothing, demo=nothing, other=nothing, leave=nothing),
        pages.ShopPage(facts, back=nothing, go=nothing),
        pages.OwnerPage(facts, back=nothing, go=nothing),
        pages.OldBooks("店", read_in=nothing, empty=nothing),
        pages.DemoPage(stop=nothing),
    ]
    for page in made:
        qtbot.addWidget(page)
        assert nameless(page) == []
