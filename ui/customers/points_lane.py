"""The lane 积分: earned and balance, what expires, the ledger, the customer's vouchers; redeeming and adjusting."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from models.kinds import VoucherState
from services import formats
from services.customer_page import CustomerPage
from services.rules.vouchers import grouped
from services.voucher_words import state_words, terms_words
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.points_expiry import Notice
    from services.progress import Progress
    from services.shop import Shop
    from services.vouchers import VoucherRow

VOUCHERS = [
    Column("number", N_("券号"), width=152, text=lambda row: grouped(row.number), sort=False),
    Column(
        "worth",
        N_("可抵"),
        width=84,
        align="right",
        bold=True,
        text=lambda row: formats.money(row.worth or row.value),
        tone=lambda row: None if row.worth else "muted",
        sort=False,
    ),
    Column("valid_to", N_("用到"), width=96, text=lambda row: formats.short_day(row.valid_to), sort=False),
    Column(
        "state",
        N_("状态"),
        width=72,
        text=lambda row: state_words(row.state),
        badge=lambda row: "good" if row.state is VoucherState.ISSUED else "quiet",
        sort=False,
    ),
    Column(
        "terms",
        N_("条件"),
        width=140,
        stretch=True,
        text=lambda row: terms_words(row.minimum, row.on_special),
        hint=lambda row: row.reason,
        tone=lambda _row: "muted",
        sort=False,
    ),
]


@dataclass(frozen=True)
class Facts:
    """What the lane shows beside the page's own ledger."""

    owed: int
    notice: Notice | None
    vouchers: list[VoucherRow]


class PointsLane(QWidget):
    """Put `ledger`, the table of the page's points, at the left; reads its own facts when it is looked at."""

    def __init__(self, context: Context, ledger: LazyTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context, self.ledger = context, ledger
        self.page: CustomerPage | None = None
        self._stale = True
        self.sums = label("", "section")
        self.soon = label("", "warn")
        self.redeem = KeyButton(_("换礼品或券"), "Alt+D", "", _("用积分换礼品或礼金券"), "gift")
        self.redeem.clicked.connect(self._redeem)
        self.give = KeyButton(_("发礼金券"), "Alt+F", "", _("给这位客户发一张礼金券；要店长"))
        self.give.clicked.connect(self._give)
        self.vouchers = LazyTable(context, "vouchers_of", _("礼金券"), VOUCHERS, multiple=False)
        self.vouchers.set_empty(_("还没有礼金券"), _("积分可以兑换，店长可以发。"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.px(8), 0, 0)
        column.setSpacing(theme.px(8))
        head = QHBoxLayout()
        head.setSpacing(theme.px(12))
        head.addWidget(self.sums)
        head.addWidget(self.soon)
        head.addStretch()
        head.addWidget(self.give)
        head.addWidget(self.redeem)
        column.addLayout(head)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(ledger, 5)
        row.addWidget(self.vouchers, 6)
        column.addLayout(row, 1)

    def show_page(self, page: CustomerPage) -> None:
        """The page was read anew."""
        from services.rights import Right, may

        if self.page is None or self.page.id != page.id:
            self.soon.setText("")
            self.vouchers.show_rows([])
        self.page = page
        self.ledger.show_rows(page.points)
        self._tell_sums(0)
        self.redeem.setEnabled(page.points_balance > 0 and may(self.context.shop, Right.SELL))
        self.give.setVisible(may(self.context.shop, Right.VOUCHERS))
        self._stale = True
        if self.isVisible():
            self._read()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._read()

    def _read(self) -> None:
        if self.page is None:
            return
        self._stale = False
        number = self.page.id
        self.context.read(partial(_facts, self.context.shop, number), partial(self._show, number))

    def _show(self, customer_id: int, facts: Facts) -> None:
        if self.page is None or self.page.id != customer_id:
            return
        self._tell_sums(facts.owed)
        self.vouchers.show_rows(facts.vouchers)
        words = _("{n} 分到 {day} 会过期")
        if facts.notice:
            words = words.format(n=facts.notice.points, day=formats.short_day(facts.notice.by))
        self.soon.setText(words if facts.notice else "")

    def _tell_sums(self, owed: int) -> None:
        assert self.page is not None
        words = _("可用 {n} 分 · 累计 {m} 分").format(n=self.page.points_balance, m=self.page.points_earned)
        if owed:
            words += " · " + _("退货欠 {n} 分").format(n=owed)
        self.sums.setText(words)

    def _redeem(self) -> None:
        from ui.vouchers import redeem_dialog

        if self.page is not None:
            redeem_dialog.open_dialog(
                self.context, self, self.page.id, self.page.name, self.page.points_balance
            )

    def _give(self) -> None:
        from ui.vouchers import issue_dialog

        if self.page is not None:
            issue_dialog.open_dialog(self.context, self, customer_id=self.page.id, name=self.page.name)


def _facts(shop: Shop, customer_id: int, _progress: Progress) -> Facts:
    from services import points, points_expiry, vouchers

    return Facts(
        points.owed_by(customer_id),
        points_expiry.notice(shop, customer_id),
        vouchers.of_customer(customer_id),
    )
