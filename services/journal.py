"""The journal: one line for every business act, chained by hash (spec 08, 09 §3.8)."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from models import database

if TYPE_CHECKING:
    from services.shop import Shop

HASH_VERSION = 1
START = "0" * 64
_NOT_IN_VIEW = ("signed_in", "sign_in_failed", "locked_out", "refused")
"""Acts that change nothing: they do not stop somebody who may only look, because nothing can be written."""

_INSERT = (
    "INSERT INTO journal_entry (at, day, pc, user_name, role, act, entity, entity_id, customer_id,"
    " body_digest, hash_version, previous, hash) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
)


@dataclass(frozen=True)
class Entry:
    """One line of the trail as people read it."""

    seq: int
    at: str
    day: date
    pc: str
    user: str
    role: str
    act: str
    entity: str
    entity_id: int | None
    customer_id: int | None
    body: dict[str, Any]
    hash: str


@lru_cache(maxsize=1)
def pc_name() -> str:
    return platform.node() or "PC"


def canonical(parts: list[int | str | None]) -> bytes:
    """Length-prefixed text of whole numbers and strings: no floats, no ambiguity."""
    out = []
    for part in parts:
        kind, text = (
            ("n", "") if part is None else ("i", str(part)) if isinstance(part, int) else ("s", str(part))
        )
        raw = text.encode()
        out.append(f"{kind}{len(raw)}:".encode() + raw)
    return b"".join(out)


def note(
    shop: Shop,
    act: str,
    entity: str,
    entity_id: int | None = None,
    *,
    customer_id: int | None = None,
    body: dict[str, Any] | None = None,
) -> int:
    """Writes one act inside the caller's transaction. `body` holds before and after as plain JSON. Returns its number."""
    if database.viewing() and act in _NOT_IN_VIEW:
        return 0
    text = json.dumps(body or {}, ensure_ascii=False, sort_keys=True, default=str, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    at = shop.clock.now().isoformat(timespec="microseconds")
    day = shop.today()
    user = shop.actor.name if shop.actor else ""
    role = str(shop.actor.role) if shop.actor else "system"
    if database.is_postgres():
        # One writer at a time holds the end of the chain; SQLite's IMMEDIATE transaction does that by itself.
        database.execute("SELECT pg_advisory_xact_lock(7450021)")
    previous = database.value_of("SELECT hash FROM journal_entry ORDER BY id DESC LIMIT 1") or START
    fields: list[int | str | None] = [
        at,
        day.isoformat(),
        pc_name(),
        user,
        role,
        act,
        entity,
        entity_id,
        customer_id,
    ]
    fields += [digest, HASH_VERSION, previous]
    link = hashlib.sha256(canonical(fields)).hexdigest()
    values = (at, database.day_value(day), pc_name(), user, role, act, entity, entity_id, customer_id)
    seq = _insert((*values, digest, HASH_VERSION, previous, link))
    if body:
        database.execute("INSERT INTO journal_body (entry_id, body) VALUES (?, ?)", (seq, text))
    return seq


def _insert(values: tuple[Any, ...]) -> int:
    if database.is_postgres():
        return int(database.value_of(_INSERT + " RETURNING id", values))
    cursor = database.database.execute_sql(_INSERT, values)
    return int(cursor.connection.last_insert_rowid())


def refused(shop: Shop, act: str) -> None:
    """A refused attempt is an act too. Outside a transaction only: inside one it would vanish with the roll-back."""
    if not database.database.in_transaction():
        with database.database.atomic():
            note(shop, "refused", act)


def head() -> tuple[int, str]:
    """(number, hash) of the newest entry: the anchor that is printed and put into backups."""
    found = database.row("SELECT id, hash FROM journal_entry ORDER BY id DESC LIMIT 1")
    return (int(found[0]), str(found[1])) if found else (0, START)


def entries(
    *, customer_id: int | None = None, limit: int = 200, before: int | None = None, act: str = ""
) -> list[Entry]:
    """The newest entries first. Reading needs the right AUDIT, which the caller's verb checks."""
    where, params = ["1 = 1"], []  # type: list[str], list[Any]
    if customer_id is not None:
        where.append("e.customer_id = ?")
        params.append(customer_id)
    if before is not None:
        where.append("e.id < ?")
        params.append(before)
    if act:
        where.append("e.act = ?")
        params.append(act)
    sql = (
        "SELECT e.id, e.at, e.day, e.pc, e.user_name, e.role, e.act, e.entity, e.entity_id, e.customer_id, b.body, e.hash"
        " FROM journal_entry e LEFT JOIN journal_body b ON b.entry_id = e.id"
        f" WHERE {' AND '.join(where)} ORDER BY e.id DESC LIMIT ?"
    )
    found = []
    for item in database.rows(sql, (*params, limit)):
        day = database.as_day(item[2])
        assert day is not None
        body = json.loads(item[10] or "{}")
        found.append(
            Entry(
                item[0],
                item[1],
                day,
                item[3],
                item[4],
                item[5],
                item[6],
                item[7],
                item[8],
                item[9],
                body,
                item[11],
            )
        )
    return found


def problems(report: Callable[[int], None] | None = None) -> Iterator[str]:
    """Walks the whole chain and yields what is wrong with it, as codes with the entry's number."""
    previous, expected = START, None
    sql = (
        "SELECT e.id, e.at, e.day, e.pc, e.user_name, e.role, e.act, e.entity, e.entity_id, e.customer_id,"
        " e.body_digest, e.hash_version, e.previous, e.hash, b.body"
        " FROM journal_entry e LEFT JOIN journal_body b ON b.entry_id = e.id ORDER BY e.id"
    )
    with database.database.atomic():
        for item in database.stream(sql):
            seq = int(item[0])
            if expected is not None and seq != expected:
                yield f"gap:{seq}"
            expected = seq + 1
            # As it stands there: whatever reading it as a date would forgive has been changed by somebody.
            day = item[2].isoformat() if isinstance(item[2], date) else str(item[2])
            fields = [item[1], day, *item[3:13]]
            if item[12] != previous:
                yield f"chain:{seq}"
            if hashlib.sha256(canonical(fields)).hexdigest() != item[13]:
                yield f"entry:{seq}"
            if item[14] is not None and hashlib.sha256(item[14].encode()).hexdigest() != item[10]:
                yield f"body:{seq}"
            previous = item[13]
            if report and seq % 5000 == 0:
                report(seq)
