"""Who is left out of a campaign, and the lot that leaves some uncontacted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kinds import CampaignState, Channel, Grade, Topic
from services.rules import campaigns as rules
from services.rules import sms
from services.rules.campaigns import Left, Person

FIRST = date(2026, 12, 1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Contacts:
    spacing_days: int = 3
    c_phone_only_with_gift: bool = True
    a_post: bool = True


def left(channel: Channel = Channel.SMS, *, off: frozenset[Grade] = frozenset(), policy: Contacts | None = None, **facts: object) -> Left | None:  # fmt: skip
    who = Person(**{"grade": Grade.A, "number": "13800000001", **facts})  # type: ignore[arg-type]
    return rules.left_out(who, channel, FIRST, policy or Contacts(), off)


@pytest.mark.parametrize(
    ("channel", "facts", "why"),
    [
        ("sms", {}, None),
        ("sms", {"state": "merged"}, Left.GONE),
        ("sms", {"state": "erased"}, Left.GONE),
        ("sms", {"state": "lost"}, Left.LOST),
        ("sms", {"barred": True}, Left.OPTED_OUT),
        ("sms", {"barred": True, "asked": False}, Left.NO_CONSENT),
        ("sms", {"barred": True, "state": "lost"}, Left.OPTED_OUT),
        ("sms", {"minor": True}, Left.MINOR),
        ("sms", {"number_refused": True}, Left.NUMBER_REFUSED),
        ("sms", {"number": ""}, Left.NO_NUMBER),
        ("post", {"number": ""}, None),
        ("post", {"address": False}, Left.NO_ADDRESS),
        ("sms", {"address": False}, None),
        ("sms", {"doubtful": True}, Left.DOUBTFUL),
        ("sms", {"preferred": "phone"}, Left.OTHER_WAY),
        ("sms", {"preferred": "sms"}, None),
        ("sms", {"preferred": "随便"}, None),
        ("sms", {"last_contact": FIRST - 3 * DAY}, None),
        ("sms", {"last_contact": FIRST - 2 * DAY}, Left.SPACING),
        ("sms", {"last_contact": FIRST - 20 * DAY, "every_days": 30}, Left.SPACING),
        ("sms", {"meets": True}, Left.MEETS),
        ("sms", {"other_campaign": True}, Left.OTHER_CAMPAIGN),
        ("phone", {"grade": Grade.C}, Left.GRADE),
        ("phone", {"grade": Grade.B}, None),
        ("post", {"grade": Grade.B}, Left.GRADE),
        ("visit", {"grade": Grade.B}, Left.GRADE),
        ("visit", {}, None),
    ],
)
def test_each_reason_to_leave_somebody_out(channel: str, facts: dict[str, object], why: Left | None) -> None:
    assert left(Channel(channel), **facts) is why


def test_the_policy_opens_ways_and_the_matrix_closes_grades() -> None:
    assert left(Channel.PHONE, grade=Grade.C, policy=Contacts(c_phone_only_with_gift=False)) is None
    assert left(Channel.POST, grade=Grade.C, policy=Contacts(a_post=False)) is None
    assert left(off=frozenset({Grade.A})) is Left.GRADE


@given(
    st.fixed_dictionaries(
        {
            "state": st.sampled_from(["active", "lost", "merged", "erased"]),
            "minor": st.booleans(),
            "barred": st.booleans(),
            "number": st.sampled_from(["", "13800000001"]),
            "number_refused": st.booleans(),
            "doubtful": st.booleans(),
            "preferred": st.sampled_from(["", "sms", "phone", "post"]),
            "last_contact": st.one_of(st.none(), st.dates(FIRST - 40 * DAY, FIRST)),
            "every_days": st.one_of(st.none(), st.integers(1, 30)),
        }
    )
)
def test_whom_a_message_may_not_reach_is_never_in_the_lot(facts: dict[str, object]) -> None:
    """The lot is at least as strict as the batches of messages: nobody is drawn who cannot be written to."""
    who = sms.Candidate(customer=1, **facts)  # type: ignore[arg-type]
    if sms.judge(who, [Topic.PROMOTION], FIRST, 3) is not None:
        assert left(**facts) is not None


# ---- the lot


@pytest.mark.parametrize(
    ("people", "percent", "at_least", "sizes"),
    [
        ({Grade.A: 100, Grade.B: 200, Grade.C: 700}, 20, 30, (20, 40, 140)),
        ({Grade.A: 1, Grade.B: 2, Grade.C: 4}, 20, 30, (0, 1, 2)),
        ({Grade.A: 10, Grade.B: 20, Grade.C: 70}, 20, 30, (3, 6, 21)),
        ({Grade.A: 10, Grade.B: 20, Grade.C: 70}, 0, 30, (0, 0, 0)),
        ({Grade.A: 0, Grade.B: 0, Grade.C: 0}, 20, 30, (0, 0, 0)),
        ({Grade.A: 1, Grade.B: 0, Grade.C: 0}, 20, 30, (0, 0, 0)),
    ],
)
def test_so_many_are_left_uncontacted(
    people: dict[Grade, int], percent: int, at_least: int, sizes: tuple[int, ...]
) -> None:
    assert tuple(rules.control_sizes(people, percent, at_least, 50).values()) == sizes


@given(
    st.lists(st.integers(0, 500), min_size=3, max_size=3),
    st.integers(0, 50),
    st.integers(0, 60),
    st.integers(1, 50),
)
def test_the_sizes_keep_their_bounds(counts: list[int], percent: int, at_least: int, most: int) -> None:
    people = dict(zip(Grade, counts, strict=True))
    sizes = rules.control_sizes(people, percent, at_least, most)
    total, drawn = sum(counts), sum(sizes.values())
    assert drawn <= total * most // 100
    assert all(0 <= sizes[grade] <= people[grade] for grade in Grade)
    if drawn and total:
        assert all(abs(sizes[grade] - drawn * people[grade] / total) < 1 for grade in Grade)


def test_the_lot_is_repeatable_and_another_seed_draws_others() -> None:
    people = {Grade.A: range(1, 101), Grade.B: range(101, 301), Grade.C: range(301, 1001)}
    sizes = rules.control_sizes({grade: len(ids) for grade, ids in people.items()}, 20, 30, 50)
    seed = rules.seed_of("secret", 7, "aa")
    first = rules.draw_control(people, seed, sizes)
    assert first == rules.draw_control(people, seed, sizes) and len(first) == 200
    assert [len(first & set(ids)) for ids in people.values()] == [20, 40, 140]
    for other in (
        rules.seed_of("secret", 8, "aa"),
        rules.seed_of("secret", 7, "ab"),
        rules.seed_of("x", 7, "aa"),
    ):
        assert other != seed and rules.draw_control(people, other, sizes) != first


def test_everybody_is_as_likely_as_any_other() -> None:
    times = dict.fromkeys(range(1, 41), 0)
    for number in range(2_000):
        for one in rules.draw_control({Grade.B: range(1, 41)}, rules.seed_of("s", number, ""), {Grade.B: 10}):
            times[one] += 1
    # 500 expected, a standard deviation of 19.4: five of them on either side.
    assert min(times.values()) > 403 and max(times.values()) < 597, times


@pytest.mark.parametrize(
    ("state", "today", "shown"),
    [
        ("draft", FIRST, "draft"),
        ("released", FIRST - DAY, "released"),
        ("released", FIRST, "running"),
        ("closed", FIRST, "closed"),
    ],
)
def test_a_released_campaign_runs_from_its_first_day(state: str, today: date, shown: str) -> None:
    assert rules.state_on(CampaignState(state), FIRST, today) is CampaignState(shown)


def test_purchases_count_to_the_end_of_the_campaign_at_least() -> None:
    assert rules.last_day(FIRST, FIRST + 2 * DAY, 14) == FIRST + 14 * DAY
    assert rules.last_day(FIRST, FIRST + 30 * DAY, 14) == FIRST + 30 * DAY


def test_a_script_leaves_out_what_is_not_known() -> None:
    script = "{title}您好！您喜欢的{likes}到了。周六下午有茶会，请您来。"
    assert rules.said(script, {"title": "王女士", "likes": ""}) == "王女士您好！周六下午有茶会，请您来。"
    assert rules.said(script, {"title": "王女士", "likes": "墨绿"}).count("。") == 2
