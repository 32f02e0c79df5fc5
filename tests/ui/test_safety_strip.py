"""The strip at the top: shown where something about the file is wrong, gone once it is mended."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models import cipher, database
from services import ballast, encryption, keys, notices, place, settings, start
from services.shop import open_shop
from tests.conftest import OWNER_PIN
from ui import app as ui_app
from ui import dialogs, mending
from ui.first_start import trouble


@pytest.fixture
def strip_of(at_work: Callable[[Any], Any], owner: Any, books: str, qtbot: Any) -> Callable[[], Any]:
    """Opens the books anew and returns the strip of a window on them, once it has looked."""

    def make() -> Any:
        shop = replace(open_shop(books, owner.clock), actor=owner.actor)
        window = at_work(shop)
        qtbot.waitUntil(window.context.tasks.idle, timeout=20_000)
        return window.work.strip

    return make


def test_sound_books_in_a_good_place_show_nothing(strip_of: Any) -> None:
    assert not strip_of().isVisible()


def test_a_full_disk_can_be_looked_at_and_gives_up_its_reserve(
    strip_of: Any, books: str, monkeypatch: Any
) -> None:
    ballast.file_of(Path(books)).write_bytes(b"x")
    monkeypatch.setattr(place, "view_only", lambda _path: "full")
    strip = strip_of()
    assert strip.isVisible() and "只能查看" in strip.words.text()
    assert [name for name, button in strip.ways.items() if button.isVisible()] == ["reserve", "again"]
    opened: list[str] = []
    monkeypatch.setattr(ui_app, "reopen", lambda _window, url: opened.append(url))
    strip.ways["reserve"].click()
    assert opened == [books]
    assert not ballast.there(books)


def test_looking_only_there_is_no_upkeep_and_no_question_about_the_date(
    strip_of: Any, qtbot: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(place, "view_only", lambda _path: "place")
    asked: list[Any] = []
    monkeypatch.setattr(dialogs, "ask", lambda *a, **_k: asked.append(a))
    monkeypatch.setattr(dialogs, "tell", lambda *a, **_k: asked.append(a))
    strip = strip_of()
    window = strip.window()
    window.day.begin()
    window.day.go_on()
    qtbot.waitUntil(window.context.tasks.idle, timeout=20_000)
    window.day.end()
    assert start.viewing() == "place"
    assert asked == []


def test_a_cloud_folder_is_said_until_the_books_have_moved(
    strip_of: Any, books: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(
        place,
        "cloud_folder",
        lambda path, _e=None: "OneDrive" if Path(books).name in str(path) and "home" not in str(path) else "",
    )
    strip = strip_of()
    assert "OneDrive" in strip.words.text()
    monkeypatch.setattr(trouble.dialogs, "ask", lambda *_a, **_k: True)
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: OWNER_PIN)
    opened: list[str] = []
    monkeypatch.setattr(ui_app, "reopen", lambda _window, url: opened.append(url))
    mending.mend(strip.window(), "move")
    assert opened[0].startswith("sqlite:///")
    assert not Path(books).exists()
    assert settings.load().books_url == opened[0]


@pytest.mark.parametrize("who", ["manager", "clerk"])
def test_only_the_owner_moves_the_books(
    who: str, strip_of: Any, request: pytest.FixtureRequest, books: str, monkeypatch: Any
) -> None:
    window = strip_of().window()
    window.context.use_shop(request.getfixturevalue(who))
    said: list[str] = []
    window.context.said.connect(lambda each: said.append(each.text))
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: pytest.fail("nothing to ask"))
    mending.mend(window, "move")
    assert "请让有权限的人登录后操作" in said[-1]
    assert Path(books).exists() and window.isVisible()


def test_the_owner_needs_the_pin_again_to_move_them(strip_of: Any, books: str, monkeypatch: Any) -> None:
    window = strip_of().window()
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: "wrong-pin-1")
    told: list[str] = []
    monkeypatch.setattr(dialogs, "tell", lambda _parent, text, *_a, **_k: told.append(text))
    mending.mend(window, "move")
    assert "密码不对" in told[0] and Path(books).exists() and window.isVisible()


def test_damaged_pages_are_found_after_the_start(strip_of: Any, shop: Any, books: str) -> None:
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    root = int(database.value_of("SELECT rootpage FROM sqlite_master WHERE name = 'journal_body'"))
    database.close()
    with open(books, "rb+") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\x07" * 200)
    strip = strip_of()
    assert strip.isVisible() and "损坏" in strip.words.text()
    assert strip.ways["restore"].isVisible()


def test_a_page_of_encrypted_books_is_checked_against_its_seal(
    owner: Any, books: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(keys, "_COST", 2**10)
    encryption.encrypt(owner, bytes(range(32)), "旗袍 纽扣 春分 2680")
    open_shop(books)
    root = int(database.value_of("SELECT rootpage FROM sqlite_master WHERE name = 'journal_body'"))
    database.close()
    with open(books, "rb+") as file:
        file.seek((root - 1) * 4096 + 1000)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 1]))
    open_shop(books)
    assert not notices.sound()
    cipher.forget(cipher.id_of(bytes(range(32))))


def test_encrypted_books_leave_no_names_in_the_settings(
    at_work: Any, owner: Any, books: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(keys, "_COST", 2**10)
    window = at_work(owner)
    window.sign_in.show_people()
    assert books in window.context.settings.faces
    window.context.close()
    encryption.encrypt(owner, bytes(range(32)), "旗袍 纽扣 春分 2680")
    window = at_work(replace(open_shop(books, owner.clock), actor=owner.actor))
    window.sign_in.show_people()
    assert books not in window.context.settings.faces
    cipher.forget(cipher.id_of(bytes(range(32))))
