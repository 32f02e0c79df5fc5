"""The approval sheet out and back: only executor, signatures and the day come in (fault 56)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from models import database
from services import gifts, gifts_sheet
from services.errors import NotAllowed, Refused
from tests.services.test_gifts import MAY, a_customer, all_lines, shelf  # noqa: F401 - a fixture

HEADS = ["客户编号", "客户名", "赠送事宜", "礼品类别", "执行人", "店长签名", "客户签名"]


@pytest.fixture
def approved(manager, owner, shelf) -> list[gifts.LineRow]:  # noqa: F811
    for number in range(3):
        a_customer(f"K{number}", "A")
    plan = gifts.propose(manager, MAY)
    gifts.submit(manager, plan.id)
    gifts.approve(owner, plan.id)
    return all_lines(manager)


def fill_in(path: Path, changes: dict[tuple[str, str], object]) -> None:
    """Writes into the cells named by card number and heading, as a person does in Excel."""
    book = load_workbook(path)
    ws = book.active
    (head,) = [row for row in ws.iter_rows() if row[0].value == "客户编号"]
    column = {cell.value: cell.column for cell in head}
    rows = {row[0].value: row[0].row for row in ws.iter_rows(min_row=head[0].row + 1)}
    for (card_no, heading), value in changes.items():
        ws.cell(rows[card_no], column[heading]).value = value
    book.save(path)


def executed(card_no: str) -> dict[tuple[str, str], object]:
    return {
        (card_no, "执行人"): "小王",
        (card_no, "店长签名"): "李店长",
        (card_no, "客户签名"): "客户 2026-11-22",
    }


def test_the_sheet_has_exactly_the_rule_book_s_columns(manager, approved, tmp_path: Path) -> None:
    out = tmp_path / "五月.xlsx"
    assert gifts_sheet.write_sheet(manager, MAY, out) == 3
    ws = load_workbook(out).active
    (head,) = [row for row in ws.iter_rows() if row[0].value == "客户编号"]
    assert [cell.value for cell in head][: len(HEADS)] == HEADS
    assert gifts_sheet.write_sheet(manager, MAY, tmp_path / "五月.pdf", gifts_sheet.OFFERED_EXTRAS) == 3
    assert (tmp_path / "五月.pdf").read_bytes().startswith(b"%PDF")


def test_an_executed_sheet_is_read_back_and_can_then_be_issued(
    manager, clerk, approved, tmp_path: Path
) -> None:
    out = tmp_path / "五月.xlsx"
    gifts_sheet.write_sheet(manager, MAY, out)
    fill_in(out, {**executed("K0"), **executed("K1")})
    found = gifts_sheet.read_back(manager, out)
    assert (found.lines, found.matched, found.blank, found.unmatched) == (3, 2, 1, ())
    line = all_lines(manager)[0]
    assert (line.executor, line.manager_signed, line.customer_signed) == ("小王", "李店长", "客户")
    assert line.executed_on == date(2026, 11, 22)
    assert line.status == "approved"
    issued = gifts.issue_many(clerk, found.to_issue, signed="sheet")
    assert [one.status for one in issued] == ["issued", "issued"]
    assert gifts_sheet.read_back(manager, out).matched == 2


def test_gift_cost_and_customer_never_come_from_the_sheet(manager, approved, tmp_path: Path) -> None:
    out = tmp_path / "五月.xlsx"
    gifts_sheet.write_sheet(manager, MAY, out, gifts_sheet.OFFERED_EXTRAS)
    fill_in(
        out,
        {
            **executed("K0"),
            **executed("K1"),
            **executed("K2"),
            ("K0", "礼品"): "真皮皮带",
            ("K1", "成本（元）"): 138,
            ("K2", "礼品类别"): "皮具",
        },
    )
    before = all_lines(manager)
    found = gifts_sheet.read_back(manager, out)
    assert (found.matched, len(found.unmatched)) == (0, 3)
    assert all_lines(manager) == before


def test_an_older_sheet_never_writes_over_what_is_kept(manager, approved, tmp_path: Path) -> None:
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    gifts_sheet.write_sheet(manager, MAY, first)
    gifts_sheet.write_sheet(manager, MAY, second)
    fill_in(second, executed("K0"))
    fill_in(first, {**executed("K0"), ("K0", "执行人"): "别人"})
    assert gifts_sheet.read_back(manager, second).matched == 1
    found = gifts_sheet.read_back(manager, first)
    assert found.matched == 0
    assert "已登记为“小王”" in found.unmatched[0].reason
    assert all_lines(manager)[0].executor == "小王"


def test_a_line_that_is_not_approved_any_more_is_listed(manager, approved, tmp_path: Path) -> None:
    out = tmp_path / "五月.xlsx"
    gifts_sheet.write_sheet(manager, MAY, out)
    gifts.cancel(manager, approved[0].id, "不要")
    fill_in(out, executed("K0"))
    (one,) = gifts_sheet.read_back(manager, out).unmatched
    assert "已取消" in one.reason


def test_a_day_in_the_future_is_not_taken(manager, approved, tmp_path: Path) -> None:
    out = tmp_path / "五月.xlsx"
    gifts_sheet.write_sheet(manager, MAY, out)
    fill_in(out, {**executed("K0"), ("K0", "客户签名"): "客户 2026-11-23"})
    (one,) = gifts_sheet.read_back(manager, out).unmatched
    assert "还没有到" in one.reason


def test_a_sheet_of_another_shop_is_refused_whole(manager, approved, tmp_path: Path) -> None:
    out = tmp_path / "五月.xlsx"
    gifts_sheet.write_sheet(manager, MAY, out)
    database.execute("UPDATE shop_info SET secret = 'another'")
    with pytest.raises(Refused, match="不是本店"):
        gifts_sheet.read_back(manager, out)


def test_what_cannot_be_written_or_read_is_said(manager, clerk, approved, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="xlsx"):
        gifts_sheet.write_sheet(manager, MAY, tmp_path / "a.docx")
    with pytest.raises(Refused, match="还没有礼品计划"):
        gifts_sheet.write_sheet(manager, "2027-06", tmp_path / "a.xlsx")
    with pytest.raises(NotAllowed):
        gifts_sheet.read_back(clerk, tmp_path / "a.xlsx")
