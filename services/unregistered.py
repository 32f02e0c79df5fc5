"""Sales without a customer: each skipped with a reason, counted for the registration rate (seeds/002, spec 05)."""

from __future__ import annotations

from models import database
from services import journal
from services.errors import Refused
from services.rights import Right, require
from services.rules.customer_data import clean
from services.shop import Shop


def skip(shop: Shop, reason: str, count: int = 1) -> int:
    """A sale without a customer was skipped with a reason: counted for the registration rate. Returns its id."""
    require(shop, Right.SELL)
    reason = clean(reason)
    if not reason:
        raise Refused("没有登记客户的消费要选一个原因。", field="reason")
    if not 1 <= count <= shop.policy.customers.max_quantity:
        raise Refused(
            "笔数{n}不对：要在1到{most}之间。",
            n=count,
            most=shop.policy.customers.max_quantity,
            field="count",
        )
    with database.database.atomic():
        number = database.insert(
            "unregistered_sale", day=shop.today(), reason=reason[:200], count=count, user_id=shop.who
        )
        journal.note(
            shop, "sale.unregistered", "unregistered_sale", number, body={"reason": reason, "count": count}
        )
    return number
