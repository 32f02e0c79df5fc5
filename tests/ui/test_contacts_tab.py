"""The tab 联络日程 as somebody works through it: the list, the card, one key an outcome, undo, bench, week and month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from models.contact import Contact
from models.customer import Customer, Phone
from models.kinds import Channel
from models.purchase import Ticket
from services import contacts, schedule
from services.settings import Settings
from services.shop import Shop
from services.words import use_language
from ui import theme
from ui.contacts.hour import slot
from ui.contacts.span_view import month_of, week_of
from ui.contacts.tab import ContactsTab
from ui.context import Context

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def a_customer(number: int, grade: str = "A", name: str = "", **more: Any) -> Customer:
    customer = Customer.create(
        **{"card_no": f"K{number:03}", "name": name or f"王丽{number}", "sex": "female", "grade": grade},
        **{
            "registered_on": TODAY - 300 * DAY,
            "last_visit": TODAY - 3 * DAY,
            "last_purchase": TODAY - 3 * DAY,
        },
        **{"last_contact": TODAY - 3 * DAY, "address": "和平路1号", "postcode": "629000", **more},
    )
    Phone.create(customer=customer, number=f"1380000{number:04}", reversed=f"1380000{number:04}"[::-1])
    Ticket.create(customer=customer, day=TODAY - 3 * DAY, paid=100, created_at=datetime(2026, 11, 20))
    return customer


def opened(qtbot: QtBot, shop: Shop, look: str = "light") -> ContactsTab:
    theme.apply(QApplication.instance(), look)
    context = Context(shop, Settings())
    tab = ContactsTab(context)
    context.changed.connect(tab.reload)
    qtbot.addWidget(tab, before_close_func=lambda _tab: context.close())
    tab.resize(1340, 640)
    tab.show()
    tab.activate()
    settle(qtbot, tab)
    return tab


def settle(qtbot: QtBot, tab: ContactsTab) -> None:
    qtbot.waitUntil(tab.context.tasks.idle, timeout=10_000)
    QApplication.processEvents()
    qtbot.waitUntil(tab.context.tasks.idle, timeout=10_000)


@pytest.fixture
def shop(manager: Shop) -> Shop:
    return manager.at(TODAY)


@pytest.fixture
def tab(qtbot: QtBot, shop: Shop) -> Iterator[ContactsTab]:
    for number, grade in ((1, "A"), (2, "B"), (3, "C"), (4, "C")):
        a_customer(number, grade)
    schedule.generate(shop)
    yield opened(qtbot, shop)


def names(tab: ContactsTab) -> list[str]:
    return [tab.table.model.row(n).card_no for n in range(len(tab.table.model.ids))]


def test_the_day_begins_with_the_first_call_on_the_card(tab: ContactsTab) -> None:
    assert names(tab) == ["K001", "K002", "K003", "K004"]
    card = tab.card
    assert card.name.text() == "王丽1" and card.grade.accessibleName() == "A 级"
    assert card.phone.text() == "138 0000 0001" and not card.reveal.isVisible()
    assert "售后回访" in card.why.text() and "王女士您好" in card.words.text()
    assert "还有 2 个" in tab.hour.accessibleName()
    assert tab.table.model.data(tab.table.model.index(0, 0)) == "15:00"
    assert tab.head.chips["today"].text() == "今天 4"


def test_one_key_records_and_goes_to_the_next(qtbot: QtBot, tab: ContactsTab) -> None:
    tab.card.note.insert("很合身")
    tab.card.reached.click()
    settle(qtbot, tab)
    assert Contact.get_by_id(1).state == "done" and Contact.get_by_id(1).note == "很合身"
    assert names(tab) == ["K002", "K003", "K004"] and tab.card.name.text() == "王丽2"
    assert tab.card.note.text() == "" and "已打 1 个" in tab.hour.accessibleName()
    tab.card.no_answer.click()
    settle(qtbot, tab)
    assert Contact.get_by_id(2).due == TODAY + DAY
    tab.context.undo_last()
    settle(qtbot, tab)
    assert Contact.get_by_id(2).due == TODAY and "K002" in names(tab)


def test_the_keys_say_what_suits_the_way(qtbot: QtBot, tab: ContactsTab) -> None:
    tab.table.select_id(3)
    settle(qtbot, tab)
    assert tab.card.reached.accessibleName() == "已发送" and not tab.card.no_answer.isVisible()
    assert tab.card.words_card.title.text() == "可以这样写"


def test_messages_are_ticked_together_calls_one_by_one(qtbot: QtBot, tab: ContactsTab) -> None:
    tab.table.view.selectAll()
    assert not tab.many.isVisible()
    tab.ways.chips["sms"].click()
    settle(qtbot, tab)
    assert names(tab) == ["K003", "K004"]
    tab.table.view.selectAll()
    assert tab.many.isVisible()
    tab.many.click()
    settle(qtbot, tab)
    assert [k.state for k in Contact.select().order_by(Contact.id)] == ["planned", "planned", "done", "done"]
    assert tab.table.empty.isVisible()
    tab.context.undo_last()
    settle(qtbot, tab)
    assert names(tab) == ["K003", "K004"]


def _choose(menu: QMenu, words: str) -> None:
    next(action for action in menu.actions() if words in action.text()).trigger()
    menu.close()


def test_moving_to_another_day_takes_two_keys(qtbot: QtBot, tab: ContactsTab) -> None:
    tab.card.later.click()
    _choose(tab.card.findChildren(QMenu)[-1], "一周后")
    settle(qtbot, tab)
    assert (Contact.get_by_id(1).state, Contact.get_by_id(1).due) == ("postponed", TODAY + 7 * DAY)


def test_refusing_offers_the_opt_out(qtbot: QtBot, tab: ContactsTab) -> None:
    said: list[Any] = []
    tab.context.said.connect(said.append)
    tab.card.refused.click()
    _choose(tab.card.findChildren(QMenu)[-1], "退订")
    settle(qtbot, tab)
    assert Contact.get_by_id(1).state == "refused" and "退订" in said[-1].text
    assert contacts.rules.stopped_by("sms") == {Channel.PHONE, Channel.SMS}


def test_a_clerk_opens_a_number_with_a_key(qtbot: QtBot, clerk: Shop) -> None:
    a_customer(1)
    schedule.generate(clerk.at(TODAY))
    tab = opened(qtbot, clerk.at(TODAY))
    assert tab.card.phone.text() == "138 **** 0001" and tab.card.reveal.isVisible()
    tab.card.reveal.click()
    settle(qtbot, tab)
    assert tab.card.phone.text() == "138 0000 0001" and not tab.card.reveal.isVisible()


def test_the_done_list_shows_the_outcome_and_can_be_checked_or_undone(qtbot: QtBot, tab: ContactsTab) -> None:
    tab.card.reached.click()
    settle(qtbot, tab)
    tab.show_list("done")
    settle(qtbot, tab)
    assert names(tab) == ["K001"] and "已联络" in tab.card.closed.text() and not tab.card.note.isVisible()
    tab.card.check.click()
    settle(qtbot, tab)
    assert Contact.get_by_id(1).checked_by_id
    tab.card.undo.click()
    settle(qtbot, tab)
    assert Contact.get_by_id(1).state == "planned" and names(tab) == []


def test_empty_lists_say_what_to_do(qtbot: QtBot, shop: Shop) -> None:
    tab = opened(qtbot, shop)
    for name in ("today", "overdue", "upcoming", "done", "post"):
        tab.show_list(name)
        settle(qtbot, tab)
        empty = tab.bench.table.empty if name == "post" else tab.table.empty
        qtbot.waitUntil(empty.isVisible)
        assert empty.isVisible() and empty.title.text()
    assert tab.card.empty.isHidden() is False


def test_a_filter_without_a_hit_offers_to_clear_it(qtbot: QtBot, tab: ContactsTab) -> None:
    tab.head.topic.setCurrentIndex(tab.head.topic.findData("birthday"))
    settle(qtbot, tab)
    assert names(tab) == [] and tab.table.empty.button.isVisible()
    tab.table.empty.button.click()
    settle(qtbot, tab)
    assert len(names(tab)) == 4
    tab.head.who.setCurrentIndex(tab.head.who.findText("小王"))
    settle(qtbot, tab)
    assert names(tab) == []


def test_the_bench_posts_what_has_an_address(
    qtbot: QtBot, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    birthday = {"birth_calendar": "solar", "birth_month": 11, "birth_day": 27}
    a_customer(1, **birthday)
    a_customer(2, **birthday, address="")
    schedule.generate(shop)
    tab = opened(qtbot, shop)
    tab.show_list("post")
    settle(qtbot, tab)
    assert tab.head.chips["post"].text() == "寄贺卡 2"
    qtbot.waitUntil(lambda: len(tab.bench.rows) == 2)
    assert "缺地址" in tab.bench.missing.text()
    tab.bench.posted.click()
    qtbot.waitUntil(lambda: [row.posted for row in tab.bench.rows] == [True, False])


def test_week_and_month_open_a_day(qtbot: QtBot, tab: ContactsTab) -> None:
    tab.show_list("week")
    settle(qtbot, tab)
    assert "2026年11月23日" in tab.span_title.text() and "电话 2" in tab.span.accessibleDescription()
    qtbot.keyClick(tab.span, Qt.Key.Key_Right)
    qtbot.keyClick(tab.span, Qt.Key.Key_Return)
    settle(qtbot, tab)
    assert tab.shown == "day" and tab.table.empty.isVisible()
    tab.show_list("month")
    settle(qtbot, tab)
    assert tab.span_title.text() == "2026年11月"
    qtbot.keyClick(tab.span, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: tab.span_title.text() == "2026年12月")
    tab.span.grab()


def test_a_talk_is_noted_with_the_day_agreed_on(qtbot: QtBot, tab: ContactsTab) -> None:
    from ui.contacts.talk import TalkDialog

    box = TalkDialog(tab.context, 3, "王丽3", tab)
    qtbot.addWidget(box)
    box.form.field("way").show_value("incoming")
    box.form.field("note").show_value("问几点关门")
    box.form.field("again").show_value(TODAY)
    box.save()
    assert Contact.select().where(Contact.incoming == 1).count() == 0
    box.form.field("again").show_value(TODAY + 2 * DAY)
    box.save()
    settle(qtbot, tab)
    talk = Contact.get(Contact.incoming == 1)
    assert (talk.customer_id, talk.channel, talk.note) == (3, "phone", "问几点关门")
    assert Contact.get(Contact.due == TODAY + 2 * DAY).by_hand
    tab.context.undo_last()
    settle(qtbot, tab)
    assert Contact.select().where(Contact.by_hand == 1).count() == 0


def test_the_calendar_file_is_written_from_the_tab(
    qtbot: QtBot, tab: ContactsTab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "w.ics"
    monkeypatch.setattr(tab.context, "ask_path", lambda *_a, **_k: str(target))
    tab.head.calendar.click()
    settle(qtbot, tab)
    assert target.read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_a_very_long_name_and_note_do_not_break_the_card(qtbot: QtBot, shop: Shop) -> None:
    a_customer(1, name="长" * 80, preferred_time="下午三点以后或者周末" * 5)
    schedule.generate(shop)
    tab = opened(qtbot, shop)
    assert tab.card.minimumSizeHint().width() < 1300
    tab.grab()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("look", ["light", "dark"])
def test_every_control_has_a_name_in_both_languages(
    qtbot: QtBot, shop: Shop, language: str, look: str
) -> None:
    use_language(language)
    a_customer(1)
    schedule.generate(shop)
    tab = opened(qtbot, shop, look)
    nameless = [
        type(widget).__name__
        for widget in tab.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]
    assert nameless == []
    for name in ("today", "post", "week", "month"):
        tab.show_list(name)
        settle(qtbot, tab)
        assert not tab.grab().isNull()


def test_the_hours_places_and_the_spans() -> None:
    from services.policy import load

    policy = load().contacts
    assert [slot(policy, place) for place in (0, 1, 14, 15)] == ["15:00", "15:04", "15:56", ""]
    assert week_of(date(2026, 11, 22)) == (date(2026, 11, 16), date(2026, 11, 22))
    assert month_of(date(2026, 2, 10)) == (date(2026, 1, 26), date(2026, 3, 1))
