"""A sale without a customer asks once: type the phone to register now, or one key for the reason (spec 05).

Nothing here is a text field until it is asked for, so that letters are keys, digits begin a registration, and a
scanner's burst still finds its customer.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from models.kinds import SkipReason
from services import unregistered
from services.errors import ShopError
from services.words import _
from ui import theme
from ui.context import Context
from ui.form import NumberField
from ui.widgets.card import Card, capital, label
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line, half_width

KEYS = {
    SkipReason.HURRY: "A",
    SkipReason.UNWILLING: "B",
    SkipReason.TOURIST: "C",
    SkipReason.OTHER: "D",
    SkipReason.DAY_COUNT: "E",
}
ACROSS = 3
"""Reasons beside each other."""


class WalkInPanel(QWidget):
    """In the place of the customer page while somebody buys who is not on file."""

    register_wanted = Signal(str)
    """Register now; what was typed of the phone already."""
    left = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._busy = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("没有登记的客户买单"))
        card = Card(_("没有登记的客户买单"))
        card.setMaximumWidth(theme.px(640))
        card.body.addWidget(label(_("请客户留个手机：登记了才有积分、生日礼和优惠。"), wrap=True))
        self.register = KeyButton(
            _("现在登记：直接打手机号码  Enter"),
            "",
            "primary",
            _("打第一个数字就开始登记；已登记过的会显示出来"),
        )
        self.register.clicked.connect(lambda: self.register_wanted.emit(""))
        card.body.addWidget(self.register, 0, Qt.AlignmentFlag.AlignLeft)
        card.body.addWidget(label(_("不登记，为什么？按一个字母就记下，计入登记率。"), "muted", wrap=True))
        grid = QGridLayout()
        grid.setSpacing(theme.px(8))
        self.reasons: dict[SkipReason, KeyButton] = {}
        for number, (reason, key) in enumerate(KEYS.items()):
            words = capital(unregistered.reason_words(reason))
            tip = _("记一笔没有登记的消费：{reason}").format(reason=words)
            button = KeyButton(words, key, "", tip)
            button.clicked.connect(partial(self._chosen, reason))
            self.reasons[reason] = button
            grid.addWidget(button, number // ACROSS, number % ACROSS)
        card.body.addLayout(grid)
        self._build_more(card)
        foot = QHBoxLayout()
        self.count = label("", "muted")
        self.back = KeyButton(_("取消"), "", "flat", _("什么都不记  Esc"))
        self.back.clicked.connect(self.leave)
        foot.addWidget(self.count, 1)
        foot.addWidget(self.back)
        card.body.addLayout(foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card, 0, Qt.AlignmentFlag.AlignTop)
        column.addStretch()

    def _build_more(self, card: Card) -> None:
        """The line for another reason in words, and for the day's count."""
        self.words = Line(_("原因"))
        self.words.setPlaceholderText(_("什么原因？写几个字，Enter 记下"))
        self.words.setMaxLength(unregistered.NOTE_MAX)
        self.words.entered.connect(lambda: self._skip(SkipReason.OTHER, self.words.text()))
        self.number = NumberField("count", _("几笔"), tip=_("今天没有登记、也没有当场记下的买单笔数"))
        self.number.line.setPlaceholderText(_("今天还有几笔没记？打数字，Enter 记下"))
        self.number.line.entered.connect(self._count_typed)
        self.wrong = label("", "error", wrap=True)
        for widget in (self.words, self.number.line, self.wrong):
            card.body.addWidget(widget)
            widget.hide()

    def begin(self) -> None:
        """Asks anew: nothing is written until a key says so."""
        self._busy = False
        for line in (self.words, self.number.line):
            line.clear()
            line.hide()
        self._tell_wrong("")
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        shop = self.context.shop
        self.context.read(lambda _progress: unregistered.today_count(shop), self._tell_count)

    def leave(self) -> None:
        """Esc: first out of the line, then away; nothing was written."""
        if self.words.isVisible() or self.number.line.isVisible():
            self.begin()
        else:
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digits = half_width(event.text())
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.register_wanted.emit("")
        elif len(digits) == 1 and (digits.isdigit() or digits == "+"):
            self.register_wanted.emit(digits)
        else:
            super().keyPressEvent(event)

    # ---- skipping

    def _chosen(self, reason: SkipReason, _on: bool = False) -> None:
        if reason in (SkipReason.OTHER, SkipReason.DAY_COUNT):
            line = self.words if reason is SkipReason.OTHER else self.number.line
            self.words.setVisible(line is self.words)
            self.number.line.setVisible(line is self.number.line)
            line.setFocus()
        else:
            self._skip(reason)

    def _count_typed(self) -> None:
        try:
            count = self.number.value()
        except ShopError as no:
            self._tell_wrong(str(no))
            return
        if count is None:
            self._tell_wrong(_("请打今天没有登记的笔数。"))
            return
        self._skip(SkipReason.DAY_COUNT, count=count)

    def _skip(self, reason: SkipReason, words: str = "", count: int = 1) -> None:
        if self._busy:
            return
        self._busy = True
        shop = self.context.shop
        self.context.write(
            lambda _progress: unregistered.skip(shop, reason, words, count),
            lambda _id: self.left.emit(),
            on_error=self._failed,
            said=_("已记下 {n} 笔没有登记的消费：{reason}").format(
                n=count, reason=words.strip() or unregistered.reason_words(reason)
            ),
            undo=self._undo,
        )

    def _undo(self, sale_id: int) -> None:
        shop = self.context.shop
        self.context.write(
            lambda _progress: unregistered.undo(shop, sale_id), said=_("已撤销这笔没有登记的消费")
        )

    def _failed(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, ShopError):
            self._tell_wrong(str(error))
        else:
            self.context.show_error(error)

    def _tell_wrong(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))

    def _tell_count(self, count: int) -> None:
        self.count.setText(_("今天已有 {n} 笔没有登记").format(n=count) if count else "")
