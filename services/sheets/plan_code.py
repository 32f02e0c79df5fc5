"""The plan's number as bars (Code 128): every counter's scanner reads it, and the plan is found again."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.printing.paper import Paper

MODULE = 0.33
"""mm: the narrowest bar; 0.25 is the least that cheap scanners read"""
QUIET = 10
"""modules that stay white on both sides"""
_PIXELS = 3
"""of one module in a picture"""


def plan_number(month: str) -> str:
    """`LP202702` for the plan of `2027-02`."""
    return f"LP{month.replace('-', '')}"


def month_of_number(text: str) -> str | None:
    """The month that a plan's number names, as typed or scanned; None for anything else."""
    found = re.fullmatch(r"\s*LP(\d{4})-?(0[1-9]|1[0-2])\s*", text, re.IGNORECASE)
    return f"{found[1]}-{found[2]}" if found else None


def bars(text: str) -> tuple[list[tuple[int, int]], int]:
    """(left, width) of each bar in modules, without the quiet zones; and the width of all."""
    from reportlab.graphics.barcode.code128 import Code128

    code = Code128(text)
    code.validate()
    code.encode()
    code.decompose()
    found, x = [], 0
    for sign in code.decomposed:
        width = ord(sign.lower()) - ord("a") + 1
        if sign.isupper():
            found.append((x, width))
        x += width
    return found, x


def draw(paper: Paper, right: float, top: float, height: float, text: str) -> None:
    """Draws the code with its text below; mm, `right` is the edge of its quiet zone."""
    from services.printing.geometry import Box

    stripes, width = bars(text)
    left = right - (width + QUIET) * MODULE
    paper.canvas.setFillGray(0)
    for x, wide in stripes:
        paper.rect(Box(left + x * MODULE, top, wide * MODULE, height), stroke=0, fill=1)
    paper.centred(left + width * MODULE / 2, top + height + 2.6, text, 7)


def picture(text: str, height_mm: float) -> tuple[BytesIO, float]:
    """The code as a PNG for a workbook, and its width in mm, quiet zones included."""
    from PIL import Image, ImageDraw

    stripes, width = bars(text)
    modules = width + 2 * QUIET
    high = round(height_mm / MODULE * _PIXELS)
    image = Image.new("1", (modules * _PIXELS, high), 1)
    pen = ImageDraw.Draw(image)
    for x, wide in stripes:
        left = (x + QUIET) * _PIXELS
        pen.rectangle((left, 0, left + wide * _PIXELS - 1, high - 1), fill=0)
    out = BytesIO()
    image.save(out, "PNG")
    out.seek(0)
    return out, modules * MODULE
