"""Whatever people do, in any order and at several counters: no gift twice, none unapproved, no stock below zero."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import database
from services import gifts, gifts_readback, gifts_sheet, stock
from services.errors import Refused
from tests.services.test_gifts import a_customer

MONTHS = ("2027-05", "2027-10")


@pytest.fixture
def small_shop(manager, owner, clerk) -> dict[str, Any]:
    ids = []
    for name, kind, cost, pieces in (
        ("皮带", "皮具", 13_000, 2),
        ("方巾", "服饰", 7_000, 3),
        ("茶杯", "杯具", 6_000, 3),
        ("香皂", "小件", 2_000, 4),
        ("春季手册", "时尚资讯手册", 500, 4),
        ("100元礼金券", "礼金券", 10_000, 4),
    ):
        ids.append(stock.add_gift(manager, name, kind, cost))
        stock.receive(manager, ids[-1], pieces)
    for number in range(6):
        a_customer(f"K{number}", "AB"[number % 2], (5, 3 + number), special=int(number == 4))
    return {"people": [manager, owner, clerk], "gifts": ids}


STEPS = (
    "propose",
    "submit",
    "approve",
    "return",
    "issue",
    "undo",
    "choose",
    "cancel",
    "replace",
    "receive",
    "count",
)
steps = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, 2), st.integers(0, 40), st.integers(0, 5)), max_size=30
)


def take(small_shop: dict[str, Any], step: str, who: int, number: int, which: int) -> None:
    shop, gift = small_shop["people"][who], small_shop["gifts"][which]
    month = MONTHS[number % 2]
    plan = gifts.plan_id_of(shop, month) or 0
    lines = [found[0] for found in database.rows("SELECT id FROM plan_line ORDER BY id")] or [0]
    line = lines[number % len(lines)]
    acts: dict[str, Any] = {
        "propose": lambda: gifts.propose(shop, month),
        "submit": lambda: gifts.submit(shop, plan),
        "approve": lambda: gifts.approve(shop, plan),
        "return": lambda: gifts.return_(shop, line_ids=[line], reason="换"),
        "issue": lambda: gifts.issue(shop, line),
        "undo": lambda: gifts.undo_issue(shop, line, "退回"),
        "choose": lambda: gifts.choose_gift(shop, line, gift, "更合适"),
        "cancel": lambda: gifts.cancel(shop, line, "不要"),
        "replace": lambda: gifts.replace(shop, line, gift, "更合适"),
        "receive": lambda: stock.receive(shop, gift, 1),
        "count": lambda: stock.count(shop, gift, which),
    }
    try:
        acts[step]()
    except Refused:
        """The shop said no: that must leave everything as it was."""


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=steps)
def test_any_history_keeps_the_ledger_honest(small_shop, history: list[tuple[str, int, int, int]]) -> None:
    with database.database.atomic() as everything:
        for step in [("propose", 0, 0, 0), ("submit", 0, 0, 0), ("approve", 1, 0, 0), *history]:
            take(small_shop, *step)
        _check_ledger()
        for month in MONTHS:
            gifts.propose(small_shop["people"][0], month)
            before = database.rows("SELECT * FROM plan_line ORDER BY id")
            again = gifts.propose(small_shop["people"][0], month)
            assert (again.added, again.changed, again.dropped) == (0, 0, 0)
            assert database.rows("SELECT * FROM plan_line ORDER BY id") == before
        _check_ledger()
        everything.rollback()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=steps)
def test_the_sheet_of_any_history_reads_back_line_by_line(
    small_shop, tmp_path_factory: pytest.TempPathFactory, history: list[tuple[str, int, int, int]]
) -> None:
    manager = small_shop["people"][0]
    out = tmp_path_factory.mktemp("sheets")
    with database.database.atomic() as everything:
        for step in [("propose", 0, 0, 0), ("submit", 0, 0, 0), ("approve", 1, 0, 0), *history]:
            take(small_shop, *step)
        for month in MONTHS:
            try:
                written = gifts_sheet.write_sheet(manager, month, out / f"{month}.xlsx")
            except Refused:
                continue
            found = gifts_readback.preview(manager, out / f"{month}.xlsx")
            assert len({row.line_id for row in found.rows}) == len(found.rows) == written
            assert 0 not in {row.line_id for row in found.rows}
            assert not found.of(gifts_readback.Verdict.REFUSED, gifts_readback.Verdict.QUESTION)
        everything.rollback()


def _check_ledger() -> None:
    assert all(
        item[0] >= 0 for item in database.rows("SELECT SUM(quantity) FROM stock_move GROUP BY gift_id")
    )
    out = dict(
        database.rows(
            "SELECT line_id, SUM(quantity) FROM stock_move WHERE line_id IS NOT NULL GROUP BY line_id"
        )
    )
    for number, status, submitted, decided, issued, single, live in database.rows(
        "SELECT id, status, submitted_by_id, decided_by_id, issued_by_id, single_approver, live FROM plan_line"
    ):
        assert out.get(number, 0) == (-1 if status in ("issued", "checked") else 0), (number, status)
        if status in ("approved", "issued", "checked"):
            assert submitted and decided and (submitted != decided or single)
        if status in ("issued", "checked"):
            assert issued and issued != decided
        assert (live is None) == (status == "cancelled")
    doubled = (
        "SELECT customer_id, occasion, due, part FROM plan_line WHERE live = 1"
        " GROUP BY customer_id, occasion, due, part HAVING COUNT(*) > 1"
    )
    assert database.rows(doubled) == []
    sums = (
        "SELECT l.customer_id, l.occasion, SUM(l.cost), MAX(l.grade) FROM plan_line l WHERE l.live = 1"
        " AND l.special = 0 AND l.gift_id IS NOT NULL AND l.status <> 'draft' GROUP BY l.customer_id, l.occasion"
    )
    for _customer, occasion, cost, grade in database.rows(sums):
        if occasion != "birthday" and grade == "A":
            assert cost <= 2_500


def test_the_same_line_from_many_counters_is_issued_once(small_shop, manager, owner, clerk) -> None:
    plan = gifts.propose(manager, "2027-05")
    gifts.submit(manager, plan.id)
    gifts.approve(owner, plan.id)
    line = gifts.line_ids(manager, plan.id, status="approved")[0]
    gift = gifts.line(manager, line).gift_id
    assert gift is not None
    before = stock.stock_of(gift)

    def counter(number: int) -> str:
        try:
            return gifts.issue(clerk, line).status.value
        except Refused as no:
            return str(no)
        finally:
            database.close()

    with ThreadPoolExecutor(8) as counters:
        answers = list(counters.map(counter, range(24)))
    assert answers.count("issued") == 1
    assert sum("已于" in answer for answer in answers) == 23
    assert stock.stock_of(gift) == before - 1


def test_the_last_gift_goes_to_one_of_two_counters(manager, clerk, small_shop) -> None:
    from tests.services.test_gifts import a_ticket

    last = stock.add_gift(manager, "袜子", "小件", 900)
    stock.receive(manager, last, 1)
    tickets = [(a_ticket(customer), customer) for customer in (a_customer(f"C{n}", "C") for n in range(8))]

    def counter(pair: tuple[int, int]) -> bool:
        try:
            gifts.purchase_gift(clerk, pair[0], pair[1], last)
            return True
        except Refused:
            return False
        finally:
            database.close()

    with ThreadPoolExecutor(4) as counters:
        assert sum(counters.map(counter, tickets)) == 1
    assert stock.stock_of(last) == 0
