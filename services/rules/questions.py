"""Which one or two questions to put to a customer now (seeds/001 1, 渐入法: the rest is asked later)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Protocol

from services.rules.spans import Span

VERIFIED = "verified"
QUESTIONS = (
    *("phones", "consent", "birthday", "size", "colours", "address", "styles", "height_cm", "waist_cm"),
    *("preferred_channel", "preferred_time", "hobbies", "first_source", VERIFIED),
)
"""Everything that can be asked: fields of the file, the consent, and whether what is on file still holds."""


class QuestionRules(Protocol):
    """What this rule needs of the policy (`policy.customers`)."""

    @property
    def questions(self) -> tuple[str, ...]: ...
    @property
    def questions_at_once(self) -> int: ...
    @property
    def ask_again_days(self) -> int: ...
    @property
    def verify_after(self) -> Span: ...


def to_ask(
    known: Collection[str],
    verified_on: date | None,
    asked: Mapping[str, date],
    today: date,
    rules: QuestionRules,
) -> tuple[str, ...]:
    """The questions for now, in the policy's order.

    `known`: what the file says already. `asked`: when each question was last put. What was put today counts towards
    the few of one visit; what the customer did not want to say rests for the policy's days.
    """
    left = rules.questions_at_once - sum(day == today for day in asked.values())
    found = [
        code
        for code in rules.questions
        if _open(code, known, verified_on, today, rules) and not _resting(asked.get(code), today, rules)
    ]
    return tuple(found[: max(left, 0)])


def _open(
    code: str, known: Collection[str], verified_on: date | None, today: date, rules: QuestionRules
) -> bool:
    if code == VERIFIED:
        return verified_on is None or verified_on < rules.verify_after.before(today)
    return code not in known


def _resting(asked_on: date | None, today: date, rules: QuestionRules) -> bool:
    return asked_on is not None and (today - asked_on).days < max(rules.ask_again_days, 1)
