"""`cards`, `labels` and `envelopes` on the command line: the contract of spec 07."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CLERK_PIN
from tests.printing import measure
from tests.printing.test_jobs import a_customer
from ui.cli.frame import main

SPAN = ("--from", "2026-12-01", "--to", "2026-12-31")


@pytest.fixture
def run(books: str, clerk: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs one command as the clerk: (exit status, JSON or text, stderr)."""
    from models import database

    monkeypatch.setenv("SHUKE_PIN", CLERK_PIN)
    database.execute("UPDATE shop_info SET trial = 1")

    def call(*args: object, as_json: bool = True) -> tuple[int, Any, str]:
        common = ["--db", books, "--today", "2026-11-22", "--user", "小王", "--lang", "zh"]
        status = main([*common, *(["--json"] if as_json else []), *map(str, args)])
        out, err = capsys.readouterr()
        return status, json.loads(out) if as_json else out, err

    return call


def test_cards_print_the_contract(run: Any, tmp_path: Path) -> None:
    a_customer("K001", "王𬒍")
    a_customer("K002", "李芳", grade="B", address="")
    status, found, _err = run("cards", *SPAN, "--layout", "4up", "--out", tmp_path / "c.pdf")
    assert status == 0
    assert (found["count"], found["pages"]) == (2, 1)
    assert found["missing_glyphs"] == [{"card_no": "K001", "name": "王𬒍", "characters": "𬒍"}]
    assert found["missing_addresses"] == [{"card_no": "K002", "name": "李芳"}]
    assert measure.pages((tmp_path / "c.pdf").read_bytes()) == 1


def test_labels_and_envelopes_go_to_those_with_an_address(run: Any, tmp_path: Path) -> None:
    a_customer("K001", "李芳")
    a_customer("K002", "单芳", address="")
    for command, layout in (("labels", "2x7"), ("envelopes", "B6")):
        status, found, _err = run(command, *SPAN, "--layout", layout, "--out", tmp_path / f"{command}.pdf")
        assert status == 0 and (found["count"], found["pages"]) == (1, 1)


def test_people_read_who_is_concerned(run: Any, tmp_path: Path) -> None:
    a_customer("K001", "王𬒍")
    _status, text, _err = run("cards", *SPAN, "--out", tmp_path / "c.pdf", as_json=False)
    assert "1 份，1 页" in text and "K001  王𬒍  𬒍" in text


def test_nobody_due_is_no_failure(run: Any, tmp_path: Path) -> None:
    status, found, _err = run("cards", *SPAN, "--out", tmp_path / "c.pdf")
    assert status == 0 and found["count"] == 0 and not (tmp_path / "c.pdf").exists()


def test_a_job_is_resumed_from_the_piece_that_is_named(run: Any, tmp_path: Path) -> None:
    for number in range(5):
        a_customer(f"K{number}", f"王小丽{number}")
    _status, found, _err = run("labels", *SPAN, "--out", tmp_path / "l.pdf")
    status, rest, _err = run("labels", "--job", found["job"], "--from-item", 4, "--out", tmp_path / "r.pdf")
    assert status == 0 and rest["count"] == 2 and rest["job"] == found["job"]
    words = measure.text((tmp_path / "r.pdf").read_bytes())
    assert "王小丽3" in words and "王小丽2" not in words and words.count("副本") == 2


def test_labels_for_gifts_name_no_address(run: Any, tmp_path: Path) -> None:
    a_customer("K001", "李芳", address="")
    status, found, _err = run("labels", "--gifts", *SPAN, "--out", tmp_path / "g.pdf")
    assert status == 0 and found["count"] == 0 and not found["missing_addresses"]


@pytest.mark.parametrize(
    "args",
    [
        ("cards", *SPAN, "--layout", "A3", "--out", "x.pdf"),
        ("cards", *SPAN, "--occasion", "xmas", "--out", "x.pdf"),
        ("cards", "--from", "2026-12-31", "--to", "2026-12-01", "--out", "x.pdf"),
        ("cards", "--from", "2026-12-31", "--out", "x.pdf"),
        ("cards", *SPAN, "--out", "x.xlsx"),
        ("labels", *SPAN, "--start", "0", "--out", "x.pdf"),
        ("labels", *SPAN, "--layout", "9x9", "--out", "x.pdf"),
        ("labels", "--job", "99", "--out", "x.pdf"),
        ("envelopes", *SPAN, "--layout", "A4", "--out", "x.pdf"),
        ("cards", *SPAN, "--out", "/proc/nowhere/x.pdf"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(args: tuple[str, ...], run: Any, tmp_path: Path) -> None:
    a_customer("K001", "李芳")
    status, found, err = run(*args)
    assert status == 1 and found["exit"] == 1 and found["error"]
    assert "Traceback" not in err and len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "args", [("cards", *SPAN), ("cards", "--from", "12/1", "--to", "2", "--out", "x.pdf")]
)
def test_wrong_usage_exits_with_two(args: tuple[str, ...], run: Any) -> None:
    assert run(*args)[0] == 2
