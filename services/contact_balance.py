"""Who has heard nothing but promotion lately: one query, however many customers (spec 04)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models import database
from models.kinds import Topic
from services.rules import contacts_balance as rules
from services.shop import Shop

_CHUNK = 5_000


def tired(shop: Shop, customers: Sequence[int]) -> set[int]:
    """Those of `customers` whose last contacts, as many as the policy says, were all promotion.

    Incoming calls and talks in the shop count like every other contact: they break a run.
    """
    run = shop.policy.contacts.promotion_run
    found: set[int] = set()
    if run < 1:
        return found
    for start in range(0, len(customers), _CHUNK):
        part = customers[start : start + _CHUNK]
        last: dict[int, list[tuple[Topic, ...]]] = {}
        for customer, topics in database.rows(
            "SELECT customer_id, topics FROM (SELECT customer_id, topics, ROW_NUMBER() OVER"
            " (PARTITION BY customer_id ORDER BY done_on DESC, id DESC) AS place FROM contact"
            f" WHERE customer_id IN ({database.marks(part)}) AND state = 'done') AS past WHERE place <= ?"
            " ORDER BY customer_id, place",
            (*part, run),
        ):
            last.setdefault(customer, []).append(topics_of(topics))
        found |= {
            customer for customer, past in last.items() if rules.only_promotion(past, shop.policy.contacts)
        }
    return found


def counted(shop: Shop, customers: Iterable[int], topic: Topic) -> int:
    """How many of these would hear promotion again after a run of it; 0 where the topic is none."""
    if not rules.is_promotion([topic]):
        return 0
    return len(tired(shop, list(dict.fromkeys(customers))))


def topics_of(codes: str) -> tuple[Topic, ...]:
    """The topics of a contact as its row keeps them."""
    return tuple(Topic(code) for code in codes.split(",") if code)
