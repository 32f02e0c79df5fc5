"""The stock ledger: the sum of its moves, never below zero, also with several counters at once."""

from __future__ import annotations

import pytest

from models import database
from services import stock
from services.errors import NotAllowed, Refused


@pytest.fixture
def mug(manager) -> int:
    return stock.add_gift(manager, "咖啡杯", "杯具", 2_400, reorder_level=5, suits="家居、简约")


def test_stock_is_the_sum_of_its_moves(manager, owner, mug: int) -> None:
    assert stock.receive(manager, mug, 20).stock == 20
    assert stock.write_off(owner, mug, 2, "开箱破损").stock == 18
    assert stock.count(owner, mug, 15).difference == -3
    assert stock.count(owner, mug, 15).difference == 0
    found = stock.item(manager, mug)
    assert (found.stock, found.available, found.low) == (15, 15, False)
    kinds = [(move.kind.value, move.quantity, move.balance) for move in stock.card(manager, mug)]
    assert kinds == [("counted", -3, 15), ("broken", -2, 18), ("received", 20, 20)]


def test_stock_never_falls_below_zero(manager, mug: int) -> None:
    stock.receive(manager, mug, 1)
    with pytest.raises(Refused, match="只剩 1 件"):
        stock.write_off(manager, mug, 2, "破损")
    assert stock.stock_of(mug) == 1


def test_the_ledger_cannot_be_edited(manager, mug: int) -> None:
    stock.receive(manager, mug, 1)
    with pytest.raises(Exception, match="append-only"):
        database.execute("UPDATE stock_move SET quantity = 5")


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001])
def test_absurd_quantities_are_refused(manager, mug: int, quantity: int) -> None:
    with pytest.raises(Refused, match="数量"):
        stock.receive(manager, mug, quantity)


@pytest.mark.parametrize(
    ("name", "kind", "cost", "field"),
    [
        ("", "杯具", 100, "name"),
        ("杯", " ", 100, "class"),
        ("杯", "杯具", -1, "cost"),
        ("杯" * 101, "杯具", 1, "name"),
    ],
)
def test_bad_catalogue_items_name_their_field(manager, name: str, kind: str, cost: int, field: str) -> None:
    with pytest.raises(Refused) as no:
        stock.add_gift(manager, name, kind, cost)
    assert no.value.field == field


def test_a_name_is_taken_once_and_cleaned(manager, mug: int) -> None:
    with pytest.raises(Refused, match="已经有"):
        stock.add_gift(manager, " 咖啡杯\t", "杯具", 1)
    assert stock.by_name(manager, "咖啡杯 ").id == mug


@pytest.mark.parametrize(
    ("name", "kind", "cost", "value"),
    [
        ("100元礼金券", "礼金券", 10_000, 10_000),
        ("50元抵用券", "礼金券", 0, 5_000),
        ("Gift voucher", "voucher", 3_000, 3_000),
        ("咖啡", "食品", 3_000, 0),
    ],
)
def test_a_voucher_is_known_by_its_name(manager, name: str, kind: str, cost: int, value: int) -> None:
    assert stock.item(manager, stock.add_gift(manager, name, kind, cost)).face_value == value


def test_a_gift_is_mended_and_retired_without_losing_its_past(manager, mug: int) -> None:
    stock.receive(manager, mug, 3)
    stock.change_gift(manager, mug, cost=2_600, gift_class="家居", active=False)
    assert stock.catalogue(manager) == []
    (found,) = stock.catalogue(manager, active_only=False)
    assert (found.cost, found.gift_class, found.stock) == (2_600, "家居", 3)


def test_a_clerk_may_not_touch_the_stock(clerk, manager, mug: int) -> None:
    for act in (
        lambda: stock.receive(clerk, mug, 1),
        lambda: stock.count(clerk, mug, 1),
        lambda: stock.write_off(clerk, mug, 1, "x"),
        lambda: stock.add_gift(clerk, "杯二", "杯具", 1),
        lambda: stock.change_gift(clerk, mug, cost=1),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert [item.name for item in stock.catalogue(clerk)] == ["咖啡杯"]
