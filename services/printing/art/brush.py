"""The brush the cards are painted with. Units: mm, origin bottom left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

Point = tuple[float, float]


_ROUND = 0.5522847
"""Control points of a quarter circle."""


class Brush:
    """A reportlab canvas whose unit is the mm, with colours as `#rrggbb`.

    Paths are written as PDF operators at once: reportlab's own path objects take four times as long, and a painting
    has thousands of curves.
    """

    def __init__(self, canvas: Any) -> None:
        self.canvas = canvas

    def fill(self, colour: str, alpha: float = 1.0) -> None:
        self.canvas._code.append(_operator(colour, "rg"))
        self.canvas.setFillAlpha(alpha)

    def stroke(self, colour: str, width: float, alpha: float = 1.0) -> None:
        """`width` in mm."""
        self.canvas._code.append(f"{_operator(colour, 'RG')} {width:.4f} w")
        self.canvas.setStrokeAlpha(alpha)

    def path(self, start: Point, *curves: Sequence[float], at: Point = (0.0, 0.0), turn: float = 0.0) -> None:
        """Fills a figure of lines (x, y) and Bézier curves (x1, y1, x2, y2, x3, y3), turned by degrees and moved."""
        parts = [_steps(start, at, turn), "m"]
        for curve in curves:
            parts += (_steps(curve, at, turn), "l" if len(curve) == 2 else "c")
        self.canvas._code.append(" ".join(parts) + " h f")

    def curve(self, points: Sequence[Point]) -> None:
        """An open smooth line through `points`."""
        parts = [f"{points[0][0]:.4f} {points[0][1]:.4f} m"]
        parts += ["{:.4f} {:.4f} {:.4f} {:.4f} {:.4f} {:.4f} c".format(*one) for one in smooth(points)]
        self.canvas._code.append(" ".join(parts) + " S")

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        self.canvas._code.append(f"{x1:.4f} {y1:.4f} m {x2:.4f} {y2:.4f} l S")

    def disc(self, x: float, y: float, r: float) -> None:
        self.canvas._code.append(_circle(x, y, r) + " h f")

    def ring(self, x: float, y: float, r: float) -> None:
        self.canvas._code.append(_circle(x, y, r) + " h S")

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


def _steps(numbers: Sequence[float], at: Point, turn: float) -> str:
    """Pairs of coordinates turned and moved, as PDF numbers."""
    if turn:
        cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    else:
        cos, sin = 1.0, 0.0
    return " ".join(
        f"{at[0] + x * cos - y * sin:.4f} {at[1] + x * sin + y * cos:.4f}"
        for x, y in zip(numbers[::2], numbers[1::2], strict=True)
    )


def _circle(x: float, y: float, r: float) -> str:
    k = r * _ROUND
    left, right, low, high = x - r, x + r, y - r, y + r
    return (
        f"{right:.4f} {y:.4f} m {right:.4f} {y + k:.4f} {x + k:.4f} {high:.4f} {x:.4f} {high:.4f} c"
        f" {x - k:.4f} {high:.4f} {left:.4f} {y + k:.4f} {left:.4f} {y:.4f} c"
        f" {left:.4f} {y - k:.4f} {x - k:.4f} {low:.4f} {x:.4f} {low:.4f} c"
        f" {x + k:.4f} {low:.4f} {right:.4f} {y - k:.4f} {right:.4f} {y:.4f} c"
    )


@lru_cache(maxsize=1_024)
def _operator(colour: str, name: str) -> str:
    red, green, blue = rgb(colour)
    return f"{red:.4f} {green:.4f} {blue:.4f} {name}"


@lru_cache(maxsize=256)
def colour_of(colour: str) -> Any:
    """reportlab's colour for `#rrggbb`."""
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
