"""The print window: choose, see what is wrong, look, print or save."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from models import database
from models.kinds import PrintKind
from services import settings as pc_settings
from services.errors import Refused
from services.printing import printers
from services.printing.printers import Offset
from services.progress import Cancelled
from tests.printing import making, measure
from tests.printing.test_jobs import a_customer
from ui import app as ui_app
from ui import dialogs, theme
from ui.printing import dialog, preview, printer
from ui.printing.page_view import PageView, as_image


@pytest.fixture(autouse=True)
def _bugs_are_told(monkeypatch: Any) -> None:
    """A bug of ours fails the test at once instead of waiting behind a dialog."""

    def told(_parent: Any, error: BaseException) -> None:
        raise error

    monkeypatch.setattr(dialogs, "report_bug", told)


@pytest.fixture
def people(manager: Any) -> Any:
    for number in range(1, 31):
        a_customer(f"K{number:03}", f"王小丽{number}", birth_day=10)
    return manager


@pytest.fixture
def opened(people: Any, make_context: Any, qtbot: Any) -> Any:
    """`opened(kind)`: the print window with its pages drawn."""

    def make(kind: PrintKind = PrintKind.CARD) -> dialog.PrintDialog:
        box = dialog.PrintDialog(make_context(people), None, kind)
        qtbot.addWidget(box)
        box.show()
        qtbot.waitUntil(lambda: box.prepared is not None, timeout=10_000)
        return box

    return make


@pytest.mark.parametrize("kind", [PrintKind.CARD, PrintKind.LABEL, PrintKind.ENVELOPE])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_window_opens_in_both_languages_and_looks(
    kind: PrintKind, language: str, look: str, opened: Any, qapp: Any
) -> None:
    ui_app.speak(language)
    theme.apply(qapp, look, 14)
    box = opened(kind)
    assert box.print_button.isEnabled() and box.view.pages == box.prepared.pages
    assert not box.grab().isNull()
    assert box.width() <= 1366 and box.height() <= 768


def test_another_choice_draws_other_pages(opened: Any, qtbot: Any) -> None:
    box = opened()
    assert box.view.pages == 30
    box.form.field("layout").show_value("4up")
    assert box.prepared is None and not box.print_button.isEnabled()
    qtbot.waitUntil(lambda: box.prepared is not None, timeout=10_000)
    assert box.view.pages == 8 and "十字线" in box.hint.text()


def test_a_wrong_day_is_told_beside_its_field(opened: Any, qtbot: Any) -> None:
    box = opened()
    box.form.field("last").show_value(date(2026, 11, 1))
    box.prepare()
    qtbot.waitUntil(lambda: "早于" in box.view.picture.text(), timeout=10_000)
    assert not box.print_button.isEnabled()


def test_nobody_due_says_so(opened: Any, qtbot: Any) -> None:
    box = opened()
    box.form.field("occasion").show_value("spring_festival")
    qtbot.waitUntil(lambda: "没有要寄贺卡的客户" in box.view.picture.text(), timeout=10_000)


def test_saving_writes_the_file_and_the_record(opened: Any, qtbot: Any, tmp_path: Path) -> None:
    box = opened(PrintKind.LABEL)
    box.save_to(box.prepared, tmp_path / "labels")
    qtbot.waitUntil(lambda: (tmp_path / "labels.pdf").exists() and bool(box.jobs), timeout=10_000)
    assert measure.pages((tmp_path / "labels.pdf").read_bytes()) == 2
    (job,) = box.jobs.values()
    assert (job.kind, job.printed, job.pieces) == ("label", 30, 30)


def test_names_that_cannot_be_printed_are_asked_about_first(
    people: Any, make_context: Any, qtbot: Any, monkeypatch: Any
) -> None:
    a_customer("R001", "王𬒍", birth_day=10)
    box = dialog.PrintDialog(make_context(people))
    qtbot.addWidget(box)
    qtbot.waitUntil(lambda: box.prepared is not None, timeout=10_000)
    assert "王𬒍 R001：𬒍" in box.wrong.text()
    asked: list[str] = []
    monkeypatch.setattr(dialogs, "ask", lambda _p, title, text, *_more: asked.append(text) and False)
    monkeypatch.setattr(printer, "ask_printer", lambda *_more, **_named: pytest.fail("not asked"))
    box._ask_printer()
    assert "王𬒍" in asked[0]


def test_printing_counts_pages_and_can_be_resumed(
    opened: Any, qtbot: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    box = opened(PrintKind.LABEL)
    real = printer.send

    def stopping(pdf: bytes, choice: Any, title: str, on_page: Any, progress: Any) -> Any:
        def one_page(done: int, total: int) -> None:
            progress(done, total)
            raise Cancelled

        return real(pdf, choice, title, on_page, one_page)

    monkeypatch.setattr(printer, "send", stopping)
    box.print_to(box.prepared, printer.Choice("test", file=str(tmp_path / "out.pdf")))
    qtbot.waitUntil(lambda: bool(box.jobs), timeout=20_000)
    (job,) = box.jobs.values()
    assert (job.printed, job.pieces) == (24, 30)
    assert measure.pages((tmp_path / "out.pdf").read_bytes()) == 1
    box.choices.job.show_value(job.id)
    qtbot.waitUntil(lambda: box.prepared is not None and box.prepared.job_id == job.id, timeout=10_000)
    assert box.prepared.from_item == 25 and box.prepared.count == 6 and box.prepared.copies == 0


def test_a_job_that_is_printed_leaves_two_lines_in_the_journal(
    opened: Any, qtbot: Any, tmp_path: Path
) -> None:
    box = opened(PrintKind.ENVELOPE)
    box.form.field("last").show_value(date(2026, 12, 31))
    box.print_to(box.prepared, printer.Choice("test", file=str(tmp_path / "out.pdf")))
    qtbot.waitUntil(lambda: bool(box.jobs), timeout=30_000)
    acts = [
        row[0]
        for row in database.rows("SELECT act FROM journal_entry WHERE entity = 'print_job' ORDER BY id")
    ]
    assert acts == ["print.started", "print.ended"]


def test_the_printed_page_is_right_to_half_a_millimetre_with_its_offset(
    people: Any, qapp: Any, tmp_path: Path
) -> None:
    prepared = making.prepare_envelopes(people, date(2026, 12, 10), date(2026, 12, 10), layout="DL")
    for offset in (Offset(), Offset(2.0, 1.5)):
        out = tmp_path / "out.pdf"
        sent = printer.send(prepared.pdf, printer.Choice("test", offset, file=str(out)))
        assert (sent.pages, sent.stopped) == (30, False)
        data = out.read_bytes()
        assert measure.page_mm(data) == pytest.approx((220, 110), abs=0.3)
        assert measure.ink(data, 14 + offset.x - 0.3, 10 + offset.y + 1, 0.6, 7) > 0.3, (
            "the first box's left edge"
        )
        assert measure.ink(data, 14 + offset.x - 1.2, 10 + offset.y + 1, 0.6, 7) == 0


def test_a_page_is_white_where_nothing_is_printed(people: Any, qapp: Any) -> None:
    from services.printing.preview import Pages

    prepared = making.prepare_labels(people, date(2026, 12, 10), date(2026, 12, 10))
    with Pages(prepared.pdf) as pages:
        image = as_image(pages.image(0, 50))
    assert image.pixelColor(2, 2).name() == "#ffffff"


def test_pages_are_turned_and_zoomed_by_key(opened: Any, qtbot: Any) -> None:
    view: PageView = opened().view
    qtbot.keyClick(view.area, Qt.Key.Key_End)
    assert view.page == 29 and "30" in view.count.text() and not view.next.isEnabled()
    view.back.click()
    assert view.page == 28
    qtbot.keyClick(view.area, Qt.Key.Key_Home)
    assert view.page == 0 and not view.back.isEnabled()
    fitting = view.picture.pixmap().width()
    view.larger.click()
    assert view.picture.pixmap().width() > fitting
    view.whole.click()
    assert view.picture.pixmap().width() == fitting


def test_each_printer_keeps_its_own_offset(qtbot: Any) -> None:
    printers.keep("甲", Offset(0.5, -1.2))
    printers.keep("乙", Offset())
    assert printers.offset("甲") == Offset(0.5, -1.2) and printers.offset("丙") == Offset()
    assert printers.last_used() == "乙"
    box = printer.PrinterBox(["甲", "乙"])
    qtbot.addWidget(box)
    assert box.form.field("x").value() == "0.5"
    box.form.field("y").show_value("abc")
    box._take()
    assert box.chosen is None
    box.form.field("y").show_value("99")
    box._take()
    assert box.chosen is None
    box.form.field("y").show_value("0.3")
    box._take()
    assert (
        box.chosen == printer.Choice("甲", Offset(0.5, 0.3)) and box.result() == QDialog.DialogCode.Accepted
    )


@pytest.mark.parametrize("content", ["", "{", "[]", '{"offsets": {"a": [1]}}', '{"offsets": {"a": "b"}}'])
def test_a_damaged_file_of_printers_is_an_empty_one(content: str) -> None:
    pc_settings.config_folder().mkdir(parents=True, exist_ok=True)
    (pc_settings.config_folder() / "printers.json").write_text(content, "utf-8")
    assert printers.offset("a") == Offset() and printers.last_used() == ""


def test_an_offset_of_centimetres_is_refused() -> None:
    with pytest.raises(Refused):
        printers.keep("甲", Offset(50, 0))


def test_without_a_printer_pdf_is_offered(monkeypatch: Any, qapp: Any) -> None:
    told: list[str] = []
    monkeypatch.setattr(printer, "available", lambda: [])
    monkeypatch.setattr(dialogs, "tell", lambda _p, words, *_m, **_k: told.append(words))
    assert printer.ask_printer(None) is None and "PDF" in told[0]


def test_a_finished_pdf_can_be_looked_at_and_saved(
    people: Any, make_context: Any, qtbot: Any, tmp_path: Path
) -> None:
    prepared = making.prepare_labels(people, date(2026, 12, 10), date(2026, 12, 10))
    box = preview.Preview(make_context(people), prepared.pdf, "一览表")
    qtbot.addWidget(box)
    box.show()
    assert box.view.pages == 2
    box.save_to(tmp_path / "copy")
    qtbot.waitUntil(lambda: (tmp_path / "copy.pdf").exists(), timeout=10_000)
    assert (tmp_path / "copy.pdf").read_bytes() == prepared.pdf
    box.close()
