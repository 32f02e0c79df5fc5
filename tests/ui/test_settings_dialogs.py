"""Settings of this PC, people, the care policy, backups: each opens, works, and says no in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QDialog

from models.kinds import Role
from services import settings as pc_settings
from services.policy import values_of
from services.settings import Settings
from ui import app as ui_app
from ui import dialogs
from ui.settings import about, backup, books, people, policy, policy_words, preferences


@pytest.fixture(params=["zh", "en"])
def language(request: Any) -> Any:
    ui_app.speak(request.param)
    return request.param


DIALOGS = [
    preferences.Preferences,
    people.People,
    people.AddPerson,
    policy.PolicyBox,
    backup.Backups,
    books.Books,
    about.about,
]


@pytest.mark.parametrize("kind", DIALOGS)
@pytest.mark.parametrize("who", ["owner", "clerk"])
def test_every_dialog_opens_in_both_languages(
    kind: Any, who: str, language: str, at_work: Any, qtbot: Any, request: Any
) -> None:
    window = at_work(request.getfixturevalue(who))
    box = kind(window.context, window)
    qtbot.addWidget(box)
    box.show()
    assert not box.grab().isNull()
    box.close()


def test_settings_are_kept_and_read_again(at_work: Any, clerk: Any, qtbot: Any, tmp_path: Path) -> None:
    window = at_work(clerk)
    box = preferences.Preferences(window.context, None)
    qtbot.addWidget(box)
    box.form.field("font_size").show_value(18)
    box.form.field("theme").show_value("dark")
    box.form.field("backup_folder").show_value(str(tmp_path))
    box.keep()
    found = pc_settings.load()
    assert (found.font_size, found.theme, found.backup_folder) == (18, "dark", str(tmp_path))


def test_a_folder_that_is_not_there_is_said_beside_it(
    at_work: Any, clerk: Any, qtbot: Any, tmp_path: Path
) -> None:
    box = preferences.Preferences(at_work(clerk).context, None)
    qtbot.addWidget(box)
    box.form.field("backup_folder").show_value(str(tmp_path / "none"))
    box.keep()
    assert "没有这个文件夹" in box.form.field("backup_folder").note.text()
    assert box.result() != QDialog.DialogCode.Accepted


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"font_size": 99}', '{"theme": 7, "font_size": "x", "new": 1}']
)
def test_damaged_settings_never_stop_a_start(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.json").write_text(text, "utf-8")
    found = pc_settings.load(tmp_path)
    assert found.font_size in pc_settings.FONT_SIZES
    assert found.theme in pc_settings.THEMES


def test_settings_written_are_settings_read(tmp_path: Path) -> None:
    settings = Settings(
        books_url="sqlite:///x.db", language="en", hidden_columns={"people": ["role"]}, scan_prefix="]"
    )
    pc_settings.save(settings, tmp_path)
    assert pc_settings.load(tmp_path) == settings


def test_the_owner_adds_and_stops_a_person(at_work: Any, owner: Any, qtbot: Any, monkeypatch: Any) -> None:
    window = at_work(owner)
    add = people.AddPerson(window.context, None)
    qtbot.addWidget(add)
    add.form.load({"name": "小李", "role": Role.CLERK, "pin": "730928", "again": "730928"})
    add.keep()
    qtbot.waitUntil(lambda: add.result() == QDialog.DialogCode.Accepted, timeout=10_000)
    box = people.People(window.context, None)
    qtbot.addWidget(box)
    number = next(i for i in range(4) if box.table.model.row(i).name == "小李")
    box.table.view.selectRow(number)
    monkeypatch.setattr(dialogs, "ask", lambda *_a, **_k: True)
    box.stop.click()
    qtbot.waitUntil(lambda: not box.table.model.row(number).active)


def test_a_weak_pin_is_refused_beside_its_field(at_work: Any, owner: Any, qtbot: Any) -> None:
    add = people.AddPerson(at_work(owner).context, None)
    qtbot.addWidget(add)
    add.form.load({"name": "小李", "role": Role.CLERK, "pin": "123456", "again": "123456"})
    add.keep()
    qtbot.waitUntil(lambda: bool(add.form.field("pin").input.property("wrong") == "true"), timeout=10_000)


def test_a_clerk_sees_the_people_but_may_not_change_them(at_work: Any, clerk: Any, qtbot: Any) -> None:
    box = people.People(at_work(clerk).context, None)
    qtbot.addWidget(box)
    assert box.table.model.rowCount() == 3
    assert not box.add.isEnabled()
    assert not box.stop.isEnabled()


def test_the_owner_changes_a_number_from_today(at_work: Any, owner: Any, qtbot: Any) -> None:
    window = at_work(owner)
    box = policy.PolicyBox(window.context, None)
    qtbot.addWidget(box)
    box.filter.setText("A 级节日礼品：成本")
    assert box.table.model.rowCount() == 1
    line = box.table.model.row(0)
    change = policy.ChangeNumber(window.context, line, None)
    qtbot.addWidget(change)
    change.form.load({"value": "30", "reason": "涨价"})
    change.keep()
    qtbot.waitUntil(lambda: change.result() == QDialog.DialogCode.Accepted)
    assert window.context.shop.policy.gifts.a_festival_cost_max_fen == 3000


def test_nonsense_is_refused_beside_the_number(at_work: Any, owner: Any, qtbot: Any) -> None:
    window = at_work(owner)
    line = policy.PolicyLine(1, "grades.a.points", "", "A", 50, False)
    change = policy.ChangeNumber(window.context, line, None)
    qtbot.addWidget(change)
    change.form.load({"value": "fünf", "reason": ""})
    change.keep()
    assert change.form.field("value").input.property("wrong") == "true"


def test_every_number_of_the_policy_has_words(owner: Any) -> None:
    keys = set(values_of(owner.policy))
    assert keys == set(policy_words.WORDS)
    assert {key.partition(".")[0] for key in keys} == set(policy_words.GROUPS)


def test_every_number_is_read_back_as_it_is_shown_for_typing(owner: Any) -> None:
    for key, value in values_of(owner.policy).items():
        assert policy_words.typed(key, policy_words.to_type(key, value)) == value, key
        assert policy_words.shown(key, value)


def test_a_backup_is_taken_and_listed(at_work: Any, owner: Any, qtbot: Any) -> None:
    box = backup.Backups(at_work(owner).context, None)
    qtbot.addWidget(box)
    assert box.table.empty.isVisibleTo(box)
    box.now.click()
    qtbot.waitUntil(lambda: box.table.model.rowCount() == 1, timeout=10_000)
    assert box.table.model.row(0).sums


def test_a_clerk_may_not_restore(at_work: Any, clerk: Any, qtbot: Any) -> None:
    box = backup.Backups(at_work(clerk).context, None)
    qtbot.addWidget(box)
    assert not box.restore.isEnabled()
    assert not box.other.isEnabled()
