"""The gift that goes with a purchase: a short menu of what is in stock and within the limit."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from services.customer_page import CustomerPage
from services.errors import Refused
from services.gifts.rows import LineRow
from services.words import _
from ui.context import Context


def choose(context: Context, beside: QWidget, page: CustomerPage, ticket_id: int) -> None:
    """Asks which gift to hand over with the ticket, and hands it over."""
    from services import gifts

    shop = context.shop
    context.read(
        lambda _progress: gifts.purchase_gift_choices(shop),
        partial(_show, context, beside, page, ticket_id),
    )


def _show(context: Context, beside: QWidget, page: CustomerPage, ticket_id: int, items: list) -> None:  # type: ignore[type-arg]
    if not items:
        context.say(_("库存里没有合适的礼品：请店长补货。"), tone="warn")
        return
    menu = QMenu(beside)
    for item in items[:12]:
        action = menu.addAction(_("{gift}（库存 {n}）").format(gift=item.name, n=item.available))
        action.triggered.connect(partial(_give, context, page, ticket_id, item.id))
    menu.setActiveAction(menu.actions()[0])
    menu.popup(beside.mapToGlobal(QPoint(beside.width() // 2, beside.height() // 2)))


def _give(context: Context, page: CustomerPage, ticket_id: int, gift_id: int, _on: bool = False) -> None:
    from services import gifts
    from ui.gifts.issue_acts import after

    shop = context.shop

    def refused(error: Exception) -> None:
        if isinstance(error, Refused) and error.field == "limit":
            from ui.gifts import override

            override.ask(context, error, ticket_id, page.id, gift_id)
        else:
            context.show_error(error)

    context.write(
        lambda _progress: gifts.purchase_gift(shop, ticket_id, page.id, gift_id),
        lambda line: after(context, [line]),
        said=lambda line: _("已发放 {gift} 给 {name}").format(gift=line.gift, name=page.name),
        undo=partial(_take_back, context),
        on_error=refused,
    )


def _take_back(context: Context, line: LineRow) -> None:
    from services import gifts

    shop = context.shop
    context.write(lambda _progress: gifts.undo_issue(shop, line.id), said=_("已撤销发放"))
