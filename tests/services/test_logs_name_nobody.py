"""Whatever goes wrong, no file of this PC but the books names a customer (spec 09, 30)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from models import database
from services import customers, log
from services.customers import NewCustomer
from tests.conftest import CLERK_PIN
from ui.cli import frame

NAME, PHONE, ADDRESS = "欧阳璟瑄", "13907219843", "凤台巷七号三单元"
SECRET = f"{NAME} {PHONE} {ADDRESS}"


@pytest.fixture
def planted(clerk: Any, books: str, monkeypatch: pytest.MonkeyPatch) -> str:
    new = NewCustomer(NAME, PHONE, card_no="V100", more={"address": ADDRESS, "note": SECRET})
    customers.register(clerk, new)
    database.close()
    monkeypatch.setenv("SHUKE_PIN", CLERK_PIN)
    return books


def _bug(*_words: Any, **_more: Any) -> None:
    try:
        raise KeyError(SECRET)
    except KeyError as why:
        raise RuntimeError(f"cannot do {SECRET}") from why


BREAKS = {
    "show": ("services.customer_page.customer_page", ("show", "V100")),
    "find": ("services.find.find", ("find", NAME)),
    "visit": ("services.visits.visit", ("visit", "V100")),
    "note": ("services.customer_notes.add_note", ("customer", "note", "V100", SECRET)),
    "schedule": ("services.schedule.generate", ("schedule",)),
}


@pytest.mark.parametrize("what", sorted(BREAKS))
def test_a_bug_leaves_no_name_in_any_file_nor_on_the_screen(
    planted: str, what: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target, command = BREAKS[what]
    module, name = target.rsplit(".", 1)
    __import__(module)
    monkeypatch.setattr(sys.modules[module], name, _bug, raising=False)
    monkeypatch.setattr(frame, "run", lambda options, args: _bug())
    assert frame.main(["--db", planted, "--user", "小王", *command]) == 1
    said = capsys.readouterr()
    home = Path(os.environ["SHUKE_HOME"])
    files = [path for path in home.rglob("*") if path.is_file()]
    assert log.file() in files, "the bug was written down"
    texts = [said.out, said.err, *(path.read_text("utf-8", "replace") for path in files)]
    for word in (NAME, PHONE, ADDRESS, CLERK_PIN):
        assert not [text for text in texts if word in text]
    assert "RuntimeError" in log.file().read_text("utf-8") and "Traceback" not in said.err


def test_the_report_of_the_window_has_places_and_no_values() -> None:
    try:
        _bug()
    except RuntimeError as error:
        report = log.report(error)
    assert "RuntimeError" in report and "test_logs_name_nobody.py" in report
    assert not [word for word in (NAME, PHONE, ADDRESS) if word in report]


def test_what_a_program_of_its_own_writes_to_its_ends_names_nobody(planted: str, tmp_path: Path) -> None:
    """A disk that is full, a file that is none: real faults in a real process."""
    import subprocess

    root = Path(__file__).resolve().parents[2]
    bad = tmp_path / f"{NAME}.xlsx"
    bad.write_bytes(SECRET.encode())
    for words in (("import", "customers", str(tmp_path / "none.xlsx")), ("show", "V100", "--oops")):
        done = subprocess.run(
            [sys.executable, str(root / "main.py"), "--db", planted, "--user", "小王", *words],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=120,
        )
        assert done.returncode in (1, 2) and "Traceback" not in done.stderr
        for word in (NAME, PHONE, ADDRESS, CLERK_PIN):
            assert word not in done.stderr + done.stdout
    for path in Path(os.environ["SHUKE_HOME"]).rglob("*"):
        if path.is_file():
            text = path.read_text("utf-8", "replace")
            assert not [word for word in (NAME, PHONE, ADDRESS, CLERK_PIN) if word in text]
