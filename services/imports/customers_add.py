"""Writes the new customers of an import, column by column: their rows, their phones and their words in the search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import Any

from models import database
from models.customer import Customer, Phone
from services import pinyin, search_beside, search_index
from services.errors import Refused
from services.imports import bulk
from services.imports.customers import PLAIN, Person
from services.rules import customer_data
from services.rules.birthdays import Birthday
from services.search_fts import LAST_ROW
from services.search_words import document
from services.shop import Shop

BIRTH = ("birth_calendar", "birth_month", "birth_day", "birth_leap", "birth_year")
_ALWAYS = ("id", "card_no", "sort_key", "registered_on", "verified_on", "data_source", "group_id")
_EMPTY: dict[str, Any] = {"sex": "unknown", "height_cm": None, "waist_cm": None}
_PART = 1_000
"""Customers written between two looks at Stop."""

Values = Mapping[str, Any]


def add(shop: Shop, people: Sequence[Person], source: str, steps: bulk.Steps) -> Sequence[int]:
    """Returns the new customers' ids, in the order of the file."""
    ids = bulk.reserve("customer", len(people))
    if not people:
        return ids
    today = shop.today()
    places = [search_index.place("active", person.values.get("registered_on") or today) for person in people]
    # The search takes them the best first; so their words are asked for in that order and never all held at once.
    ranks = [found << 40 | number for found, number in zip(places, ids, strict=True)]
    order = sorted(range(len(people)), key=ranks.__getitem__, reverse=True)
    named = [(people[at].values["name"], people[at].values.get("phones", ())) for at in order]
    with search_beside.documents(named, lambda: steps.tell(0)) as words:
        _add_rows(shop, ids, people, source, steps)
        with bulk.indexes_aside("phone", len(people)):
            numbers = ((person.values, 0, person.values.get("phones", ())) for person in people)
            add_phones(zip(ids, numbers, strict=True), steps, len(people))
        ranked = zip(ids, places, strict=True)
        if database.is_postgres():
            search_index.put_best_first(_entries(ids, order, named, places, steps), ranked)
        else:
            search_index.put_rows(_search_rows(ranks, order, named, words, steps), ranked)
    return ids


def _search_rows(
    ranks: Sequence[int],
    order: Sequence[int],
    named: search_beside.People,
    words: search_beside.Words,
    steps: bulk.Steps,
) -> Iterator[list[tuple[int, str]]]:
    """The rows of the search's index in that order, part by part."""
    made = iter(words)
    for start in range(0, len(order), _PART):
        part = order[start : start + _PART]
        lines = list(islice(made, len(part)))
        if None in lines:
            people = named[start : start + _PART]
            lines = [line or document(*who) for line, who in zip(lines, people, strict=True)]
        yield [(LAST_ROW - ranks[at], line) for at, line in zip(part, lines, strict=True) if line]
        steps.tell(len(part))


def _entries(
    ids: Sequence[int],
    order: Sequence[int],
    named: search_beside.People,
    places: Sequence[int],
    steps: bulk.Steps,
) -> Iterator[list[search_index.Entry]]:
    """The same for PostgreSQL, which keeps them otherwise."""
    for start in range(0, len(order), _PART):
        part = order[start : start + _PART]
        people = named[start : start + _PART]
        yield [search_index.Entry(ids[at], *who, places[at]) for at, who in zip(part, people, strict=True)]
        steps.tell(len(part))


def _add_rows(
    shop: Shop, ids: Sequence[int], people: Sequence[Person], source: str, steps: bulk.Steps
) -> None:
    used = set().union(*(person.values for person in people))
    plain = [name for name in PLAIN if name in used]
    clerk = ("clerk_id",) if "clerk" in used else ()
    birth = BIRTH if "birthday" in used else ()
    sql = bulk.insert_sql(Customer, *_ALWAYS, *clerk, *birth, *plain)
    writer = _Columns(shop, source, plain, used)
    with bulk.indexes_aside("customer", len(people)):
        for start in range(0, len(people), _PART):
            part = people[start : start + _PART]
            steps.tell(0)
            database.execute_many(sql, writer.rows(ids[start : start + _PART], part))
            steps.tell(len(part))


class _Columns:
    """Turns people into rows: a column at a time costs a quarter of a row at a time."""

    def __init__(self, shop: Shop, source: str, plain: Sequence[str], used: AbstractSet[str]) -> None:
        self.today = database.day_value(shop.today())
        self.source, self.plain = source, plain
        self.birth, self.clerk, self.named_groups = "birthday" in used, "clerk" in used, "group" in used
        self.turn = groups()
        self.clerks = dict(database.rows("SELECT name, id FROM staff_user WHERE active = 1"))
        self.groups = dict(database.rows("SELECT name, id FROM staff_group WHERE active = 1"))

    def rows(self, ids: Sequence[int], people: Sequence[Person]) -> Iterator[tuple[Any, ...]]:
        found = [person.values for person in people]
        same, day = len(people), database.day_value
        since = [values.get("registered_on") for values in found]
        columns: list[Sequence[Any]] = [
            ids,
            [person.card_no for person in people],
            [pinyin.sort_key(values["name"]) for values in found],
            [day(each) if each else self.today for each in since],
            [self.today] * same,
            [self.source] * same,
            [self.groups.get(values.get("group", "")) or next(self.turn) for values in found]
            if self.named_groups
            else list(islice(self.turn, same)),
        ]
        if self.clerk:
            columns.append([self.clerks.get(values.get("clerk", "")) for values in found])
        if self.birth:
            columns += zip(*[birth_columns(values.get("birthday")) for values in found], strict=True)
        for name in self.plain:
            empty = _EMPTY.get(name, "")
            columns.append([values.get(name, empty) for values in found])
        return zip(*columns, strict=True)


def birth_columns(birthday: Birthday | None) -> tuple[Any, ...]:
    if birthday is None:
        return None, None, None, 0, None
    return birthday.calendar.value, birthday.month, birthday.day, int(birthday.leap), birthday.year


def groups() -> Iterator[int | None]:
    """The groups in turn, the smaller first, so that new customers are spread evenly (spec 01)."""
    counts = dict(
        database.rows(
            "SELECT g.id, COUNT(c.id) FROM staff_group g LEFT JOIN customer c ON c.group_id = g.id"
            " WHERE g.active = 1 GROUP BY g.id ORDER BY g.id"
        )
    )
    # The query is over before the rows are written: one connection does one thing at a time.
    return _in_turn(counts)


def _in_turn(counts: dict[int, int]) -> Iterator[int | None]:
    while counts:
        smallest = min(counts, key=counts.__getitem__)  # of equals the first
        counts[smallest] += 1
        yield smallest
    while True:
        yield None


def add_phones(
    people: Iterator[tuple[int, tuple[Values, int, Sequence[str]]]], steps: bulk.Steps, number: int
) -> None:
    """`people`: customer id, and the file's values, how many phones are on file, those to add."""
    sql = bulk.insert_sql(Phone, "customer_id", "number", "reversed", "foreign", "position")

    def rows() -> Iterator[tuple[Any, ...]]:
        for customer, (values, front, phones) in people:
            if "foreign" not in values:
                for place, phone in enumerate(phones, front):
                    yield customer, phone, phone[::-1], 0, place
                continue
            for place, phone in enumerate(phones, front):
                yield customer, phone, phone[::-1], int(values["foreign"] and is_foreign(phone)), place

    database.execute_many(sql, steps.over(rows(), number))


def is_foreign(phone: str) -> bool:
    """A number ticked as one from abroad that is no mainland number by itself."""
    try:
        return customer_data.phone(phone) != phone
    except Refused:
        return True
