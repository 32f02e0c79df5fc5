"""The window: tabs, search box, who is at work, the status line; locked behind the sign-in page."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from services import formats, words
from services.progress import Progress
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.scanner import Scanner
from ui.search_box import SearchBox
from ui.sign_in import SignIn, role_words
from ui.widgets.card import label
from ui.widgets.empty import EmptyState
from ui.widgets.status_line import StatusLine

MINUTE = 60_000


@dataclass(frozen=True)
class TabInfo:
    """A tab is imported and built when it is first shown."""

    name: str
    title: str
    key: str
    module: str
    widget: str


TABS = (
    TabInfo("customers", N_("客户"), "F2", "ui.customers.tab", "CustomersTab"),
    TabInfo("gifts", N_("礼品台账"), "F3", "ui.gifts.tab", "GiftsTab"),
    TabInfo("contacts", N_("联络日程"), "F4", "ui.contacts.tab", "ContactsTab"),
)


class MainWindow(QMainWindow):
    """One shop, one person at work. `context.shop` decides what may be seen; while nobody is signed in, nothing is."""

    def __init__(self, context: Context, scanner: Scanner | None = None) -> None:
        super().__init__()
        self.context = context
        self.scanner = scanner or Scanner()
        self._tabs: dict[str, QWidget] = {}
        self._stale: set[str] = set()
        self._retired = False
        self._shown_day = context.shop.today()
        self.sign_in = SignIn(context)
        self.work = QWidget()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.sign_in)
        self.pages.addWidget(self.work)
        self.setCentralWidget(self.pages)
        self._build_work()
        self._build_menu()
        self._connect()
        self.setMinimumSize(theme.px(960), theme.px(600))
        if context.settings.window:
            self.restoreGeometry(QByteArray.fromBase64(context.settings.window.encode()))
        else:
            self.resize(1280, 720)
        self._tell_shop()
        self.ask_who()

    # ---- building

    def _build_work(self) -> None:
        column = QVBoxLayout(self.work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.header = QWidget()
        self.header.setObjectName("header")
        self.header.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self.header)
        row.setContentsMargins(theme.px(16), theme.px(8), theme.px(12), theme.px(8))
        row.setSpacing(theme.px(4))
        logo = QLabel(_("熟客"))
        logo.setObjectName("logo")
        row.addWidget(logo)
        row.addSpacing(theme.px(12))
        self._build_tab_buttons(row)
        row.addSpacing(theme.px(12))
        self.search = SearchBox(self.context, self)
        row.addWidget(self.search, 1)
        row.addStretch(0)
        row.addSpacing(theme.px(8))
        self.today = QLabel()
        self.today.setObjectName("today")
        row.addWidget(self.today)
        self.person = self._tool("", _("换人、锁定"))
        row.addWidget(self.person)
        self.more = self._tool("", _("菜单"), "F10")
        self.more.setIcon(theme.icon("menu", "header_text", 20))
        row.addWidget(self.more)
        self.banner = QFrame()
        self.banner.setObjectName("banner")
        strip = QHBoxLayout(self.banner)
        strip.setContentsMargins(theme.px(16), theme.px(4), theme.px(16), theme.px(4))
        strip.addWidget(label(_("试用账册：可以随便试，里面的内容不是真的。")))
        strip.addStretch()
        own = theme.kind(QPushButton(_("开自己的店…")), "link")
        own.setToolTip(_("走一遍开店向导，或打开别的账册  Ctrl+O"))
        own.clicked.connect(lambda: self.do("books"))
        strip.addWidget(own)
        self.body = QStackedWidget()
        self.status = StatusLine(self.context)
        for widget in (self.header, self.banner, self.body, self.status):
            column.addWidget(widget, 1 if widget is self.body else 0)

    def _build_tab_buttons(self, row: QHBoxLayout) -> None:
        self.tab_buttons = QButtonGroup(self)
        self.tab_buttons.setExclusive(True)
        for number, tab in enumerate(TABS):
            button = self._tool(
                f"{_(tab.title)}  {tab.key}", _("打开{tab}").format(tab=_(tab.title)), tab.key
            )
            button.setAccessibleName(_(tab.title))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.tab_buttons.addButton(button, number)
            row.addWidget(button)
        self.tab_buttons.idClicked.connect(lambda number: self.show_tab(TABS[number].name))

    def _tool(self, text: str, tip: str, key: str = "") -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setAccessibleName(text or tip)
        button.setToolTip(f"{tip}  {key}".strip())
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    def _build_menu(self) -> None:
        """Every action has a key; those that open something are imported when they are chosen."""
        self.actions_by_name: dict[str, QAction] = {}
        menu = QMenu(self)
        for group in (
            (
                ("import", _("导入旧表格…"), "Ctrl+I", "import"),
                ("export", _("导出…"), "Ctrl+E", "export"),
                ("print", _("打印贺卡、标签、信封…"), "Ctrl+P", "printer"),
            ),
            (
                ("staff", _("员工账号…"), "Ctrl+U", "users"),
                ("policy", _("客情标准…"), "Ctrl+Shift+,", "table"),
                ("backup", _("备份与恢复…"), "Ctrl+B", "backup"),
                ("books", _("打开或新建账册…"), "Ctrl+O", "folder"),
            ),
            (("settings", _("设置…"), "Ctrl+,", "settings"), ("help", _("使用手册"), "F1", "help")),
        ):
            for name, text, key, icon in group:
                menu.addAction(self._action(name, text, key, icon))
            menu.addSeparator()
        self._build_languages(menu)
        menu.addAction(self._action("about", _("关于熟客"), "", "info"))
        menu.addSeparator()
        menu.addAction(self._action("quit", _("退出"), "Ctrl+Q", "close"))
        self.more.setMenu(menu)
        people = QMenu(self)
        people.addAction(self._action("switch", _("换人工作…"), "F12", "user"))
        people.addAction(self._action("pin", _("修改我的密码…"), "", "edit"))
        people.addAction(self._action("lock", _("锁定"), "Ctrl+L", "lock"))
        self.person.setMenu(people)

    def _action(self, name: str, text: str, key: str, icon: str) -> QAction:
        action = QAction(theme.icon(icon), text, self)
        if key:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda: self.do(name))
        self.addAction(action)
        self.actions_by_name[name] = action
        return action

    def _build_languages(self, menu: QMenu) -> None:
        """Each language in its own words, so that nobody is lost."""
        tongues = menu.addMenu(theme.icon("note"), "语言 / Language")
        group = QActionGroup(self)
        for code, text in (("zh", "简体中文"), ("en", "English")):
            action = tongues.addAction(text)
            action.setCheckable(True)
            action.setChecked(words.language() == code)
            action.triggered.connect(lambda _on, code=code: self.speak(code))
            group.addAction(action)

    def _connect(self) -> None:
        context = self.context
        self._keys("F9", "Ctrl+K", do=self._find)
        for tab in TABS:
            self._keys(tab.key, do=lambda name=tab.name: self.show_tab(name))
        self._keys("F10", do=lambda: self.more.showMenu())
        self._keys("Ctrl+Z", do=self._undo)
        self.search.chosen.connect(context.open_customer)
        self.sign_in.signed_in.connect(self._signed_in)
        self.sign_in.cancelled.connect(self._back_to_work)
        self.scanner.scanned.connect(self._scanned)
        self.scanner.touched.connect(self._touched)
        context.customer_wanted.connect(self._open_customer)
        context.tab_wanted.connect(self.show_tab)
        context.changed.connect(self._changed)
        context.shop_changed.connect(self._shop_changed)
        context.tasks.busy.connect(self._tell_busy)
        self._idle = QTimer(self, singleShot=True)
        self._idle.timeout.connect(self.lock)
        self._minutes = QTimer(self, interval=MINUTE)
        self._minutes.timeout.connect(self._minute)
        self._minutes.start()

    def _keys(self, *keys: str, do: Callable[[], Any]) -> None:
        for key in keys:
            QShortcut(QKeySequence(key), self, activated=do)

    # ---- who is at work

    @property
    def at_work(self) -> bool:
        return self.pages.currentWidget() is self.work

    def ask_who(self, *, locked: bool = False, may_return: bool = False) -> None:
        """Covers everything with the sign-in page."""
        self.pages.setCurrentWidget(self.sign_in)
        self._set_actions(False)
        self.sign_in.show_people(locked=locked, may_return=may_return)

    def lock(self) -> None:
        """Ctrl+L, or nobody touched anything for the policy's minutes."""
        if self.at_work:
            self.ask_who(locked=True)

    def begin_work(self, tab: str = "") -> None:
        """Uncovers the work page for the person who is signed in."""
        self.pages.setCurrentWidget(self.work)
        self._set_actions(True)
        self.show_tab(tab or self.current_tab())
        self._touched()

    def _signed_in(self) -> None:
        self.begin_work()
        self.context.say(_("{name}，开始工作。").format(name=self._name()), tone="info")
        self._open_the_day()

    def _back_to_work(self) -> None:
        if self.context.signed_in:
            self.pages.setCurrentWidget(self.work)
            self._set_actions(True)

    def _set_actions(self, on: bool) -> None:
        for name, action in self.actions_by_name.items():
            action.setEnabled(on or name in ("quit", "about", "help"))

    def _name(self) -> str:
        actor = self.context.shop.actor
        return actor.name if actor else ""

    def _shop_changed(self) -> None:
        self._tell_shop()
        self._stale = set(self._tabs)
        if self.at_work:
            self._reload_shown()

    def _tell_shop(self) -> None:
        shop = self.context.shop
        self.setWindowTitle(_("熟客 – {shop}").format(shop=shop.info.name))
        self.banner.setVisible(shop.info.trial)
        self.today.setText(formats.day(shop.today()))
        actor = shop.actor
        self.person.setText(f"{actor.name} ▾" if actor else "")
        tip = _("{name}（{role}）在工作。换人 F12，锁定 Ctrl+L").format(
            name=self._name(), role=role_words(shop.role)
        )
        self.person.setToolTip(tip)
        self.person.setAccessibleName(tip)
        self._tell_books()

    def _tell_books(self) -> None:
        """`本机账册 · 今日已备份 09:02`: looked up in the background."""
        from ui.settings import backup_words

        shop = self.context.shop
        if shop.actor is not None:
            self.context.read(lambda _progress: backup_words.line(shop), self.status.tell_books)

    def _open_the_day(self, *, confirmed: bool = False) -> None:
        """The day's opening (upkeep, schedule, backup) in the background; idempotent (spec 08)."""
        shop = self.context.shop

        def job(progress: Progress) -> Any:
            from services import daily

            return daily.open_day(shop, progress, confirmed=confirmed)

        self.context.tasks.write(job, self._day_opened, self._day_not_opened)

    def _day_opened(self, opened: Any) -> None:
        self._tell_books()
        warning = self._second_place_warning()
        if warning or opened.reminders:
            self.context.say(warning or " ".join(opened.reminders), tone="warn" if warning else "info")

    def _day_not_opened(self, error: Exception) -> None:
        """The PC's date looks wrong: asked about, because upkeep on a wrong day demotes people."""
        from services.errors import NotAllowed, Refused

        if not isinstance(error, Refused) or isinstance(error, NotAllowed):
            self.context.show_error(error)
            return
        from ui import dialogs

        title, yes, no = _("今天的日期对吗？"), _("日期没错，开店"), _("先不整理")
        if dialogs.ask(self, title, str(error), yes, no, danger=True):
            self._open_the_day(confirmed=True)

    def _second_place_warning(self) -> str:
        """A forgotten USB stick is no news for the policy's days; after that it is said plainly."""
        settings, shop = self.context.settings, self.context.shop
        if not settings.backup_folder:
            return ""
        today = shop.today()
        if Path(settings.backup_folder).is_dir():
            if settings.second_backup_on != today.isoformat():
                self.context.change_settings(second_backup_on=today.isoformat())
            return ""
        last = settings.second_backup_on
        if last and (today - date.fromisoformat(last)).days < shop.policy.safety.second_place_warn_days:
            return ""
        place = settings.backup_folder
        return _("备份的第二个位置 {place} 连不上。请插上 U 盘，或在“设置”里换一个文件夹。").format(
            place=place
        )

    # ---- tabs

    def show_tab(self, name: str) -> QWidget | None:
        """Brings a tab to the front, building it the first time. None while nobody is signed in."""
        if not self.at_work:
            return None
        number = next(i for i, tab in enumerate(TABS) if tab.name == name)
        self.tab_buttons.button(number).setChecked(True)
        widget = self._tabs.get(name)
        fresh = widget is None
        if widget is None:
            widget = self._tabs[name] = self._make_tab(TABS[number])
            self.body.addWidget(widget)
        self.body.setCurrentWidget(widget)
        if name in self._stale and not fresh:
            self._reload_shown()
        if hasattr(widget, "activate"):
            widget.activate()
        return widget

    def _make_tab(self, tab: TabInfo) -> QWidget:
        try:
            module = importlib.import_module(tab.module)
        except ModuleNotFoundError as missing:
            if not tab.module.startswith(str(missing.name)):
                raise
            return EmptyState(_(tab.title), _("这一页还没有做好。"), "note")
        widget: QWidget = getattr(module, tab.widget)(self.context)
        return widget

    def current_tab(self) -> str:
        return TABS[max(self.tab_buttons.checkedId(), 0)].name

    def _changed(self) -> None:
        self._stale = set(self._tabs)
        if self.at_work:
            self._reload_shown()

    def _reload_shown(self) -> None:
        name = self.current_tab()
        self._stale.discard(name)
        widget = self._tabs.get(name)
        if hasattr(widget, "reload"):
            widget.reload()

    def _open_customer(self, customer_id: int) -> None:
        tab = self.show_tab("customers")
        if tab is not None and hasattr(tab, "open_customer"):
            tab.open_customer(customer_id)

    # ---- keys

    def _find(self) -> None:
        if self.at_work:
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _undo(self) -> None:
        if self.at_work:
            self.context.undo_last()

    def _scanned(self, code: str) -> None:
        if self.at_work and self.isActiveWindow():
            self.search.scan(code)

    def _touched(self) -> None:
        self._idle.start(self.context.shop.policy.safety.lock_after_minutes * MINUTE)

    def _minute(self) -> None:
        day = self.context.shop.today()
        if day != self._shown_day:
            self._shown_day = day
            self._tell_shop()
            self.context.changed.emit()

    def _tell_busy(self, jobs: int) -> None:
        """A quiet word while the write line works, so that nobody switches the PC off."""
        self.status.busy.setText(_("正在保存…") if jobs and self.context.tasks.writing() else "")

    # ---- actions

    def do(self, name: str) -> None:
        """Runs a menu action by its name (also for tests)."""
        from ui import menu_actions

        menu_actions.run(self, name)

    def speak(self, code: str) -> None:
        """Another language: the window is built anew in it, at the same place, with the same person."""
        self.context.change_settings(language=code)
        from ui import app

        app.speak(code)
        app.rebuild(self)

    def retire(self) -> None:
        """Replaced by another window on the same context: goes without ending the work."""
        self._retired = True
        self._idle.stop()
        self._minutes.stop()
        self.hide()
        self.deleteLater()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.search.popup.hide()

    def closeEvent(self, event: QCloseEvent) -> None:
        """What is being saved is finished first."""
        if self._retired:
            return
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        if geometry != self.context.settings.window:
            self.context.change_settings(window=geometry)
        self.context.close()
        super().closeEvent(event)
