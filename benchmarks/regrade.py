"""Grading everyone beside the same work in plain SQL, its memory, and one customer's grade inside a purchase."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import books
from benchmarks.measure import Figure, Sizes, child, each, in_turns, percentile, seconds
from models import database
from services import grades, search_fts, search_words
from services.rules import grading
from services.shop import Shop

LATER = timedelta(days=45)
"""The demo shop is graded as of its own day: so much later some have come nearer to a demotion or a loss."""


def run(sizes: Sizes) -> list[Figure]:
    path = books.shop_file(sizes.middle)
    with books.opened(path):
        customers = database.value_of("SELECT COUNT(*) FROM customer")
        purchases = database.value_of("SELECT COUNT(*) FROM purchase")
    what = f"{customers:,} customers with {purchases:,} purchases"
    ours, bare, ratio = in_turns(
        lambda: _timed(sizes.middle, _ours), lambda: _timed(sizes.middle, _plain, _moves), sizes.tries
    )
    changed, same = agree(sizes.middle)
    return [
        Figure(
            f"regrade, {what}, beside plain SQL", ratio, "×", 2, note=f"{ours:.2f} s against {bare:.2f} s"
        ),
        Figure(
            "regrade, verdicts that differ from plain SQL",
            changed - same,
            "",
            0,
            note=f"of {changed} changes",
        ),
        *_memory(sizes),
        _one(path),
    ]


def _timed(customers: int, job: Any, beforehand: Any = None) -> float:
    """Seconds of a job; what `beforehand` makes is given to it and not timed."""
    path = books.copy(customers, "regrade")
    try:
        with books.opened(path) as shop:
            later = shop.at(shop.today() + LATER)
            return seconds(partial(job, later, *([beforehand(later)] if beforehand else ())))
    finally:
        books.remove(path)


def _ours(shop: Shop) -> None:
    grades.apply(shop)


def _moves(shop: Shop) -> list[tuple[int, int, str]]:
    """What moves in the search: former and new row, and the words, which plain SQL cannot make."""
    at = grading.bounds(shop.policy.grades, shop.today())
    numbers = _numbers(shop.policy.grades, at, shop.today())
    sql = (
        f"SELECT c.id, c.name, p.place, v.state, GROUP_CONCAT(n.number) FROM ({_VERDICTS}) v"
        " JOIN customer c ON c.id = v.id JOIN search_place p ON p.customer_id = c.id"
        " LEFT JOIN phone n ON n.customer_id = c.id WHERE v.state <> v.was_state GROUP BY c.id"
    )
    found = []
    for number, name, place, state, phones in database.rows(sql, numbers):
        new = place | search_words.ACTIVE if state == "active" else place & ~search_words.ACTIVE
        words = search_words.document(name, (phones or "").split(","))
        found.append((search_fts.row_of(place, number), search_fts.row_of(new, number), words))
    return sorted(found, key=lambda move: move[1])


def _plain(shop: Shop, moves: list[tuple[int, int, str]]) -> None:
    """The same verdicts, updates, history and search ranks in bare statements, the bounds and numbers put in."""
    rules, today = shop.policy.grades, shop.today()
    at = grading.bounds(rules, today)
    run = "INSERT INTO grade_run (day, changed, undone, created_at) VALUES (?, 0, 0, ?)"
    with database.database.atomic():
        database.execute(run, (today, database.moment_value(shop.clock.now())))
        database.execute("CREATE TEMP TABLE verdict AS " + _VERDICTS, _numbers(rules, at, today))
        database.execute(_HISTORY, (today,))
        database.execute(_RANKS)
        database.execute_many("DELETE FROM search_index WHERE rowid = ?", [(old,) for old, _n, _w in moves])
        database.execute_many(
            "INSERT INTO search_index (rowid, words) VALUES (?, ?)",
            [(new, words) for _o, new, words in moves],
        )
        database.execute(_UPDATE)
        database.execute("DROP TABLE verdict")


def _numbers(rules: Any, at: grading.Bounds, today: date) -> tuple[Any, ...]:
    days = (at.recent_since, today)
    return (
        rules.a.points,
        rules.a.more_tickets_than,
        rules.b.tickets,
        at.visited_since,
        at.bought_since,
        *days,
    )


_BASE = """CASE WHEN c.hand_grade IS NOT NULL AND c.hand_grade <> '' THEN c.hand_grade
 WHEN c.special = 1 OR c.points_earned >= ? OR COALESCE(r.n, 0) > ? THEN 'A' WHEN c.tickets >= ? THEN 'B' ELSE 'C' END"""
_VERDICTS = f"""
SELECT id, was, was_base, was_state, base,
  CASE WHEN away = 1 THEN CASE base WHEN 'A' THEN 'B' ELSE 'C' END ELSE base END AS grade,
  CASE WHEN gone = 1 THEN 'lost' ELSE 'active' END AS state
FROM (SELECT c.id, c.grade AS was, c.base_grade AS was_base, c.state AS was_state, {_BASE} AS base,
  COALESCE(c.last_visit, c.registered_on) < ? AS away, COALESCE(c.last_purchase, c.registered_on) < ? AS gone
  FROM customer c LEFT JOIN (SELECT customer_id, COUNT(*) AS n FROM ticket
  WHERE day >= ? AND day <= ? AND counts = 1 GROUP BY customer_id) r ON r.customer_id = c.id
  WHERE c.state IN ('active', 'lost'))"""
_DIFFERENT = "(v.grade <> v.was OR v.state <> v.was_state)"
_HISTORY = f"""
INSERT INTO grade_change (customer_id, day, from_grade, to_grade, from_base, to_base, from_state, to_state, from_rule,
  rule, reason, run_id, undone)
SELECT v.id, ?, v.was, v.grade, v.was_base, v.base, v.was_state, v.state, c.grade_rule, c.grade_rule,
  '最近没有来店，也没有购买', (SELECT MAX(id) FROM grade_run), 0
FROM verdict v JOIN customer c ON c.id = v.id WHERE {_DIFFERENT}"""
_RANKS = """
UPDATE search_place SET place = CASE WHEN v.state = 'active' THEN place | 1048576 ELSE place & ~1048576 END
FROM verdict v WHERE v.id = search_place.customer_id AND v.state <> v.was_state"""
_UPDATE = """
UPDATE customer SET grade = v.grade, base_grade = v.base, state = v.state, version = version + 1
FROM verdict v WHERE v.id = customer.id AND (v.grade <> v.was OR v.state <> v.was_state OR v.base <> v.was_base)"""


def agree(customers: int) -> tuple[int, int]:
    """How many customers our regrade changes, and of how many plain SQL says the same."""
    path = books.copy(customers, "regrade")
    try:
        with books.opened(path) as shop:
            later = shop.at(shop.today() + LATER)
            at = grading.bounds(shop.policy.grades, later.today())
            numbers = _numbers(shop.policy.grades, at, later.today())
            sql = f"SELECT v.id, v.grade, v.state FROM ({_VERDICTS}) v WHERE {_DIFFERENT}"
            theirs = {row[0]: "lost" if row[2] == "lost" else row[1] for row in database.rows(sql, numbers)}
            # A change within the lost is none that people see.
            ours = {change.customer_id: change.to_grade for change in grades.apply(later).changes}
    finally:
        books.remove(path)
    seen = {one: grade for one, grade in theirs.items() if one in ours or grade != "lost"}
    return len(ours), sum(1 for one, grade in ours.items() if seen.get(one) == grade)


_CODE = """
import sys
sys.modules["psycopg"] = None
from pathlib import Path
from benchmarks import books, measure, regrade
from services import grades
with books.opened(Path(sys.argv[1])) as shop:
    before = measure.forget_peak()
    grades.apply(shop.at(shop.today() + regrade.LATER))
    print(measure.memory()[1] - before)
"""


def _memory(sizes: Sizes) -> list[Figure]:
    """Peak memory above that of the process just before, at two sizes."""
    figures = []
    for customers in (sizes.middle, sizes.large):
        path = books.copy(customers, "regrade")
        try:
            more = float(child(_CODE, str(path)))
        finally:
            books.remove(path)
        figures.append(Figure(f"regrade, {customers:,}, peak memory above that before it", more, "MiB", 30))
    return figures


def _one(path: Path) -> Figure:
    copied = books.WORK / "one.db"
    books.remove(copied)
    copied.write_bytes(path.read_bytes())
    try:
        with books.opened(copied) as shop:
            ids = [
                row[0] for row in database.rows("SELECT id FROM customer WHERE state = 'active' LIMIT 500")
            ]
            with database.database.atomic():
                taken = [value * 1000 for value in each(partial(grades.regrade_one, shop), ids)]
    finally:
        books.remove(copied)
    median = percentile(taken, 50)
    return Figure(
        "regrade of one customer inside a purchase, p99",
        percentile(taken, 99),
        "ms",
        2,
        note=f"median {median:.2f}",
    )
