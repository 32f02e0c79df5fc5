"""The four daily tasks at a real window by keyboard alone, and as many key presses as both manuals say."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from models import database

pytestmark = [
    pytest.mark.xvfb,
    pytest.mark.skipif(os.environ.get("QT_QPA_PLATFORM") != "xcb", reason="no (virtual) screen"),
]

DOCS = Path(__file__).resolve().parents[2] / "docs"
TASKS = {
    "find": ("查找一位顾客", "find a customer"),
    "register": ("登记新顾客", "register a new customer"),
    "skip": ("没登记的人买单", "a buyer who is not on file"),
    "visit": ("到店没买，记下试穿", "came in, tried something on"),
    "sell": ("登记消费", "sell"),
    "follow up": ("登记联络结果", "follow up"),
}
"""The rows of the manuals' table, Chinese and English."""


def promised(task: str) -> tuple[int, int]:
    """The key presses that the two manuals name for a task: without, and with what is optional."""
    found = []
    for language, words in zip(("zh", "en"), TASKS[task], strict=True):
        manual = (DOCS / f"manual.{language}.md").read_text("utf-8")
        row = re.search(rf"^\| {re.escape(words)} \|.*\| ([^|]*) \|$", manual, re.MULTILINE)
        assert row, f"manual.{language}.md does not tell about: {words}"
        numbers = [int(number) for number in re.findall(r"\d+", row[1])]
        found.append((numbers[0], numbers[-1]))
    assert found[0] == found[1], "the manuals differ"
    return found[0]


@pytest.fixture
def hands(at_counter: Any) -> Any:
    """The clerk in the morning."""
    return at_counter("店员")


@pytest.fixture
def tab(hands: Any) -> Any:
    made = hands.window.work.show_tab("customers")
    hands.wait(lambda: made.list.table.model.rowCount() > 0)
    return made


def find(hands: Any, tab: Any) -> tuple[int, str]:
    """By the last four digits, from anywhere."""
    hands.press("F9")
    hands.type("5678")
    hands.press("Enter")
    hands.wait(lambda: tab._view is not None and tab.view.page is not None and tab.view.hasFocus())
    assert tab.view.page.name == "王小丽"
    return tab.view.page.id, tab.view.page.name


def focused() -> Any:
    return QApplication.focusWidget()


def test_find(hands: Any, tab: Any) -> None:
    hands.window.work.show_tab("contacts")
    _number, name = find(hands, tab)
    assert hands.window.work.current_tab() == "customers" and tab.view.page.name == name
    assert hands.pressed == promised("find")[0] <= 2


def test_register(hands: Any, tab: Any) -> None:
    hands.press("Ctrl+N")
    hands.type("199 8765 4321")
    hands.press("Enter")
    hands.wait(lambda: focused() is tab.form.form.field("name").input)
    hands.write("欧阳小红")
    hands.press("Enter")
    hands.press("Enter")
    hands.wait(lambda: tab._view is not None and tab.view.page and tab.view.page.name == "欧阳小红")
    assert hands.pressed == promised("register")[0] <= 4
    assert database.value_of("SELECT COUNT(*) FROM phone WHERE number = '19987654321'") == 1
    hands.press("Ctrl+Z")
    hands.wait(lambda: any("已撤销 欧阳小红 的登记" in words for words in hands.said))
    assert database.value_of("SELECT COUNT(*) FROM phone WHERE number = '19987654321'") == 0


def test_register_with_consent(hands: Any, tab: Any) -> None:
    hands.press("Ctrl+N")
    hands.type("19987654321")
    hands.press("Enter")
    hands.wait(lambda: focused() is tab.form.form.field("name").input)
    hands.write("单小红")
    hands.press("Enter")
    hands.press("Space")
    hands.press("Enter")
    hands.wait(lambda: tab._view is not None and tab.view.page and tab.view.page.name == "单小红")
    assert hands.pressed == promised("register")[1] <= 5
    agreed = "SELECT COUNT(*) FROM consent WHERE customer_id = ? AND given = 1"
    assert database.value_of(agreed, (tab.view.page.id,)) >= 1


def test_sell(hands: Any, tab: Any) -> None:
    number, name = find(hands, tab)
    tickets = database.value_of("SELECT COUNT(*) FROM ticket")
    hands.pressed = 0
    hands.press("Enter")
    hands.type("XF2301")
    hands.press("Enter")
    hands.type("M")
    hands.press("Enter")
    hands.type("359")
    hands.press("Enter")
    hands.wait(lambda: database.value_of("SELECT COUNT(*) FROM ticket") == tickets + 1)
    assert hands.pressed == promised("sell")[0] <= 6
    hands.wait(lambda: tab.view.hasFocus())
    hands.press("Ctrl+Z")
    hands.wait(lambda: any(f"已撤销 {name} 的消费" in words for words in hands.said))
    undone = "SELECT COUNT(*) FROM purchase WHERE customer_id = ? AND item_no = 'XF2301'"
    assert database.value_of(undone, (number,)) in (0, 2)


def test_enter_held_too_long_books_once(hands: Any, tab: Any) -> None:
    find(hands, tab)
    tickets = database.value_of("SELECT COUNT(*) FROM ticket")
    hands.press("F7")
    hands.type("XF2301")
    hands.press("Enter")
    hands.press("Enter")
    hands.type("359")
    hands.press("Enter")
    hands.press("Enter")
    hands.settle()
    hands.wait(lambda: database.value_of("SELECT COUNT(*) FROM ticket") == tickets + 1)


def test_skip(hands: Any, tab: Any) -> None:
    counted = "SELECT COUNT(*) FROM unregistered_sale"
    before = database.value_of(counted)
    hands.press("F7")
    hands.wait(lambda: tab._walk_in is not None and focused() is tab.walk_in_panel)
    hands.press("A")
    hands.wait(lambda: database.value_of(counted) == before + 1)
    assert hands.pressed == promised("skip")[0] <= 2


def test_visit(hands: Any, tab: Any) -> None:
    number, _name = find(hands, tab)
    hands.pressed = 0
    hands.press("F8")
    hands.wait(lambda: tab._visit is not None and focused() is tab.visit_line.line)
    hands.type("A1203 M")
    hands.press("Enter")
    note = "SELECT COUNT(*) FROM note WHERE customer_id = ? AND text = 'A1203 M'"
    hands.wait(lambda: database.value_of(note, (number,)) == 1)
    assert hands.pressed == promised("visit")[0] <= 2


def test_follow_up(hands: Any, tab: Any) -> None:
    hands.press("F4")
    contacts = hands.window.work.show_tab("contacts")
    hands.wait(lambda: contacts.card.row is not None)
    row = contacts.card.row
    hands.press("1")
    hands.wait(lambda: contacts.card.row is None or contacts.card.row.id != row.id)
    state = "SELECT state FROM contact WHERE id = ?"
    hands.wait(lambda: database.value_of(state, (row.id,)) == "done")
    assert hands.pressed == promised("follow up")[0] <= 2
    hands.press("Ctrl+Z")
    hands.wait(lambda: database.value_of(state, (row.id,)) == "planned")
