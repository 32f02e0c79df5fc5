# ruff: noqa: E501 - tables read better in one line a case
"""Customers from sheets into the books: matched, added, changed, refused; the same file twice changes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from models import database
from services import journal, ledgers, search_index
from services.errors import NotAllowed, Refused
from services.find import find
from services.imports import refused, run
from services.imports.plan import Choice, ImportResult
from services.progress import Cancelled

OLD = Path(__file__).parent / "old_workbooks"
"""The sheets of an invented shop, with what a right reading yields."""


def read_in(shop: Any, path: Path, kind: str = "customers", **choice: Any) -> ImportResult:
    return run.apply(shop, run.plan(shop, path, kind, Choice(**choice)))


def figures(result: Any) -> tuple[int, int, int, int, int]:
    return result.read, result.added, result.changed, result.unchanged, result.refused


def customer(card: str, *columns: str) -> tuple[Any, ...] | None:
    return database.row(f"SELECT {', '.join(columns)} FROM customer WHERE card_no = ?", (card,))


def phones(card: str) -> list[str]:
    sql = "SELECT p.number FROM phone p JOIN customer c ON c.id = p.customer_id WHERE c.card_no = ? ORDER BY position"
    return [row[0] for row in database.rows(sql, (card,))]


TITLES = ["姓名", "卡号", "电话", "生日", "身高", "腰围", "地址", "颜色", "等级", "积分"]
WANG = [
    "王小丽",
    "K1",
    13812345678,
    "农历八月十五",
    "165cm",
    "2尺1",
    "629000 和平路1号",
    "墨绿/米白",
    "金卡",
    120,
]


def test_a_row_becomes_a_customer(manager: Any, sheet: Any) -> None:
    result = read_in(manager, sheet([TITLES, WANG]))
    assert figures(result) == (1, 1, 0, 0, 0)
    assert customer("K1", "name", "birth_calendar", "birth_month", "birth_day", "height_cm", "waist_cm") == (
        *("王小丽", "lunar", 8, 15, 165, 70),
    )
    assert customer("K1", "postcode", "address", "colours", "old_grade", "grade", "points_earned") == (
        *("629000", "和平路1号", "墨绿、米白", "金卡", "C", 0),
    )
    assert phones("K1") == ["13812345678"]
    assert result.cannot_be_set == ("等级", "积分")
    assert [row.card_no for row in find(manager, "wxl")] == ["K1"]
    assert not search_index.problems() and not ledgers.proofs()
    assert customer("K1", "group_id")[0] is not None  # type: ignore[index]


def test_the_same_file_twice_changes_nothing(manager: Any, sheet: Any) -> None:
    path = sheet(
        [
            TITLES,
            WANG,
            ["单芳", "", 13987654321],
            ["李敏", "", "", "5月3日"],
            ["赵静"],
            ["赵静", "", "", "", 160],
        ]
    )
    assert figures(read_in(manager, path)) == (5, 4, 1, 0, 0)
    before = database.rows("SELECT id, name, version, height_cm FROM customer ORDER BY id")
    assert figures(read_in(manager, path)) == (5, 0, 0, 5, 0)
    assert database.rows("SELECT id, name, version, height_cm FROM customer ORDER BY id") == before


def test_what_was_changed_since_stays_when_the_file_is_read_again(manager: Any, sheet: Any) -> None:
    path = sheet([TITLES, WANG])
    read_in(manager, path)
    database.execute("UPDATE customer SET colours = '黑' WHERE card_no = 'K1'")
    assert figures(read_in(manager, path)) == (1, 0, 0, 1, 0)
    assert customer("K1", "colours") == ("黑",)


def test_a_new_sheet_changes_fields_and_empties_none(manager: Any, sheet: Any) -> None:
    read_in(manager, sheet([TITLES, WANG]))
    result = read_in(
        manager,
        sheet(
            [["姓名", "卡号", "手机", "身高", "地址"], ["王小丽", "K1", "13900000001", 166, ""]],
            name="新.xlsx",
        ),
    )
    assert figures(result) == (1, 0, 1, 0, 0)
    assert customer("K1", "height_cm", "address", "version") == (166, "和平路1号", 2)
    assert phones("K1") == ["13812345678", "13900000001"]
    entry = journal.entries(act="import.customers")[0]
    assert entry.body["changes"] == [
        {"id": 1, "before": {"phones": ["13812345678"], "height_cm": 165}, "after": {"phones": ["13812345678", "13900000001"], "height_cm": 166}}
    ]  # fmt: skip
    assert entry.body["sha256"] == result.sha256 and entry.body["changed"] == 1


def test_a_card_of_somebody_else_is_refused(manager: Any, sheet: Any) -> None:
    path = sheet([TITLES, WANG, ["李敏", "K1", 13900000001]])
    result = read_in(manager, path)
    assert figures(result) == (2, 1, 0, 0, 1)
    assert (
        result.errors[0].row == 3
        and "已被王小丽占用" in result.errors[0].reason
        and result.errors[0].column == "卡号"
    )
    again = read_in(manager, sheet([TITLES, ["李敏", "K1", 13900000001]], name="b.xlsx"))
    assert again.refused == 1 and customer("K1", "name") == ("王小丽",)


def test_a_name_is_corrected_where_the_phone_agrees(manager: Any, sheet: Any) -> None:
    read_in(manager, sheet([TITLES, WANG]))
    result = read_in(manager, sheet([["姓名", "卡号", "电话"], ["王晓丽", "K1", 13812345678]], name="b.xlsx"))
    assert figures(result) == (1, 0, 1, 0, 0)
    assert [row.name for row in find(manager, "晓丽")] == ["王晓丽"] and not find(manager, "小丽")


def test_mother_and_daughter_on_one_phone_stay_two(manager: Any, sheet: Any) -> None:
    path = sheet([["姓名", "电话"], ["王小丽", 13812345678], ["李敏", 13812345678]])
    assert figures(read_in(manager, path)) == (2, 2, 0, 0, 0)
    assert figures(read_in(manager, path)) == (2, 0, 0, 2, 0)


def test_two_of_one_name_need_a_card(manager: Any, sheet: Any) -> None:
    read_in(manager, sheet([["姓名", "卡号"], ["王芳", "K1"], ["王芳", "K2"]]))
    result = read_in(manager, sheet([["姓名", "身高"], ["王芳", 165]], name="b.xlsx"))
    assert result.refused == 1 and "补上卡号" in result.errors[0].reason


def test_rows_that_contradict_each_other_are_refused(manager: Any, sheet: Any) -> None:
    result = read_in(manager, sheet([["姓名", "卡号", "身高"], ["王芳", "K1", 165], ["王芳", "K1", 160]]))
    assert figures(result) == (2, 1, 0, 0, 1) and "第 2 行" in result.errors[0].reason


def test_generated_cards_leave_out_those_of_the_sheet(manager: Any, sheet: Any) -> None:
    read_in(
        manager, sheet([["姓名", "卡号"], ["甲一", "K00001"], ["乙二", ""], ["丙三", "K00003"], ["丁四", ""]])
    )
    assert [row[0] for row in database.rows("SELECT card_no FROM customer ORDER BY id")] == [
        *("K00001", "K00002", "K00003", "K00004"),
    ]


def test_points_come_from_the_sheet_only_where_the_manager_says_so(manager: Any, sheet: Any) -> None:
    path = sheet([TITLES, WANG])
    assert read_in(manager, path, points="sheet").added == 1
    assert customer("K1", "points_earned", "points_balance", "grade") == (120, 120, "A")
    assert database.row("SELECT kind, points, reason FROM point_entry") == ("earned", 120, "老账册积分")
    assert figures(read_in(manager, path, points="sheet")) == (1, 0, 0, 1, 0)
    more = sheet([TITLES, [*WANG[:-1], 150]], name="b.xlsx")
    assert figures(read_in(manager, more, points="sheet")) == (1, 0, 1, 0, 0)
    assert customer("K1", "points_earned") == (150,) and not ledgers.proofs()


def test_foreign_numbers_lunar_columns_and_merged_cells(manager: Any, sheet: Any) -> None:
    rows = [["姓名", "卡号", "电话", "境外号码", "生日", "历法", "销售组"], ["Anna Lee", "K1", "+81 90 1234 5678", "是", "8月15日", "农历", "一组"], ["王芳", "K2", "13812345678", "", "8月15日", "公历", ""]]  # fmt: skip
    database.execute("UPDATE staff_group SET name = '一组' WHERE id = 1")
    result = read_in(manager, sheet(rows, merged=["G2:G3"]))
    assert figures(result) == (2, 2, 0, 0, 0), result.errors
    assert phones("K1") == ["819012345678"] and customer("K1", "birth_calendar", "birth_day") == ("lunar", 15)
    assert customer("K2", "birth_calendar", "birth_month", "group_id") == ("solar", 8, 1)
    assert database.rows('SELECT "foreign" FROM phone ORDER BY id') == [(1,), (0,)]


def test_unknown_clerks_are_warned_about_not_refused(manager: Any, sheet: Any) -> None:
    result = read_in(
        manager, sheet([["姓名", "卡号", "导购"], ["王芳", "K1", "老张"], ["李敏", "K2", "小王"]])
    )
    assert result.added == 2 and "老张" in result.warnings[0]
    assert customer("K2", "clerk_id")[0] is not None  # type: ignore[index]


@pytest.mark.parametrize(
    "name",
    ["王'; DROP TABLE customer;--", '"引号"', "小红🌹", "𠮷田䶮", "100%_\\", "=1+1", "@x", "O\u2019Brien"],
)
def test_strange_names_are_literal(manager: Any, sheet: Any, name: str) -> None:
    assert read_in(manager, sheet([["姓名", "卡号"], [name, "K1"]])).added == 1
    assert customer("K1", "name") == (name,)


def test_a_name_of_500_characters_is_refused_in_one_sentence(manager: Any, sheet: Any) -> None:
    result = read_in(manager, sheet([["姓名", "卡号"], ["王" * 500, "K1"]]))
    assert result.refused == 1 and "太长" in result.errors[0].reason


def test_columns_once_told_are_remembered(manager: Any, sheet: Any) -> None:
    titles = ["称呼", "号", "备注"]
    first = sheet([titles, ["王小丽", "K1", "13812345678"]])
    with pytest.raises(Refused, match="姓名"):
        run.plan(manager, first, "customers")
    read_in(manager, first, columns={0: "name", 1: "card_no", 2: "phone"})
    again = run.plan(
        manager, sheet([["表"], titles, ["李敏", "K2", "13900000001"]], name="b.xlsx"), "customers"
    )
    assert [column.field for column in again.columns] == ["name", "card_no", "phone"] and again.added == 1
    other = run.plan(
        manager, sheet([["姓名", "号", "备注"], ["李敏", "K2", "x"]], name="c.xlsx"), "customers"
    )
    assert [column.field for column in other.columns] == ["name", "", "note"]


def test_a_dry_run_writes_nothing_and_says_the_same(manager: Any, sheet: Any) -> None:
    path = sheet([TITLES, WANG, ["", "K2", 13900000001]])
    head = journal.head()
    planned = run.plan(manager, path, "customers")
    assert figures(planned) == (2, 1, 0, 0, 1) and journal.head() == head
    assert (
        planned.header_row == 1
        and planned.columns[0].field == "name"
        and planned.columns[0].sample == "王小丽"
    )
    assert [row.outcome.value for row in planned.preview] == ["added", "refused"]
    assert planned.preview[0].texts["birthday"].startswith("农历八月十五")
    assert database.value_of("SELECT COUNT(*) FROM customer") == 0


def test_stop_while_writing_leaves_the_former_state(manager: Any, sheet: Any) -> None:
    path = sheet([["姓名", "卡号", "电话"], *[[f"客户{n}", f"K{n}", 13800000000 + n] for n in range(3000)]])
    planned = run.plan(manager, path, "customers")
    for stop_at in (0, 3, 8, 12):
        calls = 0

        def stop(_done: int, _total: int, at: int = stop_at) -> None:
            nonlocal calls
            calls += 1
            if calls > at:
                raise Cancelled

        with pytest.raises(Cancelled):
            run.apply(manager, planned, stop)
        for table in ("customer", "phone", "search_place", "import_run"):
            assert database.value_of(f"SELECT COUNT(*) FROM {table}") == 0
    assert run.apply(manager, planned).added == 3000


def test_a_large_import_takes_a_backup_first(owner: Any, sheet: Any) -> None:
    rows = [["姓名", "卡号"], *[[f"客户{n}", f"K{n}"] for n in range(101)]]
    assert "before-import" in read_in(owner, sheet(rows)).backup
    assert read_in(owner, sheet([["姓名", "卡号"], ["王", "X1"]], name="b.xlsx")).backup == ""


def test_a_clerk_may_not_import(clerk: Any, sheet: Any) -> None:
    with pytest.raises(NotAllowed):
        run.plan(clerk, sheet([TITLES, WANG]), "customers")


def test_refused_rows_are_mended_and_read_again(manager: Any, sheet: Any, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    result = read_in(
        manager,
        sheet([["登记表"], TITLES, WANG, ["李敏", "K2", 123], ["=1+1", "K3", 13800000001, "1990-02-30"]]),
    )
    out = tmp_path / "未导入.xlsx"
    assert refused.write(result.parsed, result.errors, out) == 2
    book = load_workbook(out)
    page = book.active
    assert [cell.value for cell in page[1]][:4] == ["行号", "原因", "姓名", "卡号"]
    assert page["A2"].value == 4 and "不是电话" in page["B2"].value
    assert page["C3"].data_type == "s" and page["C3"].value == "=1+1"
    again = read_in(manager, out)
    assert figures(again) == (2, 0, 0, 0, 2)
    page["E2"], page["F3"] = "13900000002", "1990-02-28"
    book.save(out)
    mended = read_in(manager, out)
    assert figures(mended) == (2, 2, 0, 0, 0)
    assert customer("K3", "name") == ("=1+1",)


def test_refused_rows_of_a_changed_file_are_not_mixed_up(manager: Any, sheet: Any, tmp_path: Path) -> None:
    path = sheet([TITLES, ["李敏", "K2", 123]])
    result = read_in(manager, path)
    sheet([TITLES, ["王芳", "K2", 123]])
    with pytest.raises(Refused, match="改动过"):
        refused.write(result.parsed, result.errors, tmp_path / "r.xlsx")


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "America/New_York", "Pacific/Kiritimati"])
def test_birthdays_in_the_years_of_summer_time(
    manager: Any, sheet: Any, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time
    from datetime import date

    monkeypatch.setenv("TZ", zone)
    time.tzset()
    days = [date(year, 7, 1) for year in range(1986, 1992)]
    read_in(
        manager,
        sheet([["姓名", "卡号", "生日"], *[[f"客户{n}", f"K{n}", day] for n, day in enumerate(days)]]),
    )
    found = database.rows("SELECT birth_year, birth_month, birth_day FROM customer ORDER BY id")
    assert found == [(day.year, 7, 1) for day in days]
    monkeypatch.undo()
    time.tzset()


def test_the_old_workbooks_come_out_as_the_truth_says(manager: Any) -> None:
    truth = json.loads((OLD / "truth.json").read_text())
    result = read_in(manager, OLD / "老顾客资料.xlsx")
    assert figures(result) == (604, 600, 0, 0, 4)
    assert [error.row for error in result.errors] == [row["row"] for row in truth["refused_rows"]]
    bought = read_in(manager, OLD / "消费登记.xlsx", "purchases")
    rows, bad = truth["purchases"]["rows"], truth["purchases"]["refused"]
    assert figures(bought) == (rows, rows - bad, 0, 0, bad)
    sql = "SELECT COUNT(*) FROM purchase p JOIN customer c ON c.id = p.customer_id WHERE c.card_no = ?"
    for card, want in truth["customers"].items():
        row = customer(
            card,
            "name",
            "birth_calendar",
            "birth_month",
            "birth_day",
            "birth_year",
            "paid_total",
            "last_purchase",
        )
        assert row is not None
        birthday = want["birthday"] and tuple(
            want["birthday"][part] for part in ("calendar", "month", "day", "year")
        )
        assert (row[0], tuple(row[1:5])) == (want["name"], birthday or (None, None, None, None)), card
        assert phones(card) == want["phones"], card
        assert row[5] == want["paid"] * 100 and str(row[6]) == want["last"], card
        assert database.value_of(sql, (card,)) == want["lines"], card
    assert not ledgers.proofs() and not search_index.problems()
    assert figures(read_in(manager, OLD / "老顾客资料.xlsx")) == (604, 0, 0, 600, 4)
    assert figures(read_in(manager, OLD / "消费登记.xlsx", "purchases")) == (rows, 0, 0, rows - bad, bad)
