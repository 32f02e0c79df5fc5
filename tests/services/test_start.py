"""Opening the books: each thing that can be wrong with them has its kind, and nothing is created or changed."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import pytest

from models import cipher, database
from services import backup, customers, encryption, find, keys, place, start
from services.customers import NewCustomer
from services.errors import NotOpened, Refused
from services.shop import open_shop
from services.staff import sign_in
from tests.conftest import CLERK_PIN, MANAGER_PIN


def digest(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def refused(path: Path, kind: str) -> str:
    before = digest(path.parent)
    with pytest.raises(NotOpened) as no:
        open_shop(str(path))
    assert no.value.kind == kind
    assert digest(path.parent) == before
    return str(no.value)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"),
        (b"x", "damaged"),
        (b"this is a letter, not a database\n" * 50, "damaged"),
        (b"\x00" * 8192, "damaged"),
        (b"PK\x03\x04" + b"z" * 4000, "damaged"),
    ],
)
def test_what_is_no_database_is_left_as_it_is(tmp_path: Path, content: bytes, kind: str) -> None:
    file = tmp_path / "shop.db"
    file.write_bytes(content)
    refused(file, kind)


def test_what_is_missing_is_not_made(tmp_path: Path) -> None:
    refused(tmp_path / "shop.db", "missing")
    assert not list(tmp_path.iterdir())


def test_a_strangers_database_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    connection = apsw.Connection(str(file))
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    refused(file, "foreign")


def test_books_of_a_newer_program_are_not_touched(shop: Any, books: str) -> None:
    database.execute("PRAGMA user_version = 9999")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    assert "9999" in refused(Path(books), "newer")


def test_a_network_share_is_refused_before_anything_is_opened(
    books: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "on_network", lambda _path: True)
    refused(Path(books), "network")


# ---- looking only


@pytest.fixture(params=["place", "full"])
def only_looked_at(
    request: pytest.FixtureRequest, owner: Any, books: str, monkeypatch: pytest.MonkeyPatch
) -> str:
    """Books with one customer; no right to write, or no room: as the system would say it."""
    customers.register(owner, NewCustomer("王小丽", "13812345678"))
    database.close()
    if request.param == "place":
        really = os.access
        monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and really(path, mode))
    else:
        usage = type("Usage", (), {"free": 1000})()
        monkeypatch.setattr(place.shutil, "disk_usage", lambda _path: usage)
    return str(request.param)


def test_they_can_be_searched_but_nothing_is_saved(only_looked_at: str, books: str, owner: Any) -> None:
    before = digest(Path(books).parent)
    shop = open_shop(books, owner.clock)
    assert start.viewing() == only_looked_at
    signed = sign_in(shop, "小王", CLERK_PIN)
    assert [hit.name for hit in find.find(signed, "王小丽")] == ["王小丽"]
    with pytest.raises(Exception) as no:
        customers.register(signed, NewCustomer("李四", "13900000000"))
    from services.faults import explain

    said = explain(no.value)
    assert isinstance(said, Refused)
    assert ("磁盘已满" if only_looked_at == "full" else "只读") in str(said)
    database.close()
    assert digest(Path(books).parent) == before


def test_encrypted_books_can_be_looked_at_too(
    owner: Any, books: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "_COST", 2**10)
    encryption.encrypt(owner, bytes(range(32)), "旗袍 纽扣 春分 2680")
    monkeypatch.setattr(place, "view_only", lambda _path: "place")
    assert open_shop(books).info.name == "和平路店"
    cipher.forget(cipher.id_of(bytes(range(32))))


def test_books_to_be_upgraded_are_not_upgraded_where_nothing_can_be_written(
    shop: Any, books: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.execute("PRAGMA user_version = 3")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    monkeypatch.setattr(place, "view_only", lambda _path: "place")
    refused(Path(books), "view_old")


def test_it_is_written_again_once_there_is_room(only_looked_at: str, books: str, monkeypatch: Any) -> None:
    open_shop(books)
    monkeypatch.undo()
    open_shop(books)
    assert start.viewing() == ""
    database.execute("UPDATE shop_info SET phone = '1'")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs a disk of its own")
def test_a_disk_that_is_really_full_lets_look_and_nothing_else(
    owner: Any, books: str, tmp_path: Path
) -> None:
    import subprocess

    customers.register(owner, NewCustomer("王小丽", "13812345678"))
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(disk)], check=False).returncode:
        pytest.skip("cannot mount")
    try:
        shutil.copyfile(books, disk / "shop.db")
        with suppress_full(), open(disk / "filler", "wb") as filler:
            while True:
                filler.write(bytes(4096))
                filler.flush()
        shop = open_shop(str(disk / "shop.db"), owner.clock)
        assert start.viewing() == "full"
        shop = replace(shop, actor=owner.actor)
        assert find.find(shop, "王小丽")
        (disk / "filler").unlink()
        shop = replace(open_shop(str(disk / "shop.db"), owner.clock), actor=owner.actor)
        customers.register(shop, NewCustomer("李四", "13900000000"))
    finally:
        database.close()
        subprocess.run(["umount", str(disk)], check=False)


def suppress_full() -> Any:
    from contextlib import suppress

    return suppress(OSError)


def test_backups_are_still_listed_where_nothing_can_be_written(
    owner: Any, books: str, monkeypatch: Any
) -> None:
    made = backup.snapshot(owner, "manual")
    monkeypatch.setattr(place, "view_only", lambda _path: "full")
    open_shop(books)
    assert [one.file for one in backup.listed()] == [made.file]


def test_guessing_a_pin_waits_there_too(only_looked_at: str, books: str, owner: Any) -> None:
    shop = open_shop(books, owner.clock)
    for _try in range(5):
        with pytest.raises(Refused, match="密码不对"):
            sign_in(shop, "小王", "111222")
    with pytest.raises(Refused, match="秒后再试"):
        sign_in(shop, "小王", CLERK_PIN)
    assert sign_in(shop, "店长", MANAGER_PIN).actor.name == "店长"
