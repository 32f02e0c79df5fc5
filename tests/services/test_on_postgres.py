"""The same services on PostgreSQL: opened by URL alone."""

from __future__ import annotations

from datetime import date

import pytest

from models import database, migrations
from services import daily, demo, find, grades, purchases
from services.checking import check
from services.clock import FixedClock
from services.setup import create_shop
from services.shop import open_shop
from services.staff import sign_in

TODAY = date(2026, 11, 22)


@pytest.fixture
def server_shop(postgres_url: str):
    shop = create_shop(postgres_url, "和平路店", "店主", "laoban-2680", trial=True, clock=FixedClock(TODAY))
    yield shop
    database.close()


@pytest.mark.postgres
def test_a_shop_opens_signs_in_and_proves_itself(server_shop) -> None:
    again = open_shop(server_shop.url, FixedClock(TODAY))
    assert migrations.applied() == migrations.newest()
    signed = sign_in(again, "店主", "laoban-2680")
    assert check(signed).ok


@pytest.mark.postgres
def test_ledgers_are_append_only_there_too(server_shop) -> None:
    with pytest.raises(Exception, match="append-only"), database.database.atomic():
        database.execute("DELETE FROM journal_entry")


@pytest.mark.postgres
def test_the_demo_shop_lives_a_day(server_shop) -> None:
    figures = demo.fill(server_shop, customers=150, years=2, seed=3)
    assert figures.customers == 150
    shop = sign_in(open_shop(server_shop.url, FixedClock(TODAY)), "店主", "laoban-2680")
    someone = database.row(
        "SELECT id, name, card_no FROM customer WHERE state = 'active' ORDER BY id LIMIT 1"
    )
    assert someone is not None
    assert someone[0] in [row.id for row in find.find(shop, someone[1])]
    before = database.value_of("SELECT tickets FROM customer WHERE id = ?", (someone[0],))
    result = purchases.buy(shop, someone[0], [purchases.LineIn("Q1001", 35900)], key="k-1")
    assert (
        purchases.buy(shop, someone[0], [purchases.LineIn("Q1001", 35900)], key="k-1").ticket_id
        == result.ticket_id
    )
    assert database.value_of("SELECT tickets FROM customer WHERE id = ?", (someone[0],)) == before + 1
    grades.apply(shop)
    daily.open_day(shop)
    assert check(shop).ok, check(shop).problems
