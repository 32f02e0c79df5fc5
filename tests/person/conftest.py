"""A shop with a history in a real window, and a pair of hands: every key goes the way of the keyboard's, counted."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from tests.conftest import CLOCK_MOMENT, TODAY
from tests.ui.conftest import _look, make_context  # noqa: F401 - fixtures

BY_HAND, BY_SCANNER = 0.3, 0.004
"""Seconds between two keys."""


class Hands:
    """Presses keys in whatever window has the keyboard. `pressed` counts the keys beside what is typed."""

    def __init__(self, qtbot: Any, window: Any) -> None:
        self.qtbot, self.window = qtbot, window
        self.pressed = 0
        self.said: list[str] = []
        self._now = 1000.0
        window.context.said.connect(lambda one: self.said.append(one.text))
        window.work  # noqa: B018 - the scanner is built with the work page
        window.scanner._clock = lambda: self._now
        # The clock of these keys is ours, so a busy machine does not turn a scan into typing.
        window.scanner._hold.setInterval(60_000)

    def press(self, keys: str) -> None:
        """One key with what is held: `Ctrl+N`, `F7`, `Enter`, `A`."""
        self.pressed += 1
        if keys == "Enter":
            keys = "Return"
        found = QKeySequence(keys)[0]
        self._key(found.key(), found.keyboardModifiers(), BY_HAND)
        self.window.scanner._replay()

    def type(self, words: str) -> None:
        """Letters and digits, one after the other by hand."""
        for letter in words:
            self._key(letter, Qt.KeyboardModifier.NoModifier, BY_HAND)

    def scan(self, code: str) -> None:
        """A scanner's burst: the code and Enter."""
        self._now += 1
        for letter in code:
            self._key(letter, Qt.KeyboardModifier.NoModifier, BY_SCANNER)
        self._key(Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, BY_SCANNER)

    def compose(self, letters: str) -> None:
        """Pinyin in the input method, not chosen yet."""
        self._input_method(letters, "")

    def choose(self, words: str) -> None:
        """The input method hands over the words."""
        self._input_method("", words)

    def write(self, words: str) -> None:
        """Words with an input method: composed, then handed over."""
        self.compose("pin yin")
        self.choose(words)

    def _input_method(self, preedit: str, commit: str) -> None:
        event = QInputMethodEvent(preedit, [])
        if commit:
            event.setCommitString(commit)
        QApplication.sendEvent(QGuiApplication.focusObject(), event)

    def _key(self, key: Any, held: Qt.KeyboardModifier, gap: float) -> None:
        self._now += gap
        target = QGuiApplication.focusWindow()
        assert target is not None, "no window has the keyboard"
        if isinstance(key, str) and key.isupper():
            held |= Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(target, key, held)

    def wait(self, condition: Callable[[], Any]) -> None:
        """Until it is so, and nothing is being read or written."""
        self.qtbot.waitUntil(lambda: bool(condition()) and self.window.context.tasks.idle())

    def settle(self) -> None:
        for _again in range(3):
            self.wait(lambda: True)
            QApplication.processEvents()

    def front(self, widget: QWidget | None = None) -> None:
        """The window comes to the front and has the keyboard."""
        shown = widget or self.window
        with self.qtbot.waitActive(shown):
            shown.activateWindow()
            shown.raise_()


@pytest.fixture(scope="session")
def _demo_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ninety invented customers, and 王小丽 with 138 1234 5678 who bought one piece; the day is open."""
    from models import database
    from services import customers, demo, purchases
    from services.clock import FixedClock
    from services.customers import NewCustomer
    from services.daily import open_day
    from services.purchases import LineIn
    from services.shop import open_shop
    from services.staff import sign_in

    path = tmp_path_factory.mktemp("demo") / "shop.db"
    clock = FixedClock(TODAY, CLOCK_MOMENT)
    figures = demo.create(str(path), 90, 1, clock=clock)
    database.close()
    owner = sign_in(open_shop(str(path), clock), figures.users[0].name, figures.users[0].pin)
    wang = customers.register(owner, NewCustomer("王小丽", "13812345678")).id
    purchases.buy(owner, wang, [LineIn("XF2301-1", 128_000, 1, "M")])
    open_day(owner)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture
def demo_shop(_demo_books: Path, tmp_path: Path) -> Iterator[Any]:
    """The open demo shop with nobody signed in."""
    from models import database
    from services.clock import FixedClock
    from services.shop import open_shop

    path = tmp_path / "shop.db"
    shutil.copyfile(_demo_books, path)
    yield open_shop(str(path), FixedClock(TODAY, CLOCK_MOMENT))
    database.close()


@pytest.fixture
def as_person(demo_shop: Any) -> Callable[[str], Any]:
    """The demo shop with that person at work."""
    from services.shop import Actor
    from services.staff import users

    def make(name: str) -> Any:
        user = next(user for user in users(demo_shop) if user.name == name)
        return replace(demo_shop, actor=Actor(user.id, user.name, user.role, user.group_id))

    return make


@pytest.fixture
def at_counter(
    qtbot: Any,
    as_person: Callable[[str], Any],
    make_context: Callable[..., Any],  # noqa: F811
) -> Iterator[Callable[..., Hands]]:
    """`at_counter("店员")`: the window at work over the whole screen, and the hands in front of it."""
    from ui.main_window import MainWindow

    made: list[Any] = []

    def make(name: str, **settings: Any) -> Hands:
        window = MainWindow(make_context(as_person(name), **settings))
        window.setGeometry(0, 0, 1366, 768)
        window.show()
        window.begin_work()
        made.append(window)
        hands = Hands(qtbot, window)
        hands.front()
        hands.settle()
        return hands

    yield make
    for dialog in QApplication.topLevelWidgets():
        if isinstance(dialog, QDialog):
            dialog.close()
    for window in made:
        window.context.close()
        window.close()
        window.deleteLater()
    # Else the next change of letters styles all windows of the tests before.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
