"""One more look at each recipient before the message leaves the shop: who refused, was contacted or has another number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from models import database
from models.kinds import ContactState, Topic
from services.rules import sms as rules
from services.rules.sms import SmsSkip
from services.shop import Shop
from services.sms import candidates

_OPEN = (ContactState.PLANNED, ContactState.NO_ANSWER, ContactState.POSTPONED)


def look(shop: Shop, where: str, params: Sequence[Any]) -> dict[int, SmsSkip]:
    """Which of the messages (`s`) that `where` means must not go any more, with the reason. Reads only."""
    found = database.rows(
        "SELECT s.id, s.customer_id, s.number, s.topics, s.contact_id, k.state, k.done_on FROM sms_message s"
        f" LEFT JOIN contact k ON k.id = s.contact_id WHERE {where}",
        params,
    )
    facts = candidates.facts_of(shop, [row[1] for row in found])
    late: dict[int, SmsSkip] = {}
    for number, customer, phone, topics, contact, state, done_on in found:
        skip = _late(shop, facts.get(customer), phone, topics, contact is not None)
        if skip is None and contact is not None and (done_on is not None or state not in _OPEN):
            skip = SmsSkip.CLOSED
        if skip is not None:
            late[number] = skip
    return late


def drop(shop: Shop, late: Mapping[int, SmsSkip]) -> None:
    """Takes these out of their batch. Inside the caller's transaction."""
    database.execute_many(
        "UPDATE sms_message SET state = 'dropped', reason = ?, settled_on = ? WHERE id = ?",
        [(skip.value, shop.today(), number) for number, skip in late.items()],
    )


def _late(shop: Shop, who: rules.Candidate | None, phone: str, topics: str, planned: bool) -> SmsSkip | None:
    if who is None:
        return SmsSkip.GONE
    found = rules.judge(
        replace(who, in_batch=False),
        [Topic(code) for code in topics.split(",") if code],
        shop.today(),
        shop.policy.contacts.spacing_days,
        planned=planned,
    )
    return found or (SmsSkip.NEW_NUMBER if who.number != phone else None)
