"""The approval sheet as a workbook: A4 landscape, header on every page, ids and checksums in a hidden column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.files import replacing
from services.sheets import marks
from services.sheets.approval import (
    FILLED_IN,
    TITLE,
    ApprovalSheet,
    Column,
    SheetLine,
    cell,
    columns,
    facts,
    grand_total,
    row_height,
    total_line,
    totals,
)
from services.sheets.cells import put
from services.words import _

_HEADER = 3
_POINTS_PER_MM = 72 / 25.4
_MM_PER_CHARACTER = 1.95
"""Width of one column unit at the default font."""
_FONT = "宋体"


class _Styles:
    """The few styles of the sheet, made once."""

    def __init__(self) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

        thin = Side(style="thin", color="FF4A4A4A")
        self.border = Border(left=thin, right=thin, top=thin, bottom=thin)
        self.title = Font(name=_FONT, size=18, bold=True)
        self.head = Font(name=_FONT, size=11, bold=True)
        self.body = Font(name=_FONT, size=11)
        self.tight = Font(name=_FONT, size=8)
        self.small = Font(name=_FONT, size=9, color="FF555555")
        self.tiny = Font(name="Consolas", size=7, color="FF888888")
        self.fill = PatternFill("solid", fgColor="FFE6EFEE")
        self.middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
        self.left = Alignment(horizontal="left", vertical="center", wrap_text=True)
        self.right = Alignment(horizontal="right", vertical="center")
        self.open = Protection(locked=False)


def write(sheet: ApprovalSheet, target: Path | str, key: bytes) -> None:
    """Writes the sheet beside `target` and moves it into place. `key`: the shop's secret. Raises Unavailable."""
    from openpyxl import Workbook

    book = Workbook()
    ws = book.active
    ws.title = _("礼品计划")
    styles = _Styles()
    shown = columns(sheet.extras)
    _head(ws, sheet, shown, styles, key)
    row = _HEADER + 1
    for line in sheet.lines:
        _line(ws, row, line, shown, styles)
        protected = [cell(line, code) for code in marks.PROTECTED]
        put(
            ws.cell(row, len(shown) + 1),
            marks.line(key, sheet.plan_id, line.line_id, sheet.edition, protected),
        )
        row += 1
    last = _foot(ws, row, sheet, shown, styles)
    _page(ws, sheet, shown, last)
    book.properties.creator = "熟客 Shuke"
    book.properties.title = f"{_(TITLE)} {sheet.plan_number}"
    with replacing(target) as temporary:
        book.save(temporary)


def _head(ws: Any, sheet: ApprovalSheet, shown: tuple[Column, ...], styles: _Styles, key: bytes) -> None:
    ws.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(shown))
    put(ws.cell(1, 1), _(TITLE))
    ws.cell(1, 1).font, ws.cell(1, 1).alignment = styles.title, styles.middle
    ws.row_dimensions[1].height = 34
    ws.merge_cells(start_row=2, start_column=1, end_row=2, end_column=len(shown))
    put(ws.cell(2, 1), "    ".join(facts(sheet)))
    ws.cell(2, 1).font, ws.cell(2, 1).alignment = styles.small, styles.left
    ws.row_dimensions[2].height = 18
    for number, column in enumerate(shown, 1):
        one = ws.cell(_HEADER, number)
        put(one, column.head)
        one.font, one.alignment, one.border, one.fill = styles.head, styles.middle, styles.border, styles.fill
    put(ws.cell(_HEADER, len(shown) + 1), marks.head(key, sheet.plan_id, sheet.edition))
    ws.row_dimensions[_HEADER].height = 24


def _line(ws: Any, row: int, line: SheetLine, shown: tuple[Column, ...], styles: _Styles) -> None:
    for number, column in enumerate(shown, 1):
        one = ws.cell(row, number)
        if column.code == "cost":
            one.value, one.number_format = line.cost / 100, "#,##0.00"
        elif column.code in ("due", "executed_on") and getattr(line, column.code):
            one.value, one.number_format = getattr(line, column.code), "yyyy-mm-dd"
        else:
            put(one, cell(line, column.code))
        one.font = styles.tight if _too_long(cell(line, column.code), column.width) else styles.body
        one.border = styles.border
        one.alignment = styles.right if column.code == "cost" else styles.middle
        if column.code in FILLED_IN:
            one.protection = styles.open
    ws.row_dimensions[row].height = row_height() * _POINTS_PER_MM


def _too_long(text: str, width: float) -> bool:
    """Whether `text` needs more than two lines of 11 points in a column of `width` mm."""
    characters = sum(1 if char.isascii() else 2 for char in text)
    return characters > 2 * (width / _MM_PER_CHARACTER - 1)


def _foot(ws: Any, row: int, sheet: ApprovalSheet, shown: tuple[Column, ...], styles: _Styles) -> int:
    """Totals, signatures, chain head. Returns the last row."""
    put(ws.cell(row, len(shown) + 1), marks.END)
    texts = [grand_total(sheet.lines), *(total_line(one) for one in totals(sheet.lines))]
    for i, text in enumerate(texts):
        ws.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(shown))
        put(ws.cell(row, 1), text)
        ws.cell(row, 1).font = styles.head if i == 0 else styles.body
        ws.cell(row, 1).alignment = styles.left
        ws.row_dimensions[row].height = 18
        row += 1
    ws.row_dimensions[row].height = 40
    put(ws.cell(row, 1), _("经理："))
    middle = len(shown) // 2 + 2
    put(ws.cell(row, middle), _("审核人："))
    for number in (1, middle):
        ws.cell(row, number).font = styles.head
        ws.cell(row, number).alignment = styles.left
    if sheet.chain_head:
        row += 1
        ws.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(shown))
        put(ws.cell(row, 1), _("记录链首：{head}").format(head=sheet.chain_head))
        ws.cell(row, 1).font = styles.tiny
    return row


def _page(ws: Any, sheet: ApprovalSheet, shown: tuple[Column, ...], last: int) -> None:
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(shown, 1):
        ws.column_dimensions[get_column_letter(number)].width = column.width / _MM_PER_CHARACTER
    hidden = get_column_letter(len(shown) + 1)
    ws.column_dimensions[hidden].hidden = True
    ws.column_dimensions[hidden].width = 12
    end = get_column_letter(len(shown))
    ws.print_area = f"A1:{end}{last}"
    ws.print_title_rows = f"{_HEADER}:{_HEADER}"
    ws.page_setup.orientation, ws.page_setup.paperSize = "landscape", ws.PAPERSIZE_A4
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.sheet_properties.pageSetUpPr.fitToPage = True
    ws.page_margins.left = ws.page_margins.right = 10 / 25.4
    ws.page_margins.top, ws.page_margins.bottom = 11 / 25.4, 15 / 25.4
    ws.page_margins.footer = 7 / 25.4
    ws.oddFooter.center.text = _("第 {n} 页 / 共 {all} 页").format(n="&P", all="&N")
    ws.oddFooter.right.text = sheet.plan_number.replace("&", "&&")
    ws.print_options.horizontalCentered = True
    ws.freeze_panes = ws.cell(_HEADER + 1, 3)
    ws.auto_filter.ref = f"A{_HEADER}:{end}{_HEADER + len(sheet.lines)}"
    # No password: it keeps a slip of the hand off the plan; the checksums catch what is done on purpose.
    ws.protection.sheet = True
    for allowed in ("formatColumns", "formatRows", "formatCells", "autoFilter"):
        setattr(ws.protection, allowed, False)
