"""A small line breaker for Chinese with Latin in it: 避头尾 rules, first line indent, shrinking to fit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from services.printing import fonts

NOT_FIRST = frozenset("，。、；：？！）》」』】〕〉”’…—～·％,.;:?!)]}%°′″℃")
"""Never begins a line (避头)."""
NOT_LAST = frozenset("（《「『【〔〈“‘([{￥¥$￡")
"""Never ends a line (避尾)."""
HANGING = frozenset("，。、；：！？,.;:!?")
"""May stand a little outside the right edge rather than pull a character down."""

_PIECES = re.compile(r"[0-9A-Za-z\u00C0-\u024F_@#&'’/.,:%+\-]+|\s+|.", re.S)
_LATIN = re.compile(r"[0-9A-Za-z\u00C0-\u024F]")


@dataclass(frozen=True)
class Block:
    """Broken text: the lines, the size that fitted in points, and whether something was cut off."""

    lines: tuple[str, ...]
    size: float
    cut: bool = False


def _pieces(text: str) -> list[str]:
    """Units that stay together: a Latin word, or one character with the marks that cling to it."""
    joined: list[str] = []
    for piece in _PIECES.findall(text):
        if joined and (piece[0] in NOT_FIRST or joined[-1][-1] in NOT_LAST) and not piece.isspace():
            joined[-1] += piece
        else:
            joined.append(" " if piece.isspace() else piece)
    return joined


@lru_cache(maxsize=4_096)
def break_lines(text: str, size: float, wide: float, indent: float = 0.0) -> tuple[str, ...]:
    """Lines of `text` at `size` points within `wide` points; `indent` ems are left free on each paragraph's first line.

    Paragraphs are parted by newlines. The indent is part of no line: draw the first line further right.
    A lone closing mark may hang over the right edge by at most half its width.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _break_paragraph(fonts.with_gaps(paragraph).strip(), size, wide, indent * size)
    return tuple(lines)


def _break_paragraph(text: str, size: float, wide: float, first: float) -> list[str]:
    lines: list[str] = []
    line, used, room = "", 0.0, wide - first
    face = fonts.font().face
    widths, other, unit = face.charWidths, face.defaultWidth, size / 1000
    for piece in _pieces(text):
        long = widths.get(ord(piece), other) * unit if len(piece) == 1 else fonts.width(piece, size)
        fits = used + long <= room + 0.01
        if not fits and piece[-1] in HANGING:
            fits = used + long - size * 0.5 <= room + 0.01
        if fits:
            line, used = line + piece, used + long
            continue
        if line.strip():
            lines.append(line.rstrip())
            room = wide
        if piece == " ":
            line, used = "", 0.0
            continue
        *whole, piece = _chop(piece, size, room)
        lines += whole
        if whole:
            room = wide
        line, used = piece, fonts.width(piece, size)
    if line.strip() or not lines:
        lines.append(line.rstrip())
    return lines


def _chop(piece: str, size: float, room: float) -> list[str]:
    """A unit wider than a whole line is cut wherever it must be."""
    parts: list[str] = []
    while fonts.width(piece, size) > room + size * 0.5 and len(piece) > 1:
        take = 1
        while take < len(piece) and fonts.width(piece[: take + 1], size) <= room:
            take += 1
        parts.append(piece[:take])
        piece = piece[take:]
    return [*parts, piece]


def shortened(text: str, size: float, wide: float) -> str:
    """`text` as it fits one line, ending in … where it had to be cut."""
    text = fonts.with_gaps(text)
    if fonts.width(text, size) <= wide:
        return text
    while text and fonts.width(text + "…", size) > wide:
        text = text[:-1]
    return text + "…"


@lru_cache(maxsize=8_192)
def fit_line(text: str, size: float, smallest: float, wide: float) -> Block:
    """One line, shrunk down to `smallest` points where needed, then cut with …"""
    text = fonts.with_gaps(text)
    needed = fonts.width(text, 1)
    if needed * size <= wide:
        return Block((text,), size)
    small = max(smallest, int(wide / needed * 10) / 10 if needed else size)
    cut = needed * small > wide + 0.01
    return Block((shortened(text, small, wide) if cut else text,), small, cut)


@lru_cache(maxsize=8_192)
def fit_block(
    text: str, sizes: tuple[float, ...], wide: float, high: float, leading: float = 1.5, indent: float = 0.0
) -> Block:
    """Lines at the largest of `sizes` (falling) that fits `wide` × `high` points.

    At the smallest what is too much is cut off with …
    """
    lines: tuple[str, ...] = ()
    for size in sizes:
        lines = break_lines(text, size, wide, indent)
        if (len(lines) - 1) * size * leading + size <= high + 0.01:
            return Block(lines, size)
    size = sizes[-1]
    most = max(1, int((high - size) / (size * leading)) + 1)
    kept = [*lines[: most - 1], shortened(lines[most - 1] + "……", size, wide)]
    return Block(tuple(kept), size, True)


_ORPHAN = 2
"""A last line of so few characters looks lost."""
_STEPS = 3
"""Sizes smaller that are tried to do without it."""


def fit_tidy(
    text: str, sizes: tuple[float, ...], wide: float, high: float, leading: float = 1.5, indent: float = 0.0
) -> Block:
    """As `fit_block`, but a little smaller where that saves a last line of one or two characters."""
    block = fit_block(text, sizes, wide, high, leading, indent)
    if block.cut or len(block.lines) < 2 or len(block.lines[-1].strip("".join(NOT_FIRST))) > _ORPHAN:
        return block
    at = sizes.index(block.size)
    for size in sizes[at + 1 : at + 1 + _STEPS]:
        lines = break_lines(text, size, wide, indent)
        if len(lines) < len(block.lines):
            return Block(lines, size)
    return block


def needs_space(before: str, after: str) -> bool:
    """Whether Latin meets Latin, so that joining the two needs a space."""
    return bool(_LATIN.match(before[-1:]) and _LATIN.match(after[:1]))
