"""The search's words on PostgreSQL: a table of `(token, rank, customer)`, the best fifty of a token one index range."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge

from models import database
from services import pinyin
from services.search_words import EXACT, Entry

Hit = tuple[int, int]
"""Rank and customer id."""

_PAGE = 60
_CHUNK = 2_000
_PUT = "INSERT INTO search_token (token, rank, customer_id) VALUES (?, ?, ?)"


def write(entries: Iterable[Entry]) -> None:
    """Puts customers in who are not in yet."""
    database.execute_many(_PUT, (row for one in entries for row in _tokens(one)))


def _tokens(one: Entry) -> Iterator[tuple[str, int, int]]:
    whole = pinyin.whole_words(one.name)
    for token in sorted(pinyin.search_tokens(one.name)):
        yield token, one.place | EXACT if token in whole else one.place, one.id


def write_many(parts: Iterable[Sequence[Entry]]) -> None:
    """Very many, part by part."""
    for part in parts:
        write(part)


def remember(places: Iterable[tuple[int, int]]) -> None:
    """Nothing to do: the tokens of a customer are found by the customer."""
    for _each in places:
        pass


def delete(ids: Sequence[int]) -> None:
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        database.execute(f"DELETE FROM search_token WHERE customer_id IN ({database.marks(part)})", part)


def clear() -> None:
    database.execute("DELETE FROM search_token")


def tidy() -> None:
    """Nothing to do: the server keeps its tables tidy."""


def best(tokens: Sequence[str], limit: int) -> list[Hit]:
    """The best who have any of these tokens; whose whole name it is comes before those of whose name it is a part."""
    one = (
        "SELECT * FROM (SELECT rank, customer_id FROM search_token WHERE token = ?"
        " ORDER BY rank DESC, customer_id DESC LIMIT ?) AS t"
    )
    params = [value for token in tokens for value in (token, limit)]
    found = database.rows(" UNION ALL ".join([one] * len(tokens)), params)
    return sorted(((row[0], row[1]) for row in found), reverse=True)


def under(tokens: Sequence[str], also: Sequence[str] = ()) -> Iterator[Hit]:
    """Everyone who has one of these tokens and all of the others, the best first; read page by page."""
    return merge(*(_under(token, also) for token in tokens), key=lambda hit: (-hit[0], -hit[1]))


def _under(token: str, also: Sequence[str]) -> Iterator[Hit]:
    more = (
        " AND EXISTS (SELECT 1 FROM search_token h WHERE h.token = ?"
        " AND h.rank IN (t.rank, t.rank + 65536, t.rank - 65536) AND h.customer_id = t.customer_id)"
    )
    sql = (
        f"SELECT t.rank, t.customer_id FROM search_token t WHERE t.token = ?{more * len(also)}"
        " AND (t.rank, t.customer_id) < (?, ?) ORDER BY t.rank DESC, t.customer_id DESC LIMIT ?"
    )
    rank, customer = 1 << 30, 0
    while True:
        page = database.rows(sql, (token, *also, rank, customer, _PAGE))
        for rank, customer in page:
            yield rank, customer
        if len(page) < _PAGE:
            return


def with_digits(digits: str) -> Iterator[Hit]:
    """Those who have these digits in a phone, by a plain look through the numbers: the server is a quick one."""
    sql = (
        "SELECT c.id FROM customer c WHERE c.state IN ('active', 'lost') AND EXISTS"
        " (SELECT 1 FROM phone p WHERE p.customer_id = c.id AND p.number LIKE ?)"
        " ORDER BY c.state, COALESCE(c.last_visit, c.registered_on) DESC, c.id DESC"
    )
    return iter([(0, row[0]) for row in database.rows(sql, (f"%{digits}%",))])


def problems() -> list[str]:
    return []
