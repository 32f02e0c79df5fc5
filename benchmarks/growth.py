"""Growth: what takes how much longer with a hundred times as many customers."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import books, importing, lookups, purchase, regrade, sheets, window
from benchmarks.measure import Figure, Sizes, each
from services import find

IMPORTED = 3
"""Rows of the imports: this part of ten of the sizes, for one file may have 300,000 rows at most."""


def run(sizes: Sizes) -> list[Figure]:
    small, large = sizes.small, sizes.large
    jobs: dict[str, tuple[Callable[[int], float], float]] = {
        "look-ups": (_look_up, 20),
        "search box": (_search_box, 20),
        "purchase until committed": (_commit, 2),
        "window usable": (partial(_start, sizes), 1.2),
        "regrade": (_regrade, 130),
    }
    figures = []
    for name, (job, limit) in jobs.items():
        little, much = job(small), job(large)
        note = f"{_ms(much)} against {_ms(little)}"
        figures.append(
            Figure(f"growth from {small:,} to {large:,}: {name}", much / little, "×", limit, note=note)
        )
    return [*figures, _import(sizes)]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.1f} s"


def _look_up(customers: int) -> float:
    with books.opened(books.shop_file(customers)):
        asked = [text for texts in lookups.queries(200).values() for text in texts]
        each(find.look_up, asked)
        return statistics.median(each(find.look_up, asked))


def _search_box(customers: int) -> float:
    with books.opened(books.shop_file(customers)) as shop:
        asked = [text for texts in lookups.queries(200).values() for text in texts]
        each(partial(find.find, shop), asked)
        return statistics.median(each(partial(find.find, shop), asked))


def _commit(customers: int) -> float:
    path = books.copy(customers, "growth")
    try:
        with books.opened(path) as shop:
            tickets = purchase._tickets(purchase.PURCHASES)
            taken = [purchase._bought(shop, ticket, number) for number, ticket in enumerate(tickets)]
        return statistics.median(taken)
    finally:
        books.remove(path)


def _start(sizes: Sizes, customers: int) -> float:
    path = books.copy(customers, "growth")
    try:
        return statistics.median(window._child("start", path)["seconds"] for _ in range(sizes.tries * 2))
    finally:
        books.remove(path)


def _regrade(customers: int) -> float:
    return statistics.median(regrade._timed(customers, regrade._ours) for _ in range(2))


def _import(sizes: Sizes) -> Figure:
    few, many = (max(30, size * IMPORTED // 10) for size in (sizes.small, sizes.large))
    empty = importing._empty()
    little, much = (_imported(empty, sheets.text_file("customers", rows)) for rows in (few, many))
    note = f"{_ms(much)} against {_ms(little)}"
    return Figure(f"growth from {few:,} to {many:,} rows: import", much / little, "×", 130, note=note)


def _imported(before: Path, path: Path) -> float:
    return statistics.median(importing.timed(before, path, "customers") for _ in range(2))
