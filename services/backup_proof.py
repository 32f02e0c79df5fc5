"""Proof that books and their copy are sound and the same: the file, the links between tables, totals, the journal's end."""

from __future__ import annotations

from pathlib import Path

import apsw

from models import database, migrations
from services import backup_files as files
from services import journal, keys, ledgers
from services.backup_manifest import Backup
from services.errors import Unavailable

_ROWS = "rows"
"""All rows of all tables together, beside the business totals."""


def totals(connection: apsw.Connection) -> dict[str, int]:
    """Business totals by name. Books of an older schema give those that they have."""
    found = {}
    for name, sql in ledgers.SUMS.items():
        try:
            found[name] = int(files.one(connection, sql) or 0)
        except apsw.SQLError:
            continue
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    names = [name for (name,) in list(connection.execute(tables))]
    found[_ROWS] = sum(int(files.one(connection, f'SELECT COUNT(*) FROM "{name}"')) for name in names)
    return found


def head(connection: apsw.Connection) -> str:
    """The journal's end, `number:hash`."""
    last = list(connection.execute("SELECT id, hash FROM journal_entry ORDER BY id DESC LIMIT 1"))
    return f"{last[0][0]}:{last[0][1]}" if last else f"0:{journal.START}"


def source() -> None:
    """Before a copy is taken. Raises Unavailable: of damaged books no backup is made, and none is thinned out."""
    if database.value_of("PRAGMA quick_check(1)") != "ok":
        raise Unavailable("账册文件有损坏，没有备份，也没有清理旧备份。请用“restore”恢复最近的备份。")


def copied(file: Path, sums: dict[str, int], end: str) -> None:
    """A new copy against what its source said at that moment. Raises Unavailable: then it is no backup.

    The copy has the source's very pages, so a ledger that does not add up here does not add up there.
    """
    with files.opened(file) as copy:
        if files.one(copy, "PRAGMA integrity_check(1)") != "ok":
            raise Unavailable("备份副本没有通过检查，没有采用。原有的备份都在。")
        if list(copy.execute("PRAGMA foreign_key_check")):
            raise Unavailable("备份副本没有通过检查，没有采用。原有的备份都在。")
        if totals(copy) != sums or head(copy) != end:
            raise Unavailable("备份副本与账册对不上，没有采用。原有的备份都在。")
        # Books of an older program lack tables that today's proofs ask for: their upgrade compares the totals instead.
        current = files.one(copy, "PRAGMA user_version") == migrations.newest()
        if current and any(ledgers.broken(lambda sql: int(files.one(copy, sql) or 0))):
            raise Unavailable(
                "账册里的账对不上，这一份没有当作备份，旧备份一份也没有清理。请运行“check”看是哪里，再决定是否恢复。"
            )


def prove(backup: Backup) -> None:
    """Raises Unavailable unless the file is byte for byte what was written and opens cleanly."""
    damaged = Unavailable("备份 {file} 已损坏或被改动，不能使用。请换更早的一份。", file=backup.file.name)
    keys.need(backup.file, keys.BACKUP_VARIABLE)
    if not backup.file.exists() or files.sha256(backup.file) != backup.sha256:
        raise damaged
    try:
        with files.opened(backup.file) as copy:
            if (
                files.one(copy, "PRAGMA application_id") != database.APPLICATION_ID
                or files.one(copy, "PRAGMA quick_check(1)") != "ok"
            ):
                raise damaged
    except apsw.Error as why:
        raise damaged from why
