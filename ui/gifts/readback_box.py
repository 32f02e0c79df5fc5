"""The executed sheet before it is booked: every row with what becomes of it; questions are answered one by one."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from services import gifts_readback
from services.gifts_readback import Booked, Reading, SheetRow, Verdict
from services.words import N_, _
from ui import theme
from ui.context import Context
from ui.dialogs import Box
from ui.gifts.columns import wide
from ui.lazy_table import Column, LazyTable
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress

_ORDER = (Verdict.REFUSED, Verdict.QUESTION, Verdict.ACCEPTED, Verdict.KNOWN, Verdict.BLANK)
_WORDS = {
    Verdict.ACCEPTED: N_("可登记"),
    Verdict.QUESTION: N_("要确认"),
    Verdict.REFUSED: N_("不采用"),
    Verdict.KNOWN: N_("已登记"),
    Verdict.BLANK: N_("没有填"),
}
_BADGES = {
    Verdict.ACCEPTED: "good",
    Verdict.QUESTION: "warn",
    Verdict.REFUSED: "bad",
    Verdict.KNOWN: "quiet",
    Verdict.BLANK: "quiet",
}


class ReadBackBox(Box):
    """Nothing is written before the last button; what is refused can be taken to a workbook and mended."""

    def __init__(self, context: Context, parent: QWidget | None, found: Reading) -> None:
        super().__init__(parent, _("读回一览表"), 1080)
        self.context = context
        self.found = found
        self.yes: set[int] = set()
        """Row numbers of the questions that were answered with yes."""
        self.only: Verdict | None = None
        words = _("{file}：{month} 的计划，共 {n} 行。现在还什么都没有登记。").format(
            file=found.file, month=found.month, n=len(found.rows)
        )
        if found.missing:
            words += _("台账里另有 {n} 条不在这张表上。").format(n=found.missing)
        self.body.addWidget(label(words, "muted", wrap=True))
        self.body.addLayout(self._chips())
        self.table = LazyTable(context, "sheet_rows", _("一览表的行"), self._columns(), multiple=True)
        self.table.setMinimumHeight(theme.px(320))
        self.table.set_empty(_("没有这样的行"))
        self.table.opened.connect(lambda _row: self._answer())
        self.table.current_changed.connect(lambda _row: self._tell())
        self.body.addWidget(self.table, 1)
        self.line = label("", "muted", wrap=True)
        self.line.setMinimumHeight(theme.px(40))
        self.body.addWidget(self.line)
        self.add_button(_("取消"), self.reject)
        self.save = KeyButton(_("存不符的行…"), "Ctrl+S", "", _("存成 Excel，改好后填回原表再读"))
        self.answer = KeyButton(_("照样登记"), "Y", "", _("对这个问题回答“是”；再按一次收回"))
        self.book = KeyButton("", "F7", "primary", _("把可登记的行一次登记，签名齐全的同时发放"))
        for button, do in ((self.save, self._save), (self.answer, self._answer), (self.book, self._book)):
            button.clicked.connect(do)
            self.buttons.addWidget(button)
        QShortcut(QKeySequence(Qt.Key.Key_Space), self.table.view, self._answer).setContext(
            Qt.ShortcutContext.WidgetShortcut
        )
        self.save.setEnabled(bool(found.of(Verdict.REFUSED, Verdict.QUESTION)))
        self._fill()
        self.table.setFocus()

    def _chips(self) -> QHBoxLayout:
        """One button for each kind of row with its count: shows only those."""
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        self.chips: dict[Verdict | None, QPushButton] = {}
        for number, verdict in enumerate((None, *_ORDER)):
            count = len(self.found.of(verdict)) if verdict else len(self.found.rows)
            words = _(_WORDS[verdict]) if verdict else _("全部")
            chip = theme.kind(QPushButton(f"{words} {count}"), "chip")
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            chip.setAccessibleName(words)
            chip.setShortcut(QKeySequence(f"Alt+{number + 1}"))
            chip.setToolTip(_("只看这些行") + f"  Alt+{number + 1}")
            chip.setEnabled(bool(count))
            chip.clicked.connect(partial(self._show_only, verdict))
            row.addWidget(chip)
            self.chips[verdict] = chip
        row.addStretch()
        return row

    def _show_only(self, verdict: Verdict | None, _on: bool = False) -> None:
        self.only = verdict
        self._fill()
        self.table.setFocus()

    def _fill(self) -> None:
        for verdict, chip in self.chips.items():
            chip.setChecked(verdict is self.only)
        rows = self.found.of(self.only) if self.only else self.found.of(*_ORDER)
        rows = tuple(sorted(rows, key=lambda one: (_ORDER.index(one.verdict), one.row)))
        self.table.show_rows(rows)
        if rows and not self.table.current_id():
            self.table.select_first()
        self._tell()

    def _tell(self) -> None:
        row: SheetRow | None = self.table.current_row()
        self.line.setText(_("第 {row} 行：{reason}").format(row=row.row, reason=row.reason) if row else "")
        asked = row is not None and row.verdict is Verdict.QUESTION
        self.answer.setVisible(bool(self.found.of(Verdict.QUESTION)))
        self.answer.setEnabled(asked)
        given = asked and row is not None and row.row in self.yes
        self.answer.tell(_("收回") if given else _("照样登记"))
        n = len(self.wanted())
        self.book.tell(_("登记 {n} 行").format(n=n), _("把可登记的行一次登记，签名齐全的同时发放"))
        self.book.setEnabled(n > 0)

    def wanted(self) -> list[SheetRow]:
        """The rows that the last button books."""
        asked = [one for one in self.found.of(Verdict.QUESTION) if one.row in self.yes]
        return [*self.found.of(Verdict.ACCEPTED), *asked]

    def _answer(self) -> None:
        """Yes to the questions that are selected; once more takes it back."""
        chosen = set(self.table.selected_ids()) or {self.table.current_id()}
        asked = {one.row for one in self.found.of(Verdict.QUESTION)} & chosen
        if not asked:
            return
        self.yes = self.yes - asked if asked <= self.yes else self.yes | asked
        self.table.refresh()
        self._tell()

    def _save(self) -> None:
        shop, found = self.context.shop, self.found
        suggested = f"{Path(found.file).stem}-{_('不符的行')}.xlsx"
        path = self.context.ask_path(_("存不符的行"), save=True, suggested=suggested, kinds="Excel (*.xlsx)")
        if path:
            out = Path(path) if Path(path).suffix else Path(path + ".xlsx")
            self.context.write(
                lambda _progress: gifts_readback.write_refused(shop, found, out),
                said=lambda n: _("不符的 {n} 行已存到 {file}。").format(n=n, file=out.name),
            )

    def _book(self) -> None:
        shop, found, yes = self.context.shop, self.found, frozenset(self.yes)

        def job(_progress: Progress) -> Booked:
            return gifts_readback.book(shop, found, yes)

        self.context.write(job, lambda _done: self.accept(), said=booked_words)

    def _columns(self) -> list[Column]:
        return [
            Column("row", N_("行"), 44, "right", sort=False),
            Column("verdict", N_("结果"), 84, text=self._verdict, badge=self._badge, sort=False),
            Column("card_no", N_("客户编号"), 108, sort=False),
            Column("name", N_("客户名"), 84, sort=False),
            Column("gift", N_("礼品"), 110, sort=False),
            Column("executor", N_("执行人"), wide(76, 96), sort=False),
            Column("customer_signed", N_("客户签名"), wide(84, 150), sort=False),
            Column("executed_on", N_("执行日期"), wide(100, 140), sort=False),
            Column("reason", N_("说明"), 220, sort=False, stretch=True, hint=lambda row: row.reason),
        ]

    def _verdict(self, row: SheetRow) -> str:
        return _("照样登记") if row.row in self.yes else _(_WORDS[row.verdict])

    def _badge(self, row: SheetRow) -> str:
        return "good" if row.row in self.yes else _BADGES[row.verdict]


def booked_words(done: Booked) -> str:
    """What the booking did, for the status line."""
    if not done.registered and not done.issued:
        return _("这张表没有新的内容，台账没有改动。")
    said = _("已登记 {n} 行签名，发放 {m} 件。").format(n=len(done.registered), m=len(done.issued))
    if done.left:
        said += _("还有 {n} 件由另一位店员在“待发放”里登记发放。").format(n=len(done.left))
    return said
