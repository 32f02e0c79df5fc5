"""The frozen scripts and the live tables say the same."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from playhouse.schema_diff import diff_models

from models import database, migrations
from models.migrations import freeze
from models.tables import TABLES


def test_migrations_make_exactly_the_tables_of_the_models(books: str) -> None:
    database.use(books)
    assert not diff_models(database.database.obj, TABLES)


def test_the_first_script_is_the_frozen_copy_of_the_tables() -> None:
    path = Path(migrations.__file__).parent / "0001_initial.py"
    spec = importlib.util.spec_from_file_location("initial", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert list(module.SQLITE) == freeze.statements(database.Books("x")), (
        "run python -m models.migrations.freeze"
    )


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
