"""Writes the customers of an import: set by set, inside the import's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from models import database
from models.customer import Customer, Phone
from models.kinds import PointKind
from models.purchase import PointEntry
from services import pinyin, search_index
from services.errors import Refused
from services.imports import bulk
from services.imports.customers import OLD_BOOKS, PLAIN, Known, Person, Work, taken_over
from services.progress import Progress
from services.rules import customer_data
from services.rules.birthdays import Birthday
from services.shop import Shop

_BIRTH = ("birth_calendar", "birth_month", "birth_day", "birth_leap", "birth_year")
_EMPTY: dict[str, Any] = {**dict.fromkeys(PLAIN, ""), "sex": "unknown", "height_cm": None, "waist_cm": None}
_in_order = itemgetter(*PLAIN)


def write(shop: Shop, work: Work, source: str, progress: Progress) -> dict[str, Any]:
    """Writes everything. Returns what the journal keeps: ids added, before and after of what was changed."""
    steps = _Steps(progress, 3 * len(work.added) + len(work.changed) + len(work.points))
    ids = _add(shop, work.added, source, steps)
    changes = _change(shop, work.changed, steps)
    entered = _points(shop, work, ids, steps)
    body: dict[str, Any] = {"changes": changes}
    if ids:
        body["added_ids"] = [ids[0], ids[-1]]
    if entered:
        body["points"] = entered
    return body


class _Steps:
    """One running count over all statements, for the progress bar."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.total, self.done = progress, max(total, 1), 0

    def over(self, rows: Any, number: int) -> Any:
        yield from bulk.heard(rows, self.progress, self.done, self.total)
        self.done += number


def _add(shop: Shop, people: Sequence[Person], source: str, steps: _Steps) -> Sequence[int]:
    ids = bulk.reserve("customer", len(people))
    if not people:
        return ids
    names = (
        "id",
        "card_no",
        "sort_key",
        "registered_on",
        "verified_on",
        "data_source",
        "group_id",
        "clerk_id",
    )
    sql = bulk.insert_sql(Customer, *names, *_BIRTH, *PLAIN)
    groups = _groups()
    clerks = dict(database.rows("SELECT name, id FROM staff_user WHERE active = 1"))
    group_ids = dict(database.rows("SELECT name, id FROM staff_group WHERE active = 1"))
    today = database.day_value(shop.today())

    def rows() -> Iterator[tuple[Any, ...]]:
        for number, person in zip(ids, people, strict=True):
            values = person.values
            since = values.get("registered_on")
            yield (
                number,
                person.card_no,
                _sort_key(values["name"]),
                database.day_value(since) if since else today,
                today,
                source,
                group_ids.get(values.get("group", "")) or next(groups),
                clerks.get(values.get("clerk", "")),
                *birth_columns(values.get("birthday")),
                *_in_order(_EMPTY | values),
            )

    database.execute_many(sql, steps.over(rows(), len(people)))
    _add_phones(
        (
            (number, person.values, 0, person.values.get("phones", ()))
            for number, person in zip(ids, people, strict=True)
        ),
        steps,
        len(people),
    )
    _add_to_search(shop, ids, people, steps)
    return ids


@lru_cache(maxsize=20_000)
def _sort_key(name: str) -> str:
    return pinyin.sort_key(name)


def birth_columns(birthday: Birthday | None) -> tuple[Any, ...]:
    if birthday is None:
        return None, None, None, 0, None
    return birthday.calendar.value, birthday.month, birthday.day, int(birthday.leap), birthday.year


def _groups() -> Iterator[int | None]:
    """The groups in turn, the smaller first, so that new customers are spread evenly (spec 01)."""
    counts = dict(
        database.rows(
            "SELECT g.id, COUNT(c.id) FROM staff_group g LEFT JOIN customer c ON c.group_id = g.id"
            " WHERE g.active = 1 GROUP BY g.id"
        )
    )
    return _in_turn(
        counts
    )  # the query is over before the rows are written: one connection does one thing at a time


def _in_turn(counts: dict[int, int]) -> Iterator[int | None]:
    while counts:
        smallest = min(counts, key=lambda group: (counts[group], group))
        counts[smallest] += 1
        yield smallest
    while True:
        yield None


def _add_phones(people: Iterator[tuple[int, Any, int, Sequence[str]]], steps: _Steps, number: int) -> None:
    sql = bulk.insert_sql(Phone, "customer_id", "number", "reversed", "foreign", "position")

    def rows() -> Iterator[tuple[Any, ...]]:
        for customer, values, front, phones in people:
            for place, phone in enumerate(phones, front):
                yield (
                    customer,
                    phone,
                    phone[::-1],
                    int(bool(values.get("foreign")) and is_foreign(phone)),
                    place,
                )

    database.execute_many(sql, steps.over(rows(), number))


def is_foreign(phone: str) -> bool:
    """A number ticked as one from abroad that is no mainland number by itself."""
    try:
        return customer_data.phone(phone) != phone
    except Refused:
        return True


def _add_to_search(shop: Shop, ids: Sequence[int], people: Sequence[Person], steps: _Steps) -> None:
    today = shop.today()
    entries = [
        search_index.Entry(
            number,
            person.values["name"],
            person.values.get("phones", ()),
            search_index.place("active", person.values.get("registered_on") or today),
        )
        for number, person in zip(ids, people, strict=True)
    ]
    search_index.put(entries, lambda rows: steps.over(rows, len(entries)))


def _change(
    shop: Shop, changed: Sequence[tuple[Person, dict[str, Any]]], steps: _Steps
) -> list[dict[str, Any]]:
    names = (*PLAIN, *_BIRTH, "group_id", "clerk_id", "registered_on")
    sql = (
        f"UPDATE customer SET {', '.join(f'{name} = ?' for name in names)}, sort_key = ?, verified_on = ?,"
        " version = version + 1 WHERE id = ?"
    )
    today = database.day_value(shop.today())
    journal: list[dict[str, Any]] = []
    renamed: list[int] = []

    def rows() -> Iterator[tuple[Any, ...]]:
        for person, news in changed:
            known = person.known
            assert known is not None
            journal.append(_before_and_after(known, news))
            if "name" in news or "phones" in news:
                renamed.append(known.id)
            birthday: Birthday | None = news.get("birthday", known.birthday)
            yield (
                *[news.get(name, known.value(name)) for name in PLAIN],
                *birth_columns(birthday),
                *[news.get(name, known.value(name)) for name in ("group", "clerk")],
                database.day_value(news.get("registered_on", known.value("registered_on"))),
                _sort_key(news.get("name", known.name)),
                today,
                known.id,
            )

    database.execute_many(sql, steps.over(rows(), len(changed)))
    numbers = (
        (person.known.id, person.values, len(person.known.phones), news["phones"])
        for person, news in changed
        if person.known is not None and "phones" in news
    )
    _add_phones(numbers, steps, 0)
    search_index.refresh_many(renamed)
    return journal


def _before_and_after(known: Known, news: dict[str, Any]) -> dict[str, Any]:
    before = {name: list(known.phones) if name == "phones" else _plain(known.value(name)) for name in news}
    after = {
        name: [*known.phones, *value] if name == "phones" else _plain(value) for name, value in news.items()
    }
    return {"id": known.id, "before": before, "after": after}


def _plain(value: Any) -> Any:
    return list(birth_columns(value)) if isinstance(value, Birthday) else value


def _points(shop: Shop, work: Work, ids: Sequence[int], steps: _Steps) -> list[list[int]]:
    """Enters what the sheet's points differ from those taken over before: reading it again enters nothing."""
    if not work.points:
        return []
    number_of = {id(person): number for person, number in zip(work.added, ids, strict=True)}
    wanted = {
        (person.known.id if person.known else number_of[id(person)]): points for person, points in work.points
    }
    had = taken_over(list(wanted))
    moves = [[customer, points - had.get(customer, 0)] for customer, points in wanted.items()]
    moves = [move for move in moves if move[1]]
    sql = bulk.insert_sql(PointEntry, "customer_id", "day", "kind", "points", "reason", "user_id")
    today, reason = database.day_value(shop.today()), OLD_BOOKS
    rows = ((customer, today, PointKind.EARNED.value, points, reason, shop.who) for customer, points in moves)
    database.execute_many(sql, steps.over(rows, len(work.points)))
    database.execute_many(
        "UPDATE customer SET points_earned = points_earned + ?, points_balance = points_balance + ?,"
        " version = version + 1 WHERE id = ?",
        steps.over(((points, points, customer) for customer, points in moves), 0),
    )
    return moves
