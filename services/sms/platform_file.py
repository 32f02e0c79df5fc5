"""The platform's table, the same bytes for the same batch: number and text as text, the same texts together."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from services.sheets import saving, tables

NUMBERS_A_ROW = 1_000
"""Numbers in one cell of the grouped form: a cell holds 32,767 characters, and platforms take a thousand."""
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")

ROWS = ("手机号", "短信内容", "分组")
GROUPED = ("短信内容", "手机号", "人数")
"""The platforms' own words, whatever the window speaks: the file is the same for everyone."""


@dataclass(frozen=True)
class Line:
    """One recipient."""

    number: str
    text: str


@dataclass(frozen=True)
class Paper:
    """What the file says about itself in its properties: who took it out, when, which batch."""

    batch: int
    send_at: str
    by: str
    on: date


def write(path: Path, ending: str, lines: Sequence[Line], *, grouped: bool, paper: Paper) -> None:
    """Writes .xlsx or .csv to `path`, which is there already. No line beside the table: the platform would read it."""
    titles = GROUPED if grouped else ROWS
    rows = _grouped(lines) if grouped else _rows(lines)
    if ending == ".csv":
        tables._csv(path, titles, rows, 0, lambda _done, _total: None)
        return
    _xlsx(path, titles, rows, paper)


def groups(lines: Sequence[Line]) -> dict[str, list[str]]:
    """The numbers by text, in the order in which each text comes first."""
    found: dict[str, list[str]] = {}
    for line in lines:
        found.setdefault(line.text, []).append(line.number)
    return found


def _rows(lines: Sequence[Line]) -> list[tuple[str, ...]]:
    return [
        (number, text, str(place))
        for place, (text, numbers) in enumerate(groups(lines).items(), 1)
        for number in numbers
    ]


def _grouped(lines: Sequence[Line]) -> list[tuple[str, ...]]:
    return [
        (text, ",".join(part), str(len(part)))
        for text, numbers in groups(lines).items()
        for part in (numbers[at : at + NUMBERS_A_ROW] for at in range(0, len(numbers), NUMBERS_A_ROW))
    ]


def _xlsx(path: Path, titles: Sequence[str], rows: Sequence[Sequence[str]], paper: Paper) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator = f"熟客 导出 {paper.on.isoformat()} {paper.by}"
    book.properties.title = f"短信第 {paper.batch} 批，{paper.send_at} 发送"
    sheet = book.create_sheet("短信")
    for letter, width in zip("ABC", (16, 70, 16), strict=True):
        sheet.column_dimensions[letter].width = width
    with tables.discarding(sheet):
        for row in (titles, *rows):
            sheet.append([tables.text_cell(sheet, text) for text in row])
    saving.save(book, path)
    _same_bytes(path, paper.on)


def _same_bytes(path: Path, on: date) -> None:
    """Takes the moment of writing out of a workbook, so that the same batch gives the same file."""
    with zipfile.ZipFile(path) as old:
        parts = [(name, old.read(name)) for name in old.namelist()]
    moment = f"{on.isoformat()}T00:00:00Z".encode()
    with zipfile.ZipFile(path, "w") as new:
        for name, content in parts:
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>" + moment, content)
            info = zipfile.ZipInfo(name, (on.year, on.month, on.day, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, content)
