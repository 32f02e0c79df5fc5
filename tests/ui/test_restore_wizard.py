"""The restore wizard: both sides, what will be gone, the PIN; a bad backup leads to the next good one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer

from models import cipher, database
from services import backup, encryption, erasing, keys, restore_view
from services.clock import FixedClock
from services.contacts import opt_out
from services.customers import NewCustomer, register
from services.errors import NotAllowed
from services.shop import open_shop
from tests.conftest import CLOCK_MOMENT, OWNER_PIN, TODAY
from ui import app as ui_app
from ui import dialogs
from ui.first_start import unlock
from ui.restore import wizard
from ui.restore.wizard import RestoreBox
from ui.settings.backup import Backups


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_COST", 2**10)
    monkeypatch.setattr(cipher, "_ring", {})


@pytest.fixture
def since(owner: Any) -> Any:
    """One backup with two customers; since then two more, an opt-out and an erased person. Returns the backup."""
    first = register(owner, NewCustomer("王小丽", "13812345678")).id
    gone = register(owner, NewCustomer("张要删", "13900001111")).id
    taken = backup.snapshot(owner, "manual")
    register(owner, NewCustomer("李四", ""))
    register(owner, NewCustomer("赵六", ""))
    opt_out(owner, first, "sms")
    erasing.erase(owner, gone, "本人要求", typed="K00002", pin=OWNER_PIN)
    return taken


@pytest.fixture
def box(at_work: Any, owner: Any, since: Any, qtbot: Any) -> RestoreBox:
    made = RestoreBox(at_work(owner).context, since)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.compared is not None, timeout=20_000)
    return made


def test_both_sides_and_what_will_be_gone_are_shown(box: RestoreBox) -> None:
    found = box.compared
    assert found is not None and found.then is not None
    assert (found.then.customers, found.now.customers) == (2, 4)
    assert found.lost["customers"] == 2
    assert found.erased == 1
    assert "2 位客户" in box.lost_words.text()
    assert "2 项退订" in box.lost_words.text()
    assert "会再删一次" in box.sees_to.text()
    assert "先备份" in box.sees_to.text()
    assert box.go.isEnabled()


def test_nothing_happens_without_the_pin(box: RestoreBox, monkeypatch: Any) -> None:
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: "wrong-pin-1")
    monkeypatch.setattr(dialogs, "tell", lambda *_a, **_k: None)
    box.go.click()
    assert box.isVisible()
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: OWNER_PIN)
    box.go.click()
    assert box.result() == 1


def test_a_bad_backup_is_red_and_the_next_good_one_is_offered(
    at_work: Any, owner: Any, since: Any, qtbot: Any
) -> None:
    at = CLOCK_MOMENT + timedelta(hours=2)
    later = backup.snapshot(replace(owner, clock=FixedClock(TODAY, at)), "manual")
    raw = bytearray(later.file.read_bytes())
    raw[len(raw) // 2] ^= 1
    later.file.write_bytes(raw)
    box = RestoreBox(at_work(owner).context, later)
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: box.compared is not None, timeout=20_000)
    assert "不能用" in box.state.text() and not box.go.isEnabled()
    box.older.click()
    qtbot.waitUntil(lambda: box.go.isEnabled(), timeout=20_000)
    # Erasing takes a backup of its own before; either way it is older, and sound.
    assert box.chosen.taken_at < later.taken_at


def test_the_page_of_backups_leads_here(at_work: Any, owner: Any, qtbot: Any, monkeypatch: Any) -> None:
    made = backup.snapshot(owner, "manual")
    monkeypatch.setattr(wizard, "ask", lambda _context, chosen, _parent: chosen.file)
    page = Backups(at_work(owner).context, None)
    qtbot.addWidget(page)
    page.restore.click()
    assert page.chosen == made.file


def test_the_window_comes_back_after_a_restore(
    at_work: Any, owner: Any, books: str, since: Any, monkeypatch: Any
) -> None:
    window = at_work(owner)
    shown: list[Any] = []
    monkeypatch.setattr(ui_app, "reopen", lambda _old, url: shown.append(url))
    wizard.restore(window, since.file)
    assert shown == [owner.url]
    assert "before-restore" in {one.reason for one in backup.listed()}
    open_shop(books, owner.clock)
    assert database.value_of("SELECT epoch FROM shop_info") == 2
    names = {name for (name,) in database.rows("SELECT name FROM customer")}
    assert "王小丽" in names and "张要删" not in names and "李四" not in names


def test_a_backup_with_its_own_key_asks_for_it(
    at_work: Any, owner: Any, books: str, qtbot: Any, monkeypatch: Any
) -> None:
    key = keys.new_key()
    encryption.encrypt(owner, key, "旗袍 纽扣 春分 2680")
    shop = replace(open_shop(books, owner.clock), actor=owner.actor)
    taken = backup.snapshot(shop, "manual")
    encryption.decrypt(shop)
    cipher.forget(cipher.id_of(key))
    asked: list[Path] = []

    def ask(path: Path, *_a: Any, **_k: Any) -> str:
        asked.append(path)
        cipher.give(key)
        return "again"

    monkeypatch.setattr(unlock, "ask", ask)
    made = RestoreBox(at_work(replace(open_shop(books, owner.clock), actor=owner.actor)).context, taken)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.compared is not None, timeout=20_000)
    assert asked == [taken.file]
    assert "不加密" in made.sees_to.text()


def test_only_the_owner_compares(manager: Any, since: Any) -> None:
    with pytest.raises(NotAllowed):
        restore_view.compare(manager, since)


def test_it_says_so_in_english_too(box: RestoreBox, at_work: Any, owner: Any, since: Any, qtbot: Any) -> None:
    ui_app.speak("en")
    made = RestoreBox(box.context, since)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.compared is not None, timeout=20_000)
    QTimer.singleShot(0, made.reject)
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in made.sees_to.text() + made.lost_words.text())
