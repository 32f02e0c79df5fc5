"""The brush the cards are painted with. Units: mm, origin bottom left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

Point = tuple[float, float]


class Brush:
    """A reportlab canvas whose unit is the mm, with colours as `#rrggbb`."""

    def __init__(self, canvas: Any) -> None:
        self.canvas = canvas

    def fill(self, colour: str, alpha: float = 1.0) -> None:
        self.canvas.setFillColorRGB(*rgb(colour))
        self.canvas.setFillAlpha(alpha)

    def stroke(self, colour: str, width: float, alpha: float = 1.0) -> None:
        """`width` in mm."""
        self.canvas.setStrokeColorRGB(*rgb(colour))
        self.canvas.setStrokeAlpha(alpha)
        self.canvas.setLineWidth(width)

    def path(self, start: Point, *curves: Sequence[float], fill: int = 1, stroke: int = 0) -> None:
        """A closed figure of lines (x, y) and Bézier curves (x1, y1, x2, y2, x3, y3)."""
        p = self.canvas.beginPath()
        p.moveTo(*start)
        for curve in curves:
            if len(curve) == 2:
                p.lineTo(*curve)
            else:
                p.curveTo(*curve)
        if fill:
            p.close()
        self.canvas.drawPath(p, fill=fill, stroke=stroke)

    def curve(self, points: Sequence[Point]) -> None:
        """An open smooth line through `points`."""
        p = self.canvas.beginPath()
        p.moveTo(*points[0])
        for one in smooth(points):
            p.curveTo(*one)
        self.canvas.drawPath(p, fill=0, stroke=1)

    def disc(self, x: float, y: float, r: float) -> None:
        self.canvas.circle(x, y, r, fill=1, stroke=0)

    def ring(self, x: float, y: float, r: float) -> None:
        self.canvas.circle(x, y, r, fill=0, stroke=1)

    def wash(self, w: float, h: float, top: str, bottom: str, x: float = 0.0, y: float = 0.0) -> None:
        """A rectangle shading from `top` to `bottom`."""
        c = self.canvas
        c.saveState()
        p = c.beginPath()
        p.rect(x, y, w, h)
        c.clipPath(p, stroke=0, fill=0)
        c.linearGradient(x, y + h, x, y, (colour_of(top), colour_of(bottom)), extend=True)
        c.restoreState()

    def clip(self, x: float, y: float, w: float, h: float) -> None:
        p = self.canvas.beginPath()
        p.rect(x, y, w, h)
        self.canvas.clipPath(p, stroke=0, fill=0)


def colour_of(colour: str) -> Any:
    from reportlab.lib.colors import HexColor

    return HexColor(colour)


def rgb(colour: str) -> tuple[float, float, float]:
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def mixed(one: str, other: str, share: float) -> str:
    """The colour `share` of the way from `one` to `other`."""
    parts = (round(255 * (a + (b - a) * share)) for a, b in zip(rgb(one), rgb(other), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def smooth(points: Sequence[Point]) -> list[tuple[float, ...]]:
    """Bézier curves through `points` (Catmull-Rom)."""
    curves: list[tuple[float, ...]] = []
    for i in range(len(points) - 1):
        before, here, there = points[max(0, i - 1)], points[i], points[i + 1]
        after = points[min(len(points) - 1, i + 2)]
        curves.append(
            (
                here[0] + (there[0] - before[0]) / 6,
                here[1] + (there[1] - before[1]) / 6,
                there[0] - (after[0] - here[0]) / 6,
                there[1] - (after[1] - here[1]) / 6,
                *there,
            )
        )
    return curves


def polar(x: float, y: float, r: float, angle: float) -> Point:
    """The point `r` from (x, y) at `angle` degrees, counted from the right against the clock."""
    return x + r * math.cos(math.radians(angle)), y + r * math.sin(math.radians(angle))
