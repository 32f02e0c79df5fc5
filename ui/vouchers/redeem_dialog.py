"""兑换: what this customer's points buy: gifts of the catalogue, or a voucher of any step."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from services import formats, rewards
from services.errors import Refused
from services.progress import Progress
from services.rewards import Redeemed
from services.rights import Right, may
from services.rules.vouchers import grouped, points_value
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.dialogs import Box
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton
from ui.widgets.line import Line

VOUCHER = -1
"""The id of the line that stands for a voucher."""


@dataclass(frozen=True)
class Offer:
    """One line of what points buy."""

    id: int
    name: str
    points: int
    available: int | None
    enough: bool


COLUMNS = [
    Column(
        "name",
        N_("礼品"),
        220,
        stretch=True,
        bold=True,
        sort=False,
        tone=lambda o: None if o.enough else "muted",
    ),
    Column("points", N_("积分"), 90, align="right", sort=False, tone=lambda o: None if o.enough else "muted"),
    Column(
        "available",
        N_("可领"),
        80,
        align="right",
        text=lambda o: "" if o.available is None else str(o.available),
        sort=False,
    ),
]


class Redeem(Box):
    """One list; Enter on a line takes it."""

    def __init__(
        self, context: Context, parent: QWidget | None, customer_id: int, name: str, balance: int
    ) -> None:
        super().__init__(parent, _("{name} 的积分兑换").format(name=name), 560)
        self.context, self.customer, self.name, self.balance = context, customer_id, name, balance
        self._key = secrets.token_hex(16)
        self._busy = False
        self.body.addWidget(label(_("可用 {n} 分").format(n=balance), "section"))
        self.table = LazyTable(context, "rewards", _("积分能换的"), COLUMNS, multiple=False)
        self.table.setMinimumHeight(theme.px(300))
        self.table.opened.connect(lambda _id: self.take())
        self.table.current_changed.connect(lambda _id: self._tell())
        self.body.addWidget(self.table)
        self.points = Line(_("换礼金券用几分"), code=True)
        self.points.setMaxLength(7)
        self.points.setMaximumWidth(theme.px(96))
        self.points.setToolTip(_("换礼金券用几分"))
        self.points.textChanged.connect(lambda _text: self._tell())
        self.points.entered.connect(self.take)
        self.worth = label("", "muted")
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        self.words = label(_("换礼金券用几分"))
        for part in (self.words, self.points, self.worth):
            row.addWidget(part)
        row.addStretch()
        self.body.addLayout(row)
        self.wrong = label("", "error", wrap=True)
        self.wrong.hide()
        self.body.addWidget(self.wrong)
        self.prices = KeyButton(_("定兑换积分"), "F6", "flat", _("哪些礼品能用积分换，各要几分；要店长"))
        self.prices.clicked.connect(self._prices)
        self.prices.setVisible(may(context.shop, Right.STOCK))
        self.buttons.insertWidget(0, self.prices)
        self.add_button(_("取消"), self.reject)
        self.go = KeyButton(_("换礼品或券"), "F8", "primary", _("扣积分，礼品出库；当天可以撤销"))
        self.go.clicked.connect(self.take)
        self.buttons.addWidget(self.go)
        policy = context.shop.policy.vouchers
        self.step, self.rate = policy.points_step, policy.fen_per_point
        self.points.setText(str(balance // self.step * self.step or self.step))
        self._load()
        self.table.view.setFocus()

    def _load(self) -> None:
        shown = [
            Offer(
                one.id, one.name, one.points, one.available, self.balance >= one.points and one.available > 0
            )
            for one in rewards.rewards(self.context.shop)
        ]
        words = _("礼金券（每 {n} 分 {money}）").format(
            n=self.step, money=formats.money(points_value(self.step, self.rate))
        )
        shown.append(Offer(VOUCHER, words, self.step, None, self.balance >= self.step))
        self.table.show_rows(shown)
        self.table.select_first()
        self._tell()

    def _spent(self) -> int:
        text = self.points.text().strip()
        return int(text) if text.isdigit() else 0

    def _tell(self) -> None:
        offer = self.table.current_row()
        voucher = offer is not None and offer.id == VOUCHER
        for part in (self.words, self.points, self.worth):
            part.setVisible(voucher)
        self.worth.setText(
            _("得 {money} 礼金券").format(money=formats.money(points_value(self._spent(), self.rate)))
        )
        self.go.setEnabled(offer is not None and offer.enough)

    def take(self) -> None:
        """Spends the points once, however often it is pressed."""
        offer = self.table.current_row()
        if offer is None or self._busy or not self.go.isEnabled():
            return
        self._busy = True
        shop, customer, key, spent = self.context.shop, self.customer, self._key, self._spent()

        def job(_progress: Progress) -> Redeemed:
            if offer.id == VOUCHER:
                return rewards.redeem_voucher(shop, customer, spent, key=key)
            return rewards.redeem_gift(shop, customer, offer.id, key=key)

        self.context.write(
            job, self._done, on_error=self._failed, said=partial(_said, self.name), undo=self._undo
        )

    def _done(self, _done: Redeemed) -> None:
        self.accept()

    def _undo(self, done: Redeemed) -> None:
        context = self.context
        context.write(lambda _progress: rewards.undo(context.shop, done.id), said=_("已撤销兑换"))

    def _failed(self, error: Exception) -> None:
        self._busy = False
        if isinstance(error, Refused):
            self.wrong.setText(str(error))
            self.wrong.show()
        else:
            self.context.show_error(error)

    def _prices(self) -> None:
        from ui.vouchers import prices_dialog

        prices_dialog.open_dialog(self.context, self)
        self._load()


def _said(name: str, done: Redeemed) -> str:
    if done.value:
        words = _("{name} 用 {n} 分换了 {money} 礼金券，券号 {number}，还有 {left} 分")
        return words.format(
            name=name,
            n=done.points,
            money=formats.money(done.value),
            number=grouped(done.what),
            left=done.balance,
        )
    words = _("{name} 用 {n} 分换了{what}，还有 {left} 分")
    return words.format(name=name, n=done.points, what=done.what, left=done.balance)


def open_dialog(context: Context, parent: QWidget | None, customer_id: int, name: str, balance: int) -> None:
    Redeem(context, parent, customer_id, name, balance).exec()
