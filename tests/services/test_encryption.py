"""Encrypted books: nothing to read on the disk, every verb works, and no step in between loses the shop."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import apsw
import pytest

from models import cipher, database
from services import backup, customers, encryption, journal, keys, recovery, recovery_key, switching
from services.checking import check
from services.customers import NewCustomer
from services.errors import NotAllowed, Refused, Unavailable
from services.shop import open_shop

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "旗袍 纽扣 春分 2680"
NAME, PHONE = "欧阳雪雁秋", "13987654321"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_COST", 2**10)
    monkeypatch.setattr(cipher, "_ring", {})


@pytest.fixture
def key() -> bytes:
    return keys.new_key()


@pytest.fixture
def planted(owner: Any) -> Any:
    customers.register(owner, NewCustomer(NAME, PHONE))
    return owner


@pytest.fixture
def encrypted(planted: Any, books: str, key: bytes) -> str:
    assert encryption.encrypt(planted, key, PASSPHRASE) is None
    return books


def bytes_of(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_no_name_and_no_phone_can_be_read_in_any_file(encrypted: str, planted: Any) -> None:
    shop = open_shop(encrypted, planted.clock)
    customers.register(_as_owner(shop, planted), NewCustomer("欧阳雪雁冬", "13987650000"))
    log = Path(encrypted + "-wal")
    assert log.stat().st_size > 4096
    for file, content in bytes_of(Path(encrypted).parent).items():
        for text in (NAME, PHONE, "欧阳雪雁冬", "13987650000", "和平路店"):
            if file.suffix == ".json" and text == "和平路店":
                continue  # the backup's manifest names the shop
            assert text.encode() not in content, (file, text)
    database.close()


def _as_owner(shop: Any, owner: Any) -> Any:
    from dataclasses import replace

    return replace(shop, actor=owner.actor)


def test_everything_is_there_afterwards_and_the_former_file_is_gone(encrypted: str, planted: Any) -> None:
    shop = open_shop(encrypted, planted.clock)
    assert database.value_of("SELECT name FROM customer") == NAME
    assert check(shop).problems == ()
    assert journal.entries(limit=1)[0].act == "books.encrypted"
    assert not switching.former_of(Path(encrypted)).exists()
    assert not list(Path(encrypted).parent.glob(".shuke-tmp-*"))
    assert encryption.state(encrypted).encrypted and encryption.state(encrypted).passphrase


def test_without_the_key_it_is_said_what_is_needed_and_nothing_is_touched(encrypted: str, key: bytes) -> None:
    database.close()
    before = bytes_of(Path(encrypted).parent)
    cipher.forget(cipher.id_of(key))
    with pytest.raises(keys.KeyNeeded, match="加了密"):
        open_shop(encrypted)
    assert not recovery.is_damaged(encrypted)
    assert bytes_of(Path(encrypted).parent) == before
    keys.unlock(Path(encrypted), PASSPHRASE)
    assert open_shop(encrypted).info.name == "和平路店"


def test_a_damaged_file_is_not_taken_for_a_wrong_key(encrypted: str, key: bytes) -> None:
    database.close()
    raw = bytearray(Path(encrypted).read_bytes())
    raw[100] ^= 4
    Path(encrypted).write_bytes(raw)
    cipher.forget(cipher.id_of(key))
    with pytest.raises(keys.WrongKey, match="没有损坏"):
        keys.unlock(Path(encrypted), recovery_key.written(bytes(32)))
    keys.unlock(Path(encrypted), recovery_key.written(key))
    with pytest.raises(Unavailable, match="损坏"):
        open_shop(encrypted)
    assert recovery.is_damaged(encrypted)
    newest = recovery.choices(encrypted)[0]
    recovery.put_back(encrypted, newest.file)
    assert open_shop(encrypted).info.name == "和平路店"


def test_backups_carry_the_same_key_and_are_restored(encrypted: str, planted: Any) -> None:
    shop = _as_owner(open_shop(encrypted, planted.clock), planted)
    made = backup.snapshot(shop, "manual")
    assert cipher.needed(made.file) == cipher.needed(encrypted)
    assert (made.file.parent / keys.file_name(cipher.needed(encrypted))).exists()
    database.execute("UPDATE shop_info SET name = '新店名'")
    backup.restore(shop, made.file)
    assert open_shop(encrypted, planted.clock).info.name == "和平路店"
    assert encryption.state(encrypted).encrypted


def test_another_key_and_back_to_none(encrypted: str, planted: Any, key: bytes) -> None:
    shop, other = _as_owner(open_shop(encrypted, planted.clock), planted), keys.new_key()
    encryption.encrypt(shop, other, PASSPHRASE)
    assert cipher.needed(encrypted) == cipher.id_of(other)
    assert len(encryption.other_backups()) == 1
    cipher.forget(cipher.id_of(key))
    shop = _as_owner(open_shop(encrypted, planted.clock), planted)
    assert journal.entries(limit=1)[0].act == "books.rekeyed"
    assert encryption.wipe_other_backups(shop) == 1
    assert encryption.other_backups() == []
    encryption.decrypt(shop)
    assert cipher.is_plain(encrypted)
    shop = open_shop(encrypted, planted.clock)
    assert check(shop).problems == ()
    with pytest.raises(Refused, match="没有加密"):
        encryption.decrypt(_as_owner(shop, planted))


def test_a_new_passphrase_ends_the_old_one_and_keeps_the_recovery_sheet(
    encrypted: str, planted: Any, key: bytes
) -> None:
    shop = _as_owner(open_shop(encrypted, planted.clock), planted)
    encryption.set_passphrase(shop, "另外 一句 很长 的话")
    database.close()
    cipher.forget(cipher.id_of(key))
    for place in (Path(encrypted), backup.listed(backup.folder(encrypted))[0].file):
        with pytest.raises(keys.WrongKey):
            keys.unlock(place, PASSPHRASE)
    keys.unlock(Path(encrypted), "另外 一句 很长 的话")


@pytest.mark.parametrize("who", ["manager", "clerk"])
def test_only_the_owner_decides(who: str, request: pytest.FixtureRequest, key: bytes, books: str) -> None:
    shop = request.getfixturevalue(who)
    for act in (
        lambda: encryption.encrypt(shop, key, PASSPHRASE),
        lambda: encryption.decrypt(shop),
        lambda: encryption.set_passphrase(shop, PASSPHRASE),
        lambda: encryption.wipe_other_backups(shop),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert cipher.is_plain(books)


def test_while_another_program_has_them_open_nothing_happens(
    planted: Any, books: str, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switching, "_PATIENCE", 50)
    other = apsw.Connection(books)
    other.execute("SELECT COUNT(*) FROM customer").fetchall()
    with pytest.raises(Refused, match="另一个窗口"):
        encryption.encrypt(planted, key, PASSPHRASE)
    other.close()
    assert cipher.is_plain(books)
    assert open_shop(books).info.name == "和平路店"


def test_a_weak_passphrase_changes_nothing(planted: Any, books: str, key: bytes) -> None:
    with pytest.raises(Refused):
        encryption.encrypt(planted, key, "12345678")
    assert cipher.is_plain(books)
    assert not list(Path(books).parent.glob("*.key"))


_KILLED = """
import os, sys
sys.path.insert(0, {root!r})
from services import switching, encryption, keys, backup_files
from services.shop import open_shop, Actor
from dataclasses import replace
from models.kinds import Role
keys._COST = 2**10
at = int(sys.argv[2])
count = 0
def dying(module, name):
    real = getattr(module, name)
    def step(*a, **k):
        global count
        count += 1
        if count == at:
            os.kill(os.getpid(), 9)
        answer = real(*a, **k)
        count += 1
        if count == at:
            os.kill(os.getpid(), 9)
        return answer
    setattr(module, name, step)
for module, name in ((os, "replace"), (os, "link"), (os, "fsync"), (switching, "copied"), (switching, "wipe"),
                     (encryption, "_note"), (encryption, "_proven")):
    dying(module, name)
shop = open_shop(sys.argv[1])
shop = replace(shop, actor=Actor(1, "店主", Role.OWNER))
encryption.encrypt(shop, bytes(range(32)), "旗袍 纽扣 春分 2680")
print("done", count)
"""


def test_killed_at_any_step_the_books_are_the_old_or_the_new_ones(
    planted: Any, books: str, tmp_path: Path
) -> None:
    """Each step of flushing, linking and renaming, before and after it; then the program starts again."""
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    whole, states = Path(books).read_bytes(), set()
    code = _KILLED.format(root=str(ROOT))
    for at in range(1, 60, 3 if os.environ.get("SHUKE_LONG") is None else 1):
        place = tmp_path / f"kill{at}" / "shop.db"
        place.parent.mkdir()
        place.write_bytes(whole)
        done = subprocess.run(
            [sys.executable, "-c", code, str(place), str(at)], capture_output=True, text=True, timeout=120
        )
        cipher.give(bytes(range(32)))
        shop = open_shop(str(place))
        assert database.value_of("SELECT name FROM customer") == NAME
        assert check(shop).problems == ()
        states.add(encryption.state(str(place)).encrypted)
        database.close()
        left = {file.name for file in place.parent.iterdir()}
        assert "shop.db.former" not in left, at
        if done.returncode == 0:
            break
        assert done.returncode == -9, done.stderr
    else:
        pytest.fail("never came to its end")
    assert states == {True, False}


def test_opening_costs_next_to_nothing(encrypted: str, planted: Any, key: bytes, tmp_path: Path) -> None:
    """Against a plain copy in the same run: the key is used as it is, so opening and committing stay as quick."""
    database.close()
    plain = tmp_path / "plain.db"
    source = cipher.opened(encrypted, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_URI)
    source.execute("VACUUM INTO ?", (cipher.vacuum_target(plain, None),))
    source.close()

    def best(file: str) -> float:
        times = []
        for _round in range(5):
            begun = time.perf_counter()
            open_shop(file)
            times.append(time.perf_counter() - begun)
            database.close()
        return min(times)

    assert best(encrypted) - best(str(plain)) < 0.1


def test_books_of_an_older_program_are_upgraded_after_an_encrypted_backup(tmp_path: Path, key: bytes) -> None:
    import lzma

    old = tmp_path / "old.db"
    old.write_bytes(lzma.decompress((ROOT / "tests/faults/old_books/0001.db.xz").read_bytes()))
    target = tmp_path / "shop" / "shop.db"
    target.parent.mkdir()
    source = cipher.opened(old, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_URI)
    source.execute("VACUUM INTO ?", (cipher.vacuum_target(target, key),))
    source.close()
    cipher.give(key)
    shop = open_shop(str(target))
    assert check(shop).problems == ()
    made = backup.listed(backup.folder(str(target)))
    assert [cipher.needed(one.file) for one in made] == [cipher.id_of(key)]
    backup.prove(made[0])
    assert cipher.needed(target) == cipher.id_of(key)
    database.close()
