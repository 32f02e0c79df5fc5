"""Scarce gifts shared over a plan: most customers, then the least total cost; held against trying everything out."""

from __future__ import annotations

from collections import Counter
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from models.kinds import Handover
from services.rules.gift_choice import Chooser
from services.rules.gift_reasons import reason_words
from services.rules.gift_scarcity import Seat, Sharing
from services.rules.gifts import CostLimits, GiftFacts


class Rules:
    """What the choice needs of the policy."""

    b_festival_class = "资讯手册"
    liked_may_cost_more_percent = 20
    under_ceiling = "finest"

    class not_again_within:
        amount = 0


def gift(number: int, cost: int, suits: str = "") -> GiftFacts:
    return GiftFacts(number, f"礼品{number}", "家居", cost, 0, frozenset(suits.split()))


def planned(
    gifts: list[GiftFacts], stock: dict[int, int], people: list[tuple[CostLimits, set[int]]]
) -> list[Seat]:
    """As the proposal does it: in order, each their best; then shared."""
    chooser = Chooser(gifts, Rules())  # type: ignore[arg-type]
    free, seats = dict(stock), []
    for limits, had in people:
        left = chooser.mask(number for number, pieces in free.items() if pieces > 0)
        choice = chooser.choose(limits, left, chooser.mask(had), frozenset())
        ids = tuple(sorted(part.gift.id for part in choice.parts if part.gift is not None))
        for number in ids:
            free[number] -= 1
        seats.append(Seat(limits, chooser.mask(had), frozenset(), ids))
    Sharing(chooser, seats, free).run()
    used = Counter(number for seat in seats for number in seat.ids)
    assert all(left >= 0 for left in free.values())
    assert {number: stock[number] - used[number] for number in stock} == free
    return seats


FLOOR = CostLimits(Handover.COLLECT, min_fen=2500)
TOGETHER = CostLimits(Handover.COLLECT, min_fen=9000, parts=3)


def best(
    costs: dict[int, int], stock: dict[int, int], people: list[tuple[CostLimits, set[int]]]
) -> tuple[int, int]:
    """(customers served, total cost) by trying everything out."""
    found = (0, 0)
    for answer in product(*([0, *costs] for _one in people)):
        used = Counter(answer)
        if any(used[number] > stock[number] for number in stock):
            continue
        fine = all(
            number == 0 or (costs[number] >= limits.min_fen and number not in had)
            for number, (limits, had) in zip(answer, people, strict=True)
        )
        if fine:
            served = sum(1 for number in answer if number)
            total = sum(costs.get(number, 0) for number in answer)
            found = max(found, (served, -total))
    return found[0], -found[1]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(2000, 6000), min_size=2, max_size=4),
    st.data(),
)
def test_single_gifts_reach_the_most_customers_at_the_least_total_cost(costs: list[int], data) -> None:
    gifts = [gift(number, cost) for number, cost in enumerate(costs, 1)]
    stock = {one.id: data.draw(st.integers(0, 2)) for one in gifts}
    had = st.sets(st.sampled_from([one.id for one in gifts]), max_size=3)
    people = [(FLOOR, data.draw(had)) for _one in range(data.draw(st.integers(1, 5)))]
    seats = planned(gifts, stock, people)
    price = {one.id: one.cost for one in gifts}
    served = sum(1 for seat in seats if seat.ids)
    total = sum(price[number] for seat in seats for number in seat.ids)
    assert (served, total) == best(price, stock, people)
    assert all(not set(seat.ids) & told for seat, (_limits, told) in zip(seats, people, strict=True))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(1500, 6000), min_size=3, max_size=6), st.data())
def test_gifts_put_together_stay_within_the_standard_and_nobody_loses(costs: list[int], data) -> None:
    gifts = [gift(number, cost) for number, cost in enumerate(costs, 1)]
    stock = {one.id: data.draw(st.integers(0, 3)) for one in gifts}
    had = st.sets(st.sampled_from([one.id for one in gifts]), max_size=2)
    limits = st.sampled_from([FLOOR, TOGETHER])
    people = [(data.draw(limits), data.draw(had)) for _one in range(data.draw(st.integers(2, 8)))]
    seats = planned(gifts, stock, people)
    again = planned(gifts, stock, people)
    assert [seat.ids for seat in seats] == [seat.ids for seat in again]
    price = {one.id: one.cost for one in gifts}
    for seat, (standard, told) in zip(seats, people, strict=True):
        if seat.ids:
            total = sum(price[number] for number in seat.ids)
            assert total >= standard.min_fen and len(set(seat.ids)) == len(seat.ids) <= standard.parts
            assert not set(seat.ids) & told
            assert total - min(price[number] for number in seat.ids) < standard.min_fen


def test_who_could_take_something_else_makes_room_for_who_could_not() -> None:
    cup, scarf = gift(1, 2600), gift(2, 3000)
    seats = planned([cup, scarf], {1: 1, 2: 1}, [(FLOOR, set()), (FLOOR, {2})])
    assert [seat.ids for seat in seats] == [(2,), (1,)]
    assert [seat.why for seat in seats] == ["share", "made"]


def test_an_earlier_claim_is_never_lost_to_a_later_one() -> None:
    cup = gift(1, 2600)
    seats = planned([cup], {1: 1}, [(FLOOR, set()), (FLOOR, set())])
    assert [seat.ids for seat in seats] == [(1,), ()]


def test_a_dear_piece_is_saved_by_an_exchange() -> None:
    cup, scarf, box = gift(1, 2600), gift(2, 5000), gift(3, 2700)
    # The first could take the box, the second had it: alone each takes the cheapest, and the scarf goes out.
    seats = planned([cup, scarf, box], {1: 1, 2: 1, 3: 1}, [(FLOOR, set()), (FLOOR, {3})])
    assert sorted(number for seat in seats for number in seat.ids) == [1, 3]


def test_a_set_of_gifts_is_freed_piece_by_piece() -> None:
    gifts = [gift(1, 2600), gift(2, 3000), gift(3, 4000), gift(4, 3000)]
    # The two before took the pieces that the third cannot do without.
    people = [(FLOOR, set()), (FLOOR, {1}), (TOGETHER, {4})]
    seats = planned(gifts, {1: 1, 2: 1, 3: 1, 4: 2}, people)
    assert all(seat.ids for seat in seats)
    assert set(seats[2].ids) == {1, 2, 3}


def test_the_reason_says_that_stock_was_tight() -> None:
    cup, scarf = gift(1, 2600), gift(2, 3000)
    chooser = Chooser([cup, scarf], Rules())  # type: ignore[arg-type]
    words = [
        reason_words(chooser.shared(FLOOR, [1], frozenset(), why).parts[0].reason)
        for why in ("made", "share", "save")
    ]
    assert all("库存紧" in one for one in words) and len(set(words)) == 3
