"""投入产出: what gifts cost beside what these customers bought after, and those who got none; with honest words."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from services import formats
from services.errors import Refused
from services.gift_checks import effect as effects
from services.gift_checks.effect import BY, Effect, EffectRow
from services.gifts.due import month_span
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.form import DayField, Form, NumberField
from ui.gifts.checks_save import save
from ui.gifts.columns import wide
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop

_TOTAL = (1 << 31) - 1


class EffectView(QWidget):
    """A period, and how it is grouped."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.month = ""
        today = context.today()
        self.form = Form(
            [
                DayField("first", _("从"), today),
                DayField("last", _("到"), today),
                NumberField("days", _("之后几天"), tip=_("收礼后几天内的购买算在内")),
            ],
            columns=3,
        )
        self.form.setMaximumWidth(theme.px(560))
        self.groups = QButtonGroup(self)
        self.go = KeyButton(_("看结果"), "F8", "primary", _("按这段时间重新计算"))
        self.save = KeyButton(_("导出…"), "Ctrl+S", "", _("存成 .xlsx 或 .csv"))
        self.table = LazyTable(context, "gift_effect", _("投入产出"), _columns(), multiple=False)
        self.table.set_empty(_("这段时间没有发放过礼品"), _("换一段时间，或等礼品发放以后再看。"))
        self.words = label("", "warn", wrap=True)
        self._lay_out()
        self.form.submitted.connect(self._read)
        self.go.clicked.connect(self._read)
        self.groups.buttonClicked.connect(lambda _button: self._read())
        self.save.clicked.connect(self._save)
        self.setFocusProxy(self.table)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        top.addWidget(self.form)
        for code, words in BY.items():
            button = theme.kind(QPushButton(_(words)), "chip")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setAccessibleName(_("按{name}分组").format(name=_(words)))
            button.setToolTip(button.accessibleName())
            button.setProperty("code", code)
            button.setChecked(code == "grade")
            self.groups.addButton(button)
            top.addWidget(button)
        top.addStretch()
        top.addWidget(self.save)
        top.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(self.words)

    def show_month(self, month: str) -> None:
        """The period becomes the month, unless it is the same month still."""
        if month != self.month:
            self.month = month
            first, last = month_span(month)
            days = self.context.shop.policy.gift_checks.effect_days
            self.form.load({"first": first, "last": last, "days": days})
        self._read()

    def _by(self) -> str:
        return str(self.groups.checkedButton().property("code"))

    def _read(self) -> None:
        try:
            span = self.form.values()
        except Refused:
            return
        first, last = span["first"], span["last"]
        if first is None or last is None:
            return
        dialogs.work(
            self.context,
            self.window(),
            _("正在计算投入产出…"),
            partial(_effect, self.context.shop, first, last, self._by(), span["days"]),
            self._show,
            reads=True,
            on_error=self._no,
        )

    def _no(self, error: Exception) -> None:
        if not (isinstance(error, Refused) and self.form.show_error(error)):
            self.context.show_error(error)

    def _show(self, found: Effect) -> None:
        rows = [*found.rows, found.total] if found.total.heads else []
        self.table.show_rows(rows, [row.id or _TOTAL for row in rows])
        self.save.setEnabled(bool(rows))
        lines = [
            _("收礼后 {days} 天内的购买，与同等级没有收礼的人相比。").format(days=found.days),
            *found.words,
        ]
        self.words.setText("\n".join(lines) if rows else "")
        if rows and not self.table.current_id():
            self.table.select_first()

    def _save(self) -> None:
        shop, span, by = self.context.shop, self.form.values(), self._by()

        def write(path: Path, progress: Progress) -> int:
            return effects.save(shop, span["first"], span["last"], by, path, span["days"], progress)

        save(self.context, self, _("投入产出") + f"-{span['first']}", write)


def _effect(shop: Shop, first: date, last: date, by: str, days: int | None, progress: Progress) -> Effect:
    return effects.effect(shop, first, last, by, days, progress)


def _money(value: int | None) -> str:
    return "–" if value is None else formats.money(value)


def _difference(row: EffectRow) -> str:
    if row.difference is None:
        return "–"
    sign = "+" if row.difference > 0 else ""
    return sign + formats.money(row.difference)


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
        right("cost_per_head", N_("每人成本"), 84, 96, text=lambda row: _money(row.cost_per_head)),
        right("buyers", N_("之后购买的人"), 104, 120, text=lambda row: share(row.buyers, row.judged)),
        right(
            "paid", N_("之后买了"), 104, 110, text=lambda row: formats.money(row.paid) if row.judged else "–"
        ),
        right("per_head", N_("每人购买"), 92, 116, bold=True, text=lambda row: _money(row.per_head)),
        right(
            "none_buyers", N_("没收礼的人"), 104, 120, text=lambda row: share(row.none_buyers, row.none_heads)
        ),
        right("none_per_head", N_("他们每人购买"), 104, 110, text=lambda row: _money(row.none_per_head)),
        right("difference", N_("相差"), 92, 96, text=_difference, tone=_tone),
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
