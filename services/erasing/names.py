"""What a person is known by in the books: names, numbers, cards, addresses; and where else these words stand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from models import database
from services import merging
from services.errors import Refused
from services.rules import customer_data as data

_SHORTEST_NAME = 2
_SHORTEST_LATIN = 4
"""A shorter word of Latin letters stands in too many other words."""
_SHORTEST_ADDRESS = 6
_SHORTEST_CARD = 4
_PHONE_KEYS = ("phones", "phone", "number", "numbers")


@dataclass(frozen=True)
class Known:
    """One person with all the records that were merged into theirs."""

    ids: tuple[int, ...]
    card_no: str
    name: str
    names: frozenset[str]
    """Now and formerly; those that somebody else on file has too are left out"""
    every_name: frozenset[str]
    """With those that somebody else has too"""
    phones: frozenset[str]
    """Now and formerly; those that somebody else on file has too are left out"""
    every_phone: frozenset[str]
    cards: frozenset[str]
    addresses: frozenset[str]

    @property
    def words(self) -> tuple[str, ...]:
        """What is looked for in free words, the longest first."""
        found = {word for word in self.names if _tells(word)} | set(self.addresses) | set(self.phones)
        found |= {
            f"{one[:3]}{gap}{one[3:7]}{gap}{one[7:]}" for one in self.phones if len(one) == 11 for gap in " -"
        }
        found |= {card for card in self.cards if len(card) >= _SHORTEST_CARD and not card.isdigit()}
        return tuple(sorted(found, key=lambda word: (-len(word), word)))


def _tells(name: str) -> bool:
    return len(name) >= (_SHORTEST_LATIN if name.isascii() else _SHORTEST_NAME)


def known(customer_id: int, *, merged: bool = False) -> Known:
    """Everything a person is or was known by. Raises Refused when there is no such customer on file.

    `merged`: also for a record that was merged into another.
    """
    row = database.row("SELECT card_no, name, state FROM customer WHERE id = ?", (customer_id,))
    if row is None or row[2] not in ("active", "lost", *(("merged",) if merged else ())):
        raise Refused("没有这位客户，或资料已合并、删除。")
    ids = (customer_id, *merging.records_of(customer_id))
    marks = database.marks(ids)
    people = database.rows(f"SELECT name, card_no, address FROM customer WHERE id IN ({marks})", ids)
    phones = {
        one[0] for one in database.rows(f"SELECT number FROM phone WHERE customer_id IN ({marks})", ids)
    }
    names, cards = {one[0] for one in people}, {one[1] for one in people}
    addresses = {one[2].strip() for one in people}
    for body in _bodies(ids):
        _gather(body, names, phones, cards, addresses)
    names = {name.strip() for name in names if name.strip()}
    return Known(
        ids,
        row[0],
        row[1],
        frozenset(names - _others("name", "customer", "id", names, ids)),
        frozenset(names),
        frozenset(phones - _others("number", "phone", "customer_id", phones, ids)),
        frozenset(phones),
        frozenset(cards - _others("card_no", "customer", "id", cards, ids)),
        frozenset(
            one
            for one in addresses - _others("address", "customer", "id", addresses, ids)
            if len(one) >= _SHORTEST_ADDRESS
        ),
    )


def _others(column: str, table: str, owner: str, values: set[str], ids: Sequence[int]) -> set[str]:
    """Which of these somebody else has, too: they are that person's data as well, and stay."""
    wanted = sorted(values)
    if not wanted:
        return set()
    state = " AND state IN ('active', 'lost')" if table == "customer" else ""
    sql = (
        f"SELECT DISTINCT {column} FROM {table} WHERE {column} IN ({database.marks(wanted)})"
        f" AND {owner} NOT IN ({database.marks(ids)}){state}"
    )
    return {row[0] for row in database.rows(sql, (*wanted, *ids))}


def _bodies(ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    """The journal's bodies about these records, and what their merges keep."""
    marks = database.marks(ids)
    sql = (
        "SELECT b.body FROM journal_body b JOIN journal_entry e ON e.id = b.entry_id"
        f" WHERE e.customer_id IN ({marks}) AND (e.act LIKE ? OR e.act LIKE ?)"
    )
    for (text,) in database.rows(sql, (*ids, "customer.%", "phone.%")):
        yield json.loads(text)
    sql = f"SELECT before, after FROM customer_merge WHERE kept_id IN ({marks}) OR other_id IN ({marks})"
    for before, after in database.rows(sql, (*ids, *ids)):
        for one in (*json.loads(before).values(), json.loads(after)):
            if isinstance(one, dict) and one.get("id", ids[0]) in ids:
                yield one


def _gather(
    body: dict[str, Any], names: set[str], phones: set[str], cards: set[str], addresses: set[str]
) -> None:
    """Former names and numbers from before and after. Other keys of the same name hold other things: looked at closely."""
    for part in (body, body.get("before"), body.get("after")):
        if not isinstance(part, dict):
            continue
        for key, target in (("name", names), ("card_no", cards), ("address", addresses)):
            if isinstance(part.get(key), str) and part[key].strip():
                target.add(part[key].strip())
        for key in _PHONE_KEYS:
            phones.update(re.findall(r"(?<!\d)\d{7,15}(?!\d)", str(part.get(key, ""))))


def pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Finds any of the words, also as they stand in JSON written in ASCII. Digits are not cut out of longer numbers."""
    parts = []
    for word in words:
        plain = re.escape(word)
        if data.half_width(word).isascii():
            plain = rf"(?<![0-9A-Za-z]){plain}(?![0-9A-Za-z])"
        parts.append(plain)
        escaped = json.dumps(word)[1:-1]
        if escaped != word:
            parts.append(re.escape(escaped))
    return re.compile("|".join(parts), re.IGNORECASE)


def containing(column: str, words: Sequence[str]) -> tuple[str, list[str]]:
    """An SQL condition, wider than `pattern`, with its parameters."""
    forms = [form for word in words for form in dict.fromkeys((word, json.dumps(word)[1:-1]))]
    like = "ILIKE" if database.is_postgres() else "LIKE"
    params = [f"%{_plain(form)}%" for form in forms]
    return " OR ".join(f"{column} {like} ? ESCAPE '!'" for _form in forms), params


def _plain(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
