"""库存: the catalogue with stock, reserved and available, and the card of the gift under the cursor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSplitter, QVBoxLayout, QWidget

from models.kinds import StockKind
from services import formats, stock
from services.rights import Right, may
from services.stock import CardRow, GiftItem
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.gifts.columns import wide
from ui.lazy_table import Column, LazyTable
from ui.tasks import Task
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop


@dataclass(frozen=True)
class _Found:
    items: list[GiftItem]
    waiting: int
    """Losses and differences that wait for the owner"""
    counting: bool
    """A stocktake is under way"""


class StockPage(QWidget):
    """Everybody may look; the manager receives, counts, writes off and adds; the owner confirms."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._task: Task | None = None
        self._moves_task: Task | None = None
        self.figures = label("", "muted")
        self.table = LazyTable(context, "gift_stock", _("礼品目录和库存"), _columns(), multiple=False)
        self.card_title = label("", "section")
        self.card = LazyTable(context, "gift_card", _("库存流水"), card_columns(), multiple=False)
        self.card.set_empty(_("还没有流水"))
        self.add = KeyButton(_("新增礼品"), "F7", "primary", _("把一种新礼品放进目录"), "plus")
        self.receive = KeyButton(_("入库"), "+", "", _("登记到货"))
        self.count = KeyButton(_("盘点"), "P", "", _("填实际件数，差额记入流水"))
        self.break_ = KeyButton(_("损耗"), "B", "", _("破损、过期，写明原因"))
        self.change = KeyButton(_("修改"), "E", "", _("类别、成本、补货线、适合的喜好"))
        self.whole = KeyButton(_("整店盘点…"), "T", "", _("打印盘点表，按表逐行填实数，差额一次入账"))
        self.claims = KeyButton("", "W", "", _("看等店主确认的损耗和盘点差额"))
        self.more = self._more_button()
        self.take_back = KeyButton(
            _("撤销这一笔"), "Ctrl+Del", "flat", _("撤销流水里选中的一笔入库、损耗或盘点")
        )
        self._lay_out()
        self.add.clicked.connect(self._add)
        self.receive.clicked.connect(lambda: self._with("receive_item"))
        self.count.clicked.connect(lambda: self._with("count"))
        self.break_.clicked.connect(lambda: self._with("write_off"))
        self.change.clicked.connect(lambda: self._with("change_gift"))
        self.whole.clicked.connect(self._count_all)
        self.claims.clicked.connect(self._show_claims)
        self.take_back.clicked.connect(self._take_back)
        self.table.current_changed.connect(self._tell_gift)
        self.table.opened.connect(lambda _id: self._with("change_gift"))
        self.card.current_changed.connect(self._tell_move)

    def _more_button(self) -> QPushButton:
        """What is needed now and then: worth, files."""
        button = QPushButton(_("更多"))
        button.setAutoDefault(False)
        button.setAccessibleName(_("更多"))
        button.setToolTip(_("库存值、流水导出、采购清单"))
        menu = QMenu(button)
        self.value_action = menu.addAction(_("某一天的库存值…"), self._show_value)
        self.card_action = menu.addAction(_("导出这种礼品的流水…"), self._save_card)
        button.setMenu(menu)
        return button

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        top.addWidget(self.figures)
        top.addStretch()
        top.addWidget(self.claims)
        second = QHBoxLayout()
        second.setSpacing(theme.px(8))
        for button in (self.receive, self.count, self.break_, self.change, self.whole, self.more):
            second.addWidget(button)
        second.addStretch()
        second.addWidget(self.add)
        below = QWidget()
        lower = QVBoxLayout(below)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(theme.px(4))
        line = QHBoxLayout()
        line.addWidget(self.card_title)
        line.addStretch()
        line.addWidget(self.take_back)
        lower.addLayout(line)
        lower.addWidget(self.card, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(below)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(second)
        column.addLayout(top)
        column.addWidget(split, 1)

    def reload(self) -> None:
        if self._task:
            self._task.drop()
        self._task = self.context.read(partial(_read, self.context.shop), self._show)

    def _show(self, found: _Found) -> None:
        self._task = None
        items = found.items
        able = may(self.context.shop, Right.STOCK)
        for button in (
            self.add,
            self.receive,
            self.count,
            self.break_,
            self.change,
            self.whole,
            self.take_back,
        ):
            button.setVisible(able)
        self.more.setVisible(able)
        value = sum(item.stock * item.cost for item in items)
        low = sum(item.low for item in items)
        words = _("{n} 种礼品，库存值 {value}").format(n=len(items), value=formats.money(value))
        if low:
            words += " · " + _("{n} 种该补货").format(n=low)
        if found.counting:
            words += " · " + _("盘点正在进行")
        self.figures.setText(words if items else "")
        self.claims.setVisible(bool(found.waiting))
        owner = may(self.context.shop, Right.CONFIRM_LOSS)
        self.claims.tell(
            (_("请确认 {n} 笔损耗") if owner else _("{n} 笔等店主确认")).format(n=found.waiting),
            _("看等店主确认的损耗和盘点差额"),
        )
        if able:
            hint = _("先放几种礼品进来，提议时才有东西可送。")
            self.table.set_empty(_("礼品目录还是空的"), hint, _("新增礼品"), self._add)
        else:
            self.table.set_empty(_("礼品目录还是空的"), _("店长新增礼品以后，这里看得到库存。"))
        self.table.show_rows(items)
        if items and not self.table.current_id():
            self.table.select_first()
        self._tell_gift()

    def _tell_gift(self, *_any: object) -> None:
        row = self.table.current_row()
        for button in (self.receive, self.count, self.break_, self.change):
            button.setEnabled(row is not None)
        self.card_action.setEnabled(row is not None)
        if self._moves_task:
            self._moves_task.drop()
        if row is None:
            self.card_title.setText("")
            self.card.show_rows([])
            return
        self.card_title.setText(_("{name} 的库存流水，结存 {n} 件").format(name=row.name, n=row.stock))
        self._moves_task = self.context.read(
            partial(_read_moves, self.context.shop, row.id), self._show_moves
        )

    def _show_moves(self, moves: list[CardRow]) -> None:
        self._moves_task = None
        self.card.show_rows(moves)
        self._tell_move()

    def _tell_move(self, *_any: object) -> None:
        row: CardRow | None = self.card.current_row()
        by_hand = row is not None and row.kind not in (StockKind.ISSUED, StockKind.RETURNED)
        self.take_back.setEnabled(
            row is not None and by_hand and row.reverses is None and not row.reversed and not row.customer
        )

    # ---- acts

    def _add(self) -> None:
        from ui.gifts.stock_dialogs import new_gift

        new_gift(self.context, self)

    def _with(self, name: str) -> None:
        """Opens one of the dialogs for the gift under the cursor."""
        from ui.gifts import stock_dialogs

        row = self.table.current_row()
        if row is not None and may(self.context.shop, Right.STOCK):
            getattr(stock_dialogs, name)(self.context, self, row)

    def _count_all(self) -> None:
        from ui.gifts.stock_count import open_count

        open_count(self.context, self)

    def _show_claims(self) -> None:
        from ui.gifts.stock_claims import ClaimsBox

        ClaimsBox(self.context, self.window()).open()

    def _show_value(self) -> None:
        from ui.gifts.stock_value import ValueBox

        ValueBox(self.context, self.window()).open()

    def _save_card(self) -> None:
        from ui.gifts.checks_save import save

        row, shop = self.table.current_row(), self.context.shop
        if row is None:
            return

        def write(path: Path, progress: Progress) -> int:
            from services.gift_checks import stock_files

            return stock_files.save_card(shop, row.id, path, progress)

        save(self.context, self, _("库存流水") + f"-{row.name}", write)

    def _take_back(self) -> None:
        from ui.gifts.stock_dialogs import take_back

        row = self.card.current_row()
        if row is not None:
            take_back(self.context, self, row)


def _read(shop: Shop, _progress: Progress) -> _Found:
    if not may(shop, Right.STOCK):
        return _Found(stock.catalogue(shop), 0, False)
    return _Found(
        stock.catalogue(shop), len(stock.waiting_claims(shop)), stock.open_stocktake(shop) is not None
    )


def _read_moves(shop: Shop, gift_id: int, _progress: Progress) -> list[CardRow]:
    return stock.card(shop, gift_id)


def _columns() -> list[Column]:
    return [
        Column("name", N_("礼品"), 150, bold=True, sort=False),
        Column("gift_class", N_("礼品类别"), 110, sort=False),
        Column("cost", N_("成本"), 84, "right", sort=False, text=lambda row: formats.money(row.cost)),
        Column(
            "face_value",
            N_("面值"),
            wide(84, 92),
            "right",
            sort=False,
            text=lambda row: formats.money(row.face_value) if row.face_value else "",
        ),
        Column("stock", N_("库存"), 64, "right", sort=False, text=lambda row: f"{row.stock:,}"),
        Column(
            "reserved", N_("已安排"), wide(64, 84), "right", sort=False, text=lambda row: f"{row.reserved:,}"
        ),
        Column(
            "available",
            N_("可用"),
            64,
            "right",
            bold=True,
            sort=False,
            text=lambda row: f"{row.available:,}",
            tone=lambda row: "bad" if row.low else None,
        ),
        Column(
            "reorder_level",
            N_("补货线"),
            wide(64, 104),
            "right",
            sort=False,
            text=lambda row: str(row.reorder_level or ""),
            tone=lambda _row: "muted",
        ),
        Column("suits", N_("适合的喜好"), 120, sort=False, stretch=True, tone=lambda _row: "muted"),
        Column("supplier", N_("供应商"), 110, sort=False, tone=lambda _row: "muted"),
    ]


def kind_words(kind: StockKind) -> str:
    """`入库`, `发放` …"""
    return {
        StockKind.RECEIVED: _("入库"),
        StockKind.ISSUED: _("发放"),
        StockKind.RETURNED: _("退回"),
        StockKind.BROKEN: _("损耗"),
        StockKind.COUNTED: _("盘点"),
    }[kind]


def _kind(row: CardRow) -> str:
    words = kind_words(row.kind)
    return _("撤销{kind}").format(kind=words) if row.reverses else words


def _said(row: CardRow) -> str:
    """Reason, supplier, who confirmed it, and that it was taken back later."""
    parts = [row.reason, row.supplier]
    if row.confirmed_by:
        parts.append(_("{name}确认").format(name=row.confirmed_by))
    if row.reversed:
        parts.append(_("已撤销"))
    return " · ".join(part for part in parts if part)


def card_columns() -> list[Column]:
    """The columns of a gift's card, here and behind the figures of the checks."""
    return [
        Column("day", N_("日期"), 96, sort=False, text=lambda row: formats.short_day(row.day)),
        Column("kind", N_("事由"), wide(84, 120), sort=False, text=_kind),
        Column(
            "quantity",
            N_("件数"),
            64,
            "right",
            sort=False,
            text=lambda row: f"{row.quantity:+,}",
            tone=lambda row: "muted" if row.reversed else "bad" if row.quantity < 0 else "good",
        ),
        Column(
            "balance", N_("结存"), 64, "right", sort=False, bold=True, text=lambda row: f"{row.balance:,}"
        ),
        Column(
            "unit_cost",
            N_("单价"),
            84,
            "right",
            sort=False,
            text=lambda row: "" if row.unit_cost is None else formats.money(row.unit_cost),
        ),
        Column("customer", N_("客户名"), 100, sort=False),
        Column("user", N_("经手人"), 90, sort=False),
        Column(
            "reason",
            N_("说明"),
            120,
            sort=False,
            stretch=True,
            text=_said,
            tone=lambda _row: "muted",
            hint=_said,
        ),
    ]
