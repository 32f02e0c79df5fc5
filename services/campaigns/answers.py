"""What customers say to a campaign, and who comes to the event: ticked at the counter by card, taken back at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models import database
from models.kinds import CampaignKind, CampaignReply, CampaignState
from services import journal
from services.campaigns import reading
from services.campaigns.reading import Campaign
from services.customers import by_card
from services.errors import Refused
from services.rights import Right, require
from services.rules.customer_data import short
from services.shop import Shop

GUESTS_MOST = 50


@dataclass(frozen=True)
class Answer:
    """What a customer said, and whether they came."""

    answer: CampaignReply | None = None
    guests: int = 0
    note: str = ""
    answered_on: date | None = None
    came_on: date | None = None
    came_guests: int = 0


@dataclass(frozen=True)
class Answered:
    """An answer as it stands now, and as it stood before: what an undo writes again."""

    campaign_id: int
    customer_id: int
    name: str
    invited: bool
    """In the campaign, and not left uncontacted by the lot"""
    now: Answer
    before: Answer


@dataclass(frozen=True)
class Attendance:
    """An event in figures. Guests are counted beside the customers who bring them."""

    coming: int
    maybe: int
    declined: int
    expected: int
    """Those coming with their guests"""
    came: int
    came_guests: int
    walk_ins: int
    """Came without being invited"""


def answer(
    shop: Shop, campaign_id: int, customer_id: int, reply: CampaignReply, guests: int = 0, note: str = ""
) -> Answered:
    """Keeps what a customer of the campaign said: by phone, in the shop, by a message read out. Raises Refused."""
    require(shop, Right.CONTACT)
    if not 0 <= guests <= GUESTS_MOST:
        raise Refused("同来的人数要在 0 到 {most} 之间。", most=GUESTS_MOST, field="guests")
    note = short(note, "note")
    seen = _going_on(shop, campaign_id)
    if seen.kind is not CampaignKind.EVENT or reply is CampaignReply.NO:
        guests = 0
    with database.database.atomic():
        before = _read(campaign_id, customer_id)
        if _control(campaign_id, customer_id) is None:
            raise Refused("这位客户不在“{name}”里。", name=seen.name, field="card_no")
        now = Answer(reply, guests, note, shop.today(), before.came_on, before.came_guests)
        _store(shop, campaign_id, customer_id, now)
        body = {"answer": reply.value, "guests": guests}
        journal.note(shop, "campaign.answered", "campaign", campaign_id, customer_id=customer_id, body=body)
    return _answered(campaign_id, customer_id, now, before)


def attend(shop: Shop, campaign_id: int, card_no: str, guests: int = 0) -> Answered:
    """Ticks at the counter that the holder of this card came to the event, with so many guests. Who comes without being
    invited is welcome and counted apart. Raises Refused.
    """
    require(shop, Right.CONTACT)
    if not 0 <= guests <= GUESTS_MOST:
        raise Refused("同来的人数要在 0 到 {most} 之间。", most=GUESTS_MOST, field="guests")
    seen = _going_on(shop, campaign_id)
    if seen.kind is not CampaignKind.EVENT:
        raise Refused("“{name}”不是客户活动，不用签到。", name=seen.name)
    if seen.state is not CampaignState.RUNNING or shop.today() > seen.last:
        raise Refused("“{name}”今天不举行，不能签到。", name=seen.name)
    customer = by_card(card_no)
    with database.database.atomic():
        before = _read(campaign_id, customer)
        if before.came_on is not None and before.came_guests == guests:
            raise Refused("{name} 已经签到过了。", name=_name(customer), field="card_no")
        now = Answer(
            *(before.answer, before.guests, before.note, before.answered_on),
            *(before.came_on or shop.today(), guests),
        )
        _store(shop, campaign_id, customer, now)
        body = {"guests": guests}
        journal.note(shop, "campaign.came", "campaign", campaign_id, customer_id=customer, body=body)
    return _answered(campaign_id, customer, now, before)


def put_back(shop: Shop, done: Answered) -> None:
    """The undo of an answer or a tick. Raises Refused where somebody wrote another one meanwhile."""
    require(shop, Right.CONTACT)
    with database.database.atomic():
        if _read(done.campaign_id, done.customer_id) != done.now:
            raise Refused("{name} 的回复刚刚被别人改过，没有撤销。", name=done.name)
        _store(shop, done.campaign_id, done.customer_id, done.before)
        journal.note(
            shop, "campaign.answer_undone", "campaign", done.campaign_id, customer_id=done.customer_id
        )


def attendance(shop: Shop, campaign_id: int) -> Attendance:
    """How many come, and how many came."""
    require(shop, Right.SEE)
    rows = database.rows(
        "SELECT a.answer, a.guests, a.came_on, a.came_guests, m.control FROM campaign_answer a"
        " LEFT JOIN campaign_member m ON m.campaign_id = a.campaign_id AND m.customer_id = a.customer_id"
        " WHERE a.campaign_id = ?",
        (campaign_id,),
    )
    said = [row[0] for row in rows]
    came = [row for row in rows if row[2] is not None]
    coming = [row for row in rows if row[0] == CampaignReply.COMING.value]
    return Attendance(
        coming=len(coming),
        maybe=said.count(CampaignReply.MAYBE.value),
        declined=said.count(CampaignReply.NO.value),
        expected=len(coming) + sum(row[1] for row in coming),
        came=len(came),
        came_guests=sum(row[3] for row in came),
        walk_ins=sum(row[4] is None or bool(row[4]) for row in came),
    )


def _going_on(shop: Shop, campaign_id: int) -> Campaign:
    seen = reading.campaign(shop, campaign_id)
    if not seen.released:
        raise Refused("“{name}”还没有发布，或已经结束。", name=seen.name)
    return seen


def _control(campaign_id: int, customer_id: int) -> bool | None:
    """Whether the lot left this customer uncontacted; None: is not in the campaign."""
    found = database.value_of(
        "SELECT control FROM campaign_member WHERE campaign_id = ? AND customer_id = ?",
        (campaign_id, customer_id),
    )
    return None if found is None else bool(found)


def _read(campaign_id: int, customer_id: int) -> Answer:
    row = database.row(
        "SELECT answer, guests, note, answered_on, came_on, came_guests FROM campaign_answer WHERE campaign_id = ?"
        " AND customer_id = ?",
        (campaign_id, customer_id),
    )
    if row is None:
        return Answer()
    reply = CampaignReply(row[0]) if row[0] else None
    return Answer(reply, row[1], row[2], database.as_day(row[3]), database.as_day(row[4]), row[5])


def _store(shop: Shop, campaign_id: int, customer_id: int, now: Answer) -> None:
    database.execute(
        "INSERT INTO campaign_answer (campaign_id, customer_id, answer, guests, note, answered_on, came_on, came_guests,"
        " user_id, version) VALUES (?,?,?,?,?,?,?,?,?,1) ON CONFLICT (campaign_id, customer_id) DO UPDATE SET"
        " answer = excluded.answer, guests = excluded.guests, note = excluded.note, answered_on = excluded.answered_on,"
        " came_on = excluded.came_on, came_guests = excluded.came_guests, user_id = excluded.user_id,"
        " version = campaign_answer.version + 1",
        (
            *(campaign_id, customer_id, now.answer.value if now.answer else "", now.guests, now.note),
            *(
                database.day_value(now.answered_on),
                database.day_value(now.came_on),
                now.came_guests,
                shop.who,
            ),
        ),
    )


def _name(customer_id: int) -> str:
    return str(database.value_of("SELECT name FROM customer WHERE id = ?", (customer_id,)) or "")


def _answered(campaign_id: int, customer_id: int, now: Answer, before: Answer) -> Answered:
    invited = _control(campaign_id, customer_id) is False
    return Answered(campaign_id, customer_id, _name(customer_id), invited, now, before)
