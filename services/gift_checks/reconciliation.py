"""对账: planned, approved, issued, signed and in stock for every gift of a month, with value and the lines behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from models import database
from models.kinds import Occasion, StockKind
from services import stock
from services.gift_checks.saving import save_table
from services.gifts.due import month_span
from services.gifts.rows import SHOWN
from services.progress import Progress, silent
from services.rights import Right, require
from services.shop import Shop
from services.words import N_, _


@dataclass(frozen=True)
class GiftMonth:
    """One gift in one month. Pieces; values in fen.

    The plan's side counts the lines of the month's plan as they stand now:
    planned = undecided + approved + cancelled, approved = waiting + given, issued = given + purchase,
    issued = signed + posted + unsigned. The stock's side counts the moves of the month's days:
    start + received + issued + returned + broken + counted = end, each with its sign.
    """

    id: int
    gift: str
    gift_class: str
    planned: int = 0
    undecided: int = 0
    approved: int = 0
    waiting: int = 0
    given: int = 0
    cancelled: int = 0
    purchase: int = 0
    issued: int = 0
    signed: int = 0
    posted: int = 0
    unsigned: int = 0
    planned_cost: int = 0
    issued_cost: int = 0
    start: int = 0
    received: int = 0
    out: int = 0
    returned: int = 0
    broken: int = 0
    counted: int = 0
    end: int = 0
    value: int = 0
    """fen, of `end`, at the moving weighted average"""
    off: int = 0
    """Lines whose issue and whose move of stock do not fit each other; 0 through the program"""


@dataclass(frozen=True)
class Reconciliation:
    """All gifts of a month, and their sums."""

    month: str
    rows: tuple[GiftMonth, ...]
    total: GiftMonth


_STATES = {
    "undecided": "l.status IN ('draft', 'submitted', 'returned')",
    "waiting": "l.status = 'approved'",
    "given": "l.status IN ('issued', 'checked')",
    "cancelled": "l.status = 'cancelled'",
}
_PURCHASE = f"l.occasion = '{Occasion.PURCHASE.value}'"
_GIVEN = "l.status IN ('issued', 'checked')"
_POSTED = "l.signed IN ('posted', 'delivery') AND l.customer_signed = ''"
_UNSIGNED = "l.signed = '' AND l.customer_signed = ''"
_PROOFS = {
    "signed": f"{_GIVEN} AND NOT ({_POSTED}) AND NOT ({_UNSIGNED})",
    "posted": f"{_GIVEN} AND {_POSTED}",
    "unsigned": f"{_GIVEN} AND {_UNSIGNED}",
}
WHICH = {
    "planned": f"NOT {_PURCHASE}",
    "undecided": f"NOT {_PURCHASE} AND {_STATES['undecided']}",
    "approved": f"NOT {_PURCHASE} AND l.status IN ('approved', 'issued', 'checked')",
    "waiting": f"NOT {_PURCHASE} AND {_STATES['waiting']}",
    "given": f"NOT {_PURCHASE} AND {_STATES['given']}",
    "cancelled": f"NOT {_PURCHASE} AND {_STATES['cancelled']}",
    "purchase": f"{_PURCHASE} AND {_GIVEN}",
    "issued": _GIVEN,
    **_PROOFS,
}
"""The lines behind each figure of the plan's side, as a condition; each figure is counted by the very same."""

_MOVED = "(SELECT COALESCE(SUM(m.quantity), 0) FROM stock_move m WHERE m.line_id = l.id)"
_OFF = (
    f"l.gift_id IS NOT NULL AND ((l.issued_on >= ? AND l.issued_on <= ? AND {_GIVEN} AND {_MOVED} <> -1)"
    f" OR (l.status NOT IN ('issued', 'checked') AND {_MOVED} <> 0"
    " AND EXISTS (SELECT 1 FROM stock_move m WHERE m.line_id = l.id AND m.day >= ? AND m.day <= ?)))"
)


def reconcile(shop: Shop, month: str, progress: Progress = silent) -> Reconciliation:
    """Every gift that was planned, moved or in stock in the month. A month under way is shown up to today."""
    require(shop, Right.CHECK_LINES)
    first, last = month_span(month)
    values: dict[int, dict[str, int]] = defaultdict(dict)
    for gift_id, figures in _planned(month).items():
        values[gift_id].update(figures)
    progress(1, 4)
    for gift_id, figures in _moved(first, last).items():
        values[gift_id].update(figures)
    progress(2, 4)
    for row in stock.valuation(shop, min(last, shop.today())):
        values[row.id]["value"] = row.value
    progress(3, 4)
    span = (database.day_value(first), database.day_value(last))
    for gift_id, number in database.rows(
        f"SELECT l.gift_id, COUNT(*) FROM plan_line l WHERE {_OFF} GROUP BY l.gift_id", (*span, *span)
    ):
        values[gift_id]["off"] = int(number)
    rows = []
    for gift_id, name, kind in database.rows(
        "SELECT g.id, g.name, k.name FROM gift g JOIN gift_class k ON k.id = g.gift_class_id ORDER BY k.name, g.name"
    ):
        if any(values.get(gift_id, {}).values()):
            rows.append(GiftMonth(gift_id, name, kind, **values[gift_id]))
    progress(4, 4)
    return Reconciliation(month, tuple(rows), _total(rows))


def _planned(month: str) -> dict[int, dict[str, int]]:
    sums = ", ".join(f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)" for condition in WHICH.values())
    sql = (
        f"SELECT l.gift_id, {sums}, SUM(CASE WHEN {WHICH['planned']} THEN l.cost ELSE 0 END),"
        f" SUM(CASE WHEN {_GIVEN} THEN l.cost ELSE 0 END)"
        " FROM plan_line l JOIN gift_plan p ON p.id = l.plan_id"
        f" WHERE p.month = ? AND l.gift_id IS NOT NULL AND {SHOWN} GROUP BY l.gift_id"
    )
    names = (*WHICH, "planned_cost", "issued_cost")
    return {
        row[0]: {n: int(v) for n, v in zip(names, row[1:], strict=True)}
        for row in database.rows(sql, (month,))
    }


_BY_KIND = {
    StockKind.RECEIVED: "received",
    StockKind.ISSUED: "out",
    StockKind.RETURNED: "returned",
    StockKind.BROKEN: "broken",
    StockKind.COUNTED: "counted",
}


def _moved(first: Any, last: Any) -> dict[int, dict[str, int]]:
    begin, end = database.day_value(first), database.day_value(last)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    sql = (
        "SELECT gift_id, CASE WHEN day < ? THEN 'start' ELSE kind END, SUM(quantity) FROM stock_move WHERE day <= ?"
        " GROUP BY 1, 2"
    )
    for gift_id, kind, quantity in database.rows(sql, (begin, end)):
        found[gift_id]["start" if kind == "start" else _BY_KIND[StockKind(kind)]] = int(quantity)
    for figures in found.values():
        figures["end"] = sum(figures.values())
    return found


def _total(rows: Sequence[GiftMonth]) -> GiftMonth:
    total = GiftMonth(0, "", "")
    numbers = [field.name for field in fields(GiftMonth) if field.name not in ("id", "gift", "gift_class")]
    return replace(total, **{name: sum(getattr(row, name) for row in rows) for name in numbers})


def lines_behind(shop: Shop, month: str, which: str, gift_id: int | None = None) -> list[int]:
    """The ids of the gift lines behind one figure; of all gifts, where none is given. `which`: a key of WHICH, or `off`."""
    require(shop, Right.CHECK_LINES)
    gift = " AND l.gift_id = ?" if gift_id else ""
    more = (gift_id,) if gift_id else ()
    if which == "off":
        first, last = month_span(month)
        span = (database.day_value(first), database.day_value(last))
        sql = f"SELECT l.id FROM plan_line l WHERE {_OFF}{gift} ORDER BY l.id"
        return [row[0] for row in database.rows(sql, (*span, *span, *more))]
    sql = (
        "SELECT l.id FROM plan_line l JOIN gift_plan p ON p.id = l.plan_id"
        f" WHERE p.month = ? AND l.gift_id IS NOT NULL AND {SHOWN} AND {WHICH[which]}{gift} ORDER BY l.due, l.id"
    )
    return [row[0] for row in database.rows(sql, (month, *more))]


COLUMNS: tuple[tuple[str, str], ...] = (
    ("planned", N_("计划")),
    ("undecided", N_("待批")),
    ("approved", N_("批准")),
    ("waiting", N_("待发")),
    ("given", N_("按计划发")),
    ("cancelled", N_("取消")),
    ("purchase", N_("随购")),
    ("issued", N_("发放")),
    ("signed", N_("签收")),
    ("posted", N_("寄出")),
    ("unsigned", N_("未签")),
    ("start", N_("月初")),
    ("received", N_("入库")),
    ("out", N_("发出")),
    ("returned", N_("退回")),
    ("broken", N_("损耗")),
    ("counted", N_("盘差")),
    ("end", N_("月末")),
    ("off", N_("不符")),
)
"""The figures in the order of the table, with their headings."""


def save(shop: Shop, month: str, target: Path | str, progress: Progress = silent) -> int:
    """The reconciliation as a table, its sums last. Returns the number of rows."""
    from services.sheets.tables import Fen

    found = reconcile(shop, month, progress)
    titles = [
        *(_("礼品类别"), _("礼品"), *(_(words) for _key, words in COLUMNS)),
        *(_("计划成本"), _("发放成本"), _("月末库存值")),
    ]
    rows = [
        [
            row.gift_class,
            row.gift or _("合计"),
            *(getattr(row, key) for key, _words in COLUMNS),
            *(Fen(row.planned_cost), Fen(row.issued_cost), Fen(row.value)),
        ]
        for row in (*found.rows, found.total)
    ]
    return save_table(
        shop,
        target,
        "export.reconciliation",
        _("对账"),
        titles,
        rows,
        right=Right.CHECK_LINES,
        progress=progress,
        month=month,
    )
