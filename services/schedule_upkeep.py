"""What has become pointless on the schedule, each with its reason; what was done or moved by hand stays (spec 04)."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from typing import Any

from models import database
from models.kinds import Channel, Grade, Role, Topic
from services import campaign_days, schedule_days
from services.rules import contacts as rules
from services.rules.contacts import Expired, Skip, shown_topics
from services.schedule_needs import OPEN, OURS, RHYTHM_KEY, WHO, Finder
from services.shop import Shop

_OURS = OURS.format(k="k")
_PASSING = (Topic.BIRTHDAY, Topic.FESTIVAL, Topic.EARLY_NOTICE, Topic.GIFT_WAITING)
"""Topics about a day or a thing, which can pass."""
_ROUTINES = ("personal", "brand_sms", "personal,brand_sms")
_RHYTHM = "('personal', 'brand_sms', 'personal,brand_sms')"


def by_facts(shop: Shop, today: date) -> Counter[str]:
    """Contacts that the customer's own doings overtook: came in, was contacted, collected the gift, left the file."""
    figures = _left(today)
    figures += schedule_days.upkeep(shop, today)
    figures += _judged(shop, today)
    figures += restarted(today)
    figures += _other_way(shop, today)
    figures += Counter({Expired.CAMPAIGN_OVER.value: campaign_days.expire_over(shop.today())})
    return figures


def of_customer(shop: Shop, customer: int) -> None:
    """After something closed was opened again: what may not be any more ends at once, and not the next morning."""
    _left(shop.today(), customer)
    restarted(shop.today(), customer)


def _left(today: date, customer: int | None = None) -> Counter[str]:
    """Who is not to be contacted any more, or not for this: gone, lost, back again, opted out."""
    only = f" AND k.customer_id = {int(customer)}" if customer is not None else ""
    ended = []
    for number, state, won_back, ours in database.rows(
        f"SELECT k.id, c.state, CASE WHEN k.topics = 'win_back' THEN 1 ELSE 0 END, CASE WHEN {_OURS} THEN 1 ELSE 0 END"
        f" FROM contact k JOIN customer c ON c.id = k.customer_id WHERE {OPEN.format(k='k')}{only}"
        " AND (c.state <> 'active' OR k.topics = 'win_back')"
    ):
        if state in ("merged", "erased"):
            ended.append((Expired.GONE.value, today, number))
        elif ours and state == "lost" and not won_back:
            ended.append((Expired.LOST.value, today, number))
        elif ours and state == "active" and won_back:
            ended.append((Expired.RETURNED.value, today, number))
    database.execute_many(
        "UPDATE contact SET state = 'expired', state_reason = ?, done_on = ? WHERE id = ?", ended
    )
    figures = Counter(reason for reason, _day, _number in ended)
    figures += _where(
        today,
        Expired.OPTED_OUT,
        f"{OPEN.format(k='k')}{only} AND EXISTS (SELECT 1 FROM opt_out o WHERE o.customer_id = k.customer_id"
        " AND o.channel = k.channel)",
    )
    return figures


def by_day(shop: Shop, day: date) -> Counter[str]:
    """Greetings, cards and notices whose day has passed, as of `day`."""
    figures = _judged(shop, day)
    # What is left of a greeting whose day has passed may be a routine that a later contact made needless, or
    # that needs no call.
    return figures + restarted(day) + _other_way(shop, day) if figures else figures


def restarted(today: date, customer: int | None = None) -> Counter[str]:
    """Routine contacts whose rhythm began anew with a later real contact; of one customer, or of all."""
    only = f" AND k.customer_id = {int(customer)}" if customer is not None else ""
    return _where(
        today,
        Expired.RESTARTED,
        f"{_OURS} AND k.topics IN {_RHYTHM}{only} AND EXISTS (SELECT 1 FROM customer c WHERE c.id = k.customer_id"
        f" AND k.key NOT LIKE {RHYTHM_KEY} || ? AND NOT EXISTS (SELECT 1 FROM folded_need f"
        f" WHERE f.contact_id = k.id AND f.key LIKE {RHYTHM_KEY} || ?))",
        ("%", "%"),
    )


def _other_way(shop: Shop, today: date) -> Counter[str]:
    """Contacts whose way is not that of the rules any more: the grade changed, a wish was told, a gift was collected.

    So nobody of grade C is phoned for nothing, and who asked for messages gets them.
    """
    found = database.rows(
        f"SELECT {WHO}, k.id, k.channel, k.topics FROM contact k JOIN customer c ON c.id = k.customer_id"
        f" WHERE {_OURS} AND k.state = 'planned' AND c.state = 'active' AND ((k.channel = 'phone' AND"
        " ((c.grade = 'C' AND k.topics NOT LIKE ?) OR c.preferred_channel = 'sms'))"
        f" OR (k.channel = 'sms' AND ((c.grade <> 'C' AND k.topics NOT IN {_RHYTHM}) OR c.preferred_channel = 'phone')))"
        " ORDER BY k.id",
        (f"%{Topic.GIFT_WAITING}%",),
    )
    if not found:
        return Counter()
    finder, calling = Finder(shop), caller()
    changed: list[tuple[str, str, int | None, int]] = []
    ended: list[tuple[str, date, int]] = []
    for row in found:
        number, channel, topics = row[-3:]
        codes = [Topic(code) for code in topics.split(",")]
        if topics in _ROUTINES:  # the first that keeps touch with this grade says how
            codes = [one for one in codes if finder.way(one, row) is not Skip.GRADE][:1] or [Topic.BRAND_SMS]
            topics = topics if codes[0] == topics.split(",")[0] else codes[0].value
        ways = [finder.way(topic, row) for topic in codes]
        able = [way for way in ways if not isinstance(way, Skip)]
        if not able:
            if Skip.OPTED_OUT in ways:
                ended.append((Expired.OPTED_OUT.value, today, number))
            continue
        way = rules.together(able)
        if way.value != channel and way in (Channel.PHONE, Channel.SMS):
            _grade, clerk = finder.people[row[0]]
            assignee = calling if way is Channel.PHONE else clerk or calling
            changed.append((way.value, topics, assignee, number))
    database.execute_many("UPDATE contact SET channel = ?, topics = ?, assignee_id = ? WHERE id = ?", changed)
    database.execute_many(
        "UPDATE contact SET state = 'expired', state_reason = ?, done_on = ? WHERE id = ?", ended
    )
    return Counter({Expired.OPTED_OUT.value: len(ended)}) if ended else Counter()


def not_yet(shop: Shop, day: date) -> None:
    """What keeps touch and was planned for a shorter cycle than is in force now waits for the longer one.

    The customer wished for fewer contacts, fell a grade, or the owner changed the cycle.
    """
    policy = shop.policy.contacts
    every = {grade.value: rules.interval(grade, None, policy) for grade in Grade}
    since = "COALESCE(c.last_contact, c.registered_on)"
    later = []
    for number, grade, wished, met in database.rows(
        f"SELECT k.id, c.grade, c.preferred_every_days, {since} FROM contact k JOIN customer c ON c.id = k.customer_id"
        f" WHERE {_OURS} AND k.state = 'planned' AND k.due <= ? AND k.topics IN {_RHYTHM}"
        f" AND (c.preferred_every_days IS NOT NULL OR {since} > CASE c.grade WHEN 'A' THEN ? WHEN 'B' THEN ? ELSE ? END)",
        (day, *(day - timedelta(days=every[grade.value]) for grade in (Grade.A, Grade.B, Grade.C))),
    ):
        last = database.as_day(met)
        assert last is not None
        cycle = every[grade] if wished is None else rules.interval(Grade(grade), wished, policy)
        if (due := rules.rhythm_due(last, cycle)) > day:
            later.append((due, due, number))
    _set_due(later)


def sooner(contacts: list[int], day: date) -> None:
    """What was planned ahead for later than the cycle in force wants comes on `day`."""
    _set_due([(day, day, number) for number in contacts])


def _set_due(moved: list[tuple[date, date, int]]) -> None:
    from services.schedule_fold import merge_same_day

    database.execute_many("UPDATE contact SET due = ?, original_due = ? WHERE id = ?", moved)
    for day in sorted({one[0] for one in moved}):
        merge_same_day([number for due, _original, number in moved if due == day], day)


def caller() -> int | None:
    """Who makes the calls: the store manager (seeds/002 六.1), else the owner."""
    for role in (Role.MANAGER, Role.OWNER):
        found = database.value_of(
            "SELECT id FROM staff_user WHERE role = ? AND active = 1 ORDER BY id LIMIT 1", (role.value,)
        )
        if found is not None:
            return int(found)
    return None


def _where(today: date, reason: Expired, condition: str, params: tuple[Any, ...] = ()) -> Counter[str]:
    changed = database.execute(
        f"UPDATE contact AS k SET state = 'expired', state_reason = ?, done_on = ? WHERE {condition}",
        (reason.value, today, *params),
    )
    return Counter({reason.value: changed}) if changed else Counter()


def _judged(shop: Shop, day: date) -> Counter[str]:
    """Row by row in memory: only contacts about a day, a notice or a gift; one query for all of them."""
    rows = database.rows(
        "SELECT k.id, k.channel, k.why, c.grade, COALESCE(c.last_visit, c.registered_on),"
        " COALESCE(c.last_purchase, c.registered_on), k.customer_id, k.state, k.due"
        " FROM contact k JOIN customer c ON c.id = k.customer_id"
        f" WHERE {_OURS} AND k.due <= ? AND (k.topics LIKE ? OR k.topics LIKE ? OR k.topics LIKE ? OR k.topics LIKE ?)",
        (day, *(f"%{topic}%" for topic in _PASSING)),
    )
    gifts = _waiting() if any('"gift_waiting"' in row[2] for row in rows) else set()
    figures: Counter[str] = Counter()
    ended: list[tuple[str, date, int]] = []
    trimmed: list[tuple[str, str, int, int]] = []
    for number, channel, why, grade, visited, bought, customer, state, due in rows:
        # A greeting that nobody answered has the day of its next try, too.
        again = database.as_day(due) if state == "no_answer" else None
        facts = json.loads(why)
        dates = {"no_visit": str(database.as_day(visited)), "no_purchase": str(database.as_day(bought))}
        verdicts = [
            (need, _pointless(shop, need, channel, day, dates, gifts, customer)) for need in facts["needs"]
        ]
        if again is not None and again >= day:
            verdicts = [(need, None if why is Expired.LATE_GREETING else why) for need, why in verdicts]
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
