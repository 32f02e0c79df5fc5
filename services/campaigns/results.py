"""What a campaign brought, beside those left uncontacted by lot: counted over everybody of the lot (spec 06).

Both sides are compared as the lot drew them, whoever was reached in the end: only so is the difference the campaign's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from models import database
from models.kinds import CampaignKind, ContactState, Topic
from services.campaign_days import KEY
from services.campaigns import reading
from services.campaigns.reading import LIVE, Campaign
from services.errors import Refused
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules import campaign_results as rules
from services.rules.campaign_results import Gap, Side, Verdict
from services.rules.campaigns import TOPICS
from services.shop import Shop
from services.words import _


@dataclass(frozen=True)
class Result:
    """The result of one campaign. Money in fen."""

    campaign: Campaign
    contacted: Side
    """All that were to be contacted; hits are buyers"""
    none: Side
    """Left uncontacted"""
    came: int
    """Of those to be contacted: were in the shop, bought, or came to the event"""
    none_came: int
    tickets: int
    none_tickets: int
    reached: int
    replied: int
    mixed: int
    """Records merged since, on both sides of the lot"""
    until: date
    over: bool
    days: int
    few: int
    few_buyers: int
    verdict: Verdict
    share_gap: Gap | None
    came_gap: Gap | None
    spending_gap: Gap | None
    cost: int
    points: int
    needed: int
    """People on each side for a difference of so many points to be seen"""

    @property
    def enough(self) -> bool:
        return min(self.contacted.heads, self.none.heads) >= self.needed


def result(shop: Shop, campaign_id: int, progress: Progress = silent) -> Result:
    """The comparison as it stands today. Raises Refused for a campaign that was never released."""
    require(shop, Right.SCHEDULE)
    seen = reading.campaign(shop, campaign_id)
    if not seen.contacted and not seen.control:
        raise Refused("“{name}”还没有发布，没有结果。", name=seen.name)
    into = _merged()
    sides, mixed = _sides(campaign_id, into)
    progress(1, 4)
    bought = _bought(seen)
    progress(2, 4)
    came = _as_of_today(_came(seen), into) | set(bought)
    progress(3, 4)
    ours, none = (_side(sides[control], bought) for control in (False, True))
    policy, few = shop.policy.campaigns, shop.policy.insight.contact_effect_people
    seed = str(database.value_of("SELECT seed FROM campaign WHERE id = ?", (campaign_id,)))
    found = Result(
        campaign=seen,
        contacted=ours,
        none=none,
        came=len(sides[False] & came),
        none_came=len(sides[True] & came),
        tickets=sum(bought[one][0] for one in sides[False] if one in bought),
        none_tickets=sum(bought[one][0] for one in sides[True] if one in bought),
        reached=len(sides[False] & _as_of_today(_reached(seen), into)),
        replied=len(sides[False] & _as_of_today(_replied(campaign_id), into)),
        mixed=mixed,
        until=seen.until,
        over=seen.over,
        days=seen.window_days,
        few=few,
        few_buyers=policy.few_buyers,
        verdict=rules.verdict(ours, none, few),
        share_gap=rules.share_gap(ours, none),
        came_gap=rules.share_gap(
            Side(ours.heads, len(sides[False] & came)), Side(none.heads, len(sides[True] & came))
        ),
        spending_gap=rules.spending_gap(ours, none, seed, policy.draws, policy.few_buyers),
        cost=seen.cost,
        points=policy.worthwhile_points,
        needed=rules.people_needed(none.share or 0.0, policy.worthwhile_points),
    )
    progress(4, 4)
    return found


def last_of(shop: Shop, topic: Topic, but: int = 0) -> Result | None:
    """The newest campaign of a topic whose days that count are past, for who plans the next one; None without one."""
    require(shop, Right.SCHEDULE)
    found = database.rows(
        "SELECT p.id, p.kind FROM campaign p WHERE p.seed <> '' AND p.state <> 'cancelled' AND p.id <> ?"
        " ORDER BY p.first DESC, p.id DESC",
        (but,),
    )
    for number, kind in found:
        if TOPICS[CampaignKind(kind)] is topic and reading.campaign(shop, number).over:
            return result(shop, number)
    return None


def save(shop: Shop, campaign_id: int, target: Path | str, progress: Progress = silent) -> int:
    """The result with its sentences as .xlsx or .csv. Returns the number of rows. Kept in the journal."""
    from services.campaigns.words import percent, result_words
    from services.gift_checks.saving import save_table
    from services.sheets.tables import Fen

    found = result(shop, campaign_id, progress)
    seen = found.campaign
    titles = [
        _("活动"),
        _("分组"),
        _("人数"),
        _("来店"),
        _("购买人数"),
        _("购买比例"),
        _("小票"),
        _("购买金额"),
        _("每人购买"),
    ]
    rows: list[list[object]] = []
    for words, side, came, tickets in (
        (_("联络"), found.contacted, found.came, found.tickets),
        (_("对照"), found.none, found.none_came, found.none_tickets),
    ):
        each = None if side.per_head is None else Fen(round(side.per_head))
        share = side.share if side.heads >= found.few else None
        rows.append(
            [
                seen.name,
                words,
                side.heads,
                came,
                side.hits,
                percent(share),
                tickets,
                Fen(sum(side.amounts)),
                each,
            ]
        )
    rows += [[line, *[None] * (len(titles) - 1)] for line in result_words(found)]
    return save_table(
        *(shop, target, "export.campaign_result", _("活动成效"), titles, rows),
        right=Right.SCHEDULE,
        progress=progress,
        campaign=campaign_id,
    )


# ---- reading


def _merged() -> dict[int, int]:
    """Records merged into others: what was drawn or said under them belongs to the one they became."""
    return dict(
        database.rows(
            "SELECT id, merged_into_id FROM customer WHERE state = 'merged' AND merged_into_id IS NOT NULL"
        )
    )


def _as_of_today(customers: set[int], into: dict[int, int]) -> set[int]:
    return {_kept(one, into) for one in customers} if into else customers


def _kept(customer: int, into: dict[int, int]) -> int:
    while customer in into:
        customer = into[customer]
    return customer


def _sides(campaign_id: int, into: dict[int, int]) -> tuple[dict[bool, set[int]], int]:
    """Both sides of the lot as customers of today: records merged since count once, those on both sides not at all."""
    sides: dict[bool, set[int]] = {False: set(), True: set()}
    for customer, control in database.rows(
        "SELECT m.customer_id, m.control FROM campaign_member m JOIN customer c ON c.id = m.customer_id"
        " WHERE m.campaign_id = ? AND c.state <> 'erased'",
        (campaign_id,),
    ):
        sides[bool(control)].add(_kept(customer, into))
    both = sides[False] & sides[True]
    for side in sides.values():
        side -= both
    return sides, len(both)


def _bought(seen: Campaign) -> dict[int, tuple[int, int]]:
    """Tickets and what was paid net of returns, of everybody who bought within the window."""
    return {
        customer: (int(tickets), int(paid))
        for customer, tickets, paid in database.rows(
            "SELECT t.customer_id, COUNT(*), SUM(t.paid) FROM ticket t WHERE t.counts = 1 AND t.day >= ? AND t.day <= ?"
            " GROUP BY t.customer_id",
            (database.day_value(seen.first), database.day_value(seen.until)),
        )
    }


def _side(people: set[int], bought: dict[int, tuple[int, int]]) -> Side:
    # In their order, so that the same seed draws the same.
    amounts = tuple(bought[one][1] for one in sorted(people) if one in bought)
    return Side(len(people), len(amounts), amounts)


def _came(seen: Campaign) -> set[int]:
    """Who came in within the window, or to the event."""
    days = (database.day_value(seen.first), database.day_value(seen.until))
    found = {
        row[0]
        for row in database.rows(
            "SELECT DISTINCT customer_id FROM visit WHERE undone = 0 AND day >= ? AND day <= ?", days
        )
    }
    return found | {
        row[0]
        for row in database.rows(
            "SELECT customer_id FROM campaign_answer WHERE campaign_id = ? AND came_on IS NOT NULL",
            (seen.id,),
        )
    }


def _reached(seen: Campaign) -> set[int]:
    """Messages that went out; calls, letters and visits that were done and told the campaign's topic."""
    found: set[int] = set()
    told = (ContactState.DONE.value, f"%,{seen.topic.value},%")
    for sql, params in (
        (
            "SELECT s.customer_id FROM sms_message s JOIN campaign_batch b ON b.batch_id = s.batch_id"
            f" JOIN sms_batch t ON t.id = b.batch_id AND {LIVE.format(s='t')}"
            " WHERE b.campaign_id = ? AND s.state = 'delivered'",
            (seen.id,),
        ),
        (
            f"SELECT m.customer_id FROM campaign_member m JOIN contact k ON k.key = {KEY} WHERE m.campaign_id = ?"
            " AND m.control = 0 AND k.state = ? AND ',' || k.topics || ',' LIKE ?",
            (seen.id, *told),
        ),
        (
            f"SELECT m.customer_id FROM campaign_member m JOIN folded_need f ON f.key = {KEY}"
            " JOIN contact k ON k.id = f.contact_id WHERE m.campaign_id = ? AND m.control = 0"
            " AND k.state = ? AND ',' || k.topics || ',' LIKE ?",
            (seen.id, *told),
        ),
    ):
        found |= {row[0] for row in database.rows(sql, params)}
    return found


def _replied(campaign_id: int) -> set[int]:
    return {
        row[0]
        for row in database.rows(
            "SELECT customer_id FROM campaign_answer WHERE campaign_id = ? AND answer <> ''", (campaign_id,)
        )
    }
