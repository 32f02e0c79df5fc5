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
from services.schedule_needs import OPEN


@dataclass(frozen=True, slots=True)
class Host:
    """An open contact that a need of the same day may join."""

    id: int
    channel: Channel
    topics: str
    why: str
    by_hand: bool


def standing(needs: list[Need]) -> dict[tuple[int, date, bool], Host]:
    """The open contacts of these customers on the days of their needs."""
    hosts: dict[tuple[int, date, bool], Host] = {}
    wanted = {need.customer for need in needs}
    for due in {need.due for need in needs}:
        rows = database.rows(
            "SELECT k.id, k.customer_id, k.channel, k.topics, k.why, k.by_hand, k.state FROM contact k"
            f" WHERE k.due = ? AND {OPEN.format(k='k')} ORDER BY k.id DESC",
            (due,),
        )
        for number, customer, channel, topics, why, by_hand, state in rows:
            if customer not in wanted:
                continue
            host = Host(number, Channel(channel), topics, why, bool(by_hand) or state != "planned")
            hosts[customer, due, channel == Channel.POST.value] = host
    return hosts


def merge_same_day(moved: Sequence[int], day: date) -> None:
    """A moved call that meets another planned call of its customer (planned ahead) becomes one with it."""
    wanted = set(moved)
    pairs = database.rows(
        "SELECT m.id, m.key, m.why, MIN(o.id) FROM contact m"
        " JOIN contact o ON o.customer_id = m.customer_id AND o.due = m.due AND o.id <> m.id"
        " AND o.channel <> 'post' AND o.state = 'planned' AND o.by_hand = 0"
        " WHERE m.due = ? AND m.channel = 'phone' AND m.state = 'planned' AND m.by_hand = 0 GROUP BY m.id, m.key, m.why",
        (day,),
    )
    gone: set[int] = set()
    for number, key, why, host in pairs:
        if number not in wanted or host in gone:
            continue
        found = database.row(
            "SELECT k.why, c.grade FROM contact k JOIN customer c ON c.id = k.customer_id WHERE k.id = ?",
            (host,),
        )
        assert found is not None
        facts, mine = _facts(found[0]), _facts(why)
        facts["needs"] += mine["needs"]
        if "dropped" in mine:
            facts.setdefault("dropped", []).extend(mine["dropped"])
        topics = shown_topics(facts["needs"])
        text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
        database.execute("UPDATE folded_need SET contact_id = ? WHERE contact_id = ?", (host, number))
        database.execute("DELETE FROM contact WHERE id = ?", (number,))
        database.execute("INSERT INTO folded_need (key, contact_id) VALUES (?, ?)", (key, host))
        database.execute(
            "UPDATE contact SET channel = 'phone', topics = ?, why = ?, importance = ? WHERE id = ?",
            (",".join(topics), text, rules.importance(topics, Grade(found[1])), host),
        )
        gone.add(number)


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
