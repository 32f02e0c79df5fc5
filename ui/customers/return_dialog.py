"""退货: how many pieces come back, and what that means in money, points, vouchers and the gift, before it is booked."""

from __future__ import annotations

import secrets

from PySide6.QtWidgets import QWidget

from services import formats
from services.customer_rows import PurchaseRow
from services.errors import Refused
from services.returns import Back, ReturnResult
from services.words import _
from ui.context import Context
from ui.dialogs import Box
from ui.form import Form, NumberField, TextField
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton


class ReturnBox(Box):
    """Pieces and a reason; what goes back is said at every key. Enter in the last field books it."""

    def __init__(self, context: Context, line: PurchaseRow, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("退货：{item}").format(item=line.item_no), 460)
        self.context, self.line = context, line
        self.form = Form(
            [
                NumberField("quantity", _("件数"), required=True, tip=_("最多 {n} 件").format(n=line.left)),
                TextField("note", _("原因"), tip=_("可以不填：尺码不合、质量……")),
            ]
        )
        self.form.load({"quantity": line.left, "note": ""})
        self.form.edited.connect(self._reckon)
        self.form.submitted.connect(self._go)
        self.body.addWidget(self.form)
        self.refund = label("", "number")
        self.detail = label("", "muted", wrap=True)
        self.gift = label(_("这张小票的礼品已经送出：请客户一起带回来，再收回礼品。"), "warn", wrap=True)
        self.wrong = label("", "error", wrap=True)
        for part in (self.refund, self.detail, self.gift, self.wrong):
            self.body.addWidget(part)
        self.add_button(_("取消"), self.reject)
        self.go = KeyButton(
            _("退货"), "F8", "danger", _("退款，积分、礼金券和购买次数一起退回；当天可以撤销")
        )
        self.go.clicked.connect(self._go)
        self.buttons.addWidget(self.go)
        self._reckon()
        self.form.field("quantity").input.setFocus()

    def value(self) -> tuple[int, str]:
        values = self.form.values()
        return int(values["quantity"]), str(values["note"] or "")

    def _reckon(self) -> None:
        from services import returns

        shown: Back | None = None
        words = ""
        try:
            field = self.form.field("quantity")
            pieces = field.value() or 0
            if pieces < 1:
                raise Refused("{item}最多还能退{left}件。", item=self.line.item_no, left=self.line.left)
            shown = returns.preview_return(self.context.shop, self.line.id, pieces)
        except Refused as no:
            words = str(no)
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))
        self.go.setEnabled(shown is not None)
        self.gift.setVisible(shown is not None and shown.gift_back)
        self.refund.setText(_("退款 {money}").format(money=formats.money(shown.refund if shown else 0)))
        self.detail.setText(_parts(shown) if shown else "")

    def _go(self) -> None:
        if self.go.isEnabled():
            self.accept()


def _parts(shown: Back) -> str:
    parts = [_("退回积分 {n}").format(n=shown.points)]
    if shown.by_vouchers:
        parts.append(_("礼金券退回 {money} 的份额").format(money=formats.money(shown.by_vouchers)))
    return " · ".join(parts)


def open_dialog(context: Context, parent: QWidget | None, line: PurchaseRow) -> None:
    """Asks and books, with undo in the status line."""
    box = ReturnBox(context, line, parent)
    if box.exec() == box.DialogCode.Accepted:
        book(context, line, *box.value())


def book(context: Context, line: PurchaseRow, quantity: int, note: str = "") -> None:
    """Takes the pieces back once, however often it is tried."""
    from services import returns

    shop, key = context.shop, secrets.token_hex(16)

    def undo(done: ReturnResult) -> None:
        context.write(
            lambda _progress: returns.undo_return(context.shop, done.purchase_id), said=_("已撤销退货")
        )

    context.write(
        lambda _progress: returns.return_line(shop, line.id, quantity, note, key=key), said=said, undo=undo
    )


def said(done: ReturnResult) -> str:
    """`已退货，退款 ￥75.00，退回积分 1；礼金券 99 … 退回 ￥25.00`"""
    from services.rules.vouchers import grouped

    words = _("已退货，退款 {money}，退回积分 {points}").format(
        money=formats.money(done.refund), points=done.points
    )
    if done.points_owed:
        words += _("；其中 {n} 分已经用掉，下次兑换先抵").format(n=done.points_owed)
    for one in done.vouchers:
        words += _("；礼金券 {number} 还值 {money}，用到 {day}").format(
            number=grouped(one.number), money=formats.money(one.worth), day=formats.short_day(one.valid_to)
        )
    if done.gift_out:
        words += _("；这张小票的礼品已经送出，请收回")
    return words
