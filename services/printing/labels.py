"""Address labels and gift labels on A4 sheets of labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from services.errors import Refused
from services.printing import fonts
from services.printing.breaking import Block, fit_block, fit_line, shortened
from services.printing.cards import Drawn
from services.printing.designs import DESIGNS
from services.printing.geometry import MM, Box, LabelSheet, Size
from services.printing.paper import Paper
from services.progress import Progress, silent
from services.words import _

_PADDING = 3.2
"""mm kept free inside a label: sheets are never fed exactly."""
_ADDRESS_SIZES = (11.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5)
_NAME_SIZE = 14.0
_SMALLEST_NAME = 8.0
_LEADING = 1.28

Piece = TypeVar("Piece")


@dataclass(frozen=True)
class AddressLabel:
    """Where one letter goes."""

    card_no: str
    name: str
    salutation: str
    postcode: str
    address: str
    copy: bool = False
    """A label that was printed before: says 副本."""


@dataclass(frozen=True)
class GiftLabel:
    """What is tied to one gift."""

    card_no: str
    name: str
    salutation: str
    occasion: str
    """in words"""
    gift: str
    shop_name: str
    design: str = "neutral"
    copy: bool = False


def draw_addresses(
    labels: Sequence[AddressLabel],
    sheet: LabelSheet,
    *,
    start: int = 1,
    title: str = "",
    day: date | None = None,
    progress: Progress = silent,
) -> Drawn:
    """Draws address labels from label `start` (1 = top left) of the first sheet on. Raises Refused."""
    return _draw(labels, sheet, _address, start, title or "地址标签", day, progress)


def draw_gifts(
    labels: Sequence[GiftLabel],
    sheet: LabelSheet,
    *,
    start: int = 1,
    title: str = "",
    day: date | None = None,
    progress: Progress = silent,
) -> Drawn:
    """Draws gift labels from label `start` (1 = top left) of the first sheet on. Raises Refused."""
    return _draw(labels, sheet, _gift, start, title or "礼品标签", day, progress)


def _draw(
    labels: Sequence[Piece],
    sheet: LabelSheet,
    draw_one: Callable[[Paper, Piece, Box], bool],
    start: int,
    title: str,
    day: date | None,
    progress: Progress,
) -> Drawn:
    if not labels:
        raise Refused("没有要打印的标签。")
    paper = Paper(sheet.paper, title, day=day)
    cut: dict[str, None] = {}
    at = 0
    for done, (label, (page, box)) in enumerate(
        zip(labels, sheet.places(len(labels), start), strict=True), 1
    ):
        if page != at:
            paper.next_page()
            progress(done - 1, len(labels))
            at = page
        if draw_one(paper, label, box):
            cut[getattr(label, "card_no", "")] = None
    paper.next_page()
    progress(len(labels), len(labels))
    return Drawn(paper, len(labels), tuple(cut))


def addressee(name: str, salutation: str, wide: float) -> Block:
    """`王小丽 女士 收` within `wide` points: first it shrinks, then the name is cut, never 收."""
    end = f" {salutation} 收" if salutation else " 收"
    whole = fit_line(name + end, _NAME_SIZE, _SMALLEST_NAME, wide)
    if not whole.cut:
        return whole
    short = shortened(name, whole.size, wide - fonts.width(end, whole.size))
    return Block((short + end,), whole.size, True)


def _address(paper: Paper, label: AddressLabel, box: Box) -> bool:
    """Postcode above, the address in as many lines as it needs, the name large below."""
    inner = box.inset(_PADDING)
    canvas = paper.canvas
    top = inner.top
    if label.postcode:
        postcode = fit_line(label.postcode, 11.5, 7, inner.width * 0.6 * MM)
        paper._use(postcode.size)
        canvas.drawString(inner.left * MM, paper.y(top + 3.4), postcode.lines[0], charSpace=2.2)
    if label.copy:
        paper.right(inner.right, top + 2.6, _("副本"), 7)
    top += 5.6
    name = addressee(label.name, label.salutation, inner.width * MM)
    base = inner.bottom - 0.9
    room = base - name.size * 1.15 / MM - top
    words = fit_block(label.address, _ADDRESS_SIZES, inner.width * MM, room * MM, _LEADING)
    y = top + words.size * 0.88 / MM
    for line in words.lines:
        paper.text(inner.left, y, line, words.size)
        y += words.size * _LEADING / MM
    paper.text(inner.left + max(0.0, min(8.0, inner.width - fonts.width(name.lines[0], name.size) / MM)), base,
               name.lines[0], name.size)  # fmt: skip
    return words.cut or name.cut


def _gift(paper: Paper, label: GiftLabel, box: Box) -> bool:
    """The occasion, the name, the gift and the shop, inside a fine frame with the occasion's ornament."""
    design = DESIGNS.get(label.design, DESIGNS["neutral"])
    frame = f"gift-{design.name}-{box.width:g}x{box.height:g}"
    if not paper.has_form(frame):
        _gift_frame(paper, frame, design.name, box)
    paper.place(frame, box.left, box.bottom)
    inner = box.inset(5.0, 4.2)
    canvas = paper.canvas
    canvas.setFillColor(design.ink)
    cut = False
    occasion = fit_line(label.occasion, 9.5, 6, inner.width * 0.62 * MM)
    paper.text(inner.left, inner.top + 3.2, occasion.lines[0], occasion.size)
    paper.right(inner.right, inner.top + 3.0, fit_line(label.card_no, 7.5, 5, 20 * MM).lines[0], 7.5)
    name = fit_line(" ".join(filter(None, (label.name, label.salutation))), 16, 8, inner.width * 0.72 * MM)
    paper.text(inner.left, inner.top + 11.6, name.lines[0], name.size)
    gift = fit_line(label.gift, 9.5, 6, inner.width * 0.72 * MM)
    paper.text(inner.left, inner.top + 17.2, gift.lines[0], gift.size)
    shop = fit_line(_("{shop} 谨赠").format(shop=label.shop_name), 9, 6, inner.width * MM)
    paper.right(inner.right, inner.bottom - 0.8, shop.lines[0], shop.size)
    if label.copy:
        paper.text(inner.left, inner.bottom - 0.8, _("副本"), 6.5)
    cut = name.cut or gift.cut or shop.cut or occasion.cut
    return cut


def _gift_frame(paper: Paper, name: str, design_name: str, box: Box) -> None:
    from services.printing.art.brush import Brush

    design = DESIGNS[design_name]
    with paper.form(name, Size(box.width, box.height)) as canvas:
        canvas.setStrokeColor(design.accent)
        canvas.setLineWidth(0.6)
        canvas.roundRect(
            2.2 * MM, 2.2 * MM, (box.width - 4.4) * MM, (box.height - 4.4) * MM, 1.6 * MM, stroke=1, fill=0
        )
        canvas.saveState()
        canvas.scale(MM, MM)
        design.sprig(Brush(canvas), box.width - 13.5, box.height * 0.5, 17)
        canvas.restoreState()
