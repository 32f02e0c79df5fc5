"""The pages 库存, 采购清单 and 检查 as manager and owner work through them, mostly by keyboard."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from models import database
from services import stock
from services.gift_checks import sample
from services.shop import Shop
from tests.services.test_gift_checks import OCTOBER, a_line, a_phone
from tests.services.test_gifts import MAY, a_customer, shelf  # noqa: F401 - a fixture
from tests.ui.test_gifts_tab import Desk, people  # noqa: F401 - a fixture
from ui import dialogs
from ui.gifts.checks_behind import LinesBox, MovesBox
from ui.gifts.stock_claims import ClaimsBox
from ui.gifts.stock_count import CountBox, Differences
from ui.gifts.stock_dialogs import FormBox
from ui.gifts.stock_value import ValueBox

pytestmark = pytest.mark.usefixtures("shelf")


def at_the_stock(qtbot: QtBot, shop: Shop) -> Desk:
    desk = Desk(qtbot, shop, MAY)
    desk.tab.show_page(desk.tab.stock)
    desk.settle()
    return desk


def at_the_checks(qtbot: QtBot, shop: Shop, view: int, month: str = OCTOBER) -> Desk:
    desk = Desk(qtbot, shop, MAY)
    desk.tab.show_page(desk.tab.checks)
    desk.settle()
    desk.tab.checks.show_month(month)
    desk.tab.checks.bar.setCurrentIndex(view)
    desk.settle()
    return desk


def fill(box: FormBox, **values: Any) -> None:
    for name, value in values.items():
        box.form.field(name).show_value(value)
    box.go.click()


def test_goods_come_in_at_their_own_cost_and_it_can_be_taken_back(qtbot: QtBot, people) -> None:  # noqa: F811
    desk = at_the_stock(qtbot, people["manager"])
    desk.press(desk.tab.stock.receive)
    box = desk.box(FormBox)
    name = desk.tab.stock.table.current_row().name
    fill(box, quantity=5, unit_cost=1_250, supplier="明月 881")
    desk.settle()
    assert desk.last() == f"“{name}”已入库，现有 15 件。"
    card = desk.tab.stock.card
    assert [column.words(card.model.row(0)) for column in card.columns[2:5]] == ["+5", "15", "￥12.50"]
    assert "明月 881" in card.columns[-1].words(card.model.row(0))
    desk.undo()
    assert desk.tab.stock.table.current_row().stock == 10
    assert card.columns[1].words(card.model.row(0)) == "撤销入库"


def test_a_move_is_taken_back_from_the_card(qtbot: QtBot, people) -> None:  # noqa: F811
    desk = at_the_stock(qtbot, people["manager"])
    page = desk.tab.stock
    page.card.select_first()
    desk.press(page.take_back)
    assert desk.last() == "已撤销，现有 0 件。"
    page.card.select_first()
    assert not page.take_back.isEnabled()


def test_a_large_loss_waits_until_the_owner_presses_a(qtbot: QtBot, people) -> None:  # noqa: F811
    desk = at_the_stock(qtbot, people["manager"])
    desk.tab.stock.table.select_first()
    desk.press(desk.tab.stock.break_)
    fill(desk.box(FormBox), quantity=9, reason="水淹")
    desk.settle()
    assert "等店主确认" in desk.last()
    assert desk.tab.stock.claims.isVisible() and "1 笔等店主确认" in desk.tab.stock.claims.text()
    owner = at_the_stock(qtbot, people["owner"])
    owner.press(owner.tab.stock.claims)
    box = owner.box(ClaimsBox)
    assert not box.withdraw.isVisible()
    QTest.keyClick(box.windowHandle(), "a")
    qtbot.waitUntil(lambda: not stock.waiting_claims(people["owner"]), timeout=5_000)
    owner.settle()
    assert not owner.tab.stock.claims.isVisible()
    box.accept()
    assert owner.tab.stock.table.current_row().stock == 1
    owner.undo()
    assert owner.tab.stock.table.current_row().stock == 10


def test_the_owner_refuses_with_a_reason_and_the_manager_withdraws(
    qtbot: QtBot,
    people,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gift = stock.by_name(people["manager"], "真皮皮带").id
    stock.write_off(people["manager"], gift, 3, "水淹")
    stock.write_off(people["manager"], gift, 4, "水淹")
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: "货架上还在")
    desk = at_the_stock(qtbot, people["owner"])
    desk.press(desk.tab.stock.claims)
    box = desk.box(ClaimsBox)
    box.table.select_first()
    desk.press(box.refuse)
    assert len(stock.waiting_claims(people["owner"])) == 1
    desk.context.undo_last()
    qtbot.waitUntil(lambda: len(stock.waiting_claims(people["owner"])) == 2, timeout=5_000)
    qtbot.waitUntil(lambda: len(box.table.model.ids) == 2, timeout=5_000)
    box.table.select_first()
    desk.press(box.refuse)
    box.accept()
    desk = at_the_stock(qtbot, people["manager"])
    desk.press(desk.tab.stock.claims)
    box = desk.box(ClaimsBox)
    box.table.select_first()
    desk.press(box.withdraw)
    assert stock.waiting_claims(people["owner"]) == [] and box.table.empty.isVisible()
    box.accept()


def type_count(qtbot: QtBot, box: CountBox, words: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    """Digits into the cell under the cursor, then a key that leaves it, as the keyboard sends them."""
    for sign in words:
        QTest.keyClick(QApplication.focusWidget(), sign)
    QTest.keyClick(QApplication.focusWidget(), key)


def test_the_shelf_is_counted_down_the_column_and_booked_in_one_act(qtbot: QtBot, people) -> None:  # noqa: F811
    desk = at_the_stock(qtbot, people["owner"])
    desk.press(desk.tab.stock.whole)
    box = desk.box(CountBox)
    qtbot.waitUntil(box.isActiveWindow, timeout=5_000)
    box.table.setFocus()
    assert (box.table.currentIndex().row(), box.book.isEnabled()) == (0, False)
    type_count(qtbot, box, "9")
    desk.settle()
    assert box.table.currentIndex().row() == 1
    type_count(qtbot, box, "11", Qt.Key.Key_Down)
    type_count(qtbot, box, "10")
    desk.settle()
    lines = stock.stocktake(people["owner"], box.view.id).lines
    assert [line.counted for line in lines[:4]] == [9, 11, 10, None]
    model = box.table.count_model
    assert model.index(0, 2).data() == "10" and model.index(3, 2).data() == ""
    assert "已数 3 / 7 种" in box.figures.text()
    type_count(qtbot, box, "1x")
    assert "不对" in box.wrong.text() and model.lines[3].counted is None
    desk.press(box.book)
    ask = desk.box(Differences)
    ask.go.click()
    assert "请填写盘点人" in ask.form.field("counted_by").note.text()
    fill(ask, counted_by="小王、小李")
    desk.settle()
    assert not box.isVisible() and desk.last() == "盘点 1 已入账：少 1 件，多 1 件。"
    assert [stock.stock_of(line.gift_id) for line in lines[:3]] == [9, 11, 10]
    desk.undo()
    assert [stock.stock_of(line.gift_id) for line in lines[:3]] == [10, 10, 10]


def test_a_stocktake_is_kept_while_closed_and_can_be_cancelled(
    qtbot: QtBot,
    people,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    desk = at_the_stock(qtbot, people["manager"])
    desk.press(desk.tab.stock.whole)
    box = desk.box(CountBox)
    box.table.count_model.setData(box.table.count_model.index(0, 3), "7")
    desk.settle()
    gift = box.view.lines[0].gift_id
    box.accept()
    assert "盘点正在进行" in desk.tab.stock.figures.text()
    stock.receive(people["manager"], gift, 2)
    desk.press(desk.tab.stock.whole)
    box = desk.box(CountBox)
    assert (box.view.lines[0].counted, box.view.lines[0].moved) == (7, 2)
    assert box.table.currentIndex().row() == 1
    box.table.go_to(0)
    desk.press(box.recount)
    assert (box.view.lines[0].book, box.view.lines[0].counted) == (12, None)
    monkeypatch.setattr(dialogs, "ask_path", lambda *_a, **_k: str(tmp_path / "盘点表"))
    desk.press(box.save_button)
    assert (tmp_path / "盘点表.pdf").read_bytes().startswith(b"%PDF")
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: "停电")
    desk.press(box.cancel)
    assert not box.isVisible() and stock.open_stocktake(people["manager"]) is None


def test_the_worth_of_a_day_and_the_card_go_into_files(
    qtbot: QtBot,
    people,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    desk = at_the_stock(qtbot, people["owner"])
    desk.tab.stock.value_action.trigger()
    box = desk.box(ValueBox)
    assert len(box.table.model.ids) == 7 and "2026-11-22 的库存值" in box.figures.text()
    monkeypatch.setattr(dialogs, "ask_path", lambda *_a, **_k: str(tmp_path / "值.xlsx"))
    desk.press(box.save_button)
    box.form.load({"day": date(2026, 11, 21)})
    box.form.submitted.emit()
    desk.settle()
    assert box.table.empty.isVisible()
    box.accept()
    monkeypatch.setattr(dialogs, "ask_path", lambda *_a, **_k: str(tmp_path / "卡.csv"))
    desk.tab.stock.card_action.trigger()
    desk.settle()
    assert (tmp_path / "值.xlsx").exists() and "入库" in (tmp_path / "卡.csv").read_text("utf-8-sig")


def test_what_is_below_its_level_stands_on_the_purchase_list(
    qtbot: QtBot,
    people,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    gift = stock.by_name(people["manager"], "香薰").id
    stock.change_gift(people["manager"], gift, reorder_level=11, supplier="明月百货")
    desk = Desk(qtbot, people["manager"], MAY)
    desk.tab.show_page(desk.tab.shortage)
    desk.settle()
    page = desk.tab.shortage
    row = page.table.model.row(0)
    assert [column.words(row) for column in page.table.columns] == [
        *(
            "补货",
            "",
            "低于补货线：可用 10，补货线 11",
            "香薰",
            "家居",
            "明月百货",
            "12",
            "￥28.00",
            "￥336.00",
        )
    ]
    assert not page.again.isVisible()
    monkeypatch.setattr(dialogs, "ask_path", lambda *_a, **_k: str(tmp_path / "采购.csv"))
    desk.press(page.save)
    assert "明月百货,香薰,家居,12,28.00,336.00,补货" in (tmp_path / "采购.csv").read_text("utf-8-sig")


# ---- the checks


@pytest.fixture
def october(manager, shelf) -> list[int]:  # noqa: F811
    found = []
    for number in range(8):
        customer = a_customer(f"Q{number}", "B")
        a_phone(customer, f"1390000000{number}")
        found.append(a_line(customer, shelf["香薰"], moved=0 if number == 7 else -1))
    return found


def test_a_clerk_is_told_who_does_the_checks(qtbot: QtBot, people) -> None:  # noqa: F811
    desk = Desk(qtbot, people["clerk"], MAY)
    desk.tab.show_page(desk.tab.checks)
    desk.settle()
    page = desk.tab.checks
    assert page.denied.isVisible() and not page.bar.isVisible() and not page.stack.count()


def test_the_reconciliation_opens_what_stands_behind_a_figure(
    qtbot: QtBot,
    people,  # noqa: F811
    october,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    desk = at_the_checks(qtbot, people["owner"], 0)
    view = desk.tab.checks.reconcile
    assert "1 条对不上" in view.figures.text()
    table = view.table
    keys = [column.key for column in table.columns]
    table.view.setCurrentIndex(table.model.index(0, keys.index("issued")))
    desk.press(view.behind)
    box = desk.box(LinesBox)
    assert list(box.table.model.ids) == october
    box.reject()
    table.view.setCurrentIndex(table.model.index(0, keys.index("out")))
    desk.press(view.behind)
    box = desk.box(MovesBox)
    assert len(box.table.model.ids) == 7
    box.accept()
    table.view.setCurrentIndex(table.model.index(table.model.rowCount() - 1, keys.index("off")))
    QTest.keyClick(table.view, Qt.Key.Key_Return)
    desk.settle()
    box = desk.box(LinesBox)
    assert list(box.table.model.ids) == october[7:]
    wanted: list[int] = []
    desk.context.customer_wanted.connect(wanted.append)
    desk.press(box.go)
    assert wanted and not box.isVisible()
    monkeypatch.setattr(dialogs, "ask_path", lambda *_a, **_k: str(tmp_path / "对账.csv"))
    desk.press(view.save)
    assert "香薰" in (tmp_path / "对账.csv").read_text("utf-8-sig")


def test_months_and_views_change_by_keyboard(qtbot: QtBot, people) -> None:  # noqa: F811
    desk = at_the_checks(qtbot, people["manager"], 0)
    page = desk.tab.checks
    assert page.month == OCTOBER and page.reconcile.table.empty.isVisible()
    ctrl = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(desk.tab.windowHandle(), Qt.Key.Key_PageUp, ctrl)
    qtbot.waitUntil(lambda: page.month == "2026-09", timeout=5_000)
    QTest.keyClick(desk.tab.windowHandle(), Qt.Key.Key_2, ctrl)
    qtbot.waitUntil(lambda: page.bar.currentIndex() == 1, timeout=5_000)
    desk.settle()
    assert page.signals.table.empty.isVisible()
    page.show_month("2026-11")
    assert not page.after.isEnabled()


def test_a_signal_opens_its_records(qtbot: QtBot, people, october) -> None:  # noqa: F811
    desk = at_the_checks(qtbot, people["owner"], 1)
    view = desk.tab.checks.signals
    assert "1 条要查清" in view.figures.text()
    assert view.table.current_row().kind == "no_move"
    desk.press(view.behind)
    box = desk.box(LinesBox)
    assert list(box.table.model.ids) == october[7:]
    box.reject()


def test_the_sample_is_drawn_and_answered_with_one_key_each(
    qtbot: QtBot,
    people,  # noqa: F811
    october,
    monkeypatch,
) -> None:
    desk = at_the_checks(qtbot, people["owner"], 2)
    view = desk.tab.checks.sample
    assert view.table.empty.isVisible() and view.draw.isEnabled() and not view.paper.isVisible()
    desk.press(view.draw)
    assert len(view.table.model.ids) == 5 and "****" in view.table.model.row(0).masked_phones
    view.table.select_first()
    assert "您收到了吗" in view.question.text()
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: "没见过")
    QTest.keyClick(desk.tab.windowHandle(), "1")
    qtbot.waitUntil(lambda: sample.sample(people["owner"], OCTOBER).asked == 1, timeout=5_000)
    desk.settle()
    assert view.table.current_row().position == 2
    QTest.keyClick(desk.tab.windowHandle(), "3")
    qtbot.waitUntil(lambda: sample.sample(people["owner"], OCTOBER).asked == 2, timeout=5_000)
    desk.settle()
    rows = sample.sample(people["owner"], OCTOBER).rows
    assert [(row.outcome, row.note) for row in rows[:2]] == [("received", ""), ("missing", "没见过")]
    desk.undo()
    assert sample.sample(people["owner"], OCTOBER).asked == 1
    assert "没收到 0 件" in view.figures.text()


def test_a_month_under_way_cannot_be_drawn(qtbot: QtBot, people) -> None:  # noqa: F811
    desk = at_the_checks(qtbot, people["owner"], 2, "2026-11")
    view = desk.tab.checks.sample
    assert not view.draw.isEnabled() and "还没有过完" in view.table.empty.title.text()


def test_gifts_and_sales_are_grouped_and_small_numbers_are_marked(
    qtbot: QtBot,
    people,  # noqa: F811
    october,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    database.execute("UPDATE customer SET registered_on = '2026-01-01'")
    desk = at_the_checks(qtbot, people["owner"], 3)
    view = desk.tab.checks.effect
    assert "还不满 60 天" in view.words.text()
    view.form.field("days").show_value(10)
    desk.press(view.go)
    assert [view.table.model.row(n).name for n in range(2)] == ["B", "合计"]
    assert view.table.model.row(0).weak and "只作参考" in view.words.text()
    desk.press(view.groups.buttons()[2])
    assert view.table.model.row(0).name == "香薰"
    monkeypatch.setattr(dialogs, "ask_path", lambda *_a, **_k: str(tmp_path / "产出.xlsx"))
    desk.press(view.save)
    assert (tmp_path / "产出.xlsx").exists()
    view.form.load({"first": date(2026, 10, 31), "last": date(2026, 10, 1), "days": 10})
    desk.press(view.go)
    assert "开始日期" in view.form.field("first").note.text()
