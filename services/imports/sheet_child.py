"""The child process that opens a stranger's file: within limits of memory and time, and alone with what it breaks.

Run by path, not imported: it knows nothing of the shop. The request comes as JSON in the first argument; answers go
to stdout as one JSON document a line: `heads`, then after a sheet's name on stdin its rows in chunks, then `end`; or
`error` with a code, for which the parent has the sentence.
"""

from __future__ import annotations

import contextlib
import csv
import gc
import io
import json
import os
import re
import struct
import sys
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

ERROR_CELL = "\ue000#"
HEAD_ROWS = 40
CHUNK_ROWS = 1_000
PIECE = 1 << 16
MARKED_CELLS = 20_000
"""More broken formulas than this in one sheet are not listed one by one: the file is refused."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
EXTENSIONS = {"zip": (".xlsx", ".xlsm"), "ole": (".xls",), "text": (".csv", ".txt", ".tsv")}

_BOF = struct.pack("<HHHH", 0x0809, 16, 0x0600, 0x0005)
_NO_RESULT = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=\"e\"[^>]*)>")
_REF = re.compile(rb"\br=\"([A-Z]{1,3})(\d{1,7})\"")
_STRING_RESULT = re.compile(rb"\bt=\"str\"")


class Bad(Exception):
    """The file cannot be read: a code for the parent, and facts."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.facts = {"error": code, **facts}


def main() -> None:
    request = json.loads(sys.argv[1])
    gc.disable()  # rows only come and go: there are no cycles among them
    _limit(request["limits"])
    out = sys.stdout.buffer
    try:
        with open(request["path"], "rb") as file:
            start = file.read(4096)
        kind = _kind(start, request["path"], request["limits"])
        book = Csv(request) if kind == "text" else Workbook(request, kind, _refuse)
        _send(out, {"heads": list(book.heads()), **book.facts})
        line = sys.stdin.buffer.readline()
        if line:
            for chunk in book.chunks(json.loads(line)["sheet"]):
                _send(out, chunk)
            _send(out, {"end": True, "warnings": book.warnings})
    except Bad as why:
        _send(out, why.facts)
    except MemoryError:
        _send(out, {"error": "memory"})
    except OSError as why:
        _send(out, {"error": "unreadable", "why": why.strerror or type(why).__name__})
    except Exception as why:
        _send(out, {"error": "damaged", "why": type(why).__name__})


def _refuse(why: Bad) -> None:
    """Nothing waits for a reader that unpacks what must not be unpacked."""
    _send(sys.stdout.buffer, why.facts)
    os._exit(0)


def _limit(limits: dict[str, int]) -> None:
    with contextlib.suppress(
        ImportError, ValueError, OSError
    ):  # Windows has no such limits: the parent keeps time
        import resource

        memory = limits["memory_mb"] << 20
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"] + 5))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _send(out: Any, message: Any) -> None:
    text = json.dumps(message, default=_plain, ensure_ascii=False)
    out.write(text.encode("utf-8", "surrogatepass") + b"\n")
    out.flush()


def _plain(value: Any) -> Any:
    """Days and times as small objects: only they cost more than the C encoder."""
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return {"h": value.isoformat()}
    if isinstance(value, timedelta):
        return {"s": value.total_seconds()}
    return str(value)


def _kind(start: bytes, path: str, limits: dict[str, int]) -> str:
    """zip, ole or text by the first bytes. Raises Bad where the name promises something else."""
    extension = os.path.splitext(path)[1].lower()
    if not start:
        raise Bad("empty")
    if start.startswith(OLE):
        kind = "ole"
    elif start.startswith(ZIP):
        kind = "zip"
    elif start.startswith(
        (b"PK\x05\x06", b"PK\x07\x08", b"Rar!", b"7z\xbc\xaf", b"%PDF", b"\x89PNG", b"\xff\xd8\xff")
    ):
        raise Bad("not_a_table")
    else:
        kind = "text"
    if kind == "text":
        head = start.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
        if head.startswith((b"<!doctype", b"<html", b"<table", b"<head", b"<meta", b"<?xml", b"<workbook")):
            raise Bad("web_page")
        if extension in (".xlsx", ".xlsm", ".xls"):
            raise Bad("truncated" if b"\0" in start else "text_named_workbook", extension=extension)
    if extension not in EXTENSIONS[kind] and extension in sum(EXTENSIONS.values(), ()):
        if kind == "ole" and extension in (".xlsx", ".xlsm"):
            raise Bad("password" if _encrypted(path) else "wrong_name", extension=extension, real=".xls")
        raise Bad("wrong_name", extension=extension, real=EXTENSIONS[kind][0])
    if extension not in sum(EXTENSIONS.values(), ()):
        raise Bad("unknown_name", extension=extension or "?")
    return kind


def _encrypted(path: str) -> bool:
    with open(path, "rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read()


class Workbook:
    """An .xlsx or .xls file."""

    def __init__(
        self, request: dict[str, Any], kind: str, refuse: Callable[[Bad], None] | None = None
    ) -> None:
        """`refuse` hears of a file that must not be read, while the reader may still be deep in it."""
        self.limits = request["limits"]
        self.warnings: list[dict[str, Any]] = []
        self.marked: dict[str, list[tuple[int, int]]] = {}
        self.valued: dict[str, int] = {}
        self._last: tuple[str, Any] | None = None
        path = request["path"]
        if kind != "zip":
            self.facts = {"date_1904": _xls_1904(path)}
            self.book = _open(path)
            return
        check = _Beside(lambda: _check_zip(path, self), refuse)
        try:
            self.book = _open(path)
            self._read_ahead()
        finally:
            self.facts = {"date_1904": check.answer()}

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
        for row, column in self.marked.get(name, ()):
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
        for chunk in _chunked(self._rows(name, sheet)):
            read += sum(len(row) - row.count("") for row in chunk)
            yield chunk
        if read < self.valued.get(name, 0):
            self.warnings.append({"warning": "cells", "n": self.valued[name] - read, "sheet": name})


class _Beside:
    """A check in a thread of its own. What it finds wrong goes before what the reader stumbles over meanwhile."""

    def __init__(self, check: Callable[[], bool], refuse: Callable[[Bad], None] | None) -> None:
        self._answer: bool | BaseException = False
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

    def answer(self) -> bool:
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
            [top[0], end[0], top[1]]
            for top, end in ranges[:MARKED_CELLS]
            if top[1] == end[1] and top[0] < end[0]
        ]
    return []


def _chunked(rows: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    chunk: list[list[Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK_ROWS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _check_zip(path: str, book: Workbook) -> bool:
    """Unpacks every member within a running total, and finds formulas without a result. Returns whether days count from 1904."""
    limits, total = book.limits, 0
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error, EOFError):
        raise Bad("truncated") from None
    with archive:
        members = archive.infolist()
        _check_names(members, limits)
        small: dict[str, bytes] = {}
        for member in members:
            keep = member.filename.endswith(("workbook.xml", "workbook.xml.rels"))
            scan = (
                SheetScan() if "worksheets/" in member.filename and member.filename.endswith(".xml") else None
            )
            kept = bytearray()
            try:
                with archive.open(member) as stream:
                    first = True
                    while piece := stream.read(PIECE):
                        total += len(piece)
                        if total > limits["unpacked_mb"] << 20:
                            raise Bad("unpacked", most=limits["unpacked_mb"])
                        if first and member.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in piece:
                            raise Bad("doctype")
                        first = False
                        if keep:
                            kept += piece
                        if scan:
                            scan.feed(piece)
            except Bad:
                raise
            except Exception:
                raise Bad("truncated") from None
            if keep:
                small[member.filename] = bytes(kept)
            if scan:
                book.marked[member.filename] = scan.marked
                book.valued[member.filename] = scan.valued
        _name_the_scans(small, book)
    text = b"".join(text for name, text in small.items() if name.endswith("workbook.xml"))
    return re.search(rb"\bdate1904=\"(?:1|true)\"", text) is not None


def _check_names(members: list[zipfile.ZipInfo], limits: dict[str, int]) -> None:
    names = [member.filename for member in members]
    if len(names) > limits["members"]:
        raise Bad("members", members=len(names), most=limits["members"])
    if len(set(names)) != len(names) or any(name.startswith(("/", "\\")) or ".." in name for name in names):
        raise Bad("damaged", why="names")
    if any(member.flag_bits & 1 for member in members):
        raise Bad("password")
    if "mimetype" in names or "content.xml" in names:
        raise Bad("open_document")
    if not any(name.endswith("workbook.xml") or name.endswith("workbook.bin") for name in names):
        raise Bad("not_a_table")


class SheetScan:
    """Looks through a sheet's XML as it streams by: cells with a value, and formulas or errors without one."""

    def __init__(self) -> None:
        self.marked: list[tuple[int, int]] = []
        self.valued = 0
        self._rest = b""

    def feed(self, piece: bytes) -> None:
        text = self._rest + piece
        cut = text.rfind(b"<row")  # whole rows only, so that no cell is looked at in two halves
        if cut <= 0:
            cut = len(text) if len(text) > 4 * PIECE else 0
            if not cut:
                self._rest = text
                if b"</sheetData" in text or b":sheetData" in text:
                    self._look(text)
                    self._rest = b""
                return
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


def _name_the_scans(small: dict[str, bytes], book: Workbook) -> None:
    """From member names to sheet names, by the workbook's own list."""
    from xml.sax.saxutils import unescape  # noqa: TID251 - only turns &amp; back, parses nothing

    targets: dict[bytes, bytes] = {}
    for name, text in small.items():
        if name.endswith(".rels"):
            for tag in re.findall(rb"<Relationship\b[^>]*>", text):
                found, target = (
                    re.search(rb"\bId=\"([^\"]+)\"", tag),
                    re.search(rb"\bTarget=\"([^\"]+)\"", tag),
                )
                if found and target:
                    targets[found[1]] = target[1].rsplit(b"/", 1)[-1]
    marked, valued = {}, {}
    for name, text in small.items():
        if not name.endswith("workbook.xml"):
            continue
        for tag in re.findall(rb"<(?:\w+:)?sheet\b[^>]*>", text):
            title, link = re.search(rb"\bname=\"([^\"]*)\"", tag), re.search(rb"\br:id=\"([^\"]+)\"", tag)
            if not title or not link or link[1] not in targets:
                continue
            sheet = unescape(title[1].decode("utf-8", "replace"), {"&quot;": '"', "&apos;": "'"})
            end = "worksheets/" + targets[link[1]].decode("utf-8", "replace")
            for member in book.marked:
                if member.endswith(end):
                    marked[sheet], valued[sheet] = book.marked[member], book.valued[member]
    book.marked, book.valued = marked, valued


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


class Csv:
    """Text with commas, semicolons or tabs, in the encoding that the whole file speaks for."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.limits = request["limits"]
        self.warnings: list[dict[str, Any]] = []
        with open(request["path"], "rb") as file:
            raw = file.read()
        self.text, encoding = decoded(raw, request.get("encoding", ""), request.get("words", ()))
        csv.field_size_limit(self.limits["cell"])
        self.delimiter = _delimiter(self.text, request.get("words", ()))
        self.facts = {"date_1904": False, "encoding": encoding}

    def _rows(self) -> Iterator[list[Any]]:
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter, strict=True)
        try:
            for number, row in enumerate(reader, 1):
                if number > self.limits["rows"]:
                    raise Bad("rows", rows=number, most=self.limits["rows"], sheet="")
                if len(row) > self.limits["columns"]:
                    raise Bad("columns", columns=len(row), most=self.limits["columns"], sheet="")
                yield [unguarded(cell) for cell in row]
        except csv.Error as why:
            code = "csv_cell" if "field larger" in str(why) else "csv_quotes"
            raise Bad(code, line=reader.line_num, most=self.limits["cell"]) from None

    def heads(self) -> Iterator[dict[str, Any]]:
        rows = [row for _, row in zip(range(HEAD_ROWS), self._rows(), strict=False)]
        height = self.text.count("\n") + 1
        yield {
            "name": "",
            "rows": rows,
            "height": height,
            "width": max(map(len, rows), default=0),
            "merged": [],
        }

    def chunks(self, name: str) -> Iterator[list[list[Any]]]:
        yield from _chunked(self._rows())


_CONTROL = re.compile("[\x01-\x08\x0e-\x1f]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def unguarded(cell: str) -> str:
    """Takes off the one apostrophe that an export sets before = + - @ in text."""
    return cell[1:] if cell[:1] == "'" and _GUARDED.match(cell) else cell


def decoded(raw: bytes, asked: str, words: Iterable[str]) -> tuple[str, str]:
    """(text, encoding). Never guesses where two readings make sense: raises Bad('encoding') with both first lines."""
    if asked:
        text = _try(raw, asked)
        if text is None:
            raise Bad("encoding_wrong", encoding=asked)
        return _clean(text), asked
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            text = _try(raw, name)
            if text is None:
                raise Bad("encoding_wrong", encoding=name)
            return _clean(text), name
    if b"\0" in raw:
        name = "utf-16-le" if raw[1::2].count(0) > raw[0::2].count(0) else "utf-16-be"
        zeros = raw[1::2] if name == "utf-16-le" else raw[0::2]
        text = _try(raw, name) if zeros.count(0) * 10 >= len(zeros) else None
        if text is None or "\0" in text:
            raise Bad("binary")
        return _clean(text), name
    if raw.isascii():
        return _clean(raw.decode("ascii")), "ascii"
    return _utf8_or_gb(raw, words)


def _utf8_or_gb(raw: bytes, words: Iterable[str]) -> tuple[str, str]:
    utf, gb = _try(raw, "utf-8"), _try(raw, "gb18030")
    if utf is None and gb is None:
        raise Bad("encoding_mixed")
    if gb is None or (utf is not None and any(letter >= "\u2e80" for letter in utf)):
        return _clean(utf or ""), "utf-8"
    if utf is None:
        return _clean(gb), "gb18030"
    head_utf, head_gb = utf[:5000], gb[:5000]
    known_utf = sum(word in head_utf for word in words if not word.isascii())
    known_gb = sum(word in head_gb for word in words if not word.isascii())
    if known_gb > known_utf:
        return _clean(gb), "gb18030"
    raise Bad("encoding", readings={"utf-8": utf.splitlines()[:5], "gb18030": gb.splitlines()[:5]})


def _try(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _clean(text: str) -> str:
    if "\0" in text or len(_CONTROL.findall(text)) * 50 > len(text):
        raise Bad("binary")
    return text.removeprefix("\ufeff")


def _delimiter(text: str, words: Iterable[str]) -> str:
    """The sign that parts the first lines into the most columns with known titles, else into the most columns."""
    lines = text[:20_000].splitlines()[:20]
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) == 5:
        return lines[0][4]
    known = set(words)

    def score(sign: str) -> tuple[int, int]:
        best = max((sum(cell.strip(' "') in known for cell in line.split(sign)) for line in lines), default=0)
        counts = sorted(line.count(sign) for line in lines if line.strip())
        return best, counts[len(counts) // 2] if counts else 0

    return max((",", "\t", ";", "，", "|"), key=score)


if __name__ == "__main__":
    main()
