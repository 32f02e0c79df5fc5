"""The rhythm in words, and as a condition for lists: one small question of the books, however long the list."""

from __future__ import annotations

from datetime import date
from typing import Any

from models import database
from models.kinds import Grade
from services import formats
from services.rules import contacts as rules
from services.rules import rhythm as rhythm_rules
from services.rules.rhythm import Rhythm
from services.shop import Shop
from services.words import _


def of(shop: Shop, grade: Grade, since: date, wished: int | None) -> Rhythm | None:
    """Where a customer stands; None where the matrix keeps no touch with the grade."""
    policy = shop.policy.contacts
    every = rules.interval(grade, wished, policy)
    if not rules.rhythm_topics(grade, every, policy):
        return None
    return rhythm_rules.rhythm(since, every, shop.today())


def words(one: Rhythm) -> str:
    """`12 天前联络过，每 15 天一次，12月3日到期`, or how long it is over."""
    if one.over:
        return _("⚠ 上次联络在 {n} 天前，超过了 {every} 天的周期").format(n=one.days, every=one.every)
    due = formats.day(one.due).split(" 周")[0].split(", ")[0]
    if one.days <= 0:
        return _("今天联络过，每 {every} 天一次，{due}到期").format(every=one.every, due=due)
    return _("{n} 天前联络过，每 {every} 天一次，{due}到期").format(n=one.days, every=one.every, due=due)


def short(one: Rhythm | None) -> str:
    """`12/15`, `⚠ 21/15`: for a narrow column."""
    if one is None:
        return ""
    return f"⚠ {one.days}/{one.every}" if one.over else f"{one.days}/{one.every}"


def over_condition(shop: Shop, customer: str = "c") -> tuple[str, list[Any]]:
    """The condition that a customer is over the rhythm, for the table alias `customer`."""
    policy, today = shop.policy.contacts, shop.today()
    since = f"COALESCE({customer}.last_contact, {customer}.registered_on)"
    parts, params = [], []  # type: list[str], list[Any]
    for grade in Grade:
        every = rules.interval(grade, None, policy)
        if rules.rhythm_topics(grade, every, policy):
            parts.append(
                f"({customer}.preferred_every_days IS NULL AND {customer}.grade = ? AND {since} < ?)"
            )
            params += [grade.value, rhythm_rules.over_before(every, today)]
    for (wished,) in database.rows(
        "SELECT DISTINCT preferred_every_days FROM customer WHERE preferred_every_days IS NOT NULL"
    ):
        for grade in Grade:
            every = rules.interval(grade, wished, policy)
            if rules.rhythm_topics(grade, every, policy):
                parts.append(
                    f"({customer}.preferred_every_days = ? AND {customer}.grade = ? AND {since} < ?)"
                )
                params += [wished, grade.value, rhythm_rules.over_before(every, today)]
    return (f"{customer}.state = 'active' AND ({' OR '.join(parts)})" if parts else "1 = 0"), params
