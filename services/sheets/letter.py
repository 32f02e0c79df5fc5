"""A page to read on A4: heading, facts, paragraphs and small tables, over as many pages as it takes, signatures at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.printing.breaking import break_lines, fit_line
from services.printing.geometry import A4, MM, Box
from services.printing.paper import Paper
from services.words import _

_EDGE, _TOP, _BOTTOM = 20.0, 20.0, 278.0
_WIDE = A4.width - 2 * _EDGE
_SIZE, _SMALL, _HEADING = 10.5, 9.0, 13.0
_LEAD = 5.6
_PAD = 1.6


@dataclass(frozen=True)
class Heading:
    words: str


@dataclass(frozen=True)
class Paragraph:
    words: str


@dataclass(frozen=True)
class Grid:
    """A table; `shares` are the columns' shares of the width. Without titles it is a list of facts."""

    rows: Sequence[Sequence[str]]
    titles: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()


@dataclass(frozen=True)
class Letter:
    title: str
    facts: tuple[str, ...]
    parts: Sequence[Heading | Paragraph | Grid]
    shop_name: str
    day: date
    small: str = ""
    """In the margin of every page"""
    signatures: tuple[str, ...] = ()


class _Pen:
    """Knows how far down the page the text is, and turns the page."""

    def __init__(self, letter: Letter) -> None:
        self.letter = letter
        self.paper = Paper(A4, letter.title, letter.shop_name, letter.day)
        self.y = _TOP
        self.page = 1

    def room(self, height: float) -> None:
        if self.y + height > _BOTTOM:
            self.turn()

    def turn(self) -> None:
        self._margin()
        self.paper.next_page()
        self.page += 1
        self.y = _TOP

    def _margin(self) -> None:
        self.paper.canvas.setFillGray(0.4)
        words = fit_line(self.letter.small or self.letter.shop_name, 8, 6, (_WIDE - 30) * MM)
        self.paper.text(_EDGE, 288, words.lines[0], words.size)
        self.paper.right(A4.width - _EDGE, 288, _("第 {n} 页").format(n=self.page), 8)
        self.paper.canvas.setFillGray(0)

    def lines(self, text: str, size: float, left: float = _EDGE, wide: float = _WIDE) -> None:
        for line in break_lines(text, size, wide * MM):
            self.room(_LEAD)
            self.paper.text(left, self.y + 4, line, size)
            self.y += _LEAD


def draw(letter: Letter) -> Paper:
    """The drawn pages."""
    pen = _Pen(letter)
    title = fit_line(letter.title, 18, 11, _WIDE * MM)
    pen.paper.centred(A4.width / 2, pen.y + 6, title.lines[0], title.size, 0.6)
    pen.y += 15
    for fact in letter.facts:
        pen.lines(fact, _SIZE)
    for part in letter.parts:
        if isinstance(part, Heading):
            pen.y += 3
            pen.room(_LEAD * 3)
            pen.paper.text(_EDGE, pen.y + 5, part.words, _HEADING)
            pen.y += 8
        elif isinstance(part, Paragraph):
            pen.lines(part.words, _SIZE)
            pen.y += 1.5
        else:
            _grid(pen, part)
    if letter.signatures:
        pen.room(24)
        pen.y += 16
        step = _WIDE / len(letter.signatures)
        for place, words in enumerate(letter.signatures):
            pen.paper.text(_EDGE + place * step, pen.y, words, _SIZE)
    pen.turn()
    return pen.paper


def _grid(pen: _Pen, grid: Grid) -> None:
    count = max((len(row) for row in (*grid.rows, grid.titles)), default=0)
    if not count:
        return
    shares = grid.shares or (1.0,) * count
    widths = [share * _WIDE / sum(shares) for share in shares]
    if grid.titles:
        _row(pen, grid.titles, widths, head=True)
    for row in grid.rows:
        before = pen.page
        _row(pen, row, widths)
        if pen.page != before and grid.titles and pen.y < _TOP + 1:
            _row(pen, grid.titles, widths, head=True)
    pen.y += 2


def _row(pen: _Pen, cells: Sequence[str], widths: Sequence[float], *, head: bool = False) -> None:
    broken = [
        break_lines(text, _SMALL, (wide - 2 * _PAD) * MM) or ("",)
        for text, wide in zip(cells, widths, strict=False)
    ]
    most = int((_BOTTOM - _TOP) / (_LEAD * 0.85)) - 2
    while broken:
        piece = [lines[:most] for lines in broken]
        height = max(len(lines) for lines in piece) * _LEAD * 0.85 + 2
        pen.room(height)
        left = _EDGE
        pen.paper.canvas.setStrokeGray(0.7)
        for lines, wide in zip(piece, widths, strict=False):
            if head:
                pen.paper.canvas.setFillColorRGB(0.902, 0.937, 0.933)
                pen.paper.rect(Box(left, pen.y, wide, height), fill=1)
                pen.paper.canvas.setFillGray(0)
            else:
                pen.paper.rect(Box(left, pen.y, wide, height))
            for number, line in enumerate(lines):
                pen.paper.text(left + _PAD, pen.y + 4 + number * _LEAD * 0.85, line, _SMALL)
            left += wide
        pen.y += height
        broken = [lines[most:] for lines in broken] if any(len(lines) > most for lines in broken) else []
