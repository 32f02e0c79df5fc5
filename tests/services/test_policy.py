"""The policy: shipped numbers, versions, and nonsense refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services import policies
from services.errors import NotAllowed, Refused
from services.policy import load, shipped, values_of
from services.shop import policy_on


def test_the_shipped_numbers_are_the_rule_books() -> None:
    policy = load()
    assert (policy.grades.a.points, policy.grades.a.more_tickets_than) == (50, 5)
    assert (policy.grades.a.discount_percent, policy.grades.b.discount_percent) == (20, 15)
    assert policy.gifts.a_festival_cost_max_fen == 2500
    assert policy.gifts.a_birthday_cost_min_fen == 12500
    assert policy.posting.lead_days == 4
    assert policy.contacts.calls_a_day == 15


def test_every_number_travels_as_text_and_back() -> None:
    assert values_of(load(values_of(load()))) == {**shipped(), **values_of(load())}


def test_a_change_counts_from_its_day_and_old_days_keep_the_old_number(owner) -> None:
    after = policies.set_value(owner, "grades.a.points", "60", "试行")
    assert after.policy.grades.a.points == 60
    assert policy_on(owner.today() - timedelta(days=1)).grades.a.points == 50
    assert policies.versions()[0].changes == {"grades.a.points": 60}


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("grades.a.points", "many"),
        ("grades.a.points", "-1"),
        ("grades.a.discount_percent", "10"),
        ("grades.lost_without_purchase", "3 months"),
        ("grades.demote_without_visit", "half a year"),
        ("contacts.call_from", "25:00"),
        ("contacts.call_to", "15:01"),
        ("points.fen_per_point", "0"),
        ("birthdays.feb_29_on_28", "maybe"),
        ("no.such.key", "1"),
    ],
)
def test_nonsense_is_refused_and_changes_nothing(owner, key: str, text: str) -> None:
    with pytest.raises(Refused):
        policies.set_value(owner, key, text)
    assert policies.versions() == []


def test_only_the_owner_changes_the_policy(manager) -> None:
    with pytest.raises(NotAllowed):
        policies.set_value(manager, "grades.a.points", "60")
