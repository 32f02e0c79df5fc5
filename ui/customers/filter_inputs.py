"""What is filled in for a condition: choices, ranges, days, words; shown as the field and the way need them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from services import formats
from services.errors import Refused
from services.rules.filters import Condition, Field, Kind
from services.rules.spans import Span, Unit
from services.words import N_, _
from ui import theme
from ui.form import day, fen
from ui.widgets.line import Line, half_width

UNITS = (
    (Unit.DAYS, N_("天")),
    (Unit.WEEKS, N_("周")),
    (Unit.MONTHS, N_("个月")),
    (Unit.YEARS, N_("年")),
)
_PARTS: dict[Kind, tuple[str, ...]] = {
    Kind.CHOICE: ("choice",),
    Kind.FLAG: (),
    Kind.NUMBER: ("range",),
    Kind.MONEY: ("range",),
    Kind.SPENT: ("span", "range"),
    Kind.WORDS: ("words",),
    Kind.EXACT: ("words",),
    Kind.SOON: ("choice", "ahead"),
}
_WAY_PARTS = {
    "within": ("span",),
    "ago": ("span",),
    "between": ("range",),
    "never": (),
    "ahead": ("ahead",),
    "month": ("choice",),
    "lunar_month": ("choice",),
}
CODE = Qt.ItemDataRole.UserRole


class Inputs(QWidget):
    """One of each input; `ask` shows those that a field needs."""

    edited = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.field: Field | None = None
        self.way = ""
        self.today: date | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        self.choice = QListWidget()
        self.choice.setAccessibleName(_("选项"))
        self.choice.setToolTip(_("空格键勾选，可以选几项"))
        self.choice.setMaximumHeight(theme.px(112))
        self.choice.itemChanged.connect(lambda _item: self.edited.emit())
        self.words = self._line(_("文字"), _("几个词用顿号或空格分开，符合一个就算"))
        self.amount = self._line(_("多长时间"), _("一个整数"), code=True)
        self.unit = QComboBox()
        self.unit.setAccessibleName(_("时间单位"))
        for unit, words in UNITS:
            self.unit.addItem(_(words), unit)
        self.unit.currentIndexChanged.connect(lambda _at: self.edited.emit())
        self.low = self._line(_("从"), _("从这里起，可以空着"), code=True)
        self.high = self._line(_("到"), _("到这里为止，可以空着"), code=True)
        self.ahead = self._line(_("天数"), _("从今天起多少天以内"), code=True)
        self.parts = {
            "choice": self.choice,
            "words": self.words,
            "span": _row(QLabel(_("最近")), self.amount, self.unit),
            "range": _row(QLabel(_("从")), self.low, QLabel(_("到")), self.high),
            "ahead": _row(self.ahead, QLabel(_("天内"))),
        }
        for part in self.parts.values():
            column.addWidget(part)

    def _line(self, name: str, tip: str, *, code: bool = False) -> Line:
        line = Line(name, code=code)
        line.setToolTip(tip)
        line.textEdited.connect(lambda _words: self.edited.emit())
        line.entered.connect(self.entered)
        return line

    def ask(self, field: Field, way: str, choices: Sequence[tuple[str, str]], today: date) -> None:
        """Shows what this field needs, empty."""
        self.field, self.way, self.today = field, way, today
        needed = _WAY_PARTS[way] if way else _PARTS[field.kind]
        for name, part in self.parts.items():
            part.setVisible(name in needed)
        self.choice.blockSignals(True)
        self.choice.clear()
        for code, words in choices:
            item = QListWidgetItem(words)
            item.setData(CODE, code)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.choice.addItem(item)
        self.choice.setCurrentRow(0)
        self.choice.blockSignals(False)
        for line in (self.words, self.amount, self.low, self.high, self.ahead):
            line.clear()
        days = self._days
        for line in (self.low, self.high):
            line.setPlaceholderText(_("如 11-22") if days else "")
        self.unit.setCurrentIndex(2)

    @property
    def _days(self) -> bool:
        return self.way == "between"

    @property
    def first(self) -> QWidget | None:
        """Where typing begins."""
        order = {
            "choice": self.choice,
            "words": self.words,
            "span": self.amount,
            "range": self.low,
            "ahead": self.ahead,
        }
        return next((order[name] for name, part in self.parts.items() if not part.isHidden()), None)

    # ---- in and out

    def show_condition(self, asked: Condition) -> None:
        """What stands in a condition."""
        for place in range(self.choice.count()):
            item = self.choice.item(place)
            on = item.data(CODE) in asked.values
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.words.setText("、".join(asked.values))
        if asked.span is not None:
            self.amount.setText(str(asked.span.amount))
            self.unit.setCurrentIndex([unit for unit, _words in UNITS].index(asked.span.unit))
        for line, number, when in ((self.low, asked.low, asked.first), (self.high, asked.high, asked.last)):
            line.setText(self._shown(number, when))
        self.ahead.setText("" if asked.high is None else str(asked.high))

    def _shown(self, number: int | None, on: date | None) -> str:
        if self._days:
            return formats.short_day(on)
        if number is None:
            return ""
        return formats.yuan(number) if self._money else str(number)

    @property
    def _money(self) -> bool:
        return self.field is not None and self.field.kind in (Kind.MONEY, Kind.SPENT)

    def condition(self, *, negated: bool) -> Condition:
        """What was filled in. Raises Refused where it cannot be read."""
        assert self.field is not None
        there = {name for name, part in self.parts.items() if not part.isHidden()}
        found: dict[str, Any] = {}
        if "choice" in there:
            items = (self.choice.item(place) for place in range(self.choice.count()))
            found["values"] = tuple(
                item.data(CODE) for item in items if item.checkState() == Qt.CheckState.Checked
            )
        if "words" in there:
            found["values"] = tuple(
                one for one in re.split(r"[、，,;；\s]+", self.words.text().strip()) if one
            )
        if "span" in there:
            amount = _whole(self.amount.text(), "span")
            found["span"] = None if amount is None else Span(amount, self.unit.currentData())
        if "range" in there:
            found |= self._range()
        if "ahead" in there:
            found["high"] = _whole(self.ahead.text(), "high")
        return Condition(self.field.code, self.way, negated=negated, **found)

    def _range(self) -> dict[str, Any]:
        if self._days:
            return {
                "first": day(self.low.text(), self.today, "first") if self.low.text().strip() else None,
                "last": day(self.high.text(), self.today, "last") if self.high.text().strip() else None,
            }
        if self._money:
            return {
                "low": fen(self.low.text(), "low") if self.low.text().strip() else None,
                "high": fen(self.high.text(), "high") if self.high.text().strip() else None,
            }
        return {"low": _whole(self.low.text(), "low"), "high": _whole(self.high.text(), "high")}


def _row(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.px(4))
    for widget in widgets:
        row.addWidget(widget, 1 if isinstance(widget, Line) else 0)
    return holder


def _whole(text: str, field: str) -> int | None:
    words = half_width(text).strip()
    if not words:
        return None
    if not re.fullmatch(r"[+-]?\d{1,9}", words):
        raise Refused("“{value}”不是整数。", field=field, value=words)
    return int(words)
