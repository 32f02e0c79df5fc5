"""The owner's checks on real books: reconciliation, signals against planted fraud, the sample, gifts and sales."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from models import database
from services import gifts, journal, stock
from services.clock import FixedClock
from services.errors import NotAllowed, Refused
from services.gift_checks import effect, reconciliation, sample, signals
from tests.services.test_gifts import a_customer, a_ticket
from tests.services.test_gifts_histories import MONTHS, small_shop, steps, take  # noqa: F401 - a fixture

OCTOBER = "2026-10"
NOON = datetime.combine(date(2026, 10, 8), datetime.min.time()).replace(hour=12).astimezone(timezone.utc)
"""Noon by the PC's clock, as the books keep it."""


def a_line(customer: int, gift: int, **more: Any) -> int:
    """An honestly issued gift, written straight into the books; what `more` says is the fraud."""
    day = more.pop("day", date(2026, 10, 8))
    moved = more.pop("moved", -1)
    plan = database.value_of("SELECT id FROM gift_plan WHERE month = ?", (f"{day:%Y-%m}",))
    if plan is None:
        plan = database.insert(
            "gift_plan", month=f"{day:%Y-%m}", created_at=_moment(NOON), round=0, decided=0
        )
    values: dict[str, Any] = {
        **{
            "plan_id": plan,
            "customer_id": customer,
            "occasion": "birthday",
            "due": _day(day),
            "gift_id": gift,
        },
        **{"part": 1, "cost": 2_000, "grade": "B", "special": 0, "handover": "collect", "status": "issued"},
        **{"reason": "", "status_reason": "", "single_approver": 0, "code": "", "signed": "paper"},
        **{"submitted_by_id": 2, "decided_by_id": 1, "issued_by_id": 3, "issued_at": _moment(NOON)},
        **{"issued_on": _day(day), "executor": "", "manager_signed": "", "customer_signed": "", "pc": ""},
        **{"live": 1, "version": 1, "round": 0, "first_round": 0, "shown_gift": "", "shown_cost": 0},
    }
    made = database.insert("plan_line", **{**values, **more})
    if moved:
        database.insert(
            "stock_move",
            gift_id=gift,
            kind="issued",
            quantity=moved,
            day=values["issued_on"],
            line_id=made,
            reason="",
            user_id=3,
            created_at=_moment(NOON),
            supplier="",
        )
    return made


def _day(day: date) -> Any:
    return database.day_value(day)


def _moment(at: datetime) -> Any:
    return database.moment_value(at)


def a_phone(customer: int, number: str) -> None:
    # "foreign" is a reserved word
    database.execute(
        'INSERT INTO phone (customer_id, number, reversed, "foreign", position) VALUES (?, ?, ?, 0, 0)',
        (customer, number, number[::-1]),
    )


@pytest.fixture
def soap(manager) -> int:
    gift = stock.add_gift(manager, "香皂", "小件", 2_000)
    stock.receive(manager.at(date(2026, 9, 1)), gift, 20_000)
    return gift


# ---- reconciliation


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=steps)
def test_whatever_happens_the_figures_of_every_month_add_up(small_shop, history) -> None:  # noqa: F811
    manager = small_shop["people"][0]
    with database.database.atomic() as everything:
        for step in [("propose", 0, 0, 0), ("submit", 0, 0, 0), ("approve", 1, 0, 0), *history]:
            take(small_shop, *step)
        for month in (*MONTHS, "2026-11"):
            found = reconciliation.reconcile(manager, month)
            for row in (*found.rows, found.total):
                assert row.planned == row.undecided + row.approved + row.cancelled
                assert row.approved == row.waiting + row.given
                assert row.issued == row.given + row.purchase == row.signed + row.posted + row.unsigned
                assert row.start + row.received + row.out + row.returned + row.broken + row.counted == row.end
                assert row.off == 0 and row.end >= 0
            for row in found.rows:
                for which in reconciliation.WHICH:
                    behind = reconciliation.lines_behind(manager, month, which, row.id)
                    assert len(behind) == getattr(row, which)
        shelf = {item.id: item.stock for item in stock.catalogue(manager)}
        now = {row.id: row.end for row in reconciliation.reconcile(manager, "2026-11").rows}
        assert now == {gift: pieces for gift, pieces in shelf.items() if gift in now}
        everything.rollback()


def test_a_planted_issue_stands_out_in_the_reconciliation(manager, soap: int) -> None:
    honest = a_line(a_customer("K1", "B"), soap)
    planted = a_line(a_customer("K2", "B"), soap, moved=0)
    gone = a_line(a_customer("K3", "B"), soap, status="approved", issued_on=None, issued_at=None, moved=0)
    database.insert(
        "stock_move", gift_id=soap, kind="issued", quantity=-1, day=_day(date(2026, 10, 9)), line_id=gone,
        reason="", user_id=3, created_at=_moment(NOON), supplier="",
    )  # fmt: skip
    (row,) = reconciliation.reconcile(manager, OCTOBER).rows
    assert (row.planned, row.issued, row.out, row.off) == (3, 2, -2, 2)
    assert reconciliation.lines_behind(manager, OCTOBER, "off") == [planted, gone]
    assert honest in reconciliation.lines_behind(manager, OCTOBER, "issued", soap)


def test_the_reconciliation_is_for_manager_and_owner_and_goes_out_as_a_table(
    manager, clerk, soap: int, tmp_path: Path
) -> None:
    from python_calamine import CalamineWorkbook

    a_line(a_customer("K1", "B"), soap)
    with pytest.raises(NotAllowed):
        reconciliation.reconcile(clerk, OCTOBER)
    assert reconciliation.save(manager, OCTOBER, tmp_path / "对账.xlsx") == 2
    rows = CalamineWorkbook.from_path(str(tmp_path / "对账.xlsx")).get_sheet_by_index(0).to_python()
    figures = dict(zip(rows[0], rows[1], strict=True))
    assert (figures["礼品"], figures["计划"], figures["月初"], figures["发出"]) == ("香皂", 1, 20_000, -1)
    assert rows[2][1] == "合计" and figures["月末库存值"] == 19_999 * 20


# ---- signals


def test_twelve_planted_patterns_are_found_among_ten_thousand_honest_gifts(owner, manager, soap: int) -> None:
    """Spec 09, 65: all of them within one run, at most one in a hundred of the honest gifts named."""
    honest: list[int] = []
    with database.database.atomic():
        for number in range(10_000):
            customer = a_customer(f"H{number:05d}", "B")
            a_phone(customer, f"139{number:08d}")
            honest.append(a_line(customer, soap, day=date(2026, 10, 1 + number % 31),
                                 issued_at=_moment(NOON.replace(month=10, day=1 + number % 31))))  # fmt: skip
    fraud: dict[str, int] = {}

    def customer(number: int, phone: str = "") -> int:
        made = a_customer(f"F{number}", "B")
        a_phone(made, phone or f"138{number:08d}")
        return made

    fraud["unapproved"] = a_line(customer(1), soap, decided_by_id=None)
    fraud["own_approval"] = a_line(customer(2), soap, decided_by_id=2)
    fraud["no_move"] = a_line(customer(3), soap, moved=0)
    twice = customer(4)
    a_line(twice, soap, due=_day(date(2026, 10, 5)), day=date(2026, 10, 5),
           issued_at=_moment(NOON.replace(day=5)))  # fmt: skip
    fraud["twice"] = a_line(twice, soap)
    database.execute("UPDATE staff_user SET phone = '137 0000 0001' WHERE id = 3")
    fraud["staff_phone"] = a_line(customer(5, "13700000001"), soap)
    a_line(customer(6, "13600000006"), soap)
    fraud["same_phone"] = a_line(customer(7, "13600000006"), soap)
    buying = [customer(100 + number) for number in range(24)]
    for number, one in enumerate(buying):
        fraud["many_purchase"] = a_line(
            one, soap, occasion="purchase", submitted_by_id=None, decided_by_id=None,
            issued_by_id=3 if number < 20 else 2, ticket_id=a_ticket(one),
        )  # fmt: skip
    fraud["many_purchase"] -= 4
    late = NOON.astimezone().replace(hour=23).astimezone(timezone.utc)
    fraud["hours"] = a_line(customer(8), soap, issued_at=_moment(late))
    fraud["dated"] = a_line(customer(9), soap, day=date(2026, 10, 6))
    split = customer(10)
    a_line(split, soap, occasion="season", cost=3_000, issued_by_id=2)
    fraud["split"] = a_line(split, soap, occasion="owner_choice", cost=3_000, issued_by_id=2)
    fraud["single"] = a_line(customer(11), soap, submitted_by_id=1, single_approver=1)
    october = manager.at(date(2026, 10, 20))
    stock.count(october, soap, stock.stock_of(soap) - 1)
    for _each in range(3):
        cheap = stock.item(owner, soap)
        stock.change_gift(owner, soap, cost=500)
        stock.write_off(october, soap, 1, "破")
        stock.change_gift(owner, soap, cost=cheap.cost)
    found = signals.signals(owner, OCTOBER)
    kinds = {one.kind for one in found}
    assert set(fraud) | {"below_book", "small_losses"} <= kinds
    for kind, line in fraud.items():
        assert any(line in one.lines for one in found if one.kind == kind), kind
    innocent = {line for one in found for line in one.lines} & set(honest)
    assert len(innocent) <= len(honest) // 100
    assert [one.tone for one in found] == sorted(
        (one.tone for one in found), key=["bad", "warn", "info"].index
    )
    phone = next(one for one in found if one.kind == "same_phone")
    assert "136****0006" in phone.text and "13600000006" not in phone.text


def test_an_honest_month_has_no_signals_and_a_clerk_sees_none(manager, clerk, soap: int) -> None:
    a_line(a_customer("K1", "B"), soap)
    assert signals.signals(manager, OCTOBER) == []
    with pytest.raises(NotAllowed):
        signals.signals(clerk, OCTOBER)


def test_what_waits_for_the_owner_is_a_signal(manager, soap: int, tmp_path: Path) -> None:
    stock.write_off(manager, soap, 100, "水淹")
    (one,) = signals.signals(manager, "2026-11")
    assert one.kind == "claims" and "￥2,000.00" in one.text
    assert signals.save(manager, "2026-11", tmp_path / "s.csv") == 1
    assert one.text in (tmp_path / "s.csv").read_text("utf-8-sig")


# ---- the sample


@pytest.fixture
def handed_out(soap: int) -> list[int]:
    found = []
    with database.database.atomic():
        for number in range(200):
            one = a_customer(f"K{number:03d}", "B")
            a_phone(one, f"139{number:08d}")
            found.append(a_line(one, soap))
    return found


def test_a_month_is_drawn_once_by_nobodys_choice(manager, owner, clerk, handed_out: list[int]) -> None:
    with pytest.raises(Refused, match="没有过完"):
        sample.draw_sample(manager.at(date(2026, 10, 31)), OCTOBER)
    with pytest.raises(NotAllowed):
        sample.draw_sample(clerk, OCTOBER)
    drawn = sample.draw_sample(manager, OCTOBER)
    assert (drawn.population, len(drawn.rows), drawn.drawn_by) == (200, 10, "店长")
    chosen = [row.line_id for row in drawn.rows]
    assert set(chosen) <= set(handed_out)
    with pytest.raises(Refused, match="已经抽过"):
        sample.draw_sample(owner, OCTOBER)
    secret = database.value_of("SELECT secret FROM shop_info")
    chain = database.value_of("SELECT hash FROM journal_entry WHERE id = ?", (drawn.anchor,)) or journal.START
    from services.rules import gift_checks as rules

    assert rules.drawn(handed_out, rules.seed_of(secret, OCTOBER, chain), 10) == chosen
    for sql in (
        "UPDATE gift_sample SET seed = ''",
        "UPDATE sample_line SET line_id = 1",
        "DELETE FROM sample_line",
    ):
        with pytest.raises(Exception, match="drawn once|kept"):
            database.execute(sql)


def test_answers_are_kept_once_each_and_a_missing_gift_becomes_a_signal(
    manager, owner, handed_out: list[int]
) -> None:
    first, second = sample.draw_sample(manager, OCTOBER).rows[:2]
    sample.note_outcome(manager, first.id, "received", "", first.version)
    with pytest.raises(Refused, match="刚刚被别人改过"):
        sample.note_outcome(owner, first.id, "missing", "", first.version)
    sample.note_outcome(owner, second.id, "missing", "说 从来\n没见过")
    found = sample.sample(owner, OCTOBER)
    assert (found.asked, found.count("missing"), found.rows[1].note) == (2, 1, "说 从来 没见过")
    (signal,) = signals.signals(owner, OCTOBER)
    assert signal.kind == "undelivered" and signal.lines == (second.line_id,)
    sample.note_outcome(owner, second.id, "")
    assert signals.signals(owner, OCTOBER) == []
    with pytest.raises(Refused, match="不对"):
        sample.note_outcome(owner, second.id, "maybe")


def test_who_handed_a_gift_out_does_not_ask_about_it(manager, owner, soap: int) -> None:
    a_line(a_customer("K1", "B"), soap, issued_by_id=2)
    (row,) = sample.draw_sample(owner, OCTOBER).rows
    with pytest.raises(NotAllowed, match="自己发放"):
        sample.note_outcome(manager, row.id, "received")
    assert sample.note_outcome(owner, row.id, "received").recorded_by == "店主"


def test_a_month_without_gifts_has_nothing_to_draw(manager) -> None:
    with pytest.raises(Refused, match="没有发放过"):
        sample.draw_sample(manager, OCTOBER)
    with pytest.raises(Refused, match="还没有抽查"):
        sample.write_call_list(manager, OCTOBER, "x.pdf")


def test_the_call_list_carries_phones_questions_and_room_to_answer(
    manager, handed_out: list[int], tmp_path: Path
) -> None:
    import pypdfium2

    rows = sample.draw_sample(manager, OCTOBER).rows
    sample.write_call_list(manager, OCTOBER, tmp_path / "电话单.pdf")
    pdf = pypdfium2.PdfDocument(str(tmp_path / "电话单.pdf"))
    assert [round(side * 25.4 / 72) for side in pdf[0].get_size()] == [297, 210]
    text = "".join(page.get_textpage().get_text_range() for page in pdf).replace("\r\n", "")
    assert all(row.phones[0] in text and row.name in text for row in rows)
    assert "您收到了吗" in text and "回答" in text
    sample.write_call_list(manager, OCTOBER, tmp_path / "电话单.xlsx")
    noted = [row[0] for row in database.rows("SELECT act FROM journal_entry ORDER BY id")]
    assert "gifts.sample_listed" in noted and "export.call_list" in noted
    assert rows[0].phones[0] not in rows[0].masked_phones


# ---- gifts and sales


def a_sale(customer: int, day: date, paid: int, counts: int = 1) -> None:
    ticket = a_ticket(customer)
    database.execute(
        "UPDATE ticket SET day = ?, paid = ?, counts = ? WHERE id = ?", (_day(day), paid, counts, ticket)
    )


def test_purchases_after_a_gift_stand_beside_those_of_people_without(owner, soap: int) -> None:
    day = date(2026, 10, 8)
    a, b, c = (a_customer(f"K{n}", "B") for n in range(3))
    without = [a_customer(f"N{n}", "B") for n in range(4)]
    new = a_customer("NEU", "B", registered_on="2026-10-20")
    for customer in (a, b):
        a_line(customer, soap, day=day)
    a_line(c, soap, occasion="purchase", grade="C", day=day, submitted_by_id=None, decided_by_id=None)
    a_sale(a, day, 10_000)
    a_sale(a, date(2026, 10, 18), 5_000)
    a_sale(a, date(2026, 10, 19), 99_000)
    a_sale(b, date(2026, 10, 7), 88_000)
    a_sale(b, date(2026, 10, 9), 77_000, counts=0)
    a_sale(c, day, 66_000)
    a_sale(without[0], date(2026, 10, 10), 4_000)
    a_sale(new, date(2026, 10, 10), 9_000_000)
    found = effect.effect(owner, date(2026, 10, 1), date(2026, 10, 31), "grade", 10)
    by = {row.key: row for row in found.rows}
    b_row, c_row = by["B"], by["C"]
    assert (b_row.heads, b_row.gifts, b_row.cost, b_row.buyers, b_row.tickets) == (2, 2, 4_000, 1, 2)
    assert (b_row.paid, b_row.per_head, b_row.none_heads, b_row.none_per_head) == (15_000, 7_500, 4, 1_000)
    assert b_row.difference == 6_500 and b_row.weak
    assert (c_row.paid, c_row.none_per_head) == (0, None)
    assert found.total.heads == 3 and found.total.paid == 15_000
    assert any("少于 30 人" in words for words in found.words) and "功劳" in found.words[0]
    occasions = effect.effect(owner, date(2026, 10, 1), date(2026, 10, 31), "occasion", 10)
    assert {row.name: row.heads for row in occasions.rows} == {"生日": 2, "购物赠礼": 1}
    gifts_ = effect.effect(owner, date(2026, 10, 1), date(2026, 10, 31), "gift", 10)
    assert [(row.name, row.paid) for row in gifts_.rows] == [("香皂", 15_000)]


def test_a_window_that_is_not_over_is_counted_apart(owner, soap: int, tmp_path: Path) -> None:
    customer = a_customer("K1", "B")
    a_line(customer, soap)
    a_sale(customer, date(2026, 10, 9), 5_000)
    found = effect.effect(owner, date(2026, 10, 1), date(2026, 10, 31))
    assert (found.days, found.total.open, found.total.judged, found.total.per_head) == (60, 1, 0, None)
    assert any("还不满 60 天" in words for words in found.words)
    assert effect.save(owner, date(2026, 10, 1), date(2026, 10, 31), "grade", tmp_path / "e.xlsx") == 2


def test_periods_and_groups_that_make_no_sense_are_refused(owner, clerk) -> None:
    for args in (
        (date(2026, 10, 2), date(2026, 10, 1)),
        (date(2000, 1, 1), date(2026, 10, 1)),
        (date(2026, 10, 1), date(2026, 10, 2), "colour"),
        (date(2026, 10, 1), date(2026, 10, 2), "grade", 0),
    ):
        with pytest.raises(Refused):
            effect.effect(owner, *args)
    empty = effect.effect(owner, date(2026, 10, 1), date(2026, 10, 2))
    assert empty.rows == () and empty.words == ()
    with pytest.raises(NotAllowed):
        effect.effect(clerk, date(2026, 10, 1), date(2026, 10, 2))


# ---- on PostgreSQL


@pytest.mark.postgres
def test_stock_and_checks_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from models.kinds import Role
    from services.setup import create_shop
    from services.shop import Actor
    from services.staff import add_user
    from tests.conftest import CLERK_PIN, MANAGER_PIN, OWNER_PIN

    owner = create_shop(
        postgres_url, "店", "店主", OWNER_PIN, trial=True, clock=FixedClock(date(2026, 11, 22))
    )
    manager = replace(
        owner, actor=Actor(add_user(owner, "店长", Role.MANAGER, MANAGER_PIN), "店长", Role.MANAGER)
    )
    add_user(owner, "小王", Role.CLERK, CLERK_PIN)
    soap = stock.add_gift(manager, "香皂", "小件", 2_000)
    stock.receive(manager.at(date(2026, 9, 1)), soap, 100, unit_cost=1_800)
    customers = [a_customer(f"K{n}", "B") for n in range(20)]
    for one in customers[:12]:
        a_phone(one, "13900000001" if one in customers[:2] else f"138{one:08d}")
        a_line(one, soap)
    a_sale(customers[0], date(2026, 10, 9), 5_000)

    def counter(_number: int) -> bool:
        try:
            return not stock.write_off(manager, soap, 2, "破").waits
        finally:
            database.close()

    with ThreadPoolExecutor(4) as counters:
        assert sum(counters.map(counter, range(6))) == 1, "the month's limit holds at two counters at once"
    assert len(stock.waiting_claims(owner)) == 5
    stock.confirm(owner, [stock.waiting_claims(owner)[0].id])
    for claim in stock.waiting_claims(owner):
        stock.withdraw(manager, claim.id)
    take_ = stock.begin_stocktake(manager)
    stock.enter_counts(manager, take_, {soap: 83})
    assert stock.close_stocktake(owner, take_, "小王").short == 1
    assert [(row.quantity, row.value) for row in stock.valuation(manager)] == [(83, 83 * 1_800)]
    assert stock.card(manager, soap)[0].balance == 83
    (row,) = reconciliation.reconcile(manager, OCTOBER).rows
    assert (row.planned, row.issued, row.out, row.off) == (12, 12, -12, 0)
    assert "same_phone" in {one.kind for one in signals.signals(owner, OCTOBER)}
    drawn = sample.draw_sample(owner, OCTOBER)
    assert len(drawn.rows) == 5
    sample.note_outcome(owner, drawn.rows[0].id, "missing")
    for by in ("grade", "occasion", "gift"):
        found = effect.effect(owner, date(2026, 10, 1), date(2026, 10, 31), by, 20)
        assert (found.total.heads, found.total.paid, found.total.none_heads) == (12, 5_000, 8)
    with pytest.raises(Exception, match="kept"):
        database.execute("UPDATE gift_sample SET seed = ''")
    assert gifts.plan_id_of(manager, OCTOBER) is not None
    database.close()


def test_the_day_opens_with_what_the_checks_wait_for(manager, clerk, soap: int) -> None:
    from services import daily

    a_line(a_customer("K1", "B"), soap)
    stock.write_off(manager, soap, 100, "水淹")
    claim, unsampled = "1 笔礼品损耗或盘点差额等店主确认。", "10 月发放的礼品还没有抽查。"
    assert {claim, unsampled} <= set(daily.reminders(manager))
    assert not {claim, unsampled} & set(daily.reminders(clerk))
    sample.draw_sample(manager, OCTOBER)
    assert unsampled not in daily.reminders(manager)
