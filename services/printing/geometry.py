"""Millimetres on paper: boxes, sheets, and where each piece lies. The origin is the top left corner, as on a ruler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

MM = 72 / 25.4
"""Points a millimetre."""


def mm(points: float) -> float:
    """Millimetres of `points`."""
    return points / MM


@dataclass(frozen=True)
class Size:
    """Width and height in mm."""

    width: float
    height: float

    @property
    def points(self) -> tuple[float, float]:
        return self.width * MM, self.height * MM


A4 = Size(210, 297)
A4_LANDSCAPE = Size(297, 210)
A5_LANDSCAPE = Size(210, 148)
A6 = Size(105, 148)


@dataclass(frozen=True)
class Box:
    """A rectangle in mm: `left` and `top` count from the paper's top left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def inset(self, x: float, y: float | None = None) -> Box:
        """The box made smaller by `x` mm on both sides and `y` mm above and below."""
        y = x if y is None else y
        return Box(self.left + x, self.top + y, self.width - 2 * x, self.height - 2 * y)


@dataclass(frozen=True)
class LabelSheet:
    """A sheet of equal labels, in mm. Pitch is from one label's edge to the same edge of the next."""

    name: str
    columns: int
    rows: int
    label: Size
    left: float
    top: float
    pitch_x: float
    pitch_y: float
    paper: Size = A4
    title: str = ""

    def __post_init__(self) -> None:
        if self.columns < 1 or self.rows < 1:
            raise Refused("标签纸至少要有一行一列。", field="columns")
        if self.label.width < 20 or self.label.height < 10:
            raise Refused("标签不能小于 20×10 毫米。", field="label")
        if self.left < 0 or self.top < 0:
            raise Refused("页边距不能是负数。", field="left")
        if self.columns > 1 and self.pitch_x < self.label.width - 0.01:
            raise Refused(
                "横向间距 {pitch} 毫米小于标签宽 {size} 毫米。",
                field="pitch_x",
                pitch=self.pitch_x,
                size=self.label.width,
            )
        if self.rows > 1 and self.pitch_y < self.label.height - 0.01:
            raise Refused(
                "纵向间距 {pitch} 毫米小于标签高 {size} 毫米。",
                field="pitch_y",
                pitch=self.pitch_y,
                size=self.label.height,
            )
        last = self.box(self.per_page - 1)
        if last.right > self.paper.width + 0.5 or last.bottom > self.paper.height + 0.5:
            raise Refused(
                "标签排到纸外了：右边到 {right} 毫米，下边到 {bottom} 毫米，纸是 {width}×{height} 毫米。",
                field="columns",
                right=round(last.right, 1),
                bottom=round(last.bottom, 1),
                width=self.paper.width,
                height=self.paper.height,
            )

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    def box(self, place: int) -> Box:
        """The label at `place`: 0 is top left, then along the row."""
        row, column = divmod(place, self.columns)
        return Box(
            self.left + column * self.pitch_x,
            self.top + row * self.pitch_y,
            self.label.width,
            self.label.height,
        )

    def places(self, count: int, start: int = 1) -> Iterator[tuple[int, Box]]:
        """`count` times (page, box), beginning at label `start` (1 = top left) of the first page."""
        if not 1 <= start <= self.per_page:
            raise Refused("起始标签应在 1 到 {last} 之间。", field="start", last=self.per_page)
        for place in range(start - 1, start - 1 + count):
            page, on_page = divmod(place, self.per_page)
            yield page, self.box(on_page)

    def pages(self, count: int, start: int = 1) -> int:
        """How many sheets `count` labels need."""
        return -(-(count + start - 1) // self.per_page) if count else 0
