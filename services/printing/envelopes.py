"""PRC envelopes as PDF: one page an envelope; places come from an editable template in mm."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.errors import Refused
from services.printing.breaking import fit_block, fit_line
from services.printing.cards import Drawn
from services.printing.geometry import MM, Box, Size
from services.printing.labels import AddressLabel
from services.printing.paper import Paper
from services.progress import Progress, silent
from services.words import _

LAYOUTS = ("DL", "B6", "ZL", "C5", "C4")
_FILE = Path(__file__).resolve().parents[2] / "resources" / "labels" / "envelopes.toml"
_RED = (0.835, 0.165, 0.122)
"""金红, PANTONE 1795 C"""
_DIGITS = 6
_ABOVE_FOOT = 20.0
"""mm: the lowest strip carries the bar code (55 to 160 mm from the right) and only the sender's postcode beside it."""


@dataclass(frozen=True)
class Sender:
    """Who writes: the shop."""

    name: str
    address: str
    postcode: str


@lru_cache(maxsize=1)
def template() -> dict[str, Any]:
    """The places, in mm."""
    return tomllib.loads(_FILE.read_text("utf-8"))


def size(layout: str) -> Size:
    """The envelope's face. Raises Refused for an unknown one."""
    if layout not in LAYOUTS:
        raise Refused(
            "没有 {layout} 这种信封；可选 {known}。", field="layout", layout=layout, known="、".join(LAYOUTS)
        )
    return Size(float(template()[layout]["width"]), float(template()[layout]["height"]))


def draw(
    letters: Sequence[AddressLabel],
    layout: str = "DL",
    *,
    sender: Sender,
    boxes: bool = True,
    title: str = "",
    day: date | None = None,
    progress: Progress = silent,
) -> Drawn:
    """Draws one envelope a page. `boxes`: draw the six red boxes too (blank envelopes). Raises Refused."""
    face = size(layout)
    if not letters:
        raise Refused("没有要打印的信封。")
    paper = Paper(face, title or "信封", day=day)
    places = template()[layout]
    with paper.form("sender", face):
        _sender(paper, places["sender"], sender, face)
        if boxes:
            _boxes(paper, face)
    cut: dict[str, None] = {}
    for done, letter in enumerate(letters, 1):
        paper.place("sender", 0, face.height)
        if _letter(paper, letter, places):
            cut[letter.card_no] = None
        paper.next_page()
        progress(done, len(letters))
    return Drawn(paper, len(letters), tuple(cut))


def _box(number: int) -> Box:
    at = template()["postcode"]
    return Box(at["left"] + number * at["pitch"], at["top"], at["box_width"], at["box_height"])


def _boxes(paper: Paper, face: Size) -> None:
    """Inside a form, whose origin is the face's bottom left: as large as the page, so that `rect` measures alike."""
    paper.canvas.setStrokeColorRGB(*_RED)
    paper.canvas.setLineWidth(template()["postcode"]["line"] * MM)
    for number in range(_DIGITS):
        paper.rect(_box(number))


def _sender(paper: Paper, at: dict[str, float], sender: Sender, face: Size) -> None:
    base = min(at["base"], face.height - _ABOVE_FOOT - 1)
    wide = face.width * 0.45 * MM
    lines = [line for line in (sender.address, sender.name) if line.strip()]
    for i, line in enumerate(reversed(lines)):
        part = fit_line(line, at["size"], 6, wide)
        paper.right(at["right"], base - i * at["size"] * 1.5 / MM, part.lines[0], part.size)
    postcode = fit_line(sender.postcode, at["size"] + 1, 6, 50 * MM)
    spaced = postcode.lines[0]
    paper.right(at["right"], face.height - 9, " ".join(spaced), postcode.size)


def _letter(paper: Paper, letter: AddressLabel, places: dict[str, Any]) -> bool:
    """Postcode, address and addressee. Returns whether something was cut."""
    at = template()["postcode"]
    digits = letter.postcode.strip()
    for number, digit in enumerate(digits[:_DIGITS]):
        box = _box(number)
        paper.centred(
            box.left + box.width / 2, box.top + box.height / 2 + at["size"] * 0.36 / MM, digit, at["size"]
        )
    where = places["address"]
    sizes = tuple(where["size"] - step * 0.5 for step in range(int((where["size"] - 7) / 0.5) + 1))
    block = fit_block(letter.address, sizes, where["width"] * MM, where["height"] * MM, 1.35)
    y = where["top"] + block.size * 0.9 / MM
    for line in block.lines:
        paper.text(where["left"], y, line, block.size)
        y += block.size * 1.35 / MM
    who = places["name"]
    room = (places["width"] - who["left"] - 14) * MM
    words = f"{letter.name} {letter.salutation} 收" if letter.salutation else f"{letter.name} 收"
    name = fit_line(words, who["size"], 9, room)
    paper.text(who["left"], who["base"], name.lines[0], name.size)
    if letter.copy:
        paper.text(places["address"]["left"], who["base"] + 8, _("副本"), 8)
    return block.cut or name.cut or len(digits) > _DIGITS
