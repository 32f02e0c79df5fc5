"""Reading 100,000 rows in: beside reading them with calamine and a bare executemany, memory, and Stop."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import books, sheets
from benchmarks.measure import Figure, Sizes, child, in_turns
from models import database
from services.imports import run as imports
from services.progress import Cancelled
from services.setup import create_shop
from services.shop import Shop

PEOPLE_PER_ROW = 10
"""So many purchases of the sheet belong to one customer."""
STOPS = (0.1, 0.3, 0.5, 0.7, 0.85)
"""When Stop is pressed, as a part of the whole import."""


def run(sizes: Sizes) -> list[Figure]:
    figures = []
    people = max(1, sizes.rows // PEOPLE_PER_ROW)
    for kind in ("customers", "purchases"):
        path = sheets.workbook(kind, sizes.rows, people)
        before = _empty() if kind == "customers" else with_customers(people)
        tries = max(1, sizes.tries // 2)
        ours, bare, ratio = in_turns(partial(timed, before, path, kind), partial(_bare, path, kind), tries)
        note = f"{ours:.1f} s against {bare:.1f} s"
        what = f"import of {sizes.rows:,} {kind}"
        figures.append(Figure(f"{what}, beside reading and a bare executemany", ratio, "×", 4, note=note))
        memory = json.loads(child(_CODE, str(before), str(path), kind).splitlines()[-1])
        note = f"the program {memory['own']:.0f}, its reading child {memory['child']:.0f}"
        figures.append(Figure(f"{what}, peak memory", memory["own"] + memory["child"], "MiB", 350, note=note))
        late = max(_stopped(before, path, kind, ours * part) for part in STOPS)
        figures.append(Figure(f"{what}, from Stop to the former state", late, "s", 0.5))
    return figures


def _empty() -> Path:
    path = books.WORK / "import-empty.db"
    books.remove(path)
    create_shop(str(path), "进货店", books.OWNER, books.PINS[books.OWNER], trial=True, clock=books.CLOCK)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


def with_customers(people: int) -> Path:
    """An otherwise empty shop with the customers of the purchase sheet."""
    path = books.WORK / f"import-{people}.db"
    books.remove(path)
    shutil.copyfile(_empty(), path)
    with books.opened(path) as shop:
        read_in(shop, sheets.text_file("customers", people), "customers")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def read_in(shop: Shop, path: Path, kind: str, progress: Callable[[int, int], None] | None = None) -> int:
    """Dry run and import. Returns the rows added."""
    told = progress or (lambda done, total: None)
    result = imports.apply(shop, imports.plan(shop, path, kind, None, told), told)
    return result.added


def timed(before: Path, path: Path, kind: str) -> float:
    """Seconds of an import into a copy of `before`."""
    books_file = _copied(before)
    with books.opened(books_file) as shop:
        began = time.perf_counter()
        added = read_in(shop, path, kind)
        taken = time.perf_counter() - began
    _gone(books_file)
    assert added > 0, "nothing was imported"
    return taken


def _copied(before: Path) -> Path:
    folder = books.WORK / f"importing-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return Path(shutil.copyfile(before, folder / "shop.db"))


def _gone(books_file: Path) -> None:
    """The copy, and the backup that the import made beside it."""
    shutil.rmtree(books_file.parent, ignore_errors=True)


def _bare(path: Path, kind: str) -> float:
    """calamine reads the sheet; each row goes into a table of its own with indexes like ours, in one transaction."""
    from python_calamine import CalamineWorkbook

    books_file = books.WORK / "bare.db"
    books.remove(books_file)
    connection = database.connect(str(books_file))
    connection.connect()
    cursor = connection.connection()
    columns = ", ".join(f"c{number}" for number in range(10))
    cursor.execute(f"CREATE TABLE sheet (id INTEGER PRIMARY KEY, {columns})")
    # The customer table is looked up by card, name and phone; the purchase table by customer and day, item and ticket.
    for indexed in ("c0", "c1", "c2") if kind == "customers" else ("c1, c0", "c4", "c3"):
        cursor.execute(f"CREATE INDEX i{indexed.replace(', ', '')} ON sheet ({indexed})")
    began = time.perf_counter()
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).iter_rows()
    next(rows)
    marks = ", ".join("?" * 10)
    cursor.execute("BEGIN IMMEDIATE")
    cursor.executemany(f"INSERT INTO sheet ({columns}) VALUES ({marks})", (row[:10] for row in rows))
    cursor.execute("COMMIT")
    taken = time.perf_counter() - began
    connection.close()
    books.remove(books_file)
    return taken


def _stopped(before: Path, path: Path, kind: str, after: float) -> float:
    """Seconds from Stop until the import has given up; checks that nothing of it stayed."""
    books_file = _copied(before)
    with books.opened(books_file) as shop:
        counts = _counts()
        pressed = time.monotonic() + after

        def told(_done: int, _total: int) -> None:
            if time.monotonic() >= pressed:
                raise Cancelled

        try:
            read_in(shop, path, kind, told)
        except Cancelled:
            late = time.monotonic() - pressed
            assert _counts() == counts, "a stopped import left something behind"
        else:
            # The import was over, only the grades were still being reckoned: nothing was left to stop.
            late = 0.0
    _gone(books_file)
    return late


def _counts() -> list[Any]:
    return [
        database.value_of(f"SELECT COUNT(*) FROM {name}")
        for name in ("customer", "purchase", "journal_entry")
    ]


_CODE = """
import json, sys
sys.modules["psycopg"] = None
from pathlib import Path
from benchmarks import books, importing, measure
path = importing._copied(Path(sys.argv[1]))
with books.opened(path) as shop:
    measure.forget_peak()
    with measure.children() as helpers:
        importing.read_in(shop, Path(sys.argv[2]), sys.argv[3])
    own = measure.memory()[1]
importing._gone(path)
print(json.dumps({"own": own, "child": max(helpers.values(), default=0)}))
"""
