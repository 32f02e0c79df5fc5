"""Sheets of the strangest kinds, made on the spot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

Maker = Callable[..., Path]


@pytest.fixture
def sheet(tmp_path: Path) -> Maker:
    """Writes rows to an .xlsx, text as text, and returns its path."""

    def make(rows: Sequence[Sequence[Any]], name: str = "表.xlsx", **more: Any) -> Path:
        from openpyxl import Workbook

        book = Workbook()
        page = book.active
        page.title = more.get("title", "Sheet")
        for row in rows:
            page.append(list(row))
        for line in page.iter_rows():
            for cell in line:
                if isinstance(cell.value, str) and cell.value.startswith("=") and not more.get("formulas"):
                    cell.data_type = "s"
        for area in more.get("merged", ()):
            page.merge_cells(area)
        if more.get("date_1904"):
            from openpyxl.utils.datetime import CALENDAR_MAC_1904

            book.epoch = CALENDAR_MAC_1904
        path = tmp_path / name
        book.save(path)
        return path

    return make


@pytest.fixture
def text_file(tmp_path: Path) -> Maker:
    """Writes bytes or text in an encoding, and returns the path."""

    def make(content: str | bytes, name: str = "表.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return make
