"""Losses that wait for the owner, whole stocktakes, taking back, the card, worth and reorder: the stock by hand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from models import database
from services import stock
from services.errors import NotAllowed, Refused


@pytest.fixture
def mug(manager) -> int:
    gift = stock.add_gift(manager, "咖啡杯", "杯具", 2_400, reorder_level=5)
    stock.receive(manager, gift, 20)
    return gift


@pytest.fixture
def soap(manager) -> int:
    gift = stock.add_gift(manager, "香皂", "小件", 900)
    stock.receive(manager, gift, 50)
    return gift


def test_a_small_loss_is_booked_and_a_large_one_waits_for_the_owner(manager, owner, mug: int) -> None:
    done = stock.write_off(manager, mug, 2, "开箱破损")
    assert (done.stock, done.waits, done.difference) == (18, False, -2)
    waits = stock.write_off(manager, mug, 3, "受潮")
    assert waits.waits and stock.stock_of(mug) == 18
    (claim,) = stock.waiting_claims(manager)
    assert (claim.gift, claim.quantity, claim.value, claim.by, claim.stock) == (
        "咖啡杯",
        -3,
        7_200,
        "店长",
        18,
    )
    with pytest.raises(NotAllowed):
        stock.confirm(manager, [claim.id])
    assert len(stock.confirm(owner, [claim.id])) == 1
    assert stock.stock_of(mug) == 15
    newest = stock.card(owner, mug)[0]
    assert (newest.user, newest.confirmed_by, newest.quantity) == ("店长", "店主", -3)
    with pytest.raises(Refused, match="已经有人处理"):
        stock.confirm(owner, [claim.id])


def test_many_small_losses_are_one_large_one(manager, owner, mug: int) -> None:
    assert not stock.write_off(manager, mug, 1, "破").waits
    assert not stock.write_off(manager, mug, 1, "破").waits
    assert stock.write_off(manager, mug, 1, "破").waits
    assert not stock.write_off(owner, mug, 9, "都破了").waits


def test_next_month_and_what_was_taken_back_do_not_count(manager, mug: int) -> None:
    stock.take_back(manager, stock.write_off(manager, mug, 2, "破").move_id or 0)
    assert not stock.write_off(manager, mug, 2, "破").waits
    assert not stock.write_off(manager.at(date(2026, 12, 1)), mug, 2, "破").waits


def test_the_owner_may_refuse_and_the_manager_withdraw(manager, owner, clerk, mug: int) -> None:
    first = stock.write_off(manager, mug, 3, "受潮").claim_id or 0
    second = stock.write_off(manager, mug, 4, "受潮").claim_id or 0
    with pytest.raises(Refused, match="原因"):
        stock.refuse(owner, [first], " ")
    stock.refuse(owner, [first], "货架上还在")
    with pytest.raises(NotAllowed):
        stock.withdraw(clerk, second)
    stock.withdraw(manager, second)
    assert stock.waiting_claims(owner) == [] and stock.stock_of(mug) == 20
    with pytest.raises(Exception, match="not edited"):
        database.execute("UPDATE stock_claim SET state = 'waiting'")
    with pytest.raises(Exception, match="kept"):
        database.execute("DELETE FROM stock_claim")


def test_a_no_is_taken_back_by_who_said_it_and_the_claims_wait_again(manager, owner, mug: int) -> None:
    first = stock.write_off(manager, mug, 3, "受潮").claim_id or 0
    second = stock.write_off(manager, mug, 4, "受潮").claim_id or 0
    stock.refuse(owner, [first, second], "货架上还在")
    with pytest.raises(Refused, match="处理过"):
        stock.lay_again(manager, [first])
    stock.lay_again(owner, [first, second])
    again = stock.waiting_claims(owner)
    assert [(one.quantity, one.reason, one.by_id) for one in again] == [
        (-3, "受潮", manager.who),
        (-4, "受潮", manager.who),
    ]
    stock.confirm(owner, [one.id for one in again])
    assert stock.stock_of(mug) == 13


def test_a_no_stands_once_the_gift_was_counted(manager, owner, mug: int) -> None:
    claim = stock.count(manager, mug, 10).claim_id or 0
    stock.refuse(owner, [claim], "再数一遍")
    stock.count(owner, mug, 18)
    with pytest.raises(Refused, match="盘点过"):
        stock.lay_again(owner, [claim])
    assert stock.waiting_claims(owner) == []


def test_a_gift_with_a_claim_is_not_counted_twice(manager, owner, mug: int) -> None:
    claim = stock.count(manager, mug, 10).claim_id
    with pytest.raises(Refused, match="等店主确认"):
        stock.count(manager, mug, 9)
    stock.confirm(owner, [claim or 0])
    assert stock.count(owner, mug, 9).difference == -1


def test_a_move_is_taken_back_once_by_its_own_hand_or_the_owner(manager, owner, clerk, mug: int) -> None:
    move = stock.receive(manager, mug, 5).move_id or 0
    assert stock.take_back(manager, move).stock == 20
    with pytest.raises(Refused, match="已经撤销过"):
        stock.take_back(manager, move)
    with pytest.raises(NotAllowed):
        stock.take_back(clerk, move)
    late = stock.receive(manager, mug, 5).move_id or 0
    tomorrow = date(2026, 11, 23)
    with pytest.raises(NotAllowed, match="店主"):
        stock.take_back(manager.at(tomorrow), late)
    with pytest.raises(Refused, match="原因"):
        stock.take_back(owner.at(tomorrow), late)
    assert stock.take_back(owner.at(tomorrow), late, "重复入库").stock == 20
    newest, middle = stock.card(owner, mug)[:2]
    assert newest.reverses == late and middle.reversed


def test_taking_back_never_leads_below_zero(manager, owner, mug: int) -> None:
    move = stock.receive(manager, mug, 5).move_id or 0
    stock.write_off(owner, mug, 22, "水淹")
    with pytest.raises(Refused, match="只剩 3 件"):
        stock.take_back(manager, move)


def test_a_whole_stocktake_from_the_sheet_to_the_book(manager, mug: int, soap: int, tmp_path: Path) -> None:
    from services.gift_checks import stock_files

    take = stock.begin_stocktake(manager)
    with pytest.raises(Refused, match="还有一次盘点"):
        stock.begin_stocktake(manager)
    assert stock_files.count_sheet(manager, take, tmp_path / "表.xlsx") == 2
    rows = list(load_workbook(tmp_path / "表.xlsx").active.iter_rows(values_only=True))
    assert rows[0] == ("礼品类别", "礼品", "实数", "备注")
    assert rows[1] == ("小件", "香皂", None, None)
    assert stock_files.count_sheet(manager, take, tmp_path / "账.csv", with_book=True) == 2
    assert "小件,香皂,50,," in (tmp_path / "账.csv").read_text("utf-8-sig")
    stock.enter_counts(manager, take, {mug: 19})
    stock.enter_counts(manager, take, {soap: 52})
    stock.receive(manager, soap, 10)
    view = stock.stocktake(manager, take)
    assert [(one.gift, one.book, one.counted, one.difference, one.moved) for one in view.lines] == [
        ("香皂", 50, 52, 2, 10),
        ("咖啡杯", 20, 19, -1, 0),
    ]
    with pytest.raises(Refused, match="谁盘点"):
        stock.close_stocktake(manager, take, " ")
    done = stock.close_stocktake(manager, take, "小王、小李", "月底")
    assert (done.short, done.over, done.lost, done.found, done.waits) == (1, 2, 2_400, 1_800, False)
    assert (stock.stock_of(mug), stock.stock_of(soap)) == (19, 62)
    with pytest.raises(Refused, match="已经结束"):
        stock.enter_counts(manager, take, {mug: 20})
    with pytest.raises(Exception, match="not edited"):
        database.execute("UPDATE stocktake_line SET counted = 1")
    stock.undo_stocktake(manager, take)
    assert (stock.stock_of(mug), stock.stock_of(soap)) == (20, 60)
    with pytest.raises(Refused, match="没有可以撤销"):
        stock.undo_stocktake(manager, take)


def test_what_was_not_counted_stays_and_what_moved_can_be_counted_anew(manager, mug: int, soap: int) -> None:
    take = stock.begin_stocktake(manager)
    with pytest.raises(Refused, match="还没有填"):
        stock.close_stocktake(manager, take, "小王")
    stock.enter_counts(manager, take, {mug: 20})
    stock.receive(manager, mug, 4)
    stock.recount(manager, take, [mug])
    line = next(one for one in stock.stocktake(manager, take).lines if one.gift_id == mug)
    assert (line.book, line.counted, line.moved) == (24, None, 0)
    stock.enter_counts(manager, take, {mug: 24})
    assert stock.close_stocktake(manager, take, "小王").waits is False
    assert (stock.stock_of(mug), stock.stock_of(soap)) == (24, 50)


def test_a_stocktake_above_the_limit_waits_whole(manager, owner, mug: int, soap: int) -> None:
    take = stock.begin_stocktake(manager)
    stock.enter_counts(manager, take, {mug: 17, soap: 49})
    assert stock.close_stocktake(manager, take, "小王").waits
    assert (stock.stock_of(mug), stock.stock_of(soap)) == (20, 50)
    claims = stock.waiting_claims(owner)
    assert [one.stocktake_id for one in claims] == [take, take]
    stock.confirm(owner, [one.id for one in claims])
    assert (stock.stock_of(mug), stock.stock_of(soap)) == (17, 49)


def test_a_cancelled_stocktake_books_nothing(manager, owner, clerk, mug: int) -> None:
    take = stock.begin_stocktake(manager)
    stock.enter_counts(manager, take, {mug: 1})
    with pytest.raises(NotAllowed):
        stock.close_stocktake(clerk, take, "小王")
    stock.cancel_stocktake(manager, take, "停电")
    assert stock.open_stocktake(manager) is None and stock.stock_of(mug) == 20
    with pytest.raises(Refused):
        stock.undo_stocktake(owner, take, "x")


@pytest.mark.parametrize("number", [-1, 1_000_001])
def test_absurd_counts_are_refused(manager, mug: int, number: int) -> None:
    take = stock.begin_stocktake(manager)
    with pytest.raises(Refused, match="盘点数"):
        stock.enter_counts(manager, take, {mug: number})


def test_the_worth_of_any_day_follows_what_was_paid(manager, owner, mug: int) -> None:
    early, later = manager.at(date(2026, 11, 1)), manager.at(date(2026, 11, 10))
    tea = stock.add_gift(manager, "茶具", "杯具", 8_000)
    stock.receive(early, tea, 10, unit_cost=7_000, supplier="明月 送货单 881")
    stock.receive(later, tea, 10, unit_cost=9_000, new_cost=True)
    stock.write_off(owner, tea, 10, "水淹")
    assert stock.item(manager, tea).cost == 9_000
    worth = {day: {row.name: (row.quantity, row.value) for row in stock.valuation(manager, date(2026, 11, day))}
             for day in (1, 10, 22)}  # fmt: skip
    assert worth[1] == {"茶具": (10, 70_000)}
    assert worth[10] == {"茶具": (20, 160_000)}
    assert worth[22] == {"茶具": (10, 80_000), "咖啡杯": (20, 48_000)}
    assert stock.valuation(manager, date(2026, 10, 31)) == []
    assert stock.card(manager, tea)[-1].supplier == "明月 送货单 881"


def test_the_purchase_list_holds_what_is_below_its_level(manager, owner, mug: int, soap: int) -> None:
    assert stock.reorder_list(manager) == []
    stock.write_off(owner, mug, 16, "水淹")
    (row,) = stock.reorder_list(manager)
    assert (row.gift, row.available, row.quantity, row.budget) == ("咖啡杯", 4, 6, 6 * 2_400)
    short = row.as_shortage()
    assert (short.occasion, short.quantity, short.need) == ("", 6, "低于补货线：可用 4，补货线 5")


def test_tables_are_read_back_by_another_library(owner, mug: int, tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    from services.gift_checks import stock_files

    stock.change_gift(owner, mug, supplier="=1+1", reorder_level=30)
    stock_files.save_card(owner, mug, tmp_path / "c.xlsx")
    stock_files.save_valuation(owner, date(2026, 11, 22), tmp_path / "v.xlsx")
    stock_files.save_reorder(owner, tmp_path / "r.xlsx")

    def read(name: str) -> list[list[object]]:
        return CalamineWorkbook.from_path(str(tmp_path / name)).get_sheet_by_index(0).to_python()

    assert read("c.xlsx")[1][1:5] == ["入库", 20, 20, 24]
    assert read("v.xlsx")[1:3] == [["杯具", "咖啡杯", 20, 24, 480], ["合计", "", 20, "", 480]]
    assert read("r.xlsx")[1][:6] == ["=1+1", "杯具", "咖啡杯", 20, 30, 40]
    acts = {row[0] for row in database.rows("SELECT act FROM journal_entry")}
    assert {"export.stock_card", "export.stock_value", "export.reorder"} <= acts


def test_a_clerk_counts_nothing_and_exports_nothing(clerk, mug: int, tmp_path: Path) -> None:
    from services.gift_checks import stock_files

    for act in (
        lambda: stock.begin_stocktake(clerk),
        lambda: stock.waiting_claims(clerk),
        lambda: stock.confirm(clerk, [1]),
        lambda: stock_files.save_valuation(clerk, date(2026, 11, 22), tmp_path / "x.xlsx"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert not (tmp_path / "x.xlsx").exists()


acts = st.lists(
    st.tuples(
        st.sampled_from(["receive", "break", "count", "back", "confirm", "refuse", "take", "undo_take"]),
        st.integers(0, 1),
        st.integers(0, 1),
        st.integers(0, 30),
    ),
    max_size=25,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=acts)
def test_whatever_is_done_by_hand_the_stock_is_its_moves_and_never_negative(
    manager, owner, mug: int, soap: int, history
) -> None:
    with database.database.atomic() as everything:
        for step, who, which, number in history:
            shop, gift = (manager, owner)[who], (mug, soap)[which]
            moves = [row[0] for row in database.rows("SELECT id FROM stock_move ORDER BY id")]
            claims = [row[0] for row in database.rows("SELECT id FROM stock_claim ORDER BY id")] or [0]
            takes = [row[0] for row in database.rows("SELECT id FROM stocktake ORDER BY id")] or [0]
            try:
                if step == "receive":
                    stock.receive(shop, gift, number, unit_cost=number * 10)
                elif step == "break":
                    stock.write_off(shop, gift, number, "破")
                elif step == "count":
                    stock.count(shop, gift, number)
                elif step == "back":
                    stock.take_back(shop, moves[number % len(moves)], "错")
                elif step == "confirm":
                    stock.confirm(shop, [claims[number % len(claims)]])
                elif step == "refuse":
                    stock.refuse(shop, [claims[number % len(claims)]], "在")
                elif step == "take":
                    take = stock.begin_stocktake(shop)
                    stock.enter_counts(shop, take, {gift: number})
                    stock.close_stocktake(shop, take, "王")
                else:
                    stock.undo_stocktake(shop, takes[number % len(takes)], "错")
            except Refused:
                open_ = database.value_of("SELECT id FROM stocktake WHERE live = 1")
                if open_:
                    stock.cancel_stocktake(owner, open_, "试")
        for gift in (mug, soap):
            rows = stock.card(owner, gift)
            assert all(row.balance >= 0 for row in rows)
            assert rows[0].balance == sum(row.quantity for row in rows) == stock.stock_of(gift)
            confirmed = database.value_of(
                "SELECT COUNT(*) FROM stock_claim WHERE gift_id = ? AND (state = 'confirmed') <> (move_id IS NOT NULL)",
                (gift,),
            )
            assert confirmed == 0
        worth = {row.id: row.quantity for row in stock.valuation(owner)}
        assert all(worth.get(gift, 0) == stock.stock_of(gift) for gift in (mug, soap))
        everything.rollback()


def test_two_counters_write_the_last_pieces_off_once(owner, mug: int) -> None:
    stock.write_off(owner, mug, 18, "水淹")

    def counter(_number: int) -> bool:
        try:
            stock.write_off(owner, mug, 2, "破")
            return True
        except Refused:
            return False
        finally:
            database.close()

    with ThreadPoolExecutor(4) as counters:
        assert sum(counters.map(counter, range(8))) == 1
    assert stock.stock_of(mug) == 0


def test_check_proves_confirmed_losses_and_moves_taken_back(manager, owner, mug: int, soap: int) -> None:
    from services import ledgers

    stock.confirm(owner, [stock.write_off(manager, mug, 3, "受潮").claim_id or 0])
    moved = stock.receive(manager, soap, 5).move_id or 0
    stock.take_back(manager, moved)
    assert ledgers.proofs() == []
    database.execute("DROP TRIGGER stock_move_no_update")
    database.execute("UPDATE stock_move SET quantity = -1 WHERE quantity = -3")
    database.execute("UPDATE stock_move SET quantity = -4 WHERE reverses_id = ?", (moved,))
    assert {problem.code for problem in ledgers.proofs()} == {"claims", "taken_back"}
