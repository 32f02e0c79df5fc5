"""The search's words on SQLite: a full-text index whose row numbers are ranks.

One row a customer. Its number is the rank turned round, so that the best fifty of a word are simply its first fifty
rows, whatever the size of the shop; a rank that changes is the row moved to another number. The index keeps no texts
(`content=''`) and no places in them (`detail=none`): about eighty bytes a customer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge

from models import database
from services.search_words import DIGITS, EXACT, GRAM, WHOLE, Entry, document, safe

Hit = tuple[int, int]
"""Rank and customer id."""

_TOP = (1 << 21) - 1
_SHIFT = 40
_IDS = (1 << _SHIFT) - 1
_PAGE = 60
_FIRST_PAGE = 8
_CHUNK = 2_000
_MERGED = 4
"""So many lists of one size are put together to a larger one (FTS5's own number)."""
_PIECES = 3
_SET = "INSERT INTO search_index (search_index, rank) VALUES (?, ?)"
_PUT = "INSERT INTO search_index (rowid, words) VALUES (?, ?)"
_DROP = "DELETE FROM search_index WHERE rowid = ?"
_PLACE = (
    "INSERT INTO search_place (customer_id, place) VALUES (?, ?)"
    " ON CONFLICT (customer_id) DO UPDATE SET place = excluded.place"
)


LAST_ROW = _TOP << _SHIFT | _IDS
"""This less `place << 40 | customer id` is the row of a customer."""


def row_of(place: int, customer_id: int) -> int:
    """Ascending row numbers go from the best to the last."""
    return (_TOP - place) << _SHIFT | (_IDS - customer_id)


def _hit(row: int) -> Hit:
    return _TOP - (row >> _SHIFT), _IDS - (row & _IDS)


def write_many(parts: Iterable[Sequence[Entry]]) -> None:
    """Very many customers who are not in yet, the best first. Their lists are put together later, bit by bit."""
    write_rows(map(_rows, parts))


def write_rows(parts: Iterable[Sequence[tuple[int, str]]]) -> None:
    """The same for rows that are made already: their numbers, and their words."""
    database.execute(_SET, ("automerge", 0))
    for part in parts:
        database.execute_many(_PUT, part)
    database.execute(_SET, ("automerge", _MERGED))


def write(entries: Sequence[Entry]) -> None:
    """Puts customers in who are not in yet. Quickest when they come the best first."""
    database.execute_many(_PUT, _rows(entries))


def _rows(entries: Sequence[Entry]) -> list[tuple[int, str]]:
    return [
        (row_of(place, number), words or document(name, phones))
        for number, name, phones, place, words in entries
    ]


def remember(places: Iterable[tuple[int, int]]) -> None:
    """Keeps `(customer id, place)`: where each customer's row is found again."""
    database.execute_many(_PLACE, places)


def delete(ids: Sequence[int]) -> None:
    """Takes customers out."""
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        marks = database.marks(part)
        places = database.rows(
            f"SELECT customer_id, place FROM search_place WHERE customer_id IN ({marks})", part
        )
        database.execute_many(_DROP, [(row_of(place, customer),) for customer, place in places])
        database.execute(f"DELETE FROM search_place WHERE customer_id IN ({marks})", part)


def clear() -> None:
    database.execute("INSERT INTO search_index (search_index) VALUES ('delete-all')")
    database.execute("DELETE FROM search_place")


def tidy() -> None:
    """Puts the lists of each word together, which makes asking twice as quick: 1.6 s at a million customers."""
    database.execute("INSERT INTO search_index (search_index) VALUES ('optimize')")


def _any(tokens: Iterable[str]) -> str:
    return " OR ".join(f'"{safe(token)}"' for token in tokens)


def _first(query: str, limit: int, after: int = -1) -> list[int]:
    sql = "SELECT rowid FROM search_index WHERE search_index MATCH ? AND rowid > ? ORDER BY rowid LIMIT ?"
    return [row[0] for row in database.rows(sql, (query, after, limit))]


def best(tokens: Sequence[str], limit: int) -> list[Hit]:
    """The best who have any of these tokens; whose whole name it is comes before those of whose name it is a part."""
    whole = [_hit(row) for row in _first(_any(WHOLE + token for token in tokens), limit)]
    parts = [_hit(row) for row in _first(_any(tokens), limit)]
    exact = {customer for _rank, customer in whole}
    found = [(rank | EXACT, customer) for rank, customer in whole]
    found += [hit for hit in parts if hit[1] not in exact]
    return sorted(found, reverse=True)[:limit]


def under(tokens: Sequence[str], also: Sequence[str] = ()) -> Iterator[Hit]:
    """Everyone who has one of these tokens and all of the others, the best first; read page by page."""
    rest = "".join(f' AND "{safe(one)}"' for one in also)
    whole = _pages(f"({_any(WHOLE + token for token in tokens)}){rest}")
    parts = _pages(f"({_any(tokens)}){rest}")
    # Someone of the first comes once more in the second, with the lower rank: whoever asks takes each once.
    return merge(
        ((rank | EXACT, customer) for rank, customer in whole), parts, key=lambda hit: (-hit[0], -hit[1])
    )


def with_digits(digits: str) -> Iterator[Hit]:
    """Those who have a phone with up to three pieces of these (at least three) digits, the last ones.

    Three pieces leave one of a million customers by chance; more of them would only cost reading. The first digits
    are shared by too many to be a good piece.
    """
    size = len(digits)
    step = 1 if size < 2 * DIGITS else 2
    ends = {max(size - step * number, DIGITS) for number in range(_PIECES)}
    return _pages(" AND ".join(f'"{GRAM}{digits[end - DIGITS : end]}"' for end in sorted(ends)))


def _pages(query: str) -> Iterator[Hit]:
    after, size = -1, _FIRST_PAGE
    while True:
        page = _first(query, size, after)
        yield from map(_hit, page)
        if len(page) < size:
            return
        after, size = page[-1], _PAGE


def problems() -> list[str]:
    """Customers whose place is kept but who are not in the index, or the other way round."""
    kept = {
        row_of(place, customer)
        for customer, place in database.rows("SELECT customer_id, place FROM search_place")
    }
    there = {row[0] for row in database.rows("SELECT id FROM search_index_docsize")}
    return [f"search:row:{_hit(row)[1]}" for row in sorted(kept ^ there)[:20]]
