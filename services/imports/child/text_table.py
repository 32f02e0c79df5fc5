"""Text with commas, semicolons or tabs, in the encoding that the whole file speaks for."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Any

from services.imports.child.common import HEAD_ROWS, Bad, chunked


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
        lines = (
            found[0] for found in _LINE.finditer(self.text)
        )  # a StringIO would hold it four times as large
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
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
        yield from chunked(self._rows())


_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
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
