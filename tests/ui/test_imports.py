"""The import and export windows: choose, look, correct, import, save what was refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from models import database
from services.words import use_language
from tests.conftest import OWNER_PIN
from ui import dialogs
from ui.context import Context
from ui.exports import dialog as exports_dialog
from ui.exports import permission
from ui.exports.dialog import Export
from ui.imports import dialog as imports_dialog
from ui.imports.dialog import Import

ROWS = [
    ["登记表"],
    ["姓名", "卡号", "手机", "生日", "积分"],
    ["王小丽", "K1", 13812345678, "农历八月十五", 60],
    ["李敏", "K2", 123, "", ""],
]


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    def make(rows: list[list[Any]], name: str = "旧表.xlsx") -> Path:
        from openpyxl import Workbook

        made = Workbook()
        for row in rows:
            made.active.append(row)
        made.save(tmp_path / name)
        return tmp_path / name

    return make


@pytest.fixture
def opened(qtbot: Any, make_context: Callable[..., Context], manager: Any) -> Import:
    box = Import(make_context(manager))
    qtbot.addWidget(box)
    box.show()
    return box


def active(qtbot: Any, box: Any) -> None:
    """Keys reach only a window that is active."""
    with qtbot.waitActive(box):
        box.activateWindow()


def found(qtbot: Any, box: Import) -> None:
    qtbot.waitUntil(lambda: box.plan is not None and box.pages.currentIndex() == 1, timeout=20_000)


def test_the_whole_way(qtbot: Any, opened: Import, book: Any, monkeypatch: Any, tmp_path: Path) -> None:
    said = []
    opened.context.said.connect(lambda each: said.append(each.text))
    path = book(ROWS)
    monkeypatch.setattr(dialogs, "ask_path", lambda *_a, **_k: str(path))
    active(qtbot, opened)
    qtbot.keyClick(opened, Qt.Key.Key_F6)
    found(qtbot, opened)
    assert opened.figures.text() == "读到 2 行：将新增 1，更改 0，不变 0，不导入 1"
    assert opened.header.value() == 2
    assert [choice.currentData() for choice in opened.mapping.choices] == [
        "name",
        "card_no",
        "phone",
        "birthday",
        "points",
    ]
    assert opened.tabs.count() == 3 and opened.tabs.widget(2).item(0, 0).text() == "4"
    assert "农历八月十五" in [opened.tabs.widget(1).item(0, n).text().split(" = ")[0] for n in range(6)]
    assert database.value_of("SELECT COUNT(*) FROM customer") == 0
    active(qtbot, opened)
    qtbot.keyClick(opened, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: opened.pages.currentIndex() == 2, timeout=20_000)
    assert database.row("SELECT name, points_earned FROM customer") == ("王小丽", 0)
    assert said == ["读到 2 行：已新增 1，更改 0，不变 0，没有导入 1"]
    out = tmp_path / "没有导入.xlsx"
    monkeypatch.setattr(dialogs, "ask_path", lambda *_a, **_k: str(out))
    active(qtbot, opened)
    qtbot.keyClick(opened, Qt.Key.Key_F7)
    qtbot.waitUntil(out.exists, timeout=20_000)
    qtbot.waitUntil(lambda: len(said) == 2, timeout=5_000)
    opened.back.click()
    assert opened.pages.currentIndex() == 0 and opened.kind == "purchases"


def test_a_corrected_column_is_read_again(qtbot: Any, opened: Import, book: Any) -> None:
    opened.read(str(book(ROWS)))
    found(qtbot, opened)
    opened.mapping.choices[2].setCurrentIndex(0)
    opened.points.setChecked(True)
    assert not opened.go.isEnabled() and opened.again.isEnabled()
    plan = opened.plan
    opened.again.click()
    qtbot.waitUntil(lambda: opened.plan is not None and opened.plan is not plan, timeout=20_000)
    assert opened.plan is not None and opened.plan.added == 2 and opened.plan.refused == 0
    assert opened.points.isChecked() and opened.go.isEnabled()


def test_titles_that_nobody_knows_can_be_told(qtbot: Any, opened: Import, book: Any) -> None:
    opened.read(str(book([["称呼", "号"], ["王小丽", "K1"]])))
    qtbot.waitUntil(lambda: opened.pages.currentIndex() == 1, timeout=20_000)
    assert "姓名" in opened.wrong.text() and not opened.go.isEnabled()
    choice = opened.mapping.choices[0]
    choice.setCurrentIndex(choice.findData("name"))
    opened.again.click()
    found(qtbot, opened)
    assert opened.plan is not None and opened.plan.added == 1 and opened.go.isEnabled()


def test_a_broken_file_is_told_in_place(qtbot: Any, opened: Import, tmp_path: Path) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04 nonsense")
    opened.read(str(tmp_path / "坏.xlsx"))
    qtbot.waitUntil(lambda: opened.trouble.isVisible(), timeout=20_000)
    assert "不完整" in opened.trouble.text() and opened.pages.currentIndex() == 0


def test_two_readings_of_a_text_are_asked_about(
    qtbot: Any, opened: Import, tmp_path: Path, monkeypatch: Any
) -> None:
    asked: list[dict[str, list[str]]] = []
    monkeypatch.setattr(
        imports_dialog, "ask_encoding", lambda _box, readings: asked.append(readings) or "gb18030"
    )
    path = tmp_path / "t.csv"
    path.write_bytes("女".encode("gbk"))
    opened.read(str(path))
    qtbot.waitUntil(lambda: opened.pages.currentIndex() == 1, timeout=20_000)
    assert asked[0]["gb18030"] == ["女"] and opened.mapping.item(0, 1).text() == "女"


def test_stopping_the_reading_changes_nothing(
    qtbot: Any, opened: Import, book: Any, monkeypatch: Any
) -> None:
    from services.imports import run
    from services.progress import Cancelled

    def plan(*_args: Any) -> Any:
        raise Cancelled

    monkeypatch.setattr(run, "plan", plan)
    opened.read(str(book(ROWS)))
    qtbot.waitUntil(lambda: opened.trouble.isVisible(), timeout=20_000)
    assert "已停止" in opened.trouble.text()


def test_a_clerk_is_told_that_it_is_not_theirs(qtbot: Any, make_context: Any, clerk: Any) -> None:
    context = make_context(clerk)
    said = []
    context.said.connect(lambda each: said.append(each.text))
    imports_dialog.open_dialog(context, None)
    exports_dialog.open_dialog(context, None)
    assert len(said) == 2 and all("店长" in text for text in said)


def test_an_export_says_where_it_went(
    qtbot: Any, make_context: Any, owner: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    context = make_context(owner)
    said = []
    context.said.connect(lambda each: said.append(each.text))
    box = Export(context)
    qtbot.addWidget(box)
    box.show()
    box.kinds.button(3).click()
    monkeypatch.setattr(permission, "ask", lambda *_a: permission.Permission("对账", OWNER_PIN))
    monkeypatch.setattr(dialogs, "ask_path", lambda *_a, **_k: str(tmp_path / "礼品"))
    active(qtbot, box)
    qtbot.keyClick(box, Qt.Key.Key_F8)
    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    assert (tmp_path / "礼品.xlsx").exists() and "礼品.xlsx" in said[0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_cut_off_in_either_language(
    qtbot: Any, make_context: Any, manager: Any, book: Any, language: str
) -> None:
    use_language(language)
    box = Import(make_context(manager))
    qtbot.addWidget(box)
    box.show()
    box.read(str(book(ROWS)))
    found(qtbot, box)
    assert box.width() <= 1366 and box.height() <= 720
    for widget in (*box.findChildren(QPushButton), *box.findChildren(QLabel)):
        if widget.isVisible() and not (isinstance(widget, QLabel) and widget.wordWrap()):
            assert widget.width() >= widget.sizeHint().width() - 2, widget.text()
