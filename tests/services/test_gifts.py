"""The gift ledger's whole way: propose, submit, approve, issue, check."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models import database
from models.kinds import LineStatus
from services import gifts, journal, stock
from services.errors import NotAllowed, Refused
from services.gifts import new_line, proposal

MAY = "2027-05"
BIRTHDAY = (5, 12)


def a_customer(card_no: str, grade: str = "A", birthday: tuple[int, int] | None = None, **more: Any) -> int:
    values: dict[str, Any] = dict(  # noqa: C408 - column names read best unquoted
        card_no=card_no,
        name=f"客户{card_no}",
        sort_key=card_no.lower(),
        sex="female",
        state="active",
        grade=grade,
        base_grade=grade,
        grade_rule="points",
        hand_reason="",
        special=0,
        special_reason="",
        birth_leap=0,
        size="",
        colours="",
        styles="",
        looks="",
        postcode="",
        address="",
        preferred_channel="",
        preferred_time="",
        first_source="",
        hobbies="",
        note="",
        old_grade="",
        registered_on="2026-01-01",
        data_source="",
        phone_doubtful=0,
        points_earned=0,
        points_balance=0,
        tickets=0,
        paid_total=0,
        version=1,
    )
    if birthday:
        values.update(birth_calendar="solar", birth_month=birthday[0], birth_day=birthday[1])
    return database.insert("customer", **{**values, **more})


@pytest.fixture
def shelf(manager) -> dict[str, int]:
    """A small catalogue with ten pieces of each."""
    goods = {
        "真皮皮带": ("皮具", 13_800),
        "真丝方巾": ("服饰", 6_800),
        "咖啡杯": ("杯具", 5_800),
        "香薰": ("家居", 2_800),
        "钥匙扣": ("小件", 1_800),
        "时尚资讯手册": ("时尚资讯手册", 500),
        "100元礼金券": ("礼金券", 10_000),
    }
    found = {}
    for name, (kind, cost) in goods.items():
        found[name] = stock.add_gift(manager, name, kind, cost, suits="墨绿" if name == "真丝方巾" else "")
        stock.receive(manager, found[name], 10)
    return found


def by_name(lines: list[gifts.LineRow]) -> list[tuple[str, str, str, int]]:
    return [(line.card_no, line.occasion, line.gift, line.part) for line in lines]


def all_lines(shop, month: str = MAY) -> list[gifts.LineRow]:
    plan_id = gifts.plan_id_of(shop, month)
    assert plan_id is not None
    return gifts.lines(shop, plan_id)


def test_a_month_gives_each_grade_and_occasion_what_the_rule_book_says(manager, shelf) -> None:
    a_customer("K1", "A", BIRTHDAY)
    a_customer("K2", "B", BIRTHDAY)
    a_customer("K3", "C", BIRTHDAY)
    plan = gifts.propose(manager, MAY)
    found = by_name(all_lines(manager))
    assert found == [
        ("K1", "may_day", "钥匙扣", 1),
        ("K2", "may_day", "时尚资讯手册", 1),
        ("K2", "may_day", "100元礼金券", 2),
        ("K1", "birthday", "真丝方巾", 1),
        ("K1", "birthday", "咖啡杯", 2),
        ("K2", "birthday", "香薰", 1),
    ]
    assert (plan.added, plan.short, plan.lines) == (6, 0, 6)
    assert plan.budget == 1_800 + 500 + 10_000 + 6_800 + 5_800 + 2_800


def test_lost_merged_and_erased_customers_get_nothing(manager, shelf) -> None:
    for state in ("lost", "merged", "erased"):
        a_customer(state, "A", BIRTHDAY, state=state)
    assert gifts.propose(manager, MAY).lines == 0


def test_a_lunar_birthday_is_due_on_its_solar_day(manager, shelf) -> None:
    a_customer("K1", "B", birth_calendar="lunar", birth_month=8, birth_day=15)
    gifts.propose(manager, "2027-09")
    assert [(line.occasion, line.due) for line in all_lines(manager, "2027-09")] == [
        ("birthday", date(2027, 9, 15))
    ]


def test_proposing_again_changes_nothing(manager, shelf) -> None:
    for number in range(12):
        a_customer(f"K{number:02}", "AB"[number % 2], (5, 1 + number), special=int(number == 5))
    first = gifts.propose(manager, MAY)
    before = all_lines(manager)
    second = gifts.propose(manager, MAY)
    assert (second.added, second.changed, second.dropped) == (0, 0, 0)
    assert second.lines == first.lines
    assert all_lines(manager) == before


def test_scarce_gifts_go_round_and_the_line_says_why(manager) -> None:
    """Alone the first would take the cheaper cup, and nothing were left that the second has not had."""
    cup = stock.add_gift(manager, "咖啡杯", "杯具", 2_600)
    box = stock.add_gift(manager, "香薰", "家居", 3_000)
    for gift in (cup, box):
        stock.receive(manager, gift, 1)
    a_customer("K1", "B", (5, 3))
    second = a_customer("K2", "B", (5, 12))
    had = {"customer_id": second, "occasion": "owner_choice", "day": date(2026, 12, 1), "grade": "B"}
    with database.database.atomic():
        plan_id = proposal.plan_for(manager, "2026-12")
        new_line.write(plan_id=plan_id, gift_id=box, part=1, cost=3_000, handover="collect", **had)  # type: ignore[arg-type]
    stock.receive(manager, box, 1)
    plan = gifts.propose(manager, MAY)
    assert (plan.short, plan.added) == (4, 6), "only the booklets and vouchers of the festival are short"
    lines = [line for line in all_lines(manager) if line.occasion == "birthday"]
    assert [(line.card_no, line.gift) for line in lines] == [("K1", "香薰"), ("K2", "咖啡杯")]
    assert all("库存紧" in line.reason for line in lines)
    again = gifts.propose(manager, MAY)
    assert (again.added, again.changed, again.dropped) == (0, 0, 0)
    assert [(line.card_no, line.gift) for line in all_lines(manager) if line.occasion == "birthday"] == [
        ("K1", "香薰"),
        ("K2", "咖啡杯"),
    ]


def test_what_is_short_stands_on_the_purchase_list_with_its_budget(manager, shelf) -> None:
    for number in range(12):
        a_customer(f"K{number:02}", "A")
    plan = gifts.propose(manager, MAY)
    assert plan.short == 2
    (row,) = gifts.shortage(manager, MAY)
    assert (row.gift, row.quantity, row.unit_cost, row.budget) == ("钥匙扣", 2, 1_800, 3_600)
    stock.receive(manager, shelf["钥匙扣"], 2)
    assert gifts.propose(manager, MAY).changed == 2
    assert gifts.shortage(manager, MAY) == []


def test_without_any_fitting_gift_the_list_names_the_standard(manager) -> None:
    a_customer("K1", "A", BIRTHDAY)
    a_customer("K2", "B")
    gifts.propose(manager, MAY)
    found = {
        (row.occasion, row.grade, row.need): (row.quantity, row.budget)
        for row in gifts.shortage(manager, MAY)
    }
    assert found == {
        ("birthday", "A", "成本合计￥125.00至￥200.00"): (1, 12_500),
        ("may_day", "A", "成本不超过￥25.00"): (1, 2_500),
        ("may_day", "B", "标准：“时尚资讯手册”一份"): (1, 0),
        ("may_day", "B", "标准：￥100.00礼金券一张"): (1, 10_000),
    }


def test_a_changed_grade_changes_the_draft_but_never_a_decided_line(manager, owner, shelf) -> None:
    one, two = a_customer("K1", "B"), a_customer("K2", "B")
    plan = gifts.propose(manager, MAY)
    lines = [line.id for line in all_lines(manager) if line.customer_id == one]
    gifts.submit(manager, line_ids=lines)
    gifts.approve(owner, line_ids=lines)
    database.execute("UPDATE customer SET grade = 'A' WHERE id IN (?, ?)", (one, two))
    again = gifts.propose(manager, MAY)
    assert by_name(all_lines(manager)) == [
        ("K1", "may_day", "时尚资讯手册", 1),
        ("K1", "may_day", "100元礼金券", 2),
        ("K2", "may_day", "钥匙扣", 1),
    ]
    assert (again.changed, again.dropped) == (1, 1)
    assert plan.id == again.id


def test_a_corrected_birthday_is_not_given_twice(manager, owner, shelf) -> None:
    one = a_customer("K1", "B", (5, 30))
    gifts.propose(manager, MAY)
    ids = [line.id for line in all_lines(manager) if line.occasion == "birthday"]
    gifts.submit(manager, line_ids=ids)
    gifts.approve(owner, line_ids=ids)
    database.execute("UPDATE customer SET birth_month = 6, birth_day = 2 WHERE id = ?", (one,))
    assert gifts.propose(manager, "2027-06").lines == 0


def test_a_cancelled_line_stays_cancelled(manager, shelf) -> None:
    a_customer("K1", "A")
    gifts.propose(manager, MAY)
    (line,) = all_lines(manager)
    gifts.cancel(manager, line.id, "客户说不要")
    assert gifts.propose(manager, MAY).added == 0
    (line,) = all_lines(manager)
    assert (line.status, line.status_reason) == (LineStatus.CANCELLED, "客户说不要")


def test_a_gift_had_within_the_year_is_not_given_again(manager, owner, clerk, shelf) -> None:
    a_customer("K1", "B", BIRTHDAY)
    way(manager, owner, clerk, MAY)
    gifts.propose(manager, "2028-05")
    assert [line.gift for line in all_lines(manager, "2028-05") if line.occasion == "birthday"] == ["咖啡杯"]


def test_likes_are_met_within_the_policy_s_percentage(manager, shelf) -> None:
    a_customer("K1", "A", BIRTHDAY, colours="红、墨绿")
    gifts.propose(manager, MAY)
    (line,) = [line for line in all_lines(manager) if line.gift == "真丝方巾"]
    assert "合其喜好：墨绿" in line.reason


def way(manager, owner, clerk, month: str) -> list[gifts.LineRow]:
    """The whole way from proposal to issue."""
    plan = gifts.propose(manager, month)
    gifts.submit(manager, plan.id)
    gifts.approve(owner, plan.id)
    return gifts.issue_many(clerk, gifts.line_ids(clerk, plan.id))


def test_the_whole_way_moves_the_stock_and_closes_the_lines(manager, owner, clerk, shelf) -> None:
    a_customer("K1", "A")
    (line,) = way(manager, owner, clerk, MAY)
    assert (line.status, line.issued_by, line.signed) == (LineStatus.ISSUED, "小王", "paper")
    assert stock.item(manager, shelf["钥匙扣"]).stock == 9
    assert gifts.check(manager, [line.id]).done == 1
    assert gifts.plan_view(manager, MAY).status == LineStatus.CHECKED


def test_a_second_issue_says_when_and_by_whom(manager, owner, clerk, shelf) -> None:
    a_customer("K1", "A")
    (line,) = way(manager, owner, clerk, MAY)
    with pytest.raises(Refused, match="已于 2026-11-22 .* 由 小王 发放"):
        gifts.issue(clerk, line.id)
    assert stock.item(manager, shelf["钥匙扣"]).stock == 9


def test_an_unapproved_line_is_not_issued(manager, clerk, shelf) -> None:
    a_customer("K1", "A")
    plan = gifts.propose(manager, MAY)
    (number,) = gifts.line_ids(manager, plan.id)
    with pytest.raises(Refused, match="草稿"):
        gifts.issue(clerk, number)
    gifts.submit(manager, plan.id)
    with pytest.raises(Refused, match="待批准"):
        gifts.issue(clerk, number)


def test_roles_are_kept_and_refusals_stand_in_the_journal(manager, owner, clerk, shelf) -> None:
    a_customer("K1", "A")
    with pytest.raises(NotAllowed):
        gifts.propose(clerk, MAY)
    plan = gifts.propose(manager, MAY)
    gifts.submit(manager, plan.id)
    for who in (clerk, manager):
        with pytest.raises(NotAllowed):
            gifts.approve(who, plan.id)
    assert len(journal.entries(act="refused")) == 3


def test_nobody_approves_what_they_submitted(manager, owner, shelf) -> None:
    a_customer("K1", "A")
    plan = gifts.propose(owner, MAY)
    gifts.submit(owner, plan.id)
    with pytest.raises(NotAllowed, match="自己提交"):
        gifts.approve(owner, plan.id)
    assert gifts.plan_view(owner, MAY).status == LineStatus.SUBMITTED
    assert journal.entries(act="refused")


def test_of_a_plan_that_two_submitted_the_owner_approves_the_others_lines_only(manager, owner, shelf) -> None:
    a_customer("K1", "A")
    plan = gifts.propose(owner, MAY)
    gifts.submit(owner, plan.id)
    a_customer("K2", "A")
    gifts.propose(manager, MAY)
    gifts.submit(manager, plan.id)
    done = gifts.approve(owner, plan.id)
    stand = {line.card_no: line.status for line in all_lines(owner)}
    assert stand == {"K1": LineStatus.SUBMITTED, "K2": LineStatus.APPROVED}
    assert done.done == 1 and "自己提交" in done.why


def test_a_single_person_above_clerk_may_and_the_line_says_so(owner, clerk, shelf) -> None:
    a_customer("K1", "A")
    database.execute("UPDATE staff_user SET active = 0 WHERE name = '店长'")
    plan = gifts.propose(owner, MAY)
    gifts.submit(owner, plan.id)
    done = gifts.approve(owner, plan.id)
    (line,) = all_lines(owner)
    assert (done.done, done.single, line.single_approver) == (1, 1, True)
    with pytest.raises(NotAllowed, match="批准这份礼品的人"):
        gifts.issue(owner, line.id)
    assert gifts.issue(clerk, line.id).status == LineStatus.ISSUED


def test_the_submitter_issues_only_small_gifts(manager, owner, clerk, shelf) -> None:
    a_customer("K1", "A", BIRTHDAY)
    plan = gifts.propose(manager, MAY)
    gifts.submit(manager, plan.id)
    gifts.approve(owner, plan.id)
    small, *large = all_lines(manager)
    assert gifts.issue(manager, small.id).status == LineStatus.ISSUED
    with pytest.raises(NotAllowed, match="提交的人不能自己发放"):
        gifts.issue(manager, large[0].id)
    with pytest.raises(NotAllowed, match="自己发放"):
        gifts.check(manager, [small.id])
    assert gifts.check(owner, [small.id]).done == 1


def test_the_owner_returns_a_line_and_the_manager_mends_it(manager, owner, shelf) -> None:
    a_customer("K1", "B", BIRTHDAY)
    plan = gifts.propose(manager, "2027-05")
    gifts.submit(manager, plan.id)
    (line,) = [line for line in all_lines(manager) if line.occasion == "birthday"]
    gifts.return_(owner, line_ids=[line.id], reason="换个好点的")
    assert gifts.propose(manager, MAY).changed == 0
    mended = gifts.choose_gift(manager, line.id, shelf["咖啡杯"], "按店主意见")
    assert (mended.status, mended.gift, mended.cost) == (LineStatus.DRAFT, "咖啡杯", 5_800)
    gifts.submit(manager, plan.id)
    assert gifts.approve(owner, plan.id).done == 3


def test_limits_hold_for_choices_by_hand(manager, owner, shelf) -> None:
    a_customer("K1", "A", BIRTHDAY)
    a_customer("K2", "B", BIRTHDAY)
    gifts.propose(manager, MAY)
    lines = {(line.card_no, line.occasion, line.part): line.id for line in all_lines(manager)}
    with pytest.raises(Refused, match="超过了标准"):
        gifts.choose_gift(manager, lines["K1", "may_day", 1], shelf["香薰"])
    with pytest.raises(Refused, match="还没到标准"):
        gifts.choose_gift(manager, lines["K1", "birthday", 2], shelf["香薰"])
    with pytest.raises(Refused, match="还没到标准"):
        gifts.choose_gift(manager, lines["K2", "birthday", 1], shelf["钥匙扣"])
    with pytest.raises(Refused, match="不能换成别的"):
        gifts.choose_gift(manager, lines["K2", "may_day", 1], shelf["钥匙扣"])
    found = gifts.choose_gifts(manager, lines["K1", "birthday", 1], [shelf["真皮皮带"]])
    assert [(one.gift, one.part) for one in found] == [("真皮皮带", 1)]
    found = gifts.choose_gifts(
        manager, lines["K1", "birthday", 1], [shelf["真丝方巾"], shelf["咖啡杯"], shelf["香薰"]]
    )
    assert [(one.gift, one.part) for one in found] == [("真丝方巾", 1), ("咖啡杯", 2), ("香薰", 3)]
    before = all_lines(manager)
    gifts.propose(manager, MAY)
    assert all_lines(manager) == before


def test_special_customers_wait_for_the_owner_who_chooses_freely_with_a_reason(manager, owner, shelf) -> None:
    a_customer("K1", "A", BIRTHDAY, special=1)
    plan = gifts.propose(manager, MAY)
    assert (plan.awaits_owner, plan.short) == (2, 0)
    festival = next(line for line in all_lines(manager) if line.occasion == "may_day")
    with pytest.raises(NotAllowed):
        gifts.choose_gift(manager, festival.id, shelf["真皮皮带"], "喜欢")
    with pytest.raises(Refused, match="原因"):
        gifts.choose_gift(owner, festival.id, shelf["真皮皮带"])
    assert gifts.choose_gift(owner, festival.id, shelf["真皮皮带"], "老朋友").reason == "老朋友"
    assert gifts.submit(manager, plan.id).done == 1
    assert gifts.propose(manager, MAY).changed == 0
    assert gifts.approve(owner, plan.id).done == 1


def test_what_no_longer_meets_the_standard_is_not_submitted(manager, shelf) -> None:
    a_customer("K1", "A", BIRTHDAY)
    plan = gifts.propose(manager, MAY)
    stock.change_gift(manager, shelf["钥匙扣"], cost=2_600)
    done = gifts.submit(manager, plan.id)
    assert (done.done, done.left, "不合现行标准" in done.why) == (2, 1, True)


def test_an_approved_line_is_replaced_not_edited(manager, owner, shelf) -> None:
    a_customer("K1", "B", BIRTHDAY)
    plan = gifts.propose(manager, MAY)
    gifts.submit(manager, plan.id)
    gifts.approve(owner, plan.id)
    line = next(line for line in all_lines(manager) if line.occasion == "birthday")
    with pytest.raises(Refused, match="不能改"):
        gifts.choose_gift(manager, line.id, shelf["咖啡杯"])
    new = gifts.replace(manager, line.id, shelf["咖啡杯"], "客户换了喜好")
    assert (new.status, new.replaces) == (LineStatus.DRAFT, line.id)
    states = {one.id: one.status for one in all_lines(manager)}
    assert (states[line.id], states[new.id]) == (LineStatus.CANCELLED, LineStatus.DRAFT)
    assert gifts.propose(manager, MAY).dropped == 0
    with pytest.raises(Exception, match="cancelled and replaced"):
        database.execute("UPDATE plan_line SET cost = 1 WHERE status = 'approved'")


def test_a_collection_code_proves_the_customer(manager, owner, clerk, shelf) -> None:
    a_customer("K1", "A")
    plan = gifts.propose(manager, MAY)
    gifts.submit(manager, plan.id)
    gifts.approve(owner, plan.id)
    (line,) = all_lines(manager)
    code = gifts.collection_code(manager, line)
    with pytest.raises(Refused, match="领取码不对"):
        gifts.issue(clerk, line.id, code=f"{(int(code) + 1) % 10_000:04d}")
    assert gifts.issue(clerk, line.id, code=code).signed == "code"


def test_an_issue_can_be_taken_back_and_done_again(manager, owner, clerk, shelf) -> None:
    a_customer("K1", "A")
    (line,) = way(manager, owner, clerk, MAY)
    assert gifts.undo_issue(clerk, line.id).status == LineStatus.APPROVED
    assert stock.item(manager, shelf["钥匙扣"]).stock == 10
    assert gifts.issue(clerk, line.id).status == LineStatus.ISSUED
    with pytest.raises(Refused, match="原因"):
        gifts.undo_issue(manager, line.id)


def test_what_nobody_collected_goes_back_to_stock(manager, owner, clerk, shelf) -> None:
    a_customer("K1", "A")
    plan = gifts.propose(manager, MAY)
    gifts.submit(manager, plan.id)
    gifts.approve(owner, plan.id)
    assert gifts.uncollected(manager.at(date(2027, 5, 31))) == []
    (line,) = gifts.uncollected(manager.at(date(2027, 6, 1)))
    assert gifts.waiting_for(clerk, line.customer_id) == [line]
    gifts.to_stock_again(manager, line.id, "逾期未领")
    assert stock.item(manager, shelf["钥匙扣"]).reserved == 0
    assert gifts.waiting_for(clerk, line.customer_id) == []


def a_ticket(customer_id: int, **more: Any) -> int:
    values = dict(  # noqa: C408
        customer_id=customer_id,
        day="2026-11-22",
        number="",
        paid=20_000,
        points=2,
        grade="C",
        gift_due=1,
        counts=1,
    )
    return database.insert("ticket", **{**values, **more, "created_at": "2026-11-22 00:00:00"})


def test_a_c_customer_gets_one_gift_with_each_ticket(manager, clerk, shelf) -> None:
    small = stock.add_gift(manager, "袜子", "小件", 900)
    stock.receive(manager, small, 3)
    one = a_customer("K1", "C")
    first, second = a_ticket(one), a_ticket(one)
    assert [due.ticket_id for due in gifts.purchase_gifts_due(clerk, one)] == [second, first]
    assert [item.name for item in gifts.purchase_gift_choices(clerk)] == ["袜子"]
    line = gifts.purchase_gift(clerk, first, one, small)
    assert (line.status, line.part, line.occasion) == (LineStatus.ISSUED, 1, "purchase")
    with pytest.raises(Refused, match="已经送过"):
        gifts.purchase_gift(clerk, first, one, small)
    assert gifts.purchase_gift(clerk, second, one, small).part == 2
    with pytest.raises(Refused, match="超过了标准"):
        gifts.purchase_gift(clerk, a_ticket(one), one, shelf["香薰"])
    with pytest.raises(Refused, match="没有随购买的赠礼"):
        gifts.purchase_gift(clerk, a_ticket(one, gift_due=0), one, small)
    gifts.undo_issue(clerk, line.id)
    assert stock.item(manager, small).stock == 2
    assert gifts.purchase_gift(clerk, first, one, small).status == LineStatus.ISSUED


def test_purchase_gifts_have_a_daily_number(manager, owner, clerk, shelf) -> None:
    small = stock.add_gift(manager, "袜子", "小件", 900)
    stock.receive(manager, small, 30)
    one = a_customer("K1", "C")
    most = clerk.policy.gifts.clerk_purchase_gifts_a_day
    for _each in range(most):
        gifts.purchase_gift(clerk, a_ticket(one), one, small)
    with pytest.raises(Refused, match="限额"):
        gifts.purchase_gift(clerk, a_ticket(one), one, small)
    assert gifts.purchase_gift(manager, a_ticket(one), one, small).status == LineStatus.ISSUED


def test_the_year_shows_every_occasion_with_counts_and_budget(manager, shelf) -> None:
    a_customer("K1", "A", BIRTHDAY)
    a_customer("K2", "B", BIRTHDAY)
    a_customer("K3", "A", BIRTHDAY, special=1)
    rows = {(row.month, row.occasion): row for row in gifts.year_overview(manager, 2027)}
    assert len(rows) == 15
    may = rows[MAY, "birthday"]
    assert (may.a, may.b, may.special, may.estimated, may.budget) == (1, 1, 1, True, 15_000)
    gifts.propose(manager, MAY)
    rows = {(row.month, row.occasion): row for row in gifts.year_overview(manager, 2027)}
    may = rows[MAY, "birthday"]
    assert (may.a, may.b, may.special, may.estimated, may.state) == (1, 1, 1, False, LineStatus.DRAFT)
    assert rows["2027-02", "spring_festival"].day == date(2027, 2, 6)


def test_every_step_is_in_the_journal_and_the_chain_holds(manager, owner, clerk, shelf) -> None:
    a_customer("K1", "A")
    (line,) = way(manager, owner, clerk, MAY)
    gifts.check(manager, [line.id])
    acts = [entry.act for entry in reversed(journal.entries()) if entry.act.startswith("gift.")]
    assert acts == ["gift.proposed", "gift.submitted", "gift.approved", "gift.issued", "gift.checked"]
    assert list(journal.problems()) == []


@pytest.mark.parametrize(
    "month", ["", "2027", "2027-13", "2027-1", "二月", "0001-01", "9999-12", "2027-02-01"]
)
def test_a_wrong_month_is_refused(manager, month: str) -> None:
    with pytest.raises(Refused, match="月份"):
        gifts.propose(manager, month)


def test_stopping_a_proposal_leaves_nothing(manager, shelf) -> None:
    from services.progress import Cancelled

    a_customer("K1", "A")

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        gifts.propose(manager, MAY, stop)
    assert gifts.plan_id_of(manager, MAY) is None
