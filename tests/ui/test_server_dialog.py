"""The owner puts the shop onto a server by hand: what is missing is told at its field, what the server says in words."""

from __future__ import annotations

from typing import Any

import pytest

from services import transfer
from services.errors import Unavailable
from ui import app as ui_app
from ui import dialogs
from ui.settings.server import ServerBox


@pytest.fixture
def box(at_work: Any, owner: Any, qtbot: Any) -> ServerBox:
    window = at_work(owner)
    made = ServerBox(window.context, window)
    qtbot.addWidget(made)
    made.show()
    return made


def test_an_empty_field_is_told_where_it_is(box: ServerBox) -> None:
    box.go.click()
    assert box.wanted is None
    assert not box.form.field("host").note.isHidden()


@pytest.mark.parametrize(
    ("there", "words"),
    [(False, "数据库是空的"), (True, "可以打开那里的店"), (Unavailable("连不上。"), "连不上。")],
)
def test_the_connection_is_tried_in_the_background(
    box: ServerBox, qtbot: Any, monkeypatch: pytest.MonkeyPatch, there: Any, words: str
) -> None:
    def answer(url: str) -> bool:
        assert url == "postgresql://shuke:p%40ss@192.168.1.20:5432/shuke"
        if isinstance(there, Exception):
            raise there
        return bool(there)

    monkeypatch.setattr(transfer, "try_out", answer)
    box.form.field("host").show_value("192.168.1.20")
    box.form.field("password").show_value("p@ss")
    box.test.click()
    qtbot.waitUntil(lambda: words in box.answer.text())


def test_a_failed_move_opens_the_former_books_again(
    box: ServerBox, books: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    reopened: list[str] = []
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: "wrong-pin-1")
    monkeypatch.setattr(dialogs, "tell", lambda _parent, text, *_a, **_k: told.append(text))
    monkeypatch.setattr(ui_app, "reopen", lambda _window, url: reopened.append(url))
    box.form.field("host").show_value("127.0.0.1")
    box.go.click()
    assert box.wanted is not None
    box.wanted(box.parent())
    assert reopened == [books] and "密码不对" in told[0]


def test_only_the_owner_moves_the_books(at_work: Any, manager: Any, qtbot: Any) -> None:
    window = at_work(manager)
    box = ServerBox(window.context, window)
    qtbot.addWidget(box)
    assert not box.go.isEnabled() and box.test.isEnabled()


@pytest.mark.postgres
def test_the_shop_moves_to_a_server_from_the_window(
    box: ServerBox, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.conftest import OWNER_PIN

    reopened: list[str] = []
    monkeypatch.setattr(dialogs, "ask_text", lambda *_a, **_k: OWNER_PIN)
    monkeypatch.setattr(ui_app, "reopen", lambda _window, url: reopened.append(url))
    place = transfer.place_of(postgres_url)
    for name in ("host", "port", "name", "user", "password"):
        box.form.field(name).show_value(getattr(place, name))
    box.go.click()
    assert box.wanted is not None
    context = box.context
    box.wanted(box.parent())
    (url,) = reopened
    assert place.password not in url and context.settings.books_url == url
    from services.shop import open_shop

    assert open_shop(url).info.name == "和平路店"
