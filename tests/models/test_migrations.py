"""The frozen scripts and the live tables say the same."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from playhouse.schema_diff import diff_models

from models import database, migrations
from models.migrations import freeze
from models.tables import TABLES

FIRST = "ec496b39f844bb732d83108a43ed21c423af27d763badad40786e5c69093b9d4"


def test_migrations_make_exactly_the_tables_of_the_models(books: str) -> None:
    database.use(books)
    assert not diff_models(database.database.obj, TABLES)


def test_migrations_make_exactly_the_indexes_of_the_models(books: str) -> None:
    database.use(books)
    made = {
        row[0]
        for row in database.rows(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql <> '' AND tbl_name <> 'schema_migration'"
        )
    }
    wanted = {
        match.group(1)
        for table in TABLES
        for sql in freeze.statements(database.Books("x"), [table._meta.table_name])
        if (match := re.match(r'CREATE (?:UNIQUE )?INDEX "([^"]+)"', sql))
    }
    assert made == wanted


def test_the_script_that_landed_first_is_never_touched_again() -> None:
    text = (Path(migrations.__file__).parent / "0001_initial.py").read_bytes()
    assert hashlib.sha256(text).hexdigest() == FIRST


def test_the_safety_settings_are_in_force(books: str) -> None:
    database.use(books)
    database.check_settings()
    assert database.value_of("PRAGMA application_id") == database.APPLICATION_ID
    assert database.value_of("PRAGMA user_version") == migrations.newest()


@pytest.mark.parametrize("table", ["journal_entry", "stock_move", "point_entry"])
def test_ledgers_are_append_only(books: str, table: str) -> None:
    database.use(books)
    names = {row[0] for row in database.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    assert {f"{table}_no_update", f"{table}_no_delete"} <= names
    if table == "journal_entry":
        with pytest.raises(Exception, match="append-only"):
            database.execute("DELETE FROM journal_entry")
