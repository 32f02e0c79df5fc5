"""What the windows of campaigns ask of the services, imported when it runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.kinds import CampaignReply
    from services.campaigns.answers import Answered, Attendance
    from services.campaigns.costs import Cost
    from services.campaigns.drafts import Draft
    from services.campaigns.looking import Look
    from services.campaigns.reading import Campaign
    from services.campaigns.results import Result
    from services.progress import Progress
    from services.shop import Shop
    from services.sms.handing_over import HandedOver
    from services.sms.reading import Batch


@dataclass(frozen=True)
class Shown:
    """What stands beside the list for the chosen campaign."""

    campaign: Campaign
    members: list[int]
    batches: list[Batch]
    attendance: Attendance
    costs: list[Cost]


def campaigns(shop: Shop, _progress: Progress) -> list[Campaign]:
    from services.campaigns import reading

    return reading.campaigns(shop)


def shown(shop: Shop, campaign_id: int, _progress: Progress) -> Shown:
    from services.campaigns import answers, costs, reading, sending

    return Shown(
        reading.campaign(shop, campaign_id),
        reading.member_ids(shop, campaign_id),
        sending.batches_of(shop, campaign_id),
        answers.attendance(shop, campaign_id),
        costs.costs(shop, campaign_id),
    )


def save(shop: Shop, draft: Draft, seen: Campaign | None, _progress: Progress) -> Campaign:
    from services.campaigns import drafts

    return drafts.change(shop, seen.id, draft, seen.version) if seen else drafts.new(shop, draft)


def look(shop: Shop, draft: Draft, campaign_id: int, progress: Progress) -> Look:
    from services.campaigns import looking

    return looking.look(shop, draft, campaign_id, progress)


def again(shop: Shop, campaign_id: int, _progress: Progress) -> Campaign:
    from services.campaigns import drafts

    return drafts.again(shop, campaign_id)


def release(shop: Shop, seen: Campaign, progress: Progress) -> Campaign:
    from services.campaigns import release as releasing

    return releasing.release(shop, seen.id, seen.version, progress)


def close(shop: Shop, campaign_id: int, _progress: Progress) -> Campaign:
    from services.campaigns import ending

    return ending.close(shop, campaign_id)


def cancel(shop: Shop, campaign_id: int, reason: str, _progress: Progress) -> Campaign:
    from services.campaigns import ending

    return ending.cancel(shop, campaign_id, reason)


def reopen(shop: Shop, campaign_id: int, _progress: Progress) -> Campaign:
    from services.campaigns import ending

    return ending.reopen(shop, campaign_id)


def export(shop: Shop, campaign_id: int, path: str, progress: Progress) -> list[HandedOver]:
    from services.campaigns import sending

    return sending.export(shop, campaign_id, Path(path), progress=progress)


def answer(
    shop: Shop,
    campaign_id: int,
    customer_id: int,
    reply: CampaignReply,
    guests: int,
    note: str,
    _progress: Progress,
) -> Answered:
    from services.campaigns import answers

    return answers.answer(shop, campaign_id, customer_id, reply, guests, note)


def attend(shop: Shop, campaign_id: int, card_no: str, guests: int, _progress: Progress) -> Answered:
    from services.campaigns import answers

    return answers.attend(shop, campaign_id, card_no, guests)


def put_back(shop: Shop, done: Answered, _progress: Progress) -> None:
    from services.campaigns import answers

    answers.put_back(shop, done)


def add_cost(shop: Shop, campaign_id: int, what: str, amount: int, _progress: Progress) -> int:
    from services.campaigns import costs

    return costs.add(shop, campaign_id, what, amount)


def strike(shop: Shop, cost_id: int, struck: bool, _progress: Progress) -> None:
    from services.campaigns import costs

    costs.strike(shop, cost_id, struck)


def result(shop: Shop, campaign_id: int, progress: Progress) -> Result:
    from services.campaigns import results

    return results.result(shop, campaign_id, progress)


def last_result(shop: Shop, kind: str, but: int, _progress: Progress) -> Result | None:
    """What the last campaign of the same topic brought."""
    from models.kinds import CampaignKind
    from services.campaigns import results
    from services.rules.campaigns import TOPICS

    return results.last_of(shop, TOPICS[CampaignKind(kind)], but)


def lately(shop: Shop, kind: str, progress: Progress) -> tuple[str, ...]:
    """What contacts of the same topic brought in the last month, way by way."""
    from models.kinds import CampaignKind
    from services import contact_results
    from services.rules.campaigns import TOPICS

    found = contact_results.of_topic(shop, TOPICS[CampaignKind(kind)], progress)
    return tuple(contact_results.row_words(row) for row in found)


def save_result(shop: Shop, campaign_id: int, path: Path, progress: Progress) -> int:
    from services.campaigns import results

    return results.save(shop, campaign_id, path, progress)


def choices(shop: Shop) -> tuple[list[str], list[tuple[str, str]]]:
    """The names of the filters, and of the texts in use with their topics."""
    from services.filters import saved, usual
    from services.sms import templates
    from services.words import _

    filters = [one.name for one in saved.saved(shop)] + [_(one.words) for one in usual.usual(shop)]
    return filters, [(one.name, one.topic.value) for one in templates.in_use(shop)]


def segment_of(shop: Shop, choice: Any, before: Any) -> Any:
    """The segment that a choice of the editor means: all, the one it had, or a filter by its name."""
    from services.campaigns import segment

    if choice == KEPT:
        return before
    return segment.of_filter(shop, choice) if choice else segment.Segment()


KEPT = "\0kept"
"""The choice of the editor that leaves the segment as it is."""
