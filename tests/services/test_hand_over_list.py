"""The hand-over list: per successor, with what is still to be done, and its way out kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models import database
from models.kinds import Calendar, Role
from services import customer_notes, customers, hand_over, hand_over_list, journal, staff
from services.errors import NotAllowed, Refused
from services.rules.birthdays import Birthday
from services.sheets import hand_over_pdf
from services.sheets.hand_over import HandOverSheet, ListLine, ListPart
from services.words import use_language
from tests.conftest import CLERK_PIN, TODAY
from tests.services.merge_books import a_contact, a_line, a_person

TO = {"小李": 2, "小赵": 1}


@pytest.fixture
def left(owner: Any, manager: Any, clerk: Any) -> list[int]:
    """Six customers of 小王 with calls, gifts and notes, and one of nobody's whom 小王 is to call."""
    staff.add_user(owner, "小李", Role.CLERK, CLERK_PIN, group_id=2)
    staff.add_user(owner, "小赵", Role.CLERK, CLERK_PIN, group_id=1)
    found = [
        a_person(clerk, [f"1380000000{n}"], [("buy", 3)] if n < 2 else [], name=f"客户{n}") for n in range(6)
    ]
    database.execute("UPDATE customer SET clerk_id = ?", (clerk.who,))
    a_line(manager, found[0], "birthday", 2)
    a_contact(manager, found[0])
    customer_notes.add_note(manager, found[0], "儿子上大学了，" + "很高兴" * 30)
    customers.change(manager, found[0], {"birthday": Birthday(Calendar.SOLAR, 12, 1)})
    other = a_person(manager, [], [], name="别人的客户")
    a_contact(manager, other)
    database.execute("UPDATE contact SET assignee_id = ?", (clerk.who,))
    return [*found, other]


def test_each_successor_gets_their_customers_with_what_is_open(owner: Any, left: list[int]) -> None:
    sheet = hand_over_list.sheet_of(owner, hand_over.preview(owner, "小王", TO))
    assert sheet.planned and not sheet.masked
    assert [part.name for part in sheet.parts] == ["小李", "小赵"]
    lines = {line.name: line for part in sheet.parts for line in part.lines}
    assert len(lines) == 7 and "别人的客户" in lines
    first = lines["客户0"]
    assert first.phone == "13800000000" and first.served == 1 and first.birthday == "2026-12-01"
    for words in ("售后回访", "待发礼品：（未定礼品）（生日 11-22）", "备注：儿子上大学了"):
        assert words in first.tasks
    assert sum(part.contacts for part in sheet.parts) == 2 and sum(part.gifts for part in sheet.parts) == 1


def test_the_list_of_a_hand_over_can_be_printed_later_too(owner: Any, left: list[int]) -> None:
    done = hand_over.apply(owner, "小王", TO)
    now, later = hand_over_list.sheet_of(owner, done), hand_over_list.sheet_of_act(owner, done.act)
    assert not now.planned and {part.name: part.lines for part in now.parts} == {
        part.name: part.lines for part in later.parts
    }
    with pytest.raises(Refused):
        hand_over_list.sheet_of_act(owner, 99)


def test_a_managers_list_hides_numbers_and_has_a_limit(manager: Any, clerk: Any, left: list[int]) -> None:
    seen = hand_over.preview(manager, "小王", TO)
    sheet = hand_over_list.sheet_of(manager, seen)
    assert sheet.masked and "138****0000" in {line.phone for part in sheet.parts for line in part.lines}
    few = replace(manager.policy, safety=replace(manager.policy.safety, manager_export_rows=6))
    with pytest.raises(Refused, match="店主"):
        hand_over_list.sheet_of(replace(manager, policy=few), seen)
    with pytest.raises(NotAllowed):
        hand_over_list.sheet_of(clerk, seen)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_both_files_are_written_and_kept_in_the_journal(
    language: str, owner: Any, left: list[int], tmp_path: Path
) -> None:
    from openpyxl import load_workbook

    use_language(language)
    sheet = hand_over_list.sheet_of(owner, hand_over.preview(owner, "小王", TO))
    for name in ("a.pdf", "a.xlsx"):
        assert hand_over_list.write(owner, sheet, tmp_path / name) == 7
    assert (tmp_path / "a.pdf").read_bytes() == hand_over_list.draw(owner, sheet)
    book = load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["小李", "小赵"]
    cells = [cell.value for row in book["小李"].iter_rows() for cell in row if cell.value]
    assert any("小王" in str(text) for text in cells) and "K" not in cells
    with pytest.raises(Refused, match="xlsx"):
        hand_over_list.write(owner, sheet, tmp_path / "a.doc")
    kept = [entry for entry in journal.entries(limit=9) if entry.act == "group.hand_over_listed"]
    assert [entry.body["file"] for entry in kept] == ["", "a.xlsx", "a.pdf"] and kept[0].body["rows"] == 7


def test_nobody_to_hand_over_is_no_list(owner: Any, left: list[int]) -> None:
    with pytest.raises(Refused, match="没有要交接"):
        hand_over_list.sheet_of(owner, hand_over.preview(owner, "小李", {"小赵": 1}))


@pytest.mark.parametrize("count", [1, 13, 14, 15, 16, 17, 18, 30, 200])
def test_signatures_never_stand_alone_and_never_leave_the_page(count: int) -> None:
    line = ListLine("K1", "名", "A", "138", TODAY, "事" * 200, "", 0)
    pages = hand_over_pdf.paginate([line] * count)
    assert sum(map(len, pages)) == count and all(pages)
    top = hand_over_pdf._FIRST_TOP if len(pages) == 1 else hand_over_pdf._NEXT_TOP
    end = top + hand_over_pdf._LOOK.head + len(pages[-1]) * hand_over_pdf.ROW
    assert end + hand_over_pdf._SIGN <= hand_over_pdf._BOTTOM + 0.01
    part = ListPart("小李", "一组", (line,) * count, "A 1", 0, 0)
    sheet = HandOverSheet("小王", "店", TODAY, "店主", (part,), False, True)
    assert hand_over_pdf.draw(sheet).pages == len(pages)
