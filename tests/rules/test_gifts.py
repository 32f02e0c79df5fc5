"""The rule book's table of gifts (seeds/002 五), its limits on both sides of each boundary, and who takes which step."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kinds import Grade, Handover, LineStatus, Occasion
from services.errors import NotAllowed, Refused
from services.policy import load
from services.rules.gift_choice import Chooser
from services.rules.gift_reasons import reason_text, reason_words
from services.rules.gifts import (
    FESTIVALS,
    CostLimits,
    GiftFacts,
    Hands,
    approver_alone,
    check_checker,
    check_gifts,
    check_issuer,
    check_step,
    limits_for,
    season_gift_days,
    statuses_before,
)

POLICY = load().gifts
BOOKLET = GiftFacts(90, "春季手册", "时尚资讯手册", 500)
VOUCHER = GiftFacts(91, "礼金券", "礼金券", 10_000, 10_000)


def gift(cost: int, number: int = 1, **more) -> GiftFacts:
    return GiftFacts(number, f"礼品{number}", "小件", cost, **more)


@pytest.mark.parametrize(
    ("grade", "occasion", "expected"),
    [
        ("A", "birthday", CostLimits(Handover.DELIVER, 12_500, 20_000, parts=4)),
        ("B", "birthday", CostLimits(Handover.COLLECT, 2_500, 20_000)),
        ("A", "may_day", CostLimits(Handover.COLLECT, max_fen=2_500)),
        (
            "B",
            "national_day",
            CostLimits(Handover.POST, gift_class="时尚资讯手册", voucher_fen=10_000, parts=2),
        ),
        ("C", "birthday", None),
        ("C", "spring_festival", None),
        ("C", "purchase", CostLimits(Handover.COLLECT, max_fen=1_500)),
        ("A", "follow_up", None),
    ],
)
def test_the_standard_of_each_grade_and_occasion(
    grade: str, occasion: str, expected: CostLimits | None
) -> None:
    assert limits_for(grade, occasion, False, POLICY) == expected


@pytest.mark.parametrize("occasion", [*sorted(FESTIVALS), Occasion.BIRTHDAY])
@pytest.mark.parametrize("grade", list(Grade))
def test_special_customers_are_the_owner_s_choice(grade: Grade, occasion: Occasion) -> None:
    found = limits_for(grade, occasion, True, POLICY)
    assert found is not None and found.owner_decides
    check_gifts(found, [gift(1_000_000)])


A_FESTIVAL = limits_for("A", "may_day", False, POLICY)
A_BIRTHDAY = limits_for("A", "birthday", False, POLICY)
B_BIRTHDAY = limits_for("B", "birthday", False, POLICY)
B_FESTIVAL = limits_for("B", "may_day", False, POLICY)
PURCHASE = limits_for("C", "purchase", False, POLICY)


@pytest.mark.parametrize(
    ("limits", "costs", "fits"),
    [
        (A_FESTIVAL, [2_500], True),
        (A_FESTIVAL, [2_501], False),
        (A_FESTIVAL, [1_000, 1_000], False),
        (A_BIRTHDAY, [12_500], True),
        (A_BIRTHDAY, [12_499], False),
        (A_BIRTHDAY, [6_250, 6_250], True),
        (A_BIRTHDAY, [6_250, 6_249], False),
        (A_BIRTHDAY, [20_000], True),
        (A_BIRTHDAY, [20_001], False),
        (A_BIRTHDAY, [2_500] * 5, False),
        (B_BIRTHDAY, [2_500], True),
        (B_BIRTHDAY, [2_499], False),
        (PURCHASE, [1_500], True),
        (PURCHASE, [1_501], False),
    ],
)
def test_limits_on_both_sides_of_each_boundary(limits: CostLimits, costs: list[int], fits: bool) -> None:
    chosen = [gift(cost, number) for number, cost in enumerate(costs, 1)]
    if fits:
        check_gifts(limits, chosen)
    else:
        with pytest.raises(Refused):
            check_gifts(limits, chosen)


@pytest.mark.parametrize(
    ("chosen", "fits"),
    [
        ([BOOKLET, VOUCHER], True),
        ([BOOKLET], True),
        ([VOUCHER], True),
        ([BOOKLET, gift(10_000)], False),
        ([gift(500), VOUCHER], False),
        ([BOOKLET, GiftFacts(92, "50元券", "礼金券", 5_000, 5_000)], False),
        ([], False),
        ([BOOKLET, BOOKLET], False),
    ],
)
def test_b_festivals_are_booklet_and_voucher_and_nothing_else(chosen: list[GiftFacts], fits: bool) -> None:
    if fits:
        check_gifts(B_FESTIVAL, chosen)
    else:
        with pytest.raises(Refused):
            check_gifts(B_FESTIVAL, chosen)


# --- the choice


costs_of = st.lists(st.integers(100, 16_000), min_size=0, max_size=9, unique=True)


@given(costs_of, st.integers(0, 2**9), st.integers(0, 2**9))
def test_an_a_birthday_costs_as_little_as_any_allowed_combination(
    costs: list[int], free: int, had: int
) -> None:
    gifts = [gift(cost, number) for number, cost in enumerate(costs)]
    chooser = Chooser(gifts, POLICY)
    choice = chooser.choose(A_BIRTHDAY, free, had)
    able = [one for one in gifts if chooser.bit[one.id] & free and not chooser.bit[one.id] & had]
    sums = [
        total
        for number in range(1, A_BIRTHDAY.parts + 1)
        for some in combinations(able, number)
        if A_BIRTHDAY.min_fen <= (total := sum(one.cost for one in some)) <= A_BIRTHDAY.max_fen
    ]
    if sums:
        assert choice.total == min(sums)
        check_gifts(A_BIRTHDAY, [part.gift for part in choice.parts if part.gift])
    else:
        assert [part.gift for part in choice.parts] == [None]


@given(costs_of, st.sets(st.integers(0, 8)))
def test_a_liked_gift_costs_at_most_the_policy_s_percentage_more(costs: list[int], liked: set[int]) -> None:
    gifts = [gift(cost, n, suits=frozenset({"红"} if n in liked else ())) for n, cost in enumerate(costs)]
    chooser = Chooser(gifts, POLICY)
    everything = 2 ** len(gifts) - 1
    plain = chooser.choose(A_BIRTHDAY, everything)
    suited = chooser.choose(A_BIRTHDAY, everything, 0, frozenset({"红"}))
    if plain.total:
        most = plain.total * (100 + POLICY.liked_may_cost_more_percent)
        assert plain.total * 100 <= suited.total * 100 <= most


@given(costs_of, st.integers(0, 2**9), st.sets(st.integers(0, 8)), st.sampled_from(["finest", "cheapest"]))
def test_the_first_ranked_answer_is_the_choice_and_all_are_within_the_standard(
    costs: list[int], free: int, liked: set[int], ceiling: str
) -> None:
    gifts = [gift(cost, n, suits=frozenset({"红"} if n in liked else ())) for n, cost in enumerate(costs)]
    chooser = Chooser(gifts, replace(POLICY, under_ceiling=ceiling))
    for limits in (A_BIRTHDAY, A_FESTIVAL):
        likes = frozenset({"红"})
        ranked = chooser.ranked(limits, free, 0, likes, 5)
        choice = chooser.choose(limits, free, 0, likes)
        assert bool(ranked) == (choice.parts[0].gift is not None)
        seen = set()
        for parts in ranked:
            chosen = [part.gift for part in parts if part.gift]
            check_gifts(limits, chosen)
            assert all(chooser.bit[one.id] & free for one in chosen)
            seen.add(frozenset(one.id for one in chosen))
        assert len(seen) == len(ranked)
        if ranked:
            assert sum(part.gift.cost for part in ranked[0] if part.gift) == choice.total


def test_under_a_ceiling_the_policy_may_ask_for_the_cheapest() -> None:
    chooser = Chooser([gift(1_800, 1), gift(2_400, 2)], replace(POLICY, under_ceiling="cheapest"))
    choice = chooser.choose(A_FESTIVAL, 3)
    assert [part.gift.id for part in choice.parts if part.gift] == [1]
    assert "花费最少" in reason_words(choice.parts[0].reason)


@pytest.mark.parametrize(
    ("days", "lead", "due"),
    [
        (["03-01", "09-01"], 14, [date(2027, 2, 15), date(2027, 8, 18)]),
        (["01-05"], 10, [date(2026, 12, 26)]),
        ([], 14, []),
    ],
)
def test_season_gifts_are_due_their_lead_days_before(days: list[str], lead: int, due: list[date]) -> None:
    assert season_gift_days(days, lead, 2027) == due


@pytest.mark.parametrize("grade", ["A", "B", "C"])
@pytest.mark.parametrize("occasion", ["season", "remembered_day"])
def test_seasons_and_days_to_remember_have_a_ceiling_by_grade(grade: str, occasion: str) -> None:
    found = limits_for(grade, occasion, False, POLICY)
    if grade == "C":
        assert found is None
    else:
        assert found is not None and found.max_fen and not found.min_fen
    special = limits_for(grade, occasion, True, POLICY)
    assert special is not None and special.owner_decides


def test_an_a_festival_is_the_finest_gift_that_the_standard_allows() -> None:
    chooser = Chooser([gift(1_800, 1), gift(2_400, 2), gift(2_600, 3), BOOKLET, VOUCHER], POLICY)
    assert [part.gift.id for part in chooser.choose(A_FESTIVAL, 31).parts if part.gift] == [2]
    assert [part.gift.id for part in chooser.choose(A_FESTIVAL, 31, 2).parts if part.gift] == [1]
    assert [part.gift for part in chooser.choose(A_FESTIVAL, 31, 3).parts] == [None]


def test_a_b_festival_says_which_of_the_two_pieces_is_missing() -> None:
    chooser = Chooser([BOOKLET, VOUCHER], POLICY)
    both = chooser.choose(B_FESTIVAL, 3)
    assert [part.gift for part in both.parts] == [BOOKLET, VOUCHER]
    only = chooser.choose(B_FESTIVAL, 1)
    assert [part.gift for part in only.parts] == [BOOKLET, None]
    assert reason_words(only.parts[1].reason) == "标准：￥100.00礼金券一张；没有合适的库存，列入采购"


def test_the_booklet_comes_again_where_there_is_no_newer_issue() -> None:
    newer = GiftFacts(95, "夏季手册", "时尚资讯手册", 500)
    chooser = Chooser([BOOKLET, newer, VOUCHER], POLICY)
    bit = chooser.bit
    assert chooser.choose(B_FESTIVAL, 7, bit[95]).parts[0].gift == BOOKLET
    assert chooser.choose(B_FESTIVAL, 7, bit[90]).parts[0].gift == newer
    assert chooser.choose(B_FESTIVAL, 7, bit[90] | bit[95]).parts[0].gift == newer


def test_reasons_are_spoken_and_what_people_wrote_stays() -> None:
    text = reason_text(rule="min", min=2_500, max=20_000, total=2_800, span="12 months", liked="墨绿")
    assert reason_words(text) == "成本合计￥28.00，不低于￥25.00；合其喜好：墨绿；12个月内没有送过"
    for own in ("老朋友", "", "{", '{"a": 1}', "{没有}"):
        assert reason_words(own) == own


# --- steps and hands


@pytest.mark.parametrize("status", list(LineStatus))
@pytest.mark.parametrize(
    "step", ["submit", "approve", "return", "choose", "cancel", "replace", "issue", "check"]
)
def test_each_step_is_taken_only_from_its_states(step: str, status: LineStatus) -> None:
    if status in statuses_before(step):
        check_step(step, status)
    else:
        with pytest.raises(Refused):
            check_step(step, status)


def test_nobody_approves_their_own_submission_unless_alone() -> None:
    assert approver_alone(1, 2, 5) is False
    assert approver_alone(1, 1, 1) is True
    with pytest.raises(NotAllowed):
        approver_alone(1, 1, 2)


SMALL, LARGE = POLICY.issuer_may_be_submitter_below_fen - 1, POLICY.issuer_may_be_submitter_below_fen


@pytest.mark.parametrize(
    ("issuer", "cost", "active", "may"),
    [
        ("clerk", LARGE, {1, 2, 3}, True),
        ("submitter", SMALL, {1, 2, 3}, True),
        ("submitter", LARGE, {1, 2, 3}, False),
        ("submitter", LARGE, {1, 2}, True),
        ("approver", SMALL, {1, 2, 3}, False),
        ("approver", SMALL, {1, 2}, False),
    ],
)
def test_submitter_approver_and_issuer_are_three_people(
    issuer: str, cost: int, active: set[int], may: bool
) -> None:
    who = {"submitter": 1, "approver": 2, "clerk": 3}[issuer]
    hands = Hands(submitted_by=1, decided_by=2, cost=cost)
    if may:
        check_issuer(who, hands, frozenset(active), POLICY)
    else:
        with pytest.raises(NotAllowed):
            check_issuer(who, hands, frozenset(active), POLICY)


def test_the_only_person_of_a_shop_may_do_all() -> None:
    check_issuer(1, Hands(1, 1, LARGE), frozenset({1}), POLICY)
    check_checker(1, 1, 1)
    with pytest.raises(NotAllowed):
        check_checker(1, 1, 2)
    check_checker(1, 2, 2)
