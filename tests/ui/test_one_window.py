"""One window for each file, between real processes: the second start ends, a killed one's lock is taken over (09, 18)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from models import database

ROOT = Path(__file__).resolve().parents[2]


def window(books: str) -> subprocess.Popen[str]:
    """The program's own start, offscreen; says `open` once its server answers."""
    code = (
        "import sys; from PySide6.QtCore import QTimer; from ui import app;"
        "real = app._after_first_paint;"
        "app._after_first_paint = lambda w, o: (real(w, o), print('open', flush=True));"
        "sys.exit(app.main(['--db', sys.argv[1]]))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, books],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="kills with a signal")
def test_two_starts_make_one_window_and_a_killed_one_leaves_no_lock(shop: object, books: str) -> None:
    database.close()
    first = window(books)
    try:
        assert first.stdout is not None and first.stdout.readline() == "open\n"
        second = window(books)
        said, _none = second.communicate(timeout=60)
        assert (second.returncode, said) == (0, "")
        looked = subprocess.run(
            [sys.executable, "main.py", "--db", books, "check"], cwd=ROOT, capture_output=True, timeout=60
        )
        assert looked.returncode == 0, "the command line may read beside the window"
        first.send_signal(signal.SIGKILL)
        first.communicate(timeout=60)
        assert Path(books + ".lock").exists()
        third = window(books)
        try:
            assert third.stdout is not None and third.stdout.readline() == "open\n"
        finally:
            third.terminate()
            third.communicate(timeout=60)
    finally:
        if first.poll() is None:
            first.kill()
            first.communicate(timeout=60)


def test_a_lock_of_another_program_with_the_same_number_is_not_ours(shop: object, books: str) -> None:
    """After a restart of the PC the old number may belong to anything; the lock says whose it was."""
    from ui import app

    other = subprocess.Popen(["sleep", "60"])
    try:
        Path(books + ".lock").write_text(f"{other.pid}\npython\n{os.uname().nodename}\n\n\n", "utf-8")
        begun = time.monotonic()
        assert app._alone(books)
        assert time.monotonic() - begun < 5
    finally:
        other.kill()
        other.wait()
        app._let_go()
