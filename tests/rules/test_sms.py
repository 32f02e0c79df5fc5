"""How short messages are counted and made, and who may get one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kinds import Topic
from services.errors import Refused
from services.policy import load
from services.rules import sms
from services.rules.sms import Candidate, SmsSkip

POLICY = load()
SMS = POLICY.sms
TODAY = date(2026, 11, 22)
SPACING = POLICY.contacts.spacing_days
FREE = Candidate(1, "13800000001")


@pytest.mark.parametrize(
    ("characters", "parts"),
    [(0, 0), (1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4), (268, 4), (269, 5)],
)
def test_seventy_make_one_part_and_sixty_seven_each_of_several(characters: int, parts: int) -> None:
    assert sms.length("字" * characters, SMS) == sms.Length(characters, parts)


@given(st.text(max_size=400))
def test_parts_hold_the_text_and_none_is_empty(text: str) -> None:
    found = sms.length(text, SMS)
    assert found.characters >= len(text)
    if found.parts > 1:
        assert (found.parts - 1) * SMS.part < found.characters <= found.parts * SMS.part
        assert found.characters > SMS.one_part
    else:
        assert found.characters <= SMS.one_part


@given(st.text(max_size=200), st.text(max_size=50))
def test_longer_texts_never_need_fewer_parts(text: str, more: str) -> None:
    assert sms.length(text + more, SMS).parts >= sms.length(text, SMS).parts


def test_an_emoji_takes_two_places() -> None:
    assert sms.length("🎁" * 36, SMS) == sms.Length(72, 2)


def test_the_signature_and_the_opt_out_wording_are_there_once_and_counted() -> None:
    once = sms.whole("新货到店", "和平路店", SMS)
    assert once == "【和平路店】新货到店。拒收请回复R"
    assert sms.whole(once, "和平路店", SMS) == once


@given(st.text(alphabet="新货到店。！{} aR", min_size=1, max_size=80))
def test_every_message_says_who_sends_it_and_how_to_refuse(body: str) -> None:
    text = sms.whole(body, "和平路店", SMS)
    assert text.startswith("【和平路店】") and text.endswith("拒收请回复R")


@pytest.mark.parametrize(
    ("body", "topic"),
    [
        ("", Topic.PERSONAL),
        ("{phone}您好", Topic.PERSONAL),
        ("{title您好", Topic.PERSONAL),
        ("【别的店】您好", Topic.PERSONAL),
        ("{festival}快乐", Topic.BIRTHDAY),
        ("{label}快乐", Topic.PROMOTION),
    ],
)
def test_a_text_with_what_nobody_can_fill_is_refused(body: str, topic: Topic) -> None:
    with pytest.raises(Refused):
        sms.check_body(body, topic)


def test_a_field_that_is_not_known_is_named() -> None:
    assert sms.filled("{title}，{item}还合身吗", {"title": "王女士", "item": ""})[1] == "item"
    assert sms.filled("{title}您好", {"title": "王【假】女士"}) == ("王假女士您好", "")


def test_what_platforms_refuse_is_said_beforehand() -> None:
    assert sms.warnings("到店抽奖", Topic.PROMOTION, SMS) == ("word:抽奖",)
    assert sms.warnings("{name}您好", Topic.PROMOTION, SMS) == ("personal",)
    assert sms.warnings("{name}您好", Topic.BIRTHDAY, SMS) == ()


REASONS = [
    ({"barred": True}, SmsSkip.OPTED_OUT),
    ({"barred": True, "consented": False}, SmsSkip.NO_CONSENT),
    ({"number_refused": True}, SmsSkip.NUMBER_REFUSED),
    ({"minor": True}, SmsSkip.MINOR),
    ({"state": "merged"}, SmsSkip.GONE),
    ({"state": "lost"}, SmsSkip.LOST),
    ({"number": ""}, SmsSkip.NO_MOBILE),
    ({"doubtful": True}, SmsSkip.DOUBTFUL),
    ({"preferred": "phone"}, SmsSkip.OTHER_WAY),
    ({"in_batch": True}, SmsSkip.IN_BATCH),
    ({"messaged_on": TODAY}, SmsSkip.TODAY),
    ({"last_contact": TODAY - timedelta(days=2)}, SmsSkip.SPACING),
    ({"last_contact": TODAY - timedelta(days=20), "every_days": 30}, SmsSkip.SPACING),
    ({"last_contact": TODAY - timedelta(days=3)}, None),
    ({"preferred": "sms"}, None),
]


@pytest.mark.parametrize(("facts", "skip"), REASONS)
def test_each_reason_leaves_out(facts: dict[str, object], skip: SmsSkip | None) -> None:
    assert sms.judge(replace(FREE, **facts), [Topic.BRAND_SMS], TODAY, SPACING) is skip


def test_a_greeting_may_come_close_to_another_contact_and_a_lost_customer_is_won_back() -> None:
    near = replace(FREE, last_contact=TODAY)
    assert sms.judge(near, [Topic.BIRTHDAY], TODAY, SPACING) is None
    assert sms.judge(replace(FREE, state="lost"), [Topic.WIN_BACK], TODAY, SPACING) is None


FACTS = st.fixed_dictionaries(
    {
        "barred": st.booleans(),
        "consented": st.booleans(),
        "number_refused": st.booleans(),
        "minor": st.booleans(),
        "doubtful": st.booleans(),
        "in_batch": st.booleans(),
        "number": st.sampled_from(["", "13800000001"]),
        "state": st.sampled_from(["active", "lost", "merged", "erased"]),
        "preferred": st.sampled_from(["", "sms", "phone", "微信"]),
    }
)


@given(FACTS, st.sampled_from(list(Topic)), st.booleans())
def test_whoever_refused_is_never_written_to(facts: dict[str, object], topic: Topic, planned: bool) -> None:
    who = replace(FREE, **facts)
    if sms.judge(who, [topic], TODAY, SPACING, planned=planned) is None:
        assert not (who.barred or who.number_refused or who.minor or who.doubtful or who.in_batch)
        assert who.number and who.state in ("active", "lost")


@pytest.mark.parametrize(
    ("time", "quiet"),
    [("08:59", True), ("09:00", False), ("19:59", False), ("20:00", True), ("21:01", True), ("03:00", True)],
)
def test_the_night_rule(time: str, quiet: bool) -> None:
    assert sms.quiet(time, POLICY) is quiet


def test_the_carriers_hours_hold_even_where_the_shop_has_no_quiet_hours() -> None:
    open_all = load({"contacts.quiet_from": "23:00", "contacts.quiet_to": "05:00"})
    assert sms.quiet("07:59", open_all) and sms.quiet("21:00", open_all)
    assert not sms.quiet("08:00", open_all)


@pytest.mark.parametrize(
    ("numbers", "mobile"),
    [
        ([("0825123456", False), ("13800000001", False)], "13800000001"),
        ([("13800000001", True)], ""),
        ([("12800000001", False)], ""),
        ([], ""),
    ],
)
def test_only_a_mobile_number_of_this_country_is_written_to(
    numbers: list[tuple[str, bool]], mobile: str
) -> None:
    assert sms.mobile(numbers) == mobile
