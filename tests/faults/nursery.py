"""A process that has loaded the program already and forks a fresh one for every try: many deaths a minute.

Run as `python -m tests.faults.nursery`; `Nursery` is its other end. The parent never opens any books: a connection must
not live through a fork.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_OURS = ("services", "models", "ui", "resources")
_PR_SET_PTRACER, _ANY = 0x59616D61, -1


@dataclass
class Child:
    """One forked program on its way."""

    pid: int
    out: Path
    err: Path
    nursery: Nursery
    status: int | None = None

    def kill(self, number: int = signal.SIGKILL) -> None:
        os.kill(self.pid, number)

    def wait(self) -> int:
        """The exit status, negative for a signal."""
        if self.status is None:
            self.status = int(self.nursery.ask({"wait": self.pid})["status"])
        return self.status

    @property
    def said(self) -> str:
        return self.out.read_text("utf-8", "replace") if self.out.exists() else ""

    @property
    def error(self) -> str:
        return self.err.read_text("utf-8", "replace") if self.err.exists() else ""


@dataclass
class Nursery:
    """The test's end."""

    folder: Path
    tree: Path = ROOT
    number: int = 0
    process: Any = field(default=None, repr=False)

    def __enter__(self) -> Nursery:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SHUKE_", "DISPLAY", "WAYLAND"))}
        self.process = subprocess.Popen(
            [sys.executable, str(self.tree / "tests/faults/nursery.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=self.tree,
            env=kept | {"PYTHONPATH": str(self.tree), "SHUKE_HOME": str(self.folder), "PYTHONHASHSEED": "0"},
        )  # fmt: skip
        return self

    def __exit__(self, *_why: object) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()

    def ask(self, request: dict[str, Any]) -> Any:
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the nursery is gone"
        return json.loads(line)

    def start(
        self,
        args: list[str],
        pin: str = "",
        *,
        home: Path,
        lines: Path | None = None,
        halt: bool = False,
        memory: int = 0,
    ) -> Child:
        """A fresh program with `args`. `lines` is its stdin; `halt`: it stops itself before the first step; `memory`: so
        many MiB more than it begins with, and not one more.
        """
        self.number += 1
        out, err = self.folder / f"{self.number % 50}.out", self.folder / f"{self.number % 50}.err"
        for old in (out, err):  # whoever waits for the first answer must not find an older one
            old.unlink(missing_ok=True)
        env = {"SHUKE_HOME": str(home)} | ({"SHUKE_PIN": pin, "SHUKE_NEW_PIN": pin} if pin else {})
        request = {"args": args, "env": env, "in": str(lines or os.devnull), "out": str(out), "err": str(err)}
        found = self.ask(request | {"halt": halt, "cwd": str(home), "memory": memory})
        return Child(int(found["pid"]), out, err, self)

    def run(self, args: list[str], pin: str = "", **how: Any) -> Child:
        child = self.start(args, pin, **how)
        child.wait()
        return child

    def learn(self, args: list[str], pin: str = "", *, home: Path) -> int:
        """Runs once, and loads for all later ones what that run loaded. Returns how many modules."""
        env = {"SHUKE_HOME": str(home)} | ({"SHUKE_PIN": pin} if pin else {})
        request = {"args": args, "env": env, "in": os.devnull, "out": os.devnull, "err": os.devnull}
        return int(self.ask(request | {"learn": True, "cwd": str(home)})["modules"])


def stopped(pid: int) -> None:
    """Waits until a child that halts itself has done so."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        if state in "Tt":
            return
        time.sleep(0.001)
    raise AssertionError("the child did not halt")


# The other end ---------------------------------------------------------------------------------------


def serve() -> None:
    from main import leave_out_unused_drivers
    from ui.cli import frame

    leave_out_unused_drivers(["--db", "none.db"])
    for name in sorted(set(frame.COMMANDS.values())):
        importlib.import_module(f"ui.cli.{name}")
    import services.backup
    import services.recovery  # noqa: F401

    gc.freeze()
    answer = os.dup(1)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        if "wait" in request:
            _pid, status = os.waitpid(request["wait"], 0)
            said: dict[str, Any] = {"status": os.waitstatus_to_exitcode(status)}
        elif request.get("learn"):
            said = {"modules": _learn(request)}
        else:
            pid = os.fork()
            if pid == 0:
                _live(request, answer)
            said = {"pid": pid}
        os.write(answer, json.dumps(said).encode() + b"\n")


def _live(request: dict[str, Any], answer: int, told: int = -1) -> None:
    status = 99
    try:
        os.close(answer)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        for number, handle in ((0, os.open(request["in"], os.O_RDONLY)),
                               (1, os.open(request["out"], flags)), (2, os.open(request["err"], flags))):  # fmt: skip
            os.dup2(handle, number)
            os.close(handle)
        sys.stdin, sys.stdout, sys.stderr = (
            os.fdopen(number, mode, encoding="utf-8") for number, mode in ((0, "r"), (1, "w"), (2, "w"))
        )
        for name in ("SHUKE_PIN", "SHUKE_NEW_PIN"):
            os.environ.pop(name, None)
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        if request.get("halt"):
            ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANY, 0, 0, 0)
            os.kill(os.getpid(), signal.SIGSTOP)
        import main

        if request.get("memory"):
            _no_more_than(request["memory"])
        status = main.main(request["args"])
        from models import database

        database.close()  # a process that ends by itself closes its books, and empties their log
        sys.stdout.flush()
        sys.stderr.flush()
        if told >= 0:
            os.write(told, json.dumps(sorted(sys.modules)).encode())
    finally:
        os._exit(status)


def _no_more_than(mebibytes: int) -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + (mebibytes << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _learn(request: dict[str, Any]) -> int:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _live(request, os.dup(2), writer)
    os.close(writer)
    with open(reader, "rb") as stream:
        names = json.loads(stream.read() or b"[]")
    os.waitpid(pid, 0)
    found = 0
    for name in names:
        if name not in sys.modules and not name.startswith(("PySide6", "__")):
            try:
                importlib.import_module(name)
                found += 1
            except Exception:  # a name that is only an alias inside a package
                continue
    gc.freeze()
    return found


if __name__ == "__main__":
    serve()
