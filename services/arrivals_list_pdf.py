"""The customers whom new goods suit, on paper: A4 landscape, a box to tick for each."""

from __future__ import annotations

from collections.abc import Sequence

from services import arrivals_words as words
from services import formats, journal
from services.arrivals_rows import Suited
from services.rights import Right, require
from services.rules.arrivals import Goods
from services.shop import Shop
from services.words import _

ROW = 9.2
_LEFT, _WIDTH, _BOTTOM, _HEAD = 10.0, 277.0, 196.0, 8.0
_FIRST_TOP, _NEXT_TOP = 32.0, 14.0
_WIDTHS = (10.0, 22.0, 26.0, 13.0, 30.0, 18.0, 54.0, 104.0)
"""Tick, card, name, grade, phone, way, goods, reasons: mm"""


def paper(shop: Shop, rows: Sequence[Suited], goods: Sequence[Goods]) -> bytes:
    """The list as a PDF, ready to print. Raises Refused for who may not print."""
    from models import database
    from services.printing.geometry import A4_LANDSCAPE
    from services.printing.paper import Paper

    require(shop, Right.PRINT)
    title = _("新货找人")
    sheet = Paper(A4_LANDSCAPE, title, shop.info.name, shop.today())
    lines = [_cells(one) for one in rows]
    pages = _paginate(lines)
    for number, part in enumerate(pages, 1):
        top = _NEXT_TOP
        if number == 1:
            sheet.centred(A4_LANDSCAPE.width / 2, 17.5, title, 19, 1.0)
            head = f"{shop.info.name}　{formats.day(shop.today(), year=True)}　{words.goods(goods)}"
            _fitted(sheet, head, _LEFT, 25.5, _WIDTH)
            top = _FIRST_TOP
        _table(sheet, part, top)
        footer = _("第 {n} 页 / 共 {all} 页").format(n=number, all=len(pages))
        sheet.centred(A4_LANDSCAPE.width / 2, 203, footer, 9)
        sheet.next_page()
    made: bytes = sheet.bytes()
    with database.database.atomic():
        journal.note(shop, "arrival.printed", "arrival", body={"n": len(rows)})
    return made


def _cells(one: Suited) -> tuple[str, ...]:
    return (
        *("", one.card_no, one.name, one.grade.value, one.phone, words.way(one)),
        *(words.goods(one.goods), words.reasons(one)),
    )


def _paginate(lines: Sequence[tuple[str, ...]]) -> list[Sequence[tuple[str, ...]]]:
    pages: list[Sequence[tuple[str, ...]]] = []
    rest = list(lines)
    while rest or not pages:
        top = _NEXT_TOP if pages else _FIRST_TOP
        room = int((_BOTTOM - top - _HEAD) / ROW)
        pages.append(rest[:room])
        rest = rest[room:]
    return pages


def _table(sheet: object, lines: Sequence[tuple[str, ...]], top: float) -> None:
    from services.printing.breaking import fit_block
    from services.printing.geometry import MM, Box
    from services.printing.paper import Paper

    assert isinstance(sheet, Paper)
    canvas = sheet.canvas
    canvas.setFillColorRGB(0.902, 0.937, 0.933)
    sheet.rect(Box(_LEFT, top, _WIDTH, _HEAD), stroke=0, fill=1)
    canvas.setFillGray(0)
    x = _LEFT
    for width, head in zip(_WIDTHS, ("", *words.heads()[:-1]), strict=True):
        _fitted(sheet, head, x + 1.2, top + _HEAD / 2 + 1.3, width - 2.0)
        x += width
    y = top + _HEAD
    for line in lines:
        x = _LEFT
        canvas.setLineWidth(0.6)
        sheet.rect(Box(x + _WIDTHS[0] / 2 - 2, y + ROW / 2 - 2, 4, 4))
        for width, text in zip(_WIDTHS, line, strict=True):
            if text:
                block = fit_block(
                    text, (10.0, 9.0, 8.0, 7.0, 6.0), (width - 2.4) * MM, (ROW - 1.2) * MM, 1.12
                )
                at = (
                    y + ROW / 2 - (len(block.lines) - 1) * block.size * 1.12 / MM / 2 + block.size * 0.35 / MM
                )
                for part in block.lines:
                    sheet.text(x + 1.2, at, part, block.size)
                    at += block.size * 1.12 / MM
            x += width
        y += ROW
        canvas.setLineWidth(0.3)
        sheet.line(_LEFT, y, _LEFT + _WIDTH, y)
    canvas.setLineWidth(0.9)
    sheet.rect(Box(_LEFT, top, _WIDTH, y - top))


def _fitted(sheet: object, text: str, x: float, y: float, width: float) -> None:
    from services.printing.breaking import fit_line
    from services.printing.geometry import MM
    from services.printing.paper import Paper

    assert isinstance(sheet, Paper)
    if text:
        small = fit_line(text, 10.0, 5.0, width * MM)
        sheet.text(x, y, small.lines[0], small.size)
