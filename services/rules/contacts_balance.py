"""Topic balance: contacts have classes, and nobody hears only promotion (spec 04, "Topics have classes")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from models.kinds import Code, Topic


class TopicClass(Code):
    """What a contact is, as the customer feels it."""

    SERVICE = "service"
    """Something they need: how the coat fits, a gift that waits, an honest word before they are lost."""
    TOUCH = "touch"
    """A wish on their day."""
    PROMOTION = "promotion"
    """Something the shop wants to sell."""
    PERSONAL = "personal"


CLASS_OF = {
    Topic.FOLLOW_UP: TopicClass.SERVICE,
    Topic.GIFT_WAITING: TopicClass.SERVICE,
    Topic.EARLY_NOTICE: TopicClass.SERVICE,
    Topic.WIN_BACK: TopicClass.SERVICE,
    Topic.BIRTHDAY: TopicClass.TOUCH,
    Topic.FESTIVAL: TopicClass.TOUCH,
    Topic.NEW_ARRIVALS: TopicClass.PROMOTION,
    Topic.PROMOTION: TopicClass.PROMOTION,
    Topic.COMPANY_NEWS: TopicClass.PROMOTION,
    Topic.BRAND_SMS: TopicClass.PROMOTION,
    Topic.PERSONAL: TopicClass.PERSONAL,
}
PROMOTION = frozenset(topic for topic, kind in CLASS_OF.items() if kind is TopicClass.PROMOTION)


class BalanceRules(Protocol):
    """What this rule needs of the policy (`policy.contacts`)."""

    @property
    def promotion_run(self) -> int: ...


def class_of(topics: Iterable[Topic]) -> TopicClass | None:
    """The class of a whole contact: promotion only when nothing else was said; else its most caring part."""
    found = {CLASS_OF[topic] for topic in topics}
    for kind in (TopicClass.PERSONAL, TopicClass.SERVICE, TopicClass.TOUCH, TopicClass.PROMOTION):
        if kind in found:
            return kind
    return None


def is_promotion(topics: Iterable[Topic]) -> bool:
    """Nothing but promotion; a contact without a topic is a talk, not a promotion."""
    return class_of(topics) is TopicClass.PROMOTION


def only_promotion(last_topics: Sequence[Sequence[Topic]], policy: BalanceRules) -> bool:
    """The last contacts (newest first, as many as the policy says) were all promotion: offer something else."""
    latest = last_topics[: policy.promotion_run]
    return 0 < policy.promotion_run == len(latest) and all(is_promotion(topics) for topics in latest)


def another_too_much(
    last_topics: Sequence[Sequence[Topic]], topics: Iterable[Topic], policy: BalanceRules
) -> bool:
    """Whether a contact about `topics` would be promotion again after a run of it."""
    return is_promotion(topics) and only_promotion(last_topics, policy)
