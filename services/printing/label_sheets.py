"""The label sheets the shop can buy, and its own in mm."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from services.errors import Refused
from services.printing.geometry import LabelSheet, Size

_FILE = Path(__file__).resolve().parents[2] / "resources" / "labels" / "sheets.toml"
_NUMBERS = ("width", "height", "left", "top", "pitch_x", "pitch_y")


@lru_cache(maxsize=1)
def known() -> dict[str, LabelSheet]:
    """The shipped sheets by name."""
    return {name: custom(values, name) for name, values in tomllib.loads(_FILE.read_text("utf-8")).items()}


def sheet(name: str) -> LabelSheet:
    """A shipped sheet, or a custom one written as
    `columns x rows, width x height, left, top [, pitch_x, pitch_y]` in mm. Raises Refused.
    """
    if found := known().get(name):
        return found
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
