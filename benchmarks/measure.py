"""Timing side by side, memory of child processes, and the figures that come of it."""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024


@dataclass(frozen=True)
class Figure:
    """One measured value beside what it may be."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    """At most this; None: for information."""
    floor: float | None = None
    """What the bare work took, in the same unit, measured in turns with ours."""
    note: str = ""

    @property
    def ok(self) -> bool:
        return self.limit is None or self.value <= self.limit

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ok": self.ok}


@dataclass(frozen=True)
class Sizes:
    """How large the shops of a run are: the issue's sizes, or small ones to try the scripts."""

    small: int = 10_000
    middle: int = 100_000
    large: int = 1_000_000
    rows: int = 100_000
    """Rows of the imported workbook."""
    pieces: int = 1_000
    """Cards and labels."""
    tries: int = 5


QUICK = Sizes(small=300, middle=1_000, large=3_000, rows=1_000, pieces=100, tries=2)


def seconds(job: Callable[[], object]) -> float:
    """Wall time of one call, with no garbage left over from before."""
    gc.collect()
    began = time.perf_counter()
    job()
    return time.perf_counter() - began


def in_turns(ours: Callable[[], float], floor: Callable[[], float], tries: int) -> tuple[float, float, float]:
    """Medians of ours and of the floor, and the median of the ratios of neighbours. Each callable times itself.

    Neighbouring runs share the machine's mood, so the ratio is steadier than either time.
    """
    ours(), floor()
    mine, bare = [], []
    for number in range(tries):
        if number % 2:
            bare.append(floor())
            mine.append(ours())
        else:
            mine.append(ours())
            bare.append(floor())
    ratios = [m / b for m, b in zip(mine, bare, strict=True)]
    return statistics.median(mine), statistics.median(bare), statistics.median(ratios)


def percentile(values: Sequence[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def each(job: Callable[[Any], object], cases: Sequence[Any]) -> list[float]:
    """The seconds of `job` for every case."""
    taken = []
    for case in cases:
        began = time.perf_counter()
        job(case)
        taken.append(time.perf_counter() - began)
    return taken


def child(code: str, *arguments: str, prefix: Sequence[str] = (), **environment: str) -> str:
    """Runs Python code in a process of its own and returns what it printed."""
    done = subprocess.run(
        [*prefix, sys.executable, "-c", code, *arguments],
        cwd=HERE,
        env={**os.environ, "PYTHONPATH": str(HERE), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return done.stdout


def memory() -> tuple[float, float]:
    """MiB resident now, and at most since the last `forget_peak` (Linux)."""
    text = Path("/proc/self/status").read_text()
    now, peak = (int(text.split(f"{name}:")[1].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return now, peak


def forget_peak() -> float:
    """Begins a new peak, so that hashing the PIN at sign-in is not counted. Returns the MiB resident now."""
    Path("/proc/self/clear_refs").write_text("5")
    return memory()[0]


@contextmanager
def children() -> Iterator[dict[int, float]]:
    """Looks at the processes that this one starts: number → MiB at their peak (Linux).

    Not `RUSAGE_CHILDREN`: that counts what this process itself held at the moment of starting them.
    """
    found: dict[int, float] = {}
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.01):
            for task in Path("/proc/self/task").glob("*/children"):
                with suppress(OSError):
                    for number in map(int, task.read_text().split()):
                        with suppress(OSError, IndexError):
                            text = Path(f"/proc/{number}/status").read_text()
                            peak = int(text.split("VmHWM:")[1].split()[0]) / 1024
                            found[number] = max(found.get(number, 0), peak)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = ["| | measured | at most | floor | |", "| --- | ---: | ---: | ---: | --- |"]
    for f in figures:
        limit = "" if f.limit is None else f"{f.limit:g} {f.unit}"
        floor = "" if f.floor is None else f"{f.floor:.4g}"
        verdict = "" if f.limit is None else ("ok" if f.ok else "**over**")
        note = f" ({f.note})" if f.note else ""
        lines.append(f"| {f.name}{note} | {f.value:.4g} {f.unit} | {limit} | {floor} | {verdict} |")
    return "\n".join(lines)
