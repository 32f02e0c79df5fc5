"""Doubles are found by phone, by name and birthday, by like names at like addresses; dismissed ones stay away."""

from __future__ import annotations

from typing import Any

import pytest

from models.kinds import Calendar
from services import duplicates
from services.errors import NotAllowed, Refused
from services.rules.birthdays import Birthday
from services.rules.duplicates import Reason
from tests.services.merge_books import a_person

HOME = "船山区和平路12号3单元"


def found(shop: Any) -> set[tuple[int, int]]:
    pairs = duplicates.pairs(shop)
    return {(min(p.keep.id, p.other.id), max(p.keep.id, p.other.id)) for p in pairs}


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("张小芳", "和平路十二号"),
        ("张晓芳", "四川省遂宁市船山区和平路12号3单元501"),
        ("张小方", "船山区和平路 １２号，3单元"),
        ("张小芳", "船山区河平路12号3单元"),
    ],
)
def test_like_names_at_like_addresses_are_offered(name: str, address: str, manager: Any) -> None:
    one = a_person(manager, [], [], address=HOME)
    two = a_person(manager, [], [], name=name, address=address)
    assert found(manager) == {(one, two)}


@pytest.mark.parametrize(
    ("name", "address"),
    [("张小芳", "和平路13号3单元"), ("李桂兰", HOME), ("张小芳", "解放路12号3单元"), ("张小芳", "")],
)
def test_others_are_not(name: str, address: str, manager: Any) -> None:
    a_person(manager, [], [], address=HOME)
    a_person(manager, [], [], name=name, address=address)
    assert found(manager) == set()


def test_three_records_of_one_person_hang_together(manager: Any, clerk: Any) -> None:
    first = a_person(manager, ["13800000001"], [("buy", 3)])
    second = a_person(manager, ["13800000001"], [], address=HOME)
    third = a_person(manager, [], [("buy", 3), ("buy", 5)], name="张晓芳", address=HOME)
    apart = a_person(manager, ["13800000009"], [], name="王大妈")
    assert {pair.together for pair in duplicates.pairs(manager)} == {(first, second, third)}
    assert [side.id for side in duplicates.sides(manager, [first, second, third])] == [third, first, second]
    with pytest.raises(NotAllowed):
        duplicates.sides(clerk, [first])
    assert duplicates.pair_of(manager, first, apart).reasons == ()
    with pytest.raises(Refused):
        duplicates.pair_of(manager, first, first)


def test_not_the_same_is_remembered_until_taken_back(manager: Any) -> None:
    birthday = Birthday(Calendar.LUNAR, 8, 15)
    one, two = (a_person(manager, [], [], birthday=birthday) for _n in range(2))
    assert duplicates.pairs(manager)[0].reasons == (Reason.SAME_NAME, Reason.SAME_BIRTHDAY)
    duplicates.dismiss(manager, two, one)
    assert found(manager) == set()
    duplicates.undismiss(manager, one, two)
    assert found(manager) == {(one, two)}


@pytest.mark.postgres
def test_they_are_found_on_postgresql_too(postgres_url: str) -> None:
    from models import database
    from services.clock import FixedClock
    from services.setup import create_shop
    from tests.conftest import CLOCK_MOMENT, OWNER_PIN, TODAY

    try:
        shop = create_shop(postgres_url, "店", "店主", OWNER_PIN, clock=FixedClock(TODAY, CLOCK_MOMENT))
        one = a_person(shop, ["13800000001"], [("buy", 2)], address=HOME)
        two = a_person(shop, [], [], name="张晓芳", address="和平路十二号")
        assert found(shop) == {(one, two)}
    finally:
        database.close()
