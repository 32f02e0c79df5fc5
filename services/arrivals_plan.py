"""What to do with the customers new goods suit: onto the schedule, into a batch of messages, onto a list (spec 04)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from models import database
from models.kinds import Channel, Topic
from services import arrivals_words as words
from services import formats, journal
from services.arrivals_find import Suited
from services.errors import Refused
from services.rights import Right, require
from services.rules import contacts as rules
from services.schedule import caller
from services.schedule_needs import OPEN
from services.shop import Shop
from services.words import _

TEXT_MAX = 300


@dataclass(frozen=True)
class Planned:
    """What came onto the schedule. `ids`: for the undo."""

    ids: tuple[int, ...]
    calls: int
    messages: int
    others: int
    """Letters and visits, where the customer wished them"""
    last_day: date | None
    """Of the calls: they fit the hour of each day"""
    already: int = 0
    """Were planned meanwhile"""


def plan(shop: Shop, chosen: Sequence[Suited], texts: Mapping[int, str] | None = None) -> Planned:
    """Puts each customer on the schedule with the reason and the words; what was planned already is not planned twice.

    Messages stand on today; calls fill the free places of the hour, day by day, the best first. `texts`: customer ->
    the words as somebody mended them. Refused without customers.
    """
    require(shop, Right.CONTACT)
    if not chosen:
        raise Refused("请先选出要联络的客户。")
    texts = texts or {}
    now = database.moment_value(shop.clock.now())
    with database.database.atomic():
        days = _free_days(shop)
        known = _known([_key(one) for one in chosen])
        clerks = _clerks([one.id for one in chosen])
        by_phone = caller(shop)
        rows: list[tuple[Any, ...]] = []
        last: date | None = None
        for one in chosen:
            if _key(one) in known:
                continue
            due = shop.today()
            if one.channel is Channel.PHONE:
                due = last = next(days)
            assignee = by_phone if one.channel is Channel.PHONE else clerks.get(one.id) or by_phone
            rows.append(
                (
                    one.id,
                    due,
                    due,
                    one.channel.value,
                    Topic.NEW_ARRIVALS.value,
                    _why(shop, one, texts.get(one.id, "")),
                )
                + (_key(one), rules.importance([Topic.NEW_ARRIVALS], one.grade), assignee, now)
            )
        database.execute_many(_INSERT, rows)
        made = _ids([row[6] for row in rows])
        ways = Counter(row[3] for row in rows)
        body = {"n": len(rows), "items": sorted({item.item_no for one in chosen for item in one.goods})}
        if rows:
            journal.note(shop, "arrival.planned", "arrival", chosen[0].arrival_ids[0], body=body)
    calls, messages = ways[Channel.PHONE.value], ways[Channel.SMS.value]
    return Planned(
        tuple(made), calls, messages, len(rows) - calls - messages, last, already=len(chosen) - len(rows)
    )


_INSERT = (
    "INSERT INTO contact (customer_id, due, original_due, channel, topics, state, why, key, importance, assignee_id,"
    " by_hand, incoming, tries, note, next_step, state_reason, plan_line_id, ticket_id, created_at)"
    " VALUES (?,?,?,?,?,'planned',?,?,?,?,0,0,0,'','','',NULL,NULL,?) ON CONFLICT (key) DO NOTHING"
)


def unplan(shop: Shop, contact_ids: Sequence[int]) -> int:
    """The undo: takes away what nobody has worked on since. Returns how many went."""
    require(shop, Right.CONTACT)
    if not contact_ids:
        return 0
    with database.database.atomic():
        gone = database.execute(
            f"DELETE FROM contact WHERE id IN ({database.marks(contact_ids)}) AND state = 'planned'"
            " AND done_on IS NULL AND tries = 0 AND NOT EXISTS (SELECT 1 FROM sms_message m WHERE m.contact_id = contact.id)",
            contact_ids,
        )
        journal.note(shop, "arrival.unplanned", "arrival", body={"n": gone})
    return gone


def table(shop: Shop, rows: Sequence[Suited], texts: Mapping[int, str] | None = None) -> list[list[str]]:
    """The list for the clipboard or a file: a head and one line a customer."""
    require(shop, Right.SEE)
    texts = texts or {}
    return [
        words.heads(),
        *(
            [one.card_no, one.name, one.grade.value, one.phone, words.way(one), words.goods(one.goods)]
            + [words.reasons(one), texts.get(one.id) or words.whole_text(shop, one)]
            for one in rows
        ),
    ]


def export(shop: Shop, path: str, rows: Sequence[Suited], texts: Mapping[int, str] | None = None) -> int:
    """The list as .xlsx or .csv, the phones masked: something to work with, not an export of the file. Returns the lines."""
    from services.sheets import tables

    require(shop, Right.PRINT)
    heads, *lines = table(shop, [replace(one, phone=_masked(one.phone)) for one in rows], texts)

    def keep_trail(number: int, _sha256: str) -> None:
        with database.database.atomic():
            journal.note(shop, "arrival.exported", "arrival", body={"n": number, "file": path})

    return tables.write(path, heads, lines, name=_("新货找人"), total=len(lines), written=keep_trail)[0]


def _masked(phone: str) -> str:
    return phone if not phone or "*" in phone else formats.masked(phone)


def _why(shop: Shop, one: Suited, text: str) -> str:
    """The facts of the contact: shown as words, and the text as somebody mended it."""
    said = " ".join(text.split())[:TEXT_MAX] or words.text(one)
    fact = {
        "t": Topic.NEW_ARRIVALS.value,
        "came_on": shop.today().isoformat(),
        "items": [item.item_no for item in one.goods],
        "reasons": words.reason_list(one),
        "text": said,
    }
    return json.dumps({"needs": [fact]}, ensure_ascii=False, separators=(",", ":"))


def _key(one: Suited) -> str:
    return f"arrival:{one.arrival_ids[0]}:{one.id}"


def _known(keys: Sequence[str]) -> set[str]:
    return {
        row[0]
        for row in database.rows(f"SELECT key FROM contact WHERE key IN ({database.marks(keys)})", keys)
    }


def _ids(keys: Sequence[str]) -> list[int]:
    if not keys:
        return []
    return [
        row[0]
        for row in database.rows(
            f"SELECT id FROM contact WHERE key IN ({database.marks(keys)}) ORDER BY id", keys
        )
    ]


def _clerks(customers: Sequence[int]) -> dict[int, int | None]:
    return dict(
        database.rows(
            f"SELECT id, clerk_id FROM customer WHERE id IN ({database.marks(customers)})", customers
        )
    )


def _free_days(shop: Shop) -> Any:
    """The days for the next calls, each as often as its hour has free places."""
    room = shop.policy.contacts.calls_a_day
    counts = {
        database.as_day(due): int(n)
        for due, n in database.rows(
            f"SELECT k.due, COUNT(*) FROM contact k WHERE k.channel = 'phone' AND {OPEN.format(k='k')} AND k.due >= ?"
            " GROUP BY k.due",
            (shop.today(),),
        )
    }
    late = database.value_of(
        f"SELECT COUNT(*) FROM contact k WHERE k.channel = 'phone' AND {OPEN.format(k='k')} AND k.due < ?",
        (shop.today(),),
    )
    day = shop.today()
    counts[day] = counts.get(day, 0) + int(late or 0)
    while True:
        for _place in range(max(0, room - counts.get(day, 0))):
            yield day
        day += timedelta(days=1)
