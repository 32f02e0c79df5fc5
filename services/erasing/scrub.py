"""After the rows are gone: the file written anew, so that no free page, log or index still holds the words."""

from __future__ import annotations

from models import database
from services import search_index
from services.erasing.rows import tables
from services.errors import Unavailable
from services.words import N_

_LATER = N_(
    "资料已经从账册里删除，但文件还没有重写完：{why}。请关掉别的窗口和程序；下次开店时会自动再做一次。"
)


def waiting() -> int:
    """How many erases have not been followed by writing the file anew."""
    return int(database.value_of("SELECT COUNT(*) FROM erased_person WHERE scrubbed = 0") or 0)


def scrub() -> None:
    """Writes the whole file anew and empties the log beside it. Raises Unavailable when another program holds it.

    SQLite: the search's lists are merged (an erased word stands in them until then), VACUUM copies what is left,
    the checkpoint truncates the log. PostgreSQL: the touched tables are rewritten; its own logs are the server's matter.
    """
    try:
        if database.is_postgres():
            for table in _touched():
                database.execute(f"VACUUM (FULL) {table}")
            database.execute("VACUUM (FULL) search_token")
        else:
            search_index.tidy()
            _truncate()
            database.execute("VACUUM")
        database.execute("UPDATE erased_person SET scrubbed = 1 WHERE scrubbed = 0")
        if not database.is_postgres():
            _truncate()
    except Unavailable:
        raise
    except Exception as why:
        from services import faults

        known = faults.explain(why)
        if known is None:
            raise
        raise Unavailable(_LATER, why=str(known)) from why


def _touched() -> list[str]:
    return [name for name, classes in tables() if classes.emptied]


def _truncate() -> None:
    busy = database.value_of("PRAGMA wal_checkpoint(TRUNCATE)")
    if busy:
        raise Unavailable(_LATER, why=N_("账册正被别的程序读着"))
