"""The books: one URL opens SQLite or PostgreSQL, with the same tables and the same statements."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlparse
from weakref import WeakSet

from peewee import Database, DatabaseProxy, Model, SmallIntegerField
from playhouse.apsw_ext import APSWDatabase

from models import cipher

APPLICATION_ID = 0x53484B31
"""Marks an SQLite file as Shuke's books ("SHK1")."""

database: Any = DatabaseProxy()
_url = ""
_view = ""
_STEPS = 50_000
"""Steps of SQLite's machine between two questions whether to go on: about a millisecond."""

PRAGMAS = (
    ("busy_timeout", 10_000),
    ("journal_mode", "wal"),
    ("synchronous", 2),
    ("foreign_keys", 1),
    ("trusted_schema", 0),
    ("cell_size_check", 1),
    ("mmap_size", 0),
    ("secure_delete", 1),
    ("temp_store", 2),
    ("cache_size", -16_000),
    ("journal_size_limit", 67_108_864),
    ("wal_autocheckpoint", 1_000),
)
"""Order matters: the timeout first, because switching to WAL can itself meet a lock (spec 09, 3.1)."""


_FOR_VIEWING = ("busy_timeout", "foreign_keys", "trusted_schema", "mmap_size", "temp_store", "cache_size")
"""What also holds where nothing can be written."""


class Books(APSWDatabase):
    """SQLite with STRICT column types: whole numbers and ISO text only."""

    file = ""
    """The file itself, where the name given to SQLite says more (`viewed`)."""

    field_types = {
        **APSWDatabase.field_types,
        "BIGAUTO": "INTEGER",
        "BIGINT": "INTEGER",
        "SMALLINT": "INTEGER",
        "BOOL": "INTEGER",
        "DATE": "TEXT",
        "DATETIME": "TEXT",
        "VARCHAR": "TEXT",
    }

    def _connect(self) -> Any:
        connection = super()._connect()
        connection.convert_binding = _bound
        _open.add(connection)
        return connection

    def _close(self, conn: Any) -> None:
        _open.discard(conn)
        super()._close(conn)

    def _add_conn_hooks(self, conn: Any) -> None:
        """The key of encrypted books goes before everything that touches a page."""
        cipher.unlock(conn, cipher.key(cipher.needed(self.file or self.database)))
        super()._add_conn_hooks(conn)


_open: WeakSet[Any] = WeakSet()
"""Connections of all threads of this process."""


def is_open_here(path: Path) -> bool:
    """Whether any thread of this process has these very books open."""
    here = path.resolve()
    return any(Path(one.filename) == here for one in list(_open))


def _bound(cursor: Any, number: int, value: Any) -> Any:
    """Dates as ISO text: the driver itself knows only numbers, text and bytes."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"cannot store {type(value).__name__} as parameter {number}")


class Table(Model):
    """The base of every table. STRICT on SQLite; PostgreSQL is strict anyway."""

    class Meta:
        database = database
        legacy_table_names = False
        strict_tables = True
        only_save_dirty = True


class FlagField(SmallIntegerField):
    """Yes or no as 1 or 0, so that the same SQL text runs on both databases."""

    def db_value(self, value: object) -> int | None:
        return None if value is None else int(bool(value))

    def python_value(self, value: object) -> bool | None:
        return None if value is None else bool(value)


class Broken(Exception):
    """The file cannot be used as books. `kind`: missing, not_books, newer, settings."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail


def is_postgres(url: str | None = None) -> bool:
    return (url or _url).startswith(("postgres://", "postgresql://", "psycopg3"))


def sqlite_path(url: str | None = None) -> Path | None:
    """The file behind a path or an `sqlite:///` URL; None for PostgreSQL."""
    text = url or _url
    if is_postgres(text):
        return None
    if text.startswith("sqlite:///"):
        text = unquote(text[len("sqlite:///") :])
    return Path(text)


def connect(url: str) -> Database:
    """A database object for `url`; nothing is opened yet."""
    if is_postgres(url):
        from models.server import Server

        parts = urlparse(url)
        return Server(
            unquote(parts.path.lstrip("/")),
            host=unquote(parts.hostname or "") or None,
            port=parts.port or 5432,
            user=unquote(parts.username or "") or None,
            password=unquote(parts.password or "") or None,
            max_connections=12,
            stale_timeout=300,
            prefer_psycopg3=True,
        )
    return Books(str(sqlite_path(url)), pragmas=PRAGMAS, lock_type="IMMEDIATE")


def viewed(path: Path) -> Database:
    """Books that can only be looked at: a place without the right to write, or a full disk.

    Where SQLite cannot keep its index beside them, they are taken as unchanging; then there must be no log.
    """
    from apsw import SQLITE_OPEN_READONLY, SQLITE_OPEN_URI

    log = Path(f"{path}-wal")
    still = not log.exists() or log.stat().st_size == 0
    name = "file:" + quote(path.resolve().as_posix()) + ("?immutable=1" if still else "")
    pragmas = tuple(one for one in PRAGMAS if one[0] in _FOR_VIEWING) + (("query_only", 1),)
    made = Books(name, pragmas=pragmas, flags=SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
    made.file = str(path)
    return made


def mark_of(path: Path) -> int:
    """The application id of an SQLite file, read without writing: opening for writing turns any file to WAL mode."""
    from apsw import SQLITE_OPEN_READONLY

    connection = cipher.opened(path, SQLITE_OPEN_READONLY)
    try:
        connection.set_busy_timeout(10_000)
        return int(connection.pragma("application_id"))
    finally:
        connection.close()


def use(url: str, *, view: str = "") -> None:
    """Binds all tables to the books behind `url`, closing those that were open before.

    `view`: why they can only be looked at (`place`, `full`); empty: they can be written.
    """
    global _url, _view
    close()
    path = sqlite_path(url)
    database.initialize(viewed(path) if view and path is not None else connect(url))
    _url, _view = url, view


def viewing() -> str:
    """Why the open books can only be looked at: `place` (no right to write) or `full` (disk); empty: they can be written."""
    return _view


def url() -> str:
    return _url


def close() -> None:
    """Closes this thread's connection, if one is open, and what the pool of a server keeps idle."""
    if database.obj is None:
        return
    if not database.is_closed():
        database.close()
    if hasattr(database.obj, "close_idle"):
        database.obj.close_idle()


def check_settings() -> None:
    """Reads the safety pragmas back. Raises Broken('settings') where SQLite did not take one."""
    if is_postgres():
        return
    want = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    for name, value in want.items():
        got = value_of(f"PRAGMA {name}")
        if got != value:
            raise Broken("settings", f"{name}={got}")


def _text(sql: str) -> str:
    return sql.replace("?", "%s") if is_postgres() else sql


def execute(sql: str, params: Sequence[Any] = ()) -> int:
    """Runs one statement with `?` placeholders on either database. Returns the number of rows changed."""
    cursor = database.execute_sql(_text(sql), params)
    if is_postgres():
        return int(cursor.rowcount)
    return int(cursor.connection.changes())


def execute_many(sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """Runs one statement for every row, without a Python object a row. Call it inside a transaction."""
    cursor = database.connection().cursor()
    cursor.executemany(_text(sql), rows)


def rows(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query with `?` placeholders."""
    return list(database.execute_sql(_text(sql), params).fetchall())


def stream(sql: str, params: Sequence[Any] = (), chunk: int = 2_000) -> Iterator[tuple[Any, ...]]:
    """Row by row, without holding them all; on PostgreSQL through a server-side cursor (needs a transaction)."""
    if not is_postgres():
        yield from database.connection().cursor().execute(sql, params)
        return
    with database.connection().cursor(name=f"shuke_{threading.get_ident()}_{id(sql)}") as cursor:
        cursor.execute(_text(sql), params)
        while part := cursor.fetchmany(chunk):
            yield from part


@contextmanager
def interruptible(check: Callable[[], None]) -> Iterator[None]:
    """Inside, `check` is asked some hundred times a second while SQLite works in this thread; what it raises ends the
    query. PostgreSQL is not asked: there the caller looks between two chunks.
    """
    if is_postgres():
        yield
        return
    connection = database.connection()
    connection.set_progress_handler(lambda: bool(check()), _STEPS)  # type: ignore[func-returns-value]
    try:
        yield
    finally:
        connection.set_progress_handler(None, _STEPS)


def row(sql: str, params: Sequence[Any] = ()) -> tuple[Any, ...] | None:
    """The first row of a query, or None."""
    found = database.execute_sql(_text(sql), params).fetchone()
    return tuple(found) if found is not None else None


def value_of(sql: str, params: Sequence[Any] = ()) -> Any:
    """The first column of the first row, or None."""
    found = row(sql, params)
    return found[0] if found else None


def insert(table: str, **values: Any) -> int:
    """Inserts one row and returns its id; the light way for hot paths."""
    names = ", ".join(values)
    marks = ", ".join("?" * len(values))
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"
    if is_postgres():
        return int(value_of(sql + " RETURNING id", tuple(values.values())))
    cursor = database.execute_sql(sql, tuple(values.values()))
    return int(cursor.connection.last_insert_rowid())


def marks(values: Sequence[Any]) -> str:
    """`?, ?, ?` for an IN list. Keep lists under 30,000 values."""
    return ", ".join("?" * len(values))


def as_day(value: Any) -> date | None:
    """A date column's value on either database."""
    if value is None or isinstance(value, date) and not isinstance(value, datetime):
        return value
    return date.fromisoformat(str(value)[:10])


def day_value(value: date | None) -> Any:
    """A date as the open database wants it as a parameter."""
    if value is None or is_postgres():
        return value
    return value.isoformat()


def moment_value(value: datetime | None) -> Any:
    """A moment (UTC) as the open database wants it as a parameter."""
    if value is None:
        return None
    plain = value.replace(tzinfo=None)
    return plain if is_postgres() else plain.isoformat(" ")
