"""Messages of which nobody knows whether they went: a person says "it went", "send it again" or "leave it"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models import database
from models.kinds import BatchState, Code, Role, SmsState
from services import formats, journal
from services.errors import Refused
from services.rights import Right, require
from services.rules.sms import SmsSkip
from services.shop import Shop
from services.sms.batches import wrong_state
from services.sms.confirming import close, handed, settle_failed, settle_sent
from services.sms.reading import Batch, batch, exclusive


class Way(Code):
    """What a person says about a message that is unknown."""

    SENT = "sent"
    """Count it as sent."""
    RESEND = "resend"
    """Send it again: the customer may get it twice."""
    LEAVE = "leave"
    """Leave it: the contact stays in the schedule."""


@dataclass(frozen=True)
class Unknown:
    """A message that somebody must decide about, with what is known."""

    id: int
    customer_id: int
    name: str
    number: str
    """Masked for clerks."""
    handed_over_on: date | None
    parts: int
    taken: int
    """Parts that the provider certainly took."""
    reported: bool
    """The provider reported a delivery to this number that it could not be matched with: it probably went."""


def unknown(shop: Shop, batch_id: int) -> list[Unknown]:
    """What is to be decided in this batch."""
    require(shop, Right.SEE)
    full = shop.role in (Role.MANAGER, Role.OWNER)
    found = database.rows(
        "SELECT s.id, s.customer_id, c.name, s.number, s.handed_over_on, COUNT(p.id),"
        " SUM(CASE WHEN p.provider_id <> '' THEN 1 ELSE 0 END),"
        " EXISTS (SELECT 1 FROM sms_report r WHERE r.number = s.number AND r.state = 'delivered'"
        " AND r.received_on >= s.handed_over_on) FROM sms_message s JOIN customer c ON c.id = s.customer_id"
        " LEFT JOIN sms_part p ON p.message_id = s.id AND p.attempt = s.attempt"
        " WHERE s.batch_id = ? AND s.state = 'unknown'"
        " GROUP BY s.id, s.customer_id, c.name, s.number, s.handed_over_on ORDER BY s.id",
        (batch_id,),
    )
    return [
        Unknown(
            row[0], row[1], row[2], row[3] if full else formats.masked(row[3]), database.as_day(row[4]),
            int(row[5]), int(row[6] or 0), bool(row[7]),
        )
        for row in found
    ]  # fmt: skip


def resolve(shop: Shop, batch_id: int, way: Way, messages: Sequence[int] | None = None) -> Batch:
    """Decides about these unknown messages of the batch, or all of them. Raises Refused.

    Sent and left can be undone the same day; sent again cannot, once it went out.
    """
    require(shop, Right.SCHEDULE)
    with database.database.atomic():
        exclusive()
        if database.value_of("SELECT state FROM sms_batch WHERE id = ?", (batch_id,)) != BatchState.SENDING:
            raise wrong_state(batch_id)
        where, params = "s.batch_id = ? AND s.state = 'unknown'", [batch_id]
        if messages is not None:
            where, params = f"{where} AND s.id IN ({database.marks(messages)})", [*params, *messages]
        found = handed(where, params) if messages is None or messages else []
        if not found:
            raise Refused("第 {id} 批里没有说不清的短信要处理。", id=batch_id)
        act = journal.note(
            shop, "sms.resolved", "sms_batch", batch_id, body={"way": way.value, "messages": len(found)}
        )
        if way is Way.SENT:
            settle_sent(shop, found, act)
        elif way is Way.LEAVE:
            settle_failed(shop, [(one, SmsSkip.NOT_KNOWN.value, False) for one in found], act)
        else:
            database.execute_many(
                "UPDATE sms_message SET state = 'queued', reason = '' WHERE id = ?",
                [(one.id,) for one in found],
            )
        close(batch_id)
    return batch(shop, batch_id)


def stop(shop: Shop, batch_id: int) -> Batch:
    """What is left of a batch on its way is not sent any more; its contacts stay in the schedule. Raises Refused."""
    require(shop, Right.SCHEDULE)
    with database.database.atomic():
        exclusive()
        if database.value_of("SELECT state FROM sms_batch WHERE id = ?", (batch_id,)) != BatchState.SENDING:
            raise wrong_state(batch_id)
        gone = database.execute(
            "UPDATE sms_message SET state = ?, reason = ?, settled_on = ? WHERE batch_id = ? AND state = 'queued'",
            (SmsState.DROPPED.value, SmsSkip.CANCELLED.value, shop.today(), batch_id),
        )
        close(batch_id)
        journal.note(shop, "sms.sending_given_up", "sms_batch", batch_id, body={"messages": gone})
    return batch(shop, batch_id)
