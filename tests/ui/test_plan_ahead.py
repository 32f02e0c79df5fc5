"""Planning the shown week or month in the background, and stopping it."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtWidgets import QWidget

from models import database
from services.shop import Shop
from ui.contacts.span_page import SpanPage
from ui.context import Context


def test_a_press_plans_the_days_shown_and_a_second_one_has_nothing_to_stop(qtbot: Any, manager: Shop) -> None:
    from services.customers import NewCustomer, register

    register(manager, NewCustomer("张芳", "13800005678"))
    page = SpanPage(Context(manager), QWidget())
    qtbot.addWidget(page)
    page.by_month = True
    with qtbot.waitSignal(page.turned, timeout=20_000):
        page.ahead.click()
    last = database.as_day(database.value_of("SELECT MAX(day) FROM schedule_day"))
    assert last == page.span()[1] and page._task is None


def test_stopped_halfway_nothing_is_kept(qtbot: Any, manager: Shop) -> None:
    page = SpanPage(Context(manager), QWidget())
    qtbot.addWidget(page)
    page.by_month = True
    with qtbot.waitSignal(page.turned, timeout=20_000):
        page.ahead.click()
        page.ahead.click()
    assert page._task is None


def test_days_that_are_over_are_not_planned(qtbot: Any, manager: Shop) -> None:
    page = SpanPage(Context(manager), QWidget())
    qtbot.addWidget(page)
    page.day = date(2026, 10, 5)
    page.ahead.click()
    assert page._task is None and not database.value_of("SELECT COUNT(*) FROM schedule_day")
