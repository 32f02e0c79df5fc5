"""The hand-over list as a workbook: one sheet a successor, A4 landscape, header on every page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from services.files import replacing
from services.sheets import saving
from services.sheets.cells import put
from services.sheets.hand_over import (
    TITLE,
    Column,
    HandOverSheet,
    ListLine,
    ListPart,
    cell,
    columns,
    facts,
    foot_note,
    signatures,
    title,
)
from services.words import _

_HEADER = 3
_MM_PER_CHARACTER = 1.95
"""Width of one column unit at the default font."""
_FONT = "宋体"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST_TITLE = 31
"""Characters the name of a sheet may have (Excel)."""


class _Styles:
    """The few styles of the list, made once."""

    def __init__(self) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        thin = Side(style="thin", color="FF4A4A4A")
        self.border = Border(left=thin, right=thin, top=thin, bottom=thin)
        self.title = Font(name=_FONT, size=18, bold=True)
        self.head = Font(name=_FONT, size=11, bold=True)
        self.body = Font(name=_FONT, size=10)
        self.small = Font(name=_FONT, size=9, color="FF555555")
        self.fill = PatternFill("solid", fgColor="FFE6EFEE")
        self.middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
        self.left = Alignment(horizontal="left", vertical="center", wrap_text=True)


def write(sheet: HandOverSheet, target: Path | str) -> None:
    """Writes the list beside `target` and moves it into place. Raises Unavailable."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    styles, shown = _Styles(), columns()
    taken: set[str] = set()
    for part in sheet.parts:
        ws = book.create_sheet(_sheet_name(part.name, taken))
        _head(ws, sheet, part, shown, styles)
        row = _HEADER + 1
        for line in part.lines:
            _line(ws, row, line, shown, styles)
            row += 1
        _page(ws, shown, _foot(ws, row, sheet, part, shown, styles))
    book.properties.creator = "熟客 Shuke"
    book.properties.title = f"{_(TITLE)} {sheet.leaver}"
    with replacing(target) as temporary:
        saving.save(book, temporary)


def _sheet_name(name: str, taken: set[str]) -> str:
    plain = _FORBIDDEN.sub(" ", name).strip()[: _LONGEST_TITLE - 3] or "1"
    found, number = plain, 2
    while found.lower() in taken:
        found, number = f"{plain} {number}", number + 1
    taken.add(found.lower())
    return found


def _head(ws: Any, sheet: HandOverSheet, part: ListPart, shown: tuple[Column, ...], styles: _Styles) -> None:
    for row, text, font, high in (
        (1, title(sheet), styles.title, 34),
        (2, "    ".join(facts(sheet, part)), styles.small, 18),
    ):
        ws.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(shown))
        put(ws.cell(row, 1), text)
        ws.cell(row, 1).font = font
        ws.cell(row, 1).alignment = styles.middle if row == 1 else styles.left
        ws.row_dimensions[row].height = high
    for number, column in enumerate(shown, 1):
        one = ws.cell(_HEADER, number)
        put(one, column.head)
        one.font, one.alignment, one.border, one.fill = styles.head, styles.middle, styles.border, styles.fill
    ws.row_dimensions[_HEADER].height = 30


def _line(ws: Any, row: int, line: ListLine, shown: tuple[Column, ...], styles: _Styles) -> None:
    for number, column in enumerate(shown, 1):
        one = ws.cell(row, number)
        if column.code == "done":
            put(one, "□")
        elif column.code == "last_contact" and line.last_contact:
            one.value, one.number_format = line.last_contact, "yyyy-mm-dd"
        else:
            put(one, cell(line, column.code))
        one.font, one.border = styles.body, styles.border
        one.alignment = styles.left if column.code in ("tasks", "name") else styles.middle
    # About fifty Chinese characters go into a line of the widest column.
    wide = sum(1 if char.isascii() else 2 for char in line.tasks)
    ws.row_dimensions[row].height = max(20, 14 * -(-wide // 92) + 6)


def _foot(
    ws: Any, row: int, sheet: HandOverSheet, part: ListPart, shown: tuple[Column, ...], styles: _Styles
) -> int:
    """Signatures and who made it. Returns the last row."""
    ws.row_dimensions[row].height = 34
    words = signatures(sheet, part)
    for text, (first, last) in zip(words, ((1, 3), (4, 6), (7, 7), (8, len(shown))), strict=True):
        ws.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
        put(ws.cell(row, first), text)
        ws.cell(row, first).font, ws.cell(row, first).alignment = styles.body, styles.left
    row += 1
    ws.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(shown))
    put(ws.cell(row, 1), foot_note(sheet))
    ws.cell(row, 1).font, ws.cell(row, 1).alignment = styles.small, styles.left
    return row


def _page(ws: Any, shown: tuple[Column, ...], last: int) -> None:
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(shown, 1):
        ws.column_dimensions[get_column_letter(number)].width = column.width / _MM_PER_CHARACTER
    ws.print_area = f"A1:{get_column_letter(len(shown))}{last}"
    ws.print_title_rows = f"{_HEADER}:{_HEADER}"
    ws.page_setup.orientation, ws.page_setup.paperSize = "landscape", ws.PAPERSIZE_A4
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.sheet_properties.pageSetUpPr.fitToPage = True
    ws.page_margins.left = ws.page_margins.right = 10 / 25.4
    ws.page_margins.top, ws.page_margins.bottom = 11 / 25.4, 15 / 25.4
    ws.oddFooter.center.text = _("第 {n} 页 / 共 {all} 页").format(n="&P", all="&N")
    ws.print_options.horizontalCentered = True
    ws.freeze_panes = ws.cell(_HEADER + 1, 4)
