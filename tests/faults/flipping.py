"""H-FLIP: one bit turned over in a file; rows of the journal tampered with (spec 09, 20, 25, 58)."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import apsw

from models import cipher
from tests.faults.acts import OWNER, Yard
from tests.faults.inspecting import Tally, digest, opened, problems

DETECTED, IDENTICAL, SILENT = "detected", "identical", "silently different"


def flip(path: Path, seed: int) -> int:
    """Turns one bit over, chosen by `seed`. Returns the byte's place."""
    data = bytearray(path.read_bytes())
    bit = random.Random(seed).randrange(len(data) * 8)
    data[bit // 8] ^= 1 << (bit % 8)
    path.write_bytes(bytes(data))
    return bit // 8


def outcome(path: Path, clean: str, reader: Callable[[Path], apsw.Connection] = opened) -> str:
    """What becomes of damaged books: found, of no consequence, or (the bad one) answered differently without a word."""
    try:
        connection = reader(path)
        try:
            if problems(connection):
                return DETECTED
            return IDENTICAL if digest(connection) == clean else SILENT
        finally:
            connection.close()
    except (apsw.Error, UnicodeDecodeError, ValueError, TypeError):
        return DETECTED


def of_file(yard: Yard, tally: Tally, tries: int, seed: int) -> None:
    """The books themselves, at rest."""
    stage = yard.root / "open" / "shop.db"
    clean = _clean(stage)
    for number in range(tries):
        here = yard.fresh("open")
        flip(here / "shop.db", seed * 100_000 + number)
        _judge(tally, outcome(here / "shop.db", clean), f"bit {number} of the file")


def of_log(yard: Yard, tally: Tally, tries: int, seed: int) -> None:
    """The log beside books whose program was killed. SQLite's own sums end it at the first bad frame without a word, so
    the program looks at it before it opens the books.
    """
    from services import log_proof
    from services.log_proof import LogProblem

    here = yard.fresh("open")
    home = yard.root / "log"
    shutil.rmtree(home, ignore_errors=True)
    here.rename(home)
    connection = opened(home / "shop.db")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    for number in range(12):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE customer SET address = ? WHERE id = ?", (f"和平路{number}号", number + 1))
        connection.execute("COMMIT")
    clean = digest(connection)
    files = {tail: Path(f"{home}/shop.db{tail}").read_bytes() for tail in ("", "-wal", "-shm")}
    connection.close()
    for number in range(tries):
        target = home / "flipped.db"
        for path in home.glob("flipped.db*"):
            path.unlink()
        for tail, data in files.items():
            Path(f"{target}{tail}").write_bytes(data)
        flip(Path(f"{target}-wal"), seed * 100_000 + number)
        try:
            log_proof.check(target)
            found = outcome(target, clean)
        except LogProblem:
            found = DETECTED
        _judge(tally, found, f"bit {number} of the log")


def of_backup(yard: Yard, tally: Tally, tries: int, seed: int) -> None:
    """A backup on a stick: the hash of its manifest finds every one of them, through the program's own `restore`."""
    from services import backup_proof, backup_restore
    from services.errors import ShopError

    for number in range(tries):
        here = yard.fresh("open")
        flip(here / "old.db", seed * 100_000 + number)
        try:
            backup_proof.prove(backup_restore.read(here / "old.db"))
            found = SILENT
        except ShopError:
            found = DETECTED
        _judge(tally, found, f"bit {number} of the backup")


def _clean(path: Path) -> str:
    connection = cipher.opened(path, apsw.SQLITE_OPEN_READONLY)
    try:
        return digest(connection)
    finally:
        connection.close()


def _judge(tally: Tally, found: str, what: str) -> None:
    tally.tries += 1
    tally.count(found)
    if found == SILENT:
        tally.wrong.append(what)


# The journal -----------------------------------------------------------------------------------------


def tampering(yard: Yard, tally: Tally, tries: int, seed: int) -> None:
    """Rows changed, removed, inserted, reordered, their digest or body changed: `check` must name the row."""
    import json

    chance = random.Random(seed)
    lines = yard.root / "check.txt"
    lines.write_text('{"args": ["check"]}\n')
    kinds = ("changed", "removed", "inserted", "reordered", "digest", "body", "closed up")
    for number in range(tries):
        kind = kinds[number % len(kinds)]
        here = yard.fresh("approved")
        connection = cipher.opened(here / "shop.db")
        named = _tamper(connection, kind, chance)
        connection.close()
        child = yard.run(here, OWNER, "check")
        tally.tries += 1
        tally.count(kind)
        said = json.loads(child.said or "{}")
        text = " ".join(said.get("problems", []))
        if child.status != 1 or said.get("ok") is not False:
            tally.wrong.append(f"{kind} of {named} not found")
        elif not any(f"第 {one} 条" in text for one in named):
            tally.wrong.append(f"{kind} of {named} not named: {text[:200]}")


def _tamper(connection: apsw.Connection, kind: str, chance: random.Random) -> list[int]:
    """Does it, past the guards, as somebody with another tool would. Returns the numbers that may be named."""
    for (name,) in list(connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("PRAGMA foreign_keys = OFF")
    last = next(connection.execute("SELECT MAX(id) FROM journal_entry"))[0]
    number = chance.randrange(2, last)
    if kind == "changed":
        column = chance.choice(("act", "user_name", "at", "day", "role", "entity", "pc"))
        connection.execute(f"UPDATE journal_entry SET {column} = {column} || 'x' WHERE id = ?", (number,))
        return [number]
    if kind == "removed":
        connection.execute("DELETE FROM journal_body WHERE entry_id = ?", (number,))
        connection.execute("DELETE FROM journal_entry WHERE id = ?", (number,))
        return [number, number + 1]
    if kind == "closed up":  # removed, and the numbers after it moved up so that none is missing
        connection.execute("DELETE FROM journal_body WHERE entry_id = ?", (number,))
        connection.execute("DELETE FROM journal_entry WHERE id = ?", (number,))
        for table, column in (("journal_entry", "id"), ("journal_body", "entry_id")):
            connection.execute(f"UPDATE {table} SET {column} = -{column} WHERE {column} > ?", (number,))
            connection.execute(f"UPDATE {table} SET {column} = -{column} - 1 WHERE {column} < 0")
        return [number]
    if kind == "inserted":
        connection.execute("UPDATE journal_entry SET id = -id WHERE id > ?", (number,))
        connection.execute("UPDATE journal_entry SET id = 1 - id WHERE id < 0")
        names = [row[1] for row in connection.execute("PRAGMA table_info(journal_entry)") if row[1] != "id"]
        columns = ", ".join(names)
        connection.execute(
            f"INSERT INTO journal_entry (id, {columns}) SELECT ?, {columns} FROM journal_entry WHERE id = ?",
            (number + 1, number),
        )
        return [number + 1, number + 2]
    if kind == "reordered":
        connection.execute("UPDATE journal_entry SET id = -1 WHERE id = ?", (number,))
        connection.execute("UPDATE journal_entry SET id = ? WHERE id = ?", (number, number + 1))
        connection.execute("UPDATE journal_entry SET id = ? WHERE id = -1", (number + 1,))
        return [number, number + 1, number + 2]
    if kind == "digest":
        connection.execute("UPDATE journal_entry SET body_digest = ? WHERE id = ?", ("0" * 64, number))
        return [number]
    rows = [row[0] for row in connection.execute("SELECT entry_id FROM journal_body")]
    number = chance.choice(rows)
    connection.execute("UPDATE journal_body SET body = body || ' ' WHERE entry_id = ?", (number,))
    return [number]
