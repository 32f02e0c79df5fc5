"""What the gift checks ask for at the day's opening."""

from __future__ import annotations

from models import database
from services.gifts.due import month_span
from services.rights import Right, may
from services.rules.gift_checks import month_before
from services.shop import Shop
from services.words import _


def reminders(shop: Shop) -> list[str]:
    """Losses that wait for the owner, and that last month's gifts were not sampled; a clerk can do nothing about either."""
    found = []
    waiting = int(database.value_of("SELECT COUNT(*) FROM stock_claim WHERE state = 'waiting'"))
    if waiting and (shop.actor is None or may(shop, Right.STOCK)):
        found.append(_("{n} 笔礼品损耗或盘点差额等店主确认。").format(n=waiting))
    if may(shop, Right.CHECK_LINES):
        month = month_before(shop.today())
        first, last = month_span(month)
        drawn = database.value_of("SELECT id FROM gift_sample WHERE month = ?", (month,))
        issued = database.value_of(
            "SELECT id FROM plan_line WHERE status IN ('issued', 'checked') AND issued_on >= ? AND issued_on <= ? LIMIT 1",
            (database.day_value(first), database.day_value(last)),
        )
        if drawn is None and issued is not None:
            found.append(_("{month} 月发放的礼品还没有抽查。").format(month=first.month))
    return found
