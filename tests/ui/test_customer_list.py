"""The list of customers by keyboard: filter, keep a filter, select, act on what is selected, arrange columns."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu

from models import database
from services import customers
from services.customers import NewCustomer
from services.filters import saved
from services.rules.filters import Condition, Filter
from tests.conftest import OWNER_PIN
from ui import dialogs
from ui.customers.filter_menu import build
from ui.customers.list_panel import ListPanel
from ui.exports import permission
from ui.lazy_table.arrange import Arrange

NAMES = ("王小丽", "单芳", "=1+1", "李四")


@pytest.fixture
def people(clerk):
    ids = [customers.register(clerk, NewCustomer(name, f"1381234567{n}")).id for n, name in enumerate(NAMES)]
    database.execute("UPDATE customer SET grade = 'A', size = 'M' WHERE id IN (?, ?)", ids[:2])
    return ids


@pytest.fixture
def panel_of(qtbot, make_context, people):
    def make(shop) -> ListPanel:
        context = make_context(shop)
        made = ListPanel(context)
        context.changed.connect(made.reload)
        qtbot.addWidget(made)
        made.resize(380, 700)
        made.show()
        made.load()
        wait(qtbot, made, len(people))
        return made

    return make


@pytest.fixture
def answers(monkeypatch):
    """What the person types into the next dialogs."""
    typed: list[str] = []
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: typed.pop(0))
    monkeypatch.setattr(dialogs, "ask_path", lambda *_a, **_k: typed.pop(0))
    monkeypatch.setattr(dialogs, "ask", lambda *_a, **_k: True)
    return typed


def wait(qtbot, panel, number):
    qtbot.waitUntil(lambda: panel.context.tasks.idle() and len(panel.table.model.ids) == number)


def settle(qtbot, panel):
    qtbot.waitUntil(panel.context.tasks.idle)
    QApplication.processEvents()
    qtbot.waitUntil(panel.context.tasks.idle)


def choose(menu: QMenu, *path: str) -> None:
    """Triggers the line of a menu by its words."""
    for words in path[:-1]:
        menu = next(a.menu() for a in menu.actions() if a.text() == words)
    next(a for a in menu.actions() if a.text() == path[-1]).trigger()


def enabled(menu: QMenu, words: str) -> bool:
    return next(a for a in menu.actions() if a.text() == words).isEnabled()


# filtering


def test_a_condition_is_added_changed_and_taken_away_by_keyboard(qtbot, panel_of, clerk) -> None:
    panel = panel_of(clerk)
    panel.bar.edit()
    qtbot.waitUntil(lambda: panel.bar._editor is not None and panel.bar.editor.isVisible())
    editor = panel.bar.editor
    editor.field.setCurrentIndex(editor.field.findData("size"))
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    qtbot.keyClicks(editor.inputs.words, "m")
    qtbot.waitUntil(lambda: editor.told.text() == "符合 2 位")
    qtbot.keyClick(editor.inputs.words, Qt.Key.Key_Return)
    wait(qtbot, panel, 2)
    assert panel.filter == Filter((Condition("size", values=("m",)),)) and not editor.isVisible()
    chip = panel.bar.lines.itemAt(0).widget().layout().itemAt(0).widget()
    assert chip.text() == "尺码：m"
    chip.click()
    qtbot.waitUntil(editor.isVisible)
    editor.not_.setChecked(True)
    editor.submit()
    wait(qtbot, panel, 2)
    assert panel.filter.conditions[0].negated
    chip = panel.bar.lines.itemAt(0).widget().layout().itemAt(0).widget()
    qtbot.keyClick(chip, Qt.Key.Key_Delete)
    wait(qtbot, panel, 4)
    assert panel.bar.lines.count() == 0 and panel.bar.clear.isHidden()


def test_a_condition_without_values_says_what_is_missing_and_escape_leaves(qtbot, panel_of, clerk) -> None:
    panel = panel_of(clerk)
    panel.bar.edit()
    qtbot.waitUntil(lambda: panel.bar._editor is not None and panel.bar.editor.isVisible())
    editor = panel.bar.editor
    for code, words in (("grade", "至少一项"), ("height", "从多少到多少"), ("last_visit", "多长时间")):
        editor.field.setCurrentIndex(editor.field.findData(code))
        editor.submit()
        assert words in editor.told.text() and editor.isVisible()
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.isVisible() and panel.filter == Filter()


def test_every_field_can_be_asked_and_comes_back_into_the_editor(qtbot, panel_of, clerk) -> None:
    from datetime import date

    from services.rules.spans import Span

    panel = panel_of(clerk)
    panel.bar.edit()
    qtbot.waitUntil(lambda: panel.bar._editor is not None and panel.bar.editor.isVisible())
    editor = panel.bar.editor
    for asked in (
        Condition("grade", values=("A", "C")),
        Condition("spent", low=100_050, high=200_000),
        Condition("spent_lately", low=5_000, span=Span.parse("3 months")),
        Condition("last_visit", "ago", span=Span.parse("2 weeks"), negated=True),
        Condition("registered", "between", first=date(2025, 12, 1), last=date(2026, 1, 31)),
        Condition("last_purchase", "never"),
        Condition("birthday", "ahead", high=14),
        Condition("birthday", "lunar_month", values=("8", "12")),
        Condition("colours", values=("墨绿", "黑")),
        Condition("special"),
        Condition("soon", values=("no_visit",), high=30),
        Condition("group", values=("1",)),
    ):
        editor.begin(Filter(), asked, panel.bar.known)
        assert editor.condition() == asked


def test_the_buttons_and_the_bar_show_the_same_filter(qtbot, panel_of, clerk) -> None:
    panel = panel_of(clerk)
    panel.grade_chips["A"].click()
    wait(qtbot, panel, 2)
    assert panel.grade_chips["A"].isChecked() and not panel.grade_chips[""].isChecked()
    assert panel.bar.lines.count() == 0
    panel.quick_chips["gift_waiting"].click()
    wait(qtbot, panel, 0)
    panel.quick_chips["birthday_month"].click()
    wait(qtbot, panel, 0)
    assert [one.field for one in panel.filter.conditions] == ["grade", "birthday"]
    panel.bar.clear.click()
    wait(qtbot, panel, 4)
    assert panel.grade_chips[""].isChecked() and not panel.quick_chips["birthday_month"].isChecked()


def test_a_filter_is_kept_used_renamed_and_deleted_with_undo(qtbot, panel_of, clerk, answers) -> None:
    panel = panel_of(clerk)
    panel.use(Filter((Condition("size", values=("M",)),)))
    wait(qtbot, panel, 2)
    answers.append("穿M码的")
    choose(build(panel.bar, []), "保存现在的筛选…")
    settle(qtbot, panel)
    panel.show_all()
    wait(qtbot, panel, 4)
    choose(build(panel.bar, saved.saved(clerk)), "穿M码的")
    wait(qtbot, panel, 2)
    answers.append("M码")
    choose(build(panel.bar, saved.saved(clerk)), "改名", "穿M码的")
    settle(qtbot, panel)
    choose(build(panel.bar, saved.saved(clerk)), "删除", "M码")
    settle(qtbot, panel)
    assert saved.saved(clerk) == []
    panel.context.undo_last()
    settle(qtbot, panel)
    assert [one.name for one in saved.saved(clerk)] == ["M码"]


# columns and selection


def test_columns_are_arranged_by_keyboard_and_remembered(qtbot, panel_of, clerk) -> None:
    panel = panel_of(clerk)
    box = Arrange(panel.table, panel)
    qtbot.addWidget(box)
    box.list.setCurrentRow(4)
    box.list.item(4).setCheckState(Qt.CheckState.Checked)
    for _time in range(3):
        box.up.click()
    box.go.click()
    assert [c.key for c in panel.table.visible_columns()] == ["name", "card_no", "grade", "tail", "hint"]
    settings = panel.context.settings
    assert settings.column_order["customers"][:3] == ["name", "card_no", "grade"]
    panel.table._resize()
    assert [c.key for c in panel.table.visible_columns()][1] == "card_no"
    panel.table.shipped_columns()
    assert [c.key for c in panel.table.visible_columns()] == ["name", "grade", "tail", "hint"]


def test_every_column_sorts(qtbot, panel_of, clerk) -> None:
    panel = panel_of(clerk)
    for column in panel.table.columns:
        for down in (False, True):
            panel.table.sort_wanted.emit(column.key, down)
            wait(qtbot, panel, 4)
    assert all(column.sort for column in panel.table.columns)


def test_ctrl_a_and_inverting_are_counted(qtbot, panel_of, clerk) -> None:
    panel = panel_of(clerk)
    panel.table.view.setFocus()
    qtbot.keyClick(panel.table.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert panel.count.text() == "4 位客户 · 已选 4"
    panel.table.select_ids({panel.table.model.ids[1]})
    shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(panel.table.view, Qt.Key.Key_A, shift)
    assert panel.count.text() == "4 位客户 · 已选 3"
    ids = panel.table.model.ids
    assert list(panel.table.selected_ids()) == [ids[0], ids[2], ids[3]]


def test_a_clerk_copies_no_whole_phone(qtbot, panel_of, clerk) -> None:
    panel = panel_of(clerk)
    panel.table.view.selectAll()
    panel.table.copy()
    copied = QGuiApplication.clipboard().text()
    assert "13812345670" not in copied and "…5670" in copied and "'=1+1" in copied


# acting on what is selected


def test_a_group_for_the_selected_is_one_entry_and_undone(qtbot, panel_of, manager, people) -> None:
    panel = panel_of(manager)
    database.execute("UPDATE customer SET group_id = 1")
    other = database.value_of("SELECT id FROM staff_group WHERE id <> 1 ORDER BY id LIMIT 1")
    name = database.value_of("SELECT name FROM staff_group WHERE id = ?", (other,))
    panel.table.select_ids({people[0], people[1]})
    panel.acts.click()
    qtbot.waitUntil(panel.menu.isVisible)
    panel.menu.hide()
    choose(panel.menu, "换销售组", name)
    settle(qtbot, panel)
    groups = "SELECT group_id FROM customer ORDER BY id"
    assert [row[0] for row in database.rows(groups)] == [other, other, 1, 1]
    assert database.value_of("SELECT COUNT(*) FROM journal_entry WHERE act = 'list.placed'") == 1
    panel.context.undo_last()
    settle(qtbot, panel)
    assert [row[0] for row in database.rows(groups)] == [1, 1, 1, 1]


def test_a_note_for_everybody_listed_is_taken_back(qtbot, panel_of, clerk, answers) -> None:
    panel = panel_of(clerk)
    panel.table.view.clearSelection()
    panel.menu.fill()
    answers.append("店庆前打电话")
    choose(panel.menu, "写备注…")
    settle(qtbot, panel)
    assert database.value_of("SELECT COUNT(*) FROM note WHERE text = '店庆前打电话'") == 4
    panel.context.undo_last()
    settle(qtbot, panel)
    assert database.value_of("SELECT COUNT(*) FROM note") == 0


def test_what_the_role_may_not_do_is_grey(panel_of, clerk, manager) -> None:
    menu = panel_of(clerk).menu
    menu.fill()
    for words in ("导出所见…", "申请删除资料…", "指定为特殊客户…", "合并这两位…"):
        assert not enabled(menu, words)
    assert enabled(menu, "写备注…")
    panel = panel_of(manager)
    panel.table.select_ids(set(panel.table.model.ids[:2]))
    panel.menu.fill()
    assert enabled(panel.menu, "合并这两位…") and enabled(panel.menu, "申请删除资料…")
    assert not enabled(panel.menu, "指定为特殊客户…")


def test_a_request_to_erase_waits_in_the_owners_filter(
    qtbot, panel_of, manager, owner, people, answers
) -> None:
    panel = panel_of(manager)
    panel.table.select_ids({people[2]})
    panel.menu.fill()
    answers.append("客户来电要求")
    choose(panel.menu, "申请删除资料…")
    settle(qtbot, panel)
    panel.use(saved.by_name(owner, "申请删除资料"))
    wait(qtbot, panel, 1)
    panel.context.undo_last()
    wait(qtbot, panel, 0)


def test_the_export_of_what_is_seen_reads_back_in_another_library(
    qtbot, panel_of, owner, tmp_path: Path, answers, monkeypatch
) -> None:
    monkeypatch.setattr(permission, "ask", lambda *_a: permission.Permission("对账", OWNER_PIN))
    panel = panel_of(owner)
    panel.table.show_columns(["name", "tail", "spent", "registered"])
    panel.table.view.selectAll()
    panel.menu.fill()
    answers.append(str(tmp_path / "seen.xlsx"))
    choose(panel.menu, "导出所见…")
    settle(qtbot, panel)
    sheet = openpyxl.load_workbook(tmp_path / "seen.xlsx").active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("姓名", "手机", "累计消费", "登记日期")
    assert {row[0] for row in rows[1:5]} == set(NAMES) and "13812345670" in {row[1] for row in rows[1:5]}
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
    assert database.value_of("SELECT COUNT(*) FROM journal_entry WHERE act = 'export.list'") == 1


def test_the_call_list_names_everybody_and_masks_for_a_clerk(
    qtbot, panel_of, clerk, tmp_path: Path, answers
) -> None:
    panel = panel_of(clerk)
    panel.table.view.selectAll()
    panel.menu.fill()
    answers += ["店庆邀请", str(tmp_path / "calls")]
    choose(panel.menu, "打印", "电话单…")
    settle(qtbot, panel)
    page = pypdfium2.PdfDocument(tmp_path / "calls.pdf")[0].get_textpage().get_text_range()
    assert "店庆邀请" in page and "王小丽" in page and "138****5670" in page and "13812345670" not in page


def test_printing_gets_the_selected_customers_in_their_order(qtbot, panel_of, clerk, monkeypatch) -> None:
    asked: list[tuple[str, list[int]]] = []
    monkeypatch.setattr(
        "ui.printing.dialog.open_for", lambda _c, kind, ids, _p: asked.append((kind, list(ids)))
    )
    panel = panel_of(clerk)
    panel.table.view.selectAll()
    panel.menu.fill()
    choose(panel.menu, "打印", "地址标签…")
    assert asked == [("labels", list(panel.table.model.ids))]
