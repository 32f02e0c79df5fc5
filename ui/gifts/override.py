"""Beyond the day's limit of purchase gifts: the owner comes to the counter, types their PIN and says why."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QApplication, QWidget

from models.kinds import Role
from services import gifts, staff
from services.errors import ShopError
from services.gifts import LineRow, Override
from services.words import _
from ui.context import Context
from ui.form import ChoiceField, Form, TextField
from ui.gifts.stock_dialogs import FormBox


def ask(context: Context, why: ShopError, ticket_id: int, customer_id: int, gift_id: int) -> None:
    """Says why it was refused and offers the owner's way out."""
    context.read(
        lambda _progress: [one.name for one in staff.users(context.shop) if one.role == Role.OWNER],
        lambda owners: _open(context, why, owners, (ticket_id, customer_id, gift_id)),
    )


def _open(context: Context, why: ShopError, owners: list[str], what: tuple[int, int, int]) -> None:
    form = Form(
        [
            ChoiceField("owner", _("店主"), [(name, name) for name in owners], required=True),
            TextField("pin", _("店主的密码"), secret=True, required=True),
            TextField("reason", _("原因"), required=True, length=500),
        ]
    )
    form.load({"owner": owners[0]})
    window: QWidget | None = QApplication.activeWindow()
    box = FormBox(context, window, _("请店主放行"), form, _("放行并发放"), str(why))
    shop = context.shop

    def save(values: dict[str, Any]) -> None:
        over = Override(values["owner"], values["pin"], values["reason"])
        context.write(
            lambda _progress: gifts.purchase_gift(shop, *what, over),
            lambda _line: box.accept(),
            said=lambda line: _("{owner} 放行，已发放 {gift} 给 {name}").format(
                owner=over.owner, gift=line.gift, name=line.name
            ),
            undo=lambda line: _take_back(context, line),
            on_error=box.fail,
        )

    box.save = save
    box.open()


def _take_back(context: Context, line: LineRow) -> None:
    shop = context.shop
    context.write(lambda _progress: gifts.undo_issue(shop, line.id), said=_("已撤销发放"))
