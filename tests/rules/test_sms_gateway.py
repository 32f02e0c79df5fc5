"""Parts, reports and replies of a gateway, by the table and by the dice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kinds import SmsState
from services.policy import load
from services.rules import sms_gateway as rules
from services.rules.sms import length

POLICY = load().sms
PARTS = [SmsState.HANDED_OVER, SmsState.UNKNOWN, SmsState.DELIVERED, SmsState.FAILED]


@pytest.mark.parametrize(
    ("signs", "sizes"), [(0, []), (1, [1]), (70, [70]), (71, [67, 4]), (134, [67, 67]), (135, [67, 67, 1])]
)
def test_seventy_signs_are_one_part_and_more_are_parts_of_sixty_seven(signs: int, sizes: list[int]) -> None:
    assert [len(part) for part in rules.split("好" * signs, POLICY)] == sizes


@given(st.text(st.sampled_from("好a😀。"), max_size=400))
def test_the_parts_make_the_text_again_and_none_is_too_long(text: str) -> None:
    parts = rules.split(text, POLICY)
    assert "".join(parts) == text
    assert all(rules.units(part) <= (70 if len(parts) == 1 else 67) for part in parts)
    for part in parts:
        part.encode("utf-16-be")
    counted = length(text, POLICY).parts
    assert counted <= len(parts) <= counted + 1, "an emoji that is not cut in two may need one more"


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=5), st.randoms())
def test_what_the_message_is_does_not_depend_on_the_order_of_its_parts(
    states: list[SmsState], dice: object
) -> None:
    mixed = list(states)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    whole = rules.whole(states)
    assert rules.whole(mixed) is whole
    assert (whole is SmsState.DELIVERED) == (set(states) == {SmsState.DELIVERED})
    assert (whole is SmsState.HANDED_OVER) == (SmsState.HANDED_OVER in states)


@given(st.sampled_from(PARTS), st.lists(st.sampled_from(PARTS), max_size=6))
def test_the_first_final_word_stays(start: SmsState, said: list[SmsState]) -> None:
    state = start
    for one in said:
        before, state = state, rules.learned(state, one)
        if before in rules.PART_FINAL:
            assert state is before
    final = [one for one in (start, *said) if one in rules.PART_FINAL]
    if final:
        assert state is final[0]


def test_a_report_is_read_from_its_text() -> None:
    text = "id:0123 sub:001 dlvrd:001 submit date:2611221000 done date:2611221001 stat:UNDELIV err:011 text:您好 id:9"
    assert rules.receipt(text) == rules.Receipt("0123", "UNDELIV", "011")
    assert rules.receipt("R") == rules.Receipt("", "", "")
    assert rules.receipt("id: sub:001 stat: err:000") == rules.Receipt("", "", "000")


@pytest.mark.parametrize(
    ("code", "word", "state"),
    [
        (2, "", SmsState.DELIVERED),
        (1, "DELIVRD", SmsState.HANDED_OVER),
        (None, "DELIVRD", SmsState.DELIVERED),
        (None, "EXPIRED", SmsState.FAILED),
        (None, "ACCEPTD", SmsState.HANDED_OVER),
        (None, "UNKNOWN", SmsState.UNKNOWN),
        (8, "", SmsState.FAILED),
        (None, "MA:0006", SmsState.HANDED_OVER),
    ],
)
def test_states_of_reports(code: int | None, word: str, state: SmsState) -> None:
    assert rules.state_of(code, word) is state


@given(st.integers(1, 2**33))
def test_an_id_is_known_again_in_figures_and_in_hexadecimal(number: int) -> None:
    figures, hexadecimal = (str(number), f"{number:010d}"), (f"{number:x}", f"{number:X}", f"{number:08X}")
    for one in figures:
        assert set(hexadecimal) <= set(rules.same_ids(one))
    for one in hexadecimal:
        assert set(figures) <= set(rules.same_ids(one))


@pytest.mark.parametrize(
    "text", ["R", "r", " R ", "Ｒ", "R。", "退订", "【退订】", "td", "T", "拒收", "不要再发！"]
)
def test_a_refusal_is_understood_however_it_is_typed(text: str) -> None:
    assert rules.refuses(text, ["R", "T", "TD", "退订", "拒收", "不要再发"])


@pytest.mark.parametrize("text", ["", "  ", "好的", "Red please", "我想退一件衣服", "谢谢R"])
def test_a_sentence_is_no_refusal(text: str) -> None:
    assert not rules.refuses(text, ["R", "T", "TD", "退订", "拒收"])


@pytest.mark.parametrize("text", ["13800000001", "+8613800000001", "008613800000001", "86 138-0000-0001"])
def test_a_number_loses_its_country(text: str) -> None:
    assert rules.plain_number(text) == "13800000001"
