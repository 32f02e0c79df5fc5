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
from services.arrivals_may import JOINABLE
from services.arrivals_rows import Suited
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
    joined: tuple[tuple[Any, ...], ...] = ()
    """Contacts that only kept touch and now tell of the goods too, as they stood before: for the undo"""


def plan(shop: Shop, chosen: Sequence[Suited], texts: Mapping[int, str] | None = None) -> Planned:
    """Puts each customer on the schedule with the reason and the words; what was planned already is not planned twice.

    Messages stand on today; calls fill the free places of the hour, day by day, the best first. `texts`: customer ->
    the words as somebody mended them. Refused without customers.
    """
    require(shop, Right.CONTACT)
    if not chosen:
        raise Refused("请先选出要联络的客户。")
    with database.database.atomic():
        writing = _Writing(shop, chosen, texts or {})
        for one in chosen:
            writing.take(one)
        done = writing.finish()
        body = {"n": len(done.ids), "items": sorted({item.item_no for one in chosen for item in one.goods})}
        if done.ids:
            journal.note(shop, "arrival.planned", "arrival", chosen[0].arrival_ids[0], body=body)
    return done


class _Writing:
    """The contacts of one act: new ones, and those that only kept touch and get the goods told with them."""

    def __init__(self, shop: Shop, chosen: Sequence[Suited], texts: Mapping[int, str]) -> None:
        self.shop, self.texts = shop, texts
        self.days = _free_days(shop)
        self.known = _known([_key(one) for one in chosen])
        customers = [one.id for one in chosen]
        self.clerks = _clerks(customers)
        self.hosts = _hosts(shop, customers)
        self.caller = caller(shop)
        self.new: list[tuple[Any, ...]] = []
        self.changed: list[tuple[Any, ...]] = []
        self.folds: list[tuple[str, int]] = []
        self.before: list[tuple[Any, ...]] = []
        self.ways: Counter[Channel] = Counter()
        self.last: date | None = None
        self.already = 0

    def take(self, one: Suited) -> None:
        key = _key(one)
        if key in self.known:
            self.already += 1
            return
        by_phone = one.channel is Channel.PHONE
        due = next(self.days) if by_phone else self.shop.today()
        if by_phone:
            self.last = due
        self.ways[one.channel] += 1
        assignee = self.caller if by_phone else self.clerks.get(one.id) or self.caller
        fact = _fact(self.shop, one, self.texts.get(one.id, ""))
        host = self.hosts.get(one.id)
        if host is None:
            why, weight = _json([fact]), rules.importance([Topic.NEW_ARRIVALS], one.grade)
            topic = Topic.NEW_ARRIVALS.value
            row = (one.id, due, due, one.channel.value, topic, why, key, weight, assignee)
            self.new.append((*row, database.moment_value(self.shop.clock.now())))
            return
        needs = [*json.loads(host[4] or '{"needs":[]}')["needs"], fact]
        topics = rules.shown_topics(needs)
        weight = rules.importance(topics, one.grade)
        codes = ",".join(topics)
        self.changed.append((due, one.channel.value, codes, _json(needs), weight, assignee, host[0]))
        self.folds.append((key, host[0]))
        self.before.append((*host, key))

    def finish(self) -> Planned:
        database.execute_many(_INSERT, self.new)
        database.execute_many(_SET, self.changed)
        database.execute_many("INSERT INTO folded_need (key, contact_id) VALUES (?, ?)", self.folds)
        made = [*_ids([row[6] for row in self.new]), *(row[-1] for row in self.changed)]
        calls, messages = self.ways[Channel.PHONE], self.ways[Channel.SMS]
        others = sum(self.ways.values()) - calls - messages
        return Planned(tuple(made), calls, messages, others, self.last, self.already, tuple(self.before))


_INSERT = (
    "INSERT INTO contact (customer_id, due, original_due, channel, topics, state, why, key, importance, assignee_id,"
    " by_hand, incoming, tries, note, next_step, state_reason, plan_line_id, ticket_id, created_at)"
    " VALUES (?,?,?,?,?,'planned',?,?,?,?,0,0,0,'','','',NULL,NULL,?) ON CONFLICT (key) DO NOTHING"
)
_SET = "UPDATE contact SET due = ?, channel = ?, topics = ?, why = ?, importance = ?, assignee_id = ? WHERE id = ?"
_UNTOUCHED = (
    "state = 'planned' AND done_on IS NULL AND tries = 0"
    " AND NOT EXISTS (SELECT 1 FROM sms_message m WHERE m.contact_id = contact.id)"
)


def unplan(shop: Shop, done: Planned) -> int:
    """The undo: takes away what nobody has worked on since, and puts back what was only added to. Returns how many."""
    require(shop, Right.CONTACT)
    if not done.ids:
        return 0
    hosts = {row[0] for row in done.joined}
    new = [number for number in done.ids if number not in hosts]
    gone = 0
    with database.database.atomic():
        for number, due, channel, topics, why, weight, assignee, key in done.joined:
            changed = database.execute(
                f"{_SET} AND {_UNTOUCHED}", (due, channel, topics, why, weight, assignee, number)
            )
            if changed:
                database.execute("DELETE FROM folded_need WHERE key = ?", (key,))
            gone += changed
        if new:
            gone += database.execute(
                f"DELETE FROM contact WHERE id IN ({database.marks(new)}) AND {_UNTOUCHED}", new
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


def _fact(shop: Shop, one: Suited, text: str) -> dict[str, Any]:
    """The facts of the contact: shown as words, and the text as somebody mended it."""
    return {
        "t": Topic.NEW_ARRIVALS.value,
        "came_on": shop.today().isoformat(),
        "items": [item.item_no for item in one.goods],
        "reasons": words.reason_list(one),
        "text": " ".join(text.split())[:TEXT_MAX] or words.text(one),
    }


def _json(needs: Sequence[dict[str, Any]]) -> str:
    return json.dumps({"needs": list(needs)}, ensure_ascii=False, separators=(",", ":"))


def _key(one: Suited) -> str:
    return f"arrival:{one.arrival_ids[0]}:{one.id}"


def _known(keys: Sequence[str]) -> set[str]:
    marks = database.marks(keys)
    return {
        row[0]
        for table in ("contact", "folded_need")
        for row in database.rows(f"SELECT key FROM {table} WHERE key IN ({marks})", keys)
    }


def _hosts(shop: Shop, customers: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """customer -> what stands within the spacing and only keeps touch: id, due, channel, topics, why, weight, assignee."""
    soon = shop.today() + timedelta(days=shop.policy.contacts.spacing_days)
    found: dict[int, tuple[Any, ...]] = {}
    for row in database.rows(
        "SELECT k.customer_id, k.id, k.due, k.channel, k.topics, k.why, k.importance, k.assignee_id FROM contact k"
        f" WHERE k.customer_id IN ({database.marks(customers)}) AND {JOINABLE} AND k.due < ? ORDER BY k.due, k.id",
        (*customers, soon),
    ):
        found.setdefault(row[0], (row[1], database.as_day(row[2]), *row[3:]))
    return found


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
