"""A campaign's messages: batches made of the frozen texts when its days have come, and the file for the platform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from models import database
from models.kinds import BatchState, Channel, Topic
from services import journal
from services.campaigns import reading
from services.campaigns.reading import LIVE, Campaign
from services.errors import Refused
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules import sms as sms_rules
from services.rules.sms import SmsSkip
from services.shop import Shop
from services.sms import batches, candidates, handing_over
from services.sms import reading as sms_reading
from services.sms.batches import Drawn, Written
from services.sms.handing_over import HandedOver, Layout
from services.sms.reading import Batch
from services.sms.templates import Template


@dataclass(frozen=True)
class _Frozen:
    customer: int
    number: str
    text: str


def batches_of(shop: Shop, campaign_id: int) -> list[Batch]:
    """The batches of a campaign that went out or still may, the first first."""
    require(shop, Right.SEE)
    ids = [
        row[0]
        for row in database.rows(
            "SELECT b.batch_id FROM campaign_batch b JOIN sms_batch s ON s.id = b.batch_id"
            f" WHERE b.campaign_id = ? AND {LIVE.format(s='s')} ORDER BY b.batch_id",
            (campaign_id,),
        )
    ]
    return sorted(sms_reading.batches(shop, ids), key=lambda one: one.id) if ids else []


def prepare(shop: Shop, campaign_id: int, progress: Progress = silent) -> list[Batch]:
    """The campaign's batches, made if there are none: reviewed, for the release was the manager's yes.

    What changed since the release is looked at anew: who refused, was contacted or has another number is left out with
    the reason. Raises Refused before the first day, after the last, and for other ways than messages.
    """
    require(shop, Right.SCHEDULE)
    with database.database.atomic():
        sms_reading.exclusive()
        seen = reading.campaign(shop, campaign_id)
        _may(shop, seen)
        if made := batches_of(shop, campaign_id):
            return made
        template = _template(shop, seen)
        waiting = _frozen(campaign_id)
        drawn = _drawn(shop, seen, waiting, template, progress)
        if not drawn.messages:
            raise Refused("“{name}”里已经没有可以发短信的客户了。", name=seen.name)
        ids = _write(shop, seen, drawn)
        journal.note(shop, "campaign.prepared", "campaign", campaign_id, body={"batches": ids})
    return batches_of(shop, campaign_id)


def export(
    shop: Shop,
    campaign_id: int,
    target: Path | str,
    layout: Layout | None = None,
    progress: Progress = silent,
) -> list[HandedOver]:
    """Writes the file for the platform; of many messages several files, numbered. Raises Refused, Unavailable."""
    require(shop, Right.EXPORT)
    made = prepare(shop, campaign_id, progress)
    target = Path(target)
    done = []
    for place, one in enumerate(made, 1):
        file = target if len(made) == 1 else target.with_stem(f"{target.stem}-{place}")
        if one.state in (BatchState.REVIEWED, BatchState.EXPORTED):
            done.append(handing_over.export(shop, one.id, file, layout))
    if not done:
        raise Refused("“{name}”的短信已经全部确认过了。", name=reading.campaign(shop, campaign_id).name)
    return done


def _may(shop: Shop, seen: Campaign) -> None:
    if seen.channel is not Channel.SMS:
        raise Refused("“{name}”不用短信：要联络的客户已在日程里。", name=seen.name)
    if not seen.released:
        raise Refused("“{name}”还没有发布，或已经结束。", name=seen.name)
    if shop.today() < seen.first:
        raise Refused("“{name}”{day}才开始，到那天再导出。", name=seen.name, day=seen.first.isoformat())
    if shop.today() > seen.last:
        raise Refused("“{name}”{day}就结束了，不再发送。", name=seen.name, day=seen.last.isoformat())


def _frozen(campaign_id: int) -> list[_Frozen]:
    # Somebody erased has no text any more.
    return [
        _Frozen(*row)
        for row in database.rows(
            "SELECT customer_id, number, text FROM campaign_member WHERE campaign_id = ? AND control = 0 AND text <> ''"
            " ORDER BY id",
            (campaign_id,),
        )
    ]


def _template(shop: Shop, seen: Campaign) -> Template:
    """The wording of the release, whatever was released since."""
    from services.sms import templates

    wording = database.value_of("SELECT wording_id FROM campaign WHERE id = ?", (seen.id,))
    one = templates.by_name(shop, seen.template)
    return replace(one, wording_id=int(wording), topic=seen.topic)


def _drawn(
    shop: Shop, seen: Campaign, waiting: Sequence[_Frozen], template: Template, progress: Progress
) -> Drawn:
    facts = candidates.facts_of(shop, [one.customer for one in waiting])
    messages: list[Written] = []
    left: list[tuple[candidates.Wish, SmsSkip, str]] = []
    progress(0, len(waiting))
    for one in waiting:
        wish = candidates.Wish(one.customer, (seen.topic,))
        skip = _skip(shop, facts.get(one.customer), one, seen.topic)
        if skip is not None:
            left.append((wish, skip, ""))
            continue
        parts = sms_rules.length(one.text, shop.policy.sms).parts
        messages.append(Written(wish, template, one.number, one.text, parts))
    return Drawn(tuple(messages), tuple(left))


def _skip(shop: Shop, who: sms_rules.Candidate | None, one: _Frozen, topic: Topic) -> SmsSkip | None:
    if who is None:
        return SmsSkip.GONE
    found = sms_rules.judge(who, [topic], shop.today(), shop.policy.contacts.spacing_days)
    return found or (SmsSkip.NEW_NUMBER if who.number != one.number else None)


def _write(shop: Shop, seen: Campaign, drawn: Drawn) -> list[int]:
    """One batch for every so many messages; those left out stand in the first."""
    made = []
    for at in range(0, len(drawn.messages), batches.MOST):
        part = Drawn(drawn.messages[at : at + batches.MOST], () if at else drawn.left)
        source = {"kind": "campaign", "name": seen.name, "campaign": seen.id}
        number = batches.freeze(shop, part, seen.send_at or shop.policy.sms.send_at, source)
        database.insert("campaign_batch", campaign_id=seen.id, batch_id=number)
        database.execute(
            "UPDATE sms_batch SET state = 'reviewed', reviewed_by_id = ?, reviewed_on = ? WHERE id = ?",
            (shop.who, database.day_value(shop.today()), number),
        )
        journal.note(shop, "sms.batch_reviewed", "sms_batch", number)
        made.append(number)
    return made
