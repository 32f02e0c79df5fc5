"""Birds, clouds, mountains, waves, lanterns. Units: mm, origin bottom left."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from services.printing.art.brush import Brush, Point, colour_of, mixed, polar, smooth


def swallow(b: Brush, x: float, y: float, size: float, turn: float, colour: str, flip: bool = False) -> None:
    """A swallow in flight."""
    c = b.canvas
    c.saveState()
    c.translate(x, y)
    c.rotate(turn)
    c.scale(-size if flip else size, size)
    b.fill(colour)
    b.path(
        (0.52, 0.1),
        (0.4, 0.2, 0.22, 0.16, 0.1, 0.14),
        (0.05, 0.5, -0.2, 0.86, -0.62, 1.02),
        (-0.38, 0.66, -0.28, 0.36, -0.26, 0.08),
        (-0.5, 0.02, -0.78, 0.0, -1.12, 0.14),
        (-0.86, -0.06, -0.7, -0.12, -0.52, -0.14),
        (-0.72, -0.26, -0.9, -0.4, -1.02, -0.58),
        (-0.74, -0.38, -0.46, -0.24, -0.2, -0.16),
        (-0.02, -0.4, 0.3, -0.62, 0.74, -0.66),
        (0.46, -0.46, 0.3, -0.22, 0.26, -0.06),
        (0.38, -0.02, 0.46, 0.02, 0.52, 0.1),
    )
    c.restoreState()


def crane(b: Brush, x: float, y: float, size: float, flip: bool = False, turn: float = 0.0) -> None:
    """A white crane with black wing tips and a red crown."""
    c = b.canvas
    c.saveState()
    c.translate(x, y)
    c.rotate(turn)
    c.scale(-size if flip else size, size)
    b.stroke("#3c3a38", 0.035)
    b.line(-0.55, -0.04, -1.15, -0.16)
    b.line(-0.55, -0.07, -1.1, -0.22)
    b.fill("#ffffff")
    b.path((-0.6, -0.05), (-0.3, 0.1, 0.1, 0.16, 0.36, 0.1), (0.1, -0.12, -0.3, -0.16, -0.6, -0.05))
    b.path((0.2, 0.08), (0.1, 0.5, -0.25, 0.85, -0.66, 1.02), (-0.5, 0.7, -0.42, 0.3, -0.2, 0.02))
    b.path((0.16, 0.04), (0.3, 0.4, 0.34, 0.72, 0.22, 1.06), (-0.02, 0.8, -0.1, 0.4, -0.1, 0.04))
    b.fill("#2f2d2c")
    b.path((-0.66, 1.02), (-0.5, 0.82, -0.42, 0.66, -0.36, 0.52), (-0.42, 0.7, -0.5, 0.88, -0.66, 1.02))
    b.path((-0.66, 1.02), (-0.58, 0.86, -0.5, 0.62, -0.46, 0.48), (-0.3, 0.64, -0.46, 0.86, -0.66, 1.02))
    b.path((0.22, 1.06), (0.1, 0.95, 0.02, 0.8, -0.02, 0.66), (0.16, 0.78, 0.24, 0.9, 0.22, 1.06))
    b.stroke("#ffffff", 0.07)
    b.curve([(0.3, 0.08), (0.58, 0.14), (0.82, 0.1), (0.98, 0.16)])
    b.stroke("#3c3a38", 0.03)
    b.line(1.0, 0.16, 1.2, 0.13)
    b.fill("#c8322b")
    b.disc(1.0, 0.185, 0.042)
    c.restoreState()


def cloud(
    b: Brush,
    x: float,
    y: float,
    size: float,
    colour: str,
    alpha: float = 1.0,
    width: float = 0.3,
    flip: bool = False,
) -> None:
    """An auspicious cloud (祥云) in one line: three curls on a trailing tail."""
    c = b.canvas
    c.saveState()
    c.translate(x, y)
    c.scale(-size if flip else size, size)
    b.stroke(colour, width / size, alpha)
    c.setLineCap(1)
    for cx, cy, r, start in ((0.0, 0.36, 0.36, 200), (0.62, 0.46, 0.46, 160), (1.22, 0.3, 0.3, 130)):
        _curl(b, cx, cy, r, start)
    b.curve([(-0.36, 0.3), (-0.7, 0.08), (-1.3, 0.02), (-2.0, 0.06)])
    b.curve([(1.5, 0.22), (1.1, -0.04), (0.2, -0.1), (-0.7, -0.12)])
    b.curve([(1.52, 0.3), (1.8, 0.1), (2.2, 0.04), (2.7, 0.06)])
    c.restoreState()


def _curl(b: Brush, x: float, y: float, r: float, start: float) -> None:
    points = [polar(x, y, r * (1 - 0.78 * i / 11), start - 48 * i) for i in range(12)]
    b.curve(points)


def mist(b: Brush, x: float, y: float, w: float, h: float, colour: str, alpha: float) -> None:
    """A band of mist that fades out towards its edges."""
    layers = 9
    for i in range(layers):
        share = 1 - i / layers
        b.fill(colour, alpha * 0.26)
        high, wide = h * share, w * (0.55 + 0.45 * share)
        b.canvas.roundRect(x + (w - wide) / 2, y + (h - high) / 2, wide, high, high / 2, fill=1, stroke=0)


def ridge(
    w: float, base: float, peaks: Sequence[tuple[float, float]], seed: int, rough: float
) -> list[Point]:
    """A mountain ridge through `peaks` (share of the width, height over base), roughened by hand."""
    rnd = Random(seed)
    points: list[Point] = []
    for (x1, y1), (x2, y2) in zip(peaks, peaks[1:], strict=False):
        for i in range(6):
            share = i / 6
            ease = share * share * (3 - 2 * share)
            wobble = rnd.uniform(-rough, rough) * (0.2 if i == 0 else 1.0)
            points.append(((x1 + (x2 - x1) * share) * w, base + y1 + (y2 - y1) * ease + wobble))
    points.append((peaks[-1][0] * w, base + peaks[-1][1]))
    return points


def mountain(
    b: Brush,
    points: Sequence[Point],
    floor: float,
    top: str,
    foot: str,
    line: str,
    high: float,
    rocky: bool = True,
) -> None:
    """Fills below a ridge, shading from `top` at `high` to `foot` at `floor`, with a fine contour."""
    c = b.canvas
    left, right = points[0][0], points[-1][0]
    c.saveState()
    p = c.beginPath()
    p.moveTo(left, floor)
    p.lineTo(*points[0])
    for one in smooth(points):
        p.curveTo(*one)
    p.lineTo(right, floor)
    p.close()
    c.clipPath(p, stroke=0, fill=0)
    b.fill("#ffffff")
    c.linearGradient(left, high, left, floor, (colour_of(top), colour_of(foot)), extend=True)
    if rocky:
        _shades(b, points, floor, mixed(top, "#0b2a3a", 0.55), line)
    c.restoreState()
    b.stroke(line, 0.22, 0.9)
    b.curve(points)


def _shades(b: Brush, points: Sequence[Point], floor: float, shade: str, line: str) -> None:
    """The side of each peak that lies away from the light, with a few falling lines."""
    rnd = Random(len(points))
    tops = [i for i in range(1, len(points) - 1) if points[i - 1][1] < points[i][1] >= points[i + 1][1]]
    for i in tops:
        x, y = points[i]
        fall = max(1.0, (y - floor) * 0.62)
        if fall < 3:
            continue
        spine = [(x, y)]
        for step in range(1, 7):
            spine.append((x + rnd.uniform(-0.05, 0.075) * fall, y - fall * step / 6))
        b.fill(shade, 0.13)
        for reach in (0.85, 0.5):
            b.path((x, y), *spine[1:], (x + fall * reach, y - fall), (x + fall * reach * 0.6, y))
        b.stroke(line, 0.12, 0.5)
        b.curve(spine[:5])
        for step in (1, 2, 3):
            start = spine[step]
            b.curve(
                [
                    start,
                    (start[0] + fall * 0.1, start[1] - fall * 0.11),
                    (start[0] + fall * 0.15, start[1] - fall * 0.27),
                ]
            )


def lantern(b: Brush, x: float, y: float, r: float, body: str, gold: str, cord: float) -> None:
    """A round red lantern hanging from a cord of length `cord` mm, centre at (x, y)."""
    c = b.canvas
    b.stroke(gold, 0.22)
    b.line(x, y + r * 0.92, x, y + r * 0.92 + cord)
    for share in (1.0, 0.76, 0.48, 0.18):
        b.fill(mixed(body, "#ffb05a", 0.36 * (1 - share)), 1.0)
        c.ellipse(x - r * 1.12 * share, y - r * 0.86, x + r * 1.12 * share, y + r * 0.86, fill=1, stroke=0)
        b.stroke(gold, 0.16, 0.75)
        c.ellipse(x - r * 1.12 * share, y - r * 0.86, x + r * 1.12 * share, y + r * 0.86, fill=0, stroke=1)
    b.fill(gold)
    for side in (1, -1):
        c.roundRect(
            x - r * 0.46, y + side * r * 0.86 - r * 0.09, r * 0.92, r * 0.18, r * 0.06, fill=1, stroke=0
        )
    b.stroke(gold, 0.18)
    b.line(x, y - r * 0.95, x, y - r * 1.3)
    b.disc(x, y - r * 1.32, r * 0.1)
    for i in range(-3, 4):
        b.line(x + i * r * 0.03, y - r * 1.36, x + i * r * 0.062, y - r * 2.15)


def corner_fret(b: Brush, x: float, y: float, size: float, colour: str, right: bool, up: bool) -> None:
    """A square spiral (回纹) for a frame's corner."""
    c = b.canvas
    c.saveState()
    c.translate(x, y)
    c.scale(size if right else -size, size if up else -size)
    b.stroke(colour, 0.32 / size)
    c.setLineJoin(0)
    p = c.beginPath()
    lines: tuple[tuple[Point, ...], ...] = (
        ((1.6, 0), (0, 0), (0, 1.6)),
        ((1.6, 0.32), (0.32, 0.32), (0.32, 1.6)),
        ((1.3, 0.64), (0.64, 0.64), (0.64, 1.3), (1.1, 1.3), (1.1, 0.95), (0.88, 0.95)),
    )
    for start, *others in lines:
        p.moveTo(*start)
        for point in others:
            p.lineTo(*point)
    c.drawPath(p, fill=0, stroke=1)
    c.restoreState()


def waves(
    b: Brush, w: float, rows: int, r: float, colour: str, alpha: float, base: float = 0.0, ground: str = ""
) -> None:
    """Rows of overlapping wave scales (海水纹) along the foot, drawn from the back."""
    for row in range(rows - 1, -1, -1):
        shift = r if row % 2 else 0.0
        y = base + row * r * 0.5
        x = -shift
        while x < w + r:
            if ground:
                b.fill(ground)
                b.disc(x, y, r)
            b.stroke(colour, 0.2, alpha)
            for share in (1.0, 0.72, 0.44):
                b.ring(x, y, r * share)
            x += 2 * r
