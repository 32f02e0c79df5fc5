"""A plain table on A4, as people fill it in by hand: title, facts, header on each page, grid, page n of m, signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from services.printing.breaking import fit_block, fit_line
from services.printing.geometry import A4, A4_LANDSCAPE, MM, Box
from services.printing.paper import Paper
from services.words import _

_EDGE = 12.0
_FIRST_TOP, _NEXT_TOP = 31.0, 14.0
_HEAD = 8.5
_FOOT = 16.0
"""mm: room for the signatures below the last row"""


@dataclass(frozen=True)
class PaperColumn:
    """One column: its heading, its width in mm, and where its words stand."""

    head: str
    width: float
    align: str = "left"


@dataclass(frozen=True)
class PaperTable:
    """All that is printed. Widths are stretched to the page; empty cells are there to be written in."""

    title: str
    facts: tuple[str, ...]
    columns: tuple[PaperColumn, ...]
    rows: Sequence[Sequence[str]]
    signatures: tuple[str, ...] = ()
    row_height: float = 8.0
    landscape: bool = False
    shop_name: str = ""
    day: date | None = None
    small: str = field(default="")
    """A line in the margin of each page"""


def draw(table: PaperTable) -> Paper:
    """The drawn table."""
    size = A4_LANDSCAPE if table.landscape else A4
    paper = Paper(size, table.title, table.shop_name, table.day)
    wide = size.width - 2 * _EDGE
    whole = sum(column.width for column in table.columns)
    widths = [column.width * wide / whole for column in table.columns]
    pages = _paginate(table, size.height - 16)
    for number, rows in enumerate(pages, 1):
        top = _FIRST_TOP if number == 1 else _NEXT_TOP
        if number == 1:
            paper.centred(size.width / 2, 18, table.title, 17, 0.8)
            line = fit_line("　　".join(table.facts), 9.5, 6, wide * MM)
            paper.text(_EDGE, 27, line.lines[0], line.size)
        bottom = _rows(paper, table, widths, rows, top)
        if number == len(pages) and table.signatures:
            _sign(paper, table, bottom + 11, wide)
        _margin(paper, table, number, len(pages))
        paper.next_page()
    return paper


def _paginate(table: PaperTable, bottom: float) -> list[Sequence[Sequence[str]]]:
    """Rows by page; the signatures stay below the last ones."""
    pages: list[Sequence[Sequence[str]]] = []
    rest = list(table.rows)
    foot = _FOOT if table.signatures else 0.0
    while rest or not pages:
        top = (_NEXT_TOP if pages else _FIRST_TOP) + _HEAD
        room = int((bottom - top) / table.row_height)
        if len(rest) * table.row_height + foot <= bottom - top:
            pages.append(rest)
            return pages
        take = min(room, max(1, len(rest) - 1))
        pages.append(rest[:take])
        rest = rest[take:]
    return pages


def _rows(
    paper: Paper, table: PaperTable, widths: Sequence[float], rows: Sequence[Sequence[str]], top: float
) -> float:
    canvas = paper.canvas
    canvas.setFillColorRGB(0.902, 0.937, 0.933)
    paper.rect(Box(_EDGE, top, sum(widths), _HEAD), stroke=0, fill=1)
    canvas.setFillGray(0)
    x = _EDGE
    for column, width in zip(table.columns, widths, strict=True):
        head = fit_line(column.head, 10, 6, (width - 2) * MM)
        paper.centred(x + width / 2, top + _HEAD / 2 + 1.3, head.lines[0], head.size)
        x += width
    y = top + _HEAD
    for row in rows:
        x = _EDGE
        for column, width, words in zip(table.columns, widths, row, strict=True):
            _cell(paper, column, Box(x, y, width, table.row_height), words)
            x += width
        y += table.row_height
    _grid(paper, table, widths, top, y)
    return y


def _cell(paper: Paper, column: PaperColumn, box: Box, words: str) -> None:
    if not words:
        return
    block = fit_block(words, (10, 9, 8, 7, 6), (box.width - 2.4) * MM, (box.height - 1) * MM, 1.15)
    y = (
        box.top
        + box.height / 2
        - (len(block.lines) - 1) * block.size * 1.15 / MM / 2
        + block.size * 0.35 / MM
    )
    for line in block.lines:
        if column.align == "right":
            paper.right(box.right - 1.5, y, line, block.size)
        elif column.align == "center":
            paper.centred(box.left + box.width / 2, y, line, block.size)
        else:
            paper.text(box.left + 1.2, y, line, block.size)
        y += block.size * 1.15 / MM


def _grid(paper: Paper, table: PaperTable, widths: Sequence[float], top: float, bottom: float) -> None:
    canvas = paper.canvas
    canvas.setStrokeGray(0.25)
    canvas.setLineWidth(0.5)
    y = top + _HEAD
    while y < bottom - 0.01:
        paper.line(_EDGE, y, _EDGE + sum(widths), y)
        y += table.row_height
    x = _EDGE
    for width in widths[:-1]:
        x += width
        paper.line(x, top, x, bottom)
    canvas.setLineWidth(0.9)
    paper.rect(Box(_EDGE, top, sum(widths), bottom - top))


def _sign(paper: Paper, table: PaperTable, y: float, wide: float) -> None:
    paper.canvas.setLineWidth(0.5)
    step = wide / len(table.signatures)
    for place, words in enumerate(table.signatures):
        left = _EDGE + place * step
        paper.text(left, y, words, 11)
        paper.line(left + 24, y + 0.8, left + step - 8, y + 0.8)


def _margin(paper: Paper, table: PaperTable, number: int, count: int) -> None:
    paper.canvas.setFillGray(0.3)
    foot = paper.size.height - 8
    paper.centred(paper.size.width / 2, foot, _("第 {n} 页 / 共 {all} 页").format(n=number, all=count), 9)
    paper.text(_EDGE, foot, fit_line(table.shop_name, 8, 5, 60 * MM).lines[0], 8)
    if table.small:
        line = fit_line(table.small, 7, 5, 60 * MM)
        paper.right(paper.size.width - _EDGE, foot, line.lines[0], line.size)
    paper.canvas.setFillGray(0)
