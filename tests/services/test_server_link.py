"""A server that goes away for a moment: the act fails as a whole, the next one works, a form keeps what was typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from models import database
from services import customers, find, ledgers, notices, purchases
from services.clock import FixedClock, SystemClock
from services.errors import Unavailable
from services.faults import explain
from services.setup import create_shop
from tests.conftest import CLOCK_MOMENT, OWNER_PIN, TODAY

pytestmark = pytest.mark.postgres


@pytest.fixture
def server(postgres_url: str) -> Any:
    yield create_shop(postgres_url, "店", "店主", OWNER_PIN, clock=FixedClock(TODAY, CLOCK_MOMENT))
    database.close()


def cut(url: str) -> None:
    """Every link of the shop to its server is gone, as after a restart of the server."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_question_is_asked_again_by_itself(server: Any) -> None:
    assert find.look_up("王") == {}
    cut(server.url)
    assert find.look_up("王") == {}


def test_an_act_fails_once_and_whole_and_then_works(server: Any) -> None:
    names = []
    for number in range(2):
        try:
            with database.database.atomic():
                names.append(database.insert("staff_group", name=f"组{number}", active=1))
                if not number:
                    cut(server.url)
                database.execute("UPDATE shop_info SET name = '店'")
        except Exception as why:
            sentence = explain(why)
            assert isinstance(sentence, Unavailable) and "没有保存" in str(sentence)
    found = [row[0] for row in database.rows("SELECT name FROM staff_group ORDER BY id")]
    assert "组0" not in found and "组1" in found


def test_registering_after_a_cut_needs_one_more_press(server: Any) -> None:
    cut(server.url)
    said = []
    for _press in range(3):
        try:
            customers.register(server, customers.NewCustomer("王小丽", "13812345678"))
            break
        except Exception as why:
            said.append(explain(why))
    assert len(said) <= 1 and all(isinstance(one, Unavailable) for one in said)
    assert len(find.look_up("王小丽")) == 1


def test_a_sale_whose_link_is_cut_at_any_statement_is_booked_once_by_pressing_again(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = customers.register(server, customers.NewCustomer("王小丽", "13812345678")).id
    real, statements = database.execute, [0]
    for at in range(1, 40):
        statements[0] = 0

        def execute(sql: str, params: Any = (), at: int = at) -> int:
            statements[0] += 1
            if statements[0] == at:
                cut(server.url)
            return real(sql, params)

        monkeypatch.setattr(database, "execute", execute)
        for _press in range(3):
            try:
                purchases.buy(server, customer, [purchases.LineIn(f"Q{at}", 10_000)], key=f"sale-{at}")
                break
            except Exception as why:
                assert isinstance(explain(why), Unavailable), why
        if statements[0] < at:
            break
    monkeypatch.setattr(database, "execute", real)
    assert at > 2, "the sale was never cut off"
    assert database.value_of("SELECT COUNT(*) FROM ticket") == at
    assert ledgers.proofs() == []


@pytest.mark.parametrize(("minutes", "shown"), [(0, False), (-1, False), (4, True), (-60, True)])
def test_a_clock_that_is_off_the_servers_is_shown(
    server: Any, monkeypatch: pytest.MonkeyPatch, minutes: int, shown: bool
) -> None:
    @dataclass
    class Off:
        def now(self) -> datetime:
            return SystemClock().now() + timedelta(minutes=minutes)

    monkeypatch.setattr(notices, "SystemClock", Off)
    found = notices.look(server.url)
    assert [one.kind for one in found] == (["clock"] if shown else [])
    assert not shown or f"{abs(minutes)} " in found[0].text
