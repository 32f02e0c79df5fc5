"""One purchase beside the bare transaction of the very same statements, and its forced writes."""

from __future__ import annotations

import re
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import books
from benchmarks.measure import Figure, Sizes, child, percentile
from models import database
from services import purchases
from services.purchases import LineIn
from services.shop import Shop

PURCHASES = 300
COUNTED = 100

Statement = tuple[str, Any]


def run(sizes: Sizes) -> list[Figure]:
    return [*_speed(sizes.middle), *_forced_writes(sizes.middle)]


def _speed(customers: int) -> list[Figure]:
    """The statements of each purchase are recorded on one copy and replayed on another, in turns with ours."""
    recorded = _record(customers)
    ours_file, bare_file = books.copy(customers, "ours"), books.copy(customers, "bare")
    ours, bare = [], []
    with books.opened(bare_file):
        bare_connection = database.connect(str(bare_file))
        bare_connection.connect()
        cursor = bare_connection.connection()
        database.close()
    with books.opened(ours_file) as shop:
        tickets = _tickets(PURCHASES)
        for number, (ticket, statements) in enumerate(zip(tickets, recorded, strict=True)):
            if number % 2:
                bare.append(_replayed(cursor, statements))
                ours.append(_bought(shop, ticket, number))
            else:
                ours.append(_bought(shop, ticket, number))
                bare.append(_replayed(cursor, statements))
    bare_connection.close()
    books.remove(ours_file)
    books.remove(bare_file)
    ratio = statistics.median(ours) / statistics.median(bare)
    note = f"median {statistics.median(ours) * 1000:.2f} ms against {statistics.median(bare) * 1000:.2f} ms"
    return [
        Figure("purchase, beside the bare transaction with the same statements", ratio, "×", 3, note=note),
        Figure("purchase, p99", percentile(ours, 99) * 1000, "ms", floor=percentile(bare, 99) * 1000),
        Figure(
            "purchase, statements in its transaction", statistics.median(len(one) for one in recorded), ""
        ),
    ]


def _tickets(count: int) -> list[tuple[int, list[LineIn]]]:
    """Customers and lines drawn at random, the same each time."""
    rng = Random(3)
    ids = [row[0] for row in database.rows("SELECT id FROM customer WHERE state = 'active' ORDER BY id")]
    return [
        (
            rng.choice(ids),
            [
                LineIn(f"N{rng.randrange(9000)}", rng.randrange(5000, 90000), size="M")
                for _ in range(rng.choice((1, 2)))
            ],
        )
        for _ in range(count)
    ]


def _bought(shop: Shop, ticket: tuple[int, list[LineIn]], number: int) -> float:
    began = time.perf_counter()
    purchases.buy(shop, ticket[0], ticket[1], key=f"benchmark-{number}")
    return time.perf_counter() - began


def _record(customers: int) -> list[list[Statement]]:
    """All statements of each purchase, BEGIN and COMMIT included, with what was bound."""
    path = books.copy(customers, "record")
    recorded: list[list[Statement]] = []
    with books.opened(path) as shop:
        connection = database.database.connection()

        def note(_cursor: object, sql: str, bound: Any) -> bool:
            recorded[-1].append((sql, bound))
            return True

        for number, ticket in enumerate(_tickets(PURCHASES)):
            recorded.append([])
            connection.exec_trace = note
            _bought(shop, ticket, number)
            connection.exec_trace = None
    books.remove(path)
    return recorded


def _replayed(connection: Any, statements: list[Statement]) -> float:
    began = time.perf_counter()
    for sql, bound in statements:
        for _row in connection.execute(sql, bound):
            pass
    return time.perf_counter() - began


_CODE = """
import sys
sys.modules["psycopg"] = None
from pathlib import Path
from benchmarks import books, purchase
with books.opened(Path(sys.argv[1])) as shop:
    for number, ticket in enumerate(purchase._tickets(int(sys.argv[2]))):
        purchase._bought(shop, ticket, number)
"""


def _forced_writes(customers: int) -> list[Figure]:
    """Counted with strace: those of many purchases less those of opening and closing the books alone."""
    if not shutil.which("strace"):
        return [Figure("purchase, forced writes: strace is not installed", 0, "")]
    many, none = _count(customers, COUNTED), _count(customers, 0)
    return [Figure("purchase, forced writes (fsync, fdatasync)", (many - none) / COUNTED, "", 2)]


def _count(customers: int, purchases_made: int) -> int:
    path = books.copy(customers, "forced")
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "strace"
        strace = ("strace", "-f", "-c", "-e", "trace=fdatasync,fsync", "-o", str(said))
        child(_CODE, str(path), str(purchases_made), prefix=strace)
        text = said.read_text()
    books.remove(path)
    rows = re.findall(
        r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(fsync|fdatasync)\s*$", text, re.MULTILINE
    )
    return sum(int(calls) for calls, _name in rows)
