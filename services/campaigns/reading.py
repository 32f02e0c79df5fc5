"""Campaigns as they are read: what was planned, how far it is, who is in it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from models.kinds import CampaignKind, CampaignReply, CampaignState, Channel, Grade, Role, Topic
from services import formats
from services.campaign_days import KEY
from services.campaigns import segment as segments
from services.campaigns.segment import Segment
from services.errors import Refused
from services.rights import Right, require
from services.rules import campaigns as rules
from services.rules.campaigns import Left
from services.shop import Shop


@dataclass(frozen=True)
class Campaign:
    """One campaign with its figures. Money in fen."""

    id: int
    name: str
    kind: CampaignKind
    channel: Channel
    first: date
    last: date
    budget: int
    notes: str
    segment: Segment
    template: str
    script: str
    send_at: str
    control_percent: int
    state: CampaignState
    left: Counter[Left]
    window_days: int
    made_by: str
    released_by: str
    released_on: date | None
    ended_on: date | None
    reason: str
    version: int
    contacted: int
    """In the lot, and to be contacted"""
    control: int
    """Left uncontacted by the lot"""
    answers: int
    cost: int
    """fen entered so far"""
    topic: Topic
    until: date
    """The last day whose purchases count"""
    over: bool
    """All days that count are past."""

    @property
    def released(self) -> bool:
        return self.state in (CampaignState.RELEASED, CampaignState.RUNNING)


@dataclass(frozen=True)
class Member:
    """One customer of a released campaign."""

    id: int
    customer_id: int
    card_no: str
    name: str
    grade: Grade
    control: bool
    number: str
    """Masked for clerks"""
    text: str
    state: str
    """Of the message or the call: a code of SmsState or ContactState, or `left_out` when the batch was made; empty:
    nothing yet"""
    reason: str
    answer: CampaignReply | None
    guests: int
    note: str
    came_on: date | None
    came_guests: int


_CAMPAIGN = (
    "SELECT p.id, p.name, p.kind, p.channel, p.first, p.last, p.budget, p.notes, p.segment, p.template, p.script,"
    " p.send_at, p.control_percent, p.state, p.left_out, p.window_days, COALESCE(m.name, ''), COALESCE(r.name, ''),"
    " p.released_on, p.ended_on, p.reason, p.version FROM campaign p LEFT JOIN staff_user m ON m.id = p.made_by_id"
    " LEFT JOIN staff_user r ON r.id = p.released_by_id"
)


def campaign(shop: Shop, campaign_id: int) -> Campaign:
    """One campaign. Raises Refused."""
    found = campaigns(shop, [campaign_id])
    if not found:
        raise Refused("没有第 {id} 号活动。用“campaign list”查看全部。", id=campaign_id)
    return found[0]


def campaigns(shop: Shop, only: Sequence[int] | None = None, limit: int = 200) -> list[Campaign]:
    """The newest first: five queries, however many."""
    require(shop, Right.SEE)
    where = f" WHERE p.id IN ({database.marks(only)})" if only else ""
    rows = database.rows(
        f"{_CAMPAIGN}{where} ORDER BY p.first DESC, p.id DESC LIMIT ?", (*(only or ()), limit)
    )
    ids = [row[0] for row in rows]
    if not ids:
        return []
    marks = database.marks(ids)
    people = {
        (number, bool(control)): n
        for number, control, n in database.rows(
            f"SELECT campaign_id, control, COUNT(*) FROM campaign_member WHERE campaign_id IN ({marks}) GROUP BY 1, 2",
            ids,
        )
    }
    answers = _by_campaign(
        f"SELECT campaign_id, COUNT(*) FROM campaign_answer WHERE answer <> '' AND campaign_id IN ({marks}) GROUP BY 1",
        ids,
    )
    costs = _by_campaign(
        "SELECT campaign_id, SUM(amount) FROM campaign_cost WHERE struck = 0"
        f" AND campaign_id IN ({marks}) GROUP BY 1",
        ids,
    )
    return [_campaign(shop, row, people, answers.get(row[0], 0), costs.get(row[0], 0)) for row in rows]


def _by_campaign(sql: str, ids: Sequence[int]) -> dict[int, int]:
    return {int(number): int(n) for number, n in database.rows(sql, ids)}


def _campaign(shop: Shop, row: Any, people: dict[tuple[int, bool], int], answers: int, cost: int) -> Campaign:
    first, last = a_day(row[4]), a_day(row[5])
    kind = CampaignKind(row[2])
    window = row[15] or shop.policy.campaigns.result_days
    until = rules.last_day(first, last, window)
    return Campaign(
        id=row[0],
        name=row[1],
        kind=kind,
        channel=Channel(row[3]),
        first=first,
        last=last,
        budget=row[6],
        notes=row[7],
        segment=segments.from_json(row[8]),
        template=row[9],
        script=row[10],
        send_at=row[11],
        control_percent=row[12],
        state=rules.state_on(CampaignState(row[13]), first, shop.today()),
        left=Counter({Left(code): n for code, n in json.loads(row[14]).items()}),
        window_days=window,
        made_by=row[16],
        released_by=row[17],
        released_on=database.as_day(row[18]),
        ended_on=database.as_day(row[19]),
        reason=row[20],
        version=row[21],
        contacted=people.get((row[0], False), 0),
        control=people.get((row[0], True), 0),
        answers=answers,
        cost=cost,
        topic=rules.TOPICS[kind],
        until=until,
        over=until < shop.today(),
    )


LIVE = (
    "{s}.state <> 'cancelled' AND ({s}.state <> 'closed' OR EXISTS (SELECT 1 FROM sms_message x WHERE x.batch_id = {s}.id"
    " AND (x.state = 'delivered' OR (x.state = 'failed' AND x.reason <> 'not_uploaded'))))"
)
"""A batch that went out or still may, for the table alias `s`: not one of which the file was never uploaded."""

_BATCHES = (
    f"SELECT b.batch_id FROM campaign_batch b JOIN sms_batch t ON t.id = b.batch_id AND {LIVE.format(s='t')}"
    " WHERE b.campaign_id = m.campaign_id"
)

_MEMBER = (
    "SELECT m.id, m.customer_id, c.card_no, c.name, m.grade, m.control, m.number, m.text,"
    " COALESCE(s.state, CASE WHEN l.reason IS NOT NULL THEN 'left_out' END, k.state, h.state, ''),"
    " COALESCE(s.reason, l.reason, k.state_reason, h.state_reason, ''),"
    " COALESCE(a.answer, ''), COALESCE(a.guests, 0), COALESCE(a.note, ''), a.came_on, COALESCE(a.came_guests, 0)"
    " FROM campaign_member m JOIN customer c ON c.id = m.customer_id"
    " LEFT JOIN campaign_answer a ON a.campaign_id = m.campaign_id AND a.customer_id = m.customer_id"
    f" LEFT JOIN sms_message s ON s.customer_id = m.customer_id AND s.batch_id IN ({_BATCHES})"
    f" LEFT JOIN sms_left_out l ON l.customer_id = m.customer_id AND l.batch_id IN ({_BATCHES})"
    f" LEFT JOIN contact k ON k.key = {KEY} LEFT JOIN folded_need f ON f.key = {KEY}"
    " LEFT JOIN contact h ON h.id = f.contact_id"
)


def member_ids(shop: Shop, campaign_id: int) -> list[int]:
    """The members of a campaign: those to be contacted by grade and name, then those left uncontacted."""
    require(shop, Right.SEE)
    return [
        row[0]
        for row in database.rows(
            "SELECT m.id FROM campaign_member m JOIN customer c ON c.id = m.customer_id WHERE m.campaign_id = ?"
            " ORDER BY m.control, m.grade, c.sort_key, m.id",
            (campaign_id,),
        )
    ]


def members(shop: Shop, ids: Sequence[int]) -> list[Member | None]:
    """The rows of these members, in their order; None for one that is gone."""
    require(shop, Right.SEE)
    if not ids:
        return []
    full = shop.role in (Role.MANAGER, Role.OWNER)
    found = {
        row[0]: Member(
            id=row[0],
            customer_id=row[1],
            card_no=row[2],
            name=row[3],
            grade=Grade(row[4]),
            control=bool(row[5]),
            number=row[6] if full or not row[6] else formats.masked(row[6]),
            text=row[7],
            state=row[8],
            reason=row[9],
            answer=CampaignReply(row[10]) if row[10] else None,
            guests=row[11],
            note=row[12],
            came_on=database.as_day(row[13]),
            came_guests=row[14],
        )
        for row in database.rows(f"{_MEMBER} WHERE m.id IN ({database.marks(ids)})", ids)
    }
    return [found.get(one) for one in ids]


def a_day(value: Any) -> date:
    found = database.as_day(value)
    assert found is not None
    return found
