"""Receipt slips: 80 mm till rolls as high as needed, and A6; what the customer signs for, and a code to find it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.printing.breaking import break_lines, fit_line
from services.printing.cards import Drawn
from services.printing.geometry import A6, MM, Size
from services.printing.paper import Paper
from services.rules.vouchers import grouped
from services.words import N_, _

FORMATS = {"roll": N_("80 毫米小票纸"), "a6": N_("A6 纸")}
_ROLL, _ROLL_EDGE = 80.0, 4.0
"""A thermal head prints 72 mm of the 80."""
_A6_EDGE = 9.0
_LEAST, _CUT = 60.0, 8.0
"""mm: the shortest slip, and what the cutter needs below the last line."""
_SIZES = {"roll": (9.5, 11.0, 15.0), "a6": (9.5, 11.0, 16.0)}
"""Points of ordinary text, of the gifts, of the title"""
_LEAD = 0.55
"""mm of line height a point"""
_LABEL = 19.0
"""mm for the words before a value"""


@dataclass(frozen=True)
class Gift:
    """One thing that is handed over, with the numbers of the vouchers in it."""

    name: str
    vouchers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Slip:
    """One receipt in words."""

    shop_name: str
    card_no: str
    name: str
    phone: str
    """masked"""
    occasion: str
    due: date
    gifts: tuple[Gift, ...]
    plan: str
    """Plan and line number"""
    number: str
    """What the bars say"""
    handover: str
    to_door: bool = False
    place: str = ""
    """Postcode and address, for a gift that goes there"""
    way: str = ""
    signed: str = ""
    clerk: str = ""
    day: date | None = None
    received_by: str = ""


def draw(found: Sequence[Slip], paper: str = "roll", *, title: str = "", day: date | None = None) -> Drawn:
    """Draws one page for each slip. On the roll the page is as high as its words."""
    title = title or _("礼品签收单")
    sheet = Paper(A6 if paper == "a6" else Size(_ROLL, _LEAST), title, day=day)
    for one in found:
        if paper != "a6":
            high = _Slip(sheet, one, paper, title, drawing=False).run() + _CUT
            sheet.size = Size(_ROLL, max(_LEAST, high))
            sheet.canvas.setPageSize(sheet.size.points)
        _Slip(sheet, one, paper, title, drawing=True).run()
        sheet.next_page()
    return Drawn(sheet, len(found))


class _Slip:
    """Goes down the slip; without `drawing` it only measures."""

    def __init__(self, sheet: Paper, slip: Slip, paper: str, title: str, *, drawing: bool) -> None:
        self.sheet, self.slip, self.title, self.drawing = sheet, slip, title, drawing
        self.body, self.large, self.head = _SIZES[paper]
        edge = _A6_EDGE if paper == "a6" else _ROLL_EDGE
        self.left, self.right = edge, sheet.size.width - edge
        self.y = edge + 1.0
        self.bottom = sheet.size.height - _A6_EDGE if paper == "a6" else 0.0
        """Where the signature stands on a page of fixed height; 0: right below the rest."""

    def run(self) -> float:
        """Returns the mm used."""
        one = self.slip
        self._centred(one.shop_name, self.body)
        self._centred(self.title, self.head)
        self._rule()
        self._row(_("客户名"), "  ".join(part for part in (one.name, one.card_no) if part))
        if one.phone:
            self._row(_("电话"), one.phone)
        self._row(_("赠送事宜"), f"{one.occasion}  {one.due.isoformat()}")
        self._rule()
        for gift in one.gifts:
            self._lines(gift.name + "  × 1", self.large)
            for number in gift.vouchers:
                self._lines(_("券号 {number}").format(number=grouped(number)), self.body)
        self._rule()
        self._row(_("交付方式"), "  ".join(part for part in (one.handover, one.way) if part))
        if one.to_door:
            self._row(_("送到"), one.place or _("没有地址，请先问客户"))
        if one.signed:
            self._row(_("凭据"), one.signed)
        self._row(_("经手人"), one.clerk)
        self._row(_("日期"), one.day.isoformat() if one.day else "")
        self._row(_("计划编号"), one.plan)
        self._code()
        self._signature()
        return self.y

    def _centred(self, text: str, size: float) -> None:
        wide = self.right - self.left
        fitted = fit_line(text, size, 7, wide * MM)
        self.y += fitted.size * _LEAD
        if self.drawing:
            self.sheet.centred((self.left + self.right) / 2, self.y, fitted.lines[0], fitted.size)
        self.y += 1.2

    def _rule(self) -> None:
        self.y += 2.2
        if self.drawing:
            self.sheet.canvas.setLineWidth(0.4)
            self.sheet.canvas.setDash(2, 1.5)
            self.sheet.line(self.left, self.y, self.right, self.y)
            self.sheet.canvas.setDash()
        self.y += 1.0

    def _row(self, label: str, value: str) -> None:
        top = self.y + self.body * _LEAD
        wide = self.right - self.left - _LABEL
        if self.drawing:
            fitted = fit_line(label, self.body, 6, (_LABEL - 1.5) * MM)
            self.sheet.text(self.left, top, fitted.lines[0], fitted.size)
        for text in break_lines(value, self.body, wide * MM) or ("",):
            self.y += self.body * _LEAD
            if self.drawing:
                self.sheet.text(self.left + _LABEL, self.y, text, self.body)

    def _lines(self, text: str, size: float) -> None:
        for line in break_lines(text, size, (self.right - self.left) * MM):
            self.y += size * _LEAD
            if self.drawing:
                self.sheet.text(self.left, self.y, line, size)

    def _code(self) -> None:
        from services.sheets.plan_code import MODULE, QUIET, bars, draw

        self.y += 3.5
        if self.drawing:
            _stripes, wide = bars(self.slip.number)
            middle = (self.left + self.right) / 2
            draw(self.sheet, middle + (wide / 2 + QUIET) * MODULE, self.y, 8.0, self.slip.number)
        self.y += 12.0

    def _signature(self) -> None:
        self.y = max(self.y + 11.0, self.bottom - 6.0)
        words = _("客户签名")
        if self.drawing:
            sheet = self.sheet
            fitted = fit_line(words, self.body, 6, 22.5 * MM)
            sheet.text(self.left, self.y, fitted.lines[0], fitted.size)
            sheet.canvas.setLineWidth(0.6)
            sheet.line(self.left + 24, self.y + 0.8, self.right, self.y + 0.8)
            if self.slip.received_by:
                sheet.text(self.left + 26, self.y - 0.6, self.slip.received_by, self.body)
        self.y += 5.5
        note = _("礼品已收到，与上面所列相符。")
        if self.drawing:
            fitted = fit_line(note, 7.5, 6, (self.right - self.left) * MM)
            self.sheet.text(self.left, self.y, fitted.lines[0], fitted.size)
