"""Encryption by hand: the offer of the first start, three steps to a key, the question at opening, the owner's page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QCheckBox, QPushButton

from models import cipher, database
from services import backup, encryption, keys, recovery_key
from services.shop import open_shop
from tests.conftest import OWNER_PIN, TODAY
from ui import app as ui_app
from ui import dialogs
from ui.cli.frame import Options
from ui.first_start import trouble, unlock
from ui.first_start.encrypt_page import EncryptPage
from ui.settings import encryption as encryption_box
from ui.settings.encryption import FileBox
from ui.settings.key_setup import KeySetup

PASSPHRASE = "旗袍 纽扣 春分 2680"
KEY = bytes(range(32))


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_COST", 2**10)
    monkeypatch.setattr(cipher, "_ring", {})


@pytest.fixture
def locked(owner: Any, books: str) -> Path:
    """Encrypted books whose key nobody holds any more."""
    encryption.encrypt(owner, KEY, PASSPHRASE)
    database.close()
    cipher.forget(cipher.id_of(KEY))
    return Path(books)


def through(setup: KeySetup, sheet: Path, monkeypatch: Any) -> None:
    """The three steps as a person does them."""
    setup.form.field("passphrase").show_value(PASSPHRASE)
    setup.form.field("again").show_value(PASSPHRASE)
    setup.go.click()
    monkeypatch.setattr(dialogs, "ask_path", lambda *_a, **_k: str(sheet))
    setup.save.click()
    setup.go.click()
    setup.typed.setText(recovery_key.written(setup.key).lower())
    setup.go.click()


def test_three_steps_lead_to_a_key_that_stands_on_paper(qtbot: Any, tmp_path: Path, monkeypatch: Any) -> None:
    setup = KeySetup("和平路店", TODAY)
    qtbot.addWidget(setup)
    setup.show()
    through(setup, tmp_path / "sheet.pdf", monkeypatch)
    assert setup.result() == 1
    assert (setup.passphrase, setup.remember) == (PASSPHRASE, False)
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")


def test_no_step_can_be_left_out(qtbot: Any, tmp_path: Path, monkeypatch: Any) -> None:
    setup = KeySetup("和平路店", TODAY)
    qtbot.addWidget(setup)
    setup.show()
    setup.form.field("passphrase").show_value("1234567890")
    setup.form.field("again").show_value("1234567890")
    setup.go.click()
    assert "太容易" in setup.form.field("passphrase").note.text()
    setup.form.field("passphrase").show_value(PASSPHRASE)
    setup.go.click()
    assert "不一样" in setup.form.field("again").note.text()
    setup.form.field("again").show_value(PASSPHRASE)
    setup.go.click()
    setup.go.click()
    assert setup.pages.currentIndex() == 1 and "恢复单" in setup.note.text()
    monkeypatch.setattr(dialogs, "ask_path", lambda *_a, **_k: str(tmp_path / "s.pdf"))
    setup.save.click()
    setup.go.click()
    setup.typed.setText(recovery_key.written(KEY))
    setup.go.click()
    assert "不是刚才" in setup.note.text() and setup.isVisible()
    parts = recovery_key.written(setup.key).split()
    parts[4] = parts[4][:4] + ("A" if parts[4][4] != "A" else "B")
    setup.typed.setText(" ".join(parts))
    setup.go.click()
    assert "第 5 组" in setup.note.text()
    setup.back.click()
    assert setup.pages.currentIndex() == 1
    setup.reject()


def test_the_opening_screen_takes_the_passphrase_or_the_recovery_key(locked: Path, qtbot: Any) -> None:
    for secret in (PASSPHRASE, recovery_key.written(KEY)):
        box = unlock.Unlock(locked)
        qtbot.addWidget(box)
        box.show()
        box.secret.setText("not the right words")
        box.go.click()
        assert "没有损坏" in box.note.text() and box.isVisible()
        box.secret.setText(secret)
        box.go.click()
        assert box.answer == "again"
        assert open_shop(str(locked)).info.name == "和平路店"
        database.close()
        cipher.forget(cipher.id_of(KEY))


def test_after_too_many_wrong_ones_the_field_waits(locked: Path, qtbot: Any) -> None:
    box = unlock.Unlock(locked)
    qtbot.addWidget(box)
    box.show()
    for _try in range(5):
        box.secret.setText("not the right words")
        box.go.click()
    assert not box.secret.isEnabled() and not box.go.isEnabled()
    assert "秒后再试" in box.note.text()
    box.reject()
    again = unlock.Unlock(locked)
    qtbot.addWidget(again)
    assert not again.secret.isEnabled()


def test_remembered_on_this_pc_it_does_not_ask_again(locked: Path, qtbot: Any) -> None:
    box = unlock.Unlock(locked)
    qtbot.addWidget(box)
    box.show()
    box.remember.setChecked(True)
    assert "账户" in box.worth.text()
    box.secret.setText(PASSPHRASE)
    box.go.click()
    cipher.forget(cipher.id_of(KEY))
    assert open_shop(str(locked)).info.name == "和平路店"


def test_the_program_asks_before_it_shows_anything(locked: Path, qtbot: Any, monkeypatch: Any) -> None:
    asked: list[Path] = []

    def ask(path: Path, *_a: Any, **_k: Any) -> str:
        asked.append(path)
        keys.unlock(path, PASSPHRASE)
        return "again"

    monkeypatch.setattr(unlock, "ask", ask)
    assert ui_app.start(Options(), str(locked))
    qtbot.waitUntil(
        lambda: "window" in ui_app._kept and ui_app._kept["window"].context.has_shop, timeout=10_000
    )
    assert asked == [locked]
    window = ui_app._kept["window"]
    window.context.close()
    window.retire()
    ui_app._let_go()


def test_the_owner_encrypts_from_the_menu_and_works_on(
    at_work: Callable[[Any], Any], owner: Any, books: str, tmp_path: Path, qtbot: Any, monkeypatch: Any
) -> None:
    window = at_work(owner)
    box = FileBox(window.context, window)
    qtbot.addWidget(box)
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: OWNER_PIN)

    def accepted(setup: KeySetup) -> int:
        setup.show()
        through(setup, tmp_path / "sheet.pdf", monkeypatch)
        return setup.result()

    monkeypatch.setattr(KeySetup, "exec", accepted)
    button = next(one for one in box.findChildren(QPushButton) if one.text().startswith("加密…"))
    button.click()
    assert box.wanted is not None
    reopened: list[str] = []
    monkeypatch.setattr(ui_app, "reopen", lambda _window, url: reopened.append(url))
    box.wanted(window)
    assert cipher.needed(books)
    assert reopened == [books]
    open_shop(books)
    assert [cipher.needed(one.file) for one in backup.listed()] == [cipher.needed(books)]


def test_a_wrong_pin_leads_nowhere(
    at_work: Any, owner: Any, books: str, qtbot: Any, monkeypatch: Any
) -> None:
    window = at_work(owner)
    told: list[str] = []
    monkeypatch.setattr(dialogs, "tell", lambda _parent, text, *_a, **_k: told.append(text))
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: "wrong-pin-1")
    assert not encryption_box.pin_again(window.context, None)
    assert "密码不对" in told[0]
    assert cipher.is_plain(books)


@pytest.mark.parametrize("who", ["manager", "clerk"])
def test_others_see_how_it_is_and_change_nothing(
    who: str, at_work: Any, request: pytest.FixtureRequest, qtbot: Any
) -> None:
    window = at_work(request.getfixturevalue(who))
    box = FileBox(window.context, window)
    qtbot.addWidget(box)
    button = next(one for one in box.findChildren(QPushButton) if one.text().startswith("加密…"))
    assert not button.isEnabled()


def test_encrypted_books_offer_passphrase_key_and_the_way_back(
    at_work: Any, owner: Any, books: str, qtbot: Any, monkeypatch: Any
) -> None:
    from dataclasses import replace

    encryption.encrypt(owner, KEY, PASSPHRASE)
    window = at_work(replace(open_shop(books, owner.clock), actor=owner.actor))
    box = FileBox(window.context, window)
    qtbot.addWidget(box)
    words = [one.text().split("  ")[0] for one in box.findChildren(QPushButton)]
    assert {"换口令…", "换钥匙…", "去掉加密…"} <= set(words)
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: OWNER_PIN)
    monkeypatch.setattr(dialogs, "ask", lambda *_a, **_k: True)
    next(one for one in box.findChildren(QPushButton) if one.text().startswith("去掉加密…")).click()
    monkeypatch.setattr(ui_app, "reopen", lambda _window, _url: None)
    box.wanted(window)
    assert cipher.is_plain(books)


def test_the_first_start_encrypts_before_the_first_customer(
    qtbot: Any, tmp_path: Path, owner: Any, books: str, monkeypatch: Any
) -> None:
    from ui.context import Context
    from ui.first_start import pages
    from ui.first_start.wizard import Wizard

    wizard = Wizard(books, Context(None))
    qtbot.addWidget(wizard)
    wizard.show()
    wizard._created(owner)
    assert isinstance(wizard.page, EncryptPage)

    def accepted(setup: KeySetup) -> int:
        setup.show()
        through(setup, tmp_path / "sheet.pdf", monkeypatch)
        return setup.result()

    monkeypatch.setattr(KeySetup, "exec", accepted)
    wizard.page.lock.click()
    assert isinstance(wizard.page, pages.OldBooks)
    assert cipher.needed(books)
    assert wizard.shop.actor == owner.actor
    wizard.context.close()


@pytest.mark.parametrize("kind", sorted(trouble.SCREENS))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_trouble_has_its_screen_with_ways_out(kind: str, language: str, books: str, qtbot: Any) -> None:
    ui_app.speak(language)
    box = trouble.Trouble("…", "", kind)
    qtbot.addWidget(box)
    box.show()
    assert box.windowTitle()
    assert len(box.ways) >= 2
    assert box.height() < 700
    assert all(one.accessibleName() for one in box.findChildren(QPushButton) + box.findChildren(QCheckBox))


def test_a_share_offers_to_move_the_books_here(books: str, qtbot: Any, monkeypatch: Any) -> None:
    from services import place

    database.close()
    share = Path(books).parent
    monkeypatch.setattr(place, "on_network", lambda path: share in Path(path).parents)
    monkeypatch.setattr(dialogs, "ask", lambda *_a, **_k: True)
    box = trouble.Trouble("…", books, "network")
    qtbot.addWidget(box)
    box.ways["move"].click()
    assert box.answer.startswith("sqlite:///")
    assert open_shop(box.answer).info.name == "和平路店"


def test_a_damaged_log_can_be_left_behind(
    owner: Any, books: str, tmp_path: Path, qtbot: Any, monkeypatch: Any
) -> None:
    import shutil

    database.execute("UPDATE shop_info SET phone = '1'")
    place = tmp_path / "killed"
    place.mkdir()
    for ending in ("", "-wal", "-shm"):
        shutil.copyfile(books + ending, place / f"shop.db{ending}")
    database.close()
    (place / "shop.db-wal").write_bytes((place / "shop.db-wal").read_bytes()[:-5000])
    asked: list[Any] = []

    def ask(error: Any, url: str) -> str:
        box = trouble.Trouble(str(error), url, error.kind)
        qtbot.addWidget(box)
        asked.append(error.kind)
        monkeypatch.setattr(dialogs, "ask", lambda *_a, **_k: True)
        monkeypatch.setattr(dialogs, "tell", lambda *_a, **_k: None)
        box.ways["as_is"].click()
        return box.answer

    monkeypatch.setattr(trouble, "ask_about", ask)
    assert ui_app.start(Options(), str(place / "shop.db"))
    qtbot.waitUntil(lambda: bool(asked) and ui_app._kept["window"].context.has_shop, timeout=10_000)
    assert asked == ["log_damaged"]
    window = ui_app._kept["window"]
    window.context.close()
    window.retire()
    ui_app._let_go()
