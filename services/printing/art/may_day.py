"""Labour Day: an early-summer morning."""

from __future__ import annotations

from services.printing.art.brush import Brush
from services.printing.art.lettering import Lettering, beside, column, seal, title, write
from services.printing.art.plants import blossom, sprig, wheat
from services.printing.art.scenery import mist, mountain, ridge, swallow


def painting(b: Brush, w: float, h: float, words: Lettering) -> None:
    """An early-summer morning: sun, hills, wheat and swallows."""
    c = b.canvas
    b.wash(w, h, "#d8eeea", "#fffbe6")
    c.saveState()
    b.clip(0, 0, w, h)
    _sky_and_hills(b, w, h)
    _meadow(b, w, h)
    c.restoreState()
    _words(b, w, h, words)


def _sky_and_hills(b: Brush, w: float, h: float) -> None:
    """The sun behind mist, and three rows of hills."""
    tall = h > w
    sx, sy, sr = (w * 0.64, h * 0.56, w * 0.26) if tall else (w * 0.73, h * 0.56, h * 0.24)
    for share, alpha in ((1.75, 0.16), (1.42, 0.22), (1.0, 0.95)):
        b.fill("#ffe3a0" if share > 1 else "#fbcf6b", alpha)
        b.disc(sx, sy, sr * share)
    for px, py, wide in ((0.14, 0.68, 0.3), (0.88, 0.80, 0.26), (0.42, 0.88, 0.22)):
        mist(b, w * (px - wide / 2), h * py, w * wide, h * 0.022, "#ffffff", 0.9)
        mist(b, w * (px - wide * 0.2), h * py + h * 0.012, w * wide * 0.55, h * 0.022, "#ffffff", 0.9)
    far = ridge(w, h * 0.20, ((0, 6), (0.22, 12), (0.5, 5), (0.8, 13), (1, 9)), 3, 0.35)
    mountain(b, far, 0, "#a9cfae", "#dcebc0", "#ffffff", h * 0.34, rocky=False)
    mid = ridge(w, h * 0.11, ((0, 12), (0.3, 4), (0.62, 10), (1, 4)), 6, 0.3)
    mountain(b, mid, 0, "#7fb684", "#c4dd9b", "#e8f3d6", h * 0.24, rocky=False)
    near = ridge(w, h * 0.03, ((0, 4), (0.35, 9), (0.7, 4), (1, 8)), 9, 0.25)
    mountain(b, near, 0, "#4f9468", "#8fbf74", "#cfe5b5", h * 0.14, rocky=False)


def _meadow(b: Brush, w: float, h: float) -> None:
    """Wheat, sprigs and flowers at the foot, and two swallows above."""
    tall = h > w
    scale = h * 0.36 if tall else h * 0.56
    for px, angle, share, tone in (
        (0.06, 84, 1.0, "#d9a441"),
        (0.13, 92, 0.86, "#e6b95c"),
        (0.20, 78, 0.74, "#cf9a3a"),
        (0.02, 98, 0.7, "#e6b95c"),
        (0.95, 100, 0.86, "#d9a441"),
        (0.88, 92, 0.7, "#e6b95c"),
    ):
        wheat(b, w * px, -2, scale * share, angle, tone, -12 if px < 0.5 else 12)
    for px, angle, long in (
        (0.27, 74, 0.42),
        (0.34, 96, 0.3),
        (0.8, 102, 0.42),
        (0.73, 80, 0.3),
        (0.1, 70, 0.42),
    ):
        sprig(
            b,
            w * px,
            -2,
            scale * long * 1.5,
            angle,
            "#3f8060",
            bend=18 if px < 0.5 else -18,
            pairs=5,
            size=0.3,
            slim=0.3,
        )
    rise = scale * 0.32
    for px, up, r, tone in (
        (0.30, 0.30, 2.3, "#ffffff"),
        (0.38, 0.12, 1.8, "#fdf3d0"),
        (0.77, 0.32, 2.2, "#ffffff"),
        (0.84, 0.10, 1.8, "#fdf3d0"),
        (0.47, 0.05, 1.5, "#ffffff"),
        (0.62, 0.08, 1.6, "#fbe6ea"),
        (0.55, 0.20, 1.3, "#fdf3d0"),
    ):
        blossom(b, w * px, rise * (0.4 + up * 2), r * (1 if tall else 0.85), tone, "#e0a030", px * 300)
    swallow(
        b,
        w * (0.46 if tall else 0.66),
        h * (0.60 if tall else 0.62),
        w * (0.052 if tall else 0.04),
        24,
        "#2f4f52",
    )
    swallow(
        b,
        w * (0.87 if tall else 0.9),
        h * (0.69 if tall else 0.80),
        w * (0.036 if tall else 0.028),
        12,
        "#3f6264",
        True,
    )


def _words(b: Brush, w: float, h: float, words: Lettering) -> None:
    """A column of characters with its seal, or a line where that does not fit."""
    tall, ink = h > w, "#1f5c4b"
    if tall and len(words.title) <= 6 and not words.title.isascii():
        end = column(b, words.title, w * 0.205, h - 11, 11.5, ink)
        seal(b, words.seal, w * 0.205, end - 6.0, 4.2, "#cf4a36", "#fff8e8")
        beside(b, words.subtitle, w * 0.31, h - 14, 2.7, ink)
    else:
        x, y = (w * 0.5, h * 0.86) if tall else (w * 0.34, h * 0.715)
        title(b, words.title, x, y, 10.5, w * (0.8 if tall else 0.55), ink)
        write(b, words.subtitle, x, y - 6, 2.4, ink, 0.8)


def small(b: Brush, x: float, y: float, w: float) -> None:
    for side in (1, -1):
        wheat(b, x, y - w * 0.06, w * 0.46, 90 - side * 66, "#d9a441", -side * 14)
    blossom(b, x, y - w * 0.04, w * 0.055, "#fdf3d0", "#e0a030", 18)
