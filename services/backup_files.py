"""Files of backups: where they lie, how they are opened, copied, flushed and hashed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from models import cipher, database
from services.errors import Refused

BESIDE = ("", "-wal", "-shm", "-journal")
"""What may lie beside an SQLite file and belongs to it."""


def folder(url: str | None = None) -> Path:
    """Where the backups of these books lie: `backups/` beside the file."""
    return books_file(url).resolve().parent / "backups" / books_file(url).stem


def books_file(url: str | None = None) -> Path:
    """The file of the (open) books. Refused on a server."""
    path = database.sqlite_path(url)
    if path is None:
        raise Refused("PostgreSQL 上的账册请用数据库服务器自己的工具备份（例如 pg_dump）。")
    return path


def connect(file: Path, *, writes: bool = False) -> apsw.Connection:
    """A connection of its own, with the file's key, past the program's tables. Every backup file is opened here."""
    connection = cipher.opened(file, apsw.SQLITE_OPEN_READWRITE if writes else apsw.SQLITE_OPEN_READONLY)
    connection.set_busy_timeout(10_000)
    return connection


@contextmanager
def opened(file: Path) -> Iterator[apsw.Connection]:
    """A backup, to be read and never trusted: its triggers and views may not call anything."""
    connection = connect(file)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        yield connection
    finally:
        connection.close()


def one(connection: apsw.Connection, sql: str) -> Any:
    """The first column of the first row."""
    return next(iter(connection.execute(sql)))[0]


def copy(source: apsw.Connection, target: Path) -> None:
    """Every page of what `source` sees, by SQLite's online backup: a file copy of books in WAL mode would be yesterday's.

    Encrypted with the source's key. In one step, inside the caller's reading transaction: nobody has to stop
    writing, and the copy is of one moment.
    """
    made = cipher.created(target, cipher.key(cipher.needed(source.filename)))
    try:
        # No journal of its own: nothing of this file counts before it was flushed and proven.
        made.execute("PRAGMA synchronous = OFF")
        with made.backup("main", source, "main") as work:
            while not work.done:
                work.step(-1)
        made.execute("PRAGMA journal_mode = DELETE")
    finally:
        made.close()


def sha256(file: Path) -> str:
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def flush(file: Path) -> None:
    """Down to the disk itself."""
    with open(file, "rb+") as stream:
        os.fsync(stream.fileno())


def flush_folder(place: Path) -> None:
    """The names too. Windows writes them down by itself."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(place, os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove(file: Path) -> None:
    """A file and what belongs to it; what is not there is no matter."""
    for ending in BESIDE:
        Path(str(file) + ending).unlink(missing_ok=True)
