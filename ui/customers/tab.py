"""The tab 客户: left the list, right the customer page; F7 till, F8 visit, Ctrl+N a new customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from services.customer_page import CustomerPage
from services.errors import Refused
from services.words import _
from ui import theme
from ui.context import Context
from ui.customers.list_panel import ListPanel
from ui.tasks import Task
from ui.widgets.card import page
from ui.widgets.empty import EmptyState

if TYPE_CHECKING:
    from ui.customers.page_view import PageView
    from ui.customers.register_panel import RegisterPanel

SETTLE = 90
"""Milliseconds the cursor must rest on a row before its page is read."""


class CustomersTab(QWidget):
    """Everything a clerk does for the customer at the till."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self._task: Task | None = None
        self._wanted = 0
        self._focus_page = False
        self.list = ListPanel(context)
        self.list.chosen.connect(self._moved)
        self.list.opened.connect(self.open_customer)
        self.list.register_wanted.connect(self.register)
        self._view: PageView | None = None
        self._form: RegisterPanel | None = None
        self.nobody = EmptyState(_("选一位客户"), _("在左边选，或按 F9 输入手机尾号、姓名、拼音。"), "users")
        self.nobody.tell(
            _("选一位客户"),
            _("在左边选，或按 F9 输入手机尾号、姓名、拼音。"),
            _("新客户  Ctrl+N"),
            self.register,
        )
        self.right = QStackedWidget()
        self.right.addWidget(self.nobody)
        holder = QWidget()
        column = page(holder, 12, 8)
        column.addWidget(self.right)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.list)
        self.split.addWidget(holder)
        self.split.setStretchFactor(1, 1)
        self.split.setSizes([theme.px(360), theme.px(1000)])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.split)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(SETTLE)
        self._rest.timeout.connect(lambda: self._read(self._wanted))
        self.list.load()

    # The page and the registration are built when they are first needed: the list is there at once.

    @property
    def view(self) -> PageView:
        if self._view is None:
            from ui.customers.page_view import PageView

            self._view = PageView(self.context)
            self.right.addWidget(self._view)
        return self._view

    @property
    def form(self) -> RegisterPanel:
        if self._form is None:
            from ui.customers.register_panel import RegisterPanel

            self._form = RegisterPanel(self.context)
            self._form.registered.connect(self._registered)
            self._form.open_wanted.connect(self.open_customer)
            self._form.left.connect(self._leave_form)
            self.right.addWidget(self._form)
        return self._form

    @property
    def _typing(self) -> bool:
        """A ticket stands half typed."""
        return self._view is not None and self._view.ticket.typed

    # ---- what the window calls

    def activate(self) -> None:
        """The tab comes to the front: the keys belong to the list, unless something is being typed."""
        if self._typing or (self._form is not None and self.right.currentWidget() is self._form):
            return
        if not self._wanted:
            self.list.table.view.setFocus()

    def reload(self) -> None:
        """Something was written: the list and the page are read again, cursors and typing stay."""
        self.list.reload()
        if self._wanted:
            self._read(self._wanted)

    def open_customer(self, customer_id: int) -> None:
        """Shows this customer; Enter then starts a purchase."""
        self._rest.stop()
        self._focus_page = True
        self.list.point_at(customer_id)
        self._read(customer_id)

    # ---- reading

    def _moved(self, customer_id: int) -> None:
        if self._typing:
            self.list.point_at(self._wanted)
            self.context.say(_("小票还没有登记：先按 Enter 登记，或按 Esc 取消。"), tone="warn")
            return
        self._wanted = customer_id
        self._rest.start()

    def _read(self, customer_id: int) -> None:
        from services.customer_page import customer_page

        if self._task and not self._task.finished:
            self._task.drop()
        self._wanted = customer_id
        shop = self.context.shop
        self._task = self.context.read(
            lambda _progress: customer_page(shop, customer_id), self._show, on_error=self._failed
        )

    def _show(self, found: CustomerPage) -> None:
        self._wanted = found.id
        self.view.show_page(found)
        if self._form is None or self.right.currentWidget() is not self._form or self._focus_page:
            self.right.setCurrentWidget(self.view)
        if self._focus_page:
            self._focus_page = False
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Refused):
            self._wanted = 0
            self.right.setCurrentWidget(self.nobody)
        self.context.show_error(error)

    # ---- a new customer

    def register(self) -> None:
        """Ctrl+N: the registration takes the place of the page."""
        if self._typing:
            self.context.say(_("小票还没有登记：先按 Enter 登记，或按 Esc 取消。"), tone="warn")
            return
        self.right.setCurrentWidget(self.form)
        self.form.begin()

    def _registered(self, customer_id: int) -> None:
        self.right.setCurrentWidget(self.view)
        self.list.load(then=customer_id)
        self.open_customer(customer_id)

    def _leave_form(self) -> None:
        self.right.setCurrentWidget(self.view if self._wanted else self.nobody)
        (self.view if self._wanted else self.list.table.view).setFocus()
