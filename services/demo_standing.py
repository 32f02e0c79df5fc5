"""The grades of the invented customers through the last months, judged by the shop's own rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from models import database
from models.grade import GradeChange, GradeRun
from models.kinds import CustomerState, Grade, GradeRule
from services.demo_books import Bulk
from services.rules import grading
from services.rules.spans import add_months
from services.shop import Shop

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a customer stood after the newest told run."""

    grade: Grade = Grade.C
    base: Grade = Grade.C
    state: CustomerState = CustomerState.ACTIVE
    rule: GradeRule = GradeRule.PROSPECT
    lost_on: date | None = None


class Standings:
    """Runs on the first of each month; with `history` the last twelve, else only this month's."""

    def __init__(self, shop: Shop, opened: date, *, history: bool) -> None:
        self.rules, self.user = shop.policy.grades, shop.who
        this_month = shop.today().replace(day=1)
        back = _MONTHS if history else 0
        days = [add_months(this_month, -months) for months in range(back, -1, -1)]
        days = [day for day in days if opened < day < shop.today()]
        self.runs = [(day, grading.bounds(self.rules, day)) for day in days]
        self.changes = Bulk(
            GradeChange,
            *("customer_id", "day", "run_id", "from_grade", "to_grade", "from_base", "to_base"),
            *("from_state", "to_state", "from_rule", "rule", "user_id"),
        )
        self.changed: dict[int, int] = {}
        self.run_ids = self._open_runs() if history else {}

    def _open_runs(self) -> dict[date, int]:
        """The runs after the first: that one only says where everybody stood."""
        table = Bulk(GradeRun, "id", "day", "user_id", "changed", "created_at")
        first = table.next_id()
        ids = {day: first + place for place, (day, _bounds) in enumerate(self.runs[1:])}
        for day, number in ids.items():
            moment = database.moment_value(datetime.combine(day, time(1, 0)))
            table.add(number, database.day_value(day), self.user, 0, moment)
        table.finish()
        return ids

    def of(
        self,
        number: int,
        registered: date,
        tickets: Sequence[tuple[date, int]],
        visits: Sequence[date],
        *,
        special: bool,
        hand_grade: Grade | None,
    ) -> Standing:
        """The standing after the newest run; the changes on the way are kept. `tickets`: day and points, in order."""
        now, known = Standing(), False
        for day, bounds in self.runs:
            if registered > day:
                continue
            facts = _facts_on(day, bounds.recent_since, registered, tickets, visits, special, hand_grade)
            verdict = grading.judge(facts, self.rules, day, bounds)
            lost = verdict.state is CustomerState.LOST
            new = Standing(
                verdict.grade,
                verdict.base,
                verdict.state,
                verdict.rule,
                min(day, grading.lost_from(facts, self.rules)) if lost else None,
            )
            if day in self.run_ids and known or registered > self.runs[0][0]:
                self._keep(number, day, now, new)
            now, known = new, True
        return now

    def _keep(self, number: int, day: date, before: Standing, after: Standing) -> None:
        if (before.grade, before.state) == (after.grade, after.state) or day not in self.run_ids:
            return
        run = self.run_ids[day]
        self.changed[run] = self.changed.get(run, 0) + 1
        came_back = before.state is CustomerState.LOST and after.state is CustomerState.ACTIVE
        self.changes.add(
            *(number, database.day_value(day), run, before.grade.value, after.grade.value),
            *(before.base.value, after.base.value, before.state.value, after.state.value, before.rule.value),
            *((GradeRule.RETURNED if came_back else after.rule).value, self.user),
        )

    def write(self) -> None:
        self.changes.write()

    def finish(self) -> None:
        self.changes.finish()
        database.execute_many(
            "UPDATE grade_run SET changed = ? WHERE id = ?",
            [(count, run) for run, count in self.changed.items()],
        )


def _facts_on(
    day: date,
    recent_since: date,
    registered: date,
    tickets: Sequence[tuple[date, int]],
    visits: Sequence[date],
    special: bool,
    hand_grade: Grade | None,
) -> grading.Facts:
    points = number = recent = 0
    bought: date | None = None
    for when, earned in tickets:
        if when > day:
            break
        points += earned
        number += 1
        recent += when >= recent_since
        bought = when
    seen = bought
    for when in visits:
        if when <= day and (seen is None or when > seen):
            seen = when
    return grading.Facts(points, recent, number, registered, seen, bought, special, hand_grade)
