"""The window stays alive while it looks at a file that was made to stop it (spec 09, fault 39)."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer

from tests.faults import bombs
from ui.context import Context
from ui.imports.dialog import Import

LONGEST = 1.0
"""Seconds; 0.2 on a quiet machine (the printed figure)."""
KINDS = ("cells", "strings", "members", "nested", "repeated", "one_line")


class Ticks(QTimer):
    """Ticks every five milliseconds and keeps the longest time in which it could not."""

    def __init__(self) -> None:
        super().__init__()
        self.longest = 0.0
        self._last = time.perf_counter()
        self.timeout.connect(self._tick)
        self.start(5)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - self._last), now


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the bombs are made and counted on Linux")
@pytest.mark.parametrize("kind", KINDS)
def test_the_window_stays_alive_while_a_bomb_is_refused(
    kind: str, qtbot: Any, make_context: Callable[..., Context], manager: Any, tmp_path: Path, capsys: Any
) -> None:
    good = bombs.workbook(tmp_path / "good.xlsx")
    path = bombs.KINDS[kind](good.with_name(f"{kind}.xlsx"), good)
    box = Import(make_context(manager))
    qtbot.addWidget(box)
    box.show()
    qtbot.waitExposed(box)
    qtbot.wait(50)
    ticks = Ticks()
    box.read(str(path))
    qtbot.waitUntil(lambda: not box.trouble.isHidden(), timeout=60_000)
    ticks.stop()
    path.unlink()
    with capsys.disabled():
        print(f"\n{kind}: longest gap of the window {ticks.longest * 1000:.0f} ms")
    assert box.trouble.text()
    assert ticks.longest < LONGEST
