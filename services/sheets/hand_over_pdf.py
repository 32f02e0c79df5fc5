"""The hand-over list as a PDF: A4 landscape, each successor on pages of their own, room to tick and to sign."""

from __future__ import annotations

from collections.abc import Sequence

from services.printing.breaking import fit_line
from services.printing.geometry import A4_LANDSCAPE, MM
from services.printing.paper import Paper
from services.sheets import ruled_table
from services.sheets.hand_over import (
    TITLE,
    HandOverSheet,
    ListLine,
    ListPart,
    cell,
    columns,
    facts,
    foot_note,
    signatures,
    title,
)
from services.sheets.ruled_table import Look
from services.words import _

ROW = 10.4
_LEFT, _WIDTH, _BOTTOM = 10.0, 277.0, 196.0
_FIRST_TOP, _NEXT_TOP = 29.0, 14.0
_SIGN = 17.0
_LOOK = Look(
    left=_LEFT,
    width=_WIDTH,
    head=8.0,
    row=ROW,
    head_sizes=(10.5, 5.5),
    head_gap=1.6,
    head_drop=1.3,
    sizes=(10.0, 9.0, 8.0, 7.2, 6.4),
    leading=1.12,
    room=1.4,
    at_left=("tasks", "name"),
    ticked=("done",),
)


def draw(sheet: HandOverSheet) -> Paper:
    """The drawn list."""
    paper = Paper(A4_LANDSCAPE, f"{_(TITLE)} {sheet.leaver}", sheet.shop_name, sheet.day)
    shown = columns()
    pages = [
        (part, number, lines, number == len(split) - 1)
        for part in sheet.parts
        for split in [paginate(part.lines)]
        for number, lines in enumerate(split)
    ]
    for place, (part, number, lines, last) in enumerate(pages, 1):
        if number == 0:
            _title(paper, sheet, part)
        y = ruled_table.draw(paper, _LOOK, shown, lines, cell, _FIRST_TOP if number == 0 else _NEXT_TOP)
        if last:
            _sign(paper, sheet, part, y)
        _margin(paper, sheet, part, place, len(pages))
        paper.next_page()
    return paper


def paginate(lines: Sequence[ListLine]) -> list[Sequence[ListLine]]:
    """Lines by page; the signatures stand below the last ones, never alone on a page."""
    return ruled_table.paginate(lines, _LOOK, (_FIRST_TOP, _NEXT_TOP), _BOTTOM, _SIGN)


def _title(paper: Paper, sheet: HandOverSheet, part: ListPart) -> None:
    paper.canvas.setFillGray(0)
    paper.centred(A4_LANDSCAPE.width / 2, 17.5, title(sheet), 19, 1.0)
    small = fit_line("　".join(facts(sheet, part)), 9.5, 6, _WIDTH * MM)
    paper.text(_LEFT, 25.5, small.lines[0], small.size)


def _sign(paper: Paper, sheet: HandOverSheet, part: ListPart, top: float) -> None:
    words = signatures(sheet, part)
    wide = _WIDTH / len(words)
    paper.canvas.setLineWidth(0.5)
    for place, text in enumerate(words):
        shown = fit_line(text, 10.5, 6, (wide * 0.55) * MM)
        left = _LEFT + place * wide
        paper.text(left, top + 13, shown.lines[0], shown.size)
        paper.line(left + wide * 0.56, top + 13.8, left + wide - 5, top + 13.8)


def _margin(paper: Paper, sheet: HandOverSheet, part: ListPart, number: int, count: int) -> None:
    paper.canvas.setFillGray(0.3)
    paper.centred(A4_LANDSCAPE.width / 2, 203, _("第 {n} 页 / 共 {all} 页").format(n=number, all=count), 9)
    names = fit_line(f"{sheet.leaver} → {part.name}", 8.5, 5, 70 * MM)
    paper.right(_LEFT + _WIDTH, 203, names.lines[0], names.size)
    note = fit_line(foot_note(sheet), 7.5, 4.5, 115 * MM)
    paper.text(_LEFT, 203, note.lines[0], note.size)
    if sheet.chain_head:
        head = fit_line(_("记录链首：{head}").format(head=sheet.chain_head), 5.5, 4, 115 * MM)
        paper.text(_LEFT, 206.2, head.lines[0], head.size)
    paper.canvas.setFillGray(0)
