"""Tables damaged at random: each must be refused in words, or read with no row missing unsaid (spec 09, fault 38).

`python -m tests.faults.mutations 10000` is the long run.
"""

from __future__ import annotations

import random
import resource
import secrets
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from services.errors import ShopError
from services.imports import parsing, reader
from services.imports.child.common import Bad
from services.imports.child.kinds import kind_of
from services.imports.child.text_table import Csv
from services.imports.child.workbook import Workbook
from services.imports.plan import Choice
from services.policy import load

ROWS = 200
TITLES = ["姓名", "卡号", "手机", "地址", "备注"]
SECONDS = 3
"""Longer is a hang."""


def people() -> list[list[str]]:
    return [
        [f"王小丽{n}", f"K{n:04d}", f"1380000{n:04d}", f"船山区和平路{n}号", "老客户"] for n in range(ROWS)
    ]


def honest_files(folder: Path) -> dict[str, bytes]:
    """The same table as a workbook and as texts."""
    from openpyxl import Workbook as Writer

    book = Writer()
    for row in (TITLES, *people()):
        book.active.append(row)
    book.save(folder / "good.xlsx")
    text = "\n".join(",".join(row) for row in (TITLES, *people())) + "\n"
    return {
        "xlsx": (folder / "good.xlsx").read_bytes(),
        "utf8.csv": text.encode("utf-8-sig"),
        "gbk.csv": text.encode("gb18030"),
        "utf16.csv": text.encode("utf-16"),
    }


def mutated(kind: str, good: bytes, chance: random.Random, path: Path) -> Path:
    """A damaged copy: bytes of the file, or of a part of the workbook that is then zipped soundly again."""
    if kind == "xlsx" and chance.random() < 0.6:
        with (
            zipfile.ZipFile(path.with_name("good.xlsx")) as old,
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            names = old.namelist()
            target = chance.choice([name for name in names if name.endswith((".xml", ".rels"))])
            for name in names:
                text = old.read(name)
                new.writestr(name, _damaged(text, chance, cut=True) if name == target else text)
        return path
    # A byte taken out of a text can take a whole row with it and leave no trace: there bytes are only changed.
    path.write_bytes(_damaged(good, chance, cut=kind == "xlsx"))
    return path


def _damaged(good: bytes, chance: random.Random, cut: bool) -> bytes:
    raw = bytearray(good)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(raw))
        if cut and chance.random() < 0.3:
            del raw[place : place + chance.randint(1, 40)]
        else:
            raw[place] = chance.randrange(256)
    return bytes(raw)


class Inside:
    """The reading child without its process, so that thousands of files take a minute."""

    def __init__(self, request: dict[str, Any], path: Path) -> None:
        self.path = path
        self._messages = self._answer(request)

    def _answer(self, request: dict[str, Any]) -> Iterator[Any]:
        path = request["path"]
        try:
            kind = kind_of(Path(path).read_bytes()[:4096], path)
            book: Any = Csv(request) if kind == "text" else Workbook(request, kind)
            heads = list(book.heads())
            yield {"heads": heads, **book.facts}
            yield from book.chunks(heads[0]["name"])
            yield {"end": True, "warnings": book.warnings}
        except Bad as why:
            yield why.facts

    def next(self, _progress: Any) -> Any:
        message = next(self._messages)
        if isinstance(message, dict) and "error" in message:
            raise reader._sentence(message, self.path)
        return message

    def say(self, _message: Any) -> None: ...

    def kill(self) -> None: ...


@contextmanager
def without_a_process() -> Iterator[None]:
    real = reader._Child
    reader._Child = Inside  # type: ignore[assignment, misc]
    try:
        yield
    finally:
        reader._Child = real  # type: ignore[misc]


def examine(path: Path) -> str:
    """`refused`, `read` or `told`. Raises AssertionError where rows are missing without a word."""
    setting = parsing.Setting(load(), date(2026, 11, 22), Choice())
    began = time.monotonic()
    try:
        parsed = parsing.parse(path, "customers", setting)
    except ShopError as why:
        assert str(why).strip(), "an empty sentence"
        return "refused"
    finally:
        assert time.monotonic() - began < SECONDS * 5, "a hang"
    if parsed.warnings or parsed.errors:
        return "told"
    # An empty row is where a lost one was; a row taken for a heading is counted as such before people's eyes.
    counted = parsed.read + sum(number for kind, number in parsed.skipped.items() if kind != "blank")
    assert counted >= ROWS, f"{ROWS - counted} rows are missing without a word"
    return "read"


def examine_many(number: int, seed: int, folder: Path) -> Counter[str]:
    files = honest_files(folder)
    found: Counter[str] = Counter()
    with without_a_process():
        for at in range(number):
            chance = random.Random(f"{seed}-{at}")
            kind = "xlsx" if at % 2 else chance.choice(["utf8.csv", "gbk.csv", "utf16.csv"])
            path = mutated(kind, files[kind], chance, folder / f"mutated.{kind}")
            try:
                found[examine(path)] += 1
            except BaseException as why:
                raise AssertionError(f"seed {seed}, file {at} ({kind}): {why!r}") from why
    return found


def main(number: int) -> None:
    seed = secrets.randbelow(1 << 32)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = examine_many(number, seed, Path(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{number} files, seed {seed}, {time.monotonic() - began:.0f} s, peak {peak} MiB: {dict(found)}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
