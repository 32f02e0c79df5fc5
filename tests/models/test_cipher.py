"""Keys: what a file says about itself, and that nothing opens it but its key."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from models import cipher

KEY, OTHER = bytes(range(32)), bytes(32)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "secret.db"
    connection = cipher.created(path, KEY)
    connection.execute("CREATE TABLE t (x TEXT)")
    connection.execute("INSERT INTO t VALUES ('张敏敏 13800001234')")
    connection.close()
    yield path
    for key in (KEY, OTHER):
        cipher.forget(cipher.id_of(key))


def test_a_file_names_its_key_and_shows_nothing_else(file: Path) -> None:
    assert cipher.needed(file) == cipher.id_of(KEY)
    assert not cipher.is_plain(file)
    raw = file.read_bytes()
    assert "张敏敏".encode() not in raw and b"13800001234" not in raw and KEY not in raw


def test_it_opens_with_its_key_only(file: Path) -> None:
    cipher.give(OTHER)
    with pytest.raises(apsw.NotADBError):
        cipher.opened(file).execute("SELECT * FROM t").fetchall()
    cipher.give(KEY)
    connection = cipher.opened(file)
    assert connection.execute("SELECT count(*) FROM t").get == 1
    connection.close()


@pytest.mark.parametrize("content", [b"", b"x", b"SHUKE", b"SQLite format 3", b"\x00" * 4096])
def test_other_files_need_no_key(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    assert cipher.needed(path) == ""
    assert not cipher.is_plain(path)


def test_missing_files_need_no_key_and_are_not_made(tmp_path: Path) -> None:
    assert cipher.needed(tmp_path / "none.db") == ""
    assert not list(tmp_path.iterdir())


def test_vacuum_moves_between_keys_and_back_to_plain(file: Path, tmp_path: Path) -> None:
    cipher.give(KEY)
    cipher.give(OTHER)
    source = cipher.opened(file, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_URI)
    rekeyed, plain = tmp_path / "新 #1.db", tmp_path / "plain.db"
    source.execute("VACUUM INTO ?", (cipher.vacuum_target(rekeyed, OTHER),))
    source.execute("VACUUM INTO ?", (cipher.vacuum_target(plain, None),))
    source.close()
    assert cipher.needed(rekeyed) == cipher.id_of(OTHER)
    assert cipher.is_plain(plain)
    for path in (rekeyed, plain):
        connection = cipher.opened(path)
        assert connection.execute("SELECT x FROM t").get.startswith("张敏敏")
        connection.close()
