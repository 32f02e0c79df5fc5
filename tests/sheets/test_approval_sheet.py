"""The sheet that is printed: the rule book's columns, page by page."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.errors import Refused
from services.sheets import approval, approval_pdf, approval_xlsx
from tests.sheets.conftest import a_sheet

SEVEN = ["客户编号", "客户名", "赠送事宜", "礼品类别", "执行人", "店长签名", "客户签名"]


def book_of(path: Path):
    from openpyxl import load_workbook

    return load_workbook(path).active


def page_texts(path: Path) -> list[str]:
    import pypdfium2

    with pypdfium2.PdfDocument(str(path)) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]


def test_the_columns_are_exactly_the_rule_books(tmp_path: Path, key: bytes) -> None:
    approval_xlsx.write(a_sheet(), tmp_path / "s.xlsx", key)
    ws = book_of(tmp_path / "s.xlsx")
    assert [cell.value for cell in ws[3]][:7] == SEVEN
    assert ws.column_dimensions["H"].hidden
    assert ws.max_column == 8


def test_extra_columns_stand_to_the_right_in_a_fixed_order(tmp_path: Path, key: bytes) -> None:
    approval_xlsx.write(a_sheet(extras=("status", "gift", "cost")), tmp_path / "s.xlsx", key)
    ws = book_of(tmp_path / "s.xlsx")
    assert [cell.value for cell in ws[3]][:10] == [*SEVEN, "礼品", "成本（元）", "状态"]
    assert ws["I4"].value == 129 and ws["J4"].value == "已批准"


def test_an_unknown_extra_column_is_refused() -> None:
    with pytest.raises(Refused, match="phone"):
        a_sheet(extras=("phone",))


def test_an_empty_plan_is_refused() -> None:
    with pytest.raises(Refused):
        a_sheet(0)


def test_the_workbook_prints_on_a4_landscape_with_the_header_on_every_page(
    tmp_path: Path, key: bytes
) -> None:
    approval_xlsx.write(a_sheet(60), tmp_path / "s.xlsx", key)
    ws = book_of(tmp_path / "s.xlsx")
    assert (ws.page_setup.orientation, int(ws.page_setup.paperSize)) == ("landscape", 9)
    assert ws.print_title_rows == "$3:$3"
    assert (ws.page_setup.fitToWidth, ws.page_setup.fitToHeight) == (1, 0)
    assert "&P" in ws.oddFooter.center.text and "&N" in ws.oddFooter.center.text


def test_names_never_become_formulas(tmp_path: Path, key: bytes) -> None:
    approval_xlsx.write(a_sheet(), tmp_path / "s.xlsx", key)
    cell = book_of(tmp_path / "s.xlsx")["B7"]
    assert cell.value == "=1+1" and cell.data_type == "s"


def test_totals_by_class_and_signatures_stand_below(tmp_path: Path, key: bytes) -> None:
    approval_xlsx.write(a_sheet(5), tmp_path / "s.xlsx", key)
    texts = [
        str(cell.value)
        for row in book_of(tmp_path / "s.xlsx").iter_rows(min_row=9)
        for cell in row
        if cell.value
    ]
    assert "合计：5 件，成本 ￥434.00" in texts
    assert "皮具：3 件，成本 ￥387.00" in texts and "咖啡杯：2 件，成本 ￥47.00" in texts
    assert "经理：" in texts and "审核人：" in texts
    assert any("ab12ab12" in text for text in texts)


def test_the_pdf_repeats_the_header_and_numbers_its_pages(tmp_path: Path) -> None:
    pages = approval_pdf.write(a_sheet(40), tmp_path / "s.pdf")
    texts = page_texts(tmp_path / "s.pdf")
    assert pages == len(texts) == 3
    for number, text in enumerate(texts, 1):
        assert all(head in text for head in SEVEN)
        assert f"第 {number} 页 / 共 3 页" in text
    assert "礼品赠送情况计划与执行一览表" in texts[0]
    assert "经理：" in texts[-1] and "审核人：" in texts[-1]


@pytest.mark.parametrize("lines", range(1, 36))
def test_every_line_stands_on_the_pdf_once_and_the_foot_never_alone(lines: int, tmp_path: Path) -> None:
    pages = approval_pdf._paginate(a_sheet(lines).lines, approval_pdf._totals_height(["a", "b", "c"]))
    assert [line.card_no for page in pages for line in page] == [f"K{i + 1:03}" for i in range(lines)]
    assert all(pages)
    top = approval_pdf._FIRST_TOP if len(pages) == 1 else approval_pdf._NEXT_TOP
    end = top + approval_pdf._HEAD_HEIGHT + len(pages[-1]) * approval.row_height()
    assert end + approval_pdf._totals_height(["a", "b", "c"]) <= approval_pdf._BOTTOM


def test_the_same_sheet_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        approval_pdf.write(a_sheet(), tmp_path / name)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
