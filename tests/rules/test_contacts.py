"""The contact matrix, folding, spacing, the hour, expiry: spec 04's table read aloud."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kinds import Channel, Grade, Topic
from services import calendar as almanac
from services.policy import load
from services.rules import contacts as rules
from services.rules.contacts import Call, Expired, Need, Person, Skip

POLICY = load().contacts
POSTING = load().posting
DAY = date(2026, 11, 23)
A, B, C = Grade.A, Grade.B, Grade.C
PHONE, SMS, POST, VISIT = Channel.PHONE, Channel.SMS, Channel.POST, Channel.VISIT


@pytest.mark.parametrize(
    "topic, a, b, c",
    [
        (Topic.FOLLOW_UP, PHONE, PHONE, SMS),
        (Topic.BIRTHDAY, PHONE, PHONE, SMS),
        (Topic.FESTIVAL, PHONE, PHONE, SMS),
        (Topic.NEW_ARRIVALS, SMS, SMS, SMS),
        (Topic.PROMOTION, SMS, SMS, SMS),
        (Topic.COMPANY_NEWS, SMS, SMS, SMS),
        (Topic.PERSONAL, SMS, SMS, Skip.GRADE),
        (Topic.BRAND_SMS, SMS, SMS, SMS),
        (Topic.EARLY_NOTICE, PHONE, PHONE, SMS),
        (Topic.WIN_BACK, PHONE, PHONE, SMS),
        (Topic.GIFT_WAITING, PHONE, PHONE, PHONE),
    ],
)
def test_the_matrix_of_topic_and_grade(topic: Topic, a: Channel, b: Channel, c: Channel) -> None:
    assert [rules.channel(topic, Person(grade), POLICY) for grade in (A, B, C)] == [a, b, c]


@pytest.mark.parametrize(
    "topic, person, way",
    [
        (Topic.BIRTHDAY, Person(A, preferred="sms"), SMS),
        (Topic.PERSONAL, Person(A, preferred="phone"), PHONE),
        (Topic.PERSONAL, Person(A, preferred="post"), POST),
        (Topic.PERSONAL, Person(A, preferred="visit"), VISIT),
        (Topic.PERSONAL, Person(B, preferred="post"), SMS),
        (Topic.FOLLOW_UP, Person(A, preferred="post"), PHONE),
        (Topic.BRAND_SMS, Person(C, preferred="phone"), SMS),
        (Topic.BRAND_SMS, Person(A, preferred="phone"), SMS),
        (Topic.PROMOTION, Person(B, preferred="phone"), SMS),
        (Topic.NEW_ARRIVALS, Person(B, preferred="phone"), PHONE),
        (Topic.NEW_ARRIVALS, Person(C, preferred="phone"), SMS),
        (Topic.GIFT_WAITING, Person(C, preferred="sms"), SMS),
        (Topic.PERSONAL, Person(C), Skip.GRADE),
        (Topic.FOLLOW_UP, Person(A, preferred="微信"), PHONE),
        (Topic.FOLLOW_UP, Person(A, refused=frozenset({"phone"})), SMS),
        (Topic.FOLLOW_UP, Person(A, refused=frozenset({"phone", "sms"})), Skip.OPTED_OUT),
        (Topic.FOLLOW_UP, Person(A, preferred="phone", refused=frozenset({"phone"})), SMS),
        (Topic.BRAND_SMS, Person(C, refused=frozenset({"sms"})), Skip.OPTED_OUT),
        (Topic.BRAND_SMS, Person(B, refused=frozenset({"sms"})), Skip.OPTED_OUT),
        (Topic.PERSONAL, Person(B, refused=frozenset({"sms"})), PHONE),
        (Topic.BIRTHDAY, Person(A, phone=False), Skip.NO_PHONE),
        (Topic.BIRTHDAY, Person(A, doubtful=True), Skip.DOUBTFUL),
        (Topic.PERSONAL, Person(A, phone=False, preferred="post"), POST),
        (Topic.BIRTHDAY, Person(A, lost=True), Skip.LOST),
        (Topic.WIN_BACK, Person(A, lost=True), PHONE),
        (Topic.WIN_BACK, Person(C, lost=True), SMS),
        (Topic.BIRTHDAY, Person(A, minor=True), Skip.MINOR),
    ],
)
def test_wishes_and_opt_outs_win_over_the_matrix(topic: Topic, person: Person, way: Channel | Skip) -> None:
    assert rules.channel(topic, person, POLICY) == way


def test_a_c_customer_may_be_phoned_without_a_gift_when_the_shop_says_so() -> None:
    policy = replace(POLICY, c_phone_only_with_gift=False)
    person = Person(C, refused=frozenset({"sms"}))
    assert rules.channel(Topic.FOLLOW_UP, person, policy) is PHONE


@pytest.mark.parametrize(
    "person, way",
    [
        (Person(A), POST),
        (Person(B), POST),
        (Person(C), Skip.GRADE),
        (Person(A, phone=False), POST),
        (Person(A, refused=frozenset({"post"})), Skip.OPTED_OUT),
        (Person(B, lost=True), Skip.LOST),
        (Person(B, minor=True), Skip.MINOR),
    ],
)
def test_cards_go_to_a_and_b(person: Person, way: Channel | Skip) -> None:
    assert rules.card(person, POLICY) == way


@pytest.mark.parametrize(
    "grade, wished, days",
    [(A, None, 7), (B, None, 15), (C, None, 15), (A, 30, 30), (C, 10, 10), (B, 1, 3), (B, 0, 15)],
)
def test_the_cycle_of_each_grade_and_the_customers_own(grade: Grade, wished: int | None, days: int) -> None:
    assert rules.interval(grade, wished, POLICY) == days


@pytest.mark.parametrize(
    "grade, every, topics",
    [
        (A, 7, (Topic.PERSONAL,)),
        (A, 30, (Topic.PERSONAL, Topic.BRAND_SMS)),
        (B, 15, (Topic.PERSONAL, Topic.BRAND_SMS)),
        (C, 15, (Topic.BRAND_SMS,)),
        (C, 5, (Topic.BRAND_SMS,)),
    ],
)
def test_what_keeps_touch(grade: Grade, every: int, topics: tuple[Topic, ...]) -> None:
    assert rules.rhythm_topics(grade, every, POLICY) == topics


@given(st.dates(date(2024, 1, 1), date(2034, 12, 31)))
def test_every_day_has_its_cards_posted_exactly_once(target: date) -> None:
    post = almanac.posting_day(target, POSTING.lead_days, POSTING.skip_sundays_and_holidays)
    assert target in rules.card_days(post, POSTING)
    for offset in range(-3, 4):
        other = post + timedelta(days=offset)
        assert (target in rules.card_days(other, POSTING)) == (other == post)


def test_cards_are_never_posted_on_a_sunday_or_holiday() -> None:
    assert rules.card_days(date(2026, 11, 22), POSTING) == ()
    assert rules.card_days(date(2026, 11, 21), POSTING) == (date(2026, 11, 25), date(2026, 11, 26))


def test_contacts_of_one_day_are_folded_and_letters_stand_apart() -> None:
    needs = [
        Need(1, Topic.FOLLOW_UP, "f", DAY, PHONE),
        Need(1, Topic.BIRTHDAY, "b", DAY, PHONE),
        Need(1, Topic.BIRTHDAY, "card", DAY, POST),
        Need(2, Topic.FOLLOW_UP, "g", DAY, SMS),
        Need(1, Topic.FOLLOW_UP, "h", DAY + timedelta(days=1), PHONE),
    ]
    folded = [[need.key for need in group] for group in rules.fold(needs)]
    assert folded == [["b", "f"], ["card"], ["g"], ["h"]]


def test_a_routine_contact_gives_way_to_one_with_a_reason() -> None:
    needs = [Need(1, Topic.PERSONAL, "r", DAY, SMS), Need(1, Topic.FOLLOW_UP, "f", DAY, PHONE)]
    assert [[need.key for need in group] for group in rules.fold(needs)] == [["f"]]


def test_a_gift_turns_the_message_into_a_call() -> None:
    assert rules.together([SMS, PHONE]) is PHONE
    assert rules.together([SMS]) is SMS
    assert rules.together([]) is SMS


def test_the_topic_weighs_more_than_the_grade() -> None:
    weights = [rules.importance([topic], grade) for topic in rules.BY_WEIGHT for grade in (A, B, C)]
    assert weights == sorted(weights, reverse=True) and len(set(weights)) == len(weights)


def _call(
    number: int, importance: int = 50, *, due: date = DAY, fixed: bool = False, waited: int = 0
) -> Call:
    return Call(number, due, due - timedelta(days=waited), importance, fixed)


def test_what_does_not_fit_the_hour_moves_the_least_important_first() -> None:
    calls = [_call(n, importance=n) for n in range(1, 21)]
    assert sorted(rules.overflow(calls, DAY, 15)) == [1, 2, 3, 4, 5]
    assert rules.overflow(calls[:15], DAY, 15) == []


def test_greetings_never_move_and_take_their_places_first() -> None:
    calls = [_call(n, 5, fixed=True) for n in range(20)] + [_call(99, 100)]
    assert rules.overflow(calls, DAY, 15) == [99]


def test_overdue_calls_stay_on_top_and_take_the_hour() -> None:
    late = [_call(n, 1, due=DAY - timedelta(days=1)) for n in range(14)]
    assert rules.overflow([*late, _call(50, 60), _call(51, 70)], DAY, 15) == [50]


def test_a_call_that_waited_long_overtakes_a_weightier_one() -> None:
    calls = [_call(1, 50), _call(2, 45, waited=6)]
    assert rules.overflow(calls, DAY, 1) == [1]


@given(
    st.lists(
        st.tuples(st.integers(0, 120), st.booleans(), st.integers(-3, 0), st.integers(0, 20)), max_size=60
    ),
    st.integers(1, 20),
)
def test_the_hour_is_kept_unless_what_cannot_move_fills_it(
    made: list[tuple[int, bool, int, int]], capacity: int
) -> None:
    calls = [
        Call(n, DAY + timedelta(days=ago), DAY + timedelta(days=ago - waited), weight, fixed)
        for n, (weight, fixed, ago, waited) in enumerate(made)
    ]
    moving = set(rules.overflow(calls, DAY, capacity))
    staying = [call for call in calls if call.id not in moving]
    unmovable = [call for call in calls if call.fixed or call.due < DAY]
    assert all(call in staying for call in unmovable)
    assert len(staying) <= max(capacity, len(unmovable))
    assert not moving or len(staying) >= capacity
    assert rules.overflow(staying, DAY, capacity) == []


@pytest.mark.parametrize(
    "topic, by_post, on, today, reason",
    [
        (Topic.BIRTHDAY, False, DAY, DAY, None),
        (Topic.BIRTHDAY, False, DAY, DAY + timedelta(days=1), Expired.LATE_GREETING),
        (Topic.FESTIVAL, False, DAY, DAY + timedelta(days=1), Expired.LATE_GREETING),
        (Topic.BIRTHDAY, True, DAY, DAY - timedelta(days=1), None),
        (Topic.BIRTHDAY, True, DAY, DAY, Expired.LATE_CARD),
        (Topic.EARLY_NOTICE, False, DAY, DAY - timedelta(days=1), None),
        (Topic.EARLY_NOTICE, False, DAY, DAY, Expired.HAPPENED),
        (Topic.FOLLOW_UP, False, None, DAY, None),
        (Topic.GIFT_WAITING, False, DAY, DAY + timedelta(days=20), None),
    ],
)
def test_a_greeting_that_came_too_late_expires(
    topic: Topic, by_post: bool, on: date | None, today: date, reason: Expired | None
) -> None:
    assert rules.expiry(topic, by_post, on, today, POLICY) is reason


def test_no_answer_comes_back_the_next_day_three_times() -> None:
    tomorrow = DAY + timedelta(days=1)
    assert [rules.next_try(tries, DAY, POLICY) for tries in (1, 2, 3)] == [tomorrow, tomorrow, None]


def test_three_promotions_in_a_row_are_enough() -> None:
    sold = (Topic.PROMOTION,)
    assert rules.only_promotion([sold, (Topic.BRAND_SMS,), (Topic.NEW_ARRIVALS, Topic.PROMOTION)], POLICY)
    assert not rules.only_promotion([sold, sold], POLICY)
    assert not rules.only_promotion([sold, (Topic.PERSONAL, Topic.BRAND_SMS), sold], POLICY)
    assert not rules.only_promotion([sold, (), sold], POLICY)


def test_an_opt_out_from_messages_stops_calls_too() -> None:
    assert rules.stopped_by("sms") == rules.stopped_by("phone") == {SMS, PHONE}
    assert rules.stopped_by("post") == {POST}
    assert rules.stopped_by("all") == {SMS, PHONE, POST, VISIT}


@pytest.mark.parametrize("year, minor", [(None, False), (2012, False), (2013, True), (2026, True)])
def test_children_are_left_alone(year: int | None, minor: bool) -> None:
    assert rules.is_minor(year, DAY) is minor
