"""A new line of a plan, as every way of adding one writes it."""

from __future__ import annotations

from datetime import date
from typing import Any

from models import database
from models.kinds import LineStatus
from services import journal


def parts_there(customer_id: int, occasion: str, day: date) -> int:
    """The highest part of what the customer already has for that occasion and day; 0 without any."""
    sql = (
        "SELECT COALESCE(MAX(part), 0) FROM plan_line"
        " WHERE customer_id = ? AND occasion = ? AND due = ? AND live = 1"
    )
    return int(database.value_of(sql, (customer_id, occasion, database.day_value(day))))


def write(
    *,
    plan_id: int,
    customer_id: int,
    occasion: str,
    day: date,
    gift_id: int,
    part: int,
    cost: int,
    grade: str,
    handover: str,
    special: bool = False,
    status: LineStatus = LineStatus.DRAFT,
    reason: str = "",
    **more: Any,
) -> int:
    """Inserts the line in the caller's transaction; cost in fen, `more` further columns. Returns its id."""
    return database.insert(
        "plan_line",
        plan_id=plan_id,
        customer_id=customer_id,
        occasion=occasion,
        due=database.day_value(day),
        gift_id=gift_id,
        part=part,
        cost=cost,
        grade=grade,
        special=int(special),
        handover=str(handover),
        status=str(status),
        reason=reason,
        **{
            "status_reason": "",
            "single_approver": 0,
            "code": "",
            "signed": "",
            "executor": "",
            "manager_signed": "",
            "customer_signed": "",
            **more,
        },
        pc=journal.pc_name(),
        live=1,
        version=1,
    )
