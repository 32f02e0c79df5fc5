"""The owner's checks as rules: worth, whose yes, whom to ask, what is odd."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kinds import StockKind
from services.rules import gift_checks as rules
from services.rules.gift_checks import Delivered, IssuedGift, Loss

R, ISSUED, BACK, BROKEN, COUNTED = (
    StockKind.RECEIVED,
    StockKind.ISSUED,
    StockKind.RETURNED,
    StockKind.BROKEN,
    StockKind.COUNTED,
)
DAY = date(2026, 10, 8)


@pytest.mark.parametrize(
    ("moves", "worth"),
    [
        ([], (0, 0)),
        ([(R, 10, 100)], (10, 1_000)),
        ([(R, 10, 100), (R, 10, 200)], (20, 3_000)),
        ([(R, 10, 100), (R, 10, 200), (ISSUED, -10, None)], (10, 1_500)),
        ([(R, 10, 100), (ISSUED, -10, None), (R, 1, 700)], (1, 700)),
        ([(R, 3, 100), (BROKEN, -1, None), (COUNTED, 1, None)], (3, 300)),
        ([(R, 1, 100), (ISSUED, -1, None), (BACK, 1, None)], (1, 100)),
        ([(R, 4, 100), (R, 2, 400), (R, -2, 400)], (4, 400)),
        ([(COUNTED, 5, None)], (5, 5 * 250)),
        ([(R, 2, None)], (2, 500)),
    ],
)
def test_stock_is_worth_what_was_paid_on_the_moving_average(moves, worth) -> None:
    assert rules.worth([Delivered(*one) for one in moves], 250) == worth


histories = st.lists(
    st.one_of(
        st.tuples(st.just(R), st.integers(1, 50), st.integers(0, 10**6)),
        st.tuples(st.sampled_from([ISSUED, BROKEN]), st.integers(-9, -1), st.none()),
        st.tuples(st.sampled_from([BACK, COUNTED]), st.integers(1, 9), st.none()),
    ),
    max_size=40,
)


@given(history=histories)
def test_worth_is_never_negative_zero_without_pieces_and_between_the_costs(history) -> None:
    kept, stock = [], 0
    for kind, quantity, cost in history:
        if stock + quantity >= 0:
            stock += quantity
            kept.append(Delivered(kind, quantity, cost))
    pieces, value = rules.worth(kept, 1_000)
    costs = [1_000, *(one.unit_cost for one in kept if one.unit_cost is not None)]
    assert pieces == stock and (value == 0 if not stock else value >= 0)
    # Rounding to whole fen may move a piece's average by one fen an act.
    assert (min(costs) - len(kept)) * stock <= value <= (max(costs) + len(kept)) * stock


@pytest.mark.parametrize(
    ("available", "level", "buy"), [(5, 0, 0), (5, 5, 0), (4, 5, 6), (0, 5, 10), (-3, 5, 13), (99, 100, 101)]
)
def test_a_gift_below_its_level_is_filled_up_to_twice_of_it(available: int, level: int, buy: int) -> None:
    assert rules.to_buy(available, level, 200) == buy


@pytest.mark.parametrize(
    ("value", "before", "waits"),
    [(5_000, 0, False), (5_001, 0, True), (2_501, 2_500, True), (0, 9_999, False)],
)
def test_a_loss_above_the_months_limit_waits_for_the_owner(value: int, before: int, waits: bool) -> None:
    assert rules.needs_owner(value, before, 5_000) is waits


@pytest.mark.parametrize(
    ("all_", "asked"), [(0, 0), (3, 3), (5, 5), (99, 5), (100, 5), (101, 6), (1_000, 50)]
)
def test_five_percent_are_asked_but_at_least_five(all_: int, asked: int) -> None:
    assert rules.sample_size(all_, 5, 5) == asked


@given(
    ids=st.sets(st.integers(1, 10**9), min_size=1, max_size=60), number=st.integers(1, 20), month=st.text()
)
def test_a_sample_is_reproducible_whatever_the_order_of_the_books(ids, number: int, month: str) -> None:
    seed = rules.seed_of("secret", month, "f" * 64)
    first = rules.drawn(sorted(ids), seed, number)
    assert first == rules.drawn(sorted(ids, reverse=True), seed, number)
    assert len(first) == len(set(first)) == min(number, len(ids)) and set(first) <= ids


def test_every_gift_is_drawn_about_as_often_as_any_other() -> None:
    """1,000 months of 5 among 50: each is expected 100 times; six sigma is 57."""
    hits: Counter[int] = Counter()
    for month in range(1_000):
        hits.update(rules.drawn(range(1, 51), rules.seed_of("secret", str(month), "chain"), 5))
    assert set(hits) == set(range(1, 51))
    assert min(hits.values()) >= 43 and max(hits.values()) <= 157
    assert rules.seed_of("secret", "1", "chain") != rules.seed_of("secret", "1", "other")


def a_gift(line: int, customer: int = 1, occasion: str = "birthday", day: date = DAY, **more) -> IssuedGift:
    return IssuedGift(
        **{
            **{
                "line": line,
                "customer": customer,
                "occasion": occasion,
                "due": day,
                "day": day,
                "cost": 2_500,
            },
            **{"issuer": 9, "submitter": 7, "decider": 8},
            **more,
        }
    )


def kinds(found) -> list[str]:
    return [one.kind for one in found]


@pytest.mark.parametrize(
    ("gift", "kind"),
    [
        (a_gift(1), []),
        (a_gift(1, decider=None), ["unapproved"]),
        (a_gift(1, occasion="purchase", decider=None, submitter=None), []),
        (a_gift(1, decider=7), ["own_approval"]),
        (a_gift(1, decider=7, single=True), []),
        (a_gift(1, moved=False), ["no_move"]),
    ],
)
def test_what_cannot_happen_through_the_program_is_named(gift: IssuedGift, kind: list[str]) -> None:
    assert kinds(rules.unapproved([gift])) == kind


@pytest.mark.parametrize(
    ("days", "occasion", "twice"),
    [(0, "birthday", 0), (3, "birthday", 1), (299, "may_day", 1), (300, "birthday", 0), (354, "birthday", 0),
     (3, "season", 0), (3, "purchase", 0)],
)  # fmt: skip
def test_one_occasion_of_a_year_is_given_once(days: int, occasion: str, twice: int) -> None:
    gifts = [a_gift(1, occasion=occasion, day=DAY - timedelta(days=days)), a_gift(2, occasion=occasion)]
    assert len(rules.twice(gifts, lambda one: one.day == DAY)) == twice


def test_staff_phones_are_found_among_the_customers() -> None:
    gifts = [a_gift(1, phones=("139", "138")), a_gift(2, phones=("138",)), a_gift(3, phones=("137",))]
    (found,) = rules.staff_phones(gifts, {"138": 4})
    assert (found.lines, found.person, found.number) == ((1, 2), 4, 2)


@pytest.mark.parametrize(
    ("days", "other", "occasions", "hits"),
    [
        (0, 2, ("birthday", "birthday"), 1),
        (6, 2, ("birthday", "may_day"), 1),
        (7, 2, ("birthday", "may_day"), 0),
        (3, 1, ("birthday", "may_day"), 0),
        (3, 1, ("purchase", "purchase"), 1),
    ],
)
def test_a_phone_that_collects_twice_in_a_week_is_named(days: int, other: int, occasions, hits: int) -> None:
    gifts = [
        a_gift(1, occasion=occasions[0], day=DAY - timedelta(days=days), phones=("138",), ticket=1),
        a_gift(2, other, occasions[1], phones=("138", "139"), ticket=2),
    ]
    assert len(rules.same_phone(gifts, 7, lambda one: one.line == 2)) == hits


@pytest.mark.parametrize(
    ("numbers", "before", "named"),
    [
        ({1: 21, 2: 10}, {}, [1]),
        ({1: 20, 2: 10}, {}, []),
        ({1: 9, 2: 1}, {}, []),
        ({1: 30}, {1: 10.0}, [1]),
        ({1: 30}, {}, []),
        ({1: 12, 2: 11, 3: 60}, {}, [3]),
    ],
)
def test_who_gives_far_more_purchase_gifts_than_usual_is_named(numbers, before, named: list[int]) -> None:
    given = {person: list(range(number)) for person, number in numbers.items()}
    assert [one.person for one in rules.many_purchase_gifts(given, before, 200, 10)] == named


@pytest.mark.parametrize(
    ("at", "kind"),
    [
        (datetime(2026, 10, 8, 8, 0), []),
        (datetime(2026, 10, 8, 22, 0), []),
        (datetime(2026, 10, 8, 7, 59), ["hours"]),
        (datetime(2026, 10, 8, 22, 1), ["hours"]),
        (datetime(2026, 10, 9, 12, 0), ["dated"]),
        (None, []),
    ],
)
def test_hours_and_days_that_do_not_fit_are_named(at: datetime | None, kind: list[str]) -> None:
    assert kinds(rules.out_of_hours([a_gift(1, at=at)], time(8), time(22))) == kind


def test_gifts_cut_up_under_the_limit_are_named() -> None:
    one = a_gift(1, occasion="season", issuer=7, cost=3_000)
    two = a_gift(2, occasion="owner_choice", issuer=7, cost=3_000)
    assert kinds(rules.split_gifts([one, two], 5_000)) == ["split"]
    assert rules.split_gifts([one], 5_000) == []
    assert rules.split_gifts([one, a_gift(3, occasion="season", issuer=7, cost=3_000)], 5_000) == []
    assert rules.split_gifts([one, a_gift(2, 2, "owner_choice", issuer=7, cost=3_000)], 5_000) == []


def test_losses_are_named_by_gift_and_by_person() -> None:
    losses = [Loss(n, 1, BROKEN, -1, 900, 5, DAY) for n in range(3)]
    losses += [Loss(9, 2, COUNTED, -2, 1_800, 5, DAY), Loss(10, 2, COUNTED, 3, 2_700, 5, DAY)]
    (small,) = rules.small_losses(losses, 3)
    assert (small.person, small.number, small.value) == (5, 3, 2_700)
    assert rules.small_losses(losses[:2], 3) == []
    (short,) = rules.below_book(losses)
    assert (short.moves, short.number, short.value) == ((9,), 2, 1_800)


@pytest.mark.parametrize(
    ("mix", "beside"),
    [({}, None), ({"A": 1}, 200), ({"A": 1, "B": 3}, 125), ({"A": 1, "C": 1}, None), ({"A": 0}, None)],
)
def test_those_without_a_gift_are_weighed_like_those_with_one(mix, beside: int | None) -> None:
    assert rules.mixed({"A": (10, 2_000), "B": (4, 400), "C": (0, 0)}, mix) == beside


@pytest.mark.parametrize(("day", "month"), [(date(2026, 1, 1), "2025-12"), (date(2026, 12, 31), "2026-11")])
def test_the_month_to_check_is_the_one_that_is_over(day: date, month: str) -> None:
    assert rules.month_before(day) == month
