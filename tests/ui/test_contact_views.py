"""The further views of the contact schedule: what contacts brought, numbers to verify, papers; by keyboard."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from models.contact import Contact
from models.purchase import Ticket
from services.contact_lists import DayCount
from services.shop import Shop
from tests.services.test_contact_results import NOW, a_contact
from tests.ui.test_contacts_tab import DAY, TODAY, a_customer, opened, settle
from ui.contacts.span_view import SpanView
from ui.contacts.tab import ContactsTab


def cells(tab: ContactsTab, row: int) -> list[str]:
    """The words of a line of the results."""
    table = tab.results().table
    return [column.words(table.model.row(row)) for column in table.visible_columns()]


def test_the_manager_sees_what_contacts_brought_and_saves_it(
    qtbot: QtBot, manager: Shop, tmp_path: Path
) -> None:
    for number in range(80):
        customer = a_customer(number)
        if number < 40:
            a_contact(customer, TODAY - 50 * DAY)
            Ticket.create(customer=customer, day=TODAY - 49 * DAY, paid=10_000, created_at=NOW)
    tab = opened(qtbot, manager.at(TODAY))
    tab.show_list("results")
    settle(qtbot, tab)
    assert cells(tab, 0) == [
        *(
            "售后回访 · 电话",
            "40",
            "40",
            "0",
            "40 / 40  100.0%",
            "40",
            "￥4,000.00",
            "￥100.00",
            "0.0%",
            "￥0.00",
        ),
        *("+￥100.00", "▲ 买的人更多"),
    ]
    assert "40 人" not in tab.results().words.text() and "常联络的客户" in tab.results().words.text()
    assert not tab.head.who.isVisible()
    by_grade = next(b for b in tab.results().groups.buttons() if b.property("code") == "grade")
    by_grade.click()
    settle(qtbot, tab)
    assert cells(tab, 0)[0] == "A 级"
    target = tmp_path / "成效.xlsx"
    tab.context.ask_path = lambda *_a, **_k: str(target)  # type: ignore[method-assign]
    tab.results().save.click()
    settle(qtbot, tab)
    assert target.exists()
    tab.show_list("today")
    settle(qtbot, tab)
    assert tab.head.who.isVisible() and tab.pages.currentIndex() == 0


def test_a_clerk_is_not_shown_the_results(qtbot: QtBot, clerk: Shop) -> None:
    tab = opened(qtbot, clerk.at(TODAY))
    assert not tab.head.chips["results"].isVisible()


def test_an_impossible_period_is_said_beside_its_field(qtbot: QtBot, manager: Shop) -> None:
    tab = opened(qtbot, manager.at(TODAY))
    tab.show_list("results")
    settle(qtbot, tab)
    view = tab.results()
    view.form.load({"first": TODAY, "last": TODAY - timedelta(days=3), "days": 14})
    view.go.click()
    settle(qtbot, tab)
    assert "开始日期" in view.form.field("first").note.text()


def test_the_check_list_is_drawn_from_the_tab(
    qtbot: QtBot, manager: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from ui.contacts import papers_box
    from ui.printing import preview

    a_contact(a_customer(1), TODAY)
    tab = opened(qtbot, manager.at(TODAY))
    boxes: list[papers_box.PapersBox] = []
    monkeypatch.setattr(papers_box.PapersBox, "exec", lambda box: boxes.append(box))
    tab.show_list("week")
    settle(qtbot, tab)
    tab.head.papers.click()
    (box,) = boxes
    assert box.form.values()["length"] == "week" and box.form.values()["whose"] == ""
    drawn: list[bytes] = []
    monkeypatch.setattr(preview, "show", lambda _c, _p, pdf, _t, **_k: drawn.append(pdf))
    box.look()
    settle(qtbot, tab)
    assert drawn and drawn[0].startswith(b"%PDF")
    target = tmp_path / "检核表.xlsx"
    tab.context.ask_path = lambda *_a, **_k: str(target)  # type: ignore[method-assign]
    box.save()
    settle(qtbot, tab)
    assert target.exists()
    box.form.load({"kind": "check", "length": "day", "day": TODAY - 300 * DAY, "whose": ""})
    box.look()
    settle(qtbot, tab)
    assert len(drawn) == 1 and "没有要联络" in box.form.field("whose").note.text()


def test_the_manager_ticks_many_as_checked_and_takes_it_back(qtbot: QtBot, manager: Shop) -> None:
    for number in range(3):
        a_contact(a_customer(number), TODAY)
    tab = opened(qtbot, manager.at(TODAY))
    tab.show_list("done")
    settle(qtbot, tab)
    tab.table.view.selectAll()
    assert tab.many.isVisible() and "3" in tab.many.text()
    tab.many.click()
    settle(qtbot, tab)
    assert {(one.checked_by_id, one.checked_on) for one in Contact.select()} == {(2, TODAY)}
    assert "已检查：店长" in tab.card.closed.text()
    tab.context.undo_last()
    settle(qtbot, tab)
    assert {one.checked_on for one in Contact.select()} == {None}


def test_a_wrong_number_goes_to_the_list_and_is_mended_there(qtbot: QtBot, manager: Shop) -> None:
    one = a_contact(a_customer(1), TODAY, state="planned", done_on=None)
    tab = opened(qtbot, manager.at(TODAY))
    tab.card.wrong.click()
    settle(qtbot, tab)
    assert tab.head.chips["verify"].text() == "待核实 1"
    tab.show_list("verify")
    settle(qtbot, tab)
    view = tab.verify()
    assert view.who.text() == "王丽1" and view.number.isVisible()
    view.number.insert("12")
    view.number.entered.emit()
    settle(qtbot, tab)
    assert view.wrong.isVisible() and view.number.text() == "12"
    view.number.setText("13900000009")
    view.number.entered.emit()
    settle(qtbot, tab)
    assert Contact.get_by_id(one.id).state == "planned" and not len(view.table.model.ids)
    assert tab.head.chips["verify"].text() == "待核实" and not view.number.isVisible()
    tab.context.undo_last()
    settle(qtbot, tab)
    assert len(view.table.model.ids) == 1
    view.right.click()
    settle(qtbot, tab)
    assert not len(view.table.model.ids)


def test_six_notes_the_call_and_the_next_one(
    qtbot: QtBot, manager: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.contacts import doings as tabs

    a_contact(a_customer(1), TODAY, state="planned", done_on=None)
    tab = opened(qtbot, manager.at(TODAY))
    boxes: list[tabs.NextBox] = []
    monkeypatch.setattr(tabs.NextBox, "exec", lambda box: boxes.append(box))
    tab.card.note.insert("周末来")
    tab.card.next.click()
    (box,) = boxes
    box.save()
    assert "今天以后" in box.form.field("day").note.text()
    box.form.load({"day": TODAY + 5 * DAY, "topic": "new_arrivals", "channel": "phone"})
    box.save()
    settle(qtbot, tab)
    done, again = Contact.select().order_by(Contact.id)
    assert (done.state, done.note, again.due, again.topics) == (
        "done",
        "周末来",
        TODAY + 5 * DAY,
        "new_arrivals",
    )
    tab.context.undo_last()
    settle(qtbot, tab)
    assert Contact.select().count() == 1


def test_the_question_of_the_call_is_answered_on_the_card(qtbot: QtBot, manager: Shop) -> None:
    from models.question import AskedQuestion

    a_contact(a_customer(1), TODAY, state="planned", done_on=None)
    tab = opened(qtbot, manager.at(TODAY))
    question = tab.card.question
    assert question is not None and tab.card.question_card.isVisible()
    question.skip.click()
    settle(qtbot, tab)
    assert [one.field for one in AskedQuestion.select()] == [question.due.field]
    after = tab.card.question
    assert after is None or after.due.field != question.due.field


def test_the_filter_by_person_says_what_lies_before_each(qtbot: QtBot, manager: Shop) -> None:
    a_contact(a_customer(1), TODAY, state="planned", done_on=None, assignee=2)
    tab = opened(qtbot, manager.at(TODAY))
    place = tab.head.who.findData("clerk:2")
    assert tab.head.who.itemText(place) == "店长　待 1" and ("clerk:2", "店长") in tab.head.people()


def test_week_and_month_are_filtered_by_way_and_mark_what_is_late(qtbot: QtBot, manager: Shop) -> None:
    monday = TODAY - TODAY.weekday() * DAY
    tab_day = monday + 2 * DAY
    a_contact(a_customer(1), monday, state="planned", done_on=None)
    a_contact(a_customer(2), monday, state="planned", done_on=None, channel="post")
    tab = opened(qtbot, manager.at(tab_day))
    tab.show_list("week")
    settle(qtbot, tab)
    late = tab.span._lines(tab.span._days[0])
    assert [words for words, _tone in late[:2]] == ["! 电话 1", "! 寄卡 1"]
    tab.span_ways.chips["post"].click()
    settle(qtbot, tab)
    assert (tab.span._days[0].calls, tab.span._days[0].cards) == (0, 1)


def test_a_low_day_of_the_month_still_says_every_count(qtbot: QtBot) -> None:
    view = SpanView()
    qtbot.addWidget(view)
    monday = date(2026, 11, 23)
    days = [DayCount(monday + n * DAY, calls=9, cards=1, messages=8, closed=3) for n in range(42)]
    view.show_days(days, monday + DAY, month=11)
    view.resize(900, 260)
    view.grab()
    assert view._short(days[0]) == "! 电9 卡1 信8 ✓3" and view._short(days[2]) == "电9 卡1 信8 ✓3"
