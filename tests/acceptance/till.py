"""The program as a stranger meets it: `python main.py …` in a process of its own, judged by what it prints."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TODAY = "2026-11-22"
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
OWNER, MANAGER, CLERK = "店主", "店长", "店员"


@dataclass(frozen=True)
class Said:
    """What one call answered."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """The sentence of a refusal."""
        return self.err.strip()


@dataclass
class Till:
    """One shop's books and the PINs of its people."""

    books: str
    home: Path
    pins: dict[str, str] = field(default_factory=dict)
    today: str = ""

    def command(
        self, user: str, *words: object, lang: str = "zh", as_json: bool = True, today: str | None = None
    ) -> list[str]:
        day = self.today if today is None else today
        common = ["--db", self.books, "--lang", lang]
        common += ["--today", day] if day else []
        common += ["--user", user] if user else []
        common += ["--json"] if as_json else []
        return [sys.executable, str(ROOT / "main.py"), *common, *map(str, words)]

    def environment(self, user: str = "", **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SHUKE_", "DISPLAY", "WAYLAND"))}
        kept |= {"SHUKE_HOME": str(self.home)}
        if user in self.pins:
            kept["SHUKE_PIN"] = self.pins[user]
        return kept | more

    def run(
        self,
        user: str,
        *words: object,
        lang: str = "zh",
        as_json: bool = True,
        today: str | None = None,
        env: dict[str, str] | None = None,
        stdin: str = "",
        prefix: tuple[str, ...] = (),
        limit: Any = None,
    ) -> Said:
        """Calls the program once. No traceback, one JSON document, exit status 0, 1 or 2: demanded of every call."""
        command = [*prefix, *self.command(user, *words, lang=lang, as_json=as_json, today=today)]
        done = subprocess.run(
            command,
            env=self.environment(user, **(env or {})),
            input=stdin.encode(),
            capture_output=True,
            timeout=120,
            cwd=self.home,
            preexec_fn=limit,
        )
        said = Said(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
        judge(said, as_json=as_json and "batch" not in words and "--help" not in words)
        return said

    def ok(self, user: str, *words: object, **how: Any) -> Any:
        """The JSON of a call that must succeed, silently on stderr."""
        said = self.run(user, *words, **how)
        assert said.status == 0, (words, said)
        assert said.err == "", (words, said.err)
        return said.data

    def no(self, user: str, *words: object, status: int = 1, **how: Any) -> str:
        """The sentence of a call that must be refused."""
        said = self.run(user, *words, **how)
        assert said.status == status, (words, said)
        assert said.error, words
        return said.error

    def batch(self, user: str, **how: Any) -> Counter:
        return Counter(self, user, **how)

    def copy(self, folder: Path) -> Till:
        """The same shop somewhere else."""
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / "shop.db"
        for tail in ("", "-wal"):
            if Path(self.books + tail).exists():
                shutil.copyfile(self.books + tail, str(target) + tail)
        home = folder / "home"
        home.mkdir(exist_ok=True)
        return Till(str(target), home, dict(self.pins), self.today)


class Counter:
    """A `batch` that stays open: one JSON request a line, one answer a line."""

    def __init__(self, till: Till, user: str, **how: Any) -> None:
        self.process = subprocess.Popen(
            till.command(user, "batch", **how),
            env=till.environment(user),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=till.home,
        )

    def __enter__(self) -> Counter:
        return self

    def __exit__(self, *_why: object) -> None:
        self.close()

    def ask(self, *words: object) -> Any:
        self.send(*words)
        return self.answer()

    def send(self, *words: object) -> None:
        assert self.process.stdin
        request = json.dumps({"args": [str(word) for word in words]}, ensure_ascii=False)
        self.process.stdin.write(request.encode() + b"\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        """The next answer; None when the process is gone (a half line is no answer)."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        return json.loads(line) if line.endswith(b"\n") else None

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)

    def gone(self) -> None:
        """After a kill: waits for the end and lets the pipes go."""
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def close(self) -> tuple[int, str]:
        if self.process.returncode is None:
            try:
                _out, err = self.process.communicate(timeout=60)
            except ValueError:  # stdin was closed already
                err = b""
            self.err = err.decode("utf-8")
        assert "Traceback" not in self.err, self.err
        return self.process.returncode, self.err


def judge(said: Said, *, as_json: bool) -> None:
    """What holds for every answer of the program."""
    assert said.status in (0, 1, 2), said
    assert "Traceback" not in said.out + said.err, said
    if as_json:
        assert said.out.count("\n") == 1, said
        json.loads(said.out)
    if said.status:
        assert said.err.strip(), said


def dump(books: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, read by another library than the program's."""
    import sqlite3

    connection = sqlite3.connect(f"file:{books}?mode=ro", uri=True)
    try:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            # The search's index itself needs a younger library; the tables that it keeps its data in do not.
            " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        ).fetchall()
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for (name,) in names
        }
    finally:
        connection.close()


def rows(books: str, sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """A query past the program, by Python's own sqlite3."""
    import sqlite3

    connection = sqlite3.connect(f"file:{books}?mode=ro", uri=True)
    try:
        return connection.execute(sql, params).fetchall()
    finally:
        connection.close()
