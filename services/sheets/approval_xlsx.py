"""The approval sheet as a workbook: A4 landscape, header on every page, ids and checksums in a hidden column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.files import replacing
from services.sheets import marks, plan_code, saving
from services.sheets.approval import (
    FILLED_IN,
    TITLE,
    ApprovalSheet,
    Column,
    SheetLine,
    cell,
    columns,
    facts,
    foot,
    row_height,
)
from services.sheets.cells import clean
from services.sheets.tables import discarding
from services.words import _

_HEADER = 3
_POINTS_PER_MM = 72 / 25.4
_MM_PER_CHARACTER = 1.95
"""Width of one column unit at the default font."""
_FONT = "宋体"
_PIXELS_PER_MM = 96 / 25.4
_A4 = 9
"""The paper's number in the workbook format"""
_CODE_MM = 8.0
"""Height of the plan's bar code"""


class _Styles:
    """The few styles of the sheet, each made once: setting them cell by cell costs more than writing the cell."""

    def __init__(self, ws: Any) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

        self._make = lambda: WriteOnlyCell(ws)
        self._known: dict[tuple[Any, ...], Any] = {}
        thin = Side(style="thin", color="FF4A4A4A")
        self.grid = Border(left=thin, right=thin, top=thin, bottom=thin)
        self.none = Border()
        self.title = Font(name=_FONT, size=18, bold=True)
        self.head = Font(name=_FONT, size=11, bold=True)
        self.body = Font(name=_FONT, size=11)
        self.tight = Font(name=_FONT, size=8)
        self.small = Font(name=_FONT, size=9, color="FF555555")
        self.tiny = Font(name="Consolas", size=7, color="FF888888")
        self.fill = PatternFill("solid", fgColor="FFE6EFEE")
        self.middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
        self.left = Alignment(horizontal="left", vertical="center", wrap_text=True)
        self.right = Alignment(horizontal="right", vertical="center")
        self.open = Protection(locked=False)

    def cell(
        self,
        value: Any,
        font: Any,
        alignment: Any,
        *,
        border: Any = None,
        shape: str = "",
        open: bool = False,
    ) -> Any:
        """A cell with that look. `shape` is its number format; text stays text."""
        key = (id(font), id(alignment), id(border), shape, open)
        style = self._known.get(key)
        cell = self._make()
        if style is None:
            cell.font, cell.alignment = font, alignment
            if border is not None:
                cell.border = border
            if shape:
                cell.number_format = shape
            if open:
                cell.protection = self.open
            style = self._known[key] = cell._style
        else:
            cell._style = style
        cell.value = value
        return cell

    def text(self, text: str, font: Any, alignment: Any, *, border: Any = None, open: bool = False) -> Any:
        """A cell of text: a name like `=1+1` never becomes a formula; an empty one takes what people type."""
        made = self.cell(clean(text), font, alignment, border=border, shape="@" if text else "", open=open)
        if text:
            made.data_type = "s"
        return made


def write(sheet: ApprovalSheet, target: Path | str, key: bytes) -> None:
    """Writes the sheet beside `target` and moves it into place. `key`: the shop's secret. Raises Unavailable."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    ws = book.create_sheet(_("礼品计划"))
    styles = _Styles(ws)
    shown = columns(sheet.extras)
    last = _HEADER + len(sheet.lines) + len(foot(sheet)) + 1 + bool(sheet.chain_head)
    _page(ws, sheet, shown, last)
    with discarding(ws):
        _head(ws, sheet, shown, styles, key)
        height = row_height() * _POINTS_PER_MM
        for row, line in enumerate(sheet.lines, _HEADER + 1):
            ws.row_dimensions[row].height = height
            protected = [cell(line, code) for code in marks.PROTECTED]
            mark = marks.line(key, sheet.plan_id, line.line_id, sheet.edition, protected)
            ws.append([_cell(line, column, styles) for column in shown] + [mark])
        _foot(ws, sheet, shown, styles)
    _code(ws, sheet, shown)
    book.properties.creator = "熟客 Shuke"
    book.properties.title = f"{_(TITLE)} {sheet.plan_number}"
    with replacing(target) as temporary:
        saving.save(book, temporary)


def _head(ws: Any, sheet: ApprovalSheet, shown: tuple[Column, ...], styles: _Styles, key: bytes) -> None:
    for row, text, font, alignment, height in (
        (1, _(TITLE), styles.title, styles.middle, 34),
        (2, "    ".join(facts(sheet)), styles.small, styles.left, 18),
    ):
        _across(ws, row, shown)
        ws.row_dimensions[row].height = height
        ws.append([styles.text(text, font, alignment)])
    ws.row_dimensions[_HEADER].height = 24
    heads = []
    for column in shown:
        one = styles.text(column.head, styles.head, styles.middle, border=styles.grid)
        one.fill = styles.fill
        heads.append(one)
    ws.append([*heads, marks.head(key, sheet.plan_id, sheet.edition)])


def _across(ws: Any, row: int, shown: tuple[Column, ...]) -> None:
    """A row that is one cell over all columns."""
    from openpyxl.utils import get_column_letter

    ws.merged_cells.add(f"A{row}:{get_column_letter(len(shown))}{row}")


def _cell(line: SheetLine, column: Column, styles: _Styles) -> Any:
    code, grid = column.code, styles.grid
    if code == "cost":
        return styles.cell(line.cost / 100, styles.body, styles.right, border=grid, shape="#,##0.00")
    text, open_ = cell(line, code), code in FILLED_IN
    font = styles.tight if _too_long(text, column.width) else styles.body
    if text and code in ("due", "executed_on"):
        value = getattr(line, code)
        return styles.cell(value, font, styles.middle, border=grid, shape="yyyy-mm-dd", open=open_)
    return styles.text(text, font, styles.middle, border=grid, open=open_)


def _too_long(text: str, width: float) -> bool:
    """Whether `text` needs more than two lines of 11 points in a column of `width` mm."""
    room = 2 * (width / _MM_PER_CHARACTER - 1)
    if 2 * len(text) <= room:
        return False
    return sum(1 if char.isascii() else 2 for char in text) > room


def _foot(ws: Any, sheet: ApprovalSheet, shown: tuple[Column, ...], styles: _Styles) -> None:
    """Totals, signatures, chain head."""
    row = _HEADER + len(sheet.lines) + 1
    gap: list[Any] = [None] * (len(shown) - 1)
    for number, text in enumerate(foot(sheet)):
        _across(ws, row, shown)
        ws.row_dimensions[row].height = 18
        first = styles.text(text, styles.body if number else styles.head, styles.left)
        ws.append([first] if number else [first, *gap, marks.END])
        row += 1
    ws.row_dimensions[row].height = 40
    middle = len(shown) // 2 + 2
    signs = [styles.text(word, styles.head, styles.left) for word in (_("经理："), _("审核人："))]
    ws.append([signs[0], *gap[: middle - 2], signs[1]])
    if sheet.chain_head:
        _across(ws, row + 1, shown)
        ws.append(
            [styles.text(_("记录链首：{head}").format(head=sheet.chain_head), styles.tiny, styles.left)]
        )


def _code(ws: Any, sheet: ApprovalSheet, shown: tuple[Column, ...]) -> None:
    """The plan's bar code at the right of the title."""
    from openpyxl.drawing.image import Image
    from openpyxl.utils import get_column_letter

    data, width = plan_code.picture(sheet.plan_number, _CODE_MM)
    image = Image(data)
    image.width, image.height = round(width * _PIXELS_PER_MM), round(_CODE_MM * _PIXELS_PER_MM)
    # Anchored so far left that it ends inside the print area: what hangs out is not printed.
    place, room = len(shown), shown[-1].width
    while room < width and place > 1:
        place -= 1
        room += shown[place - 1].width
    ws.add_image(image, f"{get_column_letter(place)}1")


def _page(ws: Any, sheet: ApprovalSheet, shown: tuple[Column, ...], last: int) -> None:
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(shown, 1):
        ws.column_dimensions[get_column_letter(number)].width = column.width / _MM_PER_CHARACTER
    hidden = get_column_letter(len(shown) + 1)
    ws.column_dimensions[hidden].hidden = True
    ws.column_dimensions[hidden].width = 12
    end = get_column_letter(len(shown))
    ws.print_area = f"A1:{end}{last}"
    ws.print_title_rows = f"{_HEADER}:{_HEADER}"
    ws.page_setup.orientation, ws.page_setup.paperSize = "landscape", _A4
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.sheet_properties.pageSetUpPr.fitToPage = True
    ws.page_margins.left = ws.page_margins.right = 10 / 25.4
    ws.page_margins.top, ws.page_margins.bottom = 11 / 25.4, 15 / 25.4
    ws.page_margins.footer = 7 / 25.4
    ws.oddFooter.center.text = _("第 {n} 页 / 共 {all} 页").format(n="&P", all="&N")
    ws.oddFooter.right.text = sheet.plan_number.replace("&", "&&")
    ws.print_options.horizontalCentered = True
    ws.freeze_panes = f"C{_HEADER + 1}"
    ws.auto_filter.ref = f"A{_HEADER}:{end}{_HEADER + len(sheet.lines)}"
    # No password: it keeps a slip of the hand off the plan; the checksums catch what is done on purpose.
    ws.protection.sheet = True
    for allowed in ("formatColumns", "formatRows", "formatCells", "autoFilter"):
        setattr(ws.protection, allowed, False)
