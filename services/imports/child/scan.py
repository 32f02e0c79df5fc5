"""Looks through the XML of a sheet as it streams by."""

from __future__ import annotations

import re

from services.imports.child.common import Bad

PIECE = 1 << 16
MARKED_CELLS = 20_000
"""More broken formulas than this in one sheet are not listed one by one: the file is refused."""

_NO_RESULT = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=\"e\"[^>]*)>")
_REF = re.compile(rb"\br=\"([A-Z]{1,3})(\d{1,7})\"")
_STRING_RESULT = re.compile(rb"\bt=\"str\"")


class SheetScan:
    """Looks through a sheet's XML as it streams by: cells with a value, and formulas or errors without one."""

    def __init__(self, row_bytes: int) -> None:
        """`row_bytes`: more than this in one row is no table."""
        self.row_bytes = row_bytes
        self._row = 0
        self.marked: list[tuple[int, int]] = []
        self.valued = 0
        self._rest = b""

    def feed(self, piece: bytes) -> None:
        text = self._rest + piece
        cut = text.rfind(b"<row")  # whole rows only, so that no cell is looked at in two halves
        if cut <= 0:
            self._row += len(piece)
            if self._row > self.row_bytes:
                raise Bad("memory")
            cut = len(text) if len(text) > 4 * PIECE else 0
            if not cut:
                self._rest = text
                if b"</sheetData" in text or b":sheetData" in text:
                    self._look(text)
                    self._rest = b""
                return
        else:
            self._row = 0
        self._look(text[:cut])
        self._rest = text[cut:]
        if b"</sheetData" in self._rest:
            self._look(self._rest)
            self._rest = b""

    def _look(self, text: bytes) -> None:
        self.valued += text.count(b"<v>") + text.count(b"<v ") + text.count(b"<is>") - text.count(b"<v></v>")
        if b"<f" in text or b":f" in text:
            for found in _NO_RESULT.finditer(text):
                if not _STRING_RESULT.search(found[1]):
                    self._mark(found[1])
        if b't="e"' in text:
            for found in _ERROR.finditer(text):
                self._mark(found[1])
                self.valued -= 1

    def _mark(self, attributes: bytes) -> None:
        place = _REF.search(attributes)
        if place is None:
            return
        column = 0
        for letter in place[1]:
            column = column * 26 + letter - 64
        self.marked.append((int(place[2]) - 1, column - 1))
        if len(self.marked) > MARKED_CELLS:
            raise Bad("formulas", most=MARKED_CELLS)
