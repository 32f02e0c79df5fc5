"""The table is found wherever it lies in the file, and rows that are no records are told apart."""

from __future__ import annotations

from typing import Any

import pytest

from services.errors import Refused
from services.imports import columns
from services.imports.columns import CUSTOMERS, PURCHASES, Furniture
from services.imports.reader import Head


def head(*rows: list[Any], name: str = "Sheet") -> Head:
    return Head(name, list(rows), len(rows), max(map(len, rows)), [])


CUSTOMER_TITLES = ["顾客姓名", "会员卡号", "等级", "生日", "联系电话", "身高(cm)"]
PURCHASE_TITLES = ["卡号", "购买日期", "货号", "消费金额", "积分", "是否特价"]


def test_the_titles_are_found_under_a_heading() -> None:
    layout = columns.find(
        [head(["老顾客资料登记表"], ["登记人：", "", "更新：2026.11"], CUSTOMER_TITLES)], CUSTOMERS
    )
    assert layout.header_row == 2
    assert list(layout.columns.values()) == ["name", "card_no", "old_grade", "birthday", "phone", "height_cm"]


def test_the_right_sheet_is_found() -> None:
    found = columns.find([head(["说明"], name="说明"), head(PURCHASE_TITLES, name="消费")], PURCHASES)
    assert found.head.name == "消费"


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("姓名", "name"), (" 客 户 名 ：", "name"), ("*顾客姓名", "name"), ("手机", "phone"), ("联系电话", "phone"),
        ("Mobile Phone", "phone"), ("Card No.", "card_no"), ("VIP卡号", "card_no"), ("ＶＩＰ卡号", "card_no"),
        ("身高（厘米）", "height_cm"), ("出生日期", "birthday"), ("农历生日", "birthday"), ("会员等级", "old_grade"),
        ("Date of Birth", "birthday"), ("邮寄地址", "address"), ("行号", ""), ("原因", ""), ("已批准", ""),
    ],
)  # fmt: skip
def test_titles_and_their_synonyms(title: str, field: str) -> None:
    assert columns.field_of(title, CUSTOMERS) == field


def test_a_missing_title_is_named() -> None:
    with pytest.raises(Refused, match="姓名"):
        columns.find([head(["卡号", "电话"])], CUSTOMERS)
    with pytest.raises(Refused, match="日期"):
        columns.find([head(["卡号", "金额", "货号"])], PURCHASES)
    with pytest.raises(Refused, match="卡号"):
        columns.find([head(["日期", "金额", "货号"])], PURCHASES)


def test_a_doubled_key_is_refused_and_another_doubled_one_ignored() -> None:
    with pytest.raises(Refused, match="出现在两列"):
        columns.find([head(["姓名", "电话", "客户姓名"])], CUSTOMERS)
    layout = columns.find([head(["姓名", "手机", "座机", "备注", "说明"])], CUSTOMERS)
    assert [layout.columns[column] for column in (1, 2)] == ["phone", "phone"]
    assert layout.ignored == ("说明",)


def test_what_the_person_chose_is_taken() -> None:
    layout = columns.find([head(["甲", "乙"], ["x", "y"])], CUSTOMERS, header_row=0, columns={1: "name"})
    assert layout.columns == {1: "name"} and layout.ignored == ("甲",)


def test_columns_that_no_file_may_set_are_named() -> None:
    layout = columns.find([head(["姓名", "已批准", "可用积分", "什么"])], CUSTOMERS)
    assert columns.cannot_be_set(layout) == ["已批准", "可用积分"]


def test_rows_that_are_no_purchases() -> None:
    layout = columns.find([head(PURCHASE_TITLES)], PURCHASES)
    furniture = Furniture(layout)
    rows: list[tuple[list[Any], str]] = [
        (["", "", "", "", "", ""], "blank"),
        ([" ", "", "　", "", "", ""], "blank"),
        (["2026年1月", "", "", "", "", ""], "section"),
        (["", "张三的消费", "", "", "", ""], "section"),
        (PURCHASE_TITLES, "header"),
        (["合计", "", "", 1299.0, "", ""], "total"),
        (["", "小计：", "", 1299.0, 12.0, ""], "total"),
        (["2026年1月合计", "", "", 1299.0, 12.0, ""], "total"),
        (["Total", "", "", 5.0, "", ""], "total"),
        (["制表人：王", "", "", "审核：李", "", ""], "section"),
        (["HP00001", "2026-10-01", "Q1", 100.0, "", ""], ""),
        (["HP00001", "", "", "", "", ""], ""),
        (["", "2026-10-01", "Q1", 100.0, "", ""], ""),
        (["HP00001", "2026-10-01", "合计", 100.0, "", ""], ""),
    ]
    assert [furniture.kind_of(row) for row, _kind in rows] == [kind for _row, kind in rows]
    assert furniture.kinds == {"blank": 2, "section": 3, "header": 1, "total": 4}


def test_rows_that_are_no_customers() -> None:
    layout = columns.find([head(CUSTOMER_TITLES)], CUSTOMERS)
    furniture = Furniture(layout)
    rows: list[tuple[list[Any], str]] = [
        (["王小丽", "", "", "", "", ""], ""),
        (["A类客户", "", "", "", "", ""], "section"),
        (["共计", "600", "", "", "", ""], "total"),
        (["", "HP1", "", "", "13900000001", ""], ""),
        (CUSTOMER_TITLES, "header"),
    ]
    assert [furniture.kind_of(row) for row, _kind in rows] == [kind for _row, kind in rows]
