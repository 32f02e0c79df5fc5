"""All the ids, only the visible rows."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication

from services.words import N_
from ui.context import Context
from ui.lazy_table import PAGE, PAGES_KEPT, Column, LazyTable

MILLION = 1_000_000


@dataclass(frozen=True)
class Row:
    id: int
    name: str
    grade: str = "A"


COLUMNS = [
    Column("name", N_("姓名"), bold=True),
    Column("grade", N_("等级"), badge=lambda row: row.grade),
    Column("id", N_("卡号"), align="right", hidden=True),
]


@pytest.fixture
def table(qtbot: Any, make_context: Callable[..., Context]) -> LazyTable:
    made = LazyTable(make_context(), "test", "名单", COLUMNS)
    made.set_empty("还没有客户", "按 F7 登记第一位。")
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    return made


def names(ids: list[int]) -> list[Row | None]:
    return [None if number == 13 else Row(number, f"客户{number}") for number in ids]


def test_a_million_rows_fetch_only_what_is_painted(table: LazyTable, qtbot: Any) -> None:
    asked: list[int] = []

    def fetch(ids: list[int]) -> list[Row | None]:
        asked.append(len(ids))
        return names(ids)

    table.show_ids(array("q", range(1, MILLION + 1)), fetch)
    table.grab()
    assert sum(asked) <= 2 * PAGE
    table.view.scrollToBottom()
    table.grab()
    assert sum(asked) <= 4 * PAGE
    assert table.model.rowCount() == MILLION


def test_only_fifty_pages_are_kept(table: LazyTable) -> None:
    table.show_ids(array("q", range(1, MILLION + 1)), names)
    for page in range(PAGES_KEPT + 30):
        assert table.model.row(page * PAGE).id == page * PAGE + 1
    assert len(table.model._pages) == PAGES_KEPT


def test_selecting_a_million_rows_does_not_freeze(table: LazyTable, qtbot: Any) -> None:
    table.show_ids(array("q", range(1, MILLION + 1)), names)
    begun = time.perf_counter()
    table.view.selectAll()
    table.grab()
    assert table.selected_count() == MILLION
    assert len(table.selected_ids()) == MILLION
    assert time.perf_counter() - begun < 3


def test_the_header_has_its_own_selection_model(table: LazyTable) -> None:
    assert table.view.horizontalHeader().selectionModel() is not table.view.selectionModel()


def test_a_row_deleted_meanwhile_is_said_to_be_gone(table: LazyTable) -> None:
    table.show_ids(array("q", [12, 13]), names)
    assert table.model.index(1, 0).data() == "（已删除）"
    assert table.model.index(1, 1).data() == ""
    table.grab()


def test_the_current_row_stays_when_the_list_is_loaded_anew(table: LazyTable) -> None:
    table.show_ids(array("q", [1, 2, 3, 4]), names)
    table.select_id(3)
    table.show_ids(array("q", [4, 3, 2]), names)
    assert table.current_id() == 3
    table.show_ids(array("q", [4, 2]), names)
    assert table.current_id() == 0


def test_enter_opens_the_row_under_the_cursor(table: LazyTable, qtbot: Any) -> None:
    table.show_ids(array("q", [5, 6, 7]), names)
    table.select_first()
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.keyClick(table.view, Qt.Key.Key_Return)
    assert opened.args == [5]
    qtbot.keyClick(table.view, Qt.Key.Key_End)
    assert table.current_id() == 7


def test_ctrl_c_copies_a_table_that_starts_no_formula(table: LazyTable, qtbot: Any) -> None:
    table.show_rows([Row(1, "=1+1"), Row(2, "王\t小丽"), Row(3, "单芳", "C")])
    table.view.selectAll()
    qtbot.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().split("\n") == [
        "姓名\t等级",
        "'=1+1\tA",
        "王 小丽\tA",
        "单芳\tC",
    ]
    assert "<td>单芳</td>" in QGuiApplication.clipboard().mimeData().html()


def test_columns_are_chosen_and_remembered(table: LazyTable) -> None:
    assert [column.key for column in table.visible_columns()] == ["name", "grade"]
    table.show_column(2, True)
    table.show_column(1, False)
    assert [column.key for column in table.visible_columns()] == ["name", "id"]
    assert table.context.settings.hidden_columns["test"] == ["grade"]


def test_a_click_on_the_header_asks_for_another_order(table: LazyTable) -> None:
    wanted: list[tuple[str, bool]] = []
    table.sort_wanted.connect(lambda key, down: (wanted.append((key, down)), table.show_order(key, down)))
    header = table.view.horizontalHeader()
    header.sectionClicked.emit(0)
    header.sectionClicked.emit(0)
    header.sectionClicked.emit(1)
    assert wanted == [("name", False), ("name", True), ("grade", False)]


def test_an_empty_list_says_what_to_do(table: LazyTable) -> None:
    table.show_rows([])
    assert table.empty.isVisible()
    assert table.empty.hint.text() == "按 F7 登记第一位。"
    table.show_rows([Row(1, "王小丽")])
    assert not table.empty.isVisible()


def test_ranges_that_touch_are_counted_once(table: LazyTable) -> None:
    table.show_ids(array("q", range(1, 101)), names)
    selection = QItemSelection()
    for first, last in ((0, 9), (5, 19), (50, 50)):
        selection.merge(
            QItemSelection(table.model.index(first, 0), table.model.index(last, 2)),
            QItemSelectionModel.SelectionFlag.Select,
        )
    table.view.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    assert table.selected_count() == 21
    assert list(table.selected_ids()) == [*range(1, 21), 51]


def test_a_fault_while_painting_is_told_once_and_painting_goes_on(
    table: LazyTable, qtbot: Any, monkeypatch: Any
) -> None:
    told: list[Exception] = []
    monkeypatch.setattr(table.context, "show_error", told.append)

    def fetch(ids: list[int]) -> list[Row]:
        raise OSError("gone")

    table.show_ids(array("q", range(1, 2_001)), fetch)
    table.grab()
    table.view.scrollToBottom()
    table.grab()
    qtbot.waitUntil(lambda: bool(told))
    assert len(told) == 1
