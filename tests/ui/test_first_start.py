"""The first start: a new shop in four pages, the demo shop, and what happens when the books cannot be opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from services import settings as pc_settings
from ui.context import Context
from ui.first_start import pages, trouble
from ui.first_start.encrypt_page import EncryptPage
from ui.first_start.wizard import Wizard

PIN = "laoban-2680"


@pytest.fixture
def wizard(qtbot: Any, make_context: Callable[..., Context], tmp_path: Path) -> Any:
    made = Wizard(str(tmp_path / "new.db"), make_context())
    qtbot.addWidget(made)
    made.show()
    yield made
    made.context.close()
    from services.start import close_books

    close_books()


def fill(page: Any, **values: str) -> None:
    for name, value in values.items():
        page.form.field(name).show_value(value)


def to_owner(wizard: Wizard) -> Any:
    wizard.page.first.click()
    assert isinstance(wizard.page, pages.ShopPage)
    fill(wizard.page, shop_name="和平路店", address="船山区和平路1号", postcode="629000")
    wizard.page.go.click()
    assert isinstance(wizard.page, pages.OwnerPage)
    return wizard.page


def test_a_new_shop_is_made_in_five_pages(wizard: Wizard, qtbot: Any) -> None:
    page = to_owner(wizard)
    fill(page, owner_name="赵敏", pin=PIN, again=PIN)
    page.go.click()
    qtbot.waitUntil(lambda: isinstance(wizard.page, EncryptPage), timeout=10_000)
    wizard.page.first.click()
    assert isinstance(wizard.page, pages.OldBooks)
    assert wizard.shop.info.name == "和平路店"
    assert wizard.shop.info.postcode == "629000"
    assert wizard.shop.actor.name == "赵敏"
    wizard.page.first.click()
    assert wizard.then_import
    assert wizard.signed_in


def test_a_missing_name_or_a_wrong_postcode_is_said_beside_it(wizard: Wizard) -> None:
    wizard.page.first.click()
    page = wizard.page
    page.go.click()
    assert page.form.field("shop_name").note.text() == "请填写店名。"
    fill(page, shop_name="店", postcode="62")
    page.go.click()
    assert page.form.field("postcode").note.text() == "邮编是 6 位数字。"
    assert wizard.page is page


def test_two_different_pins_and_a_weak_pin_are_refused(wizard: Wizard, qtbot: Any) -> None:
    page = to_owner(wizard)
    fill(page, owner_name="赵敏", pin=PIN, again="other-2680")
    page.go.click()
    assert page.form.field("again").note.text() == "两次输入的密码不一样。"
    fill(page, pin="12345678", again="12345678")
    page.go.click()
    qtbot.waitUntil(lambda: "太容易猜到" in page.form.field("pin").note.text(), timeout=10_000)
    assert page.isEnabled()
    assert wizard.shop is None


def test_what_was_typed_survives_the_way_back(wizard: Wizard) -> None:
    to_owner(wizard)
    wizard.ask_shop()
    assert wizard.page.form.field("shop_name").value() == "和平路店"


def test_the_demo_shop_is_made_in_the_background_and_names_its_people(
    wizard: Wizard, qtbot: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("ui.first_start.wizard.DEMO_CUSTOMERS", 20)
    monkeypatch.setattr("ui.first_start.wizard.DEMO_YEARS", 1)
    wizard.demo()
    assert isinstance(wizard.page, pages.DemoPage)
    qtbot.waitUntil(lambda: isinstance(wizard.page, pages.DemoPeople), timeout=30_000)
    assert (pc_settings.data_folder() / "demo.db").exists()
    wizard.page.go.click()
    assert wizard.shop is None
    assert wizard.books_url.endswith("demo.db")


def test_stopping_the_demo_shop_leaves_no_half_made_file(wizard: Wizard, qtbot: Any) -> None:
    wizard.demo()
    wizard.page.go.click()
    qtbot.waitUntil(lambda: isinstance(wizard.page, pages.Welcome), timeout=30_000)
    assert not list(pc_settings.data_folder().glob("demo.db*"))


def test_the_language_is_chosen_on_the_first_page(wizard: Wizard) -> None:
    wizard._speak("en")
    assert wizard.context.settings.language == "en"
    assert wizard.windowTitle().startswith("Shuke") or "熟客" in wizard.windowTitle()
    wizard._speak("zh")
    assert wizard.windowTitle() == "熟客 · 第一次使用"


def test_giving_up_makes_no_file(wizard: Wizard, tmp_path: Path) -> None:
    wizard.reject()
    assert wizard.shop is None
    assert not list(tmp_path.glob("*.db"))


def test_damaged_books_offer_the_last_backup_and_come_back(
    owner: Any, books: str, qtbot: Any, monkeypatch: Any
) -> None:
    from models import database
    from services import backup
    from services.shop import open_shop
    from ui import dialogs

    backup.snapshot(owner, "manual")
    database.close()
    Path(books).write_bytes(b"rubbish" * 1000)
    box = trouble.Trouble("账册文件已损坏。", books)
    qtbot.addWidget(box)
    assert "恢复最近的备份（11月22日 周日" in box.first.text()
    told: list[str] = []
    monkeypatch.setattr(dialogs, "ask", lambda *_a, **_k: True)
    monkeypatch.setattr(dialogs, "tell", lambda _parent, text, *_a, **_k: told.append(text))
    box.first.click()
    assert box.answer == "again"
    assert "shop.damaged-" in told[0]
    assert open_shop(books).info.name == "和平路店"


def test_books_that_are_merely_locked_offer_no_backup(owner: Any, books: str, qtbot: Any) -> None:
    from services import backup

    backup.snapshot(owner, "manual")
    box = trouble.Trouble("账册正被另一个程序占用。", books)
    qtbot.addWidget(box)
    assert box.newest is None


@pytest.mark.parametrize(("words", "answer"), [("再试一次", "again"), ("开一家新店…", "new"), ("退出", "")])
def test_books_that_do_not_open_leave_three_ways_on(qtbot: Any, words: str, answer: str) -> None:
    from PySide6.QtWidgets import QPushButton

    def press() -> None:
        box = QApplication.activeModalWidget()
        next(button for button in box.findChildren(QPushButton) if button.text().startswith(words)).click()

    QTimer.singleShot(0, press)
    assert trouble.ask("账册文件已损坏。") == answer
