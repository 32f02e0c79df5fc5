"""What an erase does to the rows: a person's own are emptied or go, words about them in other rows are blotted out."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from models import database
from models.kinds import CustomerState, Sex, SmsState
from models.tables import TABLES
from services import merging, search_index
from services.data_classes import CLASSES, TableClasses
from services.erasing.names import Known, containing, pattern
from services.rules.contacts import Expired
from services.shop import Shop
from services.words import N_, _

REMOVED = N_("〔已删除〕")
"""Stands in other people's notes where the name stood."""
_OPEN_CONTACT = "('planned', 'no_answer', 'postponed')"
_OPEN_LINE = "('draft', 'submitted', 'approved', 'returned')"
_FIELDS = {
    table._meta.table_name: {one.column_name: one for one in table._meta.sorted_fields} for table in TABLES
}
_NAMES_OF_OTHERS = ("customer", "name")


@dataclass(frozen=True)
class Mention:
    """Words about the person in somebody else's row, or in a list or text of the shop."""

    table: str
    column: str
    number: Any
    text: str
    record: int | None
    """The customer whose row it is; None for the shop's own"""


def tables() -> list[tuple[str, TableClasses]]:
    """The judged tables of these books."""
    return [(name, CLASSES[name]) for name in _FIELDS if name in CLASSES]


def owned(owner: str, ids: Sequence[int]) -> tuple[str, list[int]]:
    return owner.format(ids=database.marks(ids)), list(ids) * owner.count("{ids}")


def mentions(person: Known) -> list[Mention]:
    """Where else the person is named: free words of other rows. The journal is not among them: its bodies go whole."""
    words = person.words
    if not words:
        return []
    wanted = pattern(words)
    found = []
    for table, classes in tables():
        texts = sorted(classes.text)
        if not texts or table == "journal_body":
            continue
        own, own_params = owned(classes.owner, person.ids) if classes.owner else ("1 = 0", [])
        record = "customer_id" if "customer_id" in classes.open else "NULL"
        if table == "customer":
            record = "id"
        for column in texts:
            if _FIELDS[table][column].field_type not in ("TEXT", "VARCHAR"):
                continue
            condition, params = containing(column, words)
            sql = (
                f"SELECT {classes.number}, {column}, {record} FROM {table}"
                f" WHERE ({condition}) AND NOT COALESCE(({own}), FALSE)"
            )
            for number, text, other in database.rows(sql, (*params, *own_params)):
                if wanted.search(text):
                    found.append(Mention(table, column, number, text, other))
    return found


def blot_out(person: Known, found: Sequence[Mention]) -> None:
    """Replaces the person's name and numbers in other people's words."""
    if not found:
        return
    wanted, instead = pattern(person.words), _(REMOVED)
    for table in dict.fromkeys(one.table for one in found):
        classes = CLASSES[table]
        with guards_lifted([table]):
            for one in (one for one in found if one.table == table):
                text = wanted.sub(instead, one.text)
                if _FIELDS[table][one.column].unique:
                    text += f" {secrets.token_hex(3)}"
                database.execute(
                    f"UPDATE {table} SET {one.column} = ? WHERE {classes.number} = ?", (text, one.number)
                )


def bodies(person: Known) -> list[int]:
    """The numbers of the journal's bodies that go: about the person, or naming them."""
    classes = CLASSES["journal_body"]
    own, params = owned(classes.owner, person.ids)
    found = {row[0] for row in database.rows(f"SELECT entry_id FROM journal_body WHERE {own}", params)}
    words = [*person.words, *(f'"{card}"' for card in person.cards), *(f" {one}" for one in person.phones)]
    plain = [word.strip('" ') for word in words]
    if plain:
        condition, likes = containing("b.body", plain)
        free, quoted = pattern(person.words) if person.words else None, [f'"{card}"' for card in person.cards]
        sql = (
            "SELECT b.entry_id, b.body FROM journal_body b JOIN journal_entry e ON e.id = b.entry_id"
            f" WHERE ({condition})"
        )
        for number, body in database.rows(sql, likes):
            if (free and free.search(body)) or any(card in body for card in quoted):
                found.add(number)
    return sorted(found)


def clear(shop: Shop, person: Known, marks: dict[int, str]) -> None:
    """Empties the person's records and all rows of theirs. `marks`: record → what it is called from now on."""
    _stop_what_is_open(shop, person.ids)
    merging.forget(person.ids)
    search_index_ids = list(person.ids)
    for table, classes in tables():
        if not classes.owner or table in ("customer", "journal_body", "customer_merge"):
            continue
        own, params = owned(classes.owner, person.ids)
        if classes.goes:
            database.execute(f"DELETE FROM {table} WHERE {own}", params)
        elif classes.emptied:
            _empty(table, classes, own, params)
    for record in person.ids:
        _replace(record, marks[record])
    search_index.refresh_many(search_index_ids)


def _empty(table: str, classes: TableClasses, own: str, params: Sequence[Any]) -> None:
    columns = sorted(classes.emptied)
    values = [_nothing(table, column) for column in columns]
    sets = [f"{column} = ?" for column in columns]
    if table == "sms_message":
        # A batch has each number once: the row's own number keeps that.
        place = columns.index("number")
        sets[place] = "number = '~' || id"
        del values[place]
    with guards_lifted([table]):
        database.execute(f"UPDATE {table} SET {', '.join(sets)} WHERE {own}", (*values, *params))


def _nothing(table: str, column: str) -> Any:
    field = _FIELDS[table][column]
    if field.null:
        return None
    return "" if field.field_type in ("TEXT", "VARCHAR") else 0


def _replace(record: int, mark: str) -> None:
    """The person's row: sums, points and days stay, and nothing says whose they were."""
    classes = CLASSES["customer"]
    values = {column: _nothing("customer", column) for column in sorted(classes.emptied)}
    values |= {
        "name": _("已删除 #{mark}").format(mark=mark),
        "card_no": f"#{mark}",
        "sex": Sex.UNKNOWN.value,
        "state": CustomerState.ERASED.value,
        "phone_doubtful": 0,
        "special": 0,
        "hand_grade": None,
    }
    sets = ", ".join(f"{column} = ?" for column in values)
    database.execute(
        f"UPDATE customer SET {sets}, version = version + 1 WHERE id = ?", (*values.values(), record)
    )


def _stop_what_is_open(shop: Shop, ids: Sequence[int]) -> None:
    """Nobody is called, written to or given anything any more."""
    marks = database.marks(ids)
    day, moment = database.day_value(shop.today()), database.moment_value(shop.clock.now())
    database.execute(
        "UPDATE contact SET state = 'expired', state_reason = ?, done_on = ?"
        f" WHERE customer_id IN ({marks}) AND state IN {_OPEN_CONTACT} AND done_on IS NULL",
        (Expired.GONE.value, day, *ids),
    )
    database.execute(
        f"UPDATE sms_message SET state = ?, settled_on = ? WHERE customer_id IN ({marks}) AND state = ?",
        (SmsState.DROPPED.value, day, *ids, SmsState.QUEUED.value),
    )
    database.execute(
        "UPDATE plan_line SET status = 'cancelled', live = NULL, cancelled_at = ?,"
        " decided_by_id = COALESCE(decided_by_id, ?), decided_at = COALESCE(decided_at, ?), version = version + 1"
        f" WHERE customer_id IN ({marks}) AND status IN {_OPEN_LINE}",
        (moment, shop.who, moment, *ids),
    )


@contextmanager
def guards_lifted(names: Sequence[str]) -> Iterator[None]:
    """Inside a transaction: the triggers that keep these tables as they are rest, and stand again afterwards.

    Triggers that only take notes (of rows that a merge moved) go on doing so. A kill in between undoes both.
    """
    if database.is_postgres():
        for table in names:
            database.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in names:
            database.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        return
    sql = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'"
        f" AND tbl_name IN ({database.marks(names)})"
    )
    kept = database.rows(sql, names)
    for name, _text in kept:
        database.execute(f'DROP TRIGGER "{name}"')
    yield
    for _name, text in kept:
        database.execute(text)
