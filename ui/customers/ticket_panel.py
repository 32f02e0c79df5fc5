"""The till inside the customer page: lines of a ticket, what they cost now, Enter books.

货号 Enter 尺码 Enter 价格 Enter: three keys beside what is typed. `*` behind the price means special price, ↓ or the
button adds a line, Esc goes back. A scanner's code lands in the item field.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from services import formats
from services.errors import Refused
from services.purchases import LineIn, Preview, TicketResult
from services.words import _
from ui import theme
from ui.context import Context
from ui.customers.words import discount_words
from ui.form import fen
from ui.widgets.card import Card, label
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class LineInput(QObject):
    """The inputs of one line: item, size, price, special price, pieces."""

    edited = Signal()

    def __init__(self, number: int) -> None:
        super().__init__()
        self.item = Line(_("第{n}行 货号").format(n=number), code=True)
        self.item.setPlaceholderText(_("货号，或扫码"))
        self.item.setProperty("takes_scan", True)
        self.item.setMaxLength(40)
        self.size = Line(_("第{n}行 尺码").format(n=number), code=True)
        self.size.setPlaceholderText(_("尺码"))
        self.size.setMaxLength(20)
        self.size.setMaximumWidth(theme.px(80))
        self.price = Line(_("第{n}行 价格").format(n=number), code=True)
        self.price.setPlaceholderText(_("单价"))
        self.price.setMaxLength(14)
        self.price.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.price.setToolTip(_("吊牌价（元）；特价在后面加 *"))
        self.price.setMaximumWidth(theme.px(120))
        self.special = QCheckBox(_("特价"))
        self.special.setAccessibleName(_("第{n}行 特价").format(n=number))
        self.special.setToolTip(_("特价商品不再打折，也不送礼品。在价格后面加 * 也行。"))
        self.pieces = Line(_("第{n}行 件数").format(n=number), code=True)
        self.pieces.setText("1")
        self.pieces.setMaxLength(4)
        self.pieces.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.pieces.setMaximumWidth(theme.px(48))
        self.paid = QLabel()
        self.paid.setMinimumWidth(theme.px(96))
        self.paid.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for one in (self.item, self.size, self.price, self.pieces):
            one.textChanged.connect(self.edited)
        self.price.textEdited.connect(self._star)
        self.special.toggled.connect(self.edited)

    def widgets(self) -> tuple[QWidget, ...]:
        return self.item, self.size, self.price, self.special, self.pieces, self.paid

    def steps(self) -> tuple[Line, ...]:
        """Where Enter leads, one after the other."""
        return self.item, self.size, self.price

    def _star(self, words: str) -> None:
        if "*" in words:
            self.price.setText(words.replace("*", ""))
            self.special.setChecked(not self.special.isChecked())

    def empty(self) -> bool:
        return not (self.item.text().strip() or self.price.text().strip())

    def value(self) -> LineIn:
        """What was typed. Raises Refused with `field`."""
        pieces = self.pieces.text().strip() or "1"
        if not pieces.isdigit():
            raise Refused("“{value}”不是整数。", field="quantity", value=pieces)
        amount = fen(self.price.text() or "-", "price")
        return LineIn(
            self.item.text().strip(), amount, int(pieces), self.size.text().strip(), self.special.isChecked()
        )

    def input_of(self, field: str) -> QWidget:
        return {"price": self.price, "quantity": self.pieces, "size": self.size}.get(field, self.item)


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
        self.wrong = label("", "error", wrap=True)
        self.wrong.hide()
        self.body.addWidget(self.wrong)
        self.sum = label("", "number")
        self.detail = label("", "muted")
        self.detail.setMinimumWidth(1)
        self.detail.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
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
        return not self.isHidden() and any(not line.empty() for line in self.lines)

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
        if line.empty() and line is not self.lines[0]:
            self.submit()
        elif watched in steps and watched is not steps[-1]:
            steps[steps.index(watched) + 1].setFocus()
        else:
            self.submit()

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
                typed.append(LineIn(value.item_no or "-", *_rest(value)))
                whole.append(line)
            except Refused:
                continue
        try:
            shown = purchases.preview(self.context.shop, self.customer_id, typed) if typed else None
        except Refused:
            shown = None
        if shown is None:
            self.sum.setText(_("应付 {money}").format(money=formats.money(0)))
            self.detail.setText(_("Enter 到下一格，最后一格 Enter 登记"))
            return
        for line, priced in zip(whole, shown.lines, strict=True):
            line.paid.setText(formats.money(priced.paid))
        self.sum.setText(_("应付 {money}").format(money=formats.money(shown.to_pay)))
        self.detail.setText(_detail(shown))

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
        shop, customer, key = self.context.shop, self.customer_id, self._key
        self.context.write(
            lambda _progress: purchases.buy(shop, customer, lines, key=key),
            self._done,
            on_error=self._failed,
            said=_said(self.name),
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


def _rest(line: LineIn) -> tuple[int, int, str, bool]:
    return line.price_fen, line.quantity, line.size, line.special


def _detail(shown: Preview) -> str:
    parts = []
    if shown.saved:
        words = _("{discount}，省 {money}")
        parts.append(
            words.format(discount=discount_words(shown.percent_off), money=formats.money(shown.saved))
        )
    elif shown.percent_off:
        parts.append(_("特价不再打折"))
    parts.append(_("积分 +{n}").format(n=shown.points))
    if shown.gift_due:
        parts.append(_("附送礼品一份"))
    return " · ".join(parts)


def _said(name: str) -> Callable[[TicketResult], str]:
    def words(result: TicketResult) -> str:
        text = _("已保存 {name} 的消费 {money}，积分 +{points}").format(
            name=name, money=formats.money(result.to_pay), points=result.points
        )
        if result.came_back:
            text += _("；流失客户回来了")
        if result.grade_after != result.grade_before:
            text += _("；现在是 {grade} 级").format(grade=result.grade_after)
        if result.gift_due:
            text += _("；请附送礼品")
        return text

    return words
