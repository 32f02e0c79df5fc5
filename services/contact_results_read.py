"""Who was contacted and who was not, and what either bought: counted in the database, a few queries (spec 06)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models import database
from models.kinds import Topic


@dataclass
class Sums:
    """People, contacts and purchases of some customers; money in fen."""

    heads: int = 0
    contacts: int = 0
    buyers: int = 0
    tickets: int = 0
    paid: int = 0


Group = tuple[str, str, date]
"""Key of the group, grade, day of the first contact."""


Span = tuple[date, date, date]
"""A day, the day after it, and the last day of its window."""


def spans_of(first: date, last: date, window: int) -> list[Span]:
    """The days of the period: date arithmetic in Python, so that both databases agree."""
    found = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        found.append((day, day + timedelta(days=1), day + timedelta(days=window)))
    return found


def _values(rows: Sequence[Sequence[date]]) -> tuple[str, list[Any]]:
    cast = "CAST(? AS DATE)" if database.is_postgres() else "?"
    mark = f"({', '.join([cast] * len(rows[0]))})"
    return ", ".join([mark] * len(rows)), [database.day_value(day) for row in rows for day in row]


_KEYS = {
    "way": "topic.code || ':' || k.channel",
    "all": "CAST('' AS TEXT)",
    "channel": "k.channel",
    "clerk": "COALESCE(CAST(k.done_by_id AS TEXT), '')",
    "grade": "c.grade",
    "topic": "topic.code",
}


def contacted(by: str, spans: list[Span], only: Topic | None = None) -> dict[Group, Sums]:
    """Who was reached, by group, grade and day of the customer's first contact, and what they bought after."""
    if not spans:
        return {}
    marks, days = _values(spans)
    topics, join, codes = _by_topic(by, only)
    params: list[Any] = [*days, *codes]
    sql = (
        f"WITH span (day, later, until) AS (VALUES {marks}){topics},"
        f" met AS (SELECT k.customer_id, {_KEYS[by]} AS key, c.grade, k.done_on AS day, COUNT(*) AS contacts,"
        # Their own coming is no effect of a talk: then only later days count.
        " MIN(CASE WHEN k.incoming = 1 OR k.channel = 'shop' THEN 1 ELSE 0 END) AS came,"
        f" ROW_NUMBER() OVER (PARTITION BY k.customer_id, {_KEYS[by]} ORDER BY k.done_on) AS place,"
        f" SUM(COUNT(*)) OVER (PARTITION BY k.customer_id, {_KEYS[by]}) AS times"
        f" FROM contact k JOIN customer c ON c.id = k.customer_id{join} WHERE k.state = 'done' AND k.done_on >= ?"
        " AND k.done_on <= ? AND c.state IN ('active', 'lost')"
        f" GROUP BY k.customer_id, {_KEYS[by]}, c.grade, k.done_on),"
        " judged AS (SELECT m.customer_id, m.key, m.grade, m.day, m.times, s.until,"
        " CASE WHEN m.came = 1 THEN s.later ELSE s.day END AS since FROM met m JOIN span s ON s.day = m.day"
        " WHERE m.place = 1),"
        " after AS (SELECT j.customer_id, j.key, COUNT(*) AS tickets, SUM(t.paid) AS paid FROM judged j"
        " JOIN ticket t ON t.customer_id = j.customer_id AND t.counts = 1 AND t.day >= j.since AND t.day <= j.until"
        " GROUP BY j.customer_id, j.key)"
        " SELECT j.key, j.grade, j.day, COUNT(*), SUM(j.times), COUNT(a.tickets), COALESCE(SUM(a.tickets), 0),"
        " COALESCE(SUM(a.paid), 0) FROM judged j LEFT JOIN after a ON a.customer_id = j.customer_id AND a.key = j.key"
        " GROUP BY j.key, j.grade, j.day"
    )
    params += [database.day_value(spans[0][0]), database.day_value(spans[-1][0])]
    return {
        (str(key), str(grade), _day(day)): Sums(*(int(number) for number in numbers))
        for key, grade, day, *numbers in database.rows(sql, params)
    }


@dataclass
class Alone:
    """Those not contacted: everybody but those who were, by group."""

    everybody: dict[tuple[str, date], Sums]
    """By grade and first day"""
    reached: dict[Group, Sums]
    """Those of them who were contacted so, at any time from the first day to the last one looked at"""
    keyed: bool
    """Whether each group has those of its own; else nobody contacted by anybody is set beside all of them"""

    def of(self, key: str | None, grade: str, day: date) -> Sums:
        """Customers of the grade on the books that day and not contacted so, and what they bought over the same days.

        `key`: of the group; None for all together.
        """
        whole = self.everybody.get((grade, day), Sums())
        less = self.reached.get((_ANYBODY if key is None or not self.keyed else key, grade, day), Sums())
        return Sums(
            *(whole.heads - less.heads, 0, whole.buyers - less.buyers),
            *(whole.tickets - less.tickets, whole.paid - less.paid),
        )


_ANYBODY = "*"
"""The key of those whom anybody contacted about anything."""


def left_alone(by: str, spans: list[Span], today: date, only: Topic | None = None) -> Alone:
    """Whom the contacted are set beside, over those days of the period whose windows are over. `only`: of this topic."""
    spans = [span for span in spans if span[2] <= today]
    keyed = by != "grade"
    if not spans:
        return Alone({}, {}, keyed)
    people = "SELECT CAST('' AS TEXT) AS key, c.id, c.grade, c.registered_on FROM customer c WHERE c.state IN ('active', 'lost')"
    everybody = {(grade, day): sums for (_key, grade, day), sums in _bought(people, [], spans).items()}
    reached = _reached(by, spans, only) if keyed else {}
    if only is None:
        reached |= {(_ANYBODY, *group[1:]): sums for group, sums in _reached("all", spans).items()}
    return Alone(everybody, reached, keyed)


def _reached(by: str, spans: list[Span], only: Topic | None = None) -> dict[Group, Sums]:
    """Everybody whom a contact of the group reached from the first day to the last one looked at."""
    topics, join, codes = _by_topic(by, only)
    people = (
        f"SELECT DISTINCT {_KEYS[by]} AS key, c.id, c.grade, c.registered_on FROM contact k"
        f" JOIN customer c ON c.id = k.customer_id{join} WHERE k.state = 'done' AND k.done_on >= ? AND k.done_on <= ?"
        " AND c.state IN ('active', 'lost')"
    )
    span = [database.day_value(spans[0][0]), database.day_value(spans[-1][2])]
    return _bought(people, span, spans, topics, codes)


def _bought(
    people: str, params: list[Any], spans: list[Span], topics: str = "", codes: Sequence[str] = ()
) -> dict[Group, Sums]:
    """How many of `people` (SELECT of key, id, grade, registered_on) were on the books on each day, and bought after it."""
    found: dict[Group, Sums] = defaultdict(Sums)
    marks, days = _values(spans)
    first, end = database.day_value(spans[0][0]), database.day_value(spans[-1][2])
    head = f"WITH span (day, later, until) AS (VALUES {marks}){topics}, people AS ({people})"
    known = database.rows(
        f"{head} SELECT key, grade, registered_on, COUNT(*) FROM people GROUP BY key, grade, registered_on",
        (*days, *codes, *params),
    )
    for key, grade, registered, heads in known:
        since = database.as_day(registered)
        for day, _later, _until in spans:
            if since is None or since <= day:
                found[str(key), str(grade), day].heads += int(heads)
    sql = (
        f"{head}, bought AS (SELECT a.key, a.grade, a.registered_on, t.customer_id, t.day, t.paid FROM ticket t"
        " JOIN people a ON a.id = t.customer_id WHERE t.counts = 1 AND t.day >= ? AND t.day <= ?)"
        " SELECT b.key, b.grade, s.day, COUNT(DISTINCT b.customer_id), COUNT(*), SUM(b.paid) FROM span s"
        " JOIN bought b ON b.day >= s.day AND b.day <= s.until AND b.registered_on <= s.day"
        " GROUP BY b.key, b.grade, s.day"
    )
    for key, grade, day, buyers, tickets, paid in database.rows(sql, (*days, *codes, *params, first, end)):
        sums = found[str(key), str(grade), _day(day)]
        sums.buyers, sums.tickets, sums.paid = int(buyers), int(tickets), int(paid)
    return found


def _by_topic(by: str, only: Topic | None = None) -> tuple[str, str, list[str]]:
    """The table of topics, how contacts join it, and its parameters; nothing where topics do not matter."""
    if by not in ("way", "topic"):
        return "", "", []
    # One contact may stand for several topics: each of them is given it.
    wanted = [only] if only else list(Topic)
    topics = f", topic (code, inside) AS (VALUES {', '.join(['(?, ?)'] * len(wanted))})"
    join = " JOIN topic ON ',' || k.topics || ',' LIKE topic.inside"
    return topics, join, [text for topic in wanted for text in (topic.value, f"%,{topic.value},%")]


def _day(value: Any) -> date:
    found = database.as_day(value)
    assert found is not None
    return found
