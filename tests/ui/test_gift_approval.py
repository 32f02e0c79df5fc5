"""The owner's approval page: marks by key, differences since last time, one signature with the PIN."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from services import gifts, policies, stock
from services.errors import Refused
from services.gifts import Change
from services.shop import Shop
from tests.conftest import OWNER_PIN
from tests.services.test_gifts import MAY, shelf  # noqa: F401 - a fixture
from tests.ui.test_gifts_tab import Desk, people  # noqa: F401 - a fixture
from ui import dialogs


class OwnersDesk(Desk):
    """The owner with the approval page in front; `answers` are what they type when asked, one after another."""

    def __init__(self, qtbot: QtBot, shop: Shop, monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
        super().__init__(qtbot, shop)
        left = list(answers)
        self.asked: list[str] = []

        def ask(_parent: Any, title: str, text: str = "", *_a: Any, **_k: Any) -> str | None:
            self.asked.append(title)
            return left.pop(0) if left else None

        monkeypatch.setattr(dialogs, "ask_text", ask)
        self.tab.show_page(self.tab.approval)
        self.settle()
        self.page = self.tab.approval

    def strike(self, key: str) -> None:
        """A letter as the keyboard sends it; with Shift where it is a capital."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        before = self.page.marks.counts()
        modifier = Qt.KeyboardModifier.ShiftModifier if key.isupper() else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(self.tab.windowHandle(), key.lower(), modifier)
        self.qtbot.waitUntil(lambda: self.page.marks.counts() != before, timeout=5_000)
        self.settle()

    def sign(self) -> None:
        self.press(self.page.next)


@pytest.fixture
def handed_in(people: dict[str, Shop]) -> dict[str, Shop]:  # noqa: F811
    plan = gifts.propose(people["manager"], MAY)
    gifts.submit(people["manager"], plan.id)
    return people


def test_the_owner_marks_by_keys_and_signs_once(qtbot: QtBot, handed_in, monkeypatch) -> None:
    desk = OwnersDesk(qtbot, handed_in["owner"], monkeypatch, "太便宜", OWNER_PIN)
    desk.page.table.setFocus()
    desk.page.table.select_first()
    desk.strike("a")
    assert desk.page.table.view.currentIndex().row() == 1, "the cursor goes on to the next line"
    desk.strike("r")
    assert set(desk.statuses()) == {"submitted"}, "nothing counts before the signature"
    desk.strike("A")
    assert desk.page.marks.counts() == (5, 1)
    assert desk.page.next.text().startswith("签字：批准 5，退回 1")
    desk.sign()
    assert sorted(desk.statuses()) == ["approved"] * 5 + ["returned"]
    assert desk.last() == "已批准 5 条。已退回 1 条。"
    desk.undo()
    assert set(desk.statuses()) == {"submitted"}


def test_a_wrong_pin_signs_nothing(qtbot: QtBot, handed_in, monkeypatch) -> None:
    desk = OwnersDesk(qtbot, handed_in["owner"], monkeypatch, "000000", OWNER_PIN)
    desk.press(desk.page.all_yes)
    desk.sign()
    assert (desk.said[-1].tone, "密码不对" in desk.last()) == ("bad", True)
    assert set(desk.statuses()) == {"submitted"}
    assert desk.page.marks.counts() == (6, 0), "the marks are still there to sign again"
    desk.sign()
    assert set(desk.statuses()) == {"approved"}


def test_the_policy_may_leave_the_pin_out(qtbot: QtBot, handed_in, monkeypatch) -> None:
    shop = policies.set_values(handed_in["owner"], {"safety.pin_for_approval": False}, "小店")
    desk = OwnersDesk(qtbot, shop, monkeypatch)
    desk.press(desk.page.all_yes)
    desk.sign()
    assert set(desk.statuses()) == {"approved"} and not desk.asked


def test_one_s_own_hand_in_cannot_even_be_marked(qtbot: QtBot, people, monkeypatch) -> None:  # noqa: F811
    plan = gifts.propose(people["owner"], MAY)
    gifts.submit(people["owner"], plan.id)
    desk = OwnersDesk(qtbot, people["owner"], monkeypatch)
    desk.press(desk.page.all_yes)
    assert (desk.said[-1].tone, "自己提交" in desk.last()) == ("bad", True)
    assert desk.page.marks.counts() == (0, 0) and not desk.page.next.isEnabled()


def test_what_changed_since_last_time_is_marked(qtbot: QtBot, handed_in, monkeypatch) -> None:
    manager, owner = handed_in["manager"], handed_in["owner"]
    plan = gifts.plan_id_of(manager, MAY) or 0
    birthday = gifts.lines(manager, plan, occasion="birthday")
    b_line = next(line for line in birthday if line.card_no == "K2")
    same = [line.id for line in birthday if line.card_no == "K1"]
    gone = next(line for line in gifts.lines(manager, plan, occasion="may_day") if line.card_no == "K1")
    gifts.return_(owner, line_ids=[*same, b_line.id, gone.id], reason="换一换")
    other = next(i for i in gifts.alternatives(manager, b_line.id) if i.id != b_line.gift_id)
    gifts.choose_gift(manager, b_line.id, other.id)
    gifts.cancel(manager, gone.id, "搬走了")
    gifts.choose_gifts(manager, same[0], [line.gift_id or 0 for line in birthday if line.id in same])
    gifts.submit(manager, line_ids=[b_line.id, *same])
    desk = OwnersDesk(qtbot, owner, monkeypatch)
    rows = {row.id: row for row in gifts.approval_rows(owner, desk.page.table.model.ids) if row}
    assert rows[b_line.id].change is Change.CHANGED and rows[b_line.id].was_gift == b_line.gift
    assert {rows[number].change for number in same} == {Change.SAME}
    assert rows[gone.id].change is Change.REMOVED
    assert sum(row.change is None for row in rows.values()) == 2, (
        "what was waiting all the time is not marked"
    )
    shown = {chip.text() for chip in desk.page.chips.buttons() if chip.isVisible()}
    assert shown == {"全部 6", "改动 1", "未改 2", "去掉 1"}
    desk.press(next(chip for chip in desk.page.chips.buttons() if chip.text() == "改动 1"))
    assert list(desk.page.table.model.ids) == [b_line.id]


def test_lines_handed_in_on_a_later_day_are_new(handed_in) -> None:
    manager, owner = handed_in["manager"], handed_in["owner"]
    stock.receive(manager, stock.by_name(manager, "香薰").id, 5)
    from tests.services.test_gifts import a_customer

    a_customer("K9", "B", (5, 9))
    gifts.propose(manager, MAY)
    later = manager.at(manager.today() + timedelta(days=1))
    gifts.submit(later, gifts.plan_id_of(manager, MAY))
    found = gifts.approval(owner, MAY)
    new = gifts.approval(owner, MAY, only=Change.ADDED.value)
    rows = gifts.approval_rows(owner, new.ids)
    assert found.counts["added"] == len(new.ids) and {row.line.card_no for row in rows if row} == {"K9"}


def test_over_the_budget_the_owner_says_why(qtbot: QtBot, handed_in, monkeypatch) -> None:
    shop = policies.set_values(handed_in["owner"], {"gifts.month_budget_fen": 1_000}, "省一点")
    desk = OwnersDesk(qtbot, shop, monkeypatch, OWNER_PIN, "年会")
    assert "超出" in desk.page.budget.text()
    desk.press(desk.page.all_yes)
    desk.sign()
    assert desk.asked == ["签字", "超出预算限额"]
    assert set(desk.statuses()) == {"approved"}


def test_a_clerk_has_no_approval_page_and_a_manager_only_looks(qtbot: QtBot, handed_in) -> None:
    clerk = Desk(qtbot, handed_in["clerk"])
    place = [one.widget for one in clerk.tab.pages].index(clerk.tab.approval)
    assert not clerk.tab.bar.isTabVisible(place)
    manager = Desk(qtbot, handed_in["manager"])
    manager.tab.show_page(manager.tab.approval)
    manager.settle()
    page = manager.tab.approval
    assert len(page.table.model.ids) == 6
    assert not page.yes.isVisible() and not page.next.isVisible()


def test_an_empty_page_leads_to_the_month_that_waits(qtbot: QtBot, handed_in, monkeypatch) -> None:
    desk = OwnersDesk(qtbot, handed_in["owner"], monkeypatch)
    desk.page.show_plan("2027-07", "")
    desk.settle()
    assert "2027年5月 有 6 条等您批准" in desk.page.table.empty.hint.text()
    desk.press(desk.page.table.empty.button)
    assert len(desk.page.table.model.ids) == 6


def test_marks_wait_for_the_owner_where_the_window_was_closed_before_the_signature(
    qtbot: QtBot, handed_in, monkeypatch
) -> None:
    desk = OwnersDesk(qtbot, handed_in["owner"], monkeypatch, "太便宜", OWNER_PIN)
    desk.page.table.setFocus()
    desk.page.table.select_first()
    desk.strike("a")
    desk.strike("r")
    assert not desk.page.left.isVisible()
    again = OwnersDesk(qtbot, handed_in["owner"], monkeypatch, OWNER_PIN)
    assert again.page.marks.counts() == (1, 1)
    assert again.page.left.isVisible() and "2 条" in again.page.left.text()
    again.strike("A")
    again.sign()
    assert set(again.statuses()) == {"approved", "returned"}
    assert gifts.kept_marks(handed_in["owner"], MAY, "").marks == {}
    assert not again.page.left.isVisible()


def test_a_mark_falls_when_its_line_was_changed_meanwhile(qtbot: QtBot, handed_in, monkeypatch) -> None:
    desk = OwnersDesk(qtbot, handed_in["owner"], monkeypatch, OWNER_PIN)
    desk.page.table.setFocus()
    desk.strike("A")
    yes, seen = sorted(desk.page.marks.yes), desk.page.marks.seen
    manager = handed_in["manager"]
    gifts.withdraw(manager, list(desk.page.approval.ids))
    gifts.submit(manager, desk.page.approval.plan_id)
    with pytest.raises(Refused, match="改过"):
        gifts.sign(handed_in["owner"], yes, {}, OWNER_PIN, seen=seen)
    again = OwnersDesk(qtbot, handed_in["owner"], monkeypatch)
    assert again.page.marks.counts() == (0, 0)
    assert "改过" in again.page.left.text()


def test_another_owner_and_another_plan_have_marks_of_their_own(handed_in) -> None:
    owner = handed_in["owner"]
    gifts.keep_marks(owner, MAY, "", {1: gifts.Mark(3), 2: gifts.Mark(1, "太贵")})
    assert gifts.kept_marks(owner, MAY, "").marks == {1: gifts.Mark(3), 2: gifts.Mark(1, "太贵")}
    assert gifts.kept_marks(owner, MAY, "birthday").marks == {}
    other = replace(owner, actor=replace(owner.actor, id=99))
    assert gifts.kept_marks(other, MAY, "").marks == {}
    gifts.keep_marks(owner, MAY, "", {})
    assert gifts.kept_marks(owner, MAY, "").marks == {}
