"""Flowers, leaves, twigs and wheat. Units: mm, origin bottom left."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from services.printing.art.brush import Brush, Point, mixed, polar, smooth


def petal(b: Brush, x: float, y: float, long: float, wide: float, angle: float, notch: float = 0.12) -> None:
    """One petal from its foot (x, y), rounded, with a small notch at the tip."""
    half = wide / 2
    b.path(
        (0, 0),
        (long * 0.18, half * 0.75, long * 0.52, half * 1.25, long * 0.88, half * 0.72),
        (long * 1.02, half * 0.5, long * (1 - notch * 0.2), half * 0.16, long * (1 - notch), 0),
        (long * (1 - notch * 0.2), -half * 0.16, long * 1.02, -half * 0.5, long * 0.88, -half * 0.72),
        (long * 0.52, -half * 1.25, long * 0.18, -half * 0.75, 0, 0),
        at=(x, y),
        turn=angle,
    )


def peony(
    b: Brush, x: float, y: float, r: float, light: str, deep: str, heart: str, seed: int, turn: float = 0.0
) -> None:
    """A full flower in four rounds of petals, shading from `light` outside to `deep` inside, with golden stamens."""
    rnd = Random(seed)
    rounds = ((1.0, 9, 0.72), (0.84, 8, 0.68), (0.64, 7, 0.62), (0.43, 6, 0.56))
    for depth, (reach, petals, wide) in enumerate(rounds):
        colour = mixed(light, deep, depth / 3.2)
        for i in range(petals):
            angle = turn + depth * 23 + 360 * i / petals + rnd.uniform(-7, 7)
            long = r * reach * rnd.uniform(0.93, 1.06)
            b.fill(mixed(colour, "#ffffff", 0.28), 0.9)
            petal(b, x, y, long, long * wide, angle)
            b.fill(mixed(colour, deep, 0.22), 0.62)
            petal(b, x, y, long * 0.86, long * wide * 0.82, angle + rnd.uniform(-3, 3))
    for i in range(16):
        px, py = polar(x, y, r * rnd.uniform(0.03, 0.19), i * 137.5)
        b.fill(heart if i % 3 else mixed(heart, "#ffffff", 0.45), 0.95)
        b.disc(px, py, r * 0.032)


def blossom(
    b: Brush, x: float, y: float, r: float, colour: str, heart: str, turn: float = 0.0, stamens: int = 7
) -> None:
    """A plum or cherry blossom: five round petals and a few stamens."""
    for i in range(5):
        px, py = polar(x, y, r * 0.56, turn + 72 * i)
        b.fill(mixed(colour, "#ffffff", 0.32), 0.96)
        b.disc(px, py, r * 0.5)
    for i in range(5):
        px, py = polar(x, y, r * 0.42, turn + 72 * i)
        b.fill(colour, 0.5)
        b.disc(px, py, r * 0.36)
    b.stroke(heart, r * 0.05, 0.9)
    for i in range(stamens):
        end = polar(x, y, r * 0.52, turn + 18 + 360 * i / stamens)
        b.line(x, y, *end)
        b.fill(heart)
        b.disc(*end, r * 0.065)
    b.disc(x, y, r * 0.12)


def bud(b: Brush, x: float, y: float, r: float, colour: str, calyx: str, angle: float = 90.0) -> None:
    """A closed bud that points to `angle`."""
    tip = polar(x, y, r * 0.5, angle)
    b.fill(calyx)
    b.disc(x, y, r * 0.62)
    b.fill(colour)
    b.disc(*tip, r * 0.78)
    b.fill(mixed(colour, "#ffffff", 0.4), 0.7)
    b.disc(*polar(*tip, r * 0.25, angle + 40), r * 0.34)


def leaf(
    b: Brush, x: float, y: float, long: float, wide: float, angle: float, colour: str, alpha: float = 0.92
) -> None:
    """A pointed leaf with a lighter half and its vein."""
    half, at = wide / 2, (x, y)
    up = (long * 0.28, half * 1.25, long * 0.7, half * 0.95, long, 0)
    b.fill(colour, alpha)
    b.path((0, 0), up, (long * 0.7, -half * 0.95, long * 0.28, -half * 1.25, 0, 0), at=at, turn=angle)
    b.fill(mixed(colour, "#ffffff", 0.22), alpha * 0.75)
    b.path((0, 0), up, (long * 0.6, half * 0.1, long * 0.3, half * 0.05, 0, 0), at=at, turn=angle)
    b.stroke(mixed(colour, "#ffffff", 0.5), max(0.08, long * 0.012), 0.8)
    b.line(*polar(x, y, long * 0.04, angle), *polar(x, y, long * 0.9, angle))


def sprig(
    b: Brush,
    x: float,
    y: float,
    long: float,
    angle: float,
    colour: str,
    *,
    bend: float = 22.0,
    pairs: int = 6,
    size: float = 0.26,
    slim: float = 0.42,
    alpha: float = 0.9,
) -> None:
    """A twig with leaves on both sides that grow smaller towards the tip."""
    points = [(x, y)]
    for i in range(pairs):
        points.append(polar(*points[-1], long / pairs, angle + bend * (i / max(1, pairs - 1) - 0.5)))
    b.stroke(mixed(colour, "#3a3020", 0.25), long * 0.008 + 0.08, alpha)
    b.curve(points)
    for i, (px, py) in enumerate(points[1:]):
        away = angle + bend * (i / max(1, pairs - 1) - 0.5)
        share = 1.0 - 0.55 * i / pairs
        for side in (1, -1):
            tone = mixed(colour, "#ffffff", 0.12 if side > 0 else 0.0)
            leaf(b, px, py, long * size * share, long * size * slim * share, away + side * 46, tone, alpha)
    leaf(b, *points[-1], long * size * 0.5, long * size * slim * 0.5, angle + bend / 2, colour, alpha)


def berries(b: Brush, x: float, y: float, long: float, angle: float, colour: str, seed: int) -> None:
    """A fine twig with round berries."""
    rnd = Random(seed)
    b.stroke(mixed(colour, "#3a3020", 0.3), 0.16, 0.9)
    for i in range(7):
        share = 0.3 + 0.7 * i / 6
        end = polar(x, y, long * share, angle + rnd.uniform(-20, 20))
        middle = polar(x, y, long * share * 0.55, angle)
        b.curve([(x, y), middle, end])
        b.fill(colour, 0.95)
        b.disc(*end, long * 0.045)
        b.fill("#ffffff", 0.55)
        b.disc(end[0] - long * 0.012, end[1] + long * 0.014, long * 0.014)


def wheat(b: Brush, x: float, y: float, long: float, angle: float, colour: str, bend: float = 14.0) -> None:
    """An ear of wheat on its stalk."""
    points = [polar(x, y, 0, 0)]
    for i in range(6):
        points.append(polar(*points[-1], long / 6, angle + bend * i / 6))
    b.stroke(mixed(colour, "#5a6a2a", 0.35), long * 0.011, 0.95)
    b.curve(points)
    away = angle + bend
    grain = long * 0.085
    foot = points[3]
    for i in range(7):
        px, py = polar(*foot, grain * 0.78 * i, away - bend * 0.3)
        b.stroke(mixed(colour, "#ffffff", 0.25), 0.08, 0.8)
        for side in (1, -1):
            b.canvas.line(px, py, *polar(px, py, grain * 2.6, away + side * 17))
            b.fill(mixed(colour, "#ffffff", 0.14 if side > 0 else 0.0), 0.97)
            petal(b, px, py, grain, grain * 0.5, away + side * 31, 0.0)
    top = polar(*foot, grain * 0.78 * 7, away - bend * 0.3)
    petal(b, *top, grain, grain * 0.45, away, 0.0)


def ginkgo(b: Brush, x: float, y: float, r: float, angle: float, colour: str, alpha: float = 0.92) -> None:
    """A ginkgo leaf: a notched fan on a curved stalk, with fine veins."""
    c = b.canvas
    c.saveState()
    c.translate(x, y)
    c.rotate(angle - 90)
    c.scale(r, r)
    b.stroke(mixed(colour, "#5a4a20", 0.25), 0.045, alpha)
    b.curve([(0, 0.02), (0.05, -0.3), (0.0, -0.62), (-0.1, -0.8)])
    b.fill(colour, alpha)
    b.path(
        (0, 0),
        (-0.3, 0.12, -0.75, 0.18, -1.0, 0.42),
        (-0.95, 0.72, -0.6, 0.98, -0.08, 0.94),
        (-0.05, 0.84, -0.03, 0.74, 0.0, 0.62),
        (0.03, 0.74, 0.06, 0.84, 0.1, 0.95),
        (0.62, 0.96, 0.96, 0.7, 1.0, 0.4),
        (0.75, 0.18, 0.3, 0.12, 0, 0),
    )
    b.stroke(mixed(colour, "#ffffff", 0.45), 0.014, alpha * 0.8)
    for a in range(32, 152, 10):
        b.line(0, 0.03, *polar(0, 0.03, 0.82 if abs(a - 92) > 8 else 0.56, a))
    c.restoreState()


def bough(b: Brush, points: Sequence[Point], thick: float, colour: str) -> None:
    """A branch that thins out towards its last point."""
    parts = len(points) - 1
    b.canvas.setLineCap(1)
    b.canvas.setLineJoin(1)
    for i, one in enumerate(smooth(points)):
        for step in range(4):
            share = (i + step / 4) / parts
            b.stroke(colour, max(0.22, thick * (1 - share) ** 0.8 + 0.12))
            b.line(*_on(points[i], one, step / 4), *_on(points[i], one, (step + 1) / 4 + 0.01))


def _on(start: Point, curve: Sequence[float], t: float) -> Point:
    """The point at `t` of a Bézier curve."""
    u = 1 - t
    x1, y1, x2, y2, x3, y3 = curve
    return (
        u**3 * start[0] + 3 * u * u * t * x1 + 3 * u * t * t * x2 + t**3 * x3,
        u**3 * start[1] + 3 * u * u * t * y1 + 3 * u * t * t * y2 + t**3 * y3,
    )
