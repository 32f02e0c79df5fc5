"""The gift ledger's window and sheet: opening a plan of 10,000 lines, the year, a month by day, the workbook."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import books
from benchmarks.measure import Figure, Sizes, seconds
from models import database
from services import gifts
from services.gifts import proposal
from services.shop import Shop

MONTH = "2027-02"
LINES = 10_000
_PAGE = 200
"""Lines that the table fetches first."""
_TRIES = 5


def run(sizes: Sizes) -> list[Figure]:
    path = books.copy(sizes.middle, "plans")
    with books.opened(path, books.MANAGER) as shop:
        proposal.propose(shop, MONTH)
        plan = gifts.plan_id_of(shop, MONTH)
        # Lines are never deleted by the program, so no index helps to look for what points at one.
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute(
            "DELETE FROM plan_line WHERE plan_id = ? AND id >"
            " (SELECT COALESCE(MAX(id), 0) FROM (SELECT id FROM plan_line WHERE plan_id = ? ORDER BY id LIMIT ?) s)",
            (plan, plan, LINES),
        )
        lines = database.value_of("SELECT COUNT(*) FROM plan_line WHERE plan_id = ?", (plan,))
        figures = [
            _figure(f"a plan of {lines:,} lines opened, first page read", lambda: _open(shop), 0.15),
            _figure(f"the year, {sizes.middle:,} customers", lambda: gifts.year_overview(shop, 2027), 1),
            _figure(f"a month by day, {sizes.middle:,} customers", lambda: gifts.month_days(shop, MONTH), 1),
        ]
    books.remove(path)
    return [*figures, _sheet(sizes)]


def _figure(name: str, job: Callable[[], Any], most: float) -> Figure:
    return Figure(name, statistics.median(seconds(job) for _try in range(_TRIES)), "s", most)


def _open(shop: Shop) -> None:
    """What the window reads when a month is chosen."""
    view = gifts.plan_view(shop, MONTH)
    gifts.budget(shop, MONTH)
    ids = gifts.line_ids(shop, view.id or 0)
    gifts.lines_by_id(shop, ids[:_PAGE])


def _sheet(sizes: Sizes) -> Figure:
    """Our workbook over openpyxl's own stream of the same cells with one look."""
    from services.sheets import approval_xlsx
    from services.sheets.approval import ApprovalSheet, SheetLine

    number = min(LINES, sizes.middle)
    lines = tuple(
        SheetLine(
            n, f"K{n:05}", f"客户{n % 900}", "生日", "家居", gift="香薰礼盒", cost=3_200, due=books.TODAY
        )
        for n in range(1, number + 1)
    )
    sheet = ApprovalSheet(1, "LP202702", "2027年2月", "和平路店", lines, books.TODAY)
    target = books.WORK / "sheet.xlsx"
    ratios = []
    for _try in range(max(2, sizes.tries - 2)):
        floor = seconds(lambda: _floor(sheet, target))
        ratios.append(seconds(lambda: approval_xlsx.write(sheet, target, b"k" * 32)) / floor)
    target.unlink(missing_ok=True)
    name = f"approval sheet of {number:,} lines, over openpyxl's own time for the same cells"
    return Figure(name, statistics.median(ratios), "x", 1.5)


def _floor(sheet: Any, target: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Border, Font, Side

    from services.sheets.approval import cell, columns

    book = Workbook(write_only=True)
    ws = book.create_sheet("x")
    look = WriteOnlyCell(ws, "")
    look.font, look.border, look.number_format = Font(size=11), Border(left=Side(style="thin")), "@"
    shown = columns(sheet.extras)
    for number, line in enumerate(sheet.lines, 1):
        ws.row_dimensions[number].height = 34
        row: list[Any] = []
        for column in shown:
            made = WriteOnlyCell(ws, cell(line, column.code))
            made._style = look._style
            row.append(made)
        ws.append([*row, f"1.{number}.1.0123456789abcdef.0123456789abcdef"])
    book.save(target)
