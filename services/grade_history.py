"""What grading did and will do: a customer's changes, the lost list, who is hit soon, and each grade's month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from models import database
from models.kinds import CustomerState, Grade, GradeRule
from services.grades import day_of, shown
from services.rights import Right, require
from services.rules import grading
from services.shop import Shop


@dataclass(frozen=True)
class HistoryRow:
    day: date
    from_grade: str
    to_grade: str
    rule: GradeRule
    reason: str
    undone: bool


@dataclass(frozen=True)
class LostRow:
    """One line of the lost list (流失顾客名录)."""

    customer_id: int
    card_no: str
    name: str
    grade: str
    last_purchase: date | None
    lost_on: date | None
    tickets: int
    paid_total: int


@dataclass(frozen=True)
class Notice:
    """Somebody whom a rule will hit soon."""

    customer_id: int
    rule: GradeRule
    day: date
    """The first day on which it applies."""


@dataclass(frozen=True)
class Movement:
    """One grade's month: opening + added + up + down + returned − lost = closing."""

    grade: str
    opening: int
    added: int
    up: int
    down: int
    lost: int
    returned: int
    closing: int


def history(customer_id: int) -> list[HistoryRow]:
    """Every change of one customer, newest first."""
    rows = database.rows(
        "SELECT day, from_grade, from_state, to_grade, to_state, rule, reason, undone FROM grade_change"
        " WHERE customer_id = ? ORDER BY id DESC",
        (customer_id,),
    )
    return [
        HistoryRow(day_of(r[0]), shown(r[1], r[2]), shown(r[3], r[4]), GradeRule(r[5]), r[6], bool(r[7]))
        for r in rows
    ]


def lost(shop: Shop, limit: int = 1_000) -> list[LostRow]:
    """The lost list, those who spent most first."""
    require(shop, Right.SEE)
    rows = database.rows(
        "SELECT id, card_no, name, grade, last_purchase, lost_on, tickets, paid_total FROM customer"
        " WHERE state = 'lost' ORDER BY paid_total DESC, id LIMIT ?",
        (limit,),
    )
    return [
        LostRow(r[0], r[1], r[2], r[3], database.as_day(r[4]), database.as_day(r[5]), r[6], r[7])
        for r in rows
    ]


def early_notice(shop: Shop, only: date | None = None) -> list[Notice]:
    """Who will be demoted or lost within the policy's days, the soonest first: fed to the contact schedule.

    `only`: those whom a rule first hits on that day.
    """
    rules, today = shop.policy.grades, shop.today()
    end = today + timedelta(days=rules.early_notice_days)
    since = only - timedelta(days=1) if only else today
    now, then = grading.bounds(rules, since), grading.bounds(rules, only or end)
    rows = database.rows(
        "SELECT id, registered_on, last_visit, last_purchase, base_grade FROM customer WHERE state = 'active' AND ("
        " (COALESCE(last_purchase, registered_on) >= ? AND COALESCE(last_purchase, registered_on) < ?)"
        " OR (base_grade <> 'C' AND COALESCE(last_visit, registered_on) >= ? AND COALESCE(last_visit, registered_on) < ?))",
        (now.bought_since, then.bought_since, now.visited_since, then.visited_since),
    )
    found = []
    for customer, registered, visit, bought, base in rows:
        facts = grading.Facts(0, 0, 0, day_of(registered), database.as_day(visit), database.as_day(bought))
        losing = grading.lost_from(facts, rules)
        if today < losing <= end:
            found.append(Notice(customer, GradeRule.NO_PURCHASE, losing))
            continue
        demoted = grading.demoted_from(facts, rules)
        if base != Grade.C and today < demoted <= end:
            found.append(Notice(customer, GradeRule.NO_VISIT, demoted))
    found = [one for one in found if only is None or one.day == only]
    return sorted(found, key=lambda n: (n.day, n.customer_id))


def movement(shop: Shop, month: date) -> list[Movement]:
    """The movement report of the month that `month` lies in, per grade."""
    first = month.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    closing = _standing(after)
    opening = _standing(first)
    table = {g.value: {"added": 0, "up": 0, "down": 0, "lost": 0, "returned": 0} for g in Grade}
    moves = database.rows(
        "SELECT from_grade, from_state, to_grade, to_state, COUNT(*) FROM grade_change"
        " WHERE day >= ? AND day < ? AND undone = 0 GROUP BY from_grade, from_state, to_grade, to_state",
        (first, after),
    )
    for from_grade, from_state, to_grade, to_state, n in moves:
        was, now = from_state == CustomerState.ACTIVE, to_state == CustomerState.ACTIVE
        if was and not now:
            table[from_grade]["lost"] += n
        elif now and not was:
            table[to_grade]["returned"] += n
        elif was and now and from_grade != to_grade:
            table[from_grade]["up" if to_grade < from_grade else "down"] -= n
            table[to_grade]["up" if to_grade < from_grade else "down"] += n
    found = []
    for grade, part in table.items():
        change = part["up"] + part["down"] + part["returned"] - part["lost"]
        added = closing[grade] - opening[grade] - change
        found.append(
            Movement(
                grade,
                opening[grade],
                added,
                part["up"],
                part["down"],
                part["lost"],
                part["returned"],
                closing[grade],
            )
        )
    return found


def _standing(before: date) -> dict[str, int]:
    """How many active customers of each grade there were at the start of `before`, by walking the changes back."""
    counts = {g.value: 0 for g in Grade}
    rows = database.rows(
        "SELECT COALESCE(g.from_grade, c.grade), COALESCE(g.from_state, c.state), COUNT(*) FROM customer c"
        " LEFT JOIN grade_change g ON g.id = (SELECT MIN(n.id) FROM grade_change n"
        " WHERE n.customer_id = c.id AND n.day >= ? AND n.undone = 0)"
        " WHERE c.registered_on < ? GROUP BY 1, 2",
        (before, before),
    )
    for grade, state, n in rows:
        if state == CustomerState.ACTIVE:
            counts[grade] += n
    return counts
