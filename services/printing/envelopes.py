"""PRC envelopes (GB/T 1416) as PDF: one page an envelope; every place is a number in mm that the shop may correct."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from models import database
from services.errors import Refused
from services.printing import setups
from services.printing.breaking import fit_block, fit_line
from services.printing.cards import Drawn
from services.printing.geometry import MM, Box, Size
from services.printing.labels import AddressLabel
from services.printing.paper import Paper
from services.printing.setups import Saved, Setup
from services.progress import Progress, silent
from services.shop import Shop
from services.words import _

LAYOUTS = ("DL", "B6", "ZL", "C5", "C4")
_FILE = Path(__file__).resolve().parents[2] / "resources" / "labels" / "envelopes.toml"
_RED = (0.835, 0.165, 0.122)
"""金红, PANTONE 1795 C"""
_DIGITS = 6
_SMALLEST, _LARGEST = 6.0, 48.0
"""Points of a letter on an envelope."""
_CODE_ZONE = (90.0, 26.0)
"""mm from the upper left corner: read by the sorting machine, nothing but the postcode boxes may stand there."""
_BAR_ZONE = (55.0, 160.0, 20.0)
"""mm from the right edge (from, to) and from the foot: the machine prints its bar code there."""
_LINE_HEIGHT = 1.35


@dataclass(frozen=True)
class Sender:
    """Who writes: the shop."""

    name: str
    address: str
    postcode: str


@dataclass(frozen=True)
class Places:
    """Where everything stands on one format: mm from the upper left corner, sizes of letters in points."""

    width: float
    height: float
    boxes: bool
    """Blank envelopes: draw the six postcode boxes; pre-printed ones have them."""
    code_left: float
    code_top: float
    code_width: float
    code_height: float
    code_pitch: float
    code_size: float
    code_line: float
    address_left: float
    address_top: float
    address_width: float
    address_height: float
    address_size: float
    name_left: float
    name_base: float
    name_size: float
    sender_right: float
    sender_base: float
    sender_size: float
    sender_code_base: float

    @property
    def face(self) -> Size:
        return Size(self.width, self.height)

    def box(self, number: int) -> Box:
        """The postcode box `number`, from 0."""
        return Box(
            self.code_left + number * self.code_pitch, self.code_top, self.code_width, self.code_height
        )


FIXED = ("width", "height")
"""What the standard says of a format; everything else may be corrected."""


@lru_cache(maxsize=8)
def shipped(layout: str) -> Places:
    """The places as shipped. Raises Refused for an unknown format."""
    if layout not in LAYOUTS:
        raise Refused(
            "没有 {layout} 这种信封；可选 {known}。", field="layout", layout=layout, known="、".join(LAYOUTS)
        )
    known = tomllib.loads(_FILE.read_text("utf-8"))
    numbers: dict[str, Any] = {"boxes": True}
    for group, found in {"code": known["postcode"], **known[layout]}.items():
        if isinstance(found, dict):
            numbers |= {f"{group}_{key.removeprefix('box_')}": float(value) for key, value in found.items()}
        else:
            numbers[group] = float(found)
    return Places(**numbers)


def places(layout: str) -> Places:
    """The places in force: the shop's own where it corrected some. Raises Refused for an unknown format."""
    own = setups.body_of(Setup.ENVELOPE, layout) if layout in LAYOUTS and database.url() else None
    return with_numbers(shipped(layout), own or {})


def with_numbers(base: Places, numbers: Mapping[str, Any]) -> Places:
    """`base` with some numbers changed; names it does not know are left out."""
    known = {one.name for one in fields(Places)} - set(FIXED)
    return replace(base, **{key: value for key, value in numbers.items() if key in known})


def check(at: Places) -> None:
    """Refuses places that lie beside the envelope, and letters too small or too large."""
    for key in ("code_size", "address_size", "name_size", "sender_size"):
        if not _SMALLEST <= getattr(at, key) <= _LARGEST:
            raise Refused(
                "字号应在 {least} 到 {most} 磅之间。", field=key, least=int(_SMALLEST), most=int(_LARGEST)
            )
    if at.code_width < 3 or at.code_height < 3 or at.code_pitch < at.code_width:
        raise Refused("邮编框至少 3 毫米，间距不能小于框宽。", field="code_pitch")
    if at.address_width < 30 or at.address_height < 8:
        raise Refused("地址的位置至少要 30×8 毫米。", field="address_width")
    last = at.box(_DIGITS - 1)
    for key, value, most in (
        *(("code_left", last.right, at.width), ("code_top", last.bottom, at.height)),
        *(("code_left", at.width - at.code_left, at.width), ("code_top", at.height - at.code_top, at.height)),
        ("address_width", at.address_left + at.address_width, at.width),
        ("address_height", at.address_top + at.address_height, at.height),
        *(
            ("address_left", at.width - at.address_left, at.width),
            ("address_top", at.height - at.address_top, at.height),
        ),
        *(("name_left", at.name_left + 30, at.width), ("name_base", at.name_base, at.height)),
        *(("sender_right", at.sender_right, at.width), ("sender_base", at.sender_base, at.height)),
        ("sender_code_base", at.sender_code_base, at.height),
    ):
        if not 0 <= value <= most + 0.01:
            raise Refused("这个位置在信封外面了：信封是 {width}×{height} 毫米。", field=key, width=f"{at.width:g}",
                          height=f"{at.height:g}")  # fmt: skip


def warnings(at: Places) -> list[str]:
    """Where the places come into the zones that the sorting machine reads, in words."""
    found = []
    last = at.box(_DIGITS - 1)
    wide, high = _CODE_ZONE
    if last.right > wide or last.bottom > high:
        found.append(_("邮编框超出了左上角 {x}×{y} 毫米的机读区。").format(x=int(wide), y=int(high)))
    if at.address_top < high and at.address_left < wide:
        found.append(_("地址伸进了左上角的邮编机读区。"))
    foot = at.height - _BAR_ZONE[2]
    if max(at.address_top + at.address_height, at.name_base) > foot or at.sender_base > foot:
        found.append(_("文字伸进了底边 {n} 毫米的条码区。").format(n=int(_BAR_ZONE[2])))
    return found


def save(shop: Shop, layout: str, at: Places | None) -> Saved:
    """Keeps the shop's own places of a format; None takes the shipped ones back. Undo: `setups.back`. Raises Refused."""
    base = shipped(layout)
    body = None
    if at is not None:
        check(at)
        body = {key: value for key, value in asdict(at).items() if value != getattr(base, key)} or None
    return setups.save(shop, Setup.ENVELOPE, layout, body)


def size(layout: str) -> Size:
    """The envelope's face. Raises Refused for an unknown one."""
    return shipped(layout).face


def draw(
    letters: Sequence[AddressLabel],
    layout: str = "DL",
    *,
    sender: Sender,
    boxes: bool | None = None,
    places: Places | None = None,
    title: str = "",
    day: date | None = None,
    progress: Progress = silent,
) -> Drawn:
    """Draws one envelope a page. `boxes`: draw the six red boxes (None: as set up); `places`: default as shipped."""
    at = places or shipped(layout)
    if not letters:
        raise Refused("没有要打印的信封。")
    paper = Paper(at.face, title or "信封", day=day)
    with paper.form("sender", at.face):
        _sender(paper, at, sender)
        if at.boxes if boxes is None else boxes:
            _boxes(paper, at)
    cut: dict[str, None] = {}
    for done, letter in enumerate(letters, 1):
        paper.place("sender", 0, at.height)
        if _letter(paper, letter, at):
            cut[letter.card_no] = None
        paper.next_page()
        progress(done, len(letters))
    return Drawn(paper, len(letters), tuple(cut))


def proof(at: Places, sender: Sender) -> bytes:
    """One envelope with an invented addressee and rulers along its upper and left edge, as PDF."""
    from services.printing import ruler

    letter = AddressLabel("", "王小丽", "女士", "610041", "四川省成都市武侯区天府大道北段1700号环球中心")
    paper = Paper(at.face, _("信封试印"))
    if at.boxes:
        _boxes(paper, at)
    _sender(paper, at, sender)
    _letter(paper, letter, at)
    ruler.edges(paper)
    paper.next_page()
    return paper.bytes()


def _boxes(paper: Paper, at: Places) -> None:
    """Inside a form, whose origin is the face's bottom left: as large as the page, so that `rect` measures alike."""
    paper.canvas.setStrokeColorRGB(*_RED)
    paper.canvas.setLineWidth(at.code_line * MM)
    for number in range(_DIGITS):
        paper.rect(at.box(number))


def _sender(paper: Paper, at: Places, sender: Sender) -> None:
    wide = at.width * 0.45 * MM
    lines = [line for line in (sender.address, sender.name) if line.strip()]
    for i, line in enumerate(reversed(lines)):
        part = fit_line(line, at.sender_size, 6, wide)
        paper.right(at.sender_right, at.sender_base - i * at.sender_size * 1.5 / MM, part.lines[0], part.size)
    postcode = fit_line(" ".join(sender.postcode), at.sender_size + 1, 6, 50 * MM)
    paper.right(at.sender_right, at.sender_code_base, postcode.lines[0], postcode.size)


def _letter(paper: Paper, letter: AddressLabel, at: Places) -> bool:
    """Postcode, address and addressee. Returns whether something was cut."""
    digits = letter.postcode.strip()
    for number, digit in enumerate(digits[:_DIGITS]):
        box = at.box(number)
        middle = box.top + box.height / 2 + at.code_size * 0.36 / MM
        paper.centred(box.left + box.width / 2, middle, digit, at.code_size)
    block = fit_block(letter.address, _sizes(at.address_size), at.address_width * MM, at.address_height * MM,
                      _LINE_HEIGHT)  # fmt: skip
    y = at.address_top + block.size * 0.9 / MM
    for line in block.lines:
        paper.text(at.address_left, y, line, block.size)
        y += block.size * _LINE_HEIGHT / MM
    words = f"{letter.name} {letter.salutation} 收" if letter.salutation else f"{letter.name} 收"
    name = fit_line(words, at.name_size, min(9, at.name_size), (at.width - at.name_left - 14) * MM)
    paper.text(at.name_left, at.name_base, name.lines[0], name.size)
    if letter.copy:
        paper.text(at.address_left, at.name_base + 8, _("副本"), 8)
    return block.cut or name.cut or len(digits) > _DIGITS


@lru_cache(maxsize=64)
def _sizes(largest: float) -> tuple[float, ...]:
    """Falling sizes for an address, half a point apart."""
    least = min(7.0, largest)
    return tuple(largest - step * 0.5 for step in range(int((largest - least) / 0.5) + 1))
