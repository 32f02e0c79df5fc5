"""A plan before its release: whom it reaches, whom not and why, and how it reads to real customers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from models import database
from models.kinds import Channel, Grade
from services.campaigns import people
from services.campaigns.drafts import Draft, checked, plan_of
from services.campaigns.people import Gathered, Going
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules import campaigns as rules
from services.rules import contacts as contact_rules
from services.rules.campaigns import Left
from services.shop import Shop


@dataclass(frozen=True)
class Look:
    """A plan before its release: how many, who not, and some texts as customers would read them."""

    grades: dict[Grade, int]
    left: Counter[Left]
    control: dict[Grade, int]
    samples: tuple[tuple[str, str], ...]
    """(name, text) of real customers"""
    parts: int
    """Messages the platform will bill; 0 for other ways"""
    promotion_heavy: int
    """Whose last contacts were all promotion"""
    call_days: int
    """Days that the calls take in the manager's hour; 0 for other ways"""

    @property
    def people(self) -> int:
        return sum(self.grades.values())

    @property
    def uncontacted(self) -> int:
        return sum(self.control.values())


def look(
    shop: Shop, draft: Draft, campaign_id: int = 0, progress: Progress = silent, samples: int = 3
) -> Look:
    """How the plan stands today. Reads only. Raises Refused where it cannot be released as it is."""
    require(shop, Right.SCHEDULE)
    draft = checked(shop, draft)
    found = people.gather(shop, plan_of(shop, draft, campaign_id), progress)
    grades = found.grades()
    policy = shop.policy.campaigns
    control = rules.control_sizes(
        grades, draft.control_percent or 0, policy.control_at_least, policy.control_most_percent
    )
    reached = len(found.going) - sum(control.values())
    calls = shop.policy.contacts.calls_a_day
    return Look(
        grades=grades,
        left=found.left,
        control=control,
        samples=_samples(found, samples),
        parts=sum(one.parts for one in found.going),
        promotion_heavy=promotion_heavy(shop, found),
        call_days=-(-reached // max(1, calls)) if draft.channel is Channel.PHONE else 0,
    )


def _samples(found: Gathered, n: int) -> tuple[tuple[str, str], ...]:
    """Of each grade somebody, so that the text is seen with different fields."""
    some: list[Going] = []
    for grade in Grade:
        some += [one for one in found.going if one.grade is grade][:1]
    some += [one for one in found.going[: n * 2] if one not in some]
    some = some[:n]
    if not some:
        return ()
    names = dict(
        database.rows(
            f"SELECT id, name FROM customer WHERE id IN ({database.marks(some)})",
            [one.customer for one in some],
        )
    )
    return tuple((names[one.customer], one.text) for one in some)


def promotion_heavy(shop: Shop, found: Gathered) -> int:
    """How many in the lot heard nothing but promotion in their last contacts."""
    run = shop.policy.contacts.promotion_run
    codes = [row[0] for row in database.rows("SELECT DISTINCT topics FROM contact WHERE state = 'done'")]
    promotion = {topic.value for topic in contact_rules.PROMOTION}
    only = [code for code in codes if code and promotion.issuperset(code.split(","))]
    if not only or not found.going:
        return 0
    heavy = {
        row[0]
        for row in database.rows(
            "SELECT customer_id FROM (SELECT customer_id, topics, ROW_NUMBER() OVER"
            " (PARTITION BY customer_id ORDER BY done_on DESC, id DESC) AS place FROM contact WHERE state = 'done')"
            f" AS past WHERE place <= ? AND topics IN ({database.marks(only)})"
            " GROUP BY customer_id HAVING COUNT(*) >= ?",
            (run, *only, run),
        )
    }
    return sum(one.customer in heavy for one in found.going)
