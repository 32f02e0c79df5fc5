"""The start of the program: one window a file, exit codes, mistakes of ours, the end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from services import log
from ui import app as ui_app
from ui import dialogs
from ui.cli.frame import Options

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def started(books: str, qtbot: Any) -> Any:
    """The program's own window on the shop, with its lock and its server."""
    assert ui_app._alone(books)
    assert ui_app.start(Options(), books)
    window = ui_app._kept["window"]
    qtbot.waitUntil(lambda: "server" in ui_app._kept, timeout=10_000)
    yield window
    window = ui_app._kept["window"]
    window.context.close()
    window.retire()
    ui_app._let_go()


def test_a_second_start_on_the_same_books_brings_the_first_window_to_the_front(
    started: Any, books: str, qtbot: Any, monkeypatch: Any
) -> None:
    raised: list[bool] = []
    started.hide()
    monkeypatch.setattr(type(started), "raise_", lambda self: raised.append(True))
    assert not ui_app._alone(books)
    qtbot.waitUntil(lambda: bool(raised))
    assert started.isVisible()


def test_a_lock_left_by_a_killed_program_is_taken_over(books: str) -> None:
    code = (
        "import os, sys; from PySide6.QtCore import QLockFile;"
        "lock = QLockFile(sys.argv[1] + '.lock'); lock.setStaleLockTime(0); assert lock.tryLock(0); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(Path(books).resolve())], check=False)
    assert Path(books + ".lock").exists()
    assert ui_app._alone(books)
    ui_app._let_go()


def test_books_on_a_server_need_no_lock() -> None:
    assert ui_app._alone("postgresql://user@host/shop")


@pytest.mark.parametrize("words", [["--theme", "pink"], ["--lang", "fr"], ["--today", "tomorrow"]])
def test_wrong_options_are_wrong_usage(words: list[str], capsys: Any) -> None:
    assert ui_app.main(words) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_mistake_of_ours_is_a_dialog_with_a_report_and_a_log_line(started: Any, qtbot: Any) -> None:
    reports: list[str] = []

    def read_and_close() -> None:
        box = QApplication.activeModalWidget()
        reports.append(box.findChild(QPlainTextEdit).toPlainText())
        box.accept()

    secret = "13812345678"
    try:
        raise KeyError(secret)
    except KeyError as error:
        QTimer.singleShot(0, read_and_close)
        ui_app._crashed(KeyError, error, error.__traceback__)
    assert "KeyError" in reports[0]
    assert "test_app.py" in reports[0]
    assert secret not in reports[0]
    assert "KeyError" in log.file().read_text("utf-8")


def test_a_fault_of_the_disk_is_said_with_what_to_do(started: Any, monkeypatch: Any) -> None:
    told: list[str] = []
    monkeypatch.setattr(dialogs, "tell", lambda _parent, text, **_more: told.append(text))
    started.context.show_error(OSError(28, "No space left on device"))
    assert "磁盘已满" in told[0]


def test_another_day_can_be_looked_at(books: str, qtbot: Any) -> None:
    from datetime import date

    assert ui_app.start(Options(today=date(2027, 1, 1)), books)
    window = ui_app._kept["window"]
    qtbot.waitUntil(lambda: window.context.has_shop, timeout=10_000)
    assert window.sign_in.day.text() == "2027年1月1日 周五"
    window.context.close()
    window.retire()
    ui_app._let_go()


def test_the_program_opens_and_ends_by_itself(books: str) -> None:
    code = (
        "import sys; from PySide6.QtCore import QTimer; from ui import app;"
        "old = app._after_first_paint;"
        "app._after_first_paint = lambda w, o: (old(w, o), QTimer.singleShot(300, w.close));"
        "sys.exit(app.main(['--db', sys.argv[1], '--lang', 'en', '--theme', 'dark']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, books], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert not Path(books + ".lock").exists()
