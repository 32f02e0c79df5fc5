"""What the owner owes the customers: requests, retention, a person's own data, and no way back through an old sheet."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from models import database
from services import customer_notes, customers, daily, data_report, erasing, journal, retention, selection
from services.customers import NewCustomer
from services.errors import NotAllowed, Refused
from services.imports import run
from tests.conftest import OWNER_PIN


def _somebody(shop, name: str = "林悦", phone: str = "13900003333") -> int:
    return customers.register(shop, NewCustomer(name, phone)).id


def _lost_since(customer: int, day: date) -> None:
    database.execute("UPDATE customer SET state = 'lost', lost_on = ? WHERE id = ?", (day, customer))


@pytest.mark.parametrize(("lost_on", "asked"), [(date(2023, 11, 22), True), (date(2023, 11, 23), False)])
def test_who_is_lost_for_three_years_is_proposed_on_that_day(owner, lost_on: date, asked: bool) -> None:
    one = _somebody(owner)
    _lost_since(one, lost_on)
    assert [(found.id, found.why) for found in retention.candidates(owner)] == (
        [(one, "lost")] if asked else []
    )
    assert ("1 位客户流失已超过3 年，请店主决定是否删除资料。" in daily.reminders(owner)) is asked


def test_whom_the_owner_keeps_is_asked_about_a_year_later(owner) -> None:
    one = _somebody(owner)
    _lost_since(one, date(2020, 1, 1))
    assert retention.keep(owner, [one], "常带朋友来") == 1
    assert not retention.candidates(owner)
    later = owner.at(date(2027, 11, 23))
    assert [found.id for found in retention.candidates(later)] == [one]


def test_requests_stand_before_the_lost_and_can_be_declined_and_taken_up_again(owner, manager) -> None:
    lost, asked = _somebody(owner), _somebody(owner, "陈曦", "13900004444")
    _lost_since(lost, date(2020, 1, 1))
    selection.ask_erase(manager, [asked], "本人来店要求")
    found = retention.candidates(owner)
    assert [(one.id, one.why, one.reason, one.asked_by) for one in found] == [
        (asked, "asked", "本人来店要求", "店长"),
        (lost, "lost", "", ""),
    ]
    assert "1 位客户要求删除资料，等店主处理。" in daily.reminders(owner)
    request = found[0].request
    assert request is not None
    with pytest.raises(Refused):
        retention.decline(owner, request, " ")
    retention.decline(owner, request, "本人改了主意")
    assert [one.id for one in retention.candidates(owner)] == [lost]
    retention.undo_decline(owner, request)
    assert [one.id for one in retention.candidates(owner)] == [asked, lost]


def test_all_of_them_are_erased_with_one_pin(owner) -> None:
    people = [_somebody(owner, f"客人{n}", f"1390000000{n}") for n in range(3)]
    done = erasing.erase_all(owner, people, "流失三年", pin=OWNER_PIN)
    assert len(done.marks) == 3 and not done.warning
    assert {row[0] for row in database.rows("SELECT state FROM customer")} == {"erased"}
    with pytest.raises(Refused):
        erasing.erase_all(owner, people, "再来一次", pin="错的密码123")


def test_only_the_owner_is_reminded_and_decides(owner, manager, clerk) -> None:
    _lost_since(_somebody(owner), date(2020, 1, 1))
    for who in (manager, clerk):
        assert not retention.reminders(who)
        with pytest.raises(NotAllowed):
            retention.candidates(who)


@pytest.mark.parametrize("ending", [".json", ".pdf", ".xlsx"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_customer_gets_all_that_is_held_of_them(
    manager, tmp_path: Path, ending: str, language: str
) -> None:
    from services.words import use_language

    one = _somebody(manager)
    customer_notes.add_note(manager, one, "=喜欢真丝")
    use_language(language)
    target = tmp_path / f"资料{ending}"
    found = data_report.write(manager, one, target)
    assert found.tables["phone"][0]["number"] == "13900003333"
    if ending == ".json":
        assert json.loads(target.read_text("utf-8"))["note"][0]["text"] == "=喜欢真丝"
    elif ending == ".pdf":
        import pypdfium2

        pages = pypdfium2.PdfDocument(str(target))
        text = "".join(page.get_textpage().get_text_range() for page in pages)
        assert "13900003333" in text and "林悦" in text and "=喜欢真丝" in text
    else:
        book = openpyxl.load_workbook(target)
        values = [str(cell.value) for page in book for row in page for cell in row if cell.value]
        assert "13900003333" in values and "=喜欢真丝" in values
        assert not [cell for page in book for row in page for cell in row if cell.data_type == "f"]
    newest = journal.entries(limit=1)[0]
    assert (newest.act, newest.customer_id) == ("customer.data_given", one)


def test_a_clerk_gives_no_reports_and_other_endings_are_refused(manager, clerk, tmp_path: Path) -> None:
    one = _somebody(manager)
    with pytest.raises(NotAllowed):
        data_report.write(clerk, one, tmp_path / "x.pdf")
    with pytest.raises(Refused) as no:
        data_report.write(manager, one, tmp_path / "x.doc")
    assert no.value.field == "out" and not list(tmp_path.glob("x*"))


def test_an_old_sheet_does_not_bring_an_erased_person_back(owner, tmp_path: Path) -> None:
    one = customers.register(owner, NewCustomer("林悦", "13900003333", card_no="V100")).id
    erasing.erase(owner, one, "本人要求", typed="V100", pin=OWNER_PIN)
    sheet = tmp_path / "旧表.csv"
    with open(sheet, "w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(
            [
                ["卡号", "姓名", "电话"],
                ["", "林女士", "139 0000 3333"],
                ["V100", "林悦", ""],
                ["V100", "新客", "13811112222"],
                ["", "林悦", "13700001111"],
            ]
        )
    result = run.apply(owner, run.plan(owner, sheet, "customers"))
    assert (result.added, result.refused) == (2, 2)
    assert all(
        "2026-11-22" in str(error.reason) and "柜台登记" in str(error.reason) for error in result.errors
    )


def test_the_person_may_come_back_by_themselves(owner) -> None:
    one = _somebody(owner)
    card = database.value_of("SELECT card_no FROM customer WHERE id = ?", (one,))
    erasing.erase(owner, one, "本人要求", typed=card, pin=OWNER_PIN)
    again = _somebody(owner)
    erasing.look_after(owner)
    assert database.value_of("SELECT state FROM customer WHERE id = ?", (again,)) == "active"
