"""Greetings planned for a birthday or a remembered day that was corrected or removed since: they go, and come back."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from models import database
from models.kinds import Calendar, Grade, Topic
from services.rules import birthdays
from services.rules import contacts as rules
from services.rules.contacts import Expired
from services.shop import Shop

_PLANNED = "k.state = 'planned' AND k.by_hand = 0 AND k.done_on IS NULL"
_SELECT = (
    "SELECT k.id, k.customer_id, k.why, k.state, c.grade, c.birth_calendar, c.birth_month, c.birth_day, c.birth_leap"
    " FROM contact k JOIN customer c ON c.id = k.customer_id WHERE "
)
Holds = Callable[[dict[str, Any]], bool]
"""Whether the day of a need still stands."""
Key = tuple[Any, Any, Any, bool]
"""Calendar, month, day, leap as they stand in the books."""


def corrected(shop: Shop, customer_id: int) -> None:
    """After a birthday or a remembered day of one customer changed: what is planned for the old day goes at once,
    and what went for that reason comes back when the day is right again (the undo)."""
    today = shop.today()
    found = database.rows(
        f"{_SELECT} k.customer_id = ? AND k.why LIKE ? AND (({_PLANNED}) OR (k.state = 'expired' AND k.state_reason = ?"
        " AND k.due >= ?))",
        (customer_id, '%"birthday"%', Expired.MOVED.value, today),
    )
    _settle(shop, found, today)


def upkeep(shop: Shop, today: date) -> Counter[str]:
    """The same for everybody, for files that were read in: two queries, however many greetings are planned."""
    return _settle(shop, database.rows(f"{_SELECT} {_PLANNED} AND k.topics LIKE ?", ("%birthday%",)), today)


def _settle(shop: Shop, found: list[tuple[Any, ...]], today: date) -> Counter[str]:
    if not found:
        return Counter()
    family = _family() if len(found) > 1_000 else _family({row[1] for row in found})
    ended: list[tuple[str, str, date, int]] = []
    kept: list[tuple[str, str, int, int]] = []
    gone = 0
    for number, customer, why, state, grade, *birth in found:
        own = (birth[0], birth[1], birth[2], bool(birth[3])) if birth[0] else None
        days = family.get(customer, {})
        facts = json.loads(why or "{}")
        changed, lost = _judge(facts, _judging(shop, own, days))
        if not changed:
            continue
        gone += lost
        text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
        if facts["needs"]:
            topics = rules.shown_topics(facts["needs"])
            kept.append((",".join(topics), text, rules.importance(topics, Grade(grade)), number))
        elif state == "planned":
            ended.append((Expired.MOVED.value, text, today, number))
    database.execute_many(
        "UPDATE contact SET state = 'expired', state_reason = ?, why = ?, done_on = ? WHERE id = ?", ended
    )
    database.execute_many(
        "UPDATE contact SET state = 'planned', state_reason = '', done_on = NULL, topics = ?, why = ?,"
        " importance = ? WHERE id = ?",
        kept,
    )
    return Counter({Expired.MOVED.value: gone}) if gone else Counter()


def _judge(facts: dict[str, Any], holds: Holds) -> tuple[bool, int]:
    """Moves needs between `needs` and `dropped`. Whether anything moved, and how many went."""
    needs = facts.get("needs", [])
    lost = [need for need in needs if need["t"] == Topic.BIRTHDAY.value and not holds(need)]
    dropped = facts.get("dropped", [])
    back = [need for need in dropped if need.get("reason") == Expired.MOVED.value and holds(need)]
    if not lost and not back:
        return False, 0
    plain = [{name: value for name, value in need.items() if name != "reason"} for need in back]
    facts["needs"] = [need for need in needs if need not in lost] + plain
    facts["dropped"] = [need for need in dropped if need not in back]
    facts["dropped"] += [{**need, "reason": Expired.MOVED.value} for need in lost]
    return True, len(lost)


def _judging(shop: Shop, own: Key | None, days: dict[str, set[Key]]) -> Holds:
    def holds(need: dict[str, Any]) -> bool:
        keys = {
            (calendar.value, month, day, leap)
            for calendar, month, day, leap in birthdays.keys_on(
                date.fromisoformat(need["on"]), shop.policy.birthdays
            )
        }
        label = need.get("label")
        return bool(days.get(label, set()) & keys) if label else own in keys

    return holds


def _family(customers: set[int] | None = None) -> dict[int, dict[str, set[Key]]]:
    """The remembered days by customer and label."""
    where, params = "", []  # type: str, list[int]
    if customers is not None:
        params = sorted(customers)
        where = f" WHERE customer_id IN ({database.marks(params)})"
    found: dict[int, dict[str, set[Key]]] = defaultdict(lambda: defaultdict(set))
    for customer, label, calendar, month, day, leap in database.rows(
        f"SELECT customer_id, label, calendar, month, day, leap FROM remembered_day{where}", params
    ):
        found[customer][label].add((Calendar(calendar).value, month, day, bool(leap)))
    return found
