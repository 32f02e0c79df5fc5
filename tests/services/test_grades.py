"""Grading everyone on real books: preview, apply, undo, history, reports."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from models import database
from models.kinds import GradeRule
from services import grade_history, grades
from services.errors import NotAllowed, Refused


def on_file(
    card: str, *, points: int = 0, tickets: int = 0, visit: date | None = None, bought: date | None = None
) -> int:
    day = bought or visit or date(2026, 11, 1)
    return database.insert(
        "customer",
        **{
            "card_no": card, "name": card, "sort_key": card.lower(), "sex": "unknown", "state": "active", "grade": "C",
            "base_grade": "C", "grade_rule": "prospect", "hand_reason": "", "special": 0, "special_reason": "",
            "birth_leap": 0, "size": "", "colours": "", "styles": "", "looks": "", "postcode": "", "address": "",
            "preferred_channel": "", "preferred_time": "", "first_source": "", "hobbies": "", "note": "",
            "old_grade": "", "registered_on": day, "data_source": "", "phone_doubtful": 0, "points_earned": points,
            "points_balance": points, "tickets": tickets, "paid_total": 0, "last_visit": visit,
            "last_purchase": bought, "version": 1,
        },
    )  # fmt: skip


@pytest.fixture
def people(shop) -> dict[str, int]:
    today = shop.today()
    return {
        "A1": on_file("A1", points=50, tickets=3, visit=today, bought=today),
        "B1": on_file("B1", points=49, tickets=2, visit=today, bought=today),
        "DOWN": on_file("DOWN", points=90, tickets=9, visit=date(2026, 5, 21), bought=date(2026, 5, 21)),
        "LOST": on_file("LOST", points=5, tickets=2, visit=date(2025, 11, 21), bought=date(2025, 11, 21)),
        "NEW": on_file("NEW"),
    }


def test_preview_changes_nothing_and_apply_does_what_it_said(manager, people) -> None:
    seen = grades.preview(manager)
    assert database.value_of("SELECT COUNT(*) FROM grade_change") == 0
    done = grades.apply(manager)
    assert (done.a, done.b, done.c, done.lost) == (1, 2, 1, 1) == (seen.a, seen.b, seen.c, seen.lost)
    assert {(c.card_no, c.from_grade, c.to_grade) for c in done.changes} == {
        ("A1", "C", "A"), ("B1", "C", "B"), ("DOWN", "C", "B"), ("LOST", "C", "lost"),
    }  # fmt: skip
    assert done.changes == seen.changes


def test_applying_twice_changes_nothing_more(manager, people) -> None:
    grades.apply(manager)
    again = grades.apply(manager)
    assert again.changes == ()
    assert again.run_id is None


def test_a_late_run_equals_daily_runs(manager, people) -> None:
    start = manager.today()
    for n in range(0, 400, 7):
        grades.apply(manager.at(start + timedelta(days=n)))
    daily = database.rows(
        "SELECT card_no, grade, base_grade, state, grade_rule, lost_on FROM customer ORDER BY id"
    )
    database.execute(
        "UPDATE customer SET grade = 'C', base_grade = 'C', state = 'active', grade_rule = 'prospect'"
    )
    grades.apply(manager.at(start + timedelta(days=399)))
    late = database.rows(
        "SELECT card_no, grade, base_grade, state, grade_rule, lost_on FROM customer ORDER BY id"
    )
    assert daily == late


def test_undo_restores_and_is_kept_in_the_history(manager, people) -> None:
    grades.apply(manager)
    assert grades.undo(manager) == 4
    assert {r[0] for r in database.rows("SELECT DISTINCT grade FROM customer")} == {"C"}
    assert grade_history.history(people["A1"])[0].undone
    with pytest.raises(Refused):
        grades.undo(manager)


def test_a_lost_customer_who_buys_is_back_and_the_return_is_recorded(manager, people) -> None:
    grades.apply(manager)
    database.execute(
        "UPDATE customer SET last_purchase = ?, last_visit = ?, tickets = 3 WHERE id = ?",
        (manager.today(), manager.today(), people["LOST"]),
    )
    with database.database.atomic():
        verdict = grades.regrade_one(manager, people["LOST"])
    assert verdict.grade == "B"
    newest = grade_history.history(people["LOST"])[0]
    assert (newest.from_grade, newest.to_grade, newest.rule) == ("lost", "B", GradeRule.RETURNED)


def test_the_lost_list_and_the_reason(manager, people) -> None:
    grades.apply(manager)
    assert [row.card_no for row in grade_history.lost(manager)] == ["LOST"]
    assert grade_history.lost(manager)[0].lost_on == date(2026, 11, 22)
    assert "49 < 50" in grades.explain(manager, people["B1"])


def test_early_notice_names_the_day(manager, people) -> None:
    soon = on_file("SOON", points=60, tickets=3, visit=date(2026, 6, 1), bought=date(2025, 12, 1))
    database.execute("UPDATE customer SET base_grade = 'A', grade = 'A' WHERE id = ?", (soon,))
    found = {n.customer_id: n for n in grade_history.early_notice(manager)}
    assert found[soon].rule is GradeRule.NO_PURCHASE
    assert found[soon].day == date(2026, 12, 2)
    assert people["A1"] not in found


def test_movement_adds_up(manager, people) -> None:
    grades.apply(manager)
    for row in grade_history.movement(manager, manager.today()):
        assert row.opening + row.added + row.up + row.down + row.returned - row.lost == row.closing


def test_a_clerk_may_not_apply(clerk, people) -> None:
    with pytest.raises(NotAllowed):
        grades.apply(clerk)
