"""No clerk sees a whole telephone number that they did not open: every command of the command line, walked by itself."""

from __future__ import annotations

import argparse
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models import database
from services import demo, pins
from services.contact_notes import reveal_phone
from services.errors import NotAllowed
from ui.cli import frame

CLERK, PIN = "店员", "481926"
SKIPPED = {"init", "demo", "batch", "restore", "move"}
"""They make other books, read commands from elsewhere, put another file in the place of this one, or move it."""
SHOWS = {
    "find",
    "show",
    "schedule",
    "gifts list",
    "gifts slip",
    "labels",
    "cards",
    "envelopes",
    "contact note",
}
"""Of these at least a clerk gets an answer; else the walk proves nothing."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("masks") / "shop.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHUKE_HOME", str(path.parent / "home"))
        demo.create(str(path), customers=60, years=1, seed=4)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
    return path


@pytest.fixture
def place(filled: Path, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "shop.db"
    shutil.copyfile(filled, path)
    yield path
    database.close()


def leaves(
    parser: argparse.ArgumentParser, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that can be called, with its parser."""
    subs = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    if not subs:
        yield path, parser
    for name, sub in (pair for one in subs for pair in one.choices.items()):
        yield from leaves(sub, (*path, name))


def calls(path: tuple[str, ...], parser: Any, known: dict[str, str], out: Path) -> Iterator[list[str]]:
    """One call a choice of the command, with something that exists in each place."""
    fixed: list[str] = []
    choices: list[list[str]] = [[]]
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        name = (str(action.metavar or action.dest)).split("|")[0].upper()
        if not action.option_strings:
            words = list(action.choices) if action.choices else [known.get(name, known["ID"])]
            choices = [[*before, word] for before in choices for word in words]
        elif action.dest in ("out", "ics", "save", "file", "to") and "DATE" not in name:
            ending = ".pdf" if path[0] in ("cards", "labels", "envelopes") else ".xlsx"
            fixed += [
                action.option_strings[0],
                str(out / f"{'-'.join(path)}{'.ics' if action.dest == 'ics' else ending}"),
            ]
        elif action.required or name in ("DATE", "YYYY-MM"):
            value = next(iter(action.choices)) if action.choices else known.get(name, "1")
            if name == "DATE":
                value = "2026-11-25" if "to" in action.dest or action.dest == "last" else "2026-11-15"
            fixed += [action.option_strings[0], str(value)]
    for chosen in choices:
        yield [*path, *chosen, *fixed]


def text_of(path: Path) -> str:
    """What a file says: pages of a PDF, cells of a workbook, plain text."""
    if path.read_bytes().startswith(b"%PDF"):
        import pypdfium2

        with pypdfium2.PdfDocument(str(path)) as pages:
            return "\n".join(page.get_textpage().get_text_range() for page in pages)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return path.read_bytes().decode("utf-8", "replace")


def whole_numbers(text: str, numbers: set[str]) -> set[str]:
    """Which of the shop's customers' numbers stand in it, however they are parted."""
    plain = re.sub(r"(?<=\d)[ \-\u00a0](?=\d)", "", text)
    return {one for one in numbers if one in text or one in plain}


def test_no_command_shows_a_clerk_a_whole_number(
    place: Path, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    database.use(str(place))
    numbers = {row[0] for row in database.rows("SELECT number FROM phone")}
    assert len(numbers) > 50
    somebody = database.row(
        "SELECT c.card_no, p.number, c.name FROM customer c JOIN phone p ON p.customer_id = c.id ORDER BY c.id LIMIT 1"
    )
    assert somebody is not None
    card, number, name = somebody
    contact = database.value_of("SELECT id FROM contact WHERE state = 'planned' ORDER BY id LIMIT 1") or 1
    known = {
        "CARD_NO": card,
        "TEXT": name,
        "ID": str(contact),
        "LINE": str(database.value_of("SELECT MAX(id) FROM plan_line") or 1),
        "DATE": "2026-11-01",
        "YYYY-MM-DD": "2026-11-22",
        "YYYY-MM": "2026-11",
        "NAME": name,
        "NUMBER": "13912345678",
        "FILE": str(tmp_path / "none.xlsx"),
        "KEY": "safety.pin_tries",
    }
    database.close()
    monkeypatch.setenv("SHUKE_PIN", PIN)
    monkeypatch.setattr(pins, "matches", lambda _pin, _stored: True)  # proven elsewhere, and slow on purpose
    out = tmp_path / "out"
    out.mkdir()
    walked: dict[str, int] = {}
    wrong: list[str] = []
    argv: list[list[str]] = []
    for path, parser in leaves(frame.commands_parser()):
        if path[0] not in SKIPPED:
            argv += calls(path, parser, known, out)
    argv += [["find", part] for part in (number, number[-4:], number[-3:], name[:1], card, "1")]
    argv += [["schedule", "--from", "2026-10-01", "--to", "2026-12-31"]]
    for call in argv:
        status = 0
        for as_json in (("--json",), ()):
            if status:
                continue  # refused as JSON: refused in words, too
            status = frame.main(["--db", str(place), "--user", CLERK, *as_json, *call])
            said = capsys.readouterr()
            mine = {number} if call[0] == "find" and number in call else set()
            found = whole_numbers(said.out + said.err, numbers) - mine
            label = " ".join(
                word for word in call[:2] if not word.startswith("-") and word not in known.values()
            )
            walked[label] = min(status, walked.get(label, 9))
            wrong += [f"{' '.join(call)}: {len(found)}"] if found else []
    for file in out.rglob("*"):
        if file.is_file() and (found := whole_numbers(text_of(file), numbers)):
            wrong.append(f"{file.name}: {len(found)}")
    print("walked as a clerk:", ", ".join(f"{label}={status}" for label, status in sorted(walked.items())))
    print("files:", sorted(one.name for one in out.rglob("*")))
    assert not wrong, wrong
    answered = {label for label, status in walked.items() if status == 0}
    assert answered >= SHOWS, SHOWS - answered


def test_opened_numbers_are_counted_and_the_owner_sees_who_wanted_more(place: Path) -> None:
    from dataclasses import replace

    from services import journal
    from services.shop import open_shop
    from services.staff import sign_in

    shop = sign_in(open_shop(str(place)), CLERK, PIN)
    shop = replace(
        shop, policy=replace(shop.policy, safety=replace(shop.policy.safety, clerk_reveals_a_day=2))
    )
    people = [row[0] for row in database.rows("SELECT DISTINCT customer_id FROM phone ORDER BY 1 LIMIT 3")]
    for one in (people[0], people[1], people[0]):
        assert reveal_phone(shop, one)
    with pytest.raises(NotAllowed, match="到了上限"):
        reveal_phone(shop, people[2])
    assert len(journal.entries(act="phone.revealed")) == 3
    refused = journal.entries(act="refused")[0]
    assert (refused.user, refused.entity) == (CLERK, "reveal_over_quota")
