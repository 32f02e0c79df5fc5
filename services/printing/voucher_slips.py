"""Vouchers on paper (礼金券): eight to an A4 sheet, each with its number and bar code, to go into the envelopes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services import formats
from services.printing.art.brush import Brush
from services.printing.breaking import fit_line
from services.printing.cards import Drawn
from services.printing.designs import DESIGNS
from services.printing.geometry import A4, MM, Box, Size
from services.printing.paper import Paper
from services.progress import Progress, silent
from services.rules.vouchers import grouped
from services.words import _

PER_PAGE = 8
_SIZE = Size(105, 74.25)
_EDGE = 6.0
_BARS = (46.0, 11.0)
"""mm of the bar code."""


@dataclass(frozen=True)
class Slip:
    """One voucher as it is printed. Money in fen."""

    card_no: str
    name: str
    salutation: str
    number: str
    value: int
    minimum: int
    valid_to: date


def draw(
    slips: Sequence[Slip],
    *,
    shop_name: str,
    title: str = "",
    day: date | None = None,
    progress: Progress = silent,
) -> Drawn:
    """Draws the vouchers in their order, row by row, with cut marks."""
    paper = Paper(A4, title or _("礼金券"), day=day)
    cut: dict[str, None] = {}
    for start in range(0, len(slips), PER_PAGE):
        for place, slip in enumerate(slips[start : start + PER_PAGE]):
            row, column = divmod(place, 2)
            if _slip(
                paper,
                slip,
                Box(column * _SIZE.width, row * _SIZE.height, _SIZE.width, _SIZE.height),
                shop_name,
            ):
                cut[slip.card_no] = None
        _marks(paper)
        paper.next_page()
        progress(min(start + PER_PAGE, len(slips)), len(slips))
    return Drawn(paper, len(slips), tuple(cut))


def _slip(paper: Paper, slip: Slip, box: Box, shop_name: str) -> bool:
    """What belongs to this voucher, on the frame that all of its value share. Returns whether something was cut."""
    form = f"voucher-{slip.value}"
    if not paper.has_form(form):
        with paper.form(form, _SIZE):
            _frame(paper, slip.value, shop_name)
    paper.place(form, box.left, box.bottom)
    inner = box.inset(_EDGE + 4, _EDGE + 3)
    paper.canvas.setFillColor(DESIGNS["neutral"].ink)
    name = fit_line(f"{slip.name} {slip.salutation}".strip(), 11, 7, 44 * MM)
    paper.text(inner.left, inner.top + 27, name.lines[0], name.size)
    lines = [_("有效期至 {day}").format(day=slip.valid_to.isoformat())]
    if slip.minimum:
        lines.append(_("满 {money} 可用").format(money=formats.money(slip.minimum)))
    for number, words in enumerate(lines):
        paper.text(inner.left, inner.top + 34 + number * 5, words, 8.5)
    paper.canvas.setFillGray(0)
    left, base = inner.right - _BARS[0], inner.bottom - 4.5
    _bar_code(paper, slip.number, left, base)
    paper.centred(left + _BARS[0] / 2, inner.bottom - 0.6, grouped(slip.number), 8.5)
    return name.cut


def _frame(paper: Paper, value: int, shop_name: str) -> None:
    """Inside a form: the origin is its bottom left, in points."""
    design, canvas = DESIGNS["neutral"], paper.canvas
    wide, high = _SIZE.width, _SIZE.height
    canvas.setFillColor("#fdfaf2")
    canvas.setStrokeColor(design.accent)
    canvas.setLineWidth(0.8)
    canvas.roundRect(_EDGE * MM, _EDGE * MM, (wide - 2 * _EDGE) * MM, (high - 2 * _EDGE) * MM, 2 * MM, fill=1)
    canvas.saveState()
    canvas.scale(MM, MM)
    design.sprig(Brush(canvas), wide - 24, high - 24, 26)
    canvas.restoreState()
    canvas.setFillAlpha(1)
    canvas.setFillColor(design.ink)
    left = (_EDGE + 4) * MM
    shop = fit_line(shop_name, 10, 6, 52 * MM)
    paper._use(shop.size)
    canvas.drawString(left, (high - _EDGE - 8) * MM, shop.lines[0])
    paper._use(24)
    canvas.drawString(left, (high - _EDGE - 20) * MM, f"￥{value // 100}")
    paper._use(12)
    canvas.drawString((_EDGE + 34) * MM, (high - _EDGE - 19.5) * MM, _("礼金券"))


def _bar_code(paper: Paper, number: str, left: float, base: float) -> None:
    """EAN-13 without words of its own: those would come in a font that is not embedded."""
    from reportlab.graphics import renderPDF
    from reportlab.graphics.barcode.eanbc import Ean13BarcodeWidget
    from reportlab.graphics.shapes import Drawing

    bars = Ean13BarcodeWidget(
        value=number, humanReadable=0, quiet=0, barHeight=_BARS[1] * MM, barWidth=_BARS[0] / 95 * MM
    )
    drawing = Drawing(_BARS[0] * MM, _BARS[1] * MM)
    drawing.add(bars)
    renderPDF.draw(drawing, paper.canvas, left * MM, paper.y(base))
    paper._fresh = True


def _marks(paper: Paper) -> None:
    """Short lines where the sheet is cut."""
    canvas = paper.canvas
    canvas.setStrokeGray(0.5)
    canvas.setLineWidth(0.3)
    for row in (1, 2, 3):
        y = row * _SIZE.height
        paper.line(0, y, 4, y)
        paper.line(A4.width - 4, y, A4.width, y)
        paper.line(103, y, 107, y)
    for top in (0, A4.height - 4):
        paper.line(105, top, 105, top + 4)
