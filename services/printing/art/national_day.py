"""National Day: blue-green mountains and a vermilion sun."""

from __future__ import annotations

from services.printing.art import foil
from services.printing.art.brush import Brush
from services.printing.art.lettering import Lettering, beside, column, seal, title, write
from services.printing.art.scenery import cloud, crane, mist, mountain, ridge, waves

_GOLD, _RED = "#c0923c", "#c8372b"


def painting(b: Brush, w: float, h: float, words: Lettering) -> None:
    """Blue-green mountains after the old scrolls, a vermilion sun and cranes on silk."""
    c = b.canvas
    b.wash(w, h, "#f8ead0", "#f1d9ab")
    c.saveState()
    b.clip(0, 0, w, h)
    _sun(b, w, h)
    _mountains(b, w, h)
    _birds(b, w, h)
    c.restoreState()
    _words(b, w, h, words)
    foil.frame(b, 2.2, 2.2, w - 4.4, h - 4.4, 0.42, "#cfa455", 3.0)
    foil.frame(b, 3.5, 3.5, w - 7, h - 7, 0.14, "#cfa455", 3.0)


def _sun(b: Brush, w: float, h: float) -> None:
    tall = h > w
    sx, sy, sr = (w * 0.66, h * 0.60, w * 0.175) if tall else (w * 0.72, h * 0.62, h * 0.19)
    b.fill("#f0b48a", 0.35)
    b.disc(sx, sy, sr * 1.18)
    b.fill(_RED, 0.96)
    b.disc(sx, sy, sr)
    foil.ring(b, sx, sy, sr, 0.4, "#cfa455")


def _mountains(b: Brush, w: float, h: float) -> None:
    """Three ranges with mist between them, and the sea before them."""
    tall = h > w
    base = h * (0.25 if tall else 0.2)
    k = (h * 0.0075) if tall else h * 0.0098
    far = ridge(
        w,
        base + 7 * k,
        (
            (0, 8 * k),
            (0.12, 22 * k),
            (0.26, 10 * k),
            (0.42, 27 * k),
            (0.6, 9 * k),
            (0.78, 20 * k),
            (1, 10 * k),
        ),
        2,
        1.1 * k,
    )
    mountain(b, far, 0, "#8fb7b0", "#ecd9ad", _GOLD, base + 34 * k)
    mist(b, -8, base + 8 * k, w * 0.55, 3.2 * k, "#fbf1da", 0.7)
    mist(b, w * 0.5, base + 12 * k, w * 0.62, 2.6 * k, "#fbf1da", 0.65)
    mid = ridge(
        w,
        base - 6 * k,
        (
            (0, 20 * k),
            (0.16, 8 * k),
            (0.34, 18 * k),
            (0.5, 6 * k),
            (0.68, 26 * k),
            (0.86, 9 * k),
            (1, 17 * k),
        ),
        5,
        1.2 * k,
    )
    mountain(b, mid, 0, "#2f8a86", "#d9c48d", _GOLD, base + 20 * k)
    mist(b, w * 0.18, base - 4 * k, w * 0.7, 3.0 * k, "#fbf1da", 0.62)
    mist(b, -6, base - 9 * k, w * 0.4, 2.4 * k, "#fbf1da", 0.55)
    near = ridge(
        w,
        base - 22 * k,
        (
            (0, 14 * k),
            (0.14, 24 * k),
            (0.33, 8 * k),
            (0.55, 15 * k),
            (0.72, 6 * k),
            (0.9, 21 * k),
            (1, 13 * k),
        ),
        8,
        1.2 * k,
    )
    mountain(b, near, 0, "#17606e", "#7fae93", _GOLD, base + 2 * k)
    waves(b, w, 5 if tall else 4, w * 0.055, "#c9a455", 0.85, -w * 0.012, "#1b5566")


def _birds(b: Brush, w: float, h: float) -> None:
    """Clouds and cranes."""
    tall = h > w
    cloud(b, w * (0.47 if tall else 0.1), h * (0.765 if tall else 0.55), w * 0.045, _GOLD, 0.85, 0.3)
    cloud(b, w * 0.88, h * (0.70 if tall else 0.84), w * 0.04, _GOLD, 0.8, 0.28, flip=True)
    size = 1.0 if tall else 0.66
    crane(b, w * (0.45 if tall else 0.575), h * (0.665 if tall else 0.68), w * 0.074 * size, turn=14)
    crane(b, w * (0.36 if tall else 0.49), h * (0.585 if tall else 0.57), w * 0.046 * size, turn=10)
    crane(b, w * (0.89 if tall else 0.92), h * (0.52 if tall else 0.52), w * 0.042 * size, flip=True, turn=-8)


def _words(b: Brush, w: float, h: float, words: Lettering) -> None:
    """A column of characters with its seal, or a line where that does not fit."""
    tall, ink = h > w, "#8c2a1e"
    if tall and len(words.title) <= 6 and not words.title.isascii():
        end = column(b, words.title, w * 0.17, h - 10, 11.5, ink)
        seal(b, words.seal, w * 0.17, end - 5.4, 4.4, _RED, "#fdf3dc")
        beside(b, words.subtitle, w * 0.275, h - 13, 2.6, "#9a7430")
    else:
        x, y = (w * 0.5, h * 0.87) if tall else (w * 0.29, h * 0.76)
        title(b, words.title, x, y, 10, w * (0.8 if tall else 0.43), ink)
        write(b, words.subtitle, x, y - 5.6, 2.4, "#9a7430", 0.7)


def small(b: Brush, x: float, y: float, w: float) -> None:
    cloud(b, x - w * 0.02, y - w * 0.04, w * 0.16, "#c0923c", 1.0, 0.26)
