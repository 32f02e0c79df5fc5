"""The till on real books: totals, points, grades, keys, returns and undo."""

import threading
from datetime import date

import pytest

from models import database
from models.kinds import Grade
from services import customers, ledgers, points, purchases, returns, search_index, visits
from services.customers import NewCustomer
from services.errors import NotAllowed, Refused
from services.purchases import LineIn

PHONE = "13812345678"


@pytest.fixture
def wang(clerk):
    return customers.register(clerk, NewCustomer("王小丽", PHONE)).id


def stand(customer):
    sql = (
        "SELECT grade, base_grade, state, points_earned, points_balance, tickets, paid_total, last_purchase, last_visit,"
        " last_contact, size FROM customer WHERE id = ?"
    )
    names = [
        "grade",
        "base",
        "state",
        "earned",
        "balance",
        "tickets",
        "paid",
        "bought",
        "visit",
        "contact",
        "size",
    ]
    return dict(zip(names, database.row(sql, (customer,)), strict=True))


def buy(shop, customer, *prices, day=None, **more):
    return purchases.buy(
        shop, customer, [LineIn(f"A{n}", price, **more) for n, price in enumerate(prices)], day=day
    )


def test_a_ticket_moves_totals_points_days_and_the_last_size(clerk, wang):
    done = purchases.buy(
        clerk, wang, [LineIn("xf2301", 39_900, 1, "m"), LineIn("XF9", 10_000, 2, special=True)]
    )
    assert (done.to_pay, done.points, done.gift_due) == (59_900, 5, True)
    now = stand(wang)
    assert (now["earned"], now["balance"], now["tickets"], now["paid"], now["size"]) == (5, 5, 1, 59_900, "M")
    assert now["bought"] == now["visit"] == now["contact"] == "2026-11-22"
    assert ledgers.proofs() == []


def test_the_second_ticket_makes_a_b_customer_who_then_pays_less(clerk, wang):
    assert buy(clerk, wang, 10_000).grade_after == "C"
    second = buy(clerk, wang, 10_000)
    assert (second.grade_before, second.grade_after, second.to_pay) == ("C", "B", 10_000)
    third = buy(clerk, wang, 10_000)
    assert (third.to_pay, third.gift_due) == (8_500, False)


@pytest.mark.parametrize(("fen", "grade"), [(490_000, "C"), (500_000, "A"), (510_000, "A")])
def test_49_50_and_51_points(clerk, wang, fen, grade):
    assert buy(clerk, wang, fen).grade_after == grade
    assert stand(wang)["earned"] == fen // 10_000


@pytest.mark.parametrize(("tickets", "grade"), [(5, "B"), (6, "A")])
def test_more_than_five_tickets_within_two_months_make_an_a(clerk, wang, tickets, grade):
    for _one in range(tickets):
        last = buy(clerk, wang, 1_000)
    assert last.grade_after == grade


@pytest.mark.parametrize(("day", "grade"), [(date(2026, 9, 22), "A"), (date(2026, 9, 21), "B")])
def test_a_ticket_exactly_two_months_back_still_counts(clerk, wang, day, grade):
    buy(clerk, wang, 1_000, day=day)
    for _one in range(5):
        last = buy(clerk, wang, 1_000)
    assert last.grade_after == grade


def test_special_price_lines_are_not_discounted_and_bring_no_gift(owner, clerk, wang):
    customers.name_special(owner, wang, True, "董事长的朋友")
    done = purchases.buy(clerk, wang, [LineIn("A1", 10_000), LineIn("T1", 10_000, special=True)])
    assert (done.to_pay, done.gift_due) == (18_000, False)
    other = customers.register(clerk, NewCustomer("李四")).id
    assert not buy(clerk, other, 10_000, special=True).gift_due


def test_the_preview_is_what_is_booked(clerk, wang):
    lines = [LineIn("A1", 19_999, 3, "L"), LineIn("A2", 5_000, special=True)]
    shown = purchases.preview(clerk, wang, lines)
    done = purchases.buy(clerk, wang, lines)
    assert (shown.to_pay, shown.points, shown.gift_due) == (done.to_pay, done.points, done.gift_due)


def test_pressing_twice_books_once(clerk, wang):
    lines = [LineIn("A1", 20_000)]
    first = purchases.buy(clerk, wang, lines, key="till-1")
    again = purchases.buy(clerk, wang, lines, key="till-1")
    assert again.repeated and again.ticket_id == first.ticket_id and again.to_pay == first.to_pay
    assert stand(wang)["tickets"] == 1
    other = customers.register(clerk, NewCustomer("李四")).id
    with pytest.raises(Refused):
        purchases.buy(clerk, other, lines, key="till-1")


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (LineIn("", 100), "item_no"),
        (LineIn("A" * 41, 100), "item_no"),
        (LineIn("A", 0), "price"),
        (LineIn("A", -100), "price"),
        (LineIn("A", 1_000_000_001), "price"),
        (LineIn("A", 600_000_000, 2), "price"),
        (LineIn("A", 100, 0), "quantity"),
        (LineIn("A", 100, -1), "quantity"),
        (LineIn("A", 1, 1_001), "quantity"),
        (LineIn("A", 100, 1, "X" * 21), "size"),
    ],
)
def test_lines_that_make_no_sense_are_refused_and_nothing_is_written(clerk, wang, line, field):
    with pytest.raises(Refused) as no:
        purchases.buy(clerk, wang, [LineIn("A1", 100), line])
    assert no.value.field == field and "2" in str(no.value)
    assert database.value_of("SELECT COUNT(*) FROM ticket") == 0


def test_a_ticket_needs_lines_a_past_day_and_a_customer(clerk, wang):
    for bad in (
        lambda: purchases.buy(clerk, wang, []),
        lambda: buy(clerk, wang, 100, day=date(2026, 11, 23)),
        lambda: buy(clerk, wang, 100, day=date(1980, 1, 1)),
        lambda: buy(clerk, 99_999, 100),
    ):
        with pytest.raises(Refused):
            bad()


def test_nobody_signed_in_may_not_sell(shop, clerk, wang):
    with pytest.raises(NotAllowed):
        buy(shop, wang, 100)


def test_an_older_ticket_keeps_the_later_days(clerk, wang):
    buy(clerk, wang, 10_000)
    purchases.buy(clerk, wang, [LineIn("A", 10_000, size="XL")], day=date(2026, 1, 5))
    now = stand(wang)
    assert (now["bought"], now["visit"], now["size"]) == ("2026-11-22", "2026-11-22", "")
    assert database.value_of("SELECT first_purchase FROM customer WHERE id = ?", (wang,)) == "2026-01-05"


def test_a_lost_customer_comes_back_by_buying(manager, clerk, wang):
    from services import grades

    buy(clerk, wang, 600_000, day=date(2025, 11, 21))
    database.execute("UPDATE customer SET registered_on = '2024-01-01' WHERE id = ?", (wang,))
    grades.apply(manager)
    assert stand(wang)["state"] == "lost"
    done = buy(clerk, wang, 10_000)
    assert done.came_back and done.gift_due and done.grade_after == "A"
    assert stand(wang)["state"] == "active"
    assert search_index.problems() == []
    [(rank, found)] = search_index.best(["王小丽"], 5)
    assert found == wang and rank >= search_index.ACTIVE


def test_a_purchase_in_the_same_month_leaves_the_search_alone(clerk, wang):
    buy(clerk, wang, 100)
    before = database.rows("SELECT * FROM search_index_data")
    buy(clerk, wang, 100)
    assert database.rows("SELECT * FROM search_index_data") == before


def test_two_visits_on_a_day_are_one_and_undo_takes_it_back(clerk, wang):
    first = visits.visit(clerk, wang, day=None)
    assert not first.repeated and visits.visit(clerk, wang).repeated
    assert stand(wang)["visit"] == "2026-11-22"
    visits.undo(clerk, first.visit_id)
    assert stand(wang)["visit"] is None and stand(wang)["contact"] is None
    with pytest.raises(Refused):
        visits.undo(clerk, first.visit_id)
    assert not visits.visit(clerk, wang).repeated


def test_a_return_takes_points_ticket_and_grade_back(clerk, wang):
    buy(clerk, wang, 10_000)
    done = buy(clerk, wang, 25_000, 15_000)
    assert stand(wang)["grade"] == "B"
    lines = [
        row[0]
        for row in database.rows("SELECT id FROM purchase WHERE ticket_id = ? ORDER BY id", (done.ticket_id,))
    ]
    one = returns.return_line(clerk, lines[1])
    assert (one.refund, one.points, one.ticket_counts) == (15_000, 1, True)
    two = returns.return_line(clerk, lines[0])
    assert (two.refund, two.points, two.ticket_counts, two.grade_after) == (25_000, 3, False, "C")
    now = stand(wang)
    assert (now["earned"], now["tickets"], now["paid"]) == (1, 1, 10_000)
    assert ledgers.proofs() == []
    with pytest.raises(Refused):
        returns.return_line(clerk, lines[0])
    with pytest.raises(Refused):
        returns.return_line(clerk, one.purchase_id)


def test_pieces_returned_one_by_one_give_back_exactly_what_was_paid(owner, clerk, wang):
    customers.name_special(owner, wang, True, "朋友")
    done = purchases.buy(clerk, wang, [LineIn("A", 3_333, 3)])
    line = database.value_of("SELECT id FROM purchase WHERE ticket_id = ?", (done.ticket_id,))
    given = [returns.return_line(clerk, line, 1).refund for _piece in range(3)]
    assert sum(given) == done.to_pay
    with pytest.raises(Refused):
        returns.return_line(clerk, line, 1)
    assert ledgers.proofs() == []


def test_undo_leaves_the_customer_as_before(clerk, wang):
    buy(clerk, wang, 10_000, day=date(2026, 10, 1))
    before = stand(wang)
    done = buy(clerk, wang, 800_000)
    assert done.grade_after == "A"
    returns.undo(clerk, done.ticket_id)
    assert stand(wang) == before
    assert ledgers.proofs() == []
    with pytest.raises(Refused):
        returns.undo(clerk, done.ticket_id)


def test_yesterdays_ticket_is_returned_not_undone(clerk, wang):
    done = buy(clerk, wang, 10_000)
    with pytest.raises(Refused):
        returns.undo(clerk, done.ticket_id + 9)
    later = clerk.at(date(2026, 11, 23))
    with pytest.raises(Refused):
        returns.undo(later, done.ticket_id)


def test_two_tills_at_once_book_both_tickets(books, clerk, wang):
    failures = []

    def till(name):
        try:
            for number in range(10):
                purchases.buy(clerk, wang, [LineIn("A", 10_000)], key=f"{name}-{number}")
        except Exception as why:
            failures.append(why)
        finally:
            database.close()

    threads = [threading.Thread(target=till, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert stand(wang)["tickets"] == 20
    assert ledgers.proofs() == []


def test_two_tills_with_one_key_book_once(books, clerk, wang):
    booked = []

    def till():
        booked.append(purchases.buy(clerk, wang, [LineIn("A", 10_000)], key="same").ticket_id)
        database.close()

    threads = [threading.Thread(target=till) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(booked) == 4 and len(set(booked)) == 1
    assert stand(wang)["tickets"] == 1


def test_redeeming_lowers_the_balance_only(clerk, wang):
    buy(clerk, wang, 100_000)
    assert points.redeem(clerk, wang, 4, "丝巾") == 6
    assert (stand(wang)["earned"], stand(wang)["balance"]) == (10, 6)
    with pytest.raises(Refused):
        points.redeem(clerk, wang, 7, "皮带")
    with pytest.raises(Refused):
        points.redeem(clerk, wang, 0, "")
    assert [(row.points, row.balance) for row in points.ledger(wang)] == [(-4, 6), (10, 10)]
    assert ledgers.proofs() == []


def test_points_are_adjusted_by_the_manager_with_a_reason(clerk, manager, wang):
    with pytest.raises(NotAllowed):
        points.adjust(clerk, wang, 5, "补")
    with pytest.raises(Refused):
        points.adjust(manager, wang, 5, "")
    assert points.adjust(manager, wang, 5, "补登") == 5
    with pytest.raises(Refused):
        points.adjust(manager, wang, -6, "错")
    assert stand(wang)["earned"] == 0


def test_a_grade_by_hand_holds_until_cleared(manager, clerk, wang):
    assert customers.grade_by_hand(manager, wang, Grade.B, "潜力大") == "B"
    assert buy(clerk, wang, 10_000).to_pay == 8_500
    assert customers.grade_by_hand(manager, wang, None, "按规则") == "C"
    with pytest.raises(Refused):
        customers.grade_by_hand(manager, wang, Grade.A, "")
    with pytest.raises(NotAllowed):
        customers.grade_by_hand(clerk, wang, Grade.A, "想")


def test_every_act_leaves_a_line_in_the_journal(clerk, wang):
    from services import journal

    done = buy(clerk, wang, 10_000)
    visits.visit(clerk, wang)
    returns.undo(clerk, done.ticket_id)
    acts = [entry.act for entry in journal.entries(customer_id=wang)]
    assert acts == ["ticket.undone", "ticket.booked", "customer.registered"]
    assert list(journal.problems()) == []


def test_a_purchase_begins_the_rhythm_anew_and_undo_gives_the_contact_back(manager, clerk, wang):
    from services import schedule

    customers.grade_by_hand(manager, wang, Grade.A, "常客")
    later = manager.at(date(2026, 11, 29))
    schedule.generate(later)
    planned = (
        "SELECT COUNT(*) FROM contact WHERE customer_id = ? AND state = 'planned' AND topics = 'personal'"
    )
    before = database.value_of(planned, (wang,))
    assert before
    done = buy(clerk.at(date(2026, 11, 29)), wang, 100)
    assert database.value_of(planned, (wang,)) == 0
    returns.undo(clerk.at(date(2026, 11, 29)), done.ticket_id)
    assert database.value_of(planned, (wang,)) == before
