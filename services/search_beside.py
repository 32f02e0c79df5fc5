"""The words of very many customers, made by a second process while the books are busy with other rows.

Run by path as a program it is that process: a line `name TAB phones` a customer comes on stdin, a line of words goes to
stdout; after an empty line the answers so far are sent.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import repeat
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from services.search_words import document

WORTH = 20_000
"""Fewer customers than this are quicker done than a process is started."""
_LOOK = 0.05
"""Seconds between two looks at Stop."""
_PIECE = 1 << 16
_END = b"\n"
"""An empty line: so far was asked, the answers are waited for."""

People = Sequence[tuple[str, Sequence[str]]]
Words = Iterable[str | None]
"""None: the caller has to make them."""


class Maker:
    """The process. `ask` for the words of some people, do other things, then take the `answers`, in that order."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._asked: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._made: queue.SimpleQueue[list[bytes]] = queue.SimpleQueue()
        self._ready: list[bytes] = []
        self._dead = False
        self._threads = [
            threading.Thread(target=job, name="search-words", daemon=True)
            for job in (self._write, self._read)
        ]
        for thread in self._threads:
            thread.start()

    def ask(self, people: People) -> None:
        text = "".join([f"{' '.join(name.split())}\t{' '.join(phones)}\n" for name, phones in people])
        self._asked.put(text.encode() + _END)

    def answers(self, number: int, waiting: Callable[[], None] = lambda: None) -> Iterator[str | None]:
        """The next `number` lines of words. `waiting` is called now and then meanwhile: Stop is heard there."""
        while number:
            if not self._ready and not self._fetch(waiting):
                yield from repeat(None, number)
                return
            part, self._ready = self._ready[:number], self._ready[number:]
            number -= len(part)
            for line in part:
                yield line.decode()

    def _fetch(self, waiting: Callable[[], None]) -> bool:
        while not self._dead:
            with suppress(queue.Empty):
                self._ready = self._made.get(timeout=_LOOK)
                self._dead = not self._ready
                return not self._dead
            waiting()
        return False

    def _write(self) -> None:
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):  # a dead process: the caller makes the words
            while (text := self._asked.get()) is not None:
                self._process.stdin.write(text)
                self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None
        rest = b""
        with suppress(OSError, ValueError):
            while piece := self._process.stdout.read1(_PIECE):  # type: ignore[attr-defined]
                *lines, rest = (rest + piece).split(b"\n")
                if lines:
                    self._made.put(lines)
        self._made.put([])

    def stop(self) -> None:
        self._asked.put(None)
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(timeout=5)
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]


@contextmanager
def maker(number: int, worth: int = 0) -> Iterator[Maker | None]:
    """A process for so many people; None where it is not worth one, or where there can be none."""
    from models import database  # not needed by the process itself, which starts in half the time without

    if number < (worth or WORTH) or (os.cpu_count() or 1) < 2 or database.is_postgres():
        yield None
        return
    try:
        found = Maker()
    except OSError:
        yield None
        return
    try:
        yield found
    finally:
        found.stop()


@contextmanager
def documents(people: People, waiting: Callable[[], None] = lambda: None) -> Iterator[Words]:
    """The words of each, in order. Asking waits for the process."""
    with maker(len(people)) as found:
        if found is None:
            yield repeat(None)
        else:
            found.ask(people)
            yield found.answers(len(people), waiting)


def main() -> None:
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        if line == _END:
            out.flush()
            continue
        name, phones = line.decode()[:-1].split("\t")
        out.write(document(name, phones.split()).encode() + b"\n")


if __name__ == "__main__":
    main()
