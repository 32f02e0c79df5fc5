"""What the search keeps of a customer, and the customer's rank: shared by the index of SQLite and that of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from models.kinds import CustomerState

ACTIVE = 1 << 20
EXACT = 1 << 16
"""The bit of a rank that says: what was asked for is the whole name."""
_MONTHS = EXACT - 1
FOUND = (CustomerState.ACTIVE.value, CustomerState.LOST.value)

WHOLE = "＝"
"""Before a word that is a whole name. Neither mark can stand in a name: names are indexed in their normal form."""
GRAM = "℡"
"""Before three digits that follow one another in a phone."""
DIGITS = 3


class Entry(NamedTuple):
    """A customer as the index keeps them; a bare tuple, for an import makes them by the hundred thousand."""

    id: int
    name: str
    phones: Sequence[str]
    place: int
    words: str | None = None
    """As `search_fts.document` makes them; made when they are needed"""


@lru_cache(maxsize=4_096)
def place(state: str, seen: date | None) -> int:
    """The part of the rank that belongs to the customer: state, and months since 2000 of the last visit."""
    months = 0 if seen is None else min(max((seen.year - 2000) * 12 + seen.month, 0), _MONTHS)
    return (ACTIVE if state == CustomerState.ACTIVE else 0) | months


def grams(digits: str) -> Iterable[str]:
    """Every three digits that follow one another."""
    return [GRAM + digits[at : at + DIGITS] for at in range(len(digits) - DIGITS + 1)]
