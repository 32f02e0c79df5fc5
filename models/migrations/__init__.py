"""Numbered, forward-only changes of the tables, each a frozen script; all pending ones run in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from models import database

if TYPE_CHECKING:
    from playhouse.migrations import Runner

FOLDER = Path(__file__).parent


def _runner() -> Runner:
    # Imported only when something is pending: every start would pay for it.
    from playhouse.migrations import Runner

    return Runner(database.database.obj, str(FOLDER))


def newest() -> int:
    """The schema number this program knows."""
    return max(int(path.name[:4]) for path in FOLDER.glob("[0-9]*.py"))


def applied() -> int:
    """The schema number of the open books; 0 for books without tables."""
    if not database.is_postgres():
        return int(database.value_of("PRAGMA user_version"))
    found = database.value_of("SELECT to_regclass('schema_migration')")
    if found is None:
        return 0
    return int(database.value_of("SELECT max(substr(name, 1, 4)) FROM schema_migration") or 0)


def run() -> list[str]:
    """Applies what is pending, all or nothing. Returns the names applied."""
    runner = _runner()
    with database.database.atomic():
        names: list[str] = runner.up()
        if not database.is_postgres():
            database.execute(f"PRAGMA application_id = {database.APPLICATION_ID}")
            database.execute(f"PRAGMA user_version = {newest()}")
    return names
