"""What is done with many customers at once: one act, one transaction, one line in the journal."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models import database
from services import contact_assignment, grades, journal
from services.errors import Refused
from services.rights import Right, require
from services.rules import customer_data as data
from services.shop import Shop

_CHUNK = 10_000
NAMED = 200
"""So many card numbers stand in the journal's line; of more customers it says how many."""
_ON_FILE = "state IN ('active', 'lost')"

Team = tuple[int | None, int | None]
"""Group and clerk."""


@dataclass(frozen=True)
class Moved:
    """Customers who got another group or clerk. `put_back` with it is the undo."""

    count: int
    now: Team
    """What they have now; a None of the group means it was not touched."""
    before: Mapping[Team, Sequence[int]]


@dataclass(frozen=True)
class Noted:
    """Notes written together. `take_notes_back` with it is the undo."""

    count: int
    text: str
    at: datetime


@dataclass(frozen=True)
class Named:
    """Who became, or is no longer, a special customer."""

    ids: tuple[int, ...]
    special: bool


@dataclass(frozen=True)
class Asked:
    """For whom an erasure was asked."""

    ids: tuple[int, ...]
    """Of the requests."""


def place(shop: Shop, ids: Sequence[int], group_id: int) -> Moved:
    """Puts customers into a group. A clerk of another group is no longer responsible for them. Raises Refused."""
    require(shop, Right.GROUPS)
    with database.database.atomic():
        name = database.value_of("SELECT name FROM staff_group WHERE id = ? AND active = 1", (group_id,))
        if name is None:
            raise Refused("没有这个销售组。")
        before = _teams(ids, "(group_id IS NULL OR group_id <> ?)", (group_id,))
        changed = [one for part in before.values() for one in part]
        for part, marks in _parts(changed):
            database.execute(
                "UPDATE customer SET group_id = ?, version = version + 1, clerk_id = CASE WHEN clerk_id IN"
                f" (SELECT id FROM staff_user WHERE group_id = ?) THEN clerk_id END WHERE id IN ({marks})",
                (group_id, group_id, *part),
            )
        inside = {
            row[0] for row in database.rows("SELECT id FROM staff_user WHERE group_id = ?", (group_id,))
        }
        contact_assignment.follow(
            (one, clerk, None)
            for (_group, clerk), part in before.items()
            if clerk not in inside
            for one in part
        )
        _tell(shop, "list.placed", changed, name=name)
    return Moved(len(changed), (group_id, None), before)


def assign(shop: Shop, ids: Sequence[int], clerk_id: int) -> Moved:
    """Makes a person responsible for customers, who move to that person's group. Raises Refused."""
    require(shop, Right.GROUPS)
    with database.database.atomic():
        found = database.row("SELECT name, group_id FROM staff_user WHERE id = ? AND active = 1", (clerk_id,))
        if found is None:
            raise Refused("没有这位员工，或账号已停用。")
        name, group = found
        before = _teams(ids, "(clerk_id IS NULL OR clerk_id <> ?)", (clerk_id,))
        changed = [one for part in before.values() for one in part]
        for part, marks in _parts(changed):
            database.execute(
                "UPDATE customer SET clerk_id = ?, group_id = COALESCE(?, group_id), version = version + 1"
                f" WHERE id IN ({marks})",
                (clerk_id, group, *part),
            )
        contact_assignment.follow(
            (one, old, clerk_id) for (_group, old), part in before.items() for one in part
        )
        _tell(shop, "list.assigned", changed, name=name)
    return Moved(len(changed), (group, clerk_id), before)


def put_back(shop: Shop, moved: Moved) -> int:
    """Gives customers their former group and clerk again, unless they were moved once more. Returns how many."""
    require(shop, Right.GROUPS)
    group, clerk = moved.now
    still = "clerk_id = ?" if clerk is not None else "group_id = ?"
    back = 0
    with database.database.atomic():
        for (old_group, old_clerk), ids in moved.before.items():
            for part, marks in _parts(ids):
                back += database.execute(
                    "UPDATE customer SET group_id = ?, clerk_id = ?, version = version + 1"
                    f" WHERE id IN ({marks}) AND {still}",
                    (old_group, old_clerk, *part, clerk if clerk is not None else group),
                )
            back_again = {
                row[0]
                for part, marks in _parts(ids)
                for row in database.rows(
                    f"SELECT id FROM customer WHERE id IN ({marks}) AND COALESCE(clerk_id, 0) = ?",
                    (*part, old_clerk or 0),
                )
            }
            contact_assignment.follow((one, clerk, old_clerk) for one in ids if one in back_again)
        journal.note(shop, "list.put_back", "customer", body={"count": back})
    return back


def note(shop: Shop, ids: Sequence[int], text: str) -> Noted:
    """Writes the same dated note to many files. Raises Refused for an empty or too long one."""
    require(shop, Right.REGISTER)
    words = data.short(text, "note", data.TEXT_MAX)
    if not words:
        raise Refused("备注是空的。", field="note")
    at = shop.clock.now()
    written = 0
    with database.database.atomic():
        for part, marks in _parts(ids):
            written += database.execute(
                "INSERT INTO note (customer_id, day, kind, text, user_id, created_at)"
                f" SELECT id, ?, 'note', ?, ?, ? FROM customer WHERE id IN ({marks}) AND {_ON_FILE}",
                (database.day_value(shop.today()), words, shop.who, database.moment_value(at), *part),
            )
        _tell(shop, "list.noted", ids, text=words)
    return Noted(written, words, at)


def take_notes_back(shop: Shop, noted: Noted) -> int:
    """Deletes the notes that were written together; the journal keeps their text. Returns how many."""
    require(shop, Right.REGISTER)
    with database.database.atomic():
        gone = database.execute(
            "DELETE FROM note WHERE created_at = ? AND text = ? AND COALESCE(user_id, 0) = ?",
            (database.moment_value(noted.at), noted.text, shop.who or 0),
        )
        journal.note(shop, "list.notes_removed", "customer", body={"count": gone, "text": noted.text})
    return gone


def name_special(shop: Shop, ids: Sequence[int], special: bool, reason: str) -> Named:
    """The owner names special customers, or takes it back; their grades follow. Raises Refused."""
    require(shop, Right.NAME_SPECIAL)
    words = data.short(reason, "reason")
    if special and not words:
        raise Refused("指定特殊客户要写明原因。", field="reason")
    most = shop.policy.lists.special_most
    if len(ids) > most:
        raise Refused("一次最多指定 {most} 位，这次选了 {n} 位。", most=most, n=len(ids))
    with database.database.atomic():
        changed = []
        for part, marks in _parts(ids):
            sql = f"SELECT id FROM customer WHERE id IN ({marks}) AND {_ON_FILE} AND special <> ? ORDER BY id"
            changed += [int(row[0]) for row in database.rows(sql, (*part, int(special)))]
        for part, marks in _parts(changed):
            database.execute(
                f"UPDATE customer SET special = ?, special_reason = ?, version = version + 1 WHERE id IN ({marks})",
                (int(special), words if special else "", *part),
            )
        for one in changed:  # few: the policy says how many at most
            grades.regrade_one(shop, one)
        _tell(shop, "list.special", changed, special=int(special), reason=words)
    return Named(tuple(changed), special)


def ask_erase(shop: Shop, ids: Sequence[int], reason: str) -> Asked:
    """Asks the owner to erase these customers' data. Whoever was asked for already is not asked for twice.

    The request stands on the customer's file (filter 申请删除资料) and in the journal until the owner acts. Raises Refused.
    """
    require(shop, Right.ASK_ERASE)
    words = data.short(reason, "reason")
    if not words:
        raise Refused("请写明客户为什么要求删除资料。", field="reason")
    most = shop.policy.lists.erase_most
    if not ids or len(ids) > most:
        raise Refused("一次申请删除 1 到 {most} 位客户的资料，这次选了 {n} 位。", most=most, n=len(ids))
    with database.database.atomic():
        marks = database.marks(ids)
        sql = (
            f"SELECT id FROM customer WHERE id IN ({marks}) AND {_ON_FILE} AND id NOT IN"
            " (SELECT customer_id FROM erase_request WHERE withdrawn = 0) ORDER BY id"
        )
        people = [int(row[0]) for row in database.rows(sql, ids)]
        made = tuple(
            database.insert(
                "erase_request",
                customer_id=one,
                day=shop.today(),
                reason=words,
                user_id=shop.who,
                withdrawn=0,
                created_at=shop.clock.now(),
            )
            for one in people
        )
        _tell(shop, "list.erase_asked", people, reason=words)
    return Asked(made)


def withdraw_erase(shop: Shop, asked: Asked) -> None:
    """Takes requests back before the owner acted."""
    require(shop, Right.ASK_ERASE)
    if not asked.ids:
        return
    with database.database.atomic():
        marks = database.marks(asked.ids)
        sql = f"SELECT customer_id FROM erase_request WHERE id IN ({marks}) AND withdrawn = 0"
        people = [int(row[0]) for row in database.rows(sql, asked.ids)]
        database.execute(f"UPDATE erase_request SET withdrawn = 1 WHERE id IN ({marks})", asked.ids)
        _tell(shop, "list.erase_withdrawn", people)


def _parts(ids: Sequence[int]) -> Iterator[tuple[Sequence[int], str]]:
    """Slices that fit into one statement, with their marks."""
    for at in range(0, len(ids), _CHUNK):
        part = ids[at : at + _CHUNK]
        yield part, database.marks(part)


def _teams(ids: Sequence[int], differs: str, params: Sequence[Any]) -> dict[Team, array[int]]:
    """Who has another group or clerk than wanted, by what they have now."""
    found: dict[Team, array[int]] = {}
    for part, marks in _parts(ids):
        sql = f"SELECT id, group_id, clerk_id FROM customer WHERE id IN ({marks}) AND {_ON_FILE} AND {differs} ORDER BY id"
        for number, group, clerk in database.rows(sql, (*part, *params)):
            found.setdefault((group, clerk), array("q")).append(number)
    return found


def _tell(shop: Shop, act: str, ids: Sequence[int], **body: Any) -> None:
    """One line in the journal, with the card numbers where they are few."""
    cards: list[str] = []
    if 0 < len(ids) <= NAMED:
        sql = f"SELECT card_no FROM customer WHERE id IN ({database.marks(ids)}) ORDER BY id"
        cards = [row[0] for row in database.rows(sql, ids)]
    only = int(ids[0]) if len(ids) == 1 else None
    journal.note(
        shop, act, "customer", only, customer_id=only, body={**body, "count": len(ids), "cards": cards}
    )
