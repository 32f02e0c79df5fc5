"""The till inside the customer page: lines of a ticket, what they cost now, Enter books.

货号 Enter 尺码 Enter 价格 Enter: three keys beside what is typed. `*` behind the price means special price, ↓ or the
button adds a line, Esc goes back. A scanned item fills the next line, wherever the cursor is; a scanned or typed
voucher number joins the vouchers.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from services import formats
from services.errors import Refused
from services.purchases import LineIn, TicketResult
from services.rules import vouchers as voucher_rules
from services.words import _
from ui import theme
from ui.context import Context
from ui.customers import ticket_words
from ui.customers.ticket_line import LineInput
from ui.customers.ticket_vouchers import TicketVouchers
from ui.widgets.card import Card, label
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TicketPanel(Card):
    """Open while a ticket is typed; the answer of the rules is shown at every key."""

    booked = Signal(object)
    """A `TicketResult`."""
    left = Signal()
    """Esc, or the ticket is booked: the page takes the keys again."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(_("登记消费"), parent=parent)
        self.context = context
        self.customer_id = 0
        self.name = ""
        self._key = ""
        self._busy = False
        self.lines: list[LineInput] = []
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(theme.px(8))
        self.grid.setVerticalSpacing(theme.px(4))
        self.grid.setColumnStretch(0, 1)
        self.body.addLayout(self.grid)
        self.vouchers = TicketVouchers(context)
        self.vouchers.changed.connect(self._reckon)
        self.vouchers.hide()
        self.body.addWidget(self.vouchers)
        self.wrong = label("", "error", wrap=True)
        self.wrong.hide()
        self.body.addWidget(self.wrong)
        self.sum = label("", "number")
        self.detail = label("", "muted", wrap=True)
        self.detail.setMinimumWidth(1)
        self.more = QPushButton(_("加一行  ↓"))
        self.more.setAutoDefault(False)
        self.more.setAccessibleName(_("加一行"))
        self.more.setToolTip(_("同一张小票上再加一件商品  ↓"))
        self.more.clicked.connect(lambda: self._add_line(focus=True))
        self.back = KeyButton(_("取消"), "", "flat", _("不登记，回到客户页  Esc"))
        self.back.clicked.connect(self.leave)
        self.book = KeyButton(_("收款登记  Enter"), "", "primary", _("登记这张小票；按两次也只登记一次"))
        self.book.clicked.connect(self.submit)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(8))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.sum)
        words.addWidget(self.detail)
        foot.addLayout(words, 1)
        for button in (self.back, self.more, self.book):
            foot.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(foot)
        self.hide()

    # ---- opening and leaving

    def begin(self, customer_id: int, name: str) -> None:
        """An empty ticket for this customer, the cursor in the item field."""
        self.customer_id, self.name = customer_id, name
        self._key = secrets.token_hex(16)
        self._clear()
        self.vouchers.begin(customer_id)
        self._add_line(focus=False)
        self.title.setText(_("登记消费：{name}").format(name=name))
        self.show()
        self.lines[0].item.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def leave(self) -> None:
        """Closes the till; nothing was written."""
        self.hide()
        self.left.emit()

    @property
    def typed(self) -> bool:
        """Something stands on the ticket."""
        return not self.isHidden() and (
            bool(self.vouchers.numbers) or any(not line.empty() for line in self.lines)
        )

    def _clear(self) -> None:
        for line in self.lines:
            for widget in line.widgets():
                self.grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        self.lines = []
        self._busy = False
        self._tell_wrong("")

    def _add_line(self, *, focus: bool) -> None:
        number = len(self.lines)
        line = LineInput(number + 1)
        line.setParent(self)
        for column, widget in enumerate(line.widgets()):
            self.grid.addWidget(widget, number, column)
            if isinstance(widget, Line):
                widget.installEventFilter(self)
        line.edited.connect(self._reckon)
        self.lines.append(line)
        if focus:
            line.item.setFocus()
        self._reckon()

    # ---- keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() != QEvent.Type.KeyPress
            or not isinstance(event, QKeyEvent)
            or not isinstance(watched, Line)
        ):
            return False
        if watched.composing:
            return False
        line = next((one for one in self.lines if watched in one.widgets()), None)
        if line is None:
            return False
        if event.key() in _ENTER:
            self._enter(line, watched)
            return True
        if event.key() == Qt.Key.Key_Down:
            place = self.lines.index(line)
            if place + 1 < len(self.lines):
                self.lines[place + 1].item.setFocus()
            elif not line.empty():
                self._add_line(focus=True)
            return True
        if event.key() == Qt.Key.Key_Up and self.lines.index(line):
            self.lines[self.lines.index(line) - 1].item.setFocus()
            return True
        return False

    def _enter(self, line: LineInput, watched: Line) -> None:
        steps = line.steps()
        if watched is line.item and voucher_rules.looks_like_number(line.item.text()):
            number = line.item.text()
            line.item.clear()
            self.vouchers.add(number)
        elif line.empty() and line is not self.lines[0]:
            self.submit()
        elif watched in steps and watched is not steps[-1]:
            steps[steps.index(watched) + 1].setFocus()
        elif unpriced := next((one for one in self.lines if not one.empty() and one.unpriced()), None):
            unpriced.price.setFocus()
        else:
            self.submit()

    def scan(self, code: str) -> bool:
        """A bar code read while the ticket is open: the next line's item, or a voucher. It presses no button."""
        if not self.isVisible() or self._busy:
            return False
        if voucher_rules.looks_like_number(code):
            self.vouchers.add(code)
            return True
        free = next((line for line in self.lines if line.empty()), None)
        if free is None:
            self._add_line(focus=False)
            free = self.lines[-1]
        free.item.setText(code)
        unpriced = next(line for line in self.lines if not line.empty() and line.unpriced())
        (unpriced.price if unpriced.price.text() or unpriced.size.text() else unpriced.size).setFocus()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    # ---- the answer of the rules

    def _values(self) -> list[LineIn]:
        return [line.value() for line in self.lines if not line.empty()]

    def _reckon(self) -> None:
        """Discount, sum, points and gift of what is typed so far; silent while a line is unfinished."""
        from services import purchases

        self._tell_wrong("")
        for line in self.lines:
            line.paid.setText("")
        whole, typed = [], []
        for line in self.lines:
            if line.empty():
                continue
            try:
                value = line.value()
                typed.append(replace(value, item_no=value.item_no or "-"))
                whole.append(line)
            except Refused:
                continue
        try:
            numbers = self.vouchers.numbers
            shown = purchases.preview(self.context.shop, self.customer_id, typed, numbers) if typed else None
        except Refused:
            shown = None
        self.vouchers.tell(shown.vouchers if shown else ())
        if shown is None:
            self.sum.setText(_("应付 {money}").format(money=formats.money(0)))
            self.detail.setText(_("Enter 到下一格，最后一格 Enter 登记"))
            return
        for line, priced in zip(whole, shown.lines, strict=True):
            line.paid.setText(formats.money(priced.paid + priced.voucher))
        self.sum.setText(_("应付 {money}").format(money=formats.money(shown.to_pay)))
        self.detail.setText(ticket_words.detail(shown))
        self.detail.setToolTip(self.detail.text())

    # ---- booking

    def submit(self) -> None:
        """Books the ticket once, however often it is pressed."""
        from services import purchases

        if self._busy:
            return
        try:
            lines = self._values()
            if not lines:
                raise Refused("小票上还没有商品：请至少填一行货号和价格。", field="item_no")
            purchases.preview(self.context.shop, self.customer_id, lines)
        except Refused as no:
            self._refuse(no)
            return
        self._busy = True
        shop, customer, key, numbers = (
            self.context.shop,
            self.customer_id,
            self._key,
            tuple(self.vouchers.numbers),
        )
        self.context.write(
            lambda _progress: purchases.buy(shop, customer, lines, key=key, vouchers=numbers),
            self._done,
            on_error=self._failed,
            said=ticket_words.said(self.name),
            undo=self._undo,
        )

    def _done(self, result: TicketResult) -> None:
        self._clear()
        self.hide()
        self.booked.emit(result)
        self.left.emit()

    def _undo(self, result: TicketResult) -> None:
        from services import returns

        shop, name = self.context.shop, self.name
        self.context.write(
            lambda _progress: returns.undo(shop, result.ticket_id),
            said=_("已撤销 {name} 的消费").format(name=name),
        )

    def _failed(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, Refused):
            self._refuse(error)
        else:
            self.context.show_error(error)

    def _refuse(self, no: Refused) -> None:
        self._tell_wrong(str(no))
        if no.field == "voucher":
            return
        number = no.facts.get("n", 1)
        known = [line for line in self.lines if not line.empty()] or self.lines
        if isinstance(number, int) and 1 <= number <= len(known):
            wrong = known[number - 1].input_of(no.field)
            wrong.setFocus()
            if isinstance(wrong, Line):
                wrong.selectAll()

    def _tell_wrong(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))
