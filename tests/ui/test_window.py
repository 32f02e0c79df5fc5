"""The window: sign-in, tabs, search by keyboard, locking, undo, languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLabel

from services import words
from services.find import FindRow
from services.settings import Settings
from ui import app as ui_app
from ui import menu_actions, theme
from ui.cli.frame import Options
from ui.context import Context
from ui.main_window import MINUTE, MainWindow
from ui.work_page import TABS

CLERK_PIN = "481926"
SAID = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def covered(qtbot: Any, shop: Any, make_context: Callable[..., Context]) -> Any:
    """The window as it opens: nobody is signed in."""
    window = MainWindow(make_context(shop))
    qtbot.addWidget(window)
    window.show()
    yield window
    window.context.close()


@pytest.fixture
def no_opening(monkeypatch: Any) -> None:
    """The day's opening is tested elsewhere; here it would only take time."""
    monkeypatch.setattr("ui.day_opening.DayOpening.begin", lambda self, confirmed=False: None)


def people(window: MainWindow) -> list[str]:
    return [window.sign_in.names.item(row).data(SAID) for row in range(window.sign_in.names.count())]


def choose(window: MainWindow, name: str) -> None:
    window.sign_in.names.setCurrentRow(people(window).index(name))


def test_nothing_is_seen_before_somebody_signs_in(covered: MainWindow) -> None:
    assert people(covered) == ["店主, 店主", "店长, 店长", "小王, 店员"]
    assert not covered.at_work
    assert not covered.work.isVisible()
    assert covered.work.show_tab("customers") is None
    assert not covered.actions_by_name["backup"].isEnabled()
    assert covered.actions_by_name["quit"].isEnabled()


def test_the_books_are_opened_after_the_first_paint(
    shop: Any, make_context: Callable[..., Context], qtbot: Any, monkeypatch: Any
) -> None:
    opened: list[bool] = []
    context = Context(None, Settings(), url=shop.url, opener=lambda: opened.append(True) or shop)
    window = MainWindow(context)
    qtbot.addWidget(window)
    assert not opened
    assert people(window) == []
    window.sign_in.pin.setText("typed early")
    window.open_books()
    assert opened == [True]
    assert window.sign_in.shop_name.text() == "和平路店"
    assert window.sign_in.pin.text() == "typed early"
    again = MainWindow(Context(None, context.settings, url=shop.url, opener=lambda: shop))
    qtbot.addWidget(again)
    assert people(again) == people(window)
    assert not again.context.has_shop
    for one in (window, again):
        one.context.close()


def test_enter_before_the_books_are_open_signs_in_as_soon_as_they_are(
    shop: Any, qtbot: Any, no_opening: None
) -> None:
    face = {"shop": "和平路店", "people": [["小王", "clerk"]]}
    context = Context(None, Settings(faces={shop.url: face}), url=shop.url, opener=lambda: shop)
    window = MainWindow(context)
    qtbot.addWidget(window)
    window.show()
    choose(window, "小王, 店员")
    window.sign_in.pin.setText(CLERK_PIN)
    qtbot.keyClick(window.sign_in.pin, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.context.has_shop or window.at_work)
    window.open_books()
    qtbot.waitUntil(lambda: window.at_work)
    assert window.context.shop.actor.name == "小王"
    window.context.close()


def test_books_that_do_not_open_are_said_and_another_file_can_be_chosen(
    books: str, tmp_path: Any, qtbot: Any, monkeypatch: Any
) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"not a database at all" * 100)
    said: list[str] = []
    monkeypatch.setattr(
        "ui.first_start.trouble.ask", lambda text, url="", kind="": said.append(text) or books
    )
    assert ui_app.start(Options(), str(broken))
    qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    qtbot.waitUntil(lambda: ui_app._kept["window"].context.has_shop, timeout=10_000)
    window = ui_app._kept["window"]
    assert window.sign_in.shop_name.text() == "和平路店"
    assert broken.read_bytes().startswith(b"not a database")
    window.context.close()
    window.retire()
    ui_app._let_go()


def test_signing_in_by_keyboard_opens_the_first_tab(
    covered: MainWindow, qtbot: Any, no_opening: None
) -> None:
    choose(covered, "小王, 店员")
    qtbot.keyClicks(covered.sign_in.names, CLERK_PIN[0])
    assert covered.sign_in.pin.text() == CLERK_PIN[0]
    qtbot.keyClicks(covered.sign_in.pin, CLERK_PIN[1:])
    qtbot.keyClick(covered.sign_in.pin, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: covered.at_work)
    assert covered.context.shop.actor.name == "小王"
    assert covered.work.current_tab() == "customers"
    assert covered.work.person.text() == "小王"
    assert covered.context.settings.last_user == "小王"
    assert covered.sign_in.pin.text() == ""


def test_a_wrong_pin_says_how_many_tries_are_left_and_then_how_long(covered: MainWindow, qtbot: Any) -> None:
    choose(covered, "小王, 店员")
    said = []
    for _try in range(6):
        covered.sign_in.pin.setText("111222")
        qtbot.keyClick(covered.sign_in.pin, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: covered.sign_in.go.isEnabled() and bool(covered.sign_in.note.text()))
        said.append(covered.sign_in.note.text())
    assert "4" in said[0]
    assert "锁定" in said[4]
    assert "分钟" in said[5]
    assert not covered.at_work


def test_an_empty_pin_is_asked_for(covered: MainWindow, qtbot: Any) -> None:
    qtbot.keyClick(covered.sign_in.pin, Qt.Key.Key_Return)
    assert covered.sign_in.note.text() == "请输入 店主 的密码。"


def test_locking_covers_everything_and_cannot_be_returned_from(at_work: Any, clerk: Any) -> None:
    window = at_work(clerk)
    window.do("lock")
    assert not window.at_work
    assert not window.work.isVisible()
    assert not window.sign_in.back.isVisible()
    assert people(window)[window.sign_in.names.currentRow()].startswith("小王")


def test_the_idle_window_locks_itself_after_the_policys_minutes(at_work: Any, clerk: Any) -> None:
    window = at_work(clerk)
    assert window._idle.isActive()
    assert window._idle.interval() == clerk.policy.safety.lock_after_minutes * MINUTE
    window._idle.timeout.emit()
    assert not window.at_work


def test_locking_closes_dialogs_that_show_what_lies_behind(at_work: Any, owner: Any, qtbot: Any) -> None:
    from PySide6.QtCore import QTimer

    window = at_work(owner)
    QTimer.singleShot(200, window._idle.timeout.emit)
    window.do("staff")
    assert not window.at_work
    assert QApplication.activeModalWidget() is None


def test_switching_the_person_may_be_called_off(at_work: Any, clerk: Any, qtbot: Any) -> None:
    window = at_work(clerk)
    window.do("switch")
    assert window.sign_in.back.isVisible()
    window.sign_in.back.click()
    assert window.at_work


def test_f_keys_change_the_tab(at_work: Any, clerk: Any, qtbot: Any) -> None:
    window = at_work(clerk)
    with qtbot.waitActive(window):
        window.activateWindow()
    for tab in reversed(TABS):
        qtbot.keyClick(window, getattr(Qt.Key, f"Key_{tab.key}"))
        qtbot.waitUntil(lambda tab=tab: window.work.current_tab() == tab.name)


def test_undo_runs_the_last_step_once(at_work: Any, clerk: Any, qtbot: Any) -> None:
    window = at_work(clerk)
    with qtbot.waitActive(window):
        window.activateWindow()
    undone: list[str] = []
    window.context.say("已保存", lambda: undone.append("消费"))
    assert window.work.status.undo.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == ["消费"]


def test_a_refusal_is_said_in_the_status_line(at_work: Any, clerk: Any) -> None:
    from services.errors import Refused

    window = at_work(clerk)
    window.context.show_error(Refused("礼品需提前 {days} 天批准。", days=15))
    assert window.work.status.words.words == "× 礼品需提前 15 天批准。"
    assert window.work.status.words.property("tone") == "bad"


# ---- the search box

FOUND = [
    FindRow(7, "K007", "王小丽", ("138****5678",), "A", "active", None, "3天后生日", "name", (0, 1)),
    FindRow(8, "K008", "王芳", ("138****0001",), "B", "lost", None),
]


@pytest.fixture
def searching(at_work: Any, clerk: Any, monkeypatch: Any, qtbot: Any) -> MainWindow:
    monkeypatch.setattr("services.find.find", lambda shop, text, limit=50: FOUND if "王" in text else [])
    window = at_work(clerk)
    with qtbot.waitActive(window):
        window.activateWindow()
    return window


def type_chinese(line: Any, letters: str) -> None:
    event = QInputMethodEvent()
    event.setCommitString(letters)
    QApplication.sendEvent(line, event)


def test_searching_needs_only_the_keyboard(searching: MainWindow, qtbot: Any) -> None:
    search = searching.work.search
    qtbot.keyClick(searching, Qt.Key.Key_F9)
    qtbot.waitUntil(search.hasFocus)
    type_chinese(search, "王")
    qtbot.waitUntil(search.popup.isVisible)
    assert search.popup.rows.rowCount() == 2
    searching.grab()
    qtbot.keyClick(search, Qt.Key.Key_Down)
    with qtbot.waitSignal(search.chosen) as chosen:
        qtbot.keyClick(search, Qt.Key.Key_Return)
    assert chosen.args == [8]
    assert not search.popup.isVisible()
    assert search.text() == ""


def test_nothing_is_asked_while_the_input_method_composes(searching: MainWindow, qtbot: Any) -> None:
    search = searching.work.search
    search.setFocus()
    QApplication.sendEvent(search, QInputMethodEvent("wang", []))
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert search.text() == ""
    assert not search.popup.isVisible()


def test_nothing_found_says_what_to_try(searching: MainWindow, qtbot: Any) -> None:
    search = searching.work.search
    search.setFocus()
    type_chinese(search, "赵")
    qtbot.waitUntil(search.popup.isVisible)
    assert "没有找到“赵”" in search.popup.foot.text()
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert not search.popup.isVisible()


def test_enter_before_the_answer_opens_the_only_customer_found(
    searching: MainWindow, qtbot: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("services.find.find", lambda shop, text, limit=50: FOUND[:1])
    search = searching.work.search
    search.setFocus()
    with qtbot.waitSignal(search.chosen) as chosen:
        type_chinese(search, "王")
        qtbot.keyClick(search, Qt.Key.Key_Return)
    assert chosen.args == [7]


def test_a_scanned_card_opens_its_customer(searching: MainWindow, qtbot: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("services.find.find", lambda shop, text, limit=50: FOUND[:1])
    with qtbot.waitSignal(searching.work.search.chosen) as chosen:
        searching.scanner.scanned.emit("K007")
    assert chosen.args == [7]


# ---- language, theme, menu

HAN = range(0x4E00, 0xA000)


def han_words(window: Any) -> list[str]:
    """What is shown in Chinese, but for people's and the shop's own names and the language's own name."""
    from PySide6.QtWidgets import QAbstractButton, QLineEdit

    shown = [widget.text() for widget in window.findChildren(QLabel) + window.findChildren(QAbstractButton)]
    shown += [widget.placeholderText() for widget in window.findChildren(QLineEdit)]
    shown += [
        widget.toolTip() for widget in window.findChildren(QLabel) + window.findChildren(QAbstractButton)
    ]
    own = (
        "语言 / Language",
        "简体中文",
        "和平路店",
        "店主",
        "店长",
        "小王",
        "销售一组",
        "销售二组",
        "销售1组",
    )
    for name in own:
        shown = [text.replace(name, "") for text in shown]
    return [text for text in shown if any(ord(letter) in HAN for letter in text)]


def test_the_window_speaks_english_wholly(at_work: Any, clerk: Any) -> None:
    ui_app.speak("en")
    if words._("取消") == "取消":
        pytest.skip("the catalogue has not been compiled: python3 run.py words")
    window = at_work(clerk)
    assert not han_words(window.work.header)
    assert not han_words(window.work.status)
    assert not han_words(window.sign_in)
    for action in window.actions_by_name.values():
        assert not any(ord(letter) in HAN for letter in action.text()), action.text()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_window_is_rebuilt_in_another_look_with_the_same_person(
    at_work: Any, clerk: Any, qapp: Any, qtbot: Any, language: str, look: str
) -> None:
    window = at_work(clerk)
    window.work.show_tab("gifts")
    window.context.change_settings(language=language, theme=look, font_size=18)
    ui_app.speak(language)
    new = ui_app.rebuild(window)
    qtbot.addWidget(new)
    assert new.at_work
    assert new.work.current_tab() == "gifts"
    assert theme.current().name == look
    assert theme.font_size() == 18
    new.grab()
    new.context.close()
    new.retire()


def test_every_action_has_a_place_to_go(at_work: Any, clerk: Any) -> None:
    import importlib

    window = at_work(clerk)
    keyed = [
        action.shortcut().toString()
        for action in window.actions_by_name.values()
        if not action.shortcut().isEmpty()
    ]
    assert len(keyed) == len(set(keyed)), "two actions on one key"
    for name in window.actions_by_name:
        if name in menu_actions.PLACES:
            module, function = menu_actions.PLACES[name]
            try:
                assert callable(getattr(importlib.import_module(module), function))
            except ModuleNotFoundError as missing:
                assert module.startswith(str(missing.name))


def test_the_trial_shop_says_so(at_work: Any, clerk: Any) -> None:
    from dataclasses import replace

    window = at_work(clerk)
    assert not window.work.banner.isVisible()
    window.context.use_shop(replace(clerk, info=replace(clerk.info, trial=True)))
    assert window.work.banner.isVisible()


def test_midnight_comes_once(at_work: Any, clerk: Any, no_opening: None) -> None:
    from datetime import timedelta

    window = at_work(clerk)
    changes: list[None] = []
    window.context.changed.connect(lambda: changes.append(None))
    window._minute()
    window.context.use_shop(clerk.at(clerk.today() + timedelta(days=1)))
    window._minute()
    window._minute()
    assert len(changes) == 1
    assert window.work.today.text() == "11月23日 周一"


def test_start_up_imports_only_what_the_first_screen_needs() -> None:
    import subprocess
    import sys

    code = (
        "import sys; import ui.app, ui.main_window, ui.work_page, services.shop, services.staff;"
        "late = {'openpyxl', 'reportlab', 'python_calamine', 'pypinyin', 'pypdfium2', 'borax', 'PySide6.QtNetwork'};"
        "print(sorted(late & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
