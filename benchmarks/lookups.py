"""Look-ups in the service and the whole search box: speed over all customers, and completeness."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import books
from benchmarks.measure import Figure, Sizes, each, percentile
from models import database
from services import find, pinyin

LIMITS = {"middle": (1.0, 5.0), "large": (3.0, 10.0)}
"""Milliseconds at the 99th percentile: the index work, the whole box with its ranking and lines."""
QUERIES = 500
KINDS = ("card", "phone tail", "phone middle", "name part", "initials", "one character")


def run(sizes: Sizes) -> list[Figure]:
    figures = []
    for size in ("middle", "large"):
        figures += _speed(books.shop_file(getattr(sizes, size)), *LIMITS[size])
    figures += completeness(books.shop_file(sizes.middle))
    return figures


def _speed(path: Path, look_up_limit: float, box_limit: float) -> list[Figure]:
    figures = []
    with books.opened(path) as shop:
        count = database.value_of("SELECT COUNT(*) FROM customer")
        asked = queries(QUERIES)
        for kind in KINDS:
            figures.append(_p99(f"{count:,}: {kind}", find.look_up, asked[kind], look_up_limit))
        whole = [text for kind in KINDS for text in asked[kind]]
        figures.append(_p99(f"{count:,}: search box", partial(find.find, shop), whole, box_limit))
        figures.append(_p99(f"{count:,}: bare index range", _bare, asked["phone tail"], None))
    return figures


def _p99(name: str, job: Callable[[str], object], asked: list[str], limit: float | None) -> Figure:
    each(job, asked)  # warm
    taken = [value * 1000 for value in each(job, asked)]
    return Figure(
        f"look-up, {name}, p99",
        percentile(taken, 99),
        "ms",
        limit,
        note=f"median {percentile(taken, 50):.2f}",
    )


def _bare(tail: str) -> list[Any]:
    turned = tail[::-1]
    return database.rows(
        "SELECT customer_id FROM phone WHERE reversed >= ? AND reversed < ? LIMIT 50",
        (turned, turned[:-1] + chr(ord(turned[-1]) + 1)),
    )


def queries(count: int, seed: int = 1) -> dict[str, list[str]]:
    """Texts that people would type for customers drawn at random."""
    rng = Random(seed)
    last = database.value_of("SELECT MAX(id) FROM customer")
    asked: dict[str, list[str]] = {kind: [] for kind in KINDS}
    while len(asked["card"]) < count:
        found = database.row(
            "SELECT c.card_no, c.name, p.number FROM customer c JOIN phone p ON p.customer_id = c.id"
            " WHERE c.id = ? AND c.state IN ('active', 'lost')",
            (rng.randint(1, last),),
        )
        if found is None:
            continue
        card, name, number = found
        start = rng.randrange(len(name))
        initials = "".join(syllable[0] for syllable in pinyin.readings(name)[0] if syllable)
        asked["card"].append(card)
        asked["phone tail"].append(number[-rng.choice((3, 4, 4, 4, 8)) :])
        middle = rng.randrange(len(number) - 3)
        asked["phone middle"].append(number[middle : middle + rng.choice((3, 4, 5))])
        asked["name part"].append(name[start : start + 2])
        asked["initials"].append(initials[: rng.choice((2, 3))] or initials)
        asked["one character"].append(rng.choice(name))
    return asked


def completeness(path: Path) -> list[Figure]:
    """Holds the answers to random queries against plain scans over all customers; counts those that differ."""
    with books.opened(path):
        everyone = database.rows("SELECT id, name, card_no FROM customer WHERE state IN ('active', 'lost')")
        sounds = {name: _sounds(name) for name in {row[1] for row in everyone}}
        asked = queries(QUERIES // len(KINDS), seed=2)
        wrong = []
        for kind, scan in _scans(everyone, sounds).items():
            for text in asked[kind]:
                if set(find.look_up(text, 10**9)) != scan(text):
                    wrong.append(f"{kind}: {text}")
    total = sum(len(asked[kind]) for kind in KINDS)
    return [
        Figure(
            f"look-up, answers that differ from a plain scan, of {total}",
            len(wrong),
            "",
            0,
            note=", ".join(wrong[:5]),
        )
    ]


def _sounds(name: str) -> tuple[list[str], list[str]]:
    """All a name's initials, and its pinyin from each syllable on, in every reading of the surname."""
    spoken = pinyin.readings(name)
    initials = ["".join(syllable[0] for syllable in syllables if syllable) for syllables in spoken]
    return initials, ["".join(s[start:]) for s in spoken for start in range(len(s))]


def _scans(
    everyone: list[Any], sounds: dict[str, tuple[list[str], list[str]]]
) -> dict[str, Callable[[str], set[int]]]:
    """For each kind of query the plain scan that says who must be found."""

    def by_name(text: str) -> set[int]:
        return {row[0] for row in everyone if text in row[1]}

    def by_card(text: str) -> set[int]:
        return {row[0] for row in everyone if row[2].startswith(text)} | by_sound(text)

    def by_sound(text: str) -> set[int]:
        low = text.lower()
        meant = {
            name
            for name, (initials, spoken) in sounds.items()
            if low in name.lower().replace(" ", "")
            or any(low in one for one in initials)
            or any(one.startswith(low) for one in spoken)
        }
        return {row[0] for row in everyone if row[1] in meant}

    def by_phone(text: str) -> set[int]:
        sql = (
            "SELECT p.customer_id FROM phone p JOIN customer c ON c.id = p.customer_id"
            " WHERE c.state IN ('active', 'lost') AND p.number LIKE ?"
        )
        found = {row[0] for row in database.rows(sql, (f"%{text}%",))}
        item = "SELECT DISTINCT customer_id FROM purchase WHERE item_no = ?"
        cards = {
            row[0]
            for row in everyone
            if row[2] == text or row[2].startswith(text) or row[2] == f"K{text:0>5}"
        }
        return found | cards | {row[0] for row in database.rows(item, (text,))}

    return {
        "card": by_card,
        "phone tail": by_phone,
        "phone middle": by_phone,
        "name part": by_name,
        "one character": by_name,
        "initials": by_sound,
    }
