"""Where a printed sheet is cut and folded."""

from __future__ import annotations

from collections.abc import Sequence

from services.printing.paper import Paper

_MARK = 6.0
"""mm of a cut or fold mark from the paper's edge."""


def cut_marks(paper: Paper, columns: Sequence[float], rows: Sequence[float]) -> None:
    """Short lines at the paper's edges and small crosses where the cuts meet, in mm."""
    paper.canvas.setStrokeColorRGB(0.45, 0.45, 0.45)
    paper.canvas.setLineWidth(0.3)
    wide, high = paper.size.width, paper.size.height
    for x in columns:
        paper.line(x, 0, x, _MARK)
        paper.line(x, high - _MARK, x, high)
    for y in rows:
        paper.line(0, y, _MARK, y)
        paper.line(wide - _MARK, y, wide, y)
    for x in columns:
        for y in rows:
            paper.line(x - 2, y, x + 2, y)
            paper.line(x, y - 2, x, y + 2)


def fold_marks(paper: Paper, edges: Sequence[float]) -> None:
    """Dashed lines at the fold, x = 105 mm, at the outer edges of the cards."""
    canvas = paper.canvas
    canvas.setStrokeColorRGB(0.6, 0.6, 0.6)
    canvas.setLineWidth(0.3)
    canvas.setDash(1.2, 1.2)
    for edge in edges:
        paper.line(105, max(0, edge - _MARK), 105, min(paper.size.height, edge + _MARK))
    canvas.setDash()
