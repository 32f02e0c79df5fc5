"""销售组: even distribution, hand-over, their undo and the list, from the window and the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from models import database
from models.kinds import Role
from services import allocation_log, staff
from services.words import use_language
from tests.conftest import CLERK_PIN, MANAGER_PIN
from tests.services.merge_books import a_contact, a_person
from ui import dialogs
from ui.settings import hand_over_box
from ui.settings.allocate_box import AllocateBox
from ui.settings.allocation_acts import Acts
from ui.settings.groups import Groups
from ui.settings.hand_over_box import HandOverBox

IN_SECOND = "SELECT COUNT(*) FROM customer WHERE group_id = 2"


@pytest.fixture
def crowd(owner: Any, manager: Any) -> None:
    """Four customers of 小王 in the first group, one of them to be called; 小李 in the second."""
    staff.add_user(owner, "小李", Role.CLERK, CLERK_PIN, group_id=2)
    for number in range(4):
        a_person(manager, [], [], name=f"客户{number}")
    a_contact(manager, 1)
    clerk = database.value_of("SELECT id FROM staff_user WHERE name = '小王'")
    database.execute("UPDATE customer SET group_id = 1, clerk_id = ?", (clerk,))
    database.execute("UPDATE contact SET assignee_id = ?", (clerk,))


def ticked(box: HandOverBox, name: str) -> Any:
    return next(taker for taker in box.takers if taker.name == name)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_customers_are_handed_over_and_come_back(
    language: str, crowd: None, manager: Any, make_context: Any, qtbot: Any
) -> None:
    use_language(language)
    context = make_context(manager)
    box = HandOverBox(context, "小王")
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: len(box.takers) == 3)
    assert not box.go.isEnabled() and not box.list.isEnabled()
    ticked(box, "小李").tick.setChecked(True)
    ticked(box, "店长").tick.setChecked(True)
    ticked(box, "小李").parts.setValue(3)
    qtbot.waitUntil(lambda: box.go.isEnabled())
    assert "3" in ticked(box, "小李").cells[0].text() and "1" in ticked(box, "店长").cells[0].text()
    box.go.click()
    qtbot.waitUntil(lambda: database.value_of(IN_SECOND) == 3)
    context.undo_last()
    qtbot.waitUntil(lambda: database.value_of(IN_SECOND) == 0)


def test_a_distribution_is_previewed_without_a_group_done_and_undone(
    crowd: None, manager: Any, make_context: Any, qtbot: Any
) -> None:
    context = make_context(manager)
    box = AllocateBox(context)
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: box.go.isEnabled())
    assert len(box.movers.model.ids) == 2
    box.ticks[1].setChecked(False)
    qtbot.waitUntil(lambda: len(box.movers.model.ids) == 4)
    box.ticks[2].setChecked(False)
    qtbot.waitUntil(lambda: box.note.isVisible())
    box.ticks[1].setChecked(True)
    box.ticks[2].setChecked(True)
    qtbot.waitUntil(lambda: box.go.isEnabled() and len(box.movers.model.ids) == 2)
    box.go.click()
    qtbot.waitUntil(lambda: database.value_of(IN_SECOND) == 2)
    context.undo_last()
    qtbot.waitUntil(lambda: database.value_of(IN_SECOND) == 0)


def test_another_counter_moved_someone_since_the_preview(
    crowd: None, manager: Any, make_context: Any, qtbot: Any
) -> None:
    box = AllocateBox(make_context(manager))
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: box.go.isEnabled())
    database.execute("UPDATE customer SET group_id = 2 WHERE id = 4")
    box.go.click()
    qtbot.waitUntil(lambda: box.note.isVisible() and len(box.movers.model.ids) == 1)
    assert database.value_of(IN_SECOND) == 1


def test_what_was_done_is_listed_and_taken_back_later(
    crowd: None, manager: Any, make_context: Any, qtbot: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    from services import allocation, hand_over

    hand_over.apply(manager, "小王", {"小李": 1})
    allocation.apply(manager)
    context = make_context(manager)
    box = Acts(context)
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: box.back.isEnabled())
    assert not box.list.isEnabled(), "an even distribution has no list"
    box.table.select_id(1)
    qtbot.waitUntil(lambda: box.save.isEnabled())
    target = tmp_path / "清单.xlsx"
    monkeypatch.setattr(dialogs, "ask_path", lambda *_a, **_k: str(target))
    box.save.click()
    qtbot.waitUntil(target.exists)
    shown = []
    monkeypatch.setattr("ui.printing.preview.show", lambda *a, **_k: shown.append(a[2]))
    box.list.click()
    qtbot.waitUntil(lambda: bool(shown))
    assert shown[0].startswith(b"%PDF")
    monkeypatch.setattr(dialogs, "ask", lambda *_a, **_k: True)
    box.back.click()
    qtbot.waitUntil(lambda: not box.back.isEnabled())
    assert [act.undone for act in allocation_log.acts(manager)] == [False, True]


def test_groups_close_and_open_again(crowd: None, manager: Any, make_context: Any, qtbot: Any) -> None:
    context = make_context(manager)
    box = Groups(context)
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: len(box.groups.model.ids) == 2)
    box.groups.select_id(1)
    box.close_button.click()
    qtbot.waitUntil(lambda: box.note.isVisible())
    assert "组员" in box.note.text()
    database.execute("UPDATE customer SET group_id = 2")
    database.execute("UPDATE staff_user SET group_id = 2")
    box.close_button.click()
    qtbot.waitUntil(lambda: len(box.groups.model.ids) == 1)
    context.undo_last()
    qtbot.waitUntil(lambda: len(box.groups.model.ids) == 2)


def test_a_clerk_looks_and_cannot_act(clerk: Any, make_context: Any, qtbot: Any) -> None:
    box = Groups(make_context(clerk))
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: len(box.people.model.ids) == 3)
    for button in (box.go, box.hand, box.acts, box.close_button):
        assert not button.isVisible()


@pytest.mark.parametrize(("answer", "goes_on"), [("马上停用", True), ("取消", False), ("先交接…", True)])
def test_stopping_an_account_asks_for_the_hand_over_first(
    answer: str, goes_on: bool, crowd: None, owner: Any, make_context: Any, qtbot: Any, monkeypatch: Any
) -> None:
    from PySide6.QtWidgets import QPushButton, QWidget

    asked = []

    def press(box: Any) -> int:
        asked.append(box.windowTitle())
        if isinstance(box, HandOverBox):
            return 1
        next(one for one in box.findChildren(QPushButton) if one.text() == answer).click()
        return box.result()

    monkeypatch.setattr(dialogs.Box, "exec", press)
    parent = QWidget()
    qtbot.addWidget(parent)
    assert hand_over_box.first_hand_over(make_context(owner), "小王", parent) is goes_on
    assert len(asked) == (2 if answer == "先交接…" else 1)
    monkeypatch.setattr(dialogs, "ask", lambda *_a, **_k: True)
    assert hand_over_box.first_hand_over(make_context(owner), "小李", parent), "nothing hangs on 小李"


def test_the_command_line_hands_over_lists_and_takes_back(
    books: str, crowd: None, manager: Any, monkeypatch: Any, capsys: Any, tmp_path: Path
) -> None:
    from ui.cli import frame

    database.execute("UPDATE shop_info SET trial = 1")
    monkeypatch.setenv("SHUKE_PIN", MANAGER_PIN)

    def run(*words: str) -> tuple[int, dict[str, Any]]:
        status = frame.main(["--db", books, "--today", "2026-11-22", "--user", "店长", "--json", *words])
        text = capsys.readouterr()
        return status, json.loads(text.out or text.err or "{}")

    def said(*words: str) -> dict[str, Any]:
        status, found = run(*words)
        assert status == 0, found
        return found

    target = tmp_path / "list.pdf"
    take = ["group", "hand-over", "小王", "--to", "小李:3", "--to", "店长"]
    seen = said(*take)
    assert seen["applied"] is False and seen["act"] is None
    assert [one["parts"] for one in seen["to"]] == [3, 1]
    done = said(*take, "--list", str(target), "--apply")
    assert done["list"]["rows"] == 4 and target.read_bytes().startswith(b"%PDF")
    assert database.value_of(IN_SECOND) == 3
    assert said("group", "acts")["acts"][0]["leaver"] == "小王"
    assert said("group", "undo", str(done["act"]))["customers"] == 4
    assert run("group", "undo", str(done["act"]))[0] == 1
    assert run("group", "hand-over", "小王", "--to", "小李:x")[0] == 1
    assert run(*take, "--list", str(tmp_path / "a.doc"), "--apply")[0] == 1
    assert said("group", "allocate", "--to", "销售二组", "--apply")["moved"] == 4
    assert run("group", "close", "销售一组")[0] == 1
    said("group", "place", "小王", "销售二组")
    assert said("group", "close", "销售一组")["name"] == "销售一组"
    assert said("group", "list")["groups"][0]["customers"] == 4
