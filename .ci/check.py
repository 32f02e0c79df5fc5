"""All that CI runs, each step to its end, with a summary: `python3 run.py test`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTEST = [sys.executable, "-m", "pytest"]
SIDE_BY_SIDE = ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadfile"]
"""A file's tests stay together, for what they share; those on a real screen need the keyboard for themselves."""


@dataclass(frozen=True)
class Step:
    """One command. Quiet ones show what they print only when they fail."""

    name: str
    command: list[str]
    quiet: bool = True
    platform: str = "offscreen"


@dataclass(frozen=True)
class Outcome:
    name: str
    ok: bool
    seconds: float


def steps() -> list[Step]:
    found = [
        Step("ruff check", [_tool("ruff"), "check", "."]),
        Step("ruff format", [_tool("ruff"), "format", "--check", "."]),
        Step("import contracts", [_tool("lint-imports"), "--no-cache"]),
        Step("mypy", [sys.executable, "-m", "mypy"]),
        Step("words", [sys.executable, str(HERE / ".ci" / "words.py"), "--check"]),
        Step(
            "pytest",
            [*PYTEST, "-q", *SIDE_BY_SIDE, "--continue-on-collection-errors", "-m", "not xvfb"],
            quiet=False,
        ),
    ]
    if shutil.which("xvfb-run") and shutil.which("Xvfb"):
        screen = ["xvfb-run", "-a", "-s", "-screen 0 1366x768x24"]
        found.append(
            Step("pytest on Xvfb", [*screen, *PYTEST, "-q", "-m", "xvfb"], quiet=False, platform="xcb")
        )
    return found


def main(arguments: list[str]) -> int:
    """With arguments: only pytest, with these. Returns 0 when every step is well."""
    if arguments:
        return _start(Step("pytest", [*PYTEST, *arguments], quiet=False)).returncode
    outcomes = [run(step) for step in steps()]
    print("\nsummary")
    for outcome in outcomes:
        print(f"  {'ok    ' if outcome.ok else 'FAILED'}  {outcome.name}  ({outcome.seconds:.1f} s)")
    return 0 if all(outcome.ok for outcome in outcomes) else 1


def run(step: Step) -> Outcome:
    print(f"== {step.name}", flush=True)
    began = time.perf_counter()
    result = _start(step)
    ok = result.returncode == 0
    if step.quiet and not ok:
        print(result.stdout, flush=True)
    return Outcome(step.name, ok, time.perf_counter() - began)


def _start(step: Step) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONUTF8": "1"}
    # Tests must not depend on the developer's screen, language or own settings.
    for name in ("SHUKE_PIN", "SHUKE_NEW_PIN", "SHUKE_HOME", "QT_IM_MODULE"):
        environment.pop(name, None)
    environment["QT_QPA_PLATFORM"] = step.platform
    return subprocess.run(
        step.command,
        cwd=HERE,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if step.quiet else None,
        stderr=subprocess.STDOUT if step.quiet else None,
        text=True,
        encoding="utf-8",
        errors="replace",
    )


def _tool(name: str) -> str:
    return str(BIN / (name + (".exe" if os.name == "nt" else "")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
