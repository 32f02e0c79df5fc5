"""Reading the audit trail."""

from __future__ import annotations

from models import database
from services import journal
from services.errors import Refused
from services.rights import Right, require
from services.shop import Shop


def read(shop: Shop, *, about: str = "", limit: int = 200, before: int | None = None) -> list[journal.Entry]:
    """The newest entries first; `about` a card number gives one customer's. Refused for clerks and unknown cards."""
    require(shop, Right.AUDIT)
    customer = None
    if about:
        customer = database.value_of("SELECT id FROM customer WHERE card_no = ?", (about.strip(),))
        if customer is None:
            raise Refused("没有卡号为“{card_no}”的客户。", card_no=about, field="card_no")
    return journal.entries(customer_id=customer, limit=max(1, min(limit, 100_000)), before=before)
