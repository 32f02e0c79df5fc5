"""The approval sheet of a month's plan: written as workbook or PDF, and the executed one read back (spec 03, step 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from models import database
from models.kinds import LineStatus
from services import gifts, journal
from services.errors import Refused
from services.formats import yuan
from services.gifts.rows import LineRow
from services.gifts.wording import handover_words, occasion_words, signed_words
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules.gifts import status_words
from services.shop import Shop
from services.words import _

if TYPE_CHECKING:
    from services.sheets.approval import ApprovalSheet, SheetLine
    from services.sheets.readback import ReadLine

KINDS = (".xlsx", ".pdf")
OFFERED_EXTRAS = ("gift", "cost", "due", "handover")
"""Switched on with one tick in the window; without them the sheet has exactly the rule book's columns."""
_EXECUTABLE = (LineStatus.APPROVED, LineStatus.ISSUED, LineStatus.CHECKED)


@dataclass(frozen=True)
class Unmatched:
    """A row of the executed sheet that was not taken, and why. `row` as Excel counts."""

    row: int
    card_no: str
    name: str
    reason: str


@dataclass(frozen=True)
class ReadBack:
    """What came of reading an executed sheet."""

    lines: int
    matched: int
    blank: int
    """Rows nobody has filled in yet."""
    unmatched: tuple[Unmatched, ...]
    to_issue: tuple[int, ...]
    """Approved lines whose sheet names executor and signature: they can now be issued with `signed="sheet"`."""


def sheet_of(shop: Shop, month: str, extras: Sequence[str] = (), *, for_paper: bool = True) -> ApprovalSheet:
    """The sheet of a month's plan as data: its live lines that have a gift. Refused when there are none.

    On paper a line issued in the program names who did it; a workbook that may be read back leaves that open.
    """
    from services.sheets import plan_code
    from services.sheets.approval import ApprovalSheet

    require(shop, Right.PRINT)
    plan_id = gifts.plan_id_of(shop, month)
    if plan_id is None:
        raise Refused("{month} 还没有礼品计划。请先提议。", month=month, field="month")
    rows = [
        row
        for row in gifts.lines(shop, plan_id)
        if row.gift_id is not None and row.status != LineStatus.CANCELLED
    ]
    seq, head = journal.head()
    return ApprovalSheet(
        plan_id=plan_id,
        plan_number=plan_code.plan_number(month),
        month=_("{year}年{month}月").format(year=int(month[:4]), month=int(month[5:])),
        shop_name=shop.info.name,
        lines=tuple(_sheet_line(row, for_paper) for row in rows),
        printed_on=shop.today(),
        edition=_editions(plan_id) + 1,
        extras=tuple(extras),
        chain_head=f"{head[:16]}@{seq}",
    )


def _sheet_line(row: LineRow, for_paper: bool) -> SheetLine:
    from services.sheets.approval import SheetLine

    return SheetLine(
        line_id=row.id,
        card_no=row.card_no,
        name=row.name,
        occasion=occasion_words(row.occasion),
        gift_class=row.gift_class,
        executor=row.executor or (row.issued_by if for_paper else ""),
        manager_signed=row.manager_signed,
        customer_signed=row.customer_signed or (signed_words(row.signed) if for_paper else ""),
        gift=row.gift,
        cost=row.cost,
        due=row.due,
        handover=handover_words(row.handover),
        status=status_words(row.status),
        executed_on=row.executed_on or (row.issued_on if for_paper else None),
    )


def _editions(plan_id: int) -> int:
    sql = "SELECT COUNT(*) FROM journal_entry WHERE act = ? AND entity_id = ?"
    return int(database.value_of(sql, ("gift.sheet_written", plan_id)))


def write_sheet(shop: Shop, month: str, out: Path | str, extras: Sequence[str] = ()) -> int:
    """Writes the month's sheet to `out` (.xlsx or .pdf). Returns its lines.

    Raises Refused without a plan or for another kind of file, Unavailable when the file can't be written.
    """
    out = Path(out)
    if out.suffix.lower() not in KINDS:
        raise Refused("一览表只能存为 .xlsx 或 .pdf，“{file}”不行。", file=out.name, field="out")
    sheet = sheet_of(shop, month, extras, for_paper=out.suffix.lower() == ".pdf")
    if out.suffix.lower() == ".pdf":
        from services.sheets import approval_pdf

        approval_pdf.write(sheet, out)
    else:
        from services.sheets import approval_xlsx

        approval_xlsx.write(sheet, out, _key())
    with database.database.atomic():
        body = {
            "file": out.name,
            "lines": len(sheet.lines),
            "edition": sheet.edition,
            "head": sheet.chain_head,
        }
        journal.note(shop, "gift.sheet_written", "gift_plan", sheet.plan_id, body=body)
    return len(sheet.lines)


def _key() -> bytes:
    return str(database.value_of("SELECT secret FROM shop_info WHERE id = 1")).encode()


def read_back(shop: Shop, path: Path | str, progress: Progress = silent) -> ReadBack:
    """Reads an executed sheet: only executor, signatures and the day are taken, and only where nothing contradicts.

    Reading the same file again changes nothing. Raises Refused for a file that is no sheet of this shop.
    """
    from services.sheets import readback

    require(shop, Right.PLAN_GIFTS)
    found = readback.read(path, _key(), progress)
    unmatched = [Unmatched(one.row, one.card_no, one.name, one.reason) for one in found.problems]
    matched, to_issue = 0, []
    with database.database.atomic():
        ids = [one.line_id for one in found.lines]
        rows = {row.id: row for row in gifts.lines_by_id(shop, ids) if row is not None}
        for one in found.lines:
            row = rows.get(one.line_id)
            why = _why_not(shop, one, row, found.plan_id)
            if why or row is None:
                unmatched.append(
                    Unmatched(one.row, one.seen.get("card_no", ""), one.seen.get("name", ""), why)
                )
                continue
            matched += 1
            _take(one, row)
            if row.status == LineStatus.APPROVED:
                to_issue.append(row.id)
        body = {
            "file": Path(path).name,
            "edition": found.edition,
            "matched": matched,
            "unmatched": len(unmatched),
        }
        journal.note(shop, "gift.sheet_read", "gift_plan", found.plan_id, body=body)
    unmatched.sort(key=lambda one: one.row)
    return ReadBack(found.rows, matched, len(found.blank), tuple(unmatched), tuple(to_issue))


def _why_not(shop: Shop, one: ReadLine, row: LineRow | None, plan_id: int) -> str:
    """Why a row of the sheet is not taken; empty when it is."""
    if row is None or row.plan_id != plan_id:
        return _("礼品台账里没有这一条明细。")
    if row.status not in _EXECUTABLE:
        return _("这一条现在是“{now}”，没有批准，不能登记执行。").format(now=status_words(row.status))
    for code, here, what in (
        ("card_no", row.card_no, _("客户编号")),
        ("name", row.name, _("客户名")),
        ("gift", row.gift, _("礼品")),
        ("cost", yuan(row.cost), _("成本")),
        ("due", row.due.isoformat(), _("日期")),
    ):
        there = one.seen.get(code)
        if there is not None and not _same(code, there, here):
            return _("{what}与台账不符：表上是“{there}”，台账是“{here}”。").format(
                what=what, there=there, here=here
            )
    if one.executed_on is not None and one.executed_on > shop.today():
        return _("执行日期 {day} 还没有到。").format(day=one.executed_on.isoformat())
    return _contradiction(one, row)


def _same(code: str, there: str, here: str) -> bool:
    if code != "cost":
        return there.strip() == here
    try:
        return round(float(there.replace(",", "")) * 100) == round(float(here) * 100)
    except ValueError:
        return False


def _contradiction(one: ReadLine, row: LineRow) -> str:
    """An older sheet never writes over what is kept already."""
    for there, here, what in (
        (one.executor, row.executor, _("执行人")),
        (one.manager_signed, row.manager_signed, _("店长签名")),
        (one.customer_signed, row.customer_signed, _("客户签名")),
        (one.executed_on, row.executed_on, _("执行日期")),
    ):
        if there and here and there != here:
            return _("{what}已登记为“{here}”，表上是“{there}”，没有改动。").format(
                what=what, here=here, there=there
            )
    return ""


def _take(one: ReadLine, row: LineRow) -> None:
    day: date | None = one.executed_on or row.executed_on
    new = (
        one.executor or row.executor,
        one.manager_signed or row.manager_signed,
        one.customer_signed or row.customer_signed,
        day,
    )
    if new == (row.executor, row.manager_signed, row.customer_signed, row.executed_on):
        return
    database.execute(
        "UPDATE plan_line SET executor = ?, manager_signed = ?, customer_signed = ?, executed_on = ?,"
        " version = version + 1 WHERE id = ?",
        (*new[:3], database.day_value(day), row.id),
    )
