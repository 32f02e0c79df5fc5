"""检核表 and 沟通进度表 as PDF: A4 landscape, each group on pages of its own, room to tick and to sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.contact_paper_cells import cells, columns, facts, foot_note, signatures
from services.contact_sheet import Part, Sheet
from services.printing.breaking import fit_line
from services.printing.geometry import A4_LANDSCAPE, MM
from services.printing.paper import Paper
from services.sheets import ruled_table
from services.sheets.ruled_table import Look
from services.words import _

ROW = 9.2
_LEFT, _WIDTH, _BOTTOM = 10.0, 277.0, 196.0
_FIRST_TOP, _NEXT_TOP = 29.0, 14.0
_SIGN = 17.0
_LOOK = Look(
    left=_LEFT,
    width=_WIDTH,
    head=8.0,
    row=ROW,
    head_sizes=(10.0, 5.0),
    head_gap=1.0,
    head_drop=1.3,
    sizes=(10.0, 9.0, 8.0, 7.0, 6.0, 5.0),
    leading=1.12,
    room=1.2,
    narrow=10,
    at_left=("name", "topics", "result"),
    ticked=("done",),
)
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
        y = ruled_table.draw(paper, _LOOK, shown, lines, _text_of, _FIRST_TOP if number == 0 else _NEXT_TOP)
        if last:
            _sign(paper, y)
        _margin(paper, sheet, part, place, len(pages))
        paper.next_page()
    return paper


def paginate(lines: Sequence[_Cells]) -> list[Sequence[_Cells]]:
    """Lines by page; the signatures stand below the last ones, never alone on a page."""
    return ruled_table.paginate(lines, _LOOK, (_FIRST_TOP, _NEXT_TOP), _BOTTOM, _SIGN)


def _text_of(line: _Cells, code: str) -> str:
    return line.get(code, "")


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
