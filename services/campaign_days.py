"""What the daily upkeep of the schedule does for campaigns: contacts of one whose days are past go off the list."""

from __future__ import annotations

from datetime import date

from models import database
from services.rules.contacts import Expired
from services.schedule_needs import OPEN

KEY = "'campaign:' || CAST(m.campaign_id AS TEXT) || ':' || CAST(m.customer_id AS TEXT)"
"""The key of a member's contact in the schedule, over `campaign_member m`."""


def expire_over(today: date) -> int:
    """Contacts of campaigns whose days are past, in the caller's transaction. Returns how many."""
    return database.execute(
        f"UPDATE contact AS k SET state = 'expired', state_reason = ?, done_on = ? WHERE {OPEN.format(k='k')}"
        f" AND k.key IN (SELECT {KEY} FROM campaign_member m JOIN campaign p ON p.id = m.campaign_id"
        " WHERE m.control = 0 AND p.state = 'released' AND p.channel <> 'sms' AND p.last < ?)",
        (Expired.CAMPAIGN_OVER.value, database.day_value(today), database.day_value(today)),
    )
