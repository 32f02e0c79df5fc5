"""The keys of the outcomes: one line where there is room, two where there is not, and only those that are shown."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ui.contacts.outcome_keys import OutcomeKeys

WORDS = ("Reached  1", "Agree next  6", "No answer  2", "Move  3", "Wrong number  4", "Refused  5")


@pytest.fixture
def keys(qtbot: QtBot) -> OutcomeKeys:
    made = OutcomeKeys([QPushButton(words) for words in WORDS])
    qtbot.addWidget(made)
    made.resize(1600, 60)
    made.show()
    return made


def lines(keys: OutcomeKeys) -> int:
    return len({key.y() for key in keys.findChildren(QPushButton) if key.isVisible()})


def test_no_word_is_cut_where_the_room_is_short(qtbot: QtBot, keys: OutcomeKeys) -> None:
    qtbot.waitUntil(lambda: lines(keys) == 1)
    shown = keys.findChildren(QPushButton)
    keys.resize(max(key.sizeHint().width() for key in shown) * 4, keys.height())
    qtbot.waitUntil(lambda: lines(keys) == 2)
    assert all(key.width() >= key.sizeHint().width() for key in shown)


def test_hidden_keys_leave_no_gap(qtbot: QtBot, keys: OutcomeKeys) -> None:
    shown = keys.findChildren(QPushButton)
    for key in shown[1:3]:
        key.hide()
    keys.suit()
    qtbot.waitUntil(lambda: shown[3].x() < keys.width() // 2)
    assert lines(keys) == 1
    for key in shown:
        key.hide()
    keys.suit()
