"""The first thing a newcomer without a screen sees: the whole main job on the demo shop, by the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ui.cli import showcase


def test_the_showcase_writes_sheet_cards_labels_and_schedule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert showcase.main(["--out", str(tmp_path), "--customers", "60", "--today", "2026-11-22"]) == 0
    said = capsys.readouterr().out
    for name in (
        "gifts-2026-12.xlsx",
        "gifts-2026-12.pdf",
        "cards-2026-12.pdf",
        "labels-2026-12.pdf",
        "schedule.ics",
    ):
        assert (tmp_path / name).stat().st_size > 500, name
        assert str(tmp_path / name) in said, "it must say where the file is"
    assert (tmp_path / "cards-2026-12.pdf").read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "schedule.ics").read_text("utf-8").startswith("BEGIN:VCALENDAR")


def test_a_demo_shop_elsewhere_is_never_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "demo.db").write_text("somebody's")
    assert showcase.main(["--out", str(tmp_path)]) == 1
    assert (tmp_path / "demo.db").read_text() == "somebody's"
    assert "demo.db" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2026-11-22", "2026-12-01", "2026-12-31"),
        ("2026-12-31", "2027-01-01", "2027-01-31"),
        ("2028-01-31", "2028-02-01", "2028-02-29"),
    ],
)
def test_next_month_has_its_own_length(day: str, first: str, last: str) -> None:
    assert showcase.next_month(date.fromisoformat(day)) == (
        date.fromisoformat(first),
        date.fromisoformat(last),
    )
