"""The workbook of refused rows: the original columns with row number and reason, to be mended and read again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from services.errors import Refused
from services.files import replacing
from services.imports import reader
from services.imports.plan import Parsed, RowError
from services.imports.text import ERROR_CELL, Cell
from services.progress import Progress, silent
from services.sheets import saving
from services.sheets.tables import discarding, text_cell
from services.words import N_, _

ROW, REASON = N_("行号"), N_("原因")
"""Titles of the two columns in front; no synonym of a field, so that reading again ignores them."""


def write(parsed: Parsed, errors: Sequence[RowError], target: Path | str, progress: Progress = silent) -> int:
    """Writes the refused rows to an .xlsx. Returns how many. Raises Refused when the source has changed since, Unavailable."""
    from openpyxl import Workbook

    if Path(target).suffix.lower() != ".xlsx":
        raise Refused(N_("没有导入的行只能存为 .xlsx，请改文件名“{file}”的扩展名。"), file=Path(target).name)
    reasons = {error.row: error.reason for error in errors}
    book = Workbook(write_only=True)
    sheet = book.create_sheet(parsed.layout.kind)
    titles = [_(ROW), _(REASON), *parsed.layout.titles]
    sheet.column_dimensions["B"].width = 48
    sheet.append([text_cell(sheet, title) for title in titles])
    number = 0
    with discarding(sheet):
        for row, cells in _rows(parsed, set(reasons), progress):
            sheet.append([row, text_cell(sheet, reasons[row]), *[_cell(sheet, cell) for cell in cells]])
            number += 1
    with replacing(target) as temporary:
        saving.save(book, temporary)
    return number


def _rows(parsed: Parsed, wanted: set[int], progress: Progress) -> Iterator[tuple[int, list[Cell]]]:
    """The refused rows as they stand in the file, read anew: holding them all would cost memory."""
    with reader.open_file(parsed.path, progress, encoding=parsed.choice.encoding) as reading:
        if reading.sha256 != parsed.sha256:
            raise Refused(
                N_("文件 {file} 在导入后改动过，不能再取出未导入的行。请重新导入一次。"),
                file=parsed.path.name,
            )
        head = next(head for head in reading.heads if head.name == parsed.layout.head.name)
        number = 0
        for chunk in reading.chunks(head, set(), progress):
            for cells in chunk:
                number += 1
                if number in wanted:
                    yield number, cells


def _cell(sheet: Any, cell: Cell) -> Any:
    if isinstance(cell, str):
        return text_cell(sheet, "" if cell.startswith(ERROR_CELL) else cell)
    if isinstance(cell, float) and (cell != cell or abs(cell) > 1e300):
        return text_cell(sheet, str(cell))
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    if isinstance(cell, date | datetime | int | float | bool) or cell is None:
        return cell
    return text_cell(sheet, str(cell))
