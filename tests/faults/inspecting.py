"""INV (spec 09): books after a fault, read past the program's own layers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

from models import cipher, database, migrations
from services import ledgers
from services.journal import START, canonical

_VOLATILE = {
    "at", "key", "row_key", "code", "sha256", "file", "secret", "epoch", "last_day", "backed_up_on", "failures",
    "lockouts", "locked_until", "pc", "act", "figures", "source", "used_at", "seconds",
}  # fmt: skip
"""Columns that differ between two runs of the same act."""


@dataclass
class Tally:
    """What a series of faults came to."""

    name: str
    tries: int = 0
    wrong: list[str] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, n: int = 1) -> None:
        self.notes[what] = self.notes.get(what, 0) + n

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {n}" for name, n in sorted(self.notes.items()))
        return f"{self.name}: {self.tries} tries, {len(self.wrong)} wrong ({parts})"


def opened(file: Path | str) -> apsw.Connection:
    """As the program opens its books: the same driver and settings, a log beside the file is read in."""
    connection = cipher.opened(file)
    for name, value in database.PRAGMAS:
        connection.execute(f"PRAGMA {name} = {value}")
    return connection


def problems(connection: apsw.Connection) -> list[str]:
    """File, links, ledgers and the journal's chain. Empty is good."""
    found = [str(text) for (text,) in connection.execute("PRAGMA integrity_check(5)") if text != "ok"]
    if found:
        return found
    found += [f"foreign key {row[0]} {row[1]}" for row in connection.execute("PRAGMA foreign_key_check")]
    if next(connection.execute("PRAGMA user_version"))[0] < migrations.newest():
        return found + list(chain(connection))  # the ledgers' proofs ask for tables of today
    found += list(ledgers.broken(lambda sql: int(next(connection.execute(sql))[0] or 0)))
    return found + list(chain(connection))


def chain(connection: apsw.Connection) -> Iterator[str]:
    """The journal's links, computed anew."""
    previous, expected = START, None
    sql = (
        "SELECT e.id, e.at, e.day, e.pc, e.user_name, e.role, e.act, e.entity, e.entity_id, e.customer_id,"
        " e.body_digest, e.hash_version, e.previous, e.hash, b.body"
        " FROM journal_entry e LEFT JOIN journal_body b ON b.entry_id = e.id ORDER BY e.id"
    )
    for row in connection.execute(sql):
        if expected not in (None, row[0]) or row[12] != previous:
            yield f"journal {row[0]} does not follow"
        if hashlib.sha256(canonical(list(row[1:13]))).hexdigest() != row[13]:
            yield f"journal {row[0]} changed"
        if row[14] is not None and hashlib.sha256(row[14].encode()).hexdigest() != row[10]:
            yield f"journal {row[0]} body changed"
        expected, previous = row[0] + 1, row[13]


def digest(connection: apsw.Connection) -> str:
    """What the shop owns, without what differs between two runs of the same act; the journal grows with every sign-in."""
    whole = hashlib.sha256()
    sql = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        " AND name NOT LIKE 'journal%' AND name NOT LIKE 'find%' AND name NOT LIKE 'search%'"
        " AND name <> 'schema_migration' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
    )
    for (table,) in list(connection.execute(sql)):
        names = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
        kept = [f'"{name}"' for name in names if name not in _VOLATILE and not name.endswith("_at")]
        rows = sorted(repr(row) for row in connection.execute(f'SELECT {", ".join(kept)} FROM "{table}"'))
        whole.update(f"{table}{len(rows)}".encode())
        for row in rows:
            whole.update(row.encode())
    return whole.hexdigest()


def look(file: Path | str) -> tuple[str, list[str]]:
    """(digest, problems) of books after a fault."""
    try:
        connection = opened(file)
        try:
            found = problems(connection)
            return ("" if found else digest(connection)), found
        finally:
            connection.close()
    except apsw.Error as why:
        return "", [f"{type(why).__name__}: {why}"]


def backups(folder: Path) -> list[str]:
    """What is wrong with the backups that would be offered from `folder`: each must be whole and proven."""
    wrong = []
    for manifest in folder.glob("*.json"):
        file = manifest.with_suffix(".db")
        if not manifest.name[0].isdigit() or not file.exists():
            continue
        try:
            raw: dict[str, Any] = json.loads(manifest.read_text("utf-8"))
        except ValueError:
            wrong.append(f"{file.name}: its manifest is half")
            continue
        if hashlib.sha256(file.read_bytes()).hexdigest() != raw["sha256"]:
            wrong.append(f"{file.name}: not what its manifest says")
            continue
        connection = cipher.opened(file, apsw.SQLITE_OPEN_READONLY)
        try:
            wrong += [f"{file.name}: {one}" for one in problems(connection)]
        finally:
            connection.close()
    return wrong
