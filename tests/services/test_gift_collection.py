"""From approval to the customer's hands: codes, parcels, packing, slips, and what nobody collects."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from models import database
from models.kinds import StockKind
from services import gifts, journal, stock
from services.errors import NotAllowed, Refused
from services.gifts import Way, packing, slips
from tests.printing.measure import page_mm, text
from tests.services.test_gifts import BIRTHDAY, MAY, a_customer, all_lines, shelf  # noqa: F401 - a fixture


@pytest.fixture
def approved(manager, owner, shelf) -> list[gifts.LineRow]:  # noqa: F811
    """K1: may day (collect), birthday in two parts (to the door). K2: may day in two parts by post."""
    a_customer("K1", "A", BIRTHDAY)
    a_customer("K2", "B")
    plan = gifts.propose(manager, MAY)
    gifts.submit(manager, plan.id)
    gifts.approve(owner, plan.id)
    return all_lines(manager)


def acts() -> list[str]:
    return [row[0] for row in database.rows("SELECT act FROM journal_entry ORDER BY id")]


def of(lines: list[gifts.LineRow], card_no: str, occasion: str) -> list[gifts.LineRow]:
    return [one for one in lines if (one.card_no, one.occasion) == (card_no, occasion)]


# ---- the code


def test_wrong_codes_are_counted_and_then_only_a_signature_counts(clerk, approved) -> None:
    (line,) = of(approved, "K1", "may_day")
    right = gifts.collection_code(clerk, line)
    wrong = f"{(int(right) + 1) % 10_000:04d}"
    most = clerk.policy.gifts.code_tries
    for left in range(most - 1, 0, -1):
        with pytest.raises(Refused, match=f"还可以试 {left} 次"):
            gifts.issue(clerk, line.id, code=wrong)
    with pytest.raises(Refused, match="今天不能再试"):
        gifts.issue(clerk, line.id, code=wrong)
    with pytest.raises(Refused, match=f"已输错 {most} 次"):
        gifts.issue(clerk, line.id, code=right)
    assert gifts.issue(clerk, line.id).signed == "paper"


def test_the_next_day_the_code_may_be_tried_again(clerk, approved) -> None:
    (line,) = of(approved, "K1", "may_day")
    for _try in range(clerk.policy.gifts.code_tries):
        with pytest.raises(Refused):
            gifts.issue(clerk, line.id, code="x")
    tomorrow = clerk.at(date(2026, 11, 23))
    assert gifts.issue(tomorrow, line.id, code=gifts.collection_code(clerk, line)).signed == "code"


def test_all_parts_share_the_code_and_its_tries_and_full_width_digits_count(clerk, approved) -> None:
    parts = of(approved, "K1", "birthday")
    assert len(parts) == 2
    with pytest.raises(Refused, match="还可以试 4 次"):
        gifts.issue(clerk, parts[0].id, code="")
    with pytest.raises(Refused, match="还可以试 3 次"):
        gifts.issue(clerk, parts[1].id, code="")
    code = "".join(chr(ord(digit) + 0xFEE0) for digit in gifts.collection_code(clerk, parts[0]))
    done = gifts.issue_many(clerk, [one.id for one in parts], code=f" {code[:2]} {code[2:]}")
    assert [one.signed for one in done] == ["code", "code"]


# ---- what is sent


def test_what_is_posted_is_under_way_until_its_receipt(clerk, approved) -> None:
    ids = [one.id for one in of(approved, "K2", "may_day")]
    gifts.issue_many(clerk, ids, signed="posted", way=Way("顺丰", "SF 123", ""))
    assert gifts.under_way_ids(clerk) == ids and gifts.under_way_ids(clerk, "SF 12") == ids
    assert gifts.received(clerk, ids, " 门卫 老张 ") == 2
    row = gifts.parcels(clerk, ids)[0]
    assert row is not None and (row.way, row.received_by, row.customer_signed) == (
        "顺丰 SF 123",
        "门卫 老张",
        "门卫 老张",
    )
    assert gifts.under_way_ids(clerk) == []
    with pytest.raises(Refused, match="由 门卫 老张 签收"):
        gifts.received(clerk, ids, "本人")
    gifts.undo_received(clerk, ids)
    assert gifts.under_way_ids(clerk) == ids
    assert gifts.line(clerk, ids[0]).customer_signed == ""


def test_a_receipt_before_the_sending_or_of_tomorrow_is_refused(clerk, approved) -> None:
    ids = [one.id for one in of(approved, "K1", "birthday")]
    gifts.issue_many(clerk, ids, signed="delivery", way=Way(courier="小王"))
    for day, words in ((date(2026, 11, 21), "早于"), (date(2026, 11, 23), "还没有到")):
        with pytest.raises(Refused, match=words):
            gifts.received(clerk, ids, "本人", day)
    (other,) = of(approved, "K1", "may_day")
    gifts.issue(clerk, other.id)
    with pytest.raises(Refused, match="不用登记签收"):
        gifts.received(clerk, [other.id], "本人")


def test_an_undone_issue_was_never_sent(clerk, approved) -> None:
    ids = [one.id for one in of(approved, "K1", "birthday")]
    gifts.issue_many(clerk, ids, signed="delivery", way=Way(courier="小王"))
    gifts.received(clerk, ids, "本人")
    line = gifts.undo_issue(clerk, ids[0])
    row = gifts.parcels(clerk, ids)[0]
    assert row is not None and (line.status, line.customer_signed, row.way, row.received_on) == (
        "approved",
        "",
        "",
        None,
    )


def test_what_the_post_brought_back_returns_to_stock_and_can_be_sent_again(manager, clerk, approved) -> None:
    line = of(approved, "K2", "may_day")[0]
    before = stock.stock_of(line.gift_id)
    gifts.issue(clerk, line.id, signed="posted")
    gifts.to_stock_again(manager, line.id, "查无此人")
    assert stock.stock_of(line.gift_id) == before
    (again,) = gifts.undo_to_stock(manager, [line.id])
    assert again.status == "issued" and stock.stock_of(line.gift_id) == before - 1
    with pytest.raises(Refused, match="不能撤销"):
        gifts.undo_to_stock(manager, [line.id])


# ---- what nobody collects


def test_the_uncollected_are_reminded_of_then_return_to_stock_and_only_once(manager, approved) -> None:
    (line,) = of(approved, "K1", "may_day")
    reserved = stock.reserved_of(line.gift_id)
    early, remind = date(2027, 5, 30), date(2027, 5, 31)
    assert gifts.look_after_uncollected(manager.at(early)) == gifts.LookedAfter(0, 0)
    assert gifts.look_after_uncollected(manager.at(remind)) == gifts.LookedAfter(1, 0)
    assert gifts.look_after_uncollected(manager.at(remind)) == gifts.LookedAfter(0, 0)
    assert gifts.look_after_uncollected(manager.at(date(2027, 6, 14))) == gifts.LookedAfter(0, 0)
    assert gifts.look_after_uncollected(manager.at(date(2027, 6, 15))) == gifts.LookedAfter(0, 1)
    assert gifts.look_after_uncollected(manager.at(date(2027, 6, 15))) == gifts.LookedAfter(0, 0)
    assert gifts.line(manager, line.id).status == "cancelled"
    assert stock.reserved_of(line.gift_id) == reserved - 1
    assert acts().count("gift.uncollected_reminded") == acts().count("gift.uncollected_returned") == 1
    assert journal.head()[0]


def test_a_shop_that_was_long_closed_reminds_before_anything_returns(manager, approved) -> None:
    late = manager.at(date(2027, 12, 1))
    assert gifts.look_after_uncollected(late) == gifts.LookedAfter(1, 0)


def test_undoing_the_return_lets_the_gift_wait_and_counts_its_days_anew(manager, approved) -> None:
    (line,) = of(approved, "K1", "may_day")
    gifts.look_after_uncollected(manager.at(date(2027, 5, 31)))
    back = manager.at(date(2027, 6, 15))
    gifts.look_after_uncollected(back)
    (again,) = gifts.undo_to_stock(back, [line.id])
    assert again.status == "approved" and gifts.waiting_ids(back).count(line.id) == 1
    assert gifts.look_after_uncollected(manager.at(date(2027, 6, 20))) == gifts.LookedAfter(0, 0)


def test_a_return_is_not_undone_when_the_piece_is_promised_elsewhere(manager, approved) -> None:
    (line,) = of(approved, "K1", "may_day")
    gifts.to_stock_again(manager, line.id, "不来了")
    free = stock.stock_of(line.gift_id) - stock.reserved_of(line.gift_id)
    with database.database.atomic():
        stock.move(manager, line.gift_id, StockKind.BROKEN, -free)
    with pytest.raises(Refused, match="没有多余的了"):
        gifts.undo_to_stock(manager, [line.id])


def test_a_clerk_neither_returns_nor_undoes_it(clerk, approved) -> None:
    with pytest.raises(NotAllowed):
        gifts.to_stock_again(clerk, approved[0].id, "试")
    with pytest.raises(NotAllowed):
        gifts.undo_to_stock(clerk, [approved[0].id])


def test_the_day_s_opening_looks_after_them_and_plans_one_reminder(manager, approved) -> None:
    from services import daily

    database.execute("INSERT INTO phone (customer_id, number, reversed, \"foreign\", position)"
                     " SELECT id, '13812345678', '87654321831', 0, 0 FROM customer WHERE card_no = 'K1'")  # fmt: skip
    database.execute("UPDATE customer SET registered_on = '2027-05-02', last_purchase = '2027-05-02'")
    for _twice in range(2):
        daily.open_day(manager.at(date(2027, 6, 2)), confirmed=True)
    sql = "SELECT COUNT(*) FROM contact WHERE topics LIKE '%gift_waiting%' AND why LIKE '%may_day%'"
    assert database.value_of(sql) == 1
    assert acts().count("gift.uncollected_reminded") == 1


# ---- packing


def test_gifts_are_packed_by_the_day_they_leave(clerk, approved) -> None:
    spring = clerk.at(date(2027, 4, 20))
    days = {one.day: (one.pieces, one.packed) for one in packing.pack_days(spring)}
    post = packing.hand_out_day(spring, date(2027, 5, 1), "post")
    assert post < date(2027, 5, 1)
    assert days == {post: (2, 0), date(2027, 5, 1): (1, 0), date(2027, 5, 12): (2, 0)}
    ids = [row.id for row in packing.to_pack(spring, post)]
    assert packing.pack(spring, ids) == ids
    with pytest.raises(Refused, match="已经装好"):
        packing.pack(spring, ids)
    assert {one.day: one.packed for one in packing.pack_days(spring)}[post] == 2
    packing.unpack(spring, ids[:1])
    assert [row.packed_by for row in packing.to_pack(spring, post)].count("小王") == 1


def test_what_should_have_left_before_counts_to_today(clerk, approved) -> None:
    late = clerk.at(date(2027, 5, 10))
    assert [(one.day, one.pieces) for one in packing.pack_days(late)] == [
        (date(2027, 5, 10), 3),
        (date(2027, 5, 12), 2),
    ]


def test_the_packing_list_has_a_box_for_every_step_of_the_policy(clerk, approved, tmp_path: Path) -> None:
    spring = clerk.at(date(2027, 4, 20))
    out = tmp_path / "list.pdf"
    assert packing.write(spring, date(2027, 5, 12), out) == 2
    pdf = out.read_bytes()
    assert tuple(round(side) for side in page_mm(pdf)) == (210, 297)
    words = text(pdf)
    for step in ("丝带折花", "资讯单", "贺卡", "装好", "K1", "真丝方巾"):
        assert step in words
    assert words.count("没有地址，请先问客户") == 2
    with pytest.raises(Refused, match="没有要装的礼品"):
        packing.pdf(spring, date(2027, 5, 13))


def test_what_goes_to_the_door_says_where(clerk, approved, tmp_path: Path) -> None:
    line = of(approved, "K1", "birthday")[0]
    database.execute(
        "UPDATE customer SET postcode = '629000', address = '船山区凯旋路88号3栋' WHERE id = ?",
        (line.customer_id,),
    )
    (row,) = gifts.parcels(clerk, [line.id])
    assert row is not None and row.place == "629000 船山区凯旋路88号3栋"
    assert "船山区凯旋路88号3栋" in text(slips.pdf(clerk, [line.id])).replace(" ", "")
    out = tmp_path / "list.pdf"
    packing.write(clerk.at(date(2027, 4, 20)), date(2027, 5, 12), out)
    assert "629000 船山区凯旋路88号3栋" in text(out.read_bytes())
    (festival,) = gifts.parcels(clerk, [of(approved, "K1", "may_day")[0].id])
    assert festival is not None and festival.place == "", "what is collected goes nowhere"


# ---- slips


def test_a_roll_is_80_mm_wide_and_as_high_as_its_words(clerk, approved) -> None:
    one = slips.pdf(clerk, [of(approved, "K1", "may_day")[0].id])
    two = slips.pdf(clerk, [line.id for line in of(approved, "K1", "birthday")])
    assert round(page_mm(one)[0], 1) == round(page_mm(two)[0], 1) == 80.0
    assert 60 <= page_mm(one)[1] < page_mm(two)[1] < 200


def test_a_slip_names_the_gift_its_plan_line_and_a_masked_phone(clerk, approved) -> None:
    lines = of(approved, "K2", "may_day")
    database.execute("INSERT INTO phone (customer_id, number, reversed, \"foreign\", position) VALUES (?, ?, ?, 0, 0)",
                     (lines[0].customer_id, "13812345678", "87654321831"))  # fmt: skip
    gifts.issue_many(clerk, [one.id for one in lines], signed="posted")
    number = database.value_of("SELECT number FROM voucher WHERE line_id = ?", (lines[1].id,))
    pdf = slips.pdf(clerk, [one.id for one in lines], "a6")
    assert tuple(round(side) for side in page_mm(pdf)) == (105, 148)
    words = text(pdf).replace(" ", "")
    for wanted in (
        "和平路店",
        "客户K2",
        "K2",
        "五一",
        "100元礼金券",
        str(number),
        "客户签名",
        "小王",
        "2026-11-22",
    ):
        assert wanted in words
    assert "138****5678" in words and "13812345678" not in words
    assert f"LP202705-{lines[0].id}" in words and slips.slip_number(lines[0].id) in words


def test_a_slip_s_number_leads_back_to_its_line() -> None:
    assert slips.line_of_slip(f" {slips.slip_number(95).lower()} ") == 95
    assert slips.line_of_slip("K00095") is None


def test_several_customers_get_a_slip_each(clerk, approved) -> None:
    assert len(slips.slips(clerk, [one.id for one in approved])) == 3
    with pytest.raises(Refused):
        slips.slips(clerk, [])
