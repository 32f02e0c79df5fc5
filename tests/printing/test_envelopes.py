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
