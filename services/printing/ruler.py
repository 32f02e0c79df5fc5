"""A sheet with rulers: printed, then held against a real ruler, it shows how far a printer prints beside the mark."""

from __future__ import annotations

from datetime import date

from services.printing.geometry import A4, Size
from services.printing.paper import Paper
from services.words import _

CROSS_X, CROSS_Y = 50.0, 60.0
"""mm from the left and upper edge: where the first cross must be."""
FAR_X, FAR_Y = 160.0, 240.0
FACE_X, FACE_Y = 40.0, 50.0
"""The cross on an envelope."""


def draw(size: Size = A4, day: date | None = None) -> Paper:
    """The test page, with rulers in mm from the left and upper edge and two crosses at known places."""
    paper = Paper(size, _("打印机校准页"), day=day)
    canvas = paper.canvas
    canvas.setStrokeGray(0)
    _rulers(paper)
    for x, y in ((CROSS_X, CROSS_Y), (FAR_X, FAR_Y)):
        canvas.setLineWidth(0.4)
        paper.line(x - 8, y, x + 8, y)
        paper.line(x, y - 8, x, y + 8)
        canvas.circle(paper.x(x), paper.y(y), 4 * 72 / 25.4, stroke=1, fill=0)
        paper.text(x + 6, y - 3, f"x = {x:g} mm, y = {y:g} mm", 9)
    lines = (
        _("打印时选“实际大小”或 100%，不要“适合页面”。"),
        _("用尺子从纸的左边和上边量第一个十字的中心，应当是 {x} 和 {y} 毫米。").format(
            x=f"{CROSS_X:g}", y=f"{CROSS_Y:g}"
        ),
        _("“向右移”填：{x} 减去量得的左边距；“向下移”填：{y} 减去量得的上边距。").format(
            x=f"{CROSS_X:g}", y=f"{CROSS_Y:g}"
        ),
        _("两个十字的距离应当是横 {x}、竖 {y} 毫米；不是的话，说明打印时被缩放了。").format(
            x=f"{FAR_X - CROSS_X:g}", y=f"{FAR_Y - CROSS_Y:g}"
        ),
    )
    paper.text(40, 100, _("打印机校准页"), 18)
    for i, line in enumerate(lines):
        paper.text(40, 114 + i * 9, line, 11)
    paper.next_page()
    return paper


def of_face(size: Size) -> Paper:
    """The same for an envelope: rulers along its edges and one cross at a known place."""
    paper = Paper(size, _("打印机校准页"))
    edges(paper)
    paper.canvas.setLineWidth(0.4)
    x, y = FACE_X, FACE_Y
    paper.line(x - 8, y, x + 8, y)
    paper.line(x, y - 8, x, y + 8)
    paper.text(x + 4, y - 3, f"x = {x:g} mm, y = {y:g} mm", 9)
    paper.text(x + 4, y + 8, _("从信封的左边和上边量到十字中心，差多少就在偏移里填多少。"), 9)
    paper.next_page()
    return paper


def edges(paper: Paper) -> None:
    """Ticks for every mm along the upper and the left edge, numbered every 10: beside a print, to measure it."""
    canvas = paper.canvas
    canvas.setStrokeGray(0.45)
    canvas.setFillGray(0.45)
    for along, down in ((paper.size.width, False), (paper.size.height, True)):
        for at in range(int(along) + 1):
            long = _tick(at) * 0.6
            canvas.setLineWidth(0.2)
            paper.line(*((0, at, long, at) if down else (at, 0, at, long)))
            if at % 10 == 0 and 0 < at < along - 3:
                if down:
                    paper.text(3.6, at + 0.8, str(at), 5)
                else:
                    paper.centred(at, 5.4, str(at), 5)
    canvas.setFillGray(0)
    canvas.setStrokeGray(0)


def _tick(at: int) -> float:
    return 5 if at % 10 == 0 else 3.5 if at % 5 == 0 else 2


def _rulers(paper: Paper) -> None:
    """Marks each mm along a line 20 mm from the edges, numbered every 10."""
    canvas = paper.canvas
    for at in range(0, int(paper.size.width) + 1):
        canvas.setLineWidth(0.35 if at % 10 == 0 else 0.2)
        paper.line(at, 20, at, 20 + _tick(at))
        if at % 10 == 0 and 0 < at < paper.size.width:
            paper.centred(at, 29, str(at), 7)
    for at in range(0, int(paper.size.height) + 1):
        canvas.setLineWidth(0.35 if at % 10 == 0 else 0.2)
        paper.line(20, at, 20 + _tick(at), at)
        if at % 10 == 0 and 30 < at < paper.size.height:
            paper.text(26, at + 0.9, str(at), 7)
