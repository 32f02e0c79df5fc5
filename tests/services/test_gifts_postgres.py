"""The gift ledger on PostgreSQL: the same verbs, the same answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from models import database
from models.kinds import Role
from services import gifts, stock
from services.clock import FixedClock
from services.errors import Refused
from services.setup import create_shop
from services.shop import Actor
from services.staff import add_user
from tests.conftest import CLERK_PIN, MANAGER_PIN, OWNER_PIN
from tests.services.test_gifts import a_customer, a_ticket

MAY = "2027-05"


@pytest.mark.postgres
def test_the_whole_way_on_postgresql(postgres_url: str) -> None:
    owner = create_shop(
        postgres_url, "和平路店", "店主", OWNER_PIN, trial=True, clock=FixedClock(date(2026, 11, 22))
    )
    manager = replace(
        owner, actor=Actor(add_user(owner, "店长", Role.MANAGER, MANAGER_PIN), "店长", Role.MANAGER)
    )
    clerk = replace(owner, actor=Actor(add_user(owner, "小王", Role.CLERK, CLERK_PIN), "小王", Role.CLERK))
    ids = {}
    for name, kind, cost in (
        ("皮带", "皮具", 13_000),
        ("香薰", "家居", 2_800),
        ("香皂", "小件", 1_200),
        ("春季手册", "时尚资讯手册", 500),
        ("100元礼金券", "礼金券", 10_000),
    ):
        ids[name] = stock.add_gift(manager, name, kind, cost)
        stock.receive(manager, ids[name], 5)
    a_customer("K1", "A", (5, 12))
    a_customer("K2", "B", (5, 20))
    c = a_customer("K3", "C")
    plan = gifts.propose(manager, MAY)
    assert (plan.added, plan.short) == (5, 0)
    assert gifts.propose(manager, MAY).added == 0
    view = gifts.plan_view(manager, MAY)
    assert view.budget == plan.budget and sum(one.cost for one in view.totals) == plan.budget
    assert len(gifts.year_overview(manager, 2027)) == 15
    assert sum(row.budget for row in gifts.month_days(manager, MAY)) == plan.budget
    gifts.submit(manager, plan.id)
    assert gifts.waiting_months(owner) == {MAY: 5}
    gifts.return_(owner, plan.id, reason="再想想")
    database.execute("UPDATE plan_line SET status = 'draft' WHERE plan_id = ?", (plan.id,))
    gifts.submit(manager, plan.id)
    waiting = gifts.approval(owner, MAY)
    assert (waiting.round, waiting.counts) == (2, {"submitted": 5, "same": 5})
    assert set(waiting.versions) == set(waiting.ids)
    claim = stock.write_off(manager, ids["香皂"], 5, "受潮").claim_id or 0
    stock.refuse(owner, [claim], "货架上还在")
    (again,) = stock.lay_again(owner, [claim])
    stock.withdraw(manager, again)
    assert stock.waiting_claims(owner) == [] and stock.stock_of(ids["香皂"]) == 5
    assert all(row and row.was_gift == row.line.gift for row in gifts.approval_rows(owner, waiting.ids))
    assert gifts.sign(owner, waiting.ids, {}, OWNER_PIN).approved.done == 5
    lines = gifts.line_ids(clerk, plan.id, text="K1")
    assert len(lines) == 2

    def counter(_number: int) -> bool:
        try:
            gifts.issue(clerk, lines[0])
            return True
        except Refused:
            return False
        finally:
            database.close()

    with ThreadPoolExecutor(4) as counters:
        assert sum(counters.map(counter, range(8))) == 1
    gifts.undo_issue(clerk, lines[0])
    assert gifts.issue(clerk, lines[0]).issued_at is not None
    assert gifts.check(manager, [lines[0]]).done == 1
    line = gifts.purchase_gift(clerk, a_ticket(c), c, ids["香皂"])
    assert line.status == "issued"
    assert gifts.shortage(manager, MAY) == []
    assert [item.stock for item in stock.catalogue(manager) if item.name == "香皂"] == [3]
    assert gifts.uncollected(manager.at(date(2027, 8, 1))) != []
    assert stock.count(manager, ids["香皂"], 2).difference == -1
    database.close()
