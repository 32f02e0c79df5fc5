"""What is given to restore is looked at before it is used: its size, its mark, its tables and what hangs on them (09, 23)."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import apsw

from models import database, migrations
from models.database import Books
from services import backup_files as files
from services.errors import Refused, Unavailable

_LARGEST = 2 * 1024**3
"""Bytes; a shop of 100,000 customers and a million lines has an eighth of a gigabyte."""
_GROWTH = 20
"""A backup is never so many times the size of its books."""

Schema = frozenset[tuple[str, str, str]]


def check(file: Path, books: Path | None = None) -> None:
    """Raises Refused or Unavailable unless `file` is of our making, as far as a file can show that. Reads only."""
    size = file.stat().st_size
    present = books.stat().st_size if books is not None and books.exists() else 0
    if size > max(_LARGEST, present * _GROWTH):
        raise Refused(
            "{file} 有 {size} MB，不可能是这家店的备份。没有改动任何东西。",
            file=file.name,
            size=size // 2**20,
        )
    try:
        with files.opened(file) as given:
            pages = int(files.one(given, "PRAGMA page_count")) * int(files.one(given, "PRAGMA page_size"))
            if files.one(given, "PRAGMA application_id") != database.APPLICATION_ID or pages != size:
                raise Unavailable("{file} 不是熟客的备份。没有改动任何东西。", file=file.name)
            version = int(files.one(given, "PRAGMA user_version"))
            if not 0 < version <= migrations.newest():
                raise Refused("这份备份来自更新版本的程序，请先升级程序。没有改动任何东西。")
            strange = sorted(_schema(given) ^ expected(version))
    except apsw.Error as why:
        raise Unavailable("{file} 不是熟客的备份。没有改动任何东西。", file=file.name) from why
    if strange:
        raise Refused(
            "{file} 的结构不是本程序建立的（{what}），可能被人改过，没有使用。没有改动任何东西。",
            file=file.name,
            what=strange[0][1],
        )


def _schema(connection: apsw.Connection) -> Schema:
    """Tables by name; whatever acts by itself (triggers, views, indexes, virtual tables) by its very words."""
    found = connection.execute(
        "SELECT type, name, COALESCE(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    )
    return frozenset(
        (str(kind), str(name), "" if _plain_table(str(kind), str(sql)) else _words(str(sql)))
        for kind, name, sql in found.fetchall()
    )


def _plain_table(kind: str, sql: str) -> bool:
    return kind == "table" and not sql.upper().startswith("CREATE VIRTUAL")


def _words(sql: str) -> str:
    return re.sub(r"\s+", " ", sql).strip()


@lru_cache(maxsize=4)
def expected(version: int) -> Schema:
    """What this program's own scripts make up to a version: built in memory, past the open books."""
    from playhouse.migrations import Runner

    made = Books(":memory:", pragmas=(("foreign_keys", 1),))
    made.connect()
    try:
        name = next(path.stem for path in migrations.FOLDER.glob(f"{version:04d}_*.py"))
        with made.atomic():
            Runner(made, str(migrations.FOLDER)).up(name)
        return _schema(made.connection())
    finally:
        made.close()
