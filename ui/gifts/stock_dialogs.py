"""Small forms for the stock: a new gift, goods in, a stocktake, a loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from services import stock
from services.errors import Refused, ShopError
from services.stock import GiftItem
from services.words import _
from ui.context import Context
from ui.dialogs import Box
from ui.form import Form, MoneyField, NumberField, TextField
from ui.widgets.card import label


class FormBox(Box):
    """A form that stays open until the shop says yes; what is wrong stands beside its field."""

    def __init__(
        self, context: Context, parent: QWidget | None, title: str, form: Form, yes: str, hint: str = ""
    ) -> None:
        super().__init__(parent, title, 460)
        self.context = context
        self.form = form
        if hint:
            self.body.addWidget(label(hint, "muted", wrap=True))
        self.body.addWidget(form)
        self.wrong = label("", "bad", wrap=True)
        self.wrong.hide()
        self.body.addWidget(self.wrong)
        self.add_button(_("取消"), self.reject)
        self.go = self.add_button(yes, self._try, "primary")
        self.save: Callable[[dict[str, Any]], None] = lambda _values: None
        form.submitted.connect(self._try)
        form.fields[0].input.setFocus()

    def _try(self) -> None:
        try:
            values = self.form.values()
        except Refused as no:
            self.fail(no)
            return
        self.go.setEnabled(False)
        self.save(values)

    def fail(self, error: Exception) -> None:
        """The verb said no: the form stays, with the sentence where it belongs."""
        self.go.setEnabled(True)
        if isinstance(error, ShopError):
            if not self.form.show_error(error):
                self.wrong.setText(str(error))
                self.wrong.show()
            return
        self.context.show_error(error)


def _run(box: FormBox, verb: Callable[[dict[str, Any]], Any], said: Callable[[Any], str]) -> None:
    """Opens the box; its button writes, and closes it when the books have it."""

    def save(values: dict[str, Any]) -> None:
        box.context.write(
            lambda _progress: verb(values), lambda _answer: box.accept(), said=said, on_error=box.fail
        )

    box.save = save
    box.open()


def new_gift(context: Context, parent: QWidget) -> None:
    """Takes a gift into the catalogue, with its first delivery if it is there already."""
    form = Form(
        [
            TextField("name", _("礼品名称"), required=True, length=100),
            TextField(
                "gift_class", _("礼品类别"), required=True, length=100, hint=_("例如：皮具、杯具、礼金券")
            ),
            MoneyField("cost", _("成本（元）"), required=True),
            NumberField("quantity", _("现有件数")),
            MoneyField("face_value", _("面值（元）"), hint=_("只有礼金券才填")),
            TextField("suits", _("适合的喜好"), hint=_("例如：墨绿、通勤；提议时优先送给喜欢的客户")),
            NumberField("reorder_level", _("补货线"), hint=_("可用件数低于它就提醒")),
            TextField("supplier", _("供应商")),
        ],
        columns=2,
    )
    shop = context.shop

    def verb(values: dict[str, Any]) -> str:
        quantity = values.pop("quantity") or 0
        name, kind, cost = values.pop("name"), values.pop("gift_class"), values.pop("cost")
        values["reorder_level"] = values["reorder_level"] or 0
        gift_id = stock.add_gift(shop, name, kind, cost, **values)
        if quantity:
            stock.receive(shop, gift_id, quantity)
        return name

    box = FormBox(context, parent.window(), _("新增礼品"), form, _("新增"))
    _run(box, verb, lambda name: _("已新增礼品“{name}”。").format(name=name))


def change_gift(context: Context, parent: QWidget, item: GiftItem) -> None:
    """Mends a catalogue item; what was planned keeps the cost it was planned with."""
    form = Form(
        [
            TextField("gift_class", _("礼品类别"), required=True, length=100),
            MoneyField("cost", _("成本（元）"), required=True),
            TextField("suits", _("适合的喜好")),
            NumberField("reorder_level", _("补货线")),
            TextField("supplier", _("供应商")),
        ]
    )
    form.load(item)
    shop = context.shop

    def verb(values: dict[str, Any]) -> None:
        values["reorder_level"] = values["reorder_level"] or 0
        stock.change_gift(shop, item.id, **values)

    box = FormBox(
        context,
        parent.window(),
        _("修改“{name}”").format(name=item.name),
        form,
        _("保存"),
        _("已经计划好的礼品仍按原来的成本。"),
    )
    _run(box, verb, lambda _none: _("已修改“{name}”。").format(name=item.name))


def receive(context: Context, parent: QWidget, gift_id: int, name: str, quantity: int | None = None) -> None:
    """Goods came in."""
    form = Form([NumberField("quantity", _("入库件数"), required=True), TextField("reason", _("备注"))])
    form.load({"quantity": quantity, "reason": ""})
    shop = context.shop
    box = FormBox(context, parent.window(), _("“{name}”入库").format(name=name), form, _("入库"))
    _run(
        box,
        lambda values: stock.receive(shop, gift_id, values["quantity"], values["reason"]),
        lambda done: _("“{name}”已入库，现有 {n} 件。").format(name=name, n=done.stock),
    )


def count(context: Context, parent: QWidget, item: GiftItem) -> None:
    """A stocktake: the pieces really there."""
    form = Form([NumberField("quantity", _("实际件数"), required=True), TextField("reason", _("备注"))])
    shop = context.shop
    hint = _("账面 {n} 件。数一数货架上的，填实际件数；差额记入库存流水。").format(n=item.stock)
    box = FormBox(context, parent.window(), _("盘点“{name}”").format(name=item.name), form, _("记下"), hint)
    _run(
        box,
        lambda values: stock.count(shop, item.id, values["quantity"], values["reason"]),
        lambda done: _("盘点“{name}”：与账面相差 {n}。").format(name=item.name, n=f"{done.difference:+d}"),
    )


def write_off(context: Context, parent: QWidget, item: GiftItem) -> None:
    """Broken or spoilt pieces."""
    form = Form(
        [
            NumberField("quantity", _("损耗件数"), required=True),
            TextField("reason", _("原因"), required=True),
        ]
    )
    shop = context.shop
    box = FormBox(context, parent.window(), _("“{name}”损耗").format(name=item.name), form, _("记下"))
    _run(
        box,
        lambda values: stock.write_off(shop, item.id, values["quantity"], values["reason"]),
        lambda done: _("“{name}”现有 {n} 件。").format(name=item.name, n=done.stock),
    )
