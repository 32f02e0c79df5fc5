"""The words of very many customers, made by a second process while the books are busy with other rows.

Run by path as a program it is that process: a line `name TAB phones` a customer comes on stdin, a line of words goes to
stdout.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from itertools import repeat
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from models import database
from services.search_fts import document

WORTH = 20_000
"""Fewer customers are done before a process has started."""

_LOOK = 0.05
"""Seconds between two looks at Stop."""

People = Sequence[tuple[str, Sequence[str]]]


@contextmanager
def documents(
    people: People, waiting: Callable[[], None] = lambda: None, worth: int = 0
) -> Iterator[Iterable[str | None]]:
    """The words of each, in order; None where the caller has to make them. Asking waits for the process.

    `waiting` is called now and then meanwhile: Stop is heard there. `worth`: fewer than these are made by the caller.
    """
    if len(people) < (worth or WORTH) or (os.cpu_count() or 1) < 2 or database.is_postgres():
        yield repeat(None)
        return
    try:
        maker = _Maker(people)
    except OSError:
        yield repeat(None)
        return
    try:
        yield maker.lines(waiting)
    finally:
        maker.stop()


class _Maker:
    def __init__(self, people: People) -> None:
        self.number = len(people)
        self.answer = b""
        self.process = subprocess.Popen(
            [sys.executable, "-I", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        request = "".join([f"{_line(name)}\t{' '.join(phones)}\n" for name, phones in people]).encode()
        self.thread = threading.Thread(target=self._talk, args=(request,), name="search-words", daemon=True)
        self.thread.start()

    def _talk(self, request: bytes) -> None:
        with suppress(OSError, ValueError):  # a dead process: the caller makes the words
            self.answer = self.process.communicate(request)[0]

    def lines(self, waiting: Callable[[], None]) -> Iterator[str | None]:
        while self.thread.is_alive():
            waiting()
            self.thread.join(_LOOK)
        found, self.answer = self.answer, b""
        if self.process.returncode or found.count(b"\n") != self.number:
            yield from repeat(None)
        for line in BytesIO(found):
            yield line[:-1].decode()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.thread.join(timeout=5)


def _line(name: str) -> str:
    return " ".join(name.split())


def main() -> None:
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        name, phones = line.decode()[:-1].split("\t")
        out.write(document(name, phones.split()).encode() + b"\n")


if __name__ == "__main__":
    main()
