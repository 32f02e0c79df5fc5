"""Files of every kind are read, or refused with one sentence; the parent survives whatever the child does."""

from __future__ import annotations

import os
import random
import time
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.errors import Refused
from services.imports import reader
from services.imports.child import kinds, workbook
from services.imports.child.common import Bad
from services.progress import Cancelled

GOLDEN = Path(__file__).parent / "old.xls"
TABLE = "姓名,电话,地址\n王小丽,13812345678,船山区和平路1号\n单芳,13987654321,\n"


def read(path: Path, **more: Any) -> list[list[Any]]:
    with reader.open_file(path, **more) as reading:
        return [row for chunk in reading.chunks(reading.heads[0], set()) for row in chunk]


def refusal(path: Path, **more: Any) -> str:
    with pytest.raises(Refused) as no:
        read(path, **more)
    return str(no.value)


def test_cells_come_as_what_they_are(sheet: Any) -> None:
    rows = read(
        sheet([["a", 1, 1.5, True, None, date(1990, 5, 3), datetime(1990, 5, 3, 8, 30)], [None], ["=1+1"]])
    )
    assert rows[0] == ["a", 1.0, 1.5, True, "", date(1990, 5, 3), datetime(1990, 5, 3, 8, 30)]
    assert rows[2][0] == "=1+1"


def test_an_old_xls_is_read() -> None:
    rows = read(GOLDEN)
    assert rows[2][1] == "标题" and rows[4][2] == date(1990, 5, 3)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_text_in_every_encoding_and_with_every_sign(text_file: Any, encoding: str, sign: str) -> None:
    rows = read(text_file(TABLE.replace(",", sign), encoding=encoding))
    assert rows[0] == ["姓名", "电话", "地址"] and rows[1][0] == "王小丽" and len(rows) == 3


def test_a_tiny_text_with_two_readings_is_asked_about(text_file: Any) -> None:
    path = text_file("女".encode("gbk"))
    with pytest.raises(reader.AskEncoding) as no:
        read(path)
    assert no.value.readings == {"utf-8": ["Ů"], "gb18030": ["女"]}
    assert read(path, encoding="gb18030") == [["女"]]


def test_the_titles_speak_for_an_encoding(text_file: Any) -> None:
    assert read(text_file("姓名\n女\n".encode("gbk")))[0] == ["姓名"]


def test_text_of_two_encodings_is_refused(text_file: Any) -> None:
    assert "编码" in refusal(text_file("姓名\n王\n".encode() + "张".encode("gbk") + b"\xff\xff"))


def test_quotes_line_breaks_and_guards_in_text(text_file: Any) -> None:
    rows = read(text_file("姓名,备注,电话\n\"王,小丽\",\"第一行\n第二行\",1\n'=1+1,''=x,'12\n"))
    assert rows[1] == ["王,小丽", "第一行\n第二行", "1"]
    assert rows[2] == ["=1+1", "'=x", "'12"]


@pytest.mark.parametrize(
    ("content", "name", "part"),
    [
        (b"", "a.xlsx", "是空的"),
        (b"", "a.csv", "是空的"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a.xls", "网页"),
        (b'<?xml version="1.0"?><Workbook/>', "a.xls", "网页"),
        (b"name,phone\n1,2\n", "a.xlsx", "内容却是文本"),
        (b"\x00\x01\x02\x03" * 50, "a.xlsx", "不完整"),
        (b"\x00\x01\x02\x03" * 50, "a.csv", "不是文本"),
        (b"%PDF-1.7", "a.xlsx", "不是表格"),
        (b"name,phone\n", "a.doc", "不认识"),
        (b'name,phone\n"open,1\n2,3\n', "a.csv", "引号"),
        (b"name\n" + b"x" * 40_000, "a.csv", "超过"),
        (b",".join([b"x"] * 200), "a.csv", "列"),
        (b"\n\n  \n", "a.csv", ""),
    ],
)
def test_files_that_are_no_tables(text_file: Any, content: bytes, name: str, part: str) -> None:
    if part:
        assert part in refusal(text_file(content, name))


def test_the_name_must_fit_the_content(sheet: Any, tmp_path: Path) -> None:
    good = sheet([["姓名"], ["王"]])
    for name in ("a.xls", "a.csv"):
        os.replace(good, tmp_path / name)
        assert "扩展名" in refusal(tmp_path / name)
        good = tmp_path / name


def test_a_missing_file_a_folder_and_a_huge_one(tmp_path: Path) -> None:
    assert "找不到" in refusal(tmp_path / "none.xlsx")
    (tmp_path / "folder.xlsx").mkdir()
    assert "不是文件" in refusal(tmp_path / "folder.xlsx")
    huge = tmp_path / "huge.xlsx"
    with open(huge, "wb") as file:
        file.truncate(1 << 30)
    began = time.monotonic()
    assert "最大" in refusal(huge)
    assert time.monotonic() - began < 1


def test_a_truncated_workbook_is_never_half_read(sheet: Any, tmp_path: Path) -> None:
    good = sheet([["姓名", "电话"], *[[f"客户{n}", f"1380000{n:04d}"] for n in range(200)]]).read_bytes()
    for part in range(5, 100, 10):
        path = tmp_path / f"cut{part}.xlsx"
        path.write_bytes(good[: len(good) * part // 100])
        assert "不完整" in refusal(path) or "扩展名" in refusal(path)


def zipped(path: Path, members: dict[str, bytes], source: Path | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        if source:
            with zipfile.ZipFile(source) as old:
                for name in old.namelist():
                    if name not in members:
                        new.writestr(name, old.read(name))
        for name, content in members.items():
            new.writestr(name, content)
    return path


def test_bombs_are_refused_at_once(sheet: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = sheet([["姓名"], ["王"]])
    limits = {**SETTINGS["limits"], "unpacked_mb": 20}
    monkeypatch.setattr(reader, "settings", lambda: {**SETTINGS, "limits": limits})
    bomb = zipped(tmp_path / "bomb.xlsx", {"xl/media/image.bin": b"\0" * (60 << 20)}, good)
    began = time.monotonic()
    assert "解压后" in refusal(bomb)
    assert time.monotonic() - began < 3
    many = zipped(tmp_path / "many.xlsx", {f"xl/media/{n}.bin": b"x" for n in range(300)}, good)
    assert "部件" in refusal(many)
    entity = zipped(tmp_path / "entity.xlsx", {"xl/sharedStrings.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><sst/>'}, good)  # fmt: skip
    assert "DOCTYPE" in refusal(entity)


def test_a_cell_at_the_end_of_the_world_is_refused_not_allocated(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active["A1"], book.active["XFD1048576"] = "姓名", "x"
    book.save(tmp_path / "wide.xlsx")
    assert refusal(tmp_path / "wide.xlsx")


def test_a_workbook_with_a_password(tmp_path: Path) -> None:
    ole = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 600
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 400
    )
    path = tmp_path / "locked.xlsx"
    path.write_bytes(ole)
    assert "密码" in refusal(path)


def test_formulas_without_a_result_are_marked(sheet: Any) -> None:
    from services.imports.text import ERROR_CELL

    rows = read(sheet([["姓名", "金额"], ["王", "=1+1"], ["李", "x"]], formulas=True))
    assert rows[1] == ["王", ERROR_CELL] and rows[2] == ["李", "x"]


def test_a_child_that_dies_is_a_sentence(sheet: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for code in ("import os, signal; os.kill(os.getpid(), 9)", "print('nonsense')", "raise SystemExit(3)"):
        child = tmp_path / "child.py"
        child.write_text(code)
        monkeypatch.setattr(reader, "_CHILD", child)
        assert "中断" in refusal(sheet([["姓名"], ["王"]]))


def test_stop_is_heard_while_the_child_is_silent(
    sheet: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    child = tmp_path / "child.py"
    child.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(reader, "_CHILD", child)
    path = sheet([["姓名"], ["王"]])
    calls = []

    def stop(_done: int, _total: int) -> None:
        calls.append(time.monotonic())
        if len(calls) > 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        read(path, progress=stop)
    assert time.monotonic() - calls[-1] < 0.5


def test_a_child_that_takes_too_long_is_stopped(
    sheet: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    child = tmp_path / "child.py"
    child.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(reader, "_CHILD", child)
    limits = {**reader.settings()["limits"], "seconds": 0.3}
    monkeypatch.setattr(reader, "settings", lambda: {**SETTINGS, "limits": limits})
    assert "还没有读完" in refusal(sheet([["姓名"], ["王"]]))


SETTINGS = reader.settings()


def in_process(path: Path) -> tuple[list[list[Any]], list[Any]]:
    """What the child would answer, without the cost of a process a file: rows and warnings. Raises Bad."""
    request = {"path": str(path), "limits": SETTINGS["limits"]}
    kind = kinds.kind_of(path.read_bytes()[:4096], str(path))
    book = workbook.Workbook(request, kind)
    name = next(book.heads())["name"]
    rows = [row for chunk in book.chunks(name) for row in chunk]
    return rows, book.warnings


def test_no_fewer_rows_without_saying(sheet: Any, tmp_path: Path) -> None:
    """Mutated sheet XML, zipped soundly again: refused, or all cells there, or the loss is told."""
    good = sheet([["姓名", "电话"], *[[f"客户{n}", f"1380000{n:04d}"] for n in range(60)]])
    with zipfile.ZipFile(good) as book:
        inner = book.read("xl/worksheets/sheet1.xml")
    chance = random.Random(7)
    refused = read = 0
    for _number in range(250):
        changed = bytearray(inner)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(changed))
            if chance.random() < 0.5:
                changed[place] = chance.randrange(256)
            else:
                del changed[place : place + chance.randint(1, 60)]
        path = zipped(tmp_path / "mutated.xlsx", {"xl/worksheets/sheet1.xml": bytes(changed)}, good)
        try:
            rows, warnings = in_process(path)
        except Bad:
            refused += 1
            continue
        read += 1
        full = sum(1 for row in rows if any(cell != "" for cell in row))
        assert full >= 57 or warnings, full
    assert refused and read


def test_fuzzed_bytes_are_refused_or_read_whole(sheet: Any, tmp_path: Path) -> None:
    good = sheet([["姓名", "电话"], *[[f"客户{n}", f"1380000{n:04d}"] for n in range(50)]]).read_bytes()
    chance = random.Random(11)
    for _number in range(250):
        raw = bytearray(good)
        for _ in range(chance.randint(1, 8)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        path = tmp_path / "fuzzed.xlsx"
        path.write_bytes(bytes(raw))
        try:
            rows, _warnings = in_process(path)
        except Bad:
            continue
        assert len(rows) == 51


def ods(path: Path, rows: str) -> Path:
    """A sheet as LibreOffice writes it, with only what is needed to read it."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{full}:1.0"'
        for short, full in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}'
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.3">'
        f'<office:body><office:spreadsheet><table:table table:name="表一">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    listed = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("mimetype", kind, zipfile.ZIP_STORED)
        new.writestr("META-INF/manifest.xml", listed)
        new.writestr("content.xml", content)
    return path


def ods_cell(value: str, kind: str = "string", more: str = "") -> str:
    return f'<table:table-cell office:value-type="{kind}" {more}><text:p>{value}</text:p></table:table-cell>'


def test_a_sheet_of_libreoffice_is_read(tmp_path: Path) -> None:
    title = "".join(map(ods_cell, ("姓名", "电话", "生日")))
    row = (
        ods_cell("王小丽")
        + ods_cell("13812345678", "float", 'office:value="13812345678"')
        + ods_cell("1990-05-03", "date", 'office:date-value="1990-05-03"')
    )
    empty = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="3"/></table:table-row>'
    file = ods(
        tmp_path / "表.ods",
        f"<table:table-row>{title}</table:table-row><table:table-row>{row}</table:table-row>{empty}",
    )
    assert read(file)[:2] == [["姓名", "电话", "生日"], ["王小丽", 13812345678.0, date(1990, 5, 3)]]


def test_an_error_in_a_sheet_of_libreoffice_is_told(tmp_path: Path) -> None:
    wrong = ods_cell("#DIV/0!", "string", 'calcext:value-type="error"')
    file = ods(tmp_path / "表.ods", f"<table:table-row>{ods_cell('姓名')}{wrong}</table:table-row>")
    with reader.open_file(file) as reading:
        list(reading.chunks(reading.heads[0], set()))
        assert ["1 格没有读到" in str(each) for each in reading.warnings] == [True]


def test_a_cell_repeated_without_end_is_refused_not_unrolled(tmp_path: Path) -> None:
    cell = ods_cell("王", more='table:number-columns-repeated="16384"')
    file = ods(
        tmp_path / "表.ods", f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    )
    began = time.monotonic()
    assert "什么也没有导入" in refusal(file) or "太大" in refusal(file)
    assert time.monotonic() - began < 20
