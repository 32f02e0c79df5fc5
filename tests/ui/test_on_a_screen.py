"""The real platform once: what offscreen cannot show, on the virtual screen of `run.py test`."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.skipif(os.environ.get("QT_QPA_PLATFORM") != "xcb", reason="no (virtual) screen"),
]


def colours_on_screen() -> set[int]:
    """The colours of a grid of points of the whole screen."""
    picture = QGuiApplication.primaryScreen().grabWindow(0).toImage()
    places = [(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)]
    return {QColor(picture.pixel(x, y)).rgb() for x, y in places}


def test_the_window_stands_on_a_counter_screen(qtbot: Any, owner: Any, at_work: Callable[[Any], Any]) -> None:
    window = at_work(owner)
    qtbot.waitExposed(window)
    screen = QGuiApplication.primaryScreen().geometry()
    assert (screen.width(), screen.height()) == (1366, 768)
    assert window.minimumSizeHint().width() <= screen.width()
    assert window.minimumSizeHint().height() <= screen.height()
    qtbot.waitUntil(lambda: len(colours_on_screen()) > 5)


def test_f9_leads_to_the_search_box_from_anywhere(
    qtbot: Any, owner: Any, at_work: Callable[[Any], Any]
) -> None:
    window = at_work(owner)
    with qtbot.waitActive(window):
        window.activateWindow()
    window.work.show_tab("contacts")
    qtbot.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: window.work.search.hasFocus())
