"""Vouchers on real books: issued, used on a ticket, given back by a return, expired and void."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest

from models import database
from models.kinds import VoucherKind, VoucherState
from services import customers, journal, ledgers, purchases, returns, vouchers
from services.customers import NewCustomer
from services.errors import NotAllowed, Refused
from services.purchases import LineIn
from services.rules.vouchers import is_number, number_of


@pytest.fixture
def wang(clerk):
    return customers.register(clerk, NewCustomer("王小丽", "13812345678")).id


def a_voucher(manager, value=10_000, customer=None, **terms):
    made = replace(vouchers.terms_for(manager, value), **terms)
    return vouchers.issue(manager, made, customer_id=customer, reason="活动")[0]


def state_of(shop, number):
    row = vouchers.by_number(shop, number)
    return row.state, row.worth


def buy(shop, customer, *prices, use=(), special=False, **more):
    lines = [LineIn(f"A{n}", price, special=special) for n, price in enumerate(prices)]
    return purchases.buy(shop, customer, lines, vouchers=use, **more)


def line_ids(ticket):
    return [
        row[0] for row in database.rows("SELECT id FROM purchase WHERE ticket_id = ? ORDER BY id", (ticket,))
    ]


def test_the_policy_gives_a_new_voucher_its_conditions(manager):
    terms = vouchers.terms_for(manager, 10_000)
    assert (terms.minimum, terms.on_special) == (10_000, False)
    assert (terms.valid_from, terms.valid_to) == (date(2026, 11, 22), date(2027, 5, 22))


def test_a_batch_has_a_number_for_each(manager, clerk):
    numbers = vouchers.issue(
        manager, vouchers.terms_for(manager, 5_000), count=30, kind=VoucherKind.FIRST_TRY
    )
    assert len(set(numbers)) == 30 and all(is_number(number) for number in numbers)
    assert len(vouchers.ids(clerk, VoucherState.ISSUED)) == 30
    assert [row.number for row in vouchers.rows(clerk, vouchers.ids(clerk, text=numbers[7]))] == [numbers[7]]
    assert ledgers.proofs() == [] and ledgers.sums()["vouchers"] == 150_000


@pytest.mark.parametrize(
    ("change", "count"),
    [({"value": 0}, 1), ({"value": 100_001}, 1), ({"minimum": -1}, 1), ({"valid_to": date(2026, 11, 21)}, 1)]
    + [({}, 0), ({}, 501)],
)
def test_nonsense_is_not_issued(manager, change, count):
    terms = replace(vouchers.terms_for(manager, 10_000), **change)
    with pytest.raises(Refused):
        vouchers.issue(manager, terms, count=count)
    assert not len(vouchers.ids(manager))


def test_clerks_use_vouchers_but_do_not_make_or_stop_them(manager, clerk, wang):
    with pytest.raises(NotAllowed):
        vouchers.issue(clerk, vouchers.terms_for(clerk, 10_000))
    number = a_voucher(manager)
    with pytest.raises(NotAllowed):
        vouchers.void(clerk, number, "丢了")
    assert buy(clerk, wang, 30_000, use=[number]).to_pay == 20_000


def test_a_voucher_pays_part_of_the_ticket_and_points_are_for_the_rest(manager, clerk, wang):
    number = a_voucher(manager, customer=wang)
    shown = purchases.preview(clerk, wang, [LineIn("A", 15_000), LineIn("B", 15_000)], [number])
    assert (shown.to_pay, shown.by_vouchers, shown.points) == (20_000, 10_000, 2)
    done = buy(clerk, wang, 15_000, 15_000, use=[number])
    assert (done.to_pay, done.by_vouchers, done.points) == (20_000, 10_000, 2)
    assert database.rows("SELECT paid, voucher FROM purchase ORDER BY id") == [(10_000, 5_000)] * 2
    assert database.value_of("SELECT paid_total FROM customer WHERE id = ?", (wang,)) == 20_000
    assert state_of(clerk, number) == (VoucherState.REDEEMED, 0)
    assert [move.kind.value for move in vouchers.history(clerk, vouchers.by_number(clerk, number).id)] == [
        "issued",
        "redeemed",
    ]
    assert ledgers.proofs() == [] and list(journal.problems()) == []


def test_a_voucher_used_once_says_where(manager, clerk, wang):
    number = a_voucher(manager)
    done = buy(clerk, wang, 30_000, use=[number])
    with pytest.raises(Refused, match=f"2026-11-22的{done.ticket_id}号小票"):
        buy(clerk, wang, 30_000, use=[number])
    assert database.value_of("SELECT COUNT(*) FROM ticket") == 1


def test_every_refusal_says_why(manager, clerk, wang):
    other = customers.register(clerk, NewCustomer("李四", "13900000000")).id
    hers = a_voucher(manager, customer=wang)
    later = a_voucher(manager, valid_from=date(2026, 12, 1))
    gone = a_voucher(manager)
    vouchers.void(manager, gone, "打印坏了。")
    cases = [
        (other, [hers], 30_000, "王小丽"),
        (wang, [hers], 9_999, "还差￥0.01"),
        (wang, [hers, hers], 30_000, "已经用了"),
        (wang, [later], 30_000, "2026-12-01"),
        (wang, [gone], 30_000, "已作废：打印坏了。"),
        (wang, ["12345"], 30_000, "不是礼金券号"),
        (wang, [hers[:-1] + str((int(hers[-1]) + 1) % 10)], 30_000, "有一位不对"),
        (wang, [number_of(0)], 30_000, "没有号码"),
    ]
    for customer, numbers, price, words in cases:
        with pytest.raises(Refused, match=words):
            buy(clerk, customer, price, use=numbers)
        last = purchases.preview(clerk, customer, [LineIn("A", price)], numbers).vouchers[-1]
        assert words in str(last.no) and not last.applied
    with pytest.raises(Refused, match="特价"):
        buy(clerk, wang, 30_000, use=[hers], special=True)
    many = [a_voucher(manager, 1_000) for _one in range(4)]
    with pytest.raises(Refused, match="最多用3张"):
        buy(clerk, wang, 90_000, use=many)
    assert database.value_of("SELECT COUNT(*) FROM ticket") == 0
    assert state_of(clerk, hers) == (VoucherState.ISSUED, 10_000)


def test_no_change_is_given(manager, clerk, wang):
    number = a_voucher(manager, minimum=0)
    done = buy(clerk, wang, 6_000, use=[number])
    assert (done.to_pay, done.by_vouchers, done.points) == (0, 6_000, 0)
    assert state_of(clerk, number) == (VoucherState.REDEEMED, 0) and ledgers.proofs() == []


def test_undo_gives_the_voucher_back_whole(manager, clerk, wang):
    number = a_voucher(manager, minimum=0)
    done = buy(clerk, wang, 6_000, use=[number])
    returns.undo(clerk, done.ticket_id)
    assert state_of(clerk, number) == (VoucherState.ISSUED, 10_000) and ledgers.proofs() == []
    assert buy(clerk, wang, 30_000, use=[number]).to_pay == 20_000
    assert ledgers.proofs() == []


def test_a_return_restores_the_voucher_in_proportion(manager, clerk, wang):
    number = a_voucher(manager)
    done = buy(clerk, wang, 30_000, 10_000, use=[number])
    first, second = line_ids(done.ticket_id)
    shown = returns.preview_return(clerk, second)
    one = returns.return_line(clerk, second)
    assert (one.refund, [(back.amount, back.worth) for back in one.vouchers]) == (7_500, [(2_500, 2_500)])
    assert (shown.refund, shown.by_vouchers, shown.points) == (one.refund, 2_500, one.points)
    assert state_of(clerk, number) == (VoucherState.ISSUED, 2_500) and ledgers.proofs() == []
    two = returns.return_line(clerk, first)
    assert two.refund == 22_500 and state_of(clerk, number) == (VoucherState.ISSUED, 10_000)
    assert ledgers.proofs() == []


def test_a_restored_voucher_is_good_for_some_weeks_at_least(manager, clerk, wang):
    number = a_voucher(manager, valid_to=clerk.today())
    done = buy(clerk, wang, 30_000, use=[number])
    later = clerk.at(clerk.today() + timedelta(days=10))
    vouchers.expire(later)
    returns.return_line(later, line_ids(done.ticket_id)[0])
    row = vouchers.by_number(later, number)
    assert (row.state, row.valid_to) == (VoucherState.ISSUED, later.today() + timedelta(days=30))


def test_a_return_is_undone_unless_the_voucher_was_spent_meanwhile(manager, clerk, wang):
    number = a_voucher(manager)
    done = buy(clerk, wang, 20_000, 20_000, use=[number])
    before = database.row("SELECT * FROM ticket WHERE id = ?", (done.ticket_id,))
    back = returns.return_line(clerk, line_ids(done.ticket_id)[1])
    returns.undo_return(clerk, back.purchase_id)
    assert database.row("SELECT * FROM ticket WHERE id = ?", (done.ticket_id,)) == before
    assert state_of(clerk, number) == (VoucherState.REDEEMED, 0) and ledgers.proofs() == []
    with pytest.raises(Refused):
        returns.undo_return(clerk, back.purchase_id)
    again = returns.return_line(clerk, line_ids(done.ticket_id)[1])
    buy(clerk, wang, 30_000, use=[number])
    with pytest.raises(Refused, match="用掉"):
        returns.undo_return(clerk, again.purchase_id)
    assert ledgers.proofs() == []


def test_pieces_come_back_with_their_share_of_the_voucher(manager, clerk, wang):
    number = a_voucher(manager, 1_000)
    done = purchases.buy(clerk, wang, [LineIn("A", 3_333, 3)], vouchers=[number])
    line = line_ids(done.ticket_id)[0]
    given = [returns.return_line(clerk, line, 1) for _piece in range(3)]
    assert sum(one.refund for one in given) == done.to_pay == 8_999
    assert state_of(clerk, number) == (VoucherState.ISSUED, 1_000) and ledgers.proofs() == []


def test_a_return_booked_twice_under_one_key_is_one(manager, clerk, wang):
    done = purchases.buy(clerk, wang, [LineIn("A", 5_000, 2)])
    line = line_ids(done.ticket_id)[0]
    first = returns.return_line(clerk, line, 1, key="k")
    again = returns.return_line(clerk, line, 1, key="k")
    assert again.repeated and (again.purchase_id, again.refund) == (first.purchase_id, first.refund)


def test_the_gift_is_asked_back_when_only_special_goods_stay(clerk, manager, wang):
    from services import gifts, stock

    gift = stock.add_gift(manager, "丝巾", "饰品", 1_200)
    stock.receive(manager, gift, 5)
    lines = [LineIn("A", 20_000), LineIn("B", 9_000, special=True)]
    done = purchases.buy(clerk, wang, lines)
    gifts.purchase_gift(clerk, done.ticket_id, wang, gift)
    ordinary, special = line_ids(done.ticket_id)
    assert returns.preview_return(clerk, ordinary).gift_back
    assert not returns.preview_return(clerk, special).gift_back
    back = returns.return_line(clerk, ordinary)
    assert back.gift_out and back.ticket_counts
    assert database.value_of("SELECT gift_due FROM ticket") == 0
    returns.undo_return(clerk, back.purchase_id)
    assert database.value_of("SELECT gift_due FROM ticket") == 1


def test_expired_vouchers_are_booked_once_by_the_day(manager, clerk, wang):
    number, good = a_voucher(manager, valid_to=clerk.today()), a_voucher(manager)
    assert vouchers.expire(clerk) == 0
    later = clerk.at(clerk.today() + timedelta(days=1))
    with pytest.raises(Refused, match="2026-11-22是最后一天"):
        buy(later, wang, 30_000, use=[number])
    assert vouchers.expire(later) == 1 and vouchers.expire(later) == 0
    assert state_of(clerk, number) == (VoucherState.EXPIRED, 0)
    assert state_of(clerk, good) == (VoucherState.ISSUED, 10_000) and ledgers.proofs() == []
    with pytest.raises(Refused, match="是最后一天"):
        buy(later, wang, 30_000, use=[number])


def test_a_void_is_undone_on_its_day(manager, clerk, wang):
    number = a_voucher(manager)
    with pytest.raises(Refused):
        vouchers.void(manager, number, " ")
    vouchers.void(manager, number, "丢了")
    with pytest.raises(Refused):
        vouchers.void(manager, number, "丢了")
    vouchers.revive(manager, number)
    assert state_of(clerk, number) == (VoucherState.ISSUED, 10_000)
    vouchers.void(manager, number, "丢了")
    with pytest.raises(Refused):
        vouchers.revive(manager.at(manager.today() + timedelta(days=1)), number)
    assert ledgers.proofs() == []


def test_the_moves_are_append_only_and_a_voucher_keeps_its_number(manager):
    number = a_voucher(manager)
    for sql in (
        "UPDATE voucher_move SET amount = 1",
        "DELETE FROM voucher_move",
        "DELETE FROM voucher",
        "UPDATE voucher SET value = 1",
        "UPDATE voucher SET number = 'x'",
    ):
        with pytest.raises(Exception, match="append-only|void|keeps"):
            database.execute(sql)
    assert state_of(manager, number) == (VoucherState.ISSUED, 10_000)


def test_two_tills_cannot_spend_one_voucher(manager, clerk, wang):
    number = a_voucher(manager)
    booked, refused, failures = [], [], []

    def till():
        try:
            booked.append(buy(clerk, wang, 30_000, use=[number]).to_pay)
        except Refused as no:
            refused.append(str(no))
        except Exception as why:
            failures.append(why)
        finally:
            database.close()

    threads = [threading.Thread(target=till) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [] and booked == [20_000] and len(refused) == 3
    assert ledgers.proofs() == []


def test_a_line_of_the_gift_plan_has_one_voucher(manager, owner, clerk, wang):
    from services import stock

    gift = stock.add_gift(manager, "100元礼金券", "礼金券", 10_000)
    scarf = stock.add_gift(manager, "丝巾", "饰品", 2_500)
    plan = database.insert("gift_plan", month="2026-10", created_at=manager.clock.now())

    def a_line(gift_id, part):
        return database.insert(
            "plan_line", plan_id=plan, customer_id=wang, occasion="national_day", due="2026-10-01", gift_id=gift_id,
            part=part, cost=1, grade="B", special=0, handover="post", status="draft", reason="", status_reason="",
            single_approver=0, code="", signed="", executor="", manager_signed="", customer_signed="", pc="",
            version=1,
        )  # fmt: skip

    line = a_line(gift, 1)
    number = vouchers.issue_for_line(manager, line)
    assert vouchers.issue_for_line(manager, line) == number
    row = vouchers.by_number(clerk, number)
    assert (row.customer_id, row.value, row.occasion) == (wang, 10_000, "national_day")
    with pytest.raises(Refused):
        vouchers.issue_for_line(manager, a_line(scarf, 2))
    assert vouchers.cancel_for_line(manager, line) and not vouchers.cancel_for_line(manager, line)
    again = vouchers.issue_for_line(manager, line)
    assert again != number and [one.number for one in vouchers.usable_by(clerk, wang)] == [again]
    buy(clerk, wang, 30_000, use=[again])
    with pytest.raises(Refused, match="已经用过"):
        vouchers.cancel_for_line(manager, line)
    assert ledgers.proofs() == []


def test_a_ticket_without_vouchers_reads_and_writes_nothing_of_them(manager, clerk, wang):
    said = []
    connection = database.database.connection()
    connection.exec_trace = lambda _cursor, sql, _bound: said.append(sql) or True
    try:
        buy(clerk, wang, 10_000)
    finally:
        connection.exec_trace = None
    assert not [sql for sql in said if "voucher" in sql and "INSERT INTO purchase" not in sql]
