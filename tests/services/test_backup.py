"""Backups prove themselves; a restore loses nothing of the present."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from models import database
from services import backup, journal
from services.checking import check
from services.errors import NotAllowed, Unavailable
from services.shop import open_shop


def test_a_snapshot_holds_what_was_committed(owner) -> None:
    journal.note(owner, "something", "shop")
    made = backup.snapshot(owner, "manual")
    assert made.file.exists()
    assert made.head.startswith(f"{journal.head()[0]}:")
    backup.prove(made)
    assert [b.file for b in backup.listed()] == [made.file]


def test_a_damaged_backup_is_not_accepted(owner) -> None:
    made = backup.snapshot(owner, "manual")
    raw = bytearray(made.file.read_bytes())
    raw[len(raw) // 2] ^= 1
    made.file.write_bytes(raw)
    with pytest.raises(Unavailable, match="损坏"):
        backup.restore(owner, made.file)
    assert database.value_of("SELECT COUNT(*) FROM staff_user") == 3


def test_restore_brings_the_old_state_and_keeps_the_present(owner, books: str) -> None:
    made = backup.snapshot(owner, "manual")
    database.execute("UPDATE shop_info SET name = '新店名'")
    safety = backup.restore(owner, made.file)
    again = open_shop(books, owner.clock)
    assert again.info.name == "和平路店"
    assert database.value_of("SELECT epoch FROM shop_info") == 2
    assert database.value_of("SELECT act FROM journal_entry ORDER BY id DESC LIMIT 1") == "restored"
    assert check(again).ok
    backup.restore(owner, safety.file)
    assert open_shop(books, owner.clock).info.name == "新店名"


def test_only_the_owner_restores(manager, owner) -> None:
    made = backup.snapshot(owner, "manual")
    with pytest.raises(NotAllowed):
        backup.restore(manager, made.file)


@pytest.mark.parametrize("content", [b"", b"x", b"not a database at all" * 100])
def test_a_foreign_file_is_refused(owner, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "foreign.db"
    file.write_bytes(content)
    with pytest.raises(Unavailable):
        backup.restore(owner, file)


def test_one_backup_a_day(owner) -> None:
    assert backup.daily(owner) is not None
    assert backup.daily(owner) is None


def _at(day: date) -> backup.Backup:
    return backup.Backup(Path(f"{day}.db"), f"{day}T01:00:00", day, "daily", "", 1, "", {}, "")


def test_thinning_keeps_days_weeks_and_months_and_removes_two_at_most() -> None:
    today = date(2026, 11, 22)
    backups = [_at(today - timedelta(days=n)) for n in range(400)]
    left = list(backups)
    while gone := backup.to_remove(left, today, 14, 8, 12):
        assert len(gone) <= 2
        left = [b for b in left if b not in gone]
    days = {b.day for b in left}
    assert {today - timedelta(days=n) for n in range(14)} <= days
    assert len({d.strftime("%Y-%m") for d in days}) == 12
    assert len(left) < 14 + 8 + 12


def test_nothing_is_removed_while_the_clock_is_suspect() -> None:
    backups = [_at(date(2026, 11, 22) - timedelta(days=n)) for n in range(60)]
    assert backup.to_remove(backups, date(1980, 1, 1), 14, 8, 12) == []


def test_check_finds_every_kind_of_tampering(owner) -> None:
    for n in range(5):
        journal.note(owner, f"act{n}", "shop", body={"n": n})
    assert check(owner).ok
    number, link = journal.head()
    assert check(owner, anchor=f"{number}:{link[:16]}").ok
    database.execute("DROP TRIGGER journal_entry_no_update")
    database.execute("DROP TRIGGER journal_entry_no_delete")
    database.execute("UPDATE journal_entry SET user_name = 'x' WHERE id = 4")
    assert any("第 4 条" in text for text in check(owner).problems)
    database.execute("UPDATE journal_body SET body = '{}' WHERE entry_id = 6")
    assert any("第 6 条" in text for text in check(owner).problems)
    database.execute("DELETE FROM journal_body WHERE entry_id >= 7")
    database.execute("DELETE FROM journal_entry WHERE id >= 7")
    assert any("印记" in text for text in check(owner, anchor=f"{number}:{link}").problems)


def test_damaged_books_are_put_back_from_the_command_line(owner, books: str, capsys) -> None:
    from ui.cli.frame import main

    made = backup.snapshot(owner, "manual")
    database.close()
    file = Path(books)
    for ending in ("-wal", "-shm"):
        Path(books + ending).unlink(missing_ok=True)
    file.write_bytes(b"garbage" * 4096)
    assert main(["--db", books, "--lang", "zh", "restore", str(made.file)]) == 0
    assert "损坏的账册存为" in capsys.readouterr().out
    assert open_shop(books, owner.clock).info.name == "和平路店"
    assert len(list(file.parent.glob("*.damaged-*.db"))) == 1
