"""Who changes grade in a run, held in a few bytes each: a large shop's run changes hundreds of thousands."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from models.kinds import GradeRule

_SHOWN = ("A", "B", "C", "lost")
_RULES = tuple(GradeRule)
_SHOWN_CODE = {shown: code for code, shown in enumerate(_SHOWN)}
_RULE_CODE = {rule: code for code, rule in enumerate(_RULES)}


@dataclass(frozen=True)
class Change:
    customer_id: int
    card_no: str
    from_grade: str
    """A, B, C or lost"""
    to_grade: str
    rule: GradeRule


class Changes(Sequence[Change]):
    """Reads like a tuple of `Change`, which are made as they are asked for. Equal to any sequence of equal ones."""

    def __init__(self) -> None:
        self._ids = array("q")
        self._codes = bytearray()
        """Three bytes a change: from, to, rule."""
        self._cards = bytearray()
        self._card_ends = array("Q")

    def add(self, customer_id: int, card_no: str, from_grade: str, to_grade: str, rule: GradeRule) -> None:
        self._ids.append(customer_id)
        self._codes += bytes((_SHOWN_CODE[from_grade], _SHOWN_CODE[to_grade], _RULE_CODE[rule]))
        self._cards += card_no.encode()
        self._card_ends.append(len(self._cards))

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, place: int) -> Change: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Change, ...]: ...
    def __getitem__(self, place: int | slice) -> Change | tuple[Change, ...]:
        if isinstance(place, slice):
            return tuple(self[number] for number in range(*place.indices(len(self))))
        number = range(len(self))[place]
        card = self._cards[self._card_ends[number - 1] if number else 0 : self._card_ends[number]]
        was, now, rule = self._codes[3 * number : 3 * number + 3]
        return Change(self._ids[number], card.decode(), _SHOWN[was], _SHOWN[now], _RULES[rule])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(
            mine == theirs for mine, theirs in zip(self, other, strict=True)
        )

    __hash__ = None  # type: ignore[assignment]
