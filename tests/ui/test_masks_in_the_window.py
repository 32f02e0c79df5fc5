"""No clerk reads a whole telephone number in the window that they did not open: every tab, table, tool tip and dialog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from models import database
from services import demo, journal
from services.clock import FixedClock
from services.shop import Actor, open_shop
from services.staff import sign_in, users
from ui import menu_actions
from ui.lazy_table import LazyTable

DIALOGS = (
    "print",
    "vouchers",
    "groups",
    "grading",
    "settings",
    "backup",
    "staff",
    "policy",
    "pin",
    "books",
    "about",
)
"""What a clerk can open from the menu; what they may not is refused in the status line."""


@pytest.fixture
def clerk_shop(tmp_path: Any) -> Iterator[Any]:
    path = tmp_path / "shop.db"
    demo.create(str(path), customers=60, years=1, seed=4)
    shop = open_shop(str(path), FixedClock(demo_day()))
    yield sign_in(shop, "店员", "481926")
    database.close()


def demo_day() -> Any:
    return database.as_day(database.value_of("SELECT MAX(day) FROM ticket"))


def words_of(root: QWidget) -> Iterator[str]:
    """All that can be read in a widget and what lies in it."""
    for widget in (root, *root.findChildren(QWidget)):
        yield widget.toolTip()
        yield widget.accessibleName()
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
            yield widget.text()
        elif isinstance(widget, QPlainTextEdit):
            yield widget.toPlainText()
        elif isinstance(widget, QComboBox):
            yield from (widget.itemText(place) for place in range(widget.count()))
        elif isinstance(widget, LazyTable):
            yield from cells_of(widget)


def cells_of(table: LazyTable) -> Iterator[str]:
    """Every cell of every column, also of those put away."""
    model = table.model
    for number in range(min(model.rowCount(), 200)):
        row = model.row(number)
        for column in table.columns:
            yield column.words(row)
            if column.hint and row is not None:
                yield column.hint(row)


@pytest.mark.parametrize(("who", "rows"), [("店员", 50), ("店长", 51), ("店主", 51)])
def test_the_clipboard_takes_no_more_than_the_role_may_export(
    qtbot: Any, at_work: Any, clerk_shop: Any, who: str, rows: int
) -> None:
    user = next(one for one in users(clerk_shop) if one.name == who)
    window = at_work(replace(clerk_shop, actor=Actor(user.id, user.name, user.role, user.group_id)))
    work = window.work
    table = work.show_tab("customers").findChild(LazyTable)
    qtbot.waitUntil(lambda: table.model.rowCount() > 50, timeout=20_000)
    first = database.rows("SELECT number FROM phone")
    table.show_columns(["name", "tail"])
    table.view.selectAll()
    table.copy()
    text = QApplication.clipboard().text()
    assert len(text.splitlines()) - 1 >= rows
    if who == "店员":
        assert len(text.splitlines()) - 1 == rows
    if who != "店主":
        assert not any(one[0] in text for one in first)
    qtbot.waitUntil(lambda: bool(journal.entries(act="list.copied")), timeout=20_000)
    assert journal.entries(act="list.copied")[0].body["rows"] == len(text.splitlines()) - 1


def test_a_clerk_reads_no_whole_number_anywhere(
    qtbot: Any, at_work: Any, clerk_shop: Any, monkeypatch: Any
) -> None:
    numbers = {row[0] for row in database.rows("SELECT number FROM phone")}
    window = at_work(clerk_shop)
    walked: list[str] = []
    wrong: list[str] = []
    masked: list[str] = []

    def look(name: str) -> None:
        qtbot.wait(150)
        found: set[str] = set()
        for top in QApplication.topLevelWidgets():
            if top.isVisible():
                for words in words_of(top):
                    masked.append(words) if "****" in words else None
                    found |= {one for one in numbers if one in words.replace(" ", "").replace("-", "")}
        walked.append(name)
        wrong.extend(f"{name}: {one}" for one in found)

    work = window.work
    people = [row[0] for row in database.rows("SELECT customer_id FROM phone ORDER BY 1 LIMIT 4")]
    for name in ("customers", "gifts", "contacts"):
        work.show_tab(name)
        look(name)
    for one in people:
        window.context.open_customer(one)
        look(f"page {one}")
    for action in DIALOGS:
        module, function = menu_actions.PLACES[action]
        monkeypatch.setattr("PySide6.QtWidgets.QDialog.exec", lambda box: box.show() or 0)
        menu_actions.run(window, action)
        look(action)
        for top in QApplication.topLevelWidgets():
            if top is not window and top.isVisible():
                top.close()
    print("walked:", walked)
    assert not wrong and len(masked) > 60, "the lists were read, and their numbers are masked"
    assert len(walked) == 3 + len(people) + len(DIALOGS)
