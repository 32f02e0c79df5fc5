"""One flipped bit in an encrypted file, its log or its backup: said, or without effect; never another answer.

Short run: 90 flips. Long run (`SHUKE_FLIPS=500`): the figure of issue 6, proof 5. Spec 09, 20, 25 and H-FLIP.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw
import pytest

from models import cipher, database
from services import backup, encryption, keys
from services.checking import check
from services.customers import NewCustomer, register
from services.errors import ShopError
from services.faults import explain
from services.shop import open_shop

FLIPS = int(os.environ.get("SHUKE_FLIPS", "90"))
KEY = bytes(range(32))


@dataclass(frozen=True)
class Killed:
    """The files of a program that was killed, and what they hold."""

    books: Path
    backup: Path
    answer: str
    backup_answer: str


def answer_of(path: Path) -> str:
    """Everything that can be read of the books, as one hash. Raises what SQLite raises."""
    connection = cipher.opened(path, apsw.SQLITE_OPEN_READONLY)
    try:
        made = hashlib.sha256()
        names = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        for (name,) in list(connection.execute(names)):
            for row in connection.execute(f'SELECT * FROM "{name}"'):
                made.update(repr(row).encode())
        return made.hexdigest()
    finally:
        connection.close()


@pytest.fixture
def killed(owner: Any, books: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Killed:
    """Encrypted books with acts in the file, in the log, and a backup: copied as a kill would leave them."""
    monkeypatch.setattr(keys, "_COST", 2**10)
    for number in range(40):
        register(owner, NewCustomer(f"顾客{number}", f"138{number:08}"))
    encryption.encrypt(owner, KEY, "旗袍 纽扣 春分 2680")
    from dataclasses import replace

    shop = replace(open_shop(books, owner.clock), actor=owner.actor)
    taken = backup.snapshot(shop, "manual")
    for number in range(12):
        register(shop, NewCustomer(f"新客{number}", f"139{number:08}"))
    place = tmp_path / "killed"
    place.mkdir()
    for ending in ("", "-wal", "-shm"):
        shutil.copyfile(books + ending, place / f"shop.db{ending}")
    database.close()
    copy = tmp_path / "again"
    shutil.copytree(place, copy)
    return Killed(place / "shop.db", taken.file, answer_of(copy / "shop.db"), answer_of(taken.file))


def flipped(file: Path, chance: random.Random) -> str:
    raw = bytearray(file.read_bytes())
    at, bit = chance.randrange(len(raw)), chance.randrange(8)
    raw[at] ^= 1 << bit
    file.write_bytes(raw)
    return f"{file.name} byte {at} bit {bit}"


def outcome(path: Path, answer: str) -> str:
    """`said`, `same` or `SILENT`."""
    try:
        shop = open_shop(str(path))
        same = answer_of(path) == answer
        if same:
            return "same"
        return "SILENT" if check(shop).ok else "said"
    except Exception as error:
        assert isinstance(error, ShopError) or explain(error) is not None, error
        return "said"
    finally:
        database.close()


@pytest.mark.parametrize("ending", ["", "-wal", "closed"])
def test_a_flip_in_the_file_or_its_log_never_changes_an_answer_silently(
    killed: Killed, ending: str, tmp_path: Path
) -> None:
    chance, seen = random.Random(f"flips{ending}"), dict.fromkeys(("said", "same", "SILENT"), 0)
    if ending == "closed":
        # Everything in the one file, as after an ordinary end of the day.
        open_shop(str(killed.books))
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
    for number in range(FLIPS // 3):
        place = tmp_path / f"f{number}"
        shutil.copytree(killed.books.parent, place)
        where = flipped(place / f"shop.db{ending.removeprefix('closed')}", chance)
        found = outcome(place / "shop.db", killed.answer)
        seen[found] += 1
        assert found != "SILENT", where
        shutil.rmtree(place)
    print(ending or "file", seen)


def test_a_flip_in_a_backup_is_found_before_it_is_restored(killed: Killed, tmp_path: Path) -> None:
    chance = random.Random("flips backup")
    for number in range(FLIPS // 3):
        place = tmp_path / f"b{number}"
        shutil.copytree(killed.backup.parent, place)
        where = flipped(place / killed.backup.name, chance)
        one = next(b for b in backup.listed(place) if b.file.name == killed.backup.name)
        with pytest.raises(ShopError):
            backup.prove(one)
        # Without its manifest it has only its own seals.
        one.file.with_suffix(".json").unlink()
        with suppress(apsw.Error):
            assert answer_of(one.file) == killed.backup_answer, where
        shutil.rmtree(place)
