"""成效: what contacts brought, beside customers of the same grade not contacted so; with honest words about small numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from services import contact_results, formats
from services.contact_results import BY, VERDICT_WORDS, ResultRow, Results, percent
from services.rules.contact_results import Verdict
from services.words import N_, _, language
from ui.context import Context
from ui.gifts.checks_compare import Comparison, difference, money
from ui.lazy_table import Column, LazyTable

if TYPE_CHECKING:
    from services.progress import Progress

_TONES = {Verdict.MORE: "good", Verdict.LESS: "bad", Verdict.UNCLEAR: None}


class ResultsView(Comparison):
    """A period, and how it is grouped."""

    title = N_("联络成效")
    working = N_("正在计算联络成效…")

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        table = LazyTable(context, "contact_results", _("联络成效"), _columns(), multiple=False)
        table.set_empty(_("这段时间没有联络到客户"), _("换一段时间再看。"))
        super().__init__(context, table, BY, "way", _("联络后几天内的购买算在内"), parent)
        self._filled = False

    def _fill(self) -> None:
        """At first the last month whose windows are over: there is something to judge."""
        days = self.context.shop.policy.insight.contact_effect_days
        last = (self.context.today() - timedelta(days=days)).replace(day=1) - timedelta(days=1)
        self.form.load({"first": last.replace(day=1), "last": last, "days": days})
        self._filled = True

    def reload(self) -> None:
        """Counts anew; at first for the last month that can be judged."""
        if not self._filled:
            self._fill()
        self.count()

    def _counting(self) -> Callable[..., Results]:
        return contact_results.results

    def _about(self, found: Results) -> str:
        return found.against

    def _write(
        self, first: date, last: date, by: str, path: Path, days: int | None, progress: Progress
    ) -> int:
        return contact_results.save(self.context.shop, first, last, by, path, days, progress)


def _bought(row: ResultRow) -> str:
    return f"{row.buyers:,} / {row.judged:,}  {percent(row.share)}" if row.judged else "–"


def _columns() -> list[Column]:
    def right(key: str, words: str, zh: int, en: int, **more: object) -> Column:
        wide = zh if language() == "zh" else en
        return Column(key, words, wide, "right", sort=False, **more)  # type: ignore[arg-type]

    return [
        Column("name", N_("分组"), 150, sort=False, bold=True, stretch=True),
        right("contacts", N_("联络次数"), 78, 80),
        right("heads", N_("联络人数"), 78, 90),
        right("open", N_("未满期"), 64, 76, tone=lambda _row: "muted"),
        right("buyers", N_("之后购买的人"), 136, 150, text=_bought),
        right("tickets", N_("小票"), 60, 70),
        right("paid", N_("之后买了"), 108, 110, text=lambda row: formats.money(row.paid)),
        right("per_head", N_("每人购买"), 92, 116, bold=True, text=lambda row: money(row.per_head)),
        right("none_share", N_("对比：买的"), 100, 120, text=lambda row: percent(row.none_share)),
        right("none_per_head", N_("对比：每人"), 104, 110, text=lambda row: money(row.none_per_head)),
        right("none_heads", N_("对比：人数"), 100, 120, hidden=True),
        right("difference", N_("每人相差"), 92, 110, text=lambda row: difference(row.difference)),
        Column(
            "verdict",
            N_("结论"),
            130 if language() == "zh" else 150,
            sort=False,
            text=lambda row: _(VERDICT_WORDS[row.verdict]),
            tone=lambda row: _TONES.get(row.verdict, "muted"),
        ),
    ]
