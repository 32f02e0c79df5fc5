"""Cards and labels: the right people for a span, also with lunar birthdays, each once, and no silent gaps."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.acceptance.almanac import days, festivals, is_birthday
from tests.acceptance.test_gift_month import CARED, pdf_text
from tests.acceptance.till import CLERK, MANAGER, OWNER, Till, rows

REMEMBERED = (
    "SELECT c.card_no, d.calendar, d.month, d.day, d.leap FROM remembered_day d"
    " JOIN customer c ON c.id = d.customer_id"
)


def people(till: Till, first: date, last: date, only: str = "") -> list[tuple[str, str]]:
    """(card, occasion) of everyone to whom a card goes."""
    no_post = {
        card
        for (card,) in rows(
            till.books,
            "SELECT c.card_no FROM opt_out o JOIN customer c ON c.id = o.customer_id WHERE o.channel = 'post'",
        )
    }
    found = []
    for card, _grade, _special, calendar, month, number, leap in rows(till.books, CARED):
        if card in no_post:
            continue
        found += [
            (card, "birthday")
            for day in days(first, last)
            if is_birthday(day, calendar, month, number, bool(leap))
        ]
        found += [(card, festival) for _day, festival in festivals(first, last)]
    cared = {row[0] for row in rows(till.books, CARED)} - no_post
    for card, calendar, month, number, leap in rows(till.books, REMEMBERED):
        found += [
            (card, "remembered")
            for day in days(first, last)
            if card in cared and is_birthday(day, calendar, month, number, bool(leap))
        ]
    return [one for one in found if not only or one[1] == only]


@pytest.mark.parametrize(
    ("first", "last", "only"),
    [
        (date(2026, 12, 1), date(2026, 12, 31), ""),
        (date(2026, 12, 20), date(2027, 1, 20), "birthday"),
        (date(2027, 2, 1), date(2027, 2, 28), "spring_festival"),
        (date(2027, 2, 1), date(2027, 2, 28), ""),
        (date(2026, 11, 22), date(2027, 11, 21), "birthday"),
    ],
)
def test_each_person_of_the_span_gets_a_card_and_a_label(
    reading: Till, tmp_path: Path, first: date, last: date, only: str
) -> None:
    want = people(reading, first, last, only)
    assert want
    span = ["--from", first, "--to", last, *(["--occasion", only] if only else [])]
    with reading.batch(MANAGER) as counter:
        cards = counter.ask("cards", *span, "--layout", "4up", "--out", tmp_path / "cards.pdf")
        labels = counter.ask("labels", *span, "--out", tmp_path / "labels.pdf")
        singles = counter.ask("cards", *span, "--out", tmp_path / "a6.pdf")
    assert cards["count"] == len(want), cards
    assert (singles["count"], singles["pages"]) == (len(want), len(want))
    assert cards["pages"] == -(-len(want) // 4)
    if labels["count"]:
        assert labels["pages"] == -(-labels["count"] // 24)
    without = {one["card_no"] for one in labels["missing_addresses"]}
    bare = {card for (card,) in rows(reading.books, "SELECT card_no FROM customer WHERE address = ''")}
    assert without == bare & {card for card, _occasion in want}
    names = dict(rows(reading.books, "SELECT card_no, name FROM customer"))
    text = pdf_text(tmp_path / "a6.pdf").replace("\n", "")
    for card, _occasion in want[:40]:
        assert names[card] in text


def test_a_character_the_font_lacks_is_named_with_its_customer(demo: Till, tmp_path: Path) -> None:
    with demo.batch(OWNER) as counter:
        counter.ask("customer", "add", "王\U0002a6a5😀", "--card", "X1")
        counter.ask("customer", "special", "X1", "--reason", "老友")
        made = counter.ask("cards", "--from", "2027-05-01", "--to", "2027-05-01", "--out", tmp_path / "c.pdf")
    missing = {one["card_no"]: one for one in made["missing_glyphs"]}
    assert "😀" in missing["X1"]["characters"] and missing["X1"]["name"].startswith("王")
    assert (tmp_path / "c.pdf").read_bytes().startswith(b"%PDF-")


def test_labels_can_begin_on_a_half_used_sheet(reading: Till, tmp_path: Path) -> None:
    span = ("--from", "2027-02-01", "--to", "2027-02-28")
    full = reading.ok(MANAGER, "labels", *span, "--layout", "3x7", "--out", tmp_path / "a.pdf")
    later = reading.ok(
        MANAGER, "labels", *span, "--layout", "3x7", "--start", 20, "--out", tmp_path / "b.pdf"
    )
    assert full["count"] == later["count"] > 21
    assert later["pages"] == -(-(later["count"] + 19) // 21)


def test_a_clerk_prints_no_more_labels_than_a_day_needs(reading: Till, tmp_path: Path) -> None:
    span = ("--from", "2027-02-01", "--to", "2027-02-28")
    assert reading.no(CLERK, "labels", *span, "--out", tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()


def test_nobody_in_the_span_writes_no_file(trial: Till, tmp_path: Path) -> None:
    out = tmp_path / "none.pdf"
    made = trial.ok(MANAGER, "cards", "--from", "2026-12-01", "--to", "2026-12-31", "--out", out)
    assert (made["count"], made["pages"]) == (0, 0) and not out.exists()
