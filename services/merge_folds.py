"""One person is asked once: what a merge does to the planned contacts of both records, and its undo (spec 04)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from models import database
from models.kinds import Channel, Grade
from services.merge_rows import Moved
from services.rules import contacts as contact_rules
from services.rules import merging as rules
from services.rules.contacts import Expired, shown_topics
from services.schedule_needs import OPEN, known

KEYS, FOLDED = "contact_key", "folded"
EXTRAS = (KEYS, FOLDED)
"""What stands in the `moved` of a merge besides rows that moved."""
_STATE = ("state", "state_reason", "done_on", "topics", "why", "importance")


def settle(moved: Moved, keep_id: int, other_id: int, today: date) -> None:
    """After the rows moved: needs are known under the kept record, and nobody is called twice for one thing.

    Writes what it changed into `moved`.
    """
    moved[KEYS] = _rekey(moved["contact"], keep_id, other_id)
    moved[FOLDED] = _fold(set(moved["contact"]), keep_id, today)


def restore(moved: Moved) -> None:
    """The undo: only where the row still stands as the merge left it."""
    for table, number, before, after in moved.get(KEYS, ()):
        database.execute(f"UPDATE {table} SET key = ? WHERE id = ? AND key = ?", (before, number, after))
    for number, before, after in moved.get(FOLDED, ()):
        if _states([number]).get(number) == after:
            _write(number, before)


def _rekey(contacts: Sequence[int], keep_id: int, other_id: int) -> list[list[Any]]:
    """Gives the moved contacts the kept record's keys, so that generating again plans nothing twice."""
    if not contacts:
        return []
    marks = database.marks(contacts)
    found = [
        (table, *row)
        for table, column in (("contact", "id"), ("folded_need", "contact_id"))
        for row in database.rows(
            f"SELECT id, key FROM {table} WHERE {column} IN ({marks}) AND key IS NOT NULL ORDER BY id",
            contacts,
        )
    ]
    wanted = [(table, number, key, rules.rekeyed(key, other_id, keep_id)) for table, number, key in found]
    taken = known(after for _table, _number, _before, after in wanted)
    changed = []
    for table, number, before, after in wanted:
        if after not in taken:
            taken.add(after)
            database.execute(f"UPDATE {table} SET key = ? WHERE id = ?", (after, number))
            changed.append([table, number, before, after])
    return changed


def _fold(moved: set[int], keep_id: int, today: date) -> list[list[Any]]:
    """Drops from the moved planned contacts what a contact of the kept record answers; empty ones are closed."""
    rows = database.rows(
        "SELECT k.id, k.channel, k.why, k.state, k.by_hand FROM contact k"
        f" WHERE k.customer_id = ? AND {OPEN.format(k='k')} ORDER BY k.id",
        (keep_id,),
    )
    covered = {
        rules.need_of(need, channel == Channel.POST)
        for number, channel, why, _state, _by_hand in rows
        if number not in moved
        for need in _needs(why)
    }
    grade = Grade(database.value_of("SELECT grade FROM customer WHERE id = ?", (keep_id,)))
    changed = []
    for number, channel, why, state, by_hand in rows:
        needs = _needs(why)
        if number not in moved or by_hand or state != "planned" or not needs:
            continue
        left = rules.not_covered(needs, channel == Channel.POST, covered)
        if len(left) == len(needs):
            continue
        before = _states([number])[number]
        after = {**before, "why": _why_with(why, left)}
        if left:
            topics = shown_topics(left)
            after |= {"topics": ",".join(topics), "importance": contact_rules.importance(topics, grade)}
        else:
            after |= {"state": "expired", "state_reason": Expired.GONE.value, "done_on": today.isoformat()}
            after["why"] = before["why"]
        _write(number, after)
        changed.append([number, before, after])
    return changed


def _needs(why: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(why).get("needs", []) if why else []
    return found


def _why_with(why: str, needs: list[dict[str, Any]]) -> str:
    return json.dumps({**json.loads(why), "needs": needs}, ensure_ascii=False, separators=(",", ":"))


def _states(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    found = {}
    for row in database.rows(
        f"SELECT id, {', '.join(_STATE)} FROM contact WHERE id IN ({database.marks(ids)})", ids
    ):
        values = dict(zip(_STATE, row[1:], strict=True))
        day = database.as_day(values["done_on"])
        values["done_on"] = day.isoformat() if day else None
        found[row[0]] = values
    return found


def _write(number: int, values: dict[str, Any]) -> None:
    day = values["done_on"]
    database.execute(
        f"UPDATE contact SET {', '.join(f'{name} = ?' for name in _STATE)} WHERE id = ?",
        (*({**values, "done_on": date.fromisoformat(day) if day else None}[name] for name in _STATE), number),
    )
