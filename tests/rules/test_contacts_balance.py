"""Nobody hears only promotion: classes of topics and the run of three."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kinds import Topic
from services.policy import load
from services.rules import contacts_balance as rules
from services.rules.contacts_balance import CLASS_OF, TopicClass

POLICY = load().contacts
SOLD, NEWS, TALK = (Topic.PROMOTION,), (Topic.NEW_ARRIVALS,), (Topic.FOLLOW_UP,)


def test_every_topic_has_a_class() -> None:
    assert set(CLASS_OF) == set(Topic)


@pytest.mark.parametrize(
    ("topics", "kind"),
    [
        ((), None),
        (SOLD, TopicClass.PROMOTION),
        ((Topic.BRAND_SMS,), TopicClass.PROMOTION),
        ((Topic.PERSONAL, Topic.BRAND_SMS), TopicClass.PERSONAL),
        ((Topic.FOLLOW_UP, Topic.PROMOTION), TopicClass.SERVICE),
        ((Topic.BIRTHDAY, Topic.NEW_ARRIVALS), TopicClass.TOUCH),
    ],
)
def test_a_folded_contact_is_what_its_most_caring_part_is(topics, kind) -> None:
    assert rules.class_of(topics) is kind


@pytest.mark.parametrize(
    ("past", "tired"),
    [
        ([], False),
        ([SOLD, NEWS], False),
        ([SOLD, NEWS, SOLD], True),
        ([SOLD, NEWS, SOLD, TALK], True),
        ([TALK, SOLD, SOLD, SOLD], False),
        ([SOLD, (), SOLD], False),
        ([SOLD, (Topic.PERSONAL, Topic.BRAND_SMS), SOLD], False),
    ],
)
def test_three_promotions_in_a_row_are_enough(past, tired) -> None:
    assert rules.only_promotion(past, POLICY) is tired
    assert rules.another_too_much(past, SOLD, POLICY) is tired
    assert rules.another_too_much(past, TALK, POLICY) is False


def test_the_number_is_the_shops() -> None:
    assert rules.only_promotion([SOLD, SOLD], replace(POLICY, promotion_run=2))
    assert not rules.only_promotion([SOLD, SOLD, SOLD], replace(POLICY, promotion_run=4))


@given(st.lists(st.lists(st.sampled_from(list(Topic)), max_size=3), max_size=8), st.integers(1, 5))
def test_a_run_is_broken_by_anything_else_within_it_and_by_nothing_before_it(past, run) -> None:
    policy = replace(POLICY, promotion_run=run)
    expected = len(past) >= run and all(rules.is_promotion(one) for one in past[:run])
    assert rules.only_promotion(past, policy) is expected
    assert rules.only_promotion(past[:run], policy) is expected
