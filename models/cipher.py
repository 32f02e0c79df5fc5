"""Keys of encrypted books: which file needs which key, and the keys this process was given.

An encrypted file begins with 16 bytes that are not secret: MARK and the id of its key. So a wrong key and a damaged
file are told apart, and a backup says by itself whose key it needs. The key never leaves this module but into SQLite.
"""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Any

import apsw

MARK = b"SHUKEKEY"
SCHEME = "chacha20"
"""ChaCha20-Poly1305, a MAC for every page (spec 09 §3.11)."""
LENGTH = 32
"""Bytes of a key: used as it is, no derivation when a file is opened."""
_HEAD = 16
_PLAIN = b"SQLite format 3\x00"

_ring: dict[str, bytes] = {}
"""Key by its id, in this process only."""


def id_of(key: bytes) -> str:
    """16 hex digits that name a key and tell nothing about it."""
    return hmac.digest(key, b"shuke key id", hashlib.sha256)[:8].hex()


def give(key: bytes) -> str:
    """From now on this process can open files of this key. Returns its id."""
    assert len(key) == LENGTH
    name = id_of(key)
    _ring[name] = key
    return name


def forget(name: str) -> None:
    _ring.pop(name, None)


def has(name: str) -> bool:
    return name in _ring


def key(name: str) -> bytes | None:
    return _ring.get(name)


def head(path: Path | str) -> bytes:
    """The first 16 bytes of a file, empty when there are none.

    Read through SQLite: closing a plain `open()` would drop this process's locks on books that are open.
    """
    try:
        file = apsw.VFSFile("", str(path), [apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_MAIN_DB, 0])
    except (apsw.Error, OSError):
        return b""
    try:
        return bytes(file.xRead(_HEAD, 0)) if file.xFileSize() >= _HEAD else b""
    except apsw.Error:
        return b""
    finally:
        file.xClose()


def needed(path: Path | str) -> str:
    """The id of the key that a file needs; empty when it is not encrypted (or no books at all)."""
    found = head(path)
    return found[len(MARK) :].hex() if found.startswith(MARK) else ""


def is_plain(path: Path | str) -> bool:
    """Whether a file begins as an unencrypted SQLite database."""
    return head(path) == _PLAIN


def text(of: bytes) -> str:
    """A key as SQLite takes it: raw, with the 16 bytes that the file begins with."""
    return f"raw:{of.hex()}{(MARK + bytes.fromhex(id_of(of))).hex()}"


def unlock(connection: Any, of: bytes | None) -> None:
    """The first thing a connection is told, before any page is read. None: a file that is not encrypted."""
    if of is not None:
        connection.pragma("cipher", SCHEME)
        connection.pragma("key", text(of))


def opened(path: Path | str, flags: int = apsw.SQLITE_OPEN_READWRITE) -> apsw.Connection:
    """A connection of its own to any books or backup whose key this process has. Raises apsw.NotADBError without."""
    connection = apsw.Connection(str(path), flags=flags)
    try:
        unlock(connection, _ring.get(needed(path)))
    except BaseException:
        connection.close()
        raise
    return connection


def created(path: Path | str, of: bytes | None) -> apsw.Connection:
    """A connection to a new file, encrypted with a key or (None) not."""
    connection = apsw.Connection(str(path))
    try:
        unlock(connection, of)
    except BaseException:
        connection.close()
        raise
    return connection


def vacuum_target(path: Path, of: bytes | None) -> str:
    """What `VACUUM INTO` is given for a copy under another key (None: unencrypted)."""
    from urllib.parse import quote

    place = "file:" + quote(path.resolve().as_posix())
    return f"{place}?cipher={SCHEME}&key={text(of)}" if of is not None else f"{place}?key="
