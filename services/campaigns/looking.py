"""A plan before its release: whom it reaches, whom not and why, and how it reads to real customers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from models import database
from models.kinds import Channel, Grade
from services import contact_balance
from services.campaigns import people
from services.campaigns.drafts import Draft, checked, plan_of
from services.campaigns.people import Gathered, Going
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules import campaigns as rules
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
    """Who would hear promotion again after nothing else; 0 where the campaign is none"""
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
    plan = plan_of(shop, draft, campaign_id)
    found = people.gather(shop, plan, progress)
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
        promotion_heavy=contact_balance.counted(shop, (one.customer for one in found.going), plan.topic),
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
