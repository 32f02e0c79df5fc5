"""Encrypting the books, changing their key, taking the encryption away: by copy, proof and switch (spec 09 §3.11)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import cipher, database
from services import backup, journal, key_store, keys, switching
from services import backup_files as files
from services.errors import Refused, Unavailable
from services.rights import Right, require
from services.shop import Shop


@dataclass(frozen=True)
class State:
    """How the books lie on the disk."""

    encrypted: bool
    id: str
    """Names the key, as on the recovery sheet; empty without encryption."""
    passphrase: bool
    """The passphrase's file is there."""
    remembered: bool
    """This account opens them without asking."""


def state(url: str | None = None) -> State:
    """Of the open books, or those behind `url`. A server's disk is its own business: not encrypted by us."""
    path = database.sqlite_path(url)
    name = cipher.needed(path) if path is not None else ""
    if path is None or not name:
        return State(False, "", False, False)
    return State(True, name, keys.find_file(path, name) is not None, key_store.read(name) is not None)


def encrypt(shop: Shop, key: bytes, passphrase: str, *, remember: bool = False) -> Path | None:
    """Encrypts the books under `key`, or changes the key of encrypted ones. Takes a new backup.

    `key` was typed back from the recovery sheet before. Nobody else may have the books open; the caller opens the shop
    again afterwards. Returns what could not be wiped of the former file, None when all went.
    Raises Refused or Unavailable with the books as they were.
    """
    require(shop, Right.ENCRYPT)
    path = files.books_file()
    keys.check_passphrase(passphrase)
    former = cipher.needed(path)
    # The way to the key lies there before the first byte needs it.
    keys.write_file(path.resolve().parent, key, passphrase)
    cipher.give(key)
    left = _change(shop, path, key, "books.rekeyed" if former else "books.encrypted")
    if remember:
        keys.remember(path)
    _back_up(shop)
    return left


def decrypt(shop: Shop) -> Path | None:
    """Takes the encryption away. The key stays known: older backups still need it. As `encrypt`."""
    require(shop, Right.ENCRYPT)
    path = files.books_file()
    if not cipher.needed(path):
        raise Refused("账册本来就没有加密。")
    left = _change(shop, path, None, "books.decrypted")
    _back_up(shop)
    return left


def set_passphrase(shop: Shop, passphrase: str) -> None:
    """Another passphrase for the same key: the books are not touched, the recovery sheet stays good.

    Copies of the old key file that lie elsewhere still open with the old passphrase; a new key ends that.
    """
    require(shop, Right.ENCRYPT)
    path = files.books_file()
    key = cipher.key(cipher.needed(path))
    if key is None:
        raise Refused("账册没有加密，不需要口令。")
    keys.check_passphrase(passphrase)
    with database.database.atomic():
        journal.note(shop, "books.passphrase", "shop", 1, body={"key": cipher.id_of(key)})
    made = keys.write_file(path.resolve().parent, key, passphrase)
    for folder in _backup_folders():
        if (folder / made.name).exists():
            (folder / made.name).unlink()
            keys.carry(path, folder)


def _change(shop: Shop, path: Path, key: bytes | None, act: str) -> Path | None:
    temporary = switching.temporary_of(path)
    present = database.url()
    try:
        with switching.held(path) as source:
            switching.copied(source, temporary, key)
            body = {"old_key": cipher.needed(path), "key": cipher.id_of(key) if key else ""}
            end = _note(shop, temporary, act, body)
            former = switching.switch(path, temporary)
    finally:
        with suppress(OSError):
            files.remove(temporary)
        database.use(present)
    _proven(path, end)
    try:
        switching.wipe(former)
    except Unavailable:
        return former
    return None


def _note(shop: Shop, file: Path, act: str, body: dict[str, Any]) -> tuple[int, str]:
    """Writes the act into the copy before it becomes the books. Returns the journal's end."""
    database.use(str(file))
    with database.database.atomic():
        journal.note(shop, act, "shop", 1, body=body)
    end = journal.head()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    files.flush(file)
    return end


def _proven(path: Path, end: tuple[int, str]) -> None:
    """The new books open by themselves and end where they should; else the former file stays."""
    number, link = end
    with files.opened(path) as books:
        last = files.one(books, f"SELECT hash FROM journal_entry WHERE id = {int(number)}")
        if last != link or files.one(books, "PRAGMA quick_check(1)") != "ok":
            raise Unavailable("新的账册没有通过检查。以前的文件还在 {file}。", file=switching.former_of(path))


def _back_up(shop: Shop) -> None:
    """The first copy under the new key. Without it the change stands all the same, and the day's backup follows."""
    with suppress(Unavailable):
        backup.snapshot(shop, "key-change")
    path = files.books_file()
    for folder in _backup_folders():
        keys.carry(path, folder)


# ---- backups under another key, or none


def _backup_folders() -> list[Path]:
    from services.settings import load

    second = load().backup_folder
    places = [files.folder(), *([Path(second)] if second else [])]
    return [place for place in places if place.is_dir()]


def other_backups() -> list[Path]:
    """Backups of these books that are not under their present key: unencrypted, or under a former key."""
    name = cipher.needed(files.books_file())
    return [
        one.file
        for place in _backup_folders()
        for one in backup.listed(place)
        if cipher.needed(one.file) != name
    ]


def wipe_other_backups(shop: Shop) -> int:
    """Wipes them, once a proven backup under the present key is there. Returns how many went."""
    require(shop, Right.ENCRYPT)
    name = cipher.needed(files.books_file())
    proven = [one for one in backup.listed() if cipher.needed(one.file) == name]
    if not proven:
        raise Refused("用现在的钥匙还没有备份，旧备份没有删。请先做一份备份。")
    backup.prove(proven[0])
    gone = other_backups()
    for file in gone:
        switching.wipe(file)
        file.with_suffix(".json").unlink(missing_ok=True)
    if gone:
        with database.database.atomic():
            journal.note(shop, "backups.wiped", "shop", 1, body={"count": len(gone)})
    return len(gone)
