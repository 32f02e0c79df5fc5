"""The end of a campaign: closed when it is over, cancelled with the reason, both taken back where that is possible."""

from __future__ import annotations

from models import database
from models.kinds import CampaignState
from services import journal
from services.campaign_days import KEY
from services.campaigns import reading
from services.campaigns.reading import LIVE, Campaign
from services.errors import Refused
from services.rights import Right, require
from services.rules.contacts import Expired
from services.rules.customer_data import clean
from services.schedule_needs import OPEN
from services.shop import Shop

REASON_MAX = 200


def close(shop: Shop, campaign_id: int) -> Campaign:
    """The campaign is over: what is not done goes off the schedule; its result stays. Raises Refused."""
    require(shop, Right.SCHEDULE)
    with database.database.atomic():
        seen = reading.campaign(shop, campaign_id)
        if seen.state is not CampaignState.RUNNING:
            raise Refused("“{name}”没有在进行，不用结束。", name=seen.name)
        waiting = _batches(campaign_id, "s.state NOT IN ('closed', 'cancelled')")
        if waiting:
            raise Refused(
                "“{name}”的第 {id} 批短信还没有确认。请先确认结果，或取消那一批。",
                name=seen.name,
                id=waiting[0],
            )
        _end(shop, campaign_id, CampaignState.CLOSED, "")
        _off_schedule(shop, campaign_id, Expired.CAMPAIGN_OVER)
        journal.note(shop, "campaign.closed", "campaign", campaign_id, body={"name": seen.name})
    return reading.campaign(shop, campaign_id)


def cancel(shop: Shop, campaign_id: int, reason: str) -> Campaign:
    """Nothing more goes out; a draft is put away. Refused once messages were handed over: then it is closed instead."""
    require(shop, Right.SCHEDULE)
    reason = clean(reason)[:REASON_MAX]
    if not reason:
        raise Refused("请写明为什么取消。", field="reason")
    with database.database.atomic():
        seen = reading.campaign(shop, campaign_id)
        if seen.state in (CampaignState.CLOSED, CampaignState.CANCELLED):
            raise Refused("“{name}”已经结束了。", name=seen.name)
        gone = _batches(campaign_id, f"s.state NOT IN ('draft', 'reviewed') AND {LIVE.format(s='s')}")
        if gone:
            raise Refused(
                "“{name}”的短信已经导出（第 {id} 批），不能取消。没有上传的话，先确认为“一条也没发”；上传了就到时候结束它。",
                name=seen.name,
                id=gone[0],
            )
        for batch in _batches(campaign_id, "s.state IN ('draft', 'reviewed')"):
            _cancel_batch(shop, batch)
        _end(shop, campaign_id, CampaignState.CANCELLED, reason)
        _off_schedule(shop, campaign_id, Expired.CAMPAIGN_CANCELLED)
        body = {"name": seen.name, "reason": reason}
        journal.note(shop, "campaign.cancelled", "campaign", campaign_id, body=body)
    return reading.campaign(shop, campaign_id)


def reopen(shop: Shop, campaign_id: int) -> Campaign:
    """Takes a close or a cancellation back: contacts return to the schedule, the same customers with the same lot."""
    require(shop, Right.SCHEDULE)
    with database.database.atomic():
        seen = reading.campaign(shop, campaign_id)
        if seen.state not in (CampaignState.CLOSED, CampaignState.CANCELLED):
            raise Refused("“{name}”没有结束或取消过。", name=seen.name)
        database.execute(
            "UPDATE campaign SET state = CASE WHEN seed = '' THEN 'draft' ELSE 'released' END, reason = '',"
            " ended_by_id = NULL, ended_on = NULL, version = version + 1 WHERE id = ?",
            (campaign_id,),
        )
        ours = (Expired.CAMPAIGN_OVER.value, Expired.CAMPAIGN_CANCELLED.value)
        database.execute(
            "UPDATE contact SET state = 'planned', state_reason = '', done_on = NULL WHERE state = 'expired'"
            f" AND state_reason IN ({database.marks(ours)}) AND key IN ({_KEYS})"
            " AND NOT EXISTS (SELECT 1 FROM opt_out o WHERE o.customer_id = contact.customer_id"
            " AND o.channel = contact.channel)",
            (*ours, campaign_id),
        )
        journal.note(shop, "campaign.reopened", "campaign", campaign_id, body={"name": seen.name})
    return reading.campaign(shop, campaign_id)


_KEYS = f"SELECT {KEY} FROM campaign_member m WHERE m.campaign_id = ? AND m.control = 0"


def _end(shop: Shop, campaign_id: int, state: CampaignState, reason: str) -> None:
    database.execute(
        "UPDATE campaign SET state = ?, reason = ?, ended_by_id = ?, ended_on = ?, version = version + 1 WHERE id = ?",
        (state.value, reason, shop.who, database.day_value(shop.today()), campaign_id),
    )


def _off_schedule(shop: Shop, campaign_id: int, why: Expired) -> None:
    database.execute(
        f"UPDATE contact AS k SET state = 'expired', state_reason = ?, done_on = ? WHERE {OPEN.format(k='k')}"
        f" AND k.key IN ({_KEYS})",
        (why.value, database.day_value(shop.today()), campaign_id),
    )


def _batches(campaign_id: int, condition: str) -> list[int]:
    return [
        row[0]
        for row in database.rows(
            "SELECT s.id FROM campaign_batch b JOIN sms_batch s ON s.id = b.batch_id WHERE b.campaign_id = ?"
            f" AND {condition} ORDER BY s.id",
            (campaign_id,),
        )
    ]


def _cancel_batch(shop: Shop, batch_id: int) -> None:
    from services.sms import batches

    batches.cancel(shop, batch_id)
