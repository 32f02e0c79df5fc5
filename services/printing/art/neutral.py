"""Every other occasion: ginkgo leaves on cream."""

from __future__ import annotations

from services.printing import fonts
from services.printing.art import foil
from services.printing.art.brush import Brush, mixed
from services.printing.art.lettering import Lettering, two_by_two, write
from services.printing.art.plants import ginkgo, leaf


def painting(b: Brush, w: float, h: float, words: Lettering) -> None:
    """Ginkgo leaves in gold and teal on cream: for every other occasion."""
    c = b.canvas
    tall = h > w
    b.wash(w, h, "#fdfaf2", "#f4eedd")
    foil.frame(b, 2.2, 2.2, w - 4.4, h - 4.4, 0.42, "#c9a14d", 3.0)
    foil.frame(b, 3.5, 3.5, w - 7, h - 7, 0.14, "#c9a14d", 3.0)
    c.saveState()
    b.clip(0, 0, w, h)
    gold, teal = "#c9a14d", "#2f6f6d"
    tones = ("#d9b45f", "#c9a14d", "#e5cb8c", "#8fb0a2", "#5d918a")
    top = (
        (0.93, 0.985, 13, 205),
        (0.78, 0.97, 10, 168),
        (0.98, 0.86, 10.5, 240),
        (0.84, 0.885, 7.5, 215),
        (0.66, 0.99, 7, 190),
        (0.955, 0.765, 6, 262),
        (0.73, 0.90, 5, 150),
    )
    low = (
        (0.06, 0.03, 13, 25),
        (0.22, 0.035, 10, -12),
        (0.02, 0.15, 10.5, 60),
        (0.16, 0.115, 7.5, 35),
        (0.35, 0.01, 7, 10),
        (0.045, 0.245, 6, 80),
        (0.28, 0.10, 5, -30),
    )
    size = 1.0 if tall else 0.72
    for group in (top, low):
        for i, (px, py, r, angle) in enumerate(group):
            b.fill("#b99a5a", 0.1)
            ginkgo(b, w * px + 0.7, h * py - 0.8, r * size, angle - 90 + 180, "#a58a50", 0.16)
            ginkgo(b, w * px, h * py, r * size, angle - 90 + 180, tones[i % 5])
    for px, py, r, angle in (
        (0.60, 0.80, 3.4, 250),
        (0.42, 0.2, 3.2, 120),
        (0.88, 0.62, 2.8, 200),
        (0.1, 0.4, 2.8, 40),
    ):
        ginkgo(b, w * px, h * py, r * size, angle, mixed(gold, "#ffffff", 0.25), 0.8)
    c.restoreState()
    x, y = w / 2, h * (0.53 if tall else 0.52)
    r = w * 0.325 if tall else h * 0.36
    b.fill("#e9d9ae", 0.22)
    b.disc(x, y, r * 1.09)
    b.fill("#fffdf7", 0.92)
    b.disc(x, y, r)
    foil.ring(b, x, y, r, 0.6, gold)
    foil.ring(b, x, y, r * 0.945, 0.18, gold)
    two_by_two(b, words.title, x, y + r * 0.2, r * 0.42, r * 1.5, teal)
    if words.subtitle:
        size = min(2.5, r * 1.3 / (fonts.width(words.subtitle, 1) + 0.3 * len(words.subtitle)))
        drop, gap = r * 0.6, size * 0.3
        write(b, words.subtitle, x, y - drop, size, gold, gap)
        b.stroke(gold, 0.25)
        b.line(x - 4, y - drop + size * 1.7, x + 4, y - drop + size * 1.7)


def small(b: Brush, x: float, y: float, w: float) -> None:
    for dx, dy, angle, tone in (
        (-0.16, 0.0, 130, "#8fb0a2"),
        (0.16, 0.0, 50, "#e5cb8c"),
        (0, 0.02, 90, "#d9b45f"),
    ):
        ginkgo(b, x + dx * w, y + dy * w, w * 0.13, angle, tone)
    leaf(b, x, y, 0.1, 0.1, 0, "#8fb0a2")
