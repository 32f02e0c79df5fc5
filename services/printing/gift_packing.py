"""The packing check-list (装礼清单) of a day on A4: one line for each gift, one box for each thing to be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from services.gifts.wording import handover_words, occasion_words
from services.printing.breaking import break_lines, fit_line
from services.printing.cards import Drawn
from services.printing.geometry import A4, MM, Box
from services.printing.paper import Paper
from services.words import N_, _

if TYPE_CHECKING:
    from services.gifts.parcels import ParcelRow

ROWS = 26
_TOP, _ROW = 42.0, 8.6
ROWS_WITH_PLACES, _ROW_WITH_PLACE = 19, 11.8
"""Where something goes to the door, every row has a second line for the address."""
_LEFT, _RIGHT = 14.0, 196.0
_COLUMNS = (
    (N_("序"), 14.0),
    (N_("卡号"), 22.0),
    (N_("姓名"), 38.0),
    (N_("赠送事宜"), 54.0),
    (N_("礼品"), 82.0),
    (N_("交付方式"), 113.0),
)
_NAME = 38.0
"""mm where the address begins: under the name"""
_BOXES = 131.0
"""mm where the boxes begin"""


def draw(
    rows: Sequence[ParcelRow], steps: Sequence[str], *, shop_name: str, day: date, printed_on: date
) -> Drawn:
    """`steps`: what is done with every gift (policy `gifts.packing`); a last box says that it is packed."""
    paper = Paper(A4, _("装礼清单"), day=printed_on)
    heads = [one[:1].upper() + one[1:] for one in (*(_(step) for step in steps), _("装好"))]
    places = any(row.to_door for row in rows)
    on_page, high = (ROWS_WITH_PLACES, _ROW_WITH_PLACE) if places else (ROWS, _ROW)
    pages = -(-len(rows) // on_page)
    cut: dict[str, None] = {}
    for page in range(pages):
        _head(paper, heads, shop_name, day, len(rows), page + 1, pages)
        for number, row in enumerate(rows[page * on_page : (page + 1) * on_page]):
            base = _TOP + _ROW + number * high
            if _line(paper, base, page * on_page + number + 1, row, len(heads), high - _ROW):
                cut[row.card_no] = None
        paper.next_page()
    return Drawn(paper, len(rows), tuple(cut))


def _boxes(count: int) -> list[float]:
    """The left edge of each box's column."""
    wide = (_RIGHT - _BOXES) / count
    return [_BOXES + number * wide for number in range(count)]


def _head(
    paper: Paper, heads: Sequence[str], shop_name: str, day: date, pieces: int, page: int, pages: int
) -> None:
    paper.canvas.setFillGray(0)
    paper.text(_LEFT, 20, _("装礼清单"), 17)
    facts = (shop_name, day.isoformat(), _("{n} 件").format(n=pieces))
    paper.text(_LEFT, 27, " · ".join(part for part in facts if part), 9)
    paper.right(_RIGHT, 27, _("第 {n} 页 / 共 {all} 页").format(n=page, all=pages), 9)
    ends = [*(left for _words, left in _COLUMNS[1:]), _BOXES]
    for (words, left), end in zip(_COLUMNS, ends, strict=True):
        fitted = fit_line(_(words), 9, 5.5, (end - left - 1.5) * MM)
        paper.text(left, _TOP, fitted.lines[0], fitted.size)
    lefts = _boxes(len(heads))
    wide = (_RIGHT - _BOXES) / len(heads)
    for words, left in zip(heads, lefts, strict=True):
        lines = break_lines(words, 8.5, (wide - 1) * MM)[:2]
        for number, text in enumerate(reversed(lines)):
            paper.text(left, _TOP - number * 3.6, text, 8.5)
    paper.canvas.setLineWidth(0.8)
    paper.line(_LEFT, _TOP + 2.2, _RIGHT, _TOP + 2.2)
    paper.text(_LEFT, 287, _("每装好一件在最后一格打勾，再在程序里登记。"), 8)


def _line(paper: Paper, base: float, number: int, row: ParcelRow, boxes: int, more: float) -> bool:
    """One gift, with `more` mm below it for the address. Returns whether something was cut."""
    cut = False
    words = (
        str(number),
        row.card_no,
        row.name,
        f"{occasion_words(row.occasion)} {row.due:%m-%d}",
        row.gift,
        handover_words(row.handover),
    )
    ends = [*(left for _words, left in _COLUMNS[1:]), _BOXES]
    for text, (_words, left), end in zip(words, _COLUMNS, ends, strict=True):
        fitted = fit_line(text, 9.5, 5.5, (end - left - 1.5) * MM)
        cut |= fitted.cut
        paper.text(left, base, fitted.lines[0], fitted.size)
    paper.canvas.setLineWidth(0.5)
    lefts = _boxes(boxes)
    for left in lefts:
        paper.rect(Box(left + 1, base - 3.6, 4, 4))
    if row.packed_on is not None:
        paper.canvas.setLineWidth(0.9)
        paper.line(lefts[-1] + 1.8, base - 1.6, lefts[-1] + 2.7, base - 0.5)
        paper.line(lefts[-1] + 2.7, base - 0.5, lefts[-1] + 4.6, base - 3.1)
    if row.to_door:
        place = fit_line(row.place or _("没有地址，请先问客户"), 8, 6, (_RIGHT - _NAME) * MM)
        cut |= place.cut
        paper.text(_NAME, base + 4.2, place.lines[0], place.size)
    paper.canvas.setLineWidth(0.2)
    paper.line(_LEFT, base + 2.6 + more, _RIGHT, base + 2.6 + more)
    return cut
