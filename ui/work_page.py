"""The page of the working day: header with tabs and search box, the tab itself, the status line."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from services import formats
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.search_box import SearchBox
from ui.sign_in import role_words
from ui.widgets.card import label
from ui.widgets.empty import EmptyState
from ui.widgets.safety_strip import SafetyStrip
from ui.widgets.status_line import StatusLine


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


class WorkPage(QWidget):
    """Built once, right after the first paint of the sign-in page."""

    books_wanted = Signal()
    """The trial banner's link: begin one's own shop."""

    def __init__(self, context: Context, window: QMainWindow) -> None:
        super().__init__(window)
        self.context = context
        self._tabs: dict[str, QWidget] = {}
        self._stale: set[str] = set()
        self.header = QWidget()
        self.header.setObjectName("header")
        self.header.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._build_header(window)
        self._build_banner()
        self.body = QStackedWidget()
        self.status = StatusLine(context)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.strip = SafetyStrip(context)
        for widget in (self.header, self.strip, self.banner, self.body, self.status):
            column.addWidget(widget, 1 if widget is self.body else 0)
        context.changed.connect(self.reload)
        context.shop_changed.connect(self.reload)
        context.shop_changed.connect(self.tell_shop)
        context.tab_wanted.connect(self.show_tab)
        context.customer_wanted.connect(self.open_customer)
        context.tasks.busy.connect(self._tell_busy)
        self.search.chosen.connect(context.open_customer)
        self.search.plan_wanted.connect(self.open_plan)
        self.search.register_wanted.connect(self.register)
        self.tell_shop()

    def _build_header(self, window: QMainWindow) -> None:
        row = QHBoxLayout(self.header)
        row.setContentsMargins(theme.px(16), theme.px(8), theme.px(12), theme.px(8))
        row.setSpacing(theme.px(4))
        logo = QLabel(_("熟客"))
        logo.setObjectName("logo")
        row.addWidget(logo)
        row.addSpacing(theme.px(12))
        self.tab_buttons = QButtonGroup(self)
        self.tab_buttons.setExclusive(True)
        for number, tab in enumerate(TABS):
            button = self._tool(
                f"{_(tab.title)}  {tab.key}", _("打开{tab}").format(tab=_(tab.title)), tab.key
            )
            button.setAccessibleName(_(tab.title))
            button.setCheckable(True)
            self.tab_buttons.addButton(button, number)
            row.addWidget(button)
        self.tab_buttons.idClicked.connect(lambda number: self.show_tab(TABS[number].name))
        row.addSpacing(theme.px(12))
        self.search = SearchBox(self.context, window)
        row.addWidget(self.search, 1)
        row.addStretch(0)
        row.addSpacing(theme.px(8))
        self.today = QLabel()
        self.today.setObjectName("today")
        row.addWidget(self.today)
        self.person = self._tool("", _("换人、锁定"))
        self.person.setIcon(theme.icon("chevron-down", "header_muted", 14))
        self.person.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        row.addWidget(self.person)
        self.more = self._tool("", _("菜单"), "F10")
        self.more.setIcon(theme.icon("menu", "header_text", 20))
        row.addWidget(self.more)

    def _build_banner(self) -> None:
        self.banner = QFrame()
        self.banner.setObjectName("banner")
        strip = QHBoxLayout(self.banner)
        strip.setContentsMargins(theme.px(16), theme.px(2), theme.px(16), theme.px(2))
        strip.addWidget(label(_("试用账册：可以随便试，里面的内容不是真的。")))
        strip.addStretch()
        own = theme.kind(QPushButton(_("开自己的店…")), "link")
        own.setToolTip(_("走一遍开店向导，或打开别的账册  Ctrl+O"))
        own.clicked.connect(self.books_wanted)
        strip.addWidget(own)

    @staticmethod
    def _tool(text: str, tip: str, key: str = "") -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setAccessibleName(text or tip)
        button.setToolTip(f"{tip}  {key}".strip())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        return button

    # ---- words at the edges

    def tell_shop(self) -> None:
        """Day, person, trial banner, backup."""
        shop = self.context.shop
        self.banner.setVisible(shop.info.trial)
        self.strip.look()
        self.today.setText(formats.day(shop.today()))
        name = shop.actor.name if shop.actor else ""
        self.person.setText(name)
        tip = _("{name}（{role}）在工作。换人 F12，锁定 Ctrl+L").format(name=name, role=role_words(shop.role))
        self.person.setToolTip(tip)
        self.person.setAccessibleName(tip)
        self.tell_books()

    def tell_books(self) -> None:
        """`本机账册 · 今日已备份 09:02`: looked up in the background."""
        shop = self.context.shop
        if shop.actor is not None:
            from ui.settings import backup_words

            self.context.read(lambda _progress: backup_words.line(shop), self.status.tell_books)

    def _tell_busy(self, jobs: int) -> None:
        """A quiet word while the write line works, so that nobody switches the PC off."""
        self.status.busy.setText(_("正在保存…") if jobs and self.context.tasks.writing() else "")

    # ---- tabs

    def show_tab(self, name: str) -> QWidget | None:
        """Brings a tab to the front, building it the first time. None while nobody may see it."""
        if not self.isVisible() or not self.context.signed_in:
            return None
        number = next(i for i, tab in enumerate(TABS) if tab.name == name)
        self.tab_buttons.button(number).setChecked(True)
        widget = self._tabs.get(name)
        if widget is None:
            widget = self._tabs[name] = self._make_tab(TABS[number])
            self.body.addWidget(widget)
            self._stale.discard(name)
        self.body.setCurrentWidget(widget)
        if name in self._stale:
            self._reload_shown()
        if hasattr(widget, "activate"):
            widget.activate()
        return widget

    def open_plan(self, month: str) -> None:
        """The gift plan of a month, found by the number on its sheet."""
        tab = self.show_tab("gifts")
        if tab is not None and hasattr(tab, "open_month"):
            tab.open_month(month)

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

    def reload(self) -> None:
        """Something was written: the tab in front reloads now, the others when they are shown."""
        self._stale = set(self._tabs)
        if self.isVisible():
            self._reload_shown()

    def _reload_shown(self) -> None:
        name = self.current_tab()
        self._stale.discard(name)
        widget = self._tabs.get(name)
        if widget is not None and hasattr(widget, "reload"):
            widget.reload()

    def take_scan(self, code: str) -> None:
        """A bar code: for the page that wants it, else looked up."""
        tab = self._tabs.get(self.current_tab())
        if tab is None or not hasattr(tab, "take_scan") or not tab.take_scan(code):
            self.search.scan(code)

    def register(self, phone: str) -> None:
        """A new customer in the tab 客户, with the phone that nobody has."""
        tab = self.show_tab("customers")
        if tab is not None and hasattr(tab, "register"):
            tab.register(phone)

    def open_customer(self, customer_id: int) -> None:
        """The customer's page in the tab 客户."""
        tab = self.show_tab("customers")
        if tab is not None and hasattr(tab, "open_customer"):
            tab.open_customer(customer_id)
