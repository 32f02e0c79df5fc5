"""发行礼金券: value, conditions, validity; for one customer, or a batch to bearer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from models.kinds import VoucherKind
from services import formats, vouchers
from services.errors import Refused
from services.progress import Progress
from services.rules.vouchers import grouped
from services.voucher_words import kind_words
from services.words import _
from ui import theme
from ui.context import Context
from ui.dialogs import Box
from ui.form import ChoiceField, DayField, FlagField, Form, MoneyField, NumberField, TextField
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton


class Issue(Box):
    """The policy's conditions stand there already; the value is all that must be typed."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None = None,
        *,
        customer_id: int | None = None,
        name: str = "",
    ) -> None:
        title = _("给 {name} 发礼金券").format(name=name) if customer_id else _("发行礼金券")
        super().__init__(parent, title, 520)
        self.context, self.customer = context, customer_id
        self._busy = False
        today = context.today()
        fields: list[Any] = [MoneyField("value", _("面值（元）"), required=True)]
        if not customer_id:
            fields.append(NumberField("count", _("张数"), required=True, hint=_("不记名，谁拿来谁用")))
        fields += [
            MoneyField("minimum", _("最低消费（元）"), required=True),
            DayField("valid_from", _("从哪天起"), today, required=True),
            DayField("valid_to", _("最后一天"), today, required=True),
            ChoiceField(
                "kind",
                _("用途"),
                [(one, kind_words(one)) for one in VoucherKind if one is not VoucherKind.POINTS],
            ),
            FlagField("on_special", _("特价商品也能用")),
            TextField("reason", _("原因")),
        ]
        self.form = Form(fields)
        self.form.submitted.connect(self.issue)
        self.form.field("value").edited.connect(self._follow)
        self.body.addWidget(self.form)
        self.wrong = label("", "error", wrap=True)
        self.wrong.hide()
        self.body.addWidget(self.wrong)
        self.back = self.add_button(_("取消"), self.reject)
        self.go = KeyButton(_("发行"), "F8", "primary", _("发出去，券号由程序生成"))
        self.go.clicked.connect(self.issue)
        self.buttons.addWidget(self.go)
        value = context.shop.policy.gifts.b_festival_voucher_fen
        terms = vouchers.terms_for(context.shop, value)
        self.form.load(
            {
                **{name: getattr(terms, name) for name in ("value", "minimum", "valid_from", "valid_to")},
                **{"count": 1, "kind": VoucherKind.GIFT, "on_special": terms.on_special, "reason": ""},
            }
        )
        self._minimum = terms.minimum
        first = self.form.field("value").input
        first.setFocus()
        first.selectAll()

    def _follow(self) -> None:
        """The minimum follows the value until somebody changes it."""
        try:
            value, shown = self.form.field("value").value(), self.form.field("minimum").value()
        except Refused:
            return
        if value and shown == self._minimum:
            self._minimum = vouchers.terms_for(self.context.shop, value).minimum
            self.form.field("minimum").show_value(self._minimum)

    def issue(self) -> None:
        if self._busy:
            return
        try:
            values = self.form.values()
        except Refused:
            return
        shop, customer = self.context.shop, self.customer
        terms = replace(
            vouchers.terms_for(shop, values["value"]),
            **{name: values[name] for name in ("minimum", "valid_from", "valid_to", "on_special")},
        )
        kind, count, reason = (
            VoucherKind(values["kind"]),
            int(values.get("count", 1)),
            str(values["reason"] or ""),
        )
        self._busy = True
        self.context.write(
            lambda _progress: vouchers.issue(
                shop, terms, kind=kind, customer_id=customer, count=count, reason=reason
            ),
            self._done,
            on_error=self._failed,
            said=lambda numbers: _said(numbers, terms.value),
            undo=self._undo,
        )

    def _undo(self, numbers: list[str]) -> None:
        context, reason = self.context, _("撤销发行")

        def stop(_progress: Progress) -> None:
            for number in numbers:
                vouchers.void(context.shop, number, reason)

        context.write(
            stop,
            said=_("已作废刚发行的 {n} 张礼金券").format(n=len(numbers)),
        )

    def _done(self, numbers: list[str]) -> None:
        """One number is in the status line; many stay to be copied."""
        if len(numbers) == 1:
            self.accept()
            return
        self.form.hide()
        self.go.hide()
        shown = QPlainTextEdit("\n".join(numbers))
        shown.setReadOnly(True)
        shown.setAccessibleName(_("新发行的券号"))
        shown.setMinimumHeight(theme.px(200))
        self.body.addWidget(label(_("新发行的券号，可以复制："), "muted"))
        self.body.addWidget(shown)
        self.back.setText(_("关闭"))
        self.back.setAccessibleName(_("关闭"))
        shown.selectAll()
        shown.setFocus()

    def _failed(self, error: Exception) -> None:
        self._busy = False
        if not isinstance(error, Refused):
            self.context.show_error(error)
        elif not self.form.show_error(error):
            self.wrong.setText(str(error))
            self.wrong.show()


def _said(numbers: list[str], value: int) -> str:
    if len(numbers) == 1:
        return _("已发 {money} 礼金券，券号 {number}").format(
            money=formats.money(value), number=grouped(numbers[0])
        )
    return _("已发行 {n} 张 {money} 礼金券").format(n=len(numbers), money=formats.money(value))


def open_dialog(
    context: Context, parent: QWidget | None, *, customer_id: int | None = None, name: str = ""
) -> None:
    Issue(context, parent, customer_id=customer_id, name=name).exec()
