"""An .xlsx, .xls or .ods file through calamine."""

from __future__ import annotations

import contextlib
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Any

from services.imports.child import archive
from services.imports.child.common import HEAD_ROWS, Bad, chunked

ERROR_CELL = "\ue000#"
MERGES = 20_000
_BOF = struct.pack("<HHHH", 0x0809, 16, 0x0600, 0x0005)


class Workbook:
    """An .xlsx, .xls or .ods file."""

    def __init__(
        self, request: dict[str, Any], kind: str, refuse: Callable[[Bad], None] | None = None
    ) -> None:
        """`refuse` hears of a file that must not be read, while the reader may still be deep in it."""
        self.limits = request["limits"]
        self.warnings: list[dict[str, Any]] = []
        self.found = archive.Found()
        self._last: tuple[str, Any] | None = None
        path = request["path"]
        if kind != "zip":
            self.facts = {"date_1904": _xls_1904(path)}
            self.book = _open(path)
            return
        check = _Beside(lambda: archive.check(path, self.limits), refuse)
        try:
            self.book = _open(path)
            self._read_ahead()
        finally:
            self.found = check.answer()
        self.facts = {"date_1904": self.found.date_1904}

    def _read_ahead(self) -> None:
        """The first sheet, while the archive is still being checked: the reader is busy without the interpreter."""
        from python_calamine import SheetTypeEnum

        first = next(
            (meta for meta in self.book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet), None
        )
        if first is not None:
            self._sheet(first.name)

    def heads(self) -> Iterator[dict[str, Any]]:
        from python_calamine import SheetTypeEnum, SheetVisibleEnum

        found = [sheet for sheet in self.book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        shown = [sheet for sheet in found if sheet.visible == SheetVisibleEnum.Visible] or found
        if not shown:
            raise Bad("no_sheet")
        if len(shown) > self.limits["sheets"]:
            self.warnings.append({"warning": "sheets", "n": len(shown), "read": self.limits["sheets"]})
        for meta in shown[: self.limits["sheets"]]:
            sheet = self._sheet(meta.name)
            rows = [row for _, row in zip(range(HEAD_ROWS), self._rows(meta.name, sheet), strict=False)]
            yield {
                "name": meta.name,
                "rows": rows,
                "height": sheet.total_height + 1,
                "width": sheet.total_width + 1,
                "merged": _merged(sheet),
            }

    def _sheet(self, name: str) -> Any:
        if self._last and self._last[0] == name:
            return self._last[1]
        self._last = None
        try:
            sheet = self.book.get_sheet_by_name(name)
        except MemoryError:
            raise
        except BaseException as why:  # a panic inside the reader is no Exception
            raise Bad("damaged", why=type(why).__name__) from None
        if sheet.total_height + 1 > self.limits["rows"]:
            raise Bad("rows", rows=sheet.total_height + 1, most=self.limits["rows"], sheet=name)
        if sheet.total_width + 1 > self.limits["columns"]:
            raise Bad("columns", columns=sheet.total_width + 1, most=self.limits["columns"], sheet=name)
        self._last = (name, sheet)
        return sheet

    def _rows(self, name: str, sheet: Any) -> Iterator[list[Any]]:
        if sheet.start is None:
            return
        front = [""] * sheet.start[1]
        marked: dict[int, list[int]] = {}
        for row, column in self.found.marked.get(name, ()):
            marked.setdefault(row, []).append(column)
        for number, row in enumerate(sheet.iter_rows()):
            cells = front + row if front else row
            for column in marked.get(number, ()):
                if column < len(cells) and cells[column] == "":
                    cells[column] = ERROR_CELL
            yield cells

    def chunks(self, name: str) -> Iterator[list[list[Any]]]:
        sheet = self._sheet(name)
        read = 0
        for chunk in chunked(self._rows(name, sheet)):
            read += sum(len(row) - row.count("") for row in chunk)
            yield chunk
        if self.found.errors:
            self.warnings.append({"warning": "cells", "n": self.found.errors, "sheet": name})
        if read < self.found.valued.get(name, 0):
            self.warnings.append({"warning": "cells", "n": self.found.valued[name] - read, "sheet": name})


class _Beside:
    """A check in a thread of its own. What it finds wrong goes before what the reader stumbles over meanwhile."""

    def __init__(self, check: Callable[[], archive.Found], refuse: Callable[[Bad], None] | None) -> None:
        self._answer: archive.Found | BaseException = archive.Found()
        self._check, self._refuse = check, refuse
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._answer = self._check()
        except BaseException as why:
            self._answer = why
            if self._refuse and isinstance(why, Bad):
                self._refuse(why)

    def answer(self) -> archive.Found:
        self._thread.join()
        if isinstance(self._answer, BaseException):
            raise self._answer
        return self._answer


def _open(path: str) -> Any:
    from python_calamine import CalamineError, PasswordError, load_workbook

    try:
        return load_workbook(path)
    except MemoryError:
        raise
    except PasswordError:
        raise Bad("password") from None
    except CalamineError as why:
        text = str(why).lower()
        raise Bad(
            "password" if "password" in text or "encrypt" in text else "damaged", why=type(why).__name__
        ) from None
    except BaseException as why:
        raise Bad("damaged", why=type(why).__name__) from None


def _merged(sheet: Any) -> list[list[int]]:
    """Cells merged downwards in one column, as [first row, last row, column]."""
    with contextlib.suppress(Exception):
        ranges = sheet.merged_cell_ranges or []
        return [
            [top[0], end[0], top[1]] for top, end in ranges[:MERGES] if top[1] == end[1] and top[0] < end[0]
        ]
    return []


def _xls_1904(path: str) -> bool:
    """Whether an .xls counts days from 1904: its DATEMODE record, looked for in the workbook's first records."""
    with open(path, "rb") as file:
        raw = file.read()
    place = raw.find(_BOF)
    for _ in range(400):
        if place < 0 or place + 4 > len(raw):
            return False
        kind, size = struct.unpack_from("<HH", raw, place)
        if kind == 0x0022:
            return size == 2 and raw[place + 4] == 1
        if kind in (0x000A, 0x0085):
            return False
        place += 4 + size
    return False
