"""The day's opening in the window: quiet when all is well, asking when the date looks wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from models import database
from services import backup
from services.clock import FixedClock
from ui import dialogs
from ui.settings import backup_words


def wait_for(window: Any, qtbot: Any) -> None:
    qtbot.waitUntil(window.context.tasks.idle, timeout=20_000)


def test_the_first_sign_in_of_a_day_takes_the_backup_and_says_when(
    at_work: Any, owner: Any, qtbot: Any
) -> None:
    window = at_work(owner)
    window.day.begin()
    wait_for(window, qtbot)
    assert [one.reason for one in backup.listed()] == ["daily"]
    qtbot.waitUntil(lambda: "今日已备份" in window.work.status.books.text())
    window.day.begin()
    wait_for(window, qtbot)
    assert len(backup.listed()) == 1


@pytest.mark.parametrize(("answer", "days"), [(False, 0), (True, 1)])
def test_a_day_before_the_last_one_is_asked_about(
    at_work: Any, owner: Any, qtbot: Any, monkeypatch: Any, answer: bool, days: int
) -> None:
    database.execute("UPDATE shop_info SET last_day = '2026-12-24' WHERE id = 1")
    asked: list[str] = []
    monkeypatch.setattr(dialogs, "ask", lambda _parent, title, text, *_a, **_k: asked.append(text) or answer)
    window = at_work(owner)
    window.day.begin()
    wait_for(window, qtbot)
    qtbot.waitUntil(lambda: bool(asked))
    wait_for(window, qtbot)
    assert "2026-12-24" in asked[0]
    assert len(backup.listed()) == days


def test_a_second_place_that_is_away_too_long_is_said(at_work: Any, owner: Any, tmp_path: Path) -> None:
    window = at_work(owner)
    change = window.context.change_settings
    change(backup_folder=str(tmp_path))
    assert window.day.second_place_warning() == ""
    assert window.context.settings.second_backup_on == "2026-11-22"
    change(backup_folder=str(tmp_path / "gone"))
    assert window.day.second_place_warning() == ""
    later = owner.today() + timedelta(days=owner.policy.safety.second_place_warn_days)
    window.context.use_shop(replace(owner, clock=FixedClock(later)))
    assert "连不上" in window.day.second_place_warning()


def test_the_status_line_tells_where_the_books_are(owner: Any) -> None:
    assert backup_words.line(owner) == "本机账册 · 还没有备份"
    backup.snapshot(owner, "manual")
    assert backup_words.line(owner).startswith("本机账册 · 今日已备份 ")
    tomorrow = replace(owner, clock=FixedClock(date(2026, 11, 23)))
    assert backup_words.line(tomorrow) == "本机账册 · 上次备份 11月22日 周日"
    server = replace(owner, url="postgresql://user@host/shop")
    assert backup_words.line(server) == "服务器账册 · 由服务器备份"


def test_while_the_window_works_a_backup_is_taken_when_one_is_due_and_one_on_closing(
    at_work: Any, owner: Any, qtbot: Any
) -> None:
    from services import backup_take

    window = at_work(owner)
    window.day.go_on()
    wait_for(window, qtbot)
    assert [one.reason for one in backup.listed()] == ["hourly"]
    window.day.go_on()
    wait_for(window, qtbot)
    assert len(backup.listed()) == 1, "nothing changed since"
    with database.database.atomic():
        from services import journal

        journal.note(owner, "something", "shop")
    window.day.end()
    wait_for(window, qtbot)
    assert backup_take.unfinished() and len(backup.listed()) == 1
    assert [one.reason for one in backup_take.settle()] == ["closing"]


def test_a_backup_that_fails_beside_the_work_is_said_once(
    at_work: Any, owner: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.errors import Unavailable

    def fails(_shop: Any) -> None:
        raise Unavailable("磁盘已满，这一步没有保存，以前的资料都在。请清出一些空间再试。")

    monkeypatch.setattr(backup, "now_and_then", fails)
    window = at_work(owner)
    said: list[str] = []
    window.context.said.connect(lambda one: said.append(one.text))
    for _minute in range(3):
        window.day.go_on()
        wait_for(window, qtbot)
    assert len([one for one in said if "磁盘已满" in one]) == 1
