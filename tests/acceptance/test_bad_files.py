"""Files that are no good: one clear sentence, status 1, nothing lost, no traceback (spec 08, "Hostile input")."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance import old_books
from tests.acceptance.till import HAN, MANAGER, Till, dump, rows

HEAD = ["姓名", "卡号", "电话", "生日"]
GOOD = [HEAD, ["王芳", "K1", "13800000001", "1990-02-03"], ["李雪", "K2", "13800000002", ""]]


@pytest.fixture(scope="module")
def shop(_empty: Till, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Till]:
    """A shop into which nothing may get."""
    till = _empty.copy(tmp_path_factory.mktemp("bad"))
    till.ok(MANAGER, "customer", "add", "老顾客", "--card", "OLD1", "--phone", "13900000009")
    yield till
    with till.batch(MANAGER) as counter:
        assert counter.ask("check")["ok"] is True


def books(till: Till) -> dict[str, Any]:
    """What stands in the books, without who signed in and what was refused."""
    return {name: found for name, found in dump(till.books).items() if not name.startswith("journal")}


def xlsx_bytes(table: list[list[Any]]) -> bytes:
    from openpyxl import Workbook

    book, out = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in table:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def repacked(content: bytes, change: dict[str, bytes]) -> bytes:
    """The workbook with some of its members replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            if name not in change:
                new.writestr(name, old.read(name))
        for name, text in change.items():
            new.writestr(name, text)
    return out.getvalue()


def bad_files() -> dict[str, bytes]:
    good = xlsx_bytes(GOOD)
    sheet = "xl/worksheets/sheet1.xml"
    row = b'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
    namespace = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    entity = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>'
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le").rjust(4096, b"\0")
    return {
        "truncated.xlsx": good[: len(good) // 2],
        "tail-cut.xlsx": good[:-30],
        "empty.xlsx": b"",
        "empty.csv": b"",
        "blank-sheet.xlsx": xlsx_bytes([]),
        "only-header.xlsx": xlsx_bytes([HEAD]),
        "only-spaces.csv": b" \r\n \r\n",
        "password.xlsx": ole,
        "password.xls": ole,
        "text.xlsx": b"just words",
        "not-a-sheet.xlsx": repacked(good, {sheet: b"<html/>"}),
        "broken-xml.xlsx": repacked(good, {sheet: b"<worksheet><sheetData>"}),
        "no-sheet.xlsx": b"PK\x05\x06" + b"\0" * 18,
        "entities.xlsx": repacked(
            good, {sheet: entity + b"<worksheet " + namespace + b"><sheetData>&c;</sheetData></worksheet>"}
        ),
        "bomb.xlsx": repacked(
            good,
            {
                sheet: b"<worksheet "
                + namespace
                + b"><sheetData>"
                + row * 6_700_000
                + b"</sheetData></worksheet>"
            },
        ),
        "pdf.csv": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 20,
        "zeros.csv": b"\0" * 5000,
        "mixed.csv": "姓名,卡号,电话\n王芳,K1,13800000001\n".encode("gb18030")
        + "李雪,K2,\n".encode()
        + b"\xff\xfe\x81",
        "no-columns.csv": "甲,乙,丙\n1,2,3\n".encode(),
        "two-names.csv": "姓名,顾客姓名,卡号\n王芳,李雪,K1\n".encode(),
        "picture.png": b"\x89PNG\r\n\x1a\n",
        "long-line.csv": b"a" * 12_000_000,
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for name, content in bad_files().items():
        (folder / name).write_bytes(content)
    with open(folder / "huge.xlsx", "wb") as huge:
        huge.write(b"PK\x03\x04")
        huge.truncate(1 << 30)
    with open(folder / "huge.csv", "wb") as huge:
        huge.truncate(1 << 30)
    (folder / "folder.xlsx").mkdir()
    return folder


def test_no_bad_file_gets_in_and_each_is_named_in_a_sentence(shop: Till, files: Path) -> None:
    before = books(shop)
    with shop.batch(MANAGER) as zh, shop.batch(MANAGER, lang="en") as en:
        for kind in ("customers", "purchases"):
            for file in [*sorted(files.iterdir()), files / "missing.xlsx"]:
                if kind == "purchases" and file.name not in ("truncated.xlsx", "empty.csv", "no-columns.csv"):
                    continue
                answer = zh.ask("import", kind, file)
                if file.name == "only-header.xlsx" and "error" not in answer:
                    assert answer["read"] == 0
                    continue
                assert answer["exit"] == 1, (file.name, answer)
                assert HAN.search(answer["error"]) and len(answer["error"]) < 400, (file.name, answer)
                assert "意外" not in answer["error"], (file.name, answer)
                if file.name in ("bomb.xlsx", "long-line.csv"):
                    continue
                said = en.ask("import", kind, file)["error"]
                quoted = (
                    HAN.sub("", said.replace(file.name, ""))
                    if "columns" in file.name or "names" in file.name
                    else said
                )
                assert not HAN.search(quoted), (file.name, said)
    assert books(shop) == before
    assert not list(shop.home.glob("*.log")), "none of these is a mistake of the program"


def test_bad_rows_are_refused_one_by_one_and_the_good_ones_stay(trial: Till, tmp_path: Path) -> None:
    long = "长" * 500
    table = [
        ["姓名", "卡号", "电话", "生日", "身高"],
        ["王芳", "K1", 13800000001.0, "1990-02-30", ""],
        ["李雪", "K2", 1.38e10, "2月30日", ""],
        ["张敏", "K3", "1.3812345678E10", "农历正月三十一", ""],
        ["刘静", "K4", "13800000004", "0000-00-00", ""],
        ["陈丽", "K5", "138000000051", "", ""],
        ["杨艳", "K6", "13800000006", "2030-01-01", ""],
        ["黄玉", "K7", "13800000007", "1990-05-03", 900],
        ["周梅", "K8", "13800000008.0", "1990.5.3", "165.0"],
        ["周桂", "K8", "13800000018", "", ""],
        ["O'Brien \"莉\" '); DROP TABLE customer;--", "K10", "13800000010", "", ""],
        ["王😀𠮷\u202e\u200b芳", "K11", "13800000011", "", ""],
        [long, "K12", "13800000012", "", ""],
        ["=1+1", "K13", "13800000013", "", ""],
        ["　", "K14", "13800000014", "", ""],
        ["孙\x0b红", "K15", "13800000015", "", ""],
    ]
    table[-1][0] = "孙红"
    file = old_books.xlsx(tmp_path / "rows.xlsx", table)
    said = trial.run(MANAGER, "import", "customers", file)
    made = said.data
    refused = {one["row"]: one for one in made["errors"]}
    assert made["read"] == len(table) - 1 == made["added"] + made["refused"], made
    for row in (2, 3, 4, 5, 6, 7, 8, 10, 15):
        assert row in refused, (row, table[row - 1], sorted(refused))
        assert refused[row]["reason"] and refused[row]["column"]
    got = dict(rows(trial.books, "SELECT card_no, name FROM customer"))
    assert got["K8"] == "周梅"
    assert got["K10"] == "O'Brien \"莉\" '); DROP TABLE customer;--"
    assert "😀𠮷" in got["K11"]
    if 13 not in refused:
        assert got["K12"] == long
    with trial.batch(MANAGER) as counter:
        for card, name in got.items():
            hits = counter.ask("find", name[:40])["results"]
            assert card in {one["card_no"] for one in hits}, (card, name)
            assert counter.ask("show", card)["name"] == name
        for hostile in (
            "%",
            "_",
            "'",
            '"',
            "\\",
            "'; DROP TABLE customer;--",
            "*",
            "😀",
            "\u202e",
            "x" * 3000,
        ):
            answer = counter.ask("find", hostile)
            assert all(hostile in one["name"] for one in answer["results"]) or hostile in ("\u202e", "*"), (
                answer
            )
        out = tmp_path / "out.xlsx"
        assert counter.ask("export", "customers", "--out", out)["rows"] == len(got)
        assert counter.ask("check")["ok"] is True
    with zipfile.ZipFile(out) as archive:
        assert b"<f>" not in b"".join(archive.read(n) for n in archive.namelist() if "sheet" in n)


def test_absurd_amounts_are_refused_and_negative_ones_are_returns(trial: Till, tmp_path: Path) -> None:
    trial.ok(MANAGER, "customer", "add", "王芳", "--card", "K1")
    absurd = [
        "NaN",
        "1e309",
        "9223372036854775808",
        "10000000.01",
        "一千",
        "12.345",
        "--5",
        "inf",
        "1,2,3.4.5",
        True,
    ]
    fine = {"19.99": 1999, "￥1,299.00": 129900, "１２８": 12800, 0.1: 10, "-159": -15900, "99元": 9900}
    table: list[list[Any]] = [["卡号", "日期", "货号", "金额"]]
    table += [["K1", "2026-10-01", f"B{n}", value] for n, value in enumerate(absurd)]
    table += [["K1", "2026-10-02", f"G{n}", value] for n, value in enumerate(fine)]
    made = trial.run(MANAGER, "import", "purchases", old_books.xlsx(tmp_path / "p.xlsx", table)).data
    assert {one["row"] for one in made["errors"]} == set(range(2, 2 + len(absurd))), made
    paid = dict(rows(trial.books, "SELECT item_no, paid FROM purchase"))
    assert paid == {f"G{n}": fen for n, fen in enumerate(fine.values())}
    with trial.batch(MANAGER) as counter:
        for price in ("NaN", "1e309", "-1e20", "99999999999", "inf", "0x10", "12.345", ""):
            answer = counter.ask("buy", "K1", "--item", "Q", "--price", price)
            assert answer["exit"] in (1, 2), (price, answer)
        for quantity in ("0", "-1", "1001", "99999999999999999999", "1.5"):
            answer = counter.ask("buy", "K1", "--item", "Q", "--price", "10", "--qty", quantity)
            assert answer["exit"] in (1, 2), (quantity, answer)
        for day in ("2026-11-23", "1800-01-01", "9999-12-31"):
            answer = counter.ask("buy", "K1", "--item", "Q", "--price", "10", "--day", day)
            assert answer["exit"] == 1, (day, answer)
        assert counter.ask("check")["ok"] is True
    assert rows(trial.books, "SELECT SUM(paid), MAX(customer_id) FROM purchase") == [
        (sum(fine.values()), rows(trial.books, "SELECT id FROM customer")[0][0])
    ]
    assert rows(trial.books, "SELECT paid_total FROM customer") == [(sum(fine.values()),)]


def test_names_typed_by_hand_are_kept_as_they_are_or_refused(trial: Till) -> None:
    odd = [
        "O'Neil",
        '王"芳',
        "😀",
        "𠮷野家",
        "=SUM(A1)",
        "@x",
        "-5",
        "王\u200f芳",
        "Ｗａｎｇ",
        "a" * 500,
        "%",
        "_",
    ]
    with trial.batch(MANAGER) as counter:
        for number, name in enumerate(odd):
            answer = counter.ask("customer", "add", "--card", f"N{number}", "--", name)
            if "error" in answer:
                assert answer["exit"] == 1 and "意外" not in answer["error"], (name, answer)
                continue
            shown = counter.ask("show", f"N{number}")["name"]
            assert shown == name or name in ("王\u200f芳", "Ｗａｎｇ"), (name, shown)
        assert counter.ask("customer", "add", "   ", "--card", "N99")["exit"] == 1
        assert counter.ask("customer", "add", "王芳", "--card", "N0")["exit"] == 1
        assert counter.ask("customer", "add", "王芳", "--phone", "12345")["exit"] == 1
        assert counter.ask("customer", "add", "王芳", "--phone", "1" * 400)["exit"] == 1
        assert counter.ask("check")["ok"] is True


def test_hostile_places_for_files_are_refused_in_words(reading: Till, tmp_path: Path) -> None:
    (tmp_path / "dir.pdf").mkdir()
    with reading.batch(MANAGER) as counter:
        span = ("cards", "--from", "2026-12-01", "--to", "2026-12-31", "--out")
        for place in (
            tmp_path / "dir.pdf",
            tmp_path / ("x" * 500 + ".pdf"),
            "/proc/a.pdf",
        ):
            answer = counter.ask(*span, place)
            assert answer.get("exit") == 1, (place, answer)
            assert "意外" not in answer["error"], answer
        secret = tmp_path / "target.pdf"
        secret.write_text("keep")
        (tmp_path / "link.pdf").symlink_to(secret)
        counter.ask(*span, tmp_path / "link.pdf")
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []
