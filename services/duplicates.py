"""Likely doubles on file: the same phone, the same name and birthday, a like name at a like address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from models import database
from services import journal
from services.errors import Refused
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules import addresses
from services.rules import duplicates as rules
from services.rules.addresses import Address
from services.rules.duplicates import Person, Reason
from services.shop import Shop

_CROWD = 12
"""More people than this behind one phone or one address are a company or a village, not doubles."""
_BLOCK = 200
"""More people than this with one surname at one house number of one street: an estate without building numbers"""
_CHUNK = 2_000


@dataclass(frozen=True)
class Side:
    """One of the two records, as the list shows it."""

    id: int
    card_no: str
    name: str
    state: str
    grade: str
    phones: tuple[str, ...]
    last_purchase: date | None
    tickets: int
    paid_total: int
    version: int = 0
    """As it was read: a merge of several at once refuses where it is another by now"""


@dataclass(frozen=True)
class Pair:
    """Two records that may be one person. `keep` is the one with more behind it."""

    keep: Side
    other: Side
    reasons: tuple[Reason, ...]
    score: int
    together: tuple[int, ...] = ()
    """All records that hang together with these two by pairs of the list, where they are more than two"""


def pairs(shop: Shop, limit: int = 500, progress: Progress = silent) -> list[Pair]:
    """The likeliest pairs first, without those dismissed. One to three seconds at 100,000 customers: read in the background."""
    require(shop, Right.MERGE)
    found = _by_phone() | _by_birthday()
    progress(1, 3)
    found |= _by_address()
    found -= {(low, high) for low, high in database.rows("SELECT low_id, high_id FROM not_same")}
    progress(2, 3)
    people = _people({one for pair in found for one in pair})
    scored = []
    for low, high in found:
        why = rules.reasons(people[low], people[high])
        if rules.worth_a_look(why):
            scored.append((-rules.score(why), low, high, why))
    scored.sort(key=lambda row: row[:3])
    scored = scored[:limit]
    known = _sides({one for row in scored for one in row[1:3]})
    progress(3, 3)
    groups = {one: group for group in rules.clusters(row[1:3] for row in scored) for one in group}
    return [_pair(known[low], known[high], why, -weight, groups[low]) for weight, low, high, why in scored]


def sides(shop: Shop, ids: Iterable[int]) -> list[Side]:
    """These records as the list shows them, the one with most behind it first: it is the one to keep."""
    require(shop, Right.MERGE)
    return sorted(_sides(set(ids)).values(), key=_weight)


def pair_of(shop: Shop, one_id: int, two_id: int) -> Pair:
    """Two records side by side, whatever speaks for it. Raises Refused where one is not on file."""
    require(shop, Right.MERGE)
    known = _sides({one_id, two_id})
    if len(known) < 2:
        raise Refused("请选择两位不同的、还在册的客户。")
    people = _people({one_id, two_id})
    why = rules.reasons(people[one_id], people[two_id])
    return _pair(known[one_id], known[two_id], why, rules.score(why))


def dismiss(shop: Shop, one_id: int, two_id: int) -> None:
    """Remembers that these are two people. Raises Refused."""
    require(shop, Right.MERGE)
    low, high = sorted((one_id, two_id))
    with database.database.atomic():
        found = database.rows("SELECT card_no FROM customer WHERE id IN (?, ?)", (low, high))
        if len(found) < 2:
            raise Refused("请选择两位不同的、还在册的客户。")
        database.execute(
            "INSERT INTO not_same (low_id, high_id, day, user_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (low, high, shop.today(), shop.who),
        )
        body = {"cards": [row[0] for row in found]}
        journal.note(shop, "customer.not_same", "customer", low, customer_id=low, body=body)


def undismiss(shop: Shop, one_id: int, two_id: int) -> None:
    """Offers the pair again: the undo of `dismiss`."""
    require(shop, Right.MERGE)
    low, high = sorted((one_id, two_id))
    with database.database.atomic():
        if database.execute("DELETE FROM not_same WHERE low_id = ? AND high_id = ?", (low, high)):
            journal.note(shop, "customer.not_same_undone", "customer", low, customer_id=low)


def _by_phone() -> set[tuple[int, int]]:
    rows = database.rows(
        "SELECT p.number, p.customer_id FROM phone p JOIN (SELECT number FROM phone GROUP BY number"
        " HAVING COUNT(*) > 1) AS double ON double.number = p.number"
        " JOIN customer c ON c.id = p.customer_id WHERE c.state IN ('active', 'lost') ORDER BY p.number"
    )
    return set(_within(rows))


def _by_birthday() -> set[tuple[int, int]]:
    same = "name, birth_calendar, birth_month, birth_day"
    rows = database.rows(
        "SELECT c.name || c.birth_calendar || c.birth_month || '-' || c.birth_day, c.id FROM customer c"
        f" JOIN (SELECT {same} FROM customer WHERE birth_month IS NOT NULL AND state IN ('active', 'lost')"
        f" GROUP BY {same} HAVING COUNT(*) > 1) AS double ON double.name = c.name"
        " AND double.birth_calendar = c.birth_calendar AND double.birth_month = c.birth_month"
        " AND double.birth_day = c.birth_day WHERE c.state IN ('active', 'lost') ORDER BY 1"
    )
    return set(_within(rows))


def _within(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, int]]:
    """The pairs inside each group of `(key, id)`; crowds are left out."""
    groups: dict[Any, list[int]] = {}
    for key, number in rows:
        groups.setdefault(key, []).append(number)
    for members in groups.values():
        if len(members) <= _CROWD:
            yield from combinations(sorted(set(members)), 2)


def _by_address() -> set[tuple[int, int]]:
    """Like names at like addresses: only those that share a number and a surname, or a number and the whole name."""
    rows = database.stream(
        "SELECT id, name, sort_key, address FROM customer WHERE address <> '' AND state IN ('active', 'lost')"
    )
    blocks: dict[tuple[str, str, str], list[tuple[int, str, str, Address]]] = {}
    with database.database.atomic():
        for number, name, key, address in rows:
            home = addresses.parse(address)
            one = (number, name, key, home)
            for block in addresses.block_keys(home, key):
                blocks.setdefault(block, []).append(one)
    found: set[tuple[int, int]] = set()
    for people in blocks.values():
        if 1 < len(people) <= _BLOCK:
            for one, two in combinations(people, 2):
                if rules.like_name(one[1], two[1], one[2], two[2]) and addresses.like(one[3], two[3]):
                    found.add((min(one[0], two[0]), max(one[0], two[0])))
    return found


def _people(ids: set[int]) -> dict[int, Person]:
    phones = _phones(ids)
    found = {}
    for row in _chunked(
        "SELECT id, name, sort_key, birth_calendar, birth_month, birth_day, birth_leap, birth_year, address"
        " FROM customer WHERE id IN ({marks})",
        ids,
    ):
        birthday = (row[3], row[4], row[5], bool(row[6])) if row[4] is not None else None
        found[row[0]] = Person(
            row[1], row[2], frozenset(phones.get(row[0], ())), birthday, row[7] if birthday else None, row[8]
        )
    return found


def _sides(ids: set[int]) -> dict[int, Side]:
    phones = _phones(ids)
    return {
        row[0]: Side(
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            tuple(phones.get(row[0], ())),
            database.as_day(row[5]),
            row[6],
            row[7],
            row[8],
        )
        for row in _chunked(
            "SELECT id, card_no, name, state, grade, last_purchase, tickets, paid_total, version FROM customer"
            " WHERE id IN ({marks}) AND state IN ('active', 'lost')",
            ids,
        )
    }


def _phones(ids: set[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for customer, number in _chunked(
        "SELECT customer_id, number FROM phone WHERE customer_id IN ({marks}) ORDER BY customer_id, position",
        ids,
    ):
        found.setdefault(customer, []).append(number)
    return found


def _chunked(sql: str, ids: set[int]) -> Iterator[tuple[Any, ...]]:
    wanted = sorted(ids)
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        yield from database.rows(sql.format(marks=database.marks(part)), part)


def _pair(one: Side, two: Side, why: tuple[Reason, ...], weight: int, group: tuple[int, ...] = ()) -> Pair:
    first, second = sorted((one, two), key=_weight)
    return Pair(first, second, why, weight, group if len(group) > 2 else ())


def _weight(side: Side) -> tuple[int, int, int]:
    return (-side.tickets, -side.paid_total, side.id)
