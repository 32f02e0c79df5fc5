"""What people read: every command explains itself, and speaks the one language that was chosen."""

from __future__ import annotations

import contextlib
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.policy import shipped
from tests.acceptance.till import HAN, MANAGER, OWNER, TODAY, Till, rows

COMMANDS = (
    *(
        "init",
        "demo",
        "user",
        "customer",
        "import",
        "export",
        "find",
        "show",
        "visit",
        "buy",
        "grade",
        "gifts",
    ),
    *("cards", "labels", "envelopes", "schedule", "contact", "policy", "daily", "batch", "backup", "restore"),
    *("check", "audit"),
)


def all_parsers(parser: Any) -> list[Any]:
    import argparse

    found = [parser]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                found += all_parsers(child)
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_command_and_sub_command_explains_itself(lang: str) -> None:
    from services.words import use_language
    from ui.cli import frame

    use_language(lang)
    parsers = all_parsers(frame.commands_parser())
    assert {one.prog.split()[1] for one in parsers[1:]} >= set(COMMANDS)
    for parser in parsers:
        text = parser.format_help()
        assert parser.description, f"{parser.prog} says nothing about itself"
        if lang == "en":
            assert not HAN.search(text), (parser.prog, text)
        else:
            assert HAN.search(text) and "usage" not in text and "show this help" not in text, text


def test_help_is_no_refusal(tmp_path: Path) -> None:
    till = Till("", tmp_path, {})
    for words in (("--help",), ("gifts", "--help"), ("gifts", "stock", "add", "--help")):
        said = till.run("", *words, as_json=False)
        assert said.status == 0 and said.err == "" and "--" in said.out


@pytest.fixture(scope="module")
def names(_demo: Till) -> set[str]:
    """Everything in the books that is not the program's to translate."""
    found: set[str] = set()
    for sql in (
        "SELECT name, colours, styles, looks, address, size, old_grade, hobbies, note, first_source, special_reason,"
        " hand_reason FROM customer",
        "SELECT name, supplier, suits FROM gift",
        "SELECT name, '' FROM gift_class",
        "SELECT name, role FROM staff_user",
        "SELECT name, '' FROM staff_group",
        "SELECT name, address FROM shop_info",
        "SELECT text, '' FROM note",
        "SELECT label, '' FROM remembered_day",
        "SELECT reason, status_reason FROM plan_line",
        "SELECT note, state_reason FROM contact",
    ):
        with contextlib.suppress(Exception):
            for row in rows(_demo.books, sql):
                found |= {str(value) for value in row if value}
    # Words of the shop's own in the care policy: they are what the shop says, in its language.
    for value in shipped().values():
        found |= {str(one) for one in (value if isinstance(value, list) else [value])}
    words = set()
    for text in found:
        words |= {text, *text.replace("，", "、").replace(" ", "、").split("、")}
    return {one for one in words if HAN.search(one)}


def left_over(text: str, names: set[str]) -> list[str]:
    """Lines that hold Chinese which is not a name or another datum."""
    known = sorted(names, key=len, reverse=True)
    wrong = []
    for line in text.splitlines():
        bare = line
        for name in known:
            if name in bare:
                bare = bare.replace(name, "")
        if HAN.search(bare):
            wrong.append(line)
    return wrong


def readings(till: Till) -> list[tuple[str, ...]]:
    cards = [
        card
        for state, grade in (("active", "A"), ("active", "B"), ("active", "C"), ("lost", "C"))
        for (card,) in rows(
            till.books,
            "SELECT card_no FROM customer WHERE state = ? AND grade = ? ORDER BY id LIMIT 2",
            state,
            grade,
        )
    ]
    return [
        *(("show", card) for card in cards),
        ("find", "李", "--limit", "5"),
        ("find", "zzzz"),
        ("grade",),
        ("gifts", "list", "--month", "2026-10"),
        ("gifts", "year", "2027"),
        ("gifts", "stock", "list"),
        ("gifts", "uncollected"),
        ("policy", "show"),
        ("policy", "history"),
        ("user", "list"),
        ("check",),
        ("audit", "--limit", "30"),
    ]


def spoken(till: Till, commands: list[tuple[str, ...]], lang: str) -> str:
    """What the commands print for people; in this process, since starting a new one for each takes long."""
    from services.words import use_language
    from ui.cli import frame

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        options = frame.Options(db=till.books, user=OWNER, today=date.fromisoformat(TODAY))
        use_language(lang)
        shop = frame.opened(options)
        for words in commands:
            args = frame.parse(list(words))
            answer = args.run(shop, args)
            print("###", *words[:1] if words[0] == "find" else words)
            frame.show(answer, False)
    from models import database

    database.close()
    return out.getvalue()


def test_english_output_holds_no_chinese_but_names(reading: Till, names: set[str], monkeypatch: Any) -> None:
    monkeypatch.setenv("SHUKE_HOME", str(reading.home))
    monkeypatch.setenv("SHUKE_PIN", reading.pins[OWNER])
    said = spoken(reading, readings(reading), "en")
    assert left_over(said, names) == []


def test_english_output_of_writing_commands_holds_no_chinese_but_names(
    demo: Till, names: set[str], monkeypatch: Any, tmp_path: Path
) -> None:
    monkeypatch.setenv("SHUKE_HOME", str(demo.home))
    monkeypatch.setenv("SHUKE_PIN", demo.pins[OWNER])
    commands: list[tuple[str, ...]] = [
        ("visit", "K00001"),
        ("visit", "K00001"),
        ("buy", "K00001", "--item", "Q1", "--price", "100"),
        ("grade", "--apply"),
        ("gifts", "propose", "--month", "2026-12"),
        ("gifts", "propose", "--month", "2027-02"),
        ("gifts", "stock", "receive", "保温杯", "--qty", "2"),
        ("gifts", "stock", "count", "保温杯", "--qty", "50"),
        ("gifts", "sheet", "--month", "2027-02", "--out", str(tmp_path / "s.xlsx")),
        ("schedule", "--from", "2026-11-22", "--to", "2026-11-29", "--ics", str(tmp_path / "s.ics")),
        ("cards", "--from", "2026-12-01", "--to", "2026-12-31", "--out", str(tmp_path / "c.pdf")),
        ("labels", "--from", "2026-12-01", "--to", "2026-12-31", "--out", str(tmp_path / "l.pdf")),
        ("export", "customers", "--out", str(tmp_path / "x.xlsx")),
        ("backup", "--to", str(tmp_path / "b")),
        ("daily",),
    ]
    said = spoken(demo, commands, "en")
    assert left_over(said, names) == []


def test_chinese_output_is_chinese(reading: Till, monkeypatch: Any) -> None:
    monkeypatch.setenv("SHUKE_HOME", str(reading.home))
    monkeypatch.setenv("SHUKE_PIN", reading.pins[OWNER])
    said = spoken(reading, readings(reading), "zh")
    for part in said.split("### ")[1:]:
        assert HAN.search(part) or part.startswith(("policy show", "audit")), part


def test_the_same_words_come_from_the_program_itself(reading: Till) -> None:
    for lang in ("zh", "en"):
        said = reading.run(MANAGER, "grade", as_json=False, lang=lang)
        assert said.status == 0 and said.err == "" and bool(HAN.search(said.out)) is (lang == "zh")
