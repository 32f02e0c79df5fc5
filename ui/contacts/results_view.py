"""成效: what contacts brought, beside customers of the same grade left alone; with honest words about small numbers."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from services import contact_results, formats
from services.contact_results import BY, VERDICT_WORDS, ResultRow, Results, percent
from services.errors import Refused
from services.rules.contact_results import Verdict
from services.words import N_, _, language
from ui import dialogs, theme
from ui.context import Context
from ui.form import DayField, Form, NumberField
from ui.gifts.checks_save import save
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop

_TOTAL = (1 << 31) - 1
_TONES = {Verdict.MORE: "good", Verdict.LESS: "bad", Verdict.UNCLEAR: None}


class ResultsView(QWidget):
    """A period, and how it is grouped."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        today = context.today()
        self.form = Form(
            [
                DayField("first", _("从"), today),
                DayField("last", _("到"), today),
                NumberField("days", _("之后几天"), tip=_("联络后几天内的购买算在内")),
            ],
            columns=3,
        )
        self.form.setMaximumWidth(theme.px(560))
        self.groups = QButtonGroup(self)
        self.go = KeyButton(_("看结果"), "F8", "primary", _("按这段时间重新计算"))
        self.save = KeyButton(_("导出…"), "Ctrl+S", "", _("存成 .xlsx 或 .csv"))
        self.table = LazyTable(context, "contact_results", _("联络成效"), _columns(), multiple=False)
        self.table.set_empty(_("这段时间没有联络到客户"), _("换一段时间再看。"))
        self.words = label("", "warn", wrap=True)
        self._filled = False
        self._lay_out()
        self.form.submitted.connect(self.reload)
        self.go.clicked.connect(self.reload)
        self.groups.buttonClicked.connect(lambda _button: self.reload())
        self.save.clicked.connect(self._save)
        self.setFocusProxy(self.table)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        top.addWidget(self.form)
        for number, (code, words) in enumerate(BY.items(), 1):
            button = theme.kind(QPushButton(_(words)), "chip")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setAccessibleName(_("按{name}分组").format(name=_(words)))
            button.setToolTip(f"{button.accessibleName()}  Alt+{number}")
            button.setShortcut(f"Alt+{number}")
            button.setProperty("code", code)
            button.setChecked(code == "topic")
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

    def _fill(self) -> None:
        """At first the last month whose windows are over: there is something to judge."""
        days = self.context.shop.policy.insight.contact_effect_days
        last = (self.context.today() - timedelta(days=days)).replace(day=1) - timedelta(days=1)
        self.form.load({"first": last.replace(day=1), "last": last, "days": days})
        self._filled = True

    def _by(self) -> str:
        return str(self.groups.checkedButton().property("code"))

    def reload(self) -> None:
        """Counts anew, in the background."""
        if not self._filled:
            self._fill()
        try:
            span = self.form.values()
        except Refused:
            return
        if span["first"] is None or span["last"] is None:
            return
        dialogs.work(
            self.context,
            self.window(),
            _("正在计算联络成效…"),
            partial(_results, self.context.shop, span["first"], span["last"], self._by(), span["days"]),
            self._show,
            reads=True,
            on_error=self._no,
        )

    def _no(self, error: Exception) -> None:
        if not (isinstance(error, Refused) and self.form.show_error(error)):
            self.context.show_error(error)

    def _show(self, found: Results) -> None:
        rows = [*found.rows, found.total] if found.total.heads else []
        self.table.show_rows(rows, [row.id or _TOTAL for row in rows])
        self.save.setEnabled(bool(rows))
        lines = [
            _("联络后 {days} 天内的购买，与同等级、同样日子里没有联络的客户相比。").format(days=found.days),
            *found.words,
        ]
        self.words.setText("\n".join(lines) if rows else "")
        if rows and not self.table.current_id():
            self.table.select_first()

    def _save(self) -> None:
        shop, span, by = self.context.shop, self.form.values(), self._by()

        def write(path: Path, progress: Progress) -> int:
            return contact_results.save(shop, span["first"], span["last"], by, path, span["days"], progress)

        save(self.context, self, _("联络成效") + f"-{span['first']}", write)


def _results(shop: Shop, first: date, last: date, by: str, days: int | None, progress: Progress) -> Results:
    return contact_results.results(shop, first, last, by, days, progress)


def _money(value: int | None) -> str:
    return "–" if value is None else formats.money(value)


def _difference(row: ResultRow) -> str:
    if row.difference is None:
        return "–"
    return ("+" if row.difference > 0 else "") + formats.money(row.difference)


def _bought(row: ResultRow) -> str:
    return f"{row.buyers:,} / {row.judged:,}  {percent(row.share)}" if row.judged else "–"


def _columns() -> list[Column]:
    def right(key: str, words: str, zh: int, en: int, **more: object) -> Column:
        wide = zh if language() == "zh" else en
        return Column(key, words, wide, "right", sort=False, **more)  # type: ignore[arg-type]

    return [
        Column("name", N_("分组"), 120, sort=False, bold=True, stretch=True),
        right("contacts", N_("联络次数"), 78, 80),
        right("heads", N_("联络人数"), 78, 90),
        right("open", N_("未满期"), 64, 76, tone=lambda _row: "muted"),
        right("buyers", N_("之后购买的人"), 136, 150, text=_bought),
        right("tickets", N_("小票"), 60, 70),
        right("paid", N_("之后买了"), 108, 110, text=lambda row: formats.money(row.paid)),
        right("per_head", N_("每人购买"), 92, 116, bold=True, text=lambda row: _money(row.per_head)),
        right("none_share", N_("没联络的买了"), 100, 120, text=lambda row: percent(row.none_share)),
        right("none_per_head", N_("他们每人购买"), 104, 110, text=lambda row: _money(row.none_per_head)),
        right("none_heads", N_("没联络的人数"), 100, 120, hidden=True),
        right("difference", N_("每人相差"), 92, 110, text=_difference),
        Column(
            "verdict",
            N_("结论"),
            130 if language() == "zh" else 150,
            sort=False,
            text=lambda row: _(VERDICT_WORDS[row.verdict]),
            tone=lambda row: _TONES.get(row.verdict, "muted"),
        ),
    ]
