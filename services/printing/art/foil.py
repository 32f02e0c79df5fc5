"""Foil: lines that shimmer as if stamped with metal, by a shading along the diagonal. Units: mm, origin bottom left."""

from __future__ import annotations

from services.printing.art.brush import Brush, colour_of, mixed

_BANDS = (
    (0.0, "dark", 0.30),
    (0.10, "light", 0.45),
    (0.17, "light", 0.80),
    (0.26, "dark", 0.0),
    (0.40, "dark", 0.32),
    (0.52, "light", 0.55),
    (0.58, "light", 0.85),
    (0.68, "dark", 0.05),
    (0.82, "dark", 0.34),
    (0.92, "light", 0.60),
    (1.0, "dark", 0.10),
)
"""Where on the diagonal how much light or shadow lies on the colour."""


def frame(
    b: Brush, x: float, y: float, w: float, h: float, width: float, colour: str, notch: float = 0.0
) -> None:
    """A rectangle's line of `width` mm; with `notch` its corners are hollowed by quarter circles of that radius."""
    c = b.canvas
    path = c.beginPath()
    for inset in (0.0, width):
        _outline(path, x + inset, y + inset, w - 2 * inset, h - 2 * inset, notch and notch + 0.25 * inset)
    _pour(b, path, (x, y + h), (x + w, y), colour)


def ring(b: Brush, x: float, y: float, r: float, width: float, colour: str) -> None:
    """A circle's line of `width` mm around (x, y)."""
    path = b.canvas.beginPath()
    for radius in (r + width / 2, r - width / 2):
        path.circle(x, y, radius)
    _pour(b, path, (x - r, y + r), (x + r, y - r), colour)


def sides(b: Brush, x: float, y: float, w: float, h: float, width: float, colour: str, notch: float) -> None:
    """The left, lower and right side of a frame whose top is something else; the lower corners hollowed."""
    path = b.canvas.beginPath()
    right, top = x + w, y + h
    path.moveTo(x, top)
    path.lineTo(x, y + notch)
    path.curveTo(x + 0.55 * notch, y + notch, x + notch, y + 0.55 * notch, x + notch, y)
    path.lineTo(right - notch, y)
    path.curveTo(right - notch, y + 0.55 * notch, right - 0.55 * notch, y + notch, right, y + notch)
    path.lineTo(right, top)
    path.lineTo(right - width, top)
    path.lineTo(right - width, y + notch + width)
    inner = notch + width
    path.curveTo(right - 0.55 * inner, y + inner, right - inner, y + 0.55 * inner, right - inner, y + width)
    path.lineTo(x + inner, y + width)
    path.curveTo(x + inner, y + 0.55 * inner, x + 0.55 * inner, y + inner, x + width, y + inner)
    path.lineTo(x + width, top)
    path.close()
    _pour(b, path, (x, top), (right, y), colour)


def _outline(path: object, x: float, y: float, w: float, h: float, notch: float) -> None:
    if not notch:
        path.rect(x, y, w, h)  # type: ignore[attr-defined]
        return
    move, line, curve = path.moveTo, path.lineTo, path.curveTo  # type: ignore[attr-defined]
    right, top, k = x + w, y + h, 0.55 * notch
    move(x + notch, y)
    line(right - notch, y)
    curve(right - notch, y + k, right - k, y + notch, right, y + notch)
    line(right, top - notch)
    curve(right - k, top - notch, right - notch, top - k, right - notch, top)
    line(x + notch, top)
    curve(x + notch, top - k, x + k, top - notch, x, top - notch)
    line(x, y + notch)
    curve(x + k, y + notch, x + notch, y + k, x + notch, y)
    path.close()  # type: ignore[attr-defined]


def _pour(b: Brush, path: object, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    """Fills a figure with holes by the shading from `start` to `end`."""
    c = b.canvas
    shades = {"dark": "#4a2f0c", "light": "#fffbe8"}
    colours = [colour_of(mixed(colour, shades[tone], share)) for _place, tone, share in _BANDS]
    c.saveState()
    c.setFillAlpha(1)
    c.clipPath(path, stroke=0, fill=0, fillMode=0)
    c.linearGradient(*start, *end, colours, [place for place, _tone, _share in _BANDS], extend=True)
    c.restoreState()
