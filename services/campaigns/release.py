"""The release: the manager's yes, the lot, and everybody frozen with number and text; calls enter the schedule."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

from models import database
from models.kinds import CampaignState, Channel, Grade, Role
from services import formats, journal
from services.campaigns import drafts, people, reading
from services.campaigns.people import Gathered, Going
from services.campaigns.reading import Campaign
from services.campaigns.words import left_words
from services.errors import NotAllowed, Refused
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules import campaigns as rules
from services.rules import contacts as contact_rules
from services.schedule import caller
from services.shop import Shop

_LOCK = 7450047


def release(
    shop: Shop, campaign_id: int, version: int | None = None, progress: Progress = silent
) -> Campaign:
    """Freezes the recipients with their texts and draws by lot who is left uncontacted. Raises Refused, Cancelled.

    Above the policy's budget only the owner. `version`: as it was seen; refused where somebody changed it meanwhile.
    """
    require(shop, Right.SCHEDULE)
    seen = reading.campaign(shop, campaign_id)
    _may(shop, seen)
    draft = drafts.draft_of(seen)
    wording = drafts.wording(shop, draft) if draft.channel is Channel.SMS else None
    policy = shop.policy.campaigns
    with database.database.atomic():
        _hold(seen, version)
        plan = drafts.plan_of(shop, draft, campaign_id)
        found = people.gather(shop, plan, progress)
        if not found.going:
            raise Refused(
                "这个活动现在没有可以联络的客户：{why}。", why=left_words(found.left) or "0", field="segment"
            )
        ids = {grade: [one.customer for one in found.going if one.grade is grade] for grade in Grade}
        sizes = rules.control_sizes(
            found.grades(), seen.control_percent, policy.control_at_least, policy.control_most_percent
        )
        anchor, chain = journal.head()
        secret = str(database.value_of("SELECT secret FROM shop_info WHERE id = 1"))
        seed = rules.seed_of(secret, campaign_id, chain)
        control = rules.draw_control(ids, seed, sizes)
        progress(len(found.going), 0)
        _freeze(campaign_id, found, control)
        if seen.channel is not Channel.SMS:
            _into_schedule(shop, seen, [one for one in found.going if one.customer not in control])
        left = {code.value: n for code, n in sorted(found.left.items())}
        database.execute(
            "UPDATE campaign SET state = 'released', seed = ?, anchor = ?, left_out = ?, window_days = ?, wording_id = ?,"
            " released_by_id = ?, released_on = ?, version = version + 1 WHERE id = ?",
            (
                *(
                    seed,
                    anchor,
                    json.dumps(left),
                    policy.result_days,
                    wording.wording_id if wording else None,
                ),
                *(shop.who, database.day_value(shop.today()), campaign_id),
            ),
        )
        body = {"name": seen.name, "contacted": len(found.going) - len(control), "control": len(control)}
        journal.note(
            shop,
            "campaign.released",
            "campaign",
            campaign_id,
            body={**body, "left": left, "seed": seed, "anchor": anchor},
        )
    return reading.campaign(shop, campaign_id)


def _may(shop: Shop, seen: Campaign) -> None:
    """What can be said before anything is held: state, days, budget."""
    if seen.state is not CampaignState.DRAFT:
        raise Refused("“{name}”已经不是草稿，不能再发布。", name=seen.name)
    if seen.first < shop.today():
        raise Refused(
            "开始的日子 {day} 已经过去。请改到今天或以后。", day=seen.first.isoformat(), field="first"
        )
    limit = shop.policy.campaigns.owner_above_fen
    if seen.budget > limit and shop.role is not Role.OWNER:
        journal.refused(shop, "campaign_budget")
        raise NotAllowed("预算超过 {limit} 的活动由店主发布。请店主登录后发布。", limit=formats.money(limit))


def _hold(seen: Campaign, version: int | None) -> None:
    """One release at a time, of the draft that was looked at."""
    if database.is_postgres():
        database.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
    found = database.row("SELECT state, version FROM campaign WHERE id = ?", (seen.id,))
    if found is None or found[0] != "draft" or found[1] != (seen.version if version is None else version):
        raise Refused("“{name}”刚刚被别人改过。请看过新的内容再发布。", name=seen.name)


def _freeze(campaign_id: int, found: Gathered, control: set[int]) -> None:
    # Whoever is left uncontacted has no text: nothing of this campaign can go out to them by mistake.
    database.execute_many(
        "INSERT INTO campaign_member (campaign_id, customer_id, grade, control, number, text) VALUES (?,?,?,?,?,?)",
        [
            (campaign_id, one.customer, one.grade.value, 1, "", "")
            if one.customer in control
            else (campaign_id, one.customer, one.grade.value, 0, one.number, one.text)
            for one in found.going
        ],
    )


def _into_schedule(shop: Shop, seen: Campaign, going: Sequence[Going]) -> None:
    """Calls, letters and visits as planned contacts; the calls spread over the days, as many a day as fit the hour."""
    now, lead = database.moment_value(shop.clock.now()), caller(shop)
    weights = {grade: contact_rules.importance([seen.topic], grade) for grade in Grade}
    a_day = max(1, shop.policy.contacts.calls_a_day)
    phone = seen.channel is Channel.PHONE
    ordered = sorted(going, key=lambda one: (-weights[one.grade], one.customer))
    rows = []
    for place, one in enumerate(ordered):
        due = min(seen.last, seen.first + timedelta(days=place // a_day)) if phone else seen.first
        fact = {"t": seen.topic.value, "campaign": seen.id, "name": seen.name, "text": one.text}
        why = json.dumps({"needs": [fact]}, ensure_ascii=False, separators=(",", ":"))
        on = database.day_value(due)
        rows.append(
            (
                one.customer,
                on,
                on,
                seen.channel.value,
                seen.topic.value,
                why,
                f"campaign:{seen.id}:{one.customer}",
            )
            + (weights[one.grade], lead if phone else one.clerk or lead, now)
        )
    database.execute_many(
        "INSERT INTO contact (customer_id, due, original_due, channel, topics, state, why, key, importance, assignee_id,"
        " by_hand, incoming, tries, note, next_step, state_reason, created_at)"
        " VALUES (?,?,?,?,?,'planned',?,?,?,?,0,0,0,'','','',?)",
        rows,
    )
