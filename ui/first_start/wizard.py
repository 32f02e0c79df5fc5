"""The first start: language, a new shop with its owner, old workbooks or empty; or the demo shop."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from services import settings as pc_settings
from services.errors import Refused, ShopError
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.first_start import pages
from ui.first_start.pages import Page
from ui.widgets.card import capital

STEPS = (N_("欢迎"), N_("店铺"), N_("店主"), N_("账册加密"), N_("旧资料"))
DEMO_CUSTOMERS, DEMO_YEARS = 800, 3


class Wizard(QDialog):
    """Ends with `shop` open, and the owner signed in (`signed_in`); `then_import` asks for the import next."""

    def __init__(self, books_url: str, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.books_url = books_url
        self.shop: Any = None
        self.signed_in = False
        self.then_import = False
        self.facts: dict[str, Any] = {
            "shop_name": "",
            "address": "",
            "postcode": "",
            "phone": "",
            "owner_name": "",
        }
        self._task: Any = None
        self.page: Page | None = None
        self.setObjectName("page")
        self.setFixedSize(theme.px(860), theme.px(560))
        self._build()
        self.welcome()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.side = QWidget()
        self.side.setObjectName("header")
        self.side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.side.setFixedWidth(theme.px(200))
        column = QVBoxLayout(self.side)
        edge = theme.px(24)
        column.setContentsMargins(edge, edge, edge, edge)
        column.setSpacing(theme.px(12))
        self.logo = QLabel()
        self.logo.setObjectName("logo")
        column.addWidget(self.logo)
        self.motto = QLabel()
        self.motto.setObjectName("today")
        self.motto.setWordWrap(True)
        column.addWidget(self.motto)
        column.addSpacing(theme.px(16))
        self.steps = [QLabel() for _step in STEPS]
        for step in self.steps:
            column.addWidget(step)
        column.addStretch()
        row.addWidget(self.side)
        self.place = QVBoxLayout()
        self.place.setContentsMargins(theme.px(32), theme.px(24), theme.px(32), theme.px(24))
        row.addLayout(self.place, 1)

    def _show(self, page: Page, step: int) -> None:
        """Puts another page in; the words at the left follow the language."""
        if self.page is not None:
            self.place.removeWidget(self.page)
            self.page.hide()
            self.page.deleteLater()
        self.page = page
        self.place.addWidget(page)
        self.setWindowTitle(_("熟客 · 第一次使用"))
        self.logo.setText(_("熟客"))
        self.motto.setText(_("记得每一位老顾客"))
        for number, mark in enumerate(self.steps):
            sign = "✓" if number < step else ("●" if number == step else "○")
            mark.setText(f"{sign}  {capital(_(STEPS[number]))}")
            mark.setObjectName("today" if number > step else "")
            theme.restyle(mark)
            mark.setVisible(step >= 0)
        page.begin()

    # ---- the pages

    def welcome(self) -> None:
        page = pages.Welcome(
            speak=self._speak, new=self.ask_shop, demo=self.demo, other=self._other_books, leave=self.reject
        )
        self._show(page, 0)

    def ask_shop(self) -> None:
        self._show(pages.ShopPage(self.facts, back=self.welcome, go=self._shop_told), 1)

    def _shop_told(self, values: dict[str, Any]) -> None:
        self.facts.update(values)
        self._show(pages.OwnerPage(self.facts, back=self.ask_shop, go=self._create), 2)

    def _create(self, values: dict[str, Any]) -> None:
        """Makes the books; hashing the PIN and writing the file run in the background."""
        self.facts["owner_name"] = values["owner_name"]
        assert self.page is not None
        self.page.wait(_("正在建账册…"))
        facts, pin, url = dict(self.facts), values["pin"], self.books_url

        def job(_progress: Any) -> Any:
            from services.setup import create_shop

            return create_shop(
                url,
                facts["shop_name"],
                facts["owner_name"],
                pin,
                phone=facts["phone"],
                address=facts["address"],
                postcode=facts["postcode"],
            )

        self.context.tasks.write(job, self._created, self._failed)

    def _created(self, shop: Any) -> None:
        self.shop, self.signed_in = shop, True
        if pc_settings.file_of(shop.url) is None:
            self.ask_old_books()
            return
        from ui.first_start.encrypt_page import EncryptPage

        self._show(EncryptPage(plain=self.ask_old_books, encrypt=self._encrypt), 3)

    def ask_old_books(self) -> None:
        self._show(
            pages.OldBooks(
                self.shop.info.name, read_in=partial(self._finish, True), empty=partial(self._finish, False)
            ),
            4,
        )

    def _encrypt(self) -> None:
        """The new books are encrypted before the first customer stands in them; changing one's mind leaves them plain."""
        from ui.first_start.encrypt_page import encrypted

        self.context.close()
        shop = encrypted(self, self.shop)
        self.context = Context(None, self.context.settings)
        if shop is not None:
            self.shop = shop
            self.ask_old_books()

    def _finish(self, then_import: bool) -> None:
        self.then_import = then_import
        self.accept()

    # ---- the demo shop

    def demo(self) -> None:
        """Makes the demo shop in its own file, beside the place of the real one."""
        url = "sqlite:///" + (pc_settings.data_folder() / "demo.db").as_posix()
        self.books_url = url
        if pc_settings.has_books(url):
            self.accept()
            return
        page = pages.DemoPage(stop=self._stop_demo)
        self._show(page, -1)

        def job(progress: Any) -> Any:
            from services import demo

            return demo.create(url, DEMO_CUSTOMERS, DEMO_YEARS, progress=progress)

        self._task = self.context.tasks.write(
            job, self._demo_made, self._demo_failed, on_progress=page.tell, on_stopped=self._demo_stopped
        )

    def _demo_made(self, figures: Any) -> None:
        self._task = None
        self._show(pages.DemoPeople(figures, go=self.accept), -1)

    def _stop_demo(self) -> None:
        if self._task is not None:
            self._task.stop()

    def _demo_stopped(self) -> None:
        self._remove_half_made()
        self.welcome()

    def _demo_failed(self, error: Exception) -> None:
        self._remove_half_made()
        self.welcome()
        self.context.show_error(error)

    def _remove_half_made(self) -> None:
        """A demo shop that was stopped is no shop: its file goes, so that the next try begins anew."""
        from services import start

        self._task = None
        place = pc_settings.file_of(self.books_url)
        start.close_books()
        self.context.close()
        self.context = Context(None, self.context.settings)
        if place is not None and place.name == "demo.db":
            for ending in ("", "-wal", "-shm"):
                Path(str(place) + ending).unlink(missing_ok=True)
        self.books_url = pc_settings.default_books_url()

    # ---- the rest

    def _other_books(self) -> None:
        path = dialogs.ask_path(self, _("打开已有的账册"), kinds=_("账册 (*.db)"))
        if path:
            self.books_url = path
            self.accept()

    def _speak(self, code: str) -> None:
        from ui import app

        self.context.change_settings(language=code)
        app.speak(code)
        self.welcome()

    def _failed(self, error: Exception) -> None:
        assert self.page is not None
        self.page.ready()
        if isinstance(error, Refused) and error.field in ("shop_name", "address", "postcode"):
            self.ask_shop()
        if isinstance(error, ShopError) and self.page.show_error(error):
            return
        self.context.show_error(error) if not isinstance(error, ShopError) else dialogs.tell(
            self, str(error), tone="bad"
        )

    def reject(self) -> None:
        if self._task is not None:
            self._stop_demo()
            return
        if self.shop is not None:
            self._finish(False)
            return
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._task is not None:
            self._stop_demo()
            event.ignore()
        else:
            super().closeEvent(event)
