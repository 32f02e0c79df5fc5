"""The rows of those whom new goods suit best, with what their reasons name: size, pieces, colour, phone (spec 04)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from models.kinds import Channel, Grade, Role
from services import formats
from services.arrivals import Arrival
from services.rules import arrivals as rules
from services.rules.arrivals import Because, Facts, Goods
from services.shop import Shop


@dataclass(frozen=True)
class Suited:
    """A customer whom goods suit. `id` is the customer's."""

    id: int
    card_no: str
    name: str
    sex: str
    grade: Grade
    phone: str
    """Masked for clerks"""
    channel: Channel
    points: int
    goods: tuple[Goods, ...]
    """Best first"""
    arrival_ids: tuple[int, ...]
    facts: Facts
    because: tuple[Because, ...]
    size: str = ""
    """The size that fits"""
    pieces: int = 0
    colour: str = ""
    look: str = ""
    last_contact: date | None = None
    clerk: str = ""
    tired: bool = False


def close(
    shop: Shop,
    arrivals: Sequence[Arrival],
    named: Sequence[tuple[tuple[Any, ...], list[tuple[int, int, Facts]], Channel]],
    tired: set[int],
) -> list[Suited]:
    """The rows of the best, with what their reasons name."""
    ids = [row[0] for row, _fits, _way in named]
    if not ids:
        return []
    people, phones, sizes = _who(ids), _phones(ids), _sizes(shop, ids)
    whole = shop.role in (Role.MANAGER, Role.OWNER)
    made = []
    for row, fits, way in named:
        goods = [arrivals[number].goods for _points, number, _facts in fits]
        points, _number, facts = fits[0]
        size, pieces = _size(row[2], goods[0], sizes[row[0]])
        if facts.pieces_in_size > 0:
            facts = facts._replace(pieces_in_size=max(1, pieces))
        card_no, name, sex, clerk = people[row[0]]
        phone = phones.get(row[0], "")
        made.append(
            Suited(
                *(row[0], card_no, name, sex, Grade(row[1])),
                phone=phone if whole or not phone else formats.masked(phone),
                channel=way,
                points=points,
                goods=tuple(goods),
                arrival_ids=tuple(arrivals[number].id for _points, number, _facts in fits),
                facts=facts,
                because=rules.reasons(facts, shop.policy.arrivals),
                size=size,
                pieces=pieces,
                colour=rules.liked(row[4].split("、"), goods[0].colours),
                look=rules.liked(row[5].split("、"), goods[0].look.split("、")),
                last_contact=database.as_day(row[6]),
                clerk=clerk,
                tired=row[0] in tired,
            )
        )
    return made


def _who(ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """customer -> card number, name, sex, responsible."""
    return {
        row[0]: row[1:]
        for row in database.rows(
            "SELECT c.id, c.card_no, c.name, c.sex, COALESCE(u.name, '') FROM customer c"
            f" LEFT JOIN staff_user u ON u.id = c.clerk_id WHERE c.id IN ({database.marks(ids)})",
            ids,
        )
    }


def _phones(ids: Sequence[int]) -> dict[int, str]:
    """customer -> the first number."""
    phones: dict[int, str] = {}
    for customer, number in database.rows(
        f"SELECT customer_id, number FROM phone WHERE customer_id IN ({database.marks(ids)}) ORDER BY position, id",
        ids,
    ):
        phones.setdefault(customer, number)
    return phones


def _sizes(shop: Shop, ids: Sequence[int]) -> dict[int, Counter[str]]:
    """customer -> pieces bought by size."""
    sizes: dict[int, Counter[str]] = defaultdict(Counter)
    since = shop.policy.arrivals.look_back.before(shop.today())
    for customer, size, pieces in database.rows(
        "SELECT p.customer_id, p.size, SUM(p.quantity) FROM purchase p WHERE p.customer_id"
        f" IN ({database.marks(ids)}) AND p.day >= ? AND p.size <> '' GROUP BY p.customer_id, p.size",
        (*ids, since),
    ):
        sizes[customer][rules.plain(size)] += int(pieces)
    return sizes


def _size(on_file: str, goods: Goods, bought: Counter[str]) -> tuple[str, int]:
    """The size that fits, and how many pieces were bought in it."""
    offered = [rules.plain(one) for one in goods.sizes]
    own = rules.plain(on_file)
    if own in offered:
        return own, bought[own]
    best = max(offered, key=lambda one: (bought[one], -offered.index(one)), default="")
    return (best, bought[best]) if best and bought[best] > 0 else ("", 0)
