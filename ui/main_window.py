"""The window: the sign-in page in front, the work page behind it; keys, locking, language, closing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QPaintEvent, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget

from services.words import _
from ui.context import Context
from ui.sign_in import SignIn

if TYPE_CHECKING:
    from ui.scanner import Scanner
    from ui.work_page import WorkPage

MINUTE = 60_000


class MainWindow(QMainWindow):
    """One shop, one person at work. While nobody is signed in, or the window is locked, nothing can be seen.

    Only the sign-in page is built before the first paint; `work` builds the rest when it is first asked for.
    """

    painted = Signal()
    """Once, after the first paint."""
    closed = Signal()
    """The person closed it; all writes are done."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._painted = False
        self.context = context
        self.scanner: Scanner | None = None
        self.actions_by_name: dict[str, QAction] = {}
        self._work: WorkPage | None = None
        self._retired = False
        self.sign_in = SignIn(context)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.sign_in)
        self.setCentralWidget(self.pages)
        self.sign_in.signed_in.connect(self._signed_in)
        self.sign_in.cancelled.connect(self._back_to_work)
        context.shop_changed.connect(self._tell_title)
        self.setMinimumSize(960, 600)
        if context.settings.window:
            self.restoreGeometry(QByteArray.fromBase64(context.settings.window.encode()))
        else:
            self.resize(1280, 720)
        self._tell_title()
        self.ask_who()

    def open_books(self) -> None:
        """Right after the first paint. Raises ShopError when they cannot be opened."""
        if not self.context.has_shop:
            assert self.context.shop is not None
            self._tell_title()
            self.sign_in.books_opened()

    @property
    def work(self) -> WorkPage:
        """Header, tabs and status line, with the menu and all keys."""
        if self._work is None:
            self._build_work()
        assert self._work is not None
        return self._work

    def _build_work(self) -> None:
        from ui import menu_actions
        from ui.day_opening import DayOpening
        from ui.scanner import Scanner
        from ui.work_page import TABS, WorkPage

        self._shown_day = self.context.today()
        work = self._work = WorkPage(self.context, self)
        self.pages.addWidget(work)
        menu_actions.build(self, work)
        self._set_actions(self.at_work)
        work.books_wanted.connect(lambda: self.do("books"))
        work.strip.wanted.connect(self._mend)
        self.day = DayOpening(self.context, self)
        self.day.opened.connect(work.tell_books)
        self._keys("F9", "Ctrl+K", do=self._find)
        for tab in TABS:
            self._keys(tab.key, do=partial(work.show_tab, tab.name))
        self._keys("F10", do=lambda: work.more.showMenu() if self.at_work else None)
        self._keys("Ctrl+Z", do=lambda: self.context.undo_last() if self.at_work else None)
        settings = self.context.settings
        self.scanner = Scanner(settings.scan_prefix, settings.scan_suffix)
        self.scanner.setParent(self)
        self.scanner.scanned.connect(self._scanned)
        self.scanner.touched.connect(self._touched)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self.lock)
        self._minutes = QTimer(self)
        self._minutes.setInterval(MINUTE)
        self._minutes.timeout.connect(self._minute)
        self._minutes.start()

    def _keys(self, *keys: str, do: Callable[[], Any]) -> None:
        for key in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(do)

    # ---- who is at work

    @property
    def at_work(self) -> bool:
        return self._work is not None and self.pages.currentWidget() is self._work

    def ask_who(self, *, locked: bool = False, may_return: bool = False) -> None:
        """Covers everything with the sign-in page."""
        self.pages.setCurrentWidget(self.sign_in)
        self._set_actions(False)
        self.sign_in.show_people(locked=locked, may_return=may_return)

    def _mend(self, way: str) -> None:
        """Somebody chose a way out of what the strip at the top says."""
        from ui import mending

        mending.mend(self, way)

    def lock(self) -> None:
        """Ctrl+L, or nobody touched anything for the policy's minutes."""
        if self.at_work:
            from ui import dialogs

            dialogs.close_all()
            self.ask_who(locked=True)

    def begin_work(self, tab: str = "") -> None:
        """Uncovers the work page for the person who is signed in."""
        work = self.work
        self.pages.setCurrentWidget(work)
        self._set_actions(True)
        if self.scanner is not None:
            self.scanner.watch()
        work.show_tab(tab or work.current_tab())
        self._touched()

    def _signed_in(self) -> None:
        self.begin_work()
        actor = self.context.shop.actor
        self.context.say(_("{name}，开始工作。").format(name=actor.name if actor else ""), tone="info")
        self.day.begin()

    def _back_to_work(self) -> None:
        if self.context.signed_in:
            self.begin_work()

    def _set_actions(self, on: bool) -> None:
        for name, action in self.actions_by_name.items():
            action.setEnabled(on or name in ("quit", "about", "help"))

    def _tell_title(self) -> None:
        context = self.context
        face = context.settings.faces.get(context.url) or {}
        name = context.shop.info.name if context.has_shop else face.get("shop")
        self.setWindowTitle(_("熟客 – {shop}").format(shop=name) if name else _("熟客"))

    # ---- keys and time

    def _find(self) -> None:
        if self.at_work:
            self.work.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _scanned(self, code: str) -> None:
        if self.at_work and self.isActiveWindow():
            self.work.take_scan(code)

    def _touched(self) -> None:
        self._idle.start(self.context.shop.policy.safety.lock_after_minutes * MINUTE)

    def _minute(self) -> None:
        """Over midnight the day goes on, once."""
        day = self.context.shop.today()
        if day != self._shown_day:
            self._shown_day = day
            self.work.tell_shop()
            self.context.changed.emit()
            self.day.begin()
        else:
            self.day.go_on()

    # ---- actions

    def do(self, name: str) -> None:
        """Runs a menu action by its name."""
        from ui import menu_actions

        menu_actions.run(self, name)

    def speak(self, code: str) -> None:
        """Another language: the window is built anew in it, at the same place, with the same person."""
        self.context.change_settings(language=code)
        from ui import app

        app.speak(code)
        app.rebuild(self)

    def retire(self) -> None:
        """Replaced by another window: goes without ending the work."""
        self._retired = True
        if self._work is not None:
            self._idle.stop()
            self._minutes.stop()
        if self.scanner is not None:
            self.scanner.rest()
        self.hide()
        self.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if (
            event.type() == QEvent.Type.ActivationChange
            and self._work is not None
            and not self.isActiveWindow()
        ):
            self._work.search.popup.hide()

    def closeEvent(self, event: QCloseEvent) -> None:
        """What is being saved is finished first."""
        if not self._retired:
            geometry = bytes(self.saveGeometry().toBase64().data()).decode()
            if geometry != self.context.settings.window:
                self.context.change_settings(window=geometry)
            if self.scanner is not None:
                self.scanner.rest()
            if self._work is not None:
                self.day.end()
            self.context.close()
            self.closed.emit()
        super().closeEvent(event)
