"""Erasing a person under the privacy law: what would happen, the act itself, and once more after a restore (spec 08)."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from models import database
from services import again, backup, journal, ledgers
from services.erasing import names, rows, scrub, tombstones
from services.erasing.names import Known
from services.erasing.tombstones import Tombstone
from services.errors import Refused, Unavailable
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules import customer_data as data
from services.settings import load as this_pc
from services.shop import Shop
from services.words import N_

_EXCERPT = 24
"""So many characters around a name show what a note is about."""


@dataclass(frozen=True)
class Preview:
    """What an erase would take away, and what stays. Money in fen."""

    id: int
    card_no: str
    name: str
    records: int
    """With those that were merged into it"""
    goes: dict[str, int]
    """Table → rows of the person that are emptied or deleted"""
    tickets: int
    paid: int
    points: int
    gifts: int
    """Handed over: they stay in the ledger"""
    open_gifts: int
    """Planned or approved: they are cancelled"""
    vouchers: int
    voucher_worth: int
    """What vouchers that were not used yet are worth: they stay valid to bearer"""
    mentions: tuple[tuple[str, str], ...]
    """Elsewhere in the books: (table, the words around the name)"""
    backups: int
    oldest_backup: date | None
    backups_until: date
    """By then the last backup that holds the person is gone by itself"""


@dataclass(frozen=True)
class Erased:
    """What was done."""

    marks: tuple[str, ...]
    """What the records are called now, the person's own first"""
    card_no: str
    day: date
    mentions: int
    bodies: int
    removed_backups: int
    kept_backups: int
    backups_until: date
    warning: str
    """What still has to be done, in words; empty when all is done"""


def preview(shop: Shop, customer_id: int) -> Preview:
    """Says beforehand what goes and what stays. Changes nothing. Raises Refused."""
    require(shop, Right.ERASE)
    person = names.known(customer_id)
    ids, marks = person.ids, database.marks(person.ids)

    def number(sql: str) -> int:
        return int(database.value_of(sql.format(marks=marks), ids) or 0)

    goes = {}
    for table, classes in rows.tables():
        if (
            classes.owner
            and (classes.goes or classes.emptied)
            and table not in ("customer", "customer_merge")
        ):
            own, params = rows.owned(classes.owner, ids)
            if count := int(database.value_of(f"SELECT COUNT(*) FROM {table} WHERE {own}", params) or 0):
                goes[table] = count
    kept = _backups()
    return Preview(
        customer_id,
        person.card_no,
        person.name,
        len(ids),
        goes,
        number("SELECT COUNT(*) FROM ticket WHERE customer_id IN ({marks})"),
        number("SELECT SUM(paid) FROM ticket WHERE customer_id IN ({marks})"),
        number("SELECT SUM(points_balance) FROM customer WHERE id IN ({marks})"),
        number(
            "SELECT COUNT(*) FROM plan_line WHERE customer_id IN ({marks}) AND status IN ('issued', 'checked')"
        ),
        number(
            "SELECT COUNT(*) FROM plan_line WHERE customer_id IN ({marks})"
            " AND status IN ('draft', 'submitted', 'approved', 'returned')"
        ),
        number("SELECT COUNT(*) FROM voucher WHERE customer_id IN ({marks})"),
        number("SELECT SUM(worth) FROM voucher WHERE customer_id IN ({marks})"),
        tuple((one.table, _around(person, one.text)) for one in rows.mentions(person)),
        len(kept),
        min((one.day for one in kept), default=None),
        until(shop),
    )


def until(shop: Shop) -> date:
    """When the last backup that was made until today will have been thinned out."""
    months = shop.today().month - 1 + shop.policy.safety.backups_monthly + 1
    year, month = shop.today().year + months // 12, months % 12 + 1
    return date(year, month, min(shop.today().day, calendar.monthrange(year, month)[1]))


def _around(person: Known, text: str) -> str:
    found = names.pattern(person.words).search(text)
    assert found is not None
    start, end = max(0, found.start() - _EXCERPT), found.end() + _EXCERPT
    return ("…" if start else "") + " ".join(text[start:end].split()) + ("…" if end < len(text) else "")


def erase(
    shop: Shop,
    customer_id: int,
    reason: str,
    *,
    typed: str,
    pin: str,
    mentions: bool = True,
    remove_backups: bool = False,
) -> Erased:
    """Takes a person out of the books for good; sums, points and ledgers stay. There is no undo.

    `typed`: the card number, typed again. `mentions`: blot the name out of other people's notes too. `remove_backups`:
    a new backup is made and proven, then the older ones go, which still hold the person. Raises Refused, Unavailable.
    """
    require(shop, Right.ERASE)
    words = _reason(reason)
    card = database.value_of("SELECT card_no FROM customer WHERE id = ?", (customer_id,))
    if data.half_width(data.clean(typed)).upper() != str(card).upper():
        raise Refused("输入的卡号不对：请照抄 {card_no}，再删除。", card_no=card, field="card_no")
    again.prove(shop, pin, Right.ERASE)
    with database.database.atomic():
        person = names.known(customer_id)
        marks, blotted, gone = _clear(shop, person, words, mentions=mentions)
    return _finished(
        shop, [marks[one] for one in person.ids], person.card_no, blotted, len(gone), remove_backups
    )


def erase_all(
    shop: Shop,
    ids: Sequence[int],
    reason: str,
    *,
    pin: str,
    remove_backups: bool = False,
    progress: Progress = silent,
) -> Erased:
    """Several people at once, as the owner was shown them: one PIN, one transaction a person, the file written once.

    Stopping leaves those who are done erased. Raises Refused, Unavailable, Cancelled.
    """
    require(shop, Right.ERASE)
    words = _reason(reason)
    again.prove(shop, pin, Right.ERASE)
    marks: list[str] = []
    blotted = bodies = 0
    try:
        for number, customer_id in enumerate(ids):
            progress(number, len(ids))
            with database.database.atomic():
                person = names.known(customer_id)
                now, elsewhere, gone = _clear(shop, person, words, mentions=True)
            marks += [now[one] for one in person.ids]
            blotted, bodies = blotted + elsewhere, bodies + len(gone)
    finally:
        if marks:
            done = _finished(shop, marks, "", blotted, bodies, remove_backups)
    return done


def _reason(reason: str) -> str:
    words = data.short(reason, "reason")
    if not words:
        raise Refused("请写明为什么删除，例如“本人要求”。", field="reason")
    return words


def _finished(
    shop: Shop, marks: Sequence[str], card_no: str, blotted: int, bodies: int, remove_backups: bool
) -> Erased:
    """The tombstones beside the backups, the file written anew, and the older backups as was chosen."""
    tombstones.keep_beside()
    warning = _after(shop)
    removed, kept = 0, len(_backups())
    if remove_backups and not warning:
        removed, warning = _remove_backups(shop)
        kept = len(_backups()) - 1
    return Erased(tuple(marks), card_no, shop.today(), blotted, bodies, removed, kept, until(shop), warning)


def _clear(
    shop: Shop, person: Known, reason: str, *, mentions: bool, again_on: Sequence[Tombstone] = ()
) -> tuple[dict[int, str], int, list[int]]:
    """Inside the caller's transaction. Raises Unavailable, and nothing was done, where a sum would change."""
    before = ledgers.sums()
    former = {one.record: one for one in again_on}
    marks = {
        record: former[record].mark if record in former else tombstones.new_mark() for record in person.ids
    }
    known_by = tombstones.marks_of(person)
    gone = rows.bodies(person)
    elsewhere = rows.mentions(person) if mentions else []
    rows.blot_out(person, elsewhere)
    rows.clear(shop, person, marks)
    database.execute_many("DELETE FROM journal_body WHERE entry_id = ?", [(one,) for one in gone])
    if ledgers.sums() != before:
        raise Unavailable(N_("删除会改变合计，没有删除任何东西。请把这句话告诉维护的人。"))
    act = journal.note(
        shop,
        "customer.erased_again" if again_on else "customer.erased",
        "customer",
        person.ids[0],
        customer_id=person.ids[0],
        body={
            "mark": marks[person.ids[0]],
            "reason": names.pattern(person.words).sub("…", reason) if person.words else reason,
            "records": len(person.ids),
            "mentions": len(elsewhere),
            "bodies": gone,
        },
    )
    for record in person.ids:
        if not database.row("SELECT 1 FROM erased_person WHERE mark = ?", (marks[record],)):
            stone = former.get(record) or Tombstone(marks[record], record, shop.today(), known_by)
            tombstones.write(stone, shop.who, act)
        else:
            database.execute("UPDATE erased_person SET scrubbed = 0 WHERE mark = ?", (marks[record],))
    return marks, len(elsewhere), gone


def _after(shop: Shop) -> str:
    """Writes the file anew. Returns what is still to do, in words."""
    try:
        scrub.scrub()
    except Unavailable as why:
        return str(why)
    return ""


def _backups() -> list[backup.Backup]:
    place = tombstones.folder()
    return backup.listed(place) if place is not None else []


def _remove_backups(shop: Shop) -> tuple[int, str]:
    """A new backup, proven; then the older ones go, at the second place too. Returns how many, and what could not go."""
    fresh = backup.snapshot(shop, "after-erase")
    second = this_pc().backup_folder
    places = [one for one in (tombstones.folder(), Path(second) if second else None) if one is not None]
    removed = 0
    for place in places:
        for one in backup.listed(place) if place.is_dir() else []:
            if one.file == fresh.file:
                continue
            try:
                one.file.unlink(missing_ok=True)
                one.file.with_suffix(".json").unlink(missing_ok=True)
                removed += 1
            except OSError as why:
                return removed, str(
                    Unavailable(N_("旧备份 {file} 没有删掉：{why}。"), file=one.file, why=why)
                )
    with database.database.atomic():
        journal.note(shop, "backups.removed", "shop", 1, body={"count": removed, "kept": fresh.file.name})
    return removed, ""


def carried() -> list[Tombstone]:
    """What a restore takes along from the books it replaces, and from beside the backups."""
    return [*tombstones.beside(), *tombstones.standing()]


def repeat(shop: Shop, also: Iterable[Tombstone] = ()) -> int:
    """After a restore: everybody who was erased since is erased again, before anybody sees the books. Returns how many.

    Looks at the tombstones in the books, beside the backups, and at `also`, those of the books that were replaced.
    Needs nobody signed in. Doing it twice changes nothing.
    """
    stones = {one.mark: one for one in (*tombstones.standing(), *tombstones.beside(), *also)}
    if not stones:
        return 0
    system = replace(shop, actor=None)
    done = 0
    with database.database.atomic():
        there = {row[0] for row in database.rows("SELECT mark FROM erased_person")}
        for one in sorted(stones.values(), key=lambda one: one.record):
            if _is_back(one):
                person = names.known(one.record, merged=True)
                person = replace(person, ids=(one.record,))
                _clear(system, person, "", mentions=True, again_on=[one])
                done += 1
            elif one.mark not in there:
                tombstones.write(one, None, None)
        if not done:
            database.execute("UPDATE erased_person SET scrubbed = 1 WHERE scrubbed = 0 AND act IS NULL")
    if done:
        _after(system)
    return done


def _is_back(one: Tombstone) -> bool:
    row = database.row("SELECT name, state FROM customer WHERE id = ?", (one.record,))
    if row is None or row[1] == "erased":
        return False
    phones = [
        found[0] for found in database.rows("SELECT number FROM phone WHERE customer_id = ?", (one.record,))
    ]
    return tombstones.stands_for(one, row[0], phones, tombstones.past_of(one.record))


def look_after(shop: Shop) -> None:
    """Part of the day's opening: what a restore brought back goes again, and a file that was busy is written anew."""
    repeat(shop)
    if scrub.waiting():
        _after(shop)
