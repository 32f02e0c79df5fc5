"""The costs of a campaign: a list, a line to add one, and the way to strike one out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from services import formats
from services.errors import Refused, ShopError
from services.words import N_, _
from ui import theme
from ui.contacts import campaigns_jobs as jobs
from ui.context import Context
from ui.dialogs import Box
from ui.form import Form, MoneyField, TextField
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.campaigns.reading import Campaign


class CostsBox(Box):
    """What was spent so far, beside the budget."""

    def __init__(self, context: Context, seen: Campaign, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("“{name}”的花费").format(name=seen.name), 520)
        self.context = context
        self.seen = seen
        self.sum = label("", "muted", wrap=True)
        self.table = LazyTable(context, "campaign_costs", _("花费"), _columns(), multiple=False)
        self.table.setMinimumHeight(theme.px(160))
        self.table.set_empty(_("还没有花费"), _("在下面写上花在什么上、多少钱。"))
        self.form = Form(
            [TextField("what", _("花在什么上"), length=60), MoneyField("amount", _("金额（元）"))], columns=2
        )
        self.note = label("", "error", wrap=True)
        self.note.hide()
        for part in (self.sum, self.table, self.form, self.note):
            self.body.addWidget(part)
        self.strike = KeyButton(_("划掉"), "Delete", "", _("选中的这一笔记错了"))
        self.strike.clicked.connect(self._strike)
        self.buttons.insertWidget(0, self.strike)
        self.form.submitted.connect(self.add)
        self.add_button(_("关闭"), self.accept)
        self.go = self.add_button(_("记下"), self.add, "primary")
        self.load()

    def load(self) -> None:
        self.context.read(partial(jobs.shown, self.context.shop, self.seen.id), self._show)

    def _show(self, found: jobs.Shown) -> None:
        self.table.show_rows(found.costs)
        words = _("一共 {cost}").format(cost=formats.money(found.campaign.cost))
        if found.campaign.budget:
            words += _("，预算 {budget}").format(budget=formats.money(found.campaign.budget))
        over = found.campaign.budget and found.campaign.cost > found.campaign.budget
        self.sum.setText(words + (_("：超了") if over else ""))
        theme.kind(self.sum, "warn" if over else "muted")
        self.strike.setEnabled(bool(found.costs))

    def add(self) -> None:
        """Enters the line; the mistake stands beside its field."""
        try:
            values = self.form.values()
            if values["amount"] is None:
                raise Refused("请写上金额。", field="amount")
        except Refused as error:
            self._no(error)
            return
        self.context.write(
            partial(jobs.add_cost, self.context.shop, self.seen.id, values["what"], values["amount"]),
            self._added,
            said=_("已记下花费。"),
            undo=lambda number: self._set(number, True),
            on_error=self._no,
        )

    def _added(self, _number: int) -> None:
        self.form.load({"what": "", "amount": None})
        self.form.field("what").input.setFocus()
        self.load()

    def _strike(self) -> None:
        if number := self.table.current_id():
            self.context.write(
                partial(jobs.strike, self.context.shop, number, True),
                lambda _none: self.load(),
                said=_("已划掉。"),
                undo=lambda _none: self._set(number, False),
                on_error=self._no,
            )

    def _set(self, number: int, struck: bool) -> None:
        self.context.write(
            partial(jobs.strike, self.context.shop, number, struck),
            lambda _none: self.load(),
            said=_("已撤销。"),
        )

    def _no(self, error: Exception) -> None:
        if not isinstance(error, ShopError):
            self.context.show_error(error)
        elif not self.form.show_error(error):
            self.note.setText(str(error))
            self.note.show()


def _columns() -> list[Column]:
    return [
        Column("day", N_("日期"), 100, sort=False),
        Column("what", N_("花在什么上"), 180, sort=False, stretch=True),
        Column("amount", N_("金额"), 110, "right", sort=False, text=lambda row: formats.money(row.amount)),
        Column("by", N_("记录人"), 90, sort=False, tone=lambda _row: "muted"),
    ]
