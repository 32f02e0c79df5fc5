"""Campaigns: what each kind tells, who is left out before the lot, and who is left uncontacted by it (spec 04, 06).

Decisions where the rule book leaves room:
- An event is told as company news: it invites, it does not sell.
- Whoever the shop speaks with on the first day anyway, for a reason of its own, is left out: contacts of one day are one.
- Two customers with one number are one recipient. Else the lot could leave one of them out and reach them all the same.
- The lot is drawn grade by grade, so that both sides have the same share of good customers.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from models.kinds import CampaignKind, CampaignState, Channel, Code, Grade, Topic
from services.rules.gift_checks import drawn
from services.rules.sms import fields_of, filled

TOPICS = {
    CampaignKind.NEW_GOODS: Topic.NEW_ARRIVALS,
    CampaignKind.PROMOTION: Topic.PROMOTION,
    CampaignKind.NEWS: Topic.COMPANY_NEWS,
    CampaignKind.EVENT: Topic.COMPANY_NEWS,
}
CHANNELS = (Channel.SMS, Channel.PHONE, Channel.POST, Channel.VISIT)
_SENTENCE = re.compile(r"[^。！？!?]*[。！？!?]*")


class Left(Code):
    """Why somebody of the segment is not in the lot."""

    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    NUMBER_REFUSED = "number_refused"
    """Somebody else with the same number refused."""
    MINOR = "minor"
    LOST = "lost"
    GONE = "gone"
    GRADE = "grade"
    """Customers of this grade are not contacted in this way."""
    NO_NUMBER = "no_number"
    DOUBTFUL = "doubtful"
    NO_ADDRESS = "no_address"
    OTHER_WAY = "other_way"
    """Asked to be contacted in another way."""
    SPACING = "spacing"
    MEETS = "meets"
    """Is contacted on the first day for another reason."""
    OTHER_CAMPAIGN = "other_campaign"
    SAME_NUMBER = "same_number"
    FIELD = "field"
    """A field of the text is not known of this customer."""
    TOO_LONG = "too_long"


class Rules(Protocol):
    """The part of the policy's `contacts` that these rules need."""

    @property
    def spacing_days(self) -> int: ...
    @property
    def c_phone_only_with_gift(self) -> bool: ...
    @property
    def a_post(self) -> bool: ...


@dataclass(slots=True)
class Person:
    """One of the segment, with what decides it."""

    grade: Grade
    state: str = "active"
    minor: bool = False
    barred: bool = False
    asked: bool = True
    """False: barred because nobody has asked them yet"""
    number: str = ""
    number_refused: bool = False
    doubtful: bool = False
    address: bool = True
    preferred: str = ""
    last_contact: date | None = None
    every_days: int | None = None
    meets: bool = False
    other_campaign: bool = False


def state_on(state: CampaignState, first: date, today: date) -> CampaignState:
    """Released campaigns run from their first day on."""
    if state is CampaignState.RELEASED and today >= first:
        return CampaignState.RUNNING
    return state


def last_day(first: date, last: date, window_days: int) -> date:
    """The last day whose purchases count: the window after the first day, at least to the end of the campaign."""
    return max(last, first + timedelta(days=window_days))


def left_out(who: Person, channel: Channel, first: date, policy: Rules, off: frozenset[Grade]) -> Left | None:
    """Why this person is not in the lot of a campaign that begins on `first`; None: is in it. Refusals come first.

    `off`: grades that the contact matrix spares this topic.
    """
    return _by_law(who) or _by_file(who, channel, policy, off) or _by_time(who, first, policy)


def _by_law(who: Person) -> Left | None:
    if who.state in ("merged", "erased"):
        return Left.GONE
    if who.barred:
        return Left.OPTED_OUT if who.asked else Left.NO_CONSENT
    if who.minor:
        return Left.MINOR
    return Left.NUMBER_REFUSED if who.number_refused else None


def _by_file(who: Person, channel: Channel, policy: Rules, off: frozenset[Grade]) -> Left | None:
    if who.state == "lost":
        return Left.LOST
    if who.grade in off or not _suits(who.grade, channel, policy):
        return Left.GRADE
    if channel in (Channel.SMS, Channel.PHONE):
        if not who.number:
            return Left.NO_NUMBER
        if who.doubtful:
            return Left.DOUBTFUL
    elif not who.address:
        return Left.NO_ADDRESS
    if who.preferred and who.preferred != channel.value and who.preferred in set(Channel):
        return Left.OTHER_WAY
    return None


def _suits(grade: Grade, channel: Channel, policy: Rules) -> bool:
    """C is not phoned when nothing waits, letters and visits are for A (seeds/002 六)."""
    if channel is Channel.PHONE:
        return grade is not Grade.C or not policy.c_phone_only_with_gift
    if channel is Channel.POST:
        return grade is Grade.A or not policy.a_post
    return channel is not Channel.VISIT or grade is Grade.A


def _by_time(who: Person, first: date, policy: Rules) -> Left | None:
    near = max(policy.spacing_days, who.every_days or 0)
    if who.last_contact is not None and who.last_contact > first - timedelta(days=near):
        return Left.SPACING
    if who.meets:
        return Left.MEETS
    return Left.OTHER_CAMPAIGN if who.other_campaign else None


# ---- the lot


def seed_of(secret: str, campaign: int, chain_hash: str) -> str:
    """The lot's seed: from the shop's secret and the journal at the release, so nobody chooses or foresees it."""
    return hmac.new(secret.encode(), f"campaign:{campaign}:{chain_hash}".encode(), hashlib.sha256).hexdigest()


def control_sizes(
    people: Mapping[Grade, int], percent: int, at_least: int, most_percent: int
) -> dict[Grade, int]:
    """How many of each grade are left uncontacted: `percent` of all rounded up, at least so many people, never more
    than `most_percent`; shared among the grades by their size (largest remainder). 0 percent: nobody.
    """
    total = sum(people.values())
    if not percent or not total:
        return dict.fromkeys(people, 0)
    most = total * most_percent // 100
    wanted = min(max(-(-total * percent // 100), at_least), most)
    sizes = {grade: wanted * n // total for grade, n in people.items()}
    rests = sorted(people, key=lambda grade: (-(wanted * people[grade] % total), grade.value))
    for grade in rests[: wanted - sum(sizes.values())]:
        sizes[grade] += 1
    return sizes


def draw_control(people: Mapping[Grade, Sequence[int]], seed: str, sizes: Mapping[Grade, int]) -> set[int]:
    """Who is left uncontacted: in every grade each as likely as any other; the same seed gives the same people."""
    return {one for grade, ids in people.items() for one in drawn(ids, seed, sizes[grade])}


# ---- words


def said(script: str, values: Mapping[str, str]) -> str:
    """A script with its fields; a sentence about what is not known is left out."""
    kept = [
        one
        for one in _SENTENCE.findall(script)
        if all(values.get(name, "").strip() for name in fields_of(one))
    ]
    return filled("".join(kept), values)[0].strip()
