"""How a customer's size went over the years, from what was bought: pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

STEPS = 4
"""Runs of one size that are told; what was before them is long ago."""
_FITS_ALL = frozenset(("均码", "F", "FREE", "FREESIZE", "ONE", "ONESIZE", "均"))
_LETTERS = {
    size: rank for rank, size in enumerate(("XXXS", "XXS", "XS", "S", "M", "L", "XL", "XXL", "XXXL", "XXXXL"))
}
_MANY = re.compile(r"([2-5])X([SL])")
_NUMBER = re.compile(r"\d{2,3}(?:\.5)?")
_STYLE = re.compile(r"[A-Z]{1,3}(?=\d)")


class Way(str, Enum):
    """Where the sizes are going."""

    STEADY = "steady"
    LARGER = "larger"
    SMALLER = "smaller"
    MIXED = "mixed"
    """Up and down, or sizes that cannot be compared"""


@dataclass(frozen=True)
class Bought:
    """One line of the purchase record that was not returned."""

    day: date
    item_no: str
    size: str
    quantity: int = 1


@dataclass(frozen=True)
class Step:
    """A size bought several times in a row."""

    size: str
    first: date
    last: date
    pieces: int


@dataclass(frozen=True)
class StyleSize:
    """The size last bought of the goods whose numbers begin with these letters."""

    style: str
    size: str
    day: date


@dataclass(frozen=True)
class SizeTrend:
    """The runs of the leading kind of sizes (S M L, or numbers), the oldest first; and the last size a style."""

    steps: tuple[Step, ...] = ()
    way: Way = Way.STEADY
    styles: tuple[StyleSize, ...] = ()
    """Only where they differ among each other; the last bought first."""


def trend(lines: Iterable[Bought]) -> SizeTrend:
    """What the purchases say about the size. One size fits all says nothing and is left out."""
    known = sorted((one for one in lines if tells(one.size)), key=lambda one: one.day)
    if not known:
        return SizeTrend()
    leading = _system(known[-1].size)
    if sum(_system(one.size) == leading for one in known) * 2 < len(known):
        leading = max({_system(one.size) for one in known}, key=[_system(one.size) for one in known].count)
    steps = _runs([one for one in known if _system(one.size) == leading])
    return SizeTrend(steps[-STEPS:], _way(steps[-STEPS:]), _styles(known))


def tells(size: str) -> bool:
    """Does this size say anything about the customer?"""
    plain = size.strip().upper()
    return bool(plain) and plain.replace(" ", "").replace("-", "") not in _FITS_ALL


def style(item_no: str) -> str:
    """The letters at the head of an item number, as shops mark the kind of goods; empty where there are none."""
    found = _STYLE.match(item_no.strip().upper())
    return found[0] if found else ""


def rank(size: str) -> float | None:
    """Sizes of one kind in order: letters and numbers; None for others (165/88A)."""
    plain = size.strip().upper()
    many = _MANY.fullmatch(plain)
    if many:
        plain = "X" * int(many[1]) + many[2]
    if plain in _LETTERS:
        return float(_LETTERS[plain])
    return float(plain) if _NUMBER.fullmatch(plain) else None


def _system(size: str) -> str:
    plain = size.strip()
    if _NUMBER.fullmatch(plain):
        return "number"
    return "letter" if rank(plain) is not None else "other"


def _runs(lines: Sequence[Bought]) -> tuple[Step, ...]:
    steps: list[Step] = []
    for one in lines:
        if steps and steps[-1].size == one.size:
            last = steps[-1]
            steps[-1] = Step(last.size, last.first, one.day, last.pieces + one.quantity)
        else:
            steps.append(Step(one.size, one.day, one.day, one.quantity))
    return tuple(steps)


def _way(steps: Sequence[Step]) -> Way:
    if len(steps) < 2:
        return Way.STEADY
    ranks = [rank(step.size) for step in steps]
    pairs = [
        None if before is None or after is None else after - before
        for before, after in zip(ranks, ranks[1:], strict=False)
    ]
    if all(move is not None and move > 0 for move in pairs):
        return Way.LARGER
    if all(move is not None and move < 0 for move in pairs):
        return Way.SMALLER
    return Way.MIXED


def _styles(lines: Sequence[Bought]) -> tuple[StyleSize, ...]:
    last: dict[str, StyleSize] = {}
    for one in lines:
        if name := style(one.item_no):
            last[name] = StyleSize(name, one.size, one.day)
    if len({found.size for found in last.values()}) < 2:
        return ()
    return tuple(sorted(last.values(), key=lambda found: (found.day, found.style), reverse=True))
