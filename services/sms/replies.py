"""What phones answer: a refusal holds for the number at once, everything else is kept and shown at the customer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from models import database
from models.kinds import Channel, Role, Topic
from services import consents, contact_notes, formats, journal
from services.rights import Right, require
from services.rules import contacts as contact_rules
from services.rules import sms_gateway as rules
from services.shop import Shop
from services.sms.gateway import Reply
from services.sms.reading import exclusive
from services.sms.result_file import words
from services.words import N_

_MOST = 500
"""Signs of a reply that are kept."""
WAY = N_("短信回复")


@dataclass(frozen=True)
class Answer:
    """One reply as it is shown."""

    id: int
    at: datetime
    customer_id: int | None
    """None: nobody on file has the number."""
    card_no: str
    name: str
    number: str
    """Masked for clerks."""
    text: str
    refused: bool


def recent(shop: Shop, limit: int = 500) -> list[Answer]:
    """The replies, the newest first."""
    require(shop, Right.SEE)
    full = shop.role in (Role.MANAGER, Role.OWNER)
    return [
        Answer(
            id=row[0],
            at=_moment(row[1]),
            customer_id=row[2],
            card_no=row[3],
            name=row[4],
            number=row[5] if full else formats.masked(row[5]),
            text=row[6],
            refused=bool(row[7]),
        )
        for row in database.rows(
            "SELECT i.id, i.received_at, c.id, COALESCE(c.card_no, ''), COALESCE(c.name, ''), i.number, i.text, i.opt_out"
            " FROM sms_incoming i LEFT JOIN customer c ON c.id = i.customer_id ORDER BY i.id DESC LIMIT ?",
            (limit,),
        )
    ]


def _moment(value: Any) -> datetime:
    """A moment of either database, in UTC."""
    plain = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return plain.replace(tzinfo=timezone.utc)


def take(shop: Shop, reply: Reply) -> bool:
    """Keeps a reply, once however often it is brought the same day. Returns whether it refused further messages.

    A refusal stops messages and calls of everybody who has the number (spec 04), in this one transaction.
    """
    text = reply.text.strip()[:_MOST]
    refusal = rules.refuses(text, words()["replies"]["refused"])
    mark = f"{reply.number}|{shop.today().isoformat()}|{text}"
    key = hashlib.sha256(mark.encode()).hexdigest()
    with database.database.atomic():
        exclusive()
        if database.value_of("SELECT 1 FROM sms_incoming WHERE key = ?", (key,)):
            return refusal
        people = _people(reply.number)
        contact = None
        if refusal:
            _stop(shop, people)
        elif people:
            contact = contact_notes.record(shop, people[0], Channel.SMS, Topic.PERSONAL, text, incoming=True)
        number = database.insert(
            "sms_incoming",
            **{"key": key, "number": reply.number, "customer_id": people[0] if people else None},
            **{"contact_id": contact, "text": text, "opt_out": int(refusal)},
            received_on=database.day_value(shop.today()),
            received_at=database.moment_value(shop.clock.now()),
        )
        act = "sms.refused" if refusal else "sms.replied"
        journal.note(shop, act, "sms_incoming", number, body={"customers": len(people)})
    return refusal


def _people(number: str) -> list[int]:
    """Who has this number, those first who were sent a message last."""
    return [
        row[0]
        for row in database.rows(
            "SELECT c.id FROM customer c JOIN phone p ON p.customer_id = c.id WHERE p.number = ?"
            " AND c.state IN ('active', 'lost') ORDER BY COALESCE((SELECT MAX(s.id) FROM sms_message s"
            " WHERE s.customer_id = c.id AND s.number = p.number), 0) DESC, c.id",
            (number,),
        )
    ]


def _stop(shop: Shop, people: list[int]) -> None:
    channels = [one for one in Channel if one in contact_rules.stopped_by(Channel.SMS)]
    for customer in people:
        consents.record(shop, customer, channels, False, WAY)
