"""检核表 and 沟通进度表: what stands on them, read back from the files; who may print whose; the manager's ticks."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from models import database
from models.contact import Contact
from services import contact_lists, contact_paper_cells, contact_papers, contacts
from services.contact_lists import Filters
from services.contact_sheet import Length, PaperKind, span_of
from services.errors import NotAllowed, Refused
from services.shop import Shop
from services.words import use_language
from tests.services.test_contact_outcomes import run, trial  # noqa: F401 - fixtures
from tests.services.test_contact_results import a_contact, a_customer

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
MONDAY, SUNDAY = date(2026, 11, 16), date(2026, 11, 22)


def an_open(customer: Any, day: date, channel: str = "phone", topics: str = "birthday") -> Contact:
    return a_contact(customer, day, topics, state="planned", done_on=None, due=day, channel=channel)


@pytest.fixture
def week(manager: Shop) -> Shop:
    """Group 1: done on Wednesday, overdue from last week, due today and next week; nobody's: a card due today."""
    one, two, three = a_customer(1), a_customer(2, "B"), a_customer(3, "C")
    for customer in (one, two):
        customer.group_id = 1
        customer.save()
    a_contact(one, date(2026, 11, 18), "follow_up", note="很合身", due=MONDAY, original_due=MONDAY)
    an_open(one, TODAY)
    an_open(two, date(2026, 11, 12))
    an_open(two, TODAY + 3 * DAY)
    an_open(three, TODAY, "post", "festival")
    return manager


@pytest.mark.parametrize(
    "length, first, last",
    [
        (Length.DAY, TODAY, TODAY),
        (Length.WEEK, MONDAY, SUNDAY),
        (Length.MONTH, date(2026, 11, 1), date(2026, 11, 30)),
    ],
)
def test_the_spans_are_those_of_the_calendar(length: Length, first: date, last: date) -> None:
    assert span_of(length, TODAY) == (first, last)
    assert span_of(Length.MONTH, date(2028, 2, 9)) == (date(2028, 2, 1), date(2028, 2, 29))


def test_the_check_list_has_every_point_of_the_week_and_what_is_overdue(week: Shop) -> None:
    sheet = contact_papers.gather(week, PaperKind.CHECK, MONDAY, SUNDAY)
    nobody, group = sheet.parts
    assert (nobody.group, group.group) == ("没有分组", "销售一组") and sheet.rows == 4
    lines = contact_paper_cells.cells(sheet, group)
    assert [(one["day"], one["card_no"], one["done"], one["result"]) for one in lines] == [
        ("11-12", "K00002", "", ""),
        ("11-18", "K00001", "√", "已联络；很合身"),
        ("11-22", "K00001", "", ""),
    ]
    assert (group.points, group.done, group.checked) == (3, 1, 0)


def test_a_sheet_for_a_time_gone_by_holds_only_that_time(week: Shop) -> None:
    sheet = contact_papers.gather(week, PaperKind.CHECK, date(2026, 11, 9), date(2026, 11, 15))
    assert [one["card_no"] for one in contact_paper_cells.cells(sheet, sheet.parts[0])] == ["K00002"]


def test_the_progress_sheet_shows_each_customer_by_day(week: Shop) -> None:
    sheet = contact_papers.gather(week, PaperKind.PROGRESS, MONDAY, SUNDAY, Filters(group_id=1))
    two, one = contact_paper_cells.cells(sheet, sheet.parts[0])
    assert (
        one["2026-11-18"] == "√电 售后回访" and one["2026-11-22"] == "电 生日祝福" and one["sum"] == "1 / 2"
    )
    assert two["2026-11-22"] == "电 生日祝福 11-12"
    month = contact_papers.gather(
        week, PaperKind.PROGRESS, *span_of(Length.MONTH, TODAY), Filters(group_id=1)
    )
    assert len(contact_paper_cells.columns(month)) == 4 + 30 + 1
    first = next(
        line for line in contact_paper_cells.cells(month, month.parts[0]) if line["card_no"] == "K00001"
    )
    assert (first["2026-11-18"], first["2026-11-22"]) == ("√", "电")


@pytest.mark.parametrize("kind", list(PaperKind))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_columns_fill_the_page(week: Shop, kind: PaperKind, language: str) -> None:
    use_language(language)
    for length in Length:
        sheet = contact_papers.gather(week, kind, *span_of(length, TODAY))
        assert sum(column.width for column in contact_paper_cells.columns(sheet)) == pytest.approx(277)


def test_the_pdf_reads_back(week: Shop, tmp_path: Path) -> None:
    import pypdfium2

    contacts.check(week, [1])
    sheet = contact_papers.gather(week, PaperKind.CHECK, MONDAY, SUNDAY, Filters(group_id=1))
    target = tmp_path / "检核表.pdf"
    assert contact_papers.write(week, sheet, target) == 3
    pdf = pypdfium2.PdfDocument(target)
    text = pdf[0].get_textpage().get_text_bounded()
    pdf.close()
    for words in (
        "客户沟通检核表",
        "王丽1",
        "K00002",
        "店长检查：",
        "很合身",
        "检查日期",
        "第 1 页 / 共 1 页",
    ):
        assert words in text
    assert "1380000" not in text
    assert database.value_of("SELECT COUNT(*) FROM journal_entry WHERE act = 'contact.papers'") == 1


def test_the_workbook_reads_back_with_the_managers_tick(week: Shop, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    contacts.check(week, [1])
    target = tmp_path / "检核表.xlsx"
    contact_papers.write(week, contact_papers.gather(week, PaperKind.CHECK, MONDAY, SUNDAY), target)
    book = load_workbook(target)
    assert book.sheetnames == ["没有分组", "销售一组"]
    rows = list(book["销售一组"].values)
    assert rows[2][:4] == ("完成", "日期", "卡号", "客户名")
    assert rows[4][-2:] == ("店长", "11-22") and rows[3][-2:] == (None, None)


def test_many_pages_never_leave_the_signatures_alone(week: Shop) -> None:
    from services import contact_paper_pdf

    for number in range(60):
        pages = contact_paper_pdf.paginate([{}] * number)
        assert sum(map(len, pages)) == number and all(map(len, pages[1:]))


def test_clerks_print_their_own_and_their_groups_only(week: Shop, clerk: Shop) -> None:
    assert clerk.actor is not None
    with pytest.raises(NotAllowed, match="自己"):
        contact_papers.gather(clerk, PaperKind.CHECK, MONDAY, SUNDAY)
    with pytest.raises(NotAllowed):
        contact_papers.gather(clerk, PaperKind.CHECK, MONDAY, SUNDAY, Filters(group_id=2))
    assert contact_papers.gather(clerk, PaperKind.CHECK, MONDAY, SUNDAY, Filters(group_id=1)).rows == 3


def test_what_cannot_be_printed_is_said(week: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="没有要联络"):
        contact_papers.gather(week, PaperKind.CHECK, date(2026, 1, 1), date(2026, 1, 2))
    with pytest.raises(Refused, match="最多一个月"):
        contact_papers.gather(week, PaperKind.CHECK, MONDAY, MONDAY + 31 * DAY)
    sheet = contact_papers.gather(week, PaperKind.CHECK, MONDAY, SUNDAY)
    with pytest.raises(Refused, match=r"\.pdf"):
        contact_papers.write(week, sheet, tmp_path / "x.txt")
    monkeypatch.setattr(contact_papers, "MOST", 3)
    with pytest.raises(Refused, match="放不下"):
        contact_papers.gather(week, PaperKind.CHECK, MONDAY, SUNDAY)


def test_ticks_name_who_and_when_and_undo_takes_them_away(week: Shop, clerk: Shop) -> None:
    assert contacts.check_many(week, [1, 2, 3]) == [1]
    (row,) = contact_lists.rows(week, [1])
    assert row is not None and (row.checked_by, row.checked_on) == ("店长", TODAY)
    assert contacts.check_many(week, [1]) == []
    contacts.check(week, [1], False)
    (row,) = contact_lists.rows(week, [1])
    assert row is not None and (row.checked, row.checked_by, row.checked_on) == (False, "", None)
    with pytest.raises(NotAllowed):
        contacts.check_many(clerk, [1])


def test_the_command_line_writes_the_papers(week: Shop, trial: None, run: Any, tmp_path: Path) -> None:  # noqa: F811
    out = str(tmp_path / "进度表.pdf")
    status, found = run(
        "contact", "sheet", "progress", "--on", "2026-11-22", "--group", "销售一组", "--out", out
    )
    assert (status, found["rows"], found["points"], found["done"]) == (0, 2, 3, 1) and Path(out).exists()
    status, no = run("contact", "sheet", "check", "--clerk", "没有这人", "--out", out)
    assert status == 1 and "没有这人" in no["error"]
