"""What a contact does to the customer: the rhythm restarts, an opt-out takes effect in the same transaction."""

from __future__ import annotations

from models import database
from models.kinds import Channel
from services import customer_notes, schedule_upkeep
from services.errors import Refused
from services.rules import contacts as rules
from services.rules.contacts import Expired
from services.rules.customer_data import clean
from services.schedule_needs import RHYTHM_KEY
from services.shop import Shop

NOTE_MAX = 500


def touched(shop: Shop, customer_id: int) -> None:
    """A real contact restarts the rhythm: what only kept touch is not needed any more."""
    today = shop.today()
    database.execute(
        "UPDATE customer SET last_contact = ? WHERE id = ? AND (last_contact IS NULL OR last_contact < ?)",
        (today, customer_id, today),
    )
    schedule_upkeep.restarted(today, customer_id)


def recount(customer_id: int) -> None:
    """The last real contact, from what is left of it."""
    found = database.row(
        "SELECT c.last_visit, c.last_purchase, (SELECT MAX(k.done_on) FROM contact k WHERE k.customer_id = c.id"
        " AND k.state = 'done') FROM customer c WHERE c.id = ?",
        (customer_id,),
    )
    days = [day for day in map(database.as_day, found or ()) if day]
    database.execute(
        "UPDATE customer SET last_contact = ? WHERE id = ?", (max(days, default=None), customer_id)
    )


def resume(customer_id: int) -> None:
    """A routine contact that an undone one had made needless is needed again."""
    database.execute(
        "UPDATE contact AS k SET state = 'planned', state_reason = '', done_on = NULL WHERE k.customer_id = ?"
        f" AND k.state = 'expired' AND k.state_reason = ? AND k.key LIKE (SELECT {RHYTHM_KEY} || ? FROM customer c"
        " WHERE c.id = k.customer_id)",
        (customer_id, Expired.RESTARTED.value, "%"),
    )


def stop(shop: Shop, customer_id: int, channel: str, way: str) -> tuple[Channel, ...]:
    try:
        stopped = tuple(way for way in Channel if way in rules.stopped_by(channel))
    except ValueError:
        raise Refused("没有“{channel}”这种联络方式。", channel=channel, field="channel") from None
    customer_notes.consent(shop, customer_id, stopped, False, way)
    codes = [one.value for one in stopped]
    database.execute(
        f"UPDATE contact SET state = 'expired', state_reason = ?, done_on = ? WHERE customer_id = ?"
        f" AND channel IN ({database.marks(codes)}) AND state IN ('planned', 'no_answer', 'postponed')"
        " AND done_on IS NULL",
        (Expired.OPTED_OUT.value, shop.today(), customer_id, *codes),
    )
    return stopped


def clean_note(text: str) -> str:
    return clean(text)[:NOTE_MAX]
