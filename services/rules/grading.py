"""Base grade, demotion and loss as a pure function of the record and the day (seeds/002 三)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from models.kinds import CustomerState, Grade, GradeRule
from services.formats import short_day
from services.rules.spans import Span
from services.words import N_, _


class _A(Protocol):
    @property
    def points(self) -> int: ...
    @property
    def more_tickets_than(self) -> int: ...
    @property
    def within(self) -> Span: ...


class _B(Protocol):
    @property
    def tickets(self) -> int: ...


class Rules(Protocol):
    """What grading needs of the policy."""

    @property
    def demote_without_visit(self) -> Span: ...
    @property
    def lost_without_purchase(self) -> Span: ...
    @property
    def a(self) -> _A: ...
    @property
    def b(self) -> _B: ...


class Facts(NamedTuple):
    """What a customer's record says; a bare tuple, for a run makes them by the hundred thousand."""

    points: int
    """Earned, never lowered by redemption (累计积分)."""
    recent_tickets: int
    """Tickets since `Bounds.recent_since`."""
    tickets: int
    registered_on: date
    last_visit: date | None = None
    last_purchase: date | None = None
    special: bool = False
    hand_grade: Grade | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """The days that matter today: a day on a bound is still inside (spec 01)."""

    recent_since: date
    visited_since: date
    bought_since: date


class Verdict(NamedTuple):
    base: Grade
    grade: Grade
    state: CustomerState
    rule: GradeRule
    """What decided: the rule of loss or demotion where one applies, else of the base grade."""
    base_rule: GradeRule


_BELOW = {Grade.A: Grade.B, Grade.B: Grade.C, Grade.C: Grade.C}


def bounds(rules: Rules, today: date) -> Bounds:
    return Bounds(
        rules.a.within.before(today),
        rules.demote_without_visit.before(today),
        rules.lost_without_purchase.before(today),
    )


def base_grade(facts: Facts, rules: Rules) -> tuple[Grade, GradeRule]:
    """A by points, by tickets or named; B bought again; C bought or comes in often. A grade by hand replaces them."""
    if facts.hand_grade is not None:
        return facts.hand_grade, GradeRule.BY_HAND
    if facts.special:
        return Grade.A, GradeRule.SPECIAL
    if facts.points >= rules.a.points:
        return Grade.A, GradeRule.POINTS
    if facts.recent_tickets > rules.a.more_tickets_than:
        return Grade.A, GradeRule.TICKETS
    if facts.tickets >= rules.b.tickets:
        return Grade.B, GradeRule.REPEAT
    return Grade.C, GradeRule.BOUGHT if facts.tickets else GradeRule.PROSPECT


def judge(facts: Facts, rules: Rules, today: date, at: Bounds | None = None) -> Verdict:
    """Grade and state as of `today`. `at` may carry the bounds already reckoned for that day.

    No visit for half a year: one step below base, until the next visit. No purchase for a year: lost; one who never
    bought is counted from registration. Late or daily runs agree, because only the record and the day count.
    """
    at = at or bounds(rules, today)
    base, base_rule = base_grade(facts, rules)
    grade, rule = base, base_rule
    if (facts.last_visit or facts.registered_on) < at.visited_since:
        grade = _BELOW[base]
        rule = GradeRule.NO_VISIT
    if (facts.last_purchase or facts.registered_on) < at.bought_since:
        return Verdict(base, grade, CustomerState.LOST, GradeRule.NO_PURCHASE, base_rule)
    return Verdict(base, grade, CustomerState.ACTIVE, rule, base_rule)


def demoted_from(facts: Facts, rules: Rules) -> date:
    """The first day on which the half-year rule applies if nobody comes in."""
    return _first_beyond(rules.demote_without_visit, facts.last_visit or facts.registered_on)


def lost_from(facts: Facts, rules: Rules) -> date:
    """The first day on which the one-year rule applies if nothing is bought."""
    return _first_beyond(rules.lost_without_purchase, facts.last_purchase or facts.registered_on)


def _first_beyond(span: Span, day: date) -> date:
    """The first day that `day` is longer ago than the span. Half a year before 31 October is 30 April, as it is before
    30 October: so the day after the span's end may still be inside."""
    found = span.after(day) + timedelta(days=1)
    while span.before(found) <= day:
        found += timedelta(days=1)
    return found


RULE_WORDS = {
    GradeRule.POINTS: N_("累计积分达标"),
    GradeRule.TICKETS: N_("近期购买次数达标"),
    GradeRule.SPECIAL: N_("店主指定的特殊客户"),
    GradeRule.REPEAT: N_("重复购买"),
    GradeRule.BOUGHT: N_("买过一次"),
    GradeRule.PROSPECT: N_("在册未购买"),
    GradeRule.BY_HAND: N_("手工定级"),
    GradeRule.NO_VISIT: N_("半年未光顾降一级"),
    GradeRule.NO_PURCHASE: N_("一年未购买列入流失"),
    GradeRule.RETURNED: N_("回归"),
}


def explain(facts: Facts, rules: Rules, today: date) -> str:
    """Why this grade, in one sentence with the numbers: `A：累计积分 63 ≥ 50；近2个月 3 单；上次到店 11月8日`."""
    at = bounds(rules, today)
    verdict = judge(facts, rules, today, at)
    mark = "≥" if facts.points >= rules.a.points else "<"
    parts = [_("累计积分 {points} {mark} {need}").format(points=facts.points, mark=mark, need=rules.a.points)]
    parts.append(
        _("{since} 以来 {n} 单（满 {need} 单为 A）").format(
            since=short_day(at.recent_since), n=facts.recent_tickets, need=rules.a.more_tickets_than + 1
        )
    )
    if verdict.base_rule in (GradeRule.REPEAT, GradeRule.BOUGHT, GradeRule.PROSPECT):
        parts.append(_("共 {n} 单").format(n=facts.tickets))
    if verdict.base_rule in (GradeRule.BY_HAND, GradeRule.SPECIAL):
        parts.insert(0, _(RULE_WORDS[verdict.base_rule]))
    if facts.last_visit:
        parts.append(_("上次到店 {day}").format(day=short_day(facts.last_visit)))
    else:
        parts.append(_("登记后没有到店记录（{day} 登记）").format(day=short_day(facts.registered_on)))
    if verdict.rule is GradeRule.NO_VISIT:
        step = (
            _("半年未光顾，由 {base} 降一级").format(base=verdict.base)
            if verdict.grade != verdict.base
            else ""
        )
        parts.append(step or _("半年未光顾"))
    head = verdict.grade.value
    if verdict.state is CustomerState.LOST:
        head = _("流失")
        last = short_day(facts.last_purchase) or _("从未购买")
        parts.append(_("一年没有购买（上次购买：{day}）").format(day=last))
    return _("{grade}：{parts}").format(grade=head, parts=_("；").join(parts))
