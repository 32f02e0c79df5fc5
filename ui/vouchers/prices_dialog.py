"""兑换积分: for how many points each gift of the catalogue may be had."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from services import formats, rewards
from services.errors import Refused
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

COLUMNS = [
    Column("name", N_("礼品"), 200, stretch=True, bold=True, sort=False),
    Column("gift_class", N_("类别"), 110, sort=False),
    Column("cost", N_("成本"), 90, align="right", text=lambda one: formats.money(one.cost), sort=False),
    Column("available", N_("可领"), 70, align="right", sort=False),
    Column(
        "points",
        N_("兑换积分"),
        100,
        align="right",
        text=lambda one: str(one.points) if one.points else _("不兑换"),
        tone=lambda one: None if one.points else "muted",
        sort=False,
    ),
]


class Prices(Box):
    """Enter on a gift changes its price; every change is saved at once."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent, _("礼品的兑换积分"), 640)
        self.context = context
        self.body.addWidget(label(_("0 分是不能兑换。礼金券不用定价，按客情标准折算。"), "muted", wrap=True))
        self.table = LazyTable(context, "reward_prices", _("礼品的兑换积分"), COLUMNS, multiple=False)
        self.table.set_empty(_("礼品目录还是空的"), _("先在礼品台账的库存页新增礼品。"))
        self.table.setMinimumHeight(theme.px(280))
        self.table.opened.connect(lambda _id: self.change())
        self.body.addWidget(self.table)
        self.wrong = label("", "error", wrap=True)
        self.wrong.hide()
        self.body.addWidget(self.wrong)
        self.edit = KeyButton(_("改积分…"), "F2", "", _("改选中礼品的兑换积分  Enter"))
        self.edit.clicked.connect(self.change)
        self.buttons.insertWidget(0, self.edit)
        self.add_button(_("关闭"), self.accept)
        self._load()
        self.table.view.setFocus()

    def _load(self) -> None:
        kept = self.table.current_id()
        self.table.show_rows(rewards.rewards(self.context.shop, all_gifts=True))
        if not self.table.select_id(kept):
            self.table.select_first()
        self.edit.setEnabled(self.table.current_row() is not None)

    def change(self) -> None:
        gift = self.table.current_row()
        if gift is None:
            return
        typed = dialogs.ask_text(self, gift.name, _("几分换一件？0 是不能兑换。"))
        if typed is None:
            return
        shop = self.context.shop
        try:
            if not typed.isdigit():
                raise Refused("“{value}”不是整数。", field="points", value=typed)
            price = int(typed)
        except Refused as no:
            self._failed(no)
            return
        self.context.write(
            lambda _progress: rewards.set_price(shop, gift.id, price),
            lambda _before: self._saved(),
            on_error=self._failed,
            said=_("{name} 现在 {n} 分一件").format(name=gift.name, n=price),
            undo=lambda before: self._back(gift.id, before),
        )

    def _back(self, gift_id: int, before: int) -> None:
        context = self.context
        context.write(
            lambda _progress: rewards.set_price(context.shop, gift_id, before), said=_("已恢复原来的内容")
        )

    def _saved(self) -> None:
        self.wrong.hide()
        self._load()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Refused):
            self.wrong.setText(str(error))
            self.wrong.show()
        else:
            self.context.show_error(error)


def open_dialog(context: Context, parent: QWidget | None) -> None:
    Prices(context, parent).exec()
