"""A period beside those who were left out: dates and days, how it is grouped, one table, words of caution."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QButtonGroup, QPushButton, QVBoxLayout, QWidget

from services import formats
from services.errors import Refused
from services.words import _
from ui import dialogs, theme
from ui.context import Context
from ui.form import DayField, Form, NumberField
from ui.gifts.checks_save import save
from ui.lazy_table import LazyTable
from ui.widgets.card import label
from ui.widgets.flow import Flow
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress

_TOTAL = (1 << 31) - 1
"""The id of the row of sums."""


class Comparison(QWidget):
    """A subclass says what is counted, what is said above the caution, and what is saved."""

    title = ""
    """What is compared, in Chinese; also the name of the saved file"""
    working = ""
    """Said while it is counted"""

    def __init__(
        self,
        context: Context,
        table: LazyTable,
        by: Mapping[str, str],
        first_by: str,
        days_tip: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.context, self.table = context, table
        today = context.today()
        self.form = Form(
            [
                DayField("first", _("从"), today),
                DayField("last", _("到"), today),
                NumberField("days", _("之后几天"), tip=days_tip),
            ],
            columns=3,
        )
        self.form.setMaximumWidth(theme.px(560))
        self.groups = QButtonGroup(self)
        self.go = KeyButton(_("看结果"), "F8", "primary", _("按这段时间重新计算"))
        self.save = KeyButton(_("导出…"), "Ctrl+S", "", _("存成 .xlsx 或 .csv"))
        self.words = label("", "warn", wrap=True)
        self._lay_out(by, first_by)
        self.form.submitted.connect(self.count)
        self.go.clicked.connect(self.count)
        self.groups.buttonClicked.connect(lambda _button: self.count())
        self.save.clicked.connect(self._save)
        self.setFocusProxy(self.table)

    def _lay_out(self, by: Mapping[str, str], first_by: str) -> None:
        top = Flow(theme.px(8))
        top.add(self.form)
        for number, (code, words) in enumerate(by.items(), 1):
            button = theme.kind(QPushButton(_(words)), "chip")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setAccessibleName(_("按{name}分组").format(name=_(words)))
            self._key(button, number)
            button.setProperty("code", code)
            button.setChecked(code == first_by)
            self.groups.addButton(button)
            top.add(button)
        top.add_right(self.save)
        top.add_right(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(top)
        column.addWidget(self.table, 1)
        column.addWidget(self.words)

    def _key(self, button: QPushButton, number: int) -> None:
        """How a way of grouping is reached by key."""
        button.setToolTip(f"{button.accessibleName()}  Alt+{number}")
        button.setShortcut(f"Alt+{number}")

    def by(self) -> str:
        return str(self.groups.checkedButton().property("code"))

    def count(self) -> None:
        """Counts anew, in the background."""
        try:
            span = self.form.values()
        except Refused:
            return
        if span["first"] is None or span["last"] is None:
            return
        job = partial(
            self._counting(), self.context.shop, span["first"], span["last"], self.by(), span["days"]
        )
        dialogs.work(
            self.context, self.window(), _(self.working), job, self._show, reads=True, on_error=self._no
        )

    def _counting(self) -> Callable[..., Any]:
        """`(shop, first, last, by, days, progress)`: gives rows, total and words."""
        raise NotImplementedError

    def _about(self, found: Any) -> str:
        """What the numbers say, in one sentence."""
        raise NotImplementedError

    def _write(
        self, first: date, last: date, by: str, path: Path, days: int | None, progress: Progress
    ) -> int:
        raise NotImplementedError

    def _no(self, error: Exception) -> None:
        if not (isinstance(error, Refused) and self.form.show_error(error)):
            self.context.show_error(error)

    def _show(self, found: Any) -> None:
        rows = [*found.rows, found.total] if found.total.heads else []
        self.table.show_rows(rows, [row.id or _TOTAL for row in rows])
        self.save.setEnabled(bool(rows))
        self.words.setText("\n".join([self._about(found), *found.words]) if rows else "")
        if rows and not self.table.current_id():
            self.table.select_first()

    def _save(self) -> None:
        span, by = self.form.values(), self.by()

        def write(path: Path, progress: Progress) -> int:
            return self._write(span["first"], span["last"], by, path, span["days"], progress)

        save(self.context, self, _(self.title) + f"-{span['first']}", write)


def money(value: int | None) -> str:
    """fen for people; a dash where there is none."""
    return "–" if value is None else formats.money(value)


def difference(value: int | None) -> str:
    """fen with its sign."""
    return ("+" if value is not None and value > 0 else "") + money(value)
