"""Spring Festival: plum blossom before the full moon."""

from __future__ import annotations

from random import Random

from services.printing.art import foil
from services.printing.art.brush import Brush, polar
from services.printing.art.lettering import Lettering, two_by_two, write
from services.printing.art.plants import blossom, bough, bud
from services.printing.art.scenery import cloud, corner_fret, lantern, waves

_GOLD, _PALE = "#e6c27a", "#f4dda6"


def _plum(
    b: Brush, points: list[tuple[float, float]], thick: float, size: float, seed: int, light: str, heart: str
) -> None:
    """A plum branch with open flowers and buds along it."""
    rnd = Random(seed)
    bark = "#4a1414"
    bough(b, points, thick, bark)
    flowers = []
    for i, (x, y) in enumerate(points[1:], 1):
        away = rnd.uniform(40, 130)
        long = size * rnd.uniform(1.7, 2.7)
        end = polar(x, y, long, away)
        bend = polar(x, y, long * 0.5, away + rnd.uniform(-16, 16))
        bough(b, [(x, y), bend, end], thick * 0.3, bark)
        flowers += [(x, y, 1.0), (*polar(*end, size * 0.2, away), 0.85 if i % 2 else 0.62)]
        bud(b, *polar(x, y, size * 1.5, away - 70), size * 0.36, light, bark, away - 70)
    for x, y, share in flowers:
        blossom(b, x + rnd.uniform(-1, 1) * size * 0.3, y, size * share, light, heart, rnd.uniform(0, 72), 9)


def painting(b: Brush, w: float, h: float, words: Lettering) -> None:
    """Crimson with gold: plum blossom before the full moon, lanterns, waves."""
    c = b.canvas
    tall = h > w
    b.wash(w, h, "#b3202a", "#8a0f1c")
    c.saveState()
    b.clip(0, 0, w, h)
    gold = _GOLD
    for px, py, size in ((0.14, 0.34, 0.05), (0.85, 0.30, 0.05), (0.08, 0.62, 0.04), (0.9, 0.55, 0.04)):
        cloud(b, w * px, h * py, w * size, "#d88a5e", 0.5, 0.26, flip=px > 0.5)
    x, y, r = (w * 0.5, h * 0.49, w * 0.315) if tall else (w * 0.5, h * 0.5, h * 0.345)
    b.fill("#d9553f", 0.25)
    b.disc(x, y, r * 1.16)
    b.fill("#f6e3b8")
    b.disc(x, y, r)
    b.fill("#fbf0d2", 0.75)
    b.disc(x, y + r * 0.05, r * 0.9)
    foil.ring(b, x, y, r * 1.05, 0.7, gold)
    waves(b, w, 5 if tall else 3, w * 0.058, gold, 0.8, -w * 0.01, "#8a0f1c")
    _frame(b, w, h)
    unit = r / 30
    bough_points = [
        (w + 2, y - r * 0.92),
        (x + r * 0.98, y - r * 0.80),
        (x + r * 0.55, y - r * 0.86),
        (x + r * 0.06, y - r * 0.80),
        (x - r * 0.42, y - r * 0.90),
        (x - r * 0.86, y - r * 0.72),
    ]
    _plum(b, bough_points, 2.1 * unit, 4.3 * unit, 12, "#fbd9d2", "#c2862c")
    upper = [
        (-2, y + r * 0.62),
        (x - r * 1.12, y + r * 0.78),
        (x - r * 0.86, y + r * 0.98),
        (x - r * 0.46, y + r * 1.02),
    ]
    _plum(b, upper, 1.6 * unit, 3.6 * unit, 7, "#fbd9d2", "#c2862c")
    for lx, drop, size in (
        ((0.80, 0.135, 0.066), (0.915, 0.215, 0.046)) if tall else ((0.86, 0.25, 0.05), (0.94, 0.43, 0.034))
    ):
        top = h - h * drop
        lantern(b, w * lx, top, w * size, "#d8261f", gold, h * drop)
    for px, py, turn in (
        (0.24, 0.24, 10),
        (0.62, 0.2, 50),
        (0.36, 0.83, 30),
        (0.7, 0.86, 70),
        (0.12, 0.47, 0),
    ):
        b.fill("#f7c9c2", 0.85)
        b.disc(w * px, h * py, 0.55)
        b.disc(w * px + 0.5, h * py + turn * 0.008, 0.4)
    c.restoreState()
    _words(b, w, h, words, (x, y, r))


def _words(b: Brush, w: float, h: float, words: Lettering, moon: tuple[float, float, float]) -> None:
    """The title on the moon (x, y, radius)."""
    tall, (x, y, r) = h > w, moon
    ink = "#a3161f"
    two_by_two(b, words.title, x, y + r * (0.26 if tall else 0.24), r * (0.5 if tall else 0.46), r * 1.5, ink)
    if words.subtitle and tall:
        write(b, words.subtitle, w * 0.5, h * 0.165, 2.6, _PALE, 0.85)


def _frame(b: Brush, w: float, h: float) -> None:
    """A frame of foil with frets in its corners; boughs and lanterns hang before it."""
    foil.frame(b, 2.3, 2.3, w - 4.6, h - 4.6, 0.45, _GOLD)
    for right in (True, False):
        for up in (True, False):
            corner_fret(b, 3.3 if right else w - 3.3, 3.3 if up else h - 3.3, 4.2, _GOLD, right, up)


def small(b: Brush, x: float, y: float, w: float) -> None:
    _plum(
        b,
        [
            (x + w * 0.4, y - w * 0.06),
            (x + w * 0.16, y - w * 0.02),
            (x - w * 0.1, y - w * 0.05),
            (x - w * 0.34, y + w * 0.02),
        ],
        w * 0.02,
        w * 0.05,
        3,
        "#f3a9a4",
        "#c2862c",
    )
