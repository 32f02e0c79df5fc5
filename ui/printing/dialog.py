"""Cards, labels and envelopes: choose, see what is wrong, look at the pages, then print or save."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from models.kinds import Occasion, PrintKind
from services import formats
from services.errors import Refused
from services.gifts.wording import occasion_words
from services.words import N_, _
from ui import dialogs, theme
from ui.context import Context
from ui.dialogs import Box
from ui.form import ChoiceField, DayField, Field, Form, NumberField
from ui.printing import findings
from ui.printing import printer as printing
from ui.printing.page_view import PageView
from ui.printing.printer import Choice, Sent
from ui.tasks import Task
from ui.widgets.card import label, scrolled
from ui.widgets.key_button import KeyButton

if TYPE_CHECKING:
    from services.printing.jobs import JobRow, Prepared

WAIT = 350
"""Milliseconds after the last change before the pages are drawn anew."""
AHEAD = 30
"""Days that are offered at first: from today on."""
KINDS = (
    (PrintKind.CARD, N_("节日与生日贺卡")),
    (PrintKind.LABEL, N_("地址标签")),
    (PrintKind.ENVELOPE, N_("信封")),
    (PrintKind.GIFT_LABEL, N_("礼品标签")),
)
LAYOUTS: dict[PrintKind, tuple[tuple[str, str], ...]] = {
    PrintKind.CARD: (
        ("A6", N_("A6 单张")),
        ("A5fold", N_("A5 对折成 A6（双面）")),
        ("2up", N_("A4 两张对折卡（双面，裁开）")),
        ("4up", N_("A4 四张 A6（裁开）")),
    ),
    PrintKind.LABEL: (
        ("3x8", N_("3×8，每页 24 枚（63.5×33.9 毫米）")),
        ("3x7", N_("3×7，每页 21 枚（63.5×38.1 毫米）")),
        ("2x7", N_("2×7，每页 14 枚（99.1×38.1 毫米）")),
        ("3x8-full", N_("3×8 满版，每页 24 枚（70×37 毫米）")),
    ),
    PrintKind.ENVELOPE: (
        ("DL", N_("5 号 DL（220×110 毫米）")),
        ("B6", N_("3 号 B6（176×125 毫米）")),
        ("ZL", N_("6 号 ZL（230×120 毫米）")),
        ("C5", N_("7 号 C5（229×162 毫米）")),
        ("C4", N_("9 号 C4（324×229 毫米）")),
    ),
}
LAYOUTS[PrintKind.GIFT_LABEL] = LAYOUTS[PrintKind.LABEL]
TURNED = {"A5fold": "short", "2up": "long"}
"""Over which edge a sheet is turned for its second side."""
HINTS = {
    "A5fold": N_("双面打印，沿短边翻转，再对折。"),
    "2up": N_("双面打印，沿长边翻转，裁成两半后对折。"),
    "4up": N_("打印后沿十字线裁成四张。"),
}


@dataclass(frozen=True)
class Wanted:
    """What is to be drawn."""

    kind: PrintKind
    layout: str
    first: date
    last: date
    occasion: str
    start: int
    job_id: int
    from_item: int


class PrintDialog(Box):
    """Left the choices and what is wrong with them, right the pages."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None = None,
        kind: PrintKind = PrintKind.CARD,
        span: tuple[date, date] | None = None,
    ) -> None:
        super().__init__(parent, _("打印贺卡、标签、信封"), 1060)
        self.context = context
        self.prepared: Prepared | None = None
        self.jobs: dict[int, JobRow] = {}
        self._task: Task | None = None
        self._wait = QTimer(self, singleShot=True, interval=WAIT)
        self._wait.timeout.connect(self.prepare)
        columns = QHBoxLayout()
        columns.setSpacing(theme.px(16))
        columns.addWidget(self._build_choices(kind, span), 2)
        self.view = PageView()
        columns.addWidget(self.view, 3)
        self.body.addLayout(columns, 1)
        self.layout().setStretchFactor(self.body, 1)
        self._build_buttons()
        self.resize(theme.px(1100), theme.px(640))
        context.read(self._read_jobs, self._show_jobs)
        self.prepare()
        self.form.field("first").input.setFocus()

    def _build_choices(self, kind: PrintKind, span: tuple[date, date] | None) -> QWidget:
        today = self.context.today()
        first, last = span or (today, today + timedelta(days=AHEAD))
        self.kind = ChoiceField("kind", _("打印什么"), [(code, _(words)) for code, words in KINDS])
        self.layouts = ChoiceField("layout", _("版式"), [])
        self.job = ChoiceField(
            "job_id", _("任务"), [(0, _("新的一批"))], tip=_("卡纸或中断后，选以前的任务接着印")
        )
        occasions = [("", _("全部事宜"))] + [(code, occasion_words(code)) for code in self._occasions()]
        fields: list[Field] = [
            self.kind,
            self.job,
            DayField("first", _("从"), today, required=True, tip=_("赠送事宜的第一天（生日或节日当天）")),
            DayField("last", _("到"), today, required=True, tip=_("赠送事宜的最后一天")),
            ChoiceField("occasion", _("赠送事宜"), occasions),
            self.layouts,
            NumberField("start", _("从第几枚开始"), tip=_("用过一部分的标签纸可以再放进去")),
            NumberField("from_item", _("从第几份开始"), tip=_("接着印以前的任务时，从这一份开始")),
        ]
        self.form = Form(fields)
        for choice in (self.kind, self.job, self.layouts):
            choice.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kind.show_value(kind)
        self._offer_layouts()
        self.form.load({"kind": kind, "job_id": 0, "first": first, "last": last,
                        "occasion": "", "layout": LAYOUTS[kind][0][0], "start": 1, "from_item": 1})  # fmt: skip
        self.kind.edited.connect(self._offer_layouts)
        self.job.edited.connect(self._take_job)
        self.form.edited.connect(self._changed)
        self.form.submitted.connect(self.prepare)
        side = QWidget()
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        layout.addWidget(self.form)
        self.summary = label("", "section", wrap=True)
        self.hint = label("", "caption", wrap=True)
        self.wrong = label("", "warn", wrap=True, selectable=True)
        for widget in (self.summary, self.hint, self.wrong):
            layout.addWidget(widget)
        layout.addStretch()
        self._fit_fields()
        area = scrolled(side)
        area.setMinimumWidth(theme.px(330))
        return area

    def _occasions(self) -> list[str]:
        return [Occasion.BIRTHDAY.value, *self.context.shop.policy.gifts.festivals]

    def _build_buttons(self) -> None:
        self.add_button(_("关闭"), self.reject)
        self.save_button = KeyButton(_("存为 PDF…"), "Ctrl+S", tip=_("存成文件，可以拿到别处打印"))
        self.print_button = KeyButton(_("打印…"), "Ctrl+P", "primary", _("送到打印机"), "printer")
        self.save_button.clicked.connect(self._ask_file)
        self.print_button.clicked.connect(self._ask_printer)
        for button in (self.save_button, self.print_button):
            button.setEnabled(False)
            self.buttons.addWidget(button)

    # ---- choices

    def _offer_layouts(self) -> None:
        kind = self.kind.value()
        self.layouts.combo.blockSignals(True)
        self.layouts.combo.clear()
        self.layouts._choices = [(code, _(words)) for code, words in LAYOUTS[kind]]
        for code, words in self.layouts._choices:
            self.layouts.combo.addItem(words, code)
        self.layouts.combo.blockSignals(False)
        if hasattr(self, "form"):
            self._fit_fields()

    def _fit_fields(self) -> None:
        """Only what matters for the chosen kind can be typed into."""
        resumed = bool(self.job.value())
        for name in ("kind", "first", "last", "occasion", "layout"):
            self.form.set_enabled(name, not resumed)
        for name, needed in (
            ("start", self.kind.value() in (PrintKind.LABEL, PrintKind.GIFT_LABEL)),
            ("from_item", resumed),
        ):
            field = self.form.field(name)
            field.input.setEnabled(needed)
            field.label.setVisible(needed)
            field.widget.setVisible(needed)

    def _take_job(self) -> None:
        job = self.jobs.get(self.job.value() or 0)
        if job is not None:
            self.kind.show_value(job.kind)
            self._offer_layouts()
            self.layouts.show_value(job.layout)
            begin = job.printed + 1 if job.printed < job.pieces else 1
            for name, value in (("first", job.first), ("last", job.last), ("occasion", job.occasion),
                                ("from_item", begin)):  # fmt: skip
                self.form.field(name).show_value(value)
        self._fit_fields()

    def _read_jobs(self, _progress: Any) -> list[JobRow]:
        from services.printing import jobs

        return jobs.recent(self.context.shop, 15)

    def _show_jobs(self, found: list[JobRow]) -> None:
        self.jobs = {job.id: job for job in found if job.kind in LAYOUTS}
        chosen = self.job.value()
        self.job.combo.blockSignals(True)
        self.job.combo.clear()
        self.job._choices = [(0, _("新的一批"))] + [
            (job.id, findings.job_words(job)) for job in self.jobs.values()
        ]
        for code, words in self.job._choices:
            self.job.combo.addItem(words, code)
        self.job.show_value(chosen if chosen in self.jobs else 0)
        self.job.combo.blockSignals(False)

    # ---- pages

    def _changed(self) -> None:
        self._no_pages("")
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

    def wanted(self) -> Wanted | None:
        """What is typed; None when something is wrong, which then stands beside its field."""
        try:
            found = self.form.values()
        except Refused:
            return None
        return Wanted(found["kind"], found["layout"], found["first"], found["last"], found["occasion"] or "",
                      found["start"] or 1, found["job_id"] or 0, found["from_item"] or 1)  # fmt: skip

    def prepare(self) -> None:
        """Draws the pages in the background."""
        self._wait.stop()
        wanted = self.wanted()
        if wanted is None:
            return
        self._no_pages(_("正在准备…"))
        self._task = self.context.read(
            partial(_drawn, self.context.shop, wanted), self._show, on_error=self._failed
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
        self.hint.setText(_(HINTS.get(prepared.layout, "")))
        self.wrong.setText("\n".join(findings.wrong(prepared)))
        self.save_button.setEnabled(True)
        self.print_button.setEnabled(True)

    # ---- out

    def _ready(self) -> Prepared | None:
        """The job, once the person has seen whose names can't be printed in full."""
        prepared = self.prepared
        if prepared is not None and prepared.missing_glyphs:
            words = "\n".join(findings.glyphs(prepared, 12))
            if not dialogs.ask(self, _("有些字印不出来"), words, _("照样打印")):
                return None
        return prepared

    def _ask_file(self) -> None:
        prepared = self._ready()
        if prepared is None:
            return
        name = f"{findings.kind_words(prepared.kind)} {formats.short_day(prepared.first)}.pdf"
        path = dialogs.ask_path(self, _("存为 PDF"), save=True, suggested=name, kinds="PDF (*.pdf)")
        if path:
            self.save_to(prepared, Path(path))

    def save_to(self, prepared: Prepared, path: Path) -> None:
        """Saves the pages, and writes down for whom."""
        path = path if path.suffix.lower() == ".pdf" else path.with_name(path.name + ".pdf")
        shop = self.context.shop

        def job(progress: Any) -> Any:
            from services.printing import jobs

            return jobs.save(shop, prepared, path, progress)

        dialogs.work(self.context, self, _("正在存文件…"), job, self._saved)

    def _saved(self, result: Any) -> None:
        self.context.say(_("已存为 {file}：{n} 份").format(file=Path(result.file).name, n=result.count))
        self._after()

    def _ask_printer(self) -> None:
        prepared = self._ready()
        choice = printing.ask_printer(self, _(HINTS.get(prepared.layout, ""))) if prepared else None
        if prepared is not None and choice is not None:
            self.print_to(prepared, choice)

    def print_to(self, prepared: Prepared, choice: Choice) -> None:
        """Writes down for whom, prints page by page, and counts what came out."""
        job = partial(_printed, self.context.shop, prepared, choice)
        dialogs.work(self.context, self, _("正在打印…"), job, self._sent, reads=True)

    def _sent(self, sent: tuple[Sent, int, int]) -> None:
        out, pieces, number = sent
        if out.stopped:
            words = _("停在第 {page} 页，印了 {n} 份。要接着印，请在“任务”里选第 {job} 号。")
            self.context.say(words.format(page=out.pages, n=pieces, job=number), tone="info")
        else:
            self.context.say(
                _("已送去打印：{n} 份。卡纸了可以在“任务”里选第 {job} 号重印。").format(n=pieces, job=number)
            )
        self._after()

    def _after(self) -> None:
        """What was printed is on record now: the next preview must know it."""
        self.context.read(self._read_jobs, self._show_jobs)

    def done(self, result: int) -> None:
        if self._task is not None:
            self._task.drop()
        self.view.close_pdf()
        super().done(result)


def _drawn(shop: Any, wanted: Wanted, progress: Any) -> Prepared:
    """In a worker thread."""
    from services.printing import jobs

    if wanted.job_id:
        return jobs.prepare_rest(shop, wanted.job_id, wanted.from_item, start=wanted.start, progress=progress)
    span = (shop, wanted.first, wanted.last, wanted.occasion or None, wanted.layout)
    if wanted.kind == PrintKind.LABEL:
        return jobs.prepare_labels(*span, start=wanted.start, progress=progress)
    if wanted.kind == PrintKind.GIFT_LABEL:
        return jobs.prepare_gift_labels(*span, start=wanted.start, progress=progress)
    if wanted.kind == PrintKind.ENVELOPE:
        return jobs.prepare_envelopes(*span, progress=progress)
    return jobs.prepare_cards(*span, progress=progress)


def _printed(shop: Any, prepared: Prepared, choice: Choice, progress: Any) -> tuple[Sent, int, int]:
    """In a worker thread: records first, counts each page, closes the job whatever happens."""
    from dataclasses import replace

    from services.printing import jobs

    number = jobs.record(shop, prepared)
    done = prepared.from_item - 1

    def count(page: int) -> None:
        nonlocal done
        done = prepared.done_after(page)
        jobs.printed(shop, number, done, over=False)

    choice = replace(choice, both_sides=TURNED.get(prepared.layout, ""))
    try:
        sent = printing.send(prepared.pdf, choice, findings.kind_words(prepared.kind), count, progress)
    finally:
        jobs.printed(shop, number, done)
    return sent, done - prepared.from_item + 1, number


def open_dialog(
    context: Context,
    parent: QWidget | None = None,
    kind: PrintKind = PrintKind.CARD,
    span: tuple[date, date] | None = None,
) -> None:
    """Opens the print window; `kind` and the days of the occasions (`span`) are chosen at first."""
    PrintDialog(context, parent, kind, span).exec()
