"""What a campaign costs: entries, struck out where they were wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models import database
from models.kinds import CampaignState
from services import journal
from services.campaigns import reading
from services.errors import Refused
from services.rights import Right, require
from services.rules.customer_data import short
from services.shop import Shop

WHAT_MAX = 60


@dataclass(frozen=True)
class Cost:
    """One entry. fen"""

    id: int
    day: date
    what: str
    amount: int
    by: str


def costs(shop: Shop, campaign_id: int) -> list[Cost]:
    """The entries of a campaign that were not struck out, the oldest first."""
    require(shop, Right.SEE)
    return [
        Cost(row[0], reading.a_day(row[1]), row[2], row[3], row[4])
        for row in database.rows(
            "SELECT k.id, k.day, k.what, k.amount, COALESCE(u.name, '') FROM campaign_cost k"
            " LEFT JOIN staff_user u ON u.id = k.user_id WHERE k.campaign_id = ? AND k.struck = 0 ORDER BY k.id",
            (campaign_id,),
        )
    ]


def add(shop: Shop, campaign_id: int, what: str, amount: int) -> int:
    """Enters what was spent, in fen. Returns its id. Raises Refused."""
    require(shop, Right.SCHEDULE)
    what = short(what, "what", WHAT_MAX)
    if not what:
        raise Refused("请写明花在什么上。", field="what")
    if not 0 < amount <= shop.policy.customers.max_amount_fen:
        raise Refused("金额不对：要大于 0，也不要太大。", field="amount")
    with database.database.atomic():
        seen = reading.campaign(shop, campaign_id)
        if seen.state is CampaignState.CANCELLED:
            raise Refused("“{name}”已经取消了。", name=seen.name)
        number = database.insert(
            "campaign_cost",
            **{
                "campaign_id": campaign_id,
                "day": database.day_value(shop.today()),
                "what": what,
                "amount": amount,
            },
            **{"struck": 0, "user_id": shop.who, "created_at": database.moment_value(shop.clock.now())},
        )
        body = {"what": what, "amount": amount}
        journal.note(shop, "campaign.cost", "campaign", campaign_id, body=body)
    return number


def strike(shop: Shop, cost_id: int, struck: bool = True) -> None:
    """Takes an entry out of the sum, or puts it back (the undo)."""
    require(shop, Right.SCHEDULE)
    with database.database.atomic():
        row = database.row("SELECT campaign_id, what, amount FROM campaign_cost WHERE id = ?", (cost_id,))
        if row is None:
            raise Refused("没有这笔花费。")
        database.execute("UPDATE campaign_cost SET struck = ? WHERE id = ?", (int(struck), cost_id))
        act = "campaign.cost_struck" if struck else "campaign.cost"
        journal.note(shop, act, "campaign", row[0], body={"what": row[1], "amount": row[2]})
