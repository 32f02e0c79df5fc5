"""Which text of the library: by day, season and grade, in turn, never the same again too soon."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kinds import Grade, Topic
from services.policy import load
from services.rules.shop_texts import Season, Text, TextKind, fits, pick, season_of

POLICY = load().texts
DAY = date(2026, 11, 23)
F, J, B = TextKind.FASHION, TextKind.JOKE, TextKind.BRAND
AGAIN = timedelta(days=POLICY.not_again_days)


def chosen(texts, customer=1, topic=Topic.PERSONAL, grade=Grade.A, day=DAY, heard=None) -> int | None:
    return pick(texts, customer=customer, topic=topic, grade=grade, day=day, heard=heard or {}, policy=POLICY)


@pytest.mark.parametrize(
    ("day", "season"),
    [
        (date(2026, 2, 28), Season.WINTER),
        (date(2026, 3, 1), Season.SPRING),
        (date(2026, 5, 31), Season.SPRING),
        (date(2026, 6, 1), Season.SUMMER),
        (date(2026, 9, 1), Season.AUTUMN),
        (date(2026, 12, 1), Season.WINTER),
    ],
)
def test_the_season_goes_by_the_month(day: date, season: Season) -> None:
    assert season_of(day) is season


def test_what_is_about_the_day_comes_before_the_season_and_that_before_always() -> None:
    always, autumn = Text(1, F), Text(2, F, frozenset({Season.AUTUMN}))
    near = Text(3, F, days=(DAY + timedelta(days=POLICY.around_days),), dated=True)
    assert chosen([always, autumn, near]) == 3
    assert chosen([always, autumn]) == 2
    assert chosen([always, Text(2, F, frozenset({Season.SPRING}))]) == 1


@pytest.mark.parametrize(("days", "may"), [(5, True), (6, False), (-5, True), (-6, False)])
def test_a_text_about_a_day_fits_some_days_around_it(days: int, may: bool) -> None:
    text = Text(1, F, days=(DAY + timedelta(days=days),), dated=True)
    assert fits(text, Topic.PERSONAL, Grade.B, DAY, POLICY) is may


def test_no_joke_in_the_brands_message_and_its_news_first() -> None:
    assert chosen([Text(1, J)], topic=Topic.BRAND_SMS) is None
    assert chosen([Text(1, F, frozenset({Season.AUTUMN})), Text(2, B)], topic=Topic.BRAND_SMS) == 2
    assert chosen([Text(2, B)], topic=Topic.PERSONAL) is None


def test_a_text_for_some_grades_is_not_said_to_others() -> None:
    assert chosen([Text(1, F, grades=frozenset({Grade.A}))], grade=Grade.B) is None


@pytest.mark.parametrize(("ago", "again"), [(AGAIN - timedelta(days=1), None), (AGAIN, 1)])
def test_nobody_hears_the_same_within_the_days_of_the_policy(ago: timedelta, again: int | None) -> None:
    assert chosen([Text(1, F)], heard={1: DAY - ago}) == again


def test_neighbours_hear_different_texts_and_everybody_all_in_turn() -> None:
    texts = [Text(number, F) for number in range(1, 6)]
    assert {chosen(texts, customer=who) for who in range(5)} == {1, 2, 3, 4, 5}
    heard: dict[int, date] = {}
    for _turn in range(5):
        found = chosen(texts, heard=heard)
        assert found is not None and found not in heard
        heard[found] = DAY
    assert chosen(texts, heard=heard) is None


@given(
    st.integers(0, 10_000),
    st.dictionaries(st.integers(1, 8), st.integers(0, 400)),
    st.sampled_from(list(Topic)),
    st.sampled_from(list(Grade)),
)
def test_the_choice_is_always_one_that_fits_and_the_same_again(who, ago, topic, grade) -> None:
    texts = [Text(number, list(TextKind)[number % 5]) for number in range(1, 9)]
    heard = {text: DAY - timedelta(days=days) for text, days in ago.items()}
    found = chosen(texts, customer=who, topic=topic, grade=grade, heard=heard)
    assert found == chosen(list(reversed(texts)), customer=who, topic=topic, grade=grade, heard=heard)
    if found is not None:
        assert found not in heard or DAY - heard[found] >= AGAIN
        assert fits(next(one for one in texts if one.id == found), topic, grade, DAY, POLICY)
