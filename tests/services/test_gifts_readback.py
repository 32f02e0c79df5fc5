"""An executed sheet explained row by row, then booked in one act; nothing that is not on the plan ever is (fault 56)."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from models import database
from services import gifts, gifts_readback, gifts_sheet, stock
from services.errors import NotAllowed, Refused
from services.gifts_readback import Verdict
from tests.services.test_gifts import MAY, a_customer, all_lines, shelf  # noqa: F401 - a fixture
from tests.services.test_gifts_sheet import executed, fill_in

CARDS = ("K0", "K1", "K2", "K3")
EXTRAS = ("gift", "cost", "due", "executed_on")


@pytest.fixture
def sheet(manager, owner, shelf, tmp_path: Path) -> Path:  # noqa: F811
    """The sheet of four approved lines, nobody has filled it in."""
    for card in CARDS:
        a_customer(card, "A")
    plan = gifts.propose(manager, MAY)
    gifts.submit(manager, plan.id)
    gifts.approve(owner, plan.id)
    out = tmp_path / "五月.xlsx"
    gifts_sheet.write_sheet(manager, MAY, out, EXTRAS)
    return out


def verdicts(reading: gifts_readback.Reading) -> dict[str, str]:
    return {one.card_no: one.verdict.value for one in reading.rows}


def reason(reading: gifts_readback.Reading, card_no: str) -> str:
    return next(one.reason for one in reading.rows if one.card_no == card_no)


def edit(path: Path, change: Callable[[Any], None]) -> None:
    book = load_workbook(path)
    change(book.active)
    book.save(path)


def test_the_preview_explains_every_row_and_writes_nothing(manager, sheet) -> None:
    fill_in(sheet, {**executed("K0"), **executed("K1"), ("K1", "执行人"): "张三", ("K2", "执行人"): "小王"})
    before = all_lines(manager)
    found = gifts_readback.preview(manager, sheet)
    assert verdicts(found) == {"K0": "accepted", "K1": "question", "K2": "refused", "K3": "blank"}
    assert reason(found, "K0") == "登记签名并发放" and "没有叫“张三”的员工" in reason(found, "K1")
    assert "只填了一半" in reason(found, "K2")
    assert (found.month, found.missing) == (MAY, 0)
    assert all_lines(manager) == before


def test_booking_registers_and_issues_in_one_act_and_again_changes_nothing(manager, sheet) -> None:
    fill_in(sheet, {**executed("K0"), **executed("K1")})
    done = gifts_readback.book(manager, gifts_readback.preview(manager, sheet))
    assert len(done.registered) == len(done.issued) == 2
    lines = {one.card_no: one for one in all_lines(manager)}
    assert (lines["K0"].status, lines["K0"].signed, lines["K0"].executed_on) == (
        "issued",
        "sheet",
        date(2026, 11, 22),
    )
    left = stock.stock_of(lines["K0"].gift_id)
    again = gifts_readback.preview(manager, sheet)
    assert verdicts(again) == {"K0": "known", "K1": "known", "K2": "blank", "K3": "blank"}
    done = gifts_readback.book(manager, again)
    assert (done.registered, done.issued) == ((), ())
    assert all_lines(manager) == list(lines.values()) and stock.stock_of(lines["K0"].gift_id) == left


def test_a_preview_booked_twice_books_once(manager, sheet) -> None:
    fill_in(sheet, executed("K0"))
    reading = gifts_readback.preview(manager, sheet)
    gifts_readback.book(manager, reading)
    done = gifts_readback.book(manager, reading)
    assert (done.registered, done.issued) == ((), ())


def test_a_question_is_booked_only_after_a_yes(manager, sheet) -> None:
    fill_in(sheet, {**executed("K0"), ("K0", "执行日期"): date(2026, 11, 1)})
    reading = gifts_readback.preview(manager, sheet)
    (asked,) = reading.of(Verdict.QUESTION)
    assert "早于报批的日期" in asked.reason
    assert gifts_readback.book(manager, reading).registered == ()
    assert gifts_readback.book(manager, reading, {asked.row}).registered == (asked.line_id,)


def test_who_approved_a_line_is_asked_about_as_its_executor(manager, sheet) -> None:
    fill_in(sheet, {**executed("K0"), ("K0", "执行人"): "店主"})
    assert "应由另一位店员发放" in reason(gifts_readback.preview(manager, sheet), "K0")


def test_who_approved_only_registers_and_leaves_the_issue_to_others(owner, sheet) -> None:
    fill_in(sheet, executed("K0"))
    reading = gifts_readback.preview(owner, sheet)
    (one,) = reading.of(Verdict.ACCEPTED)
    assert not one.issues and "由另一位店员登记" in one.reason
    done = gifts_readback.book(owner, reading)
    assert (len(done.registered), done.issued) == (1, ()) and len(done.left) == 1


def allowing(shop: Any, below: int) -> Any:
    """The same shop, where who submitted may hand out what costs less than `below` fen."""
    rules = replace(shop.policy.gifts, issuer_may_be_submitter_below_fen=below)
    return replace(shop, policy=replace(shop.policy, gifts=rules))


def test_a_dear_gift_on_the_submitter_s_sheet_is_closed_by_a_third_person(
    manager, owner, clerk, sheet
) -> None:
    """09 §3.9: below the policy's value (50 yuan) who submitted may close it, from there on somebody else."""
    first, second = (next(one for one in all_lines(manager) if one.card_no == card) for card in ("K0", "K1"))
    fill_in(sheet, executed("K0"))
    below = allowing(manager, first.cost + 1)
    assert gifts_readback.book(below, gifts_readback.preview(below, sheet)).issued == (first.id,)
    fill_in(sheet, executed("K1"))
    strict = allowing(manager, second.cost)
    done = gifts_readback.book(strict, gifts_readback.preview(strict, sheet))
    assert done.issued == () and done.left == (second.id,)
    assert done.registered == (second.id,), "the signature is kept either way"
    for person in (strict, owner):
        with pytest.raises(NotAllowed):
            gifts.issue(person, second.id)
    assert gifts.issue(clerk, second.id).customer_signed == "客户"
    assert gifts_readback.book(strict, gifts_readback.preview(strict, sheet)).left == ()


def test_more_signatures_than_stock_register_without_issuing(manager, sheet) -> None:
    lines = all_lines(manager)
    gift = lines[0].gift_id
    assert gift is not None
    stock.write_off(manager, gift, 1, "碎了")
    with database.database.atomic():
        from models.kinds import StockKind

        stock.move(manager, gift, StockKind.BROKEN, 1 - stock.stock_of(gift))
    fill_in(sheet, {**executed("K0"), **executed("K1")})
    reading = gifts_readback.preview(manager, sheet)
    assert [one.issues for one in reading.of(Verdict.ACCEPTED)] == [True, False]
    done = gifts_readback.book(manager, reading)
    assert (len(done.registered), len(done.issued)) == (2, 1) and stock.stock_of(gift) == 0


def test_what_changed_since_the_preview_stops_the_whole_booking(manager, sheet) -> None:
    fill_in(sheet, {**executed("K0"), **executed("K1")})
    reading = gifts_readback.preview(manager, sheet)
    lines = all_lines(manager)
    gifts.cancel(manager, lines[1].id, "不送了")
    with pytest.raises(Refused, match="什么都没有登记"):
        gifts_readback.book(manager, reading)
    assert all_lines(manager)[0].executor == ""


def test_moved_columns_and_inserted_rows_are_still_read(manager, sheet) -> None:
    fill_in(sheet, executed("K1"))

    def change(ws: Any) -> None:
        ws.protection.sheet = False
        for merged in list(ws.merged_cells.ranges):
            ws.unmerge_cells(str(merged))
        ws.insert_rows(1)
        ws.insert_rows(6)
        ws.insert_cols(3)
        head = next(row for row in ws.iter_rows() if row[0].value == "客户编号")
        at = {cell.value: cell.column for cell in head}
        first, second = at["执行人"], at["客户签名"]
        for row in range(head[0].row, ws.max_row + 1):
            one, two = ws.cell(row, first), ws.cell(row, second)
            one.value, two.value = two.value, one.value

    edit(sheet, change)
    found = gifts_readback.preview(manager, sheet)
    assert verdicts(found) == {"K0": "blank", "K1": "accepted", "K2": "blank", "K3": "blank"}
    (one,) = found.of(Verdict.ACCEPTED)
    assert (one.executor, one.customer_signed) == ("小王", "客户")


def test_a_row_of_another_plan_is_named_as_such(manager, owner, sheet, tmp_path: Path) -> None:
    stock.receive(manager, stock.add_gift(manager, "手帕", "小件", 1_500), 10)
    october = gifts.propose(manager, "2027-10")
    gifts.submit(manager, october.id)
    gifts.approve(owner, october.id)
    other = tmp_path / "十月.xlsx"
    gifts_sheet.write_sheet(manager, "2027-10", other, EXTRAS)
    fill_in(other, executed("K0"))
    source = load_workbook(other).active
    row = next(row for row in source.iter_rows(values_only=True) if row[0] == "K0")

    def paste(ws: Any) -> None:
        at = next(one[0].row for one in ws.iter_rows() if one[0].value == "K3")
        for column, value in enumerate(row, 1):
            ws.cell(at, column).value = value

    edit(sheet, paste)
    found = gifts_readback.preview(manager, sheet)
    assert "另一份计划" in reason(found, "K0") or any("另一份计划" in one.reason for one in found.rows)
    assert found.missing == 1 and not found.of(Verdict.ACCEPTED)


def test_a_doubled_line_is_refused_on_both_rows_even_three_times(manager, sheet) -> None:
    fill_in(sheet, executed("K0"))

    def double(ws: Any) -> None:
        rows = {row[0].value: row[0].row for row in ws.iter_rows() if row[0].value in CARDS}
        for card in ("K1", "K2"):
            for column in range(1, ws.max_column + 1):
                ws.cell(rows[card], column).value = ws.cell(rows["K0"], column).value

    edit(sheet, double)
    found = gifts_readback.preview(manager, sheet)
    assert [one.verdict.value for one in found.rows] == ["refused"] * 3 + ["blank"]
    assert len({one.row for one in found.rows}) == 4 and "出现了两次" in found.rows[0].reason


def test_the_refused_rows_go_to_a_workbook(manager, sheet, tmp_path: Path) -> None:
    fill_in(sheet, {("K0", "执行人"): "小王", **executed("K1"), ("K1", "执行人"): "=1+1"})
    reading = gifts_readback.preview(manager, sheet)
    out = tmp_path / "不符.xlsx"
    assert gifts_readback.write_refused(manager, reading, out) == len(
        reading.of(Verdict.REFUSED, Verdict.QUESTION)
    )
    rows = list(load_workbook(out).active.iter_rows(values_only=True))
    assert rows[0][:3] == ("行", "原因", "客户编号") and rows[1][2] == "K0" and "只填了一半" in rows[1][1]
    with pytest.raises(Refused):
        gifts_readback.write_refused(manager, gifts_readback.Reading("", 1, MAY, 1, (), 0), out)


def test_the_sheet_of_books_that_are_gone_is_refused_in_words(manager, sheet) -> None:
    database.execute("DROP TRIGGER IF EXISTS plan_line_kept")
    database.execute("DELETE FROM plan_line")
    database.execute("DELETE FROM gift_plan")
    with pytest.raises(Refused, match="不在这本账里"):
        gifts_readback.preview(manager, sheet)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice Calc")
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_what_libreoffice_saves_reads_the_same(manager, sheet, tmp_path: Path, kind: str) -> None:
    fill_in(sheet, {**executed("K0"), ("K0", "执行日期"): date(2026, 11, 22)})
    out = tmp_path / "saved"
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        kind,
    ]
    done = subprocess.run([*command, "--outdir", str(out), str(sheet)], capture_output=True, timeout=120)
    saved = out / f"五月.{kind}"
    if not saved.exists():
        pytest.skip(f"LibreOffice Calc is not usable here: {done.stderr.decode(errors='replace')[:200]}")
    found = gifts_readback.preview(manager, saved)
    assert verdicts(found) == {"K0": "accepted", "K1": "blank", "K2": "blank", "K3": "blank"}
    assert found.of(Verdict.ACCEPTED)[0].executed_on == date(2026, 11, 22)


CELLS = st.tuples(
    st.integers(3, 8),
    st.integers(1, 12),
    st.sampled_from(["", "小王", "K1", "999", "2026-11-22", "真皮皮带", 1, "=1+1"]),
)
SWAPS = st.tuples(st.integers(4, 7), st.integers(4, 7), st.integers(1, 12))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(CELLS, max_size=6), swaps=st.lists(SWAPS, max_size=3))
def test_no_mutation_of_a_filled_sheet_books_what_is_not_on_the_plan(
    manager, sheet, tmp_path: Path, cells: list[Any], swaps: list[Any]
) -> None:
    fill_in(sheet, {})
    mutated = tmp_path / "mutated.xlsx"
    shutil.copyfile(sheet, mutated)
    fill_in(mutated, {**executed("K0"), **executed("K1"), **executed("K2")})

    def mutate(ws: Any) -> None:
        for row, column, value in cells:
            if type(ws.cell(row, column)).__name__ != "MergedCell":
                ws.cell(row, column).value = value
        for one, two, column in swaps:
            a, b = ws.cell(one, column), ws.cell(two, column)
            a.value, b.value = b.value, a.value

    edit(mutated, mutate)
    frozen = "SELECT id, customer_id, occasion, due, gift_id, cost, part, live, decided_by_id FROM plan_line ORDER BY id"
    before, pieces = database.rows(frozen), database.value_of("SELECT SUM(quantity) FROM stock_move")
    issued = database.value_of("SELECT COUNT(*) FROM plan_line WHERE status = 'issued'")
    try:
        reading = gifts_readback.preview(manager, mutated)
    except Refused:
        return
    done = gifts_readback.book(manager, reading, {one.row for one in reading.of(Verdict.QUESTION)})
    assert database.rows(frozen) == before
    now = database.value_of("SELECT COUNT(*) FROM plan_line WHERE status = 'issued'")
    assert now - issued == len(done.issued)
    assert database.value_of("SELECT SUM(quantity) FROM stock_move") == pieces - len(done.issued)
    again = gifts_readback.book(manager, gifts_readback.preview(manager, mutated))
    assert (again.registered, again.issued) == ((), ())
