"""What the schedule knows of campaigns to come: nothing routine just before one, which would spoil its message."""

from __future__ import annotations

from datetime import date, timedelta

from models import database


def held_back(day: date, spacing: timedelta) -> set[int]:
    """Customers of a released campaign by messages that begins within the spacing: its message keeps touch with them.

    A routine message just before would make the campaign's fall out. Those left uncontacted by lot wait as well, so that
    both sides hear the same but for the campaign.
    """
    return {
        row[0]
        for row in database.rows(
            "SELECT m.customer_id FROM campaign_member m JOIN campaign p ON p.id = m.campaign_id"
            " WHERE p.state = 'released' AND p.channel = 'sms' AND p.first >= ? AND p.first < ?",
            (day, day + spacing),
        )
    }
