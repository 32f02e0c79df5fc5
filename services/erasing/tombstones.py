"""Tombstones: whoever was erased is recognised again in a restored backup and in an old workbook, without a name on file.

They stand in the books and once more beside the backups, because a restore puts older books in their place. A mark is a
hash keyed by the shop's secret: whoever has the file can try whether a number they already know is among them, no more.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from models import database
from services.erasing.names import Known
from services.errors import Refused
from services.files import replacing

FILE = "erased.json"
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"
_SIGNS = _LETTERS + "23456789"
_LENGTH = 24


@dataclass(frozen=True)
class Tombstone:
    mark: str
    record: int
    day: date
    marks: frozenset[str]


def new_mark() -> str:
    """Random, with a letter in front: nothing about the person can be read from it."""
    while True:
        mark = secrets.choice(_LETTERS) + "".join(secrets.choice(_SIGNS) for _sign in range(5))
        if not database.row("SELECT 1 FROM erased_person WHERE mark = ?", (mark,)) and not database.row(
            "SELECT 1 FROM customer WHERE card_no = ?", (f"#{mark}",)
        ):
            return mark


def secret() -> str:
    return str(database.value_of("SELECT secret FROM shop_info WHERE id = 1") or "")


def keyed(key: str, kind: str, value: str) -> str:
    """`phone:9f86d081884c7d65`"""
    digest = hmac.new(key.encode(), f"erased:{kind}:{value}".encode(), hashlib.sha256).hexdigest()
    return f"{kind}:{digest[:_LENGTH]}"


def marks_of(person: Known) -> frozenset[str]:
    """What the person's records will be recognised by."""
    key = secret()
    found = {keyed(key, "phone", one) for one in person.every_phone}
    found |= {keyed(key, "name", one) for one in person.every_name}
    found |= {keyed(key, "card", one) for one in person.cards}
    found |= {past for one in person.ids if (past := past_of(one))}
    return frozenset(found)


def past_of(record: int) -> str:
    """The first link of the journal about a record: the same in every copy of one history. Empty without one."""
    found = database.value_of(
        "SELECT hash FROM journal_entry WHERE customer_id = ? ORDER BY id LIMIT 1", (record,)
    )
    return f"past:{found[:_LENGTH]}" if found else ""


def write(one: Tombstone, user: int | None, act: int | None) -> None:
    """Inside the caller's transaction."""
    database.insert(
        "erased_person",
        mark=one.mark,
        record=one.record,
        day=database.day_value(one.day),
        marks=" ".join(sorted(one.marks)),
        user_id=user,
        act=act,
        scrubbed=0,
    )


def standing() -> list[Tombstone]:
    """Those of the open books; none in books of a former program."""
    try:
        rows = database.rows("SELECT mark, record, day, marks FROM erased_person ORDER BY id")
    except Exception:
        # Books that were not upgraded yet have no such table; what is wrong with them is told elsewhere.
        return []
    return [_read(mark, record, database.as_day(day), marks) for mark, record, day, marks in rows]


def _read(mark: str, record: int, day: date | None, marks: str) -> Tombstone:
    assert day is not None
    return Tombstone(mark, record, day, frozenset(marks.split()))


def folder() -> Path | None:
    """Where the copy lies: with the backups. None on a server, whose backups the program does not make."""
    if database.is_postgres():
        return None
    from services import backup

    try:
        return backup.folder()
    except Refused:
        return None


def keep_beside(place: Path | None = None) -> None:
    """Writes the copy anew: what stands there of this shop, and what stands in the books."""
    place = place or folder()
    if place is None:
        return
    people = {one.mark: one for one in (*beside(place), *standing())}
    plain = {
        "shop": _shop(),
        "erased": [
            {"mark": one.mark, "record": one.record, "day": one.day.isoformat(), "marks": sorted(one.marks)}
            for one in sorted(people.values(), key=lambda one: (one.day, one.mark))
        ],
    }
    with replacing(place / FILE, exact=True) as temporary:
        temporary.write_text(json.dumps(plain, indent=1), "utf-8")


def beside(place: Path | None = None) -> list[Tombstone]:
    """The copy beside the backups; empty when there is none, or when it is of another shop."""
    place = place or folder()
    if place is None:
        return []
    try:
        plain = json.loads((place / FILE).read_text("utf-8"))
        if plain["shop"] != _shop():
            return []
        return [_entry(one) for one in plain["erased"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _entry(plain: Mapping[str, Any]) -> Tombstone:
    return Tombstone(
        str(plain["mark"]),
        int(plain["record"]),
        date.fromisoformat(plain["day"]),
        frozenset(str(one) for one in plain["marks"]),
    )


def _shop() -> str:
    return keyed(secret(), "shop", "")


def stands_for(one: Tombstone, name: str, phones: Iterable[str], past: str) -> bool:
    """Whether this record is the erased person: by its history, or by a number or name it had.

    The record's number alone proves nothing: after a restore the next customer gets it.
    """
    key = secret()
    found = {keyed(key, "name", name), *(keyed(key, "phone", number) for number in phones)}
    return bool(past and past in one.marks) or bool(found & one.marks)


class Erased:
    """Looks up people of an old workbook; made once a file."""

    def __init__(self) -> None:
        self._key = secret()
        self._days: dict[str, date] = {}
        self._cards: dict[str, set[str]] = {}
        for one in standing():
            names = {mark for mark in one.marks if mark.startswith("name:")}
            for mark in one.marks:
                if mark.startswith("phone:"):
                    self._days[mark] = one.day
                elif mark.startswith("card:"):
                    self._cards.setdefault(mark, set()).update(names)
                    self._days[mark] = one.day

    def on(self, name: str, card_no: str, phones: Sequence[str]) -> date | None:
        """The day somebody with this number, or this card and name, was erased; None for nobody."""
        if not self._days:
            return None
        for number in phones:
            if day := self._days.get(keyed(self._key, "phone", number)):
                return day
        card = keyed(self._key, "card", card_no) if card_no else ""
        if keyed(self._key, "name", name) in self._cards.get(card, ()):
            return self._days[card]
        return None
