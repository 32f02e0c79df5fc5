"""The customer page: who, grade and why, what is due now, sizes, likes, birthday, and the lanes below."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from services import contacts, formats
from services.contact_words import channel_words, topic_words
from services.customer_due import Due
from services.customer_page import CustomerPage
from services.customer_rows import PurchaseRow
from services.gifts.rows import LineRow
from services.progress import Progress
from services.returns import ReturnResult
from services.visits import VisitResult
from services.words import _
from ui import dialogs, theme
from ui.context import Context
from ui.customers.due_card import DueCard
from ui.customers.facts_form import FactsForm
from ui.customers.lanes import Lanes
from ui.customers.manager_menu import MoreButton
from ui.customers.ticket_panel import TicketPanel
from ui.customers.words import discount_words, grade_words, waist_words
from ui.widgets.badge import Badge
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

FACTS_LANE = 5


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
        self.lanes = Lanes(context, self.facts)
        self.lanes.return_wanted.connect(self._return)
        self.lanes.gift_wanted.connect(lambda line_id: self._issue((line_id,)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(self._build_head())
        column.addWidget(self.reason)
        column.addWidget(self.ticket)
        column.addWidget(self.due)
        column.addLayout(self._build_facts())
        column.addWidget(self.lanes, 1)

    def _build_head(self) -> QHBoxLayout:
        self.name = label("", "title", selectable=True)
        self.name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.pinyin = label("", "muted")
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
        row = QHBoxLayout()
        row.setSpacing(theme.px(12))
        for part in (self.name, self.pinyin, self.card, self.grade, self.discount, self.special):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        row.addWidget(self.buy)
        row.addWidget(self.visit)
        self.more = MoreButton(self.context, lambda: self.page)
        row.addWidget(self.more)
        return row

    def _build_facts(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(theme.px(4))
        self.cells: dict[str, QLabel] = {}
        places = (
            ("size", _("尺码"), 0, 0),
            ("likes", _("喜欢"), 0, 2),
            ("birthday", _("生日"), 1, 0),
            ("shown", _("常买"), 1, 2),
            ("phone", _("电话"), 2, 0),
            ("contact", _("联络"), 2, 2),
        )
        for name, words, row, at in places:
            title = label(words, "muted")
            cell = label("", selectable=True)
            cell.setMinimumWidth(1)
            cell.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            cell.setAccessibleName(words)
            self.cells[name] = cell
            grid.addWidget(title, row, at)
            if name == "phone":
                holder = QHBoxLayout()
                holder.setSpacing(theme.px(4))
                cell.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
                self.reveal = KeyButton(_("显示号码"), "", "link", _("显示完整号码；每次查看都有记录"))
                self.reveal.clicked.connect(self._reveal)
                holder.addWidget(cell)
                holder.addWidget(self.reveal)
                holder.addStretch()
                grid.addLayout(holder, row, at + 1)
            else:
                grid.addWidget(cell, row, at + 1)
        grid.setColumnStretch(1, 4)
        grid.setColumnStretch(3, 5)
        return grid

    # ---- showing

    def show_page(self, page: CustomerPage) -> None:
        """Draws the page; what is being typed on it stays."""
        other = self.page is None or self.page.id != page.id
        self.page = page
        if other and not self.ticket.isHidden():
            self.ticket.hide()
            self.due.show()
        self.name.setText(page.name)
        self.name.setToolTip(page.pinyin)
        self.pinyin.setText(page.pinyin if len(page.pinyin) < 30 else "")
        self.card.setText(page.card_no)
        shown = page.display_grade
        self.grade.tell(grade_words(shown), theme.grade_badge(page.grade, page.state))
        self.discount.setText(discount_words(page.percent_off))
        self.special.tell(_("特殊客户") if page.special else "", "accent")
        self.special.setToolTip(page.special_reason)
        self.reason.setText(page.reason)
        self.reason.setToolTip(self._history())
        self.due.show_due(page.due)
        self._show_facts(page)
        self.facts.show_page(page)
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

    def _show_facts(self, page: CustomerPage) -> None:
        height = f"{page.height_cm}cm" if page.height_cm else ""
        size = [part for part in (page.size, height, waist_words(page.waist_cm)) if part]
        likes = [part for part in (page.colours, page.styles, page.looks) if part]
        self._cell("size", " · ".join(size))
        self._cell("likes", " · ".join(likes))
        words = page.birthday_words
        if words and page.birthday_in is not None:
            days = _("还有{n}天").format(n=page.birthday_in) if page.birthday_in else _("就是今天")
            words += f" · {days}"
        self._cell("birthday", words)
        self._cell("shown", " · ".join(page.shown_likes), _("还没有消费"))
        self._cell("phone", "  ".join(page.phones_shown) + (_("（待核实）") if page.phone_doubtful else ""))
        self.reveal.setVisible(any("*" in number for number in page.phones_shown))
        self._cell("contact", self._contact_words(page))

    def _contact_words(self, page: CustomerPage) -> str:
        parts = []
        if page.last_contact:
            last = page.last_contact
            parts.append(
                _("上次 {day} {how}").format(day=formats.day(last.day), how=channel_words(last.channel))
            )
        if page.next_contact:
            coming = page.next_contact
            topics = _("、").join(topic_words(topic) for topic in coming.topics)
            parts.append(_("下次 {day} {topics}").format(day=formats.day(coming.day), topics=topics))
        who = " ".join(part for part in (page.group, page.clerk) if part)
        if who:
            parts.append(who)
        return " · ".join(parts)

    def _cell(self, name: str, words: str, empty: str = "") -> None:
        cell = self.cells[name]
        cell.setText(words or empty or _("还没有问过"))
        cell.setToolTip(words)
        theme.kind(cell, "" if words else "muted")

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
        from services import returns

        shop = self.context.shop
        what = _("{item} {n}件，实付 {money}。积分和购买次数一起退回；退货不能撤销。").format(
            item=line.item_no, n=line.left, money=formats.money(line.paid)
        )
        if dialogs.ask(self, _("退货？"), what, _("退货"), danger=True):
            self.context.write(
                lambda _progress: returns.return_line(shop, line.id), said=_return_words, on_done=None
            )

    # ---- what is due

    def _do_due(self, due: Due) -> None:
        if due.kind == "gift":
            self._issue(due.ids)
        elif due.kind == "purchase_gift":
            self._choose_gift(due.id)
        elif due.kind == "contact":
            self.context.open_tab("contacts")
        elif due.kind == "ask":
            self.ask_field(due.field)

    def ask_field(self, name: str) -> None:
        """Opens the field that a question is about."""
        self.lanes.setCurrentIndex(FACTS_LANE)
        self.facts.focus_field(name)

    def _issue(self, line_ids: tuple[int, ...]) -> None:
        from services import gifts

        shop = self.context.shop

        def hand_out(_progress: Progress) -> list[LineRow]:
            return gifts.issue_many(shop, line_ids)

        self.context.write(hand_out, said=_issue_words, undo=self._take_gifts_back)

    def _take_gifts_back(self, lines: list[LineRow]) -> None:
        from services import gifts

        shop = self.context.shop
        self.context.write(
            lambda _progress: [gifts.undo_issue(shop, line.id) for line in lines], said=_("已撤销发放")
        )

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
            self.cells["phone"].setText("  ".join(numbers))
            self.reveal.hide()


def _return_words(done: ReturnResult) -> str:
    words = _("已退货，退款 {money}，退回积分 {points}").format(
        money=formats.money(done.refund), points=done.points
    )
    if done.gift_out:
        words += _("；这张小票的礼品已经送出，请收回")
    return words


def _issue_words(lines: list[LineRow]) -> str:
    names = _("、").join(line.gift for line in lines)
    return _("已发放 {gift} 给 {name}").format(gift=names, name=lines[0].name)
