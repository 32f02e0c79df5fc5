"""An executed sheet comes back: what is taken, and what is refused with its reason."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.errors import Refused
from services.sheets import approval_xlsx, marks, readback
from tests.sheets.conftest import a_sheet


@pytest.fixture
def executed(tmp_path: Path, key: bytes) -> Callable[..., readback.ReadBack]:
    """Prints a sheet, lets `fill` write into it as Excel would, reads it back."""

    def run(fill: Callable[[Any], None], **sheet: Any) -> readback.ReadBack:
        from openpyxl import load_workbook

        path = tmp_path / "executed.xlsx"
        approval_xlsx.write(a_sheet(**sheet), path, key)
        book = load_workbook(path)
        fill(book.active)
        book.save(path)
        return readback.read(path, key)

    return run


def sign(ws: Any, row: int, executor: str = "小王", manager: str = "店长", customer: str = "王小丽") -> None:
    ws[f"E{row}"], ws[f"F{row}"], ws[f"G{row}"] = executor, manager, customer


def test_an_untouched_sheet_is_all_blank(executed: Callable[..., readback.ReadBack]) -> None:
    found = executed(lambda ws: None)
    assert (found.plan_id, found.edition) == (7, 1)
    assert found.blank == (101, 102, 103, 104, 105)
    assert not found.lines and not found.problems


def test_a_signed_line_gives_executor_signatures_and_date(executed: Callable[..., readback.ReadBack]) -> None:
    found = executed(lambda ws: sign(ws, 5, customer="欧阳建国 2026-12-03"))
    (line,) = found.lines
    assert (line.row, line.line_id, line.intact) == (5, 102, True)
    assert (line.executor, line.manager_signed, line.customer_signed) == ("小王", "店长", "欧阳建国")
    assert line.executed_on == date(2026, 12, 3)
    assert line.seen["name"] == "欧阳建国" and found.blank == (101, 103, 104, 105)


@pytest.mark.parametrize(
    "value", [date(2026, 12, 3), datetime(2026, 12, 3), "2026.12.3", "2026年12月3日", "２０２６/12/03"]
)
def test_the_day_may_be_written_in_its_column(
    value: object, executed: Callable[..., readback.ReadBack]
) -> None:
    def fill(ws: Any) -> None:
        sign(ws, 4)
        ws["H4"] = value

    assert executed(fill, extras=("executed_on",)).lines[0].executed_on == date(2026, 12, 3)


@pytest.mark.parametrize("value", ["12月3日", "昨天", "2026-13-40"])
def test_a_day_that_cannot_be_read_is_not_guessed(
    value: str, executed: Callable[..., readback.ReadBack]
) -> None:
    def fill(ws: Any) -> None:
        sign(ws, 4)
        ws["H4"] = value

    found = executed(fill, extras=("executed_on",))
    assert not found.lines and value in found.problems[0].reason


@pytest.mark.parametrize("cell", ["A4", "B4", "C4", "D4"])
def test_a_changed_plan_cell_is_listed_and_not_taken(
    cell: str, executed: Callable[..., readback.ReadBack]
) -> None:
    def fill(ws: Any) -> None:
        sign(ws, 4)
        ws[cell] = "改过的"

    found = executed(fill)
    assert not found.lines
    assert found.problems[0].row == 4 and "与打印时不同" in found.problems[0].reason


def test_ids_swapped_between_rows_are_found(executed: Callable[..., readback.ReadBack]) -> None:
    def fill(ws: Any) -> None:
        sign(ws, 4)
        sign(ws, 5)
        ws["H4"], ws["H5"] = ws["H5"].value, ws["H4"].value

    found = executed(fill)
    assert not found.lines and [problem.row for problem in found.problems] == [4, 5]


def test_a_forged_id_is_found(executed: Callable[..., readback.ReadBack]) -> None:
    def fill(ws: Any) -> None:
        sign(ws, 4)
        ws["H4"] = ws["H4"].value.replace("101", "999", 1)

    found = executed(fill)
    assert not found.lines and "校验码" in found.problems[0].reason


def test_a_doubled_line_is_taken_neither_time(executed: Callable[..., readback.ReadBack]) -> None:
    def fill(ws: Any) -> None:
        sign(ws, 4)
        for column in "ABCDEFGH":
            ws[f"{column}5"] = ws[f"{column}4"].value

    found = executed(fill)
    assert not found.lines and sorted(problem.row for problem in found.problems) == [4, 5]
    assert found.rows == 5


@pytest.mark.parametrize(
    ("executor", "customer", "lacking"), [("小王", "", "客户签名"), ("", "王小丽", "执行人")]
)
def test_a_half_filled_line_says_what_is_missing(
    executor: str, customer: str, lacking: str, executed: Callable[..., readback.ReadBack]
) -> None:
    found = executed(lambda ws: sign(ws, 6, executor, "店长", customer))
    assert not found.lines and lacking in found.problems[0].reason


def test_a_row_added_by_hand_is_listed(executed: Callable[..., readback.ReadBack]) -> None:
    def fill(ws: Any) -> None:
        ws.unmerge_cells("A9:G9")
        ws.move_range("A9:H12", rows=1)
        ws["A9"], ws["B9"], ws["E9"], ws["G9"] = "K999", "新人", "小王", "新人"

    found = executed(fill)
    assert [(p.row, p.card_no) for p in found.problems] == [(9, "K999")] and "手工添加" in found.problems[
        0
    ].reason


def test_rows_may_be_sorted_by_hand(executed: Callable[..., readback.ReadBack]) -> None:
    def fill(ws: Any) -> None:
        for column in "ABCDEFGH":
            ws[f"{column}4"], ws[f"{column}8"] = ws[f"{column}8"].value, ws[f"{column}4"].value
        sign(ws, 4)

    found = executed(fill)
    assert [line.line_id for line in found.lines] == [105] and not found.problems


def test_the_sheet_of_another_shop_is_refused_whole(tmp_path: Path, key: bytes) -> None:
    approval_xlsx.write(a_sheet(), tmp_path / "s.xlsx", b"another shop")
    with pytest.raises(Refused, match="校验码"):
        readback.read(tmp_path / "s.xlsx", key)


def test_any_other_workbook_is_refused(tmp_path: Path, key: bytes) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["客户编号", "客户名"])
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(Refused, match="隐藏的编号列"):
        readback.read(tmp_path / "other.xlsx", key)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"<html></html>"])
def test_a_damaged_file_is_refused_in_words(content: bytes, tmp_path: Path, key: bytes) -> None:
    (tmp_path / "bad.xlsx").write_bytes(content)
    with pytest.raises(Refused):
        readback.read(tmp_path / "bad.xlsx", key)


def test_a_missing_file_is_refused_in_words(tmp_path: Path, key: bytes) -> None:
    with pytest.raises(Refused, match="找不到"):
        readback.read(tmp_path / "none.xlsx", key)


def test_english_headings_are_read_too(
    executed: Callable[..., readback.ReadBack], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readback, "known_heads", lambda: {**_HEADS, "Customer": "name"})
    found = executed(lambda ws: (sign(ws, 4), ws.__setitem__("B3", "Customer")))
    assert len(found.lines) == 1


_HEADS = {"客户编号": "card_no", "客户名": "name", "赠送事宜": "occasion", "礼品类别": "gift_class", "执行人": "executor",
          "店长签名": "manager_signed", "客户签名": "customer_signed"}  # fmt: skip


def test_a_deleted_column_is_named(executed: Callable[..., readback.ReadBack]) -> None:
    with pytest.raises(Refused, match="执行人"):
        executed(lambda ws: ws.__setitem__("E3", "备注"))


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="needs LibreOffice Calc (Debian: libreoffice-calc)"
)
def test_a_sheet_saved_by_libreoffice_reads_the_same(tmp_path: Path, key: bytes) -> None:
    from openpyxl import load_workbook

    path = tmp_path / "sheet.xlsx"
    approval_xlsx.write(a_sheet(extras=("executed_on",)), path, key)
    book = load_workbook(path)
    sign(book.active, 4, customer="王小丽")
    book.active["H4"] = date(2026, 12, 3)
    book.save(path)
    out = tmp_path / "saved"
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        "xlsx",
    ]
    done = subprocess.run([*command, "--outdir", str(out), str(path)], capture_output=True, timeout=120)
    if not (out / "sheet.xlsx").exists():
        pytest.skip(f"LibreOffice Calc is not usable here: {done.stderr.decode(errors='replace')[:200]}")
    found = readback.read(out / "sheet.xlsx", key)
    assert not found.problems and [line.line_id for line in found.lines] == [101]
    assert found.lines[0].executed_on == date(2026, 12, 3)


def test_a_mark_proves_its_line_and_its_cells(key: bytes) -> None:
    mark = marks.line(key, 7, 101, 2, ["K001", "王小丽", "生日", "皮具"])
    found = marks.read_line(key, mark, [" K001", "王小丽", "生日", "皮具"])
    assert found == marks.Mark(7, 101, 2, True, True)
    assert not marks.read_line(b"other", mark, ["K001", "王小丽", "生日", "皮具"]).genuine  # type: ignore[union-attr]
    assert marks.read_line(key, "hello", []) is None
