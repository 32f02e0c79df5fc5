"""What has become pointless on the schedule, each with its reason; what was done or moved by hand stays (spec 04)."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any

from models import database
from models.kinds import Channel, Grade, Topic
from services import schedule_days
from services.rules import contacts as rules
from services.rules.contacts import Expired, shown_topics
from services.schedule_needs import OPEN
from services.shop import Shop

_OURS = "k.state = 'planned' AND k.by_hand = 0 AND k.done_on IS NULL"
_PASSING = (Topic.BIRTHDAY, Topic.FESTIVAL, Topic.EARLY_NOTICE, Topic.GIFT_WAITING)
"""Topics about a day or a thing, which can pass."""
_RHYTHM = "('personal', 'brand_sms', 'personal,brand_sms')"


def by_facts(shop: Shop, today: date) -> Counter[str]:
    """Contacts that the customer's own doings overtook: came in, was contacted, collected the gift, left the file."""
    figures: Counter[str] = Counter()
    figures += _where(
        today,
        Expired.GONE,
        f"{OPEN.format(k='k')} AND EXISTS (SELECT 1 FROM customer c WHERE c.id = k.customer_id"
        " AND c.state IN ('merged', 'erased'))",
    )
    figures += _where(
        today,
        Expired.LOST,
        f"{_OURS} AND k.topics <> 'win_back' AND EXISTS (SELECT 1 FROM customer c WHERE c.id = k.customer_id"
        " AND c.state = 'lost')",
    )
    figures += _where(
        today,
        Expired.RETURNED,
        f"{_OURS} AND k.topics = 'win_back' AND EXISTS (SELECT 1 FROM customer c WHERE c.id = k.customer_id"
        " AND c.state = 'active')",
    )
    figures += _where(
        today,
        Expired.OPTED_OUT,
        f"{OPEN.format(k='k')} AND EXISTS (SELECT 1 FROM opt_out o WHERE o.customer_id = k.customer_id"
        " AND o.channel = k.channel)",
    )
    figures += restarted(today)
    figures += schedule_days.upkeep(shop, today)
    figures += _judged(shop, today)
    return figures


def by_day(shop: Shop, day: date) -> Counter[str]:
    """Greetings, cards and notices whose day has passed, as of `day`."""
    return _judged(shop, day)


def restarted(today: date, customer: int | None = None) -> Counter[str]:
    """Routine contacts whose rhythm began anew with a later real contact; of one customer, or of all."""
    only = f" AND k.customer_id = {int(customer)}" if customer is not None else ""
    return _where(
        today,
        Expired.RESTARTED,
        f"{_OURS} AND k.topics IN {_RHYTHM}{only} AND EXISTS (SELECT 1 FROM customer c WHERE c.id = k.customer_id"
        " AND k.key <> 'rhythm:' || CAST(c.id AS TEXT) || ':' ||"
        " CAST(COALESCE(c.last_contact, c.registered_on) AS TEXT))",
    )


def _where(today: date, reason: Expired, condition: str) -> Counter[str]:
    changed = database.execute(
        f"UPDATE contact AS k SET state = 'expired', state_reason = ?, done_on = ? WHERE {condition}",
        (reason.value, today),
    )
    return Counter({reason.value: changed}) if changed else Counter()


def _judged(shop: Shop, day: date) -> Counter[str]:
    """Row by row in memory: only contacts about a day, a notice or a gift; one query for all of them."""
    rows = database.rows(
        "SELECT k.id, k.channel, k.why, c.grade, COALESCE(c.last_visit, c.registered_on),"
        " COALESCE(c.last_purchase, c.registered_on), k.customer_id"
        " FROM contact k JOIN customer c ON c.id = k.customer_id"
        f" WHERE {_OURS} AND k.due <= ? AND (k.topics LIKE ? OR k.topics LIKE ? OR k.topics LIKE ? OR k.topics LIKE ?)",
        (day, *(f"%{topic}%" for topic in _PASSING)),
    )
    gifts = _waiting() if any('"gift_waiting"' in row[2] for row in rows) else set()
    figures: Counter[str] = Counter()
    ended: list[tuple[str, date, int]] = []
    trimmed: list[tuple[str, str, int, int]] = []
    for number, channel, why, grade, visited, bought, customer in rows:
        facts = json.loads(why)
        dates = {"no_visit": str(database.as_day(visited)), "no_purchase": str(database.as_day(bought))}
        verdicts = [
            (need, _pointless(shop, need, channel, day, dates, gifts, customer)) for need in facts["needs"]
        ]
        dropped = [(need, reason) for need, reason in verdicts if reason is not None]
        if not dropped:
            continue
        figures.update(reason.value for _need, reason in dropped)
        left = [need for need, reason in verdicts if reason is None]
        facts["needs"] = left
        facts.setdefault("dropped", []).extend({**need, "reason": reason.value} for need, reason in dropped)
        if not left:
            ended.append((dropped[0][1].value, day, number))
            continue
        topics = shown_topics(left)
        text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
        trimmed.append((",".join(topics), text, rules.importance(topics, Grade(grade)), number))
    database.execute_many(
        "UPDATE contact SET state = 'expired', state_reason = ?, done_on = ? WHERE id = ?", ended
    )
    database.execute_many("UPDATE contact SET topics = ?, why = ?, importance = ? WHERE id = ?", trimmed)
    return figures


def _pointless(
    shop: Shop,
    need: dict[str, Any],
    channel: str,
    day: date,
    dates: dict[str, str],
    gifts: set[tuple[int, str, str]],
    customer: int,
) -> Expired | None:
    topic = Topic(need["t"])
    if topic is Topic.GIFT_WAITING:
        waits = (customer, need["occasion"], need["on"]) in gifts
        return None if waits else Expired.GIFT_GONE
    if topic is Topic.EARLY_NOTICE and dates[need["rule"]] != need["since"]:
        return Expired.CAME_IN
    on = date.fromisoformat(need["on"]) if "on" in need else None
    return rules.expiry(topic, channel == Channel.POST, on, day, shop.policy.contacts)


def _waiting() -> set[tuple[int, str, str]]:
    rows = database.rows("SELECT customer_id, occasion, due FROM plan_line WHERE status = 'approved'")
    return {(customer, occasion, str(database.as_day(due))) for customer, occasion, due in rows}
