"""After a merge one person is asked once, and what was deleted meanwhile stays deleted."""

from __future__ import annotations

from typing import Any

import pytest

from models import database
from models.kinds import Calendar
from services import customer_notes, customers, merge_list, merge_rows, merging, schedule
from services.errors import NotAllowed, Refused
from services.rules.birthdays import Birthday
from services.rules.merging import need_of, not_covered, rekeyed
from tests.services.merge_books import a_person, picture

OPEN = "SELECT topics, COUNT(*) FROM contact WHERE state = 'planned' AND customer_id = ? GROUP BY topics"


@pytest.fixture
def twice(manager: Any) -> tuple[int, int]:
    """One person with two records, both with a birthday today and a purchase three days ago."""
    found = []
    for phone in ("13800000001", "13800000002"):
        one = a_person(manager, [phone], [("buy", 3)])
        customers.change(manager, one, {"birthday": Birthday(Calendar.SOLAR, 11, 22)})
        found.append(one)
    schedule.generate(manager)
    return found[0], found[1]


def test_nobody_is_called_twice_for_one_thing_and_undo_restores_both(
    manager: Any, twice: tuple[int, int]
) -> None:
    keep, other = twice
    planned = database.rows(OPEN, (keep,))
    assert planned and planned == database.rows(OPEN, (other,))
    before = picture()
    merging.merge(manager, keep, other)
    assert database.rows(OPEN, (keep,)) == planned
    schedule.generate(manager)
    assert database.rows(OPEN, (keep,)) == planned, "planning again must not double it"
    merging.undo_merge(manager, other)
    assert picture() == before


def test_what_only_the_other_record_had_planned_is_kept_and_planned_once(
    manager: Any, twice: tuple[int, int]
) -> None:
    keep, other = twice
    planned = database.rows(OPEN, (other,))
    database.execute("DELETE FROM contact WHERE customer_id = ?", (keep,))
    before = picture()
    merging.merge(manager, keep, other)
    assert database.rows(OPEN, (keep,)) == planned
    schedule.generate(manager)
    assert database.rows(OPEN, (keep,)) == planned
    merging.undo_merge(manager, other)
    assert picture() == before


def test_a_contact_recorded_since_is_not_turned_back(manager: Any, twice: tuple[int, int]) -> None:
    keep, other = twice
    merging.merge(manager, keep, other)
    folded = database.value_of("SELECT MAX(id) FROM contact WHERE state = 'expired'")
    database.execute("UPDATE contact SET state = 'done', done_on = ? WHERE id = ?", (manager.today(), folded))
    merging.undo_merge(manager, other)
    assert database.value_of("SELECT state FROM contact WHERE id = ?", (folded,)) == "done"


def test_a_younger_note_with_a_used_number_stays(manager: Any) -> None:
    keep, other = a_person(manager, [], []), a_person(manager, [], [("note", 1)])
    number = database.value_of("SELECT MAX(id) FROM note")
    merging.merge(manager, keep, other)
    database.execute("DELETE FROM note WHERE id = ?", (number,))
    customer_notes.add_note(manager, keep, "后来说的")
    assert database.value_of("SELECT MAX(id) FROM note") == number, "SQLite uses the number again"
    merging.undo_merge(manager, other)
    assert database.row("SELECT customer_id, text FROM note WHERE id = ?", (number,)) == (keep, "后来说的")


def test_it_stays_through_merges_of_merges_too(manager: Any) -> None:
    keep, other = a_person(manager, [], []), a_person(manager, [], [("note", 1)])
    third = a_person(manager, [], [])
    number = database.value_of("SELECT MAX(id) FROM note")
    merging.merge(manager, keep, other)
    merging.merge(manager, third, keep)
    database.execute("DELETE FROM note WHERE id = ?", (number,))
    merging.undo_merge(manager, keep)
    customer_notes.add_note(manager, keep, "后来说的")
    assert database.value_of("SELECT MAX(id) FROM note") == number
    merging.undo_merge(manager, other)
    assert database.value_of("SELECT customer_id FROM note WHERE id = ?", (number,)) == keep


def test_every_table_that_moves_by_number_knows_its_deleted_rows(books: str) -> None:
    """A new table whose rows a merge moves needs a guard: `NAME_merge_gone`, or one against deleting at all."""
    database.use(books)
    triggers = database.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    guarded = {
        table
        for table in (*merge_rows.SIMPLE, "remembered_day", "plan_line")
        for name, sql in triggers
        if name == f"{table}_merge_gone" or f"BEFORE DELETE ON {table} BEGIN" in sql
    }
    assert {*merge_rows.SIMPLE, "remembered_day", "plan_line"} <= guarded


def test_what_a_merge_keeps_of_an_erased_person_is_cleared(manager: Any, twice: tuple[int, int]) -> None:
    keep, other = twice
    third = a_person(manager, [], [])
    merging.merge(manager, keep, other)
    merging.merge(manager, third, keep)
    assert merging.records_of(third) == [keep, other]
    assert merging.forget([]) == 0
    assert merging.forget([third, keep, other]) == 2 and merging.forget([third]) == 0
    for text in ("before", "after", "moved"):
        assert {row[0] for row in database.rows(f"SELECT {text} FROM customer_merge")} == {"{}"}
    with pytest.raises(Refused, match="已经删除"):
        merging.undo_merge(manager, keep)
    assert [row.forgotten for row in merge_list.merges(manager)] == [True, True]


def test_three_records_become_one_and_three_again(manager: Any) -> None:
    ids = [a_person(manager, [f"1380000000{n}"], [("buy", n), ("note", n)]) for n in range(4)]
    before = picture()
    versions = dict(database.rows("SELECT id, version FROM customer"))
    done = merging.merge_all(manager, ids[2], [ids[0], ids[1], ids[3], ids[0]], versions)
    assert [one.other_id for one in done] == [ids[0], ids[1], ids[3]]
    assert database.value_of("SELECT COUNT(*) FROM note WHERE customer_id = ?", (ids[2],)) == 4
    merging.undo_all(manager, [one.other_id for one in done])
    assert picture() == before


def test_all_at_once_means_all_or_none(manager: Any, clerk: Any) -> None:
    ids = [a_person(manager, [], []) for _n in range(3)]
    versions = dict(database.rows("SELECT id, version FROM customer"))
    customers.change(manager, ids[2], {"size": "L"})
    before = picture()
    with pytest.raises(Refused, match="有人改过"):
        merging.merge_all(manager, ids[0], ids[1:], versions)
    with pytest.raises(Refused):
        merging.merge_all(manager, ids[0], [ids[1], ids[0]])
    with pytest.raises(Refused):
        merging.merge_all(manager, ids[0], [])
    with pytest.raises(NotAllowed):
        merging.merge_all(clerk, ids[0], ids[1:])
    assert picture() == before


def test_the_list_says_what_can_be_taken_apart_now(manager: Any, clerk: Any) -> None:
    first, second, third, fourth = (a_person(manager, [], []) for _n in range(4))
    for one in (second, third):
        merging.merge(manager, first, one)
    assert [(row.other_id, row.by, row.may_undo) for row in merge_list.merges(manager)] == [
        (third, "店长", True),
        (second, "店长", False),
    ]
    merging.merge(manager, fourth, first)
    assert [row.may_undo for row in merge_list.merges(manager)] == [True, False, False]
    merging.undo_merge(manager, first)
    rows = merge_list.merges(manager)
    assert [row.undone for row in rows] == [True, False, False] and rows[0].after == ""
    assert [row.other_id for row in merge_list.merges(manager, customer_id=fourth)] == [first]
    with pytest.raises(NotAllowed):
        merge_list.merges(clerk)


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("birthday:2026-12-01:7", "birthday:2026-12-01:12"),
        ("rhythm:7:2026-01-02", "rhythm:12:2026-01-02"),
        ("day:2026-12-01:7:7", "day:2026-12-01:12:7"),
        ("card:festival:new_year:2027-01-01:7", "card:festival:new_year:2027-01-01:12"),
        ("birthday:2026-12-01:77", "birthday:2026-12-01:77"),
    ],
)
def test_a_key_names_the_kept_record(key: str, wanted: str) -> None:
    assert rekeyed(key, 7, 12) == wanted


def test_the_same_need_is_the_topic_and_what_it_is_about() -> None:
    born = {"t": "birthday", "on": "2026-12-01"}
    covered = {need_of(born, False), need_of({"t": "personal"}, False)}
    child = {**born, "label": "孩子"}
    assert not_covered([born, child, {"t": "brand_sms"}], False, covered) == [child]
    assert not_covered([born], True, covered) == [born], "a card is not a call"
