"""A gift beyond every standard: the owner adds it for a special customer, with the reason (seeds/002 五)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from models import database
from models.kinds import CustomerState, Handover, Occasion
from services import journal
from services.errors import Refused
from services.gifts import new_line
from services.gifts.choose import _gift_for
from services.gifts.decide import _needed
from services.gifts.proposal import plan_for
from services.gifts.rows import LineRow, read_lines
from services.rights import Right, require
from services.rules.gifts import check_gifts, limits_for
from services.shop import Shop


def give_extra(
    shop: Shop,
    customer_id: int,
    day: date,
    gift_ids: Sequence[int],
    reason: str,
    handover: Handover | None = None,
) -> list[LineRow]:
    """Drafts of the occasion 店主酌情 for `day`, one a gift; they are handed in and approved like all others.

    By the owner, for customers named special. Raises Refused otherwise, and for a day that has passed.
    """
    require(shop, Right.APPROVE)
    reason = _needed(reason)
    if day < shop.today():
        raise Refused("{day} 已经过去了，请选今天或以后的日子。", day=day.isoformat(), field="day")
    with database.database.atomic():
        grade = _special_grade(customer_id)
        limits = limits_for(grade, Occasion.OWNER_CHOICE, True, shop.policy.gifts)
        assert limits is not None
        items = [_gift_for(shop, number, set()) for number in gift_ids]
        check_gifts(limits, [one.facts() for one in items])
        plan_id = plan_for(shop, f"{day:%Y-%m}")
        there = new_line.parts_there(customer_id, Occasion.OWNER_CHOICE.value, day)
        ids = [
            new_line.write(
                plan_id=plan_id,
                customer_id=customer_id,
                occasion=Occasion.OWNER_CHOICE.value,
                day=day,
                gift_id=one.id,
                part=part,
                cost=one.cost,
                grade=grade,
                special=True,
                handover=handover or limits.handover,
                reason=reason,
            )
            for part, one in enumerate(items, there + 1)
        ]
        body = {"gifts": [one.name for one in items], "day": day.isoformat(), "reason": reason}
        journal.note(shop, "gift.extra_added", "plan_line", ids[0], customer_id=customer_id, body=body)
    return read_lines(f"WHERE l.id IN ({database.marks(ids)}) ORDER BY l.part", ids)


def _special_grade(customer_id: int) -> str:
    """The grade of a customer named special. Refused for anybody else."""
    found = database.row("SELECT grade, special, state, name FROM customer WHERE id = ?", (customer_id,))
    if found is None or found[2] != CustomerState.ACTIVE:
        raise Refused("客户档案里没有这位客户，或已经流失、合并。", field="customer")
    if not found[1]:
        raise Refused(
            "{name} 不是特殊客户。请先在客户页指定为特殊客户，再酌情送礼。", name=found[3], field="customer"
        )
    return str(found[0])


def special_customers(shop: Shop) -> list[tuple[int, str, str]]:
    """(id, card number, name) of the customers the owner named special, by name."""
    require(shop, Right.SEE)
    sql = (
        "SELECT id, card_no, name FROM customer WHERE special = 1 AND state = 'active' ORDER BY sort_key, id"
    )
    return [(found[0], found[1], found[2]) for found in database.rows(sql)]
