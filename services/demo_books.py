"""Writing an invented shop into the books in bulk: one statement a table, tens of thousands of rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models import database
from models.database import Table


class Bulk:
    """Rows of one table, gathered and written together. Fields that are not named get the model's own default."""

    def __init__(self, model: type[Table], *names: str) -> None:
        fields = model._meta.sorted_fields
        given = {field.column_name for field in fields} & set(names)
        assert len(given) == len(names), set(names) - given
        constants = {
            field.column_name: field.db_value(field.default)
            for field in fields
            if field.column_name not in names and field.default is not None
        }
        columns = ", ".join(f'"{name}"' for name in (*names, *constants))
        marks = ", ".join((*"?" * len(names), *(_literal(value) for value in constants.values())))
        self.table = model._meta.table_name
        self.sql = f"INSERT INTO {self.table} ({columns}) VALUES ({marks})"
        self.has_id = "id" in names
        self.rows: list[Sequence[Any]] = []

    def add(self, *values: Any) -> None:
        self.rows.append(values)

    def write(self) -> None:
        if self.rows:
            database.execute_many(self.sql, self.rows)
            self.rows.clear()

    def next_id(self) -> int:
        """The first free id of the table."""
        return int(database.value_of(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {self.table}"))

    def finish(self) -> None:
        """Writes what is left; PostgreSQL's own counter is moved behind the ids given here."""
        self.write()
        if self.has_id and database.is_postgres():
            top = f"(SELECT COALESCE(MAX(id), 1) FROM {self.table})"
            database.rows(f"SELECT setval(pg_get_serial_sequence('{self.table}', 'id'), {top})")


def _literal(value: object) -> str:
    if isinstance(value, bool | int):
        return str(int(value))
    assert isinstance(value, str) and "'" not in value and "?" not in value, value
    return f"'{value}'"
