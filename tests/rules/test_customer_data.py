"""What may stand in a customer's fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import Refused
from services.policy import load
from services.rules import customer_data as data

BOUNDS = load().customers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("008613812345678", "13812345678"),
        ("86 13812345678", "13812345678"),
        ("0825-6543210", "08256543210"),
        ("（025）87654321", "02587654321"),
        ("+86 25 87654321", "02587654321"),
        ("6543210", "6543210"),
        ("4008655100", "4008655100"),
    ],
)
def test_mainland_numbers_are_kept_as_digits(text, expected):
    assert data.phone(text) == expected


@pytest.mark.parametrize(
    "text", ["", "12812345678", "1381234567", "138123456789", "+1 212 555 0100", "abc", "138x"]
)
def test_other_numbers_are_refused_with_the_field(text):
    with pytest.raises(Refused) as no:
        data.phone(text)
    assert no.value.field == "phone"


def test_the_tick_lets_a_foreign_number_in():
    assert data.phone("+1 212 555 0100", foreign=True) == "12125550100"
    with pytest.raises(Refused):
        data.phone("12", foreign=True)


@pytest.mark.parametrize(
    ("text", "expected"), [("165", 165), ("1.65", 165), ("1米6", 160), ("", None), ("165cm", 165)]
)
def test_height_is_read_as_shops_write_it(text, expected):
    assert data.height(text, BOUNDS) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("2尺1", 70), ("2尺", 67), ("2尺半", 83), ("70", 70), ("", None)]
)
def test_waist_is_read_in_centimetres_and_chi(text, expected):
    assert data.waist(text, BOUNDS) == expected


@pytest.mark.parametrize(("number", "good"), [(99, False), (100, True), (230, True), (231, False)])
def test_height_has_bounds(number, good):
    if good:
        assert data.height(number, BOUNDS) == number
    else:
        with pytest.raises(Refused) as no:
            data.height(number, BOUNDS)
        assert no.value.field == "height_cm"


@pytest.mark.parametrize(("number", "good"), [(39, False), (40, True), (160, True), (161, False)])
def test_waist_has_bounds(number, good):
    if good:
        assert data.waist(number, BOUNDS) == number
    else:
        with pytest.raises(Refused) as no:
            data.waist(number, BOUNDS)
        assert no.value.field == "waist_cm"


@given(st.integers(42, 158))
def test_the_waist_in_chi_is_read_back_within_two_centimetres(cm):
    assert abs(data.waist(data.chi(cm), BOUNDS) - cm) <= 2


def test_names_lose_control_characters_but_keep_rare_ones():
    assert data.name(" 王\x00小\u202e丽 ") == "王小丽"
    assert data.name("䶮𬎆") == "䶮𬎆"
    assert data.name("O'Hara; DROP TABLE") == "O'Hara; DROP TABLE"


@pytest.mark.parametrize("text", ["", "  ", "\x00", "王" * 61])
def test_an_empty_or_endless_name_is_refused(text):
    with pytest.raises(Refused) as no:
        data.name(text)
    assert no.value.field == "name"


def test_likes_are_kept_once_in_the_order_told():
    assert data.likes("墨绿, 米白、墨绿；黑") == "墨绿、米白、黑"


@given(st.text())
def test_any_text_is_cleaned_or_refused(text):
    try:
        data.card_no(data.short(text, "note"))
        data.phone(text)
    except Refused as no:
        assert str(no)
