"""Grading everyone or one customer, and taking a run back (seeds/002 三; spec 02)."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from models import database
from models.kinds import CustomerState, Grade, GradeRule
from services import journal
from services.errors import Refused
from services.grade_changes import Change, Changes
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules import grading
from services.shop import Shop

_CHUNK = 2_000
"""Customers judged at a time: memory stays flat whatever the shop's size."""

_FACTS = (
    "id, points_earned, tickets, registered_on, last_visit, last_purchase, special, hand_grade,"
    " grade, base_grade, state, grade_rule, card_no"
)


@dataclass(frozen=True)
class Figures:
    """Who stands where on a day, and what changed to get there."""

    a: int
    b: int
    c: int
    lost: int
    changes: Sequence[Change]
    run_id: int | None = None


def facts_of(shop: Shop, customer_id: int) -> grading.Facts:
    """The record of one customer as the rules read it. Refused when there is none."""
    found = database.row(f"SELECT {_FACTS} FROM customer WHERE id = ?", (customer_id,))
    if found is None:
        raise Refused("没有这位客户。")
    since = grading.bounds(shop.policy.grades, shop.today()).recent_since
    recent = database.value_of(
        "SELECT COUNT(*) FROM ticket WHERE customer_id = ? AND day >= ? AND day <= ? AND counts = 1",
        (customer_id, since, shop.today()),
    )
    return _facts(found, int(recent))


def explain(shop: Shop, customer_id: int) -> str:
    """Why this customer has this grade, in one sentence."""
    return grading.explain(facts_of(shop, customer_id), shop.policy.grades, shop.today())


def preview(shop: Shop, progress: Progress = silent) -> Figures:
    """Who would change and why, without changing anything."""
    counts = {"A": 0, "B": 0, "C": 0, "lost": 0}
    changes = Changes()
    for row, verdict in _verdicts(shop, progress):
        counts[_seen(verdict)] += 1
        if _differs(row, verdict) and shown(row[8], row[10]) != _seen(verdict):
            _keep(changes, row, verdict)
    return Figures(counts["A"], counts["B"], counts["C"], counts["lost"], changes)


def apply(shop: Shop, progress: Progress = silent, *, system: bool = False) -> Figures:
    """Grades everyone as of today in one transaction. `system`: the day's opening does it, whoever is signed in."""
    if not system:
        require(shop, Right.APPLY_GRADES)
    with database.database.atomic():
        figures, moved = within(shop, progress)
        _refresh_search(moved)
    return figures


def within(shop: Shop, progress: Progress = silent) -> tuple[Figures, Sequence[int]]:
    """Grades everyone inside the caller's transaction. Also returns whose place in the search is another now: the caller
    brings the index up to date, together with what else it changed."""
    counts = {"A": 0, "B": 0, "C": 0, "lost": 0}
    changes = Changes()
    run: int | None = None
    changed = 0
    pending: list[tuple[Sequence[Any], grading.Verdict]] = []
    moved = array("q")  # in a large run a list of numbers would weigh five times as much
    for row, verdict in _verdicts(shop, progress):
        counts[_seen(verdict)] += 1
        if not _differs(row, verdict):
            continue
        run = run or _new_run(shop)
        pending.append((row, verdict))
        changed += 1
        if shown(row[8], row[10]) != _seen(verdict):
            _keep(changes, row, verdict)
        if len(pending) >= _CHUNK:
            moved.extend(_write(shop, pending, run))
            pending = []
    if run is not None:
        moved.extend(_write(shop, pending, run))
        database.execute("UPDATE grade_run SET changed = ? WHERE id = ?", (changed, run))
        body = {
            "changed": changed,
            "A": counts["A"],
            "B": counts["B"],
            "C": counts["C"],
            "lost": counts["lost"],
        }
        journal.note(shop, "grades.applied", "grade_run", run, body=body)
    return Figures(counts["A"], counts["B"], counts["C"], counts["lost"], changes, run), moved


def regrade_one(shop: Shop, customer_id: int) -> grading.Verdict:
    """Judges one customer inside the caller's transaction and keeps a change with its rule."""
    found = database.row(f"SELECT {_FACTS} FROM customer WHERE id = ?", (customer_id,))
    if found is None:
        raise Refused("没有这位客户。")
    at = grading.bounds(shop.policy.grades, shop.today())
    recent = database.value_of(
        "SELECT COUNT(*) FROM ticket WHERE customer_id = ? AND day >= ? AND day <= ? AND counts = 1",
        (customer_id, at.recent_since, shop.today()),
    )
    verdict = grading.judge(_facts(found, int(recent)), shop.policy.grades, shop.today(), at)
    if _differs(found, verdict):
        _refresh_search(_write(shop, [(found, verdict)], None))
    return verdict


def undo(shop: Shop) -> int:
    """Takes the newest applied run back. Customers whose grade changed again since keep the newer one. Returns how many."""
    require(shop, Right.APPLY_GRADES)
    with database.database.atomic():
        found = database.row("SELECT id FROM grade_run WHERE undone = 0 ORDER BY id DESC LIMIT 1")
        if found is None:
            raise Refused("没有可以撤销的客户整理。")
        rows = database.rows(
            "SELECT g.customer_id, g.from_grade, g.from_base, g.from_state, g.from_rule FROM grade_change g"
            " JOIN customer c ON c.id = g.customer_id"
            " WHERE g.run_id = ? AND g.undone = 0 AND c.grade = g.to_grade AND c.state = g.to_state"
            " AND NOT EXISTS (SELECT 1 FROM grade_change n WHERE n.customer_id = g.customer_id AND n.id > g.id)",
            found,
        )
        database.execute_many(
            "UPDATE customer SET grade = ?, base_grade = ?, state = ?, grade_rule = ?, version = version + 1,"
            " lost_on = CASE WHEN ? = 'lost' THEN lost_on ELSE NULL END WHERE id = ?",
            [(r[1], r[2], r[3], r[4], r[3], r[0]) for r in rows],
        )
        database.execute("UPDATE grade_change SET undone = 1 WHERE run_id = ?", found)
        database.execute("UPDATE grade_run SET undone = 1 WHERE id = ?", found)
        _refresh_search([int(r[0]) for r in rows])
        journal.note(shop, "grades.undone", "grade_run", found[0], body={"customers": len(rows)})
    return len(rows)


def _verdicts(shop: Shop, progress: Progress) -> Iterator[tuple[Sequence[Any], grading.Verdict]]:
    """Everyone on file or lost, with today's verdict, in chunks by id."""
    rules, today = shop.policy.grades, shop.today()
    at = grading.bounds(rules, today)
    # Only counts above the limit decide anything, so only those few are kept.
    recent = dict(
        database.rows(
            "SELECT customer_id, COUNT(*) FROM ticket WHERE day >= ? AND day <= ? AND counts = 1"
            " GROUP BY customer_id HAVING COUNT(*) > ?",
            (at.recent_since, today, rules.a.more_tickets_than),
        )
    )
    total = int(database.value_of("SELECT COUNT(*) FROM customer") or 0)
    last, done = 0, 0
    # The state as an expression, so that SQLite walks the customers by id and not by the index on the state.
    while True:
        rows = database.rows(
            f"SELECT {_FACTS} FROM customer WHERE id > ? AND state || '' IN ('active', 'lost') ORDER BY id LIMIT ?",
            (last, _CHUNK),
        )
        if not rows:
            break
        for row in rows:
            yield row, grading.judge(_facts(row, recent.get(row[0], 0)), rules, today, at)
        last = rows[-1][0]
        done += len(rows)
        progress(done, total)


def _facts(row: Sequence[Any], recent: int) -> grading.Facts:
    return grading.Facts(
        row[1],
        recent,
        row[2],
        day_of(row[3]),
        _as_day(row[4]),
        _as_day(row[5]),
        bool(row[6]),
        Grade(row[7]) if row[7] else None,
    )


def _differs(row: Sequence[Any], verdict: grading.Verdict) -> bool:
    return bool(
        row[8] != verdict.grade
        or row[9] != verdict.base
        or row[10] != verdict.state
        or row[11] != verdict.rule
    )


def _keep(changes: Changes, row: Sequence[Any], verdict: grading.Verdict) -> None:
    changes.add(row[0], row[12], shown(row[8], row[10]), _seen(verdict), verdict.rule)


def shown(grade: str, state: str) -> str:
    """What people see: a lost customer has no grade."""
    return "lost" if state == CustomerState.LOST else grade


def _seen(verdict: grading.Verdict) -> str:
    return "lost" if verdict.state is CustomerState.LOST else verdict.grade._value_


def _new_run(shop: Shop) -> int:
    return database.insert(
        "grade_run", day=shop.today(), user_id=shop.who, changed=0, undone=0, created_at=shop.clock.now()
    )


def _write(
    shop: Shop, changes: Sequence[tuple[Sequence[Any], grading.Verdict]], run: int | None
) -> list[int]:
    """Returns those whose state changed: their place in the search is another now."""
    rules, today = shop.policy.grades, shop.today()
    updates, kept = [], []
    moved: list[int] = []
    for row, verdict in changes:
        lost_on = None
        rule = verdict.rule
        if verdict.state is CustomerState.LOST:
            lost_on = min(today, grading.lost_from(_facts(row, 0), rules))
        elif row[10] == CustomerState.LOST:
            rule = GradeRule.RETURNED
        if row[10] != verdict.state:
            moved.append(int(row[0]))
        updates.append(
            (
                verdict.grade.value,
                verdict.base.value,
                verdict.state.value,
                verdict.rule.value,
                lost_on,
                row[0],
            )
        )
        if shown(row[8], row[10]) != _seen(verdict):
            kept.append(
                (row[0], today, run, row[8], verdict.grade.value, row[9], verdict.base.value, row[10])
                + (verdict.state.value, row[11], rule.value, "", shop.who, 0)
            )
    database.execute_many(
        "UPDATE customer SET grade = ?, base_grade = ?, state = ?, grade_rule = ?, lost_on = ?, version = version + 1"
        " WHERE id = ?",
        updates,
    )
    if kept:
        database.execute_many(
            "INSERT INTO grade_change (customer_id, day, run_id, from_grade, to_grade, from_base, to_base, from_state,"
            " to_state, from_rule, rule, reason, user_id, undone) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            kept,
        )
    return moved


def _refresh_search(ids: Sequence[int]) -> None:
    """The rank in the search box depends on the state: lost customers come last."""
    if ids:
        from services import search_index

        search_index.refresh_many(ids)


_as_day = lru_cache(maxsize=8_192)(database.as_day)
"""Everyone's days are the same few thousand: reading each once saves a good part of a run."""


def day_of(value: Any) -> date:
    """A stored day that is always there."""
    found = _as_day(value)
    assert found is not None
    return found
