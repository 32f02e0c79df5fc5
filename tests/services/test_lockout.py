"""Wrong PINs: five tries, then one behind each growing wait, whatever the clock says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from models import database
from services import staff
from services.errors import Refused
from services.shop import Shop
from tests.conftest import CLERK_PIN

START = datetime(2026, 11, 22, 2, 30, tzinfo=timezone.utc)
ON = 100_000
"""Seconds since this computer was switched on."""


@dataclass
class Clocks:
    """A clock that anybody may set, and seconds that only pass."""

    passed: int = 0
    set_to: timedelta = timedelta()
    on: int = ON

    def today(self) -> date:
        return self.now().date()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.passed) + self.set_to

    def ticks(self) -> int:
        return self.on + self.passed


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def door(shop: Shop, clocks: Clocks) -> Shop:
    return replace(shop, clock=clocks)


def wrong(door: Shop, times: int = 1) -> str:
    said = ""
    for _ in range(times):
        with pytest.raises(Refused) as no:
            staff.sign_in(door, "小王", "000001")
        said = str(no.value)
    return said


def test_five_tries_then_one_behind_each_growing_wait(door: Shop, clocks: Clocks) -> None:
    assert "还可以试 1 次" in wrong(door, 4)
    assert "暂时锁定" in wrong(door)
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        assert f"请 {minutes} 分钟后" in wrong(door)
        clocks.passed += minutes * 60 - 1
        assert "请 1 分钟后" in wrong(door)
        clocks.passed += 1
        assert "暂时锁定" in wrong(door)


def test_the_right_pin_ends_it_and_a_quiet_hour_gives_the_tries_back(door: Shop, clocks: Clocks) -> None:
    wrong(door, 5)
    clocks.passed += 60
    assert staff.sign_in(door, "小王", CLERK_PIN).actor is not None
    wrong(door, 5)
    clocks.passed += 60 + 3_600
    assert "还可以试 4 次" in wrong(door)


@pytest.mark.parametrize("moved", [timedelta(days=1), timedelta(days=-1), timedelta(days=20_000)])
def test_setting_the_clock_neither_ends_nor_stretches_a_lock(
    door: Shop, clocks: Clocks, moved: timedelta
) -> None:
    wrong(door, 5)
    clocks.set_to = moved
    assert "请 1 分钟后" in wrong(door)
    clocks.passed += 60
    clocks.set_to = timedelta()
    assert staff.sign_in(door, "小王", CLERK_PIN).actor is not None


def test_a_lock_made_in_a_wrong_year_is_short_after_a_restart_too(door: Shop, clocks: Clocks) -> None:
    clocks.set_to = timedelta(days=20_000)
    wrong(door, 5)
    clocks.set_to, clocks.on = timedelta(), 5
    assert "请 1 分钟后" in wrong(door)


def test_after_a_restart_the_clock_is_believed(door: Shop, clocks: Clocks) -> None:
    wrong(door, 5)
    clocks.on, clocks.passed = 5, 61
    assert staff.sign_in(door, "小王", CLERK_PIN).actor is not None


def test_a_lock_of_a_former_version_still_holds(door: Shop, clocks: Clocks) -> None:
    until = int(START.timestamp()) + 90
    database.execute("UPDATE staff_user SET locked_until = ?, lockouts = 1 WHERE name = '小王'", (until,))
    assert "请 2 分钟后" in wrong(door)
    clocks.passed = 90
    assert staff.sign_in(door, "小王", CLERK_PIN).actor is not None


def test_changing_the_pin_is_no_way_to_guess_it(clerk: Shop, clocks: Clocks) -> None:
    door: Any = replace(clerk, clock=clocks)
    for _ in range(5):
        with pytest.raises(Refused, match="原来的密码不对"):
            staff.change_pin(door, "小王", "730915", old="000001")
    with pytest.raises(Refused, match="请 1 分钟后"):
        staff.change_pin(door, "小王", "730915", old=CLERK_PIN)
