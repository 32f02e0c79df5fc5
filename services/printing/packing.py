"""The packing list (装封清单) of a posting day: what goes into each envelope, with boxes to tick by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.printing.breaking import fit_line
from services.printing.cards import Drawn
from services.printing.geometry import A4, MM, Box
from services.printing.paper import Paper
from services.printing.recipients import Recipient
from services.progress import Progress, silent
from services.words import N_, _

ROWS = 28
"""Letters of a page."""
_TOP, _ROW = 38.0, 8.4
_LEFT, _RIGHT = 15.0, 195.0
_COLUMNS = (
    (N_("序"), 15.0),
    (N_("卡号"), 26.0),
    (N_("姓名"), 52.0),
    (N_("赠送事宜"), 82.0),
    (N_("随附"), 118.0),
    (N_("贺卡"), 164.0),
    (N_("随附"), 175.0),
    (N_("封好"), 186.0),
)
_TICKS = 3
"""The last columns are boxes to tick."""


def draw(
    letters: Sequence[Recipient],
    *,
    title: str = "",
    shop_name: str = "",
    day: date | None = None,
    progress: Progress = silent,
) -> Drawn:
    """Draws one line for each letter, `ROWS` a page. `label` holds the occasion in words, `enclosed` what goes in."""
    paper = Paper(A4, title or _("装封清单"), day=day)
    pages = -(-len(letters) // ROWS)
    cut: dict[str, None] = {}
    for page in range(pages):
        _head(paper, title, shop_name, page + 1, pages)
        for row, letter in enumerate(letters[page * ROWS : (page + 1) * ROWS]):
            if _line(paper, _TOP + (row + 1) * _ROW, page * ROWS + row + 1, letter):
                cut[letter.card_no] = None
        paper.next_page()
        progress(min((page + 1) * ROWS, len(letters)), len(letters))
    return Drawn(paper, len(letters), tuple(cut))


def _head(paper: Paper, title: str, shop_name: str, page: int, pages: int) -> None:
    paper.canvas.setFillGray(0)
    paper.text(_LEFT, 20, _("装封清单"), 17)
    paper.text(_LEFT, 27, " · ".join(part for part in (shop_name, title) if part), 9)
    paper.right(_RIGHT, 27, _("第 {n} 页 / 共 {all} 页").format(n=page, all=pages), 9)
    for words, left in _COLUMNS:
        paper.text(left, _TOP, _(words), 9)
    paper.canvas.setLineWidth(0.8)
    paper.line(_LEFT, _TOP + 2.2, _RIGHT, _TOP + 2.2)


def _line(paper: Paper, base: float, number: int, letter: Recipient) -> bool:
    """One letter. Returns whether something was cut."""
    cut = False
    words = (str(number), letter.card_no, f"{letter.name} {letter.salutation}", letter.label, letter.enclosed)
    ends = [left for _words, left in _COLUMNS[1 : len(words) + 1]]
    for text, (_words, left), end in zip(words, _COLUMNS, ends, strict=False):
        fitted = fit_line(text.strip(), 10, 6.5, (end - left - 2) * MM)
        cut |= fitted.cut
        paper.text(left, base, fitted.lines[0], fitted.size)
    paper.canvas.setLineWidth(0.5)
    for _words, left in _COLUMNS[-_TICKS:]:
        paper.rect(Box(left + 1, base - 3.6, 4, 4))
    paper.canvas.setLineWidth(0.2)
    paper.line(_LEFT, base + 2.4, _RIGHT, base + 2.4)
    return cut
