"""投入产出: what gifts cost, and what the same customers bought in the days after, beside those who got none.

A comparison, not a proof: who gets gifts buys more anyway. Few people say little; the figures carry their numbers.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from models import database
from models.kinds import Occasion
from services.errors import Refused
from services.gift_checks import comparing
from services.gift_checks.comparing import fen
from services.gift_checks.saving import save_table
from services.gifts.wording import occasion_words
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules.gift_checks import mixed, per_head
from services.shop import Shop
from services.words import N_, _

BY = {"grade": N_("等级"), "occasion": N_("赠送事宜"), "gift": N_("礼品")}
_KEYS = {"all": "''", "grade": "l.grade", "occasion": "l.occasion", "gift": "CAST(l.gift_id AS TEXT)"}
_MOST_DAYS = 3_700
"""Days: a longer period would be a slip of the hand."""


@dataclass(frozen=True)
class EffectRow:
    """One group. Money in fen; `days` after the gift are the policy's window."""

    id: int
    key: str
    name: str
    heads: int
    """Customers with a gift in the period"""
    gifts: int
    cost: int
    open: int
    """Customers whose window is not over: not among the following"""
    judged: int
    buyers: int
    tickets: int
    paid: int
    per_head: int | None
    cost_per_head: int | None
    none_heads: int
    """Customers of the same grades who got none in the period"""
    none_buyers: int
    none_per_head: int | None
    """Spread over the grades like this group; None where a grade has nobody without"""
    weak: bool
    """Fewer people than the policy's number, on either side"""

    @property
    def difference(self) -> int | None:
        if self.per_head is None or self.none_per_head is None:
            return None
        return self.per_head - self.none_per_head


@dataclass(frozen=True)
class Effect:
    """The period's groups, and all together."""

    first: date
    last: date
    by: str
    days: int
    rows: tuple[EffectRow, ...]
    total: EffectRow
    middle: date | None
    """The day from which those without a gift are looked at: the middle one of the days of issue"""
    words: tuple[str, ...]
    """What a reader must know before believing the numbers"""


def effect(
    shop: Shop,
    first: date,
    last: date,
    by: str = "grade",
    days: int | None = None,
    progress: Progress = silent,
) -> Effect:
    """Gifts handed over from `first` to `last`, and purchases within `days` (default: the policy's) after them.

    Counted from the customer's first gift of the group: the day itself counts, since gifts are collected in the shop;
    after a purchase gift only from the next day. Returned goods are not counted.
    """
    require(shop, Right.CHECK_LINES)
    window = shop.policy.gift_checks.effect_days if days is None else days
    comparing.check(by, BY, first, last, window)
    if (last - first).days > _MOST_DAYS:
        raise Refused("开始日期要在结束日期之前，相隔不超过十年。", field="first")
    spans = _spans(first, last, window)
    today = shop.today()
    progress(1, 5)
    groups = _groups(by, first, last, spans, today)
    progress(2, 5)
    whole = _groups("all", first, last, spans, today)
    progress(3, 5)
    middle = _middle(first, last)
    none = _without(first, last, middle, window, today) if middle else {}
    progress(4, 5)
    few = shop.policy.gift_checks.few_people
    names = _names(by, [key for key, _grade in groups])
    keys = sorted({key for key, _grade in groups}, key=lambda key: names[key])
    rows = tuple(
        _row(number, key, names[key], _of(groups, key), none, few) for number, key in enumerate(keys, 1)
    )
    total = _row(0, "", _("合计"), _of(whole, ""), none, few)
    progress(5, 5)
    return Effect(
        first, last, by, window, rows, total, middle, _caution(rows, total, middle, window, few, today)
    )


_Span = tuple[date, date, date]
"""A day of issue, the first day that counts after a purchase gift, and the last day of the window."""


def _spans(first: date, last: date, window: int) -> list[_Span]:
    """Every day on which a gift was handed over: date arithmetic in Python, so that both databases agree."""
    sql = (
        "SELECT DISTINCT issued_on FROM plan_line WHERE status IN ('issued', 'checked') AND issued_on >= ?"
        " AND issued_on <= ?"
    )
    found = []
    for (value,) in database.rows(sql, (database.day_value(first), database.day_value(last))):
        day = database.as_day(value)
        assert day is not None
        found.append((day, day + timedelta(days=1), day + timedelta(days=window)))
    return found


@dataclass
class _Sums:
    heads: int = 0
    gifts: int = 0
    cost: int = 0
    open: int = 0
    buyers: int = 0
    tickets: int = 0
    paid: int = 0

    def add(self, other: _Sums) -> None:
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def _groups(
    by: str, first: date, last: date, spans: list[_Span], today: date
) -> dict[tuple[str, str], _Sums]:
    """Sums by (group, grade of the customer's first gift), in one statement a kind of group."""
    found: dict[tuple[str, str], _Sums] = defaultdict(_Sums)
    for at in range(0, len(spans), _SPANS):
        _add_group(found, by, first, last, spans[at : at + _SPANS], today)
    return found


_SPANS = 1_000
"""Days in one statement: three parameters each."""


def _add_group(
    found: dict[tuple[str, str], _Sums], by: str, first: date, last: date, spans: list[_Span], today: date
) -> None:
    mark = (
        "(?, ?, ?)" if not database.is_postgres() else "(CAST(? AS DATE), CAST(? AS DATE), CAST(? AS DATE))"
    )
    sql = (
        f"WITH span (day, later, until) AS (VALUES {', '.join([mark] * len(spans))}),"
        f" given AS (SELECT l.customer_id, {_KEYS[by]} AS key, MIN(l.grade) AS grade, MIN(l.issued_on) AS day,"
        " COUNT(*) AS gifts, SUM(l.cost) AS cost, MIN(CASE WHEN l.occasion = ? THEN 1 ELSE 0 END) AS bought"
        " FROM plan_line l WHERE l.status IN ('issued', 'checked') AND l.issued_on >= ? AND l.issued_on <= ?"
        " GROUP BY l.customer_id, 2),"
        " judged AS (SELECT g.*, s.until, CASE WHEN g.bought = 1 THEN s.later ELSE s.day END AS since"
        " FROM given g JOIN span s ON s.day = g.day),"
        " after AS (SELECT j.customer_id, j.key, COUNT(*) AS tickets, SUM(t.paid) AS paid FROM judged j"
        " JOIN ticket t ON t.customer_id = j.customer_id AND t.counts = 1 AND t.day >= j.since AND t.day <= j.until"
        " WHERE j.until <= ? GROUP BY j.customer_id, j.key)"
        " SELECT j.key, j.grade, COUNT(*), SUM(j.gifts), SUM(j.cost), SUM(CASE WHEN j.until > ? THEN 1 ELSE 0 END),"
        " COUNT(a.tickets), COALESCE(SUM(a.tickets), 0), COALESCE(SUM(a.paid), 0) FROM judged j"
        " LEFT JOIN after a ON a.customer_id = j.customer_id AND a.key = j.key GROUP BY j.key, j.grade"
    )
    days = [database.day_value(day) for span in spans for day in span]
    now = database.day_value(today)
    params = (*days, Occasion.PURCHASE.value, database.day_value(first), database.day_value(last), now, now)
    for key, grade, *numbers in database.rows(sql, params):
        found[str(key), str(grade)].add(_Sums(*(int(number) for number in numbers)))


def _middle(first: date, last: date) -> date | None:
    """The middle one of the days of issue, by gifts."""
    where = "status IN ('issued', 'checked') AND issued_on >= ? AND issued_on <= ?"
    span = (database.day_value(first), database.day_value(last))
    number = int(database.value_of(f"SELECT COUNT(*) FROM plan_line WHERE {where}", span))
    sql = f"SELECT issued_on FROM plan_line WHERE {where} ORDER BY issued_on LIMIT 1 OFFSET {number // 2}"
    return database.as_day(database.value_of(sql, span)) if number else None


def _without(first: date, last: date, middle: date, window: int, today: date) -> dict[str, _Sums]:
    """By grade: customers on the books then who got nothing in the period, and what they bought from the middle day on."""
    until = middle + timedelta(days=window)
    if until > today:
        return {}
    sql = (
        "SELECT c.grade, COUNT(*), COUNT(t.tickets), COALESCE(SUM(t.tickets), 0), COALESCE(SUM(t.paid), 0)"
        " FROM customer c LEFT JOIN (SELECT customer_id, COUNT(*) AS tickets, SUM(paid) AS paid FROM ticket"
        " WHERE counts = 1 AND day >= ? AND day <= ? GROUP BY customer_id) t ON t.customer_id = c.id"
        " WHERE c.state IN ('active', 'lost') AND c.registered_on <= ? AND NOT EXISTS"
        " (SELECT 1 FROM plan_line l WHERE l.customer_id = c.id AND l.status IN ('issued', 'checked')"
        " AND l.issued_on >= ? AND l.issued_on <= ?) GROUP BY c.grade"
    )
    days = [database.day_value(day) for day in (middle, until, middle, first, last)]
    return {
        str(grade): _Sums(heads=int(heads), buyers=int(buyers), tickets=int(tickets), paid=int(paid))
        for grade, heads, buyers, tickets, paid in database.rows(sql, days)
    }


def _of(groups: dict[tuple[str, str], _Sums], key: str) -> dict[str, _Sums]:
    return {grade: sums for (one, grade), sums in groups.items() if one == key}


def _row(
    number: int, key: str, name: str, by_grade: dict[str, _Sums], none: dict[str, _Sums], few: int
) -> EffectRow:
    all_ = _Sums()
    for sums in by_grade.values():
        all_.add(sums)
    judged = all_.heads - all_.open
    mix = {grade: sums.heads - sums.open for grade, sums in by_grade.items()}
    others = [none[grade] for grade in mix if mix[grade] and grade in none]
    beside = mixed({grade: (sums.heads, sums.paid) for grade, sums in none.items()}, mix)
    none_heads = sum(sums.heads for sums in others)
    return EffectRow(
        number,
        key,
        name,
        all_.heads,
        all_.gifts,
        all_.cost,
        all_.open,
        judged,
        all_.buyers,
        all_.tickets,
        all_.paid,
        per_head(all_.paid, judged),
        per_head(all_.cost, all_.heads),
        none_heads,
        sum(sums.buyers for sums in others),
        beside,
        0 < judged < few or 0 < none_heads < few,
    )


def _names(by: str, keys: list[str]) -> dict[str, str]:
    if by == "occasion":
        return {key: occasion_words(key) for key in keys}
    if by == "gift":
        return {str(row[0]): row[1] for row in database.rows("SELECT id, name FROM gift")}
    return {key: key for key in keys}


def _caution(
    rows: tuple[EffectRow, ...], total: EffectRow, middle: date | None, window: int, few: int, today: date
) -> tuple[str, ...]:
    if not total.heads:
        return ()
    words = [_("送得多的客户本来就买得多：两边的差别不等于礼品的功劳。")]
    if total.open:
        words.append(_("{n} 位客户收礼后还不满 {days} 天，没有算进购买。").format(n=total.open, days=window))
    if middle and middle + timedelta(days=window) > today:
        words.append(_("没有收礼的人也还不满 {days} 天，暂时不能比较。").format(days=window))
    elif total.none_per_head is None:
        words.append(_("有的等级人人都收了礼，没有可以比较的人。"))
    weak = sum(row.weak for row in rows)
    if weak:
        words.append(_("{n} 组少于 {few} 人：一两位大客户就能改变平均数，只作参考。").format(n=weak, few=few))
    return tuple(words)


def save(
    shop: Shop,
    first: date,
    last: date,
    by: str,
    target: Path | str,
    days: int | None = None,
    progress: Progress = silent,
) -> int:
    """The comparison as a table. Returns the number of rows."""
    found = effect(shop, first, last, by, days, progress)

    titles = [
        *(_(BY[by]), _("人数"), _("件数"), _("礼品成本"), _("每人成本"), _("未满期"), _("已满期")),
        *(_("购买人数"), _("小票"), _("购买金额"), _("每人购买"), _("没收礼的人数"), _("其中购买")),
        *(_("没收礼的每人购买"), _("相差"), _("只作参考")),
    ]
    rows = [
        [
            *(row.name, row.heads, row.gifts, fen(row.cost), fen(row.cost_per_head), row.open, row.judged),
            *(row.buyers, row.tickets, fen(row.paid), fen(row.per_head), row.none_heads, row.none_buyers),
            *(fen(row.none_per_head), fen(row.difference), _("是") if row.weak else ""),
        ]
        for row in (*found.rows, found.total)
    ]
    return save_table(
        shop,
        target,
        "export.effect",
        _("投入产出"),
        titles,
        rows,
        right=Right.CHECK_LINES,
        progress=progress,
        first=first.isoformat(),
        last=last.isoformat(),
    )
