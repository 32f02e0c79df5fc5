"""Files made to stop a program: small to carry, 256 MiB or more when they are opened (spec 09, fault 39, M12)."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

INSIDE = 256 << 20
"""Bytes behind each small file."""
_PIECE = 1 << 20
_SPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def workbook(path: Path) -> Path:
    """A small honest one, into which the others put their charge."""
    from openpyxl import Workbook

    book = Workbook()
    for row in (["姓名", "电话"], ["王小丽", "13812345678"], ["单芳", "13987654321"]):
        book.active.append(row)
    book.save(path)
    return path


def _charged(path: Path, good: Path, member: str, pieces: Iterator[bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new, zipfile.ZipFile(good) as old:
        for name in old.namelist():
            if name != member:
                new.writestr(name, old.read(name))
        with new.open(member, "w", force_zip64=False) as out:
            for piece in pieces:
                out.write(piece)
    return path


def _times(part: bytes, most: int = INSIDE) -> Iterator[bytes]:
    block = part * max(1, _PIECE // len(part))
    for _ in range(most // len(block)):
        yield block


def cells(path: Path, good: Path) -> Path:
    """A sheet of millions of cells."""

    def text() -> Iterator[bytes]:
        yield b"<worksheet " + _SPACE + b"><sheetData>"
        yield from _times(b'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>')
        yield b"</sheetData></worksheet>"

    return _charged(path, good, SHEET, text())


def one_cell(path: Path, good: Path) -> Path:
    """One cell with a quarter of a gigabyte of text."""

    def text() -> Iterator[bytes]:
        yield b"<worksheet " + _SPACE + b'><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'
        yield from _times(b"x")
        yield b"</t></is></c></row></sheetData></worksheet>"

    return _charged(path, good, SHEET, text())


def strings(path: Path, good: Path) -> Path:
    """A table of texts that no cell needs."""

    def text() -> Iterator[bytes]:
        yield b"<sst " + _SPACE + b">"
        yield from _times(b"<si><t>xxxxxxxx</t></si>")
        yield b"</sst>"

    return _charged(path, good, STRINGS, text())


def entities(path: Path, good: Path) -> Path:
    """Ten names, each ten times the one before: a billion laughs."""
    named = b"".join(
        b'<!ENTITY l%d "%s">' % (at, b"".join([b"&l%d;" % (at - 1)] * 10) if at else b"ha")
        for at in range(10)
    )
    text = b'<?xml version="1.0"?><!DOCTYPE x [' + named + b"]><worksheet " + _SPACE
    text += b'><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row></sheetData></worksheet>'
    return _charged(path, good, SHEET, iter([text]))


def lying_size(path: Path, good: Path) -> Path:
    """A member whose header says a hundred bytes."""
    cells(path, good)
    with zipfile.ZipFile(path) as book:
        place = book.getinfo(SHEET)
    raw = bytearray(path.read_bytes())
    true = place.file_size.to_bytes(4, "little")
    at = raw.find(true)
    while at >= 0:
        raw[at : at + 4] = (100).to_bytes(4, "little")
        at = raw.find(true, at + 4)
    path.write_bytes(bytes(raw))
    return path


def members(path: Path, good: Path) -> Path:
    """Fifty thousand files in one."""
    path.write_bytes(good.read_bytes())
    with zipfile.ZipFile(path, "a") as book:
        for number in range(50_000):
            book.writestr(f"xl/media/{number}", b"")
    return path


def nested(path: Path, good: Path) -> Path:
    """Workbooks in a workbook, each with a bomb of its own: two gigabytes altogether."""
    inner = one_cell(path.with_name("inner.xlsx"), good)
    packed = inner.read_bytes()
    inner.unlink()
    path.write_bytes(good.read_bytes())
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        for number in range(8):
            book.writestr(f"xl/embeddings/{number}.xlsx", packed)
        with book.open("xl/media/picture.bin", "w") as out:
            for piece in _times(b"\0", 2 * INSIDE):
                out.write(piece)
    return path


def repeated(path: Path, good: Path) -> Path:
    """An .ods whose one cell stands for seventeen thousand million."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    cell = '<table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>王</text:p></table:table-cell>'
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="a"><table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    path = path.with_suffix(".ods")
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", kind)
        book.writestr("META-INF/manifest.xml", "<manifest/>")
        book.writestr("content.xml", content)
    return path


def far_corner(path: Path, good: Path) -> Path:
    """Two cells, one of them in the last row and column: as a full table it would be a hundred gigabytes."""
    text = b"<worksheet " + _SPACE + b'><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    text += b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    return _charged(path, good, SHEET, iter([text]))


def one_line(path: Path, good: Path) -> Path:
    """A text table that is one line of forty megabytes."""
    path = path.with_suffix(".csv")
    with open(path, "wb") as file:
        for piece in _times(b"a", 40 << 20):
            file.write(piece)
    return path


KINDS: dict[str, Callable[[Path, Path], Path]] = {
    make.__name__: make
    for make in (
        cells,
        one_cell,
        strings,
        entities,
        lying_size,
        members,
        nested,
        repeated,
        far_corner,
        one_line,
    )
}


class Watch:
    """The memory of this process and its children above what it was, looked at fifty times a second."""

    def __init__(self) -> None:
        self.mebibytes = 0.0
        self._over = threading.Event()

    def __enter__(self) -> Watch:
        self._before = _resident()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_why: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.02):
            self.mebibytes = max(self.mebibytes, _resident() - self._before)


def _resident() -> float:
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
    found, grown = {os.getpid()}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    total = 0
    for number in found:
        with contextlib.suppress(OSError, StopIteration):
            lines = Path(f"/proc/{number}/status").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return total / 1024


def main() -> None:
    """What each takes: seconds, MiB, and the sentence."""
    from services.errors import ShopError
    from services.imports import reader

    with tempfile.TemporaryDirectory() as folder:
        good = workbook(Path(folder) / "good.xlsx")
        for name, make in KINDS.items():
            path = make(good.with_name(f"{name}.xlsx"), good)
            began = time.monotonic()
            with Watch() as watch:
                try:
                    with reader.open_file(path) as reading:
                        told = f"read: {sum(len(chunk) for chunk in reading.chunks(reading.heads[0], set()))} rows"
                except ShopError as why:
                    told = str(why)
            size = path.stat().st_size >> 10
            print(
                f"{name:12} {size:6} KiB  {time.monotonic() - began:5.2f} s  {watch.mebibytes:4.0f} MiB  {told}"
            )
            path.unlink()


if __name__ == "__main__":
    main()
