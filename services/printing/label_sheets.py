"""The label sheets the shop can buy, and its own in mm."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from models import database
from services.errors import Refused
from services.printing import setups
from services.printing.geometry import LabelSheet, Size
from services.printing.setups import Saved, Setup
from services.shop import Shop

_FILE = Path(__file__).resolve().parents[2] / "resources" / "labels" / "sheets.toml"
_LONGEST = 30
_NUMBERS = ("width", "height", "left", "top", "pitch_x", "pitch_y")


@lru_cache(maxsize=1)
def known() -> dict[str, LabelSheet]:
    """The shipped sheets by name."""
    return {name: custom(values, name) for name, values in tomllib.loads(_FILE.read_text("utf-8")).items()}


def own() -> dict[str, LabelSheet]:
    """The shop's own sheets by name. One that can't be read any more is left out."""
    found = {}
    for name, values in setups.current(Setup.LABEL_SHEET).items():
        with suppress(Refused):
            found[name] = custom(values, name)
    return found


def sheet(name: str) -> LabelSheet:
    """A shipped sheet, one of the shop's own by its name, or one written as
    `columns x rows, width x height, left, top [, pitch_x, pitch_y]` in mm. Raises Refused.
    """
    if found := known().get(name):
        return found
    if database.url() and (body := setups.body_of(Setup.LABEL_SHEET, name)) is not None:
        return custom(body, name)
    if "," in name or "，" in name:
        return _written(name.replace("，", ","))
    raise Refused("没有 {layout} 这种标签纸；可选 {known}，或按“列x行,宽x高,左,上,横距,纵距”写出毫米数。", field="layout",
                  layout=name, known="、".join(known()))  # fmt: skip


def custom(values: Mapping[str, object], name: str = "custom") -> LabelSheet:
    """A sheet from its numbers: columns, rows, width, height, left, top, pitch_x, pitch_y (mm). Raises Refused."""
    try:
        number = {key: float(str(values[key])) for key in _NUMBERS if key in values}
        columns, rows = int(str(values["columns"])), int(str(values["rows"]))
        label = Size(number["width"], number["height"])
        return LabelSheet(name, columns, rows, label, number["left"], number["top"], number.get("pitch_x", label.width),
                          number.get("pitch_y", label.height), title=str(values.get("title", "")))  # fmt: skip
    except (KeyError, ValueError) as why:
        raise Refused("标签纸的尺寸没有写全：{why}。", field="layout", why=why) from why


def save(shop: Shop, name: str, values: Mapping[str, object] | None) -> Saved:
    """Keeps a sheet under its name (None: takes it off the list). Undo: `setups.back`. Raises Refused.

    The name must be neither empty nor a shipped one; the labels must lie on the paper.
    """
    name = name.strip()
    if not name or len(name) > _LONGEST or "," in name or "，" in name:
        raise Refused("请给标签纸起个名字，{most} 字以内，不用逗号。", field="title", most=_LONGEST)
    if name in known():
        raise Refused("“{name}”是自带的标签纸，请换个名字。", field="title", name=name)
    if values is not None:
        values = values_of(custom(values, name))
    return setups.save(shop, Setup.LABEL_SHEET, name, values)


def values_of(one: LabelSheet) -> dict[str, float]:
    """The numbers of a sheet, as `save` takes them."""
    return {
        "columns": one.columns, "rows": one.rows, "width": one.label.width, "height": one.label.height,
        "left": one.left, "top": one.top, "pitch_x": one.pitch_x, "pitch_y": one.pitch_y,
    }  # fmt: skip


def outline(one: LabelSheet, start: int = 1) -> bytes:
    """A sheet of numbered outlines as PDF, to hold against the bought sheet; used labels are crossed out."""
    from services.printing.paper import Paper

    paper = Paper(one.paper, one.name)
    canvas = paper.canvas
    canvas.setLineWidth(0.4)
    for place in range(one.per_page):
        box = one.box(place)
        used = place + 1 < start
        canvas.setStrokeGray(0.75 if used else 0.2)
        canvas.setFillGray(0.75 if used else 0.2)
        paper.rect(box, radius=min(2.0, box.height / 6))
        paper.centred(box.left + box.width / 2, box.top + box.height / 2 + 1.5, str(place + 1), 12)
        if used:
            paper.line(box.left, box.top, box.right, box.bottom)
    paper.next_page()
    return paper.bytes()


def _written(text: str) -> LabelSheet:
    parts = [part.strip().lower().replace("×", "x") for part in text.split(",")]
    try:
        columns, rows = (int(part) for part in parts[0].split("x"))
        width, height = (float(part) for part in parts[1].split("x"))
        left, top, *pitch = (float(part) for part in parts[2:])
        pitch_x, pitch_y = pitch or (width, height)
    except ValueError as why:
        raise Refused("看不懂标签纸“{written}”；写法是“列x行,宽x高,左,上,横距,纵距”，单位毫米。", field="layout",
                      written=text) from why  # fmt: skip
    return LabelSheet(text, columns, rows, Size(width, height), left, top, pitch_x, pitch_y)
