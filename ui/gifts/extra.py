"""The owner gives a special customer something beyond every standard: who, when, what, why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from models.kinds import Handover
from services import formats, gifts, stock
from services.gifts import LineRow
from services.stock import GiftItem
from services.words import _
from ui.context import Context
from ui.form import ChoiceField, DayField, Form, TextField
from ui.gifts.stock_dialogs import FormBox

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop


@dataclass(frozen=True)
class _Offer:
    people: list[tuple[int, str, str]]
    items: list[GiftItem]


def give(context: Context, parent: QWidget, customer_id: int | None = None) -> None:
    """Asks and writes; `customer_id` stands in the form already."""
    context.read(
        lambda _progress: _read(context.shop), lambda offer: _ask(context, parent, offer, customer_id)
    )


def _read(shop: Shop) -> _Offer:
    return _Offer(gifts.special_customers(shop), [one for one in stock.catalogue(shop) if one.available > 0])


def _ask(context: Context, parent: QWidget, offer: _Offer, customer_id: int | None) -> None:
    if not offer.people:
        context.say(_("还没有特殊客户：请在客户页先指定。"), tone="warn")
        return
    if not offer.items:
        context.say(_("库存里没有可送的礼品：请先入库。"), tone="warn")
        return
    people = [(number, f"{name}  {card}") for number, card, name in offer.people]
    items = [
        (
            one.id,
            _("{gift} {cost}，可用 {n}").format(gift=one.name, cost=formats.money(one.cost), n=one.available),
        )
        for one in offer.items
    ]
    ways = [(str(one), gifts.handover_words(one)) for one in Handover]
    form = Form(
        [
            ChoiceField("customer", _("特殊客户"), people, required=True),
            DayField("day", _("哪一天"), context.today(), required=True),
            ChoiceField("gift", _("礼品"), items, required=True),
            ChoiceField("more", _("再加一件"), [(0, _("（不加）")), *items]),
            ChoiceField("handover", _("交付方式"), ways),
            TextField("reason", _("原因"), required=True, length=500),
        ]
    )
    form.load(
        {
            "customer": customer_id or people[0][0],
            "gift": items[0][0],
            "more": 0,
            "handover": context.shop.policy.gifts.a_festival_handover,
        }
    )
    hint = _("不受标准限制；写成草稿，由店长提交、店主批准后发放。")
    box = FormBox(context, parent.window(), _("酌情加一份礼品"), form, _("加入计划"), hint)
    box.save = lambda values: _write(context, box, values)
    box.open()


def _write(context: Context, box: FormBox, values: dict[str, Any]) -> None:
    shop = context.shop
    chosen = [values["gift"]] + ([values["more"]] if values["more"] else [])

    def job(progress: Progress) -> list[LineRow]:
        handover = Handover(values["handover"])
        return gifts.give_extra(shop, values["customer"], values["day"], chosen, values["reason"], handover)

    def back(lines: list[LineRow]) -> None:
        def undo(progress: Progress) -> None:
            for line in lines:
                gifts.cancel(shop, line.id, _("当场撤销"))

        context.write(undo, said=_("已撤销，没有加入计划。"))

    context.write(
        job,
        lambda _lines: box.accept(),
        said=lambda lines: _("已给 {name} 加了一份，请店长提交。").format(name=lines[0].name),
        undo=back,
        on_error=box.fail,
    )
