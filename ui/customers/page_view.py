"""The customer page: who, grade and why, what is due now, sizes, likes, birthday, and the lanes below."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from services import contacts, formats
from services.customer_due import Due
from services.customer_page import CustomerPage
from services.customer_rows import PurchaseRow
from services.visits import VisitResult
from services.words import _
from ui import theme
from ui.context import Context
from ui.customers.due_card import DueCard
from ui.customers.fact_grid import FactGrid
from ui.customers.facts_form import FactsForm
from ui.customers.lanes import Lanes
from ui.customers.manager_menu import MoreButton
from ui.customers.ticket_panel import TicketPanel
from ui.customers.words import discount_words, grade_words
from ui.widgets.badge import Badge
from ui.widgets.card import label, scrolled
from ui.widgets.fact import Elided
from ui.widgets.key_button import KeyButton

ONE_ROW = 720
"""Pixels at font size 14 that the name and the buttons need side by side."""


class PageView(QWidget):
    """Shows one `CustomerPage`; every button is one verb of the services."""

    stale = Signal()
    """Something was written that the page must read again (also told by `context.changed`)."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.page: CustomerPage | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.due = DueCard()
        self.due.wanted.connect(self._do_due)
        self.ticket = TicketPanel(context)
        self.ticket.left.connect(self._after_ticket)
        self.facts = FactsForm(context)
        self.grid = FactGrid()
        self.grid.wanted.connect(self.ask_field)
        self.grid.reveal_wanted.connect(self._reveal)
        self.lanes = Lanes(context, self.facts)
        self.lanes.return_wanted.connect(self._return)
        self.lanes.gift_wanted.connect(lambda line_id: self._issue((line_id,)))
        self.lanes.talk_wanted.connect(self.note_talk)
        self.lanes.notes_lane.field_wanted.connect(self.ask_field)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(self._build_head())
        column.addWidget(self.reason)
        column.addWidget(self.ticket)
        column.addWidget(self.due)
        column.addWidget(self.grid)
        column.addWidget(self.lanes, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(inside))

    def _build_head(self) -> QBoxLayout:
        self.name = Elided("title", 180)
        self.pinyin = Elided("muted")
        self.card = label("", "muted", selectable=True)
        self.grade = Badge()
        self.discount = label("", "section")
        self.special = Badge()
        self.special.hide()
        self.reason = label("", "muted", wrap=True, selectable=True)
        self.buy = KeyButton(_("登记消费"), "F7", "primary", _("登记一张小票"), "bag")
        self.buy.clicked.connect(self.start_ticket)
        self.visit = KeyButton(_("到店"), "F8", "", _("来过没买：记一次到店"), "door")
        self.visit.clicked.connect(self.note_visit)
        self.talk = KeyButton(_("记联络"), "F6", "", _("面谈、来电、短信：记下说了什么"), "phone")
        self.talk.clicked.connect(self.note_talk)
        self.more = MoreButton(self.context, lambda: self.page)
        who, keys = QHBoxLayout(), QHBoxLayout()
        for row in (who, keys):
            row.setSpacing(theme.px(8))
        for part in (self.name, self.pinyin, self.card, self.grade, self.discount, self.special):
            who.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        who.addStretch(1)
        for button in (self.buy, self.visit, self.talk, self.more):
            keys.addWidget(button)
        self.head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self.head.setSpacing(theme.px(8))
        self.head.addLayout(who, 1)
        self.head.addLayout(keys)
        return self.head

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Large letters on a small screen: the buttons go below the name instead of off the screen."""
        super().resizeEvent(event)
        sideways = self.width() >= theme.px(ONE_ROW)
        way = QBoxLayout.Direction
        self.head.setDirection(way.LeftToRight if sideways else way.TopToBottom)

    # ---- showing

    def show_page(self, page: CustomerPage) -> None:
        """Draws the page; what is being typed on it stays."""
        other = self.page is None or self.page.id != page.id
        self.page = page
        if other and not self.ticket.isHidden():
            self.ticket.hide()
            self.due.show()
        self.name.tell(page.name, f"{page.name}  {page.pinyin}")
        self.pinyin.tell(page.pinyin)
        self.card.setText(page.card_no)
        shown = page.display_grade
        self.grade.tell(grade_words(shown), theme.grade_badge(page.grade, page.state))
        self.discount.setText(discount_words(page.percent_off))
        self.special.tell(_("特殊客户") if page.special else "", "accent")
        self.special.setToolTip(page.special_reason)
        self.reason.setText(page.reason)
        self.reason.setToolTip(self._history())
        self.due.show_due(page.due)
        self.grid.show_page(page)
        self.lanes.show_page(page)

    def _history(self) -> str:
        """The last changes of the grade, for the tool tip of the reason."""
        page = self.page
        assert page is not None
        lines = [
            f"{formats.short_day(row.day)}  {grade_words(row.from_grade)} → {grade_words(row.to_grade)}"
            for row in page.grades[:8]
            if not row.undone
        ]
        return "\n".join(lines) or _("等级还没有变过")

    # ---- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.page is not None:
            self.start_ticket()
        else:
            super().keyPressEvent(event)

    # ---- the till

    def start_ticket(self) -> None:
        """F7, or Enter on the page."""
        if self.page is not None and self.ticket.isHidden():
            self.due.hide()
            self.ticket.begin(self.page.id, self.page.name)
        elif not self.ticket.isHidden():
            self.ticket.lines[0].item.setFocus()

    def _after_ticket(self) -> None:
        self.due.show()
        self.setFocus()

    def note_visit(self) -> None:
        """F8: one line a day, with undo."""
        from services import visits

        if self.page is None:
            return
        shop, page = self.context.shop, self.page
        self.context.write(lambda _progress: visits.visit(shop, page.id), partial(self._visited, page.name))

    def _visited(self, name: str, done: VisitResult) -> None:
        if done.repeated:
            self.context.say(_("{name} 今天已经登记过到店").format(name=name), tone="info")
            return
        words = _("已登记 {name} 到店").format(name=name)
        if done.grade_after != done.grade_before:
            words += _("；现在是 {grade} 级").format(grade=done.grade_after)
        self.context.say(words, partial(self._undo_visit, done))

    def _undo_visit(self, done: VisitResult) -> None:
        from services import visits

        shop = self.context.shop
        self.context.write(lambda _progress: visits.undo(shop, done.visit_id), said=_("已撤销到店"))

    def _return(self, line: PurchaseRow) -> None:
        from ui.customers import return_dialog

        return_dialog.open_dialog(self.context, self, line)

    # ---- what is due

    def _do_due(self, due: Due) -> None:
        if due.kind == "gift":
            self._issue(due.ids)
        elif due.kind == "purchase_gift":
            self._choose_gift(due.id)
        elif due.kind == "contact":
            self.context.open_tab("contacts")
        elif due.kind == "thanks":
            self._thank(due.ids)
        elif due.kind == "ask":
            self.ask_field(due.field)

    def ask_field(self, name: str) -> None:
        """Opens the field that a question is about, or the lane that tells more: purchases, days, contacts."""
        if name in ("purchases", "contacts"):
            self.lanes.open_lane(getattr(self.lanes, name).parentWidget())
        elif name == "days":
            self.lanes.setCurrentWidget(self.lanes.notes_lane)
            self.lanes.notes_lane.days.label.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.lanes.setCurrentWidget(self.facts)
            self.facts.focus_field(name)

    def note_talk(self) -> None:
        """F6: a talk in the shop or on the telephone that nobody had planned."""
        from ui.contacts import talk

        if self.page is not None:
            talk.open_dialog(self.context, self.page.id, self.page.name, self.window())

    def _thank(self, referred: tuple[int, ...]) -> None:
        from services import referrals

        shop = self.context.shop
        self.context.write(
            lambda _progress: referrals.thank(shop, referred),
            said=_("已记下道谢"),
            undo=self._unthank,
        )

    def _unthank(self, referred: list[int]) -> None:
        from services import referrals

        shop = self.context.shop
        self.context.write(lambda _progress: referrals.undo_thanks(shop, referred), said=_("已撤销道谢"))

    def _issue(self, line_ids: tuple[int, ...]) -> None:
        from ui.gifts import issue_acts

        issue_acts.issue(self.context, line_ids)

    def _choose_gift(self, ticket_id: int) -> None:
        from ui.customers.gift_choice import choose

        if self.page is not None:
            choose(self.context, self.due, self.page, ticket_id)

    def _reveal(self) -> None:
        shop, page = self.context.shop, self.page
        if page is not None:
            self.context.read(
                lambda _progress: contacts.reveal_phone(shop, page.id), partial(self._revealed, page.id)
            )

    def _revealed(self, customer_id: int, numbers: Any) -> None:
        if self.page is not None and self.page.id == customer_id:
            self.grid.show_phones("  ".join(numbers))
            self.grid.reveal.hide()
