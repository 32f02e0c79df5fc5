"""Handing gifts out, from the tab and from the customer's page: by signature, by code, by post or to the door."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication, QWidget

from models.kinds import Handover, LineStatus
from services import gifts
from services.gifts import LineRow, ParcelRow, Way
from services.words import _
from ui.context import Context
from ui.form import Form, TextField
from ui.gifts.stock_dialogs import FormBox

if TYPE_CHECKING:
    from services.progress import Progress


def issue(context: Context, line_ids: Sequence[int]) -> None:
    """Hands over: the customer signs, or it is noted as posted where the plan says by post. All or none."""
    shop = context.shop

    def job(_progress: Progress) -> list[LineRow]:
        rows = [row for row in gifts.lines_by_id(shop, line_ids) if row is not None]
        post = [row.id for row in rows if row.handover == Handover.POST]
        hand = [row.id for row in rows if row.handover != Handover.POST]
        done = gifts.issue_many(shop, hand) if hand else []
        return done + (gifts.issue_many(shop, post, signed="posted") if post else [])

    context.write(
        job,
        lambda rows: after(context, rows),
        said=issued_words,
        undo=lambda rows: take_back(context, rows),
    )


def by_code(context: Context, parent: QWidget | None, line_id: int) -> None:
    """Asks for the code, said or scanned; it hands over all parts of that occasion at once."""
    shop = context.shop

    def show(parts: list[LineRow]) -> None:
        if not parts:
            return
        form = Form([TextField("code", _("领取码"), code=True, required=True, length=12)])
        title = _("凭码发放：{name}").format(name=parts[0].name)
        words = _("{occasion}：{gifts}。请客户报出四位领取码。").format(
            occasion=gifts.occasion_words(parts[0].occasion), gifts=_("、").join(one.gift for one in parts)
        )
        box = FormBox(context, parent, title, form, _("发放"), words)

        def save(values: dict[str, Any]) -> None:
            ids = [one.id for one in parts]
            context.write(
                lambda _progress: gifts.issue_many(shop, ids, code=values["code"]),
                partial(_close, context, box),
                said=issued_words,
                undo=lambda rows: take_back(context, rows),
                on_error=box.fail,
            )

        box.save = save
        box.open()

    def read(_progress: Progress) -> list[LineRow]:
        return [one for one in gifts.parts_of(gifts.line(shop, line_id)) if one.status == LineStatus.APPROVED]

    context.read(read, show)


def send(context: Context, parent: QWidget | None, rows: Sequence[LineRow]) -> None:
    """Posts the gifts or has them brought to the door: who carries them, and the number to trace them by."""
    shop, ids = context.shop, [row.id for row in rows]
    to_door = all(row.handover != Handover.POST for row in rows)
    name = shop.actor.name if shop.actor else ""
    fields = (
        [TextField("courier", _("送货人"), required=True, length=60)]
        if to_door
        else [
            TextField("carrier", _("承运"), length=60, tip=_("邮局、顺丰 …")),
            TextField("tracking", _("运单号"), code=True, length=60),
        ]
    )
    form = Form(fields)
    form.load({"courier": name} if to_door else {"carrier": "", "tracking": ""})
    title = _("送货上门") if to_door else _("寄出")
    title += "：" + (rows[0].name if len(rows) == 1 else _("{n} 件").format(n=len(rows)))
    from ui.gifts.line_actions import place_words

    places = dict.fromkeys(words for row in rows if (words := place_words(row)))
    about = [*places] if len(places) == 1 else []
    about.append(_("客户收到以后在“在途”里登记签收。"))
    box = FormBox(context, parent, title, form, _("出库"), "\n".join(about))

    def save(values: dict[str, Any]) -> None:
        way = Way(**{key: values.get(key) or "" for key in ("carrier", "tracking", "courier")})
        context.write(
            lambda _progress: gifts.issue_many(
                shop, ids, signed="delivery" if to_door else "posted", way=way
            ),
            partial(_close, context, box),
            said=issued_words,
            undo=lambda done: take_back(context, done),
            on_error=box.fail,
        )

    box.save = save
    box.open()


def receive(context: Context, parent: QWidget | None, rows: Sequence[ParcelRow]) -> None:
    """Notes who took what was sent, and when."""
    shop, ids = context.shop, [row.id for row in rows]
    form = Form(
        [
            TextField("by", _("签收人"), required=True, length=100, tip=_("本人、家人、门卫 …")),
            TextField("day", _("签收日期"), code=True, required=True, length=10),
        ]
    )
    form.load({"by": rows[0].name if len(rows) == 1 else "", "day": shop.today().isoformat()})
    title = _("登记签收：{what}").format(
        what=rows[0].name if len(rows) == 1 else _("{n} 件").format(n=len(rows))
    )
    box = FormBox(context, parent, title, form, _("登记签收"))

    def save(values: dict[str, Any]) -> None:
        try:
            day = date.fromisoformat(values["day"])
        except ValueError:
            from services.errors import Refused

            box.fail(Refused("日期“{day}”看不懂，请写成 2026-12-03 这样。", day=values["day"], field="day"))
            return
        context.write(
            lambda _progress: gifts.received(shop, ids, values["by"], day),
            lambda _n: box.accept(),
            said=lambda n: _("已登记 {n} 件签收。").format(n=n),
            undo=lambda _n: _undo_received(context, ids),
            on_error=box.fail,
        )

    box.save = save
    box.open()


def to_stock(context: Context, row: LineRow, reason: str) -> None:
    """Back to stock, with undo."""
    shop = context.shop
    context.write(
        lambda _progress: gifts.to_stock_again(shop, row.id, reason),
        said=_("“{gift}”已回到库存。").format(gift=row.gift),
        undo=lambda _none: _undo_to_stock(context, row),
    )


def _undo_to_stock(context: Context, row: LineRow) -> None:
    shop = context.shop
    context.write(
        lambda _progress: gifts.undo_to_stock(shop, [row.id]),
        said=_("已撤销回库，{name} 的礼品照旧。").format(name=row.name),
    )


def _undo_received(context: Context, ids: Sequence[int]) -> None:
    shop = context.shop
    context.write(lambda _progress: gifts.undo_received(shop, ids), said=_("已撤销签收。"))


def _close(context: Context, box: FormBox, rows: list[LineRow]) -> None:
    """Done: the form goes, the slip comes if wanted."""
    box.accept()
    after(context, rows)


def take_back(context: Context, rows: Sequence[LineRow]) -> None:
    """Undo of an issue that was just made."""
    shop = context.shop

    def job(_progress: Progress) -> None:
        for row in rows:
            gifts.undo_issue(shop, row.id, _("当场撤销"))

    context.write(job, said=_("已撤销发放，礼品回到库存。"))


def after(context: Context, rows: Sequence[LineRow]) -> None:
    """The slip opens by itself where this PC is set so."""
    if rows and context.settings.gift_slip_opens:
        from ui.gifts import issue_slip

        issue_slip.show(context, QApplication.activeWindow(), [row.id for row in rows])


def issued_words(rows: Sequence[LineRow]) -> str:
    """What was handed out, for the status line."""
    if len({(row.customer_id, row.signed) for row in rows}) == 1:
        return _("已发放给 {name}：{gift}（{signed}）。").format(
            name=rows[0].name,
            gift=_("、").join(row.gift for row in rows),
            signed=gifts.signed_words(rows[0].signed),
        )
    return _("已发放 {n} 件。").format(n=len(rows))
