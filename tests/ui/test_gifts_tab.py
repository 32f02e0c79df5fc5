"""The tab 礼品台账 as three people work through it: propose, submit, approve, return, hand over, stock, sheet."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from models.kinds import LineStatus, Role
from services import gifts, stock
from services.gifts import PlanView
from services.settings import Settings
from services.shop import Shop
from services.words import use_language
from tests.services.test_gifts import MAY, a_customer, shelf  # noqa: F401 - a fixture
from ui import dialogs, theme
from ui.context import Context, Said
from ui.gifts.choose import ChooseGifts
from ui.gifts.readback_box import ReadBackBox
from ui.gifts.steps import next_step
from ui.gifts.stock_dialogs import FormBox
from ui.gifts.tab import GiftsTab


class Desk:
    """One person in front of the tab."""

    def __init__(self, qtbot: QtBot, shop: Shop, month: str = MAY, occasion: str = "") -> None:
        theme.apply(QApplication.instance(), "light")
        self.qtbot, self.shop = qtbot, shop
        self.context = Context(shop, Settings())
        self.said: list[Said] = []
        self.context.said.connect(self.said.append)
        self.tab = GiftsTab(self.context)
        self.context.changed.connect(self.tab.reload)
        qtbot.addWidget(self.tab, before_close_func=lambda _tab: self.context.close())
        self.tab.resize(1340, 640)
        self.tab.show()
        self.tab.activateWindow()
        qtbot.waitUntil(self.tab.isActiveWindow, timeout=5_000)
        self.tab.activate()
        self.settle()
        self.tab.show_year(int(month[:4]))
        self.settle()
        self.tab.occasions.select(month, occasion)
        self.settle()
        self.plan = self.tab.plan

    def settle(self) -> None:
        for _each in range(3):
            self.qtbot.waitUntil(self.context.tasks.idle, timeout=10_000)
            QApplication.processEvents()

    def press(self, button: QAbstractButton) -> None:
        assert button.isVisible() and button.isEnabled(), button.text()
        button.click()
        self.settle()

    def type(self, letter: str) -> None:
        """A key as the keyboard sends it, through the window, so that shortcuts see it (a button blinks first)."""
        before = self.statuses()
        QTest.keyClick(self.tab.windowHandle(), letter)
        self.qtbot.waitUntil(lambda: self.statuses() != before, timeout=5_000)
        self.settle()

    def undo(self) -> None:
        self.context.undo_last()
        self.settle()

    def last(self) -> str:
        return self.said[-1].text if self.said else ""

    def statuses(self) -> list[str]:
        plan_id = gifts.plan_id_of(self.shop, MAY)
        return [str(line.status) for line in gifts.lines(self.shop, plan_id or 0)]

    def words_of(self, page: QWidget) -> str:
        """What the bar says of a page."""
        place = [one.widget for one in self.tab.pages].index(page)
        return self.tab.bar.tabText(place)

    def box(self, kind: type) -> Any:
        """The dialog that was opened."""
        self.settle()
        found: list[QWidget] = []

        def there() -> bool:
            found[:] = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
            return bool(found)

        self.qtbot.waitUntil(there, timeout=5_000)
        return found[0]


@pytest.fixture
def people(manager, owner, clerk, shelf) -> dict[str, Shop]:  # noqa: F811
    a_customer("K1", "A", (5, 12))
    a_customer("K2", "B", (5, 20))
    return {"manager": manager, "owner": owner, "clerk": clerk}


@pytest.fixture
def reasons(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the person answers when asked for words; the last answer is given again."""
    answers = ["换一件"]
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: answers[0])
    return answers


def test_an_empty_plan_says_what_to_do_and_does_it(qtbot: QtBot, people) -> None:
    desk = Desk(qtbot, people["manager"])
    empty = desk.plan.table.empty
    assert empty.isVisible() and empty.title.text() == "还没有礼品计划"
    desk.press(empty.button)
    assert len(desk.plan.table.model.ids) == 6
    assert "已提议：新增 6 条" in desk.last()
    assert desk.plan.next.text().startswith("提交 6 条")


def test_a_clerk_sees_an_empty_plan_without_a_button(qtbot: QtBot, people) -> None:
    desk = Desk(qtbot, people["clerk"])
    assert desk.plan.table.empty.isVisible()
    assert not desk.plan.table.empty.button.isVisible()
    assert not desk.tab.stock.add.isVisible()


def test_the_manager_submits_and_can_take_it_back(qtbot: QtBot, people) -> None:
    gifts.propose(people["manager"], MAY)
    desk = Desk(qtbot, people["manager"])
    desk.press(desk.plan.next)
    assert set(desk.statuses()) == {"submitted"}
    assert desk.plan.next.text().startswith("等店主批准 6 条") and not desk.plan.next.isEnabled()
    desk.undo()
    assert set(desk.statuses()) == {"draft"}


def submitted(people: dict[str, Shop]) -> None:
    plan = gifts.propose(people["manager"], MAY)
    gifts.submit(people["manager"], plan.id)


def test_the_owner_s_next_step_leads_to_the_approval_page(qtbot: QtBot, people) -> None:
    submitted(people)
    desk = Desk(qtbot, people["owner"])
    assert desk.tab.approval.isVisible(), "what waits for the owner is what they see first"
    desk.tab.show_page(desk.plan)
    assert desk.plan.next.text().startswith("审批 6 条")
    desk.press(desk.plan.next)
    assert desk.tab.approval.isVisible() and not desk.plan.isVisible()


def test_the_manager_finds_what_came_back(qtbot: QtBot, people) -> None:
    submitted(people)
    line = gifts.lines(people["owner"], gifts.plan_id_of(people["owner"], MAY) or 0)[0]
    gifts.return_(people["owner"], line_ids=[line.id], reason="太便宜")
    desk = Desk(qtbot, people["manager"])
    desk.press(desk.plan.next)
    assert list(desk.plan.table.model.ids) == [line.id]
    assert "太便宜" in desk.plan.acts.hint.text()


def approved(people: dict[str, Shop]) -> None:
    submitted(people)
    gifts.approve(people["owner"], gifts.plan_id_of(people["owner"], MAY))


def test_the_clerk_hands_over_with_one_key_and_can_take_it_back(qtbot: QtBot, people) -> None:
    approved(people)
    desk = Desk(qtbot, people["clerk"])
    desk.tab.show_page(desk.tab.waiting)
    desk.settle()
    assert desk.words_of(desk.tab.waiting) == "待发放 6"
    waiting = desk.tab.waiting
    waiting.text.setText("K1")
    qtbot.waitUntil(lambda: len(waiting.table.model.ids) == 3, timeout=5_000)
    waiting.table.select_first()
    desk.press(waiting.next)
    assert "已发放给 客户K1" in desk.last()
    assert len(waiting.table.model.ids) == 2
    desk.undo()
    assert desk.statuses().count("issued") == 0


def test_what_goes_by_post_is_marked_posted(qtbot: QtBot, people) -> None:
    approved(people)
    desk = Desk(qtbot, people["clerk"], occasion="may_day")
    desk.plan.table.view.selectAll()
    desk.press(desk.plan.next)
    signed = {
        line.signed for line in gifts.lines(people["clerk"], gifts.plan_id_of(people["clerk"], MAY) or 0)
    }
    assert signed == {"", "paper", "posted"}


def test_a_cancelled_line_can_be_brought_back(qtbot: QtBot, people, reasons) -> None:
    gifts.propose(people["manager"], MAY)
    desk = Desk(qtbot, people["manager"])
    desk.plan.table.select_first()
    desk.press(desk.plan.acts.cancel)
    assert desk.statuses().count("cancelled") == 1
    desk.undo()
    assert desk.statuses().count("draft") == 6


def test_the_choice_dialog_holds_the_limits_before_anything_is_written(qtbot: QtBot, people) -> None:
    gifts.propose(people["manager"], MAY)
    desk = Desk(qtbot, people["manager"], occasion="birthday")
    desk.plan.table.select_first()
    desk.press(desk.plan.acts.choose)
    box = desk.box(ChooseGifts)
    names = {item.id: item.name for item in box.options.items}
    assert {names[number] for number in box.chosen()} == {"真丝方巾", "咖啡杯"}
    assert box.go.isEnabled()
    box.table.select_id(next(number for number, name in names.items() if name == "香薰"))
    assert not box.go.isEnabled() and "还没到标准" in box.sum.text()
    box.table.select_id(next(number for number, name in names.items() if name == "真皮皮带"))
    desk.press(box.go)
    rows = gifts.lines(people["manager"], gifts.plan_id_of(people["manager"], MAY) or 0, occasion="birthday")
    assert [row.gift for row in rows if row.card_no == "K1" and row.status == "draft"] == ["真皮皮带"]
    desk.undo()
    rows = gifts.lines(people["manager"], gifts.plan_id_of(people["manager"], MAY) or 0, occasion="birthday")
    assert sorted(row.gift for row in rows if row.card_no == "K1" and row.status == "draft") == [
        "咖啡杯",
        "真丝方巾",
    ]


def test_special_customers_are_the_owner_s_next_step_and_need_a_reason(qtbot: QtBot, people) -> None:
    a_customer("K3", "A", special=1)
    gifts.propose(people["manager"], MAY)
    desk = Desk(qtbot, people["owner"])
    assert desk.plan.next.text().startswith("选特殊礼品 1")
    desk.press(desk.plan.next)
    box = desk.box(ChooseGifts)
    box.table.select_first()
    assert not box.go.isEnabled()
    box.reason.setText("老朋友")
    desk.press(box.go)
    assert gifts.plan_view(people["owner"], MAY).counts.get("awaits_owner", 0) == 0


def test_the_purchase_list_counts_and_receives(qtbot: QtBot, people) -> None:
    for number in range(12):
        a_customer(f"B{number}", "A")
    gifts.propose(people["manager"], MAY)
    desk = Desk(qtbot, people["manager"])
    assert desk.words_of(desk.tab.shortage) == "采购清单 3"
    desk.tab.show_page(desk.tab.shortage)
    desk.settle()
    desk.press(desk.tab.shortage.receive)
    box = desk.box(FormBox)
    assert box.form.values()["quantity"] == 3
    desk.press(box.go)
    assert not box.isVisible()
    desk.press(desk.tab.shortage.again)
    assert desk.words_of(desk.tab.shortage) == "采购清单"


def test_a_new_gift_is_refused_beside_its_field(qtbot: QtBot, people) -> None:
    desk = Desk(qtbot, people["manager"])
    desk.tab.show_page(desk.tab.stock)
    desk.settle()
    desk.press(desk.tab.stock.add)
    box = desk.box(FormBox)
    box.form.load({"name": "香薰", "gift_class": "家居", "cost": 2_000, "quantity": 4})
    desk.press(box.go)
    assert box.isVisible() and "已经有“香薰”" in box.form.field("name").note.text()
    box.form.load({"name": "香薰（大）", "gift_class": "家居", "cost": 2_000, "quantity": 4})
    desk.press(box.go)
    assert not box.isVisible()
    assert stock.by_name(people["manager"], "香薰（大）").stock == 4


def test_the_sheet_is_saved_and_an_executed_one_read_back(
    qtbot: QtBot, people, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(people)
    path = tmp_path / "五月.xlsx"
    monkeypatch.setattr(dialogs, "ask_path", lambda *_a, **_k: str(path))
    desk = Desk(qtbot, people["manager"])
    desk.plan.sheet.save(".xlsx")
    desk.settle()
    book = load_workbook(path)
    ws = book.active
    head = next(row for row in ws.iter_rows() if row[0].value == "客户编号")
    first, second = head[0].row + 1, head[0].row + 2
    for column, words in ((5, "小王"), (6, "李店长"), (7, "客户 2026-11-22")):
        ws.cell(first, column).value = words
    ws.cell(second, 5).value = "小王"
    book.save(path)
    desk.plan.sheet.read_back()
    box = desk.box(ReadBackBox)
    verdicts = [row.verdict.value for row in box.found.rows]
    assert verdicts.count("accepted") == 1 and verdicts.count("refused") == 1
    desk.press(box.book)
    assert not box.isVisible() and "已登记 1 行签名" in desk.last()


def test_the_tab_speaks_english_without_a_chinese_word_of_its_own(qtbot: QtBot, people) -> None:
    gifts.propose(people["manager"], MAY)
    use_language("en")
    desk = Desk(qtbot, people["manager"])
    for page in range(4):
        desk.tab.bar.setCurrentIndex(page)
        desk.settle()
        said = [w.text() for w in desk.tab.findChildren(QAbstractButton) if w.isVisible()]
        said += [w.text() for w in desk.tab.findChildren(QLabel) if w.isVisible()]
        for words in said:
            own = re.sub(
                r"香薰|钥匙扣|真皮皮带|皮具|服饰|杯具|家居|小件|时尚资讯手册|礼金券|100元礼金券|真丝方巾|咖啡杯|[^ ]*券",
                "",
                words,
            )
            assert not re.search(r"[\u4e00-\u9fff]", own), words


def a_view(**counts: int) -> PlanView:
    lines = sum(number for name, number in counts.items() if name in set(map(str, LineStatus)))
    return PlanView(1, MAY, LineStatus.DRAFT if lines else None, counts, lines, 0, ())


@pytest.mark.parametrize(
    ("role", "counts", "alone", "act"),
    [
        (Role.MANAGER, {}, False, "propose"),
        (Role.CLERK, {}, False, ""),
        (Role.MANAGER, {"draft": 3}, False, "submit"),
        (Role.OWNER, {"draft": 3}, False, ""),
        (Role.OWNER, {"draft": 3}, True, "submit"),
        (Role.OWNER, {"draft": 3, "awaits_owner": 1}, False, "special"),
        (Role.MANAGER, {"draft": 3, "short": 3}, False, "propose"),
        (Role.MANAGER, {"submitted": 2}, False, ""),
        (Role.MANAGER, {"returned": 2, "approved": 1}, False, "mend"),
        (Role.OWNER, {"returned": 2}, False, ""),
        (Role.OWNER, {"submitted": 2, "draft": 1}, False, "approve"),
        (Role.CLERK, {"submitted": 2}, False, ""),
        (Role.CLERK, {"approved": 2}, False, "issue"),
        (Role.MANAGER, {"approved": 2}, False, "sheet"),
        (Role.MANAGER, {"issued": 2}, False, "check"),
        (Role.CLERK, {"issued": 2}, False, ""),
    ],
)
def test_the_next_step_of_each_role(role: Role, counts: dict[str, int], alone: bool, act: str) -> None:
    assert next_step(role, a_view(**counts), alone=alone).act == act
