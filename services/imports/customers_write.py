"""Writes the customers of an import: set by set, inside the import's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from models import database
from models.kinds import PointKind
from models.purchase import PointEntry
from services import pinyin, search_index
from services.imports import bulk, customers_add
from services.imports.customers import OLD_BOOKS, PLAIN, Known, Person, Work, taken_over
from services.imports.customers_add import BIRTH, add_phones, birth_columns
from services.progress import Progress
from services.rules.birthdays import Birthday
from services.shop import Shop


def write(shop: Shop, work: Work, source: str, progress: Progress) -> dict[str, Any]:
    """Writes everything. Returns what the journal keeps: ids added, before and after of what was changed."""
    steps = bulk.Steps(progress, 3 * len(work.added) + len(work.changed) + len(work.points))
    ids = customers_add.add(shop, work.added, source, steps)
    changes = _change(shop, work.changed, steps)
    entered = _points(shop, work, ids, steps)
    body: dict[str, Any] = {"changes": changes}
    if ids:
        body["added_ids"] = [ids[0], ids[-1]]
    if entered:
        body["points"] = entered
    return body


def _change(
    shop: Shop, changed: Sequence[tuple[Person, dict[str, Any]]], steps: bulk.Steps
) -> list[dict[str, Any]]:
    names = (*PLAIN, *BIRTH, "group_id", "clerk_id", "registered_on")
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
                pinyin.sort_key(news.get("name", known.name)),
                today,
                known.id,
            )

    database.execute_many(sql, steps.over(rows(), len(changed)))
    numbers = (
        (person.known.id, (person.values, len(person.known.phones), news["phones"]))
        for person, news in changed
        if person.known is not None and "phones" in news
    )
    add_phones(numbers, steps, 0)
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


def _points(shop: Shop, work: Work, ids: Sequence[int], steps: bulk.Steps) -> list[list[int]]:
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
