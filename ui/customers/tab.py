"""The tab 客户: left the list, right the customer page; F7 till, F8 visit, Ctrl+N a new customer, Shift+F7 a walk-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from models.kinds import CustomerState
from services.customer_page import CustomerPage
from services.errors import Refused
from services.words import _
from ui import theme
from ui.context import Context
from ui.customers.list_panel import ListPanel
from ui.tasks import Task
from ui.widgets.card import page
from ui.widgets.empty import EmptyState
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.customer_due import Due
    from ui.customers.page_view import PageView
    from ui.customers.register_panel import RegisterPanel
    from ui.customers.visit_line import VisitLine
    from ui.customers.walk_in_panel import WalkInPanel

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
        self._sell_to = 0
        """Whose page opens with a ticket: the walk-in who was registered, or is on file after all."""
        self._for_walk_in = False
        self.list = ListPanel(context)
        self.list.chosen.connect(self._moved)
        self.list.opened.connect(self.open_customer)
        self.list.register_wanted.connect(self.register)
        self._view: PageView | None = None
        self._form: RegisterPanel | None = None
        self._walk_in: WalkInPanel | None = None
        self._visit: VisitLine | None = None
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
        self.column = page(holder, 12, 8)
        self.column.addWidget(self.right, 1)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.list)
        self.split.addWidget(holder)
        self.split.setStretchFactor(1, 1)
        self.split.setSizes([theme.px(360), theme.px(1000)])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.split)
        self._add_keys()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(SETTLE)
        self._rest.timeout.connect(lambda: self._read(self._wanted))
        self.list.load()

    def _add_keys(self) -> None:
        """F7 without a customer, and Shift+F7 over any page, is a sale without a customer."""
        self._till = KeyButton(
            _("客户没有登记"), "F7", "flat", _("买单的人没有登记：现在登记，或记一个原因"), "bag"
        )
        self._till.clicked.connect(self.walk_in)
        layout = self.nobody.layout()
        assert isinstance(layout, QVBoxLayout)
        place = layout.indexOf(self.nobody.button) + 1
        layout.insertWidget(place, self._till, 0, Qt.AlignmentFlag.AlignHCenter)
        QShortcut(QKeySequence("Shift+F7"), self).activated.connect(self.walk_in)

    # The page and the registration are built when they are first needed: the list is there at once.

    @property
    def view(self) -> PageView:
        if self._view is None:
            from ui.customers.page_view import PageView

            self._view = PageView(self.context)
            self._view.visit.clicked.connect(self._ask_tried)
            self._view.due.answered.connect(self._answer)
            self._view.due.put_off.connect(self._put_off)
            self._view.due.opened.connect(self.ask_consent)
            self._view.more.walk_in.connect(self.walk_in)
            self._view.more.consent.connect(self.ask_consent)
            self.right.addWidget(self._view)
        return self._view

    @property
    def form(self) -> RegisterPanel:
        if self._form is None:
            from ui.customers.register_panel import RegisterPanel

            self._form = RegisterPanel(self.context)
            self._form.registered.connect(self._registered)
            self._form.open_wanted.connect(self._open_known)
            self._form.left.connect(self._leave_form)
            self._form.taken_back.connect(self._gone)
            self.right.addWidget(self._form)
        return self._form

    @property
    def walk_in_panel(self) -> WalkInPanel:
        if self._walk_in is None:
            from ui.customers.walk_in_panel import WalkInPanel

            self._walk_in = WalkInPanel(self.context)
            self._walk_in.register_wanted.connect(self._register_walk_in)
            self._walk_in.left.connect(self._leave_form)
            self.right.addWidget(self._walk_in)
        return self._walk_in

    @property
    def visit_line(self) -> VisitLine:
        if self._visit is None:
            from ui.customers.visit_line import VisitLine

            self._visit = VisitLine(self.context)
            self._visit.left.connect(lambda: self.view.setFocus(Qt.FocusReason.OtherFocusReason))
            self.column.insertWidget(0, self._visit)
        return self._visit

    @property
    def _asking(self) -> bool:
        """The registration or the walk-in stands in the place of the page."""
        shown = self.right.currentWidget()
        return shown is not None and shown in (self._form, self._walk_in)

    @property
    def _typing(self) -> bool:
        """A ticket stands half typed."""
        return self._view is not None and self._view.ticket.typed

    # ---- what the window calls

    def activate(self) -> None:
        """The tab comes to the front: the keys belong to the list, unless something is being typed."""
        if self._typing or self._asking:
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
        if found.state == CustomerState.ERASED:
            self._gone(self._wanted)
            return
        self._wanted = found.id
        self.view.show_page(found)
        if not self._asking or self._focus_page:
            self.right.setCurrentWidget(self.view)
        if self._visit is not None:
            self._visit.show_for(found.id)
        if self._focus_page:
            self._focus_page = False
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._sell_to == found.id:
            self._sell_to = 0
            self.view.start_ticket()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Refused):
            self._wanted = 0
            self.right.setCurrentWidget(self.nobody)
        self.context.show_error(error)

    # ---- a new customer

    def register(self, phone: str = "") -> None:
        """Ctrl+N: the registration takes the place of the page; a half-filled one goes on where it stopped."""
        if self._may_ask():
            self._for_walk_in = False
            self.right.setCurrentWidget(self.form)
            self.form.begin(phone)

    def take_scan(self, code: str) -> bool:
        """A scanner's burst fills the open ticket's next line; while somebody is registered it is the new card."""
        if self._view is not None and self._view.ticket.scan(code):
            return True
        return (
            self._form is not None and self.right.currentWidget() is self._form and self._form.take_scan(code)
        )

    def _may_ask(self) -> bool:
        if self._typing:
            self.context.say(_("小票还没有登记：先按 Enter 登记，或按 Esc 取消。"), tone="warn")
            return False
        if self._visit is not None:
            self._visit.show_for(0)
        return True

    def _registered(self, customer_id: int) -> None:
        self.list.load(then=customer_id)
        self._open_known(customer_id)

    def _gone(self, customer_id: int) -> None:
        """The registration was undone: its page goes."""
        if self._wanted == customer_id:
            self._wanted = 0
            self._focus_page = False
            if not self._asking:
                self.right.setCurrentWidget(self.nobody)
        self.list.reload()

    def _open_known(self, customer_id: int) -> None:
        """From the registration to a page; if it began at the till, the ticket is opened too."""
        self._sell_to = customer_id if self._for_walk_in else 0
        self._for_walk_in = False
        self.open_customer(customer_id)

    def _leave_form(self) -> None:
        self._for_walk_in = False
        self.right.setCurrentWidget(self.view if self._wanted else self.nobody)
        (self.view if self._wanted else self.list.table.view).setFocus()

    # ---- a sale without a customer

    def walk_in(self) -> None:
        """F7 with nobody chosen, Shift+F7, or from the page's menu: register now, or one key for the reason."""
        if self._may_ask():
            self.right.setCurrentWidget(self.walk_in_panel)
            self.walk_in_panel.begin()

    def _register_walk_in(self, digits: str) -> None:
        self.right.setCurrentWidget(self.form)
        self.form.type_on(digits)
        self._for_walk_in = True

    # ---- at a visit: what was tried on, and the questions

    def _ask_tried(self) -> None:
        """Behind F8: the visit is being written by the page."""
        if self._wanted:
            self.visit_line.begin(self._wanted)

    def ask_consent(self, _due: object = None) -> None:
        """What the customer agrees to, given or withdrawn."""
        from ui.customers.consent_dialog import ask_consent

        if self.view.page is not None:
            ask_consent(self.context, self.window(), self.view.page)

    def _answer(self, due: Due, words: str) -> None:
        from ui.questions import Asking

        Asking(self.context).answer(due, words)

    def _put_off(self, due: Due) -> None:
        from ui.questions import Asking

        Asking(self.context).put_off(due)
