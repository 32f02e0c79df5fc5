"""Birthday: a golden ring with peonies."""

from __future__ import annotations

from services.printing.art import foil
from services.printing.art.brush import Brush, polar
from services.printing.art.lettering import Lettering, two_by_two, write
from services.printing.art.plants import berries, blossom, peony, sprig


def painting(b: Brush, w: float, h: float, words: Lettering) -> None:
    """A golden ring with peonies on warm ivory."""
    b.wash(w, h, "#fffaf3", "#fbe8e2")
    gold, rose, deep = "#c39a52", "#f3b8b6", "#cf5f72"
    sage, dusk = "#8fa789", "#6f8f86"
    tall = h > w
    r = w * 0.36 if tall else h * 0.39
    x, y = w / 2, h / 2 + (h * 0.035 if tall else h * 0.01)
    # The frame lies under the flowers, as if they had been laid onto the card.
    foil.frame(b, 2.2, 2.2, w - 4.4, h - 4.4, 0.42, gold, 3.0)
    foil.frame(b, 3.5, 3.5, w - 7, h - 7, 0.14, gold, 3.0)
    b.fill("#ffffff", 0.72)
    b.disc(x, y, r)
    foil.ring(b, x, y, r, 0.75, gold)
    foil.ring(b, x, y, r * 0.945, 0.2, gold)
    low, high = polar(x, y, r, 222), polar(x, y, r, 38)
    for angle, long, tone in (
        (128, 0.98, sage),
        (152, 0.72, dusk),
        (108, 0.7, "#a9b98f"),
        (304, 0.9, sage),
        (330, 0.74, dusk),
        (284, 0.62, "#a9b98f"),
        (200, 0.66, "#b9c2a0"),
        (246, 0.6, dusk),
    ):
        sprig(b, *low, r * long, angle, tone, bend=26 if angle < 220 else -26)
    berries(b, *low, r * 0.78, 176, "#c8a15a", 5)
    berries(b, *low, r * 0.72, 268, "#d58a86", 8)
    for angle, long, tone in (
        (318, 0.62, sage),
        (124, 0.66, sage),
        (20, 0.5, dusk),
        (70, 0.52, "#a9b98f"),
        (346, 0.5, "#b9c2a0"),
    ):
        sprig(b, *high, r * long, angle, tone, bend=-24 if angle > 180 else 24)
    berries(b, *high, r * 0.55, 48, "#c8a15a", 3)
    peony(b, *polar(*low, r * 0.40, 318), r * 0.29, "#fde3d6", "#eba58f", gold, 21, 10)
    peony(b, *polar(*low, r * 0.38, 130), r * 0.25, "#fbe1e4", "#e391a0", gold, 9, 40)
    peony(b, *low, r * 0.42, rose, deep, "#e9bf62", 4)
    peony(b, *polar(*high, r * 0.30, 132), r * 0.17, "#fde3d6", "#eba58f", gold, 31, 15)
    peony(b, *high, r * 0.27, "#f8cfd0", "#d8707f", "#e9bf62", 14, 30)
    for angle, away in ((345, 0.36), (70, 0.33)):
        blossom(b, *polar(*high, r * away, angle), r * 0.085, "#fdf0e6", "#c99a4c", angle)
    for angle, away in ((92, 0.55), (352, 0.62), (215, 0.5)):
        blossom(b, *polar(*low, r * away, angle), r * 0.10, "#fdf0e6", "#c99a4c", angle)
    ink = "#8a3f4a"
    two_by_two(b, words.title, x + r * 0.04, y + r * 0.26, r * 0.40, r * 1.35, ink)
    if words.subtitle:
        write(b, words.subtitle, x + r * 0.16, y - r * 0.36, r * 0.085, "#a37a35", r * 0.03)


def small(b: Brush, x: float, y: float, w: float) -> None:
    for side in (1, -1):
        sprig(b, x, y, w * 0.46, 90 - side * 82, "#8fa789", bend=side * 16, pairs=5)
    peony(b, x, y, w * 0.11, "#f3b8b6", "#cf5f72", "#e9bf62", 4)
