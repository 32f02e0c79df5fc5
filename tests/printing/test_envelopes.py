"""Envelopes: the zones of the standard that can be known are kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from services.errors import Refused
from services.printing import jobs
from services.printing.envelopes import LAYOUTS, Sender, draw, size
from services.printing.labels import AddressLabel
from tests.printing import making, measure
from tests.printing.test_jobs import DECEMBER, a_customer

SIZES = {"DL": (220, 110), "B6": (176, 125), "ZL": (230, 120), "C5": (229, 162), "C4": (324, 229)}
SENDER = Sender("和平路店", "遂宁市船山区和平路1号", "629000")
LETTER = AddressLabel("K1", "王小丽", "女士", "610041", "四川省成都市武侯区天府大道北段1700号")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_envelope_has_its_size_and_keeps_the_machine_zones_free(layout: str) -> None:
    pdf = draw([LETTER], layout, sender=SENDER).paper.bytes()
    wide, high = SIZES[layout]
    assert measure.page_mm(pdf) == pytest.approx((wide, high), abs=0.05)
    assert measure.ink(pdf, wide - 160, high - 20, 105, 20) == 0, "the bar code's zone"
    assert measure.ink(pdf, 75, 0, 15, 26) == 0 and measure.ink(pdf, 0, 20, 90, 6) == 0, (
        "beside the postcode boxes"
    )
    words = measure.flat(measure.text(pdf))
    for part in ("四川省成都市武侯区天府大道北段1700号", "王小丽女士收", "和平路店", "遂宁市船山区和平路1号"):
        assert part in words


def test_six_digits_stand_in_six_boxes() -> None:
    pdf = draw([LETTER], "DL", sender=SENDER).paper.bytes()
    assert measure.ink(pdf, 14, 9.8, 60, 0.4) > 0.3
    blank = draw([LETTER], "DL", sender=SENDER, boxes=False).paper.bytes()
    assert measure.ink(blank, 14, 9.8, 60, 0.4) == 0
    for number, (left, _top, right, _bottom) in enumerate(
        sorted(measure.boxes(pdf, "1") + measure.boxes(pdf, "6"))[:2]
    ):
        middle = 14 + 7.5 / 2 + number * 9.5
        assert (left + right) / 2 == pytest.approx(middle, abs=0.8)


def test_an_unknown_envelope_is_refused() -> None:
    with pytest.raises(Refused, match="DL"):
        size("A4")


def test_the_shop_writes_to_those_with_an_address(clerk, tmp_path: Path) -> None:
    a_customer("K1", "李芳")
    a_customer("K2", "单芳", address="")
    result = making.envelopes(clerk, *DECEMBER, layout="ZL", out=tmp_path / "e.pdf")
    assert (result.count, result.pages) == (1, 1) and [one.card_no for one in result.missing_addresses] == [
        "K2"
    ]
    words = measure.flat(measure.text((tmp_path / "e.pdf").read_bytes()))
    assert "李芳女士收" in words and "和平路店" in words
    assert jobs.recent(clerk)[0].first == date(2026, 12, 1)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_ruler_on_an_envelope_is_right_to_half_a_millimetre(layout: str) -> None:
    from services.printing import ruler

    pdf = ruler.of_face(size(layout)).bytes()
    assert measure.page_mm(pdf) == pytest.approx(SIZES[layout], abs=0.05)
    assert measure.ink(pdf, 39.8, 43, 0.4, 5) > 0.3 and measure.ink(pdf, 33, 49.8, 5, 0.4) > 0.3
    assert measure.ink(pdf, 99.8, 0, 0.4, 2.5) > 0.15, "the tick of 100 mm"


@pytest.mark.parametrize(
    ("number", "value"),
    [("code_left", 200), ("address_top", 120), ("name_base", -1), ("code_size", 3), ("code_pitch", 5), ("sender_right", 400)],
)  # fmt: skip
def test_places_beside_the_envelope_are_refused_at_their_field(number: str, value: float) -> None:
    from services.printing import envelopes

    with pytest.raises(Refused) as refused:
        envelopes.check(envelopes.with_numbers(envelopes.shipped("DL"), {number: value}))
    assert refused.value.field


def test_the_zones_of_the_machines_are_warned_about_not_refused() -> None:
    from services.printing import envelopes

    shipped = envelopes.shipped("DL")
    assert not any(envelopes.warnings(envelopes.shipped(layout)) for layout in LAYOUTS)
    assert (
        len(
            envelopes.warnings(
                envelopes.with_numbers(shipped, {"code_left": 60, "address_top": 10, "name_base": 100})
            )
        )
        == 3
    )


def test_moved_places_are_measured_back_from_the_print() -> None:
    from services.printing import envelopes

    at = envelopes.with_numbers(
        envelopes.shipped("C5"), {"code_left": 20.0, "code_top": 12.0, "address_left": 70.0}
    )
    pdf = draw([LETTER], "C5", sender=SENDER, places=at).paper.bytes()
    assert measure.ink(pdf, 19.7, 13, 0.6, 7) > 0.3 and measure.ink(pdf, 18.5, 13, 0.8, 7) == 0
    left, *_rest = measure.boxes(pdf, "四川省")[0]
    assert left == pytest.approx(70.5, abs=0.6)
