"""抽查: the month's drawn gifts; call, ask, press the answer. Nobody chooses who is asked."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from services import formats
from services.gift_checks import sample as samples
from services.gift_checks.sample import OUTCOMES, Sample, SampleRow
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.gifts.checks_save import PAPER, save
from ui.gifts.columns import wide
from ui.gifts.occasions import month_words
from ui.lazy_table import Column, LazyTable
from ui.tasks import Task
from ui.widgets.card import label
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.progress import Progress
    from services.shop import Shop

_TELL_MORE = ("wrong", "missing")
"""Answers that need words: what was wrong."""


class SampleView(QWidget):
    """Drawn once a month; five keys for what the customer says."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.month = ""
        self._task: Task | None = None
        self.figures = label("", "section")
        self.origin = label("", "caption", wrap=True)
        self.table = LazyTable(context, "gift_sample", _("抽查"), _columns(), multiple=False)
        self.paper = KeyButton(
            _("电话单…"), "Ctrl+P", "", _("预览、打印电话单：电话、问什么、回答栏"), "printer"
        )
        self.save = KeyButton(_("导出…"), "Ctrl+S", "", _("电话单存成 PDF、Excel 或 CSV"))
        self.draw = KeyButton(_("抽取"), "F7", "primary", _("由程序抽取这个月的礼品，每月一次"))
        self.answers = [
            KeyButton(_(words), str(number), "", _("客户的回答：{words}").format(words=_(words)))
            for number, words in enumerate(OUTCOMES.values(), 1)
        ]
        self.question = label("", "", wrap=True, selectable=True)
        self._lay_out()
        self.draw.clicked.connect(self._draw)
        self.paper.clicked.connect(self._preview)
        self.save.clicked.connect(self._save)
        for code, button in zip(OUTCOMES, self.answers, strict=True):
            button.clicked.connect(partial(self._note, code))
        self.table.current_changed.connect(self._tell_row)
        self.table.opened.connect(self._open)
        self.setFocusProxy(self.table)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        top.addWidget(self.figures)
        top.addStretch()
        for button in (self.save, self.paper, self.draw):
            top.addWidget(button)
        keys = QHBoxLayout()
        keys.setSpacing(theme.px(8))
        for button in self.answers:
            keys.addWidget(button)
        keys.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addWidget(self.question)
        column.addLayout(keys)
        column.addWidget(self.origin)

    def show_month(self, month: str) -> None:
        self.month = month
        if self._task:
            self._task.drop()
        self._task = self.context.read(partial(_read, self.context.shop, month), self._show)

    def _show(self, found: Sample) -> None:
        self._task = None
        drawn = bool(found.seed)
        over = self.month < f"{self.context.today():%Y-%m}"
        words = ""
        if drawn:
            words = _("发放 {all} 件，抽查 {n} 件，已问 {asked} 件，没收到 {missing} 件").format(
                all=found.population, n=len(found.rows), asked=found.asked, missing=found.count("missing")
            )
        self.figures.setText(words)
        self.origin.setText(_origin(found) if drawn else "")
        can_draw = not drawn and over and found.population > 0
        self.draw.setVisible(not drawn)
        self.draw.setEnabled(can_draw)
        for widget in (self.paper, self.save, self.question, *self.answers):
            widget.setVisible(drawn)
        month = month_words(self.month)
        if not over:
            self.table.set_empty(
                _("{month}还没有过完").format(month=month), _("月底以后由程序抽取，谁也不能挑。")
            )
        elif not found.population:
            self.table.set_empty(_("{month}没有发放过礼品").format(month=month), _("没有可抽查的。"))
        else:
            self.table.set_empty(
                _("{month}还没有抽查").format(month=month),
                _("发放过 {n} 件。按 F7 由程序抽取，打电话问客户收到没有。").format(n=found.population),
                _("抽取"),
                self._draw,
            )
        self.table.show_rows(found.rows)
        if found.rows and not self.table.current_id():
            first = next((row.id for row in found.rows if not row.outcome), found.rows[0].id)
            self.table.select_id(first)
        self._tell_row()

    def _tell_row(self, *_any: object) -> None:
        row: SampleRow | None = self.table.current_row()
        self.question.setText(_("问：") + row.question if row is not None else "")
        for button in self.answers:
            button.setEnabled(row is not None)

    def _draw(self) -> None:
        shop, month = self.context.shop, self.month
        self.context.write(
            lambda _progress: samples.draw_sample(shop, month),
            said=lambda found: _("已抽出 {n} 件，请打电话。").format(n=len(found.rows)),
        )

    def _note(self, outcome: str) -> None:
        row: SampleRow | None = self.table.current_row()
        if row is None:
            return
        note = row.note
        if outcome in _TELL_MORE:
            asked = dialogs.ask_text(
                self.window(), _(OUTCOMES[outcome]), _("客户怎么说的？"), _("记下"), required=False
            )
            if asked is None:
                return
            note = asked
        shop, number, before = self.context.shop, row.id, (row.outcome, row.note)
        self.context.write(
            lambda _progress: samples.note_outcome(shop, number, outcome, note, row.version),
            self._next,
            said=_("{name}：{words}").format(name=row.name, words=_(OUTCOMES[outcome])),
            undo=partial(self._undo, number, *before),
        )

    def _undo(self, number: int, outcome: str, note: str, _done: SampleRow) -> None:
        shop = self.context.shop
        self.context.write(
            lambda _progress: samples.note_outcome(shop, number, outcome, note), said=_("已撤销。")
        )

    def _next(self, done: SampleRow) -> None:
        """On to the next one that was not asked."""
        rows = [self.table.model.row(number) for number in range(len(self.table.model.ids))]
        rest = [row.id for row in rows if row is not None and not row.outcome and row.id != done.id]
        after = [
            row.id for row in rows if row is not None and row.id in rest and row.position > done.position
        ]
        if rest:
            self.table.select_id((after or rest)[0])

    def _open(self, *_any: object) -> None:
        row: SampleRow | None = self.table.current_row()
        if row is not None:
            self.context.open_customer(row.customer_id)

    def _preview(self) -> None:
        shop, month = self.context.shop, self.month

        def job(_progress: Progress) -> bytes:
            return samples.draw_call_list(shop, month).bytes()

        def show(pdf: bytes) -> None:
            from ui.printing import preview

            name = _("礼品抽查电话单") + f"-{month}.pdf"
            preview.show(self.context, self.window(), pdf, _("礼品抽查电话单"), file_name=name)

        dialogs.work(self.context, self.window(), _("正在排电话单…"), job, show)

    def _save(self) -> None:
        shop, month = self.context.shop, self.month

        def write(path: Path, progress: Progress) -> int:
            return samples.write_call_list(shop, month, path, progress)

        save(self.context, self, _("礼品抽查电话单") + f"-{month}", write, PAPER)


def _read(shop: Shop, month: str, _progress: Progress) -> Sample:
    return samples.sample(shop, month)


def _origin(found: Sample) -> str:
    return _(
        "{who} 于 {day} 抽取。抽到谁由店里的密钥和月底的操作记录（第 {anchor} 条）决定，"
        "谁也不能挑，也不能重抽。Enter 打开客户。"
    ).format(who=found.drawn_by, day=formats.short_day(found.drawn_on), anchor=found.anchor)


_TONES = {"received": "good", "wrong": "bad", "missing": "bad", "no_answer": "quiet", "declined": "quiet"}


def _columns() -> list[Column]:
    return [
        Column("position", N_("序号"), wide(52, 52), "right", sort=False),
        Column("name", N_("客户名"), 100, sort=False, bold=True),
        Column("card_no", N_("客户编号"), wide(90, 108), sort=False),
        Column("masked_phones", N_("电话"), 110, sort=False),
        Column("gift", N_("礼品"), 120, sort=False),
        Column("day", N_("发放日期"), 96, sort=False, text=lambda row: formats.short_day(row.day)),
        Column("issued_by", N_("发放人"), 84, sort=False),
        Column(
            "outcome",
            N_("回答"),
            wide(96, 120),
            sort=False,
            text=lambda row: _(OUTCOMES[row.outcome]) if row.outcome else "",
            badge=lambda row: _TONES.get(row.outcome),
        ),
        Column("note", N_("备注"), 110, sort=False, stretch=True, hint=lambda row: row.note),
        Column("recorded_by", N_("记录人"), 84, sort=False),
    ]
