"""A plain table as a file, row by row: .xlsx or .csv, text as text, nothing held in memory."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from services.errors import Refused
from services.files import replacing
from services.progress import Progress, silent
from services.sheets import saving
from services.sheets.cells import clean
from services.words import N_

ENDINGS = (".xlsx", ".csv")
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet would take for a formula, also behind apostrophes that were there before."""
_REPORT = 200


class Fen(int):
    """An amount: written as yuan with two decimals."""


def text_cell(sheet: Any, text: str) -> Any:
    """A cell of a write-only sheet whose text stays text: a name like `=1+1` never becomes a formula."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=clean(text))
    if text:
        cell.data_type = "s"
        cell.number_format = "@"
    return cell


def guarded(text: str) -> str:
    """Text for a .csv: an apostrophe in front where a spreadsheet would calculate; reading in takes it off again."""
    text = clean(text)
    return "'" + text if _DANGEROUS.match(text) else text


def write(
    target: Path | str,
    titles: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    name: str = "",
    footer: str = "",
    total: int = 0,
    progress: Progress = silent,
    written: Callable[[int, str], None] = lambda _number, _sha256: None,
) -> tuple[int, str]:
    """Writes the table beside `target` and moves it into place. Returns the number of rows and the file's SHA-256.

    Strings are text, `Fen` amounts, dates ISO days. `footer`: a last line of an .xlsx. Raises Refused for another
    ending, Unavailable, Cancelled; then the former file stands. `written` is called with both answers when the file is
    complete, before it is moved into place: the trail of it comes first.
    """
    target = Path(target)
    ending = target.suffix.lower()
    if ending not in ENDINGS:
        raise Refused(N_("只能导出为 .xlsx 或 .csv，请改文件名“{file}”的扩展名。"), file=target.name)
    with replacing(target) as temporary:
        number = (
            _csv(temporary, titles, rows, total, progress)
            if ending == ".csv"
            else _xlsx(temporary, titles, rows, name, footer, total, progress)
        )
        digest = hashlib.sha256()
        with open(temporary, "rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
        written(number, digest.hexdigest())
    return number, digest.hexdigest()


def _csv(
    path: Path, titles: Sequence[str], rows: Iterable[Sequence[Any]], total: int, progress: Progress
) -> int:
    number = 0
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([guarded(title) for title in titles])
        for row in rows:
            writer.writerow([_csv_value(value) for value in row])
            number += 1
            if number % _REPORT == 0:
                progress(number, max(total, number))
    return number


def _csv_value(value: Any) -> Any:
    if isinstance(value, Fen):
        sign = "-" if value < 0 else ""
        return f"{sign}{abs(value) // 100}.{abs(value) % 100:02d}"
    if isinstance(value, str):
        return guarded(value)
    return "" if value is None else value.isoformat() if isinstance(value, date) else value


def _xlsx(
    path: Path,
    titles: Sequence[str],
    rows: Iterable[Sequence[Any]],
    name: str,
    footer: str,
    total: int,
    progress: Progress,
) -> int:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name or "Sheet1")
    sheet.freeze_panes = "A2"
    header = [text_cell(sheet, title) for title in titles]
    for cell in header:
        cell.font = Font(bold=True)
    sheet.append(header)

    def cell_of(value: Any) -> Any:
        if isinstance(value, Fen):
            cell = WriteOnlyCell(sheet, value=value / 100)
            cell.number_format = "#,##0.00"
            return cell
        if isinstance(value, str):
            return text_cell(sheet, value) if value else None
        if isinstance(value, date):
            cell = WriteOnlyCell(sheet, value=value)
            cell.number_format = "yyyy-mm-dd"
            return cell
        return value

    number = 0
    with discarding(sheet):
        for row in rows:
            sheet.append([cell_of(value) for value in row])
            number += 1
            if number % _REPORT == 0:
                progress(number, max(total, number))
    if footer:
        sheet.append([text_cell(sheet, footer)])
    saving.save(book, path)
    return number


@contextmanager
def discarding(sheet: Any) -> Iterator[None]:
    """Closes and removes a write-only sheet's own temporary file when its writing is broken off."""
    try:
        yield
    except BaseException:
        with suppress(Exception):
            sheet.close()
            sheet._writer.cleanup()
        raise
