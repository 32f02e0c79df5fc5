"""检核表 and 沟通进度表 as a workbook: one sheet a group, A4 landscape, header on every page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from services.contact_paper_cells import Column, cells, columns, facts, foot_note, signatures
from services.contact_sheet import Part, Sheet
from services.files import replacing
from services.sheets import saving
from services.sheets.cells import put
from services.words import _

_HEADER = 3
_MM_PER_CHARACTER = 1.95
_FONT = "宋体"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LEFT_ALIGNED = ("name", "topics", "result")


def write(sheet: Sheet, target: Path | str) -> None:
    """Writes the workbook beside `target` and moves it into place. Raises Unavailable."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    shown = columns(sheet)
    for number, part in enumerate(sheet.parts, 1):
        title = _FORBIDDEN.sub(" ", part.group).strip()[:26] or "1"
        ws = book.create_sheet(title if title not in book.sheetnames else f"{title} {number}")
        _fill(ws, sheet, part, shown)
    book.properties.creator = "熟客 Shuke"
    book.properties.title = sheet.title
    with replacing(target) as temporary:
        saving.save(book, temporary)


def _fill(ws: Any, sheet: Sheet, part: Part, shown: tuple[Column, ...]) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    thin = Side(style="thin", color="FF4A4A4A")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    left = Alignment(horizontal="left", vertical="center", wrap_text=True)
    wide = len(shown)

    def across(row: int, text: str, size: int, high: float, where: Any) -> None:
        ws.merge_cells(start_row=row, start_column=1, end_row=row, end_column=wide)
        put(ws.cell(row, 1), text)
        ws.cell(row, 1).font, ws.cell(row, 1).alignment = Font(name=_FONT, size=size), where
        ws.row_dimensions[row].height = high

    across(1, sheet.title, 18, 34, middle)
    across(2, "    ".join(facts(sheet, part)), 9, 18, left)
    fill = PatternFill("solid", fgColor="FFE6EFEE")
    for number, column in enumerate(shown, 1):
        head = ws.cell(_HEADER, number)
        put(head, column.head)
        head.font, head.alignment = Font(name=_FONT, size=10, bold=True), middle
        head.border, head.fill = border, fill
    ws.row_dimensions[_HEADER].height = 30
    row = _HEADER
    for row, line in enumerate(cells(sheet, part), _HEADER + 1):
        for number, column in enumerate(shown, 1):
            cell = ws.cell(row, number)
            words = line.get(column.code, "")
            put(cell, words or ("□" if column.code == "done" else ""))
            cell.font, cell.border = Font(name=_FONT, size=10), border
            cell.alignment = left if column.code in _LEFT_ALIGNED else middle
        ws.row_dimensions[row].height = 26
    across(row + 1, "　　　　　　　　　　".join(signatures()), 10, 34, left)
    across(row + 2, foot_note(sheet), 9, 18, left)
    _page(ws, shown, row + 2)


def _page(ws: Any, shown: tuple[Column, ...], last: int) -> None:
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(shown, 1):
        ws.column_dimensions[get_column_letter(number)].width = column.width / _MM_PER_CHARACTER
    ws.print_area = f"A1:{get_column_letter(len(shown))}{last}"
    ws.print_title_rows = f"{_HEADER}:{_HEADER}"
    ws.page_setup.orientation, ws.page_setup.paperSize = "landscape", ws.PAPERSIZE_A4
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.sheet_properties.pageSetUpPr.fitToPage = True
    ws.oddFooter.center.text = _("第 {n} 页 / 共 {all} 页").format(n="&P", all="&N")
    ws.freeze_panes = ws.cell(_HEADER + 1, 3)
