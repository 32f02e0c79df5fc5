"""Losses and count differences that wait for the owner: seen by the manager, confirmed or refused by the owner."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from services import formats, stock
from services.progress import Progress
from services.rights import Right, may
from services.shop import Shop
from services.stock import Claim
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.gifts.stock_page import kind_words
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton


class ClaimsBox(Box):
    """One table and two answers; nothing chosen means all of them."""

    def __init__(self, context: Context, parent: QWidget | None) -> None:
        super().__init__(parent, _("等店主确认的损耗和差额"), 760)
        self.context = context
        owner = may(context.shop, Right.CONFIRM_LOSS)
        words = (
            _("确认以后库存才改。先选中一笔或几笔；一笔都不选就是全部。")
            if owner
            else _("库存还没有动。店主确认以后记入流水；登记错的可以撤回。")
        )
        self.body.addWidget(label(words, "muted", wrap=True))
        self.figures = label("", "section")
        self.body.addWidget(self.figures)
        self.table = LazyTable(context, "stock_claims", _("等店主确认的损耗和差额"), _columns())
        self.table.setMinimumHeight(theme.px(260))
        self.table.set_empty(_("没有等店主确认的损耗和差额"))
        self.body.addWidget(self.table, 1)
        self.add_button(_("关闭"), self.accept)
        self.withdraw = KeyButton(_("撤回"), "Del", "", _("登记错了：撤回选中的一笔"))
        self.refuse = KeyButton(_("退回"), "R", "", _("不认这几笔，写明原因；库存不动"))
        self.confirm = KeyButton(_("确认"), "A", "primary", _("认这几笔，库存照改"))
        for button, shown in ((self.withdraw, not owner), (self.refuse, owner), (self.confirm, owner)):
            button.setVisible(shown)
            button.setEnabled(False)
            self.buttons.addWidget(button)
        self.withdraw.clicked.connect(self._withdraw)
        self.refuse.clicked.connect(self._refuse)
        self.confirm.clicked.connect(self._confirm)
        self._read()

    def _read(self) -> None:
        self.context.read(partial(_claims, self.context.shop), self._show)

    def _show(self, found: list[Claim]) -> None:
        self.table.show_rows(found)
        value = sum(one.value for one in found)
        self.figures.setText(
            _("{n} 笔，合计 {value}").format(n=len(found), value=formats.money(value)) if found else ""
        )
        for button in (self.withdraw, self.refuse, self.confirm):
            button.setEnabled(bool(found))
        self.table.setFocus()

    def _ids(self) -> list[int]:
        return list(self.table.selected_ids()) or list(self.table.model.ids)

    def _confirm(self) -> None:
        shop, ids = self.context.shop, self._ids()
        self.context.write(
            lambda _progress: stock.confirm(shop, ids),
            lambda _n: self._read(),
            said=lambda moves: _("已确认 {n} 笔，库存已改。").format(n=len(moves)),
            undo=self._undo,
        )

    def _undo(self, moves: list[int]) -> None:
        """The opposite moves; what was claimed has to be entered again, if it was true after all."""
        shop = self.context.shop
        self.context.write(
            lambda _progress: stock.take_back_all(shop, moves, _("撤销确认")),
            said=_("已撤销，库存和原来一样。"),
        )

    def _refuse(self) -> None:
        reason = dialogs.ask_text(self, _("退回"), _("为什么不认？登记的人会看到。"), _("退回"))
        if not reason:
            return
        shop, ids = self.context.shop, self._ids()
        self.context.write(
            lambda _progress: stock.refuse(shop, ids, reason),
            lambda _n: self._read(),
            said=lambda n: _("已退回 {n} 笔，库存没有动。").format(n=n),
            undo=lambda _n: self._lay_again(ids),
        )

    def _lay_again(self, ids: list[int]) -> None:
        shop = self.context.shop
        self.context.write(
            lambda _progress: stock.lay_again(shop, ids),
            lambda _new: self._read() if self.isVisible() else None,
            said=_("已撤销，照旧等店主确认。"),
        )

    def _withdraw(self) -> None:
        shop, claim = self.context.shop, self.table.current_id()
        if claim:
            self.context.write(
                lambda _progress: stock.withdraw(shop, claim),
                lambda _none: self._read(),
                said=_("已撤回，库存没有动。"),
                undo=lambda _none: self._lay_again([claim]),
            )


def _claims(shop: Shop, _progress: Progress) -> list[Claim]:
    return stock.waiting_claims(shop)


def _columns() -> list[Column]:
    return [
        Column("day", N_("日期"), 96, sort=False, text=lambda row: formats.short_day(row.day)),
        Column("gift", N_("礼品"), 130, sort=False, bold=True),
        Column("kind", N_("事由"), 84, sort=False, text=lambda row: kind_words(row.kind)),
        Column(
            "quantity",
            N_("件数"),
            64,
            "right",
            sort=False,
            text=lambda row: f"{row.quantity:+,}",
            tone=lambda row: "bad" if row.quantity < 0 else "good",
        ),
        Column("value", N_("金额"), 90, "right", sort=False, text=lambda row: formats.money(row.value)),
        Column("stock", N_("账面"), 64, "right", sort=False),
        Column("by", N_("登记人"), 90, sort=False),
        Column("reason", N_("说明"), 110, sort=False, stretch=True, hint=lambda row: row.reason),
    ]
