"""Tables out of the shop: complete, as text, kept on record, and read in again unchanged."""

from __future__ import annotations

import csv
import hashlib
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from models import database
from models.kinds import Calendar
from services import customers, exports, journal, search_fts
from services.errors import NotAllowed, Refused, Unavailable
from services.imports import run
from services.progress import Cancelled
from services.purchases import LineIn, buy
from services.returns import return_line
from services.rules.birthdays import Birthday
from services.sheets import tables
from services.words import use_language
from tests.conftest import OWNER_PIN

STRANGE = (
    "=1+1",
    "+86",
    "-王",
    "@王",
    "'=王",
    "''=王",
    '王,"小"丽',
    "小红🌹𠮷",
    "＝王",
    "王 小丽",
    "Anna Maria",
    "O'Brien",
)


def export(shop: Any, kind: str, out: Any, *rest: Any, **more: Any) -> Any:
    """As the owner does it, with reason and PIN; a manager needs neither."""
    return exports.export(shop, kind, out, *rest, **{"reason": "对账", "pin": OWNER_PIN, **more})


def register(shop: Any, name: str, card: str, **more: Any) -> int:
    phone = more.pop("phone", "")
    foreign = more.pop("foreign", False)
    return customers.register(shop, customers.NewCustomer(name, phone, foreign, card, more=more)).id


@pytest.fixture
def people(owner: Any) -> Any:
    """Customers of every strange kind."""
    for number, name in enumerate(STRANGE):
        register(owner, name, f"K{number}", note=name, address=f"={name}" if number == 0 else "")
    lunar, leap = Birthday(Calendar.LUNAR, 8, 15), Birthday(Calendar.LUNAR, 4, 1, True)
    register(
        owner,
        "单芳",
        "B1",
        phone="13812345678",
        birthday=lunar,
        height_cm=165,
        colours="墨绿、米白",
        postcode="010000",
    )
    register(owner, "解敏", "B2", phone="+81 90 1234 5678", foreign=True, birthday=leap)
    register(owner, "仇萍", "B3", birthday=Birthday(Calendar.SOLAR, 2, 29), sex="female")
    register(owner, "查琳", "B4", birthday=Birthday(Calendar.LUNAR, 12, 30, False, 1990))
    return owner


@pytest.fixture
def filled(people: Any) -> Any:
    """They, and one who bought and returned."""
    owner = people
    one = register(owner, "曾雪", "B5", birthday=Birthday(Calendar.SOLAR, 5, 3, False, 1990))
    buy(owner, one, [LineIn("=Q1", 19900, 2, "M"), LineIn("Q 2", 9950, special=True)])
    buy(owner, one, [LineIn("=Q1", 19900, 2, "M")])
    return_line(owner, 1, 1)
    return owner


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_customers_come_back_unchanged(filled: Any, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"客户.{ending}"
    done = export(filled, "customers", out)
    assert done.rows == len(STRANGE) + 5
    again = run.plan(filled, out, "customers")
    assert (again.read, again.unchanged, again.refused) == (done.rows, done.rows, 0), again.errors


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_purchases_come_back_unchanged_in_both_languages(
    filled: Any, tmp_path: Path, ending: str, language: str
) -> None:
    use_language(language)
    for kind, rows in (("purchases", 4), ("customers", len(STRANGE) + 5)):
        out = tmp_path / f"{kind}.{ending}"
        assert export(filled, kind, out).rows == rows
        again = run.plan(filled, out, kind)
        assert (again.read, again.unchanged, again.refused) == (rows, rows, 0), again.errors


def test_titles_in_both_languages_mean_the_same_fields(filled: Any, tmp_path: Path) -> None:
    for kind in ("customers", "purchases"):
        found = []
        for language in ("zh", "en"):
            use_language(language)
            export(filled, kind, tmp_path / f"{language}.csv")
            found.append(
                [column.field for column in run.plan(filled, tmp_path / f"{language}.csv", kind).columns]
            )
        assert found[0] == found[1]
        assert len(set(found[0])) > 9


def test_customers_come_back_whole_into_an_empty_shop(people: Any, tmp_path: Path) -> None:
    out = tmp_path / "c.csv"
    export(people, "customers", out)
    columns = "card_no, name, birth_calendar, birth_month, birth_day, birth_leap, birth_year, height_cm, postcode, address, note, sex, colours"
    before = database.rows(f"SELECT {columns} FROM customer ORDER BY card_no")
    phones = database.rows('SELECT number, "foreign" FROM phone ORDER BY number')
    search_fts.clear()
    for table in ("phone", "customer"):
        database.execute(f"DELETE FROM {table}")
    result = run.apply(people, run.plan(people, out, "customers"))
    assert result.added == len(before), result.errors
    after = database.rows(f"SELECT {columns} FROM customer ORDER BY card_no")
    assert [
        (*row[:1], row[1].replace(" ", ""), *row[2:10], row[10].replace(" ", ""), *row[11:]) for row in after
    ] == [
        (*row[:1], row[1].replace(" ", ""), *row[2:10], row[10].replace(" ", ""), *row[11:]) for row in before
    ]
    assert database.rows('SELECT number, "foreign" FROM phone ORDER BY number') == phones


def test_no_text_is_a_formula(filled: Any, tmp_path: Path) -> None:
    for kind in ("customers", "purchases"):
        out = tmp_path / f"{kind}.xlsx"
        export(filled, kind, out)
        with zipfile.ZipFile(out) as book:
            inner = book.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in inner and b"<f " not in inner
    out = tmp_path / "c.csv"
    export(filled, "customers", out)
    with open(out, encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            assert not any(cell[:1] in ("=", "+", "-", "@", "\t", "\r") for cell in row), row


def test_amounts_stay_numbers(filled: Any, tmp_path: Path) -> None:
    out = tmp_path / "p.csv"
    export(filled, "purchases", out)
    with open(out, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["实付金额"] for row in rows] == ["398.00", "99.50", "338.30", "-199.00"] or rows[-1][
        "实付金额"
    ].startswith("-")


def test_the_act_is_kept_with_rows_and_digest(filled: Any, tmp_path: Path) -> None:
    out = tmp_path / "c.xlsx"
    done = export(filled, "customers", out)
    assert done.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()
    entry = journal.entries(act="export.customers")[0]
    number = entry.body.pop("number")
    kept = {"rows": done.rows, "file": "c.xlsx", "sha256": done.sha256, "full": 1, "reason": "对账"}
    assert entry.body == kept
    last = [row[0].value for row in openpyxl.load_workbook(out).worksheets[0].iter_rows()][-1]
    assert last == f"熟客 导出 2026-11-22 店主 编号 {number}"


@pytest.mark.parametrize(
    ("how", "field"), [({"reason": " "}, "reason"), ({"pin": ""}, "pin"), ({"pin": "no"}, "pin")]
)
def test_the_owner_gives_a_reason_and_the_pin_again(owner: Any, tmp_path: Path, how: Any, field: str) -> None:
    register(owner, "王芳", "K1")
    with pytest.raises(Refused) as no:
        export(owner, "customers", tmp_path / "c.csv", **how)
    assert no.value.field == field and not (tmp_path / "c.csv").exists()


def test_there_are_no_watermarks_unless_the_owner_gave_numbers(owner: Any, tmp_path: Path) -> None:
    from services import policies

    for number in range(4):
        register(owner, f"客人{number}", f"K{number}", phone=f"1390000000{number}")
    export(owner, "customers", tmp_path / "plain.csv")
    assert len((tmp_path / "plain.csv").read_text("utf-8-sig").splitlines()) == 5
    marked = policies.set_values(owner, {"privacy.watermark_phones": ["13800001111", "13800002222"]})
    done = export(marked, "customers", tmp_path / "marked.csv")
    text = (tmp_path / "marked.csv").read_text("utf-8-sig")
    assert text.count("1380000") == 2 and len(text.splitlines()) == 7 and done.rows == 6
    cards = journal.entries(act="export.customers")[0].body["watermarks"]
    assert len(cards) == 2 and all(card in text for card in cards)
    again = run.apply(marked, run.plan(marked, tmp_path / "marked.csv", "customers"))
    assert (again.unchanged, again.refused) == (4, 2)
    assert {str(error.reason) for error in again.errors} == {"这一行是导出时加的水印，不是客户。"}


def test_a_manager_sees_masked_phones_and_no_sizes(filled: Any, manager: Any, tmp_path: Path) -> None:
    out = tmp_path / "c.csv"
    export(manager, "customers", out)
    text = out.read_text("utf-8-sig")
    assert "138****5678" in text and "13812345678" not in text and "165" not in text


def test_a_manager_exports_no_whole_list(owner: Any, manager: Any, tmp_path: Path) -> None:
    from dataclasses import replace

    for number in range(4):
        register(owner, f"王{number}", f"K{number}")
    policy = replace(manager.policy, safety=replace(manager.policy.safety, manager_export_rows=3))
    with pytest.raises(Refused, match="店主"):
        export(replace(manager, policy=policy), "customers", tmp_path / "c.csv")
    assert export(owner, "customers", tmp_path / "c.csv").rows == 4


def test_a_clerk_exports_nothing(clerk: Any, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        export(clerk, "customers", tmp_path / "c.csv")
    assert not list(tmp_path.glob("c.csv"))


def test_every_kind_can_be_exported_empty(owner: Any, tmp_path: Path) -> None:
    for kind in exports.kinds():
        for ending in ("xlsx", "csv"):
            assert export(owner, kind, tmp_path / f"{kind}.{ending}").rows == 0


def test_another_ending_a_missing_kind_and_a_bad_place(owner: Any, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="xlsx"):
        export(owner, "customers", tmp_path / "c.pdf")
    with pytest.raises(Refused, match="不能导出"):
        export(owner, "secrets", tmp_path / "c.csv")
    (tmp_path / "file").write_text("x")
    with pytest.raises(Unavailable):
        export(owner, "customers", tmp_path / "file" / "c.csv")


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_stop_leaves_the_former_file(tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"c.{ending}"
    out.write_bytes(b"former")

    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        tables.write(out, ["甲"], ([n] for n in range(1000)), progress=stop)
    assert out.read_bytes() == b"former" and list(tmp_path.iterdir()) == [out]
