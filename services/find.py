"""The search box: phone, card number, name in characters or pinyin, item number bought; the best first.

Complete: whoever matches is found, as a plain scan over all customers would find them. An answer of fifty costs a few
index ranges, whatever the size of the shop.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import merge
from itertools import islice
from typing import Any

from models import database
from models.kinds import Calendar, LineStatus, Role
from services import formats, pinyin, search_index
from services.rights import Right, require
from services.rules import birthdays
from services.rules.customer_data import clean, half_width
from services.search_index import Hit
from services.shop import Shop
from services.words import _

PHONE_DIGITS = 3
"""So many digits that follow one another in a phone find it, the last ones first."""
SOON_DAYS = 7
"""A birthday so near is said beside the name."""
_ITEM_LINES = 500
"""Newest purchases of an item number that are looked through for who bought it."""
_CARD_PREFIX = 2
_OWN_DIGITS = 5
"""Our own card numbers are K and five digits; the digits alone find them."""
_PAGE = 60
_FIRST_PAGE = 8
_CHINESE = re.compile(r"[\u2e80-\U0010ffff]+")

_FIELDS = "c.id, c.card_no, c.name, c.grade, c.state, c.last_visit"
_ON_FILE = "c.state || '' IN ('active', 'lost')"
"""As an expression, so that SQLite does not take the index on the state, which nearly everyone shares."""
_BEST = (
    "CASE c.state WHEN 'active' THEN 0 ELSE 1 END, COALESCE(c.last_visit, c.registered_on) DESC, c.id DESC"
)


@dataclass(frozen=True)
class FindRow:
    """One line under the search box."""

    id: int
    card_no: str
    name: str
    phones: tuple[str, ...]
    """Masked for clerks (138****5678)."""
    grade: str
    state: str
    last_visit: date | None
    hint: str = ""
    """What is due: 礼品待领, 3天后生日."""
    matched: str = ""
    """The field that matched: name, phone, card or item."""
    span: tuple[int, int] = (0, 0)
    """Where in that field, to mark it."""


def find(shop: Shop, text: str, limit: int = 50) -> list[FindRow]:
    """The customers meant by what was typed, the best first: on file before lost, whole before part, lately seen first.

    A clerk is given at most `safety.clerk_find_limit` of them.
    """
    require(shop, Right.SEE)
    if shop.role is Role.CLERK:
        limit = min(limit, shop.policy.safety.clerk_find_limit)
    found = look_up(text, limit)
    return _rows(shop, found, text) if found else []


def look_up(text: str, limit: int = 50) -> dict[int, str]:
    """`{customer id: field that matched}`, the best first: the index work of a search."""
    typed = half_width(clean(text))[:60].strip()
    found: dict[int, str] = {}
    if not typed or limit < 1:
        return found
    for field, part in _routes(typed, limit):
        for customer in part:
            found.setdefault(customer, field)
            if len(found) >= limit:
                return found
    return found


def _routes(typed: str, limit: int) -> Iterator[tuple[str, Iterable[int]]]:
    """Where to look for it, the surest place first. Lazy: a full list asks no further."""
    bare = typed.replace(" ", "").replace("-", "")
    if typed.isascii():
        yield "card", _by_card(typed)
    if bare.isascii() and bare.isdigit():
        if len(bare) >= PHONE_DIGITS:
            yield "phone", _by_phone(bare, limit)
        if len(bare) <= _OWN_DIGITS:
            yield "card", _by_card(f"K{bare:0>{_OWN_DIGITS}}")
        yield "item", _by_item(typed, limit)
    elif typed.isascii() and any(char.isdigit() for char in typed):
        yield "item", _by_item(typed, limit)
    yield "name", by_name(typed, limit)
    if typed.isascii() and len(typed) >= _CARD_PREFIX:
        yield "card", _by_card_prefix(typed, limit)


def _by_card(typed: str) -> list[int]:
    ways = {typed, typed.upper()}
    sql = f"SELECT c.id FROM customer c WHERE c.card_no IN ({database.marks(list(ways))}) AND {_ON_FILE} ORDER BY c.id"
    return [row[0] for row in database.rows(sql, tuple(ways))]


def _by_card_prefix(typed: str, limit: int) -> list[int]:
    found: dict[int, None] = {}
    for front in dict.fromkeys((typed, typed.upper())):
        sql = (
            f"SELECT c.id FROM customer c WHERE c.card_no >= ? AND c.card_no < ? AND {_ON_FILE}"
            " ORDER BY c.card_no LIMIT ?"
        )
        found |= dict.fromkeys(row[0] for row in database.rows(sql, (front, _after(front), limit)))
    return list(found)


def _by_phone(digits: str, limit: int) -> Iterator[int]:
    """Whole numbers and last digits, then those who have the digits anywhere in a number."""
    tail = _phones("reversed", digits[::-1], limit)
    yield from tail
    for page in _paged(search_index.with_digits(digits)):
        ids = [customer for _rank, customer in page]
        sql = f"SELECT customer_id FROM phone WHERE customer_id IN ({database.marks(ids)}) AND number LIKE ?"
        there = {row[0] for row in database.rows(sql, (*ids, f"%{digits}%"))}
        yield from (one for one in ids if one in there)


def _phones(column: str, front: str, limit: int) -> list[int]:
    sql = (
        f"SELECT c.id FROM phone p JOIN customer c ON c.id = p.customer_id"
        f" WHERE p.{column} >= ? AND p.{column} < ? AND {_ON_FILE} ORDER BY {_BEST} LIMIT ?"
    )
    # Two numbers of one person may end alike: ask for more than needed, they are folded above.
    return [row[0] for row in database.rows(sql, (front, _after(front), limit * 2))]


def _by_item(typed: str, limit: int) -> list[int]:
    """Who bought this item number, the newest purchase first."""
    # One `=` at a time: with IN the newest-first order would be found by reading all purchases backwards.
    sql = "SELECT id, customer_id FROM purchase WHERE item_no = ? ORDER BY id DESC LIMIT ?"
    lines = [row for way in {typed, typed.upper()} for row in database.rows(sql, (way, _ITEM_LINES))]
    buyers = list(dict.fromkeys(customer for _line, customer in sorted(lines, reverse=True)))[: limit * 2]
    if not buyers:
        return []
    sql = f"SELECT c.id FROM customer c WHERE c.id IN ({database.marks(buyers)}) AND {_ON_FILE}"
    there = {row[0] for row in database.rows(sql, buyers)}
    return [one for one in buyers if one in there][:limit]


def by_name(typed: str, limit: int) -> list[int]:
    """Ids by rank (see services/search_index), each once."""
    tokens = pinyin.query_tokens(typed)
    if not tokens:
        return []
    runs = _CHINESE.findall(pinyin.normal(typed)) if not pinyin.exact(typed) else []
    ranges: list[Iterable[Hit]] = [_asked([pinyin.LONG], typed)]
    if pinyin.exact(typed):
        ranges.append(search_index.best(tokens, limit))
    elif runs and not typed.isascii():
        ranges.append(_asked(tokens, typed, runs))
    else:
        ranges += _long_latin(tokens, pinyin.normal(typed), typed)
    best = merge(*ranges, key=lambda hit: (-hit[0], -hit[1]))
    return list(islice(_once(customer for _rank, customer in best), limit))


def _once(ids: Iterable[int]) -> Iterator[int]:
    """Each id once, as it comes: nothing is read that is not asked for."""
    seen: set[int] = set()
    for one in ids:
        if one not in seen:
            seen.add(one)
            yield one


def _long_latin(tokens: Sequence[str], query: str, typed: str) -> list[Iterable[Hit]]:
    """Pinyin is found by its whole tokens; a long foreign word by its beginning, but only where its end is there too:
    few names have both, while thousands may have the beginning alone."""
    front, back = query[: pinyin.MAX_RUN], query[-pinyin.MAX_RUN :]
    whole = [token for token in tokens if token != front]
    return [_asked(whole, typed), _asked([back], typed, [front])]


def _asked(tokens: Sequence[str], typed: str, runs: Sequence[str] = ()) -> Iterator[Hit]:
    """Everyone under these tokens whose name truly matches, the best first. `runs`: what the name must have too."""
    hits = search_index.under(tokens, [run[: pinyin.MAX_RUN] for run in runs])
    for page in _paged(hits):
        names = _names([customer for _rank, customer in page])
        yield from (hit for hit in page if pinyin.matches(names.get(hit[1], ""), typed))


def _paged(hits: Iterator[Hit]) -> Iterator[list[Hit]]:
    size = _FIRST_PAGE
    while page := list(islice(hits, size)):
        yield page
        size = _PAGE


def _names(ids: Sequence[int]) -> dict[int, str]:
    sql = f"SELECT id, name FROM customer WHERE id IN ({database.marks(ids)})"
    return dict(database.rows(sql, ids))


def _after(front: str) -> str:
    """The first text behind everything that begins with `front`."""
    return front[:-1] + chr(ord(front[-1]) + 1)


def _rows(shop: Shop, found: dict[int, str], text: str) -> list[FindRow]:
    """The lines for these ids, in their order."""
    ids = list(found)
    marks = database.marks(ids)
    sql = (
        f"SELECT {_FIELDS}, c.birth_calendar, c.birth_month, c.birth_day, c.birth_leap FROM customer c"
        f" WHERE c.id IN ({marks})"
    )
    people = {row[0]: row for row in database.rows(sql, ids)}
    phones = phones_of(ids)
    waiting = waiting_gifts(ids)
    typed = half_width(clean(text)).strip()
    rows = []
    for one in ids:
        if (person := people.get(one)) is None:
            continue
        field, numbers = found[one], phones.get(one, ())
        if field == "phone":
            numbers = _matching_first(numbers, typed)
        span = _span(field, typed, person[2], person[1], numbers)
        if shop.role is Role.CLERK:
            numbers = tuple(formats.masked(number) for number in numbers)
        hint = _("礼品待领") if one in waiting else birthday_hint(shop, person[6:10])
        seen = database.as_day(person[5])
        rows.append(
            FindRow(one, person[1], person[2], numbers, person[3], person[4], seen, hint, field, span)
        )
    return rows


def phones_of(ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The numbers of these customers, in their order."""
    found: dict[int, tuple[str, ...]] = {}
    sql = (
        f"SELECT customer_id, number FROM phone WHERE customer_id IN ({database.marks(ids)})"
        " ORDER BY customer_id, position, id"
    )
    for customer, number in database.rows(sql, ids):
        found[customer] = (*found.get(customer, ()), number)
    return found


def waiting_gifts(ids: Sequence[int]) -> set[int]:
    """Which of these customers have an approved gift waiting."""
    sql = f"SELECT DISTINCT customer_id FROM plan_line WHERE customer_id IN ({database.marks(ids)}) AND status = ?"
    return {row[0] for row in database.rows(sql, (*ids, LineStatus.APPROVED.value))}


def birthday_hint(shop: Shop, stored: Sequence[Any]) -> str:
    """`3天后生日`, `今天生日`, or nothing. `stored`: calendar, month, day, leap flag."""
    if stored[0] is None or stored[1] is None or stored[2] is None:
        return ""
    birthday = birthdays.Birthday(Calendar(stored[0]), stored[1], stored[2], bool(stored[3]))
    days = birthdays.days_until(birthday, shop.today(), shop.policy.birthdays)
    if days is None or days > SOON_DAYS:
        return ""
    return _("{n}天后生日").format(n=days) if days else _("今天生日")


def _matching_first(numbers: tuple[str, ...], typed: str) -> tuple[str, ...]:
    digits = typed.replace(" ", "").replace("-", "")
    return tuple(sorted(numbers, key=lambda number: (not number.endswith(digits), digits not in number)))


def _span(field: str, typed: str, name: str, card_no: str, numbers: tuple[str, ...]) -> tuple[int, int]:
    """Where the typed text stands in the field that matched."""
    if field == "name":
        return name_span(name, typed)
    if field == "phone" and numbers:
        digits = typed.replace(" ", "").replace("-", "")
        start = (
            len(numbers[0]) - len(digits) if numbers[0].endswith(digits) else max(numbers[0].find(digits), 0)
        )
        return start, start + len(digits)
    if field == "card" and card_no.upper().startswith(typed.upper()):
        return 0, len(typed)
    return 0, 0


def name_span(name: str, typed: str) -> tuple[int, int]:
    """The characters of a name that a query means; (0, 0) where that cannot be said in one piece."""
    query = pinyin.normal(typed)
    if (at := name.lower().find(typed.lower())) >= 0:
        return at, at + len(typed)
    if not query.isascii():
        return 0, 0
    for syllables in pinyin.readings(name):
        if len(syllables) != len(name):
            return 0, 0
        initials = "".join(syllable[0] for syllable in syllables)
        if (at := initials.find(query)) >= 0:
            return at, at + len(query)
        for start in range(len(syllables)):
            run = ""
            for end in range(start, len(syllables)):
                run += syllables[end]
                if run.startswith(query):
                    return start, end + 1
                if not query.startswith(run):
                    break
    return 0, 0
