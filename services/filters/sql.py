"""A filter as one condition of SQL over `customer c`, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from models import database
from models.kinds import CustomerState, LineStatus
from services import calendar as almanac
from services.rules import birthdays, grading
from services.rules.birthdays import Key
from services.rules.filters import FIELDS, Condition, Filter, Kind, check
from services.rules.spans import month_days
from services.shop import Shop

Clause = tuple[str, list[Any]]
"""SQL text with `?`, and the values."""

ON_FILE = (CustomerState.ACTIVE.value, CustomerState.LOST.value)


def clause(shop: Shop, wanted: Filter, *, walk: bool = False) -> Clause:
    """What must hold of a customer. `walk`: keep SQLite from going by the index of states. Raises Refused.

    One statement, set-based; whoever was merged away or erased is never in it. A turned-round condition holds for
    customers of whom the field is unknown, too.
    """
    check(wanted)
    state = "c.state || ''" if walk else "c.state"
    asked = [one for one in wanted.conditions if one.field == "state"]
    texts, params = [], []
    if not asked:
        texts.append(f"{state} = ?")
        params.append(CustomerState.ACTIVE.value)
    for states in (_states(one) for one in asked):
        texts.append(f"{state} IN ({database.marks(states)})" if states else "1 = 0")
        params += states
    for condition in wanted.conditions:
        if condition.field != "state":
            text, values = _of(shop, condition)
            texts.append(f"({text}) IS NOT TRUE" if condition.negated else f"({text})")
            params += values
    return " AND ".join(texts), params


def _states(asked: Condition) -> list[str]:
    return [one for one in ON_FILE if (one in asked.values) != asked.negated]


def _of(shop: Shop, asked: Condition) -> Clause:
    own = _OWN.get(asked.field)
    if own is not None:
        return own(shop, asked)
    return _BY_KIND[FIELDS[asked.field].kind](shop, asked)


_COLUMNS = {
    "channel": "c.preferred_channel",
    "points": "c.points_balance",
    "spent": "c.paid_total",
    "height": "c.height_cm",
    "waist": "c.waist_cm",
    "registered": "c.registered_on",
    "size": "UPPER(c.size)",
}
"""Fields whose column has another name."""


def _column(asked: Condition) -> str:
    return _COLUMNS.get(asked.field, f"c.{asked.field}")


# ---- by kind


def _choice(_shop: Shop, asked: Condition) -> Clause:
    return f"{_column(asked)} IN ({database.marks(asked.values)})", list(asked.values)


def _number(_shop: Shop, asked: Condition) -> Clause:
    return _range(_column(asked), asked.low, asked.high)


def _range(column: str, low: Any, high: Any) -> Clause:
    bounds = [(f"{column} >= ?", low), (f"{column} <= ?", high)]
    given = [(text, value) for text, value in bounds if value is not None]
    return " AND ".join(text for text, _value in given), [value for _text, value in given]


def _day(shop: Shop, asked: Condition) -> Clause:
    column = _column(asked)
    if asked.way == "never":
        return f"{column} IS NULL", []
    if asked.way == "between":
        return _range(column, database.day_value(asked.first), database.day_value(asked.last))
    assert asked.span is not None
    since = database.day_value(asked.span.before(shop.today()))
    return f"{column} {'>=' if asked.way == 'within' else '<'} ?", [since]


def _words(_shop: Shop, asked: Condition) -> Clause:
    return _any_like([_column(asked)], asked.values)


def _exact(_shop: Shop, asked: Condition) -> Clause:
    return f"{_column(asked)} IN ({database.marks(asked.values)})", [
        one.strip().upper() for one in asked.values
    ]


def _any_like(columns: Iterable[str], words: Sequence[str]) -> Clause:
    """Any of the words stands in any of the columns, whatever the case of its letters."""
    texts, params = [], []
    for column in columns:
        for word in words:
            texts.append(f"LOWER({column}) LIKE LOWER(?) ESCAPE '!'")
            params.append(_like(word))
    return " OR ".join(texts), params


def _like(word: str) -> str:
    for sign in "!%_":
        word = word.replace(sign, "!" + sign)
    return f"%{word.strip()}%"


# ---- birthdays


def _birthday(shop: Shop, asked: Condition) -> Clause:
    keys: set[Key] = set()
    for first, last in birthday_spans(asked, shop.today()):
        keys |= birthdays.keys_between(first, last, shop.policy.birthdays).keys()
    return keys_clause(keys)


def birthday_spans(asked: Condition, today: date) -> list[tuple[date, date]]:
    """The solar days on which the birthdays meant are kept, over the year's end too.

    A month means this year's; a lunar month that of the lunar year in which today lies, with its leap month.
    """
    if asked.way == "ahead":
        assert asked.high is not None
        return [(today, today + timedelta(days=asked.high))]
    if asked.way == "between":
        assert asked.first is not None and asked.last is not None
        return [(asked.first, asked.last)]
    months = [int(month) for month in asked.values]
    if asked.way == "month":
        return [(date(today.year, m, 1), date(today.year, m, month_days(today.year, m))) for m in months]
    year = almanac.to_lunar(today).year
    spans = []
    for month in months:
        for leap in (False, True) if almanac.leap_month(year) == month else (False,):
            first = almanac.to_solar(year, month, 1, leap)
            spans.append((first, first + timedelta(days=almanac.lunar_month_days(year, month, leap) - 1)))
    return spans


def keys_clause(keys: Iterable[Key]) -> Clause:
    """Stored birthdays as few ranges of days: thirty comparisons a row would cost more than the scan itself."""
    texts, params = [], []
    ordered = sorted((key[0].value, key[1], key[3], key[2]) for key in keys)
    for (kind, month, leap), group in groupby(ordered, key=lambda key: key[:3]):
        for first, last in _runs([key[3] for key in group]):
            texts.append(
                "(c.birth_calendar = ? AND c.birth_month = ? AND c.birth_leap = ? AND c.birth_day BETWEEN ? AND ?)"
            )
            params += [kind, month, int(leap), first, last]
    return " OR ".join(texts) or "1 = 0", params


def _runs(days: Sequence[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for day in days:
        if found and day == found[-1][1] + 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


# ---- fields of their own


def _team(column: str) -> Callable[[Shop, Condition], Clause]:
    """Group and clerk: ids as text."""
    return lambda _shop, asked: (
        f"{column} IN ({database.marks(asked.values)})",
        [int(one) for one in asked.values if one.isdigit()]
        + [0] * sum(not one.isdigit() for one in asked.values),
    )


def _flag(text: str, *params: Any) -> Callable[[Shop, Condition], Clause]:
    return lambda _shop, _asked: (text, list(params))


def _spent_lately(shop: Shop, asked: Condition) -> Clause:
    """Net of returns. Nothing bought is 0, which a range without a lower end includes."""
    assert asked.span is not None
    text = "COALESCE((SELECT SUM(t.paid) FROM ticket t WHERE t.customer_id = c.id AND t.day >= ?), 0)"
    since = database.day_value(asked.span.before(shop.today()))
    if asked.low is not None and asked.low > 0:
        # Whoever bought nothing since then is out by the column already: no look into their tickets.
        inner, values = _range(text, asked.low, asked.high)
        return f"c.last_purchase >= ? AND {inner}", [since, *(v for value in values for v in (since, value))]
    inner, values = _range(text, asked.low, asked.high)
    return inner, [v for value in values for v in (since, value)]


def _item(_shop: Shop, asked: Condition) -> Clause:
    ways = list(dict.fromkeys(way for one in asked.values for way in (one.strip(), one.strip().upper())))
    text = f"c.id IN (SELECT p.customer_id FROM purchase p WHERE p.item_no IN ({database.marks(ways)}) AND p.quantity > 0)"
    return text, list(ways)


def _consent(_shop: Shop, asked: Condition) -> Clause:
    text = (
        "EXISTS (SELECT 1 FROM consent k WHERE k.customer_id = c.id AND k.given = 1"
        f" AND k.channel IN ({database.marks(asked.values)}) AND NOT EXISTS"
        " (SELECT 1 FROM opt_out o WHERE o.customer_id = k.customer_id AND o.channel = k.channel))"
    )
    return text, list(asked.values)


def _opt_out(_shop: Shop, asked: Condition) -> Clause:
    text = f"EXISTS (SELECT 1 FROM opt_out o WHERE o.customer_id = c.id AND o.channel IN ({database.marks(asked.values)}))"
    return text, list(asked.values)


def _notes(_shop: Shop, asked: Condition) -> Clause:
    own, params = _any_like(["c.note"], asked.values)
    told, more = _any_like(["n.text"], asked.values)
    return f"{own} OR c.id IN (SELECT n.customer_id FROM note n WHERE {told})", params + more


def _soon(shop: Shop, asked: Condition) -> Clause:
    """Not yet hit by the rule, but so many days from today: what `grade_history.early_notice` says, as a condition."""
    assert asked.high is not None
    rules, today = shop.policy.grades, shop.today()
    now, then = grading.bounds(rules, today), grading.bounds(rules, today + timedelta(days=asked.high))
    bought, seen = "COALESCE(c.last_purchase, c.registered_on)", "COALESCE(c.last_visit, c.registered_on)"
    losing = f"({bought} >= ? AND {bought} < ?)"
    lost = [database.day_value(day) for day in (now.bought_since, then.bought_since)]
    demoting = f"(c.base_grade <> 'C' AND {seen} >= ? AND {seen} < ?)"
    down = [database.day_value(day) for day in (now.visited_since, then.visited_since)]
    found = [(losing, lost)] if "no_purchase" in asked.values else []
    if "no_visit" in asked.values:
        # Whoever is lost within these days is not demoted first: the loss is what counts.
        found.append((f"({demoting} AND NOT {losing})", down + lost))
    either = " OR ".join(text for text, _params in found)
    return f"c.state || '' = 'active' AND ({either})", [value for _text, params in found for value in params]


_MISSING = {
    "birthday": "c.birth_month IS NULL",
    "phone": "NOT EXISTS (SELECT 1 FROM phone p WHERE p.customer_id = c.id)",
    "sex": "c.sex = 'unknown'",
    "height": "c.height_cm IS NULL",
    "waist": "c.waist_cm IS NULL",
    "channel": "c.preferred_channel = ''",
    "group": "c.group_id IS NULL",
    "clerk": "c.clerk_id IS NULL",
    "consent": "NOT EXISTS (SELECT 1 FROM consent k WHERE k.customer_id = c.id)",
}


def _missing(_shop: Shop, asked: Condition) -> Clause:
    """Any of these is missing."""
    return " OR ".join(_MISSING.get(what, f"TRIM(c.{what}) = ''") for what in asked.values), []


_BY_KIND: dict[Kind, Callable[[Shop, Condition], Clause]] = {
    Kind.CHOICE: _choice,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.DAY: _day,
    Kind.BIRTHDAY: _birthday,
    Kind.WORDS: _words,
    Kind.EXACT: _exact,
}
_OWN: dict[str, Callable[[Shop, Condition], Clause]] = {
    "group": _team("c.group_id"),
    "clerk": _team("c.clerk_id"),
    "spent_lately": _spent_lately,
    "item": _item,
    "consent": _consent,
    "opt_out": _opt_out,
    "notes": _notes,
    "soon": _soon,
    "missing": _missing,
    "special": _flag("c.special = 1"),
    "phone_doubtful": _flag("c.phone_doubtful = 1"),
    "has_address": _flag("TRIM(c.address) <> ''"),
    "has_postcode": _flag("TRIM(c.postcode) <> ''"),
    "referred": _flag("c.referred_by_id IS NOT NULL"),
    "gift_waiting": _flag(
        "c.id IN (SELECT l.customer_id FROM plan_line l WHERE l.status = ?)", LineStatus.APPROVED.value
    ),
    "special_price_only": _flag(
        "c.tickets > 0 AND NOT EXISTS (SELECT 1 FROM purchase p WHERE p.customer_id = c.id"
        " AND p.special_price = 0 AND p.quantity > 0)"
    ),
    "erase_asked": _flag("c.id IN (SELECT e.customer_id FROM erase_request e WHERE e.withdrawn = 0)"),
}
