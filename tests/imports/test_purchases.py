# ruff: noqa: E501 - tables read better in one line a case
"""Purchases from sheets into the books: tickets, points, returns, totals; known by content and occurrence."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import database
from models.kinds import PointKind
from services import ledgers, search_index
from services.customers import NewCustomer, register
from services.imports import run
from services.imports.plan import Choice, ImportResult
from services.imports.purchases_write import earned
from services.policy import load
from services.purchases import LineIn, buy

TITLES = ["卡号", "购买日期", "货号", "消费金额", "积分", "是否特价"]


def read_in(shop: Any, path: Path, **choice: Any) -> ImportResult:
    result = run.apply(shop, run.plan(shop, path, "purchases", Choice(**choice)))
    assert not ledgers.proofs() and not search_index.problems()
    return result


def figures(result: Any) -> tuple[int, int, int, int, int]:
    return result.read, result.added, result.changed, result.unchanged, result.refused


@pytest.fixture
def people(manager: Any) -> dict[str, int]:
    return {card: register(manager, NewCustomer(name, phone=phone, card_no=card)).id for card, name, phone in (("K1", "王小丽", "13812345678"), ("K2", "单芳", "13987654321"))}  # fmt: skip


def totals(card: str) -> tuple[Any, ...]:
    sql = "SELECT tickets, paid_total, points_earned, points_balance, first_purchase, last_purchase, last_visit FROM customer WHERE card_no = ?"
    row = database.row(sql, (card,))
    assert row is not None
    return (*row[:4], *[value and str(value) for value in row[4:]])


def test_lines_of_one_customer_on_one_day_are_one_ticket(manager: Any, people: Any, sheet: Any) -> None:
    rows = [
        TITLES,
        ["K1", "2026.10.1", "Q1", "￥1,299.00"],
        ["K1", date(2026, 10, 1), "Q2", 60],
        ["K1", "2026年11月2日", "Q3", "99元", "", "是"],
        ["K2", "2026-11-02", "Q3", 99],
    ]
    assert figures(read_in(manager, sheet(rows))) == (4, 4, 0, 0, 0)
    assert totals("K1") == (2, 145800, 13, 13, "2026-10-01", "2026-11-02", "2026-11-02")
    assert database.rows("SELECT paid, points FROM ticket ORDER BY day, customer_id") == [
        (135900, 13),
        (9900, 0),
        (9900, 0),
    ]
    assert database.value_of("SELECT grade FROM customer WHERE card_no = 'K1'") == "B"


def test_ticket_numbers_part_the_lines_of_a_day(manager: Any, people: Any, sheet: Any) -> None:
    rows = [
        ["卡号", "日期", "小票号", "金额"],
        ["K1", "2026-10-01", "A1", 60],
        ["K1", "2026-10-01", "A2", 60],
        ["K1", "2026-10-01", "A1", 60],
    ]
    read_in(manager, sheet(rows))
    assert totals("K1")[:3] == (2, 18000, 1)


def test_two_equal_rows_are_two_purchases_and_the_file_read_twice_adds_none(
    manager: Any, people: Any, sheet: Any
) -> None:
    row = ["K1", "2026-10-01", "Q1", 100]
    path = sheet([TITLES, row, row])
    assert figures(read_in(manager, path)) == (2, 2, 0, 0, 0)
    assert figures(read_in(manager, path)) == (2, 0, 0, 2, 0)
    assert figures(read_in(manager, sheet([TITLES, row, row, row], name="b.xlsx"))) == (3, 1, 0, 2, 0)
    assert totals("K1")[:3] == (1, 30000, 3)


def test_a_line_added_later_joins_the_ticket_of_its_day(manager: Any, people: Any, sheet: Any) -> None:
    read_in(manager, sheet([TITLES, ["K1", "2026-10-01", "Q1", 150]]))
    read_in(manager, sheet([TITLES, ["K1", "2026-10-01", "Q2", 150]], name="b.xlsx"))
    assert totals("K1")[:3] == (1, 30000, 3)
    assert database.rows("SELECT points FROM point_entry ORDER BY id") == [(1,), (2,)]


def test_what_the_till_booked_is_known_again(owner: Any, people: Any, sheet: Any) -> None:
    buy(owner, people["K1"], [LineIn("Q1", 10000)])
    assert figures(read_in(owner, sheet([TITLES, ["K1", "2026-11-22", "Q1", 100]]))) == (1, 0, 0, 1, 0)


def test_a_return_goes_back_to_its_sale(manager: Any, people: Any, sheet: Any) -> None:
    rows = [TITLES, ["K1", "2026-10-01", "Q1", 500], ["K1", "2026-10-01", "Q2", 500]]
    read_in(manager, sheet(rows))
    result = read_in(manager, sheet([*rows, ["K1", "2026-10-08", "Q1", -500]], name="b.xlsx"))
    assert figures(result) == (3, 1, 0, 2, 0)
    assert totals("K1") == (1, 50000, 5, 5, "2026-10-01", "2026-10-01", "2026-10-01")
    assert database.row("SELECT quantity, paid, returns_id, ticket_id FROM purchase ORDER BY id DESC") == (
        -1,
        -50000,
        1,
        1,
    )
    read_in(
        manager,
        sheet([["卡号", "日期", "货号", "金额"], ["K1", "2026-10-09", "Q2", "(500.00)"]], name="c.xlsx"),
    )
    assert totals("K1")[:4] == (0, 0, 0, 0)


def test_a_return_in_the_same_sheet_takes_its_points_back(manager: Any, people: Any, sheet: Any) -> None:
    rows = [
        TITLES,
        ["K1", "2026-10-01", "Q1", 500],
        ["K1", "2026-10-01", "Q1", -500],
        ["K2", "2026-10-01", "Q9", "-￥300"],
    ]
    read_in(manager, sheet(rows))
    assert totals("K1")[:4] == (1, 0, 0, 0)
    assert totals("K2")[:4] == (0, -30000, -3, -3)
    assert database.rows("SELECT kind, points FROM point_entry") == [(PointKind.RETURNED.value, -3)]


def test_points_of_the_sheet(manager: Any, people: Any, sheet: Any) -> None:
    path = sheet([TITLES, ["K1", "2026-10-01", "Q1", 100, 60], ["K2", "2026-10-01", "Q1", 500]])
    read_in(manager, path, points="sheet")
    assert totals("K1")[2] == 60 and totals("K2")[2] == 0
    assert database.row("SELECT reason FROM point_entry") == ("老账册积分",)
    assert database.value_of("SELECT grade FROM customer WHERE card_no = 'K1'") == "A"


def test_a_file_changes_no_grade_and_approves_nothing(manager: Any, people: Any, sheet: Any) -> None:
    result = read_in(
        manager, sheet([[*TITLES, "等级", "已批准"], ["K1", "2026-10-01", "Q1", 100, 9999, "", "A", "是"]])
    )
    assert set(result.cannot_be_set) == {"积分", "等级", "已批准"}
    assert database.row("SELECT grade, points_earned FROM customer WHERE card_no = 'K1'") == ("C", 1)


@pytest.mark.parametrize(
    ("row", "part"),
    [
        (["HP9", "2026-10-01", "Q1", 100], "不在客户资料里"), (["K1", "2028-01-01", "Q1", 100], "之后"),
        (["K1", "昨天", "Q1", 100], "不是日期"), (["K1", "2026-10-01", "Q1", "一百"], "不是金额"),
        (["", "2026-10-01", "Q1", 100], "没有卡号"), (["K1", "", "Q1", 100], "没有日期"), (["K1", "2026-10-01", "Q1", ""], "没有金额"),
        (["K1", "2026-10-01", "Q1", 1e12], "太大"), (["K1", "2026-10-01", "Q1", 100, "", "也许"], "是或否"), ([1.0e17, "2026-10-01", "Q1", 100], "15"),
    ],
)  # fmt: skip
def test_refused_rows(manager: Any, people: Any, sheet: Any, row: list[Any], part: str) -> None:
    result = read_in(manager, sheet([TITLES, row, ["K1", "2026-10-01", "Q7", 10]]))
    assert figures(result) == (2, 1, 0, 0, 1)
    assert result.errors[0].row == 2 and part in result.errors[0].reason


def test_quantities_must_agree_with_amounts(manager: Any, people: Any, sheet: Any) -> None:
    rows = [
        ["卡号", "日期", "数量", "金额", "单价"],
        ["K1", "2026-10-01", 2, 100, 60],
        ["K1", "2026-10-02", -1, 100, ""],
        ["K1", "2026-10-03", 0, 100, ""],
        ["K1", "2026-10-04", 1.5, 100, ""],
        ["K1", "2026-10-05", 2, -100, ""],
    ]
    result = read_in(manager, sheet(rows))
    assert [error.row for error in result.errors] == [3, 4, 5]
    assert database.rows("SELECT quantity, list_price, paid FROM purchase ORDER BY day") == [
        (2, 6000, 10000),
        (-2, 5000, -10000),
    ]


def test_customers_are_found_by_phone_or_name(manager: Any, people: Any, sheet: Any) -> None:
    register(manager, NewCustomer("单芳", card_no="K3"))
    rows = [
        ["姓名", "电话", "日期", "金额"],
        ["", 13812345678, "2026-10-01", 100],
        ["王小丽", "", "2026-10-02", 100],
        ["单芳", "", "2026-10-03", 100],
        ["无名", "", "2026-10-03", 100],
        ["单芳", "13987654321", "2026-10-03", 100],
    ]
    result = read_in(manager, sheet(rows))
    assert [error.row for error in result.errors] == [4, 5]
    assert totals("K1")[0] == 2 and totals("K2")[0] == 1


def test_a_card_with_somebody_elses_name_is_refused(manager: Any, people: Any, sheet: Any) -> None:
    result = read_in(
        manager,
        sheet(
            [
                ["卡号", "姓名", "日期", "金额"],
                ["K1", "单芳", "2026-10-01", 100],
                ["K1", " 王 小丽", "2026-10-01", 100],
            ]
        ),
    )
    assert figures(result) == (2, 1, 0, 0, 1) and "王小丽" in result.errors[0].reason


def test_cards_merged_over_several_rows_belong_to_each(manager: Any, people: Any, sheet: Any) -> None:
    rows = [
        TITLES,
        ["K1", "2026-10-01", "Q1", 100],
        ["", "2026-10-02", "Q2", 100],
        ["", "2026-10-03", "Q3", 100],
        ["K2", "2026-10-03", "Q3", 100],
    ]
    result = read_in(manager, sheet(rows, merged=["A2:A4"]))
    assert figures(result) == (4, 4, 0, 0, 0) and totals("K1")[0] == 3


def test_titles_totals_and_blank_rows_are_counted_apart(manager: Any, people: Any, sheet: Any) -> None:
    row = ["K1", "2026-10-01", "Q1", 100]
    result = read_in(
        manager,
        sheet(
            [
                ["十月消费"],
                TITLES,
                row,
                ["2026年10月小计", "", "", 100],
                [],
                ["十一月"],
                TITLES,
                row,
                ["合计", "", "", 200],
            ]
        ),
    )
    assert figures(result) == (2, 2, 0, 0, 0)
    assert dict(result.skipped) == {"blank": 1, "section": 1, "header": 1, "total": 2}


def test_a_workbook_of_1904(manager: Any, people: Any, sheet: Any) -> None:
    serial = (date(2026, 10, 1) - date(1904, 1, 1)).days
    read_in(
        manager,
        sheet([TITLES, ["K1", serial, "Q1", 100], ["K1", date(2026, 10, 1), "Q2", 100]], date_1904=True),
    )
    assert totals("K1")[4:6] == ("2026-10-01", "2026-10-01")


def test_an_undone_ticket_may_be_read_again(owner: Any, people: Any, sheet: Any) -> None:
    row = ["K1", "2026-10-01", "Q1", 100]
    read_in(owner, sheet([TITLES, row, row]))
    database.execute("DELETE FROM purchase WHERE id = 1")
    database.execute("UPDATE ticket SET paid = 10000")
    database.execute("UPDATE customer SET paid_total = 10000")
    assert figures(
        run.apply(owner, run.plan(owner, sheet([TITLES, row, row], name="b.xlsx"), "purchases"))
    ) == (2, 1, 0, 1, 0)
    assert database.value_of("SELECT COUNT(DISTINCT row_key) FROM purchase") == 2


@given(st.lists(st.tuples(st.integers(1, 100_000), st.booleans()), min_size=1, max_size=7), st.randoms())
def test_returning_every_line_takes_every_point_back(lines: list[tuple[int, bool]], chance: Any) -> None:
    policy = load().points
    sold = [(amount, int(special)) for amount, special in lines]
    back = [(-amount, special) for amount, special in sold]
    assert earned([*sold, *back], policy) == 0
    assert 0 <= earned([*sold, *back[:1]], policy) <= earned(sold, policy)
