"""Both sides of a restore, and what it costs: read before anybody agrees, nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import apsw

from models import cipher, database
from services import backup, backup_restore, restore_guard
from services import backup_files as files
from services.backup_manifest import Backup
from services.errors import ShopError
from services.rights import Right, require
from services.shop import Shop


@dataclass(frozen=True)
class Side:
    """The backup, or the present books."""

    day: date
    taken_at: str
    """UTC, ISO; empty for the present."""
    shop: str
    customers: int
    tickets: int
    paid: int
    """fen"""
    last_ticket: date | None
    encrypted: bool


@dataclass(frozen=True)
class Comparison:
    chosen: Backup
    then: Side | None
    """None when the backup cannot be read."""
    now: Side
    lost: dict[str, int]
    """What is in the present books only: customers, tickets, gifts_issued, consents, contacts, opt_outs."""
    erased: int
    """People erased since, who are erased again after the restore."""
    gifts: int
    """Gifts that were approved and not handed out when the backup was taken: to be asked about."""
    messages: int
    """Batches of messages that were ready to go: held."""
    wrong: str
    """Why it cannot be used, as a sentence; empty when it is proven sound."""


def compare(shop: Shop, chosen: Backup) -> Comparison:
    """Proves the backup and compares it with the open books. Raises NotAllowed, or KeyNeeded for its own key."""
    require(shop, Right.RESTORE)
    now = _present(shop)
    books = files.books_file()
    try:
        backup.prove(chosen)
        restore_guard.check(chosen.file, books)
        lost = backup_restore.lost_by(shop, chosen)
        with files.opened(chosen.file) as copy:
            then = _side(copy, chosen.day, chosen.taken_at, bool(cipher.needed(chosen.file)))
            gifts = _count(copy, "SELECT COUNT(*) FROM plan_line WHERE status = 'approved'")
            messages = _count(copy, "SELECT COUNT(*) FROM sms_batch WHERE state = 'reviewed'")
            erased = _erased_since(copy)
    except ShopError as why:
        if getattr(why, "kind", "") == "key":
            raise
        return Comparison(chosen, None, now, {}, 0, 0, 0, str(why))
    counts = {name: number for name, number in lost.counts.items() if name != "acts"}
    counts["opt_outs"] = lost.opt_outs
    return Comparison(chosen, then, now, counts, erased, gifts, messages, "")


def next_older(chosen: Backup, where: Path | None = None) -> Backup | None:
    """The newest backup before this one that proves sound; None when there is none."""
    for one in backup.listed(where):
        if one.taken_at < chosen.taken_at:
            try:
                backup.prove(one)
            except ShopError:
                continue
            return one
    return None


def _count(copy: apsw.Connection, sql: str) -> int:
    try:
        return int(files.one(copy, sql))
    except apsw.SQLError:  # an older schema
        return 0


def _side(copy: apsw.Connection, day: date, taken_at: str, encrypted: bool) -> Side:
    name = str(files.one(copy, "SELECT name FROM shop_info WHERE id = 1"))
    last = files.one(copy, "SELECT MAX(day) FROM ticket")
    return Side(
        day,
        taken_at,
        name,
        _count(copy, "SELECT COUNT(*) FROM customer"),
        _count(copy, "SELECT COUNT(*) FROM ticket"),
        _count(copy, "SELECT COALESCE(SUM(paid), 0) FROM ticket"),
        database.as_day(last),
        encrypted,
    )


def _present(shop: Shop) -> Side:
    with files.opened(files.books_file()) as books:
        return _side(books, shop.today(), "", bool(cipher.needed(files.books_file())))


def _erased_since(copy: apsw.Connection) -> int:
    """Those of the present tombstones that the backup does not have."""
    try:
        known = {mark for (mark,) in copy.execute("SELECT mark FROM erased_person").fetchall()}
    except apsw.SQLError:
        known = set()
    return sum(1 for (mark,) in database.rows("SELECT mark FROM erased_person") if mark not in known)
