"""信号: what to look at, one sentence each, the worst first; Enter shows the records behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from services.gift_checks import signals
from services.gift_checks.signals import Signal
from services.words import N_, _
from ui.context import Context
from ui.gifts.checks_month import MonthTable
from ui.gifts.checks_save import save
from ui.gifts.columns import wide
from ui.lazy_table import Column, LazyTable
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop


class SignalsView(MonthTable):
    """A signal is no proof: it says where to look."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        table = LazyTable(context, "gift_signals", _("信号"), _columns(), multiple=False)
        table.set_empty(_("这个月没有信号"), _("发放、电话、盘点和损耗都看过了，没有不寻常的。"))
        tip = _("这条信号背后的礼品、客户或流水  Enter")
        words = _("信号不是结论，只说该看哪里。限额和天数在客情标准的“礼品检查”里。")
        super().__init__(context, table, KeyButton(_("看记录"), "F8", "primary", tip), words, parent)

    def _reading(self) -> Callable[[Shop, str, Progress], list[Signal]]:
        return _read

    def _show(self, found: list[Signal]) -> None:
        tones = signals.counts(found)
        words = _("{n} 条信号").format(n=len(found))
        if tones["bad"]:
            words += " · " + _("{n} 条要查清").format(n=tones["bad"])
        self.figures.setText(words if found else "")
        self._fill(found)

    def _behind(self, *_any: object) -> None:
        row: Signal | None = self.table.current_row()
        if row is None:
            return
        if row.kind == "claims":
            from ui.gifts.stock_claims import ClaimsBox

            ClaimsBox(self.context, self.window()).open()
        elif row.lines:
            from ui.gifts.checks_behind import LinesBox

            LinesBox(self.context, self.window(), row.title, row.lines).open()
        elif row.gift_id is not None:
            from ui.gifts.checks_behind import MovesBox

            MovesBox(self.context, self.window(), row.gift_id, row.title, only=row.moves).open()

    def _save(self) -> None:
        shop, month = self.context.shop, self.month

        def write(path: Path, progress: Progress) -> int:
            return signals.save(shop, month, path, progress)

        save(self.context, self, _("信号") + f"-{month}", write)


def _read(shop: Shop, month: str, progress: Progress) -> list[Signal]:
    return signals.signals(shop, month, progress)


_BADGES = {"bad": "bad", "warn": "warn", "info": "quiet"}


def _columns() -> list[Column]:
    return [
        Column("title", N_("信号"), wide(150, 190), sort=False, badge=lambda row: _BADGES[row.tone]),
        Column("text", N_("怎么回事"), 400, sort=False, stretch=True, hint=lambda row: row.text),
        Column(
            "number",
            N_("条数"),
            wide(64, 72),
            "right",
            sort=False,
            text=lambda row: str(len(row.lines) + len(row.moves) or ""),
            tone=lambda _row: "muted",
        ),
    ]
