"""检核表 and 沟通进度表 as PDF: A4 landscape, each group on pages of its own, room to tick and to sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.contact_paper_cells import Column, cells, columns, facts, foot_note, signatures
from services.contact_sheet import Part, Sheet
from services.printing.breaking import fit_block, fit_line
from services.printing.geometry import A4_LANDSCAPE, MM, Box
from services.printing.paper import Paper
from services.words import _

ROW = 9.2
_LEFT, _WIDTH, _BOTTOM = 10.0, 277.0, 196.0
_HEAD = 8.0
_FIRST_TOP, _NEXT_TOP = 29.0, 14.0
_SIGN = 17.0
_LEFT_ALIGNED = ("name", "topics", "result")
_Cells = Mapping[str, str]


def draw(sheet: Sheet) -> Paper:
    """The drawn paper."""
    paper = Paper(A4_LANDSCAPE, sheet.title, sheet.shop_name, sheet.day)
    shown = columns(sheet)
    pages = [
        (part, number, lines, number == len(split) - 1)
        for part in sheet.parts
        for split in [paginate(cells(sheet, part))]
        for number, lines in enumerate(split)
    ]
    for place, (part, number, lines, last) in enumerate(pages, 1):
        if number == 0:
            paper.centred(A4_LANDSCAPE.width / 2, 17.5, sheet.title, 19, 1.0)
            small = fit_line("　".join(facts(sheet, part)), 9.5, 6, _WIDTH * MM)
            paper.text(_LEFT, 25.5, small.lines[0], small.size)
        y = _rows(paper, shown, lines, _FIRST_TOP if number == 0 else _NEXT_TOP)
        if last:
            _sign(paper, y)
        _margin(paper, sheet, part, place, len(pages))
        paper.next_page()
    return paper


def paginate(lines: Sequence[_Cells]) -> list[Sequence[_Cells]]:
    """Lines by page; the signatures stand below the last ones, never alone on a page."""
    pages: list[Sequence[_Cells]] = []
    rest = list(lines)
    while rest:
        top = _NEXT_TOP if pages else _FIRST_TOP
        room = int((_BOTTOM - top - _HEAD) / ROW)
        with_sign = int((_BOTTOM - _SIGN - top - _HEAD) / ROW)
        take = len(rest) if len(rest) <= with_sign else min(room, len(rest) - 1)
        pages.append(rest[:take])
        rest = rest[take:]
    return pages or [()]


def _rows(paper: Paper, shown: Sequence[Column], lines: Sequence[_Cells], top: float) -> float:
    """Header and lines from `top` on. Returns where they end."""
    paper.canvas.setFillColorRGB(0.902, 0.937, 0.933)
    paper.rect(Box(_LEFT, top, _WIDTH, _HEAD), stroke=0, fill=1)
    paper.canvas.setFillGray(0)
    x = _LEFT
    for column in shown:
        head = fit_line(column.head, 10.0, 5.0, (column.width - 1.0) * MM)
        paper.centred(x + column.width / 2, top + _HEAD / 2 + 1.3, head.lines[0], head.size)
        x += column.width
    y = top + _HEAD
    for line in lines:
        _line(paper, shown, line, y)
        y += ROW
    _grid(paper, shown, top, y)
    return y


def _line(paper: Paper, shown: Sequence[Column], line: _Cells, top: float) -> None:
    x = _LEFT
    for column in shown:
        if column.code == "done":
            paper.canvas.setLineWidth(0.6)
            paper.rect(Box(x + column.width / 2 - 2, top + ROW / 2 - 2, 4, 4))
        if words := line.get(column.code, ""):
            sizes = (10.0, 9.0, 8.0, 7.0, 6.0, 5.0)
            room = column.width - (2.4 if column.width > 10 else 0.8)
            block = fit_block(words, sizes, room * MM, (ROW - 1.2) * MM, 1.12)
            y = top + ROW / 2 - (len(block.lines) - 1) * block.size * 1.12 / MM / 2 + block.size * 0.35 / MM
            for part in block.lines:
                if column.code in _LEFT_ALIGNED:
                    paper.text(x + 1.2, y, part, block.size)
                else:
                    paper.centred(x + column.width / 2, y, part, block.size)
                y += block.size * 1.12 / MM
        x += column.width


def _grid(paper: Paper, shown: Sequence[Column], top: float, bottom: float) -> None:
    canvas = paper.canvas
    canvas.setStrokeGray(0.25)
    canvas.setLineWidth(0.4)
    y = top + _HEAD
    while y < bottom - 0.01:
        paper.line(_LEFT, y, _LEFT + _WIDTH, y)
        y += ROW
    x = _LEFT
    for column in shown[:-1]:
        x += column.width
        paper.line(x, top, x, bottom)
    canvas.setLineWidth(0.9)
    paper.rect(Box(_LEFT, top, _WIDTH, bottom - top))


def _sign(paper: Paper, top: float) -> None:
    words = signatures()
    wide = _WIDTH / len(words)
    paper.canvas.setLineWidth(0.5)
    for place, text in enumerate(words):
        shown = fit_line(text, 10.5, 6, (wide * 0.5) * MM)
        left = _LEFT + place * wide
        paper.text(left, top + 13, shown.lines[0], shown.size)
        paper.line(left + wide * 0.51, top + 13.8, left + wide - 4, top + 13.8)


def _margin(paper: Paper, sheet: Sheet, part: Part, number: int, count: int) -> None:
    paper.canvas.setFillGray(0.3)
    paper.centred(A4_LANDSCAPE.width / 2, 203, _("第 {n} 页 / 共 {all} 页").format(n=number, all=count), 9)
    group = fit_line(part.group, 8.5, 5, 60 * MM)
    paper.right(_LEFT + _WIDTH, 203, group.lines[0], group.size)
    note = fit_line(foot_note(sheet), 7.5, 4.5, 118 * MM)
    paper.text(_LEFT, 203, note.lines[0], note.size)
    paper.canvas.setFillGray(0)
