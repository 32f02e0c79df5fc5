"""The window: how soon it can be used beside an empty one, its memory, and how soon a key press shows rows."""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import books
from benchmarks.measure import Figure, Sizes, child, in_turns, percentile

_CODE = "import runpy, sys; sys.argv = ['window_child', *sys.argv[1:]]; runpy.run_module('benchmarks.window_child', run_name='__main__')"
SMALL = 1_000
MEMORY = {"middle": 120, "large": 150}
"""MiB with the list open."""


def run(sizes: Sizes) -> list[Figure]:
    small = min(SMALL, sizes.small)
    figures = [*_start(small, sizes), _same_when_large(small, sizes)]
    for size, limit in MEMORY.items():
        customers = getattr(sizes, size)
        path = books.copy(customers, "window")
        answer = _child("work", path)
        books.remove(path)
        figures.append(
            Figure(f"window, {customers:,}: memory with the list open", answer["memory"], "MiB", limit)
        )
        figures.append(
            Figure(f"window, {customers:,}: list painted after sign-in", answer["listed"] * 1000, "ms")
        )
        presses = [value * 1000 for value in answer["keys"]]
        note = f"median {statistics.median(presses):.1f}, {len(presses)} presses"
        figures.append(
            Figure(
                f"window, {customers:,}: key press to painted rows, p95",
                percentile(presses, 95),
                "ms",
                50,
                note=note,
            )
        )
    return figures


def _start(customers: int, sizes: Sizes) -> list[Figure]:
    path = books.copy(customers, "window")
    tries = sizes.tries * 2
    ours, empty, ratio = in_turns(
        lambda: _child("start", path)["seconds"], lambda: _child("empty", path)["seconds"], tries
    )
    last = _child("start", path)
    books.remove(path)
    heavy = last["heavy"]
    note = f"{ours * 1000:.0f} ms against {empty * 1000:.0f} ms"
    return [
        Figure("window usable, beside an empty window", ratio, "×", 1.5, note=note),
        Figure("window, books open behind the sign-in page", last["opened"] * 1000, "ms"),
        Figure("window, heavy libraries loaded at the first paint", len(heavy), "", 0, note=", ".join(heavy)),
    ]


def _same_when_large(small: int, sizes: Sizes) -> Figure:
    few, many = books.copy(small, "window-few"), books.copy(sizes.large, "window-many")
    start = partial(_child, "start")
    large, little, ratio = in_turns(
        lambda: start(many)["seconds"], lambda: start(few)["seconds"], sizes.tries * 2
    )
    for path in (few, many):
        books.remove(path)
    note = f"{large * 1000:.0f} ms against {little * 1000:.0f} ms"
    return Figure(f"window usable at {sizes.large:,} beside {small:,} customers", ratio, "×", 1.1, note=note)


def _child(mode: str, path: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home:
        printed = child(
            _CODE, mode, str(time.monotonic()), str(path), QT_QPA_PLATFORM="offscreen", SHUKE_HOME=home
        )
        shutil.rmtree(home, ignore_errors=True)
        Path(home).mkdir()
    answer: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return answer
