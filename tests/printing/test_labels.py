"""Labels lie where the sheet's labels lie, and hold what the postman needs."""

from __future__ import annotations

import pytest

from services.errors import Refused
from services.printing import label_sheets
from services.printing.geometry import LabelSheet, Size
from services.printing.labels import AddressLabel, GiftLabel, draw_addresses, draw_gifts
from tests.printing import measure

ADDRESS = "四川省遂宁市船山区滨江路88号凯旋公馆3单元502室"


def some(count: int, **changes: object) -> list[AddressLabel]:
    facts = {"salutation": "女士", "postcode": "629000", "address": ADDRESS, **changes}
    return [AddressLabel(f"K{i:03}", f"王小丽{i:03}", **facts) for i in range(count)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "per_page"), [("3x8", 24), ("3x7", 21), ("2x7", 14), ("3x8-full", 24)])
def test_the_shipped_sheets_hold_what_their_names_say(name: str, per_page: int) -> None:
    assert label_sheets.sheet(name).per_page == per_page


@pytest.mark.parametrize("name", ["3x8", "3x7", "2x7"])
def test_each_label_stands_in_its_place_to_half_a_millimetre(name: str) -> None:
    sheet = label_sheets.sheet(name)
    pdf = draw_addresses(some(sheet.per_page), sheet).paper.bytes()
    first = sheet.box(0)
    base = measure.boxes(pdf, "王小丽000")[0]
    for place in range(sheet.per_page):
        box = sheet.box(place)
        (left, top, right, bottom), *others = measure.boxes(pdf, f"王小丽{place:03}")
        assert not others
        assert left - box.left == pytest.approx(base[0] - first.left, abs=0.05)
        assert top - box.top == pytest.approx(base[1] - first.top, abs=0.05)
        assert box.left < left and right < box.right and box.top < top and bottom < box.bottom


def test_the_first_label_stands_at_its_margin() -> None:
    sheet = label_sheets.sheet("3x8")
    pdf = draw_addresses(some(1), sheet).paper.bytes()
    left, top, _right, _bottom = measure.boxes(pdf, "629000")[0]
    assert left == pytest.approx(7.21 + 3.2 + 0.2, abs=0.5)
    assert top == pytest.approx(12.9 + 3.2 + 0.5, abs=0.5)


def test_a_half_used_sheet_goes_in_again() -> None:
    sheet = label_sheets.sheet("3x8")
    drawn = draw_addresses(some(24), sheet, start=20)
    pdf = drawn.paper.bytes()
    assert drawn.paper.pages == 2
    left, top, *_rest = measure.boxes(pdf, "王小丽000", 0)[0]
    assert sheet.box(19).left < left < sheet.box(19).right and sheet.box(19).top < top < sheet.box(19).bottom
    assert "王小丽005" in measure.text(pdf, 1) and "王小丽005" not in measure.text(pdf, 0)


@pytest.mark.parametrize(
    ("count", "start", "pages"), [(0, 1, 0), (1, 1, 1), (24, 1, 1), (24, 2, 2), (25, 1, 2), (1, 24, 1)]
)
def test_sheets_are_counted_before_printing(count: int, start: int, pages: int) -> None:
    assert label_sheets.sheet("3x8").pages(count, start) == pages


@pytest.mark.parametrize("start", [0, 25, -1])
def test_a_start_that_is_not_on_the_sheet_is_refused(start: int) -> None:
    with pytest.raises(Refused, match="24"):
        draw_addresses(some(1), label_sheets.sheet("3x8"), start=start)


def test_a_label_holds_postcode_address_and_addressee() -> None:
    words = measure.flat(measure.text(draw_addresses(some(1), label_sheets.sheet("3x7")).paper.bytes()))
    assert "629000" in words and ADDRESS in words and "王小丽000女士收" in words


def test_a_long_address_shrinks_and_stays_inside() -> None:
    sheet = label_sheets.sheet("3x8")
    drawn = draw_addresses(some(1, address=ADDRESS * 2), sheet)
    assert not drawn.cut
    pdf = drawn.paper.bytes()
    assert ADDRESS * 2 in measure.flat(measure.text(pdf))
    box = sheet.box(0)
    assert measure.ink(pdf, box.right + 0.3, 0, 2.0, 60) == 0 and measure.ink(pdf, 0, box.bottom, 80, 3) == 0


def test_an_address_beyond_all_measure_is_cut_and_reported() -> None:
    assert draw_addresses(some(1, address=ADDRESS * 20), label_sheets.sheet("3x8")).cut == ("K000",)


def test_a_cut_name_keeps_the_word_for_the_addressee() -> None:
    label = AddressLabel("K1", "王" * 500, "女士", "", ADDRESS)
    drawn = draw_addresses([label], label_sheets.sheet("3x8"))
    assert drawn.cut == ("K1",) and "…女士收" in measure.flat(measure.text(drawn.paper.bytes()))


def test_a_reprint_says_so() -> None:
    pdf = draw_addresses(some(1, copy=True), label_sheets.sheet("3x8")).paper.bytes()
    assert "副本" in measure.text(pdf)


def test_a_thousand_labels_are_a_small_file() -> None:
    pdf = draw_addresses(some(1000), label_sheets.sheet("3x8")).paper.bytes()
    assert len(pdf) < 500_000 and measure.pages(pdf) == 42


def test_gift_labels_name_the_gift_and_its_owner() -> None:
    label = GiftLabel("K001", "王小丽", "女士", "生日礼物", "真皮钱夹", "和平路店", "birthday")
    words = measure.flat(measure.text(draw_gifts([label], label_sheets.sheet("3x7")).paper.bytes()))
    for part in ("K001", "王小丽女士", "生日礼物", "真皮钱夹", "和平路店谨赠"):
        assert part in words


def test_a_sheet_of_ones_own_is_written_in_millimetres() -> None:
    own = label_sheets.sheet("4x10，48.5×25.4，8，21.5，48.5，25.4")
    assert own.per_page == 40 and own.box(39).right == pytest.approx(8 + 4 * 48.5)
    assert label_sheets.sheet("2x5,90x50,10,20").pitch_x == 90


@pytest.mark.parametrize(
    "text",
    ["9x9", "0x8,60x30,5,5", "3x8,60,5,5", "3x8,60x30,5", "3x8,80x30,5,5", "3x12,60x30,5,5", "3x8,60x30,-5,5",
     "3x8,60x30,5,5,50,30", "3x8,5x5,5,5", "axb,60x30,5,5"],
)  # fmt: skip
def test_impossible_sheets_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        label_sheets.sheet(text)


def test_labels_may_not_overlap() -> None:
    with pytest.raises(Refused, match="纵向间距"):
        LabelSheet("x", 1, 3, Size(60, 40), 5, 5, 60, 30)


def test_the_ruler_page_is_right_to_a_tenth_of_a_millimetre() -> None:
    from services.printing import ruler

    pdf = ruler.draw().bytes()
    assert measure.ink(pdf, 49.9, 53, 0.2, 5) > 0.3 and measure.ink(pdf, 49.3, 53, 0.4, 2) == 0
    assert measure.ink(pdf, 153, 239.9, 5, 0.2) > 0.3
    assert measure.ink(pdf, 99.9, 20, 0.2, 5) > 0.3
    assert "x = 50 mm, y = 60 mm" in measure.text(pdf)
