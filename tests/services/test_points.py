"""The points ledger: spending, expiring, owing, undoing; the balance is the ledger's sum and never below zero."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import database
from models.kinds import PointKind, VoucherState
from services import (
    customers,
    daily,
    ledgers,
    points,
    points_expiry,
    policies,
    purchases,
    returns,
    rewards,
    stock,
    vouchers,
)
from services.customers import NewCustomer
from services.errors import NotAllowed, Refused
from services.purchases import LineIn


@pytest.fixture
def wang(clerk):
    return customers.register(clerk, NewCustomer("王小丽", "13812345678")).id


@pytest.fixture
def scarf(manager):
    gift = stock.add_gift(manager, "丝巾", "饰品", 2_500)
    stock.receive(manager, gift, 3)
    rewards.set_price(manager, gift, 4)
    return gift


def earn(shop, customer, n, day=None):
    return purchases.buy(shop, customer, [LineIn("A", n * 10_000)], day=day)


def totals(customer):
    return database.row("SELECT points_earned, points_balance FROM customer WHERE id = ?", (customer,))


def line_of(ticket):
    return database.value_of(
        "SELECT id FROM purchase WHERE ticket_id = ? AND returns_id IS NULL", (ticket.ticket_id,)
    )


def test_a_gift_for_points_leaves_the_stock_and_undo_brings_both_back(clerk, wang, scarf):
    earn(clerk, wang, 10)
    done = rewards.redeem_gift(clerk, wang, scarf, key="k")
    assert (done.points, done.balance, done.what) == (4, 6, "丝巾")
    assert rewards.redeem_gift(clerk, wang, scarf, key="k").repeated
    assert totals(wang) == (10, 6) and stock.stock_of(scarf) == 2
    rewards.undo(clerk, done.id)
    assert totals(wang) == (10, 10) and stock.stock_of(scarf) == 3
    with pytest.raises(Refused):
        rewards.undo(clerk, done.id)
    assert [one.undone for one in rewards.history(wang)] == [True]
    assert ledgers.proofs() == []


def test_what_cannot_be_had_for_points_is_refused(clerk, manager, wang, scarf):
    earn(clerk, wang, 100)
    dear = stock.add_gift(manager, "皮带", "皮具", 9_000)
    stock.receive(manager, dear, 1)
    with pytest.raises(Refused, match="不能用积分兑换"):
        rewards.redeem_gift(clerk, wang, dear)
    with pytest.raises(NotAllowed):
        rewards.set_price(clerk, dear, 5)
    for price in (-1, 10_000_000):
        with pytest.raises(Refused):
            rewards.set_price(manager, dear, price)
    for _piece in range(3):
        rewards.redeem_gift(clerk, wang, scarf)
    with pytest.raises(Refused, match="没有货"):
        rewards.redeem_gift(clerk, wang, scarf)
    assert totals(wang) == (100, 88) and [one.name for one in rewards.rewards(clerk)] == ["丝巾"]


def test_points_buy_a_voucher_at_the_policys_rate(clerk, wang):
    earn(clerk, wang, 50)
    done = rewards.redeem_voucher(clerk, wang, 20)
    row = vouchers.by_number(clerk, done.what)
    assert (row.value, row.customer_id, done.balance) == (2_000, wang, 30)
    for wrong in (0, -10, 15):
        with pytest.raises(Refused, match="倍数"):
            rewards.redeem_voucher(clerk, wang, wrong)
    with pytest.raises(Refused, match="不够40分"):
        rewards.redeem_voucher(clerk, wang, 40)
    rewards.undo(clerk, done.id)
    assert totals(wang) == (50, 50)
    assert vouchers.by_number(clerk, done.what).state is VoucherState.VOID
    again = rewards.redeem_voucher(clerk, wang, 20)
    purchases.buy(clerk, wang, [LineIn("A", 9_000)], vouchers=[again.what])
    with pytest.raises(Refused, match="已经用过"):
        rewards.undo(clerk, again.id)
    assert ledgers.proofs() == []


def test_a_redemption_is_undone_on_its_day_only(clerk, wang, scarf):
    earn(clerk, wang, 10)
    done = rewards.redeem_gift(clerk, wang, scarf)
    with pytest.raises(Refused, match="今天"):
        rewards.undo(clerk.at(clerk.today() + timedelta(days=1)), done.id)


def test_a_return_of_spent_points_is_owed_and_paid_by_the_next_redemption(clerk, wang, scarf):
    first = earn(clerk, wang, 10)
    rewards.redeem_gift(clerk, wang, scarf)
    back = returns.return_line(clerk, line_of(first))
    assert (back.points, back.points_owed) == (10, 4)
    assert totals(wang) == (0, 0) and points.owed_by(wang) == 4
    earn(clerk, wang, 7)
    assert totals(wang) == (7, 7)
    with pytest.raises(Refused, match="其中4分要先抵"):
        rewards.redeem_gift(clerk, wang, scarf)
    earn(clerk, wang, 2)
    assert rewards.redeem_gift(clerk, wang, scarf).balance == 1
    assert points.owed_by(wang) == 0 and ledgers.proofs() == []


def test_the_undo_of_a_redemption_pays_what_a_return_left_owed(clerk, wang, scarf):
    first = earn(clerk, wang, 10)
    done = rewards.redeem_gift(clerk, wang, scarf)
    returns.return_line(clerk, line_of(first))
    assert rewards.undo(clerk, done.id).balance == 0
    assert totals(wang) == (0, 0) and points.owed_by(wang) == 0 and ledgers.proofs() == []


def test_the_undo_of_a_return_pays_what_it_left_owed(clerk, wang, scarf):
    first = earn(clerk, wang, 10)
    rewards.redeem_gift(clerk, wang, scarf)
    back = returns.return_line(clerk, line_of(first))
    returns.undo_return(clerk, back.purchase_id)
    assert totals(wang) == (10, 6) and points.owed_by(wang) == 0 and ledgers.proofs() == []


def test_a_ticket_whose_points_are_spent_is_not_undone(clerk, wang, scarf):
    first = earn(clerk, wang, 10)
    done = rewards.redeem_gift(clerk, wang, scarf)
    with pytest.raises(Refused, match="已经兑换掉"):
        returns.undo(clerk, first.ticket_id)
    rewards.undo(clerk, done.id)
    returns.undo(clerk, first.ticket_id)
    assert totals(wang) == (0, 0) and ledgers.proofs() == []


def test_points_do_not_expire_unless_the_policy_says_so(clerk, wang):
    earn(clerk, wang, 10, day=date(2010, 1, 1))
    assert points_expiry.expire(clerk) == (0, 0) and points_expiry.notice(clerk, wang) is None


@pytest.fixture
def a_year(owner):
    return policies.set_value(owner, "points.valid_months", "12", "一年")


def test_the_oldest_points_are_spent_first_and_the_rest_expires_once(a_year, wang):
    earn(a_year, wang, 10, day=date(2025, 11, 21))
    earn(a_year, wang, 5, day=date(2025, 11, 22))
    points.redeem(a_year, wang, 4, "丝巾")
    assert points_expiry.expire(a_year) == (1, 6)
    assert points_expiry.expire(a_year) == (0, 0)
    assert totals(wang) == (15, 5) and ledgers.proofs() == []
    assert points.ledger(wang)[0].kind is PointKind.EXPIRED
    tomorrow = a_year.at(date(2026, 11, 23))
    assert points_expiry.notice(a_year, wang) == points_expiry.Notice(5, date(2026, 12, 22))
    assert points_expiry.expire(tomorrow) == (1, 5) and totals(wang) == (15, 0)


def test_expired_points_that_are_returned_are_not_owed(a_year, wang):
    old = earn(a_year, wang, 10, day=date(2025, 1, 5))
    points_expiry.expire(a_year)
    back = returns.return_line(a_year, line_of(old))
    assert (back.points, back.points_owed) == (10, 0)
    assert totals(wang) == (0, 0) and ledgers.proofs() == []
    assert points_expiry.expire(a_year) == (0, 0)


def test_the_days_opening_books_what_expired(a_year, wang):
    earn(a_year, wang, 10, day=date(2025, 10, 1))
    daily.open_day(a_year)
    assert totals(wang) == (10, 0)
    acts = [row[0] for row in database.rows("SELECT act FROM journal_entry WHERE act = 'points.expired'")]
    daily.open_day(a_year)
    assert acts == ["points.expired"] and ledgers.proofs() == []


def test_two_counters_cannot_spend_the_last_points(clerk, wang, scarf):
    earn(clerk, wang, 9)
    done, refused, failures = [], [], []

    def counter():
        try:
            done.append(rewards.redeem_gift(clerk, wang, scarf).balance)
        except Refused as no:
            refused.append(str(no))
        except Exception as why:
            failures.append(why)
        finally:
            database.close()

    threads = [threading.Thread(target=counter) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [] and sorted(done) == [1, 5] and len(refused) == 2
    assert totals(wang) == (9, 1) and stock.stock_of(scarf) == 1 and ledgers.proofs() == []


ACTS = (
    "buy",
    "buy",
    "use",
    "return",
    "undo_return",
    "undo",
    "gift",
    "voucher",
    "undo_spent",
    "adjust",
    "expire",
    "day",
)
histories = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 60)), min_size=4, max_size=24)


class Counter:
    """One random act after the other; a refusal is an answer like any other."""

    def __init__(self, shop, customer, gift):
        self.shop, self.customer, self.gift = shop, customer, gift
        self.tickets, self.returns, self.spent = [], [], []

    def do(self, act, n):
        with suppress(Refused):
            getattr(self, "_" + act)(n)

    def _numbers(self):
        return [row[0] for row in database.rows("SELECT number FROM voucher ORDER BY id")]

    def _buy(self, n):
        lines = [LineIn("A", 4_000 + n * 777, 1 + n % 3), LineIn("B", 9_900, special=n % 2 == 0)]
        self.tickets.append(purchases.buy(self.shop, self.customer, lines).ticket_id)

    def _use(self, n):
        numbers = self._numbers()
        if numbers:
            lines = [LineIn("A", 5_000 + n * 300, 2), LineIn("B", 3_000)]
            use = [numbers[n % len(numbers)]]
            self.tickets.append(purchases.buy(self.shop, self.customer, lines, vouchers=use).ticket_id)

    def _return(self, n):
        lines = database.rows("SELECT id FROM purchase WHERE returns_id IS NULL ORDER BY id")
        if lines:
            self.returns.append(returns.return_line(self.shop, lines[n % len(lines)][0], n % 2).purchase_id)

    def _undo_return(self, n):
        if self.returns:
            returns.undo_return(self.shop, self.returns[n % len(self.returns)])

    def _undo(self, n):
        if self.tickets:
            returns.undo(self.shop, self.tickets[n % len(self.tickets)])

    def _gift(self, _n):
        self.spent.append(rewards.redeem_gift(self.shop, self.customer, self.gift).id)

    def _voucher(self, n):
        self.spent.append(rewards.redeem_voucher(self.shop, self.customer, 10 * (1 + n % 2)).id)

    def _undo_spent(self, n):
        if self.spent:
            rewards.undo(self.shop, self.spent[n % len(self.spent)])

    def _adjust(self, n):
        points.adjust(self.shop, self.customer, n - 20, "核对")

    def _expire(self, _n):
        points_expiry.expire(self.shop)
        vouchers.expire(self.shop)

    def _day(self, n):
        self.shop = self.shop.at(self.shop.today() + timedelta(days=1 + n * 5))


@given(histories)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_history_keeps_balance_and_vouchers_true(owner, manager, history):
    shop = owner.__class__(**{**owner.__dict__, "policy": _with_expiry(owner)})
    customer = customers.register(shop, NewCustomer("客户")).id
    gift = stock.add_gift(shop, f"礼品{customer}", "饰品", 500)
    stock.receive(shop, gift, 20)
    rewards.set_price(shop, gift, 6)
    counter = Counter(shop, customer, gift)
    for act, n in history:
        earned = totals(customer)[0]
        counter.do(act, n)
        now = totals(customer)
        assert now[1] >= 0 and now[1] == points.balance_of(customer)
        if act not in ("return", "undo"):
            assert now[0] >= earned
        spent_twice = database.value_of(
            "SELECT COUNT(*) FROM (SELECT voucher_id FROM voucher_move GROUP BY voucher_id HAVING SUM(amount) < 0) AS bad"
        )
        assert not spent_twice
    assert ledgers.proofs() == []


def _with_expiry(owner):
    from services.policy import load

    return load({"points.valid_months": 6, "vouchers.minimum_percent": 50})
