"""Folding on the books: what of the same day and customer becomes one contact (spec 04)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from models import database
from models.kinds import Channel, Grade, Topic
from services.rules import contacts as rules
from services.rules.contacts import Need, shown_topics
from services.schedule_needs import OPEN, OURS

_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Host:
    """An open contact that a need of the same day may join."""

    id: int
    channel: Channel
    topics: str
    why: str
    by_hand: bool


def standing(needs: list[Need], until: date) -> dict[tuple[int, date, bool], Host]:
    """The open contacts of these customers on the days of their needs.

    After `until` without the calls that only wait there for their turn: they may come back to an earlier day.
    """
    hosts: dict[tuple[int, date, bool], Host] = {}
    wanted = {need.customer for need in needs}
    for due in {need.due for need in needs}:
        rows = database.rows(
            "SELECT k.id, k.customer_id, k.channel, k.topics, k.why, k.by_hand, k.state FROM contact k"
            f" WHERE k.due = ? AND {OPEN.format(k='k')}"
            f" AND (k.due <= ? OR k.original_due = k.due OR NOT ({OURS.format(k='k')})) ORDER BY k.id DESC",
            (due, until),
        )
        for number, customer, channel, topics, why, by_hand, state in rows:
            if customer not in wanted:
                continue
            host = Host(number, Channel(channel), topics, why, bool(by_hand) or state != "planned")
            hosts[customer, due, channel == Channel.POST.value] = host
    return hosts


def merge_same_day(moved: Sequence[int], day: date) -> None:
    """A moved contact that meets another planned one of its customer (planned ahead) becomes one with it."""
    wanted = set(moved)
    pairs = database.rows(
        "SELECT m.id, m.key, m.why, m.channel, MIN(o.id) FROM contact m"
        " JOIN contact o ON o.customer_id = m.customer_id AND o.due = m.due AND o.id <> m.id"
        " AND o.channel <> 'post' AND o.state = 'planned' AND o.by_hand = 0"
        " WHERE m.due = ? AND m.channel <> 'post' AND m.state = 'planned' AND m.by_hand = 0"
        " GROUP BY m.id, m.key, m.why, m.channel ORDER BY m.id",
        (day,),
    )
    pairs = [pair for pair in pairs if pair[0] in wanted]
    hosts = _hosts([pair[-1] for pair in pairs])
    gone: set[int] = set()
    updates: dict[int, tuple[Any, ...]] = {}
    for number, key, why, channel, host in pairs:
        if host in gone or key is None:
            continue
        other, grade, facts = hosts[host]
        mine = _facts(why)
        facts["needs"] += mine["needs"]
        if "dropped" in mine:
            facts.setdefault("dropped", []).extend(mine["dropped"])
        topics = shown_topics(facts["needs"])
        way = rules.together([Channel(channel), other])
        hosts[host] = way, grade, facts
        text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
        updates[host] = (way.value, ",".join(topics), text, rules.importance(topics, grade), host)
        database.execute("UPDATE folded_need SET contact_id = ? WHERE contact_id = ?", (host, number))
        database.execute("DELETE FROM contact WHERE id = ?", (number,))
        database.execute("INSERT INTO folded_need (key, contact_id) VALUES (?, ?)", (key, host))
        gone.add(number)
    database.execute_many(
        "UPDATE contact SET channel = ?, topics = ?, why = ?, importance = ? WHERE id = ?",
        list(updates.values()),
    )


def _hosts(ids: Sequence[int]) -> dict[int, tuple[Channel, Grade, dict[str, Any]]]:
    """Way, grade and facts of contacts that others join."""
    found: dict[int, tuple[Channel, Grade, dict[str, Any]]] = {}
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        for number, channel, why, grade in database.rows(
            "SELECT k.id, k.channel, k.why, c.grade FROM contact k JOIN customer c ON c.id = k.customer_id"
            f" WHERE k.id IN ({database.marks(part)})",
            part,
        ):
            found[number] = (Channel(channel), Grade(grade), _facts(why))
    return found


def _facts(why: str) -> dict[str, Any]:
    """The needs of a contact; none where nothing was written down (the books of another program)."""
    found: dict[str, Any] = json.loads(why) if why else {}
    return {**found, "needs": list(found.get("needs", ()))}


def fact(need: Need) -> dict[str, object]:
    return {"t": need.topic.value, **need.facts}


def added(topics: str, needs: Sequence[Need]) -> tuple[Topic, ...]:
    return rules.in_order(
        [*(Topic(code) for code in topics.split(",") if code), *(need.topic for need in needs)]
    )
