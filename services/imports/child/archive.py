"""The archive that an .xlsx or .ods is: unpacked within limits, its names and formulas looked at."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.imports.child.common import Bad
from services.imports.child.scan import PIECE, SheetScan

_SMALL = ("workbook.xml", "workbook.xml.rels")
_ERROR = b'calcext:value-type="error"'
_DATE_1904 = re.compile(rb"\bdate1904=\"(?:1|true)\"")


@dataclass(frozen=True)
class Found:
    """What the check learned."""

    date_1904: bool = False
    marked: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """Sheet -> (row, column) of cells whose formula has no result, or an error"""
    valued: dict[str, int] = field(default_factory=dict)
    """Sheet -> cells with a value"""
    errors: int = 0
    """Cells of an .ods with an error, which the reader gives as empty ones"""


def check(path: str, limits: dict[str, int]) -> Found:
    """Unpacks every member within a running total, and finds formulas without a result. Raises Bad."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error, EOFError):
        raise Bad("truncated") from None
    with archive:
        members = archive.infolist()
        _check_names(members, limits)
        # What the archive says of itself comes at once; it may lie, so the bytes are counted, too.
        for member in members:
            if member.file_size > _most(member, limits):
                raise Bad("unpacked", most=_most(member, limits) >> 20)
        small: dict[str, bytes] = {}
        scans: dict[str, SheetScan] = {}
        total = errors = 0
        for member in members:
            scan, most = None, min(limits["unpacked_mb"] << 20, total + _most(member, limits))
            if _is_sheet(member):
                scan = scans[member.filename] = SheetScan(limits["row_mb"] << 20)
            kept = bytearray() if member.filename.endswith(_SMALL) else None
            try:
                for piece in _pieces(archive, member):
                    total += len(piece)
                    if total > most:
                        raise Bad("unpacked", most=most >> 20)
                    if member.filename == "content.xml":
                        errors += piece.count(_ERROR)  # one cut in two is missed; one is enough to be told
                    if kept is not None:
                        kept += piece
                    if scan:
                        scan.feed(piece)
            except Bad:
                raise
            except Exception:
                raise Bad("truncated") from None
            if kept is not None:
                small[member.filename] = bytes(kept)
    text = b"".join(text for name, text in small.items() if name.endswith("workbook.xml"))
    return Found(_DATE_1904.search(text) is not None, *_by_sheet(small, scans), errors)


def _is_sheet(member: zipfile.ZipInfo) -> bool:
    return "worksheets/" in member.filename and member.filename.endswith(".xml")


def _most(member: zipfile.ZipInfo, limits: dict[str, int]) -> int:
    """Bytes that one part of the workbook may have."""
    if _is_sheet(member):
        return limits["sheet_mb"] << 20
    return limits["strings_mb" if member.filename.endswith("sharedStrings.xml") else "unpacked_mb"] << 20


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as stream:
        first = True
        while piece := stream.read(PIECE):
            if first and member.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in piece:
                raise Bad("doctype")
            first = False
            yield piece


def _check_names(members: list[zipfile.ZipInfo], limits: dict[str, int]) -> None:
    names = [member.filename for member in members]
    if len(names) > limits["members"]:
        raise Bad("members", members=len(names), most=limits["members"])
    if len(set(names)) != len(names) or any(name.startswith(("/", "\\")) or ".." in name for name in names):
        raise Bad("damaged", why="names")
    if any(member.flag_bits & 1 for member in members):
        raise Bad("password")
    known = ("workbook.xml", "workbook.bin", "content.xml")
    if not any(name.endswith(known) for name in names):
        raise Bad("not_a_table")


def _by_sheet(
    small: dict[str, bytes], scans: dict[str, SheetScan]
) -> tuple[dict[str, list[tuple[int, int]]], dict[str, int]]:
    """What the scans found, by the names of the sheets, which the workbook's own list tells."""
    from xml.sax.saxutils import unescape  # noqa: TID251 - only turns &amp; back, parses nothing

    targets = _targets(small)
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
            for member, scan in scans.items():
                if member.endswith(end):
                    marked[sheet], valued[sheet] = scan.marked, scan.valued
    return marked, valued


def _targets(small: dict[str, bytes]) -> dict[bytes, bytes]:
    """Relation -> the file it leads to, without its folder."""
    targets: dict[bytes, bytes] = {}
    for name, text in small.items():
        if not name.endswith(".rels"):
            continue
        for tag in re.findall(rb"<Relationship\b[^>]*>", text):
            found = re.search(rb"\bId=\"([^\"]+)\"", tag)
            target = re.search(rb"\bTarget=\"([^\"]+)\"", tag)
            if found and target:
                targets[found[1]] = target[1].rsplit(b"/", 1)[-1]
    return targets
