"""The print bench and its editors in the window, by keyboard."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from models import database
from models.kinds import PrintKind
from services import schedule
from services.printing import envelopes, feed, jobs, label_sheets, printers, setups, texts
from services.printing.feed import Feed
from services.printing.geometry import Size
from services.printing.jobs import Wanted
from services.printing.setups import Setup
from tests.printing import measure
from tests.printing.test_bench import BORN, MONDAY
from tests.printing.test_jobs import a_customer
from ui import app as ui_app
from ui import dialogs, theme
from ui.contacts.bench import Bench
from ui.printing import dialog, envelope_editor, history, printer, sheet_editor, text_editor

LOOKS = [("zh", "light"), ("en", "dark")]


@pytest.fixture(autouse=True)
def _bugs_are_told(monkeypatch: Any) -> None:
    def told(_parent: Any, error: BaseException) -> None:
        raise error

    monkeypatch.setattr(dialogs, "report_bug", told)


@pytest.fixture
def desk_shop(manager: Any) -> Any:
    shop = manager.at(MONDAY)
    for number in range(1, 5):
        a_customer(f"K{number}", f"王小丽{number}", **BORN)
    a_customer("K5", "李芳", **{**BORN, "address": ""})
    schedule.generate(shop)
    return shop


@pytest.fixture
def bench(desk_shop: Any, make_context: Any, qtbot: Any) -> Bench:
    made = Bench(make_context(desk_shop))
    qtbot.addWidget(made)
    made.resize(1340, 640)
    made.show()
    made.reload()
    qtbot.waitUntil(lambda: made.desk is not None)
    return made


def test_the_bench_shows_the_day_and_what_is_missing(bench: Bench) -> None:
    assert "5 封" in bench.head.text() and "李芳" in bench.missing.text()
    assert "4" in bench.posted.text() and bench.posted.isEnabled() and not bench.back.isEnabled()


def test_one_key_ticks_what_is_ready_and_undo_takes_it_back(bench: Bench, qtbot: Any) -> None:
    qtbot.keyClick(bench.table.view, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: sum(row.posted for row in bench.rows) == 4)
    bench.context.undo_last()
    qtbot.waitUntil(lambda: not any(row.posted for row in bench.rows))


def test_everything_is_printed_in_order_until_a_window_is_closed(bench: Bench, monkeypatch: Any) -> None:
    asked: list[tuple[PrintKind, tuple[int, int]]] = []

    def opened(_context: Any, _parent: Any, kind: PrintKind, fixed: Any = None, step: Any = (0, 0)) -> int:
        asked.append((kind, step))
        return len(asked) % 3

    monkeypatch.setattr(dialog, "open_dialog", opened)
    bench.print_all()
    assert asked == [(PrintKind.CARD, (1, 3)), (PrintKind.ENVELOPE, (2, 3)), (PrintKind.SHEET, (3, 3))]
    asked.clear()
    monkeypatch.setattr(dialog, "open_dialog", lambda *_a, **_k: asked.append((PrintKind.CARD, (0, 0))) or 0)
    bench.print_all()
    assert len(asked) == 1


def test_some_selected_letters_are_printed_alone(bench: Bench, monkeypatch: Any) -> None:
    asked: list[Wanted] = []
    monkeypatch.setattr(dialog, "open_dialog", lambda *_a, fixed, **_k: asked.append(fixed) or 0)
    ids = [row.id for row in bench.rows]
    bench.table.select_ids(ids[1:3])
    bench.envelopes.click()
    assert asked[0].letters == tuple(ids[1:3]) and asked[0].letters_on == MONDAY


def test_a_day_ahead_has_no_tick(bench: Bench, qtbot: Any) -> None:
    a_customer("K9", birth_month=12, birth_day=8)
    bench.reload()
    qtbot.waitUntil(lambda: bench.desk is not None and bench.desk.after == date(2026, 12, 4))
    bench.next.click()
    qtbot.waitUntil(lambda: [row.card_no for row in bench.rows] == ["K9"])
    assert not bench.posted.isVisible() and bench.now.isVisible()
    bench.now.click()
    qtbot.waitUntil(lambda: len(bench.rows) == 5)


def test_a_step_closes_itself_when_everything_came_out(
    desk_shop: Any, make_context: Any, qtbot: Any, tmp_path: Path
) -> None:
    wanted = Wanted(PrintKind.ENVELOPE, letters_on=MONDAY)
    box = dialog.PrintDialog(make_context(desk_shop), None, PrintKind.ENVELOPE, fixed=wanted, step=(2, 3))
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: box.prepared is not None, timeout=10_000)
    assert box.view.pages == 4 and "李芳" in box.wrong.text() and "2" in box.heading.text()
    box.save_to(box.prepared, tmp_path / "e.pdf")
    qtbot.waitUntil(lambda: box.result() == 1, timeout=10_000)
    assert jobs.job_of(desk_shop, box.printed).printed == 4


def test_the_window_for_chosen_customers_names_who_is_left_out(
    desk_shop: Any, make_context: Any, qtbot: Any
) -> None:
    ids = [row[0] for row in database.rows("SELECT id FROM customer ORDER BY card_no DESC")]
    made: list[dialog.PrintDialog] = []
    context = make_context(desk_shop)
    box = dialog.PrintDialog(
        context, None, PrintKind.LABEL, fixed=Wanted(PrintKind.LABEL, customers=tuple(ids))
    )
    made.append(box)
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: box.prepared is not None, timeout=10_000)
    assert [one.card_no for one in box.prepared.recipients] == ["K4", "K3", "K2", "K1"]
    assert "没有地址" in box.wrong.text() and not box.form.field("first").widget.isVisible()


def test_the_record_goes_on_from_a_piece_and_prints_pieces_again(
    desk_shop: Any, make_context: Any, qtbot: Any, monkeypatch: Any
) -> None:
    number = jobs.record(desk_shop, jobs.prepare(desk_shop, Wanted(PrintKind.CARD, letters_on=MONDAY)))
    jobs.printed(desk_shop, number, 2)
    box = history.History(make_context(desk_shop))
    qtbot.addWidget(box)
    box.show()
    qtbot.waitUntil(lambda: len(box.items) == 5)
    asked: list[Wanted] = []
    monkeypatch.setattr(dialog, "open_dialog", lambda *_a, fixed, **_k: asked.append(fixed) or 0)
    box.rest.click()
    assert (asked[0].job_id, asked[0].from_item) == (number, 3) and "3" in box.rest.text()
    qtbot.waitUntil(lambda: len(box.items) == 5)
    box.pieces.select_ids([1, 4])
    box.again.click()
    assert asked[1].only == (1, 4)


@pytest.mark.parametrize(("language", "look"), LOOKS)
def test_the_editors_fit_a_counter_screen(
    language: str, look: str, desk_shop: Any, make_context: Any, qtbot: Any, qapp: Any
) -> None:
    ui_app.speak(language)
    theme.apply(qapp, look, 14)
    context = make_context(desk_shop)
    for box in (text_editor.TextEditor(context), envelope_editor.EnvelopeEditor(context), sheet_editor.SheetEditor(context),
                history.History(context)):  # fmt: skip
        qtbot.addWidget(box)
        box.show()
        assert box.width() <= 1366 and box.height() <= 740 and not box.grab().isNull()
        box.close()


def test_a_card_text_is_written_seen_saved_and_taken_back(
    desk_shop: Any, make_context: Any, qtbot: Any
) -> None:
    box = text_editor.TextEditor(make_context(desk_shop), None, "birthday")
    qtbot.addWidget(box)
    box.show()
    box.form.field("body").show_value("{name}，生日快乐！{age}岁正好。")
    box.draw()
    qtbot.waitUntil(lambda: box.view.pages == 1 and "1 行" in box.room.text(), timeout=10_000)
    box.save.click()
    qtbot.waitUntil(lambda: "本店自己写" in box.source.text())
    assert texts.Book("zh").text("birthday", "A").body.startswith("{name}，生日快乐")
    box.context.undo_last()
    qtbot.waitUntil(lambda: setups.body_of(Setup.CARD_TEXT, "zh/birthday") is None)
    acts = database.rows("SELECT act FROM journal_entry WHERE entity = 'print_setup' ORDER BY id")
    assert [act for (act,) in acts] == ["print.card_text", "print.card_text"]


def test_an_unknown_field_or_a_missing_character_is_said_at_once(
    desk_shop: Any, make_context: Any, qtbot: Any
) -> None:
    box = text_editor.TextEditor(make_context(desk_shop), None, "birthday")
    qtbot.addWidget(box)
    box.show()
    body = box.form.field("body")
    body.show_value("{phone}您好")
    box.draw()
    assert "{phone} 不认识" in body.note.text()
    body.show_value("𬒍𬭭您好")
    box.draw()
    qtbot.waitUntil(lambda: "𬒍𬭭" in box.wrong.text(), timeout=10_000)


def test_an_envelope_is_moved_in_millimetres(desk_shop: Any, make_context: Any, qtbot: Any) -> None:
    box = envelope_editor.EnvelopeEditor(make_context(desk_shop), None, "B6")
    qtbot.addWidget(box)
    box.show()
    box.form.field("name_left").show_value(60)
    box.form.field("code_left").show_value(900)
    assert box.places() is None and "信封外面" in box.form.field("code_left").note.text()
    box.form.field("code_left").show_value(20)
    box.boxes.show_value(False)
    box.save.click()
    qtbot.waitUntil(lambda: envelopes.places("B6").name_left == 60)
    pdf = jobs.prepare(desk_shop, Wanted(PrintKind.ENVELOPE, "B6", letters_on=MONDAY)).pdf
    left, *_rest = measure.boxes(pdf, "王小丽1")[0]
    assert left == pytest.approx(60.3, abs=0.5)
    assert measure.ink(pdf, 20, 9.8, 60, 0.4) == 0, "pre-printed boxes are not drawn again"
    box.shipped.click()
    qtbot.waitUntil(lambda: envelopes.places("B6") == envelopes.shipped("B6"))


def test_a_sheet_of_ones_own_is_kept_and_offered(desk_shop: Any, make_context: Any, qtbot: Any) -> None:
    context = make_context(desk_shop)
    box = sheet_editor.SheetEditor(context)
    qtbot.addWidget(box)
    box.show()
    for name, value in (("title", "四列"), ("columns", 4), ("rows", 10), ("width", 48.5), ("height", 25.4),
                        ("left", 8), ("top", 21.5), ("gap_x", 0)):  # fmt: skip
        box.form.field(name).show_value(value)
    box.form.field("left").show_value(30)
    assert box.values() is None
    box.form.field("left").show_value(8)
    box.save.click()
    qtbot.waitUntil(lambda: box.kept == "四列")
    assert label_sheets.sheet("四列").per_page == 40
    prepared = jobs.prepare(desk_shop, Wanted(PrintKind.LABEL, "四列", letters_on=MONDAY, start=39))
    assert (prepared.pages, prepared.done_after(1)) == (2, 2)
    window = dialog.PrintDialog(context, None, PrintKind.LABEL)
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: "四列" in window.choices.sheets)


def test_a_clerk_may_look_but_not_change(desk_shop: Any, clerk: Any, make_context: Any, qtbot: Any) -> None:
    from services.errors import NotAllowed

    box = text_editor.TextEditor(make_context(clerk))
    qtbot.addWidget(box)
    assert not box.save.isEnabled()
    with pytest.raises(NotAllowed):
        texts.save(clerk, "birthday", "zh", "", None)
    with pytest.raises(NotAllowed):
        label_sheets.save(clerk, "x", None)
    with pytest.raises(NotAllowed):
        envelopes.save(clerk, "DL", None)


@pytest.mark.parametrize(
    ("way", "paper"),
    [
        (Feed(), (220, 110)),
        (Feed(90, "own"), (110, 220)),
        (Feed(90, "middle"), (210, 297)),
        (Feed(180, "own"), (220, 110)),
    ],
)
def test_an_envelope_is_fed_turned_and_measured_back(
    way: Feed, paper: tuple[float, float], desk_shop: Any, qapp: Any, tmp_path: Path
) -> None:
    pdf = jobs.prepare(desk_shop, Wanted(PrintKind.ENVELOPE, "DL", letters_on=MONDAY, to_item=1)).pdf
    out = tmp_path / "out.pdf"
    printer.send(pdf, printer.Choice("test", feed=way, file=str(out)))
    data = out.read_bytes()
    assert measure.page_mm(data) == pytest.approx(paper, abs=0.4)
    lies = feed.laid(Size(220, 110), way)
    # The first box's upper left corner (14, 10) of the face, turned clockwise with it.
    corner = {0: (14, 10), 90: (lies.box.width - 10, 14), 180: (220 - 14, 110 - 10)}[way.turn]
    x, y = lies.box.left + corner[0], lies.box.top + corner[1]
    assert measure.ink(data, x - 0.4, y - 0.4, 0.8, 0.8) > 0.1
    outside = {0: (-2.5, -2.5), 90: (1, -2.5), 180: (1, 1)}[way.turn]
    assert measure.ink(data, x + outside[0], y + outside[1], 1.5, 1.5) == 0


def test_how_an_envelope_is_fed_is_kept_for_each_printer_and_format(qtbot: Any) -> None:
    printers.keep("甲", printers.Offset(0.5, 0), "DL", Feed(90, "middle"))
    assert printers.feed("甲", "DL") == Feed(90, "middle") and printers.feed("甲", "B6") == Feed()
    box = printer.PrinterBox(["甲"], paper="DL")
    qtbot.addWidget(box)
    assert box.form.field("turn").value() == 90
    box.form.field("turn").show_value(0)
    box._take()
    assert box.chosen is None, "220 mm do not go through an A4 feed"
    box.form.field("side").show_value("own")
    box._take()
    assert box.chosen is not None and box.chosen.feed == Feed(0, "own")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("cards", PrintKind.CARD), ("labels", PrintKind.LABEL), ("envelopes", PrintKind.ENVELOPE)],
)
def test_other_pages_open_the_window_for_their_customers(
    name: str, kind: PrintKind, desk_shop: Any, make_context: Any, qtbot: Any, monkeypatch: Any
) -> None:
    ids = [row[0] for row in database.rows("SELECT id FROM customer ORDER BY id")][:2]
    seen: list[Wanted | None] = []

    def shown(box: dialog.PrintDialog) -> int:
        qtbot.addWidget(box)
        seen.append(box.choices.wanted())
        return 0

    monkeypatch.setattr(dialog.PrintDialog, "exec", shown)
    assert dialog.open_for(make_context(desk_shop), name, ids) == 0
    assert seen[0] is not None and (seen[0].kind, seen[0].customers) == (kind, tuple(ids))
