"""Points and vouchers on PostgreSQL: the same answers, also with several counters at once."""

import threading
from contextlib import suppress
from dataclasses import replace

import pytest

from models import database
from models.kinds import VoucherState
from services import (
    customers,
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
from services.clock import FixedClock
from services.customers import NewCustomer
from services.errors import Refused
from services.purchases import LineIn
from services.setup import create_shop
from tests.conftest import CLOCK_MOMENT, OWNER_PIN, TODAY


@pytest.mark.postgres
def test_points_and_vouchers_on_postgresql(postgres_url):
    try:
        shop = create_shop(postgres_url, "店", "店主", OWNER_PIN, clock=FixedClock(TODAY, CLOCK_MOMENT))
        shop = policies.set_value(shop, "points.valid_months", "12", "一年")
        wang = customers.register(shop, NewCustomer("王小丽", "13812345678")).id
        gift = stock.add_gift(shop, "丝巾", "饰品", 2_500)
        stock.receive(shop, gift, 9)
        rewards.set_price(shop, gift, 4)
        numbers = vouchers.issue(shop, vouchers.terms_for(shop, 10_000), count=2)
        done = purchases.buy(
            shop, wang, [LineIn("A", 30_000), LineIn("B", 10_000)], key="k", vouchers=numbers[:1]
        )
        assert (done.to_pay, done.points) == (30_000, 3)
        line = database.value_of("SELECT id FROM purchase WHERE item_no = 'B'")
        back = returns.return_line(shop, line, key="r")
        assert back.vouchers[0].worth == 2_500 and returns.return_line(shop, line, key="r").repeated
        returns.undo_return(shop, back.purchase_id)
        points.adjust(shop, wang, 20, "补登")
        bought = rewards.redeem_voucher(shop, wang, 10)
        rewards.undo(shop, bought.id)
        vouchers.void(shop, numbers[1], "丢了")
        vouchers.revive(shop, numbers[1])
        row = vouchers.rows(shop, vouchers.ids(shop, VoucherState.ISSUED, numbers[1]))[0]
        assert row is not None and row.number == numbers[1] and vouchers.history(shop, row.id)
        assert points_expiry.notice(shop, wang) is None
        _several_counters(shop, wang, gift, numbers[1])
        later = replace(shop, clock=FixedClock(TODAY.replace(year=TODAY.year + 2)))
        vouchers.expire(later)
        points_expiry.expire(later)
        assert database.value_of("SELECT points_balance FROM customer WHERE id = ?", (wang,)) == 0
        assert ledgers.proofs() == []
    finally:
        database.close()


def _several_counters(shop, customer, gift, number):
    had = int(database.value_of("SELECT points_balance FROM customer WHERE id = ?", (customer,)))
    done, failures = [], []

    def counter():
        try:
            for _one in range(3):
                with suppress(Refused):
                    done.append(rewards.redeem_gift(shop, customer, gift).points)
            with suppress(Refused):
                purchases.buy(shop, customer, [LineIn("A", 19_000)], vouchers=[number])
                done.append(0)
        except Exception as why:
            failures.append(why)
        finally:
            database.close()

    threads = [threading.Thread(target=counter) for _one in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert done.count(0) == 1 and sum(done) <= had and len(done) - 1 == had // 4
    assert ledgers.proofs() == []
