"""What the search keeps of a customer, and the customer's rank: shared by the index of SQLite and that of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from models.kinds import CustomerState
from services import pinyin

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
    """As `document` makes them; made when they are needed"""


@lru_cache(maxsize=4_096)
def place(state: str, seen: date | None) -> int:
    """The part of the rank that belongs to the customer: state, and months since 2000 of the last visit."""
    months = 0 if seen is None else min(max((seen.year - 2000) * 12 + seen.month, 0), _MONTHS)
    return (ACTIVE if state == CustomerState.ACTIVE else 0) | months


def grams(digits: str) -> Iterable[str]:
    """Every three digits that follow one another."""
    return [GRAM + digits[at : at + DIGITS] for at in range(len(digits) - DIGITS + 1)]


_BETWEEN = " " + WHOLE

_SAFE = {code: 0x10F000 + code for code in range(128) if not chr(code).isalnum()}
"""The index parts words at ASCII signs: inside a word they stand as private characters, which no keyboard types."""


@lru_cache(maxsize=16_384)
def _names_part(name: str) -> str:
    plain = pinyin.plain_words(name)
    if plain is not None:
        return f"{' '.join(plain[0])} {WHOLE}{_BETWEEN.join(plain[1])}"
    whole = [WHOLE + token for token in pinyin.whole_words(name)]
    return " ".join([safe(token) for token in (*pinyin.search_tokens(name), *whole)])


def document(name: str, phones: Sequence[str]) -> str:
    """All words of a customer, parted by blanks."""
    return " ".join([_names_part(name), *[gram for phone in phones for gram in grams(phone)]])


def safe(token: str) -> str:
    return token if token.isalnum() else token.translate(_SAFE)
