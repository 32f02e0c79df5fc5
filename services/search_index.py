"""The tokens by which the search box finds a name, each with the rank of its customer, best first.

A rank is one whole number: on file before lost, the whole name before a part of it, seen lately before long ago.
It stands inside the key of the token table, so the best fifty of a token are the first fifty of its range. Months
are fine enough: a second purchase in a month touches no token.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from models import database
from models.kinds import CustomerState
from services import pinyin
from services.progress import Progress, silent

ACTIVE = 1 << 20
EXACT = 1 << 16
_MONTHS = EXACT - 1
_CHUNK = 2_000
_FOUND = (CustomerState.ACTIVE.value, CustomerState.LOST.value)

TOKEN_SQL = "INSERT INTO search_token (token, rank, customer_id) VALUES (?, ?, ?)"
"""For `execute_many` with the rows of `rows_for`."""


def place(state: str, seen: date | None) -> int:
    """The part of the rank that belongs to the customer: state, and months since 2000 of the last visit."""
    months = 0 if seen is None else min(max((seen.year - 2000) * 12 + seen.month, 0), _MONTHS)
    return (ACTIVE if state == CustomerState.ACTIVE else 0) | months


def rows_for(customer_id: int, name: str, state: str, seen: date | None) -> list[tuple[str, int, int]]:
    """All `(token, rank, customer id)` of one customer. `seen`: last visit, else the day of registration."""
    if state not in _FOUND:
        return []
    base = place(state, seen)
    whole = _whole(name)
    return [
        (token, base | EXACT if token in whole else base, customer_id)
        for token in sorted(pinyin.search_tokens(name))
    ]


def _whole(name: str) -> set[str]:
    """The tokens that mean the whole name: itself, its initials, its pinyin."""
    found = {pinyin.normal(name)}
    for syllables in pinyin.readings(name):
        found.add("".join(syllables))
        found.add("".join(syllable[0] for syllable in syllables if syllable))
    return found


def refresh(customer_id: int) -> None:
    """Writes one customer's tokens anew, inside the caller's transaction: after a new or changed name."""
    refresh_names([customer_id])


def refresh_names(ids: Sequence[int]) -> None:
    """Writes the tokens of these customers anew."""
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        marks = database.marks(part)
        database.execute(f"DELETE FROM search_token WHERE customer_id IN ({marks})", part)
        _write(
            database.rows(
                "SELECT id, name, state, COALESCE(last_visit, registered_on) FROM customer"
                f" WHERE id IN ({marks})",
                part,
            )
        )


def refresh_many(ids: Sequence[int]) -> None:
    """Moves customers to the rank of their present state and last visit; names are taken as unchanged."""
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        found = database.rows(
            "SELECT id, state, COALESCE(last_visit, registered_on) FROM customer"
            f" WHERE id IN ({database.marks(part)})",
            part,
        )
        database.execute_many(
            "UPDATE search_token SET rank = ? + (rank & 65536) WHERE customer_id = ?",
            [(place(row[1], database.as_day(row[2])), row[0]) for row in found],
        )


def moved(customer_id: int, before: int, after: int) -> None:
    """One customer's place changed from `before` to `after`: nothing is written when they are the same."""
    if before != after:
        database.execute(
            "UPDATE search_token SET rank = ? + (rank & 65536) WHERE customer_id = ?", (after, customer_id)
        )


def remove(ids: Sequence[int]) -> None:
    """Merged and erased customers are not found any more."""
    database.execute_many("DELETE FROM search_token WHERE customer_id = ?", [(one,) for one in ids])


def rebuild(progress: Progress = silent) -> int:
    """Writes every token anew in one transaction. Returns how many customers were indexed."""
    total = int(database.value_of("SELECT COUNT(*) FROM customer") or 0)
    last = done = 0
    with database.database.atomic():
        database.execute("DELETE FROM search_token")
        while True:
            part = database.rows(
                "SELECT id, name, state, COALESCE(last_visit, registered_on) FROM customer"
                " WHERE id > ? ORDER BY id LIMIT ?",
                (last, _CHUNK),
            )
            if not part:
                return done
            _write(part)
            last = part[-1][0]
            done += len(part)
            progress(done, total)


def problems() -> list[str]:
    """What `check` finds wrong: customers without tokens, tokens of customers who are not found, stale ranks."""
    found = [
        f"search:missing:{row[0]}"
        for row in database.rows(
            "SELECT c.id FROM customer c WHERE c.state IN ('active', 'lost')"
            " AND NOT EXISTS (SELECT 1 FROM search_token t WHERE t.customer_id = c.id) LIMIT 20"
        )
    ]
    found += [
        f"search:left:{row[0]}"
        for row in database.rows(
            "SELECT DISTINCT t.customer_id FROM search_token t JOIN customer c ON c.id = t.customer_id"
            " WHERE c.state NOT IN ('active', 'lost') LIMIT 20"
        )
    ]
    return found


def _write(customers: Sequence[Sequence[Any]]) -> None:
    rows = [
        token
        for number, name, state, seen in customers
        for token in rows_for(number, name, state, database.as_day(seen))
    ]
    database.execute_many(TOKEN_SQL, rows)
