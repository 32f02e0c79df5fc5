"""The year and the month by keyboard, the next best gifts by one key, the plan found by its number, extra gifts."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from models import database
from services import gifts, stock
from services.shop import Shop
from services.words import use_language
from tests.conftest import OWNER_PIN
from tests.services.test_gifts import MAY, a_customer, a_ticket, shelf  # noqa: F401 - a fixture
from tests.ui.test_gifts_tab import Desk, people  # noqa: F401 - a fixture
from ui.gifts.stock_dialogs import FormBox


class YearDesk(Desk):
    """The year page in front."""

    def __init__(self, qtbot: QtBot, shop: Shop) -> None:
        super().__init__(qtbot, shop)
        self.tab.show_page(self.tab.year)
        self.settle()
        self.page = self.tab.year

    def strike(self, key: Qt.Key) -> None:
        """A key as the keyboard sends it."""
        focused = self.tab.window().focusWidget()
        QTest.keyClick(focused or self.tab, key)
        self.settle()


def test_the_year_takes_the_whole_width_and_shows_twelve_months(qtbot: QtBot, people) -> None:  # noqa: F811
    desk = YearDesk(qtbot, people["manager"])
    assert not desk.tab.occasions.isVisible()
    assert [card.month for card in desk.page.cards] == [f"2027-{n:02}" for n in range(1, 13)]
    may = desk.page.cards[4].model.entries
    assert [(one.occasion, one.people()) for one in may] == [
        ("birthday", "A 1  B 1"),
        ("may_day", "A 1  B 1"),
    ]


def test_arrows_move_over_the_months_and_enter_opens_the_plan(qtbot: QtBot, people) -> None:  # noqa: F811
    gifts.propose(people["manager"], MAY)
    desk = YearDesk(qtbot, people["manager"])
    desk.page.cards[3].view.setFocus()
    desk.strike(Qt.Key.Key_Right)
    assert desk.page.cards[4].view.hasFocus()
    desk.strike(Qt.Key.Key_Down)
    desk.strike(Qt.Key.Key_Return)
    assert desk.plan.isVisible() and (desk.plan.month, desk.plan.occasion) == (MAY, "may_day")
    assert desk.tab.occasions.isVisible()


def test_down_from_the_last_row_goes_to_the_month_below(qtbot: QtBot, people) -> None:  # noqa: F811
    desk = YearDesk(qtbot, people["manager"])
    desk.page.cards[0].view.setFocus()
    for _each in range(len(desk.page.cards[0].model.entries)):
        desk.strike(Qt.Key.Key_Down)
    assert desk.page.cards[4].view.hasFocus()
    desk.strike(Qt.Key.Key_Up)
    assert desk.page.cards[0].view.hasFocus()


def test_a_month_opens_as_a_calendar_and_a_day_as_its_plan(qtbot: QtBot, people) -> None:  # noqa: F811
    desk = YearDesk(qtbot, people["manager"])
    desk.page.focus_month(MAY)
    desk.press(desk.page.by_day)
    grid = desk.page.grid
    assert grid.isVisible() and grid.month == MAY
    first = next(cell for cell in grid.model.cells if cell.inside)
    assert (first.day.day, [row.occasion for row in first.rows]) == (1, ["may_day"])
    assert {cell.day.day for cell in grid.model.cells if cell.rows} == {1, 12, 20}
    grid.view.setFocus()
    desk.strike(Qt.Key.Key_Return)
    assert desk.plan.isVisible() and (desk.plan.month, desk.plan.occasion) == (MAY, "may_day")
    desk.tab.show_page(desk.tab.year)
    desk.press(desk.page.back)
    assert desk.page.cards[4].view.isVisible()


def test_the_year_can_be_changed(qtbot: QtBot, people) -> None:  # noqa: F811
    desk = YearDesk(qtbot, people["manager"])
    desk.press(desk.page.after)
    assert desk.page.cards[0].month == "2028-01"


@pytest.fixture
def birthday_plan(people: dict[str, Shop]) -> int:  # noqa: F811
    return gifts.propose(people["manager"], MAY).id


def test_one_key_takes_the_next_best_gift_and_ctrl_z_the_old_one(
    qtbot: QtBot,
    people,  # noqa: F811
    birthday_plan,
) -> None:
    desk = Desk(qtbot, people["manager"], occasion="birthday")
    line = next(
        row
        for row in gifts.lines(people["manager"], birthday_plan, occasion="birthday")
        if row.card_no == "K2"
    )
    desk.plan.table.select_id(line.id)
    qtbot.waitUntil(lambda: bool(desk.plan.picks.picks), timeout=5_000)
    first = desk.plan.picks.picks[0]
    desk.plan.table.setFocus()
    before = [row.gift for row in gifts.lines(people["manager"], birthday_plan)]
    QTest.keyClick(desk.tab.windowHandle(), "1")
    qtbot.waitUntil(
        lambda: [row.gift for row in gifts.lines(people["manager"], birthday_plan)] != before, timeout=5_000
    )
    desk.settle()
    assert gifts.line(people["manager"], line.id).gift == first.names[0]
    desk.undo()
    assert gifts.line(people["manager"], line.id).gift == line.gift


def test_a_typed_plan_number_opens_its_plan(qtbot: QtBot, people, birthday_plan) -> None:  # noqa: F811
    desk = Desk(qtbot, people["manager"])
    desk.plan.text.setText("lp202611")
    desk.plan.text.entered.emit()
    desk.settle()
    assert desk.plan.month == "2026-11" and desk.tab.occasions.year == 2026


def test_the_owner_adds_an_extra_gift(qtbot: QtBot, people, birthday_plan) -> None:  # noqa: F811
    one = a_customer("S1", "A", special=1)
    desk = Desk(qtbot, people["owner"])
    desk.press(desk.plan.extra)
    box = desk.box(FormBox)
    gift = stock.by_name(people["owner"], "香薰")
    box.form.load({"customer": one, "day": None, "gift": gift.id, "more": 0, "handover": "collect"})
    desk.press(box.go)
    assert box.isVisible(), "day and reason are missing"
    from datetime import date

    values = {"customer": one, "day": date(2027, 5, 3), "gift": gift.id, "more": 0, "handover": "collect"}
    box.form.load({**values, "reason": "帮了大忙"})
    desk.press(box.go)
    assert not box.isVisible() and "客户S1" in desk.last()
    added = [row for row in gifts.lines(people["owner"], birthday_plan) if row.occasion == "owner_choice"]
    assert [(row.gift, row.reason) for row in added] == [("香薰", "帮了大忙")]


def test_only_the_owner_sees_the_extra_button(qtbot: QtBot, people, birthday_plan) -> None:  # noqa: F811
    assert not Desk(qtbot, people["manager"]).plan.extra.isVisible()


def test_the_owner_lets_one_more_through_at_the_counter(qtbot: QtBot, people) -> None:  # noqa: F811
    from services.errors import Refused
    from ui.gifts import override

    desk = Desk(qtbot, people["clerk"])
    small = stock.add_gift(people["manager"], "袜子", "小件", 900)
    stock.receive(people["manager"], small, 5)
    one = a_customer("C1", "C")
    override.ask(desk.context, Refused("到了每天的限额。", field="limit"), a_ticket(one), one, small)
    box = desk.box(FormBox)
    box.form.load({"owner": "店主", "pin": "12345678", "reason": "老客"})
    desk.press(box.go)
    assert box.isVisible() and database.value_of("SELECT COUNT(*) FROM plan_line") == 0
    box.form.load({"owner": "店主", "pin": OWNER_PIN, "reason": "老客"})
    desk.press(box.go)
    assert not box.isVisible() and "放行" in desk.last()


@pytest.mark.parametrize("page", ["year", "approval"])
def test_the_new_pages_speak_english(qtbot: QtBot, people, page: str) -> None:  # noqa: F811
    import re

    from PySide6.QtWidgets import QAbstractButton, QLabel

    gifts.submit(people["manager"], gifts.propose(people["manager"], MAY).id)
    use_language("en")
    desk = Desk(qtbot, people["owner"])
    desk.tab.show_page(getattr(desk.tab, page))
    desk.settle()
    shown: list[Any] = [*desk.tab.findChildren(QAbstractButton), *desk.tab.findChildren(QLabel)]
    said = [widget.text().replace("店长", "") for widget in shown if widget.isVisible()]
    assert not [words for words in said if re.search(r"[\u4e00-\u9fff]", words)]


def test_the_number_on_a_sheet_opens_its_plan_from_the_search_box(qtbot: QtBot, at_work, people) -> None:  # noqa: F811
    gifts.propose(people["manager"], MAY)
    window = at_work(people["manager"])
    window.work.search.scan("LP202705")
    tab = window.work._tabs["gifts"]
    qtbot.waitUntil(lambda: len(tab.plan.table.model.ids) == 6, timeout=5_000)
    assert window.work.current_tab() == "gifts" and tab.plan.month == MAY
    assert window.work.search.text() == ""
