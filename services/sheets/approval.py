"""The approval sheet 礼品赠送情况计划与执行一览表: what stands on it, whatever the file (seeds/002 五)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from services.errors import Refused
from services.formats import yuan
from services.words import N_, _

_FILE = Path(__file__).resolve().parents[2] / "resources" / "sheets" / "approval.toml"

TITLE = N_("礼品赠送情况计划与执行一览表")
EXTRAS = ("gift", "cost", "due", "handover", "status", "executed_on")
FILLED_IN = ("executor", "manager_signed", "customer_signed", "executed_on")
"""The columns that people fill in; all others are the plan's."""
_HEADS = (
    N_("客户编号"), N_("客户名"), N_("赠送事宜"), N_("礼品类别"), N_("执行人"), N_("店长签名"), N_("客户签名"),
    N_("礼品"), N_("成本（元）"), N_("日期"), N_("交付方式"), N_("状态"), N_("执行日期"),
)  # fmt: skip


@dataclass(frozen=True)
class SheetLine:
    """One plan line in words, as it is printed."""

    line_id: int
    card_no: str
    name: str
    occasion: str
    gift_class: str
    executor: str = ""
    manager_signed: str = ""
    customer_signed: str = ""
    gift: str = ""
    cost: int = 0
    """fen"""
    due: date | None = None
    handover: str = ""
    status: str = ""
    executed_on: date | None = None


@dataclass(frozen=True)
class ApprovalSheet:
    """The whole sheet. `edition` counts the sheets printed of one plan, so that an old one is known when it returns."""

    plan_id: int
    plan_number: str
    month: str
    """in words"""
    shop_name: str
    lines: tuple[SheetLine, ...]
    printed_on: date
    edition: int = 1
    extras: tuple[str, ...] = ()
    chain_head: str = ""
    """Head of the audit chain, printed small: the anchor of the trail."""

    def __post_init__(self) -> None:
        if not self.lines:
            raise Refused("这份礼品计划里还没有明细，没有可打印的内容。请先生成计划。")
        for extra in self.extras:
            if extra not in EXTRAS:
                raise Refused("一览表没有“{extra}”这一栏；可加的有 {known}。", field="extras", extra=extra,
                              known="、".join(EXTRAS))  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column: its code, heading in the language spoken now, and width in mm."""

    code: str
    head: str
    width: float


@dataclass(frozen=True)
class ClassTotal:
    """The sum of one gift class."""

    gift_class: str
    pieces: int
    cost: int
    """fen"""


@lru_cache(maxsize=1)
def _layout() -> dict:
    return tomllib.loads(_FILE.read_text("utf-8"))


def row_height() -> float:
    """mm: high enough to sign in."""
    return float(_layout()["row_mm"])


def columns(extras: Iterable[str] = ()) -> tuple[Column, ...]:
    """The rule book's seven columns, and the extra ones that are switched on, to their right; they fill the page."""
    layout = _layout()
    chosen = set(extras)
    shown = {**layout["columns"], **{code: one for code, one in layout["extras"].items() if code in chosen}}
    fixed = sum(one["width"] for one in shown.values() if one.get("fixed"))
    share = (layout["table_mm"] - fixed) / sum(one["width"] for one in shown.values() if not one.get("fixed"))
    return tuple(
        Column(code, _(one["head"]), one["width"] * (1 if one.get("fixed") else share))
        for code, one in shown.items()
    )


def known_heads() -> dict[str, str]:
    """Every heading a sheet may carry, in either language → the column's code. For reading back."""
    import gettext

    layout = _layout()
    english = gettext.translation("shuke", Path(__file__).resolve().parents[2] / "resources" / "locale", ["en"],
                                  fallback=True)  # fmt: skip
    heads = {}
    for part in ("columns", "extras"):
        for code, one in layout[part].items():
            heads[one["head"]] = code
            heads[english.gettext(one["head"])] = code
    return heads


def cell(line: SheetLine, code: str) -> str:
    """What stands in a cell, as text."""
    value = getattr(line, code)
    if code == "cost":
        return yuan(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value or "")


def totals(lines: Iterable[SheetLine]) -> tuple[ClassTotal, ...]:
    """Pieces and cost by class, in the order of first appearance."""
    sums: dict[str, list[int]] = {}
    for line in lines:
        one = sums.setdefault(line.gift_class, [0, 0])
        one[0] += 1
        one[1] += line.cost
    return tuple(ClassTotal(name, pieces, cost) for name, (pieces, cost) in sums.items())


def facts(sheet: ApprovalSheet) -> tuple[str, ...]:
    """The lines of small print under the title."""
    return (
        _("店铺：{shop}").format(shop=sheet.shop_name),
        _("计划编号：{number}").format(number=sheet.plan_number),
        _("计划月份：{month}").format(month=sheet.month),
        _("制表日期：{day}").format(day=sheet.printed_on.isoformat()),
    )


def total_line(one: ClassTotal) -> str:
    from services.formats import money

    name = one.gift_class or _("（未定礼品）")
    return _("{name}：{n} 件，成本 {cost}").format(name=name, n=one.pieces, cost=money(one.cost))


def foot(sheet: ApprovalSheet) -> tuple[str, ...]:
    """The totals under the table: of all, then by class."""
    return (grand_total(sheet.lines), *(total_line(one) for one in totals(sheet.lines)))


def grand_total(lines: Iterable[SheetLine]) -> str:
    from services.formats import money

    all_lines = list(lines)
    return _("合计：{n} 件，成本 {cost}").format(
        n=len(all_lines), cost=money(sum(line.cost for line in all_lines))
    )
