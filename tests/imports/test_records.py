"""Cells taken a column at a time give what reading row by row gives: records, refusals and their order."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.imports import columns, parsing
from services.imports.plan import Choice, Parsed
from services.imports.reader import Head
from services.imports.records import Rows
from services.policy import load

TITLES = {
    "customers": ["卡号", "姓名", "手机", "座机", "生日", "身高", "地址", "邮编", "备注", "颜色"],
    "purchases": ["卡号", "日期", "货号", "数量", "吊牌价", "实付金额", "特价", "备注"],
}
GOOD = {
    "卡号": ["K001", 1024.0],
    "姓名": ["王小丽", " 单  芳", "Anna Maria", "欧阳娜娜"],
    "手机": ["13812345678", 13987654321.0, "13812345678/13700001111"],
    "座机": ["", "", "0825-2223344", "13812345678"],
    "生日": ["1990.5.3", "农历腊月初八", date(1988, 7, 1)],
    "身高": [165.0, "1.65米"],
    "地址": ["船山区和平路1号", "629000 船山区", "遂州中路 2 号（邮编629000）", "邮电路3号"],
    "邮编": ["629000", ""],
    "备注": ["", "=1+1", "老客户"],
    "颜色": ["墨绿/米白", ""],
    "日期": ["2024.3.5", date(2024, 3, 5)],
    "货号": ["F001", ""],
    "数量": [1.0, "2", -1.0],
    "吊牌价": [399.0, "￥1,299.00"],
    "实付金额": [299.0, "299", 0.0, -50.0],
    "特价": ["", "是", 1.0, True, False],
}
ODD = ["", "????", "x" * 600, True, 1e20, "1990.2.30", "合计", "\ue000#DIV/0!"]


def taken(kind: str, sheet: list[list[Any]], chunk: int, by_column: bool) -> Parsed:
    head = Head("表", sheet[:40], len(sheet), max(map(len, sheet)), [])
    layout = columns.find([head], kind)
    setting = parsing.Setting(load(), date(2026, 11, 22), Choice())
    parsed = Parsed(Path("x.xlsx"), "", layout, setting.choice)
    rows = Rows(
        parsed,
        parsing.readers(layout, setting, False),
        parsing.variants(setting, False),
        2026,
        preview_rows=3,
    )
    if not by_column:
        rows._by_column = lambda numbered: False  # type: ignore[method-assign]
    for start in range(0, len(sheet), chunk):
        rows.take(sheet[start : start + chunk])
    parsed.skipped = dict(rows.furniture.kinds)
    return parsed


def told(parsed: Parsed) -> tuple[Any, ...]:
    errors = [(error.row, error.column, error.value, error.reason) for error in parsed.errors]
    return parsed.read, parsed.skipped, parsed.previewed, parsed.records, errors


@pytest.mark.parametrize("kind", ["customers", "purchases"])
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_by_column_equals_row_by_row(kind: str, data: st.DataObject) -> None:
    titles = TITLES[kind]
    row = st.tuples(
        *[st.one_of(st.sampled_from(GOOD[title]), st.sampled_from(GOOD[title] + ODD)) for title in titles]
    )
    short = st.integers(min_value=1, max_value=len(titles))
    rows = [list(each) for each in data.draw(st.lists(row, min_size=8, max_size=40))]
    if data.draw(st.booleans()):
        rows[-1] = rows[-1][: data.draw(short)]
    sheet = [list(titles), *rows]
    chunk = data.draw(st.integers(min_value=2, max_value=12))
    assert told(taken(kind, sheet, chunk, True)) == told(taken(kind, sheet, chunk, False))


def test_many_equal_rows_are_taken_by_column_and_odd_ones_keep_their_place() -> None:
    good = ["K1", "2024.3.5", "F1", 1.0, 399.0, 299.0, "", ""]
    bad = ["K1", "2024.13.5", "F1", 1.0, 399.0, 299.0, "", ""]
    sheet = [TITLES["purchases"], *([good] * 10), bad, *([good] * 5)]
    parsed = taken("purchases", sheet, 4, True)
    assert [error.row for error in parsed.errors] == [12]
    assert [record.row for record in parsed.records] == [*range(2, 12), *range(13, 18)]
