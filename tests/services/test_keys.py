"""Keys: the recovery sheet's letters, the passphrase's file, this account's memory, and waits that grow."""

from __future__ import annotations

import json
import stat
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import cipher
from services import key_store, key_waits, keys, recovery_key
from services.clock import FixedClock
from services.errors import Refused, Unavailable
from tests.conftest import CLOCK_MOMENT, TODAY

PASSPHRASE = "旗袍 纽扣 春分 2680"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_COST", 2**10)
    monkeypatch.setattr(cipher, "_ring", {})


@pytest.fixture
def key() -> bytes:
    return keys.new_key()


@pytest.fixture
def file(tmp_path: Path, key: bytes) -> Path:
    """An encrypted file whose key nobody holds any more."""
    path = tmp_path / "shop.db"
    connection = cipher.created(path, key)
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    return path


@given(st.binary(min_size=32, max_size=32))
def test_any_key_comes_back_from_paper(key: bytes) -> None:
    text = recovery_key.written(key)
    assert len(text.split()) == recovery_key.GROUPS
    assert recovery_key.read(text) == key
    assert recovery_key.read(text.lower().replace(" ", "-").replace("0", "o").replace("1", "l")) == key
    assert recovery_key.looks_like_one(text)


def test_a_group_that_was_copied_wrongly_is_named() -> None:
    parts = recovery_key.written(bytes(32)).split()
    for place in range(len(parts)):
        wrong = list(parts)
        wrong[place] = ("A" if wrong[place][0] != "A" else "B") + wrong[place][1:]
        if recovery_key._check(place, wrong[place][:4]) == wrong[place][4]:
            continue  # one in 32 slips through here, and is refused as another file's key
        with pytest.raises(Refused, match=f"第 {place + 1} 组"):
            recovery_key.read(" ".join(wrong))
    with pytest.raises(Refused, match="13 组"):
        recovery_key.read(" ".join(parts[:-1]))


@pytest.mark.parametrize(
    "text", ["", "short", "1234567890", "aaaaaaaaaaaa", "abcdefghijkl", "20261122202611"]
)
def test_guessable_passphrases_are_refused(text: str) -> None:
    with pytest.raises(Refused) as no:
        keys.check_passphrase(text)
    assert no.value.field == "passphrase"


def test_the_passphrase_opens_and_its_file_tells_nothing(file: Path, key: bytes) -> None:
    made = keys.write_file(file.parent, key, PASSPHRASE)
    assert key.hex() not in made.read_text("utf-8") and PASSPHRASE not in made.read_text("utf-8")
    with pytest.raises(keys.WrongKey, match="口令不对"):
        keys.unlock(file, "another passphrase")
    assert not cipher.has(cipher.id_of(key))
    keys.unlock(file, PASSPHRASE)
    assert cipher.key(cipher.id_of(key)) == key


def test_the_recovery_key_needs_no_file(file: Path, key: bytes) -> None:
    with pytest.raises(Unavailable, match="恢复密钥"):
        keys.unlock(file, PASSPHRASE)
    with pytest.raises(keys.WrongKey, match="没有损坏"):
        keys.unlock(file, recovery_key.written(bytes(32)))
    keys.unlock(file, recovery_key.written(key))
    assert cipher.has(cipher.id_of(key))


@pytest.mark.parametrize(
    "change", [{"kdf": "scrypt$1073741824$8$1"}, {"wrapped": "zz"}, {"id": "00"}, {"salt": None}]
)
def test_a_damaged_key_file_is_said_and_never_eats_the_memory(
    file: Path, key: bytes, change: dict[str, Any]
) -> None:
    made = keys.write_file(file.parent, key, PASSPHRASE)
    made.write_text(json.dumps(json.loads(made.read_text("utf-8")) | change), "utf-8")
    with pytest.raises(Unavailable, match="读不出来"):
        keys.unlock(file, PASSPHRASE)


def test_backups_find_the_key_file_of_their_books_and_take_a_copy_along(
    file: Path, key: bytes, tmp_path: Path
) -> None:
    made = keys.write_file(file.parent, key, PASSPHRASE)
    deep = tmp_path / "backups" / "shop" / "x.db"
    deep.parent.mkdir(parents=True)
    assert keys.find_file(deep, cipher.id_of(key)) == made
    stick = tmp_path.parent / f"{tmp_path.name}-stick"
    stick.mkdir()
    keys.carry(file, stick)
    assert (stick / made.name).read_bytes() == made.read_bytes()


def test_this_account_remembers_in_a_file_that_only_it_can_read(file: Path, key: bytes) -> None:
    with pytest.raises(keys.KeyNeeded):
        keys.need(file)
    cipher.give(key)
    keys.remember(file)
    cipher.forget(cipher.id_of(key))
    kept = key_store.folder() / f"{cipher.id_of(key)}.remembered"
    if sys.platform != "win32":
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    keys.need(file)
    assert keys.is_remembered(file)
    keys.forget(file)
    cipher.forget(cipher.id_of(key))
    assert not keys.ready(file)


def test_a_remembered_key_of_other_books_is_not_believed(file: Path, key: bytes) -> None:
    key_store.write(cipher.id_of(key), bytes(32))
    assert not keys.ready(file)


def test_the_command_line_takes_it_from_the_environment_and_hides_it_from_children(
    file: Path, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    monkeypatch.setenv("SHUKE_KEY", recovery_key.written(key))
    keys.need(file)
    assert "SHUKE_KEY" not in os.environ


def test_wrong_passphrases_wait_longer_and_longer_and_a_restart_does_not_help(file: Path, key: bytes) -> None:
    name = cipher.id_of(key)
    keys.write_file(file.parent, key, PASSPHRASE)
    at = FixedClock(TODAY, CLOCK_MOMENT)
    for _try in range(5):
        assert key_waits.left(name, at) == 0
        key_waits.failed(name, at)
    waits = []
    for _try in range(12):
        waits.append(key_waits.left(name, at))
        key_waits.failed(name, at)
    assert waits[:4] == [15, 30, 60, 120]
    assert waits[-1] == 3600
    later, earlier = (FixedClock(TODAY, CLOCK_MOMENT + timedelta(seconds=s)) for s in (1800, -864000))
    assert key_waits.left(name, later) == 1800
    assert key_waits.left(name, earlier) == 3600
    key_waits.clear(name)
    assert key_waits.left(name, at) == 0


def test_while_waiting_the_right_one_waits_too(file: Path, key: bytes) -> None:
    keys.write_file(file.parent, key, PASSPHRASE)
    for _try in range(5):
        with pytest.raises(keys.WrongKey):
            keys.unlock(file, "not the right words")
    with pytest.raises(Refused, match="秒后再试"):
        keys.unlock(file, PASSPHRASE)


def test_copying_errors_in_the_recovery_key_are_not_counted_as_guesses(file: Path, key: bytes) -> None:
    parts = recovery_key.written(key).split()
    parts[0] = parts[0][:4] + ("0" if parts[0][4] != "0" else "1")
    for _try in range(8):
        with pytest.raises(Refused, match="第 1 组"):
            keys.unlock(file, " ".join(parts))
    keys.unlock(file, recovery_key.written(key))
