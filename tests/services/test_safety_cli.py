"""Encrypted books on the command line: every verb works with the key, nothing without it, and it is never shown."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models import cipher, database
from services import keys, recovery_key
from tests.conftest import CLERK_PIN, MANAGER_PIN, OWNER_PIN

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "旗袍 纽扣 春分 2680"
KEY = bytes(range(32))
RECOVERY = recovery_key.written(KEY)


class Line:
    """One command line a call, in a process of its own."""

    def __init__(self, books: str) -> None:
        self.books = books

    def __call__(self, *words: str, user: str = "店主", status: int = 0, **environment: str) -> Any:
        pins = {"店主": OWNER_PIN, "店长": MANAGER_PIN, "小王": CLERK_PIN}
        done = subprocess.run(
            [sys.executable, str(ROOT / "main.py"), "--db", self.books, "--json", "--user", user, *words],
            env={**os.environ, "SHUKE_PIN": pins[user], **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == status, (words, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        for secret in (KEY.hex(), PASSPHRASE, RECOVERY.split()[3]):
            assert secret not in done.stdout + done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def line(shop: Any, books: str) -> Line:
    database.close()
    return Line(books)


@pytest.fixture
def locked(line: Line) -> Line:
    line("customer", "add", "欧阳雪雁秋", "--phone", "13987654321")
    line("key", "on", SHUKE_RECOVERY=RECOVERY, SHUKE_NEW_PASSPHRASE=PASSPHRASE)
    return line


def test_the_sheet_is_written_before_anything_is_encrypted(line: Line, tmp_path: Path) -> None:
    import pypdfium2

    sheet = tmp_path / "恢复单.pdf"
    told = line("key", "sheet", "--to", str(sheet))
    page = pypdfium2.PdfDocument(sheet)[0].get_textpage().get_text_range()
    groups = re.findall(r"\b[0-9A-Z]{5}\b", page)
    key = recovery_key.read(" ".join(groups[-13:]))
    assert cipher.id_of(key)[:8] == told["key"]
    assert line("key", "status")["encrypted"] is False
    wrong = groups[-13:]
    wrong[2] = wrong[2][:4] + ("A" if wrong[2][4] != "A" else "B")
    assert "第 3 组" in line("key", "on", status=1, SHUKE_RECOVERY=" ".join(wrong))["error"]
    assert line("key", "status")["encrypted"] is False


def test_every_verb_works_with_the_key_and_none_without(locked: Line, tmp_path: Path) -> None:
    assert locked("key", "status") == {
        "encrypted": True,
        "key": cipher.id_of(KEY)[:8],
        "passphrase": True,
        "remembered": False,
    }
    for command in (["check"], ["backup"], ["find", "欧阳"], ["daily"], ["audit"]):
        assert "SHUKE_KEY" in locked(*command, status=1)["error"]
    assert "口令不对" in locked("check", status=1, SHUKE_KEY="not the right words")["error"]
    with_key = {"SHUKE_KEY": RECOVERY}
    assert locked("check", SHUKE_KEY=PASSPHRASE)["ok"]
    assert locked("find", "欧阳", **with_key)["results"]
    made = locked("backup", **with_key)
    assert cipher.needed(made["file"]) == cipher.id_of(KEY)

    locked("customer", "add", "李四", **with_key)
    sheet = tmp_path / "old.csv"
    sheet.write_text("姓名,电话\n孙小美,13700001111\n", "utf-8-sig")
    locked("import", "customers", str(sheet), **with_key)
    assert locked("find", "孙小美", **with_key)["results"]
    assert "SHUKE_" in locked("restore", made["file"], status=1)["error"]
    restored = locked("restore", made["file"], **with_key)
    assert restored["ok"]
    assert locked("find", "孙小美", **with_key)["results"] == []
    assert locked("check", **with_key)["ok"]


def test_remembered_it_opens_by_itself_and_forgotten_it_does_not(locked: Line) -> None:
    locked("key", "remember", SHUKE_KEY=RECOVERY)
    assert locked("check")["ok"]
    locked("key", "forget")
    assert "SHUKE_KEY" in locked("check", status=1)["error"]


def test_only_the_owner_may(locked: Line) -> None:
    for verb in ("off", "passphrase", "wipe-backups", "remember", "forget"):
        locked("key", verb, user="店长", status=1, SHUKE_KEY=RECOVERY, SHUKE_NEW_PASSPHRASE=PASSPHRASE)
    assert locked("key", "status")["encrypted"]


def test_old_backups_are_wiped_and_the_encryption_is_taken_away(line: Line) -> None:
    plain = line("backup")["file"]
    told = line("key", "on", SHUKE_RECOVERY=RECOVERY, SHUKE_NEW_PASSPHRASE=PASSPHRASE)
    assert told["other_backups"] == 1
    assert line("key", "wipe-backups", SHUKE_KEY=RECOVERY) == {"wiped": 1}
    assert not Path(plain).exists()
    assert line("key", "off", SHUKE_KEY=RECOVERY)["encrypted"] is False
    assert line("check")["ok"]


def test_a_damaged_log_is_said_and_left_behind_only_on_request(
    line: Line, books: str, tmp_path: Path
) -> None:
    from services.shop import open_shop

    open_shop(books)
    database.execute("UPDATE shop_info SET phone = '1'")
    place = tmp_path / "killed"
    place.mkdir()
    for ending in ("", "-wal", "-shm"):
        shutil.copyfile(books + ending, place / f"shop.db{ending}")
    database.close()
    log = place / "shop.db-wal"
    log.write_bytes(log.read_bytes()[:-5000])
    damaged = Line(str(place / "shop.db"))
    for command in (["check"], ["find", "王"]):
        assert "日志" in damaged(*command, status=1)["error"]
    kept = damaged("restore", "--as-is")["damaged"]
    assert Path(kept + "-wal").exists()
    assert damaged("check")["ok"]
    assert "不需要" in damaged("restore", "--as-is", status=1)["error"]


def test_the_cloud_is_warned_about_until_the_books_have_moved(line: Line, books: str, tmp_path: Path) -> None:
    folder = tmp_path / "OneDrive"
    folder.mkdir()
    for file in Path(books).parent.glob("shop.db*"):
        shutil.move(file, folder / file.name)
    cloudy = Line(str(folder / "shop.db"))
    for _again in range(2):
        assert "cloud" in cloudy("check")["warnings"]
    moved = cloudy("move")["database"]
    assert "cloud" not in Line(moved)("check")["warnings"]


def test_a_new_passphrase_over_the_command_line(locked: Line) -> None:
    locked("key", "passphrase", SHUKE_KEY=RECOVERY, SHUKE_NEW_PASSPHRASE="另外 一句 很长 的话")
    assert "口令不对" in locked("check", status=1, SHUKE_KEY=PASSPHRASE)["error"]
    assert locked("check", SHUKE_KEY="另外 一句 很长 的话")["ok"]


def test_the_cost_of_a_guess_is_set_for_thieves() -> None:
    assert keys._COST * keys._BLOCK * 128 >= 64 * 2**20


def _content(books: str) -> dict[str, int]:
    """All rows of all tables but the journal, which writes the signing in down."""
    connection = cipher.opened(books)
    try:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            name: hash(tuple(connection.execute(f'SELECT * FROM "{name}"')))
            for name in names
            if not name.startswith("journal")
        }
    finally:
        connection.close()


@pytest.mark.parametrize("day", ["2099-01-01", "1980-01-01", "2026-11-21"])
def test_a_wrong_clock_changes_nothing_until_somebody_says_it_is_right(
    line: Line, books: str, day: str
) -> None:
    connection = cipher.opened(books)
    connection.execute("UPDATE shop_info SET trial = 1")
    connection.close()
    line("customer", "add", "欧阳雪雁秋", "--phone", "13987654321")
    line("--today", "2026-11-22", "daily")
    before, backups = _content(books), sorted(Path(books).parent.glob("backups/shop/*.db"))
    told = line("--today", day, "daily", status=1)
    assert "日期" in told["error"] and "--confirm-date" in told["error"]
    assert _content(books) == before
    assert sorted(Path(books).parent.glob("backups/shop/*.db")) == backups
    line("--today", day, "daily", "--confirm-date")
