"""Planning a campaign: written, changed, copied, looked at before anybody is in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

from models import database
from models.kinds import CampaignKind, CampaignState, Channel
from services import journal
from services.campaigns import reading, segment
from services.campaigns.people import Plan
from services.campaigns.reading import Campaign
from services.campaigns.segment import Segment
from services.errors import Refused
from services.rights import Right, require
from services.rules import campaigns as rules
from services.rules import sms as sms_rules
from services.rules.customer_data import clean, short
from services.shop import Shop
from services.sms import templates
from services.sms.templates import Template

NAME_MAX = 40
NOTES_MAX = 1_000
SCRIPT_MAX = 500
FARTHEST = 366
"""Days that a campaign may lie ahead, and last."""


@dataclass(frozen=True)
class Draft:
    """What a person plans. fen; `control_percent` None: the policy's."""

    name: str
    kind: CampaignKind
    first: date
    last: date
    channel: Channel = Channel.SMS
    budget: int = 0
    notes: str = ""
    segment: Segment = Segment()
    template: str = ""
    script: str = ""
    send_at: str = ""
    control_percent: int | None = None


def new(shop: Shop, draft: Draft) -> Campaign:
    """A draft; nobody is in it yet. Raises Refused."""
    require(shop, Right.SCHEDULE)
    draft = checked(shop, draft)
    with database.database.atomic():
        number = database.insert(
            "campaign",
            **_columns(draft),
            **{
                "state": CampaignState.DRAFT.value,
                "seed": "",
                "anchor": 0,
                "left_out": "{}",
                "window_days": 0,
            },
            **{
                "made_by_id": shop.who,
                "made_at": database.moment_value(shop.clock.now()),
                "reason": "",
                "version": 1,
            },
        )
        body = {"name": draft.name, "kind": draft.kind.value, "channel": draft.channel.value}
        journal.note(shop, "campaign.made", "campaign", number, body=body)
    return reading.campaign(shop, number)


def change(shop: Shop, campaign_id: int, draft: Draft, version: int | None = None) -> Campaign:
    """Another content for a draft. `version`: as it was seen; refused where somebody changed it meanwhile."""
    require(shop, Right.SCHEDULE)
    draft = checked(shop, draft)
    with database.database.atomic():
        before = reading.campaign(shop, campaign_id)
        if before.state is not CampaignState.DRAFT:
            raise Refused("“{name}”已经发布，收件人和内容都不再变。可以复制一份再改。", name=before.name)
        columns = _columns(draft)
        changed = database.execute(
            f"UPDATE campaign SET {', '.join(f'{name} = ?' for name in columns)}, version = version + 1"
            " WHERE id = ? AND version = ? AND state = 'draft'",
            (*columns.values(), campaign_id, before.version if version is None else version),
        )
        if not changed:
            raise Refused("“{name}”刚刚被别人改过。请看过新的内容再改。", name=before.name)
        journal.note(shop, "campaign.changed", "campaign", campaign_id, body={"name": draft.name})
    return reading.campaign(shop, campaign_id)


def again(shop: Shop, campaign_id: int) -> Campaign:
    """A new draft with the content of another campaign, beginning today."""
    require(shop, Right.SCHEDULE)
    seen = reading.campaign(shop, campaign_id)
    draft = draft_of(seen)
    days = seen.last - seen.first
    return new(
        shop, replace(draft, first=max(seen.first, shop.today()), last=max(seen.first, shop.today()) + days)
    )


def draft_of(seen: Campaign) -> Draft:
    """The content of a campaign."""
    return Draft(
        *(seen.name, seen.kind, seen.first, seen.last, seen.channel, seen.budget, seen.notes, seen.segment),
        *(seen.template, seen.script, seen.send_at, seen.control_percent),
    )


def plan_of(shop: Shop, draft: Draft, campaign_id: int = 0) -> Plan:
    """Who would be in the lot, and the words. Raises Refused without a released text."""
    topic = rules.TOPICS[draft.kind]
    body = wording(shop, draft).body if draft.channel is Channel.SMS else draft.script
    return Plan(draft.segment, draft.channel, topic, draft.first, body, campaign_id)


def wording(shop: Shop, draft: Draft) -> Template:
    """The released text of a campaign by messages. Raises Refused."""
    if not draft.template:
        raise Refused("请选短信的内容（模板）。", field="template")
    seen = templates.by_name(shop, draft.template)
    found = next((one for one in templates.in_use(shop) if one.id == seen.id), None)
    if found is None:
        raise Refused(
            "短信模板“{name}”还没有发布。请店长先看过、发布，再用在活动里。", name=seen.name, field="template"
        )
    if found.topic is not rules.TOPICS[draft.kind]:
        raise Refused(
            "模板“{name}”不是这类活动的内容。请选同一事由的模板，或新写一个。",
            name=seen.name,
            field="template",
        )
    return found


def _columns(draft: Draft) -> dict[str, object]:
    plain = asdict(draft)
    return {
        **{name: plain[name] for name in ("name", "budget", "notes", "template", "script", "send_at")},
        **{
            "kind": draft.kind.value,
            "channel": draft.channel.value,
            "control_percent": draft.control_percent,
        },
        **{"first": database.day_value(draft.first), "last": database.day_value(draft.last)},
        "segment": segment.to_json(draft.segment),
    }


def checked(shop: Shop, draft: Draft) -> Draft:
    """The draft as it is kept. Raises Refused with the field that is wrong."""
    words = short(draft.name, "name", NAME_MAX)
    policy = shop.policy.campaigns
    percent = policy.control_percent if draft.control_percent is None else draft.control_percent
    checks: tuple[tuple[bool, Callable[[], Refused]], ...] = (
        (not words, lambda: Refused("请给活动起个名字。", field="name")),
        (draft.last < draft.first, lambda: Refused("结束的日子早于开始的日子。", field="last")),
        (
            draft.first > shop.today() + timedelta(days=FARTHEST)
            or (draft.last - draft.first).days > FARTHEST,
            lambda: Refused("活动最早一年以后开始、最长一年。", field="first"),
        ),
        (draft.budget < 0, lambda: Refused("预算不能是负数。", field="budget")),
        (
            not 0 <= percent <= policy.control_most_percent,
            lambda: Refused(
                "对照组要在 0 到 {most}% 之间。", most=policy.control_most_percent, field="control_percent"
            ),
        ),
        (
            draft.channel not in rules.CHANNELS,
            lambda: Refused("活动只能用短信、电话、邮寄或拜访。", field="channel"),
        ),
    )
    for wrong, error in checks:
        if wrong:
            raise error()
    return replace(
        draft,
        name=words,
        notes=clean(draft.notes)[:NOTES_MAX],
        script=_script(draft),
        send_at=_send_at(shop, draft),
        control_percent=percent,
    )


def _script(draft: Draft) -> str:
    if draft.channel is Channel.SMS and not draft.script.strip():
        return ""
    if not draft.script.strip():
        raise Refused("请写上要跟客户说的话；可以用 {mark} 这样的字段。", mark="{title}", field="script")
    if len(draft.script) > SCRIPT_MAX:
        raise Refused("要说的话最多 {n} 个字。", n=SCRIPT_MAX, field="script")
    try:
        return sms_rules.check_body(draft.script, rules.TOPICS[draft.kind])
    except Refused as error:
        raise _about(error, "script") from None


def _send_at(shop: Shop, draft: Draft) -> str:
    from services.sms.batches import checked_time

    if draft.channel is not Channel.SMS:
        return ""
    try:
        return checked_time(shop, draft.send_at)
    except Refused as error:
        raise _about(error, "send_at") from None


def _about(error: Refused, field: str) -> Refused:
    """The same sentence beside another field."""
    found = Refused(error.text, field=field)
    found.facts = error.facts
    return found
