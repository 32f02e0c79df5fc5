"""The move itself: the present books held still, the new ones filled and compared, and only then taken."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from peewee import Database

from models import database, migrations
from services import again, checking, journal, search_index, upgrade
from services.errors import Refused, Unavailable
from services.faults import explain
from services.files import PREFIX
from services.progress import Progress, silent
from services.rights import Right
from services.shop import Shop
from services.transfer import passwords, rows, writing
from services.transfer.places import shown
from services.words import N_


@dataclass(frozen=True)
class Moved:
    """What came over."""

    url: str
    tables: int
    rows: int
    left: str = ""
    """Where the former file lies now, under its new name; empty where it is on a server."""


def try_out(url: str) -> bool:
    """Whether there is a shop already; an empty database is ready for one. Raises Unavailable where nobody answers."""
    other = database.connect(passwords.filled(url))
    try:
        with _in_words():
            other.connect()
            return _tables(other) > 0
    finally:
        _let_go(other)


def _tables(books: Database) -> int:
    sql = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema()"
    return int(books.execute_sql(sql).fetchone()[0])


def move(shop: Shop, to: str, pin: str, progress: Progress = silent) -> Moved:
    """Moves the shop into an empty database or a new file, in one transaction there, while nobody can write here.

    Every table is compared, rows and hashes, and the books there are proven like in `check` before they count. The former
    file gets another name, so that nobody goes on with it by mistake; a former server keeps its rows. Afterwards the new
    books are open, with nobody signed in. Raises Refused, Unavailable, Cancelled: then nothing happened.
    """
    again.prove(shop, pin, Right.RESTORE)
    if problems := checking.check(shop).problems:
        raise Refused(N_("账册有问题，先不能搬：{what}"), what="；".join(problems[:3]))
    here = shop.url
    target = database.sqlite_path(to)
    if target is not None:
        target = target.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        to = str(target)
    _free(to, target)
    built = to if target is None else str(target.with_name(f"{PREFIX}{secrets.token_hex(4)}.db"))
    database.close()
    source = database.connect(passwords.filled(here))
    try:
        with _in_words(), _held(source):
            total = sum(_count(source, table) for table in rows.names())
            _fill(shop, source, built, here, progress, total)
        _let_go(source)
        if target is not None:
            _put_in_place(Path(built), target)
    except BaseException:
        database.close()
        if target is not None:
            _remove(Path(built))
        database.use(passwords.filled(here))
        raise
    finally:
        _let_go(source)
    database.close()
    database.use(passwords.filled(to))
    return Moved(to, len(rows.names()), total, _rename(here))


def _free(to: str, target: Path | None) -> None:
    if target is not None:
        if target.exists():
            raise Refused(N_("{file} 已经存在，没有改动它。请换一个文件名，或直接打开它。"), file=target)
    elif try_out(to):
        raise Refused(N_("这个数据库里已经有表，没有改动它。请用一个空的数据库。"), field="name")


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except Exception as why:
        sentence = explain(why)
        if sentence is None or sentence is why:
            raise
        raise sentence from why


@contextmanager
def _held(source: Database) -> Iterator[None]:
    """One moment of the source, in which nobody else writes."""
    source.connect()
    with source.atomic():
        if not isinstance(source, database.Books):
            source.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            source.execute_sql(f"LOCK TABLE {', '.join(rows.names())} IN EXCLUSIVE MODE")
        yield


def _count(source: Database, table: str) -> int:
    return int(source.execute_sql(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0])


def _fill(shop: Shop, source: Database, built: str, here: str, progress: Progress, total: int) -> None:
    database.use(passwords.filled(built))
    database.database.connect()
    done = 0
    with database.database.atomic():
        if migrations.applied():
            raise Refused(N_("这个数据库里已经有表，没有改动它。请用一个空的数据库。"), field="name")
        upgrade.run()
        _emptied()
        sums: dict[str, rows.Sum] = {}
        with writing.unguarded():
            for table in rows.names():
                sums[table] = rows.Sum()
                for part in rows.read(source, table):
                    writing.insert(table, part)
                    sums[table] = sums[table].plus(rows.sum_of(part))
                    done += len(part)
                    progress(done, 2 * total)
        for table, want in sums.items():
            got = rows.Sum()
            for part in rows.read(database.database.obj, table):
                got = got.plus(rows.sum_of(part))
                done += len(part)
                progress(done, 2 * total)
            if got != want:
                raise Unavailable(
                    N_(
                        "搬过去的“{table}”和原来的不一样（{there} 行对 {here} 行），什么都没有改。请再试一次。"
                    ),
                    table=table,
                    there=got.rows,
                    here=want.rows,
                )
        body = {"from": shown(here), "to": shown(built), "tables": len(sums), "rows": total}
        journal.note(shop, "books.moved", "shop", 1, body=body)
        search_index.rebuild()
        if problems := checking.check(shop).problems:
            raise Unavailable(
                N_("搬过去的账册没有通过核对，什么都没有改：{what}"), what="；".join(problems[:3])
            )
    if not database.is_postgres():
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def _emptied() -> None:
    """What the scripts put into new books (kinds of gifts, first texts) comes over with the rest."""
    with writing.unguarded():
        for table in reversed(rows.names()):
            database.execute(f'DELETE FROM "{table}"')


def _put_in_place(built: Path, target: Path) -> None:
    try:
        os.link(built, target) if hasattr(os, "link") and os.name != "nt" else os.rename(built, target)
    except FileExistsError:
        raise Refused(
            N_("{file} 已经存在，没有改动它。请换一个文件名，或直接打开它。"), file=target
        ) from None
    _remove(built)


def _rename(here: str) -> str:
    """The former file under a name that says what it is. Where it cannot be renamed it stays as it is, complete."""
    path = database.sqlite_path(here)
    if path is None:
        return ""
    new = path.with_name(f"{path.stem}-moved{path.suffix}")
    number = 2
    while new.exists():
        new, number = path.with_name(f"{path.stem}-moved-{number}{path.suffix}"), number + 1
    try:
        # The log first: left behind alone it would be taken for that of a new file of the old name.
        for ending in ("-wal", "-shm", ""):
            if Path(f"{path}{ending}").exists():
                os.rename(f"{path}{ending}", f"{new}{ending}")
    except OSError:
        return str(path)
    return str(new)


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)


def _let_go(books: Database) -> None:
    if not books.is_closed():
        books.close()
    if hasattr(books, "close_idle"):
        books.close_idle()
