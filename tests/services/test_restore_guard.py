"""What is given to restore: only backups of our making come in; a hostile file leaves everything as it was (09, 23)."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import apsw
import pytest

from models import cipher, database, migrations
from services import backup, encryption, keys, restore_guard
from services.customers import NewCustomer, register
from services.errors import ShopError
from services.shop import open_shop


@pytest.fixture
def given(owner: Any, tmp_path: Path) -> Path:
    """A good backup, without its manifest, as somebody may hand it over."""
    taken = backup.snapshot(owner, "manual", tmp_path / "stick")
    taken.file.with_suffix(".json").unlink()
    return taken.file


def changed(file: Path, *sql: str) -> None:
    connection = apsw.Connection(str(file))
    for one in sql:
        connection.execute(one)
    connection.close()


def test_a_backup_of_ours_comes_in(given: Path, books: str) -> None:
    restore_guard.check(given, Path(books))


@pytest.mark.parametrize("version", [1, 5, 12, migrations.newest()])
def test_the_tables_of_every_version_are_known(version: int) -> None:
    assert restore_guard.expected(version)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TRIGGER thief AFTER INSERT ON ticket BEGIN DELETE FROM journal_entry; END",
        "CREATE VIEW customer_names AS SELECT name FROM customer",
        "CREATE TABLE hidden (x)",
        "CREATE VIRTUAL TABLE other USING fts5(x)",
        "CREATE INDEX odd ON customer (upper(name))",
        "PRAGMA application_id = 7",
        "PRAGMA user_version = 9999",
        "PRAGMA user_version = 0",
    ],
)
def test_what_was_added_or_changed_is_refused(given: Path, owner: Any, books: str, sql: str) -> None:
    changed(given, sql)
    refused(given, owner, books)


def test_a_missing_guard_is_noticed(given: Path, owner: Any, books: str) -> None:
    connection = apsw.Connection(str(given))
    name = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' LIMIT 1").get
    connection.close()
    changed(given, f'DROP TRIGGER "{name}"')
    refused(given, owner, books)


def test_ten_sparse_gigabytes_are_refused_at_once(given: Path, owner: Any, books: str) -> None:
    with open(given, "rb+") as file:
        file.truncate(10 * 1024**3)
    refused(given, owner, books)


def test_another_shops_backup_is_refused(owner: Any, books: str, tmp_path: Path) -> None:
    from services.clock import FixedClock
    from services.setup import create_shop
    from tests.conftest import CLOCK_MOMENT, TODAY

    register(owner, NewCustomer("王小丽", ""))
    clock = FixedClock(TODAY, CLOCK_MOMENT)
    create_shop(str(tmp_path / "other.db"), "另一家店", "钱老板", "qianlb-8462", clock=clock)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.execute("PRAGMA journal_mode = DELETE")
    database.close()
    open_shop(books, owner.clock)
    refused(tmp_path / "other.db", owner, books)


def refused(file: Path, owner: Any, books: str) -> None:
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = hashlib.sha256(Path(books).read_bytes()).hexdigest()
    with pytest.raises(ShopError):
        restore_guard.check(file, Path(books))
        backup.restore(owner, file)
    assert hashlib.sha256(Path(books).read_bytes()).hexdigest() == before


def test_a_backup_without_encryption_does_not_take_it_from_the_books(
    given: Path, owner: Any, books: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    monkeypatch.setattr(keys, "_COST", 2**10)
    encryption.encrypt(owner, bytes(range(32)), "旗袍 纽扣 春分 2680")
    shop = replace(open_shop(books, owner.clock), actor=owner.actor)
    backup.restore(shop, given)
    assert cipher.needed(books) == cipher.id_of(bytes(range(32)))
    assert open_shop(books, owner.clock).info.name == "和平路店"
    cipher.forget(cipher.id_of(bytes(range(32))))


def test_a_backup_with_a_key_of_its_own_asks_for_it(
    owner: Any, books: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from services import recovery_key

    monkeypatch.setattr(keys, "_COST", 2**10)
    key = keys.new_key()
    encryption.encrypt(owner, key, "旗袍 纽扣 春分 2680")
    shop = replace(open_shop(books, owner.clock), actor=owner.actor)
    taken = backup.snapshot(shop, "manual", tmp_path / "stick")
    encryption.decrypt(shop)
    cipher.forget(cipher.id_of(key))
    shop = replace(open_shop(books, owner.clock), actor=owner.actor)
    with pytest.raises(keys.KeyNeeded):
        backup.restore(shop, taken.file)
    monkeypatch.setenv("SHUKE_BACKUP_KEY", recovery_key.written(key))
    backup.restore(shop, taken.file)
    assert cipher.is_plain(books)
    assert open_shop(books, owner.clock).info.name == "和平路店"
    shutil.rmtree(tmp_path / "stick")


OLD_BOOKS = sorted((Path(__file__).resolve().parents[1] / "faults/old_books").glob("*.db.xz"))


@pytest.mark.parametrize("kept", OLD_BOOKS, ids=lambda one: one.name[:4])
def test_books_of_every_kept_schema_are_known_before_and_after_their_upgrade(
    kept: Path, tmp_path: Path
) -> None:
    import lzma

    from services import backup_files

    file = tmp_path / "shop.db"
    file.write_bytes(lzma.decompress(kept.read_bytes()))
    for version in (int(kept.name[:4]), migrations.newest()):
        with backup_files.opened(file) as old:
            assert restore_guard._schema(old) == restore_guard.expected(version)
        open_shop(str(file))
        database.close()
