"""What is to be printed: the kind, for whom, the layout, from which piece. One form, read as `Wanted`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from models.kinds import Occasion, PrintKind
from services.errors import Refused
from services.gifts.wording import occasion_words
from services.words import N_, _
from ui.context import Context
from ui.form import ChoiceField, DayField, Field, Form, NumberField
from ui.printing import findings

if TYPE_CHECKING:
    from services.printing.jobs import JobRow, Wanted

AHEAD = 30
"""Days that are offered at first: from today on."""
KINDS = (PrintKind.CARD, PrintKind.LABEL, PrintKind.ENVELOPE, PrintKind.GIFT_LABEL)
LETTERS = (PrintKind.CARD, PrintKind.ENVELOPE, PrintKind.LABEL, PrintKind.SLIP, PrintKind.SHEET)
"""What is printed of the bench's letters."""
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
    PrintKind.SHEET: (("packing", N_("A4 装封清单")),),
    PrintKind.SLIP: (("voucher", N_("A4 八张（裁开）")),),
}
LAYOUTS[PrintKind.GIFT_LABEL] = LAYOUTS[PrintKind.LABEL]
_LOCKED = ("kind", "first", "last", "occasion")
"""What a recorded job decides."""
ON_LABELS = (PrintKind.LABEL, PrintKind.GIFT_LABEL)


def offer(field: ChoiceField, choices: Sequence[tuple[Any, str]], value: Any) -> None:
    """Other choices in a field, without telling anybody; the first one where `value` is not among them."""
    field.combo.blockSignals(True)
    field.combo.clear()
    field._choices = list(choices)
    for code, words in choices:
        field.combo.addItem(words, code)
    field.show_value(value if any(code == value for code, _words in choices) else choices[0][0])
    field.combo.blockSignals(False)


class Choices(QWidget):
    """`fixed`: for whom is decided already (chosen customers, letters of the bench); then no days are asked for."""

    changed = Signal()
    submitted = Signal()

    def __init__(
        self,
        context: Context,
        kind: PrintKind,
        span: tuple[date, date] | None = None,
        fixed: Wanted | None = None,
    ) -> None:
        super().__init__()
        self.context, self.fixed = context, fixed
        self.jobs: dict[int, JobRow] = {}
        self.sheets: list[str] = []
        self._build(kind, span)

    def _build(self, kind: PrintKind, span: tuple[date, date] | None) -> None:
        today = self.context.today()
        first, last = span or (today, today + timedelta(days=AHEAD))
        known = LETTERS if self.fixed is not None and self.fixed.letters_on else KINDS
        kinds = [(code, findings.kind_words(code)) for code in (known if kind in known else (kind,))]
        self.kind = ChoiceField("kind", _("打印什么"), kinds)
        self.layouts = ChoiceField("layout", _("版式"), [])
        self.job = ChoiceField(
            "job_id", _("任务"), [(0, _("新的一批"))], tip=_("卡纸或中断后，选以前的任务接着印")
        )
        self.occasion = ChoiceField("occasion", _("赠送事宜"), self._occasions())
        fields: list[Field] = [
            self.kind,
            self.job,
            DayField("first", _("从"), today, required=True, tip=_("赠送事宜的第一天（生日或节日当天）")),
            DayField("last", _("到"), today, required=True, tip=_("赠送事宜的最后一天")),
            self.occasion,
            self.layouts,
            NumberField("start", _("从第几枚开始"), tip=_("用过一部分的标签纸可以再放进去")),
            NumberField("from_item", _("从第几份开始"), tip=_("前面的已经印好，从这一份开始印")),
            NumberField("to_item", _("到第几份为止"), tip=_("空着就印到最后一份")),
        ]
        self.form = Form(fields)
        for choice in (self.kind, self.job, self.layouts):
            choice.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kind.show_value(kind)
        self._offer_layouts()
        layout = self.fixed.layout if self.fixed and self.fixed.layout else LAYOUTS[kind][0][0]
        self.form.load({"kind": kind, "job_id": 0, "first": first, "last": last, "layout": layout, "start": 1,
                        "occasion": self.fixed.occasion if self.fixed else "",
                        "from_item": self.fixed.from_item or 1 if self.fixed else 1})  # fmt: skip
        self.kind.edited.connect(self._kind_taken)
        self.job.edited.connect(self._take_job)
        self.form.edited.connect(self.changed)
        self.form.submitted.connect(self.submitted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.form)
        self._fit()

    def _occasions(self) -> list[tuple[str, str]]:
        if self.fixed is None:
            posted = (
                Occasion.BIRTHDAY.value,
                Occasion.REMEMBERED_DAY.value,
                *self.context.shop.policy.gifts.festivals,
            )
            return [("", _("全部事宜")), *((code, occasion_words(code)) for code in dict.fromkeys(posted))]
        from services.printing import texts

        general = Occasion.OWNER_CHOICE.value
        others = [(code, occasion_words(code)) for code in texts.occasions() if code != general]
        return [("", _("平常问候")), *others]

    @property
    def chosen(self) -> PrintKind:
        return PrintKind(self.kind.value())  # Qt keeps the bare text of a code

    def _kind_taken(self) -> None:
        self._offer_layouts()
        self._fit()

    def _offer_layouts(self) -> None:
        known = [(code, _(words)) for code, words in LAYOUTS[self.chosen]]
        if self.chosen in ON_LABELS:
            known += [(name, _("{name}（自定义）").format(name=name)) for name in self.sheets]
        offer(self.layouts, known, self.layouts.value())

    def show_sheets(self, names: Sequence[str], choose: str = "") -> None:
        """The shop's own label sheets; `choose` one of them."""
        self.sheets = list(names)
        self._offer_layouts()
        if choose and self.chosen in ON_LABELS:
            self.layouts.show_value(choose)

    def show_jobs(self, found: Sequence[JobRow]) -> None:
        """The jobs that can be gone on with."""
        self.jobs = {job.id: job for job in found if job.kind in LAYOUTS}
        words = [(job.id, findings.job_words(job)) for job in self.jobs.values()]
        offer(self.job, [(0, _("新的一批")), *words], self.job.value())

    def _fit(self) -> None:
        """Only what matters for the chosen kind can be typed into."""
        resumed = bool(self.job.value())
        person, letters = self.fixed is not None, self.fixed is not None and not self.fixed.customers
        recorded = self.fixed is not None and bool(self.fixed.job_id)
        self.form.set_enabled(
            "layout", not resumed and not (recorded and self.fixed is not None and not self.fixed.only)
        )
        shown = {
            "kind": not recorded,
            "job_id": not person,
            "first": not person,
            "last": not person,
            "occasion": not letters and (not person or self.chosen == PrintKind.CARD),
            "start": self.chosen in ON_LABELS,
            "from_item": not (recorded and self.fixed is not None and self.fixed.only),
            "to_item": not resumed and not recorded,
        }
        for name, needed in shown.items():
            field = self.form.field(name)
            field.input.setEnabled(needed and not (resumed and name in _LOCKED))
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
                                ("from_item", begin), ("to_item", None)):  # fmt: skip
                self.form.field(name).show_value(value)
        self._fit()

    def wanted(self) -> Wanted | None:
        """What is typed; None when something is wrong, which then stands beside its field."""
        from services.printing.jobs import Wanted

        try:
            found = self.form.values()
        except Refused:
            return None
        common = {"kind": self.chosen, "layout": found["layout"], "start": found["start"] or 1,
                  "from_item": found["from_item"] or 0, "to_item": found["to_item"] or 0}  # fmt: skip
        if self.fixed is not None:
            occasion = (found["occasion"] or "") if self.fixed.customers else self.fixed.occasion
            return replace(self.fixed, **common, occasion=occasion)
        return Wanted(**common, first=found["first"], last=found["last"], occasion=found["occasion"] or "",
                      job_id=found["job_id"] or 0)  # fmt: skip
