"""The day's opening: once, twice, late, and with a clock that lies."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import database
from services import daily
from services.errors import Refused


def test_opening_twice_changes_nothing(shop) -> None:
    first = daily.open_day(shop)
    assert first.backup
    before = database.value_of("SELECT COUNT(*) FROM journal_entry")
    again = daily.open_day(shop)
    assert not again.backup
    assert again.grades.changes == ()
    assert again.schedule.new == 0
    assert database.value_of("SELECT COUNT(*) FROM journal_entry") == before


def test_a_clock_set_back_is_asked_about(shop) -> None:
    daily.open_day(shop)
    earlier = shop.at(shop.today() - timedelta(days=1))
    with pytest.raises(Refused, match="校正"):
        daily.open_day(earlier)
    daily.open_day(earlier, confirmed=True)


def test_a_leap_of_years_is_asked_about_and_changes_nothing(shop) -> None:
    daily.open_day(shop)
    before = database.rows("SELECT * FROM customer")
    with pytest.raises(Refused, match="确认"):
        daily.open_day(shop.at(shop.today().replace(year=2099)))
    assert database.rows("SELECT * FROM customer") == before
    daily.open_day(shop.at(shop.today() + timedelta(days=60)))


def test_next_months_plan_is_asked_for(shop) -> None:
    assert any("12 月" in text for text in daily.reminders(shop))
