"""Who stands in the search's index, under which words and at which rank; kept in step by every act that changes one.

A rank is one whole number: on file before lost, the whole name before a part of it, seen lately before long ago.
Months are fine enough: a second purchase in a month touches nothing. How the words are kept is the affair of
`search_fts` (SQLite) and `search_rows` (PostgreSQL); what they are stands in `search_words` and `pinyin`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from models import database
from services import search_fts, search_rows
from services.progress import Progress, silent
from services.search_words import ACTIVE, EXACT, FOUND, Entry, place

if TYPE_CHECKING:
    from services.search_beside import Maker

Hit = tuple[int, int]
"""Rank and customer id."""
_CHUNK = 2_000
_FEW = 1_000
_SELECT = "SELECT id, name, state, COALESCE(last_visit, registered_on) FROM customer"


def _store() -> Any:
    return search_rows if database.is_postgres() else search_fts


# ---- asking


def best(tokens: Sequence[str], limit: int) -> list[Hit]:
    """The best who have any of these tokens, the best first."""
    found: list[Hit] = _store().best(tokens, limit)
    return found


def under(tokens: Sequence[str], also: Sequence[str] = ()) -> Iterator[Hit]:
    """Everyone who has one of these tokens and all of the others, the best first; some may come twice."""
    found: Iterator[Hit] = _store().under(tokens, also)
    return found


def with_digits(digits: str) -> Iterator[Hit]:
    """Those who may have these (at least three) digits in a phone, the best first; the caller looks at the numbers."""
    found: Iterator[Hit] = _store().with_digits(digits)
    return found


# ---- keeping


def refresh(customer_id: int) -> None:
    """One customer anew, inside the caller's transaction: after a new or changed name or phone."""
    refresh_many([customer_id])


def refresh_many(ids: Sequence[int]) -> None:
    """These customers anew, as they stand on file: name, phones, state and last visit."""
    if len(ids) > _FEW and len(ids) * 2 > int(database.value_of("SELECT COUNT(*) FROM customer") or 0):
        _write_all(silent)  # taking one out costs more than putting two in
        return
    if len(ids) > _FEW:
        from services import search_beside

        # A second process reads the names: this one need not hold the tables of pinyin for it.
        with search_beside.maker(len(ids), worth=_FEW) as made:
            _again(ids, made)
    else:
        _again(ids, None)


def _again(ids: Sequence[int], maker: Maker | None) -> None:
    store = _store()
    for start in range(0, len(ids), _CHUNK):
        part = list(ids[start : start + _CHUNK])
        found = _entries(database.rows(f"{_SELECT} WHERE id IN ({database.marks(part)})", part))
        found.sort(key=lambda one: (-one.place, -one.id))
        if maker is not None:
            maker.ask([(one.name, one.phones) for one in found])
        store.delete(part)
        if maker is not None:
            words = maker.answers(len(found))
            store.write([one._replace(words=line) for one, line in zip(found, words, strict=True)])
        else:
            store.write(found)
        store.remember((one.id, one.place) for one in found)


def moved(customer_id: int, before: int, after: int) -> None:
    """One customer's place changed from `before` to `after`: nothing is written when they are the same."""
    if before != after:
        refresh(customer_id)


def put(entries: Sequence[Entry]) -> None:
    """Many customers who are not in yet."""
    ordered = sorted(entries, key=lambda one: (-one.place, -one.id))
    put_best_first([ordered], ((one.id, one.place) for one in ordered))


def put_best_first(parts: Iterable[Sequence[Entry]], places: Iterable[tuple[int, int]]) -> None:
    """The same for those who come in order already, part by part. `places`: id and place of each."""
    store = _store()
    store.write_many(parts)
    store.remember(places)


def put_rows(parts: Iterable[Sequence[tuple[int, str]]], places: Iterable[tuple[int, int]]) -> None:
    """The same on SQLite for rows that are made already, in `search_fts`'s own form."""
    search_fts.write_rows(parts)
    search_fts.remember(places)


def rebuild(progress: Progress = silent) -> int:
    """Writes the whole index anew in one transaction. Returns how many customers are in it."""
    with database.database.atomic():
        return _write_all(progress)


def _write_all(progress: Progress) -> int:
    total = int(database.value_of("SELECT COUNT(*) FROM customer") or 0)
    last = done = 0
    store = _store()
    store.clear()
    while part := database.rows(f"{_SELECT} WHERE id > ? ORDER BY id LIMIT ?", (last, _CHUNK)):
        put(_entries(part))
        last = part[-1][0]
        done += len(part)
        progress(done, total)
    return done


def tidy() -> None:
    """Once a day, and after very many were put in: asking is quickest then."""
    _store().tidy()


def _entries(people: Sequence[Sequence[Any]]) -> list[Entry]:
    """Those of these customers who are found, with their phones."""
    found = [row for row in people if row[2] in FOUND]
    phones: dict[int, list[str]] = {}
    if found:
        marks = database.marks(found)
        sql = f"SELECT customer_id, number FROM phone WHERE customer_id IN ({marks}) ORDER BY customer_id, position, id"
        for customer, number in database.rows(sql, [row[0] for row in found]):
            phones.setdefault(customer, []).append(number)
    return [
        Entry(number, name, phones.get(number, ()), place(state, database.as_day(seen)))
        for number, name, state, seen in found
    ]


def problems() -> list[str]:
    """What `check` finds wrong: customers who are not in the index, who should not be, or whose rank is stale."""
    table = "search_token" if database.is_postgres() else "search_place"
    rank = "MAX(rank) & ~65536" if database.is_postgres() else "MAX(place)"
    kept = dict(database.rows(f"SELECT customer_id, {rank} FROM {table} GROUP BY customer_id"))
    wrong: list[str] = []
    with database.database.atomic():
        for number, state, seen in database.stream(
            "SELECT id, state, COALESCE(last_visit, registered_on) FROM customer ORDER BY id"
        ):
            there = kept.pop(number, None)
            if state in FOUND and there is None:
                wrong.append(f"search:missing:{number}")
            elif state not in FOUND and there is not None:
                wrong.append(f"search:left:{number}")
            elif there is not None and there != place(state, database.as_day(seen)):
                wrong.append(f"search:rank:{number}")
    wrong += [f"search:left:{number}" for number in kept]
    return [*wrong[:20], *_store().problems()]


__all__ = [
    "ACTIVE",
    "EXACT",
    "Entry",
    "Hit",
    "best",
    "moved",
    "place",
    "problems",
    "put",
    "put_best_first",
    "put_rows",
    "rebuild",
    "refresh",
    "refresh_many",
    "tidy",
    "under",
    "with_digits",
]
