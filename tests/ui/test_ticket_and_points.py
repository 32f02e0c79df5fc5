"""The till with scanner and vouchers, returns piece by piece, and the lane of points, driven as a clerk does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from models import database
from services import customers, points, purchases, rewards, stock, vouchers
from services.customers import NewCustomer
from services.purchases import LineIn
from services.rules.vouchers import grouped
from ui.customers.return_dialog import ReturnBox, book
from ui.customers.tab import CustomersTab


@pytest.fixture
def wang(clerk):
    return customers.register(clerk, NewCustomer("王小丽", "13812345678")).id


@pytest.fixture
def said():
    return []


@pytest.fixture
def tab(qtbot, clerk, wang, make_context, said):
    context = make_context(clerk)
    context.said.connect(lambda one: said.append(one.text))
    made = CustomersTab(context)
    context.changed.connect(made.reload)
    qtbot.addWidget(made)
    made.resize(1366, 700)
    made.show()
    qtbot.waitUntil(lambda: made.list.table.model.rowCount() == 1)
    made.open_customer(wang)
    qtbot.waitUntil(lambda: made._view is not None and made.view.page is not None)
    return made


def retype(qtbot, line, text):
    line.selectAll()
    qtbot.keyClicks(line, text)


def a_voucher(manager, customer=None, value=10_000, **terms):
    return vouchers.issue(
        manager, replace(vouchers.terms_for(manager, value), **terms), customer_id=customer
    )[0]


def test_scans_fill_one_line_after_the_other_and_press_nothing(qtbot, tab):
    tab.view.start_ticket()
    ticket = tab.view.ticket
    assert tab.take_scan("6901234567892")
    assert ticket.lines[0].item.text() == "6901234567892"
    qtbot.keyClicks(ticket.lines[0].size, "m")
    assert tab.take_scan("6901234567908")
    assert [line.item.text() for line in ticket.lines] == ["6901234567892", "6901234567908"]
    assert (
        ticket.lines[0].size.text().lower() == "m" and database.value_of("SELECT COUNT(*) FROM ticket") == 0
    )
    ticket.lines[0].price.setText("100")
    qtbot.keyClick(ticket.lines[0].price, Qt.Key.Key_Return)
    assert database.value_of("SELECT COUNT(*) FROM ticket") == 0 and not ticket.isHidden()
    ticket.lines[1].price.setText("50")
    qtbot.keyClick(ticket.lines[1].price, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ticket.isHidden())
    assert database.value_of("SELECT COUNT(*) FROM purchase") == 2
    assert not tab.take_scan("6901234567892")


def test_a_scanned_voucher_pays_without_one_more_key(qtbot, tab, manager, said):
    number = a_voucher(manager)
    keys = 0

    def press(widget, key):
        nonlocal keys
        keys += 1
        qtbot.keyClick(widget, key)

    press(tab.view, Qt.Key.Key_Return)
    ticket = tab.view.ticket
    line = ticket.lines[0]
    qtbot.keyClicks(line.item, "XF2301")
    press(line.item, Qt.Key.Key_Return)
    press(line.size, Qt.Key.Key_Return)
    qtbot.keyClicks(line.price, "359")
    assert tab.take_scan(number)
    assert ticket.sum.text() == "应付 ￥259.00" and "礼金券抵 ￥100.00" in ticket.detail.text()
    assert line.paid.text() == "￥359.00"
    press(line.price, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any("礼金券抵" in text for text in said))
    assert keys <= 6
    assert database.row("SELECT paid, voucher FROM purchase") == (25_900, 10_000)
    tab.context.undo_last()
    qtbot.waitUntil(lambda: any("已撤销" in text for text in said))
    assert vouchers.by_number(manager, number).worth == 10_000


def test_a_voucher_number_typed_as_an_item_joins_the_vouchers(qtbot, tab, manager):
    number = a_voucher(manager, minimum=30_000)
    tab.view.start_ticket()
    ticket = tab.view.ticket
    ticket.lines[0].item.setText(grouped(number))
    qtbot.keyClick(ticket.lines[0].item, Qt.Key.Key_Return)
    assert ticket.lines[0].empty() and ticket.vouchers.numbers == [number] and ticket.typed
    ticket.lines[0].item.setText("A")
    ticket.lines[0].price.setText("200")
    assert "还差￥100.00" in ticket.vouchers.note.text() and ticket.sum.text() == "应付 ￥200.00"
    ticket.submit()
    qtbot.waitUntil(lambda: "还差" in ticket.wrong.text())
    assert database.value_of("SELECT COUNT(*) FROM ticket") == 0
    ticket.lines[0].price.setText("300")
    assert ticket.sum.text() == "应付 ￥200.00" and not ticket.vouchers.note.text()
    ticket.vouchers._chips[number].click()
    assert ticket.vouchers.numbers == [] and ticket.sum.text() == "应付 ￥300.00"


def test_the_customers_own_voucher_is_offered_and_used_with_one_key(qtbot, tab, manager, wang):
    number = a_voucher(manager, wang)
    tab.view.start_ticket()
    ticket = tab.view.ticket
    qtbot.waitUntil(lambda: ticket.vouchers.isVisible() and "1 张礼金券" in ticket.vouchers.note.text())
    ticket.lines[0].item.setText("A")
    ticket.lines[0].price.setText("150")
    ticket.vouchers.choose.click()
    assert ticket.vouchers.numbers == [number] and ticket.sum.text() == "应付 ￥50.00"
    ticket.leave()
    tab.view.start_ticket()
    assert ticket.vouchers.numbers == []


def test_some_pieces_come_back_and_the_undo_sells_them_again(qtbot, tab, clerk, wang, said):
    purchases.buy(clerk, wang, [LineIn("A1", 10_000, 3)])
    tab.reload()
    qtbot.waitUntil(lambda: len(tab.view.page.purchases) == 1)
    row = tab.view.page.purchases[0]
    box = ReturnBox(tab.context, row)
    qtbot.addWidget(box)
    assert box.refund.text() == "退款 ￥300.00" and box.value() == (3, "")
    retype(qtbot, box.form.field("quantity").line, "4")
    assert not box.go.isEnabled() and "最多还能退3件" in box.wrong.text()
    retype(qtbot, box.form.field("quantity").line, "1")
    assert box.refund.text() == "退款 ￥100.00" and "退回积分 1" in box.detail.text()
    book(tab.context, row, 1)
    qtbot.waitUntil(lambda: any("已退货" in text for text in said))
    assert database.value_of("SELECT paid FROM ticket") == 20_000
    tab.context.undo_last()
    qtbot.waitUntil(lambda: any("已撤销退货" in text for text in said))
    assert database.value_of("SELECT paid FROM ticket") == 30_000


def test_the_lane_of_points_says_what_there_is(qtbot, tab, clerk, manager, wang):
    purchases.buy(clerk, wang, [LineIn("A1", 500_000)])
    number = a_voucher(manager, wang)
    tab.reload()
    qtbot.waitUntil(lambda: tab.view.page.points_balance == 50)
    lane = tab.view.lanes.points_lane
    tab.view.lanes.setCurrentWidget(lane)
    qtbot.waitUntil(lambda: lane.vouchers.model.rowCount() == 1)
    assert lane.sums.text() == "可用 50 分 · 累计 50 分" and lane.soon.text() == ""
    assert lane.vouchers.model.row(0).number == number and lane.ledger.model.rowCount() == 1
    assert lane.redeem.isEnabled() and lane.give.isHidden()


def test_points_are_spent_on_a_gift_or_a_voucher_with_undo(qtbot, tab, clerk, manager, wang, said):
    from ui.vouchers.redeem_dialog import VOUCHER, Redeem

    points.adjust(manager, wang, 35, "旧卡")
    scarf = stock.add_gift(manager, "丝巾", "饰品", 2_500)
    stock.receive(manager, scarf, 1)
    rewards.set_price(manager, scarf, 4)
    box = Redeem(tab.context, None, wang, "王小丽", 35)
    qtbot.addWidget(box)
    assert box.table.current_row().name == "丝巾" and box.prices.isHidden()
    qtbot.keyClick(box.table.view, Qt.Key.Key_Return)
    box.take()
    qtbot.waitUntil(lambda: any("换了丝巾" in text for text in said))
    assert points.balance_of(wang) == 31 and stock.stock_of(scarf) == 0
    tab.context.undo_last()
    qtbot.waitUntil(lambda: any("已撤销兑换" in text for text in said))
    assert points.balance_of(wang) == 35 and stock.stock_of(scarf) == 1
    again = Redeem(tab.context, None, wang, "王小丽", 35)
    qtbot.addWidget(again)
    again.table.select_id(VOUCHER)
    assert again.points.text() == "30" and again.worth.text() == "得 ￥30.00 礼金券"
    again.points.setText("25")
    again.take()
    qtbot.waitUntil(lambda: "倍数" in again.wrong.text())
    again.points.setText("20")
    again.take()
    qtbot.waitUntil(lambda: any("￥20.00 礼金券" in text for text in said))
    assert points.balance_of(wang) == 15


def test_the_manager_issues_looks_up_and_stops_vouchers(qtbot, make_context, manager, monkeypatch):
    from ui import dialogs
    from ui.vouchers.dialog import Vouchers
    from ui.vouchers.issue_dialog import Issue

    context = make_context(manager)
    told = []
    context.said.connect(lambda one: told.append(one.text))
    box = Vouchers(context)
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: box.table.empty.isVisible())
    new = Issue(context)
    qtbot.addWidget(new)
    retype(qtbot, new.form.field("value").line, "20")
    assert new.form.field("minimum").line.text() == "20.00"
    retype(qtbot, new.form.field("count").line, "3")
    new.issue()
    new.issue()
    qtbot.waitUntil(lambda: any("已发行 3 张" in text for text in told))
    assert database.value_of("SELECT COUNT(*) FROM voucher") == 3
    box._load()
    qtbot.waitUntil(lambda: box.table.model.rowCount() == 3)
    number = box.table.current_row().number
    box.search.setText(grouped(number))
    qtbot.waitUntil(lambda: box.table.model.rowCount() == 1)
    box.states.setCurrentIndex(1)
    qtbot.waitUntil(lambda: box.table.current_row() is not None)
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: "丢了")
    box.states.setCurrentIndex(0)
    box.stop.click()
    qtbot.waitUntil(lambda: any("已作废" in text for text in told))
    qtbot.waitUntil(lambda: "丢了" in box.life.text())
    assert not box.stop.isEnabled()
    context.undo_last()
    qtbot.waitUntil(lambda: any("已撤销作废" in text for text in told))
    assert vouchers.by_number(manager, number).worth == 2_000


def test_a_clerk_may_look_but_not_issue(qtbot, make_context, clerk):
    from ui.vouchers.dialog import Vouchers

    box = Vouchers(make_context(clerk))
    qtbot.addWidget(box)
    assert not box.new.isEnabled() and not box.prices.isEnabled() and not box.out.isEnabled()


def test_points_prices_are_set_with_undo(qtbot, make_context, manager, monkeypatch):
    from ui import dialogs
    from ui.vouchers.prices_dialog import Prices

    gift = stock.add_gift(manager, "丝巾", "饰品", 2_500)
    context = make_context(manager)
    told = []
    context.said.connect(lambda one: told.append(one.text))
    box = Prices(context)
    qtbot.addWidget(box)
    answers = iter(["x", "6"])
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: next(answers))
    box.change()
    assert "不是整数" in box.wrong.text()
    box.change()
    qtbot.waitUntil(lambda: any("6 分一件" in text for text in told))
    assert database.value_of("SELECT points_price FROM gift WHERE id = ?", (gift,)) == 6
    context.undo_last()
    qtbot.waitUntil(lambda: any("已恢复" in text for text in told))
    assert database.value_of("SELECT points_price FROM gift WHERE id = ?", (gift,)) == 0
