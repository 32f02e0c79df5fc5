"""The approval sheet as a PDF: A4 landscape, header row on every page, page n of m, room to sign."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from services.printing.breaking import fit_line
from services.printing.geometry import A4_LANDSCAPE, MM
from services.printing.paper import Paper
from services.sheets import plan_code, ruled_table
from services.sheets.approval import (
    TITLE,
    ApprovalSheet,
    SheetLine,
    cell,
    columns,
    facts,
    foot,
    row_height,
)
from services.sheets.ruled_table import Look
from services.words import _

_LEFT = 10.0
_WIDTH = 277.0
_BOTTOM = 196.0
"""mm: where the table must end; the page number stands below."""
_HEAD_HEIGHT = 9.0
_FIRST_TOP, _NEXT_TOP = 30.0, 14.0
_SIGN_HEIGHT = 17.0
_TOTAL_HEIGHT = 5.6


def _look() -> Look:
    return Look(
        left=_LEFT,
        width=_WIDTH,
        head=_HEAD_HEIGHT,
        row=row_height(),
        head_sizes=(11, 6),
        head_gap=2,
        head_drop=1.4,
        sizes=(10.5, 9.5, 8.5, 7.5, 6.5),
        leading=1.15,
        room=2,
        rule=0.5,
        at_right=("cost",),
    )


def draw(sheet: ApprovalSheet) -> Paper:
    """The drawn sheet."""
    paper = Paper(A4_LANDSCAPE, f"{_(TITLE)} {sheet.plan_number}", sheet.shop_name, sheet.printed_on)
    shown = columns(sheet.extras)
    sums = foot(sheet)
    pages = _paginate(sheet.lines, _totals_height(sums))
    for number, lines in enumerate(pages, 1):
        top = _FIRST_TOP if number == 1 else _NEXT_TOP
        if number == 1:
            _title(paper, sheet)
        plan_code.draw(paper, _LEFT + _WIDTH, 5, 9 if number == 1 else 5, sheet.plan_number)
        y = ruled_table.draw(paper, _look(), shown, lines, cell, top)
        if number == len(pages):
            _foot(paper, sums, y)
        _margin(paper, sheet, number, len(pages))
        paper.next_page()
    return paper


def write(sheet: ApprovalSheet, target: Path | str) -> int:
    """Writes the sheet as a PDF. Returns the number of pages. Raises Unavailable."""
    paper = draw(sheet)
    paper.save(target)
    return paper.pages


def _totals_height(sums: Sequence[str]) -> float:
    return 3 + _TOTAL_HEIGHT * -(-len(sums) // 3) + _SIGN_HEIGHT


def _paginate(lines: Sequence[SheetLine], foot: float) -> list[list[SheetLine]]:
    """Lines by page; the totals and signatures stay together on the last one."""
    pages: list[list[SheetLine]] = []
    rest = list(lines)
    while rest or not pages:
        top = _NEXT_TOP if pages else _FIRST_TOP
        room = int((_BOTTOM - top - _HEAD_HEIGHT) / row_height())
        pages.append(rest[:room])
        rest = rest[room:]
    top = _FIRST_TOP if len(pages) == 1 else _NEXT_TOP
    if top + _HEAD_HEIGHT + len(pages[-1]) * row_height() + foot > _BOTTOM:
        fit = max(0, int((_BOTTOM - top - _HEAD_HEIGHT - foot) / row_height()))
        keep = max(1, min(fit, len(pages[-1]) - 1)) if len(pages[-1]) > 1 else 0
        pages[-1:] = [pages[-1][:keep], pages[-1][keep:]] if keep else [pages[-1], []]
    return pages


def _title(paper: Paper, sheet: ApprovalSheet) -> None:
    paper.canvas.setFillGray(0)
    paper.centred(A4_LANDSCAPE.width / 2, 18, _(TITLE), 20, 1.2)
    small = fit_line("　　".join(facts(sheet)), 9.5, 6, _WIDTH * MM)
    paper.text(_LEFT, 26.5, small.lines[0], small.size)


def _foot(paper: Paper, sums: Sequence[str], top: float) -> None:
    y = top + 3 + 3.4
    for i, text in enumerate(sums):
        part = fit_line(text, 10 if i == 0 else 9, 6, (_WIDTH / 3 - 4) * MM)
        paper.text(_LEFT + (i % 3) * _WIDTH / 3, y, part.lines[0], part.size)
        if i % 3 == 2:
            y += _TOTAL_HEIGHT
    y = top + 3 + _TOTAL_HEIGHT * -(-len(sums) // 3) + 11
    canvas = paper.canvas
    canvas.setLineWidth(0.5)
    for left, word in ((_LEFT, _("经理：")), (_LEFT + _WIDTH / 2, _("审核人："))):
        paper.text(left, y, word, 12)
        paper.line(left + 22, y + 0.8, left + 90, y + 0.8)


def _margin(paper: Paper, sheet: ApprovalSheet, number: int, count: int) -> None:
    """Page number, plan number and chain head below the table."""
    paper.canvas.setFillGray(0.3)
    paper.centred(A4_LANDSCAPE.width / 2, 203, _("第 {n} 页 / 共 {all} 页").format(n=number, all=count), 9)
    paper.right(_LEFT + _WIDTH, 203, fit_line(sheet.plan_number, 8, 5, 60 * MM).lines[0], 8)
    if sheet.chain_head:
        head = fit_line(_("记录链首：{head}").format(head=sheet.chain_head), 6, 4, 110 * MM)
        paper.text(_LEFT, 203, head.lines[0], head.size)
    paper.canvas.setFillGray(0)
