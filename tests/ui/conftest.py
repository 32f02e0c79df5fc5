"""A window on a fresh shop, offscreen, in our theme; nobody has to wait for real dialogs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from services.settings import Settings
from ui import app as ui_app
from ui import theme
from ui.context import Context
from ui.main_window import MainWindow


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> Iterator[None]:
    """Chinese, light, 14 pixels, whatever the test before did."""
    ui_app.speak("zh")
    theme.apply(qapp, "light", 14)
    yield
    ui_app.speak("zh")
    # The offscreen clipboard outlives Python, and what Python gave it would be destroyed too late.
    qapp.clipboard().clear()


@pytest.fixture
def make_context() -> Iterator[Callable[..., Context]]:
    """Contexts whose task lines are ended after the test."""
    made: list[Context] = []

    def make(shop: Any = None, **settings: Any) -> Context:
        context = Context(shop, Settings(**settings))
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def at_work(qtbot: Any, make_context: Callable[..., Context]) -> Iterator[Callable[[Any], MainWindow]]:
    """`at_work(owner)`: the window with that person already signed in."""
    made: list[MainWindow] = []

    def make(shop: Any) -> MainWindow:
        window = MainWindow(make_context(shop))
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.show()
        window.begin_work()
        made.append(window)
        return window

    yield make
    for window in made:
        window.context.close()
        window.close()
