"""What is written on the paintings. Units: mm, origin bottom left."""

from __future__ import annotations

from dataclasses import dataclass

from services.printing import fonts
from services.printing.art.brush import Brush


@dataclass(frozen=True)
class Lettering:
    """What stands on the painting."""

    title: str
    subtitle: str = ""
    seal: str = ""


def write(b: Brush, text: str, x: float, y: float, size: float, colour: str, spacing: float = 0.0) -> None:
    """One centred line; size and spacing in mm."""
    c = b.canvas
    text = fonts.with_gaps(text)
    wide = fonts.width(text, size) + spacing * (len(text) - 1)
    b.fill(colour)
    c.setFont(fonts.NAME, size)
    c.drawString(x - wide / 2, y, text, charSpace=spacing)


def title(b: Brush, text: str, x: float, y: float, size: float, wide: float, colour: str) -> None:
    """A centred line no wider than `wide` mm, letters a little apart."""
    gap = 0.16 if len(text) <= 6 else 0.04
    needed = fonts.width(text, size) + gap * size * (len(text) - 1)
    if needed > wide:
        size *= wide / needed
    write(b, text, x, y, size, colour, gap * size)


def column(b: Brush, text: str, x: float, top: float, size: float, colour: str, gap: float = 1.16) -> float:
    """Characters one below the other, centred on x. Returns where the column ends."""
    y = top
    for char in text:
        y -= size * gap
        write(b, char, x, y + size * 0.14, size, colour)
    return y


def beside(b: Brush, text: str, x: float, top: float, size: float, colour: str) -> None:
    """A small line turned to read downwards, beside a column of characters."""
    c = b.canvas
    c.saveState()
    c.translate(x, top)
    c.rotate(-90)
    b.fill(colour, 0.85)
    c.setFont(fonts.NAME, size)
    c.drawString(0, 0, fonts.with_gaps(text), charSpace=0.9)
    c.restoreState()


def two_by_two(b: Brush, text: str, x: float, y: float, size: float, wide: float, colour: str) -> None:
    """Four characters as two lines around (x, y); anything else as one line."""
    if len(text) == 4 and not text.isascii():
        write(b, text[:2], x, y + size * 0.2, size, colour, size * 0.12)
        write(b, text[2:], x, y - size * 1.02, size, colour, size * 0.12)
    elif " " in text:
        lines = text.split(" ")
        size = min(
            size * 0.8,
            size * 2.0 / (1.15 * len(lines)),
            *(wide / max(0.1, fonts.width(line, 1)) for line in lines),
        )
        high = size * 1.15
        for i, line in enumerate(lines):
            write(b, line, x, y + high * (len(lines) / 2 - i - 0.78), size, colour)
    else:
        title(b, text, x, y - size * 0.35, size, wide, colour)


def seal(b: Brush, text: str, x: float, y: float, size: float, colour: str, paper: str) -> None:
    """A red seal with one to four characters; (x, y) is its middle."""
    if not text:
        return
    c = b.canvas
    b.fill(colour)
    high = size if len(text) != 2 else size * 1.7
    wide = size if len(text) <= 2 else size * 1.55
    high = high if len(text) <= 2 else size * 1.55
    c.roundRect(x - wide / 2, y - high / 2, wide, high, size * 0.14, fill=1, stroke=0)
    b.stroke(paper, 0.14, 0.85)
    c.roundRect(
        x - wide / 2 + 0.35, y - high / 2 + 0.35, wide - 0.7, high - 0.7, size * 0.1, fill=0, stroke=1
    )
    em = size * 0.68
    if len(text) <= 2:
        column(b, text, x, y + high / 2 - size * 0.08, em, paper, 1.1)
    else:
        column(b, text[:2], x + em * 0.52, y + em * 1.12, em, paper, 1.06)
        column(b, text[2:4], x - em * 0.52, y + em * 1.12, em, paper, 1.06)
