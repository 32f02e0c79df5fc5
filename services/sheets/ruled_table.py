"""A ruled table on landscape A4: a tinted head, lines of one height, words that shrink to fit, a frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from services.printing.breaking import fit_block, fit_line
from services.printing.geometry import MM, Box
from services.printing.paper import Paper

L = TypeVar("L")


class Column(Protocol):
    """A column: what it is called in the program and on paper, and its width in mm."""

    @property
    def code(self) -> str: ...
    @property
    def head(self) -> str: ...
    @property
    def width(self) -> float: ...


@dataclass(frozen=True)
class Look:
    """Measures in mm, letters in points."""

    left: float
    width: float
    head: float
    row: float
    head_sizes: tuple[float, float]
    """Largest and smallest letters of a title"""
    head_gap: float
    head_drop: float
    """How far a title's base line lies below the middle of the head"""
    sizes: tuple[float, ...]
    leading: float
    room: float
    """What a line's words leave free of its height"""
    rule: float = 0.4
    narrow: float = 0
    """Columns up to this width give their words nearly all of it"""
    at_left: tuple[str, ...] = ()
    at_right: tuple[str, ...] = ()
    ticked: tuple[str, ...] = ()
    """Columns with a box to tick"""


def draw(
    paper: Paper,
    look: Look,
    columns: Sequence[Column],
    lines: Sequence[L],
    text_of: Callable[[L, str], str],
    top: float,
) -> float:
    """Head and lines from `top` (mm) on; `text_of` a line and a column's code. Returns where they end."""
    _head(paper, look, columns, top)
    y = top + look.head
    for line in lines:
        x = look.left
        for column in columns:
            if column.code in look.ticked:
                paper.canvas.setLineWidth(0.6)
                paper.rect(Box(x + column.width / 2 - 2, y + look.row / 2 - 2, 4, 4))
            if words := text_of(line, column.code):
                _cell(paper, look, column, words, x, y)
            x += column.width
        y += look.row
    _rules(paper, look, columns, top, y)
    return y


def paginate(
    lines: Sequence[L], look: Look, tops: tuple[float, float], bottom: float, foot: float
) -> list[Sequence[L]]:
    """Lines by page; the foot (mm high) stands below the last ones, never alone on a page. `tops`: first page, others."""
    pages: list[Sequence[L]] = []
    rest = list(lines)
    while rest:
        space = bottom - tops[1 if pages else 0] - look.head
        with_foot = int((space - foot) / look.row)
        take = len(rest) if len(rest) <= with_foot else min(int(space / look.row), len(rest) - 1)
        pages.append(rest[:take])
        rest = rest[take:]
    return pages or [()]


def _head(paper: Paper, look: Look, columns: Sequence[Column], top: float) -> None:
    paper.canvas.setFillColorRGB(0.902, 0.937, 0.933)
    paper.rect(Box(look.left, top, look.width, look.head), stroke=0, fill=1)
    paper.canvas.setFillGray(0)
    x = look.left
    for column in columns:
        title = fit_line(column.head, *look.head_sizes, (column.width - look.head_gap) * MM)
        paper.centred(x + column.width / 2, top + look.head / 2 + look.head_drop, title.lines[0], title.size)
        x += column.width


def _cell(paper: Paper, look: Look, column: Column, words: str, x: float, top: float) -> None:
    wide = column.width - (0.8 if column.width <= look.narrow else 2.4)
    block = fit_block(words, look.sizes, wide * MM, (look.row - look.room) * MM, look.leading)
    step = block.size * look.leading / MM
    y = top + look.row / 2 - (len(block.lines) - 1) * step / 2 + block.size * 0.35 / MM
    for part in block.lines:
        if column.code in look.at_left:
            paper.text(x + 1.2, y, part, block.size)
        elif column.code in look.at_right:
            paper.right(x + column.width - 1.5, y, part, block.size)
        else:
            paper.centred(x + column.width / 2, y, part, block.size)
        y += step


def _rules(paper: Paper, look: Look, columns: Sequence[Column], top: float, bottom: float) -> None:
    canvas = paper.canvas
    canvas.setStrokeGray(0.25)
    canvas.setLineWidth(look.rule)
    y = top + look.head
    while y < bottom - 0.01:
        paper.line(look.left, y, look.left + look.width, y)
        y += look.row
    x = look.left
    for column in columns[:-1]:
        x += column.width
        paper.line(x, top, x, bottom)
    canvas.setLineWidth(0.9)
    paper.rect(Box(look.left, top, look.width, bottom - top))
