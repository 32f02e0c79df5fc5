"""The approval sheet of a month's plan, written as workbook or PDF; `read_back` takes the executed one in (spec 03)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from models import database
from models.kinds import LineStatus
from services import gifts, journal
from services.errors import Refused
from services.gifts.rows import LineRow
from services.gifts.wording import handover_words, occasion_words, signed_words
from services.gifts_readback import ReadBack, Unmatched, read_back
from services.rights import Right, require
from services.rules.gifts import status_words
from services.shop import Shop
from services.words import _

if TYPE_CHECKING:
    from services.sheets.approval import ApprovalSheet, SheetLine

__all__ = [
    "KINDS",
    "OFFERED_EXTRAS",
    "ReadBack",
    "Unmatched",
    "read_back",
    "sheet_key",
    "sheet_of",
    "write_sheet",
]

KINDS = (".xlsx", ".pdf")
OFFERED_EXTRAS = ("gift", "cost", "due", "handover")
"""Switched on with one tick in the window; without them the sheet has exactly the rule book's columns."""


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


def sheet_key() -> bytes:
    """What the checksums of the hidden column are made with."""
    return str(database.value_of("SELECT secret FROM shop_info WHERE id = 1")).encode()


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

        approval_xlsx.write(sheet, out, sheet_key())
    with database.database.atomic():
        body = {
            "file": out.name,
            "lines": len(sheet.lines),
            "edition": sheet.edition,
            "head": sheet.chain_head,
        }
        journal.note(shop, "gift.sheet_written", "gift_plan", sheet.plan_id, body=body)
    return len(sheet.lines)
