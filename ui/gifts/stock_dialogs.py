"""Small forms for the stock: a new gift, goods in, a stocktake, a loss."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from services import formats, stock
from services.errors import Refused, ShopError
from services.rights import Right, may
from services.stock import Booked, CardRow, GiftItem
from services.words import _
from ui import dialogs
from ui.context import Context
from ui.dialogs import Box
from ui.form import FlagField, Form, MoneyField, NumberField, TextField
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


def _run(
    box: FormBox,
    verb: Callable[[dict[str, Any]], Any],
    said: Callable[[Any], str],
    undo: Callable[[Any], None] | None = None,
) -> None:
    """Opens the box; its button writes, and closes it when the books have it."""

    def save(values: dict[str, Any]) -> None:
        box.context.write(
            lambda _progress: verb(values),
            lambda _answer: box.accept(),
            said=said,
            undo=undo,
            on_error=box.fail,
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


def receive_item(context: Context, parent: QWidget, item: GiftItem) -> None:
    """Goods of a catalogue item came in."""
    receive(context, parent, item.id, item.name)


def receive(context: Context, parent: QWidget, gift_id: int, name: str, quantity: int | None = None) -> None:
    """Goods came in: how many, at what cost this time, from whom."""
    shop = context.shop
    item = stock.item(shop, gift_id)
    form = Form(
        [
            NumberField("quantity", _("入库件数"), required=True),
            MoneyField("unit_cost", _("这批进价（元）"), hint=_("每件；库存值按移动加权平均计算")),
            FlagField("new_cost", _("目录里的成本也改成这个进价")),
            TextField("supplier", _("供应商、送货单号"), length=200),
            TextField("reason", _("备注")),
        ]
    )
    form.load(
        {
            "quantity": quantity,
            "unit_cost": item.cost,
            "new_cost": False,
            "supplier": item.supplier,
            "reason": "",
        }
    )
    box = FormBox(context, parent.window(), _("“{name}”入库").format(name=name), form, _("入库"))
    _run(
        box,
        lambda values: stock.receive(shop, gift_id, **values),
        lambda done: _("“{name}”已入库，现有 {n} 件。").format(name=name, n=done.stock),
        undo=partial(_undo, context),
    )


def count(context: Context, parent: QWidget, item: GiftItem) -> None:
    """A stocktake of one gift: the pieces really there."""
    form = Form([NumberField("quantity", _("实际件数"), required=True), TextField("reason", _("备注"))])
    shop = context.shop
    hint = _("账面 {n} 件。数一数货架上的，填实际件数；差额记入库存流水。").format(n=item.stock)
    box = FormBox(
        context,
        parent.window(),
        _("盘点“{name}”").format(name=item.name),
        form,
        _("记下"),
        f"{hint} {_limit_words(context)}".strip(),
    )

    def said(done: Booked) -> str:
        words = _("盘点“{name}”：与账面相差 {n}。").format(name=item.name, n=f"{done.difference:+d}")
        return words + (_("超过限额，等店主确认。") if done.waits else "")

    _run(
        box,
        lambda values: stock.count(shop, item.id, values["quantity"], values["reason"]),
        said,
        undo=partial(_undo, context),
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
    box = FormBox(
        context,
        parent.window(),
        _("“{name}”损耗").format(name=item.name),
        form,
        _("记下"),
        _limit_words(context),
    )

    def said(done: Booked) -> str:
        if done.waits:
            return _("“{name}”的损耗超过限额，等店主确认，库存还没有动。").format(name=item.name)
        return _("“{name}”现有 {n} 件。").format(name=item.name, n=done.stock)

    _run(
        box,
        lambda values: stock.write_off(shop, item.id, values["quantity"], values["reason"]),
        said,
        undo=partial(_undo, context),
    )


def _limit_words(context: Context) -> str:
    """What the manager should know before: from where on the owner has to say yes."""
    if may(context.shop, Right.CONFIRM_LOSS):
        return ""
    most = context.shop.policy.gift_checks.loss_confirm_above_fen
    return _("一个月累计超过 {value} 的损耗和差额要店主确认。").format(value=formats.money(most))


def _undo(context: Context, done: Booked) -> None:
    """Ctrl+Z: the opposite move, or the claim taken back."""
    shop = context.shop

    def verb(_progress: Any) -> None:
        if done.claim_id is not None:
            stock.withdraw(shop, done.claim_id)
        elif done.move_id is not None:
            stock.take_back(shop, done.move_id)

    context.write(verb, said=_("已撤销，库存和原来一样。"))


def take_back(context: Context, parent: QWidget, row: CardRow) -> None:
    """Takes one move of the card back; with a reason, where it is not one's own of today."""
    shop = context.shop
    own = row.user == (shop.actor.name if shop.actor else "") and row.day == context.today()
    reason = ""
    if not own or row.confirmed_by:
        asked = dialogs.ask_text(
            parent.window(), _("撤销这一笔"), _("为什么撤销？原因记在流水里。"), _("撤销")
        )
        if asked is None:
            return
        reason = asked
    context.write(
        lambda _progress: stock.take_back(shop, row.id, reason),
        said=lambda done: _("已撤销，现有 {n} 件。").format(n=done.stock),
    )
