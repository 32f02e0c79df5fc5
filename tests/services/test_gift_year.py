"""The year, the proposal's season gifts and days to remember, budgets, next best answers, extra gifts, limits of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from models import database
from models.kinds import LineStatus
from services import gifts, policies, stock
from services.errors import NotAllowed, Refused
from services.gifts import Change, Override
from services.shop import Shop
from tests.conftest import CLERK_PIN, OWNER_PIN
from tests.services.test_gifts import MAY, a_customer, a_ticket, shelf  # noqa: F401 - a fixture


def with_policy(shop: Shop, owner: Shop, **changes: object) -> Shop:
    """The shop under another policy."""
    changed = policies.set_values(owner, {f"gifts.{key}": value for key, value in changes.items()}, "试")
    return replace(shop, policy=changed.policy)


def remember(customer: int, month: int, day: int, label: str = "结婚纪念日", calendar: str = "solar") -> None:
    database.insert(
        "remembered_day", customer_id=customer, label=label, calendar=calendar, month=month, day=day, leap=0
    )


# --- seasons and days to remember


def test_a_season_gift_is_due_its_lead_days_before_the_season(manager, owner, shelf) -> None:  # noqa: F811
    a_customer("A1", "A")
    a_customer("B1", "B")
    shop = with_policy(manager, owner, season_days=["09-01"], season_lead_days=10, b_season_cost_max_fen=0)
    plan = gifts.propose(shop, "2027-08")
    lines = [line for line in gifts.lines(shop, plan.id) if line.occasion == "season"]
    assert [(line.card_no, line.due) for line in lines] == [("A1", date(2027, 8, 22))]
    assert 0 < lines[0].cost <= shop.policy.gifts.a_season_cost_max_fen


def test_a_lead_over_the_new_year_falls_into_december(manager, owner, shelf) -> None:  # noqa: F811
    a_customer("A1", "A")
    shop = with_policy(manager, owner, season_days=["01-05"], season_lead_days=10)
    plan = gifts.propose(shop, "2026-12")
    assert [str(line.due) for line in gifts.lines(shop, plan.id)] == ["2026-12-26"]


@pytest.mark.parametrize("days", [["02-30"], ["3/1"], ["13-01"], ["03-16", "03-28"]])
def test_wrong_season_days_are_refused_by_the_policy(owner, days) -> None:
    with pytest.raises(Refused):
        policies.set_values(owner, {"gifts.season_days": days}, "试")


def test_days_to_remember_get_a_gift_each_when_the_policy_says_so(manager, owner, shelf) -> None:  # noqa: F811
    one = a_customer("A1", "A", (7, 3))
    remember(one, 5, 8)
    remember(one, 5, 20, "孩子生日")
    remember(one, 5, 20, "又一个")
    remember(one, 7, 3, "自己的生日")
    shop = with_policy(manager, owner, remembered_days=True)
    plan = gifts.propose(shop, MAY)
    found = [line.due.day for line in gifts.lines(shop, plan.id) if line.occasion == "remembered_day"]
    assert found == [8, 20]
    assert gifts.propose(shop, MAY).added == 0
    july = gifts.propose(shop, "2027-07")
    assert {line.occasion for line in gifts.lines(shop, july.id)} == {"birthday"}


def test_without_the_switch_days_to_remember_get_none(manager, shelf) -> None:  # noqa: F811
    remember(a_customer("A1", "A"), 5, 8)
    plan = gifts.propose(manager, MAY)
    assert {line.occasion for line in gifts.lines(manager, plan.id)} == {"may_day"}


def test_a_corrected_day_to_remember_is_not_given_twice(manager, owner, shelf) -> None:  # noqa: F811
    one = a_customer("A1", "A")
    remember(one, 5, 8)
    shop = with_policy(manager, owner, remembered_days=True)
    plan = gifts.propose(shop, MAY)
    gifts.submit(shop, plan.id)
    database.execute("UPDATE remembered_day SET day = 9 WHERE customer_id = ?", (one,))
    assert gifts.propose(shop, MAY).added == 0
    remember(one, 5, 25, "新的一天")
    assert gifts.propose(shop, MAY).added == 1


# --- the year


def test_the_year_counts_birthdays_seasons_and_days_to_remember(manager, owner, shelf) -> None:  # noqa: F811
    one = a_customer("A1", "A", (5, 12))
    a_customer("B1", "B", (5, 30))
    a_customer("C1", "C", (5, 2))
    remember(one, 6, 1)
    shop = with_policy(manager, owner, remembered_days=True, season_days=["09-01"], season_lead_days=10)
    rows = {(row.month, row.occasion): row for row in gifts.year_overview(shop, 2027)}
    may = rows["2027-05", "birthday"]
    assert (may.a, may.b, may.c, may.estimated) == (1, 1, 1, True)
    assert rows["2027-06", "remembered_day"].a == 1
    assert rows["2027-08", "season"].day == date(2027, 8, 22)
    assert rows["2027-05", "may_day"].budget == 2_500 + 10_000


def test_a_month_without_a_plan_that_has_passed_costs_nothing(manager, shelf) -> None:  # noqa: F811
    a_customer("A1", "A", (5, 12))
    rows = gifts.year_overview(manager, 2026)
    assert sum(row.budget for row in rows if row.month < "2026-11") == 0


def test_the_month_by_day_agrees_with_the_year(manager, owner, shelf) -> None:  # noqa: F811
    for number in range(1, 20):
        a_customer(
            f"K{number}",
            "A" if number % 2 else "B",
            (5, number),
            birth_calendar="lunar" if number % 3 else "solar",
        )
    shop = with_policy(manager, owner, remembered_days=True)
    gifts.propose(shop, MAY)
    for month in (MAY, "2027-06"):
        days = gifts.month_days(shop, month)
        whole = [row for row in gifts.year_overview(shop, 2027) if row.month == month]
        for occasion in {row.occasion for row in whole}:
            one = next(row for row in whole if row.occasion == occasion)
            mine = [row for row in days if row.occasion == occasion]
            assert (one.a, one.b) == (sum(r.a for r in mine), sum(r.b for r in mine))
            assert one.budget == sum(row.budget for row in mine)


# --- budgets


def test_an_approval_beyond_the_budget_needs_a_reason(manager, owner, shelf) -> None:  # noqa: F811
    a_customer("A1", "A", (5, 12))
    plan = gifts.propose(manager, MAY)
    gifts.submit(manager, plan.id)
    boss = with_policy(owner, owner, birthdays_budget_fen=1_000)
    with pytest.raises(Refused, match="生日.*超出限额"):
        gifts.approve(boss, plan.id)
    assert {str(line.status) for line in gifts.lines(manager, plan.id)} == {"submitted"}
    assert gifts.approve(boss, plan.id, reason="老客户").done == 3
    over = {one.scope: one.over for one in gifts.budget(boss, MAY)}
    assert over["birthday"] > 0 and over["month"] == 0


# --- the signature


def test_the_signature_is_all_or_nothing(manager, owner, shelf) -> None:  # noqa: F811
    a_customer("A1", "A", (5, 12))
    plan = gifts.propose(manager, MAY)
    gifts.submit(manager, plan.id)
    ids = gifts.line_ids(manager, plan.id)
    with pytest.raises(Refused):
        gifts.sign(owner, ids[:1], {ids[1]: "  "}, OWNER_PIN)
    assert {str(line.status) for line in gifts.lines(manager, plan.id)} == {"submitted"}
    signed = gifts.sign(owner, ids[:1], {ids[1]: "换一件"}, OWNER_PIN)
    assert (signed.approved.done, signed.returned.done) == (1, 1)
    gifts.unsign(owner, signed)
    assert {str(line.status) for line in gifts.lines(manager, plan.id)} == {"submitted"}


@pytest.mark.parametrize("pin", ["", "000000"])
def test_the_signature_asks_for_the_pin_again(manager, owner, shelf, pin) -> None:  # noqa: F811
    a_customer("A1", "A", (5, 12))
    plan = gifts.propose(manager, MAY)
    gifts.submit(manager, plan.id)
    with pytest.raises(Refused):
        gifts.sign(owner, gifts.line_ids(manager, plan.id), {}, pin)
    assert {str(line.status) for line in gifts.lines(manager, plan.id)} == {"submitted"}


def test_four_eyes_hold_for_the_signature_too(owner, manager, shelf) -> None:  # noqa: F811
    a_customer("A1", "A", (5, 12))
    plan = gifts.propose(owner, MAY)
    gifts.submit(owner, plan.id)
    with pytest.raises(NotAllowed, match="自己提交"):
        gifts.sign(owner, gifts.line_ids(owner, plan.id), {}, OWNER_PIN)
    with pytest.raises(NotAllowed):
        gifts.sign(manager, gifts.line_ids(owner, plan.id), {}, "730514")


# --- rounds


def test_the_same_sitting_is_one_round_and_the_next_day_another(manager, owner, shelf) -> None:  # noqa: F811
    a_customer("A1", "A", (5, 12))
    plan = gifts.propose(manager, MAY)
    ids = gifts.line_ids(manager, plan.id)
    for number in ids:
        line = gifts.line(manager, number)
        parts = [one.id for one in gifts.parts_of(line)]
        if line.status == LineStatus.DRAFT:
            gifts.submit(manager, line_ids=parts)
    assert gifts.approval(owner, MAY).round == 1 and "added" not in gifts.approval(owner, MAY).counts
    gifts.return_(owner, plan.id, reason="再想想")
    database.execute("UPDATE plan_line SET status = 'draft' WHERE plan_id = ?", (plan.id,))
    gifts.submit(manager, plan.id)
    found = gifts.approval(owner, MAY)
    assert (found.round, found.counts) == (2, {"submitted": len(ids), Change.SAME.value: len(ids)})


def test_a_replaced_gift_is_a_change_and_not_one_gone_and_one_new(manager, owner, shelf) -> None:  # noqa: F811
    a_customer("B1", "B", (5, 12))
    plan = gifts.propose(manager, MAY)
    gifts.submit(manager, plan.id)
    gifts.approve(owner, plan.id)
    line = next(one for one in gifts.lines(manager, plan.id) if one.occasion == "birthday")
    other = next(one for one in gifts.alternatives(manager, line.id) if one.id != line.gift_id)
    new = gifts.replace(manager, line.id, other.id, "更合适")
    gifts.submit(manager, line_ids=[new.id])
    found = gifts.approval(owner, MAY)
    assert found.counts == {"submitted": 1, "changed": 1}
    row = gifts.approval_rows(owner, found.ids)[0]
    assert row is not None and row.was_gift == line.gift and row.was_cost == line.cost


# --- next best answers


def test_each_pick_is_within_the_standard_and_none_is_what_stands_there(manager, shelf) -> None:  # noqa: F811
    a_customer("A1", "A", (5, 12))
    plan = gifts.propose(manager, MAY)
    line = next(one for one in gifts.lines(manager, plan.id) if one.occasion == "birthday")
    now = {one.gift_id for one in gifts.parts_of(line)}
    found = gifts.picks(manager, line.id)
    assert found and all(set(one.gift_ids) != now for one in found)
    totals = [one.total for one in found]
    policy = manager.policy.gifts
    assert all(policy.a_birthday_cost_min_fen <= n <= policy.birthday_budget_max_fen for n in totals)
    assert totals == sorted(totals)
    lines = gifts.pick(manager, line.id, found[0].gift_ids)
    assert {one.gift_id for one in lines} == set(found[0].gift_ids)
    assert "个方案" in lines[0].reason
    with pytest.raises(Refused, match="用不上了"):
        gifts.pick(manager, line.id, (999_999,))


def test_there_are_no_picks_for_special_customers_and_fixed_standards(manager, shelf) -> None:  # noqa: F811
    a_customer("S1", "A", (5, 12), special=1)
    a_customer("B1", "B", (5, 12))
    plan = gifts.propose(manager, MAY)
    for line in gifts.lines(manager, plan.id):
        if line.special or line.occasion == "may_day":
            assert gifts.picks(manager, line.id) == []


# --- the owner's extra gifts


def test_the_owner_adds_a_gift_that_survives_the_next_proposal(manager, owner, shelf) -> None:  # noqa: F811
    one = a_customer("S1", "A", special=1)
    gift = stock.by_name(manager, "真皮皮带")
    lines = gifts.give_extra(owner, one, date(2027, 5, 3), [gift.id], "帮了大忙")
    assert [(line.occasion, line.special, line.reason) for line in lines] == [
        ("owner_choice", True, "帮了大忙")
    ]
    gifts.propose(manager, MAY)
    assert gifts.line(manager, lines[0].id).status == LineStatus.DRAFT
    again = gifts.give_extra(owner, one, date(2027, 5, 3), [stock.by_name(manager, "香薰").id], "再谢一次")
    assert again[0].part == 2
    gifts.submit(manager, line_ids=[lines[0].id])
    assert gifts.approve(owner, line_ids=[lines[0].id]).done == 1


@pytest.mark.parametrize(("special", "days", "reason"), [(0, 9, "为什么"), (1, -1, "为什么"), (1, 9, " ")])
def test_an_extra_gift_needs_a_special_customer_a_coming_day_and_a_reason(
    manager,
    owner,
    shelf,  # noqa: F811
    special,
    days,
    reason,
) -> None:
    one = a_customer("S1", "A", special=special)
    gift = stock.by_name(manager, "香薰").id
    with pytest.raises(Refused):
        gifts.give_extra(owner, one, owner.today() + timedelta(days=days), [gift], reason)


def test_only_the_owner_adds_extra_gifts(manager, shelf) -> None:  # noqa: F811
    one = a_customer("S1", "A", special=1)
    with pytest.raises(NotAllowed):
        gifts.give_extra(manager, one, manager.today(), [stock.by_name(manager, "香薰").id], "为什么")


# --- purchase gifts


def test_purchase_gifts_have_a_limit_of_cost_and_the_owner_may_let_one_through(
    clerk,
    owner,
    manager,
    shelf,  # noqa: F811
) -> None:
    one = a_customer("C1", "C")
    small = stock.add_gift(manager, "袜子", "小件", 900)
    stock.receive(manager, small, 5)
    gift = next(item for item in gifts.purchase_gift_choices(clerk))
    shop = with_policy(clerk, owner, clerk_purchase_cost_a_day_fen=gift.cost)
    gifts.purchase_gift(shop, a_ticket(one), one, gift.id)
    second = a_ticket(one)
    with pytest.raises(Refused, match="会超过每天的") as no:
        gifts.purchase_gift(shop, second, one, gift.id)
    assert no.value.field == "limit"
    for pin, reason in (("000000", "老客"), (OWNER_PIN, " ")):
        with pytest.raises(Refused):
            gifts.purchase_gift(shop, second, one, gift.id, Override("店主", pin, reason))
    with pytest.raises(NotAllowed):
        gifts.purchase_gift(shop, second, one, gift.id, Override("小王", CLERK_PIN, "自己放行"))
    line = gifts.purchase_gift(shop, second, one, gift.id, Override("店主", OWNER_PIN, "老客"))
    assert line.status == LineStatus.ISSUED
