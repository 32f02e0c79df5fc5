"""The designs by name: who paints the front, and the colours beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.printing.art import birthday, may_day, national_day, neutral, spring_festival
from services.printing.art.brush import Brush
from services.printing.art.lettering import Lettering
from services.printing.geometry import MM


@dataclass(frozen=True)
class Design:
    """A painter, and the colours of what is printed outside the painting."""

    name: str
    paint: Callable[[Brush, float, float, Lettering], None]
    accent: str
    """lines and small ornaments beside the text"""
    ink: str
    """the text"""
    sprig: Callable[[Brush, float, float, float], None]
    """a small ornament for the inside: brush, x, y of its middle, width in mm"""


DESIGNS: dict[str, Design] = {
    "birthday": Design("birthday", birthday.painting, "#c39a52", "#4a3438", birthday.small),
    "may_day": Design("may_day", may_day.painting, "#5a9a6c", "#24443a", may_day.small),
    "national_day": Design("national_day", national_day.painting, "#c0923c", "#4a2c20", national_day.small),
    "spring_festival": Design(
        "spring_festival", spring_festival.painting, "#b3202a", "#4a1c1c", spring_festival.small
    ),
    "neutral": Design("neutral", neutral.painting, "#c9a14d", "#2b4644", neutral.small),
}


def paint(canvas: Any, design: Design, width: float, height: float, words: Lettering) -> None:
    """Paints a panel of `width` × `height` mm at the canvas' origin (points)."""
    canvas.saveState()
    canvas.scale(MM, MM)
    design.paint(Brush(canvas), width, height, words)
    canvas.restoreState()
