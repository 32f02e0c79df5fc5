"""The stock on paper and as tables: count sheet, a gift's card, valuation, purchase list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.kinds import StockKind
from services import stock
from services.formats import day as day_words
from services.gift_checks.saving import save_table
from services.progress import Progress, silent
from services.rights import Right, require
from services.shop import Shop
from services.words import N_, _

if TYPE_CHECKING:
    from services.printing.paper import Paper

KINDS = {
    StockKind.RECEIVED: N_("入库"),
    StockKind.ISSUED: N_("发放"),
    StockKind.RETURNED: N_("退回"),
    StockKind.BROKEN: N_("损耗"),
    StockKind.COUNTED: N_("盘点"),
}


def kind_words(kind: StockKind) -> str:
    """`入库`, `发放` …"""
    return _(KINDS[kind])


def count_sheet(
    shop: Shop, stocktake_id: int, target: Path | str, *, with_book: bool = False, progress: Progress = silent
) -> int:
    """The list that is carried to the shelf, as .pdf, .xlsx or .csv. Returns its pages (PDF) or rows.

    `with_book` prints what should be there; without it people really count.
    """
    require(shop, Right.STOCK)
    if Path(target).suffix.lower() == ".pdf":
        paper = draw_count_sheet(shop, stocktake_id, with_book=with_book)
        paper.save(target)
        return paper.pages
    view = stock.stocktake(shop, stocktake_id)
    titles = [_("礼品类别"), _("礼品"), *([_("账面")] if with_book else []), _("实数"), _("备注")]
    rows = (
        [line.gift_class, line.gift, *([line.book] if with_book else []), line.counted, ""]
        for line in view.lines
    )
    return save_table(
        shop, target, "export.count_sheet", _("盘点表"), titles, rows, progress=progress, stocktake=view.id
    )


def draw_count_sheet(shop: Shop, stocktake_id: int, *, with_book: bool = False) -> Paper:
    """The count sheet drawn on A4, to be looked at, printed or saved."""
    from services.gift_checks.paper import PaperColumn, PaperTable, draw

    view = stock.stocktake(shop, stocktake_id)
    columns = [
        PaperColumn(_("序号"), 11, "right"),
        PaperColumn(_("礼品类别"), 34),
        PaperColumn(_("礼品"), 62),
        *([PaperColumn(_("账面"), 18, "right")] if with_book else []),
        PaperColumn(_("实数"), 24, "right"),
        PaperColumn(_("备注"), 40),
    ]
    rows = [
        [str(number), line.gift_class, line.gift, *([str(line.book)] if with_book else []), "", ""]
        for number, line in enumerate(view.lines, 1)
    ]
    facts = (
        shop.info.name,
        _("盘点号 {id}").format(id=view.id),
        day_words(view.day, year=True),
        _("{n} 种礼品").format(n=len(view.lines)),
    )
    signatures = (_("盘点人："), _("复核人："), _("店主："))
    table = PaperTable(
        _("礼品盘点表"),
        facts,
        tuple(columns),
        rows,
        signatures,
        row_height=8.5,
        shop_name=shop.info.name,
        day=shop.today(),
        small=_("数完再看账面：填实际数到的件数"),
    )
    return draw(table)


def save_card(shop: Shop, gift_id: int, target: Path | str, progress: Progress = silent) -> int:
    """A gift's card with all its moves, the oldest first. Returns the number of rows."""
    from services.sheets.tables import Fen

    titles = [
        *(_("日期"), _("事由"), _("件数"), _("结存"), _("单价"), _("供应商"), _("客户名"), _("经手人")),
        *(_("说明"), _("确认人")),
    ]

    def rows() -> Iterator[Sequence[Any]]:
        for row in reversed(stock.card(shop, gift_id)):
            cost = None if row.unit_cost is None else Fen(row.unit_cost)
            yield (
                *(row.day, kind_words(row.kind), row.quantity, row.balance, cost, row.supplier),
                *(row.customer, row.user, row.reason, row.confirmed_by),
            )

    name = stock.item(shop, gift_id).name
    return save_table(
        shop, target, "export.stock_card", _("库存流水"), titles, rows(), progress=progress, gift=name
    )


def save_valuation(shop: Shop, day: date, target: Path | str, progress: Progress = silent) -> int:
    """The stock's worth at the end of a day. Returns the number of rows."""
    from services.sheets.tables import Fen

    titles = [_("礼品类别"), _("礼品"), _("库存"), _("平均成本"), _("库存值")]
    found = stock.valuation(shop, day, progress)
    rows = [[row.gift_class, row.name, row.quantity, Fen(row.unit), Fen(row.value)] for row in found]
    rows.append(
        [_("合计"), "", sum(row.quantity for row in found), None, Fen(sum(row.value for row in found))]
    )
    return save_table(
        shop, target, "export.stock_value", _("库存值"), titles, rows, progress=progress, day=day.isoformat()
    )


def save_reorder(shop: Shop, target: Path | str, progress: Progress = silent) -> int:
    """What falls below its reorder level. Returns the number of rows."""
    from services.sheets.tables import Fen

    titles = [
        *(_("供应商"), _("礼品类别"), _("礼品"), _("可用"), _("补货线")),
        *(_("该买"), _("单价"), _("预算")),
    ]
    rows = [
        (
            *(row.supplier, row.gift_class, row.gift, row.available, row.level),
            *(row.quantity, Fen(row.unit_cost), Fen(row.budget)),
        )
        for row in sorted(stock.reorder_list(shop), key=lambda row: (row.supplier, row.gift))
    ]
    return save_table(shop, target, "export.reorder", _("采购清单"), titles, rows, progress=progress)


def save_purchase_list(shop: Shop, month: str, target: Path | str, progress: Progress = silent) -> int:
    """What the month's plan lacks and what falls below its reorder level, by supplier. Returns the number of rows."""
    from services import gifts
    from services.sheets.tables import Fen

    suppliers = {item.id: item.supplier for item in stock.catalogue(shop)}
    found = [*gifts.shortage(shop, month), *(low.as_shortage() for low in stock.reorder_list(shop))]
    titles = [
        *(_("供应商"), _("建议采购"), _("礼品类别"), _("数量"), _("单价"), _("预算"), _("赠送事宜")),
        *(_("等级"), _("标准")),
    ]
    rows = sorted(
        (
            *(suppliers.get(row.gift_id or 0, ""), row.gift, row.gift_class, row.quantity),
            *(Fen(row.unit_cost), Fen(row.budget)),
            *(gifts.occasion_words(row.occasion) if row.occasion else _("补货"), row.grade, row.need),
        )
        for row in found
    )
    return save_table(
        shop, target, "export.reorder", _("采购清单"), titles, rows, progress=progress, month=month
    )
