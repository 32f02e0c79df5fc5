"""A shop's own old sheets become its books: every row accounted for, every figure as in an independent reading."""

from __future__ import annotations

from collections import Counter as Count
from datetime import date
from pathlib import Path

import pytest

from tests.acceptance import old_books
from tests.acceptance.old_books import Person, Truth, Writer
from tests.acceptance.till import CLERK, MANAGER, OWNER, Till, dump, rows

A_POINTS, A_TICKETS, B_TICKETS = 50, 5, 2
TWO_MONTHS_BACK, HALF_A_YEAR_BACK, A_YEAR_BACK = date(2026, 9, 22), date(2026, 5, 22), date(2025, 11, 22)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    """The two workbooks and what they mean."""
    folder = tmp_path_factory.mktemp("old")
    writer = Writer(5)
    old_books.xlsx(folder / "老顾客资料.xlsx", writer.customers(90))
    old_books.xlsx(folder / "消费登记.xlsx", writer.purchases())
    return folder, writer.truth


@pytest.fixture(scope="module")
def read(_empty: Till, written: tuple[Path, Truth], tmp_path_factory: pytest.TempPathFactory) -> Till:
    """A shop that has read both."""
    till = _empty.copy(tmp_path_factory.mktemp("read"))
    folder, _truth = written
    for kind, name in (("customers", "老顾客资料.xlsx"), ("purchases", "消费登记.xlsx")):
        said = till.run(MANAGER, "import", kind, folder / name, "--refused", folder / f"{kind}-refused.xlsx")
        assert said.status == 1, said
        (folder / f"{kind}.json").write_text(said.out)
    return till


def test_every_row_is_accounted_for(read: Till, written: tuple[Path, Truth]) -> None:
    import json

    folder, truth = written
    for kind, number, refused in (
        ("customers", truth.customer_rows, truth.customers_refused),
        ("purchases", truth.purchase_rows, truth.purchases_refused),
    ):
        said = json.loads((folder / f"{kind}.json").read_text())
        assert said["read"] == number
        assert said["read"] == sum(said[k] for k in ("added", "changed", "unchanged", "refused"))
        assert said["added"] == number - len(refused)
        assert [(one["row"], one["column"]) for one in said["errors"]] == refused
        assert all(one["reason"] and "value" in one for one in said["errors"])


def test_customers_are_as_the_sheet_says(read: Till, written: tuple[Path, Truth]) -> None:
    _folder, truth = written
    sql = (
        "SELECT id, card_no, name, birth_calendar, birth_month, birth_day, birth_year, waist_cm FROM customer"
    )
    found = {row[1]: row for row in rows(read.books, sql)}
    assert found.keys() == truth.people.keys()
    for card, person in truth.people.items():
        number, _card, name, calendar, month, day, year, waist = found[card]
        phones = rows(read.books, "SELECT number FROM phone WHERE customer_id = ? ORDER BY id", number)
        assert name == person.name
        assert [one for (one,) in phones] == person.phones
        assert (None if calendar is None else (calendar, month, day, year)) == person.birthday
        assert waist in (70, None)


def expected(person: Person) -> tuple[str, str, str, int]:
    """State, base grade, shown grade and points by the rule book, from the written tickets alone."""
    points = sum(paid // 10_000 for paid in person.tickets.values())
    recent = sum(day >= TWO_MONTHS_BACK for day in person.tickets)
    base = "C"
    if len(person.tickets) >= B_TICKETS:
        base = "B"
    if points >= A_POINTS or recent > A_TICKETS:
        base = "A"
    last = max(person.tickets)
    shown = {"A": "B", "B": "C", "C": "C"}[base] if last < HALF_A_YEAR_BACK else base
    return ("lost" if last < A_YEAR_BACK else "active"), base, shown, points


def test_purchases_points_and_grades_are_right_by_a_second_computation(
    read: Till, written: tuple[Path, Truth]
) -> None:
    _folder, truth = written
    sql = (
        "SELECT c.card_no, c.state, c.base_grade, c.grade, c.points_earned, c.points_balance, c.paid_total, c.tickets,"
        " (SELECT COUNT(*) FROM purchase p WHERE p.customer_id = c.id) FROM customer c"
    )
    wanted, seen = Count(), Count()
    for card, state, base, grade, points, balance, paid, tickets, lines in rows(read.books, sql):
        person = truth.people[card]
        want = expected(person)
        wanted["lost" if want[0] == "lost" else want[2]] += 1
        seen["lost" if state == "lost" else grade] += 1
        assert (state, base, points) == (want[0], want[1], want[3]), card
        assert state == "lost" or grade == want[2], card
        assert (balance, paid) == (points, sum(person.tickets.values()))
        assert (tickets, lines) == (len(person.tickets), person.lines)
    graded = read.ok(MANAGER, "grade")
    assert graded["changes"] == []
    assert {k: graded[k] for k in ("A", "B", "C", "lost")} == seen == wanted
    assert all(seen.values()) and len(seen) == 4, "the sheet is to have all four kinds"


def test_a_second_reading_changes_nothing(read: Till, written: tuple[Path, Truth], tmp_path: Path) -> None:
    folder, truth = written
    till = read.copy(tmp_path / "again")
    kept = ("customer", "phone", "purchase", "ticket", "point_entry", "visit", "note", "consent")
    before = dump(till.books)
    with till.batch(MANAGER) as counter:
        for kind, name, number in (
            ("customers", "老顾客资料.xlsx", len(truth.people)),
            ("purchases", "消费登记.xlsx", truth.purchase_rows - len(truth.purchases_refused)),
        ):
            again = counter.ask("import", kind, folder / name)
            assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, number)
        assert counter.ask("check")["ok"] is True
    after = dump(till.books)
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


def test_a_dry_run_says_the_same_and_writes_nothing(
    trial: Till, read: Till, written: tuple[Path, Truth]
) -> None:
    import json

    folder, _truth = written
    before = dump(trial.books)
    dry = trial.run(MANAGER, "import", "customers", folder / "老顾客资料.xlsx", "--dry-run").data
    real = json.loads((folder / "customers.json").read_text())
    for key in ("read", "added", "changed", "unchanged", "refused", "errors"):
        assert dry[key] == real[key]
    after = dump(trial.books)
    for log in ("journal_entry", "journal_body"):  # who signed in is written down
        after.pop(log), before.pop(log)
    assert after == before


def test_refused_rows_can_be_mended_and_read_again(
    read: Till, written: tuple[Path, Truth], tmp_path: Path
) -> None:
    from openpyxl import load_workbook

    folder, truth = written
    till = read.copy(tmp_path / "mended")
    book = load_workbook(folder / "customers-refused.xlsx")
    sheet = book.worksheets[0]
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value == "1990-02-30":
                cell.value = "1990-02-28"
    book.save(tmp_path / "mended.xlsx")
    said = till.run(MANAGER, "import", "customers", tmp_path / "mended.xlsx").data
    assert (said["read"], said["added"]) == (len(truth.customers_refused), 1), said
    assert till.ok(MANAGER, "show", "HP90002")["birthday"]["day"] == 28


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_files_of_each_encoding_are_the_same_shop(trial: Till, tmp_path: Path, encoding: str) -> None:
    writer = Writer(9)
    file = old_books.csv(tmp_path / "顾客.csv", writer.customers(25), encoding)
    purchases = old_books.csv(tmp_path / "消费.csv", writer.purchases(), encoding)
    with trial.batch(MANAGER) as counter:
        made = counter.ask("import", "customers", file)
        sold = counter.ask("import", "purchases", purchases)
    truth = writer.truth
    assert (made["added"], made["refused"]) == (25, len(truth.customers_refused)), made
    assert sold["added"] == truth.purchase_rows - len(truth.purchases_refused), sold
    names = dict(rows(trial.books, "SELECT card_no, name FROM customer"))
    assert names == {card: person.name for card, person in truth.people.items()}
    paid = dict(rows(trial.books, "SELECT card_no, paid_total FROM customer"))
    assert paid == {card: sum(person.tickets.values()) for card, person in truth.people.items()}


def test_columns_a_file_may_not_set_are_named_and_ignored(trial: Till, tmp_path: Path) -> None:
    file = old_books.xlsx(
        tmp_path / "a.xlsx",
        [
            ["姓名", "卡号", "电话", "等级", "累计积分", "已批准"],
            ["王芳", "K1", "13800000001", "A", 999, "是"],
        ],
    )
    made = trial.run(MANAGER, "import", "customers", file).data
    assert made["added"] == 1 and {"等级", "累计积分"} <= set(made["ignored"])
    one = trial.ok(MANAGER, "show", "K1")
    assert (one["grade"], one["points_earned"]) == ("C", 0)
    assert rows(trial.books, "SELECT old_grade FROM customer") == [("A",)]
    assert rows(trial.books, "SELECT COUNT(*) FROM consent") == [(0,)]


def test_a_clerk_may_not_import(trial: Till, written: tuple[Path, Truth]) -> None:
    trial.no(CLERK, "import", "customers", written[0] / "老顾客资料.xlsx")
    assert rows(trial.books, "SELECT COUNT(*) FROM customer") == [(0,)]


def test_what_is_exported_can_be_read_again(read: Till, trial: Till, tmp_path: Path) -> None:
    for ending in ("xlsx", "csv"):
        out = tmp_path / f"out.{ending}"
        made = read.ok(OWNER, "export", "customers", "--out", out)
        again = read.copy(tmp_path / ending).run(OWNER, "import", "customers", out).data
        assert (again["added"], again["changed"], again["refused"]) == (0, 0, 0), again
        assert again["unchanged"] == made["rows"] == again["read"]
    other = trial.run(OWNER, "import", "customers", tmp_path / "out.xlsx").data
    assert other["added"] == made["rows"], other
    same = "SELECT card_no, name, birth_calendar, birth_month, birth_day, birth_year, address FROM customer ORDER BY 1"
    assert rows(trial.books, same) == rows(read.books, same)


def test_days_do_not_move_with_the_time_zone(trial: Till, tmp_path: Path) -> None:
    """China had summer time from 1986 to 1991: a day read as a moment would shift (spec 09, 34)."""
    from datetime import datetime, timedelta

    kept = [datetime(1988, 7, 1), datetime(1986, 5, 4), datetime(1991, 9, 15), 32325, "1988-07-01", 59, 61]
    table: list[list[object]] = [["姓名", "卡号", "电话", "生日"]]
    table += [[f"王{'甲乙丙丁戊己庚'[n]}", f"T{n}", f"1380000000{n}", day] for n, day in enumerate(kept)]
    file = old_books.xlsx(tmp_path / "t.xlsx", table)
    seen = []
    for number, zone in enumerate(("Asia/Shanghai", "UTC", "America/New_York", "Pacific/Kiritimati")):
        till = trial.copy(tmp_path / f"z{number}")
        said = till.run(MANAGER, "import", "customers", file, env={"TZ": zone})
        assert said.status in (0, 1)
        seen.append(
            rows(
                till.books,
                "SELECT card_no, birth_year, birth_month, birth_day FROM customer ORDER BY card_no",
            )
        )
    assert seen[0] == seen[1] == seen[2] == seen[3]
    found = {card: tuple(day) for card, *day in seen[0]}
    assert found["T0"] == found["T4"] == (1988, 7, 1) and found["T1"] == (1986, 5, 4)
    serial = date(1899, 12, 30) + timedelta(days=32325)
    assert found["T3"] == (serial.year, serial.month, serial.day)
