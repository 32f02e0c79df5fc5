"""The vouchers on a ticket: those typed or scanned, what each pays or why not, and the customer's own to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from services import formats
from services.rules import vouchers as rules
from services.words import _
from ui import theme
from ui.context import Context
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.vouchers import Use, VoucherRow


class TicketVouchers(QWidget):
    """A row of vouchers; empty and small until one is used or the customer has one."""

    changed = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.numbers: list[str] = []
        self.own: list[VoucherRow] = []
        self._customer = 0
        self._chips: dict[str, QPushButton] = {}
        self.choose = KeyButton(
            _("用礼金券"), "Alt+V", "", _("选客户自己的礼金券；别的券在货号格里扫码或输入券号")
        )
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._fill)
        self.choose.clicked.connect(self._open)
        self.note = label("", "muted", wrap=True)
        self.row = QHBoxLayout()
        self.row.setSpacing(theme.px(8))
        self.row.addWidget(self.choose)
        self.row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addLayout(self.row)
        column.addWidget(self.note)
        self.note.hide()

    def begin(self, customer_id: int) -> None:
        """A new ticket: no vouchers yet; what the customer has is looked up in the background."""
        from services import vouchers

        for number in list(self.numbers):
            self._drop(number)
        self.own, self._customer = [], customer_id
        self.hide()
        shop = self.context.shop
        self.context.read(
            lambda _progress: vouchers.usable_by(shop, customer_id), partial(self._show_own, customer_id)
        )

    def add(self, text: str) -> None:
        """A number typed or scanned, or chosen from the menu. Twice is once."""
        number = rules.tidy(text)
        if number not in self.numbers:
            self.numbers.append(number)
            chip = QPushButton()
            chip.setAutoDefault(False)
            theme.kind(chip, "flat")
            chip.clicked.connect(partial(self._remove, number))
            self._chips[number] = chip
            self.row.insertWidget(self.row.count() - 1, chip)
            self._tell(number, "")
            self.show()
            self.changed.emit()

    def tell(self, uses: Sequence[Use]) -> None:
        """What the rules say of each: its amount, or why it cannot be used."""
        wrong = [str(use.no) for use in uses if use.no is not None]
        for use in uses:
            self._tell(use.number, f"−{formats.money(use.applied)}" if use.no is None else _("不能用"))
        self.note.setText("\n".join(wrong) or self._own_words())
        theme.kind(self.note, "error" if wrong else "muted")
        self.note.setVisible(bool(self.note.text()))

    def _tell(self, number: str, amount: str) -> None:
        chip = self._chips[number]
        shown = rules.grouped(number)
        chip.setText(" ".join(part for part in (f"…{number[-5:]}", amount, "✕") if part))
        words = _("礼金券 {number} {amount}").format(number=shown, amount=amount)
        chip.setAccessibleName(words)
        chip.setToolTip(words.strip() + "\n" + _("不用这张礼金券"))

    def _remove(self, number: str, _on: bool = False) -> None:
        self._drop(number)
        self.changed.emit()

    def _drop(self, number: str) -> None:
        self.numbers.remove(number)
        chip = self._chips.pop(number)
        self.row.removeWidget(chip)
        chip.hide()
        chip.deleteLater()
        self.tell([])

    def _show_own(self, customer_id: int, own: list[VoucherRow]) -> None:
        if customer_id != self._customer:
            return
        self.own = own
        self.choose.setVisible(bool(own))
        if own and not self.numbers:
            self.tell([])
        self.setVisible(bool(own or self.numbers))

    def _own_words(self) -> str:
        left = [row for row in self.own if row.number not in self.numbers]
        if not left:
            return ""
        first = left[0]
        words = _("客户有 {n} 张礼金券可用，最早的一张 {money}，用到 {day}。")
        return words.format(
            n=len(left), money=formats.money(first.worth), day=formats.short_day(first.valid_to)
        )

    def _fill(self) -> None:
        from services.voucher_words import terms_words

        self.menu.clear()
        for row in self.own:
            words = _("{money}  {number}  用到 {day}  {terms}").format(
                money=formats.money(row.worth),
                number=rules.grouped(row.number),
                day=formats.short_day(row.valid_to),
                terms=terms_words(row.minimum, row.on_special),
            )
            action = self.menu.addAction(words)
            action.setEnabled(row.number not in self.numbers)
            action.triggered.connect(partial(self._choose, row.number))

    def _choose(self, number: str, _on: bool = False) -> None:
        self.add(number)

    def _open(self) -> None:
        """One voucher is used at once, several are chosen from."""
        left = [row for row in self.own if row.number not in self.numbers]
        if len(left) == 1:
            self.add(left[0].number)
        elif left:
            self.menu.popup(self.choose.mapToGlobal(self.choose.rect().bottomLeft()))
