"""投入产出: what gifts cost beside what these customers bought after, and those who got none; with honest words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton, QWidget

from services import formats
from services.gift_checks import effect as effects
from services.gift_checks.effect import BY, Effect, EffectRow
from services.gifts.due import month_span
from services.words import N_, _
from ui.context import Context
from ui.gifts.checks_compare import Comparison, difference, money
from ui.gifts.columns import wide
from ui.lazy_table import Column, LazyTable

if TYPE_CHECKING:
    from services.progress import Progress


_PAGES = 4
"""Pages of the checks, with keys of their own."""


class EffectView(Comparison):
    """A period, and how it is grouped."""

    title = N_("投入产出")
    working = N_("正在计算投入产出…")

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        self.month = ""
        table = LazyTable(context, "gift_effect", _("投入产出"), _columns(), multiple=False)
        table.set_empty(_("这段时间没有发放过礼品"), _("换一段时间，或等礼品发放以后再看。"))
        super().__init__(context, table, BY, "grade", _("收礼后几天内的购买算在内"), parent)

    def show_month(self, month: str) -> None:
        """The period becomes the month, unless it is the same month still."""
        if month != self.month:
            self.month = month
            first, last = month_span(month)
            days = self.context.shop.policy.gift_checks.effect_days
            self.form.load({"first": first, "last": last, "days": days})
        self.count()

    def _key(self, button: QPushButton, number: int) -> None:
        """Alt+1 … are the pages of the tab, Ctrl+1 … 4 those of the checks: the groups follow."""
        key = f"Ctrl+{number + _PAGES}"
        button.setToolTip(f"{button.accessibleName()}  {key}")
        button.setShortcut(key)

    def _counting(self) -> Callable[..., Effect]:
        return effects.effect

    def _about(self, found: Effect) -> str:
        return _("收礼后 {days} 天内的购买，与同等级没有收礼的人相比。").format(days=found.days)

    def _write(
        self, first: date, last: date, by: str, path: Path, days: int | None, progress: Progress
    ) -> int:
        return effects.save(self.context.shop, first, last, by, path, days, progress)


def _tone(row: EffectRow) -> str | None:
    if row.difference is None or row.weak:
        return "muted"
    return "good" if row.difference > 0 else "bad" if row.difference < 0 else None


def _columns() -> list[Column]:
    def right(key: str, words: str, zh: int, en: int, **more: object) -> Column:
        return Column(key, words, wide(zh, en), "right", sort=False, **more)  # type: ignore[arg-type]

    def share(part: int, whole: int) -> str:
        return f"{part:,} / {whole:,}" if whole else "–"

    return [
        Column("name", N_("分组"), 110, sort=False, bold=True, stretch=True),
        right("heads", N_("人数"), 60, 64),
        right("gifts", N_("件数"), 60, 60),
        right("cost", N_("礼品成本"), 96, 96, text=lambda row: formats.money(row.cost)),
        right("cost_per_head", N_("每人成本"), 84, 96, text=lambda row: money(row.cost_per_head)),
        right("buyers", N_("之后购买的人"), 104, 120, text=lambda row: share(row.buyers, row.judged)),
        right(
            "paid", N_("之后买了"), 104, 110, text=lambda row: formats.money(row.paid) if row.judged else "–"
        ),
        right("per_head", N_("每人购买"), 92, 116, bold=True, text=lambda row: money(row.per_head)),
        right(
            "none_buyers", N_("没收礼的人"), 104, 120, text=lambda row: share(row.none_buyers, row.none_heads)
        ),
        right("none_per_head", N_("他们每人购买"), 104, 110, text=lambda row: money(row.none_per_head)),
        right("difference", N_("相差"), 92, 96, text=lambda row: difference(row.difference), tone=_tone),
        right("open", N_("未满期"), 64, 76, tone=lambda _row: "muted", hidden=True),
        right(
            "weak",
            N_("只作参考"),
            80,
            100,
            text=lambda row: _("人少") if row.weak else "",
            tone=lambda _r: "warn",
        ),
    ]
