"""The plan's bar code: what a scanner reads from the printed page and from the workbook is the plan's number."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from openpyxl import load_workbook
from PIL import Image
from reportlab.graphics.barcode import code128 as tables

from services.sheets import approval_pdf, approval_xlsx
from services.sheets.plan_code import month_of_number, plan_number
from tests.sheets.conftest import a_sheet

STOP, TO_C, START_B = 106, 99, 104


def read(dots: list[bool]) -> str:
    """Code 128 as a scanner reads one line of dots: check sum and all."""
    first, last = dots.index(True), len(dots) - dots[::-1].index(True)
    runs: list[int] = []
    for at in range(first, last):
        if at == first or dots[at] != dots[at - 1]:
            runs.append(0)
        runs[-1] += 1
    module = sum(runs) / 101
    widths = [round(run / module) for run in runs]
    known = {tuple(ord(sign.lower()) - 96 for sign in pattern): n for n, pattern in tables._patterns.items()}
    signs = [known[tuple(widths[at : at + 6])] for at in range(0, len(widths) - 7, 6)]
    assert known[tuple(widths[-7:])] == STOP and signs[0] == START_B
    body, check = signs[1:-1], signs[-1]
    assert (signs[0] + sum(n * sign for n, sign in enumerate(body, 1))) % 103 == check
    text, pairs = "", False
    for sign in body:
        if sign == TO_C and not pairs:
            pairs = True
        else:
            text += f"{sign:02}" if pairs else chr(32 + sign)
    return text


def line_of(image: Image.Image, top: float) -> list[bool]:
    """One line of dots; `top` of the height."""
    grey = image.convert("L")
    y = int(grey.height * top)
    return [grey.getpixel((x, y)) < 128 for x in range(grey.width)]


def test_every_printed_page_carries_the_code(tmp_path: Path) -> None:
    path = tmp_path / "sheet.pdf"
    assert approval_pdf.write(a_sheet(40, plan_number="LP202612"), path) > 1
    document = pypdfium2.PdfDocument(path)
    for page in document:
        picture = page.render(scale=8, crop=(page.get_width() - 170, page.get_height() - 40, 20, 0)).to_pil()
        assert read(line_of(picture, 0.55)) == "LP202612"


def test_the_workbook_carries_the_code_as_a_picture(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "sheet.xlsx"
    approval_xlsx.write(a_sheet(plan_number="LP202612"), path, key)
    (picture,) = load_workbook(path).active._images
    assert read(line_of(Image.open(BytesIO(picture._data())), 0.5)) == "LP202612"


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("LP202702", "2027-02"),
        (" lp202612 ", "2026-12"),
        ("LP2027-02", "2027-02"),
        ("LP202713", None),
        ("LP20270", None),
        ("K00012", None),
        ("", None),
    ],
)
def test_a_plan_number_names_its_month(text: str, month: str | None) -> None:
    assert month_of_number(text) == month
    if month:
        assert month_of_number(plan_number(month)) == month
