"""Signing in, locking out, and who may add whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from models import database
from models.kinds import Role
from services import pins, staff
from services.clock import FixedClock
from services.errors import NotAllowed, Refused


def test_the_right_pin_signs_in_and_is_noted(shop) -> None:
    signed = staff.sign_in(shop, "小王", "481926")
    assert signed.role is Role.CLERK
    assert database.value_of("SELECT act FROM journal_entry ORDER BY id DESC LIMIT 1") == "signed_in"


def test_five_wrong_pins_lock_and_the_lock_grows(shop) -> None:
    for left in (4, 3, 2, 1):
        with pytest.raises(Refused, match=str(left)):
            staff.sign_in(shop, "小王", "000001")
    with pytest.raises(Refused, match="锁定"):
        staff.sign_in(shop, "小王", "000001")
    with pytest.raises(Refused, match="1 分钟"):
        staff.sign_in(shop, "小王", "481926")
    later = replace(shop, clock=FixedClock(shop.today(), shop.clock.now() + timedelta(seconds=61)))
    for _ in range(5):
        with pytest.raises(Refused):
            staff.sign_in(later, "小王", "000001")
    with pytest.raises(Refused, match="2 分钟"):
        staff.sign_in(later, "小王", "481926")


def test_only_the_owner_adds_users(manager, owner) -> None:
    with pytest.raises(NotAllowed):
        staff.add_user(manager, "小李", Role.CLERK, "730925")
    assert database.value_of("SELECT act FROM journal_entry ORDER BY id DESC LIMIT 1") == "refused"
    staff.add_user(owner, "小李", Role.CLERK, "730925")
    assert "小李" in [user.name for user in staff.users(owner)]


def test_the_last_owner_stays(owner) -> None:
    with pytest.raises(Refused, match="店主"):
        staff.disable_user(owner, "店主")


def test_a_disabled_account_loses_its_session(owner, clerk) -> None:
    assert staff.still_active(clerk)
    staff.disable_user(owner, "小王")
    assert not staff.still_active(clerk)
    with pytest.raises(Refused):
        staff.sign_in(owner, "小王", "481926")


@pytest.mark.parametrize("pin", ["12345", "123456", "654321", "111111", "121212", "123123", "abc123"])
def test_guessable_pins_are_refused(pin: str) -> None:
    with pytest.raises(Refused):
        pins.check(pin, Role.CLERK)


@pytest.mark.parametrize("pin", ["1234567", "19900503", "aaaaaaaa"])
def test_the_owners_pin_needs_eight_characters(pin: str) -> None:
    with pytest.raises(Refused):
        pins.check(pin, Role.OWNER)
