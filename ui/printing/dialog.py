"""Cards, labels and envelopes: choose, see what is wrong, look at the pages, then print or save."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from models.kinds import PrintKind
from services.errors import Refused
from services.rights import Right, may
from services.words import _
from ui import theme
from ui.context import Context
from ui.dialogs import Box
from ui.printing import findings, output
from ui.printing.choices import Choices
from ui.printing.page_view import PageView, fit
from ui.printing.printer import Choice
from ui.tasks import Task
from ui.widgets.card import label, scrolled
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.printing.jobs import JobRow, Prepared, Wanted

WAIT = 350
"""Milliseconds after the last change before the pages are drawn anew."""


class PrintDialog(Box):
    """Left the choices and what is wrong with them, right the pages."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None = None,
        kind: PrintKind = PrintKind.CARD,
        span: tuple[date, date] | None = None,
        fixed: Wanted | None = None,
        step: tuple[int, int] = (0, 0),
    ) -> None:
        """`step` (n of m): one of several windows in a row; it closes by itself once everything is printed."""
        title = _("打印贺卡、标签、信封")
        if step[1]:
            title = _("第 {n} 步，共 {all} 步：{what}").format(
                n=step[0], all=step[1], what=findings.kind_words(kind)
            )
        super().__init__(parent, title, 900)
        self._step = step
        self.context = context
        self.prepared: Prepared | None = None
        self.printed = 0
        """The last job that came out whole; 0: none yet."""
        self._task: Task | None = None
        self._wait = QTimer(self, singleShot=True, interval=WAIT)
        self._wait.timeout.connect(self.prepare)
        self.choices = Choices(context, kind, span, fixed)
        columns = QHBoxLayout()
        columns.setSpacing(theme.px(16))
        columns.addWidget(self._build_side(fixed), 2)
        self.view = PageView()
        columns.addWidget(self.view, 3)
        self.body.addLayout(columns, 1)
        self.layout().setStretchFactor(self.body, 1)
        self._build_buttons()
        fit(self, 1100, 640)
        context.read(self._read_known, self._show_known)
        self.prepare()
        (self.form.field("first" if fixed is None else "layout").input).setFocus()

    @property
    def form(self) -> Any:
        return self.choices.form

    @property
    def jobs(self) -> dict[int, JobRow]:
        return self.choices.jobs

    def _build_side(self, fixed: Wanted | None) -> QWidget:
        side = QWidget()
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        if fixed is not None and fixed.customers:
            layout.addWidget(label(_("所选的 {n} 位客户").format(n=len(fixed.customers)), "section"))
        layout.addWidget(self.choices)
        self.summary = label("", "section", wrap=True)
        self.hint = label("", "caption", wrap=True)
        self.wrong = label("", "warn", wrap=True, selectable=True)
        for widget in (self.summary, self.hint, self.wrong):
            layout.addWidget(widget)
        layout.addStretch()
        self.choices.changed.connect(self._changed)
        self.choices.submitted.connect(self.prepare)
        area = scrolled(side)
        area.setMinimumWidth(theme.px(330))
        return area

    def _build_buttons(self) -> None:
        self.setup_button = KeyButton("", "F7")
        self.setup_button.clicked.connect(self._set_up)
        self.buttons.insertWidget(0, self.setup_button)
        self.add_button(_("关闭"), self.reject)
        self.save_button = KeyButton(_("存为 PDF…"), "Ctrl+S", tip=_("存成文件，可以拿到别处打印"))
        self.print_button = KeyButton(_("打印…"), "Ctrl+P", "primary", _("送到打印机"), "printer")
        self.save_button.clicked.connect(self._ask_file)
        self.print_button.clicked.connect(self._ask_printer)
        for button in (self.save_button, self.print_button):
            button.setEnabled(False)
            self.buttons.addWidget(button)
        self._tell_setup()

    # ---- choices

    def _tell_setup(self) -> None:
        """What can be set up for the chosen kind, for whoever may."""
        words = {
            PrintKind.CARD: (_("贺卡文字…"), _("改各事宜贺卡上的文字和图案")),
            PrintKind.ENVELOPE: (_("信封位置…"), _("按毫米改信封上各项的位置，印试样")),
            PrintKind.SHEET: ("", ""),
            PrintKind.SLIP: ("", ""),
        }.get(self.choices.chosen, (_("自定义标签纸…"), _("按毫米写出买来的标签纸，存起来用")))
        self.setup_button.setVisible(bool(words[0]) and may(self.context.shop, Right.PRINT_SETUP))
        self.setup_button.tell(*words)

    def _set_up(self) -> None:
        kind, chosen = self.choices.chosen, ""
        if kind == PrintKind.CARD:
            from ui.printing import text_editor

            text_editor.open_dialog(self.context, self, self.form.field("occasion").value() or "")
        elif kind == PrintKind.ENVELOPE:
            from ui.printing import envelope_editor

            envelope_editor.open_dialog(self.context, self, self.form.field("layout").value())
        else:
            from ui.printing import sheet_editor

            chosen = sheet_editor.open_dialog(self.context, self, self.form.field("layout").value())
        if chosen:
            self.choices.show_sheets([*self.choices.sheets, chosen], chosen)
        self._after()
        self.prepare()

    def _read_known(self, _progress: Any) -> tuple[list[JobRow], list[str]]:
        from services.printing import jobs, label_sheets

        return jobs.recent(self.context.shop, 15), list(label_sheets.own())

    def _show_known(self, found: tuple[list[JobRow], list[str]]) -> None:
        self.choices.show_jobs(found[0])
        self.choices.show_sheets(found[1])

    # ---- pages

    def _changed(self) -> None:
        self._no_pages("")
        self._tell_setup()
        self._wait.start()

    def _no_pages(self, words: str) -> None:
        """The pages shown are not what is chosen any more."""
        if self._task is not None:
            self._task.drop()
            self._task = None
        self.prepared = None
        self.view.clear(words)
        for words_label in (self.summary, self.hint, self.wrong):
            words_label.setText("")
        self.save_button.setEnabled(False)
        self.print_button.setEnabled(False)

    def prepare(self) -> None:
        """Draws the pages in the background."""
        self._wait.stop()
        wanted = self.choices.wanted()
        if wanted is None:
            return
        self._no_pages(_("正在准备…"))
        shop = self.context.shop

        def job(progress: Any) -> Prepared:
            from services.printing import jobs

            return jobs.prepare(shop, wanted, progress)

        self._task = self.context.read(
            job, self._show, on_error=self._failed, on_progress=self._tell_progress
        )

    def _tell_progress(self, done: int, total: int) -> None:
        self.view.picture.setText(
            _("正在准备… {done} / {total}").format(done=f"{done:,}", total=f"{total:,}")
        )

    def _failed(self, error: Exception) -> None:
        self._task = None
        if isinstance(error, Refused):
            self.view.clear(str(error))
            self.form.show_error(error)
        else:
            self.view.clear("")
            self.context.show_error(error)

    def _show(self, prepared: Prepared) -> None:
        self._task = None
        if not prepared.count:
            self.view.clear(findings.nobody(prepared))
            self.wrong.setText("\n".join(findings.wrong(prepared)))
            return
        self.prepared = prepared
        self.view.show_pdf(prepared.pdf)
        self.summary.setText(_("{n} 份，{pages} 页").format(n=prepared.count, pages=prepared.pages))
        self.hint.setText(output.hint(prepared))
        self.wrong.setText("\n".join(findings.wrong(prepared)))
        self.save_button.setEnabled(True)
        self.print_button.setEnabled(True)

    # ---- out

    def _ask_file(self) -> None:
        if self.prepared is not None:
            output.ask_file(self.context, self, self.prepared, self._out)

    def save_to(self, prepared: Prepared, path: Path) -> None:
        """Saves the pages, and writes down for whom."""
        output.save(self.context, self, prepared, path, self._out)

    def _ask_printer(self) -> None:
        if self.prepared is not None:
            output.ask_printer(self.context, self, self.prepared, self._out)

    def print_to(self, prepared: Prepared, choice: Choice) -> None:
        """Writes down for whom, prints page by page, and counts what came out."""
        output.send(self.context, self, prepared, choice, self._out)

    def _out(self, job: int, whole: bool) -> None:
        if whole:
            self.printed = job
            if self._step[1]:
                self.accept()
                return
        self._after()

    def _after(self) -> None:
        """What was printed is on record now: the next preview must know it."""
        self.context.read(self._read_known, self._show_known)

    def done(self, result: int) -> None:
        if self._task is not None:
            self._task.drop()
        self.view.close_pdf()
        super().done(result)


def open_dialog(
    context: Context,
    parent: QWidget | None = None,
    kind: PrintKind = PrintKind.CARD,
    span: tuple[date, date] | None = None,
    fixed: Wanted | None = None,
    step: tuple[int, int] = (0, 0),
) -> int:
    """Opens the print window; `kind` and the days of the occasions (`span`) are chosen at first.

    `fixed`: for whom is decided already. Returns the last job that came out whole, 0 when none did.
    """
    box = PrintDialog(context, parent, kind, span, fixed, step)
    box.exec()
    return box.printed


_BY_NAME = {"cards": PrintKind.CARD, "labels": PrintKind.LABEL, "envelopes": PrintKind.ENVELOPE}


def open_for(context: Context, kind: str, customer_ids: Sequence[int], parent: QWidget | None = None) -> int:
    """Opens the print window for these customers, in this order. `kind`: cards, labels or envelopes.

    Who wants no letters, or has no address, is named and left out. Returns the job printed, 0 when none was.
    """
    from services.printing.jobs import Wanted

    chosen = _BY_NAME[kind]
    return open_dialog(context, parent, chosen, fixed=Wanted(chosen, customers=tuple(customer_ids)))
